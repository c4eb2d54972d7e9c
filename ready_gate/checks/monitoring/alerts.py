"""Somebody is told of errors."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.monitoring.loggers import ERROR, MAIL_ADMINS, Logger, applied, class_of, handlers_of, level_of, loggers_of, own_level
from ready_gate.checks.reading import Seen, across, because, settle, top
from ready_gate.checks.registry import ask_person, check, finding, passed, unknown
from ready_gate.checks.security.error_emails import SMTP, UNSENT, address_of, is_example, is_mail_sandbox, needs_pairs, no_pair
from ready_gate.facts.views import Setting, Settings
from ready_gate.model import Finding, Outcome

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
    seen = [
        *_recipients(top(settings, "ADMINS"), pairs=needs_pairs(settings)),
        *_backend(top(settings, "EMAIL_BACKEND"), top(settings, "EMAIL_HOST")),
    ]
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


def _recipients(admins: Setting, *, pairs: bool) -> Iterator[Seen]:
    if admins.doubt():
        yield admins.doubt() or ""
        return
    addresses = [part.text for entry in admins.items for part in address_of(entry).walk() if part.text and "@" in part.text]
    unpaired = pairs and no_pair(admins) is not None
    if unpaired or all(is_example(address.rpartition("<")[2].strip("> ")) for address in addresses):
        empty = "holds no address where Django reads it (name, address)" if admins.items else "is empty"
        what = "is no list of pairs" if unpaired else "has placeholder addresses only" if addresses else empty
        yield finding("monitoring.alerts-to-nobody", f"ADMINS {what}{because(admins)}, so error mails reach nobody", admins)


def _backend(backend: Setting, host: Setting) -> Iterator[Seen]:
    if backend.doubt():
        yield backend.doubt() or ""
    elif backend.text in UNSENT:
        yield finding("monitoring.alerts-not-sent", f"EMAIL_BACKEND is {backend.text}{because(backend)}, which sends nothing", backend)
    elif backend.text == SMTP and host.text and is_mail_sandbox(host.text):
        yield finding("monitoring.alerts-not-sent", f"EMAIL_HOST is {host.text}{because(host)}, which delivers nothing", host)
