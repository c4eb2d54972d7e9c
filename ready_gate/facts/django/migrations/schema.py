"""The schema that migrations add up to, while they are replayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ready_gate.facts.views.schema import FieldState, ModelState

ModelKey = tuple[str, str]


@dataclass
class Schema:
    """Models by app label and lower-case name. `doubts` says of apps why any model of theirs may be different, or may not be there."""

    models: dict[ModelKey, ModelState] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    relations: dict[ModelKey, set[ModelKey]] = field(default_factory=dict)

    def put(self, model: ModelState) -> None:
        """Add a model, or take this state for the one that is there."""
        self.models[model.key] = model
        for target in targets(model):
            self.relations.setdefault(target, set()).add(model.key)

    def drop(self, key: ModelKey) -> None:
        """Take a model away."""
        self.models.pop(key, None)

    def doubt(self, app: str, reason: str) -> None:
        """Nobody knows what becomes of this app's models from here on."""
        self.doubts.setdefault(app, reason)

    def referring(self, key: ModelKey) -> Iterator[ModelState]:
        """The models with a relation to this one."""
        for other in sorted(self.relations.get(key, ())):
            if other in self.models:
                yield self.models[other]

    def change(self, key: ModelKey, work: Callable[[ModelState], ModelState]) -> bool:
        """Change one model; whether it is there."""
        if key not in self.models:
            return False
        self.put(work(self.models[key]))
        return True


def reference(app: str, written: object) -> ModelKey | None:
    """The model that `app.Model`, or `Model` in the same app, names."""
    if not isinstance(written, str) or not written:
        return None
    label, dot, name = written.rpartition(".")
    return (label if dot else app, name.lower())


def targets(model: ModelState) -> Iterator[ModelKey]:
    """The models that the relations of this one name."""
    for one in model.fields:
        for argument in ("to", "through"):
            key = reference(model.app, one.arguments.get(argument))
            if key is not None:
                yield key


def with_field(model: ModelState, new: FieldState, old: str | None = None) -> ModelState:
    """The model with this field: in the place of the one called `old`, or as its last."""
    name = old or new.name
    if model.field(name) is None:
        return replace(model, fields=(*model.fields, new))
    return replace(model, fields=tuple(new if one.name == name else one for one in model.fields))


def without_field(model: ModelState, name: str) -> ModelState:
    """The model without a field."""
    return replace(model, fields=tuple(one for one in model.fields if one.name != name))


def with_options(model: ModelState, options: Mapping[str, object], cleared: tuple[str, ...] = ()) -> ModelState:
    """The model with these options; those of `cleared` that are not given are gone."""
    kept = {name: value for name, value in model.options.items() if name not in cleared or name in options}
    return replace(model, options={**kept, **options})


def with_argument(one: FieldState, name: str, value: object) -> FieldState:
    """The field with another argument."""
    return replace(one, arguments={**one.arguments, name: value})
