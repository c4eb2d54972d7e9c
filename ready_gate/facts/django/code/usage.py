"""The fact `usage_code`: middleware of the project that counts or logs every request with its path."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, methods, names_in, reachable, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Settings
from ready_gate.facts.views.code import Spot, UsageCode

LOGS = frozenset({"info", "log", "warning"})  # debug is off in production
COUNTS = frozenset({"inc", "observe", "incr", "increment", "timing", "gauge", "histogram", "zincrby", "hincrby"})
WRITES = frozenset({"create", "bulk_create", "acreate", "delay", "update_or_create", "get_or_create"})
ENDPOINT = frozenset(
    {"path", "path_info", "get_full_path", "resolver_match", "view_name", "route", "url_name", "endpoint", "build_absolute_uri", "url"}
)
# What a condition may ask without hiding most requests: whether it is switched on, and which paths are left out.
HARMLESS = frozenset(
    {"settings", "enabled", "path", "info", "skip", "exclude", "excluded", "ignore", "ignored", "log", "logger", "debug", "should", "health"}
)


@fact
def usage_code(code: Code, settings: Settings) -> UsageCode:
    """The entries of MIDDLEWARE that are the project's own, with what each of them does."""
    names = [item.text for item in settings["MIDDLEWARE"].items if item.text]
    own = [found for name in names if (found := code.find(name)) is not None]
    return UsageCode(tuple(spot for found in own if (spot := _counted(code, found)) is not None), len(own))


def _counted(code: Code, found: Defined) -> Spot | None:
    followed = [one for one in reachable(code, list(_functions(code, found)), 2) if one.module is found.module]
    if not {name for one in followed for name in names_in(one.node)} & ENDPOINT:
        return None
    return next((spot for one in followed for spot in _counting(one)), None)


def _functions(code: Code, found: Defined) -> Iterator[Defined]:
    if isinstance(found.node, FUNCTIONS):
        yield found
    for kind in code.order(found.dotted) if isinstance(found.node, ast.ClassDef) else ():
        home = code.find(kind)
        if home is not None:
            yield from methods(home)


def _counting(function: Defined) -> Iterator[Spot]:
    """Calls that log, count or store the request, whatever it is."""
    kind = function.dotted.split(".")[-2]
    telling = ENDPOINT | {"request"} | set(_named_after(function.node))
    for call in _always(function.node):
        name, holder = called_name(call), ast.unparse(call.func.value)[:60].lower() if isinstance(call.func, ast.Attribute) else ""
        told = {given for part in (*call.args, *call.keywords) for given in names_in(part)}
        if name in LOGS and "log" in holder and told & telling:
            yield Spot("logs", function.module.at(call), f"{kind} logs requests")
        elif (name in COUNTS and "cache" not in holder and not f"{holder}.".startswith("request.")) or (name in WRITES and told & ENDPOINT):
            yield Spot("counts", function.module.at(call), f"{kind} counts requests")


def _named_after(function: ast.AST) -> Iterator[str]:
    """Local names that hold the path, or something made with it."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ENDPOINT.intersection(names_in(node.value)):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _always(function: ast.AST) -> Iterator[ast.Call]:
    """The calls that most requests come by: not those of error handlers, nor behind conditions about something else."""
    waiting = [function]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        if isinstance(node, ast.If) and not {word for name in names_in(node.test) for word in words(name)} & HARMLESS:
            waiting.append(node.test)
        elif not isinstance(node, ast.ExceptHandler):
            waiting += ast.iter_child_nodes(node)
