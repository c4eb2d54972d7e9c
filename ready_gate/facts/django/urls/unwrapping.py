"""What is behind a pattern's view: the class or function inside of all decorators, and the decorators."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.facts.django.urls.found import Found, options
from ready_gate.facts.python.values import Answer, Bound, Choice, Class, Function, Instance, Part, Scalar, Symbol, Table, Unknown, Value

AS_VIEW = ".as_view"
MAX_WRAPPERS = 30
SCHEMAS = frozenset({"drf_yasg.views.get_schema_view", "rest_framework.schemas.get_schema_view", "rest_framework.documentation.get_docs_view"})
SCHEMA_VIEW = "rest_framework.schemas.views.SchemaView"


@dataclass(frozen=True)
class Wrapper:
    """One decorator: by its dotted name with the arguments it was set up with, or the project's inner function that stands in front of the view."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = field(default_factory=dict)
    function: Function | None = None


@dataclass(frozen=True)
class View:
    """A view: a class (`target` is a Class or Symbol) or a function (a Function, a Symbol, a Bound), else Unknown. `wrappers` the outermost first.
    `around_class`: what a class was given to before it became this view, besides its own decorators."""

    target: Value
    is_class: bool
    wrappers: tuple[Wrapper, ...] = ()
    initkwargs: Mapping[str, Value] = field(default_factory=dict)
    actions: Mapping[str, str] | None = None
    around_class: tuple[Value, ...] = ()


def unwrapped(found: Found) -> View:
    """The view of a pattern."""
    if found.actions is not None:
        kind, around = _inner_class(found.view)
        return View(kind, True, (), found.initkwargs, found.actions, around)
    return _unwrapped(found.view, (), 0)


def _unwrapped(value: Value, outer: tuple[Wrapper, ...], depth: int) -> View:
    if depth > MAX_WRAPPERS:
        return View(Unknown("too many decorators"), False, outer)
    if isinstance(value, Choice):
        known = [option for option in options(value) if not isinstance(option, Unknown) or isinstance(option, (Answer, Part))]
        return _unwrapped(known[0], outer, depth + 1) if len(known) == 1 else View(Unknown("one of several views"), False, outer)
    if isinstance(value, Answer):
        return _of_answer(value, outer, depth)
    if isinstance(value, Function):
        inner = _wrapped_by(value)
        if inner is not None:
            return _unwrapped(inner, (*outer, Wrapper(value.name, function=value)), depth + 1)
        return View(value, False, outer)
    if isinstance(value, Bound) and value.method is not None:
        return View(value.method, False, outer)
    if isinstance(value, Instance) and isinstance(value.type, (Class, Symbol)):
        partial = isinstance(value.type, Symbol) and value.type.dotted == "functools.partial" and value.args
        return _unwrapped(value.args[0], outer, depth + 1) if partial else View(value.type, True, outer)
    if isinstance(value, (Symbol, Bound)):
        return View(value, False, outer)
    return View(value, False, outer)


def _of_answer(value: Answer, outer: tuple[Wrapper, ...], depth: int) -> View:
    schema = _schema_view(value)
    if schema is not None:
        return View(Symbol(SCHEMA_VIEW), True, outer, {key: part for key, part in schema.keywords.items() if key.endswith("_classes")})
    made = _class_of(value)
    if made is not None:
        mapping = value.args[0] if value.args and isinstance(value.args[0], Table) else value.keywords.get("actions")
        actions = _actions(mapping) if isinstance(mapping, Table) else None
        kind, around = _inner_class(made)
        return View(kind, True, outer, {key: part for key, part in value.keywords.items() if key != "actions"}, actions, around)
    inner = next((arg for arg in value.args if _is_view(arg)), None)
    if inner is None:
        return View(value, False, outer)
    maker = value.receiver
    if value.name:
        wrapper = Wrapper(value.name, tuple(arg for arg in value.args if arg is not inner), value.keywords)
    elif isinstance(maker, Answer):
        wrapper = Wrapper(maker.name, tuple(maker.args), maker.keywords)
    else:
        wrapper = Wrapper(maker.name if isinstance(maker, Part) else "a decorator that is not known")
    return _unwrapped(inner, (*outer, wrapper), depth + 1)


def _schema_view(value: Answer) -> Answer | None:
    """The `get_schema_view(…)` that this view comes from, directly or by `with_ui()` and its like."""
    if value.name in SCHEMAS:
        return value
    maker = value.receiver.of if isinstance(value.receiver, Part) else None
    return maker if isinstance(maker, Answer) and maker.name in SCHEMAS else None


def _class_of(value: Answer) -> Value | None:
    """The class of which this is `as_view()`."""
    if isinstance(value.receiver, Part) and value.receiver.name == "as_view":
        return value.receiver.of
    if not value.name.endswith(AS_VIEW):
        return None
    return value.receiver if isinstance(value.receiver, Class) else Symbol(value.name.removesuffix(AS_VIEW))


def _inner_class(value: Value) -> tuple[Value, tuple[Value, ...]]:
    """The class that calls of decorators were given, and the decorators."""
    around: list[Value] = []
    held = value
    while isinstance(held, Answer) and len(around) < MAX_WRAPPERS:
        inner = next((arg for arg in held.args if isinstance(arg, (Answer, Class))), None)
        if inner is None:
            return value, ()
        around.append(Symbol(held.name) if held.name or not isinstance(held.receiver, Value) else held.receiver)
        held = inner
    return (held, tuple(around)) if isinstance(held, Class) else (value, ())


def _actions(mapping: Table) -> dict[str, str]:
    return {str(key): str(name.value) for key, name in mapping.entries.items() if isinstance(name, Scalar)}


def _is_view(value: Value) -> bool:
    return isinstance(value, (Answer, Function, Class)) or (isinstance(value, Bound) and value.method is not None)


def _wrapped_by(function: Function) -> Value | None:
    """What an inner function of a decorator calls: a view that its outer function was given."""
    outer = function.scope
    if outer is None or outer.kind != "function" or not isinstance(function.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    names = {node.func.id for node in ast.walk(function.node) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    scope = outer
    while scope is not None and scope.kind == "function":
        for name in sorted(names & set(scope.names)):
            held = scope.names[name]
            if isinstance(held, (Answer, Function)) and held is not function and _takes_a_request(held):
                return held
        if scope.parent is None:
            return None
        scope = scope.parent
    return None


def _takes_a_request(value: Value) -> bool:
    """Whether it can be a view: a function whose first argument is one, or what a decorator made of it."""
    if isinstance(value, Answer):
        return _class_of(value) is not None or any(_is_view(arg) for arg in value.args)
    node = getattr(value, "node", None)
    args = getattr(node, "args", None)
    return args is not None and bool(args.args or args.posonlyargs or args.vararg)
