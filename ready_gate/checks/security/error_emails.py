"""Errors are mailed to people who read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ready_gate.checks.monitoring.loggers import ERROR, MAIL_ADMINS, Logger, applied, class_of, level_of, silent
from ready_gate.checks.reading import Seen, at_least, host_of, is_loopback, is_placeholder_host, unset_here
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, hanging, settled
from ready_gate.checks.security.placeholders import is_placeholder
from ready_gate.facts.views import Environment, Setting, Settings
from ready_gate.model import Outcome

UNSENT = tuple(f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "locmem", "filebased"))
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SANDBOXES = (
    *("smtp.mailtrap.io", "sandbox.smtp.mailtrap.io", "sandbox-smtp.mailtrap.io", "smtp.ethereal.email"),
    *("mailhog", "mailpit", "maildev", "mailcatcher", "smtp4dev", "inbucket", "greenmail", "mailslurper"),
)
FIRST_SENDERS = {"SERVER_EMAIL": "root@localhost", "DEFAULT_FROM_EMAIL": "webmaster@localhost"}
_ADDRESS = re.compile(r"[^\s<>@,]{1,200}@[^\s<>@,]{1,200}")
# The loggers that an error of a request is handed to, the nearest first.
CHAIN = ("django.request", "django", "")


@check("security.error-emails")
def error_emails(settings: Settings, environment: Environment) -> Outcome:
    """An error in a request is mailed by Django to addresses that exist."""
    seen = [
        *_admins(settings["ADMINS"], environment, pairs=needs_pairs(settings)),
        *_delivery(settings, environment),
        *_sender(settings, environment),
        *_route(settings),
    ]
    return settled(settings, seen, "errors are mailed to ADMINS")


def needs_pairs(settings: Settings) -> bool:
    """Whether the project's Django mails to nobody unless each entry of ADMINS is (name, address): plain addresses came with 6.0."""
    return at_least(settings, 6, 0) is False


def no_pair(admins: Setting) -> Setting | None:
    """The first entry of ADMINS that is no pair."""
    return next((entry for entry in admins.items if entry.kind not in ("tuple", "list") or len(entry.items) != 2), None)


def _admins(admins: Setting, environment: Environment, *, pairs: bool) -> Iterator[Seen]:
    if admins.truth is None or (admins.truth and not admins.known):
        yield doubt(admins)
        return
    if pairs and (odd := no_pair(admins)) is not None:
        message = f"{odd.name} is no pair of a name and an address, so that Django raises an error instead of mailing one"
        yield finding("security.no-admins", message, odd, fix="Write each entry as (name, address).")
        return
    addresses = [found for entry in admins.items for found in _ADDRESS.findall((address_of(entry).text or "")[:2000])]
    swapped = next((entry for entry in admins.items if address_of(entry) is not entry and _ADDRESS.search((entry.items[0].text or "")[:2000])), None)
    if not addresses and swapped is not None:
        message = f"{swapped.name} is (address, name), and Django mails to the second part, which is no address"
        yield finding("security.no-admins", message, swapped, fix="Write each entry as (name, address).")
    elif not addresses:
        yield unset_here(admins, environment) or finding(
            "security.no-admins", f"ADMINS is empty{hanging(admins)}: Django mails errors to nobody", admins
        )
    elif all(is_example(address) for address in addresses):
        wrong = finding("security.example-admins", f"ADMINS holds example addresses only{hanging(admins)}: Django mails errors to nobody", admins)
        yield unset_here(admins, environment) or wrong


def address_of(entry: Setting) -> Setting:
    """The part of an entry that Django mails to: the second of a pair, or the text itself."""
    return entry.items[1] if entry.kind in ("tuple", "list") and len(entry.items) == 2 else entry


def is_example(address: str) -> bool:
    """Whether a mail address is one that stands in documentation."""
    name, _, host = address.lower().rpartition("@")
    return (
        is_placeholder_host(host)
        or is_loopback(host)
        or is_placeholder(address)
        or name.startswith("your")
        or address.lower() in ("test@test.com", "admin@admin.com", "email@email.com")
    )


def _delivery(settings: Settings, environment: Environment) -> Iterator[Seen]:
    """What sends mail: the default one of MAILERS, which Django 6.1 brought, or EMAIL_BACKEND and its fellows."""
    if not (at_least(settings, 6, 1) and settings.is_set("MAILERS")):
        yield from _backend(settings["EMAIL_BACKEND"], "security.email-backend")
        yield from _server(settings["EMAIL_BACKEND"], settings["EMAIL_HOST"], environment)
        return
    mailers = settings["MAILERS"]
    mailer = mailers.get("default")
    if mailers.has("default") is False:
        yield unset_here(mailers, environment) or finding(
            "django.mail.W001", "MAILERS has no 'default' entry: Django drops the mails to ADMINS", mailers
        )
    elif mailer.kind in ("unknown", "choice"):
        yield doubt(mailer)
    else:
        backend = mailer.get("BACKEND")
        yield from _backend(backend, "django.mail.E001")
        host = mailer.get("OPTIONS", "host")
        yield from _server(replace(backend, value=SMTP, kind="str") if backend.absent else backend, host, environment)


def _backend(backend: Setting, rule: str) -> Iterator[Seen]:
    if not backend.known:
        if not backend.absent:
            yield doubt(backend)
    elif backend.text in UNSENT:
        kind = str(backend.text).split(".")[-2]
        yield finding(rule, f"{backend.name} is the {kind} one{hanging(backend)}, which sends nothing", backend)


