"""What is known on one way through the code: values, facts, and attribute writes that are not saved yet."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

MAX_TEXTS = 12
MAX_ENTRIES = 60


class Nothing:
    """No constant is known."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


class Symbol(str):
    """A dotted name that stands for a constant, like `Status.PAID`; equal only to itself."""

    __slots__ = ()


class Fact(NamedTuple):
    """Something that holds on a way: what kind, what more is to be said of it, and where it was established (`path:line`)."""

    kind: str
    detail: str = ""
    at: str = ""


Facts = frozenset[Fact]
NO_FACTS: Facts = frozenset()


@dataclass(frozen=True)
class Function:
    """A function of the project. `owner` is the class that its body stands in, `receiver` what it is bound to, `around` the names of an enclosing
    call that it may use."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    path: str
    owner: Class | None = None
    receiver: Value | None = None
    around: tuple[tuple[str, Value], ...] = ()

    @property
    def name(self) -> str:
        """Its name, `<lambda>` for one without."""
        return "<lambda>" if isinstance(self.node, ast.Lambda) else self.node.name


@dataclass(frozen=True)
class Class:
    """A class of the project."""

    node: ast.ClassDef
    path: str


@dataclass(frozen=True)
class Module:
    """A module of the project."""

    path: str


@dataclass(frozen=True)
class Value:
    """What an expression may hold. `labels` say where it comes from (those with `~` tell no ways apart); `when` which facts hold if it is true and
    if it is false; `entries` what is known of its keys or attributes; `made` the function, class or module that it is, or with `instance` the class
    that it is one of; `name` the attribute or key that it was read by; `dotted` the foreign name that it is."""

    labels: frozenset[str] = frozenset()
    const: object = NOTHING
    texts: tuple[str, ...] = ()
    items: tuple[Value, ...] | None = None
    entries: tuple[tuple[str, Value], ...] = ()
    made: Function | Class | Module | None = None
    instance: bool = False
    when: tuple[Facts, Facts] | None = None
    name: str = ""
    dotted: str = ""

    def __hash__(self) -> int:
        """Worked out once: values hold values, and ways are told apart by them all the time."""
        kept = self.__dict__.get("_hash")
        if kept is None:
            kept = hash((self.labels, repr(self.const), self.items, self.entries, self.when, self.name, self.dotted, self.instance))
            object.__setattr__(self, "_hash", kept)
        return int(kept)

    @property
    def telling(self) -> object:
        """What of it can make a difference to what is believed later: two ways that differ in nothing of this are one. That something is None, a
        number or unknown only decides where a way goes on, and both lead there with the same facts."""
        kept = self.__dict__.get("_telling")
        if kept is None:
            const = self.const if isinstance(self.const, (bool, str)) else None
            labels = frozenset(label for label in self.labels if not label.startswith("~") or label.startswith("~not:"))
            items = tuple(item.telling for item in self.items) if self.items is not None and self.items else None
            entries = tuple((key, value.telling) for key, value in self.entries)
            kept = (const, type(const), labels, items, entries, self.when, self.made, self.instance, self.name if labels else "", self.dotted)
            object.__setattr__(self, "_telling", kept)
        return kept

    @property
    def known(self) -> bool:
        """Whether it is a constant."""
        return self.const is not NOTHING

    def entry(self, key: str) -> Value | None:
        """What is known of a key or attribute."""
        return next((value for name, value in reversed(self.entries) if name == key), None)

    def having(self, key: str, value: Value) -> Value:
        """With one key or attribute set."""
        kept = tuple(pair for pair in self.entries if pair[0] != key)[-MAX_ENTRIES:]
        return replace(self, entries=(*kept, (key, value)), labels=self.labels | value.labels, const=NOTHING)


UNKNOWN = Value()
WHOLE = "~whole"  # a dictionary of which every key is known


def together(values: Iterable[Value]) -> Value:
    """A value made out of several: all their labels and texts."""
    found = tuple(values)
    texts = tuple(dict.fromkeys(text for value in found for text in value.texts))
    return Value(frozenset().union(*(value.labels for value in found)), texts=texts[:MAX_TEXTS])


@dataclass(frozen=True)
class Unsaved:
    """An attribute that was set and not saved yet: of what (source text), which, to what, and where."""

    receiver: str
    attribute: str
    value: Value
    at: str


@dataclass(frozen=True)
class State:
    """What holds at a point of one way. `assumed` are conditions taken on it by their source text."""

    names: Mapping[str, Value] = field(default_factory=dict)
    facts: Facts = NO_FACTS
    unsaved: tuple[Unsaved, ...] = ()
    assumed: frozenset[tuple[str, bool]] = frozenset()

    def key(self) -> object:
        """For telling two states apart."""
        told = frozenset((name, value.telling) for name, value in self.names.items() if value.telling != UNKNOWN.telling)
        return self.facts, self.unsaved, self.assumed, told

    def knowing(self, facts: Iterable[Fact]) -> State:
        """With these facts too."""
        more = self.facts.union(facts)
        return self if more == self.facts else replace(self, facts=more)

    def binding(self, name: str, value: Value) -> State:
        """With a variable set; what was known of its attributes is gone."""
        below = name + "."
        names = {key: held for key, held in self.names.items() if not key.startswith(below)}
        names[name] = value
        assumed = frozenset(pair for pair in self.assumed if name not in pair[0]) if self.assumed else self.assumed
        return replace(self, names=names, assumed=assumed)

    def needed(self, last_use: Mapping[str, float], line: int) -> State:
        """Without the variables that nothing below the line reads: what they hold tells no ways apart any more."""
        names = {key: value for key, value in self.names.items() if last_use.get(key.partition(".")[0], 0) > line}
        return self if len(names) == len(self.names) else replace(self, names=names)


def distinct(states: Iterable[State], most: int) -> list[State]:
    """Each state once; above `most`, those with the same facts are one."""
    found: dict[object, State] = {}
    for state in states:
        key = state.key()
        found[key] = _joined(found[key], state) if key in found else state
    if len(found) <= most:
        return list(found.values())
    groups: dict[object, State] = {}
    for state in found.values():
        key = (state.facts, frozenset((held.receiver, held.attribute, held.at) for held in state.unsaved))
        groups[key] = _joined(groups[key], state) if key in groups else state
    return list(groups.values())


def _joined(one: State, other: State) -> State:
    if one.names is other.names:
        return one
    names = {name: _either(value, other.names[name]) for name, value in one.names.items() if name in other.names}
    return State(names, one.facts, one.unsaved, one.assumed & other.assumed)


def _either(one: Value, other: Value) -> Value:
    if one == other:
        return one
    same = one.made if one.made == other.made and one.instance == other.instance else None
    return Value(
        one.labels | other.labels | ({"joined"} if one.telling != other.telling else set()),
        one.const if one.telling == other.telling and isinstance(one.const, (bool, str)) else NOTHING,
        texts=tuple(dict.fromkeys((*one.texts, *other.texts)))[:MAX_TEXTS],
        items=one.items if one.telling == other.telling else None,
        entries=one.entries if one.telling == other.telling else (),
        when=one.when if one.telling == other.telling else None,
        made=same,
        instance=one.instance and same is not None,
        name=one.name if one.name == other.name else "",
        dotted=one.dotted if one.dotted == other.dotted else "",
    )
