"""Texts made from values: `str()`, `repr()`, `%`, `format()` and f-strings."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python.choices import each
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.plainness import ERRORS, HUGE_FORMAT, NotPlainError, inside, plain, plain_for_text
from ready_gate.facts.python.special_methods import special_method
from ready_gate.facts.python.values import MAX_TEXT, Instance, Items, Scalar, Symbol, Value, scalar
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str] = str) -> Value:
    """`str(value)` (or `repr`)."""
    return each(run, [value], lambda values: _text_of(run, values[0], at, function))


def _text_of(run: Interpreter, value: Value, at: Origin, function: Callable[[Any], str]) -> Value:
    try:
        thing = plain_for_text(value)
        text = function(thing)
    except NotPlainError as doubt:
        found = _text_of_object(run, value, function, at)
        return found if found is not None else run.unknown("the text of something that is not known", doubt.value, value, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", value, at=at)
    if len(text) > MAX_TEXT:
        return run.unknown("a text that is too large", value, at=at)
    return scalar(text, *inside(value), at=at)


def _text_of_object(run: Interpreter, value: Value, function: Callable[[Any], str], at: Origin) -> Value | None:
    if not isinstance(value, (Instance, Symbol)):
        return None
    if function is str and isinstance(value, Instance) and isinstance(value.type, Symbol) and is_exception(value.type.dotted):
        one = len(value.args) == 1
        shown = value.args[0] if one else Items(list(value.args), "tuple")
        return text_of(run, shown, at, repr if value.type.dotted.endswith(".KeyError") or not one else str) if value.args else scalar("")
    return special_method(run, value, "__str__" if function is str else "__repr__", [], at)


def is_exception(dotted: str) -> bool:
    """Whether it is the name of a builtin exception (of those whose text is their argument)."""
    kind = getattr(builtins, dotted.removeprefix("builtins."), None) if dotted.startswith("builtins.") else None
    return isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, (OSError, SyntaxError, UnicodeError, ImportError))


def percent(run: Interpreter, left: Scalar, right: Value, at: Origin) -> Value:
    """`"..." % arguments`."""
    sources = [left, *inside(right)]
    if HUGE_FORMAT.search(str(left.value)):
        return run.unknown("a format with a huge width", *sources, at=at)
    try:
        result = left.value % plain_for_text(right)
    except NotPlainError as doubt:
        return run.unknown("formatted from something that is not known", doubt.value, *sources, at=at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"raises {type(error).__name__}", *sources, at=at)
    return scalar(result, *sources, at=at) if len(result) <= MAX_TEXT else run.unknown("a text that is too large", *sources, at=at)


def format_one(run: Interpreter, value: Value, spec: object, at: Origin) -> Value:
    """`format(value, spec)` for one plain value."""
    if not isinstance(spec, str) or HUGE_FORMAT.search(spec):
        return run.unknown("a format that is not known, or huge", value, at=at)
    return each(run, [value], lambda values: _format_one(run, values[0], spec, at)) if spec else text_of(run, value, at)


def _format_one(run: Interpreter, value: Value, spec: str, at: Origin) -> Value:
    sources = inside(value)
    try:
        text = format(plain_for_text(value), spec)
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
            return _looking(run, str(text), fields, args, call)
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


def _looking(run: Interpreter, text: str, fields: Sequence[tuple[str, str | None, str | None, str | None]], args: list[Value], call: Call) -> Value:
    """A format that looks into its arguments, piece by piece."""
    from ready_gate.facts.python import attributes, containers

    parts: list[Value] = []
    for literal, field, spec, conversion in fields:
        parts.append(scalar(literal))
        if field is None:
            continue
        first, *steps = _steps(field)
        value = args[int(first)] if first.isdecimal() and int(first) < len(args) else call.keywords.get(first)
        odd = any(step[0] not in ".[" or len(step) < 2 for step in steps)
        if value is None or odd or call.open or conversion not in (None, "", "s", "r"):
            return run.unknown("a format that looks into its arguments", *args, *call.keywords.values(), at=call.at)
        for step in steps:
            key = step[1:]
            if step[0] == ".":
                value = attributes.get(run, value, key, call.at)
            else:
                value = containers.get_item(run, value, scalar(int(key) if key.isdecimal() else key), call.at)
        if conversion:
            value = text_of(run, value, call.at, repr if conversion == "r" else str)
        parts.append(format_one(run, value, spec or "", call.at))
    return joined_text(run, parts, call.at)


def _steps(field: str) -> list[str]:
    """`a`, `.b`, `[c` for `a.b[c]`."""
    found = [""]
    for sign in field:
        if sign in ".[" and not found[-1].startswith("["):
            found.append(sign)
        elif sign == "]":
            found.append("")
        else:
            found[-1] += sign
    return [found[0], *(step for step in found[1:] if step)]


def joined_text(run: Interpreter, parts: Sequence[Value], at: Origin) -> Value:
    """The texts one after another."""

    def join(values: list[Value]) -> Value:
        texts = [value.value for value in values if isinstance(value, Scalar) and isinstance(value.value, str)]
        if len(texts) != len(values):
            return run.unknown("a text with something in it that is not known", *values, at=at)
        if sum(map(len, texts)) > MAX_TEXT:
            return run.unknown("a text that is too large", *values, at=at)
        return scalar("".join(texts), *values, at=at)

    return each(run, parts, join)


def _text_argument(run: Interpreter, value: Value, call: Call) -> object:
    if isinstance(value, Scalar):
        return value.value
    shown = text_of(run, value, call.at)
    return plain(shown)
