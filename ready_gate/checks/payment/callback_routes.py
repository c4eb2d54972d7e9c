"""The gateway reaches the callback: there is a route to it that takes POST without Django's CSRF token."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ready_gate.checks.payment.callbacks import callback_entries
from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import ask_person, check, finding
from ready_gate.facts.views import Gateway, Payments, Settings
from ready_gate.facts.views.payments import Callback
from ready_gate.facts.views.routes import Route, Routes
from ready_gate.model import Outcome


@check("payment.callback-route")
def callback_route(gateway: Gateway, payments: Payments, routes: Routes, settings: Settings) -> Outcome:
    """Each callback view has a route that accepts POST and is exempt from CSRF, and the callback URL of the settings leads to a route."""
    seen: list[Seen] = [part for callback in payments.callbacks for part in _callback(callback, routes)]
    seen += _addresses(gateway, settings, routes)
    if not payments.callbacks and not seen:
        return ask_person("no view was recognised that takes what the gateway sends; the dashboard may name an address elsewhere")
    return settle(seen, "the gateway reaches the callback")


def _callback(callback: Callback, routes: Routes) -> Iterator[Seen]:
    own = [route for route in routes if route.view_at is not None and _is_of(route, callback)]
    if not own:
        vague = next((route for route in routes if route.view_at is None and _may_be_of_the_project(route)), None)
        if routes.problems:
            yield f"no route to {callback.name} was found, and there may be more routes: {routes.problems[0]}"
        elif vague is not None:
            yield f"no route to {callback.name} was found, and the view behind {vague.pattern} ({vague.at}) is not known"
        elif callback.called:
            yield f"no route to {callback.name} was found, and other code hands something on to it"
        else:
            yield finding("payment.callback-unrouted", f"no URL leads to {callback.name}", callback.at)
        return
    posting = [route for route in own if not route.methods or {"POST", "ANY"} & set(route.methods)]
    only_read = all(set(route.methods) <= {"GET", "HEAD", "OPTIONS"} for route in own) and callback.name.endswith(".get")
    if not posting and not only_read:
        yield finding("payment.callback-no-post", f"{own[0].pattern} does not accept POST, which the gateway sends", own[0].at)
    for route in posting:
        if not _is_exempt(route) and callback.by_gateway:
            yield finding(
                "payment.callback-csrf", f"{route.pattern} ({callback.name}) wants Django's CSRF token, which no gateway sends", callback.at
            )


def _is_of(route: Route, callback: Callback) -> bool:
    at = route.view_at
    return (
        at is not None
        and at.path == callback.at.path
        and (at.line == callback.at.line or route.view.rsplit(".", 1)[-1] == callback.name.split(".")[0])
    )


def _may_be_of_the_project(route: Route) -> bool:
    """Whether nothing tells whose view is behind a route: none is known, or only a base class of Django's or REST framework's."""
    return not route.view or route.view.startswith(("django.views.generic", "rest_framework.viewsets.", "rest_framework.generics."))


def _is_exempt(route: Route) -> bool:
    """REST framework's views ask for the token only with session authentication, Ninja's and GraphQL's as they are set up."""
    if route.csrf_exempt:
        return True
    return route.kind == "drf" and not any(name.endswith("SessionAuthentication") for name in route.authentication)


def _addresses(gateway: Gateway, settings: Settings, routes: Routes) -> Iterator[Seen]:
    """The path of each callback URL in the settings belongs to a route."""
    if routes.problems:
        return
    for name, setting in callback_entries(gateway, settings):
        path = urlsplit(setting.text or "").path.lstrip("/") if setting.text and "://" in setting.text else ""
        if path and not any(_matches(route.pattern, path) for route in routes):
            yield finding("payment.callback-nowhere", f"{name} ends in /{path}, to which no route leads", setting)


def _matches(pattern: str, path: str) -> bool:
    """Whether a path fits a pattern: segment by segment, a parameter takes any; regular expressions are given the benefit of the doubt."""
    if any(sign in pattern for sign in "^$\\(["):
        start = pattern.lstrip("^").split("(", 1)[0].split("$", 1)[0].replace("\\", "")
        return path.startswith(start.lstrip("/"))
    if pattern.endswith("/") and not path.endswith("/"):
        path += "/"  # APPEND_SLASH redirects there; a POST loses its body, which the staging probe tells
    one, other = pattern.split("/"), path.split("/")
    if "<path:" in pattern:
        return other[: len(one) - 1] != [] and all(_fits(part, word) for part, word in zip(one, other, strict=False) if "<path:" not in part)
    return len(one) == len(other) and all(_fits(part, word) for part, word in zip(one, other, strict=True))


def _fits(part: str, word: str) -> bool:
    if "<" not in part:
        return part == word
    return word.isdigit() if part.startswith("<int:") and part.endswith(">") else bool(word)
