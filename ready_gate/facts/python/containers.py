"""Elements, subscripts and changes of lists, tuples, sets and dicts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.operators import ERRORS, MAX_ITEMS, NotPlainError, each, equal, key_of, special_method
from ready_gate.facts.python.scope import Namespace, Scope, namespace_of
from ready_gate.facts.python.values import (
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Meter,
    Module,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    scalar,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

ANY_KEY = "it is changed under a key that is not known"


def namespace(scope: Scope) -> Namespace:
    """The dict view of a scope."""
    return namespace_of(scope)


def ordered(value: Value) -> bool:
    """Whether going through the elements has one order."""
    return not (isinstance(value, Items) and value.kind in ("set", "frozenset") and len(value.items) > 1)


def elements(run: Interpreter, value: Value, at: Origin | None = None) -> list[Value] | None:
    """What `for` would go through, None where that is not completely known. An iterator is used up by it."""
    found = _elements(run, value, at)
    if found is None:
        run.doubt()
    return found


def _elements(run: Interpreter, value: Value, at: Origin | None) -> list[Value] | None:
    if isinstance(value, Items):
        if value.rest:
            return None
        found = list(value.items)
        Meter.add(len(found))
        if value.kind == "iterator":
            run.trail.touch(value)
            value.items.clear()
        return found
    if isinstance(value, Table):
        Meter.add(len(value.entries))
        return None if value.rest else [Scalar(key, origins=value.origins, reads=value.reads) for key in list(value.entries)]
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


# Reading


def get_item(run: Interpreter, base: Value, key: Value, at: Origin) -> Value:
    """`base[key]`."""
    return each([base, key], lambda pair: _get_item(run, pair[0], pair[1], at))


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
    if isinstance(base, Symbol) and base.dotted.rpartition(".")[2][:1].isupper() and not special_model(base):
        return base
    if isinstance(base, Symbol) and base.dotted.startswith("builtins."):
        return base
    found = special_method(run, base, "__getitem__", [key], at)
    return found if found is not None else run.unknown("a part of something that is not known", base, key, at=at)


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
    if base.rest:
        return run.unknown(base.rest, base, at=at)
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
            return Items([], base.kind, base.rest, origins=merge_origins([base], at), reads=base.reads)
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


# Changing


def update_all(run: Interpreter, target: Value, change: Callable[[Value, bool], None]) -> None:
    """Make a change to whatever the value may be: surely where it is one thing, perhaps for each of several."""
    if not isinstance(target, Choice):
        change(target, True)
        return
    for option in target.options:
        change(option, getattr(option, "serial", 0) > target.since)


def changing(run: Interpreter, target: Value, at: Origin | None, sure: bool) -> None:
    """To be called before a container changes: it is noted, and so is the place. Where the change is not sure, what it holds becomes vague."""
    run.trail.touch(target)
    if isinstance(target, (Items, Table)):
        if at is not None:
            target.origins = merge_origins([target], at)
        target.reads = tuple(dict.fromkeys((*target.reads, *run.guards)))
    if not sure:
        blur(target, "one of several values that share it may have been changed")


def blur(target: Value, reason: str) -> None:
    """Nothing in the container is sure any more."""
    Meter.add(16)
    doubt = Unknown(reason)
    if isinstance(target, Items):
        target.items.clear()
        target.rest = target.rest or reason
    elif isinstance(target, Table):
        for key, value in target.entries.items():
            target.entries[key] = one_of([value, doubt])
        target.rest = target.rest or reason
    elif isinstance(target, Instance):
        for name, value in target.attributes.items():
            target.attributes[name] = one_of([value, doubt])


def set_item(run: Interpreter, base: Value, key: Value, value: Value, at: Origin) -> None:
    """`base[key] = value`."""

    def change(target: Value, sure: bool) -> None:
        if isinstance(target, (Table, Items)):
            changing(run, target, at, sure)
            if sure:
                _put(run, target, key, value, at)
        else:
            _foreign_change(run, target, "__setitem__", [key, value], at)

    update_all(run, base, change)


def _foreign_change(run: Interpreter, target: Value, method: str, args: list[Value], at: Origin) -> None:
    if isinstance(target, (Scalar, Function, Module)):
        run.fail("TypeError", "something is changed that has no parts", target, at=at)
    elif isinstance(target, Unknown) or special_method(run, target, method, args, at) is None:
        run.doubt()


def _refuse(run: Interpreter, target: Items, key: Value, at: Origin) -> None:
    """Raise what Python raises for a place that a list cannot have."""
    if target.kind != "list":
        run.fail("TypeError", f"a {target.kind} cannot be changed", target, at=at)
    if isinstance(key, Scalar) and not isinstance(key.value, int):
        run.fail("TypeError", "a place in a list is a number", key, at=at)
    known = isinstance(key, Scalar) and isinstance(key.value, int) and not target.rest
    if known and not -len(target.items) <= key.value < len(target.items):  # type: ignore[attr-defined]
        run.fail("IndexError", "a place beyond the end", key, at=at)
    run.doubt()


def _put(run: Interpreter, target: Table | Items, key: Value, value: Value, at: Origin) -> None:
    if isinstance(target, Items):
        _put_element(run, target, key, value, at)
        return
    try:
        name = key_of(key)
    except TypeError:
        run.fail("TypeError", "a key that cannot be hashed", key, at=at)
        return
    except NotPlainError:
        run.doubt()
        for known, entry in target.entries.items():
            target.entries[known] = one_of([entry, value], reads=key.reads)
        target.rest = target.rest or ANY_KEY
        return
    if len(target.entries) >= MAX_ITEMS and name not in target.entries:
        target.rest = target.rest or "too many entries"
        return
    target.entries[name] = value


def _put_element(run: Interpreter, target: Items, key: Value, value: Value, at: Origin) -> None:
    window = slice_of(key)
    if window is not None and not target.rest and target.kind == "list":
        new = elements(run, value)
        if new is not None and len(new) + len(target.items) <= MAX_ITEMS:
            try:
                target.items[window] = new
            except ValueError:
                run.fail("ValueError", "a slice is set to as many elements as do not fit", value, at=at)
            return
    elif _in_range(target, key) and isinstance(key, Scalar):
        target.items[key.value] = value  # type: ignore[call-overload]
        return
    else:
        _refuse(run, target, key, at)
    blur(target, "it is changed at a place that is not known")


def _in_range(target: Items, key: Value) -> bool:
    known = isinstance(key, Scalar) and isinstance(key.value, int) and target.kind == "list" and not target.rest
    return known and -len(target.items) <= key.value < len(target.items)  # type: ignore[attr-defined]


def delete_item(run: Interpreter, base: Value, key: Value, at: Origin) -> None:
    """`del base[key]`."""

    def change(target: Value, sure: bool) -> None:
        if isinstance(target, (Table, Items)):
            changing(run, target, at, sure)
            if sure:
                _delete(run, target, key, at)
        else:
            _foreign_change(run, target, "__delitem__", [key], at)

    update_all(run, base, change)


def _delete(run: Interpreter, target: Table | Items, key: Value, at: Origin) -> None:
    if isinstance(target, Table):
        try:
            name = key_of(key)
        except TypeError:
            run.fail("TypeError", "a key that cannot be hashed", key, at=at)
            return
        except NotPlainError:
            run.doubt()
            blur(target, ANY_KEY)
            return
        if target.entries.pop(name, None) is None and not target.rest:
            run.fail("KeyError", f"there is no entry {str(name)[:60]!r}", key, at=at)
        return
    window = slice_of(key)
    if window is not None and window.step != 0 and not target.rest and target.kind == "list":
        del target.items[window]
    elif _in_range(target, key) and isinstance(key, Scalar):
        del target.items[key.value]  # type: ignore[arg-type]
    else:
        _refuse(run, target, key, at)
        blur(target, "an element at a place that is not known is removed")


def extend(run: Interpreter, target: Items, more: Value) -> None:
    """Add everything that `more` holds at the end."""
    new = elements(run, more)
    target.reads = tuple(dict.fromkeys((*target.reads, *more.reads)))
    if new is None:
        new = list(more.items) if isinstance(more, Items) else []
        target.rest = target.rest or reason_of(more)
    elif not ordered(more):
        target.rest = target.rest or "the order of a set's elements is not known"
    if len(target.items) + len(new) > MAX_ITEMS:
        target.rest = target.rest or "too many elements"
        return
    run.charge(len(new) // 16)
    target.items += new


def reason_of(value: Value) -> str:
    """Why a container that took this in may hold more."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, (Items, Table)) and value.rest:
        return value.rest
    return "one of several values was added" if isinstance(value, Choice) else "something that is not known was added"


