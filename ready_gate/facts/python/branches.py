"""Branches on conditions that are not known: both sides are followed, then joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ready_gate.facts.python.flow import Flow, Frame, Pending, Raised
from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.trail import Journal, Side
from ready_gate.facts.python.values import Value
from ready_gate.facts.views import Read

MAX_ROUNDS = 8
Step = Callable[[], Flow]


@dataclass
class End:
    """How one side ended."""

    flow: Flow
    result: Value
    error: Raised | None = None


def fork(frame: Frame, reads: Sequence[Read], first: Step, second: Step) -> Flow:
    """Follow both sides of an undecided branch. What comes after is as it is after either."""
    run, trail = frame.run, frame.run.trail
    journal, mark, guards = trail.open(), len(frame.pending), run.guards
    run.guards = tuple(dict.fromkeys((*guards, *reads)))
    run.undecided += 1
    try:
        one = _attempt(frame, first)
        left = trail.rewind(journal, _sides(frame, mark))
        two = _attempt(frame, second)
        trail.fold(journal, _sides(frame, mark))
    finally:
        run.guards = guards
        run.undecided -= 1
    run.charge()
    flow = _settle(frame, journal, left, one, two, tuple(reads))
    _release(frame, journal)
    return flow


def fork_value(frame: Frame, reads: Sequence[Read], first: Callable[[], Value], second: Callable[[], Value]) -> Value:
    """The same for expressions: one of two values."""
    results: list[Value] = []

    def step(side: Callable[[], Value]) -> Step:
        def evaluate() -> Flow:
            results.append(side())
            return Flow.NEXT

        return evaluate

    start = len(frame.run.trail.journals)
    since = frame.run.serial()
    fork(frame, reads, step(first), step(second))
    frame.run.trail.close(start)
    return one_of(results, reads=reads, since=since)


def _attempt(frame: Frame, step: Step) -> End:
    try:
        flow = step()
        return End(flow, frame.result)
    except Raised as error:
        return End(Flow.NEXT, frame.result, error)


def _sides(frame: Frame, mark: int) -> list[Side]:
    return [pending.side for pending in frame.pending[mark:]]


def _settle(frame: Frame, journal: Journal, left: Side, one: End, two: End, reads: tuple[Read, ...]) -> Flow:
    trail = frame.run.trail
    if one.error and two.error:
        trail.join(left, reads)
        raise two.error
    for end in (one, two):
        if end.error:
            frame.run.stopped(end.error)
    if one.error:
        _drop(frame, left, reads)
    elif two.error or (one.flow is Flow.NEXT and two.flow is not Flow.NEXT):
        right = trail.rewind(journal, _sides(frame, 0))
        trail.adopt(left)
        if two.error:
            _drop(frame, right, reads)
        else:
            frame.pending.append(Pending(two.flow, two.result, right, reads))
        two = one
    elif one.flow is two.flow:
        trail.join(left, reads)
        if one.flow is Flow.RETURN:
            two.result = one_of([one.result, two.result], reads=reads, since=journal.start)
    else:
        frame.pending.append(Pending(one.flow, one.result, left, reads))
    frame.result = two.result
    return two.flow


def _drop(frame: Frame, side: Side, reads: tuple[Read, ...]) -> None:
    """A side that raises: it matters only to a handler."""
    if frame.run.handlers:
        frame.run.trail.join(side, reads)
        frame.run.doubt()


def _release(frame: Frame, journal: Journal) -> None:
    trail = frame.run.trail
    if trail.journals and trail.journals[-1] is journal and not any(pending.side.journal is journal for pending in frame.pending):
        trail.close(len(trail.journals) - 1)


def gather(frame: Frame, mark: int, *flows: Flow) -> list[Pending]:
    """Join the paths that left by one of these ways since the mark."""
    found = [pending for pending in frame.pending[mark:] if pending.flow in flows]
    for pending in reversed(found):
        frame.pending.remove(pending)
        frame.run.trail.join(pending.side, pending.reads)
    return found


def resume(frame: Frame, pending: Pending) -> Side:
    """Take back the running path (which is given back) and go on with the one that left."""
    frame.pending.remove(pending)
    trail, journal = frame.run.trail, pending.side.journal
    sides = [*_sides(frame, 0), pending.side]
    now = trail.rewind(journal, sides)
    trail.adopt(pending.side)
    return now


def repeat(frame: Frame, reads: Sequence[Read], body: Step) -> None:
    """A body that runs nobody knows how often: run until its effects stay the same, with everything it changes made unknown."""
    run, trail = frame.run, frame.run.trail
    guards = run.guards
    run.guards = tuple(dict.fromkeys((*guards, *reads)))
    run.undecided += 1
    returned: list[Value] = []
    try:
        if all(_round(frame, reads, body, returned) for _ in range(MAX_ROUNDS)):
            run.forget(frame.scope, "a loop could not be followed")
            trail.cost += 1
    finally:
        run.guards = guards
        run.undecided -= 1
    if returned:
        fork(frame, reads, lambda: _return(frame, one_of(returned, reads=reads)), lambda: Flow.NEXT)


def _return(frame: Frame, result: Value) -> Flow:
    frame.result = result
    return Flow.RETURN


def _round(frame: Frame, reads: Sequence[Read], body: Step, returned: list[Value]) -> bool:
    """One turn, after which everything is as after this turn or before it. Says whether that is news."""
    trail = frame.run.trail
    journal, mark = trail.open(), len(frame.pending)
    end = _attempt(frame, body)
    trail.fold(journal, _sides(frame, mark))
    if end.error is not None:
        frame.run.doubt()
    left = gather(frame, mark, Flow.RETURN, Flow.BREAK, Flow.CONTINUE)
    returned += [pending.result for pending in left if pending.flow is Flow.RETURN]
    if end.flow is Flow.RETURN and end.error is None:
        returned.append(end.result)
    changed = trail.join(Side(journal), reads, widen=True)
    frame.run.charge()
    _release(frame, journal)
    return changed
