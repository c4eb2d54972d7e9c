"""Elements of sets, and their operators."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python.candidates import besides, together_with
from ready_gate.facts.python.plainness import NotPlainError, key_of
from ready_gate.facts.python.values import Items, Meter, Value, merge_origins, merge_reads, scalar
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


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


def combined(run: Interpreter, function: Callable[[Any, Any], Any], left: Items, right: Items, at: Origin) -> Value:
    """An operator of two sets."""
    origins, reads = merge_origins([left, right], at), merge_reads([left, right])
    Meter.add(8 * (len(left.items) + len(right.items)))
    if function is operator.or_:
        items, _ = distinct(run, [*left.items, *right.items])
        others = together_with(besides(left), besides(right))
        return Items(items, left.kind, left.rest or right.rest, maybe=others, origins=origins, reads=reads)
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
