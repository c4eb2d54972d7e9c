"""Operators on abstract values: arithmetic, and what they mean for containers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python import enums
from ready_gate.facts.python.candidates import besides, together_with
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.comparing import is_class, negated
from ready_gate.facts.python.formatting import percent
from ready_gate.facts.python.plainness import ERRORS, MAX_ITEMS
from ready_gate.facts.python.sets import combined
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import (
    MAX_TEXT,
    Answer,
    Class,
    Function,
    Items,
    Meter,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    scalar,
    together,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


MAX_BITS = 100_000
BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.Div: ("truediv", operator.truediv),
    ast.FloorDiv: ("floordiv", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.Pow: ("pow", operator.pow),
    ast.LShift: ("lshift", operator.lshift),
    ast.RShift: ("rshift", operator.rshift),
    ast.BitOr: ("or", operator.or_),
    ast.BitAnd: ("and", operator.and_),
    ast.BitXor: ("xor", operator.xor),
    ast.MatMult: ("matmul", operator.matmul),
}


def binary(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    """`left op right`."""
    return each(run, [left, right], lambda pair: _binary(run, op, pair[0], pair[1], at))


def _binary(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    name, function = BINARY[type(op)]
    if run.lazy and isinstance(op, (ast.BitOr, ast.BitAnd)) and _is_class(left) and _is_class(right):
        return Answer("a class composed of others", f"|{name}", None, [left, right], origins=merge_origins([left, right], at))
    left, right = enums.underlying(run, left), enums.underlying(run, right)
    if isinstance(left, Scalar) and isinstance(op, ast.Mod) and isinstance(left.value, (str, bytes)):
        return percent(run, left, right, at)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _arithmetic(run, op, function, left, right, at)
    found = special_method(run, left, f"__{name}__", [right], at) or special_method(run, right, f"__r{name}__", [left], at)
    if found is not None:
        return found
    return _with_container(run, op, left, right, at)


def _is_class(value: Value) -> bool:
    return isinstance(value, (Class, Answer)) or (isinstance(value, Symbol) and is_class(value.dotted))


def _arithmetic(run: Interpreter, op: ast.operator, function: Callable[[Any, Any], Any], left: Scalar, right: Scalar, at: Origin) -> Value:
    a, b = left.value, right.value
    if _too_large(op, a, b):
        return run.unknown("a result that is too large to be worked out", left, right, at=at)
    try:
        result = function(a, b)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", left, right, at=at)
    if isinstance(result, (str, bytes)):
        Meter.add(len(result) >> 9)
        if len(result) > MAX_TEXT:
            return run.unknown("a text that is too large", left, right, at=at)
    return scalar(result, left, right, at=at)


def _too_large(op: ast.operator, a: object, b: object) -> bool:
    if isinstance(op, ast.Mult):
        for text, times in ((a, b), (b, a)):
            if isinstance(text, (str, bytes)) and isinstance(times, int):
                return len(text) * max(times, 0) > MAX_TEXT
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return isinstance(op, ast.Pow)
    if not isinstance(a, int) or not isinstance(b, int):
        return False
    if isinstance(op, ast.Pow):
        return abs(a) > 1 and a.bit_length() * max(b, -b) > MAX_BITS
    if isinstance(op, ast.LShift):
        return b > MAX_BITS or a.bit_length() + b > MAX_BITS
    return isinstance(op, ast.Mult) and a.bit_length() + b.bit_length() > MAX_BITS


def _with_container(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    if isinstance(op, ast.Add):
        result = _concatenated(left, right, at)
        if result is not None:
            return result
    if isinstance(op, ast.Mult):
        result = _repeated(left, right, at) or _repeated(right, left, at)
        if result is not None:
            return result
    if "Counter" in (getattr(left, "kind", ""), getattr(right, "kind", "")):
        return run.unknown("an operator of counters", left, right, at=at)
    if isinstance(op, ast.BitOr) and isinstance(left, Table) and isinstance(right, Table):
        entries, origins = {**left.entries, **right.entries}, merge_origins([left, right], at)
        rest, reads = together(left.rest, right.rest), merge_reads([left, right])
        return Table(entries, rest, kind=left.kind, factory=left.factory, origins=origins, reads=reads)
    if isinstance(left, Items) and isinstance(right, Items) and {left.kind, right.kind} <= {"set", "frozenset"}:
        return combined(run, BINARY[type(op)][1], left, right, at)
    known = (Scalar, Items, Table, Class, Function)
    if isinstance(left, known) and isinstance(right, known):
        return run.fail("TypeError", "an operator between things that it does not work for", left, right, at=at)
    return run.unknown("worked out from something that is not known", left, right, at=at)


def _concatenated(left: Value, right: Value, at: Origin) -> Value | None:
    kinds = [value.kind for value in (left, right) if isinstance(value, Items)]
    if not kinds or any(kind not in ("list", "tuple") for kind in kinds):
        return None
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        return None
    if len(kinds) == 1 and not all(isinstance(value, (Items, Unknown, Symbol)) for value in (left, right)):
        return None
    items: list[Value] = []
    rests: list[str | None] = []
    for value in (left, right):
        items += value.items if isinstance(value, Items) else []
        rests.append(value.rest if isinstance(value, Items) else value.reason if isinstance(value, Unknown) else _not_held(value))
    Meter.add(len(items))
    if len(items) > MAX_ITEMS:
        return Unknown("a list that is too large", origins=(at,))
    others = together_with(besides(left), besides(right))
    return Items(items, kinds[0], together(*rests), maybe=others, origins=merge_origins([left, right], at), reads=merge_reads([left, right]))


def _not_held(value: Value) -> str:
    return f"what {value.dotted} holds is not known" if isinstance(value, Symbol) else "what is added is not known"


def _repeated(left: Value, right: Value, at: Origin) -> Value | None:
    if not isinstance(left, Items) or left.kind not in ("list", "tuple") or not isinstance(right, Scalar) or not isinstance(right.value, int):
        return None
    if len(left.items) * max(right.value, 0) > MAX_ITEMS or left.rest:
        return Unknown(left.rest or "a list that is too large", origins=(at,))
    return Items(left.items * right.value, left.kind, origins=merge_origins([left, right], at), reads=merge_reads([left, right]))


def unary(run: Interpreter, op: ast.unaryop, value: Value, at: Origin) -> Value:
    """`not x`, `-x`, `+x`, `~x`."""
    if isinstance(op, ast.Not):
        return negated(run, value, at)
    return each(run, [value], lambda values: _unary(run, op, values[0], at))


def _unary(run: Interpreter, op: ast.unaryop, value: Value, at: Origin) -> Value:
    if run.lazy and isinstance(op, ast.Invert) and _is_class(value):
        return Answer("a class composed of others", "|not", None, [value], origins=merge_origins([value], at))
    name, function = {ast.USub: ("neg", operator.neg), ast.UAdd: ("pos", operator.pos), ast.Invert: ("invert", operator.invert)}[type(op)]
    if not isinstance(value, Scalar):
        found = special_method(run, value, f"__{name}__", [], at)
        return found if found is not None else run.unknown("worked out from something that is not known", value, at=at)
    try:
        return scalar(function(value.value), value, at=at)  # type: ignore[operator]
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", value, at=at)
