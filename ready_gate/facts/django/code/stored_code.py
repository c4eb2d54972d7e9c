"""Code or objects that are made of stored data (`pickle.loads(row.state)`), anywhere in the project's code."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from ready_gate.facts.django.code.nodes import called_name, calls, functions
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.django.code.querysets import assigned
from ready_gate.facts.django.code.tracing_foreign import CODE, is_safe_yaml
from ready_gate.facts.python.codebase import Defined
from ready_gate.facts.views.code import Spot
from ready_gate.model import Origin

LOADERS = {dotted: name for dotted, name in CODE.items() if not dotted.startswith(("os.", "builtins.compile", "shelve."))} | {
    "yaml.load": "yaml.load"
}
WORDS = (b"pickle", b"yaml", b"eval(", b"exec(", b"marshal", b"dill")
OWN_FILES = frozenset({"open", "read_text", "read_bytes", "files", "open_binary", "open_text", "get_data", "dumps"})
MAX_SPOTS = 20


def stored_code(code: Code, known: Collection[Origin]) -> Iterator[Spot]:
    """Calls that make code or objects of something that is no constant and no file of the project, besides those that are known already."""
    found = 0
    for module in code.containing(*WORDS):
        for function in functions(module):
            for call in calls(function.node):
                name = _loader(code, function, call)
                if name is not None and found < MAX_SPOTS and module.at(call) not in known and not _is_own(function.node, call.args[0]):
                    found += 1
                    yield Spot("stored-code", module.at(call), f"{name} is called on {ast.unparse(call.args[0])[:60]}, which may come from a request")


def _loader(code: Code, function: Defined, call: ast.Call) -> str | None:
    dotted = code.dotted(function.module, call.func)
    if dotted is None and isinstance(call.func, ast.Name):
        dotted = f"builtins.{call.func.id}"
    return LOADERS.get(dotted or "") if call.args and not is_safe_yaml(call) else None


def _is_own(function: ast.AST, node: ast.expr, depth: int = 4) -> bool:
    """Whether it is a constant, or read from a file of the project's own."""
    if isinstance(node, ast.Constant) or any(called_name(call) in OWN_FILES for call in calls(node)):
        return True
    if not isinstance(node, ast.Name) or not depth:
        return False
    if any(_opens(item, node.id) for with_ in ast.walk(function) if isinstance(with_, (ast.With, ast.AsyncWith)) for item in with_.items):
        return True
    given = list(assigned(function, node.id))
    return bool(given) and all(_is_own(function, value, depth - 1) for value in given)


def _opens(item: ast.withitem, name: str) -> bool:
    opened = any(called_name(call) in OWN_FILES for call in calls(item.context_expr))
    return opened and isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
