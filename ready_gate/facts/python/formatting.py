"""Texts made from values: `str()`, `repr()`, `%`, `format()` and f-strings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python.joining import each
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.plainness import ERRORS, HUGE_FORMAT, NotPlainError, inside, plain, plain_in_order
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import MAX_TEXT, Instance, Scalar, Symbol, Value, scalar
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str] = str) -> Value:
    """`str(value)` (or `repr`)."""
    return each([value], lambda values: _text_of(run, values[0], at, function))


def _text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str]) -> Value:
    try:
        thing = plain_in_order(value)
        text = _shown(thing) if function is repr and isinstance(thing, PurePosixPath) else function(thing)
    except NotPlainError as doubt:
        found = special_method(run, value, "__str__" if function is str else "__repr__", [], at) if isinstance(value, (Instance, Symbol)) else None
        return found if found is not None else run.unknown("the text of something that is not known", doubt.value, value, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", value, at=at)
    if len(text) > MAX_TEXT:
        return run.unknown("a text that is too large", value, at=at)
    return scalar(text, *inside(value), at=at)


def _shown(path: PurePosixPath) -> str:
    return repr(path).replace("PurePosixPath", "PosixPath")


def percent(run: Interpreter, left: Scalar, right: Value, at: Origin) -> Value:
    """`"..." % arguments`."""
    sources = [left, *inside(right)]
    if HUGE_FORMAT.search(str(left.value)):
        return run.unknown("a format with a huge width", *sources, at=at)
    try:
        result = left.value % plain_in_order(right)
    except NotPlainError as doubt:
        return run.unknown("formatted from something that is not known", doubt.value, *sources, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", *sources, at=at)
    return scalar(result, *sources, at=at) if len(result) <= MAX_TEXT else run.unknown("a text that is too large", *sources, at=at)


def format_one(run: Interpreter, value: Value, spec: object, at: Origin) -> Value:
    """`format(value, spec)` for one plain value."""
    if not isinstance(spec, str) or HUGE_FORMAT.search(spec):
        return run.unknown("a format that is not known, or huge", value, at=at)
    return each([value], lambda values: _format_one(run, values[0], spec, at)) if spec else text_of(run, value, at)


def _format_one(run: Interpreter, value: Value, spec: str, at: Origin) -> Value:
    sources = inside(value)
    try:
        text = format(plain_in_order(value), spec)
    except NotPlainError as doubt:
        found = special_method(run, value, "__format__", [Scalar(spec)], at)
        return found if found is not None else run.unknown("format() of something that is not known", doubt.value, *sources, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"format() raises {type(error).__name__}", *sources, at=at)
    return scalar(text, *sources, at=at) if len(text) <= MAX_TEXT else run.unknown("a text that is too large", *sources, at=at)


def formatted(run: Interpreter, receiver: Scalar, args: list[Value], call: Call) -> Value:
    """`"…{}…".format(…)`, of plain values only, without attribute access in the fields."""
    import string

    sources = [receiver, *args, *call.keywords.values()]
    text = receiver.value
    try:
        fields = list(string.Formatter().parse(text)) if isinstance(text, str) else []
        if call.open or any(field and ("." in field or "[" in field) for _, field, _, _ in fields):
            return run.unknown("a format that looks into its arguments", *sources, at=call.at)
        if any(spec and (HUGE_FORMAT.search(spec) or "{" in spec) for _, _, spec, _ in fields):
            return run.unknown("a format with a huge width", *sources, at=call.at)
        given = [_text_argument(run, value, call) for value in args]
        named = {name: _text_argument(run, value, call) for name, value in call.keywords.items()}
        result = text.format(*given, **named)  # type: ignore[attr-defined]
    except NotPlainError as doubt:
        return run.unknown("formatted from something that is not known", doubt.value, *sources, at=call.at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"format() raises {type(error).__name__}", *sources, at=call.at)
    if len(result) > MAX_TEXT:
        return run.unknown("a text that is too large", *sources, at=call.at)
    return scalar(result, *(part for source in sources for part in inside(source)), at=call.at)


def _text_argument(run: Interpreter, value: Value, call: Call) -> object:
    if isinstance(value, Scalar):
        return value.value
    shown = text_of(run, value, call.at)
    return plain(shown)
