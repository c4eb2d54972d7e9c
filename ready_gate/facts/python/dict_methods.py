"""Methods of dicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ready_gate.facts.python import changes
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.joining import noted, one_of
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.list_methods import Method, changer, copy
from ready_gate.facts.python.plainness import NotPlainError, key_of
from ready_gate.facts.python.scope import Namespace
from ready_gate.facts.python.values import Items, Meter, Scalar, Table, Unknown, Value, missing

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def _get(run: Interpreter, target: Value, call: Call) -> Value:
    default = call.argument(1, "default") or Scalar(None, origins=(call.at,))
    if not call.args or not isinstance(target, Table):
        return run.fail("TypeError", "get() is called without a key", target, at=call.at)
    return each(run, [call.args[0]], lambda keys: _get_one(run, target, keys[0], default, call))


def _get_one(run: Interpreter, target: Table, key: Value, default: Value, call: Call) -> Value:
    try:
        name = key_of(key)
    except (NotPlainError, TypeError):
        return run.unknown("an entry under a key that is not known", key, target, at=call.at)
    if name in target.entries:
        return noted(target.entries[name], key.reads)
    if missing(target):
        return run.unknown(target.rest or "", target, key, at=call.at)
    return noted(default, (*target.reads, *key.reads))


def _setdefault(run: Interpreter, table: Table, call: Call) -> Value:
    default = call.argument(1, "default") or Scalar(None, origins=(call.at,))
    try:
        name = key_of(call.args[0])
    except (NotPlainError, TypeError):
        changes.set_item(run, table, call.args[0], default, call.at)
        return run.unknown("an entry under a key that is not known", table, at=call.at)
    if name not in table.entries:
        table.entries[name] = one_of([default, Unknown(table.rest or "")]) if missing(table) else default
    return table.entries[name]


def _pop_entry(run: Interpreter, table: Table, call: Call) -> Value:
    try:
        name = key_of(call.args[0])
    except (NotPlainError, TypeError):
        changes.blur(table, changes.ANY_KEY)
        return run.unknown("an entry under a key that is not known", table, at=call.at)
    if name in table.entries:
        return table.entries.pop(name)
    if missing(table):
        return run.unknown(table.rest or "", table, at=call.at)
    default = call.argument(1, "default")
    return default if default is not None else run.fail("KeyError", f"there is no entry {str(name)[:60]!r}", table, at=call.at)


def _popitem(run: Interpreter, table: Table, call: Call) -> Value:
    if table.rest or not table.entries or call.args or call.keywords:
        changes.blur(table, "an entry that is not known is removed")
        return run.unknown("an entry that is not known", table, at=call.at)
    key, value = table.entries.popitem()
    return Items([Scalar(key), value], "tuple", origins=(call.at,))


def _update_table(run: Interpreter, table: Table, call: Call) -> None:
    for other in call.args:
        changes.merge_into(run, table, other)
    table.entries.update(call.keywords)
    if isinstance(table, Namespace) and table.scope is not None and table.rest:
        run.forget(table.scope, table.rest)


def _clear_table(run: Interpreter, table: Table, call: Call) -> None:
    table.entries.clear()
    table.rest = None


def _view(part: Callable[[object, Value, Table], Value]) -> Method:
    def method(run: Interpreter, target: Value, call: Call) -> Value:
        Meter.add(8 * len(target.entries) if isinstance(target, Table) else 0)
        items = [part(key, value, target) for key, value in list(target.entries.items())] if isinstance(target, Table) else []
        reason = target.rest if isinstance(target, Table) else None
        return Items(items, "list", reason, origins=target.origins, reads=target.reads)

    return method


_keys = _view(lambda key, value, table: Scalar(key, origins=table.origins, reads=table.reads))
_values = _view(lambda key, value, table: value)
_pairs = _view(lambda key, value, table: Items([Scalar(key, origins=value.origins, reads=table.reads), value], "tuple", origins=value.origins))
TABLE: dict[str, Method] = {
    "get": _get,
    "keys": _keys,
    "values": _values,
    "items": _pairs,
    "iteritems": _pairs,
    "setdefault": changer(_setdefault),
    "pop": changer(_pop_entry),
    "popitem": changer(_popitem, 0),
    "update": changer(_update_table, 0),
    "clear": changer(_clear_table, 0),
    "copy": copy,
}
