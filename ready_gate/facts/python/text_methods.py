"""Methods of strings, bytes, numbers and dates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.python import containers
from ready_gate.facts.python.formatting import formatted
from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.plainness import ERRORS, MAX_ITEMS, NotPlainError, inside, plain, plain_in_order
from ready_gate.facts.python.values import MAX_TEXT, Items, Meter, Scalar, Table, Value, scalar

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


TEXT = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "count",
        "encode",
        "endswith",
        "expandtabs",
        "find",
        "format",
        "format_map",
        "index",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "isidentifier",
        "islower",
        "isnumeric",
        "isprintable",
        "isspace",
        "istitle",
        "isupper",
        "join",
        "ljust",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rjust",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "translate",
        "upper",
        "zfill",
        "decode",
        "hex",
    ]
)
NUMBER = frozenset(
    [
        "bit_length",
        "is_integer",
        "conjugate",
        "as_integer_ratio",
        "hex",
        "to_bytes",
        "total_seconds",
        "isoformat",
        "date",
        "time",
        "timestamp",
        "replace",
        "strftime",
    ]
)
PLAIN_ATTRIBUTES = frozenset(
    [
        "real",
        "imag",
        "numerator",
        "denominator",
        "days",
        "seconds",
        "microseconds",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "microsecond",
        "tzinfo",
    ]
)


def on_scalar(run: Interpreter, receiver: Scalar, args: list[Value], call: Call) -> Value:
    """Call a method of a known text, number or date with arguments of which each is one thing."""
    sources = [receiver, *(part for value in [*args, *call.keywords.values()] for part in inside(value))]
    if call.name == "format":
        return formatted(run, receiver, args, call)
    if call.name == "format_map":
        table = args[0] if args else None
        if not isinstance(table, Table) or table.rest or not all(isinstance(key, str) for key in table.entries):
            return run.unknown("format_map() of something that is not known", *sources, at=call.at)
        return formatted(run, receiver, [], replace(call, args=[], keywords={str(key): entry for key, entry in table.entries.items()}))
    if call.name == "join" and args and isinstance(args[0], Items) and args[0].kind == "iterator":
        args = [containers.made_of(run, args[0], "list", call.at)]
    try:
        given = [plain_in_order(value) for value in args]
        if _too_large(receiver.value, call.name, given):
            return run.unknown("a text that is too large", *sources, at=call.at)
        keywords = {name: plain(value) for name, value in call.keywords.items()}
        Meter.add(len(receiver.value) >> 7 if isinstance(receiver.value, (str, bytes)) else 0)
        result = getattr(receiver.value, call.name)(*given, **keywords)
    except NotPlainError as doubt:
        return run.unknown(f"{call.name}() of something that is not known", doubt.value, *sources, at=call.at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"{call.name}() raises {type(error).__name__}", *sources, at=call.at)
    return lifted(run, result, sources, call)


def _too_large(receiver: object, name: str, args: list[object]) -> bool:
    if name in ("center", "ljust", "rjust", "zfill", "expandtabs"):
        return any(isinstance(arg, int) and arg > MAX_TEXT // 100 for arg in args)
    if name == "replace" and isinstance(receiver, (str, bytes)) and len(args) >= 2 and isinstance(args[1], (str, bytes)):
        return (len(receiver) + 1) * (len(args[1]) + 1) > MAX_TEXT * 10
    if name == "join" and args and isinstance(args[0], (list, tuple)) and isinstance(receiver, (str, bytes)):
        return len(args[0]) * len(receiver) + sum(len(part) for part in args[0] if isinstance(part, (str, bytes))) > MAX_TEXT
    if name == "translate" and args and isinstance(args[0], dict) and isinstance(receiver, str):
        return len(receiver) * max([1, *(len(part) for part in args[0].values() if isinstance(part, str))]) > MAX_TEXT
    if name in ("to_bytes", "strftime", "translate"):
        return any(isinstance(arg, int) and arg > 1_000 for arg in args) or name != "to_bytes"
    return False


def lifted(run: Interpreter, result: object, sources: list[Value], call: Call) -> Value:
    """The abstract value of a plain result: a scalar, or a flat list or tuple of them."""
    if isinstance(result, dict):
        return Table({key: scalar(part, *sources, at=call.at) for key, part in result.items()}, origins=(call.at,))
    if isinstance(result, (list, tuple)):
        if len(result) > MAX_ITEMS:
            return run.unknown("a list that is too large", *sources, at=call.at)
        Meter.add(4 * len(result))
        first = scalar(None, *sources, at=call.at)
        items: list[Value] = [Scalar(part, origins=first.origins, reads=first.reads) for part in result]
        return Items(items, type(result).__name__, origins=first.origins, reads=first.reads)
    Meter.add(len(result) >> 9 if isinstance(result, (str, bytes)) else 0)
    if isinstance(result, (str, bytes)) and len(result) > MAX_TEXT:
        return run.unknown("a text that is too large", *sources, at=call.at)
    return scalar(result, *sources, at=call.at)
