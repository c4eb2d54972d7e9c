"""TOML and YAML, from texts and from files of the checkout."""

from __future__ import annotations

import sys
from importlib import import_module

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.files import content, path_in
from ready_gate.facts.python.libraries.lifting import RAISED, answer, outside_file
from ready_gate.facts.python.libraries.texts import from_file
from ready_gate.facts.python.values import MAX_TEXT, Value

MAX_ALIASES = 100


def parse_toml(text: object, **options: object) -> object:
    """A TOML document."""
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    if options or not isinstance(text, (str, bytes)) or len(text) > MAX_TEXT:
        raise ValueError("options, no text, or too long a one")
    parsed: object = tomllib.loads(text if isinstance(text, str) else text.decode())
    return parsed


def parse_yaml(text: object) -> object:
    """A YAML document without tags of Python objects; aliases are few, so that it cannot grow without bound."""
    import yaml

    if not isinstance(text, (str, bytes)) or len(text) > MAX_TEXT or text.count("*" if isinstance(text, str) else b"*") > MAX_ALIASES:  # type: ignore[arg-type]
        raise ValueError("no text, or too long a one")
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError("no YAML that can be read safely") from error


@models("tomllib.load", "toml.load")
def load_toml(call: Call) -> Value:
    """From a file."""
    return from_file(call, parse_toml)


@models("tomllib.loads")
def loads_toml(call: Call) -> Value:
    """From a text."""
    text = call.plain(0)
    return _parsed(call, text) if isinstance(text, (str, bytes)) else call.unknown("TOML that is not known")


def _parsed(call: Call, text: object) -> Value:
    try:
        return answer(call, parse_toml(text))
    except RAISED as error:
        return call.unknown(f"{call.name} raises {type(error).__name__}")


@models("yaml.safe_load", "yaml.load", "yaml.full_load", "ruamel.yaml.safe_load")
def load_yaml(call: Call) -> Value:
    """From a text or a file; what only an unsafe loader accepts stays unknown."""
    given = call.plain(0)
    text = given if isinstance(given, (str, bytes)) else content(call, call.args[0]) if call.args else None
    if text is None:
        return outside_file(call, path_in(call.args[0]) if call.args else None)
    try:
        return answer(call, parse_yaml(text))
    except RAISED:
        return call.unknown(f"{call.name} of something that cannot be read safely")


MODELS.aliases |= {"tomli": "tomllib", "pytoml": "tomllib", "rtoml": "tomllib", "toml.loads": "tomllib.loads"}
