"""The memory of changes: what lets a branch be taken back, and both sides of one be joined, with all aliases kept.

While a journal is open, everything that is about to be changed is noted in it first. Journals nest; a change is noted in the innermost one only,
and handed down when that one is closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ready_gate.facts.python.candidates import besides, together_with
from ready_gate.facts.python.joining import MAYBE, MISSING, Cell, Missing, alike, common, joined, widened
from ready_gate.facts.python.scope import Namespace, Scope
from ready_gate.facts.python.values import Class, Instance, Items, Table, Value, serials, together
from ready_gate.facts.views import Read, Variable

Key = tuple[int, "str | None"]
Holder = Any  # Scope, Items, Table, Instance, Class, or a plain dict such as the environment


@dataclass(eq=False)
class Journal:
    """What was there before, of everything changed since `start`."""

    start: int
    saved: dict[Key, tuple[Holder, object]] = field(default_factory=dict)
    watched: dict[int, Scope] = field(default_factory=dict)


@dataclass(eq=False)
class Side:
    """One side of a branch: what it left behind, where that differs from what was there at the journal's start."""

    journal: Journal
    content: dict[Key, tuple[Holder, object]] = field(default_factory=dict)


class Trail:
    """The open journals, outermost first. `cost` counts what the notes are large."""

    def __init__(self, environment: dict[str, Variable], doubtful: dict[str, str]) -> None:
        self.journals: list[Journal] = []
        self.environment, self.doubtful = environment, doubtful
        self.cost = 0

    def open(self) -> Journal:
        """Begin to note changes. The environment, which models change by themselves, is noted at once."""
        journal = Journal(serials())
        self.journals.append(journal)
        for holder in (self.environment, self.doubtful):
            journal.saved[id(holder), None] = (holder, dict(holder))
            self.cost += len(holder)
        return journal

    def name(self, scope: Scope, name: str) -> None:
        """Note that a name is about to change."""
        if self.journals and scope.serial < self.journals[-1].start:
            self.journals[-1].saved.setdefault((id(scope.names), name), (scope, scope.names.get(name, MISSING)))

    def touch(self, holder: Value) -> None:
        """Note that a container or object is about to change."""
        if not self.journals:
            return
        journal = self.journals[-1]
        if isinstance(holder, Namespace) and holder.scope is not None:
            self._watch(journal, holder.scope)
        elif isinstance(holder, (Items, Table, Instance, Class)) and holder.serial < journal.start and (id(holder), None) not in journal.saved:
            content = capture(holder)
            self.cost += 1 + len(content[0])
            journal.saved[id(holder), None] = (holder, content)

    def _watch(self, journal: Journal, scope: Scope) -> None:
        if scope.serial < journal.start and id(scope.names) not in journal.watched:
            journal.watched[id(scope.names)] = scope
            self.cost += len(scope.names)
            for name in list(scope.names):
                self.name(scope, name)

    def _settle(self, journal: Journal) -> None:
        """Note the names that a watched scope has got since."""
        for scope in journal.watched.values():
            self.cost += len(scope.names)
            for name in scope.names:
                journal.saved.setdefault((id(scope.names), name), (scope, MISSING))

    def changed_since(self, journal: Journal) -> bool:
        """Whether anything was about to be changed that was there before the journal."""
        return any(
            holder is not self.environment and holder is not self.doubtful
            for layer in self.journals[self.journals.index(journal) :]
            for holder, _ in layer.saved.values()
        ) or any(layer.watched for layer in self.journals[self.journals.index(journal) :])

    def fold(self, journal: Journal, sides: Iterable[Side] = ()) -> None:
        """Close the journals above this one into it; `sides` that were relative to them become relative to it."""
        position = self.journals.index(journal)
        above = self.journals[position + 1 :]
        for layer in (journal, *above):
            self._settle(layer)
        for side in sides:
            if side.journal in above:
                holders = {key: holder for layer in (journal, *above) for key, (holder, _) in layer.saved.items()}
                side.content = {key: (holder, self.seen(side, key, holder)) for key, holder in holders.items()}
                side.journal = journal
                self.cost += len(holders)
        for layer in above:
            self._merge(layer, journal)
        del self.journals[position + 1 :]

    def _merge(self, layer: Journal, into: Journal) -> None:
        self.cost += len(layer.saved)
        for key, (holder, content) in layer.saved.items():
            if getattr(holder, "serial", 0) < into.start:
                into.saved.setdefault(key, (holder, content))
        for key_, scope in layer.watched.items():
            if scope.serial < into.start:
                into.watched.setdefault(key_, scope)

    def close(self, depth: int) -> None:
        """Close the journals beyond this many; what they noted goes to the one below."""
        while len(self.journals) > depth:
            layer = self.journals.pop()
            self._settle(layer)
            if self.journals:
                self._merge(layer, self.journals[-1])

    def seen(self, side: Side, key: Key, holder: Holder) -> object:
        """What a side left of something."""
        if key in side.content:
            return side.content[key][1]
        position = self.journals.index(side.journal)
        for layer in self.journals[position:]:
            if key in layer.saved:
                return layer.saved[key][1]
        return current(holder, key[1])

    def rewind(self, journal: Journal, sides: Iterable[Side] = ()) -> Side:
        """Take back everything since the journal's start, and give what was taken back."""
        self.fold(journal, sides)
        side = Side(journal)
        for key, (holder, content) in journal.saved.items():
            side.content[key] = (holder, current(holder, key[1]))
            restore(holder, key[1], content)
        self.cost += len(journal.saved)
        return side

    def join(self, side: Side, reads: Iterable[Read] = (), *, widen: bool = False) -> bool:
        """Make what is there now what is there after either this path or that side. Says whether anything changed."""
        position = self.journals.index(side.journal)
        holders: dict[Key, Holder] = {}
        for layer in self.journals[position:]:
            self._settle(layer)
            holders.update({key: holder for key, (holder, _) in layer.saved.items()})
        changed = False
        reads = tuple(reads)
        for key, holder in holders.items():
            now, then = current(holder, key[1]), self.seen(side, key, holder)
            self.cost += 1
            if now is not then and not _equal(now, then):
                self._note(holder, key[1])
                changed |= self._merge_side(holder, key[1], now, then, reads, side.journal.start, widen)
        return changed

    def _merge_side(self, holder: Holder, name: str | None, now: Any, then: Any, reads: tuple[Read, ...], since: float, widen: bool) -> bool:
        if holder is self.doubtful:
            self.doubtful.update({key: why for key, why in then.items() if key not in self.doubtful})
            return bool(now.keys() != then.keys())
        if holder is not self.environment:
            self.cost += 4 * len(now[0]) if isinstance(now, tuple) else 0
            return merge(holder, name, now, then, reads, since, widen)
        for variable in [key for key in now.keys() | then.keys() if now.get(key) != then.get(key)]:
            self.environment.pop(variable, None)
            self.doubtful[variable] = "the project sets it on some paths only"
        return bool(self.environment.keys() != then.keys())

    def adopt(self, side: Side) -> None:
        """Make what that side left what is there now."""
        for key, (holder, content) in side.content.items():
            restore(holder, key[1], content)

    def _note(self, holder: Holder, name: str | None) -> None:
        if isinstance(holder, Scope) and name is not None:
            self.name(holder, name)
        elif isinstance(holder, Value):
            self.touch(holder)


