"""The managers of models that migrations keep: those that ask for it, and stand-ins for the default ones under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ready_gate.facts.django.field_kinds import DB, canonical
from ready_gate.facts.django.model_classes import Gathered, ModelClasses
from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.python import classes
from ready_gate.facts.python.values import Answer, Class, Instance, Scalar, Symbol, Value
from ready_gate.facts.views.schema import Made

MANAGER = f"{DB}.Manager"
KINDS = (MANAGER, f"{DB}.BaseManager")
# Of Django and of packages: those with `use_in_migrations`.
IN_MIGRATIONS = frozenset(
    {
        "django.contrib.auth.models.UserManager",
        "django.contrib.auth.models.GroupManager",
        "django.contrib.auth.models.PermissionManager",
        "django.contrib.contenttypes.models.ContentTypeManager",
        "django.contrib.sites.models.SiteManager",
        "django.contrib.sites.managers.CurrentSiteManager",
    }
)


@dataclass(frozen=True)
class Held:
    """A manager under its name."""

    name: str
    value: Value
    kept: bool


class Managers:
    """Finds the managers of model classes."""

    def __init__(self, models: ModelClasses) -> None:
        self.models = models

    def kept(self, made: Gathered, options: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
        """The managers of a model's state."""
        held = list(self._all(made.kind))
        named = {options.get("default_manager_name"), options.get("base_manager_name")}
        default = next((item for item in held if item.name == options.get("default_manager_name")), held[0] if held else None)
        found: list[tuple[str, object]] = []
        for item in held:
            if item.kept:
                found.append((item.name, self.models.fields.plain.part(item.value)))
            elif item is default or item.name in named:
                found.append((item.name, Made(MANAGER)))
        only_shim = len(found) == 1 and found[0][0] == "objects" and default is not None and not default.kept
        return () if only_shim else tuple(found)

    def _all(self, kind: Class) -> Iterator[Held]:
        """The managers by how near the class they stand, then in order."""
        seen = set()
        for base in self.models.order(kind):
            if not isinstance(base, Class) or not self.models.is_model(base):
                continue
            for name, value in base.namespace.items():
                if name not in seen and self._is_manager(value):
                    seen.add(name)
                    yield Held(name, value, self._in_migrations(value))

    def _is_manager(self, value: Value) -> bool:
        if isinstance(value, Answer):
            return value.name.rpartition(".")[2] == "as_manager" or _from_query_set(value.receiver)
        if not isinstance(value, Instance) or self.models.fields.is_field(value):
            return False
        kind = value.type if isinstance(value.type, Class) else self.models.run.foreign(value.type)
        if kind is None:
            return isinstance(value.type, Symbol) and (canonical(value.type.dotted) in KINDS or value.type.dotted.endswith("Manager"))
        rows = classes.order(self.models.run, kind)
        return any(canonical(dotted_of(base)) in KINDS or dotted_of(base).endswith("Manager") or _from_query_set(base) for base in rows)

    def _in_migrations(self, value: Value) -> bool:
        kind = value.type if isinstance(value, Instance) else None
        if isinstance(kind, Symbol):
            kind = self.models.run.foreign(kind) or kind
        if not isinstance(kind, Class):
            return isinstance(kind, Symbol) and kind.dotted in IN_MIGRATIONS
        found = classes.lookup(self.models.run, kind, "use_in_migrations", foreign=False)
        if isinstance(found, Scalar):
            return bool(found.value)
        return any(canonical(dotted_of(base)) in IN_MIGRATIONS for base in classes.order(self.models.run, kind))


def _from_query_set(value: Value | None) -> bool:
    """Whether a class is made by `Manager.from_queryset(…)`."""
    return isinstance(value, Answer) and value.name.rpartition(".")[2] == "from_queryset"
