"""Migrations and their operations as they were read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ready_gate.model import Origin

Key = tuple[str, str]  # app label, and the migration's name


@dataclass(frozen=True)
class Operation:
    """One operation. `kind` is the name of Django's class that it is, or derives from without changing what it does to the state; `name` how the
    project calls it. `arguments` are by keyword: plain values, `FieldState` for fields, `Made` for indexes, constraints and managers, operations
    under `state_operations` and `database_operations`. `undecided` says why nobody knows what it does to the state; `whole` whether that may be any
    model of the app rather than the one it names."""

    kind: str
    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    at: Origin | None = None
    undecided: str | None = None

    def text(self, name: str) -> str | None:
        """An argument that is a text."""
        value = self.arguments.get(name)
        return value if isinstance(value, str) else None

    def inner(self, name: str) -> tuple[Operation, ...]:
        """An argument that is a list of operations."""
        value = self.arguments.get(name)
        return tuple(part for part in value if isinstance(part, Operation)) if isinstance(value, (list, tuple)) else ()

    def flat(self) -> Iterator[Operation]:
        """The operations that touch the database: this one, or those inside of it."""
        if self.kind == "SeparateDatabaseAndState":
            for part in self.inner("database_operations"):
                yield from part.flat()
        else:
            yield self


@dataclass(frozen=True)
class Migration:
    """One migration file. `dependencies`, `run_before` and `replaces` are keys; `undecided` says why there may be more operations than these, or
    other dependencies."""

    app: str
    name: str
    path: str
    dependencies: tuple[Key, ...] = ()
    run_before: tuple[Key, ...] = ()
    replaces: tuple[Key, ...] = ()
    operations: tuple[Operation, ...] = ()
    atomic: bool | None = True
    initial: bool | None = None
    at: Origin | None = None
    undecided: str | None = None

    @property
    def key(self) -> Key:
        """App label and name."""
        return self.app, self.name
