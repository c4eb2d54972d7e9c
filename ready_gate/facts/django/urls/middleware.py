"""The project's own middleware that turns away whoever is not known before any view is asked."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls.found import text
from ready_gate.facts.django.urls.nobody import Answered, Nobody, function_of
from ready_gate.facts.python.values import Class, Function, Instance, Items, Scalar, Unknown, Value

HOOKS = ("process_request", "__call__", "process_view")
ASKING = frozenset({"is_authenticated", "is_anonymous", "is_staff", "is_superuser"})
MAX_HOOKS = 20


@dataclass(frozen=True)
class Hook:
    """A function that sees every request, with the object whose method it is."""

    shown: str
    function: Function
    receiver: Value | None


def hooks(program: Program) -> tuple[Hook, ...]:
    """The functions of the project's middleware that ask who is there, in their order."""
    listed = program.setting("MIDDLEWARE")
    names = [text(item) or "" for item in listed.items] if isinstance(listed, Items) else []
    found = [hook for name in names if program.is_project(name) for hook in _of(program, name)]
    return tuple(hook for hook in found if _asks(hook.function))[:MAX_HOOKS]


def _of(program: Program, name: str) -> list[Hook]:
    kind = program.value(name)
    if isinstance(kind, Class):
        methods = [(hook, function_of(kind.namespace.get(hook))) for hook in HOOKS]
        return [Hook(f"{name}.{hook}()", held, Instance(kind)) for hook, held in methods if isinstance(held, Function)]
    made = program.call(kind, [Unknown("get_response")]) if isinstance(kind, Function) else None
    return [Hook(f"{name}()", made, None)] if isinstance(made, Function) else []


def _asks(function: Function) -> bool:
    return function.node is not None and any(isinstance(node, ast.Attribute) and node.attr in ASKING for node in ast.walk(function.node))


def turned_away(nobody: Nobody, found: tuple[Hook, ...], method: str, path: str | None) -> Answered:
    """What they do to nobody who asks for this path; None where the path varies."""
    doubt: Answered | None = None
    for hook in found:
        answered = nobody.follow(hook.function, method, hook.receiver, _told(path))
        if answered.refused:
            return Answered(True, f"{hook.shown} turns away whoever is not known: {answered.reason}")
        if answered.refused is None:
            doubt = doubt or Answered(None, f"{hook.shown} may turn somebody away: {answered.reason}")
    return doubt or Answered(False)


def _told(path: str | None) -> dict[str, Value]:
    value: Value = Scalar(path) if path is not None else Unknown("a path that varies")
    return {"path": value, "path_info": value}
