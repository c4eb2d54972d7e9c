"""Truth, equality, membership, identity and order of abstract values."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python.candidates import besides
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.plainness import ERRORS, MAX_NESTING, NotPlainError, inside, is_plain, plain
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import (
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Module,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    missing,
    scalar,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


UNLIKE = "__unlike__"  # marks an object that nothing which comes from elsewhere is equal to
ORDER: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}

# Classes of other packages whose objects have no length and no truth value of their own.
ALWAYS_TRUE = frozenset({"re.Match", "re.Pattern", "functools.partial", "string.Template", "logging.Logger"})


def truth(run: Interpreter, value: Value) -> bool | None:
    """Python's truth value, None where it cannot be told."""
    if isinstance(value, Scalar):
        return bool(value.value)
    if isinstance(value, Items):
        return True if value.kind == "iterator" or value.items else None if missing(value) else False
    if isinstance(value, Table):
        return True if value.entries else None if missing(value) else False
    if isinstance(value, Choice):
        answers = {truth(run, option) for option in value.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(value, Symbol):
        return True if is_class(value.dotted) else None
    if isinstance(value, Instance):
        return _truth_of_object(run, value)
    if isinstance(value, Unknown):
        return value.truth
    return True if isinstance(value, (Function, Class, Module, Bound)) else None


def is_class(dotted: str) -> bool:
    """Whether a foreign name is a class or a top-level module for sure, by the way it is written: no constant, and no member of a class."""
    *around, last = dotted.split(".")
    return dotted.startswith("builtins.") or not around or (_camel(last) and not any(map(_camel, around)))


def _camel(name: str) -> bool:
    return name[:1].isupper() and name != name.upper()


def _truth_of_object(run: Interpreter, value: Instance) -> bool | None:
    from ready_gate.facts.python import attributes

    if not isinstance(value.type, Class):
        return True if isinstance(value.type, Symbol) and value.type.dotted in ALWAYS_TRUE else None
    for name in ("__bool__", "__len__"):
        method = attributes.special(run, value, name)
        if method is not None:
            return truth(run, run.call(method, [], {}, Origin(""))) if not isinstance(method, Unknown) else None
    return True


def negated(run: Interpreter, value: Value, at: Origin) -> Value:
    """`not value`."""
    known = truth(run, value)
    if known is None:
        return run.unknown("the opposite of something that is not known", value, at=at)
    return scalar(not known, *inside(value)[:50], at=at)


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
        return False if any(isinstance(side, Instance) and UNLIKE in side.attributes for side in (one, other)) else None
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
            answer = special_method(run, left, "__eq__", [right], Origin(""))
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
    if missing(one) or missing(other):
        return None
    if "Counter" in (one.kind, other.kind):
        return bool(plain(one) == plain(other)) if is_plain(one) and is_plain(other) else None
    if one.entries.keys() != other.entries.keys():
        return False
    if one.kind == other.kind == "OrderedDict" and list(one.entries) != list(other.entries):
        return False if not (one.rest or other.rest) else None
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
        others = besides(container)
        answer = _any_equal(run, item, container.items, missing(container) if others is None else None)
        if answer is False and others and _any_equal(run, item, others, None) is not False:
            answer = None
        sources += container.items[:200]
    elif isinstance(container, Table):
        answer = _any_equal(run, item, [Scalar(key) for key in container.entries], missing(container))
    else:
        method = special_method(run, container, "__contains__", [item], at)
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
        return False if isinstance(symbol, Symbol) and is_class(symbol.dotted) else None
    return one is other


def compare(run: Interpreter, op: ast.cmpop, left: Value, right: Value, at: Origin) -> Value:
    """`left op right` for one comparison operator."""
    if isinstance(op, (ast.In, ast.NotIn)):
        result = each(run, [left, right], lambda pair: contains(run, pair[0], pair[1], at))
        return negated(run, result, at) if isinstance(op, ast.NotIn) else result
    if isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        same = equal(run, left, right) if isinstance(op, (ast.Eq, ast.NotEq)) else identical(run, left, right)
        if same is None:
            return run.unknown("compared with something that is not known", left, right, at=at)
        return scalar(same == isinstance(op, (ast.Eq, ast.Is)), left, right, at=at)
    return each(run, [left, right], lambda pair: _ordered(run, op, pair[0], pair[1], at))


def _ordered(run: Interpreter, op: ast.cmpop, left: Value, right: Value, at: Origin) -> Value:
    from ready_gate.facts.python import enums

    left, right = enums.underlying(run, left), enums.underlying(run, right)
    try:
        return scalar(bool(ORDER[type(op)](plain(left), plain(right))), *inside(left), *inside(right), at=at)
    except NotPlainError as doubt:
        name = {ast.Lt: "__lt__", ast.LtE: "__le__", ast.Gt: "__gt__", ast.GtE: "__ge__"}[type(op)]
        found = special_method(run, left, name, [right], at)
        return found if found is not None else run.unknown("compared with something that is not known", doubt.value, left, right, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", left, right, at=at)
