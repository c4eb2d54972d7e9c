"""Changes of lists, tuples, sets and dicts, in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ready_gate.facts.python.candidates import added_by, open_to
from ready_gate.facts.python.choices import settle
from ready_gate.facts.python.containers import all_elements, elements, ordered, reason_of, slice_of
from ready_gate.facts.python.flow import Raised
from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.plainness import MAX_ITEMS, NotPlainError, key_of
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import (
    SHUFFLED,
    Choice,
    Function,
    Instance,
    Items,
    Meter,
    Module,
    Scalar,
    Table,
    Unknown,
    Value,
    merge_origins,
    missing,
    together,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


ANY_KEY = "it is changed under a key that is not known"


def update_all(run: Interpreter, target: Value, change: Callable[[Value, bool], None]) -> None:
    """Make a change to whatever the value may be: surely where it is one thing, perhaps for each of several."""
    if not isinstance(target, Choice):
        change(target, True)
        return
    errors: list[Raised] = []
    for option in target.options:
        try:
            change(option, getattr(option, "serial", 0) > target.since)
        except Raised as error:
            errors.append(error)
    if errors:
        settle(run, errors, len(errors) < len(target.options))


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
        open_to(target, reason)
    elif isinstance(target, Table):
        for key, value in target.entries.items():
            target.entries[key] = one_of([value, doubt])
        target.rest = together(target.rest, reason)
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
        target.rest = together(target.rest, ANY_KEY)
        return
    if len(target.entries) >= MAX_ITEMS and name not in target.entries:
        target.rest = together(target.rest, "too many entries")
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
        if target.entries.pop(name, None) is None and not missing(target):
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
    mixed = not ordered(more)
    new = all_elements(run, more)
    target.reads = tuple(dict.fromkeys((*target.reads, *more.reads)))
    if new is None:
        new = list(more.items) if isinstance(more, Items) else []
        open_to(target, reason_of(more), added_by(more))
    if mixed:
        target.rest = together(target.rest, SHUFFLED)
    if len(target.items) + len(new) > MAX_ITEMS:
        open_to(target, "too many elements")
        return
    run.charge(len(new) // 16)
    target.items += new


def merge_into(run: Interpreter, target: Table, more: Value) -> None:
    """`target.update(more)`."""
    Meter.add(4 * (len(target.entries) + (len(more.entries) if isinstance(more, Table) else 0)))
    if isinstance(more, Choice):
        for key in {key for option in more.options if isinstance(option, Table) for key in option.entries}:
            held = [option.entries[key] for option in more.options if isinstance(option, Table) and key in option.entries]
            everywhere = len(held) == len(more.options)
            if everywhere or key in target.entries:
                target.entries[key] = one_of([*held, *([] if everywhere else [target.entries[key]])], reads=more.reads)
            else:
                target.rest = together(target.rest, "one of several values was added")
        if not all(isinstance(option, Table) and not missing(option) for option in more.options):
            _vague_update(target, more)
    elif isinstance(more, Table):
        target.entries.update(more.entries)
        if missing(more):
            _vague_update(target, more, set(more.entries))
        elif more.rest:
            target.rest = together(target.rest, more.rest)
    elif not _merge_pairs(run, target, more):
        _vague_update(target, more)
    target.reads = tuple(dict.fromkeys((*target.reads, *more.reads)))


def _vague_update(target: Table, more: Value, sure: set[object] | None = None) -> None:
    doubt = Unknown(reason_of(more), reads=more.reads)
    for key, value in target.entries.items():
        if key not in (sure or ()):
            target.entries[key] = one_of([value, doubt])
    target.rest = together(target.rest, reason_of(more))


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
