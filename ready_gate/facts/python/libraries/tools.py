"""`collections`, `itertools`, `functools`, `operator`, `copy`, `typing`, `logging`: the small tools of settings files."""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable

from ready_gate.facts.python.candidates import besides, together_with
from ready_gate.facts.python.libraries import MODELS, Call, Model, models
from ready_gate.facts.python.libraries.lifting import MAX_DEPTH, MAX_ELEMENTS, constants, instance, named, pure, text_of
from ready_gate.facts.python.values import Choice, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value, merge_reads, serials, together

constants("logging", "CRITICAL FATAL ERROR WARNING WARN INFO DEBUG NOTSET", logging)
MODELS.constants |= {"ssl.CERT_NONE": 0, "ssl.CERT_OPTIONAL": 1, "ssl.CERT_REQUIRED": 2}
MODELS.constants |= {"typing.TYPE_CHECKING": False, "typing_extensions.TYPE_CHECKING": False}
pure("logging.getLevelName", logging.getLevelName)
for _name in ("or_", "and_", "eq", "ne", "lt", "le", "gt", "ge", "not_", "truth", "contains", "sub", "neg", "is_not", "is_"):
    pure(f"operator.{_name}", getattr(operator, _name))
ADDING = ("operator.add", "operator.concat")
MODELS.aliases |= {"django.utils.datastructures.OrderedDict": "collections.OrderedDict", "functools.cache": "functools.lru_cache"}
MODELS.aliases |= {"functools.cached_property": "functools.lru_cache", "typing.OrderedDict": "collections.OrderedDict"}


@models("types.SimpleNamespace")
def namespace(call: Call) -> Value:
    """An object with these attributes."""
    if call.open or call.args:
        return call.unknown("a namespace whose attributes are not known")
    return instance(call, call.name, [], {}, dict(call.keywords))


@models("collections.OrderedDict", "django.utils.datastructures.SortedDict")
def ordered(call: Call) -> Value:
    """A dict."""
    if call.open:
        return call.unknown("a dict from something not known")
    made = call.run.call(Symbol("builtins.dict"), call.args, call.keywords, call.at)
    if isinstance(made, Table):
        made.kind = "OrderedDict"
    return made


@models("collections.OrderedDict.fromkeys")
def ordered_from_keys(call: Call) -> Value:
    """A dict with these keys."""
    made = call.run.call(Symbol("builtins.dict.fromkeys"), call.args, call.keywords, call.at)
    if isinstance(made, Table):
        made.kind = "OrderedDict"
    return made


@models("collections.defaultdict")
def default_dict(call: Call) -> Value:
    """A dict in which looking a key up makes an entry."""
    table = Table({}, origins=(call.at,))
    if len(call.args) > 1 or call.keywords:
        made = call.run.call(Symbol("builtins.dict"), call.args[1:], call.keywords, call.at)
        if not isinstance(made, Table):
            return made
        table = made
    table.kind = "defaultdict"
    if call.open or isinstance(call.argument(0), (Unknown, Choice)):
        table.rest = together(table.rest, "what a defaultdict makes when an entry is looked up is not known")
    elif call.args and not (isinstance(call.args[0], Scalar) and call.args[0].value is None):
        table.factory = call.args[0]
    return table


@models("collections.namedtuple")
def named_tuple(call: Call) -> Value:
    """The class: kept with its fields."""
    try:
        fields = call.run.iterate(call.args[1]) if text_of(call.args[1]) is None else None
    except IndexError:
        return call.unknown("a namedtuple without fields")
    text = text_of(call.args[1])
    names = text.replace(",", " ").split() if text is not None else [text_of(field) for field in fields or []]
    if not names or None in names or call.open or "defaults" in call.keywords or "rename" in call.keywords:
        return call.unknown("a namedtuple whose fields are not known")
    return instance(call, "collections.NamedTupleClass", [Scalar(name) for name in names])


