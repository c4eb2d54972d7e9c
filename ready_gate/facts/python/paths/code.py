"""The project's functions and classes by their names: what a name in a module is, and which methods a class has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.python.paths.states import Class, Function, Module, Value

MAX_HOPS = 8
_WORD = re.compile(rb"[A-Za-z_]\w{2,80}")
Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Names:
    """What one module binds at its top level: definitions, imports (`name: dotted`), assigned expressions and star imports."""

    path: str
    defined: dict[str, Definition | ast.ClassDef] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, ast.expr] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


class Code:
    """The project's production code. `paths` are the files that count, `folders` where imports are looked for."""

    def __init__(self, sources: Sources, paths: Sequence[str], folders: Sequence[str]) -> None:
        self.sources, self.paths, self.folders = sources, tuple(paths), tuple(folders)
        self._names: dict[str, Names | None] = {}
        self._bytes: dict[str, bytes] = {}

    def names(self, path: str) -> Names | None:
        """What a module binds; None where it cannot be parsed."""
        if path not in self._names:
            self._names[path] = None
            try:
                tree = self.sources.parse(path)
            except UnreadableSource:
                return None
            self._names[path] = _names_of(tree, path)
        return self._names[path]

    def bytes_of(self, path: str) -> bytes:
        """The text of a file, to look for words in."""
        if path not in self._bytes:
            self._bytes[path] = self.sources.tree.read_bytes(path, 2_000_000) or b""
        return self._bytes[path]

    def mentioning(self, *words: str) -> list[str]:
        """The files that hold one of the words anywhere."""
        wanted = [word.encode() for word in words]
        return [path for path in self.paths if any(word in self.bytes_of(path) for word in wanted)]

    @cached_property
    def _by_word(self) -> dict[bytes, list[str]]:
        found: dict[bytes, list[str]] = {}
        for path in self.paths:
            for word in set(_WORD.findall(self.bytes_of(path))):
                found.setdefault(word, []).append(path)
        return found

    def using(self, name: str) -> list[str]:
        """The files that hold a name as a whole word."""
        return self._by_word.get(name.encode(), [])

    def look_up(self, path: str, name: str) -> Value | ast.expr | None:
        """What a name at the top level of a module is: a definition, a module, a foreign dotted name, or the expression that it was assigned."""
        found = self.find(path, name)
        if found is None:
            return None
        home, what = found
        if isinstance(what, ast.ClassDef):
            return Value(made=Class(what, home))
        if isinstance(what, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Value(made=Function(what, home))
        return Value(made=Module(home)) if what is None else Value(dotted=what) if isinstance(what, str) else what

    def find(self, path: str, name: str, hops: int = MAX_HOPS) -> tuple[str, Definition | ast.ClassDef | ast.expr | str | None] | None:
        """Where a name of a module comes from: the file, and its definition, its expression, a foreign dotted name, or None for a whole module."""
        names = self.names(path) if hops else None
        if names is None:
            return None
        if name in names.defined:
            return path, names.defined[name]
        if name in names.imported:
            return self.imported(names.imported[name], path, hops - 1)
        if name in names.assigned:
            return path, names.assigned[name]
        for star in names.stars:
            home = self.sources.resolve(star, self.folders)
            if home and home.path and home.path != path and (found := self.find(home.path, name, hops - 1)):
                return found
        return None

    def imported(self, dotted: str, path: str, hops: int) -> tuple[str, Definition | ast.ClassDef | ast.expr | str | None] | None:
        """What an imported dotted name is."""
        module = self.sources.resolve(dotted, self.folders)
        if module and module.path and module.path != path:
            return module.path, None
        parent, _, name = dotted.rpartition(".")
        home = self.sources.resolve(parent, self.folders) if parent else None
        if home and home.path:
            return self.find(home.path, name, hops) or (home.path, f"{parent}.{name}")
        return path, dotted

    def line(self, kind: Class) -> list[Class]:
        """A class and its bases in the project, depth first, nearest first."""
        found: dict[int, Class] = {}
        waiting = [kind]
        while waiting and len(found) < 20:
            current = waiting.pop(0)
            if id(current.node) not in found:
                found[id(current.node)] = current
                waiting[:0] = list(self._bases(current))
        return list(found.values())

    def _bases(self, kind: Class) -> Iterator[Class]:
        for base in kind.node.bases:
            found = self.resolve(base, kind.path)
            if found and isinstance(found.made, Class):
                yield found.made

    def foreign_bases(self, kind: Class) -> list[str]:
        """The dotted names of all bases that are not the project's."""
        bases = [(base, one.path) for one in self.line(kind) for base in one.node.bases]
        found = [(self.resolve(base, path), ast.unparse(base)) for base, path in bases]
        return [value.dotted if value and value.dotted else text for value, text in found if not (value and value.made)]

    def resolve(self, node: ast.expr, path: str) -> Value | None:
        """What a name or dotted name in a module is, without evaluating anything."""
        if isinstance(node, ast.Name):
            found = self.look_up(path, node.id)
            return found if isinstance(found, Value) else None
        if isinstance(node, ast.Attribute):
            base = self.resolve(node.value, path)
            if base and isinstance(base.made, Module):
                found = self.look_up(base.made.path, node.attr)
                return found if isinstance(found, Value) else None
            return Value(dotted=f"{base.dotted}.{node.attr}") if base and base.dotted else None
        return None

    def method(self, kind: Class, name: str, after: ast.ClassDef | None = None) -> Function | None:
        """The method that a class has by this name; with `after`, the next one behind that class."""
        line = self.line(kind)
        start = next((place + 1 for place, one in enumerate(line) if one.node is after), 0) if after else 0
        for one in line[start:]:
            for statement in one.node.body:
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name == name:
                    return Function(statement, one.path, one)
        return None

    def attribute(self, kind: Class, name: str) -> tuple[ast.expr, str] | None:
        """The expression that the class body gives an attribute, and the file that it stands in."""
        for one in self.line(kind):
            for statement in one.node.body:
                for target, value in assignments(statement):
                    if target == name:
                        return value, one.path
        return None

    @cached_property
    def by_method(self) -> dict[str, list[Function]]:
        """The methods of the project's models, managers and services by their names, of files that speak of paying."""
        found: dict[str, list[Function]] = {}
        for path in self.mentioning("pay", "Pay", "paid", "order", "Order"):
            names = self.names(path)
            for kind in names.defined.values() if names else ():
                if isinstance(kind, ast.ClassDef):
                    for one in kind.body:
                        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                            found.setdefault(one.name, []).append(Function(one, path, Class(kind, path)))
        return found

    def functions(self, path: str) -> Iterator[Function]:
        """Every function and method of a module."""
        names = self.names(path)
        for one in names.defined.values() if names else ():
            if isinstance(one, ast.ClassDef):
                for inner in one.body:
                    if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                        yield Function(inner, path, Class(one, path))
            else:
                yield Function(one, path)


def assignments(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement assigns plainly, with the expressions."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
        yield statement.target.id, statement.value


def _names_of(tree: ast.Module, path: str) -> Names:
    names = Names(path)
    for statement in _top(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.defined[statement.name] = statement
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            take_import(statement, names)
        else:
            names.assigned.update(assignments(statement))
    return names


def _top(body: Iterable[ast.stmt], depth: int = 4) -> Iterator[ast.stmt]:
    """The statements of a module, those under `if`, `try` and `with` too."""
    for statement in body:
        if isinstance(statement, (ast.If, ast.Try, ast.With)) and depth:
            yield from _top(statement.body, depth - 1)
            yield from _top(getattr(statement, "orelse", ()), depth - 1)
            for handler in getattr(statement, "handlers", ()):
                yield from _top(handler.body, depth - 1)
        else:
            yield statement


def take_import(statement: ast.Import | ast.ImportFrom, names: Names) -> None:
    """Enter what an import binds."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            names.imported[alias.asname or alias.name.split(".")[0]] = alias.name if alias.asname else alias.name.split(".")[0]
        return
    module = _absolute(statement, names.path)
    for alias in statement.names:
        if alias.name == "*":
            names.stars.append(module)
        else:
            names.imported[alias.asname or alias.name] = f"{module}.{alias.name}" if module else alias.name


def _absolute(statement: ast.ImportFrom, path: str) -> str:
    """The module that is imported from, relative ones with the folders of the file (they are looked for from the root too)."""
    if not statement.level:
        return statement.module or ""
    parts = path.split("/")[: -statement.level]
    return ".".join([*parts, *([statement.module] if statement.module else [])])
