"""What is followed through a view: request data by source and key, whether it was checked, and where it ends up."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ready_gate.facts.python.codebase import ModuleCode
from ready_gate.model import Origin

MAX_EVENTS = 200
# What the client sends in the body. The address is told apart: its converters check what they take.
BODY = frozenset({"data", "POST", "body", "FILES", "PUT"})
QUERY = frozenset({"GET", "query_params"})
HEADERS = frozenset({"META", "headers", "COOKIES"})
URL = "url"
VALID = "validated_data"
SOURCES = BODY | QUERY | HEADERS


class Atom(NamedTuple):
    """A piece of request data: where it comes from (`data`, `POST`, `GET`, `url` …), its key, None for all of it, and whether a
    conversion has made it a number or a date, which no text can hide in any more."""

    source: str
    key: str | None = None
    number: bool = False

    def __str__(self) -> str:
        if self.source == URL:
            return f"the address ({self.key})"
        return ("" if self.source == VALID else "request.") + self.source + (f"[{self.key!r}]" if self.key is not None else "")


@dataclass(frozen=True)
class Flow:
    """What is known of a value. `kind`: `request`, `self`, `data` (a mapping of request data), `validator` (a serializer or form of class `type`),
    `validated` (what came out of one), `row` (an object of the model `type`), `rows` (a queryset of it), `object` (of the project's class `type`),
    `name` (the global `type`), `gateway` (its client), `clean`, `constant`, `number`, or empty. `built`: a text put together from parts that are
    not constant."""

    atoms: frozenset[Atom] = frozenset()
    kind: str = ""
    type: str = ""
    built: bool = False
    parts: dict[str, Flow] | None = field(default=None, compare=False)
    node: ast.AST | None = field(default=None, compare=False)

    @property
    def texts(self) -> frozenset[Atom]:
        """The request data in it that may be any text."""
        return frozenset(atom for atom in self.atoms if not atom.number)


NOTHING = Flow()
CLEAN = Flow(kind="clean")
NUMBER = Flow(kind="number")
CONSTANT = Flow(kind="constant")


def validated(given: Flow, kind: str) -> Flow:
    """What a validator of class `kind` hands out of what it was given: request data still, but checked."""
    return Flow(frozenset({Atom(VALID)}) if given.atoms else frozenset(), "validated", kind)


def joined(flows: Iterable[Flow], *, built: bool = False) -> Flow:
    """One value that may be, or is made of, any of these."""
    given = list(flows)
    atoms = frozenset(atom for flow in given for atom in flow.atoms)
    alike = given[0] if given and all((flow.kind, flow.type) == (given[0].kind, given[0].type) for flow in given) else NOTHING
    return Flow(atoms, alike.kind, alike.type, built or any(flow.built for flow in given), alike.parts, alike.node)


@dataclass(frozen=True)
class Event:
    """Something that is done with values: `kind` says what (`orm`, `sql`, `code`, `gateway`, `password` …), `atoms` the request data in it, `raw`
    those of them that nothing has checked."""

    kind: str
    at: Origin
    what: str
    atoms: frozenset[Atom] = frozenset()
    raw: frozenset[Atom] = frozenset()
    built: bool = False


def _whole(source: str) -> tuple[Atom, Atom]:
    return Atom(source), Atom(source, None, True)


@dataclass
class Trace:
    """What one handler does."""

    events: dict[Event, None] = field(default_factory=dict)
    checked: set[Atom] = field(default_factory=set)
    verified: set[Atom] = field(default_factory=set)
    validators: dict[str, None] = field(default_factory=dict)
    called: dict[str, None] = field(default_factory=dict)
    inherited: dict[str, None] = field(default_factory=dict)
    validates: bool = False
    cleaned: bool = False
    guarded: int = 0
    steps: int = 0
    exhausted: bool = False
    beyond: str = ""
    active: list[str] = field(default_factory=list)

    def is_checked(self, atom: Atom) -> bool:
        """Whether the atom, or all of what it is part of, was checked."""
        sources = BODY if atom.source in BODY else (atom.source,)
        if atom.source == VALID or any(one in self.checked for source in sources for one in _whole(source)):
            return True
        return any(one in self.checked for one in (atom, atom._replace(number=not atom.number)))

    def add(self, kind: str, at: Origin, what: str, *flows: Flow) -> None:
        """Note what is done."""
        if len(self.events) < MAX_EVENTS:
            atoms = frozenset(atom for flow in flows for atom in flow.atoms)
            raw = frozenset(atom for atom in atoms if not self.is_checked(atom))
            self.events[Event(kind, at, what, atoms, raw, any(flow.built for flow in flows))] = None


@dataclass
class Frame:
    """One function being followed. `receiver` is the class of `self`, `owner` the class whose body the function stands in."""

    module: ModuleCode
    trace: Trace
    env: dict[str, Flow] = field(default_factory=dict)
    receiver: str | None = None
    owner: str | None = None
    depth: int = 0
    returns: list[Flow] = field(default_factory=list)
    own_name: str = "self"
