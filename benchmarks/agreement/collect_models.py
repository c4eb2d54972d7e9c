"""What a running project says of its models: the state of each, as the migration autodetector sees it.

Runs in the project's own interpreter (Python 3.7 or newer, any Django), so it imports nothing of ready-gate. It is told on standard input what to
load, and answers on the standard output that it found, as JSON.
"""

from __future__ import annotations

import enum
import functools
import importlib
import json
import os
import re
import sys
from pathlib import PurePath

DEEPEST = 14


def path_of(thing):
    """The module and name of a function or a class."""
    return f"{thing.__module__}.{getattr(thing, '__qualname__', thing.__name__)}"


def plain(value, depth=0):
    """A part of a state in the form in which ours is shown."""
    if depth > DEEPEST:
        return {"$other": "too deep"}
    if type(value).__name__ == "__proxy__":
        return str(value)
    if isinstance(value, enum.Enum) and not isinstance(value, (str, int, float)):
        return {"$named": f"{path_of(type(value))}.{value.name}"}
    if value is None or isinstance(value, bool):
        return value
    for known, shown in ((str, str.__str__), (int, int), (float, float)):
        if isinstance(value, known):
            return shown(value)
    if isinstance(value, dict):
        return {"$dict": [[plain(key, depth + 1), plain(item, depth + 1)] for key, item in value.items()]}
    if isinstance(value, list):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, tuple):
        return {"$tuple": [plain(item, depth + 1) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted((plain(item, depth + 1) for item in value), key=json.dumps)}
    return thing(value, depth)


def thing(value, depth):
    """What is named by a path, or made by a call."""
    if isinstance(value, type):
        return {"$named": path_of(value)}
    if isinstance(value, functools.partial):
        return made("functools.partial", (value.func, *value.args), value.keywords, depth)
    if isinstance(value, re.Pattern):
        flags = value.flags & ~re.UNICODE
        return made("re.compile", (value.pattern, flags) if flags else (value.pattern,), {}, depth)
    if hasattr(value, "deconstruct"):
        return made(*value.deconstruct()[-3:], depth)
    if type(value).__name__ == "PolymorphicGuard":  # it is written down as what it guards
        return plain(value.action, depth + 1)
    owner = getattr(value, "__self__", None)
    if isinstance(owner, type):
        return {"$named": f"{path_of(owner)}.{value.__name__}"}
    if hasattr(value, "__module__") and hasattr(value, "__name__"):
        return {"$named": path_of(value)}
    if isinstance(value, PurePath):
        return made("pathlib.PurePosixPath", (str(value),), {}, depth)
    return {"$other": f"{type(value).__name__} {value}"}


def made(path, args, keywords, depth):
    """A call that makes something."""
    shown = {key: plain(item, depth + 1) for key, item in keywords.items()}
    return {"$made": [path, [plain(item, depth + 1) for item in args], shown]}


def field(name, value):
    """The deconstructed field."""
    _, path, args, keywords = value.deconstruct()
    shown = {key: plain(item) for key, item in keywords.items()}
    for key in ("to", "through"):
        if isinstance(shown.get(key), str):
            shown[key] = shown[key].lower()
    return {"name": name, "kind": path, "arguments": {**shown, **({"*args": [plain(item) for item in args]} if args else {})}}


def state(model):
    """One model."""
    from django.db.migrations.state import ModelState

    found = ModelState.from_model(model)
    fields = found.fields.items() if isinstance(found.fields, dict) else found.fields
    return {
        "app": found.app_label,
        "name": found.name,
        "dotted": path_of(model),
        "table": model._meta.db_table,
        "fields": [field(name, value) for name, value in fields],
        "options": {name: plain(value) for name, value in found.options.items()},
        "bases": [base if isinstance(base, str) else path_of(base) for base in found.bases],
        "managers": [[name, plain(list(manager.deconstruct()))] for name, manager in found.managers],
    }


def collect(order):
    """Set the project up, import what its checks would, and show the models of the apps inside of it."""
    sys.path[:0] = order["path"]
    sys.argv = ["manage.py", "makemigrations"]
    if order["configuration"]:
        importlib.import_module("configurations").setup()
    import django
    from django.apps import apps
    from django.conf import settings
    from django.utils import translation

    settings.LOGGING_CONFIG = None
    problems = {"database": usable_database(settings)}
    django.setup()
    try:
        importlib.import_module(settings.ROOT_URLCONF)
    except Exception as error:  # noqa: BLE001 - whatever a project raises
        problems["urls"] = f"{type(error).__name__}: {error}"[:300]
    translation.deactivate_all()
    ours = [app for app in apps.get_app_configs() if inside(app.path, order["root"])]
    models = []
    for app in ours:
        for model in app.get_models(include_swapped=True):
            try:
                models.append(state(model))
            except Exception as error:  # noqa: BLE001 - whatever a project raises
                problems[model._meta.label] = f"{type(error).__name__}: {error}"[:300]
    return {
        "version": django.get_version(),
        "apps": [app.label for app in ours],
        "models": models,
        "problems": {what: why for what, why in problems.items() if why},
    }


def usable_database(settings):
    """No database is needed: where the backend cannot be imported, another one stands in."""
    try:
        importlib.import_module(settings.DATABASES["default"]["ENGINE"] + ".base")
    except Exception as error:  # noqa: BLE001 - whatever a project raises
        settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        return f"sqlite stands in: {type(error).__name__}"
    return ""


def inside(path, root):
    """Whether an app is the checkout's own."""
    return os.path.realpath(path).startswith(os.path.realpath(root) + os.sep) and "site-packages" not in path


if __name__ == "__main__":
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the settings print is no answer
    sys.path.pop(0)
    json.dump(collect(json.load(sys.stdin)), answer)
    answer.close()
