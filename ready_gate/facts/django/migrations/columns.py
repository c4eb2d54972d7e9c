"""What PostgreSQL makes of a field: its column's type, and whether one type can become another without rewriting the table."""

from __future__ import annotations

from ready_gate.facts.views.schema import FieldState

DJANGO = "django.db.models."
TYPES = {
    "AutoField": "integer",
    "BigAutoField": "bigint",
    "SmallAutoField": "smallint",
    "BigIntegerField": "bigint",
    "BinaryField": "bytea",
    "BooleanField": "boolean",
    "NullBooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "timestamp with time zone",
    "DurationField": "interval",
    "FloatField": "double precision",
    "GenericIPAddressField": "inet",
    "IPAddressField": "inet",
    "IntegerField": "integer",
    "JSONField": "jsonb",
    "PositiveBigIntegerField": "bigint",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "smallint",
    "SmallIntegerField": "smallint",
    "TextField": "text",
    "TimeField": "time",
    "UUIDField": "uuid",
}
# Texts with a length, and the length where none is given.
TEXTS = {"CharField": None, "EmailField": 254, "FileField": 100, "FilePathField": 100, "ImageField": 100, "SlugField": 50, "URLField": 200}
RELATIONS = ("ForeignKey", "OneToOneField")
INDEXED = ("SlugField", *RELATIONS)


def kind_of(one: FieldState) -> str | None:
    """The name of Django's own class, None for any other."""
    last = one.kind.removeprefix(DJANGO)
    return last if one.kind.startswith(DJANGO) and "." not in last else None


def column_type(one: FieldState) -> tuple[str, tuple[object, ...]] | None:
    """The type and its sizes; None where it cannot be told (a class that is not Django's, a relation)."""
    kind = kind_of(one)
    if kind is None or one.undecided:
        return None
    if kind in TYPES:
        return TYPES[kind], ()
    if kind in TEXTS:
        length = one.arguments.get("max_length", TEXTS[kind])
        return ("varchar", (length,)) if length is None or isinstance(length, int) else None
    if kind == "DecimalField":
        sizes = (one.arguments.get("max_digits"), one.arguments.get("decimal_places"))
        return ("numeric", sizes) if all(isinstance(size, int) for size in sizes) else None
    return None


def shown(type_: tuple[str, tuple[object, ...]]) -> str:
    """As SQL writes it."""
    name, sizes = type_
    return f"{name}({', '.join(map(str, sizes))})" if sizes and sizes[0] is not None else name


def widened(old: tuple[str, tuple[object, ...]], new: tuple[str, tuple[object, ...]]) -> bool:
    """Whether the values stay as they are on disk, so that only the catalogue changes."""
    if old == new:
        return True
    if old[0] == "varchar" and (new[0] == "text" or (new[0] == "varchar" and _at_least(new[1][0], old[1][0]))):
        return True
    if old[0] == "text" and new == ("varchar", (None,)):
        return True
    return old[0] == new[0] == "numeric" and old[1][1] == new[1][1] and _at_least(new[1][0], old[1][0])


def _at_least(new: object, old: object) -> bool:
    return new is None or (isinstance(new, int) and isinstance(old, int) and new >= old)


def is_true(one: FieldState, argument: str) -> bool:
    """Whether the argument is given as True."""
    return one.arguments.get(argument) is True


def is_indexed(one: FieldState) -> bool:
    """Whether the column gets an index of its own that is not unique."""
    given = one.arguments.get("db_index", kind_of(one) in INDEXED)
    return given is True and not is_unique(one)


def is_unique(one: FieldState) -> bool:
    """Whether the column's values are unique."""
    return is_true(one, "unique") or is_true(one, "primary_key") or kind_of(one) == "OneToOneField"


def is_foreign_key(one: FieldState) -> bool:
    """Whether the database holds the relation to its other end."""
    return kind_of(one) in RELATIONS and one.arguments.get("db_constraint") is not False
