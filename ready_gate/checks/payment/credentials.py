"""The gateway's credentials are the live ones, and come from the environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ready_gate.checks.payment.gateways import Entry, Role, entries, is_live_host, is_test_host, is_test_key
from ready_gate.checks.payment.mode import Mode, mode_of
from ready_gate.checks.provenance import Source, committed_at, source_of
from ready_gate.checks.reading import Seen, because, only_defaults, settle, unset_here
from ready_gate.checks.registry import check, finding, warning
from ready_gate.facts.views import Environment, Gateway, Setting, Settings, Variables
from ready_gate.model import Finding, Outcome

_PLACEHOLDER = re.compile(
    r"your[-_ ]|^your|change[-_]?me|x{3,}|placeholder|example|dummy|^replace[-_ ]|insert[-_ ]|_here$|"
    r"^<.{0,100}>$|^todo|^(none|null|test)$|\.\.\.|^\*+$",
    re.I,
)
# The values of Paytm's own examples and of its public test account, found in its documentation and samples.
PUBLISHED = frozenset(
    [
        *("DIY12386817555501617", "bKMfNxPPf_QdZppa", "WorldP64425807474247", "kbzk1DSbJiV_O3p5", "rxazcv89315285244163", "gKpu7IKaLSbkchFS"),
        *("worldpressplg", "PGTESTPAYUAT", "PGTESTPAYUAT86", "099eb0cd-02cf-4e2a-8aca-3e6c6aff0399", "gtKFFx", "eCwWELxi"),
    ]
)
# Pages of the shop itself that the gateway or the customer is sent to.
_OWN_PAGE = re.compile(r"CALLBACK|RETURN|REDIRECT|SUCCESS|FAIL|CANCEL|WEBHOOK|NOTIF|SURL|FURL")
NEEDED = {Role.MERCHANT: "merchant id", Role.KEY: "key", Role.WEBSITE: "website"}

SHORTEST_KEY = 8
_RULES = {Role.KEY: ("payment.literal-key", "payment.default-key"), Role.MERCHANT: ("payment.literal-merchant", "payment.default-merchant")}


@check("payment.credentials")
def credentials(gateway: Gateway, settings: Settings, fallback_settings: Settings, environment: Environment, variables: Variables) -> Outcome:
    """Merchant id, key and website come from production's environment and are live ones, for the live host."""
    found = entries(gateway, settings, environment, variables)
    seen = [part for entry in found for part in _entry(entry, environment)]
    seen += _absent(found, gateway)
    if not any(isinstance(part, Finding) and part.rule in ("payment.literal-key", "payment.default-key") for part in seen):
        seen += _fallbacks(entries(gateway, fallback_settings))
    return settle([*seen, *_host(found, gateway)], "the gateway's credentials come from the environment")


def _entry(entry: Entry, environment: Environment) -> Iterator[Seen]:
    setting = entry.setting
    if entry.role is Role.URL:
        if not _OWN_PAGE.search(entry.name):
            yield from _address(entry)
        return
    if entry.role not in NEEDED:
        return
    options = [tuple(_value(entry, option, environment)) for option in setting.possible()]
    if all(options):
        yield from options[0]
    elif any(options):
        yield setting.doubt() or f"{entry.name} is one of several values"


def _address(entry: Entry) -> Iterator[Seen]:
    """An error where the gateway's address is a test host, a doubt where it may be one."""
    setting = entry.setting
    tests = [bool(option.text and is_test_host(option.text)) for option in setting.possible()]
    if all(tests):
        yield finding("payment.stage-host", f"{entry.name} is the gateway's test host{because(setting)}", setting)
    elif any(tests) or any(option.kind == "unknown" for option in setting.possible()):
        yield setting.doubt() or f"{entry.name} is not known"