def merge_into(run: Interpreter, target: Table, more: Value) -> None:
    """`target.update(more)`."""
    Meter.add(4 * len(target.entries))
    if isinstance(more, Choice):
        for key in {key for option in more.options if isinstance(option, Table) for key in option.entries}:
            held = [option.entries[key] for option in more.options if isinstance(option, Table) and key in option.entries]
            rest = [target.entries[key]] if key in target.entries else [Unknown("it is set on some paths only")]
            target.entries[key] = one_of([*held, *([] if len(held) == len(more.options) else rest)], reads=more.reads)
        if not all(isinstance(option, Table) and not option.rest for option in more.options):
            _vague_update(target, more)
    elif isinstance(more, Table):
        target.entries.update(more.entries)
        if more.rest:
            _vague_update(target, more, set(more.entries))
    elif not _merge_pairs(run, target, more):
        _vague_update(target, more)
    target.reads = tuple(dict.fromkeys((*target.reads, *more.reads)))


def _vague_update(target: Table, more: Value, sure: set[object] | None = None) -> None:
    doubt = Unknown(reason_of(more), reads=more.reads)
    for key, value in target.entries.items():
        if key not in (sure or ()):
            target.entries[key] = one_of([value, doubt])
    target.rest = target.rest or reason_of(more)


