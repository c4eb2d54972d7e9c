"""Callback URLs can be reached by the gateway."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ready_gate.checks.payment.gateways import Entry, entries, is_live_host, is_test_host
from ready_gate.checks.reading import (
    Seen,
    allows,
    because,
    empty,
    host_of,
    is_loopback,
    is_placeholder_host,
    is_tunnel,
    only_defaults,
    settle,
    top,
    unset_here,
)
from ready_gate.checks.registry import ask_person, check, finding, warning
from ready_gate.facts.views import Environment, Gateway, Setting, Settings, Variables
from ready_gate.model import Finding, Outcome, Status

_CALLED = re.compile(r"CALLBACK|WEBHOOK_URL|NOTIFY_URL|NOTIFICATION_URL")
# Where the customer's browser is sent to: it may be a front end of its own.
_RETURNED = re.compile(r"(RETURN|REDIRECT|SUCCESS|FAILURE|CANCEL|SURL|FURL)(_URL|_URI)?$")
_GENERAL = re.compile(r"^(PAYMENTS?|CHECKOUT|ORDER)_|^CALLBACK_URL$")

_BARE_HOST = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+(:\d+)?/", re.I)  # a host and a path, without a scheme


@check("payment.callback-urls")
def callback_urls(gateway: Gateway, settings: Settings, fallback_settings: Settings, environment: Environment, variables: Variables) -> Outcome:
    """Every callback URL that the settings or the environment hold is https on one of the site's hosts."""
    found = [
        *_callbacks(gateway, settings),
        *(entry for entry in entries(gateway, settings, environment, variables) if entry.in_code and _is_callback(entry.name)),
    ]
    if not found:
        return ask_person("no callback URL stands in the settings or the environment: the gateway's dashboard or the code may hold it")
    seen = [part for entry in found for part in _entry(entry, top(settings, "ALLOWED_HOSTS"), environment)]
    outcome = settle([*seen, *_defaults(_callbacks(gateway, fallback_settings))], "the callback URLs can be reached by the gateway")
    if outcome.status is Status.PASS and not any(_CALLED.search(entry.name) for entry in found):
        return ask_person(
            "only the pages that customers return to are set; the gateway's dashboard or the code may hold the callback", outcome.findings
        )
    return outcome


def _is_callback(name: str) -> bool:
    return bool(_CALLED.search(name) or _RETURNED.search(name))


def callback_entries(gateway: Gateway, settings: Settings) -> list[tuple[str, Setting]]:
    """The names and values of the settings that say where the gateway sends its word to."""
    return [(entry.name, entry.setting) for entry in _callbacks(gateway, settings) if _CALLED.search(entry.name)]


def _callbacks(gateway: Gateway, settings: Settings) -> list[Entry]:
    general = [Entry(name, setting) for name, setting in settings.values.items() if _GENERAL.search(name) and setting.kind != "dict"]
    return [entry for entry in (*entries(gateway, settings), *general) if _is_callback(entry.name)]


def _entry(entry: Entry, allowed: Setting, environment: Environment) -> Iterator[Seen]:
    outcomes = [tuple(_value(entry, option, allowed, environment)) for option in entry.setting.possible()]
    if all(outcomes):
        yield from outcomes[0]
    elif any(outcomes):
        yield entry.setting.doubt() or f"{entry.name} is one of several values"


def _value(entry: Entry, value: Setting, allowed: Setting, environment: Environment) -> Iterator[Seen]:
    if value.kind == "unknown" or value.rest:
        yield value.doubt() or ""
    elif empty(value):
        yield unset_here(value, environment) or finding("payment.callback-empty", f"{entry.name} is empty{because(value)}", value)
    elif value.text is None:
        yield f"{entry.name} is no text ({value.origin})"
    elif _BARE_HOST.match(value.text.strip()):
        yield finding("payment.callback-http", f"{entry.name} does not begin with https://{because(value)}", value)
    elif (host := host_of(value.text)) is not None:
        yield from _address(entry, value, host, allowed)


def _address(entry: Entry, value: Setting, host: str, allowed: Setting) -> Iterator[Seen]:
    wrong = development_host(host)
    if wrong:
        yield finding(wrong[0], f"{entry.name} points at {host}, {wrong[1]}{because(value)}", value)
    elif is_test_host(host):
        yield finding("payment.callback-host", f"{entry.name} points at the gateway's test host{because(value)}", value)
    elif not is_live_host(host):
        yield from _own_host(entry, value, host, allowed)
    if not wrong and urlsplit(value.text or "").scheme.lower() != "https":
        yield finding("payment.callback-http", f"{entry.name} is not https{because(value)}", value)


def development_host(host: str) -> tuple[str, str] | None:
    """The rule and the words for a host that no gateway should call."""
    if is_loopback(host):
        return "payment.callback-loopback", "this very machine"
    if is_tunnel(host):
        return "payment.callback-tunnel", "a developer's tunnel"
    return ("payment.callback-placeholder", "a placeholder") if is_placeholder_host(host) else None


def _own_host(entry: Entry, value: Setting, host: str, allowed: Setting) -> Iterator[Seen]:
    known = True if allowed.has("*") else allows(allowed, host)
    if known is None:
        yield allowed.doubt() or "ALLOWED_HOSTS is not known"
    elif not known:
        message = f"{entry.name} points at {host}, which is not among ALLOWED_HOSTS{because(value)}"
        called = _CALLED.search(entry.name)
        yield finding("payment.callback-host", message, value) if called else warning("payment.callback-host", message, value)


def _defaults(found: list[Entry]) -> Iterator[Finding]:
    for entry in found:
        host = host_of(entry.setting.text or "")
        if host and only_defaults(entry.setting) and development_host(host):
            names = ", ".join(dict.fromkeys(read.name for read in entry.setting.missing_reads))
            yield warning("payment.callback-default", f"{entry.name} points at {host} whenever {names} is not set", entry.setting)