def _value(entry: Entry, value: Setting, environment: Environment) -> Iterator[Seen]:
    source = source_of(value, environment)
    if source is Source.UNKNOWN:
        yield value.doubt() or f"{entry.name} is not known"
    elif source is Source.EMPTY:
        yield unset_here(value, environment) or finding("payment.missing-credential", f"{entry.name} is empty{because(value)}", value)
    elif value.text and (wrong := _not_live(entry, value.text)):
        yield finding(wrong[0], f"{entry.name} {wrong[1]}{because(value)}", _hidden(value, entry))
    elif value.text and is_test_key(value.text):
        yield warning("payment.test-key", f"{entry.name} is a test key{because(value)}", _hidden(value, entry))
    elif entry.role is not Role.WEBSITE:
        yield from _placed(entry, value, source, environment)


def _not_live(entry: Entry, text: str) -> tuple[str, str] | None:
    if text.strip() in PUBLISHED:
        return "payment.test-credential", "is a test value that the gateway publishes"
    if _PLACEHOLDER.search(text) or _says_its_name(entry, text):
        return "payment.placeholder", "is a placeholder"
    if entry.role is Role.WEBSITE and "STAGING" in text.upper():
        return "payment.test-credential", f"is {text!r}, the website of Paytm's test account"
    return None


def _says_its_name(entry: Entry, text: str) -> bool:
    """Whether a value is nothing but words of its own name, or too short to be a key."""
    words = set(re.split(r"[\W_]+", text.lower())) - {""}
    names = {*re.split(r"[\W_]+", entry.name.lower()), "paytm", "merchant", "mid", "id", "key", "secret", "api"}
    return entry.role in (Role.KEY, Role.MERCHANT) and (words <= names or (entry.role is Role.KEY and len(text.strip()) < SHORTEST_KEY))


def _hidden(value: Setting, entry: Entry) -> Setting:
    """The setting under the entry's full name, so that evidence is redacted by it even inside a dictionary."""
    return Setting(entry.name, value.kind, value.value, origins=value.origins, reads=value.reads)


def _placed(entry: Entry, value: Setting, source: Source, environment: Environment) -> Iterator[Finding]:
    literal, default = _RULES[entry.role]
    if source is Source.LITERAL:
        yield finding(literal, f"{entry.name} is written into the source", _hidden(value, entry))
    elif source is Source.DEFAULT:
        yield finding(default, f"{entry.name} is a default in the source{because(value)}", _hidden(value, entry))
    elif source is Source.COMMITTED and entry.role is Role.KEY:
        at = committed_at(value, environment)
        yield finding("payment.committed-key", f"{entry.name} is written into {at and at.path}, which is part of the repository", at)


def _absent(found: Iterable[Entry], gateway: Gateway) -> Iterator[Seen]:
    roles = {entry.role for entry in found}
    needed = NEEDED if "paytm" in gateway.names else {Role.KEY: "key"}
    missing = [text for role, text in needed.items() if role not in roles]
    if missing:
        yield f"neither the settings nor a variable of its name holds the gateway's {' or '.join(missing)}; the rest of the code is not looked at yet"


def _fallbacks(found: Iterable[Entry]) -> Iterator[Finding]:
    """Keys that the source holds for the case that a variable is absent, though production sets it today."""
    for entry in found:
        for value in entry.setting.possible():
            if entry.role is Role.KEY and value.text and only_defaults(value) and not _not_live(entry, value.text):
                names = ", ".join(dict.fromkeys(read.name for read in value.missing_reads))
                yield finding("payment.default-key", f"the source holds a {entry.name} for the case that {names} is not set", _hidden(value, entry))


def _host(found: tuple[Entry, ...], gateway: Gateway) -> Iterator[Seen]:
    """A doubt where nothing tells which of Paytm's hosts is used."""
    if "paytm" not in gateway.names or any(
        entry.setting.text and (is_live_host(entry.setting.text) or is_test_host(entry.setting.text)) for entry in found
    ):
        return
    if not any(mode_of(entry) in (Mode.LIVE, Mode.TEST) for entry in found if entry.role is Role.MODE):
        yield "neither the gateway's host nor its environment stands in the settings; the code is not looked at yet"
