"""Operators on abstract values: arithmetic, comparison, truth."""

from __future__ import annotations

import ast
import builtins
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, islice, product
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.libraries import Call, class_of, find_model
from ready_gate.facts.python.values import (
    MAX_TEXT,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Meter,
    Module,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    scalar,
)
from ready_gate.facts.views import Read
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

MAX_BITS = 100_000
MAX_ITEMS = 50_000
MAX_NESTING = 40
MAX_INSIDE = 1_000
MAX_EXPONENT = 5_000
HUGE_FORMAT = re.compile(r"\d{5,}|\*")
ERRORS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)

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
ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}


class NotPlainError(Exception):
    """A value that is not known all the way down."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def plain(value: Value) -> Any:
    """The plain Python value of one that is known all the way down; raises `NotPlainError` otherwise."""
    if isinstance(value, Scalar) and type(value.value) in (str, int, bool, float, type(None)):
        return value.value
    steps = count()
    try:
        return _plain(value, 0, steps)
    finally:
        Meter.add(4 * next(steps))


def _plain(value: Value, depth: int, steps: Iterator[int]) -> Any:
    if isinstance(value, Scalar) and not isinstance(value.value, Decimal):
        next(steps)
        return value.value
    if depth >= MAX_NESTING or next(steps) > MAX_ITEMS:
        raise NotPlainError(value)
    if isinstance(value, Items) and value.rest is None and value.kind != "iterator":
        kind: Callable[[Iterable[Any]], Any] = {"tuple": tuple, "set": set, "frozenset": frozenset}.get(value.kind, list)
        return kind(_plain(item, depth + 1, steps) for item in value.items)
    if isinstance(value, Table) and value.rest is None:
        return {key: _plain(entry, depth + 1, steps) for key, entry in value.entries.items()}
    if isinstance(value, Scalar) and isinstance(value.value, Decimal) and abs(value.value.adjusted()) < MAX_EXPONENT:
        return value.value
    raise NotPlainError(value)


def inside(value: Value) -> list[Value]:
    """The value and what is in it, as far as there is not too much of it, for its provenance."""
    found: list[Value] = []
    waiting = [value]
    while waiting and len(found) < MAX_INSIDE:
        Meter.add(1)
        part = waiting.pop()
        found.append(part)
        if isinstance(part, (Items, Table)):
            waiting += islice(part.items if isinstance(part, Items) else part.entries.values(), MAX_INSIDE)
    return found


def noted(value: Value, reads: tuple[Read, ...], at: Origin | None = None) -> Value:
    """A copy (for immutable values) or the same object with reads and a place added."""
    reads = tuple(dict.fromkeys((*value.reads, *reads)))
    if isinstance(value, (Scalar, Choice, Unknown, Symbol)):
        return replace(value, reads=reads, origins=merge_origins([value], at))
    if isinstance(value, (Items, Table)):
        value.reads = reads
    return value


def builtin_exception(name: str) -> tuple[str, ...]:
    """The names of a builtin exception and of what it derives from."""
    kind = getattr(builtins, name, Exception)
    return (
        tuple(base.__name__ for base in kind.__mro__[:-1])
        if isinstance(kind, type) and issubclass(kind, BaseException)
        else (name, "Exception", "BaseException")
    )


def each(values: Sequence[Value], work: Callable[[list[Value]], Value]) -> Value:
    """Do it for every combination of what the values may be."""
    if not any(isinstance(value, Choice) for value in values):
        return work(list(values))
    choices = [value for value in values if isinstance(value, Choice)]
    combinations = 1
    for choice in choices:
        combinations *= len(choice.options)
    if combinations > 48:
        return Unknown("it depends on too many things that are not known", origins=merge_origins(values), reads=merge_reads(values))
    ways = product(*(value.options if isinstance(value, Choice) else (value,) for value in values))
    return one_of([work(list(way)) for way in ways], reads=merge_reads(choices), since=max(choice.since for choice in choices))


# Truth


def truth(run: Interpreter, value: Value) -> bool | None:
    """Python's truth value, None where it cannot be told."""
    if isinstance(value, Scalar):
        return bool(value.value)
    if isinstance(value, Items):
        return True if value.kind == "iterator" or value.items else None if value.rest else False
    if isinstance(value, Table):
        return True if value.entries else None if value.rest else False
    if isinstance(value, Choice):
        answers = {truth(run, option) for option in value.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(value, Symbol):
        return True if _surely_true(value.dotted) else None
    if isinstance(value, Instance):
        return _truth_of_object(run, value)
    return True if isinstance(value, (Function, Class, Module, Bound)) else None


def _surely_true(dotted: str) -> bool:
    last = dotted.rpartition(".")[2]
    return dotted.startswith("builtins.") or "." not in dotted or (last[:1].isupper() and last != last.upper())


def _truth_of_object(run: Interpreter, value: Instance) -> bool | None:
    from ready_gate.facts.python import attributes

    if not isinstance(value.type, Class):
        return None
    for name in ("__bool__", "__len__"):
        method = attributes.special(run, value, name)
        if method is not None:
            return truth(run, run.call(method, [], {}, Origin(""))) if not isinstance(method, Unknown) else None
    return True


# Equality and membership


def equal(run: Interpreter, one: Value, other: Value, depth: int = 0) -> bool | None:
    """Whether `one == other`."""
    if depth > MAX_NESTING:
        return None
    run.charge()
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return bool(one.value == other.value)
    if isinstance(one, Choice) or isinstance(other, Choice):
        ways = product(_options(one), _options(other))
        answers = {equal(run, a, b, depth + 1) for a, b in ways}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if isinstance(one, Items) and isinstance(other, Items):
        return _equal_items(run, one, other, depth)
    if isinstance(one, Table) and isinstance(other, Table):
        return _equal_tables(run, one, other, depth)
    modelled = _modelled_equal(run, one, other)
    return _equal_others(run, one, other) if modelled is None else run.truth(modelled)


def _modelled_equal(run: Interpreter, one: Value, other: Value) -> Value | None:
    """What the model of one side's class says."""
    for left, right in ((one, other), (other, one)):
        if isinstance(left, Instance) and isinstance(left.type, Symbol):
            answer = _special(run, left, "__eq__", [right], Origin(""))
            if answer is not None:
                return answer
    return None


def _options(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, Choice) else (value,)


def _equal_items(run: Interpreter, one: Items, other: Items, depth: int) -> bool | None:
    if one is other:
        return True
    sets = ("set", "frozenset")
    if one.kind in sets and other.kind in sets:
        try:
            return bool(plain(one) == plain(other))
        except (NotPlainError, TypeError):
            return None
    if one.kind != other.kind or "iterator" in (one.kind, other.kind):
        return False
    if one.rest or other.rest:
        return None
    if len(one.items) != len(other.items):
        return False
    return _all(equal(run, a, b, depth + 1) for a, b in zip(one.items, other.items, strict=False))


def _equal_tables(run: Interpreter, one: Table, other: Table, depth: int) -> bool | None:
    if one is other:
        return True
    if one.rest or other.rest:
        return None
    if one.entries.keys() != other.entries.keys():
        return False
    return _all(equal(run, entry, other.entries[key], depth + 1) for key, entry in one.entries.items())


def _all(answers: Iterable[bool | None]) -> bool | None:
    vague = False
    for answer in answers:
        if answer is False:
            return False
        vague |= answer is None
    return None if vague else True


def _equal_others(run: Interpreter, one: Value, other: Value) -> bool | None:
    from ready_gate.facts.python import enums

    if one is other and not isinstance(one, Instance):
        return True
    if isinstance(one, Symbol) and isinstance(other, Symbol) and one.dotted == other.dotted:
        return True
    if isinstance(one, (Symbol, Instance)) or isinstance(other, (Symbol, Instance)):
        return enums.equal(run, one, other)
    return False


def contains(run: Interpreter, item: Value, container: Value, at: Origin) -> Value:
    """`item in container`."""
    sources = [container, item]
    if isinstance(container, Scalar) and isinstance(item, Scalar):
        try:
            return scalar(item.value in container.value, *sources, at=at)  # type: ignore[operator]
        except ERRORS as error:
            return run.fail(type(error).__name__, "`in` of something that holds nothing", *sources, at=at)
    answer: bool | None = None
    if isinstance(container, Items):
        answer = _any_equal(run, item, container.items, container.rest)
        sources += container.items[:200]
    elif isinstance(container, Table):
        answer = _any_equal(run, item, [Scalar(key) for key in container.entries], container.rest)
    else:
        method = _special(run, container, "__contains__", [item], at)
        if method is not None:
            known = truth(run, method)
            return method if known is None else scalar(known, method, item, at=at)
    if answer is None:
        return run.unknown("whether it holds something is not known", *sources, at=at)
    return scalar(answer, *sources, at=at)


def _any_equal(run: Interpreter, item: Value, candidates: Sequence[Value], rest: str | None) -> bool | None:
    run.charge(len(candidates) // 8)
    vague = bool(rest)
    for candidate in candidates:
        answer = equal(run, item, candidate)
        if answer:
            return True
        vague |= answer is None
    return None if vague else False


def identical(run: Interpreter, one: Value, other: Value) -> bool | None:
    """`one is other`."""
    if isinstance(one, Choice) or isinstance(other, Choice):
        answers = {identical(run, a, b) for a, b in product(_options(one), _options(other))}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        if type(one.value) is not type(other.value) or one.value != other.value:
            return False
        return True if one.value is None or isinstance(one.value, bool) or one.value is Ellipsis else None
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        return True if one.dotted == other.dotted else None
    if isinstance(one, Symbol) or isinstance(other, Symbol):
        symbol = one if isinstance(one, Symbol) else other
        return False if isinstance(symbol, Symbol) and _surely_true(symbol.dotted) else None
    return one is other


# Arithmetic


def binary(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    """`left op right`."""
    return each([left, right], lambda pair: _binary(run, op, pair[0], pair[1], at))


def _binary(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    name, function = BINARY[type(op)]
    if isinstance(left, Scalar) and isinstance(op, ast.Mod) and isinstance(left.value, (str, bytes)):
        return percent(run, left, right, at)
    if isinstance(left, Scalar) and isinstance(right, Scalar):
        return _arithmetic(run, op, function, left, right, at)
    found = _special(run, left, f"__{name}__", [right], at) or _special(run, right, f"__r{name}__", [left], at)
    if found is not None:
        return found
    return _with_container(run, op, left, right, at)


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


def percent(run: Interpreter, left: Scalar, right: Value, at: Origin) -> Value:
    """`"..." % arguments`."""
    sources = [left, *inside(right)]
    if HUGE_FORMAT.search(str(left.value)):
        return run.unknown("a format with a huge width", *sources, at=at)
    try:
        result = left.value % plain(right)
    except NotPlainError as doubt:
        return run.unknown("formatted from something that is not known", doubt.value, *sources, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", *sources, at=at)
    return scalar(result, *sources, at=at) if len(result) <= MAX_TEXT else run.unknown("a text that is too large", *sources, at=at)


def _special(run: Interpreter, receiver: Value, name: str, args: list[Value], at: Origin) -> Value | None:
    """The answer of a special method of an object, None where it has none."""
    from ready_gate.facts.python import attributes

    if isinstance(receiver, Symbol):
        model = find_model(f"{receiver.dotted}.{name}")
        return None if model is None else model(Call(f"{receiver.dotted}.{name}", args, {}, at, run))
    if isinstance(receiver, Scalar) and isinstance(receiver.value, (date, timedelta, Decimal)):
        return None
    dotted = class_of(receiver)
    if dotted is not None:
        model = find_model(f"{dotted}.{name}")
        return None if model is None else model(Call(f"{dotted}.{name}", args, {}, at, run, receiver=receiver))
    if isinstance(receiver, Instance):
        method = attributes.special(run, receiver, name)
        return None if method is None else run.call(method, args, {}, at)
    return None


special_method = _special


def _with_container(run: Interpreter, op: ast.operator, left: Value, right: Value, at: Origin) -> Value:
    if isinstance(op, ast.Add):
        result = _concatenated(left, right, at)
        if result is not None:
            return result
    if isinstance(op, ast.Mult):
        result = _repeated(left, right, at) or _repeated(right, left, at)
        if result is not None:
            return result
    if isinstance(op, ast.BitOr) and isinstance(left, Table) and isinstance(right, Table):
        return Table(
            {**left.entries, **right.entries}, left.rest or right.rest, origins=merge_origins([left, right], at), reads=merge_reads([left, right])
        )
    if isinstance(left, Items) and isinstance(right, Items) and {left.kind, right.kind} <= {"set", "frozenset"}:
        return sets(run, BINARY[type(op)][1], left, right, at)
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
    if len(kinds) == 1 and not all(isinstance(value, (Items, Unknown)) for value in (left, right)):
        return None
    items: list[Value] = []
    rests: list[str | None] = []
    for value in (left, right):
        items += value.items if isinstance(value, Items) else []
        rests.append(value.rest if isinstance(value, Items) else value.reason if isinstance(value, Unknown) else None)
    Meter.add(len(items))
    if len(items) > MAX_ITEMS:
        return Unknown("a list that is too large", origins=(at,))
    return Items(
        items, kinds[0], next((rest for rest in rests if rest), None), origins=merge_origins([left, right], at), reads=merge_reads([left, right])
    )


def _repeated(left: Value, right: Value, at: Origin) -> Value | None:
    if not isinstance(left, Items) or left.kind not in ("list", "tuple") or not isinstance(right, Scalar) or not isinstance(right.value, int):
        return None
    if len(left.items) * max(right.value, 0) > MAX_ITEMS or left.rest:
        return Unknown(left.rest or "a list that is too large", origins=(at,))
    return Items(left.items * right.value, left.kind, origins=merge_origins([left, right], at), reads=merge_reads([left, right]))


def key_of(value: Value) -> object:
    """A key by which elements of sets are told apart: raises `NotPlainError` where that is not known, TypeError for what cannot be in one."""
    thing = plain(value)
    hash(thing)
    return thing


def distinct(run: Interpreter, values: Sequence[Value]) -> tuple[list[Value], str | None]:
    """The elements of a set made of these, and why there may be fewer or others."""
    seen: dict[object, Value] = {}
    vague: list[Value] = []
    Meter.add(len(values))
    for value in values:
        try:
            seen.setdefault(key_of(value), value)
        except NotPlainError:
            if not any(value is other for other in vague):
                vague.append(value)
        except TypeError:
            return [], "an element that cannot be in a set"
    return [*seen.values(), *vague], None


def sets(run: Interpreter, function: Callable[[Any, Any], Any], left: Items, right: Items, at: Origin) -> Value:
    """An operator of two sets."""
    origins, reads = merge_origins([left, right], at), merge_reads([left, right])
    Meter.add(8 * (len(left.items) + len(right.items)))
    if function is operator.or_:
        items, _ = distinct(run, [*left.items, *right.items])
        return Items(items, left.kind, left.rest or right.rest, origins=origins, reads=reads)
    try:
        ours, theirs = {key_of(v): v for v in left.items}, {key_of(v): v for v in right.items}
        if left.rest or right.rest:
            raise NotPlainError(left)
        result = function(set(ours), set(theirs))
    except (NotPlainError, TypeError):
        return run.unknown(left.rest or right.rest or "a set of things that are not known", left, right, at=at)
    if not isinstance(result, set):
        return scalar(result, left, right, at=at)
    both = {**theirs, **ours}
    return Items([both[key] for key in both if key in result], left.kind, origins=origins, reads=reads)


def unary(run: Interpreter, op: ast.unaryop, value: Value, at: Origin) -> Value:
    """`not x`, `-x`, `+x`, `~x`."""
    if isinstance(op, ast.Not):
        known = truth(run, value)
        return (
            run.unknown("the opposite of something that is not known", value, at=at)
            if known is None
            else scalar(not known, *inside(value)[:50], at=at)
        )
    return each([value], lambda values: _unary(run, op, values[0], at))


def _unary(run: Interpreter, op: ast.unaryop, value: Value, at: Origin) -> Value:
    name, function = {ast.USub: ("neg", operator.neg), ast.UAdd: ("pos", operator.pos), ast.Invert: ("invert", operator.invert)}[type(op)]
    if not isinstance(value, Scalar):
        found = _special(run, value, f"__{name}__", [], at)
        return found if found is not None else run.unknown("worked out from something that is not known", value, at=at)
    try:
        return scalar(function(value.value), value, at=at)  # type: ignore[operator]
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", value, at=at)


# Comparison


def compare(run: Interpreter, op: ast.cmpop, left: Value, right: Value, at: Origin) -> Value:
    """`left op right` for one comparison operator."""
    if isinstance(op, (ast.In, ast.NotIn)):
        result = each([left, right], lambda pair: contains(run, pair[0], pair[1], at))
        return unary(run, ast.Not(), result, at) if isinstance(op, ast.NotIn) else result
    if isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        same = equal(run, left, right) if isinstance(op, (ast.Eq, ast.NotEq)) else identical(run, left, right)
        if same is None:
            return run.unknown("compared with something that is not known", left, right, at=at)
        return scalar(same == isinstance(op, (ast.Eq, ast.Is)), left, right, at=at)
    return each([left, right], lambda pair: _ordered(run, op, pair[0], pair[1], at))


def _ordered(run: Interpreter, op: ast.cmpop, left: Value, right: Value, at: Origin) -> Value:
    try:
        return scalar(bool(ORDER[type(op)](plain(left), plain(right))), *inside(left), *inside(right), at=at)
    except NotPlainError as doubt:
        name = {ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__"}[type(op)]
        found = _special(run, left, name, [right], at)
        return found if found is not None else run.unknown("compared with something that is not known", doubt.value, left, right, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", left, right, at=at)


def text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str] = str) -> Value:
    """`str(value)` (or `repr`)."""
    return each([value], lambda values: _text_of(run, values[0], at, function))


def _text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str]) -> Value:
    try:
        thing = plain(value)
        if isinstance(thing, (set, frozenset)) and len(thing) > 1:
            raise NotPlainError(value)
        text = _shown(thing) if function is repr and isinstance(thing, PurePosixPath) else function(thing)
    except NotPlainError as doubt:
        found = _special(run, value, "__str__" if function is str else "__repr__", [], at) if isinstance(value, (Instance, Symbol)) else None
        return found if found is not None else run.unknown("the text of something that is not known", doubt.value, value, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", value, at=at)
    if len(text) > MAX_TEXT:
        return run.unknown("a text that is too large", value, at=at)
    return scalar(text, *inside(value), at=at)


def _shown(path: PurePosixPath) -> str:
    return repr(path).replace("PurePosixPath", "PosixPath")