def _equal(now: object, then: object) -> bool:
    if not isinstance(now, tuple) or not isinstance(then, tuple):
        return isinstance(now, dict) and now == then
    if now[1:] != then[1:] or type(now[0]) is not type(then[0]) or len(now[0]) != len(then[0]):
        return False
    if isinstance(now[0], dict):
        return list(now[0]) == list(then[0]) and all(a is b for a, b in zip(now[0].values(), then[0].values(), strict=False))
    return all(a is b for a, b in zip(now[0], then[0], strict=False))


def capture(holder: Value) -> tuple[Any, ...]:
    """The contents, as they are now."""
    if isinstance(holder, Items):
        return (list(holder.items), holder.rest, holder.origins, holder.reads, besides(holder))
    rest = holder.rest if isinstance(holder, Table) else None
    return (dict(_inside(holder)), rest, holder.origins, holder.reads)


def current(holder: Holder, name: str | None) -> object:
    """What is there now."""
    if isinstance(holder, Scope):
        return holder.names.get(name, MISSING) if name is not None else MISSING
    return dict(holder) if isinstance(holder, dict) else capture(holder)


def restore(holder: Holder, name: str | None, content: Any) -> None:
    """Put contents back, in place."""
    if isinstance(holder, Scope):
        _put(holder.names, name, content)
    elif isinstance(holder, dict):
        holder.clear()
        holder.update(content)
    else:
        _fill(holder, content[0])
        if isinstance(holder, (Items, Table)):
            holder.rest = content[1]
        if isinstance(holder, Items):
            holder.maybe = content[4]
        holder.origins, holder.reads = content[2], content[3]


