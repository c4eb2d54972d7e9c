"""What the project's migrations say, held against its models."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.model import Origin


@dataclass(frozen=True)
class Missing:
    """An operation that no migration holds and `makemigrations` would write. `said` is it in words; `at` where the model or field stands."""

    operation: str
    model: str
    field: str | None
    said: str
    at: Origin | None = None


@dataclass(frozen=True)
class Unsafe:
    """An operation that a running PostgreSQL, or the release that still runs, would suffer from. `kind` is the second half of the rule's id, `lock`
    what it holds meanwhile."""

    kind: str
    migration: str
    operation: str
    reason: str
    at: Origin | None = None
    lock: str | None = None


@dataclass(frozen=True)
class Doubted:
    """What could not be told of an app's migrations or of one of its models, and why."""

    model: str | None
    reason: str
    at: Origin | None = None


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the migrations themselves: conflicts, broken dependencies, files that git does not have. `kind` is the
    second half of the rule's id."""

    kind: str
    message: str
    at: Origin | None = None
    fix: str | None = None


@dataclass(frozen=True)
class AppMigrations:
    """One app of the project. `leaves` are the migrations that nothing follows; `compared` whether its models were held against them."""

    label: str
    leaves: tuple[str, ...] = ()
    count: int = 0
    missing: tuple[Missing, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    unsafe: tuple[Unsafe, ...] = ()
    undecided: tuple[Doubted, ...] = ()

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The leaves, where there is more than one."""
        return self.leaves if len(self.leaves) > 1 else ()


@dataclass(frozen=True)
class Migrations:
    """The project's apps that have models or migrations. `doubts`: why apps may be missing here; `against` names the base commit that new migrations
    were told by, None where there is none and each app's newest counts as new."""

    apps: tuple[AppMigrations, ...]
    doubts: tuple[str, ...] = ()
    against: str | None = None
