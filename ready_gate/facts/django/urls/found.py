"""What the readers of URL patterns hand on to those of views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.facts.python.values import Answer, Choice, Items, Scalar, Unknown, Value
from ready_gate.model import Origin


@dataclass(frozen=True)
class Found:
    """One pattern. `actions` is what a router binds a viewset's methods to; `site` names what answers below a whole prefix (an admin site)."""

    pattern: str
    name: str | None
    view: Value
    at: Origin
    conditional: str | None = None
    actions: Mapping[str, str] | None = None
    initkwargs: Mapping[str, Value] = field(default_factory=dict)
    site: str = ""
    methods: tuple[str, ...] = ()
    auth: tuple[Value, ...] = ()


def text(value: Value | None) -> str | None:
    """The known string in a value; the source text of one that is translated later."""
    if isinstance(value, Scalar) and isinstance(value.value, str):
        return value.value
    args = getattr(value, "args", None)
    if args and isinstance(args[0], Scalar) and isinstance(args[0].value, str):
        return args[0].value
    return None


def argument(answer: Answer, position: int, name: str) -> Value | None:
    """An argument of a call that was kept."""
    if position < len(answer.args):
        return answer.args[position]
    return answer.keywords.get(name)


def options(value: Value) -> tuple[Value, ...]:
    """The values that it may be."""
    return value.options if isinstance(value, Choice) else (value,)


def reason(value: Value) -> str:
    """Why it is not known."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, Items) and value.rest:
        return str(value.rest)
    return "it is nothing that can be read"


def called(value: Value | None) -> str:
    """The dotted name of what was called to give this; empty where it is no such answer."""
    return value.name if isinstance(value, Answer) else ""
