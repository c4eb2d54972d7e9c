"""environs: `Env` with its typed readers, prefixes and `_FILE` variables."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import PurePosixPath

from ready_gate.facts.python.libraries import MODELS, Call, models, version
from ready_gate.facts.python.libraries.database_urls import database_value, options_of
from ready_gate.facts.python.libraries.dotenv_files import load_file
from ready_gate.facts.python.libraries.lifting import RAISED, builtin, caller_folder, instance, lift, named, path_of, text_of
from ready_gate.facts.python.libraries.reading import look_up, secret_file
from ready_gate.facts.python.libraries.service_urls import service_value
from ready_gate.facts.python.libraries.texts import parse_json
from ready_gate.facts.python.values import Instance, Items, Scalar, Symbol, Table, Unknown, Value, scalar, unknown

ENV, SINGLE = "environs.Env", "environs.env"
MODELS.aliases["environs.FileAwareEnv"] = ENV
TRUE_WORDS = "t T true True TRUE on On ON y Y yes Yes YES 1".split()  # noqa: SIM905
FALSE_WORDS = "f F false False FALSE off Off OFF n N no No NO 0".split()  # noqa: SIM905


def _truth(text: str) -> bool:
    if text not in (*TRUE_WORDS, *FALSE_WORDS):
        raise ValueError("no truth value")
    return text in TRUE_WORDS


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("no number that is allowed")
    return number


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("no number") from error
    if not number.is_finite():
        raise ValueError("no number that is allowed")
    return number


def _level(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        level = getattr(logging, text.upper(), None)
        if not isinstance(level, int):
            raise
        return level


def _duration(text: str) -> timedelta:
    return timedelta(seconds=int(text))


READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "bool": _truth,
    "int": int,
    "float": _float,
    "decimal": _decimal,
    "json": parse_json,
    "path": PurePosixPath,
    "log_level": _level,
    "timedelta": _duration,
}
SUBCASTS: dict[str, Callable[[str], object]] = {"str": str, "bool": _truth, "int": int, "float": _float}


def methods(words: str) -> list[str]:
    """The methods of these names, of objects and of the one that the package makes itself."""
    return [*named(ENV, words), *named(SINGLE, words)]


@models(ENV)
def env(call: Call) -> Value:
    """`Env(eager=True, expand_vars=False, prefix=None)`."""
    if call.open or call.args or call.plain(99, "expand_vars", False) is not False:
        return call.unknown("an Env with options that are not followed")
    prefix = call.keywords.get("prefix")
    named_ = {} if prefix is None or (isinstance(prefix, Scalar) and prefix.value is None) else {"_prefix": prefix}
    return instance(call, call.name, [], call.keywords, named_)


def _name(call: Call) -> str | None:
    """The variable's name with the prefix that holds now."""
    prefix = call.receiver.attributes.get("_prefix", Scalar("")) if isinstance(call.receiver, Instance) else Scalar("")
    before, name = text_of(prefix), text_of(call.argument(0, "name"))
    return None if before is None or name is None or call.open else before + name


def _read(call: Call, default: Value | None) -> Value | tuple[Value, bool]:
    """The raw value and whether it is set; only a value where that is the answer already."""
    name = _name(call)
    if name is None:
        return call.unknown("a variable whose name is not known")
    receiver = call.receiver
    if isinstance(receiver, Instance) and isinstance(receiver.type, Symbol) and receiver.type.dotted.endswith("FileAwareEnv"):
        if set(receiver.keywords) - {"strip_whitespace", "prefix", "eager"}:
            return call.unknown("an Env with options that are not followed")
        strip = receiver.keywords.get("strip_whitespace")
        held = secret_file(call, name, strip=isinstance(strip, Scalar) and strip.value is True)
        if held is not None:
            return held, True
    found = look_up(call, name, default)
    return (found.value, found.present is True) if found.present is not None else found.value


def _given_default(call: Call) -> Value | None:
    default = call.argument(1, "default")
    return None if isinstance(default, Scalar) and default.value is ... else default


@models(*methods(" ".join(READERS)), f"{ENV}.__call__", SINGLE)
def simple(call: Call) -> Value:
    """`env.int(name, default)`; a default stays as it is."""
    got = _read(call, _given_default(call))
    if isinstance(got, Value):
        return got
    value, there = got
    kind = call.name.rpartition(".")[2] if call.name != SINGLE else "__call__"
    if not there:
        return _default(call, value, kind)
    text = text_of(value)
    if text is None or kind == "__call__":
        return value
    if {"validate", "format", "precision"} & set(call.keywords):
        return unknown("a validated value", value, at=call.at)
    return _parsed(call, value, kind)


def _parsed(call: Call, value: Value, kind: str) -> Value:
    try:
        return lift(READERS[kind](text_of(value) or ""), value, at=call.at)
    except RAISED:
        return unknown(f"the value cannot be read as {kind}", value, at=call.at)


def _default(call: Call, value: Value, kind: str) -> Value:
    """Before version 14 a default that is a text is parsed."""
    pinned = version(call.run, "environs")
    if text_of(value) is None or kind in ("str", "__call__", "path") or (pinned is not None and pinned >= (14,)):
        return value
    if pinned is None or kind not in READERS:
        return unknown("a default that versions of environs treat differently", value, at=call.at)
    return _parsed(call, value, kind)


