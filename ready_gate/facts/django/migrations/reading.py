"""One migration file: its class, read without running it."""

from __future__ import annotations

from ready_gate.facts.django.migrations.operations import Operations
from ready_gate.facts.django.migrations.parts import Key, Migration
from ready_gate.facts.django.program import Program
from ready_gate.facts.python.values import Class, Instance, Items, Scalar, Symbol, Unknown, Value
from ready_gate.facts.views.schema import Undecided
from ready_gate.model import Origin

BASE = "django.db.migrations.Migration"
SETTING = "__setting__"


class Reader:
    """Reads the migrations of a project."""

    def __init__(self, program: Program, operations: Operations) -> None:
        self.program, self.operations = program, operations

    def read(self, app: str, dotted: str, path: str) -> Migration:
        """The migration in that module."""
        name, start = dotted.rpartition(".")[2], Origin(path, 1)
        loaded = self.program.module(dotted)
        kind = loaded.names.get("Migration") if loaded is not None else None
        if loaded is None or not isinstance(kind, Class):
            reason = loaded.incomplete if loaded is not None and loaded.incomplete else kind.reason if isinstance(kind, Unknown) else None
            return Migration(app, name, path, at=start, undecided=f"{path}: {reason or 'there is no class Migration in it'}")
        at = kind.origins[-1] if kind.origins else start
        held = {part: self.program.lookup(kind, part) for part in ("dependencies", "run_before", "replaces", "operations", "atomic", "initial")}
        operations = self._operations(app, held["operations"])
        keys = {part: self._keys(held[part]) for part in ("dependencies", "run_before", "replaces")}
        doubts = [part.reason for part in (operations, *keys.values()) if isinstance(part, Undecided)]
        return Migration(
            app,
            name,
            path,
            **{part: found if not isinstance(found, Undecided) else () for part, found in keys.items()},
            operations=() if isinstance(operations, Undecided) else operations,
            atomic=_truth(held["atomic"]),
            initial=_truth(held["initial"], None),
            at=at,
            undecided=f"{path}: {doubts[0]}" if doubts else None,
        )

    def _operations(self, app: str, value: Value | None):  # type: ignore[no-untyped-def]
        if value is None or _from_django(value):
            return ()
        return self.operations.many(app, value)

    def _keys(self, value: Value | None) -> tuple[Key, ...] | Undecided:
        if value is None or _from_django(value):
            return ()
        if not isinstance(value, Items) or value.rest:
            return Undecided(value.reason if isinstance(value, Unknown) else "a list of migrations is not known")
        found = [key for item in value.items if (key := self._key(item)) is not None]
        return tuple(found)

    def _key(self, value: Value) -> Key | None:
        """App and name. A dependency on a model that a setting names is one on the first migration of its app."""
        if isinstance(value, Items) and len(value.items) == 2:
            app, name = value.items
            if isinstance(app, Scalar) and isinstance(name, Scalar):
                return str(app.value), str(name.value)
        return None


def _from_django(value: Value) -> bool:
    """Whether Django's own class says it, which says nothing."""
    return isinstance(value, (Symbol, Instance)) or (isinstance(value, Unknown) and BASE in value.reason)


def _truth(value: Value | None, default: bool | None = True) -> bool | None:
    return bool(value.value) if isinstance(value, Scalar) and value.value is not None else default
