"""django-environ: `Env`, with its schemes, proxied values and casts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from ready_gate.facts.python.libraries import MODELS, Call, class_of, models
from ready_gate.facts.python.libraries.lifting import NotKnownError, builtin, instance, lift, path_of, plain, text_of
from ready_gate.facts.python.libraries.reading import look_up, secret_file
from ready_gate.facts.python.values import Choice, Class, Instance, Items, Scalar, Symbol, Table, Unknown, Value, scalar, unknown

ENV, FILE_ENV = "environ.Env", "environ.FileAwareEnv"
NOT_SET = "environ.Env.NOTSET"
TRUE_WORDS = ("true", "on", "ok", "y", "yes", "1")
MAX_PROXIES = 5

MODELS.aliases |= {"environ.environ": "environ", "environ.FileAwareEnv": ENV}
MODELS.constants |= {NOT_SET: Symbol(NOT_SET), f"{ENV}.ENVIRON": Symbol("os.environ"), f"{ENV}.BOOLEAN_TRUE_STRINGS": TRUE_WORDS}
MODELS.constants[f"{ENV}.DEFAULT_DATABASE_ENV"] = "DATABASE_URL"


@models(ENV)
def env(call: Call) -> Value:
    """`Env(NAME=cast, NAME=(cast, default))`."""
    if call.open or call.args:
        return call.unknown("an Env whose scheme is not known")
    return instance(call, FILE_ENV if call.name.endswith("FileAwareEnv") else ENV)


def _own(receiver: Instance, name: str) -> Value | None:
    """An attribute that the program sets on the object or its class."""
    if name in receiver.attributes:
        return receiver.attributes[name]
    return receiver.type.namespace.get(name) if isinstance(receiver.type, Class) else None


def is_known_env(call: Call) -> bool:
    """Whether the receiver is an Env as it comes, with nothing overridden that changes what it reads."""
    receiver = call.receiver
    if not isinstance(receiver, Instance):
        return False
    mapping = _own(receiver, "ENVIRON")
    ours = mapping is None or (isinstance(mapping, Symbol) and mapping.dotted == "os.environ")
    return ours and all(_own(receiver, name) is None for name in ("__init__", "get_value", "parse_value", "BOOLEAN_TRUE_STRINGS", "DB_SCHEMES"))


def environment_of(call: Call) -> Value:
    """Why the receiver cannot be asked."""
    return call.unknown("an Env that the project has changed")


def _attribute(call: Call, name: str, default: object) -> object:
    value = call.receiver.attributes.get(name) if isinstance(call.receiver, Instance) else None
    return default if value is None else value.value if isinstance(value, Scalar) else ...


def _given(default: Value | None) -> Value | None:
    return None if isinstance(default, Symbol) and default.dotted == NOT_SET else default


def _scheme(call: Call, name: str, cast: Value | None, default: Value | None) -> tuple[Value | None, Value | None]:
    """The cast and the default with what the scheme says of the variable; an Unknown cast where that is not known."""
    info = call.receiver.keywords.get(name) if isinstance(call.receiver, Instance) else None
    if info is None:
        return cast, default
    if isinstance(info, (Unknown, Choice)) or (isinstance(info, (Items, Table)) and info.rest):
        return call.unknown("the Env's scheme is not known"), default
    if isinstance(info, Items) and len(info.items) == 2:
        return cast or info.items[0], info.items[1] if default is None else default
    if isinstance(info, Scalar) or (isinstance(info, Table) and len(info.entries) == 2):
        return call.unknown("a scheme that is not followed"), default
    return cast or info, default


def get_value(call: Call, var: Value, cast: Value | None, default: Value | None, *, parse_default: bool = False, depth: int = 0) -> Value:
    """`Env.get_value`. A cast of None casts to the default's type, as `smart_cast` does."""
    prefix, name, default = _attribute(call, "prefix", ""), text_of(var), _given(default)
    if name is None or not isinstance(prefix, str):
        return call.unknown("a variable whose name is not known")
    if depth > MAX_PROXIES:
        return call.unknown("variables that name each other")
    cast = None if isinstance(cast, Scalar) and cast.value is None else cast
    cast, default = _scheme(call, prefix + name, cast, default)
    if isinstance(cast, Unknown):
        return cast
    value, is_default = _raw(call, prefix + name, default)
    text = text_of(value)
    if text is not None and text.startswith("$"):
        value, is_default = get_value(call, Scalar(text.lstrip("$")), cast, default, depth=depth + 1), False
    if r"\$" in (text_of(value) or "") and _attribute(call, "escape_proxy", False) is not False:
        return call.unknown("an escaped proxy")
    return value if isinstance(value, Unknown) else _cast(call, value, cast, default, is_default=is_default, parse_default=parse_default)


