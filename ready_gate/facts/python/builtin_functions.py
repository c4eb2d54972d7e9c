"""Python's builtin functions, and the few of the standard library that need the run itself."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ready_gate.facts.python import (
    changes,
    comparing,
    containers,
    formatting,
    list_methods,
    methods,
    operators,
    reflection,
    special_methods,
    text_methods,
)
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.flow import Raised
from ready_gate.facts.python.joining import noted, one_of
from ready_gate.facts.python.libraries import Call, find_model
from ready_gate.facts.python.plainness import ERRORS, MAX_ITEMS, NotPlainError, has_one_order, has_one_sum, inside, plain, plain_in_order
from ready_gate.facts.python.values import (
    SHUFFLED,
    Class,
    Instance,
    Items,
    Meter,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    missing,
    scalar,
    together,
)

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

Builtin = Callable[["Interpreter", Call], Value]
NAMES = frozenset(name for name in dir(builtins) if not name.startswith("_")) | {"__import__", "execfile", "unicode", "basestring", "xrange"}
SIMPLE: dict[str, Callable[..., object]] = {
    "int": int,
    "float": float,
    "complex": complex,
    "bytes": bytes,
    "abs": abs,
    "round": round,
    "divmod": divmod,
    "hex": hex,
    "oct": oct,
    "bin": bin,
    "ord": ord,
    "chr": chr,
    "ascii": ascii,
}


def call(run: Interpreter, made: Call) -> Value:
    """Call a builtin by its name `builtins.…`."""
    name = made.name[len("builtins.") :]
    if name in FUNCTIONS:
        return FUNCTIONS[name](run, made)
    if name in SIMPLE:
        return each(run, made.args, lambda args: _simple(run, SIMPLE[name], name, args, made))
    if "." in name:
        return _unbound(run, made)
    if find_model(made.name) is not None:
        from ready_gate.facts.python.calls import modelled

        return modelled(run, made)
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and (issubclass(kind, BaseException) or kind is object):
        return Instance(Symbol(made.name), made.args, made.keywords, origins=(made.at,))
    if name in ("property", "classmethod", "staticmethod", "slice"):
        return Instance(Symbol(made.name), made.args, made.keywords, origins=(made.at,))
    return run.unknown(f"the result of {name}() is not known", *made.sources(), at=made.at)


def _simple(run: Interpreter, function: Callable[..., object], name: str, args: list[Value], made: Call) -> Value:
    """A builtin without side effects on plain values."""
    sources = [part for value in (*args, *made.keywords.values()) for part in inside(value)]
    try:
        given = [plain_in_order(value) for value in args]
        keywords = {key: plain(value) for key, value in made.keywords.items()}
        if made.open or (name == "bytes" and any(isinstance(thing, int) and thing > 100_000 for thing in given)):
            return run.unknown(f"{name}() with arguments that are not known", *sources, at=made.at)
        result = function(*given, **keywords)
    except NotPlainError as doubt:
        found = special_methods.special_method(run, args[0], f"__{name}__", [], made.at) if args else None
        return found if found is not None else run.unknown(f"{name}() of something that is not known", doubt.value, *sources, at=made.at)
    except ERRORS as error:
        return run.fail(type(error).__name__, f"{name}() raises {type(error).__name__}", *sources, at=made.at)
    return text_methods.lifted(run, result, sources, made)


def _unbound(run: Interpreter, made: Call) -> Value:
    """`str.lower(text)`, `dict.fromkeys(names)`."""
    kind, _, method = made.name[len("builtins.") :].partition(".")
    if kind == "dict" and method == "fromkeys" and made.args:
        keys = containers.elements(run, made.args[0], made.at)
        table = Table({}, origins=(made.at,), reads=merge_reads(made.args))
        for key in keys or ():
            changes.set_item(run, table, key, made.argument(1, default=Scalar(None)) or Scalar(None), made.at)
        return table if keys is not None else run.unknown("a dict of keys that are not known", *made.args, at=made.at)
    if kind == "str" and method == "maketrans":
        return _simple(run, str.maketrans, "maketrans", made.args, made)
    if made.args and method in methods.names_of(made.args[0]):
        inner = Call(method, made.args[1:], made.keywords, made.at, run, receiver=made.args[0], open=made.open)
        return methods.call_method(run, made.args[0], inner)
    return run.unknown(f"the result of {kind}.{method}() is not known", *made.sources(), at=made.at)


def _str(run: Interpreter, made: Call) -> Value:
    if len(made.args) > 1 or made.keywords:
        return each(run, made.args, lambda args: _simple(run, str, "str", args, made))
    return formatting.text_of(run, made.args[0], made.at) if made.args else scalar("", at=made.at)


def _bool(run: Interpreter, made: Call) -> Value:
    if not made.args:
        return scalar(False, at=made.at)
    known = comparing.truth(run, made.args[0])
    if known is None:
        return run.unknown("whether something that is not known is true", made.args[0], at=made.at)
    return scalar(known, *inside(made.args[0])[:100], at=made.at)


def _collection(kind: str) -> Builtin:
    def make(run: Interpreter, made: Call) -> Value:
        if not made.args:
            return Items([], kind, origins=(made.at,), reads=run.guards)
        return each(run, made.args[:1], lambda args: containers.made_of(run, args[0], kind, made.at))

    return make


def _dict(run: Interpreter, made: Call) -> Value:
    table = Table({}, "called with arguments that are not known" if made.open else None, origins=(made.at,), reads=run.guards)
    for more in made.args[:1]:
        changes.merge_into(run, table, more)
        table.origins = merge_origins([more, table])
    table.entries.update(made.keywords)
    return table


def _len(run: Interpreter, made: Call) -> Value:
    return each(run, made.args[:1], lambda args: _len_of(run, args[0], made)) if made.args else run.fail("TypeError", "len() of nothing", at=made.at)


def _len_of(run: Interpreter, value: Value, made: Call) -> Value:
    if isinstance(value, Scalar) and isinstance(value.value, (str, bytes)):
        return scalar(len(value.value), value, at=made.at)
    if isinstance(value, (Items, Table)) and not missing(value) and containers.counted(value):
        return scalar(len(value.items if isinstance(value, Items) else value.entries), value, at=made.at)
    if isinstance(value, Scalar):
        return run.fail("TypeError", "len() of something that has no length", value, at=made.at)
    found = special_methods.special_method(run, value, "__len__", [], made.at)
    return found if found is not None else run.unknown("the length of something that is not known", value, at=made.at)


def _range(run: Interpreter, made: Call) -> Value:
    bounds = [made.plain(index) for index in range(len(made.args))]
    if not bounds or not all(isinstance(bound, int) for bound in bounds) or (len(bounds) == 3 and bounds[2] == 0):
        return run.unknown("a range with bounds that are not known", *made.args, at=made.at)
    numbers = range(*bounds)  # type: ignore[call-overload]
    if len(numbers) > MAX_ITEMS:
        return Items([], "list", "a range that is too long", origins=(made.at,))
    Meter.add(4 * len(numbers))
    first = scalar(0, *made.args, at=made.at)
    return Items([Scalar(number, origins=first.origins, reads=first.reads) for number in numbers], "list", origins=first.origins, reads=first.reads)


def _extreme(function: Callable[..., Any], name: str) -> Builtin:
    def choose(run: Interpreter, made: Call) -> Value:
        mixed = len(made.args) == 1 and not containers.ordered(made.args[0])
        items = containers.all_elements(run, made.args[0], made.at) if len(made.args) == 1 else list(made.args)
        if items is None or made.open:
            return run.unknown(f"{name}() of something that is not known", *made.args, at=made.at)
        if not items and "default" in made.keywords:
            return made.keywords["default"]
        key = made.keywords.get("key")
        try:
            keys = [plain(item if key is None else run.call(key, [item], {}, made.at)) for item in items]
            place = function(range(len(keys)), key=keys.__getitem__)
            if mixed and not has_one_order(keys):
                return run.unknown("the first of several in a set", *items, at=made.at)
        except NotPlainError as doubt:
            return run.unknown(f"{name}() of something that is not known", doubt.value, *items, at=made.at)
        except ERRORS as error:
            return run.fail(type(error).__name__, f"{name}() raises {type(error).__name__}", *items, at=made.at)
        return noted(items[place], merge_reads(items), made.at)

    return choose


def _sum(run: Interpreter, made: Call) -> Value:
    import ast

    numbers = bool(made.args) and isinstance(made.args[0], Items) and all(has_one_sum(item) for item in made.args[0].items)
    find = containers.all_elements if numbers else containers.elements
    items = find(run, made.args[0], made.at) if made.args else None
    if items is None and made.args:
        items = run.iterate_partly(made.args[0])
    if items is None:
        return run.unknown("the sum of something that is not known", *made.args, at=made.at)
    total = made.argument(1, "start") or Scalar(0)
    for item in items:
        total = operators.binary(run, ast.Add(), total, item, made.at)
    return total


def _quantifier(wanted: bool) -> Builtin:
    def decide(run: Interpreter, made: Call) -> Value:
        value = made.args[0] if made.args else Items([])
        items, vague = containers.all_elements(run, value, made.at), False
        if items is None:
            items, vague = list(value.items) if isinstance(value, Items) else [], True
        for item in items:
            known = comparing.truth(run, item)
            if known is wanted:
                return scalar(wanted, item, value, at=made.at)
            vague |= known is None
        sources = [value, *items[:200]]
        return run.unknown("it hangs on something that is not known", *sources, at=made.at) if vague else scalar(not wanted, *sources, at=made.at)

    return decide


def _reversed(run: Interpreter, made: Call) -> Value:
    items = containers.elements(run, made.args[0], made.at) if made.args else None
    if items is None:
        return run.unknown("something that is not known, reversed", *made.args, at=made.at)
    return Items(items[::-1], "iterator", origins=(made.at,), reads=merge_reads(made.args))


def _zip(run: Interpreter, made: Call) -> Value:
    rows = [containers.elements(run, value, made.at) for value in made.args]
    if made.open or any(row is None for row in rows):
        return Items([], "iterator", "made from something that is not known", origins=(made.at,), reads=merge_reads(made.args))
    pairs: list[Value] = [Items(list(pair), "tuple", origins=(made.at,)) for pair in zip(*(row for row in rows if row is not None), strict=False)]
    return Items(pairs, "iterator", origins=(made.at,), reads=merge_reads(made.args))


def _map(run: Interpreter, made: Call) -> Value:
    mixed = len(made.args) == 2 and not containers.ordered(made.args[1])
    rows = [containers.all_elements(run, value, made.at) if mixed else containers.elements(run, value, made.at) for value in made.args[1:]]
    if made.open or not rows or any(row is None for row in rows):
        return Items([], "iterator", "made from something that is not known", origins=(made.at,), reads=merge_reads(made.args))

    def go() -> list[Value]:
        return [run.call(made.args[0], list(pair), {}, made.at) for pair in zip(*(row for row in rows if row is not None), strict=False)]

    found = run.in_any_order(go) if mixed else go()
    return Items(found, "iterator", SHUFFLED if mixed else None, origins=(made.at,), reads=merge_reads([*made.args, *found[:100]]))


def _filter(run: Interpreter, made: Call) -> Value:
    mixed = len(made.args) > 1 and not containers.ordered(made.args[1])
    items = containers.all_elements(run, made.args[1], made.at) if len(made.args) > 1 else None
    result = Items([], "iterator", SHUFFLED if mixed else None, origins=(made.at,), reads=merge_reads(made.args))
    if items is None:
        result.rest = "made from something that is not known"

    def keep() -> None:
        for item in items or ():
            by_itself = isinstance(made.args[0], Scalar)
            answer = comparing.truth(run, item if by_itself else run.call(made.args[0], [item], {}, made.at))
            if answer:
                result.items.append(item)
            elif answer is None:
                result.rest = together(result.rest, "some elements are there only under conditions that are not known")

    if mixed:
        run.in_any_order(keep)
    else:
        keep()
    return result


def _enumerate(run: Interpreter, made: Call) -> Value:
    items = containers.elements(run, made.args[0], made.at) if made.args else None
    start = made.plain(1, "start", 0)
    if items is None or not isinstance(start, int):
        return Items([], "iterator", "made from something that is not known", origins=(made.at,), reads=merge_reads(made.args))
    pairs: list[Value] = [Items([Scalar(start + index), item], "tuple", origins=(made.at,)) for index, item in enumerate(items)]
    return Items(pairs, "iterator", origins=(made.at,), reads=merge_reads(made.args))


def _iter(run: Interpreter, made: Call) -> Value:
    mixed = len(made.args) == 1 and not containers.ordered(made.args[0])
    items = containers.all_elements(run, made.args[0], made.at) if len(made.args) == 1 else None
    if items is None:
        return run.unknown("an iterator over something that is not known", *made.args, at=made.at)
    return Items(items, "iterator", SHUFFLED if mixed else None, origins=(made.at,), reads=merge_reads(made.args))


def _next(run: Interpreter, made: Call) -> Value:
    value = made.args[0] if made.args else Unknown("nothing")
    if not isinstance(value, Items) or value.kind != "iterator":
        return run.unknown("the next of something that is not known", value, at=made.at)
    run.trail.touch(value)
    if value.rest:
        held = [*value.items, *made.args[1:]]
        value.items.clear()
        return one_of([*held, Unknown(value.rest)], reads=value.reads)
    if value.items:
        return noted(value.items.pop(0), value.reads, made.at)
    if len(made.args) > 1:
        return noted(made.args[1], value.reads, made.at)
    return run.fail("StopIteration", "the next element of an iterator that is used up", value, at=made.at)


def _repr(run: Interpreter, made: Call) -> Value:
    return formatting.text_of(run, made.args[0], made.at, repr) if made.args else run.unknown("repr() of nothing", at=made.at)


def _format(run: Interpreter, made: Call) -> Value:
    spec = made.plain(1, default="")
    return formatting.format_one(run, made.args[0], spec, made.at) if made.args else run.unknown("format() of nothing", at=made.at)


def _pow(run: Interpreter, made: Call) -> Value:
    import ast

    if len(made.args) == 2:
        return operators.binary(run, ast.Pow(), made.args[0], made.args[1], made.at)
    numbers = [made.plain(index) for index in range(3)]
    if len(made.args) == 3 and all(isinstance(number, int) and abs(number) < 2**64 for number in numbers):
        return _simple(run, pow, "pow", made.args, made)
    return run.unknown("pow() with a modulus", *made.args, at=made.at)


def _input(run: Interpreter, made: Call) -> Value:
    return run.unknown("it is asked of a person", at=made.at)


def _nothing(run: Interpreter, made: Call) -> Value:
    return Scalar(None, origins=(made.at,))


def _exit(run: Interpreter, made: Call) -> Value:
    error = run.frames[-1].error if run.frames else None
    message = f"the program ends here ({made.name.rpartition('.')[2]})"
    raise Raised(("SystemExit", "BaseException"), message, made.at, lacking=error.lacking if error is not None else None)


def _first_argument(run: Interpreter, made: Call) -> Value:
    return made.args[0] if made.args else run.unknown("a decorator without a function", at=made.at)


def _dataclass(run: Interpreter, made: Call) -> Value:
    from ready_gate.facts.python import classes

    if made.args and isinstance(made.args[0], Class):
        return classes.mark_fields(run, made.args[0])
    return Symbol("dataclasses.dataclass", origins=(made.at,))


FUNCTIONS: dict[str, Builtin] = {
    "str": _str,
    "unicode": _str,
    "bool": _bool,
    "list": _collection("list"),
    "tuple": _collection("tuple"),
    "set": _collection("set"),
    "frozenset": _collection("frozenset"),
    "dict": _dict,
    "len": _len,
    "range": _range,
    "xrange": _range,
    "min": _extreme(min, "min"),
    "max": _extreme(max, "max"),
    "sum": _sum,
    "any": _quantifier(True),
    "all": _quantifier(False),
    "sorted": lambda run, made: list_methods.sorted_items(run, made.args[0], made) if made.args else run.unknown("sorted() of nothing", at=made.at),
    "reversed": _reversed,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "enumerate": _enumerate,
    "iter": _iter,
    "next": _next,
    "repr": _repr,
    "format": _format,
    "pow": _pow,
    "input": _input,
    "print": _nothing,
    "exit": _exit,
    "quit": _exit,
    **reflection.FUNCTIONS,
}
STANDARD: dict[str, Builtin] = {
    "sys.exit": _exit,
    "os._exit": _exit,
    "functools.cached_property": lambda run, made: Instance(Symbol("functools.cached_property"), made.args, made.keywords, origins=(made.at,)),
    "django.utils.functional.cached_property": lambda run, made: Instance(Symbol("functools.cached_property"), made.args, origins=(made.at,)),
    "abc.abstractmethod": _first_argument,
    "typing.overload": _first_argument,
    "typing.final": _first_argument,
    "dataclasses.dataclass": _dataclass,
    "dataclasses.field": lambda run, made: Instance(Symbol("dataclasses.field"), made.args, made.keywords, origins=(made.at,)),
}
