"""What a piece of code would set, told from its text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def walk(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All nodes of the code, without what is inside of functions and classes."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            waiting += ast.iter_child_nodes(node)


def assigned_names(body: Sequence[ast.AST]) -> set[str]:
    """The names that the code may set, or whose contents it may change."""
    found: set[str] = set()
    for node in walk(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
            found |= root_name(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found |= root_name(node.func)
    return found - {"*"}


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(body: object) -> set[str]:
    """The names that these statements of a function make its own."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(body) if isinstance(body, list) else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, COMPREHENSIONS):
            found |= {inner.target.id for inner in walk([node]) if isinstance(inner, ast.NamedExpr) and isinstance(inner.target, ast.Name)}
            continue
        found |= _bound_by(node)
        if not isinstance(node, FUNCTIONS):
            waiting += ast.iter_child_nodes(node)
    return found


def _bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return set() if isinstance(node.ctx, ast.Load) else {node.id}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return {node.name} if node.name else set()
    return {node.rest} if isinstance(node, ast.MatchMapping) and node.rest else set()


def root_name(node: ast.expr) -> set[str]:
    """`A` for `A["x"].y`."""
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def star_imports(body: Sequence[ast.AST]) -> list[ast.ImportFrom]:
    """The star imports in the code."""
    return [node for node in walk(body) if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)]


def leaves(body: Sequence[ast.AST]) -> bool:
    """Whether the code may leave the function or loop that it is in."""
    return any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for node in walk(body))
