"""Namespaces of running code."""

from __future__ import annotations

from dataclasses import dataclass, field

from ready_gate.facts.python.values import Table, Value, serials


@dataclass(eq=False)
class Scope:
    """The names of a module, function, class body or comprehension (`kind`). `own` are
    the names that a function sets somewhere, which it therefore has from nowhere else. `open`: why any name may be set or have been changed."""

    kind: str
    path: str
    module: str = ""
    package: str = ""
    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    owner: Value | None = None
    open: str | None = None
    serial: int = field(default_factory=serials)

    def home(self) -> Scope:
        """The scope of the module."""
        scope = self
        while scope.kind != "module" and scope.parent is not None:
            scope = scope.parent
        return scope

    def holder(self) -> Scope:
        """The scope that `locals()` shows: a comprehension has none of its own."""
        scope = self
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    def place(self, name: str) -> Scope:
        """The scope in which an assignment to the name puts it."""
        return self.elsewhere.get(name, self)

    def find(self, name: str) -> Scope | None:
        """The scope that holds the name, seen from here."""
        if name in self.elsewhere:
            scope: Scope | None = self.elsewhere[name]
            return scope if scope is not None and name in scope.names else None
        scope = self
        while scope is not None:
            if name in scope.names and (scope.kind != "class" or scope is self):
                return scope
            if name in scope.own:
                return None
            scope = scope.parent
        return None

    def lacks(self, name: str) -> bool:
        """Whether the name belongs to a function that has not set it (any more)."""
        scope: Scope | None = self
        while scope is not None and name not in scope.own:
            scope = None if name in scope.elsewhere else scope.parent
        return scope is not None


@dataclass(eq=False)
class Namespace(Table):
    """What `globals()`, `locals()` and `vars()` give: a dict whose entries are the names themselves."""

    scope: Scope | None = None


def namespace_of(scope: Scope) -> Namespace:
    """The dict view of a scope; changes of either are changes of both."""
    return Namespace(scope.names, rest=scope.open, scope=scope)  # type: ignore[arg-type]
