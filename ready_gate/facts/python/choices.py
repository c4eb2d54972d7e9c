"""Working with values of which it is only known that they are one of a few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import TYPE_CHECKING

from ready_gate.facts.python.flow import Raised
from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.values import Choice, Unknown, Value, merge_origins, merge_reads

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

MAX_WAYS = 48


def each(run: Interpreter, values: Sequence[Value], work: Callable[[list[Value]], Value]) -> Value:
    """Do it for every combination of what the values may be."""
    choices = [value for value in values if isinstance(value, Choice)]
    if not choices:
        return work(list(values))
    ways = 1
    for choice in choices:
        ways *= len(choice.options)
    if ways > MAX_WAYS:
        return Unknown("it depends on too many things that are not known", origins=merge_origins(values), reads=merge_reads(values))
    found = answers(run, product(*(value.options if isinstance(value, Choice) else (value,) for value in values)), work)
    return one_of(found, reads=merge_reads(choices), since=max(choice.since for choice in choices))


def answers(run: Interpreter, ways: Iterable[Sequence[Value]], work: Callable[[list[Value]], Value]) -> list[Value]:
    """What the ways give that raise nothing; it is raised where all of them do."""
    found: list[Value] = []
    errors: list[Raised] = []
    for way in ways:
        try:
            found.append(work(list(way)))
        except Raised as error:
            errors.append(error)
    if errors:
        settle(run, errors, bool(found))
    return found or [Unknown("it raises an exception")]


def settle(run: Interpreter, errors: Sequence[Raised], others: bool) -> None:
    """Some ways raise these errors: the code surely raises the one that all of them raise, if there are no `others`."""
    if not others and len({error.names for error in errors}) == 1:
        raise errors[0]
    run.doubt()