@models(*methods("list dict"))
def structured(call: Call) -> Value:
    """Split at commas (and at equal signs); parts of a list keep their blanks."""
    got = _read(call, _given_default(call))
    if isinstance(got, Value):
        return got
    value, there = got
    kind = call.name.rpartition(".")[2]
    text, delimiter = text_of(value), call.plain(99, "delimiter", ",")
    if not there:
        return _default(call, value, kind)
    if text is None or not isinstance(delimiter, str) or "validate" in call.keywords or "key_value_delimiter" in call.keywords:
        return unknown(f"a {kind} from something not known", value, at=call.at)
    return _list(call, value, text.split(delimiter) if text else []) if kind == "list" else _dict(call, value, text.split(delimiter) if text else [])


def _subcast(call: Call, value: Value, cast: Value | None, text: str) -> Value:
    part = scalar(text, value, at=call.at)
    if cast is None or (isinstance(cast, Scalar) and cast.value is None):
        return part
    name = builtin(cast)
    if name is None:
        return call.run.call(cast, [part], {}, call.at)
    try:
        return lift(SUBCASTS[name](text), part, at=call.at)
    except RAISED:
        return unknown(f"the value cannot be read as {name}", value, at=call.at)


def _list(call: Call, value: Value, texts: list[str]) -> Value:
    cast = call.argument(2, "subcast")
    return Items([_subcast(call, value, cast, text) for text in texts], "list", origins=(call.at,), reads=value.reads)


def _dict(call: Call, value: Value, texts: list[str]) -> Value:
    keys, values = call.keywords.get("subcast_keys"), call.keywords.get("subcast_values")
    if call.argument(2, "subcast") is not None or any("=" not in text for text in texts):
        return unknown("a dict that cannot be split", value, at=call.at)
    entries: dict[object, Value] = {}
    for text in texts:
        key, _, held = text.partition("=")
        name = _subcast(call, value, keys, key.strip())
        if not isinstance(name, Scalar):
            return unknown("a dict with keys that are not known", value, at=call.at)
        entries[name.value] = _subcast(call, value, values, held.strip())
    return Table(entries, origins=(call.at,), reads=value.reads)


@models(*methods("dj_db_url dj_email_url dj_cache_url"))
def service(call: Call) -> Value:
    """The addresses of services; a default is parsed as well."""
    got = _read(call, _given_default(call))
    value = got if isinstance(got, Value) else got[0]
    if isinstance(value, Unknown):
        return value
    kind = call.name.rpartition(".")[2]
    if kind == "dj_db_url":
        options = options_of(call, 99)
        return unknown("options that are not known", value, at=call.at) if options is None else database_value(call, value, options)
    return service_value(call, value, "dj_email_url" if kind == "dj_email_url" else "django_cache_url")


@models(*methods("url uuid enum date datetime time"))
def kept_text(call: Call) -> Value:
    """Read, and not followed any further; a default stays as it is."""
    got = _read(call, _given_default(call))
    if isinstance(got, Value) or not got[1]:
        return got if isinstance(got, Value) else _default(call, got[0], "")
    return unknown(f"a value read as {call.name.rpartition('.')[2]}", got[0], at=call.at)


@models(*methods("read_env"))
def read_env(call: Call) -> Value:
    """The file, or `.env` looked for upwards from the calling one, adds what production does not set already."""
    path = call.argument(0, "path")
    start = PurePosixPath(caller_folder(call), ".env") if path is None or getattr(path, "value", 0) is None else path_of(path)
    if start is None or call.open:
        return call.unknown("a file whose path is not known")
    load_file(call, PurePosixPath(start), upwards=call.plain(1, "recurse", True) is True, override=call.plain(3, "override", False) is True)
    return call.unknown("whether the server has the file is not known")


@models(*methods("prefixed"))
def prefixed(call: Call) -> Value:
    """`with env.prefixed("APP_"):`."""
    if not isinstance(call.receiver, Instance) or not call.args:
        call.run.doubtful["*"] = "read under a prefix that is not followed"
        return call.unknown("a prefix that is not followed")
    return instance(call, "environs.Prefixed", [call.receiver, call.args[0]], {})


@models("environs.Prefixed.__enter__")
def enter(call: Call) -> Value:
    """The prefix holds from here."""
    context = call.receiver
    if not isinstance(context, Instance) or not isinstance(context.args[0], Instance):
        return call.unknown("a prefix that is not followed")
    reader = context.args[0]
    before, more = text_of(reader.attributes.get("_prefix", Scalar(""))), text_of(context.args[1])
    context.attributes["before"] = reader.attributes.get("_prefix", Scalar(""))
    reader.attributes["_prefix"] = call.unknown("a prefix that is not known") if before is None or more is None else scalar(before + more, at=call.at)
    return reader


@models("environs.Prefixed.__exit__")
def leave(call: Call) -> Value:
    """The prefix from before holds again."""
    context = call.receiver
    if isinstance(context, Instance) and isinstance(context.args[0], Instance):
        context.args[0].attributes["_prefix"] = context.attributes.get("before", Scalar(""))
    return call.known(None)


@models(*methods("seal add_parser dump"))
def no_answer(call: Call) -> Value:
    """Nothing that a name could hold."""
    return call.known(None)
