"""What the project installs, and how long it is supported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ready_gate.model import Origin


@dataclass(frozen=True)
class Requirement:
    """A required distribution: normalised name, specifier as written (`==5.2.1`, `@git+https://…`), and where. `by_extra` marks what an extra of
    another requirement brings along."""

    name: str
    specifier: str
    at: Origin
    by_extra: bool = False


@dataclass(frozen=True)
class Requirements:
    """What the project installs for production. `files` are the requirement files read; empty when there are none. `optional`: distributions of
    extras and groups that production may install as well."""

    packages: Mapping[str, Requirement]
    files: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()

    def has(self, *names: str) -> bool | None:
        """Whether one of these distributions is required; None when the project has no requirement file."""
        return None if not self.files else any(name in self.packages for name in names)


@dataclass(frozen=True)
class Support:
    """Until which day upstream mends security holes in each release series, as published at `source` on `as_of`."""

    source: str
    as_of: date
    django: Mapping[str, date]
