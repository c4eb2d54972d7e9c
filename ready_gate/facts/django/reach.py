"""Which modules of the project are imported when Django starts: a model in any other is not known to it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ready_gate.facts.python.modules import Found, Sources, UnreadableSource

MAX_MODULES = 8_000
MAX_STATEMENTS = 200_000
LARGEST = 5_000_000
BY_NAME = (b"import_module(", b"include(", b"__import__(")
# How the names of base classes end that are no models.
OTHERS = (
    *("Serializer", "View", "ViewSet", "Viewset", "Admin", "Inline", "Form", "FormSet", "TestCase", "Test", "Exception", "Error", "Warning", "Type"),
    *(
        "Mutation",
        "Enum",
        "Choices",
        "Config",
        "Filter",
        "FilterSet",
        "Permission",
        "Middleware",
        "Resource",
        "Command",
        "Field",
        "Widget",
        "Manager",
    ),
    *("QuerySet", "Storage", "Backend", "Factory", "Schema", "Pagination", "Renderer", "Parser", "Throttle", "Authentication", "Sitemap", "Feed"),
    *("Plugin", "NamedTuple", "TypedDict", "Protocol", "object", "dict", "list", "str", "int", "Input", "ObjectType", "Connection", "Loader"),
)
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
            yield from ((dotted, node) for node in self._classes_of(found))

    def _classes_of(self, found: Found) -> Iterator[ast.ClassDef]:
        try:
            waiting: list[ast.AST] = [*self.sources.parse(found.path).body] if found.path else []
        except UnreadableSource:
            return
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.ClassDef):
                yield node
            elif isinstance(node, ast.stmt | ast.ExceptHandler):
                waiting += [inner for inner in ast.iter_child_nodes(node) if isinstance(inner, ast.stmt | ast.ExceptHandler)]

    def may_hold_models(self, found: Found) -> bool:
        """Whether a class of the module may be a model: it derives from something whose name does not say that it is another thing."""
        return any(may_be_model(node) for node in self._classes_of(found))

    def _with_packages(self, dotted: str) -> list[str]:
        parts = dotted.split(".")
        return [".".join(parts[: end + 1]) for end in range(len(parts))]

    def _imports(self, found: Found) -> Iterator[str]:
        try:
            body = self.sources.parse(found.path or "").body
        except UnreadableSource:
            return
        data = self.sources.tree.read_bytes(found.path or "", LARGEST) or b""
        for node in _at_import(body, by_name=any(word in data for word in BY_NAME)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                home = _home(found, node)
                yield home
                yield from (f"{home}.{alias.name}" for alias in node.names if alias.name != "*")
            elif isinstance(node, ast.Call):
                yield from _named(node)


def may_be_model(node: ast.ClassDef) -> bool:
    """Whether a class statement may make a model, by the names of its bases and what stands in its body."""
    names = [base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else "" for base in node.bases]
    said = (ast.Assign, ast.AnnAssign, ast.ClassDef, ast.Pass, ast.Expr, ast.For, ast.If, ast.Try, ast.With)
    return any(not name.endswith(OTHERS) for name in names) and any(isinstance(item, said) for item in node.body)


def looks_like_model(node: ast.ClassDef) -> bool:
    """Whether a class statement very likely makes a model: something in it is called as fields are, or a base of it is called a model."""
    names = [ast.unparse(base) for base in node.bases]
    if not may_be_model(node) or any(name.endswith(OTHERS) for name in names):
        return False
    calls = [item.value.func for item in node.body if isinstance(item, (ast.Assign, ast.AnnAssign)) and isinstance(item.value, ast.Call)]
    fields = [ast.unparse(call) for call in calls]
    return any(name.endswith("Model") for name in names) or any(name.startswith("models.") and name.endswith(("Field", "Key")) for name in fields)


def _home(found: Found, node: ast.ImportFrom) -> str:
    package = found.dotted if found.is_package else found.dotted.rpartition(".")[0]
    above = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
    return ".".join(part for part in (above if node.level else "", node.module or "") if part)


def _named(node: ast.Call) -> Iterator[str]:
    """`import_module("a.b")`, `include("a.urls")`."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    if name in ("import_module", "__import__", "include"):
        yield from (str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def _at_import(body: list[ast.stmt], *, by_name: bool) -> Iterator[ast.AST]:
    """The imports of a module that run when it is imported, those in `ready()` included; and (`by_name`) the calls that import by a name."""
    waiting: list[ast.AST] = [*body]
    left = MAX_STATEMENTS
    while waiting and left:
        node = waiting.pop()
        left -= 1
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)):
            yield node
        if isinstance(node, ast.Lambda) or (isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name not in SETUP):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
            continue
        waiting += [inner for inner in ast.iter_child_nodes(node) if by_name or isinstance(inner, ast.stmt | ast.ExceptHandler)]
