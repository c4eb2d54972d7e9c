"""What a running project says of itself: its settings, the variables they read, and Django's deployment checks.

Runs in the project's own interpreter (Python 3.7 or newer, any Django), so it imports nothing of ready-gate. It is told on standard input what to
load, and answers on the standard output that it found, as JSON. Secrets are in the answer: it is made for the pipe to the process that compares.
"""

from __future__ import annotations

import datetime
import decimal
import importlib
import json
import os
import re
import sys
from pathlib import PurePath

DEEPEST = 12
LAZY = "__proxy__"
SHOWN = (
    (str, str.__str__),
    ((bytes, datetime.date, datetime.time), repr),
    (decimal.Decimal, str),
    (datetime.timedelta, lambda value: {"$timedelta": value.total_seconds()}),
)
KINDS = (bool, int, float, str, bytes, datetime.timedelta, PurePath, dict, list, tuple, (set, frozenset), type(None))
BOOKKEEPING = ("SETTINGS_MODULE", "CONFIGURATION", "DOTENV_LOADED")  # of Django and django-configurations
BLOCKS = {"REST_FRAMEWORK": "rest_framework.settings", "SIMPLE_JWT": "rest_framework_simplejwt.settings"}


def plain(value, root, depth=0):
    """The value in the form in which `inspect settings` prints it; what has no such form as `{"$object": dotted name}`."""
    if depth > DEEPEST:
        return {"$object": "too deep"}
    if isinstance(value, dict):
        return {str(key): plain(child, root, depth + 1) for key, child in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, root, depth + 1) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item, root, depth + 1) for item in value), key=json.dumps)
    return single(value, root)


def single(value, root):
    """A value that holds no others."""
    if type(value).__name__ == LAZY:
        return str(value.__reduce__()[1][1][0])
    if value is None or isinstance(value, (bool, int, float)):
        return value
    for known, shown in SHOWN:
        if isinstance(value, known):
            return shown(value)
    if isinstance(value, PurePath):
        inside = os.path.relpath(str(value), root)
        return str(value) if inside.startswith("..") else inside
    if isinstance(value, re.Pattern) and not value.flags & ~re.UNICODE:
        return f"re.compile({value.pattern!r})"
    named = value if hasattr(value, "__qualname__") else type(value)
    return {"$object": f"{named.__module__}.{named.__qualname__}"}


def kind(value):
    """The type's name, of the plain type that a value is an instance of."""
    for known in KINDS:
        if isinstance(value, known):
            first = known[0] if isinstance(known, tuple) else known
            return "Path" if first is PurePath else first.__name__
    return "object"


class Reads:
    """Notes the variables that the project's own code asks `os.environ` for; what a library reads while it is imported is its own affair."""

    def __init__(self, root):
        self.names = set()
        read = type(os.environ).__getitem__

        def spy(environ, name):
            if isinstance(name, str) and name not in self.names and self.by_project(sys._getframe(1), root):
                self.names.add(name)
            return read(environ, name)

        type(os.environ).__getitem__ = spy

    @staticmethod
    def by_project(frame, root):
        while frame is not None:
            path = frame.f_code.co_filename
            if path.startswith("<frozen importlib"):
                return False
            if path.startswith(root + os.sep) and "site-packages" not in path:
                return True
            frame = frame.f_back
        return False


def effective(settings, values):
    """The blocks that a library completes by its own defaults, as it sees them."""
    from django.db import connections

    for alias in connections.databases if "default" in (values.get("DATABASES") or {}) else ():
        for fill in ("ensure_defaults", "prepare_test_settings"):  # until Django 4.0
            getattr(connections, fill, str)(alias)
    for name, module in BLOCKS.items():
        if name in values or module.partition(".")[0] in settings.INSTALLED_APPS:
            values[name] = {**importlib.import_module(module).DEFAULTS, **(values.get(name) or {})}


def deployment_checks(errors):
    """The ids that Django's security checks show with `check --deploy`, those that the settings silence included."""
    from django.core.checks.registry import registry

    for module in ("base", "csrf", "sessions"):
        importlib.import_module("django.core.checks.security." + module)
    checks = [check for check in registry.get_checks(True) if "security" in check.tags]
    found = [message for check in checks for message in guarded(errors, "check " + check.__name__, check, None) or ()]
    return sorted({message.id for message in found})


def guarded(errors, what, function, *arguments):
    """One step; where it fails, the others still count."""
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - whatever a project raises
        errors[what] = type(error).__name__
        return None


def collect(order):
    """Load the settings module, and the configuration class in it where one is named."""
    sys.path[:0] = order["path"]
    sys.argv = ["gunicorn"]
    reads = Reads(order["root"])
    from django.conf import settings

    if order["configuration"]:
        importlib.import_module("configurations").setup()
    errors, values = {}, {}
    for name in dir(settings):
        if name.isupper() and not name.startswith("_") and name not in BOOKKEEPING:
            guarded(errors, name, lambda: values.update({name: getattr(settings, name)}))  # noqa: B023 - called at once
    seen = sorted(reads.names)
    guarded(errors, "the libraries' defaults", effective, settings, values)
    return {
        "settings": {name: plain(value, order["root"]) for name, value in values.items()},
        "types": {name: kind(value) for name, value in values.items()},
        "reads": seen,
        "ids": deployment_checks(errors),
        "errors": errors,
    }


if __name__ == "__main__":
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the settings print is no answer
    sys.path.pop(0)
    json.dump(collect(json.load(sys.stdin)), answer)
    answer.close()
