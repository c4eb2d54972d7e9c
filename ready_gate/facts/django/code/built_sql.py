"""SQL that is put together from texts, anywhere in the project's code."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ready_gate.facts.django.code import tracing_values
from ready_gate.facts.django.code.flows import CONSTANT, Frame, Trace
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.django.code.tracing import Tracer
from ready_gate.facts.python.codebase import FUNCTIONS, ModuleCode
from ready_gate.facts.views.code import Spot
from ready_gate.model import Origin

CALLS = frozenset({"raw", "extra", "execute", "executemany", "RawSQL"})
MAX_SPOTS = 20
MAX_NODES = 20_000


def built_sql(code: Code, known: Collection[Origin]) -> Iterator[Spot]:
    """Calls that run SQL of which a part is no constant, besides those that are known already."""
    found = 0
    tracer = Tracer(code, code.kinds)
    for module in code.containing(b".raw(", b".extra(", b"execute", b"RawSQL"):
        for node in ast.walk(module.tree):
            if isinstance(node, FUNCTIONS):
                for spot in _in_function(tracer, module, node):
                    if spot.at not in known and found < MAX_SPOTS:
                        found += 1
                        yield spot


def _in_function(tracer: Tracer, module: ModuleCode, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Spot]:
    given = dict(_texts(function))
    frame = Frame(module, Trace())
    for _ in range(2):
        for name, nodes in given.items():
            if nodes and all(tracing_values.constant(tracer, frame, node) for node in nodes):
                frame.env[name] = CONSTANT
    for node in _own_nodes(function):
        if isinstance(node, ast.Call) and (name := _name(node)) in CALLS and node.args:
            text = node.args[0]
            options = given.get(text.id, []) if isinstance(text, ast.Name) else [text]
            if any(_is_built(tracer, frame, option) for option in options):
                yield Spot("built-sql", module.at(node), f"SQL for {name} is put together from parts that are not constant")


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    waiting, left = [function], MAX_NODES
    while waiting and left:
        left -= 1
        node = waiting.pop()
        yield node
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, FUNCTIONS)]


def _texts(function: ast.AST) -> Iterator[tuple[str, list[ast.expr]]]:
    """What each local name is given, with what is added to it."""
    found: dict[str, list[ast.expr]] = {}
    for node in _own_nodes(function):
        if isinstance(node, (ast.Assign, ast.AugAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
        elif isinstance(node, (ast.For, ast.comprehension)) and isinstance(node.target, ast.Name):
            found.setdefault(node.target.id, []).append(node.iter)
    yield from found.items()


def _name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_built(tracer: Tracer, frame: Frame, node: ast.expr) -> bool:
    """Whether a text is put together and a part of it is no constant."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        return any(not tracing_values.constant(tracer, frame, part) for part in parts)
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)) and tracing_values.is_text(node)):
        return any(not tracing_values.constant(tracer, frame, part) for part in tracing_values.inserted(node))
    return False
