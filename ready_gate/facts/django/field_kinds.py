"""What the field classes of Django, and of packages often used beside it, keep of their arguments when a migration is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

DB = "django.db.models"
POSTGRES = "django.contrib.postgres.fields"
GIS = "django.contrib.gis.db.models.fields"
NOT_PROVIDED = f"{DB}.NOT_PROVIDED"
_INNER = "fields|deletion|indexes|constraints|query_utils|expressions|aggregates|enums|base|manager|query"
_MODELS = re.compile(rf"django\.db\.models\.(?:{_INNER})(?:\.[a-z]\w{{0,40}}){{0,2}}\.([A-Z]\w{{0,80}}(?:\.\w{{1,80}})?|\w{{1,80}})")
_FUNCTIONS = re.compile(r"django\.db\.models\.functions\.[a-z]\w{0,40}\.(\w{1,80})")
_POSTGRES = re.compile(r"django\.contrib\.postgres\.fields\.[a-z]\w{0,40}\.(\w{1,80})")
_GIS = re.compile(r"django\.contrib\.gis\.db\.models(?:\.[a-z]\w{0,40}){0,2}\.(\w{1,80})")
_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
GIS_NAMES = frozenset(f"{name}Field" for name in (*_SHAPES, "Geometry", "BaseSpatial", "Raster", "Extent"))


@dataclass(frozen=True)
class Kind:
    """One class. `parameters` are those that can be given by position, `dropped` are left out where they have that value, `always` are there even
    where they are not given, `never` are left out whatever they are. What is not said is as in `base`."""

    base: str = f"{DB}.Field"
    parameters: str = ""
    dropped: Mapping[str, object] = field(default_factory=dict)
    always: Mapping[str, object] = field(default_factory=dict)
    never: str = ""


NAMES = "verbose_name name"
FIELD = Kind(
    "",
    f"{NAMES} primary_key max_length unique blank null db_index rel default editable serialize unique_for_date unique_for_month unique_for_year "
    "choices help_text db_column db_tablespace auto_created validators error_messages db_comment db_default",
    dict.fromkeys(("verbose_name", "max_length", "choices", "error_messages", "db_column", "db_comment", "db_tablespace"))
    | dict.fromkeys(("unique_for_date", "unique_for_month", "unique_for_year"))
    | dict.fromkeys(("primary_key", "unique", "blank", "null", "db_index", "auto_created"), False)
    | {"editable": True, "serialize": True, "help_text": ""},
    never="name rel",
)
_RELATED = Kind(
    parameters="to on_delete related_name related_query_name limit_choices_to parent_link to_field db_constraint",
    dropped={"related_name": None, "related_query_name": None, "limit_choices_to": None, "parent_link": False, "to_field": None}
    | {"db_constraint": True, "db_index": True, "swappable": True},
    never="swappable",
)
_AUTO = Kind(always={"primary_key": True}, never="blank")
_TEXT = Kind(dropped={"db_collation": None})
_DATE = Kind(parameters=f"{NAMES} auto_now auto_now_add", dropped={"auto_now": False, "auto_now_add": False})
_GEOMETRY = Kind(
    f"{GIS}.BaseSpatialField",
    "verbose_name dim geography",
    {"dim": 2, "geography": False, "extent": (-180.0, -90.0, 180.0, 90.0), "tolerance": 0.05, "max_geom_collections": 65536},
)
_LIKE_CHAR, _LIKE_INTEGER = Kind(f"{DB}.CharField"), Kind(f"{DB}.IntegerField")

DJANGO: Mapping[str, Kind] = {
    f"{DB}.Field": FIELD,
    f"{DB}.AutoField": _AUTO,
    f"{DB}.BigAutoField": _AUTO,
    f"{DB}.SmallAutoField": _AUTO,
    f"{DB}.BinaryField": Kind(dropped={"editable": False}),
    f"{DB}.CharField": _TEXT,
    f"{DB}.TextField": _TEXT,
    f"{DB}.CommaSeparatedIntegerField": _LIKE_CHAR,
    f"{DB}.DateField": _DATE,
    f"{DB}.DateTimeField": Kind(f"{DB}.DateField"),
    f"{DB}.TimeField": _DATE,
    f"{DB}.DecimalField": Kind(parameters=f"{NAMES} max_digits decimal_places", dropped={"max_digits": None, "decimal_places": None}),
    f"{DB}.EmailField": Kind(f"{DB}.CharField", always={"max_length": 254}),
    f"{DB}.FilePathField": Kind(
        parameters=f"{NAMES} path match recursive allow_files allow_folders",
        dropped={"path": "", "match": None, "recursive": False, "allow_files": True, "allow_folders": False, "max_length": 100},
    ),
    f"{DB}.FileField": Kind(parameters=f"{NAMES} upload_to storage", dropped={"max_length": 100, "storage": None}, always={"upload_to": ""}),
    f"{DB}.ImageField": Kind(f"{DB}.FileField", f"{NAMES} width_field height_field", {"width_field": None, "height_field": None}),
    f"{DB}.GenericIPAddressField": Kind(
        parameters=f"{NAMES} protocol unpack_ipv4", dropped={"protocol": "both", "unpack_ipv4": False}, never="max_length"
    ),
    f"{DB}.IPAddressField": Kind(never="max_length"),
    f"{DB}.JSONField": Kind(parameters=f"{NAMES} encoder decoder", dropped={"encoder": None, "decoder": None}),
    f"{DB}.NullBooleanField": Kind(f"{DB}.BooleanField", never="null blank"),
    f"{DB}.SlugField": Kind(f"{DB}.CharField", dropped={"max_length": 50, "db_index": True, "allow_unicode": False}),
    f"{DB}.URLField": Kind(f"{DB}.CharField", NAMES, dropped={"max_length": 200}),
    f"{DB}.UUIDField": Kind(parameters="verbose_name", never="max_length"),
    f"{DB}.GeneratedField": Kind(parameters=" ", never="blank editable"),
    f"{DB}.CompositePrimaryKey": Kind(parameters=" ", always={"blank": True, "editable": False, "primary_key": True}),
    f"{DB}.ForeignKey": _RELATED,
    f"{DB}.ForeignObject": Kind(
        parameters="to on_delete from_fields to_fields rel related_name related_query_name limit_choices_to parent_link swappable",
        dropped={"related_name": None, "related_query_name": None, "limit_choices_to": None, "parent_link": False},
        never="rel swappable",
    ),
    f"{DB}.OneToOneField": Kind(f"{DB}.ForeignKey", "to on_delete to_field", never="unique"),
    f"{DB}.ManyToManyField": Kind(
        parameters="to related_name related_query_name limit_choices_to symmetrical through through_fields db_constraint db_table swappable",
        dropped={"related_name": None, "related_query_name": None, "limit_choices_to": None, "through": None, "db_constraint": True, "db_table": None}
        | {"through_fields": None},
        never="symmetrical swappable",
    ),
    **{f"{DB}.{name}": Kind() for name in ("BooleanField", "DurationField", "FloatField", "IntegerField", "OrderWrt")},
    **{f"{DB}.{size}IntegerField": _LIKE_INTEGER for size in ("Big", "Small", "Positive", "PositiveBig", "PositiveSmall")},
    f"{POSTGRES}.ArrayField": Kind(parameters="base_field size", always={"size": None}),
    f"{POSTGRES}.HStoreField": Kind(),
    f"{POSTGRES}.JSONField": Kind(f"{DB}.JSONField"),
    **{f"{POSTGRES}.CI{name}Field": Kind(f"{DB}.{name}Field") for name in ("Char", "Text", "Email")},
    f"{POSTGRES}.RangeField": Kind(),
    f"{POSTGRES}.ContinuousRangeField": Kind(f"{POSTGRES}.RangeField", dropped={"default_bounds": "[)"}),
    **{f"{POSTGRES}.{name}RangeField": Kind(f"{POSTGRES}.RangeField") for name in ("Integer", "BigInteger", "Date")},
    **{f"{POSTGRES}.{name}RangeField": Kind(f"{POSTGRES}.ContinuousRangeField") for name in ("Decimal", "DateTime", "Float")},
    "django.contrib.postgres.search.SearchVectorField": Kind(),
    f"{GIS}.BaseSpatialField": Kind(parameters="verbose_name srid spatial_index", dropped={"spatial_index": True}, always={"srid": 4326}),
    f"{GIS}.GeometryField": _GEOMETRY,
    **{
        f"{GIS}.{name}": Kind(f"{GIS}.GeometryField")
        for name in sorted(GIS_NAMES - {"GeometryField", "BaseSpatialField", "RasterField", "ExtentField"})
    },
    f"{GIS}.RasterField": Kind(f"{GIS}.BaseSpatialField"),
    f"{GIS}.ExtentField": Kind(),
}
# Attributes of models that other packages call fields, and that are no column.
NO_FIELDS = frozenset(
    {
        "django.contrib.contenttypes.fields.GenericForeignKey",
        "django.contrib.contenttypes.fields.GenericRelation",
        "django.contrib.contenttypes.generic.GenericForeignKey",
        "django.contrib.contenttypes.generic.GenericRelation",
        "imagekit.models.ImageSpecField",
        "imagekit.models.fields.ImageSpecField",
        "computed_property.ComputedField",
    }
)
_FIELD_NAME = re.compile(r"[A-Z]\w{0,80}(?:Field|ForeignKey|Key|OneToOne|ManyToMany)")
OTHERS = frozenset({"taggit.managers.TaggableManager", "taggit_autosuggest.managers.TaggableManager", "parler.fields.TranslationsForeignKey"})


def canonical(dotted: str) -> str:
    """The one path for a name that Django hands on under several: the one that migrations are written with, where there is one."""
    if not dotted.startswith("django."):
        return dotted
    for pattern, home in ((_MODELS, DB), (_FUNCTIONS, f"{DB}.functions"), (_POSTGRES, POSTGRES)):
        found = pattern.fullmatch(dotted)
        if found:
            return f"{home}.{found[1]}"
    found = _GIS.fullmatch(dotted)
    if found:
        return f"{GIS}.{found[1]}" if found[1] in GIS_NAMES else f"{DB}.{found[1]}"
    return dotted


@dataclass(frozen=True)
class Rules:
    """What a class keeps of its arguments, with all that it inherits."""

    parameters: tuple[str, ...]
    dropped: Mapping[str, object]
    always: Mapping[str, object]
    never: frozenset[str]
    family: tuple[str, ...]


@cache
def rules(path: str) -> Rules | None:
    """The rules of a class by its canonical path, None where they are not known."""
    from ready_gate.facts.django.field_packages import PACKAGES

    kind = DJANGO.get(path) or PACKAGES.get(path)
    if kind is None:
        return None
    base = rules(kind.base) if kind.base else None
    if base is None:
        return Rules(tuple(kind.parameters.split()), kind.dropped, kind.always, frozenset(kind.never.split()), (path,))
    parameters = tuple(kind.parameters.split()) if kind.parameters else base.parameters
    dropped = {name: value for name, value in base.dropped.items() if name not in kind.always} | dict(kind.dropped)
    always = {name: value for name, value in base.always.items() if name not in kind.dropped} | dict(kind.always)
    return Rules(parameters, dropped, always, base.never | frozenset(kind.never.split()), (path, *base.family))


def is_field(path: str) -> bool | None:
    """Whether objects of a foreign class are fields with a column or a table; None where only the name speaks for it."""
    if path in NO_FIELDS:
        return False
    if rules(path) is not None or path in OTHERS:
        return True
    return None if _FIELD_NAME.fullmatch(path.rpartition(".")[2]) else False
