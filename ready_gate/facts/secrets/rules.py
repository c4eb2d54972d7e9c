"""The rules of the search for secrets as frozen values.

They are written in `checklist/secrets/*.yml`. What is read here is `compiled.json`, which `./dev.sh docs` makes of them (see `rule_files`): YAML of
this size would cost each run a good part of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ready_gate.content import folder
from ready_gate.model import Level

COMPILED = "compiled.json"


@dataclass(frozen=True)
class SecretRule:
    """One kind of secret. In `pattern` the secret is the group named `secret`, else the first group, else the whole match."""

    id: str
    title: str
    pattern: str
    keywords: tuple[str, ...]
    """Lower-case literals of which one stands in every text that matches, whatever its case there."""
    entropy: float | None
    """The least Shannon entropy of the secret, in bits a character."""
    allow: tuple[str, ...]
    """Patterns of values (looked for in the secret) that are none."""
    level: Level
    """`error` for a secret, `note` for what is public by design, `warning` for what opens little."""
    provider: bool
    """Whether the form is one provider's own, so that a match is live-looking wherever it stands; not so for passwords and the like."""
    family: str
    revoke: str
    """What to revoke, and where."""
    match: tuple[str, ...]
    """Texts that hold such a secret; only where the rule was read from its file."""
    miss: tuple[str, ...]
    """Texts that hold none; only where the rule was read from its file."""
    checksum: str | None
    """The name in `checksums.EXAMINERS` of what looks at the value itself."""
    prefilter: str = ""
    """A pattern that matches wherever `pattern` does, and is cheaper to compile; empty where there is none."""


@dataclass(frozen=True)
class Kind:
    """What a finding says of its kind of secret."""

    title: str
    revoke: str


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """All kinds by rule id, those too that are found by the name that a value has."""
    named = {id: Kind(**texts) for id, texts in _compiled()["names"].items()}
    return {**named, **{rule.id: Kind(rule.title, rule.revoke) for rule in load()}}


@lru_cache(maxsize=1)
def load() -> tuple[SecretRule, ...]:
    """All rules, in the order of the files' names."""
    return tuple(from_entry(entry) for entry in _compiled()["rules"])


@lru_cache(maxsize=1)
def no_secret() -> tuple[str, ...]:
    """Patterns (looked for in a value, case ignored) that make a value no secret, whatever the rule: placeholders, references, templates."""
    return tuple(_compiled()["no-secret"])


def rule_set_hash() -> str:
    """Changes with every pattern: what is compiled from them is kept under this name."""
    return str(_compiled()["hash"])


def from_entry(entry: Mapping[str, Any]) -> SecretRule:
    """A rule from its entry in the compiled file."""
    return SecretRule(
        id=entry["id"],
        title=entry["title"],
        pattern=entry["pattern"],
        keywords=tuple(entry["keywords"]),
        entropy=entry["entropy"],
        allow=tuple(entry["allow"]),
        level=Level(entry["level"]),
        provider=entry["provider"],
        family=entry["family"],
        revoke=entry["revoke"],
        match=tuple(entry.get("match", ())),
        miss=tuple(entry.get("miss", ())),
        checksum=entry["checksum"],
        prefilter=entry["prefilter"],
    )


@lru_cache(maxsize=1)
def _compiled() -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads((folder() / "secrets" / COMPILED).read_bytes())
    return found