def is_mail_sandbox(host: str) -> bool:
    """Whether a mail server is one that delivers nothing."""
    return host.lower() in SANDBOXES or host.lower().endswith(".ethereal.email")


def _server(backend: Setting, host: Setting, environment: Environment) -> Iterator[Seen]:
    if backend.text != SMTP:
        return
    if host.kind in ("unknown", "choice"):
        yield doubt(host)
    elif host.text is not None and (is_placeholder_host(host.text) or is_placeholder(host.text)):
        yield finding("security.email-host", f"{host.name} is {host.text[:100]}{hanging(host)}, an example", host)
    elif host.text and is_mail_sandbox(host.text):
        yield finding("security.email-host", f"{host.name} is {host.text[:100]}{hanging(host)}, which keeps mails for developers to look at", host)
    elif host.text == "":
        yield unset_here(host, environment) or finding("security.email-host", f"{host.name} is empty{hanging(host)}", host)
    elif host.text and is_loopback(host_of(f"smtp://{host.text}") or ""):
        yield warning("security.email-host", f"{host.name} is {host.text}{hanging(host)}: mail leaves only if this machine runs a mail server", host)


def _sender(settings: Settings, environment: Environment) -> Iterator[Seen]:
    """SERVER_EMAIL sends error mails. DEFAULT_FROM_EMAIL alone shows that mail is set up, with the sender forgotten."""
    states = {name: _sender_state(settings[name], first) for name, first in FIRST_SENDERS.items()}
    server = settings["SERVER_EMAIL"]
    if states["SERVER_EMAIL"] == "good":
        return
    if "unknown" in states.values():
        yield from (doubt(settings[name]) for name, state in states.items() if state == "unknown")
    elif states["DEFAULT_FROM_EMAIL"] == "good":
        yield warning("security.server-email", "SERVER_EMAIL, which error mails come from, is not set, although DEFAULT_FROM_EMAIL is", server)
    else:
        wrong = finding("security.server-email", "neither SERVER_EMAIL nor DEFAULT_FROM_EMAIL is set to an address of the site", server)
        yield unset_here(server, environment) or unset_here(settings["DEFAULT_FROM_EMAIL"], environment) or wrong


def _sender_state(sender: Setting, first: str) -> str:
    if sender.kind in ("unknown", "choice"):
        return "unknown"
    address = _ADDRESS.search((sender.text or "")[:2000])
    return "good" if address and address.group() != first and not is_example(address.group()) else "missing"


def _route(settings: Settings) -> Iterator[Seen]:
    """Whether an ERROR of django.request reaches AdminEmailHandler, the way dictConfig applies LOGGING after Django's own defaults."""
    for config in applied(settings).possible():
        if config.kind == "unknown" or config.rest:
            yield doubt(config)
        elif settings["LOGGING_CONFIG"].truth is False and config.absent:
            yield finding("security.no-mail-handler", "LOGGING_CONFIG is off, and nothing else configures a mail handler", settings["LOGGING_CONFIG"])
        elif config.truth:
            yield from _mailed(config, by_hand=settings["LOGGING_CONFIG"].truth is False)


def _mailed(config: Setting, *, by_hand: bool) -> Iterator[Seen]:
    loggers = config.get("loggers")
    off = config.get("disable_existing_loggers")
    named = any(not loggers.get(name).absent for name in CHAIN[:2])
    if not named and (off.absent or off.truth):
        why = "LOGGING disables the existing loggers (disable_existing_loggers) and does not name django"
        yield finding("security.no-mail-handler", f"{why}: no error of a request is handled, and none is mailed", config)
        return
    if not named and off.truth is None:
        yield doubt(off)
        return
    answers = list(_answers(config, by_hand))
    if True not in answers:
        doubtful = next((answer for answer in answers if isinstance(answer, str)), None)
        message = "no handler of class AdminEmailHandler at level ERROR is reached from django.request in LOGGING"
        yield doubtful or finding("security.no-mail-handler", message, config)


def _answers(config: Setting, by_hand: bool) -> Iterator[bool | str]:
    """For each logger from django.request up to the root: whether it mails errors, or why that could not be told."""
    for name in CHAIN:
        here = config.get("loggers").get(name) if name else _root(config)
        if here.kind in ("unknown", "choice") or here.rest:
            yield doubt(here)
        elif here.absent:
            yield name == "django" and not by_hand  # Django's own handler is still attached
        else:
            yield from _handlers(Logger(name, here), config)
            propagate = here.get("propagate")
            if not propagate.absent and propagate.truth is False:
                return


def _root(config: Setting) -> Setting:
    named = config.get("loggers").get("")
    return config.get("root") if named.absent else named


def _handlers(logger: Logger, config: Setting) -> Iterator[bool | str]:
    level = level_of(logger.setting.get("level"), 0)
    if level is not None and level > ERROR and logger.name == CHAIN[0]:
        yield False
        return
    for name in logger.setting.get("handlers").items:
        handler = config.get("handlers").get(name.text)
        known = class_of(handler)
        if not known and not handler.absent:
            yield doubt(handler) if handler.doubt() else f"the class of the handler {name.text} could not be told"
        elif known == MAIL_ADMINS or known.endswith("AdminEmailHandler"):
            threshold = level_of(handler.get("level"), 0)
            yield threshold is not None and threshold <= ERROR and not silent(handler, config)
