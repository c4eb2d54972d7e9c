"""Addresses over plain HTTP among origins, callbacks and base URLs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.checks.reading import Seen, host_of, is_loopback
from ready_gate.checks.registry import check, finding
from ready_gate.checks.security.answers import doubt, hanging, settled
from ready_gate.facts.views import Environment, Setting, Settings, Variable
from ready_gate.model import Outcome

_ORIGINS = re.compile(r"^(CORS|CSRF)_.*(ORIGIN|WHITELIST|REGEX)|TRUSTED_ORIGIN|ALLOWED_ORIGIN|CALLBACK|REDIRECT_UR[IL]|RETURN_UR[IL]", re.I)
_BASES = re.compile(
    r"(^|_)(BASE|SITE|FRONT_?END|BACK_?END|PUBLIC|APP|WEB_?SITE|WEB|CLIENT|SERVER|API|DOMAIN|ROOT|EXTERNAL)_(UR[IL]S?|ROOT|ADDRESS)$", re.I
)


@check("security.http-origins")
def http_origins(settings: Settings, environment: Environment) -> Outcome:
    """No origin, callback or base URL of production starts with http://, apart from this very machine."""
    seen = [seen for name in settings.values for seen in _setting(settings[name])]
    known = {part.at for part in seen if not isinstance(part, str)}
    seen += [settings.incomplete] if settings.incomplete else []
    seen += [part for variable in environment.variables.values() for part in _variable(variable, settings) if variable.at not in known]
    return settled(settings, seen, "no origin, callback or base URL uses plain HTTP")


def _setting(setting: Setting) -> Iterator[Seen]:
    for leaf in setting.walk():
        kind = _kind(leaf.name)
        if kind and leaf.kind == "unknown" and leaf.name == setting.name and not leaf.name.upper().endswith(("ROOT", "ADDRESS")):
            yield doubt(leaf)
        text = (leaf.text or "").strip().lstrip("^")
        if kind and text and _plain(text, kind):
            yield finding("security.http-origin", f"{leaf.name} holds {text[:100]}, which uses plain HTTP{hanging(leaf)}", leaf)


def _variable(variable: Variable, settings: Settings) -> Iterator[Seen]:
    kind = _kind(variable.name)
    if not kind or settings.is_set(variable.name):
        return
    wrong = [part.strip() for part in variable.value.split(",")[:100] if _plain(part.strip(), kind)]
    if wrong:
        yield finding("security.http-origin", f"the variable {variable.name} holds {wrong[0][:100]}, which uses plain HTTP", variable.at)


def _kind(name: str) -> str | None:
    parts = re.split(r"[.\[]", name)
    if any(_ORIGINS.search(part) for part in parts):
        return "origin"
    return "base" if any(_BASES.search(part) for part in parts) else None


def _plain(text: str, kind: str) -> bool:
    """Whether an address uses plain HTTP to another machine. A bare service name is another container for a base URL, not an origin."""
    if not text.lower().startswith("http://"):
        return False
    host = host_of(text.replace("\\", ""))
    return bool(host) and not is_loopback(str(host)) and (kind == "origin" or "." in str(host))
