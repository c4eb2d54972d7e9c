"""Model classes: which classes are models, what fields they have by themselves and from their bases, as Django's metaclass gathers them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from ready_gate.facts.django.apps import Apps
from ready_gate.facts.django.deconstruct import Deconstructor
from ready_gate.facts.django.field_kinds import DB, canonical
from ready_gate.facts.django.meta import Metas
from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.django.program import Program
from ready_gate.facts.python import classes
from ready_gate.facts.python.values import Answer, Class, Function, Instance, Scalar, Symbol, Unknown, Value

MODEL = f"{DB}.Model"
# Packages whose classes are never models of Django's.
WITHOUT_MODELS = frozenset(
    [
        "pydantic",
        "pydantic_settings",
        "marshmallow",
        "attr",
        "attrs",
        "msgspec",
        "sqlalchemy",
        "celery",
        "kombu",
        "graphene",
        "strawberry",
        "ninja",
        "requests",
        "httpx",
        "aiohttp",
        "starlette",
        "fastapi",
        "factory",
        "faker",
        "pytest",
        "numpy",
        "pandas",
        "torch",
        "sklearn",
        "scrapy",
        "channels",
        "docutils",
        "jinja2",
        "yaml",
        "lxml",
        "boto3",
        "botocore",
        "redis",
        "elasticsearch",
        "elasticsearch_dsl",
    ]
)
MPTT = ("mptt.models.MPTTModel", {"left_attr": "lft", "right_attr": "rght", "tree_id_attr": "tree_id", "level_attr": "level"})
TREE_ID = 2  # the only one of these that recent releases give an index
# Bases of other packages that add no fields.
NO_FIELDS_IN = ("wagtail.search.index.Indexed", "modelsearch.index.Indexed")
# What is given to a model class and is known to add no field to it, by the last part of its name.
NO_COLUMNS = ("as_manager", "from_queryset", "FieldTracker", "Tracker", "Manager", "signal", "compile", "getLogger", "property", "partial")
# Attributes of these classes add a model beside the one that they stand in: what its name begins and ends with.
HISTORY = "simple_history.models.HistoricalRecords"
BESIDE = {HISTORY: ("Historical", ""), "parler.models.TranslatedFields": ("", "Translation")}


@dataclass(frozen=True)
class Local:
    """A field of a model's own table. `made` is set for those that Django or a package makes by itself: their arguments; `lent` says why another
    release of that package may make another."""

    name: str
    value: Value | None
    owner: Class
    kind: str = ""
    made: tuple[tuple[str, object], ...] = ()
    lent: str | None = None


@dataclass
class Gathered:
    """A model class with the fields of its own table, the concrete models it extends (with the name of the link to each, None for a proxy's), its
    Meta, and why there may be more to it. `lent`: why what it takes from another package may be otherwise."""

    kind: Class
    app: str
    abstract: bool
    proxy: bool
    meta: Value | None
    fields: list[Local] = field(default_factory=list)
    parents: dict[str, tuple[Class, str | None]] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    lent: str | None = None

    @property
    def label(self) -> str:
        """`app.model` in lower case."""
        return f"{self.app}.{self.kind.name.lower()}"


class ModelClasses:
    """The model classes of one program."""

    def __init__(self, program: Program, apps: Apps, version: tuple[int, ...]) -> None:
        self.program, self.run, self.apps = program, program.run, apps
        self.metas = Metas(self.run, lambda kind: self.is_model(kind) is not False)
        self.fields = Deconstructor(self.run, version, self.label)
        self._gathered: dict[int, Gathered | None] = {}
        self._models: dict[int, bool | None] = {}

    def order(self, kind: Class) -> list[Value]:
        """The method resolution order."""
        return classes.order(self.run, kind)

    def is_model(self, kind: Value) -> bool | None:
        """Whether a class is a model; None where that hangs on a base that nobody knows."""
        if not isinstance(kind, Class):
            return canonical(dotted_of(kind)) == MODEL if isinstance(kind, Symbol) else False
        if kind.serial not in self._models:
            self._models[kind.serial] = self._is_model(kind)
        return self._models[kind.serial]

    def _is_model(self, kind: Class) -> bool | None:
        rows = self.order(kind)
        if any(canonical(dotted_of(base)) == MODEL for base in rows[1:]):
            return True
        vague = [base for base in rows if isinstance(base, Unknown) or (isinstance(base, Symbol) and not _never_a_model(base))]
        if not vague:
            return False
        likely = any(".models." in dotted_of(base) and dotted_of(base).endswith(("Model", ".Page")) for base in vague)
        return True if likely or any(map(self._is_known_field, kind.namespace.values())) else None

    def _is_known_field(self, value: Value) -> bool:
        """Whether it is a field of Django's, or of a class that derives from one."""
        return self.fields.is_field(value) and f"{DB}.Field" in self.fields.kinds(value)

    def label(self, value: Value) -> str | None:
        """`app.model` of a model class, in lower case."""
        if isinstance(value, Class) and self.is_model(value) and not self._foreign(value):
            found = self.gather(value)
            return found.label if found is not None else None
        dotted = self.program.dotted(value)
        return self.apps.label(dotted) if dotted else None

    def _foreign(self, kind: Class) -> bool:
        return not kind.origins

    def app_label(self, kind: Class, meta: Value | None) -> str | None:
        """The label of the app that a model belongs to: what its Meta says, else the app that holds its module."""
        given = self.metas.get(meta, "app_label")
        if isinstance(given, Scalar) and isinstance(given.value, str):
            return given.value
        holder = self.apps.containing(kind.module)
        return holder.label if holder is not None else None

    def gather(self, kind: Class) -> Gathered | None:
        """The class with its fields; None where it is no model, or of no installed app."""
        if kind.serial not in self._gathered:
            self._gathered[kind.serial] = None  # a base that needs itself
            self._gathered[kind.serial] = self._gather(kind) if self.is_model(kind) else None
        return self._gathered[kind.serial]

    def _gather(self, kind: Class) -> Gathered | None:
        meta = self.metas.found(kind)
        abstract = self.metas.is_abstract(kind)
        app = self.app_label(kind, meta)
        if app is None and not abstract:
            return None
        proxy = self.metas.get(kind.namespace.get("Meta", meta), "proxy")
        made = Gathered(kind, app or "", bool(abstract), isinstance(proxy, Scalar) and bool(proxy.value), meta)
        doubts = (None if abstract is not None else "whether it is abstract is not known", self.metas.vague(meta), *self._doubts(kind))
        made.doubts += [doubt for doubt in doubts if doubt]
        own = [Local(name, value, kind) for name, value in self._own(kind)]
        made.fields = self._inherit(made, own)
        self._beside(made)
        made.lent = next((lent for base in self.order(kind)[1:] if (lent := self.lent(base))), None)
        return made

    def lent(self, kind: Value) -> str | None:
        """Why a base class of another package may give its models something else than is known here."""
        if not isinstance(kind, Class) or kind.origins or not self.run.known.shipped(kind.module) or dotted_of(kind) in NO_FIELDS_IN:
            return None
        gives = "Meta" in kind.namespace or any(self.fields.is_field(value) for value in kind.namespace.values())
        return f"another release of {kind.module.partition('.')[0]} may have {kind.name} otherwise" if gives else None

    def _doubts(self, kind: Class) -> Iterator[str]:
        for base in self.order(kind)[1:]:
            if isinstance(base, Unknown):
                yield base.reason or "a base of it is not known"
            elif isinstance(base, Symbol) and not classes.harmless(base) and canonical(base.dotted) not in (MODEL, *NO_FIELDS_IN):
                yield f"the source of its base {base.dotted} is not at hand"
        for name, value in kind.namespace.items():
            if self._may_add(value):
                yield f"what {name} adds to it is not known"
            elif isinstance(value, Instance) and self._brings_more(value.type):
                yield f"contribute_to_class of {dotted_of(value.type)} may add fields beside {name}"

    def _may_add(self, value: Value) -> bool:
        """Whether an attribute may be a field that nobody could follow."""
        if isinstance(value, Answer):
            last = value.name.rpartition(".")[2]
            return last[:1].isupper() and not last.endswith(NO_COLUMNS)
        if isinstance(value, Instance) and isinstance(value.type, Class) and not self.fields.is_field(value) and not self._makes_beside(value):
            return self._brings_more(value.type)
        return False

    def _brings_more(self, kind: Value) -> bool:
        """Whether a field puts others beside itself when it is put into its model."""
        kind = self.run.foreign(kind) or kind
        if isinstance(kind, Class):
            method = classes.lookup(self.run, kind, "contribute_to_class", foreign=False)
            return isinstance(method, Function) and method.node is not None and _adds(method.node)
        return isinstance(kind, Symbol) and kind.dotted.rpartition(".")[2] in ("MoneyField", "SplitField", "TranslatedField")

    def _own(self, kind: Class) -> Iterator[tuple[str, Value]]:
        for name, value in kind.namespace.items():
            if self.fields.is_field(value):
                given = value.keywords.get("name") if isinstance(value, Instance) else None
                yield (str(given.value) if isinstance(given, Scalar) and given.value else name), value

    def _inherit(self, made: Gathered, own: list[Local]) -> list[Local]:
        """The class's own fields and those of its bases, as `ModelBase.__new__` goes about it."""
        taken, inherited, found = {item.name for item in own}, set[str](), list[Local]()
        direct = [self.run.foreign(base) or base for base in made.kind.bases]
        links: list[Local] = []
        for base in self.order(made.kind):
            above = self._parent(base, direct)
            if above is None:
                inherited.update(base.namespace if isinstance(base, Class) else ())
                continue
            if above.abstract:
                fresh = [item for item in above.fields if item.name not in taken | inherited and item.name not in made.kind.namespace]
                found += fresh
                taken |= {item.name for item in fresh}
                made.parents |= above.parents
            else:
                inherited.update(item.name for item in above.fields)
                links += self._link(made, above, [*own, *found])
            made.doubts += [doubt for doubt in above.doubts if doubt not in made.doubts]
        return [*links, *sorted(found, key=lambda item: (bool(item.owner.origins), item.owner.serial)), *own]

    def _parent(self, base: Value, direct: list[Value]) -> Gathered | None:
        if not isinstance(base, Class) or base not in direct or canonical(dotted_of(base)) == MODEL or not self.is_model(base):
            return None
        return self.gather(base)

    def _link(self, made: Gathered, above: Gathered, known: list[Local]) -> list[Local]:
        """The field that links a model to the concrete one that it extends."""
        target = self.concrete(above)
        given = next((item for item in known if self._links(item, target)), None)
        if made.proxy:
            made.parents[target.label] = (target.kind, None)
            return []
        name = given.name if given else f"{target.kind.name.lower()}_ptr"
        made.parents[target.label] = (target.kind, name)
        if given or (made.abstract and name in made.kind.namespace):
            return []
        arguments = (("auto_created", True), ("on_delete", Symbol(f"{DB}.CASCADE")), ("parent_link", True), ("to", target.label))
        return [Local(name, None, made.kind, f"{DB}.OneToOneField", arguments)]

    def _links(self, item: Local, target: Gathered) -> bool:
        value = item.value
        if not isinstance(value, Instance) or f"{DB}.OneToOneField" not in self.fields.kinds(value):
            return False
        link = value.keywords.get("parent_link")
        if not isinstance(link, Scalar) or not link.value:
            return False
        return self.fields.field(item.name, value, target.app, item.owner.name).arguments.get("to") == target.label

    def concrete(self, found: Gathered) -> Gathered:
        """The model whose table a proxy uses; any other model itself."""
        seen = 0
        while found.proxy and found.parents and seen < 20:
            above = self.gather(next(iter(found.parents.values()))[0])
            if above is None:
                break
            found, seen = above, seen + 1
        return found

    def _beside(self, made: Gathered) -> None:
        """Fields that the metaclass of another package adds."""
        if any(canonical(dotted_of(base)) == MPTT[0] for base in self.order(made.kind)) and not made.abstract and not made.parents:
            known = {item.name for item in made.fields}
            names = [self._mptt_name(made.kind, *pair) for pair in MPTT[1].items()]
            made.doubts += [f"MPTTMeta of {made.kind.name} is not known" for name in names[:1] if None in names]
            made.fields += [_tree_field(name, place == TREE_ID, made.kind) for place, name in enumerate(names) if name and name not in known]

    def _mptt_name(self, kind: Class, option: str, usual: str) -> str | None:
        """What MPTTMeta calls a field; None where that is not known."""
        meta = next((base.namespace["MPTTMeta"] for base in self.order(kind) if isinstance(base, Class) and "MPTTMeta" in base.namespace), None)
        given = classes.lookup(self.run, meta, option) if isinstance(meta, Class) else None
        if given is None and (meta is None or isinstance(meta, Class)):
            return usual
        return given.value if isinstance(given, Scalar) and isinstance(given.value, str) else None

    def companions(self, made: Gathered) -> Iterator[tuple[str, Instance]]:
        """The names of models that attributes of this one add beside it, with the attributes."""
        for base in self.order(made.kind):
            for value in base.namespace.values() if isinstance(base, Class) else ():
                found = self._makes_beside(value)
                if found is not None and isinstance(value, Instance):
                    inherits = value.keywords.get("inherit", Scalar(isinstance(value.type, Class)))
                    if base is made.kind or not isinstance(inherits, Scalar) or inherits.value:
                        yield f"{found[0]}{made.kind.name}{found[1]}", value

    def _makes_beside(self, value: Value) -> tuple[str, str] | None:
        """What the name of the model begins and ends with that an attribute adds."""
        if not isinstance(value, Instance):
            return None
        rows = self.order(value.type) if isinstance(value.type, Class) else [value.type]
        return next((BESIDE[dotted] for base in rows if (dotted := dotted_of(base)) in BESIDE), None)


def _adds(method: ast.AST) -> bool:
    """Whether code gives fields to a model: it calls `add_to_class` or `add_field`, or `contribute_to_class` of something else than `super()`."""
    for node in ast.walk(method):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            above = isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super"
            if node.func.attr in ("add_to_class", "add_field") or (node.func.attr == "contribute_to_class" and not above):
                return True
    return False


def _tree_field(name: str, indexed: bool, owner: Class) -> Local:
    arguments: tuple[tuple[str, object], ...] = (("editable", False), *((("db_index", True),) if indexed else ()))
    return Local(name, None, owner, f"{DB}.PositiveIntegerField", arguments, lent="mptt makes this field by itself")


def _never_a_model(base: Symbol) -> bool:
    """Whether no model can derive from a foreign class: one of Python itself, of a package without models, or of Django outside of its models."""
    top = base.dotted.partition(".")[0]
    if top in ("django", "rest_framework"):
        return ".models" not in base.dotted and ".db" not in base.dotted
    return classes.harmless(base) or top in sys.stdlib_module_names or top in WITHOUT_MODELS
