"""The names of the way back as Django before 4.0 writes and compares them: those that a relation has as a part of its model."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ready_gate.facts.django.deconstruct import formatted, hidden
from ready_gate.facts.views.schema import FieldState, ModelState

BY_STATE = (4,)  # since then the names are those that were written
TO_ITSELF = "_rel_+"  # of a relation to `self` that is its own way back
Fields = tuple[FieldState, FieldState]


@dataclass(frozen=True)
class Binding:
    """How the names are compared in this version. `settled`: the project's requirements say on which side of 4.0 it is."""

    version: tuple[int, ...]
    settled: bool = True

    def pair(self, before: tuple[ModelState, FieldState], after: tuple[ModelState, FieldState]) -> Fields:
        """A field of the migrations and the one of the models, each with the names that count."""
        (old_model, old), (new_model, new) = before, after
        if self.settled and self.version < BY_STATE and old.arguments.get("primary_key") is True and new.arguments.get("primary_key") is True:
            old, new = _as_key(old), _as_key(new)
        if "to" not in new.arguments or "to" not in old.arguments or (self.settled and self.version >= BY_STATE):
            return old, new
        if self.settled:
            return self._bound(old_model, old, keep=TO_ITSELF), self._bound(new_model, new)
        hides = _way_back(new).endswith("+") or new.arguments["to"] == f"{new_model.app}.{new_model.name.lower()}"
        return (_loose(old_model, old, hides), _loose(new_model, new, hides)) if is_many(new) else (_loose(old_model, old), _loose(new_model, new))

    def _bound(self, model: ModelState, one: FieldState, keep: str | None = None) -> FieldState:
        one = _with_default(model, one)
        name = _way_back(one)
        if not is_many(one) or not name.endswith("+"):
            return one
        stays = keep is not None and name.endswith(keep)
        return _named(one, f"{one.name}{keep}" if stays else hidden(model.app, model.name, one.name, self.version))


def _as_key(one: FieldState) -> FieldState:
    """A primary key in its model, which is not serialized."""
    return replace(one, arguments={**one.arguments, "serialize": False})


def _loose(model: ModelState, one: FieldState, hides: bool = False) -> FieldState:
    """As both ways of writing have it: with what the model says filled in, and without a name that only says that there is no way back."""
    one = _with_default(model, one)
    if hides and _way_back(one).endswith("+"):
        return replace(one, arguments={name: value for name, value in one.arguments.items() if name != "related_name"})
    return one


def _with_default(model: ModelState, one: FieldState) -> FieldState:
    held = one.arguments.get("related_name") or model.options.get("default_related_name")
    return one if held is None else _named(one, formatted(held, model.app, model.name) if isinstance(held, str) else held)


def _way_back(one: FieldState) -> str:
    name = one.arguments.get("related_name")
    return name if isinstance(name, str) else ""


def _named(one: FieldState, name: object) -> FieldState:
    return replace(one, arguments={**one.arguments, "related_name": name})


def is_many(one: FieldState) -> bool:
    """Whether the field is a many-to-many relation, which has no column."""
    last = one.kind.rpartition(".")[2]
    return "ManyToMany" in last or last == "TaggableManager"
