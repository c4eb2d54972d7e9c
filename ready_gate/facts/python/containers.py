"""Elements of lists, tuples, sets and dicts, and copies of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ready_gate.facts.python.candidates import besides, together_with
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.comparing import equal
from ready_gate.facts.python.plainness import ERRORS, MAX_ITEMS, NotPlainError, is_plain, key_of
from ready_gate.facts.python.scope import Namespace, Scope, namespace_of
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import (
    SHUFFLED,
    Choice,
    Class,
    Instance,
    Items,
    Meter,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    missing,
    scalar,
    together,
)
from ready_gate.facts.views import Shuffled
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def namespace(scope: Scope) -> Namespace:
    """The dict view of a scope."""
    return namespace_of(scope)


def ordered(value: Value) -> bool:
    """Whether going through the elements that are known has one order."""
    if isinstance(value, Items) and value.kind in ("set", "frozenset") and len(value.items) > 1:
        return False
    return not (isinstance(value, (Items, Table)) and isinstance(value.rest, Shuffled))


def counted(value: Items | Table) -> bool:
    """Whether its length is the number of the elements held: of a set, unknown ones may be one and the same."""
    if isinstance(value, Table) or value.kind in ("list", "tuple"):
        return True
    return value.kind != "iterator" and (len(value.items) < 2 or all(is_plain(item) for item in value.items))


def elements(run: Interpreter, value: Value, at: Origin | None = None) -> list[Value] | None:
    """What `for` would go through, None where that is not completely known. An iterator is used up by it."""
    if not ordered(value):
        run.doubt()
        return None
    return all_elements(run, value, at)


def all_elements(run: Interpreter, value: Value, at: Origin | None = None) -> list[Value] | None:
    """The same where their order does not matter, or `ordered` is asked."""
    found = _elements(run, value, at)
    if found is None:
        run.doubt()
    return found


def _elements(run: Interpreter, value: Value, at: Origin | None) -> list[Value] | None:
    if isinstance(value, Items):
        if missing(value):
            return None
        found = list(value.items)
        Meter.add(len(found))
        if value.kind == "iterator":
            run.trail.touch(value)
            value.items.clear()
        return found
    if isinstance(value, Table):
        Meter.add(len(value.entries))
        return None if missing(value) else [Scalar(key, origins=value.origins, reads=value.reads) for key in list(value.entries)]
    if isinstance(value, Scalar):
        if isinstance(value.value, (str, bytes)) and len(value.value) <= MAX_ITEMS:
            Meter.add(4 * len(value.value))
            return [scalar(part, value) for part in value.value]
        if not isinstance(value.value, (str, bytes)):
            run.fail("TypeError", "something is gone through that has no elements", value, at=at)
        return None
    return _elements_of_object(run, value, at or Origin(""))


def _elements_of_object(run: Interpreter, value: Value, at: Origin) -> list[Value] | None:
    from ready_gate.facts.python import enums

    if isinstance(value, Class):
        return enums.members(run, value)
    if isinstance(value, (Instance, Symbol)):
        found = special_method(run, value, "__iter__", [], at)
        return elements(run, found, at) if isinstance(found, (Items, Table)) else None
    return None


def get_item(run: Interpreter, base: Value, key: Value, at: Origin) -> Value:
    """`base[key]`."""
    return each(run, [base, key], lambda pair: _get_item(run, pair[0], pair[1], at))


def _get_item(run: Interpreter, base: Value, key: Value, at: Origin) -> Value:
    if isinstance(base, Table):
        return _entry(run, base, key, at)
    if isinstance(base, Items):
        return _element(run, base, key, at)
    if isinstance(base, Scalar):
        return _part(run, base, key, at)
    if isinstance(base, Class):
        from ready_gate.facts.python import enums

        return enums.by_name(run, base, key, at)
    if isinstance(base, Symbol) and _is_class_name(base.dotted.rpartition(".")[2]) and not special_model(base):
        return base
    if isinstance(base, Symbol) and base.dotted.startswith("builtins."):
        return base
    found = special_method(run, base, "__getitem__", [key], at)
    return found if found is not None else run.unknown("a part of something that is not known", base, key, at=at)


def _is_class_name(name: str) -> bool:
    return name[:1].isupper() and name != name.upper()


def special_model(symbol: Symbol) -> bool:
    """Whether subscripts of it are modelled."""
    from ready_gate.facts.python.libraries import find_model

    return find_model(f"{symbol.dotted}.__getitem__") is not None


def _entry(run: Interpreter, base: Table, key: Value, at: Origin) -> Value:
    try:
        name = key_of(key)
    except NotPlainError:
        return run.unknown("an entry under a key that is not known", key, base, at=at)
    except TypeError:
        return run.fail("TypeError", "a key that cannot be hashed", key, at=at)
    if name in base.entries:
        return base.entries[name]
    if missing(base):
        return run.unknown(base.rest or "", base, at=at)
    if base.kind == "Counter":
        return scalar(0, base, key, at=at)
    if base.factory is not None:
        run.trail.touch(base)
        base.entries[name] = run.call(base.factory, [], {}, at)
        return base.entries[name]
    return run.fail("KeyError", f"there is no entry {str(name)[:60]!r}", base, key, at=at)


def slice_of(key: Value) -> slice | None:
    """The plain slice in a slice expression, None where it is not one, or not known."""
    if not isinstance(key, Instance) or not isinstance(key.type, Symbol) or key.type.dotted != "builtins.slice":
        return None
    bounds = [part.value if isinstance(part, Scalar) else ... for part in key.args]
    return slice(*bounds) if all(bound is None or isinstance(bound, int) for bound in bounds) else None


def is_slice(key: Value) -> bool:
    """Whether the subscript is a slice, known or not."""
    return isinstance(key, Instance) and isinstance(key.type, Symbol) and key.type.dotted == "builtins.slice"


def _element(run: Interpreter, base: Items, key: Value, at: Origin) -> Value:
    if base.kind not in ("list", "tuple"):
        return run.fail("TypeError", "a part of something that has no parts", base, at=at)
    if base.rest:
        if is_slice(key):
            others = together_with(base.items, besides(base))
            return Items([], base.kind, base.rest, maybe=others, origins=merge_origins([base], at), reads=base.reads)
        return run.unknown(base.rest, base, at=at)
    if is_slice(key):
        window = slice_of(key)
        Meter.add(len(base.items))
        if window is None or window.step == 0:
            return run.unknown("a slice with bounds that are not known", base, key, *(key.args if isinstance(key, Instance) else ()), at=at)
        return Items(base.items[window], base.kind, origins=merge_origins([base], at), reads=base.reads)
    if not isinstance(key, Scalar) or not isinstance(key.value, int):
        return run.unknown("an element at a place that is not known", base, key, at=at)
    if -len(base.items) <= key.value < len(base.items):
        return base.items[key.value]
    return run.fail("IndexError", "an element beyond the end", base, key, at=at)


def _part(run: Interpreter, base: Scalar, key: Value, at: Origin) -> Value:
    index = slice_of(key) if is_slice(key) else key.value if isinstance(key, Scalar) else None
    if index is None or not isinstance(base.value, (str, bytes)):
        return run.unknown("a part of something that is not known", key, base, at=at)
    try:
        return scalar(base.value[index], base, key, at=at)  # type: ignore[index, call-overload]
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", base, key, at=at)


def reason_of(value: Value) -> str:
    """Why a container that took this in may hold more."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, (Items, Table)) and value.rest:
        return value.rest
    return "one of several values was added" if isinstance(value, Choice) else "something that is not known was added"


