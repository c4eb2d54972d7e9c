"""Small questions about syntax trees that several facts ask."""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterable, Iterator

from ready_gate.facts.python.codebase import FUNCTIONS, Codebase, Defined, FunctionNode, ModuleCode

_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
MAX_CALLED = 200


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in a tree, in the order of `ast.walk`, without looking into what holds no nodes."""
    waiting = deque([node])
    while waiting:
        node = waiting.popleft()
        for name in node._fields:
            inner = getattr(node, name, None)
            if isinstance(inner, list):
                waiting.extend(part for part in inner if isinstance(part, ast.AST))
            elif isinstance(inner, ast.AST) and name != "ctx":
                waiting.append(inner)
        if isinstance(node, ast.Call):
            yield node


def called_name(node: ast.Call) -> str:
    """The last part of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((item.value for item in node.keywords if item.arg == name), None)


def constant(node: ast.AST | None) -> object:
    """The value of a constant; None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def functions(module: ModuleCode) -> Iterator[Defined]:
    """The functions of a file's top level, and the methods of its classes."""
    for name, node in module.names.items():
        if isinstance(node, FUNCTIONS):
            yield Defined(f"{module.dotted}.{name}", module, node)
        elif isinstance(node, ast.ClassDef):
            yield from methods(Defined(f"{module.dotted}.{name}", module, node))


def methods(kind: Defined) -> Iterator[Defined]:
    """The methods of a class's own body, and those of classes inside of it."""
    for node in kind.node.body if isinstance(kind.node, ast.ClassDef) else []:
        if isinstance(node, FUNCTIONS):
            yield Defined(f"{kind.dotted}.{node.name}", kind.module, node, kind.dotted)
        elif isinstance(node, ast.ClassDef):
            yield from methods(Defined(f"{kind.dotted}.{node.name}", kind.module, node, kind.dotted))


def words(name: str) -> frozenset[str]:
    """The words of a name, in lower case: `cardNumber` and `card_number` have card, number."""
    return frozenset(word.lower() for word in _WORDS.findall(name[:200]))


def names_in(node: ast.AST) -> Iterator[str]:
    """The names, attributes, keys and keyword names that a tree is written with."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, ast.keyword) and inner.arg:
            yield inner.arg
        elif isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant) and isinstance(inner.slice.value, str):
            yield inner.slice.value
        elif isinstance(inner, ast.Call) and called_name(inner) in ("get", "pop") and inner.args and isinstance(constant(inner.args[0]), str):
            yield str(constant(inner.args[0]))


def seconds(node: ast.AST | None) -> float | None:
    """How long the `timedelta` in an expression is, by its constants; None where there is none or more than that to it."""
    for call in calls(node) if node is not None else ():
        if called_name(call) in ("timedelta", "relativedelta"):
            parts = {**dict(zip(("days", "seconds"), call.args, strict=False)), **{item.arg or "": item.value for item in call.keywords}}
            numbers = {name: number(value) for name, value in parts.items()}
            if numbers and all(value is not None and name in _SECONDS for name, value in numbers.items()):
                return sum((value or 0) * _SECONDS[name] for name, value in numbers.items())
    return None


def number(node: ast.AST) -> float | None:
    """A number, also one that is written as a product."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = number(node.left), number(node.right)
        return left * right if left is not None and right is not None else None
    return None


def reachable(code: Codebase, start: Iterable[Defined], depth: int = 3) -> list[Defined]:
    """The functions, and those of the project that they call by name or on themselves, at most so many calls away."""
    found: dict[str, Defined] = {one.dotted: one for one in start}
    edge = list(found.values())
    for _ in range(depth):
        called = [other for one in edge for other in _called(code, one)]
        edge = [other for other in called if other.dotted not in found][:MAX_CALLED]
        found |= {other.dotted: other for other in edge}
    return list(found.values())


def _called(code: Codebase, function: Defined) -> Iterator[Defined]:
    for call in calls(function.node):
        on_itself = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.func.value.id in ("self", "cls")
        if on_itself and function.owner is not None:
            other = code.member(function.owner, called_name(call))
        else:
            dotted = code.dotted(function.module, call.func)
            other = code.find(dotted) if dotted else None
        if other is not None and isinstance(other.node, FUNCTIONS):
            yield other


def listed(node: ast.AST | None) -> list[ast.expr]:
    """The elements of a list or tuple, through `+`."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return list(node.elts)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*listed(node.left), *listed(node.right)]
    return []


__all__ = [
    "FunctionNode",
    "called_name",
    "calls",
    "constant",
    "functions",
    "keyword",
    "listed",
    "methods",
    "names_in",
    "number",
    "reachable",
    "seconds",
    "words",
]
