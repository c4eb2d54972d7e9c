"""Whether two parts of a schema are the same, where some parts may not be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from ready_gate.facts.django.migrations.effects import name_of
from ready_gate.facts.views.schema import FieldState, Made, Undecided, same

# False: the same; True: they differ; a text: nobody knows, and why.
Answer: TypeAlias = bool | str
ABSENT = object()
NON_DATABASE = ("violation_error_code", "violation_error_message")
MAX_DEPTH = 12


def unlike(old: object, new: object) -> Answer:
    """Whether they differ. A difference that is sure counts whatever else is not known."""
    answer = same(old, new)
    return not answer if answer is not None else doubt_in(old) or doubt_in(new) or "it is not known well enough"


def doubt_in(part: object, depth: int = 0) -> str | None:
    """Why some of it is not known."""
    if isinstance(part, Undecided):
        return part.reason
    if isinstance(part, FieldState):
        return part.undecided or doubt_in(part.arguments, depth + 1) or part.open or part.lent
    inner: Iterable[object] = ()
    if isinstance(part, Made):
        inner = (*part.args, *part.keywords.values())
    elif isinstance(part, (Mapping, tuple)):
        inner = part.values() if isinstance(part, Mapping) else part
    if depth > MAX_DEPTH:
        return None
    return next((doubt for one in inner if (doubt := doubt_in(one, depth + 1))), None)


def unlike_mappings(old: Mapping[str, object], new: Mapping[str, object], keys: Iterable[str]) -> Answer:
    """The same for some entries of mappings."""
    doubt: Answer = False
    for key in keys:
        one, other = old.get(key, ABSENT), new.get(key, ABSENT)
        answer = unlike(one, other) if one is not other else False
        if answer is True:
            return True
        doubt = doubt or answer
    return doubt


def differing(old: FieldState, new: FieldState) -> tuple[str, ...]:
    """In what they surely differ."""
    if same(replace(old, arguments={}), replace(new, arguments={})) is False:
        return ("its class",)
    names = sorted({*old.arguments, *new.arguments})
    return tuple(name for name in names if unlike_mappings(old.arguments, new.arguments, [name]) is True)


def rows(written: object) -> frozenset[tuple[object, ...]] | Undecided:
    """`unique_together` and the like as a set of tuples, however they are written."""
    if written is None or isinstance(written, Undecided):
        return written or frozenset()
    if not isinstance(written, (list, tuple, set, frozenset)):
        return Undecided("names of fields that cannot be told")
    parts = list(written)
    if parts and all(isinstance(part, str) for part in parts):
        return frozenset({tuple(parts)})
    if any(isinstance(part, Undecided) or not isinstance(part, (list, tuple, set, frozenset)) for part in parts):
        return next((part for part in parts if isinstance(part, Undecided)), Undecided("names of fields that cannot be told"))
    found = frozenset(tuple(part) for part in parts)
    return next((name for row in found for name in row if isinstance(name, Undecided)), found)


def without_partners(these: Sequence[object], those: Sequence[object]) -> tuple[list[object], list[str]]:
    """What of `these` has no like among `those`, and why that is not known of others."""
    alone, doubts = [], []
    for one in these:
        answers = [unlike(other, one) for other in those]
        if False in answers:
            continue
        doubt = next((answer for answer in answers if isinstance(answer, str)), None)
        if doubt is None and isinstance(one, Undecided):
            doubt = one.reason
        if doubt is None:
            alone.append(one)
        else:
            doubts.append(doubt)
    return alone, doubts


def nameless(part: object, *others: str) -> object:
    """An index or constraint without its name, and without other arguments."""
    if not isinstance(part, Made):
        return part
    return Made(part.dotted, part.args, {key: value for key, value in part.keywords.items() if key not in ("name", *others)})


def same_but_for_name(one: object, other: object) -> bool:
    """Whether an index was only given another name."""
    return name_of(one) != name_of(other) and unlike(nameless(one), nameless(other)) is False


def same_in_database(one: object, other: object) -> bool:
    """Whether a constraint of that name was only given another message."""
    return name_of(one) == name_of(other) and unlike(nameless(one, *NON_DATABASE), nameless(other, *NON_DATABASE)) is False