@models("collections.NamedTupleClass.__call__")
def make_named_tuple(call: Call) -> Value:
    """An instance, whose fields are attributes."""
    names = [text_of(name) or "" for name in call.receiver.args] if isinstance(call.receiver, Instance) else []
    values = dict(zip(names, call.args, strict=False)) | call.keywords
    if call.open or len(call.args) > len(names) or set(values) != set(names):
        return call.unknown("a namedtuple made from something not known")
    return instance(call, "collections.NamedTuple", [values[name] for name in names], {}, values)


def _of_named_tuple(method: str) -> Callable[[Model], Model]:
    return models(*(f"{home}.{method}" for home in ("collections.NamedTuple", "typing.NamedTuple", "typing_extensions.NamedTuple")))


def _row(call: Call) -> Items:
    made = call.receiver
    values = list(made.attributes.values()) if isinstance(made, Instance) else []
    return Items(values, "tuple", None if isinstance(made, Instance) else "not known", origins=(call.at,), reads=merge_reads(call.sources()))


@_of_named_tuple("__getitem__")
def named_tuple_item(call: Call) -> Value:
    """`value[0]`."""
    index, items = call.plain(0), _row(call).items
    return items[index] if isinstance(index, int) and -len(items) <= index < len(items) else call.unknown("an element that is not known")


@_of_named_tuple("__iter__")
def named_tuple_items(call: Call) -> Value:
    """The fields' values in order."""
    return _row(call)


@_of_named_tuple("__len__")
def named_tuple_length(call: Call) -> Value:
    """How many fields there are."""
    return call.known(len(_row(call).items))


@_of_named_tuple("_asdict")
def named_tuple_dict(call: Call) -> Value:
    """The fields as a dict."""
    entries: dict[object, Value] = {}
    if isinstance(call.receiver, Instance):
        entries.update(call.receiver.attributes)
    return Table(entries, origins=(call.at,))


@_of_named_tuple("_replace")
def named_tuple_replaced(call: Call) -> Value:
    """Another one with some fields changed."""
    kept = call.receiver
    if call.open or not isinstance(kept, Instance) or not set(call.keywords) <= set(kept.attributes):
        return call.unknown("a namedtuple with changes that are not known")
    values = kept.attributes | call.keywords
    return Instance(kept.type, list(values.values()), {}, values, origins=(call.at,), reads=merge_reads(call.sources()))


@models("itertools.chain", "itertools.chain.from_iterable")
def chain(call: Call) -> Value:
    """All elements, one after another."""
    whole: list[Value] | None = call.run.iterate_partly(call.args[0]) if call.name.endswith("from_iterable") and call.args else call.args
    if whole is None:
        return call.unknown("a chain of something not known")
    items: list[Value] = []
    rest: str | None = "it may be a chain of more" if call.open else None
    others: tuple[Value, ...] | None = None if call.open else ()
    for piece in whole:
        besides_it, known = besides(piece), call.run.iterate(piece)
        if known is None:
            known = piece.items if isinstance(piece, Items) and piece.kind != "iterator" else []
            rest, others = together(rest, "a chain of something not known"), together_with(others, besides_it)
        items += known
    if len(items) > MAX_ELEMENTS:
        rest, others = "too long to be followed", None
    return Items(items[:MAX_ELEMENTS], "list", rest, maybe=others if rest else None, origins=(call.at,))


@models("functools.partial")
def partial(call: Call) -> Value:
    """Kept with its arguments."""
    return call.unknown("a function with arguments that are not known") if call.open or not call.args else instance(call, "functools.partial")


@models("functools.partial.__call__")
def call_partial(call: Call) -> Value:
    """The call with both sets of arguments."""
    kept = call.receiver
    if not isinstance(kept, Instance) or call.open:
        return call.unknown("a call with arguments that are not known")
    return call.run.call(kept.args[0], [*kept.args[1:], *call.args], {**kept.keywords, **call.keywords}, call.at)


@models(*ADDING)
def add(call: Call) -> Value:
    """`a + b`."""
    if call.open or len(call.args) != 2:
        return call.unknown("a sum of something not known")
    return call.run.add(call.args[0], call.args[1], call.at)


