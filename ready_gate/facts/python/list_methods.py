"""Methods of lists and tuples, and what dicts and sets share with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python import changes, comparing, containers
from ready_gate.facts.python.candidates import open_to
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.plainness import ERRORS, MAX_ITEMS, NotPlainError, has_one_order, plain
from ready_gate.facts.python.values import SHUFFLED, Items, Scalar, Table, Value, merge_origins, missing, scalar

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


Method = Callable[["Interpreter", Value, Call], Value]


def changer(work: Callable[[Interpreter, Any, Call], Value | None], needs: int = 1) -> Method:
    """A method that changes the receiver and answers None unless `work` says otherwise."""

    def method(run: Interpreter, receiver: Value, call: Call) -> Value:
        if len(call.args) < needs or not isinstance(receiver, (Items, Table)):
            return run.fail("TypeError", f"{call.name}() is called with too few arguments", receiver, at=call.at)
        changes.changing(run, receiver, call.at, True)
        answer = work(run, receiver, call)
        return answer if answer is not None else Scalar(None, origins=(call.at,))

    return method


def _append(run: Interpreter, target: Items, call: Call) -> None:
    if len(target.items) >= MAX_ITEMS:
        open_to(target, "too many elements")
        return
    target.items.append(call.args[0])
    target.reads = tuple(dict.fromkeys((*target.reads, *call.args[0].reads)))


def _insert(run: Interpreter, target: Items, call: Call) -> Value | None:
    index = call.plain(0)
    if len(call.args) < 2:
        return run.fail("TypeError", "insert() is called with too few arguments", at=call.at)
    if not isinstance(index, int) or (target.rest and index != 0) or len(target.items) >= MAX_ITEMS:
        changes.blur(target, "something is inserted at a place that is not known")
        return None
    target.items.insert(index, call.args[1])
    return None


def _extend(run: Interpreter, target: Items, call: Call) -> None:
    changes.extend(run, target, call.args[0])


def remove(run: Interpreter, target: Items, call: Call) -> Value | None:
    """`remove(element)`."""
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        drop_perhaps(run, target, call.args[0])
        return None
    if index < 0:
        return run.fail("ValueError", "an element is removed that is not there", target, call.args[0], at=call.at)
    del target.items[index]
    return None


def drop_perhaps(run: Interpreter, target: Items, item: Value) -> None:
    """Keep what surely is not the element; nobody knows whether it was there."""
    pairs = [(held, comparing.equal(run, held, item) is False) for held in target.items]
    open_to(target, "an element that is not known is removed", [held for held, other in pairs if not other])
    target.items[:] = [held for held, other in pairs if other]


def pop(run: Interpreter, target: Items, call: Call) -> Value:
    """`pop(place)`."""
    index = call.plain(0, default=-1)
    if target.rest or not isinstance(index, int):
        changes.blur(target, "an element at a place that is not known is removed")
        return run.unknown(target.rest or "", target, at=call.at)
    try:
        return target.items.pop(index)
    except IndexError:
        return run.fail("IndexError", "an element is taken out of an empty list", target, at=call.at)


def clear(run: Interpreter, target: Items, call: Call) -> None:
    """`clear()`."""
    target.items.clear()
    target.rest = None


def _reverse(run: Interpreter, target: Items, call: Call) -> None:
    target.items.reverse()


def _sort(run: Interpreter, target: Items, call: Call) -> None:
    result = sorted_items(run, containers.copy_of(target), call)
    if isinstance(result, Items):
        target.items[:], target.rest = result.items, result.rest
    else:
        changes.blur(target, "it is sorted by something that is not known")


def sorted_items(run: Interpreter, value: Value, call: Call) -> Value:
    """`sorted(value, key=…, reverse=…)`."""
    mixed = not containers.ordered(value)
    items = containers.all_elements(run, value, call.at)
    reverse = call.plain(99, "reverse", False)
    if items is None or reverse is ...:
        return run.unknown("sorted from something that is not known", value, at=call.at)
    function = call.keywords.get("key")
    plain_key = function is None or (isinstance(function, Scalar) and function.value is None)
    try:
        keys = [plain(item if plain_key or function is None else run.call(function, [item], {}, call.at)) for item in items]
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=bool(reverse))
    except NotPlainError as doubt:
        return run.unknown("sorted by something that is not known", doubt.value, value, at=call.at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"sorting raises {type(error).__name__}", value, at=call.at)
    rest = SHUFFLED if mixed and not has_one_order(keys) else None
    return Items([items[index] for index in order], "list", rest, origins=merge_origins([value], call.at), reads=value.reads)


def _index(run: Interpreter, target: Value, call: Call) -> Value:
    if not isinstance(target, Items) or not call.args or len(call.args) > 1:
        return run.unknown("index() with bounds", target, at=call.at)
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        return run.unknown("the place of something that is not known", target, call.args[0], at=call.at)
    if index < 0:
        return run.fail("ValueError", "the place of an element that is not there", target, at=call.at)
    return scalar(index, target, call.args[0], at=call.at)


def _count(run: Interpreter, target: Value, call: Call) -> Value:
    answers = [comparing.equal(run, item, call.args[0]) for item in target.items] if isinstance(target, Items) and call.args else [None]
    if None in answers or (isinstance(target, Items) and missing(target)):
        return run.unknown("how often something is in it is not known", target, at=call.at)
    return scalar(sum(bool(answer) for answer in answers), target, at=call.at)


def copy(run: Interpreter, target: Value, call: Call) -> Value:
    """`copy()`."""
    return containers.copy_of(target, at=call.at) if isinstance(target, (Items, Table)) else target


TUPLE: dict[str, Method] = {"index": _index, "count": _count}
LIST: dict[str, Method] = {
    **TUPLE,
    "append": changer(_append),
    "insert": changer(_insert),
    "extend": changer(_extend),
    "__iadd__": changer(_extend),
    "remove": changer(remove),
    "pop": changer(pop, 0),
    "clear": changer(clear, 0),
    "reverse": changer(_reverse, 0),
    "sort": changer(_sort, 0),
    "copy": copy,
}
