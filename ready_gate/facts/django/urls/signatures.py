"""Whether a view's own code checks a signature, as webhooks do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls.nobody import function_of
from ready_gate.facts.python.values import Class, Function, Value

MAX_FUNCTIONS = 30
MAX_DEPTH = 3
EXACT = frozenset({"construct_event", "compare_digest", "constant_time_compare", "verifySignature"})
CHECKING = re.compile(
    r"(?:verif|valid|check)\w{0,20}(?:signature|checksum|hmac|digest|hash)|(?:signature|checksum|hmac)\w{0,20}(?:verif|valid)", re.I
)


def verification(program: Program, target: Value) -> str | None:
    """The name of what is called to check a signature, looked for in the view and in the project's functions that it calls."""
    waiting = [(function, 0) for function in _functions(target)]
    for _ in range(MAX_FUNCTIONS):
        if not waiting:
            return None
        function, depth = waiting.pop(0)
        if function.node is None:
            continue
        for call in [node for node in ast.walk(function.node) if isinstance(node, ast.Call)]:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""
            if name in EXACT or CHECKING.search(name):
                return name
            inner = _called(program, function, call) if depth < MAX_DEPTH else None
            if inner is not None:
                waiting.append((inner, depth + 1))
    return None


def _functions(target: Value) -> Iterator[Function]:
    if isinstance(target, Function):
        yield target
    if isinstance(target, Class):
        for held in target.namespace.values():
            function = function_of(held)
            if isinstance(function, Function):
                yield function


def _called(program: Program, function: Function, call: ast.Call) -> Function | None:
    """The project's function that a plain name stands for."""
    if not isinstance(call.func, ast.Name) or function.scope is None or function.scope.home().find(call.func.id) is None:
        return None
    found = program.evaluate(call.func, function.scope)
    return found if isinstance(found, Function) else None
