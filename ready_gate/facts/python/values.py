"""Abstract values. Scalars and symbols are never changed after construction; containers, instances and namespaces are changed in place,
as in Python, so that aliases see each other's mutations.

`origins` are the places that made the value, the deciding one last; `reads` the environment variables (and untracked files) it came through,
also by way of a branch condition. Both are carried through every operation by `derive`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from math import inf
from typing import TYPE_CHECKING

from ready_gate.facts.views import Read, Shuffled
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.scope import Scope

MAX_ORIGINS = 8
MAX_TEXT = 1_000_000

# Whatever can be changed in place is numbered in the order of its making, so that a join can tell what was made inside a branch.
serials = count(1).__next__


@dataclass(eq=False)
class Value:
    """Anything a name can hold."""

    origins: tuple[Origin, ...] = field(default=(), kw_only=True)
    reads: tuple[Read, ...] = field(default=(), kw_only=True)


@dataclass(eq=False)
class Scalar(Value):
    """A known immutable Python value: None, bool, int, float, complex, str, bytes, Ellipsis, timedelta, date, time, datetime, Decimal, or
    PurePosixPath (for every pathlib path; absolute for paths derived from `__file__`)."""

    value: object = None


@dataclass(eq=False)
class Items(Value):
    """A list, tuple, set, frozenset or iterator (`kind`). `rest`: why it may hold more than `items` (anywhere between them), None when it is
    complete; a `Shuffled` one: why nobody knows their order. `maybe`: nothing else than these is there more, None where it may be anything (to be
    asked by `candidates.besides`). An iterator is used up by the first look at its elements."""

    items: list[Value] = field(default_factory=list)
    kind: str = "list"
    rest: str | None = None
    maybe: tuple[Value, ...] | None = field(default=None, kw_only=True)
    serial: int = field(default_factory=serials, kw_only=True, repr=False)


@dataclass(eq=False)
class Table(Value):
    """A dict, or one of a class of `collections` (`kind`). Keys are plain hashable Python values. `rest`: why it may hold more entries. `factory`
    makes the entries of a defaultdict that are looked up before they are set."""

    entries: dict[object, Value] = field(default_factory=dict)
    rest: str | None = None
    kind: str = field(default="dict", kw_only=True)
    factory: Value | None = field(default=None, kw_only=True)
    serial: int = field(default_factory=serials, kw_only=True, repr=False)


# Why a list that a set was made into is not known to the end.
SHUFFLED = Shuffled("the order of a set's elements is not known")


def together(*rests: str | None) -> str | None:
    """Why something made of parts with these reasons may hold more, or hold it in another order."""
    given = [rest for rest in rests if rest]
    worst = next((rest for rest in given if not (isinstance(rest, Shuffled) and rest.whole)), None)
    if worst is None:
        return given[0] if given else None
    return Shuffled(worst, whole=False) if any(isinstance(rest, Shuffled) for rest in given) else worst


def missing(value: Items | Table) -> str | None:
    """Why it may hold more than is known, None where it does not."""
    return None if isinstance(value.rest, Shuffled) and value.rest.whole else value.rest


@dataclass(eq=False)
class Choice(Value):
    """One of a few values, depending on something that is not known. Options with a serial above `since` were made by the very branch that
    chose them, so a change by way of this value is certain for them."""

    options: tuple[Value, ...] = ()
    since: float = field(default=inf, kw_only=True, repr=False)


@dataclass(eq=False)
class Unknown(Value):
    """Not known, and why (one short clause without the place). `truth` is its truth value where that alone is known."""

    reason: str = ""
    truth: bool | None = field(default=None, kw_only=True)


@dataclass(eq=False)
class Answer(Unknown):
    """What a call gave of which nothing is known, with what was called: by name, on a `receiver` (for the answer of another such call, that one)."""

    name: str = ""
    receiver: Value | None = None
    args: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Part(Unknown):
    """An attribute of which nothing is known, and what it is an attribute of."""

    of: Value = field(default_factory=Value)
    name: str = ""


@dataclass(eq=False)
class Later(Value):
    """A module of the project that has not been run yet, or something in it (`name`): looked up when it is used."""

    module: str = ""
    name: str | None = None


@dataclass(eq=False)
class Symbol(Value):
    """A name of another package or of the standard library, by its dotted path: module, class or function. What calling it or reading its
    attributes gives is said by `libraries`, and is Unknown or an Instance otherwise."""

    dotted: str = ""


@dataclass(eq=False)
class Method(Symbol):
    """A method in the body of a class of another package."""


@dataclass(eq=False)
class Instance(Value):
    """An object: of a project class (`type` is a Class) or of another package's (`type` is a Symbol); `args`/`keywords` as it was constructed."""

    type: Value = field(default_factory=Value)
    args: list[Value] = field(default_factory=list)
    keywords: dict[str, Value] = field(default_factory=dict)
    attributes: dict[str, Value] = field(default_factory=dict)
    serial: int = field(default_factory=serials, kw_only=True, repr=False)


