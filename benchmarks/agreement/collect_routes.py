"""What a running project says of its routes: each pattern with its view, and for REST framework's views whether they let nobody in.

Runs in the project's own interpreter (Python 3.7 or newer, any Django), so it imports nothing of ready-gate. It is told on standard input what to
load, and answers on the standard output that it found, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

DEEPEST = 30
VERBS = ("get", "post", "put", "patch", "delete")


def text_of(pattern):
    """A pattern as the resolver shows it, in Django 1.11 too."""
    held = getattr(pattern, "pattern", None)
    return str(held) if held is not None and not isinstance(held, str) else pattern.regex.pattern


def dotted(thing):
    """Where a class or function is defined; what stands behind a composed permission as code."""
    if hasattr(thing, "operator_class"):
        sign = {"AND": " & ", "OR": " | ", "NOT": "~"}.get(thing.operator_class.__name__, "?")
        first = dotted(thing.op1_class)
        return sign + first if sign == "~" else first + sign + dotted(thing.op2_class)
    return f"{thing.__module__}.{thing.__qualname__}"


def walk(patterns, prefix, spaces, depth=0):
    """Every pattern below these, with what is in front of it."""
    for pattern in patterns:
        here = prefix + text_of(pattern)
        if hasattr(pattern, "url_patterns"):
            if depth < DEEPEST:
                inner = [*spaces, pattern.namespace] if pattern.namespace else spaces
                yield from walk(pattern.url_patterns, here, inner, depth + 1)
        else:
            yield here, ":".join([*spaces, pattern.name]) if pattern.name else None, pattern


def bare(callback):
    """The view inside of decorators that keep it."""
    seen = 0
    while hasattr(callback, "__wrapped__") and not hasattr(callback, "cls") and not hasattr(callback, "view_class") and seen < 50:
        callback, seen = callback.__wrapped__, seen + 1
    return callback


def row(pattern, name, entry):
    """One route."""
    callback = entry.callback
    view = bare(callback)
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if getattr(kind, "__qualname__", "") == "WrappedAPIView":  # what newer versions call the class of every function with @api_view
        kind.__qualname__ = kind.__name__
    found = {"pattern": pattern, "name": name, "view": dotted(kind or view) if hasattr(kind or view, "__qualname__") else type(view).__name__}
    if kind is not None and hasattr(kind, "permission_classes") and hasattr(kind, "check_permissions"):
        found["methods"] = of_rest(view, kind)
    return found


def of_rest(view, kind):
    """For each HTTP method: the permission classes, and whether they let somebody without credentials through."""
    actions = getattr(view, "actions", None) or {verb: verb for verb in VERBS if hasattr(kind, verb)}
    found = {}
    for verb, action in actions.items():
        if verb in VERBS:
            found[verb.upper()] = asked(view, kind, verb, action)
    return found


def asked(view, kind, verb, action):
    """Ask the permissions themselves, as REST framework does."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory
    from rest_framework.request import Request

    plain = getattr(RequestFactory(), verb)("/")
    plain.user = AnonymousUser()
    request = Request(plain)
    request._user, request._auth, request._request.user = AnonymousUser(), None, AnonymousUser()
    try:
        thing = kind(**(getattr(view, "initkwargs", None) or {}))
        thing.request, thing.args, thing.kwargs, thing.format_kwarg = request, (), {}, None
        thing.action, thing.action_map = action, getattr(view, "actions", None)
        permissions = thing.get_permissions()
    except Exception as error:  # noqa: BLE001 - whatever a project raises
        return {"error": type(error).__name__}
    made = {"permissions": [dotted(type(permission)) for permission in permissions]}
    try:
        made["open"] = all(permission.has_permission(request, thing) for permission in permissions)
    except Exception as error:  # noqa: BLE001
        made["error"], made["open"] = type(error).__name__, False
    return made


def collect(order):
    """Load the project and walk its URL configuration."""
    sys.path[:0] = order["path"]
    sys.argv = ["gunicorn"]
    if order["configuration"]:
        importlib.import_module("configurations").setup()
    import django

    django.setup()
    try:
        from django.urls import get_resolver
    except ImportError:
        from django.core.urlresolvers import get_resolver
    return [row(*found) for found in walk(get_resolver().url_patterns, "", [])]


if __name__ == "__main__":
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the project prints is no answer
    sys.path.pop(0)
    json.dump(collect(json.load(sys.stdin)), answer)
    answer.close()