def _cast(call: Call, value: Value, cast: Value | None, default: Value | None, *, is_default: bool, parse_default: bool) -> Value:
    """The value as the cast makes it; one that equals the default stays as it is, unless that is to be parsed as well."""
    if cast is None and default is not None and _attribute(call, "smart_cast", True) is True:
        cast = _type_of(default)
    if text_of(value) == "" and isinstance(default, Scalar) and default.value is None:
        return scalar(None, value, at=call.at)
    is_default = is_default or (default is not None and _equal(value, default))
    empty = isinstance(value, Scalar) and value.value is None
    return value if is_default and (empty or not parse_default) else parse_value(call, value, cast)


def _equal(one: Value, other: Value) -> bool:
    try:
        return plain(one) == plain(other)
    except NotKnownError:
        return one is other


def _raw(call: Call, name: str, default: Value | None) -> tuple[Value, bool]:
    """What the mapping holds, and whether it is the default."""
    receiver = call.receiver
    if isinstance(receiver, Instance) and (class_of(receiver) == FILE_ENV or _derives(receiver.type, FILE_ENV)):
        from_file = secret_file(call, name)
        if from_file is not None:
            return from_file, False
    found = look_up(call, name, default)
    return found.value, found.present is False


def _derives(type_: Value, dotted: str) -> bool:
    if isinstance(type_, Class):
        return any(_derives(base, dotted) for base in type_.bases)
    return isinstance(type_, Symbol) and type_.dotted.replace("environ.environ.", "environ.") == dotted


def _type_of(default: Value) -> Value | None:
    """The type of a default, as a cast; Unknown where it is not known."""
    if isinstance(default, Choice):
        found = [_type_of(option) for option in default.options]
        names = {builtin(one) if one is not None else None for one in found}
        return found[0] if len(names) == 1 and found else unknown("a default of one of several types", default)
    if isinstance(default, Scalar):
        return None if default.value is None else Symbol(class_of(default) or f"builtins.{type(default.value).__name__}")
    if isinstance(default, (Items, Table)):
        return Symbol(f"builtins.{default.kind if isinstance(default, Items) else 'dict'}")
    return unknown("a default whose type is not known", default)


def parse_value(call: Call, value: Value, cast: Value | None) -> Value:
    """`Env.parse_value`."""
    if cast is None or isinstance(value, Unknown):
        return value
    if isinstance(cast, Unknown):
        return unknown(cast.reason, value, at=call.at)
    name = builtin(cast)
    raw = value.value if isinstance(value, Scalar) else ...
    try:
        if name in ("bool", "int") and isinstance(raw, (str, int, float)):
            return lift(_number_or_truth(raw, name), value, at=call.at)
        if isinstance(raw, str) and name in SIMPLE:
            return lift(SIMPLE[name](raw), value, at=call.at)
        if isinstance(raw, str) and isinstance(cast, (Items, Table)):
            return _structured(call, value, raw, cast)
    except (ValueError, IndexError) as error:
        return unknown(f"the value cannot be read as {name or 'wanted'}: {type(error).__name__}", value, at=call.at)
    if name in ("list", "tuple", "dict", "float") or isinstance(cast, (Items, Table)):
        return unknown("a value that is no text cannot be split", value, at=call.at)
    return call.run.call(cast, [value], {}, call.at)


def _number_or_truth(raw: str | float, name: str) -> object:
    if name == "int":
        return int(raw)
    try:
        return int(raw) != 0
    except ValueError:
        return str(raw).lower().strip() in TRUE_WORDS


def _split_list(text: str) -> list[str]:
    return [part for part in text.split(",") if part]


def _split_tuple(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.strip("(").strip(")").split(",") if part)


def _split_dict(text: str) -> dict[str, str]:
    return {key: value for key, _, value in (_pair(part) for part in text.split(",") if part)}


def _pair(part: str) -> tuple[str, str, str]:
    if "=" not in part:
        raise ValueError("no pair")
    return part.partition("=")


def _float(text: str) -> float:
    parts = re.split(r"[,.]", re.sub(r"[^\d,.-]", "", text))
    return float(parts[0] if len(parts) == 1 else f"{''.join(parts[:-1])}.{parts[-1]}")


SIMPLE: dict[str, Callable[[str], object]] = {"str": str, "list": _split_list, "tuple": _split_tuple, "dict": _split_dict, "float": _float}


