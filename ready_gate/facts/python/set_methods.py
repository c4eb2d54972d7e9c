"""Methods of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ready_gate.facts.python import changes, containers, sets
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.list_methods import Method, changer, clear, copy, drop_perhaps, pop, remove
from ready_gate.facts.python.plainness import NotPlainError, plain
from ready_gate.facts.python.values import Items, Value, scalar

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def _add(run: Interpreter, target: Items, call: Call) -> None:
    target.items[:], _ = sets.distinct(run, [*target.items, call.args[0]])


def _discard(run: Interpreter, target: Items, call: Call) -> None:
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        drop_perhaps(run, target, call.args[0])
    elif index >= 0:
        del target.items[index]


def _update_set(run: Interpreter, target: Items, call: Call) -> None:
    before = target.rest
    for more in call.args:
        changes.extend(run, target, containers.made_of(run, more, "list", call.at))
    if all(isinstance(more, Items) and more.rest is None and more.kind in ("set", "frozenset") for more in call.args):
        target.rest = before
    target.items[:], _ = sets.distinct(run, target.items)


def _combined(operation: str) -> Method:
    import operator

    function = {"union": operator.or_, "intersection": operator.and_, "difference": operator.sub, "symmetric_difference": operator.xor}[operation]

    def method(run: Interpreter, target: Value, call: Call) -> Value:
        result = target
        for more in call.args:
            other = containers.made_of(run, more, "set", call.at)
            if not isinstance(result, Items) or not isinstance(other, Items):
                return run.unknown("a set of things that are not known", other, result, at=call.at)
            result = sets.combined(run, function, result, other, call.at)
        return result if call.args or not isinstance(result, Items) else containers.copy_of(result)

    return method


def _related(operation: str) -> Method:
    def method(run: Interpreter, target: Value, call: Call) -> Value:
        try:
            ours, theirs = set(plain(target)), set(plain(containers.made_of(run, call.args[0], "list", call.at)))
        except (NotPlainError, TypeError, IndexError):
            return run.unknown("sets of things that are not known are compared", target, at=call.at)
        return scalar(getattr(ours, operation)(theirs), target, *call.args, at=call.at)

    return method


def _vague(target: Items) -> Items:
    if len(target.items) > 1:
        target.rest = target.rest or "which element a set gives first is not known"
    return target


FROZEN: dict[str, Method] = {
    **{name: _combined(name) for name in ("union", "intersection", "difference", "symmetric_difference")},
    **{name: _related(name) for name in ("issubset", "issuperset", "isdisjoint")},
    "copy": copy,
}
SET: dict[str, Method] = {
    **FROZEN,
    "add": changer(_add),
    "update": changer(_update_set, 0),
    "discard": changer(_discard),
    "remove": changer(remove),
    "clear": changer(clear, 0),
    "pop": changer(lambda run, target, call: pop(run, _vague(target), call), 0),
}
