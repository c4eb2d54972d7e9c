"""Comprehensions and generator expressions, worked out at once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ready_gate.facts.python import changes, comparing, containers, plainness, sets
from ready_gate.facts.python.flow import Frame
from ready_gate.facts.python.joining import one_of, stamped
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import SHUFFLED, Items, Table, Unknown, Value, merge_reads, together
from ready_gate.facts.views import Read

VAGUE = "some elements are there only under conditions that are not known"


class Walk:
    """One run through the `for` and `if` clauses; `vague` says why not every element may have been seen."""

    def __init__(self, frame: Frame, visit: Callable[[Frame], None]) -> None:
        outer = frame.scope
        self.outer: Frame | None = frame
        self.frame = Frame(frame.run, Scope("comprehension", outer.path, outer.module, outer.package, parent=outer), base=frame.base)
        self.visit, self.count = visit, 0
        self.vague: str | None = None
        self.unordered = False
        self.reads: list[Read] = []

    def clauses(self, generators: Sequence[ast.comprehension]) -> None:
        """Go through the clauses, the first outermost."""
        if not generators:
            self.count += 1
            if self.count > plainness.MAX_ITEMS:
                self.vague = self.vague or "too many elements"
            else:
                self.visit(self.frame)
            return
        first, run = generators[0], self.frame.run
        # The first sequence is worked out outside of the comprehension, which sees no names of a class around it.
        sequence = run.eval(self.outer if self.outer is not None else self.frame, first.iter)
        self.outer = None
        self.reads += sequence.reads
        mixed = not containers.ordered(sequence)
        self.unordered |= mixed
        items = None if first.is_async else containers.all_elements(run, sequence)
        if items is None:
            self.vague = self.vague or containers.reason_of(sequence)
            items = list(sequence.items) if isinstance(sequence, Items) and sequence.kind != "iterator" else []
        if mixed:
            run.in_any_order(lambda: self._turns(first, items, generators[1:]))
        else:
            self._turns(first, items, generators[1:])

    def _turns(self, clause: ast.comprehension, items: Sequence[Value], inner: Sequence[ast.comprehension]) -> None:
        for item in items:
            self.frame.run.charge(3)
            self._turn(clause, item, inner)

    def _turn(self, clause: ast.comprehension, item: Value, inner: Sequence[ast.comprehension]) -> None:
        from ready_gate.facts.python.statements import assign

        run = self.frame.run
        self._target(clause.target, item, assign)
        for condition in clause.ifs:
            value = run.eval(self.frame, condition)
            self.reads += [read for read in value.reads if read not in self.reads]
            known = comparing.truth(run, value)
            if known is None:
                self.vague = self.vague or VAGUE
            if not known:
                return
        self.clauses(inner)

    def _target(self, target: ast.expr, item: Value, assign: Callable[..., None]) -> None:
        """The loop's own names live in the comprehension, unlike those of a walrus."""
        scope = self.frame.scope
        if isinstance(target, ast.Name):
            scope.names[target.id] = stamped(item, self.frame.at(target), ())
            return
        names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        scope.kind = "function"
        try:
            assign(self.frame, target, item, self.frame.at(target))
        finally:
            scope.kind = "comprehension"
        for name in names:
            scope.names.setdefault(name, Unknown("unpacked from something that is not known"))


def _gathered(frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, kind: str) -> Value:
    found: list[Value] = []
    walk = Walk(frame, lambda inner: found.append(inner.run.eval(inner, node.elt)))
    walk.clauses(node.generators)
    rest = walk.vague
    if kind == "set":
        found, odd = sets.distinct(frame.run, found)
        rest = rest or odd
    elif walk.unordered and len(found) > 1:
        rest = together(rest, SHUFFLED)
    reads = tuple(dict.fromkeys((*frame.run.guards, *walk.reads, *merge_reads(found[:500]))))
    return Items(found, kind, rest, origins=(frame.at(node),), reads=reads)


def list_comprehension(frame: Frame, node: ast.ListComp) -> Value:
    """`[… for … in …]`."""
    return _gathered(frame, node, "list")


def set_comprehension(frame: Frame, node: ast.SetComp) -> Value:
    """`{… for … in …}`."""
    return _gathered(frame, node, "set")


def generator(frame: Frame, node: ast.GeneratorExp) -> Value:
    """`(… for … in …)`."""
    return _gathered(frame, node, "iterator")


def dict_comprehension(frame: Frame, node: ast.DictComp) -> Value:
    """`{…: … for … in …}`."""
    run, at = frame.run, frame.at(node)
    table = Table({}, origins=(at,), reads=run.guards)

    def visit(inner: Frame) -> None:
        key = run.eval(inner, node.key)
        changes.set_item(run, table, key, run.eval(inner, node.value), at)

    walk = Walk(frame, visit)
    walk.clauses(node.generators)
    if walk.unordered and walk.count > 1:
        walk.vague = walk.vague or (SHUFFLED if walk.count == len(table.entries) else "several values for a key, in an order that is not known")
    if walk.vague and walk.vague is not SHUFFLED:
        for key in table.entries:
            table.entries[key] = one_of([table.entries[key], Unknown(walk.vague)])
    table.rest = walk.vague
    table.reads = tuple(dict.fromkeys((*table.reads, *walk.reads)))
    return table