@models("functools.reduce")
def reduce(call: Call) -> Value:
    """The function applied from left to right."""
    adds = bool(call.args) and isinstance(call.args[0], Symbol) and call.args[0].dotted in ADDING
    find = call.run.iterate_partly if adds else call.run.iterate
    values = find(call.args[1]) if len(call.args) > 1 else None
    if values is None or call.open:
        return call.unknown("reduce over something not known")
    values = [*call.args[2:3], *values]
    if not values:
        return call.unknown("reduce over nothing")
    total = values[0]
    for value in values[1:MAX_ELEMENTS]:
        total = call.run.call(call.args[0], [total, value], {}, call.at)
        if isinstance(total, Unknown):
            break
    return total


@models("functools.lru_cache", "functools.wraps", "functools.lru_cache.decorator")
def same_function(call: Call) -> Value:
    """Decorators that leave what a function answers as it is."""
    if call.name != "functools.wraps" and len(call.args) == 1 and isinstance(call.args[0], Function):
        return call.args[0]
    return Symbol("functools.lru_cache.decorator", origins=(call.at,))


@models("typing.cast", "typing_extensions.cast")
def cast(call: Call) -> Value:
    """The value itself."""
    return call.argument(1, "val") or call.unknown("a cast of nothing")


@models("copy.copy")
def copy(call: Call) -> Value:
    """A container of its own with the same things in it."""
    return _copy(call, call.args[0], deep=False, depth=0, done={}) if call.args else call.unknown("a copy of nothing")


@models("copy.deepcopy")
def deep_copy(call: Call) -> Value:
    """A container of its own, all the way down."""
    return _copy(call, call.args[0], deep=True, depth=0, done={}) if call.args else call.unknown("a copy of nothing")


def _copy(call: Call, value: Value, *, deep: bool, depth: int, done: dict[int, Value]) -> Value:
    if id(value) in done:
        return done[id(value)]
    if depth > MAX_DEPTH or len(done) > MAX_ELEMENTS:
        return call.unknown("too large to be followed")
    if isinstance(value, Items):
        items = done[id(value)] = Items([], value.kind, value.rest, origins=value.origins, reads=value.reads)
        items.items = [_copy(call, item, deep=True, depth=depth + 1, done=done) for item in value.items] if deep else list(value.items)
        return items
    if isinstance(value, Table):
        table = done[id(value)] = Table({}, value.rest, kind=value.kind, factory=value.factory, origins=value.origins, reads=value.reads)
        entries = value.entries.items()
        table.entries = {key: _copy(call, entry, deep=True, depth=depth + 1, done=done) if deep else entry for key, entry in entries}
        return table
    if isinstance(value, Instance):
        attributes = {name: _copy(call, part, deep=True, depth=depth + 1, done=done) if deep else part for name, part in value.attributes.items()}
        return Instance(value.type, list(value.args), dict(value.keywords), attributes, origins=value.origins, reads=value.reads)
    if isinstance(value, Choice):
        since = serials()  # whichever it is a copy of, the copy is nobody else's
        options = tuple(_copy(call, option, deep=deep, depth=depth + 1, done=done) for option in value.options)
        return Choice(options, since=since, origins=value.origins, reads=value.reads)
    return value


@models("logging.getLogger")
def logger(call: Call) -> Value:
    """A logger with its name."""
    return instance(call, "logging.Logger")


@models(*named("logging.Logger", "debug info warning warn error critical exception log setLevel addHandler"))
def log(call: Call) -> Value:
    """Nothing that a name could hold."""
    return call.known(None)


@models("warnings.warn", "warnings.filterwarnings", "warnings.simplefilter", "logging.captureWarnings", "gettext.bindtextdomain")
def no_answer(call: Call) -> Value:
    """Nothing that a name could hold."""
    return call.known(None)


@models("warnings.catch_warnings", "contextlib.nullcontext")
def context(call: Call) -> Value:
    """A context that changes nothing."""
    return instance(call, call.name)
