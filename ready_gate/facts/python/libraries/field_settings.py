"""Settings objects with fields: pydantic's `BaseSettings` and starlette's `Config`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.decouple import read_lines
from ready_gate.facts.python.libraries.dotenv_files import parsed
from ready_gate.facts.python.libraries.lifting import RAISED, builtin, instance, lift, path_of, text_of
from ready_gate.facts.python.libraries.reading import look_up
from ready_gate.facts.python.values import Class, Instance, Items, Scalar, Symbol, Table, Unknown, Value, scalar, unknown

BASE = "pydantic_settings.BaseSettings"
MODELS.aliases |= {"pydantic.BaseSettings": BASE, "pydantic_settings.main.BaseSettings": BASE, "pydantic.v1.BaseSettings": BASE}
MODELS.aliases |= {"pydantic.fields.Field": "pydantic.Field", "pydantic_settings.main.SettingsConfigDict": "pydantic_settings.SettingsConfigDict"}
FOLLOWED = {"env_prefix", "env_file", "env_file_encoding", "case_sensitive", "extra", "validate_default", "arbitrary_types_allowed", "frozen"}
TRUE_WORDS, FALSE_WORDS = ("1", "on", "t", "true", "y", "yes"), ("0", "off", "f", "false", "n", "no")


def _truth(text: str) -> bool:
    if text.lower() not in (*TRUE_WORDS, *FALSE_WORDS):
        raise ValueError("no truth value")
    return text.lower() in TRUE_WORDS


def _integer(text: str) -> int:
    if not text.strip().lstrip("+-").isdigit():
        raise ValueError("no plain number")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if "_" in text or not math.isfinite(number):
        raise ValueError("no plain number")
    return number


SECRET = "pydantic.SecretStr"  # noqa: S105 - the name of a class
MODELS.aliases |= {"pydantic.types.SecretStr": SECRET, "pydantic.v1.SecretStr": SECRET}


def _texts(text: str) -> list[str]:
    found = json.loads(text)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ValueError("no list of texts")
    return found


READERS: dict[str, Callable[[str], object]] = {"str": str, "bool": _truth, "int": _integer, "float": _float, "list[str]": _texts}


@models("pydantic.Field", "pydantic_settings.SettingsConfigDict", "pydantic.ConfigDict", "pydantic.AliasChoices")
def kept(call: Call) -> Value:
    """Kept with its arguments."""
    return call.unknown("options that are not known") if call.open else instance(call, call.name)


@models(BASE)
def settings(call: Call) -> Value:
    """An object whose fields come from the environment by name, then from the file that the class names, then from their defaults."""
    kind = call.receiver
    if not isinstance(kind, Class) or call.open or call.args:
        return call.unknown("a settings object that is not known")
    rows = _lineage(kind, 0)
    options = _config(rows)
    if rows is None or options is None or any("model_post_init" in row.namespace or "__init__" in row.namespace for row in rows):
        return call.unknown("a settings class with options that are not followed")
    made = instance(call, BASE, [], call.keywords)
    file = _file(call, options.get("env_file"))
    for row in reversed(rows):
        annotations = row.namespace.get("__annotations__")
        for name, annotation in annotations.entries.items() if isinstance(annotations, Table) else ():
            if isinstance(name, str) and not name.startswith("_") and name != "model_config":
                made.attributes[name] = call.keywords.get(name) or _field(call, row, name, annotation, options, file)
    return made


def _lineage(kind: Class, depth: int) -> list[Class] | None:
    """The class and its project bases, nearest first; None where one base is not followed."""
    rows = [kind]
    for base in kind.bases:
        if isinstance(base, Class):
            more = _lineage(base, depth + 1) if depth < 20 else None
            if more is None:
                return None
            rows += more
        elif not isinstance(base, Symbol):
            return None
    return rows


def _config(rows: list[Class] | None) -> dict[str, Value] | None:
    """The options of `model_config` or of `class Config`, None where one is not followed."""
    options: dict[str, Value] = {}
    for row in reversed(rows or []):
        given = row.namespace.get("model_config")
        inner = row.namespace.get("Config")
        if isinstance(given, Instance):
            options |= given.keywords
        elif isinstance(given, Table):
            options |= {str(key): entry for key, entry in given.entries.items()}
        elif given is not None:
            return None
        if isinstance(inner, Class):
            options |= {name: held for name, held in inner.namespace.items() if not name.startswith("__")}
    return options if set(options) <= FOLLOWED else None


def _file(call: Call, path: Value | None) -> Mapping[str, str | Unknown | None] | None:
    """The variables of the file, None where it is not known which. One that the checkout does not hold has none."""
    if path is None or (isinstance(path, Scalar) and path.value is None):
        return {}
    paths = path.items if isinstance(path, Items) and path.rest is None else [path]
    found: dict[str, str | Unknown | None] = {}
    for one in paths:
        if path_of(one) is None:
            return None
        text = call.run.read_text(one) if (path_of(one) or "").startswith("/") else None
        found.update({name.lower(): held for name, held in parsed(call, text or "", override=True).items()})
    return found


def _names(row: Class, name: str, prefix: str) -> tuple[list[str] | None, Value | None]:
    """The variables that a field reads, in order (None where not known), and its default."""
    given = row.namespace.get(name)
    if not isinstance(given, Instance) or not isinstance(given.type, Symbol) or not given.type.dotted.endswith(".Field"):
        return [prefix + name], given
    default = given.args[0] if given.args else given.keywords.get("default")
    default = None if isinstance(default, Scalar) and default.value is ... else default
    if "default_factory" in given.keywords:
        default = Unknown("a default that is made when it is needed")
    alias = next((given.keywords[key] for key in ("validation_alias", "alias", "env") if key in given.keywords), None)
    if alias is None:
        return [prefix + name], default
    words = alias.args if isinstance(alias, Instance) else alias.items if isinstance(alias, Items) and alias.rest is None else [alias]
    texts = [text_of(word) for word in words]
    return (None if None in texts else [text or "" for text in texts]), default


def _field(
    call: Call, row: Class, name: str, annotation: Value, options: Mapping[str, Value], file: Mapping[str, str | Unknown | None] | None
) -> Value:
    prefix = text_of(options.get("env_prefix", Scalar("")))
    names, default = _names(row, name, prefix) if prefix is not None else (None, None)
    if names is None or file is None:
        return call.unknown("a field whose variable is not known")
    sensitive = options.get("case_sensitive")
    known = [*call.run.environment, *call.run.doubtful]
    for wanted in names:
        spelled = next((one for one in known if one == wanted or (sensitive is None and one.lower() == wanted.lower())), None)
        if spelled is not None:
            found = look_up(call, spelled, default)
            return found.value if found.text is None else _read(call, found.value, found.text, annotation)
        in_file = file.get(wanted.lower())
        if in_file is not None:
            return in_file if isinstance(in_file, Unknown) else _read(call, scalar(in_file, at=call.at), in_file, annotation)
    return look_up(call, names[0] if sensitive is not None else names[0].upper(), default).value


def _read(call: Call, value: Value, text: str, annotation: Value) -> Value:
    name = builtin(annotation)
    try:
        if name in READERS:
            return lift(READERS[name](text), value, at=call.at)
        if isinstance(annotation, Symbol) and annotation.dotted == SECRET:
            return instance(call, SECRET, [lift(text, value, at=call.at)], {})
        if isinstance(annotation, Symbol) and annotation.dotted in ("decimal.Decimal",):
            return lift(Decimal(text), value, at=call.at)
    except RAISED:
        pass
    return unknown("a field whose type is not followed", value, at=call.at)


@models(SECRET)
def secret_field(call: Call) -> Value:
    """`SecretStr(text)`: a text that does not show itself."""
    return instance(call, SECRET)


@models(f"{SECRET}.get_secret_value")
def secret_value(call: Call) -> Value:
    """The text."""
    return call.receiver.args[0] if isinstance(call.receiver, Instance) and call.receiver.args else call.unknown("a secret that is not known")


STARLETTE = "starlette.config.Config"


@models(STARLETTE)
def config(call: Call) -> Value:
    """`Config(env_file, environ, env_prefix)`."""
    return call.unknown("a Config with options that are not followed") if call.open or "environ" in call.keywords else instance(call, STARLETTE)


@models(f"{STARLETTE}.__call__", f"{STARLETTE}.get")
def read_config(call: Call) -> Value:
    """`config(key, cast=None, default=undefined)`: the cast is applied to the default as well."""
    receiver, key, cast = call.receiver, text_of(call.argument(0, "key")), call.argument(1, "cast")
    if not isinstance(receiver, Instance) or key is None or call.open or len(receiver.args) > 1:
        return call.unknown("a variable whose name is not known")
    prefix = text_of(receiver.keywords.get("env_prefix", Scalar("")))
    if prefix is None:
        return call.unknown("a prefix that is not known")
    path = receiver.args[0] if receiver.args else receiver.keywords.get("env_file")
    absolute = path is not None and (path_of(path) or "").startswith("/")
    lines = read_lines(call.run.read_text(path) or "") if path is not None and absolute else {}
    if prefix + key in lines and prefix + key not in call.run.environment:
        value: Value = scalar(lines[prefix + key][0], at=call.at)
    else:
        value = look_up(call, prefix + key, call.argument(2, "default")).value
    return _starlette_cast(call, value, cast)


def _starlette_cast(call: Call, value: Value, cast: Value | None) -> Value:
    if cast is None or isinstance(value, Unknown) or (isinstance(value, Scalar) and value.value is None):
        return value
    text = text_of(value)
    if builtin(cast) == "bool" and text is not None:
        words = {"true": True, "1": True, "false": False, "0": False}
        return scalar(words[text.lower()], value, at=call.at) if text.lower() in words else unknown("no truth value", value, at=call.at)
    return call.run.call(cast, [value], {}, call.at)


@models("starlette.datastructures.Secret")
def secret(call: Call) -> Value:
    """A text that does not show itself."""
    return instance(call, "starlette.datastructures.Secret")


@models("starlette.datastructures.Secret.__str__")
def secret_text(call: Call) -> Value:
    """The text."""
    return call.receiver.args[0] if isinstance(call.receiver, Instance) and call.receiver.args else call.unknown("a secret that is not known")


@models("starlette.datastructures.CommaSeparatedStrings")
def comma_separated(call: Call) -> Value:
    """A list of the parts, split as a shell would."""
    text = text_of(call.args[0]) if call.args else None
    if text is None:
        return call.unknown("a list from something not known")
    from shlex import shlex

    splitter = shlex(text, posix=True)
    splitter.whitespace, splitter.whitespace_split = ",", True
    try:
        return lift([part.strip() for part in splitter], call.args[0], at=call.at)
    except ValueError:
        return call.unknown("a list with an open quote")
