"""What each expression gives."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ready_gate.facts.python import (
    attributes,
    branches,
    builtin_functions,
    calls,
    changes,
    comparing,
    comprehensions,
    containers,
    formatting,
    imports,
    operators,
    reflection,
    sets,
)
from ready_gate.facts.python.flow import Frame
from ready_gate.facts.python.joining import noted, one_of, with_reads
from ready_gate.facts.python.plainness import MAX_ITEMS, NotPlainError, key_of
from ready_gate.facts.python.values import (
    Instance,
    Items,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_reads,
    scalar,
)

Expression = Callable[[Frame, Any], Value]
MAX_SPINE = 20_000


def _constant(frame: Frame, node: ast.Constant) -> Value:
    return Scalar(node.value, origins=(frame.at(node),))


def _name(frame: Frame, node: ast.Name) -> Value:
    scope = frame.scope.find(node.id)
    if scope is not None:
        return imports.settled(frame.run, scope, node.id, frame.at(node)) if frame.run.lazy else scope.names[node.id]
    home = frame.scope.home()
    if frame.scope.lacks(node.id):
        return frame.run.fail("UnboundLocalError", f"{node.id} is not set", at=frame.at(node))
    if home.open:
        return frame.run.unknown(home.open, at=frame.at(node))
    if node.id in builtin_functions.NAMES:
        return Symbol(f"builtins.{node.id}", origins=(frame.at(node),))
    return frame.run.fail("NameError", f"{node.id} is not defined", at=frame.at(node))


def _attribute(frame: Frame, node: ast.Attribute) -> Value:
    value = frame.run.eval(frame, node.value)
    at = frame.at(node)
    found = reflection.super_attribute(frame.run, value, node.attr, at)
    return found if found is not None else attributes.get(frame.run, value, node.attr, at)


# Containers


def _elements(frame: Frame, nodes: Sequence[ast.expr]) -> Items:
    box = Items([])
    for node in nodes:
        value = frame.run.eval(frame, node.value if isinstance(node, ast.Starred) else node)
        if not isinstance(node, ast.Starred):
            box.items.append(value)
            continue
        changes.extend(frame.run, box, value)
    return box


def _sequence(kind: str) -> Expression:
    def make(frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Value:
        box = _elements(frame, node.elts)
        items = box.items
        if kind == "set":
            items, odd = sets.distinct(frame.run, items)
            if odd:
                return frame.run.fail("TypeError", odd, at=frame.at(node))
        reads = (*frame.run.guards, *merge_reads(items)) if len(items) < 500 else frame.run.guards
        return Items(items, kind, box.rest, maybe=box.maybe, origins=(frame.at(node),), reads=tuple(dict.fromkeys(reads)))

    return make


def _dict(frame: Frame, node: ast.Dict) -> Value:
    run, at = frame.run, frame.at(node)
    table = Table({}, origins=(at,), reads=run.guards)
    for key, value in zip(node.keys, node.values, strict=False):
        if key is None:
            changes.merge_into(run, table, run.eval(frame, value))
            continue
        name = run.eval(frame, key)
        inner = run.eval(frame, value)
        try:
            table.entries[key_of(name)] = with_reads(inner, run.guards) if run.guards else inner
        except (NotPlainError, TypeError):
            changes.set_item(run, table, name, inner, at)
    return table


def _subscript(frame: Frame, node: ast.Subscript) -> Value:
    base = frame.run.eval(frame, node.value)
    return containers.get_item(frame.run, base, frame.run.eval(frame, node.slice), frame.at(node))


def _slice(frame: Frame, node: ast.Slice) -> Value:
    bounds = [frame.run.eval(frame, part) if part is not None else Scalar(None) for part in (node.lower, node.upper, node.step)]
    return Instance(Symbol("builtins.slice"), bounds, reads=merge_reads(bounds))


# Operators


def _binary(frame: Frame, node: ast.expr) -> Value:
    """A chain of operators leans to the left, so its spine is walked without nesting."""
    spine: list[ast.BinOp] = []
    here: ast.expr = node
    while isinstance(here, ast.BinOp):
        spine.append(here)
        here = here.left
    if len(spine) > MAX_SPINE:
        return frame.run.unknown("an expression that is too long", at=frame.at(node))
    value = frame.run.eval(frame, here)
    for step in reversed(spine):
        frame.run.charge()
        value = operators.binary(frame.run, step.op, value, frame.run.eval(frame, step.right), frame.at(step))
    return value


def _unary(frame: Frame, node: ast.UnaryOp) -> Value:
    return operators.unary(frame.run, node.op, frame.run.eval(frame, node.operand), frame.at(node))


def _boolean(frame: Frame, node: ast.BoolOp) -> Value:
    return _boolean_from(frame, node.values, isinstance(node.op, ast.Or))


def _boolean_from(frame: Frame, nodes: Sequence[ast.expr], stop_at: bool) -> Value:
    passed: list[Value] = []
    for index, node in enumerate(nodes):
        value = frame.run.eval(frame, node)
        last = index == len(nodes) - 1
        known = comparing.truth(frame.run, value)
        if last or known is stop_at:
            reads = merge_reads(passed)
            return noted(value, reads) if reads else value
        if known is None:
            rest = nodes[index + 1 :]
            held = _remaining(frame, value, stop_at)
            return branches.fork_value(
                frame,
                tuple(dict.fromkeys((*merge_reads(passed), *value.reads))),
                lambda held=held: held,  # type: ignore[misc]
                lambda rest=rest: _boolean_from(frame, rest, stop_at),  # type: ignore[misc]
            )
        passed.append(value)
    return Scalar(None)


def _remaining(frame: Frame, value: Value, stop_at: bool) -> Value:
    """What a value that ends an `and` or `or` can be: of several, only those that do end it."""
    if isinstance(value, Unknown):
        return replace(value, truth=stop_at)
    if not hasattr(value, "options"):
        return value
    ending = [option for option in value.options if comparing.truth(frame.run, option) is not (not stop_at)]
    return one_of(ending, reads=value.reads, since=value.since) if ending else value  # type: ignore[attr-defined]


def _compare(frame: Frame, node: ast.Compare) -> Value:
    run, at = frame.run, frame.at(node)
    left = run.eval(frame, node.left)
    answers: list[Value] = []
    for op, operand in zip(node.ops, node.comparators, strict=False):
        right = run.eval(frame, operand)
        answer = comparing.compare(run, op, left, right, at)
        answers.append(answer)
        if comparing.truth(run, answer) is False:
            break
        left = right
    if len(answers) == 1:
        return answers[0]
    known = [comparing.truth(run, answer) for answer in answers]
    if known[-1] is False:
        return scalar(False, *answers, at=at)
    return run.unknown("compared with something that is not known", *answers, at=at) if None in known else scalar(True, *answers, at=at)


def _conditional(frame: Frame, node: ast.IfExp) -> Value:
    run = frame.run
    condition = run.eval(frame, node.test)
    known = comparing.truth(run, condition)
    if known is None:
        return branches.fork_value(frame, condition.reads, lambda: run.eval(frame, node.body), lambda: run.eval(frame, node.orelse))
    value = run.eval(frame, node.body if known else node.orelse)
    return noted(value, condition.reads) if condition.reads else value


# Texts


def _joined_text(frame: Frame, node: ast.JoinedStr) -> Value:
    run, at = frame.run, frame.at(node)
    return formatting.joined_text(run, [run.eval(frame, part) for part in node.values], at)


def _formatted(frame: Frame, node: ast.FormattedValue) -> Value:
    run, at = frame.run, frame.at(node)
    value = run.eval(frame, node.value)
    if node.conversion in (ord("r"), ord("a")):
        value = formatting.text_of(run, value, at, repr if node.conversion == ord("r") else ascii)
    elif node.conversion == ord("s"):
        value = formatting.text_of(run, value, at)
    if node.format_spec is None:
        return formatting.text_of(run, value, at)
    spec = run.eval(frame, node.format_spec)
    return formatting.format_one(run, value, spec.value if isinstance(spec, Scalar) else None, at)


# Calls and functions


def _call(frame: Frame, node: ast.Call) -> Value:
    run = frame.run
    function = run.eval(frame, node.func)
    args, vague = _arguments(frame, node.args)
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = run.eval(frame, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Table):
            keywords.update({str(key): entry for key, entry in value.entries.items()})
            vague |= value.rest is not None
        else:
            vague = True
    if isinstance(function, Unknown) and isinstance(node.func, ast.Attribute):
        calls.leak(run, [run.eval(frame, node.func.value)] if isinstance(node.func.value, ast.Name) else [], f"{node.func.attr}()")
    if isinstance(function, Symbol) and function.dotted in LOOKING and run.frames[-1] is not frame:
        return _in_frame(frame, function, args, keywords, node, vague)
    return calls.call(run, function, args, keywords, frame.at(node), vague=vague)


# Builtins that look at the names of whoever calls them, who need not be a module or function (a class body).
LOOKING = frozenset({"builtins.locals", "builtins.vars", "builtins.globals", "builtins.super", "builtins.exec", "builtins.eval", "builtins.dir"})


def _in_frame(frame: Frame, function: Symbol, args: list[Value], keywords: dict[str, Value], node: ast.expr, vague: bool) -> Value:
    frame.run.frames.append(frame)
    try:
        return calls.call(frame.run, function, args, keywords, frame.at(node), vague=vague)
    finally:
        frame.run.frames.pop()


def _arguments(frame: Frame, nodes: Sequence[ast.expr]) -> tuple[list[Value], bool]:
    """The positional ones, and whether there may be more of them. What comes after a part that is not known has no sure place."""
    args: list[Value] = []
    vague = False
    for node in nodes:
        value = frame.run.eval(frame, node.value if isinstance(node, ast.Starred) else node)
        more = containers.elements(frame.run, value) if isinstance(node, ast.Starred) else [value]
        vague |= more is None
        if not vague:
            args += more or []
    return args, vague


def _lambda(frame: Frame, node: ast.Lambda) -> Value:
    from ready_gate.facts.python.statements import make_function

    return make_function(frame, node, "<lambda>")


def _walrus(frame: Frame, node: ast.NamedExpr) -> Value:
    from ready_gate.facts.python.statements import assign

    value = frame.run.eval(frame, node.value)
    assign(frame, node.target, value, frame.at(node))
    return value


def _yield(frame: Frame, node: ast.Yield | ast.YieldFrom) -> Value:
    run = frame.run
    value = run.eval(frame, node.value) if node.value is not None else Scalar(None, origins=(frame.at(node),))
    owner = run.frames[-1]
    if owner.yields is None:
        return run.unknown("a yield outside of a generator", value)
    if len(owner.yields) >= MAX_ITEMS or len(run.trail.journals) > owner.base:
        owner.vague_yields = owner.vague_yields or "a generator whose elements are not all known"
    elif isinstance(node, ast.Yield):
        owner.yields.append(value)
    else:
        more = containers.elements(run, value)
        owner.yields += more or []
        if more is None:
            owner.vague_yields = owner.vague_yields or containers.reason_of(value)
    return run.unknown("what a generator is sent", at=frame.at(node))


def _await(frame: Frame, node: ast.Await) -> Value:
    return frame.run.unknown("the result of a coroutine", frame.run.eval(frame, node.value), at=frame.at(node))


def _starred(frame: Frame, node: ast.Starred) -> Value:
    return frame.run.eval(frame, node.value)


EXPRESSIONS: dict[type[ast.expr], Expression] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _sequence("list"),
    ast.Tuple: _sequence("tuple"),
    ast.Set: _sequence("set"),
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.JoinedStr: _joined_text,
    ast.FormattedValue: _formatted,
    ast.Call: _call,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Yield: _yield,
    ast.YieldFrom: _yield,
    ast.Await: _await,
    ast.Starred: _starred,
    ast.ListComp: comprehensions.list_comprehension,
    ast.SetComp: comprehensions.set_comprehension,
    ast.GeneratorExp: comprehensions.generator,
    ast.DictComp: comprehensions.dict_comprehension,
}
