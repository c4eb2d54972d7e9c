"""Plain Python values in abstract ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import count, islice
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


def key_of(value: Value) -> object:
    """A key by which elements of sets are told apart: raises `NotPlainError` where that is not known, TypeError for what cannot be in one."""
    thing = plain(value)
    hash(thing)
    return thing
