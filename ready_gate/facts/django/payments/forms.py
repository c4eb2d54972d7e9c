"""Serializers and forms: `is_valid()` runs the project's own validation, and `save()` of a serializer its `create()` or `update()`."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.django.payments.labels import CLIENT
from ready_gate.facts.python.paths.calls import BASES, Call, Calls
from ready_gate.facts.python.paths.statements import Flow
from ready_gate.facts.python.paths.states import Class, Function, State, Value

if TYPE_CHECKING:
    from ready_gate.facts.django.payments.domain import Payments

Pairs = list[tuple[State, Value]]
_REFUSES = "ValidationError"
_CLEANED = {"validate": "validated_data", "clean": "cleaned_data"}


def validates(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Calls of serializers and forms."""
    base = call.base
    if base is None or not isinstance(base.made, Class):
        return None
    if call.last in ("get_serializer", "get_form") and (kind := _class_of(walk, base.made)) is not None:
        return walk.call(replace(call, callee=Value(made=kind), base=None), state, flow)
    if not base.instance:
        return None
    if call.last == "is_valid" and (methods := _methods(walk, base)):
        strict = call.argument(0, "raise_exception")
        return _valid(walk, call, base, methods, state, flow, strict is not None and strict.const is True)
    return _saves(walk, call, base, state, flow) if call.last == "save" else None


def _class_of(walk: Calls, view: Class) -> Class | None:
    """The serializer or form class that a view names."""
    for name in ("serializer_class", "form_class"):
        held = walk.run.code.attribute(view, name)
        made = walk.run.top_level(held[1], held[0]).made if held else None
        if isinstance(made, Class):
            return made
    return None


def _valid(walk: Calls, call: Call, base: Value, methods: list[Function], state: State, flow: Flow, strict: bool) -> Pairs:
    """The ways on which the data is accepted, and those on which it is not: an exception, or just the answer False."""
    accepted, refused = [state], [state]
    for method in methods:
        inner, after = Flow(), []
        for one in accepted:
            after += _run(walk, method, base, _data(call, base, one), call, one, inner)
        for raised, kind in inner.raises:
            if kind == _REFUSES or _REFUSES in BASES.get(kind, ()):
                refused.append(raised)
            else:
                flow.raised(raised, kind)
        accepted = after
    if strict:
        for one in refused:
            flow.raised(one, _REFUSES)
        return [(one, Value(const=True)) for one in accepted]
    return [*((one, Value(const=True)) for one in accepted), *((one, Value(const=False)) for one in refused)]


def _methods(walk: Calls, base: Value) -> list[Function]:
    """The project's own validation, in the order in which it runs."""
    if not isinstance(base.made, Class):
        return []
    line = walk.run.code.line(base.made)
    names = {one.name for kind in line for one in kind.node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    fields = sorted(name for name in names if name.startswith(("validate_", "clean_")))
    found = [walk.run.code.method(base.made, name) for name in (*fields, "validate", "clean")]
    return [replace(method, receiver=base) for method in found if method is not None and walk.run.domain.matters(method)]


def _data(call: Call, base: Value, state: State) -> Value:
    """What the validation is given: the data, or what was made of it before."""
    for name in _CLEANED.values():
        if held := state.names.get(f"{call.receiver}.{name}"):
            return held
    data = base.entry("data")
    return Value(data.labels if data is not None else base.labels, name="data")


def _run(walk: Calls, method: Function, base: Value, data: Value, call: Call, state: State, flow: Flow) -> list[State]:
    """One method of the validation; what the last gives back is the data from then on."""
    bare = ast.copy_location(ast.Call(ast.Name("is_valid", ast.Load()), [], []), call.node)
    takes = len(method.node.args.args) > 1
    given = data
    if takes and method.name.startswith("validate_"):
        name = method.name.removeprefix("validate_")
        given = data.entry(name) or walk.run.domain.attribute(data, name)
    pairs = walk.enter(method, Call(bare, Value(made=method), None, (given,) if takes else (), (), call.at), state, flow)
    kept = _CLEANED.get(method.name)
    if kept is None or not call.receiver:
        return [after for after, _ in pairs]
    return [after.binding(f"{call.receiver}.{kept}", value) if value.labels & {CLIENT} or value.entries else after for after, value in pairs]


def _saves(walk: Calls, call: Call, base: Value, state: State, flow: Flow) -> Pairs | None:
    """`serializer.save(…)`: the project's own `create()`, or `update()` where there is a row."""
    kind = base.made
    row = base.entry("instance")
    method = walk.run.code.method(kind, "create" if row is None else "update") if isinstance(kind, Class) else None
    if method is None or not _is_serializer(walk, kind):
        return None
    data = _data(call, base, state)
    for name, value in call.keywords:
        data = data.having(name, value)
    bare = ast.copy_location(ast.Call(ast.Name("save", ast.Load()), [], []), call.node)
    given = (data,) if row is None else (row, data)
    return walk.enter(replace(method, receiver=base), Call(bare, Value(made=method), None, given, (), call.at), state, flow)


def _is_serializer(walk: Calls, kind: object) -> bool:
    return isinstance(kind, Class) and any("Serializer" in name for name in walk.run.code.foreign_bases(kind))


def with_row(kind: Class, instance: Value, call: Call) -> Value:
    """A serializer's first argument is the row that it changes; a form's is the data."""
    names = [kind.node.name, *(ast.unparse(base) for base in kind.node.bases)]
    if not call.arguments:
        return instance
    if any("Serializer" in name for name in names):
        return replace(instance.having("instance", call.arguments[0]), made=kind, instance=True)
    return instance.having("data", call.arguments[0]) if any("Form" in name for name in names) else instance
