"""Plain Python values in abstract ones."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import count, islice, pairwise
from pathlib import PurePosixPath
from typing import Any

from ready_gate.facts.python.values import Items, Meter, Scalar, Table, Value

MAX_ITEMS = 50_000
MAX_NESTING = 40
MAX_INSIDE = 1_000
MAX_EXPONENT = 5_000
HUGE_FORMAT = re.compile(r"\d{5,}|\*")
ERRORS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError, MemoryError)


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


def is_plain(value: Value) -> bool:
    """Whether it is known all the way down."""
    try:
        plain(value)
    except NotPlainError:
        return False
    return True


def plain_in_order(value: Value) -> Any:
    """The same for what looks at the order of elements: a set of several is not known then, nor is what holds one."""
    thing = plain(value)
    if isinstance(value, (Items, Table)) and _holds_a_set(thing):
        raise NotPlainError(value)
    return thing


class PosixPath(PurePosixPath):
    """A path that shows itself as it does where the project runs."""


def plain_for_text(value: Value) -> Any:
    """The same for what becomes a text. How a dict of another class shows itself differs from version to version."""
    if any(isinstance(part, Table) and part.kind != "dict" for part in inside(value)):
        raise NotPlainError(value)
    return _named(plain_in_order(value))


def _named(thing: Any) -> Any:
    """With paths that have the right name, wherever they are."""
    if isinstance(thing, PurePosixPath):
        return PosixPath(thing)
    if type(thing) in (list, tuple, set, frozenset):
        return type(thing)(_named(part) for part in thing)
    return {_named(key): _named(part) for key, part in thing.items()} if isinstance(thing, dict) else thing


def _holds_a_set(thing: object) -> bool:
    waiting = [thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, (set, frozenset)) and len(part) > 1:
            return True
        if isinstance(part, (list, tuple, set, frozenset)):
            waiting += part
        elif isinstance(part, dict):
            waiting += [*part, *part.values()]
    return False


def has_one_order(keys: Sequence[Any]) -> bool:
    """Whether sorting these never has to ask which of two comes first."""
    found = sorted(keys)
    return all(one < other for one, other in pairwise(found))


def has_one_sum(value: Value) -> bool:
    """Whether it is a number that adds up to the same in any order."""
    return isinstance(value, Scalar) and isinstance(value.value, int)


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
        entries = {key: _plain(entry, depth + 1, steps) for key, entry in value.entries.items()}
        return {"OrderedDict": OrderedDict, "Counter": Counter}.get(value.kind, dict)(entries)
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


def key_of(value: Value) -> object:
    """A key by which elements of sets are told apart: raises `NotPlainError` where that is not known, TypeError for what cannot be in one."""
    thing = plain(value)
    hash(thing)
    return thing
