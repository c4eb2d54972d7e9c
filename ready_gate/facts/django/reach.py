"""Which modules of the project are imported when Django starts: a model in any other is not known to it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ready_gate.facts.python.modules import Found, Sources, UnreadableSource

MAX_MODULES = 8_000
MAX_STATEMENTS = 200_000
SETUP = ("ready",)  # methods whose body runs at the start


class Reach:
    """Follows the import statements of modules, without running any."""

    def __init__(self, sources: Sources, search: tuple[str, ...]) -> None:
        self.sources, self.search = sources, search
        self.seen: dict[str, Found] = {}

    def follow(self, roots: Iterable[str]) -> None:
        """Add these modules, and all that they import when they are imported."""
        waiting = list(roots)
        while waiting and len(self.seen) < MAX_MODULES:
            for dotted in self._with_packages(waiting.pop()):
                if dotted in self.seen:
                    continue
                found = self.sources.resolve(dotted, self.search)
                if found is None:
                    continue
                self.seen[dotted] = found
                if found.path is not None:
                    waiting += self._imports(found)

    def classes(self) -> Iterator[tuple[str, ast.ClassDef]]:
        """The class statements of these modules, wherever in their code they stand, apart from those inside of other classes."""
        for dotted, found in self.seen.items():
            try:
                waiting: list[ast.AST] = [*self.sources.parse(found.path).body] if found.path else []
            except UnreadableSource:
                continue
            while waiting:
                node = waiting.pop()
                if isinstance(node, ast.ClassDef):
                    yield dotted, node
                elif isinstance(node, ast.stmt | ast.ExceptHandler):
                    waiting += [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt | ast.ExceptHandler)]

    def _with_packages(self, dotted: str) -> list[str]:
        parts = dotted.split(".")
        return [".".join(parts[: end + 1]) for end in range(len(parts))]

    def _imports(self, found: Found) -> Iterator[str]:
        try:
            body = self.sources.parse(found.path or "").body
        except UnreadableSource:
            return
        for node in _at_import(body):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                home = _home(found, node)
                yield home
                yield from (f"{home}.{alias.name}" for alias in node.names if alias.name != "*")
            elif isinstance(node, ast.Call):
                yield from _named(node)


def _home(found: Found, node: ast.ImportFrom) -> str:
    package = found.dotted if found.is_package else found.dotted.rpartition(".")[0]
    above = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
    return ".".join(part for part in (above if node.level else "", node.module or "") if part)


def _named(node: ast.Call) -> Iterator[str]:
    """`import_module("a.b")`, `include("a.urls")`."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ("import_module", "__import__", "include"):
        yield from (str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _at_import(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The imports of a module that run when it is imported, those in `ready()` included; and the calls that import by a name."""
    waiting: list[ast.AST] = [*body]
    left = MAX_STATEMENTS
    while waiting and left:
        node = waiting.pop()
        left -= 1
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)):
            yield node
        if isinstance(node, ast.Lambda) or (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name not in SETUP):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)
