"""What the gate understood of a project's settings, with the file and line each value came from."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping

from ready_gate.facts.views import Project, Read, Setting, Settings, State
from ready_gate.model import mask_secrets, names_a_secret, redact
from ready_gate.reporters.safe import clip, no_commands, plain

WIDTH = 100  # characters of a value that is shown on one line
LONGEST = 400  # characters of one string or reason in the text
_MAX_BITS = 4096  # of an integer that JSON readers and Python still print


def settings_json(settings: Settings, project: Project, *, show_secrets: bool = False) -> str:
    """Every effective setting, Django's and the libraries' defaults included, as `inspect settings --format json` prints it."""
    entries = {name: _entry(settings[name], show_secrets) for name in _names(settings)}
    text = json.dumps({"settings_module": settings.module or project.settings_module, "settings": entries}, indent=2)
    return text.replace("##[", "#\\u0023[") + "\n"


def settings_text(settings: Settings, project: Project, *, show_secrets: bool = False) -> str:
    """The settings that the project itself sets, each with its origin, for people to read."""
    lines = [*_head(settings, project), ""]
    for name in sorted(settings.values):
        lines += _shown(settings[name], show_secrets)
    defaults = sum(name not in settings.values for name in settings.defaults)
    if defaults and not settings.incomplete:
        lines += ["", f"{defaults} more have the defaults of Django and of the installed libraries (--format json shows them)"]
    return no_commands("\n".join(lines) + "\n")


def _names(settings: Settings) -> list[str]:
    return sorted({*settings.values, *settings.defaults})


def _head(settings: Settings, project: Project) -> Iterator[str]:
    yield plain(f"settings {settings.module}   {settings.path}")
    yield plain(f"chosen because: {project.reason}")
    if settings.django:
        yield plain(f"defaults of Django {settings.django}")
    if settings.incomplete:
        yield plain(f"not all of it could be read: {settings.incomplete}")
    yield from (plain(f"problem: {problem}") for problem in settings.problems)


def _entry(setting: Setting, show_secrets: bool) -> dict[str, object]:
    """One setting as JSON. A choice between values is not a value that anybody can rely on, so it counts as unknown."""
    origins = [{"path": origin.path, "line": origin.line} for origin in setting.origins]
    environment = list(dict.fromkeys(read.name for read in _reads(setting) if read.kind == "variable"))
    if setting.kind in ("unknown", "choice", "absent"):
        return {"state": "absent" if setting.absent else "unknown", "reason": _why(setting), "origins": origins, "environment": environment}
    value = _value(setting, show_secrets, names_a_secret(setting.name))
    return {"state": setting.state.value, "type": setting.kind, "value": value, "origins": origins, "environment": environment}


def _why(setting: Setting) -> str:
    if setting.absent:
        return "it is not set"
    return setting.reason or setting.hidden_option or f"it is {setting.several()}"


def _value(setting: Setting, show_secrets: bool, hide: bool) -> object:
    """A value, or a part of one, as JSON holds it. Strings under a secret-looking name are redacted unless they are asked for."""
    if setting.kind in ("unknown", "choice", "absent"):
        return {"$unknown": _why(setting)}
    if setting.kind == "dict":
        return _entries(setting, show_secrets, hide)
    if setting.kind in ("list", "tuple", "set"):
        items = [_value(item, show_secrets, hide) for item in setting.items]
        items = sorted(items, key=json.dumps) if setting.kind == "set" else items
        return [*items, {"$unknown": setting.rest}] if setting.rest else items
    return _scalar(setting.kind, setting.value, hide and not show_secrets, show_secrets)


def _entries(setting: Setting, show_secrets: bool, hide: bool) -> dict[str, object]:
    entries = {str(key): _value(child, show_secrets, hide or names_a_secret(str(key))) for key, child in setting.entries}
    return {**entries, "$unknown": setting.rest} if setting.rest else entries


def _scalar(kind: str, value: object, hide: bool, show_secrets: bool) -> object:
    if kind == "timedelta":
        return {"$timedelta": value}
    if isinstance(value, float) and not math.isfinite(value):
        return {"$unknown": f"{value} is no number in JSON"}
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return {"$unknown": "the number is too large to be written"}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = value if isinstance(value, str) else str(value)
    if hide:
        return redact(text) if kind == "str" else "(hidden)"
    return text if show_secrets else mask_secrets(text)


def _shown(setting: Setting, show_secrets: bool) -> list[str]:
    """`NAME = value`, then where it comes from."""
    if setting.state is State.UNKNOWN or setting.kind == "choice":
        value = [clip(f"? {plain(_why(setting))}", LONGEST)]
        value += [f"    or {_inline(_value(option, show_secrets, names_a_secret(setting.name)))}" for option in setting.items]
    else:
        value = _pretty(_value(setting, show_secrets, names_a_secret(setting.name)), "")
    name = plain(setting.name)
    return [f"{name} = {value[0]}", *value[1:], *(f"    ← {line}" for line in _sources(setting))]


def _sources(setting: Setting) -> Iterator[str]:
    if setting.origins:
        yield plain(", ".join(str(origin) for origin in setting.origins[-3:]))
    yield from dict.fromkeys(_read(read) for read in _reads(setting))


def _reads(setting: Setting) -> Iterator[Read]:
    """What it and its parts came through."""
    return (read for part in setting.walk() for read in part.reads)


def _read(read: Read) -> str:
    """Where production sets a variable, or what its absence means."""
    if read.present:
        return plain(f"{read.kind} {read.name}" + (f" set in {read.source}" if read.source else ""))
    return plain(f"{read.kind} {read.name} is not set" + (", so its default counts" if read.has_default else ", and has no default"))


def _pretty(value: object, indent: str) -> list[str]:
    """A value on one line where it is short, else one line for each part."""
    line = _inline(value)
    if len(line) + len(indent) <= WIDTH or not isinstance(value, (dict, list)) or _is_mark(value):
        return [line]
    inner = indent + "    "
    parts = value.items() if isinstance(value, dict) else (("", item) for item in value)
    lines = ["{" if isinstance(value, dict) else "["]
    for key, part in parts:
        if key == "$unknown":
            lines.append(f"{inner}{_more(part)}")
            continue
        first, *more = _pretty(part, inner)
        lines += [f"{inner}{_quoted(key)}: {first}" if key else f"{inner}{first}", *more]
        lines[-1] += ","
    return [*lines, indent + ("}" if isinstance(value, dict) else "]")]


def _is_mark(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("$unknown", "$timedelta")


def _inline(value: object) -> str:
    """A value in Python's notation, with unknown parts as `<unknown: why>`."""
    if isinstance(value, Mapping):
        if _is_mark(value):
            return f"<unknown: {clip(plain(str(value['$unknown'])), LONGEST)}>" if "$unknown" in value else f"{value['$timedelta']:g} seconds"
        parts = [_more(part) if key == "$unknown" else f"{_quoted(key)}: {_inline(part)}" for key, part in value.items()]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _more(reason: object) -> str:
    return f"<and more: {clip(plain(str(reason)), LONGEST)}>"


def _quoted(text: str) -> str:
    """In Python's notation, which has escapes for whatever is not printable."""
    return repr(clip(text, LONGEST)).replace("##[", "## [")
