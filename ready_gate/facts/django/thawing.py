"""From settings as checks see them back to values that code can be evaluated with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Choice, Items, Module, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views import Setting, Settings


def settings_module(settings: Settings) -> Module:
    """What `from django.conf import settings` gives: every setting of production, with Django's defaults."""
    scope = Scope("module", settings.path, "django.conf.settings", "django.conf")
    held = {**settings.defaults, **settings.values}
    scope.names.update({name: thawed(setting) for name, setting in held.items()})
    scope.open = settings.incomplete
    return Module("django.conf.settings", scope)


def thawed(setting: Setting) -> Value:
    """The value of one setting, a new one each time."""
    made = _thawed(setting)
    made.origins, made.reads = setting.origins, setting.reads
    return made


def _thawed(setting: Setting) -> Value:
    if setting.kind == "unknown":
        return Unknown(setting.reason or "a setting that is not known")
    if setting.kind == "choice":
        return Choice(tuple(thawed(option) for option in setting.items))
    if setting.kind in ("list", "tuple", "set"):
        maybe = None if setting.maybe is None else tuple(thawed(part) for part in setting.maybe)
        return Items([thawed(part) for part in setting.items], setting.kind, setting.rest, maybe=maybe)
    if setting.kind == "dict":
        return Table({key: thawed(part) for key, part in setting.entries}, setting.rest)
    return _single(setting)


def _single(setting: Setting) -> Value:
    if setting.kind == "object":
        text = str(setting.value)
        is_path = all(part.isidentifier() for part in text.split("."))
        return Symbol(text) if is_path else Unknown(f"an object, {text[:100]}")
    if setting.kind == "timedelta" and isinstance(setting.value, (int, float)):
        return Scalar(timedelta(seconds=setting.value))
    return Scalar(PurePosixPath(str(setting.value)) if setting.kind == "Path" else setting.value)
