"""Somebody is told of errors."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.monitoring.loggers import ERROR, MAIL_ADMINS, Logger, applied, class_of, handlers_of, level_of, loggers_of, own_level
from ready_gate.checks.reading import Seen, across, because, is_loopback, is_placeholder_host, settle, top
from ready_gate.checks.registry import ask_person, check, finding, passed, unknown
from ready_gate.facts.views import Setting, Settings
from ready_gate.model import Finding, Outcome

UNSENT = tuple(f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "locmem", "filebased"))
PAGERS = ("slack", "pagerduty", "opsgenie", "telegram", "discord", "msteams", "mattermost", "victorops", "twilio")
NOBODY = "no alert for errors is set up in the settings"


@check("monitoring.alerts")
def alerts(settings: Settings) -> Outcome:
    """Errors go to people by mail, chat or pager."""
    return across(applied(settings), lambda config: _alerts(config, settings))


def _alerts(config: Setting, settings: Settings) -> Outcome:
    reached = [handler for logger in loggers_of(config) for handler in handlers_of(logger, config) if _at_error(logger, handler, config)]
    pager = next((handler for handler in reached if any(word in class_of(handler).lower() for word in PAGERS)), None)
    if pager is not None:
        return passed(f"errors go to {class_of(pager).rsplit('.', 1)[-1]} ({pager.origin})")
    explicit = any(class_of(handler) == MAIL_ADMINS for handler in reached)
    if not explicit and not _django_mails(config):
        return unknown(config.doubt() or "") if config.doubt() else ask_person(NOBODY)
    seen = [*_recipients(top(settings, "ADMINS")), *_backend(top(settings, "EMAIL_BACKEND"))]
    if not explicit and any(isinstance(part, Finding) for part in seen):
        return ask_person(f"{NOBODY}: Django's own error mails have no recipient or are not sent")
    return settle(seen, "errors are mailed to ADMINS")


def _at_error(logger: Logger, handler: Setting, config: Setting) -> bool:
    levels = (own_level(logger, loggers_of(config)), level_of(handler.get("level"), 0))
    return all(level is not None and level <= ERROR for level in levels)


def _django_mails(config: Setting) -> bool:
    """Whether Django's own mail_admins handler is still attached to its logger."""
    if not config.entries:
        return True
    off = config.get("disable_existing_loggers")
    replaced = config.get("loggers").has("django") is not False
    return off.truth is False and not off.absent and not replaced


def _recipients(admins: Setting) -> Iterator[Seen]:
    if admins.doubt():
        yield admins.doubt() or ""
        return
    addresses = [part.text for part in admins.walk() if part.text and "@" in part.text]
    hosts = [address.rsplit("@", 1)[-1].strip(" >").lower() for address in addresses]
    if not any(not is_placeholder_host(host) and not is_loopback(host) for host in hosts):
        what = "has placeholder addresses only" if hosts else "is empty"
        yield finding("monitoring.alerts-to-nobody", f"ADMINS {what}{because(admins)}, so error mails reach nobody", admins)


def _backend(backend: Setting) -> Iterator[Seen]:
    if backend.doubt():
        yield backend.doubt() or ""
    elif backend.text in UNSENT:
        yield finding("monitoring.alerts-not-sent", f"EMAIL_BACKEND is {backend.text}{because(backend)}, which sends nothing", backend)
