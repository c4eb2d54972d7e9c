"""Methods of strings, numbers, lists, dicts and sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python import containers, operators
from ready_gate.facts.python.joining import one_of
from ready_gate.facts.python.operators import ERRORS, HUGE_FORMAT, NotPlainError, each, inside, plain
from ready_gate.facts.python.scope import Namespace
from ready_gate.facts.python.values import MAX_TEXT, Items, Meter, Scalar, Table, Unknown, Value, merge_origins, scalar

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

from ready_gate.facts.python.libraries import Call

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

Method = Callable[["Interpreter", Value, Call], Value]


def names_of(value: Value) -> frozenset[str]:
    """The methods that values of this kind have here."""
    if isinstance(value, Table):
        return frozenset(TABLE)
    if isinstance(value, Items):
        return frozenset({"list": LIST, "tuple": TUPLE, "set": SET, "frozenset": FROZEN}.get(value.kind, {"__next__": None}))
    if isinstance(value, Scalar) and isinstance(value.value, (str, bytes)):
        return TEXT
    return NUMBER if isinstance(value, Scalar) and value.value is not None else frozenset()


def call_method(run: Interpreter, receiver: Value, call: Call) -> Value:
    """Call the method `call.name` of a builtin value."""
    if isinstance(receiver, Scalar):
        return each([*call.args], lambda args: _on_scalar(run, receiver, args, call))
    if call.open:
        containers.changing(run, receiver, call.at, False)
        return call.unknown("called with arguments that are not known")
    table: dict[str, Method] = TABLE if isinstance(receiver, Table) else ITEMS.get(receiver.kind, {}) if isinstance(receiver, Items) else {}
    method = table.get(call.name)
    if method is None:
        return run.fail("AttributeError", f"there is no method {call.name}", receiver, at=call.at)
    return method(run, receiver, call)


def _on_scalar(run: Interpreter, receiver: Scalar, args: list[Value], call: Call) -> Value:
    sources = [receiver, *(part for value in [*args, *call.keywords.values()] for part in inside(value))]
    if call.name == "format":
        return formatted(run, receiver, args, call)
    if call.name == "join" and args and isinstance(args[0], Items) and args[0].kind == "iterator":
        args = [containers.made_of(run, args[0], "list", call.at)]
    try:
        given = [plain(value) for value in args]
        if call.name == "join" and given and isinstance(given[0], (set, frozenset)) and len(given[0]) > 1:
            raise NotPlainError(args[0])
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
    if name in ("to_bytes", "strftime", "translate", "format_map"):
        return any(isinstance(arg, int) and arg > 1_000 for arg in args) or name in ("translate", "format_map", "strftime")
    return False


def lifted(run: Interpreter, result: object, sources: list[Value], call: Call) -> Value:
    """The abstract value of a plain result: a scalar, or a flat list or tuple of them."""
    if isinstance(result, (list, tuple)):
        if len(result) > operators.MAX_ITEMS:
            return run.unknown("a list that is too large", *sources, at=call.at)
        Meter.add(4 * len(result))
        first = scalar(None, *sources, at=call.at)
        items: list[Value] = [Scalar(part, origins=first.origins, reads=first.reads) for part in result]
        return Items(items, type(result).__name__, origins=first.origins, reads=first.reads)
    Meter.add(len(result) >> 9 if isinstance(result, (str, bytes)) else 0)
    if isinstance(result, (str, bytes)) and len(result) > MAX_TEXT:
        return run.unknown("a text that is too large", *sources, at=call.at)
    return scalar(result, *sources, at=call.at)


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
    shown = operators.text_of(run, value, call.at)
    return plain(shown)


# Lists


def _changer(work: Callable[[Interpreter, Any, Call], Value | None], needs: int = 1) -> Method:
    """A method that changes the receiver and answers None unless `work` says otherwise."""

    def method(run: Interpreter, receiver: Value, call: Call) -> Value:
        if len(call.args) < needs or not isinstance(receiver, (Items, Table)):
            return run.fail("TypeError", f"{call.name}() is called with too few arguments", receiver, at=call.at)
        containers.changing(run, receiver, call.at, True)
        answer = work(run, receiver, call)
        return answer if answer is not None else Scalar(None, origins=(call.at,))

    return method


def _append(run: Interpreter, target: Items, call: Call) -> None:
    if len(target.items) >= operators.MAX_ITEMS:
        target.rest = target.rest or "too many elements"
        return
    target.items.append(call.args[0])
    target.reads = tuple(dict.fromkeys((*target.reads, *call.args[0].reads)))


def _insert(run: Interpreter, target: Items, call: Call) -> Value | None:
    index = call.plain(0)
    if len(call.args) < 2:
        return run.fail("TypeError", "insert() is called with too few arguments", at=call.at)
    if not isinstance(index, int) or (target.rest and index != 0) or len(target.items) >= operators.MAX_ITEMS:
        containers.blur(target, "something is inserted at a place that is not known")
        return None
    target.items.insert(index, call.args[1])
    return None


def _extend(run: Interpreter, target: Items, call: Call) -> None:
    containers.extend(run, target, call.args[0])


def _remove(run: Interpreter, target: Items, call: Call) -> Value | None:
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        _drop_perhaps(run, target, call.args[0])
        return None
    if index < 0:
        return run.fail("ValueError", "an element is removed that is not there", target, call.args[0], at=call.at)
    del target.items[index]
    return None


def _drop_perhaps(run: Interpreter, target: Items, item: Value) -> None:
    target.items[:] = [held for held in target.items if operators.equal(run, held, item) is False]
    target.rest = target.rest or "an element that is not known is removed"


def _pop(run: Interpreter, target: Items, call: Call) -> Value:
    index = call.plain(0, default=-1)
    if target.rest or not isinstance(index, int):
        containers.blur(target, "an element at a place that is not known is removed")
        return run.unknown(target.rest or "", target, at=call.at)
    try:
        return target.items.pop(index)
    except IndexError:
        return run.fail("IndexError", "an element is taken out of an empty list", target, at=call.at)


def _clear(run: Interpreter, target: Items, call: Call) -> None:
    target.items.clear()
    target.rest = None


def _reverse(run: Interpreter, target: Items, call: Call) -> None:
    target.items.reverse()


def _sort(run: Interpreter, target: Items, call: Call) -> None:
    result = sorted_items(run, containers.copy_of(target), call)
    if isinstance(result, Items):
        target.items[:], target.rest = result.items, result.rest
    else:
        containers.blur(target, "it is sorted by something that is not known")


def sorted_items(run: Interpreter, value: Value, call: Call) -> Value:
    """`sorted(value, key=…, reverse=…)`."""
    items = containers.elements(run, value, call.at)
    reverse = call.plain(99, "reverse", False)
    if items is None or reverse is ...:
        return run.unknown("sorted from something that is not known", value, at=call.at)
    function = call.keywords.get("key")
    plain_key = function is None or (isinstance(function, Scalar) and function.value is None)
    try:
        keys = [plain(item if plain_key or function is None else run.call(function, [item], {}, call.at)) for item in items]
        order = sorted(range(len(items)), key=keys.__getitem__, reverse=bool(reverse))
    except NotPlainError as doubt:
        return run.unknown("sorted by something that is not known", doubt.value, value, at=call.at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"sorting raises {type(error).__name__}", value, at=call.at)
    return Items([items[index] for index in order], "list", origins=merge_origins([value], call.at), reads=value.reads)


def _index(run: Interpreter, target: Value, call: Call) -> Value:
    if not isinstance(target, Items) or not call.args or len(call.args) > 1:
        return run.unknown("index() with bounds", target, at=call.at)
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        return run.unknown("the place of something that is not known", target, call.args[0], at=call.at)
    if index < 0:
        return run.fail("ValueError", "the place of an element that is not there", target, at=call.at)
    return scalar(index, target, call.args[0], at=call.at)


def _count(run: Interpreter, target: Value, call: Call) -> Value:
    answers = [operators.equal(run, item, call.args[0]) for item in target.items] if isinstance(target, Items) and call.args else [None]
    if None in answers or (isinstance(target, Items) and target.rest):
        return run.unknown("how often something is in it is not known", target, at=call.at)
    return scalar(sum(bool(answer) for answer in answers), target, at=call.at)


def _copy(run: Interpreter, target: Value, call: Call) -> Value:
    return containers.copy_of(target, at=call.at) if isinstance(target, (Items, Table)) else target


# Sets


def _add(run: Interpreter, target: Items, call: Call) -> None:
    target.items[:], _ = operators.distinct(run, [*target.items, call.args[0]])


def _discard(run: Interpreter, target: Items, call: Call) -> None:
    index = containers.index_of(run, target, call.args[0])
    if index is None:
        _drop_perhaps(run, target, call.args[0])
    elif index >= 0:
        del target.items[index]


def _update_set(run: Interpreter, target: Items, call: Call) -> None:
    for more in call.args:
        containers.extend(run, target, containers.made_of(run, more, "list", call.at))
    if all(isinstance(more, Items) and more.rest is None and more.kind in ("set", "frozenset") for more in call.args):
        target.rest = None
    target.items[:], _ = operators.distinct(run, target.items)


def _combined(operation: str) -> Method:
    import operator

    function = {"union": operator.or_, "intersection": operator.and_, "difference": operator.sub, "symmetric_difference": operator.xor}[operation]

    def method(run: Interpreter, target: Value, call: Call) -> Value:
        result = target
        for more in call.args:
            other = containers.made_of(run, more, "set", call.at)
            if not isinstance(result, Items) or not isinstance(other, Items):
                return run.unknown("a set of things that are not known", other, result, at=call.at)
            result = operators.sets(run, function, result, other, call.at)
        return result if call.args or not isinstance(result, Items) else containers.copy_of(result)

    return method


def _related(operation: str) -> Method:
    def method(run: Interpreter, target: Value, call: Call) -> Value:
        try:
            ours, theirs = set(plain(target)), set(plain(containers.made_of(run, call.args[0], "list", call.at)))
        except (NotPlainError, TypeError, IndexError):
            return run.unknown("sets of things that are not known are compared", target, at=call.at)
        return scalar(getattr(ours, operation)(theirs), target, *call.args, at=call.at)

    return method


# Dicts


def _get(run: Interpreter, target: Value, call: Call) -> Value:
    default = call.argument(1, "default") or Scalar(None, origins=(call.at,))
    if not call.args or not isinstance(target, Table):
        return run.fail("TypeError", "get() is called without a key", target, at=call.at)
    return each([call.args[0]], lambda keys: _get_one(run, target, keys[0], default, call))


def _get_one(run: Interpreter, target: Table, key: Value, default: Value, call: Call) -> Value:
    try:
        name = operators.key_of(key)
    except (NotPlainError, TypeError):
        return run.unknown("an entry under a key that is not known", key, target, at=call.at)
    if name in target.entries:
        return operators.noted(target.entries[name], key.reads)
    if target.rest:
        return run.unknown(target.rest, target, key, at=call.at)
    return operators.noted(default, (*target.reads, *key.reads))


def _setdefault(run: Interpreter, table: Table, call: Call) -> Value:
    default = call.argument(1, "default") or Scalar(None, origins=(call.at,))
    try:
        name = operators.key_of(call.args[0])
    except (NotPlainError, TypeError):
        containers.set_item(run, table, call.args[0], default, call.at)
        return run.unknown("an entry under a key that is not known", table, at=call.at)
    if name not in table.entries:
        table.entries[name] = one_of([default, Unknown(table.rest)]) if table.rest else default
    return table.entries[name]


def _pop_entry(run: Interpreter, table: Table, call: Call) -> Value:
    try:
        name = operators.key_of(call.args[0])
    except (NotPlainError, TypeError):
        containers.blur(table, containers.ANY_KEY)
        return run.unknown("an entry under a key that is not known", table, at=call.at)
    if name in table.entries:
        return table.entries.pop(name)
    if table.rest:
        return run.unknown(table.rest, table, at=call.at)
    default = call.argument(1, "default")
    return default if default is not None else run.fail("KeyError", f"there is no entry {str(name)[:60]!r}", table, at=call.at)


def _popitem(run: Interpreter, table: Table, call: Call) -> Value:
    if table.rest or not table.entries:
        containers.blur(table, "an entry that is not known is removed")
        return run.unknown("an entry that is not known", table, at=call.at)
    key, value = table.entries.popitem()
    return Items([Scalar(key), value], "tuple", origins=(call.at,))


def _update_table(run: Interpreter, table: Table, call: Call) -> None:
    for other in call.args:
        containers.merge_into(run, table, other)
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

TUPLE: dict[str, Method] = {"index": _index, "count": _count}
LIST: dict[str, Method] = {
    **TUPLE,
    "append": _changer(_append),
    "insert": _changer(_insert),
    "extend": _changer(_extend),
    "__iadd__": _changer(_extend),
    "remove": _changer(_remove),
    "pop": _changer(_pop, 0),
    "clear": _changer(_clear, 0),
    "reverse": _changer(_reverse, 0),
    "sort": _changer(_sort, 0),
    "copy": _copy,
}
FROZEN: dict[str, Method] = {
    **{name: _combined(name) for name in ("union", "intersection", "difference", "symmetric_difference")},
    **{name: _related(name) for name in ("issubset", "issuperset", "isdisjoint")},
    "copy": _copy,
}
SET: dict[str, Method] = {
    **FROZEN,
    "add": _changer(_add),
    "update": _changer(_update_set, 0),
    "discard": _changer(_discard),
    "remove": _changer(_remove),
    "clear": _changer(_clear, 0),
    "pop": _changer(lambda run, target, call: _pop(run, _vague(target), call), 0),
}
TABLE: dict[str, Method] = {
    "get": _get,
    "keys": _keys,
    "values": _values,
    "items": _pairs,
    "iteritems": _pairs,
    "setdefault": _changer(_setdefault),
    "pop": _changer(_pop_entry),
    "popitem": _changer(_popitem, 0),
    "update": _changer(_update_table, 0),
    "clear": _changer(_clear_table, 0),
    "copy": _copy,
}
ITEMS: dict[str, dict[str, Method]] = {"list": LIST, "tuple": TUPLE, "set": SET, "frozenset": FROZEN}


def _vague(target: Items) -> Items:
    if len(target.items) > 1:
        target.rest = target.rest or "which element a set gives first is not known"
    return target
