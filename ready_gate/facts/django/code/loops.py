"""Queries in loops, and those that fetch more than is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, calls
from ready_gate.facts.django.code.querysets import Queries
from ready_gate.facts.python.codebase import Defined
from ready_gate.facts.views.code import Spot

ASKING = frozenset(
    {"get", "filter", "exclude", "create", "get_or_create", "update_or_create", "count", "exists", "first", "last", "aggregate", "update"}
)
LOOPS = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


def in_loops(queries: Queries, kind: str | None, function: Defined) -> Iterator[Spot]:
    """Of one handler: loops that query for each round, `len()` of a queryset, `count()` where `exists()` would do."""
    owner = kind if function.owner is not None else None
    for node in ast.walk(function.node):
        if isinstance(node, LOOPS):
            yield from _queries_within(function, node)
        elif isinstance(node, ast.Call) and called_name(node) == "len" and len(node.args) == 1 and isinstance(node.args[0], ast.Call):
            query = queries.of(function, function.module, node.args[0], owner)
            if query is not None and called_name(node.args[0]) not in ("list", "set", "tuple"):
                yield Spot("len", function.module.at(node), f"{_name(function)} fetches all rows to count them (len)", "Use .count().")
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Call) and called_name(node.left) == "count":
            zero = all(isinstance(side, ast.Constant) and side.value in (0, 1) for side in node.comparators)
            holder = node.left.func.value if isinstance(node.left.func, ast.Attribute) else None
            if zero and not node.left.args and queries.of(function, function.module, holder, owner) is not None:
                yield Spot("count", function.module.at(node), f"{_name(function)} counts rows to see whether there are any", "Use .exists().")


def _queries_within(function: Defined, loop: ast.AST) -> Iterator[Spot]:
    """The first query that the body makes on a manager."""
    first = loop.iter if isinstance(loop, (ast.For, ast.AsyncFor)) else None
    outside = {id(inner) for inner in ast.walk(first)} if first is not None else set()
    if first is None:
        outside = {id(inner) for generator in getattr(loop, "generators", [])[:1] for inner in ast.walk(generator.iter)}
    for call in calls(loop):
        asks = isinstance(call.func, ast.Attribute) and call.func.attr in ASKING and ".objects" in ast.unparse(call.func.value)
        if asks and id(call) not in outside:
            text = f"{_name(function)} asks the database in a loop ({ast.unparse(call.func)[:60]})"
            yield Spot("loop", function.module.at(call), text, "Fetch what the loop needs by one query before it (in_bulk, filter(pk__in=…)).")
            return


def _name(function: Defined) -> str:
    return ".".join(function.dotted.split(".")[-2:] if function.owner else function.dotted.split(".")[-1:])
