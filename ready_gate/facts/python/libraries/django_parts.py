"""What settings files import from Django itself and from packages around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from ready_gate.facts.python.libraries import MODELS, Call, Runtime, models, version
from ready_gate.facts.python.libraries.lifting import instance, pure
from ready_gate.facts.python.values import Instance, Items, Scalar, Unknown, Value

LAZY = "django.utils.translation.gettext_lazy"
MESSAGE_LEVELS = {"DEBUG": 10, "INFO": 20, "SUCCESS": 25, "WARNING": 30, "ERROR": 40}
CSP_WORDS = ("none", "report-sample", "self", "strict-dynamic", "unsafe-eval", "unsafe-hashes", "unsafe-inline", "wasm-unsafe-eval")
CSP = {**{word.upper().replace("-", "_"): f"'{word}'" for word in CSP_WORDS}, "NONCE": "<CSP_NONCE_SENTINEL>"}
CORS_HEADERS = ("accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with")
OLD_CORS_HEADERS = ("accept-encoding", "dnt", "origin")
CORS_METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")

MODELS.constants |= {f"django.contrib.messages.constants.{name}": level for name, level in MESSAGE_LEVELS.items()}
MODELS.constants |= {f"django.contrib.messages.{name}": level for name, level in MESSAGE_LEVELS.items()}
MODELS.constants["django.contrib.messages.constants.DEFAULT_TAGS"] = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}
MODELS.constants["django.contrib.messages.constants.DEFAULT_LEVELS"] = MESSAGE_LEVELS
MODELS.constants |= {f"django.utils.csp.CSP.{name}": text for name, text in CSP.items()}
MODELS.aliases |= {f"django.utils.translation.{name}": LAZY for name in ("ugettext_lazy", "gettext", "ugettext")}
MODELS.aliases |= {"django.core.urlresolvers": "django.urls", "django.urls.base": "django.urls"}


@models(LAZY)
def translated(call: Call) -> Value:
    """A text that is translated when it is shown: kept with its source text."""
    return instance(call, LAZY)


@models("django.urls.reverse_lazy")
def reversed_later(call: Call) -> Value:
    """An address that is looked up later: kept with its name."""
    return instance(call, "django.urls.reverse_lazy")


@models("django.utils.translation.gettext_noop", "django.utils.translation.ugettext_noop")
def untranslated(call: Call) -> Value:
    """The text itself."""
    return call.argument(0, "message") or call.unknown("no text")


def cors_defaults(run: Runtime, name: str) -> object:
    """The constants of django-cors-headers: up to version 3 there are three more headers."""
    if name != "default_headers":
        return CORS_METHODS if name == "default_methods" else ...
    pinned = version(run, "django-cors-headers")
    if pinned is None:
        return Items([Scalar(name) for name in CORS_HEADERS], "tuple", rest="depends on the version")
    return CORS_HEADERS if pinned >= (4,) else tuple(sorted((*CORS_HEADERS, *OLD_CORS_HEADERS)))


def global_setting(run: Runtime, name: str) -> object:
    """A default of Django's, where the project's version has it."""
    return _written(run.django_defaults.get(name, ...))


def _written(part: object) -> object:
    if isinstance(part, list):
        return [_written(item) for item in part]
    if not isinstance(part, Mapping):
        return part
    if "$tuple" in part:
        items = _written(part["$tuple"])
        return tuple(items) if isinstance(items, list) else items
    if "$timedelta" in part:
        return timedelta(seconds=part["$timedelta"])
    return Unknown("a default that is an object") if "$object" in part else {key: _written(value) for key, value in part.items()}


MODELS.versioned["corsheaders.defaults"] = cors_defaults
MODELS.versioned["django.conf.global_settings"] = global_setting


@models("celery.schedules.crontab", "celery.schedules.solar", "kombu.Queue", "kombu.Exchange", "kombu.entity.Queue", "kombu.entity.Exchange")
def kept(call: Call) -> Value:
    """An object with its arguments."""
    return instance(call, call.name)


@models("celery.schedules.schedule")
def schedule(call: Call) -> Value:
    """An interval."""
    return instance(call, call.name)


HOST = re.compile(r"([a-z0-9.-]{1,300}|\[[a-f0-9]{0,4}:[a-f0-9.:]{1,60}\])(?::([0-9]{1,20}))?")


def split_domain_port(host: object) -> tuple[str, str]:
    """`django.http.request.split_domain_port`: the host in small letters without its last dot, and the port."""
    if not isinstance(host, str) or len(host) > 300:
        raise ValueError("no host")
    match = HOST.fullmatch(host.lower())
    return (match[1].removesuffix("."), match[2] or "") if match else ("", "")


pure("django.http.request.split_domain_port", split_domain_port)


@models("django.utils.functional.lazy", "django.utils.functional.SimpleLazyObject")
def lazy(call: Call) -> Value:
    """Worked out later."""
    return Instance(instance(call, call.name).type, list(call.args), origins=(call.at,))
