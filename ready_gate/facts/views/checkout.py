"""The checkout: git, documents, dumps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Git:
    """The checkout. `tracked` are the tracked paths; `commits` whether there is any commit; `dirty` the tracked files with uncommitted changes
    (None where that could not be told)."""

    tracked: frozenset[str]
    commits: bool
    head: str | None = None
    dirty: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Document:
    """A page of documentation or an environment template. `words`: what could be the name of a variable (capitals, or with an underscore), each
    with its first line; `assigned`: the names that a template gives a value, commented out or not."""

    path: str
    words: Mapping[str, int]
    template: bool = False
    assigned: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Documents:
    """What is written down. `elsewhere` are the names that templates assign and deploy files use; `cut` says why not everything was read."""

    pages: tuple[Document, ...]
    elsewhere: frozenset[str] = frozenset()
    cut: str | None = None

    def naming(self, name: str) -> Document | None:
        """The first page that names it."""
        return next((page for page in self.pages if name in page.words or name in page.assigned), None)


@dataclass(frozen=True)
class Dumps:
    """Tracked SQL files: the database dumps with rows in them, and those that could not be looked into."""

    with_data: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
