"""The rules of the search for secrets: `checklist/secrets/*.yml` as frozen values.

A rule in a file is written in one of three forms, from which its pattern is built here:

- `token`: what the secret itself looks like, where that is unmistakable; it must not be part of a longer word.
- `near` and `value`: a value that says nothing by itself, right after a name that holds one of these words.
- `pattern`: everything by hand.

All patterns are RE2 syntax and are never given to the standard library's `re`. The files are not validated here: the tests do that against
`secrets.schema.json`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ready_gate.content import folder
from ready_gate.model import Level

BREAK_MARK = "¦"
"""Stands in the examples, so that nobody's scanner (ours among them) takes them for secrets; removed on loading."""

SHARED = "no-secret.yml"

# A token may follow a line break or a blank that a string or a URL spells out.
_START = r"(?:\b|\\[nrt]|%[0-9A-Fa-f]{2})"
_END = r"(?:[^\w\-]|$)"
# From the name to its value: the rest of the name, its closing quote or bracket, perhaps a type, what assigns, the opening quote.
_JOINT = (
    r"[\w .\-]{0,40}[\"'`\])]{0,3}[ \t]{0,8}(?::[ \t]{0,2}[A-Za-z]{3,10}[ \t]{0,2})?"
    r"(?:=>|:=|==|[=:>,(]|\bis\b)[ \t]{0,8}(?:[\"'`(]|[Bb]earer |[Tt]oken |[Bb]asic ){0,3}"
)


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
    miss: tuple[str, ...]
    checksum: str | None
    """The name in `checksums.EXAMINERS` of what looks at the value itself."""


@lru_cache(maxsize=1)
def load() -> tuple[SecretRule, ...]:
    """All rules, in the order of the files' names."""
    return tuple(_rule(raw, family) for family, rules in _files() for raw in rules)


@lru_cache(maxsize=1)
def no_secret() -> tuple[str, ...]:
    """Patterns (looked for in a value, case ignored) that make a value no secret, whatever the rule: placeholders, references, templates."""
    return tuple(_read(folder() / "secrets" / SHARED)["no-secret"])


@lru_cache(maxsize=1)
def rule_set_hash() -> str:
    """Changes with every pattern: what is compiled from them is kept under this name."""
    from hashlib import sha256

    return sha256("\n".join(f"{rule.id} {rule.pattern}" for rule in load()).encode()).hexdigest()


def _files() -> list[tuple[str, Sequence[dict[str, Any]]]]:
    """The family and the rules of each file."""
    paths = sorted(path for path in (folder() / "secrets").glob("*.yml") if path.name != SHARED)
    return [(data["family"], data["rules"]) for data in map(_read, paths)]


def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open("rb") as file:
        return dict(yaml.load(file, Loader=loader))  # noqa: S506 - both loaders are the safe ones


def _rule(raw: dict[str, Any], family: str) -> SecretRule:
    return SecretRule(
        id=f"secret.{raw['id']}",
        title=raw["title"],
        pattern=_pattern(raw),
        keywords=_keywords(raw),
        entropy=raw.get("entropy", 3.0 if "near" in raw else None),
        allow=tuple(raw.get("allow", ())),
        level=Level(raw.get("level", "error")),
        provider=raw.get("provider", True),
        family=family,
        revoke=raw["revoke"],
        match=_examples(raw["match"]),
        miss=_examples(raw["miss"]),
        checksum=raw.get("checksum"),
    )


def _pattern(raw: dict[str, Any]) -> str:
    if "token" in raw:
        return f"{_START}(?P<secret>{raw['token']}){_END}"
    if "near" in raw:
        names = "|".join(re.escape(word).replace("_", "[_ .-]?") for word in raw["near"])
        return f"(?i:{names}){_JOINT}(?P<secret>{raw['value']}){_END}"
    return str(raw["pattern"])


def _keywords(raw: dict[str, Any]) -> tuple[str, ...]:
    """Those given, or the literal that a token begins with, or the longest part of each word it has to be near to."""
    if "keywords" in raw:
        return tuple(raw["keywords"])
    if "near" in raw:
        return tuple(dict.fromkeys(max(word.split("_"), key=len).lower() for word in raw["near"]))
    return (_leading_literal(raw["token"]).lower(),)


def _leading_literal(pattern: str) -> str:
    literal = re.match(r"[\w-]*", pattern)
    end = literal.end() if literal else 0
    return pattern[: end - 1 if pattern[end : end + 1] in set("?*{") else end]


def _examples(raw: Sequence[str]) -> tuple[str, ...]:
    return tuple(example.replace(BREAK_MARK, "") for example in raw)