def _structured(call: Call, value: Value, text: str, cast: Items | Table) -> Value:
    """A cast such as `[int]`, `(int,)` or `{"value": int}`."""
    if isinstance(cast, Items):
        if not cast.items or cast.rest:
            return unknown("a cast that is not known", value, at=call.at)
        kind = "tuple" if cast.kind == "tuple" else "list"
        texts = _split_tuple(text) if kind == "tuple" else _split_list(text)
        items = [call.run.call(cast.items[0], [scalar(part, value, at=call.at)], {}, call.at) for part in texts]
        return Items(items, kind, origins=(call.at,), reads=value.reads)
    key_cast, value_cast, by_key = (cast.entries.get(name) for name in ("key", "value", "cast"))
    casts = by_key.entries if isinstance(by_key, Table) else {}
    entries: dict[object, Value] = {}
    for pair in [part.split("=") for part in text.split(";") if part]:
        key: Value = scalar(pair[0], value, at=call.at)
        key = call.run.call(key_cast, [key], {}, call.at) if key_cast is not None else key
        if not isinstance(key, Scalar):
            return unknown("a dict with keys that are not known", value, at=call.at)
        entries[key.value] = parse_value(call, scalar(pair[1], value, at=call.at), casts.get(pair[0], value_cast or Symbol("builtins.str")))
    return Table(entries, origins=(call.at,), reads=value.reads)


@models(f"{ENV}.__call__", f"{ENV}.get_value")
def call_env(call: Call) -> Value:
    """`env(name, cast=None, default=NOTSET, parse_default=False)`."""
    var = call.argument(0, "var")
    if var is None or call.open or not is_known_env(call):
        return environment_of(call)
    return get_value(call, var, call.argument(1, "cast"), call.argument(2, "default"), parse_default=call.plain(3, "parse_default", False) is True)


def _typed(call: Call, cast: Value, position: int = 1, *, parse_default: bool = False) -> Value:
    var = call.argument(0, "var")
    if var is None or call.open or not is_known_env(call):
        return environment_of(call)
    return get_value(call, var, cast, call.argument(position, "default"), parse_default=parse_default)


@models(f"{ENV}.bool", f"{ENV}.int", f"{ENV}.float")
def number(call: Call) -> Value:
    """The casts of one word."""
    return _typed(call, Symbol("builtins." + call.name.rpartition(".")[2]))


@models(f"{ENV}.unicode", f"{ENV}.str")
def text(call: Call) -> Value:
    """`env.str(name, default, multiline, choices)`."""
    value = _typed(call, Symbol("builtins.str"))
    if call.plain(2, "multiline", False) is not False:
        known = text_of(value)
        return value if known is None else scalar(re.sub(r"(\\r)?\\n", "\n", known), value, at=call.at)
    allowed = call.argument(3, "choices")
    if allowed is None or isinstance(value, Unknown):
        return value
    words = [text_of(word) for word in call.run.iterate(allowed) or []]
    return value if text_of(value) in words else unknown("whether the value is one of the choices is not known", value, at=call.at)


@models(f"{ENV}.bytes")
def encoded(call: Call) -> Value:
    """`env.bytes(name, default, encoding)`."""
    value = _typed(call, Symbol("builtins.str"))
    known = text_of(value)
    if known is None:
        return value
    if call.plain(2, "encoding", "utf8") not in ("utf8", "utf-8"):
        return unknown("an encoding that is not followed", value, at=call.at)
    return scalar(known.encode(), value, at=call.at)


@models(f"{ENV}.json", f"{ENV}.url")
def parsed(call: Call) -> Value:
    """JSON, or the parts of an address."""
    json = call.name.endswith("json")
    return _typed(call, Symbol("json.loads" if json else "urllib.parse.urlparse"), parse_default=not json)


@models(f"{ENV}.list", f"{ENV}.tuple")
def sequence(call: Call) -> Value:
    """`env.list(name, cast=None, default=NOTSET)`."""
    kind, inner = call.name.rpartition(".")[2], call.argument(1, "cast")
    whole = inner is None or (isinstance(inner, Scalar) and inner.value is None)
    return _typed(call, Symbol(f"builtins.{kind}") if whole or inner is None else Items([inner], kind), 2)


@models(f"{ENV}.dict")
def mapping(call: Call) -> Value:
    """`env.dict(name, cast=dict, default=NOTSET)`."""
    return _typed(call, call.argument(1, "cast") or Symbol("builtins.dict"), 2)


@models(f"{ENV}.path")
def path(call: Call) -> Value:
    """`env.path(name, default)`, an `environ.Path`."""
    value = get_value(call, call.args[0], None, call.argument(1, "default")) if call.args and is_known_env(call) else environment_of(call)
    where = path_of(value)
    if where is None or not where.startswith("/"):
        return unknown("a path relative to the folder the server is started in", value, at=call.at)
    return instance(call, "environ.Path", [value], {}, {"__root__": scalar(posixpath.normpath(where), value, at=call.at)})


@models(f"{ENV}.__contains__")
def contains(call: Call) -> Value:
    """`name in env`."""
    return call.run.call(Symbol("os.environ.__contains__"), call.args, {}, call.at) if is_known_env(call) else environment_of(call)
