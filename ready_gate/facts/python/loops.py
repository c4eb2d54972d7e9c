"""`for` and `while`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from itertools import permutations

from ready_gate.facts.python import branches, comparing, containers
from ready_gate.facts.python.flow import Flow, Frame, Pending, Raised
from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.values import Choice, Unknown, Value

MAX_TURNS = 20_000
MAX_MIXED = 3  # elements whose order is not known, to be gone through in every order


def for_statement(frame: Frame, node: ast.For | ast.AsyncFor) -> Flow:
    """`for target in sequence`."""
    sequence = frame.run.eval(frame, node.iter)
    if isinstance(sequence, Choice) and len(sequence.options) <= 4:
        return _over_options(frame, node, list(sequence.options), sequence)
    return _over_one(frame, node, sequence)


def _over_one(frame: Frame, node: ast.For | ast.AsyncFor, sequence: Value) -> Flow:
    mixed = not containers.ordered(sequence)
    items = None if isinstance(node, ast.AsyncFor) else containers.all_elements(frame.run, sequence, frame.at(node))
    if items is None or len(items) > (MAX_MIXED if mixed else MAX_TURNS):
        return _over_unknown(frame, node, sequence, items)
    return _over_orders(frame, node, list(permutations(items)) if mixed else [items], sequence)


def _over_orders(frame: Frame, node: ast.For | ast.AsyncFor, orders: Sequence[Sequence[Value]], sequence: Value) -> Flow:
    """Go through the elements in each of these orders, of which one is the real one."""
    if len(orders) == 1:
        return _over(frame, node, orders[0], sequence)
    return branches.fork(
        frame, sequence.reads, lambda: _over(frame, node, orders[0], sequence), lambda: _over_orders(frame, node, orders[1:], sequence)
    )


def _over_options(frame: Frame, node: ast.For | ast.AsyncFor, options: list[Value], sequence: Choice) -> Flow:
    if len(options) == 1:
        return _over_one(frame, node, options[0])
    return branches.fork(frame, sequence.reads, lambda: _over_one(frame, node, options[0]), lambda: _over_options(frame, node, options[1:], sequence))


def _over(frame: Frame, node: ast.For | ast.AsyncFor, items: Sequence[Value], sequence: Value) -> Flow:
    from ready_gate.facts.python.statements import assign

    run, at, mark = frame.run, frame.at(node.target), len(frame.pending)
    guards = run.guards
    if sequence.reads:
        run.guards = tuple(dict.fromkeys((*guards, *sequence.reads)))
    try:
        for item in items:
            run.charge()
            assign(frame, node.target, item, at)
            flow = _turn(frame, node.body, mark)
            if flow is not Flow.NEXT:
                return _ended(frame, mark, flow)
        return _completed(frame, node.orelse, mark)
    finally:
        run.guards = guards


def _turn(frame: Frame, body: Sequence[ast.stmt], mark: int) -> Flow:
    """One turn: NEXT to go on, BREAK or RETURN to end the loop."""
    try:
        flow = frame.run.block(frame, body)
    except Raised as error:
        flow = _survived(frame, mark, error)
    if flow in (Flow.NEXT, Flow.CONTINUE):
        branches.gather(frame, mark, Flow.CONTINUE)
        return Flow.NEXT
    result = frame.result
    going_on = next((pending for pending in frame.pending[mark:] if pending.flow is Flow.CONTINUE), None)
    if going_on is None:
        return flow
    left = branches.resume(frame, going_on)
    frame.pending.append(Pending(flow, result, left, going_on.reads))
    branches.gather(frame, mark, Flow.CONTINUE)
    return Flow.NEXT


def _survived(frame: Frame, mark: int, error: Raised) -> Flow:
    """One path raises: go on with one that has left before, if there is any."""
    other = next((pending for pending in frame.pending[mark:] if pending.flow in (Flow.CONTINUE, Flow.BREAK)), None)
    if other is None:
        raise error
    left = branches.resume(frame, other)
    if frame.run.handlers:
        frame.run.trail.join(left)
        frame.run.doubt()
    return other.flow


def _ended(frame: Frame, mark: int, flow: Flow) -> Flow:
    """The loop was left early for sure, on the path that goes on."""
    if flow is Flow.BREAK:
        branches.gather(frame, mark, Flow.BREAK)
        return Flow.NEXT
    broken = next((pending for pending in frame.pending[mark:] if pending.flow is Flow.BREAK), None)
    if broken is None:
        return flow
    result = frame.result
    left = branches.resume(frame, broken)
    frame.pending.append(Pending(flow, result, left, broken.reads))
    branches.gather(frame, mark, Flow.BREAK)
    return Flow.NEXT


def _completed(frame: Frame, orelse: Sequence[ast.stmt], mark: int) -> Flow:
    flow = frame.run.block(frame, orelse) if orelse else Flow.NEXT
    return _ended(frame, mark, flow) if flow is Flow.RETURN else _joined(frame, mark, flow)


def _joined(frame: Frame, mark: int, flow: Flow) -> Flow:
    if flow is Flow.NEXT:
        branches.gather(frame, mark, Flow.BREAK)
    return flow


def _over_unknown(frame: Frame, node: ast.For | ast.AsyncFor, sequence: Value, items: Sequence[Value] | None) -> Flow:
    """Nobody knows what it goes through, or in which order it goes through these."""
    from ready_gate.facts.python.statements import assign

    reason = containers.reason_of(sequence)
    frame.run.doubt()

    def body() -> Flow:
        element = one_of(items) if items and len(items) < MAX_TURNS else Unknown(reason, origins=sequence.origins, reads=sequence.reads)
        assign(frame, node.target, element, frame.at(node.target))
        return frame.run.block(frame, node.body)

    branches.repeat(frame, sequence.reads, body)
    return _after_unknown(frame, node.orelse)


def _after_unknown(frame: Frame, orelse: Sequence[ast.stmt]) -> Flow:
    """The `else` runs unless the loop was left, which is not known."""
    if not orelse:
        return Flow.NEXT
    return branches.fork(frame, (), lambda: frame.run.block(frame, orelse), lambda: Flow.NEXT)


def while_statement(frame: Frame, node: ast.While) -> Flow:
    """`while condition`."""
    run, mark = frame.run, len(frame.pending)
    for _ in range(MAX_TURNS):
        run.charge()
        condition = run.eval(frame, node.test)
        known = comparing.truth(run, condition)
        if known is None:
            return _while_unknown(frame, node, condition, mark)
        if not known:
            return _completed(frame, node.orelse, mark)
        flow = _turn(frame, node.body, mark)
        if flow is not Flow.NEXT:
            return _ended(frame, mark, flow)
    return _while_unknown(frame, node, Unknown("a loop that takes too many turns"), mark)


def _while_unknown(frame: Frame, node: ast.While, condition: Value, mark: int) -> Flow:
    def body() -> Flow:
        frame.run.eval(frame, node.test)
        return frame.run.block(frame, node.body)

    branches.repeat(frame, condition.reads, body)
    branches.gather(frame, mark, Flow.BREAK)
    return _after_unknown(frame, node.orelse)
