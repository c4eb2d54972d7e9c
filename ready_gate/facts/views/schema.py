"""The database schema as models or migrations say it, with where each part stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ready_gate.model import Origin


@dataclass(frozen=True)
class Named:
    """Something that is meant by its dotted path: a function, a class (`uuid.uuid4`, `django.db.models.CASCADE`). `vague`: it belongs to another
    package, where it may as well be a constant, whose value nobody knows here."""

    dotted: str
    vague: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Made:
    """An object made by a call that a migration would write down again: a validator, `Q(…)`, an expression, `Value(0)`."""

    dotted: str
    args: tuple[object, ...] = ()
    keywords: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Undecided:
    """A part of which nobody can say from the source what it is, and why. Nothing equals it and nothing differs from it."""

    reason: str


@dataclass(frozen=True)
class Anew(Undecided):
    """A part that is another one each time that the project starts: it differs from whatever a migration holds."""


class Listed(tuple[object, ...]):
    """A list: it is no tuple of the same parts, neither for Python nor for what a migration compares."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listed) and tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


@dataclass(frozen=True)
class FieldState:
    """One field as Django's `deconstruct()` would give it.

    `kind` is the class's canonical path (`django.db.models.CharField`), `arguments` what was passed that is not the default, by keyword: plain
    values, `Named`, `Made`, `Listed` for lists, and `Undecided` where it cannot be told. `undecided` says why the whole field is not known. `open`:
    why the class may have added arguments to these, or left some out (nobody knows its source). `lent`: why another release of the package that
    the field comes from may have it otherwise.
    """

    name: str
    kind: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    at: Origin | None = None
    undecided: str | None = None
    open: str | None = None
    lent: str | None = None


@dataclass(frozen=True)
class ModelState:
    """One model. `fields` are in order, without the relations' other ends; `options` are those of Meta that migrations keep; `bases` are
    `app.model` in lower case for models, dotted paths for what else is inherited. `undecided` says why there may be more to it than this,
    `lent` why some of it may be otherwise: where nothing differs from the migrations, that is no doubt."""

    app: str
    name: str
    fields: tuple[FieldState, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    bases: tuple[str, ...] = ("django.db.models.Model",)
    managers: tuple[tuple[str, object], ...] = ()
    at: Origin | None = None
    undecided: str | None = None
    lent: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """How a state is looked up: app label and lower-case name."""
        return self.app, self.name.lower()

    def field(self, name: str) -> FieldState | None:
        """The field with this name."""
        return next((item for item in self.fields if item.name == name), None)


# What no class of fields leaves out of its `deconstruct()`, or gives itself in another way than it was given.
KEPT = ("null", "verbose_name", "help_text", "related_name", "to", "db_column")


def same(one: object, other: object) -> bool | None:
    """Whether two parts of a schema are the same; None where one of them is not known well enough."""
    if isinstance(one, Anew) or isinstance(other, Anew):
        return False
    if isinstance(one, Undecided) or isinstance(other, Undecided):
        return None
    if isinstance(one, FieldState) and isinstance(other, FieldState):
        return same_field(one, other)
    if isinstance(one, Made) and isinstance(other, Made):
        alike = _same_class(one.dotted, other.dotted)
        if not alike and one.dotted.endswith("Storage") and other.dotted.endswith("Storage") and _package(one) == _package(other):
            return None  # a storage class may make objects of another one
        return _all((alike, same(one.args, other.args), same(one.keywords, other.keywords)))
    if isinstance(one, Named) or isinstance(other, Named):
        return _same_name(one, other)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and _all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple) and isinstance(other, tuple):
        alike = isinstance(one, Listed) == isinstance(other, Listed) and len(one) == len(other)
        return alike and _all(same(*pair) for pair in zip(one, other, strict=True))
    return _equal(one, other)


def same_field(one: FieldState, other: FieldState) -> bool | None:
    """Whether `deconstruct()` would give the same for both; None where it cannot be told. Where the class is not known, only what both were given
    counts: the one that a migration holds also has what the class adds by itself."""
    if one.undecided or other.undecided:
        return None
    if one.lent or other.lent:
        return True if same_field(replace(one, lent=None), replace(other, lent=None)) else None
    if not _same_class(one.kind, other.kind):
        return False
    if not (one.open or other.open):
        return same(one.arguments, other.arguments)
    if same(one.arguments, other.arguments):
        return True
    both = [name for name in KEPT if name in one.arguments and name in other.arguments]
    return False if any(same(one.arguments[name], other.arguments[name]) is False for name in both) else None


def _same_name(one: object, other: object) -> bool | None:
    """Whether they mean one thing; what is vague may be whatever the other is, apart from something of another package."""
    vague = any(isinstance(part, Named) and part.vague for part in (one, other))
    if isinstance(one, Named) and isinstance(other, Named):
        if one.dotted == other.dotted or (vague and _same_class(one.dotted, other.dotted)):
            return True
        return None if vague and one.dotted.partition(".")[0] == other.dotted.partition(".")[0] else False
    return None if vague else False


def _package(made: Made) -> str:
    return made.dotted.partition(".")[0]


def _same_class(one: str, other: str) -> bool:
    """Whether two paths mean one class: a package may hand on its classes under shorter paths."""
    return one == other or (one.partition(".")[0], one.rpartition(".")[2]) == (other.partition(".")[0], other.rpartition(".")[2])


def _equal(one: object, other: object) -> bool:
    """As Python has it, and so Django: 0 is 0.0, False and Decimal("0")."""
    try:
        return bool(one == other)
    except ArithmeticError:  # a signalling NaN
        return False


def _all(answers: Iterable[bool | None]) -> bool | None:
    """False where any is, None where any is not known, True otherwise."""
    known = list(answers)
    return False if False in known else None if None in known else True
