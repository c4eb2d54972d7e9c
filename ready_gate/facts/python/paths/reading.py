"""What a function reads: up to which line each variable counts, and which conditions it asks again."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

MAX_TEXT = 200


# Calls that only show something to somebody.
SHOWS = re.compile(r"^(render\w*|redirect|\w*Response\w*|print|send_mail|send_email|messages|json|dumps|format|_|gettext\w*|reverse)$")


def last_uses(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, float]:
    """The last line that reads each variable which tells ways apart: inside of a loop its end, inside of an inner function the whole function. What
    the function was given, and the attributes of that, go back to the caller."""
    found: dict[str, float] = {}
    telling = _telling(node)
    for name, line in _uses(node.body, 0):
        if name in telling:
            found[name] = max(found.get(name, 0), line)
    parameters = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    return found | {parameter.arg: math.inf for parameter in parameters}


def _telling(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """The variables that anything else is done with than to show them, or to put them into others that are only shown."""
    into: dict[str, set[str]] = {}
    telling: set[str] = set()
    for statement in _statements(node.body):
        targets = _plain_targets(statement)
        names = {name for part in _own_expressions(statement) for name in _names_outside_of_shows(part)}
        if targets and not any(_calls(part) for part in _own_expressions(statement)):
            for target in targets:
                into.setdefault(target, set()).update(names)
        else:
            telling |= names
    waiting = list(telling)
    while waiting:
        more = into.pop(waiting.pop(), set()) - telling
        telling |= more
        waiting += more
    return telling


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)) and not isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.ExceptHandler, ast.match_case))]


def _plain_targets(statement: ast.stmt) -> list[str]:
    """The variables that a statement does nothing but set."""
    if not isinstance(statement, ast.Assign) or not all(isinstance(target, ast.Name) for target in statement.targets):
        return []
    return [target.id for target in statement.targets if isinstance(target, ast.Name)]


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The expressions of a statement itself, without those of the statements inside of it; an inner function counts whole."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement
        return
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, (ast.expr, ast.withitem)):
            yield child
        elif isinstance(child, ast.match_case):
            yield child.pattern
            if child.guard is not None:
                yield child.guard


def _names_outside_of_shows(node: ast.AST) -> Iterator[str]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Call) and SHOWS.match(_first_or_last(part.func)):
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id
        waiting += list(ast.iter_child_nodes(part))


def _calls(node: ast.AST) -> bool:
    """Whether an expression calls something that may do more than show."""
    return any(isinstance(part, ast.Call) and not SHOWS.match(_first_or_last(part.func)) for part in ast.walk(node))


def _first_or_last(node: ast.expr) -> str:
    """`render` of `render(…)`, `logger` of `logger.info(…)`, `Response` of `response.Response(…)`."""
    if isinstance(node, ast.Attribute):
        first = node.value.id if isinstance(node.value, ast.Name) else ""
        return first if SHOWS.match(first) and first != "json" else node.attr if node.attr.endswith("Response") else ""
    return node.id if isinstance(node, ast.Name) else ""


def _uses(body: list[ast.stmt], at_least: float) -> Iterator[tuple[str, float]]:
    waiting: list[tuple[ast.AST, float]] = [(statement, at_least) for statement in body]
    while waiting:
        node, line = waiting.pop()
        if isinstance(node, (ast.For, ast.While, ast.AsyncFor)):
            line = max(line, node.end_lineno or node.lineno)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Try)):
            # A handler or `finally` may run after anything in the block.
            line = math.inf if not isinstance(node, ast.Try) else max(line, node.end_lineno or node.lineno)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id, max(line, node.lineno)
        waiting += [(child, line) for child in ast.iter_child_nodes(node)]


def own_names(node: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The variables that a function assigns: one that is read before is an error there, whatever the module has under its name."""
    found: set[str] = set()
    outer: set[str] = set()
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        elif isinstance(part, (ast.Global, ast.Nonlocal)):
            outer |= set(part.names)
        if not isinstance(
            part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
        ):
            waiting += list(ast.iter_child_nodes(part))
    return frozenset(found - outer)


def repeated_conditions(node: ast.AST) -> frozenset[str]:
    """The sources of conditions that are tested in more than one place."""
    tests: list[ast.expr] = []
    for part in ast.walk(node):
        if isinstance(part, (ast.If, ast.IfExp, ast.While)):
            tests += _parts(part.test)
    texts = Counter(ast.unparse(test) for test in tests[:400])
    return frozenset(text for text, times in texts.items() if times > 1 and len(text) <= MAX_TEXT)


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp):
        return [part for value in node.values for part in _parts(value)]
    return _parts(node.operand) if isinstance(node, ast.UnaryOp) else [node]
