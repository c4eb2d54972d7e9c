"""`itertools`, `operator`'s makers of functions, and `collections.Counter`, on what is known."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from ready_gate.facts.python import containers
from ready_gate.facts.python.libraries import Call, Model, models
from ready_gate.facts.python.libraries.lifting import MAX_ELEMENTS, apply, instance, text_of
from ready_gate.facts.python.values import Items, Scalar, Symbol, Table, Value, merge_reads

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def _listed(call: Call, rows: Iterable[Iterable[Value] | Value]) -> Value:
    """What an iterator gives, rows as tuples, as far as bounds allow."""
    found = list(itertools.islice(rows, MAX_ELEMENTS + 1))
    reads = merge_reads(call.sources())
    items = [row if isinstance(row, Value) else Items(list(row), "tuple", origins=(call.at,)) for row in found[:MAX_ELEMENTS]]
    return Items(items, "iterator", "too long to be followed" if len(found) > MAX_ELEMENTS else None, origins=(call.at,), reads=reads)


def _over(names: str, work: Callable[[Call, list[list[Value]]], Iterable[Iterable[Value] | Value] | None], least: int = 1) -> None:
    """Models of functions whose positional arguments are all gone through."""

    def model(call: Call) -> Value:
        rows = [call.run.iterate(value) for value in call.args]
        if call.open or len(rows) < least or any(row is None for row in rows):
            return call.unknown(f"{call.name} of something not known")
        found = work(call, [row for row in rows if row is not None])
        return call.unknown(f"{call.name} with arguments that are not followed") if found is None else _listed(call, found)

    models(*(f"itertools.{name}" for name in names.split()))(model)


def _product(call: Call, rows: list[list[Value]]) -> Iterable[Iterable[Value]] | None:
    times = call.plain(99, "repeat", 1)
    if not isinstance(times, int) or not 0 <= times <= 20:
        return None
    size = 1
    for row in rows * times:
        size *= len(row)
    return itertools.product(*rows, repeat=times) if size <= MAX_ELEMENTS else None


def _longest(call: Call, rows: list[list[Value]]) -> Iterable[Iterable[Value]]:
    return itertools.zip_longest(*rows, fillvalue=call.keywords.get("fillvalue", Scalar(None, origins=(call.at,))))


_over("product", _product, 0)
_over("zip_longest", _longest)
_over("pairwise", lambda call, rows: zip(rows[0], rows[0][1:], strict=False))


@models("itertools.islice")
def part(call: Call) -> Value:
    """Some of the elements, without the end of an iterator being looked at."""
    items = call.run.iterate(call.args[0]) if call.args else None
    bounds = [call.plain(index) for index in range(1, len(call.args))]
    if items is None or call.open or not bounds or not all(bound is None or (isinstance(bound, int) and bound >= 0) for bound in bounds):
        return call.unknown("some elements of something not known")
    return _listed(call, items[slice(*(bound for bound in bounds if bound is None or isinstance(bound, int)))])


@models("itertools.combinations", "itertools.permutations")
def choices(call: Call) -> Value:
    """Ways to take some of the elements."""
    items, count = call.run.iterate(call.args[0]) if call.args else None, call.plain(1, "r")
    if items is None or call.open or not (count is None or (isinstance(count, int) and count >= 0)) or len(items) > 20:
        return call.unknown(f"{call.name} of something not known")
    if call.name.endswith("permutations"):
        return _listed(call, itertools.permutations(items, count if isinstance(count, int) else None))
    return _listed(call, itertools.combinations(items, count)) if isinstance(count, int) else call.unknown("combinations of a number not known")


@models("itertools.repeat")
def repeated(call: Call) -> Value:
    """One thing several times."""
    times = call.plain(1, "times", ...)
    if not call.args or not isinstance(times, int) or times > MAX_ELEMENTS:
        return call.unknown("something that is repeated without end")
    return _listed(call, [call.args[0]] * times)


@models("itertools.starmap")
def mapped(call: Call) -> Value:
    """A function called with each row."""
    rows = call.run.iterate(call.args[1]) if len(call.args) == 2 else None
    given = [call.run.iterate(row) for row in rows or []]
    if rows is None or call.open or any(row is None for row in given):
        return call.unknown("starmap over something not known")
    return _listed(call, [call.run.call(call.args[0], row or [], {}, call.at) for row in given])


@models("itertools.accumulate")
def accumulated(call: Call) -> Value:
    """Sums so far, or what a function makes of them."""
    items = call.run.iterate(call.args[0]) if call.args else None
    if items is None or call.open or "initial" in call.keywords or len(items) > MAX_ELEMENTS:
        return call.unknown("accumulate over something not known")
    function = call.argument(1, "func") or Symbol("operator.add")
    found: list[Value] = []
    for item in items:
        found.append(call.run.call(function, [found[-1], item], {}, call.at) if found else item)
    return _listed(call, found)


# Makers of functions


@models("operator.itemgetter", "operator.attrgetter", "operator.methodcaller")
def getter(call: Call) -> Value:
    """Kept with its arguments."""
    return instance(call, call.name) if call.args and not call.open else call.unknown("a function of something not known")


def _getter(name: str, get: Callable[[Call, Value, Value], Value]) -> None:
    def model(call: Call) -> Value:
        wanted = getattr(call.receiver, "args", [])
        if len(call.args) != 1 or call.open or call.keywords:
            return call.unknown(f"{name} with arguments that do not fit")
        found = [get(call, call.args[0], part) for part in wanted]
        return found[0] if len(found) == 1 else Items(found, "tuple", origins=(call.at,))

    models(f"operator.{name}.__call__")(model)


def _attribute(call: Call, value: Value, name: Value) -> Value:
    for word in (text_of(name) or "").split("."):
        value = call.run.call(Symbol("builtins.getattr"), [value, Scalar(word)], {}, call.at)
    return value


def _item(call: Call, value: Value, key: Value) -> Value:
    return containers.get_item(cast("Interpreter", call.run), value, key, call.at)


@models("operator.getitem")
def item(call: Call) -> Value:
    """`value[key]`."""
    return _item(call, call.args[0], call.args[1]) if len(call.args) == 2 else call.unknown("an element of something not known")


_getter("itemgetter", _item)
_getter("attrgetter", _attribute)


@models("operator.methodcaller.__call__")
def call_method(call: Call) -> Value:
    """The method of the argument, with the kept arguments."""
    kept = call.receiver
    name, *args = getattr(kept, "args", [Scalar("")])
    method = call.run.call(Symbol("builtins.getattr"), [*call.args[:1], name], {}, call.at)
    return call.run.call(method, args, getattr(kept, "keywords", {}), call.at)


# Counting


@models("collections.Counter")
def counter(call: Call) -> Value:
    """How often each element is there."""
    if call.open or len(call.args) > 1 or (call.keywords and call.args):
        return call.unknown("a counter of something not known")
    if call.keywords:
        return Table(dict(call.keywords.items()), kind="Counter", origins=(call.at,))
    items = call.args[0] if call.args else Items([])
    given: list[Value] = [items]
    if not isinstance(items, Table):
        elements = call.run.iterate(items)
        if elements is None:
            return call.unknown("a counter of something not known")
        given = [Items(elements, "list", origins=items.origins, reads=items.reads)]
    return apply(Call(call.name, given, {}, call.at, call.run), Counter)


def _counted(name: str, work: Callable[..., object]) -> Model:
    def model(call: Call) -> Value:
        return apply(call, work)

    return models(f"collections.Counter.{name}")(model)


_counted("most_common", Counter.most_common)
_counted("elements", lambda counts: list(counts.elements()))
_counted("total", lambda counts: sum(counts.values()))