def _merge_pairs(run: Interpreter, target: Table, more: Value) -> bool:
    pairs = elements(run, more)
    if pairs is None:
        return False
    for pair in pairs:
        parts = elements(run, pair)
        if parts is None or len(parts) != 2:
            return False
        try:
            target.entries[key_of(parts[0])] = parts[1]
        except (NotPlainError, TypeError):
            return False
    return True


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
        return Table(dict(value.entries), value.rest, origins=origins, reads=value.reads)
    return Items(list(value.items), kind or value.kind, value.rest, origins=origins, reads=value.reads)


def made_of(run: Interpreter, value: Value, kind: str, at: Origin) -> Value:
    """`list(value)`, `tuple(value)`, `set(value)` …"""
    from ready_gate.facts.python.operators import distinct

    items = elements(run, value, at)
    rest: str | None = None
    if items is None:
        items, rest = (list(value.items), reason_of(value)) if isinstance(value, Items) else ([], None)
        if isinstance(value, Table):
            items, rest = [Scalar(key) for key in value.entries], value.rest
        if rest is None:
            return run.unknown(f"{kind}() of something that is not known", value, at=at)
    elif kind not in ("set", "frozenset") and not ordered(value):
        rest = "the order of a set's elements is not known"
    if kind in ("set", "frozenset"):
        items, odd = distinct(run, items)
        if odd:
            return run.fail("TypeError", odd, value, at=at)
    return Items(items, kind, rest, origins=merge_origins([value], at), reads=merge_reads([value, *items[:200]]))


def joined_options(values: Sequence[Value]) -> Value:
    """One of the elements, not known which."""
    return one_of(list(values)) if values else Unknown("an element of something empty")
