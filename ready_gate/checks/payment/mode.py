"""Test mode is off, for sure, and stays off when its variable is missing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from ready_gate.checks.payment.gateways import Entry, Role, entries, is_live_host, is_live_key, is_test_host, is_test_key
from ready_gate.checks.reading import Seen, because, only_defaults, settle
from ready_gate.checks.registry import check, finding, warning
from ready_gate.facts.views import Environment, Gateway, Setting, Settings, Variables
from ready_gate.model import Finding, Outcome

_TRUE, _FALSE = ("true", "1", "yes", "on", "y", "t"), ("false", "0", "no", "off", "n", "f", "")
_LIVE_WORDS = ("prod", "production", "live", "real")
_TEST_WORDS = ("stag", "staging", "stage", "test", "testing", "sandbox", "uat", "dev", "development", "local", "demo")
_LIVE_NAMES = ("LIVE", "PRODUCTION", "IS_PROD")


class Mode(Enum):
    """What a value says of the mode."""

    LIVE = "live"
    TEST = "test"
    TEXT = "a text that is true whatever it says"
    UNKNOWN = "unknown"


def mode_of(entry: Entry) -> Mode:
    """What a mode setting says; several possible values count only where they agree."""
    modes = {_mode(entry, option) for option in entry.setting.possible()}
    return modes.pop() if len(modes) == 1 else Mode.UNKNOWN


def _mode(entry: Entry, value: Setting) -> Mode:
    """Names like PAYTM_TEST_MODE are on in test mode, those like STRIPE_LIVE_MODE on in production."""
    on, off = (Mode.LIVE, Mode.TEST) if any(name in entry.name for name in _LIVE_NAMES) else (Mode.TEST, Mode.LIVE)
    if value.kind in ("bool", "int", "NoneType"):
        return on if value.value else off
    if value.kind != "str":
        return Mode.UNKNOWN
    text = str(value.value).strip().lower()
    if text in _LIVE_WORDS or text in _TEST_WORDS:
        return Mode.LIVE if text in _LIVE_WORDS else Mode.TEST
    if text in _TRUE:
        return on
    if text in _FALSE:
        return off if not text or entry.cast else Mode.TEXT
    return Mode.UNKNOWN


@check("payment.test-mode-off")
def test_mode_off(gateway: Gateway, settings: Settings, fallback_settings: Settings, environment: Environment, variables: Variables) -> Outcome:
    """Mode, website, host and keys all say production, and at least one of them does say so."""
    found = entries(gateway, settings, environment, variables)
    seen = [part for entry in found for part in _entry(entry)]
    seen += _defaults(entries(gateway, fallback_settings), {part.at for part in seen if isinstance(part, Finding)})
    if not seen and not any(_says_live(entry) for entry in found):
        seen.append("nothing in the settings or the environment says that the gateway runs in production; the code is not looked at yet")
    return settle(seen, "test mode is off")


def _entry(entry: Entry) -> Iterator[Seen]:
    setting, text = entry.setting, entry.setting.text or ""
    if entry.role is Role.MODE:
        yield from _mode_entry(entry)
    elif entry.role is Role.WEBSITE:
        yield from _website(entry)
    elif entry.role is Role.URL:
        if is_test_host(text):
            yield finding("payment.sandbox-host", f"{entry.name} is the gateway's test host{because(setting)}", setting)
        elif any(is_test_host(option.text or "") for option in setting.possible()):
            yield setting.doubt() or ""
    elif is_test_key(text):
        yield finding("payment.sandbox-key", f"{entry.name} is a test key{because(setting)}", setting)


def _website(entry: Entry) -> Iterator[Seen]:
    values = [(option.text or "").upper() for option in entry.setting.possible()]
    staging = [value for value in values if "STAGING" in value or value == "WORLDPRESSPLG"]
    if staging and len(staging) == len(values):
        yield finding(
            "payment.webstaging", f"{entry.name} is {staging[0]!r}{because(entry.setting)}, the website of Paytm's test account", entry.setting
        )
    elif staging:
        yield entry.setting.doubt() or ""


def _mode_entry(entry: Entry) -> Iterator[Seen]:
    mode, setting = mode_of(entry), entry.setting
    if mode is Mode.TEST:
        yield finding("payment.test-mode", f"{entry.name} says test mode ({setting.shown()!r}){because(setting)}", setting)
    elif mode is Mode.TEXT:
        message = f"{entry.name} is the text {setting.shown()!r}{because(setting)}, which counts as true unless the code compares it"
        yield warning("payment.test-mode-text", message, setting)
        yield message
    elif mode is Mode.UNKNOWN:
        yield setting.doubt() or f"{entry.name} is {setting.shown()!r}, which says neither test nor production ({setting.origin})"


def _defaults(found: tuple[Entry, ...], seen: set[object]) -> Iterator[Finding]:
    """Test mode as what the code falls back to, even if the environment of today overrides it."""
    for entry in found:
        if entry.role is Role.MODE and only_defaults(entry.setting) and mode_of(entry) is Mode.TEST and entry.setting.origin not in seen:
            names = ", ".join(dict.fromkeys(read.name for read in entry.setting.missing_reads))
            yield finding("payment.test-mode-default", f"{entry.name} is {entry.setting.shown()!r} whenever {names} is not set", entry.setting)


def _says_live(entry: Entry) -> bool:
    text = entry.setting.text or ""
    if entry.role is Role.MODE:
        return mode_of(entry) is Mode.LIVE
    return bool(text) and (entry.role is Role.WEBSITE or is_live_host(text) or is_live_key(text))
