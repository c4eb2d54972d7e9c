"""Settings whose secret stands in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.checks.provenance import Source, source_of
from ready_gate.checks.reading import Seen, only_defaults
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import is_development, settled
from ready_gate.checks.security.placeholders import is_placeholder
from ready_gate.facts.views import Environment, Setting, Settings
from ready_gate.model import Outcome, names_a_secret

_WORDS = re.compile(r"[a-z]+([ ._/:-][a-z]+)*|[A-Z]+(_[A-Z]+)*|[\w.-]+/|(/[\w.-]+)+/?|[a-z]+://[^@\s]*", re.I)
# A class or function in a module: shop.storages.S3PrivateStorage
_DOTTED = re.compile(r"([a-z_]{1,60}\d{0,2}\.){2,10}[A-Za-z_]{1,60}\d{0,2}[A-Za-z_]{0,60}")
_RATE = re.compile(r"\d+/\w+")  # a throttle's rate, under a scope that may be called password
_ADDRESS_NAME = re.compile(r"(_UR[IL]|_URLS|_PATH|_ROUTE|_PAGE|_REDIRECT|_TEMPLATE|_SUBJECT)$", re.I)  # where a password is reset, say
_LOGIN = re.compile(r"://[^\s/@:]{0,200}:[^\s/@]{1,500}@")
_COMMON_LOGIN = re.compile(r"://guest:guest@")  # what RabbitMQ takes from its own machine alone
_PASSWORD_NAME = re.compile(r"PASSW|PASSPHRASE|(^|_)PWD$", re.I)


@check("security.literal-settings")
def literal_settings(settings: Settings, fallback_settings: Settings, environment: Environment) -> Outcome:
    """No setting with a secret's name holds a literal, or falls back to one where its variable is missing."""
    # A key that is handed on (`"SIGNING_KEY": SECRET_KEY`) is one secret in one place.
    defaults = [leaf for leaf in _texts(fallback_settings) if only_defaults(leaf)]
    first = {(leaf.value, leaf.origin): leaf for leaf in reversed([*_texts(settings), *defaults])}
    seen = [part for leaf in reversed(first.values()) for part in _leaf(leaf, environment)]
    seen += [settings.incomplete] if settings.incomplete else []
    return settled(settings, seen, "no setting holds a secret from the source")


def _texts(settings: Settings) -> Iterator[Setting]:
    return (leaf for name in settings.values for leaf in settings[name].walk() if leaf.kind == "str")


def _leaf(leaf: Setting, environment: Environment) -> Iterator[Seen]:
    key = re.split(r"[.\[]", leaf.name.rstrip("]"))
    name = key[-1] if not key[-1].isdecimal() else key[-2]
    if (
        leaf.kind != "str"
        or leaf.is_default
        or not ((names_a_secret(name) and _looks_secret(name, str(leaf.value))) or _has_login(name, str(leaf.value)))
    ):
        return
    source = source_of(leaf, environment)
    if source not in (Source.LITERAL, Source.DEFAULT):
        return
    missing = " or ".join(dict.fromkeys(read.name for read in leaf.missing_reads))
    where = "is written in the source" if source is Source.LITERAL else f"comes from the source whenever the variable {missing} is missing"
    report = warning if leaf.origin and is_development(leaf.origin.path) else finding
    yield report("secret.setting", f"{leaf.name} holds a secret that {where}", leaf)


def _has_login(name: str, text: str) -> bool:
    """Whether an address of a broker, a cache or another server holds a password."""
    login = _LOGIN.search(text) if len(text) <= 2000 and "://" in text else None
    return login is not None and not is_placeholder(text) and "DSN" not in name and not _COMMON_LOGIN.search(text)


def _looks_secret(name: str, text: str) -> bool:
    """Whether a text is a secret rather than a placeholder, a name, a path or an address without a password."""
    if is_placeholder(text) or len(text) > 2000 or " " in text.strip() or _RATE.fullmatch(text):
        return False
    if _ADDRESS_NAME.search(name):
        return bool(_LOGIN.search(text))
    if _PASSWORD_NAME.search(name):
        return len(text) >= 4 and not text.startswith("/") and "." not in text
    return len(text) >= 12 and not _WORDS.fullmatch(text) and not _DOTTED.fullmatch(text) and len(set(text)) >= 8
