"""Methods of builtin values, by the kind of value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ready_gate.facts.python import changes
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.dict_methods import TABLE
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.list_methods import LIST, TUPLE, Method
from ready_gate.facts.python.set_methods import FROZEN, SET
from ready_gate.facts.python.text_methods import NUMBER, TEXT, on_scalar
from ready_gate.facts.python.values import Items, Scalar, Table, Value

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

# What a counter does in its own way.
COUNTING = frozenset({"update", "setdefault"})


def names_of(value: Value) -> frozenset[str]:
    """The methods that values of this kind have here."""
    if isinstance(value, Table):
        return frozenset(TABLE) - (COUNTING if value.kind == "Counter" else set())
    if isinstance(value, Items):
        return frozenset({"list": LIST, "tuple": TUPLE, "set": SET, "frozenset": FROZEN}.get(value.kind, {"__next__": None}))
    if isinstance(value, Scalar) and isinstance(value.value, (str, bytes)):
        return TEXT
    return NUMBER if isinstance(value, Scalar) and value.value is not None else frozenset()


def call_method(run: Interpreter, receiver: Value, call: Call) -> Value:
    """Call the method `call.name` of a builtin value."""
    if isinstance(receiver, Scalar):
        return each(run, [*call.args], lambda args: on_scalar(run, receiver, args, call))
    if call.open:
        changes.changing(run, receiver, call.at, False)
        return call.unknown("called with arguments that are not known")
    table: dict[str, Method] = TABLE if isinstance(receiver, Table) else ITEMS.get(receiver.kind, {}) if isinstance(receiver, Items) else {}
    method = table.get(call.name)
    if method is None:
        return run.fail("AttributeError", f"there is no method {call.name}", receiver, at=call.at)
    return method(run, receiver, call)


ITEMS: dict[str, dict[str, Method]] = {"list": LIST, "tuple": TUPLE, "set": SET, "frozenset": FROZEN}
