"""What the source of another package says of its classes: bases, attributes and methods, without following any of it.

Expressions are kept as texts in which every name is written with its dotted path, so that they mean the same anywhere.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_TEXT = 1_500
MAX_DEPTH = 3
BUILTINS = frozenset(dir(builtins))
STAR = "*"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class ClassOutline:
    """One class. An attribute is None where its expression is too long to be kept; `methods` are the decorators of each, as texts; `nodes` the
    definitions of the methods, where the source is at hand."""

    bases: list[str] = field(default_factory=list)
    attributes: dict[str, str | None] = field(default_factory=dict)
    methods: dict[str, list[str]] = field(default_factory=dict)
    inner: dict[str, ClassOutline] = field(default_factory=dict)
    nodes: dict[str, Function] = field(default_factory=dict)


@dataclass
class ModuleOutline:
    """One module: what its names stand for by dotted path, its classes, its functions, and the modules it takes everything from."""

    names: dict[str, str] = field(default_factory=dict)
    classes: dict[str, ClassOutline] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)


def outline(body: list[ast.stmt], dotted: str, is_package: bool) -> ModuleOutline:
    """The outline of a module's code; of what a condition decides, the first is taken."""
    made = ModuleOutline()
    statements = list(_flat(body))
    local = {node.name for node in statements if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))}
    local |= {target.id for node in statements for target in _targets(node)}
    made.names = {name: f"{dotted}.{name}" for name in local}
    for node in statements:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _imported(made, node, dotted, is_package)
    for node in statements:
        if isinstance(node, ast.ClassDef):
            made.classes.setdefault(node.name, _class(node, made.names, f"{dotted}.{node.name}", 0))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            made.functions.append(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in made.names:
            made.names |= {target.id: made.names[node.value.id] for target in _targets(node)}
        elif isinstance(node, ast.Assign) and (kind := _viewed(node.value)) in made.classes:
            made.names |= {target.id: f"{dotted}.{kind}" for target in _targets(node)}
    return made


def _viewed(node: ast.expr) -> str | None:
    """The class of a view that a module keeps under another name: `login = LoginView.as_view()`."""
    made = node.func if isinstance(node, ast.Call) else None
    return made.value.id if isinstance(made, ast.Attribute) and made.attr == "as_view" and isinstance(made.value, ast.Name) else None


def _flat(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module with those under conditions."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _flat([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _flat([*node.body, *node.orelse, *(inner for handler in node.handlers for inner in handler.body)])
        else:
            yield node


def _targets(node: ast.stmt) -> list[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target for target in targets if isinstance(target, ast.Name)]


def _imported(made: ModuleOutline, node: ast.Import | ast.ImportFrom, dotted: str, is_package: bool) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            made.names.setdefault(alias.asname or top, alias.name if alias.asname else top)
        return
    package = dotted if is_package else dotted.rpartition(".")[0]
    above = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
    home = ".".join(part for part in (above if node.level else "", node.module or "") if part)
    for alias in node.names:
        if alias.name == STAR:
            made.stars.append(home)
        else:
            made.names.setdefault(alias.asname or alias.name, f"{home}.{alias.name}")


def _class(node: ast.ClassDef, names: dict[str, str], dotted: str, depth: int) -> ClassOutline:
    made = ClassOutline(bases=[text for base in node.bases if (text := written(base, names)) is not None])
    inside = dict(names)
    for item in _flat(node.body):
        if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
            made.methods[item.name] = [text for decorator in item.decorator_list if (text := written(decorator, inside)) is not None]
            made.nodes[item.name] = item
            inside[item.name] = f"{dotted}.{item.name}"
        elif isinstance(item, ast.ClassDef) and depth < MAX_DEPTH:
            made.inner[item.name] = _class(item, inside, f"{dotted}.{item.name}", depth + 1)
        elif isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value is not None:
            text = written(item.value, inside)
            for target in _targets(item):
                made.attributes[target.id] = text
                inside[target.id] = f"{dotted}.{target.id}"
    return made


class _Qualified(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        dotted = self.names.get(node.id)
        if dotted is None or not isinstance(node.ctx, ast.Load):
            return node
        first, *rest = dotted.split(".")
        made: ast.expr = ast.Name(first, ast.Load())
        for part in rest:
            made = ast.Attribute(made, part, ast.Load())
        return made


def written(node: ast.expr, names: dict[str, str]) -> str | None:
    """The expression as a text with dotted paths; None where it is no plain one, or too long."""
    if any(isinstance(inner, (ast.Lambda, ast.comprehension, ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)) for inner in ast.walk(node)):
        return None
    try:
        copied = ast.parse(ast.unparse(node), mode="eval")
        text = ast.unparse(_Qualified(names).visit(copied))
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return text if len(text) <= MAX_TEXT else None


def roots(expression: ast.expr) -> set[str]:
    """The top-level names that an expression needs."""
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name) and node.id not in BUILTINS}