@dataclass(eq=False)
class Function(Value):
    """A function or lambda of the project, with the scope it was defined in."""

    name: str = "<lambda>"
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None = None
    scope: Scope | None = None
    defaults: list[Value] = field(default_factory=list)
    keyword_defaults: dict[str, Value] = field(default_factory=dict)
    decorators: list[Value] = field(default_factory=list)


@dataclass(eq=False)
class Bound(Value):
    """A method with its receiver. `method` is a Function for project classes; for everything else the method's name is in `name`."""

    receiver: Value = field(default_factory=Value)
    name: str = ""
    method: Function | None = None


@dataclass(eq=False)
class Class(Value):
    """A class of the project, with its bases (Class or Symbol or Unknown) and its own namespace; `decorators` are those of another package that are
    taken to leave it what it is."""

    name: str = ""
    bases: list[Value] = field(default_factory=list)
    namespace: dict[str, Value] = field(default_factory=dict)
    module: str = ""
    decorators: list[Value] = field(default_factory=list, kw_only=True, repr=False)
    serial: int = field(default_factory=serials, kw_only=True, repr=False)


@dataclass(eq=False)
class Module(Value):
    """A module of the project, by its dotted name; its names are in `scope`."""

    dotted: str = ""
    scope: Scope | None = None


class Meter:
    """Counts the work that goes with the size of things, for the run to charge."""

    spent = 0

    @classmethod
    def add(cls, amount: int) -> None:
        """Note so many elements (or half a kilobyte each) looked at."""
        cls.spent += amount

    @classmethod
    def take(cls) -> int:
        """What was noted since the last time."""
        amount, cls.spent = cls.spent, 0
        return amount


def merge_reads(values: Iterable[Value]) -> tuple[Read, ...]:
    """The reads of all these values, each once, in order."""
    held = [value.reads for value in values if value.reads]
    if len(held) < 2:  # nearly always: reads are hashed field by field, and there can be hundreds
        return held[0] if held else ()
    return tuple(dict.fromkeys(read for reads in held for read in reads))


def merge_origins(values: Iterable[Value], at: Origin | None = None) -> tuple[Origin, ...]:
    """The origins of all these values, each once, then `at`; the earliest are dropped beyond a bound."""
    seen = dict.fromkeys(origin for value in values for origin in value.origins)
    if at is not None:
        seen.pop(at, None)
        seen[at] = None
    return tuple(seen)[-MAX_ORIGINS:]


def scalar(value: object, *sources: Value, at: Origin | None = None) -> Scalar:
    """A known value that was worked out from `sources`."""
    return Scalar(value, origins=merge_origins(sources, at), reads=merge_reads(sources))


def unknown(reason: str, *sources: Value, at: Origin | None = None) -> Unknown:
    """An unknown value. Where a source is itself unknown, its reason is kept, since it is nearer to the cause."""
    first = next((source.reason for source in sources if isinstance(source, Unknown)), reason)
    return Unknown(first, origins=merge_origins(sources, at), reads=merge_reads(sources))
