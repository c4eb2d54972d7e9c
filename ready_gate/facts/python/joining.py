"""What a value is after a branch that may or may not have been taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TypeVar

from ready_gate.facts.python.candidates import besides
from ready_gate.facts.python.values import (
    Choice,
    Class,
    Instance,
    Items,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
)
from ready_gate.facts.views import UNSET, Read
from ready_gate.model import Origin

MAX_OPTIONS = 12
MAX_COMPARED = 20_000
MAYBE = "something that is not known decides what else it holds"


@dataclass(frozen=True)
class Missing:
    """A name or key that is not there."""


MISSING = Missing()
Cell = Value | Missing
AnyValue = TypeVar("AnyValue", bound=Value)


def same(one: Value, other: Value) -> bool:
    """Whether two values are certainly alike, provenance aside."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return type(one.value) is type(other.value) and (one.value == other.value) and str(one.value) == str(other.value)
    if isinstance(one, Symbol) and isinstance(other, Symbol):
        return one.dotted == other.dotted
    if isinstance(one, Unknown) and isinstance(other, Unknown):
        return one.truth is other.truth
    if isinstance(one, Choice) and isinstance(other, Choice):
        return len(one.options) == len(other.options) and all(a is b for a, b in zip(one.options, other.options, strict=True))
    return False


def alike(one: Value, other: Value) -> bool:
    """Like `same`, for containers as well: equal contents, though not one object."""
    waiting = [(one, other)]
    for _ in range(MAX_COMPARED):
        if not waiting:
            return True
        here, there = waiting.pop()
        if here is there:
            continue
        inner = _pairs(here, there)
        if inner is None:
            return False
        waiting += inner
    return False


def _pairs(one: Value, other: Value) -> list[tuple[Value, Value]] | None:
    """What has to be alike for these two to be; None where they are not."""
    if isinstance(one, Items) and isinstance(other, Items):
        fits = one.kind == other.kind and one.rest == other.rest and len(one.items) == len(other.items)
        ours, theirs = (*one.items, *(besides(one) or ())), (*other.items, *(besides(other) or ()))
        fits = fits and (besides(one) is None) == (besides(other) is None) and len(ours) == len(theirs)
        return list(zip(ours, theirs, strict=True)) if fits else None
    if isinstance(one, Table) and isinstance(other, Table):
        fits = one.rest == other.rest and list(one.entries) == list(other.entries)
        return list(zip(one.entries.values(), other.entries.values(), strict=True)) if fits else None
    return [] if same(one, other) else None


def with_reads(value: AnyValue, reads: Iterable[Read]) -> AnyValue:
    """The value with these reads noted: a copy of an immutable one, the same object for what has an identity."""
    added = tuple(dict.fromkeys((*value.reads, *reads)))
    if len(added) == len(value.reads):
        return value
    if isinstance(value, (Items, Table, Instance, Class)):
        value.reads = added
        return value
    if isinstance(value, (Scalar, Choice, Unknown, Symbol)):
        return replace(value, reads=added)
    return value


def stamped(value: Value, at: Origin, reads: Sequence[Read]) -> Value:
    """The value as a name holds it that is set at this place, under conditions with these reads."""
    if isinstance(value, (Scalar, Choice, Unknown, Symbol)):
        if not reads and value.origins and value.origins[-1] == at:
            return value
        return replace(value, origins=merge_origins([value], at), reads=tuple(dict.fromkeys((*value.reads, *reads))))
    return with_reads(value, reads) if reads else value


def one_of(values: Sequence[Value], *, reads: Iterable[Read] = (), since: float | None = None) -> Value:
    """One of these values, and it is not known which."""
    options: list[Value] = []
    for value in values:
        for option in value.options if isinstance(value, Choice) else (value,):
            if len(options) <= MAX_OPTIONS and not any(same(option, other) for other in options):
                options.append(option)
    everything = tuple(dict.fromkeys((*merge_reads(values), *reads)))
    if len(options) == 1:
        return with_reads(options[0], everything)
    origins = merge_origins(values)
    if len(options) > MAX_OPTIONS or all(isinstance(option, Unknown) for option in options):
        reason = next((o.reason for o in options if isinstance(o, Unknown)), "one of too many values")
        return Unknown(reason, origins=origins, reads=everything)
    bounds = [value.since for value in values if isinstance(value, Choice)]
    bound = max([*bounds, since]) if since is not None else max([float("inf"), *bounds])
    return Choice(tuple(options), since=bound, origins=origins, reads=everything)


def joined(one: Cell, other: Cell, reads: Iterable[Read], since: float) -> Cell:
    """What a name holds that holds this on the one path and that on the other."""
    if one is other:
        return one
    if isinstance(one, Missing):
        one = Unknown(UNSET)
    if isinstance(other, Missing):
        other = Unknown(UNSET)
    return one_of([one, other], reads=reads, since=since)


def widened(one: Cell, other: Cell, reads: Iterable[Read]) -> Cell:
    """What a name holds that a loop changes an unknown number of times: `one` after a turn, `other` before it. What was not known stays so."""
    if one is other or (isinstance(one, Value) and isinstance(other, Value) and alike(one, other)):
        return one
    values = [value for value in (one, other) if isinstance(value, Value)]
    reads = tuple(dict.fromkeys((*merge_reads(values), *reads)))
    if isinstance(other, Unknown):
        return other if set(reads) <= set(other.reads) else replace(other, reads=reads)
    inner = one.options if isinstance(one, Choice) else (one,)
    reasons = (option.reason for option in inner if isinstance(option, Unknown) and option.reason != UNSET)
    return Unknown(next(reasons, "it is changed in a loop that could not be followed"), origins=merge_origins(values), reads=reads)


def common(one: Sequence[Value], other: Sequence[Value]) -> tuple[list[Value], list[Value]]:
    """The elements that both sequences have, in order, and those that only one of them has."""
    shared = 0
    while shared < min(len(one), len(other)) and alike(one[shared], other[shared]):
        shared += 1
    found = list(one[:shared])
    left: list[Value] = []
    ours, theirs = [_key(v) for v in one[shared:]], [_key(v) for v in other[shared:]]
    if len(ours) * len(theirs) > 250_000:
        return found, [*one[shared:], *other[shared:]]
    here, there = shared, shared
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        left += [*one[here : shared + block.a], *other[there : shared + block.b]]
        here, there = shared + block.a + block.size, shared + block.b + block.size
        found += one[here - block.size : here]
    return found, left


def _key(value: Value) -> object:
    if isinstance(value, Scalar):
        return (type(value.value), value.value)
    return value.dotted if isinstance(value, Symbol) else id(value)


def noted(value: Value, reads: tuple[Read, ...], at: Origin | None = None) -> Value:
    """A copy (for immutable values) or the same object with reads and a place added."""
    reads = tuple(dict.fromkeys((*value.reads, *reads)))
    if isinstance(value, (Scalar, Choice, Unknown, Symbol)):
        return replace(value, reads=reads, origins=merge_origins([value], at))
    if isinstance(value, (Items, Table)):
        value.reads = reads
    return value