def _inside(holder: Value) -> dict[Any, Value]:
    if isinstance(holder, Table):
        return holder.entries
    return holder.attributes if isinstance(holder, Instance) else holder.namespace if isinstance(holder, Class) else {}


def _put(names: dict[str, Value], name: str | None, cell: Cell) -> None:
    if isinstance(cell, Missing):
        names.pop(name or "", None)
    else:
        names[name or ""] = cell


def _fill(holder: Value, content: Any) -> None:
    if isinstance(holder, Items):
        holder.items[:] = content
        return
    inside = _inside(holder)
    inside.clear()
    inside.update(content)


def merge(holder: Holder, name: str | None, now: Any, then: Any, reads: tuple[Read, ...], since: float, widen: bool) -> bool:
    """Make the contents those of either path. Says whether they are other than before."""
    if isinstance(holder, Scope):
        cell = widened(now, then, reads) if widen else joined(now, then, reads, since)
        _put(holder.names, name, cell)
        return cell is not now and cell is not then
    holder.origins = tuple(dict.fromkeys((*then[2], *now[2])))[-8:]
    holder.reads = tuple(dict.fromkeys((*then[3], *now[3], *reads)))
    if isinstance(holder, Items):
        return _merge_items(holder, now, then, widen)
    return _merge_mapping(holder, now, then, reads, since, widen)


def _merge_items(holder: Items, now: Any, then: Any, widen: bool) -> bool:
    left: list[Value] = []
    why = None
    if not (len(now[0]) == len(then[0]) and all(alike(a, b) for a, b in zip(now[0], then[0], strict=False))):
        holder.items[:], left = common(now[0], then[0])
        why = MAYBE
    holder.rest = together(now[1], then[1], why)
    others = together_with(now[4], then[4], left)
    # Each turn of a loop may bring new ones.
    holder.maybe = None if widen and (others is None or len(others) != len(then[4] or ())) else others
    return not (holder.rest == then[1] and len(holder.items) == len(then[0]) and (holder.maybe is None) == (then[4] is None))


def _merge_mapping(holder: Value, now: Any, then: Any, reads: tuple[Read, ...], since: float, widen: bool) -> bool:
    both: dict[object, Value] = {}
    changed = False
    for key in now[0].keys() | then[0].keys():
        one, other = now[0].get(key, MISSING), then[0].get(key, MISSING)
        if isinstance(holder, Table) and (one is MISSING or other is MISSING):
            changed |= key in then[0] or not (then[1] and together(then[1], MAYBE) == then[1])
            continue
        cell = widened(one, other, reads) if widen else joined(one, other, reads, since)
        both[key] = cell  # type: ignore[assignment]
        changed |= cell is not one and cell is not other
    order = [key for key in (*then[0], *now[0]) if key in both]
    _fill(holder, {key: both[key] for key in order})
    if isinstance(holder, Table):
        holder.rest = together(now[1], then[1], MAYBE if now[0].keys() != then[0].keys() else None)
    return changed
