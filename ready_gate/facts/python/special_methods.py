"""What Python calls by itself on objects: `__len__`, `__eq__`, `__add__` …"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ready_gate.facts.python.libraries import Call, class_of, find_model
from ready_gate.facts.python.values import Instance, Scalar, Symbol, Value
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def special_method(run: Interpreter, receiver: Value, name: str, args: list[Value], at: Origin) -> Value | None:
    """The answer of a special method of an object, None where it has none."""
    from ready_gate.facts.python import attributes

    if isinstance(receiver, Symbol):
        model = find_model(f"{receiver.dotted}.{name}")
        return None if model is None else model(Call(f"{receiver.dotted}.{name}", args, {}, at, run))
    if isinstance(receiver, Scalar) and isinstance(receiver.value, (date, timedelta, Decimal)):
        return None
    dotted = class_of(receiver)
    if dotted is not None:
        model = find_model(f"{dotted}.{name}")
        return None if model is None else model(Call(f"{dotted}.{name}", args, {}, at, run, receiver=receiver))
    if isinstance(receiver, Instance):
        method = attributes.special(run, receiver, name)
        return None if method is None else run.call(method, args, {}, at)
    return None
