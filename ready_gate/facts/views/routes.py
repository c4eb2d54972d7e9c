"""What the project answers to: every URL pattern with its view, and who gets through to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.model import Origin

SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Access:
    """Who gets through to one method of a route. `open`: anybody does (True), somebody without credentials is surely refused (False), or it cannot
    be told (None); `reason` says why in one clause. `action` is the view's method that answers. The classes are dotted paths; a composed permission
    is written as code (`a.B | a.C`)."""

    method: str
    open: bool | None
    reason: str
    action: str | None = None
    permissions: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    throttles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One URL pattern. `pattern` is what Django's resolver shows, all prefixes in front; `name` comes with its namespaces (`shop:cart`).

    `view` is the dotted path of the class or function that is behind all decorators (empty where it is not known), `view_at` its definition;
    `kind` is `drf` (a REST framework class), `api` (a function or class that answers JSON by itself), `ninja`, `graphql`, `class`, `function`,
    `admin` (a whole admin site), `foreign` (another package's view that is none of these) or `unknown`. `access` has an entry for each method that
    the view answers (`ANY` where nothing restricts them). `decorators` are the dotted names of what wraps the view, the outermost first.
    `conditional` says on what it hangs whether the pattern is there. `at` is the line that adds it. `writes`: it changes something on the server.
    `lineage` is what a class inherits from, nearest first; `verified_by` what its code calls to check a signature.
    """

    pattern: str
    name: str | None
    view: str
    kind: str
    at: Origin
    access: tuple[Access, ...] = ()
    view_at: Origin | None = None
    decorators: tuple[str, ...] = ()
    csrf_exempt: bool = False
    writes: bool = False
    conditional: str | None = None
    initkwargs: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    verified_by: str | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods that are answered."""
        return tuple(entry.method for entry in self.access)

    @property
    def open(self) -> bool | None:
        """Whether any of its methods is open to anybody; None where that cannot be told of one and none is open for sure."""
        answers = {entry.open for entry in self.access}
        return True if True in answers else None if None in answers or not answers else False

    @property
    def is_project(self) -> bool:
        """Whether the project's own code answers."""
        return self.view_at is not None and self.view_at.line is not None

    @property
    def is_api(self) -> bool:
        """Whether programs ask for it, not people with a browser."""
        return self.kind in ("drf", "api", "ninja", "graphql")

    def _gathered(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part for entry in self.access for part in getattr(entry, name)))

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permission classes of all methods."""
        return self._gathered("permissions")

    @property
    def authentication(self) -> tuple[str, ...]:
        """The authentication classes of all methods."""
        return self._gathered("authentication")

    @property
    def throttles(self) -> tuple[str, ...]:
        """The throttle classes of all methods."""
        return self._gathered("throttles")


@dataclass(frozen=True)
class Routes:
    """All routes of the production URL configuration, in order. `problems` say where there may be more of the project's own than are known, `unread`
    where there are other packages' routes that nobody here knows."""

    urlconf: str
    routes: tuple[Route, ...] = ()
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def under(self, *kinds: str) -> tuple[Route, ...]:
        """The routes of these kinds."""
        return tuple(route for route in self.routes if route.kind in kinds)
