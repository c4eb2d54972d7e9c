"""The project's own Python as definitions: what a name in a file stands for, where it is defined, and what a class inherits from.

Nothing is evaluated here. It is for questions about code that production runs for a request, where the evaluator would have to guess the request.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.model import Origin

MAX_HOPS = 12
MAX_MRO = 60
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(eq=False)
class ModuleCode:
    """One file of the project, with the names that its top level gives."""

    dotted: str
    path: str
    is_package: bool
    tree: ast.Module

    @cached_property
    def names(self) -> dict[str, ast.AST]:
        """What the top level defines: classes, functions, and the expressions that are assigned. The last one wins, as when it is run."""
        return dict(_definitions(self.tree.body))

    @cached_property
    def _imported(self) -> tuple[dict[str, str], list[str]]:
        """What imported names stand for, those of functions too, and the modules of star imports."""
        names: dict[str, str] = {}
        stars: list[str] = []
        inner = [node for node in statements(self.tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
        top = {id(node) for node in self.tree.body}
        for node in sorted(inner, key=lambda node: id(node) in top):
            if isinstance(node, ast.Import):
                names |= {
                    alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0] for alias in node.names
                }
            else:
                home = self._home(node)
                stars += [home for alias in node.names if alias.name == "*"]
                names |= {alias.asname or alias.name: f"{home}.{alias.name}" for alias in node.names if alias.name != "*"}
        return names, stars

    @property
    def imports(self) -> dict[str, str]:
        """Imported names with the dotted path they stand for."""
        return self._imported[0]

    @property
    def stars(self) -> list[str]:
        """Modules of which everything is imported."""
        return self._imported[1]

    def _home(self, node: ast.ImportFrom) -> str:
        package = self.dotted if self.is_package else self.dotted.rpartition(".")[0]
        up = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
        return ".".join(part for part in (up if node.level else "", node.module or "") if part)

    def at(self, node: ast.AST) -> Origin:
        """Where a node of this file stands."""
        return Origin(self.path, getattr(node, "lineno", None), getattr(node, "end_lineno", None))


@dataclass(frozen=True, eq=False)
class Defined:
    """A definition: its canonical dotted path, its file, its node, and the class it stands in."""

    dotted: str
    module: ModuleCode
    node: ast.AST
    owner: str | None = None

    @property
    def at(self) -> Origin:
        """The line of its head."""
        return Origin(self.module.path, getattr(self.node, "lineno", None))


class Codebase:
    """The files that production may run. `paths` are relative to the root, `folders` those of `sys.path`; `foreign` says what a class of another
    package inherits from."""

    def __init__(
        self, sources: Sources, paths: Iterable[str], folders: Sequence[str], foreign: Callable[[str], Sequence[str]] = lambda dotted: ()
    ) -> None:
        self.sources, self.paths, self.folders = sources, tuple(paths), tuple(dict.fromkeys(posixpath.normpath(folder) for folder in folders))
        self.foreign = foreign
        self._modules: dict[str, ModuleCode | None] = {}
        self._found: dict[str, Defined | None] = {}
        self._orders: dict[str, tuple[str, ...]] = {}
        self._bytes: dict[str, bytes] = {}

    def containing(self, *words: bytes) -> Iterator[ModuleCode]:
        """The files with one of these words in their text, parsed."""
        for path in self.paths:
            if path not in self._bytes:
                self._bytes[path] = self.sources.tree.read_bytes(path, 2_000_000) or b""
            if any(word in self._bytes[path] for word in words) and (module := self.file(path)) is not None:
                yield module

    def file(self, path: str) -> ModuleCode | None:
        """The module of that file."""
        return self.module(self.dotted_of(path))

    def dotted_of(self, path: str) -> str:
        """The name by which the file of that path is imported."""
        folder = next((folder for folder in self._nearest if path.startswith(f"{folder}/")), "")
        inner = path[len(folder) + 1 :] if folder else path
        return inner.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def _nearest(self) -> list[str]:
        return sorted((folder for folder in self.folders if folder != "."), key=len, reverse=True)

    def module(self, dotted: str) -> ModuleCode | None:
        """The module of that name; None where the project has none that can be read."""
        if dotted not in self._modules:
            self._modules[dotted] = self._read(dotted)
        return self._modules[dotted]

    def _read(self, dotted: str) -> ModuleCode | None:
        found = self.sources.resolve(dotted, self.folders)
        if found is None or found.path is None:
            return None
        try:
            return ModuleCode(dotted, found.path, found.is_package, self.sources.parse(found.path))
        except UnreadableSource:
            return None

    # Names

    def dotted(self, module: ModuleCode, node: ast.AST | None) -> str | None:
        """The canonical dotted path that an expression of this file names; None where it is none."""
        parts: list[str] = []
        node = node.value if isinstance(node, ast.Subscript) else node
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        start = self.named(module, node.id)
        return self.canonical(".".join([start, *parts])) if start else None

    def named(self, module: ModuleCode, name: str) -> str | None:
        """What a bare name of this file's top level stands for."""
        if name in module.names and name not in module.imports:
            return f"{module.dotted}.{name}"
        if name in module.imports:
            return module.imports[name]
        for star in module.stars:
            if self.find(f"{star}.{name}") is not None:
                return f"{star}.{name}"
        return None

    def canonical(self, dotted: str) -> str:
        """The path where the thing is defined, followed through modules that only import it."""
        found = self.find(dotted)
        return found.dotted if found is not None else self._elsewhere(dotted)

    def _elsewhere(self, dotted: str) -> str:
        """A foreign name that a module of the project imports under another one."""
        for _ in range(MAX_HOPS):
            home, _, rest = self._split(dotted)
            if home is None or not rest or rest[0] not in home.imports:
                return dotted
            dotted = ".".join([home.imports[rest[0]], *rest[1:]])
        return dotted

    def _split(self, dotted: str) -> tuple[ModuleCode | None, str, list[str]]:
        """The longest part of a path that is a module, and what follows."""
        parts = dotted.split(".")
        for end in range(len(parts) - 1, 0, -1):
            name = ".".join(parts[:end])
            if (module := self.module(name)) is not None:
                return module, name, parts[end:]
        return None, "", parts

    def find(self, dotted: str, hops: int = MAX_HOPS) -> Defined | None:
        """The definition of a dotted path in the project."""
        if dotted not in self._found:
            self._found[dotted] = None  # what imports itself is nowhere
            self._found[dotted] = self._find(dotted, hops)
        return self._found[dotted]

    def _find(self, dotted: str, hops: int) -> Defined | None:
        module, _, rest = self._split(dotted)
        if module is None or not hops:
            return None
        node = module.names.get(rest[0])
        if node is not None and not (rest[0] in module.imports and not isinstance(node, (ast.ClassDef, *FUNCTIONS))):
            if isinstance(node, (ast.Name, ast.Attribute)) and (other := self.dotted(module, node)) not in (None, dotted):
                return self.find(".".join([str(other), *rest[1:]]), hops - 1)
            return self._inside(Defined(f"{module.dotted}.{rest[0]}", module, node), rest[1:])
        if rest[0] in module.imports:
            return self.find(".".join([module.imports[rest[0]], *rest[1:]]), hops - 1)
        return next((found for star in module.stars if (found := self.find(".".join([star, *rest]), hops - 1)) is not None), None)

    def _inside(self, found: Defined, rest: Sequence[str]) -> Defined | None:
        """A class or function inside of a class."""
        for name in rest:
            if not isinstance(found.node, ast.ClassDef):
                return None
            inner = dict(_definitions(found.node.body)).get(name)
            if inner is None:
                inherited = self.member(found.dotted, name)
                return inherited if len(rest) == 1 else None
            found = Defined(f"{found.dotted}.{name}", found.module, inner, found.dotted)
        return found

    # Classes

    def order(self, dotted: str) -> tuple[str, ...]:
        """The class and everything above it in the order that Python asks them, by canonical path; foreign ones as far as they are known."""
        if dotted not in self._orders:
            self._orders[dotted] = (dotted,)
            self._orders[dotted] = tuple(_merged([[dotted], *[list(self.order(base)) for base in self.bases(dotted)], list(self.bases(dotted))]))[
                :MAX_MRO
            ]
        return self._orders[dotted]

    def bases(self, dotted: str) -> tuple[str, ...]:
        """What a class inherits from directly. A base that is computed is an empty text."""
        found = self.find(dotted)
        if found is None:
            return tuple(base for base in self.foreign(dotted) if base != dotted)
        if not isinstance(found.node, ast.ClassDef):
            return ()
        return tuple(self._base(found.module, base) for base in found.node.bases)

    def _base(self, module: ModuleCode, node: ast.expr) -> str:
        named = self.dotted(module, node)
        if named is not None:
            return named
        return node.id if isinstance(node, ast.Name) else ""

    def is_a(self, dotted: str | None, *starts: str) -> bool:
        """Whether the class or one above it has a path that begins so."""
        return dotted is not None and any(name.startswith(starts) for name in self.order(dotted))

    def member(self, dotted: str, name: str, *, after: str | None = None) -> Defined | None:
        """The method or attribute as the first class of the project in order has it."""
        order = self.order(dotted)
        for kind in order[order.index(after) + 1 :] if after in order else order:
            found = self.find(kind)
            node = self.own(found, name) if found is not None else None
            if found is not None and node is not None:
                return Defined(f"{kind}.{name}", found.module, node, kind)
        return None

    def own(self, found: Defined, name: str) -> ast.AST | None:
        """What a class's own body gives a name."""
        return dict(_definitions(found.node.body)).get(name) if isinstance(found.node, ast.ClassDef) else None

    def classes(self, module: ModuleCode) -> Iterator[Defined]:
        """The classes of a file's top level."""
        for name, node in module.names.items():
            if isinstance(node, ast.ClassDef):
                yield Defined(f"{module.dotted}.{name}", module, node)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement, those inside of others too, without a look at any expression."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                waiting += inner
                yield from (part for part in inner if isinstance(part, ast.stmt))


def _definitions(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """The names that a block gives, also those in its branches."""
    for node in body:
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _targets(target, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, (ast.If, ast.Try, ast.With)):
            for block in ("finalbody", "orelse", "handlers", "body"):
                inner = getattr(node, block, [])
                yield from _definitions([part for one in inner for part in (one.body if isinstance(one, ast.ExceptHandler) else [one])])


def _targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        same = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        for index, inner in enumerate(target.elts):
            yield from _targets(inner, value.elts[index] if same and isinstance(value, (ast.Tuple, ast.List)) else value)


def _merged(rows: list[list[str]]) -> list[str]:
    """C3; where there is no consistent order, what comes first in the rows."""
    result: list[str] = []
    rows = [row for row in rows if row]
    while rows:
        tails = {name for row in rows for name in row[1:]}
        head = next((row[0] for row in rows if row[0] not in tails), rows[0][0])
        result.append(head)
        rows = [inner for row in rows if (inner := [name for name in row if name != head])]
    return result
