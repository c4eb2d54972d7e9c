"""The database schema as models or migrations say it, with where each part stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.model import Origin


@dataclass(frozen=True)
class Named:
    """Something that is meant by its dotted path: a function, a class, a constant of another module (`uuid.uuid4`, `django.db.models.CASCADE`)."""

    dotted: str


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
class FieldState:
    """One field as Django's `deconstruct()` would give it.

    `kind` is the class's canonical path (`django.db.models.CharField`), `arguments` what was passed that is not the default, by keyword: plain
    values, `Named`, `Made`, tuples for lists and tuples, and `Undecided` where it cannot be told. `undecided` says why the whole field is not known.
    """

    name: str
    kind: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    at: Origin | None = None
    undecided: str | None = None


@dataclass(frozen=True)
class ModelState:
    """One model. `fields` are in order, without the relations' other ends; `options` are those of Meta that migrations keep; `bases` are
    `app.model` in lower case for models, dotted paths for what else is inherited. `undecided` says why there may be more to it than this."""

    app: str
    name: str
    fields: tuple[FieldState, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    bases: tuple[str, ...] = ("django.db.models.Model",)
    managers: tuple[tuple[str, object], ...] = ()
    at: Origin | None = None
    undecided: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """How a state is looked up: app label and lower-case name."""
        return self.app, self.name.lower()

    def field(self, name: str) -> FieldState | None:
        """The field with this name."""
        return next((item for item in self.fields if item.name == name), None)