def index_of(run: Interpreter, target: Items, item: Value) -> int | None:
    """The first place where the item surely is; -1 where it surely is not at any, None where that cannot be told."""
    for index, candidate in enumerate(target.items):
        same = equal(run, candidate, item)
        if same:
            return None if target.rest else index
        if same is None:
            return None
    return None if target.rest else -1


def copy_of(value: Items | Table, kind: str | None = None, at: Origin | None = None) -> Value:
    """A shallow copy."""
    Meter.add(len(value.entries) if isinstance(value, Table) else len(value.items))
    origins = merge_origins([value], at)
    if isinstance(value, Table):
        return Table(dict(value.entries), value.rest, kind=value.kind, factory=value.factory, origins=origins, reads=value.reads)
    return Items(list(value.items), kind or value.kind, value.rest, maybe=besides(value), origins=origins, reads=value.reads)


def made_of(run: Interpreter, value: Value, kind: str, at: Origin) -> Value:
    """`list(value)`, `tuple(value)`, `set(value)` …"""
    from ready_gate.facts.python.sets import distinct

    mixed = not ordered(value)
    items = all_elements(run, value, at)
    rest: str | None = None
    if items is None:
        items, rest = (list(value.items), reason_of(value)) if isinstance(value, Items) else ([], None)
        if isinstance(value, Table):
            items, rest = [Scalar(key) for key in value.entries], value.rest
        if rest is None:
            return run.unknown(f"{kind}() of something that is not known", value, at=at)
    if mixed:
        rest = together(rest, SHUFFLED)
    if kind in ("set", "frozenset"):
        rest = None if isinstance(rest, Shuffled) and rest.whole else rest
        items, odd = distinct(run, items)
        if odd:
            return run.fail("TypeError", odd, value, at=at)
    return Items(items, kind, rest, maybe=besides(value), origins=merge_origins([value], at), reads=merge_reads([value, *items[:200]]))
