"""What may be in a list, tuple or set besides the elements that surely are.

A group of candidates says: nothing else than these, each any number of times, anywhere. None says: anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from ready_gate.facts.python.values import Answer, Choice, Items, Meter, Part, Scalar, Symbol, Value, missing, together

MAX_CANDIDATES = 400

Candidates = tuple[Value, ...] | None


def besides(value: Value) -> Candidates:
    """What may be in it that is not among its sure elements. A list of which only its making is known stands for its elements."""
    if isinstance(value, (Answer, Part)):
        return (value,)
    if not isinstance(value, Items):
        return None
    if not missing(value):
        return ()
    return None if value.kind == "iterator" else value.maybe


def together_with(*groups: Iterable[Value] | None) -> Candidates:
    """The candidates of all groups, each once. Only what nobody can change in place is kept apart: with anything else it may be anything."""
    found: dict[object, Value] = {}
    for group in groups:
        if group is None:
            return None
        for value in group:
            Meter.add(1)
            for option in value.options if isinstance(value, Choice) else (value,):
                if not isinstance(option, (Scalar, Symbol, Answer, Part)) or len(found) >= MAX_CANDIDATES:
                    return None
                found.setdefault(_key(option), option)
    return tuple(found.values())


def _key(value: Scalar | Symbol | Answer | Part) -> object:
    if isinstance(value, (Answer, Part)):
        return id(value)
    if isinstance(value, Symbol):
        return (Symbol, value.dotted)
    # The sign of a zero and the places of a decimal are no part of its equality.
    return (type(value.value), value.value) if isinstance(value.value, (str, bytes, bool, int)) else id(value)


def added_by(more: Value) -> Candidates:
    """What a list may hold besides `more`'s sure elements that has taken in all of it."""
    if isinstance(more, Choice):
        return together_with(*(group for option in more.options for group in _all_of(option)))
    return besides(more)


def _all_of(value: Value) -> tuple[Iterable[Value] | None, ...]:
    if isinstance(value, (Answer, Part)):
        return ((value,),)
    return (value.items, besides(value)) if isinstance(value, Items) and value.kind != "iterator" else (None,)


def open_to(target: Items, reason: str, others: Iterable[Value] | None = None) -> None:
    """Note that it may hold these as well (None: anything), and why."""
    target.maybe = together_with(besides(target), others)
    target.rest = together(target.rest, reason)
