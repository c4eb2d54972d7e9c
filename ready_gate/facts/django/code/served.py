"""The fact `served_files`: where URL patterns have Django itself hand out files."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import Served, ServedFiles

WAYS = {
    "django.conf.urls.static.static": "static()",
    "django.views.static.serve": "serve",
    "django.contrib.staticfiles.views.serve": "serve",
    "django.contrib.staticfiles.urls.staticfiles_urlpatterns": "staticfiles_urlpatterns()",
}
MAX_FOUND = 50


@fact
def served_files(code: Code) -> ServedFiles:
    """Every such place in the modules that make URL patterns."""
    modules = (module for module in code.containing(b"urlpatterns") if "urlpatterns" in module.names)
    return ServedFiles(tuple(found for module in modules for found in _in_module(code, module))[:MAX_FOUND])


def _in_module(code: Code, module: ModuleCode) -> Iterator[Served]:
    waiting: list[tuple[ast.AST, tuple[ast.expr, ...]]] = [(module.tree, ())]
    while waiting:
        node, conditions = waiting.pop()
        way = WAYS.get(code.dotted(module, node) or "") if isinstance(node, (ast.Name, ast.Attribute)) else None
        if way is not None:
            yield Served(module.at(node), way, any(_asks_debug(test) for test in conditions), _setting(conditions))
        waiting += list(_below(node, conditions))


def _below(node: ast.AST, conditions: tuple[ast.expr, ...]) -> Iterator[tuple[ast.AST, tuple[ast.expr, ...]]]:
    """The parts of a node, each with the conditions that it hangs on."""
    if isinstance(node, (ast.If, ast.IfExp)):
        body, other = (node.body, node.orelse) if isinstance(node, ast.If) else ([node.body], [node.orelse])
        yield from ((part, (*conditions, node.test)) for part in body)
        yield from ((part, (*conditions, ast.UnaryOp(ast.Not(), node.test))) for part in other)
    elif isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        yield from ((part, (*conditions, *node.values[:index])) for index, part in enumerate(node.values))
    elif not isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((child, conditions) for child in ast.iter_child_nodes(node))


def _asks_debug(test: ast.expr) -> bool:
    """Whether a condition holds with DEBUG on only."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_asks_debug(part) for part in test.values)
    if isinstance(test, ast.UnaryOp):
        inner = test.operand
        return isinstance(inner, ast.UnaryOp) and _asks_debug(inner.operand)
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return str(name).upper() in ("DEBUG", "IS_DEBUG", "DEVELOPMENT", "LOCAL")


def _setting(conditions: tuple[ast.expr, ...]) -> str | None:
    """The setting that the patterns hang on, where it is another one; with `not ` before it where it must be off."""
    for test in conditions:
        negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        inner = test.operand if isinstance(test, ast.UnaryOp) and negated else test
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id.endswith("settings"):
            return ("not " if negated else "") + inner.attr
    return None if not conditions else ""
