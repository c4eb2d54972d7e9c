"""The rules of the search for secrets as they are written: `checklist/secrets/*.yml`, and what is compiled from them.

A rule in a file has one of three forms, from which its pattern is built here:

- `token`: what the secret itself looks like, where that is unmistakable; it must not be part of a longer word.
- `near` and `value`: a value that says nothing by itself, right after a name that holds one of these words.
- `pattern`: everything by hand.

All patterns are RE2 syntax and are never given to the standard library's `re`. The files are not validated here: the tests do that against
`secrets.schema.json`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ready_gate.content import folder
from ready_gate.facts.secrets.rules import SecretRule, from_entry

BREAK_MARK = "¦"
"""Stands in the examples, so that nobody's scanner (ours among them) takes them for secrets; removed on loading."""

SHARED = "no-secret.yml"
NAMES = "names.yml"

# A token may follow a line break or a blank that a string or a URL spells out.
_START = r"(?:\b|\\[nrt]|%[0-9A-Fa-f]{2})"
_END = r"(?:[^\w\-]|$)"
# From the name to its value: the rest of the name, closing quotes and brackets, perhaps a type or a path, what assigns, opening quotes.
_JOINT = r"[\w .\-\"'`\])\[(:/?&$|]*[=:>,( \t\"'`][ \t\"'`(>=:]*"
_VALUE_END = r"(?:[^\w\-+/=]|$)"
# A prefilter asks for so many repetitions at most: more are costly to compile and say little more.
_ENOUGH = 8
# A token that begins with next to nothing needs more, or half of all files look as if they held it.
_TELLING = 5
_MORE = 24


def read() -> tuple[SecretRule, ...]:
    """All rules with their examples, in the order of the files' names."""
    return tuple(from_entry(_entry(raw, family, examples=True)) for family, rules in raw_rules() for raw in rules)


def raw_rules() -> list[tuple[str, Sequence[dict[str, Any]]]]:
    """The family and the rules of each file, as written."""
    paths = sorted(path for path in (folder() / "secrets").glob("*.yml") if path.name not in (SHARED, NAMES))
    return [(data["family"], data["rules"]) for data in map(_read, paths)]


def read_names() -> dict[str, dict[str, str]]:
    """Title and what to revoke of the kinds that are found by the name that a value has, by rule id."""
    return {f"secret.{raw['id']}": {"title": raw["title"], "revoke": raw["revoke"]} for raw in _read(folder() / "secrets" / NAMES)["names"]}


def compiled() -> str:
    """The text of the compiled file: a rule a line."""
    entries = [_entry(raw, family) for family, rules in raw_rules() for raw in rules]
    shared = _read(folder() / "secrets" / SHARED)["no-secret"]
    names = read_names()
    digest = hashlib.sha256(json.dumps([entries, shared]).encode()).hexdigest()
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    head = "".join(
        f'"{key}": {json.dumps(part, ensure_ascii=False)},\n' for key, part in {"hash": digest, "no-secret": shared, "names": names}.items()
    )
    return f'{{{head}"rules": [\n{lines}\n]}}\n'


def _read(path: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open("rb") as file:
        return dict(yaml.load(file, Loader=loader))  # noqa: S506 - both loaders are the safe ones


def _entry(raw: dict[str, Any], family: str, *, examples: bool = False) -> dict[str, Any]:
    pattern, prefilter = _patterns(raw)
    entry = {
        "id": f"secret.{raw['id']}",
        "title": raw["title"],
        "family": family,
        "pattern": pattern,
        "prefilter": raw.get("prefilter", prefilter),
        "keywords": _keywords(raw),
        "entropy": raw.get("entropy", 3.0 if "near" in raw else None),
        "allow": raw.get("allow", []),
        "level": raw.get("level", "error"),
        "provider": raw.get("provider", "near" not in raw),
        "checksum": raw.get("checksum", "random" if "near" in raw else None),
        "revoke": raw["revoke"],
    }
    return {**entry, "match": _unmarked(raw["match"]), "miss": _unmarked(raw["miss"])} if examples else entry


def _patterns(raw: dict[str, Any]) -> tuple[str, str]:
    """The pattern, and its prefilter."""
    if "token" in raw:
        return f"{_START}(?P<secret>{raw['token']}){_END}", _looser(
            raw["token"], _ENOUGH if len(_leading_literal(raw["token"])) > _TELLING else _MORE
        )
    if "near" in raw:
        names = _names(raw["near"])
        capitals = _names([word.capitalize() for word in raw["near"]])
        # The word begins a name, or a part of one that is written likeThis.
        pattern = f"(?:(?:^|[^A-Za-z])(?i:{names})|[a-z](?:{capitals})){_JOINT}(?P<secret>{raw['value']}){_VALUE_END}"
        return pattern, f"(?i:{names})[^\\n]*(?:{_looser(raw['value'])})"
    return raw["pattern"], _looser(raw["pattern"])


def _names(words: Sequence[str]) -> str:
    """One of these words, with anything or nothing where it has an underscore."""
    return "|".join(re.escape(word).replace("_", "[_ .-]?") for word in words)


def _looser(pattern: str, enough: int = _ENOUGH) -> str:
    """A pattern that matches wherever this one does, with fewer repetitions to count: any number from `enough` on, wherever more were asked for."""

    def fewer(repeat: re.Match[str]) -> str:
        least, most = int(repeat[1]), repeat[1] if repeat[2] is None else repeat[2][1:]
        if most and int(most) <= enough:
            return repeat[0]
        return {0: "*", 1: "+"}.get(least, f"{{{min(least, enough)},}}")

    return re.sub(r"\{(\d+)(,\d*)?\}", fewer, pattern)


def _keywords(raw: dict[str, Any]) -> list[str]:
    """Those given, or the literal that a token begins with, or the longest part of each word it has to be near to."""
    if "keywords" in raw:
        return list(raw["keywords"])
    if "near" in raw:
        return list(dict.fromkeys(max(word.split("_"), key=len).lower() for word in raw["near"]))
    return [_leading_literal(raw["token"]).lower()]


def _leading_literal(pattern: str) -> str:
    literal = re.match(r"[\w-]*", pattern)
    end = literal.end() if literal else 0
    return pattern[: end - 1 if pattern[end : end + 1] in set("?*{") else end]


def _unmarked(raw: Sequence[str]) -> list[str]:
    return [example.replace(BREAK_MARK, "") for example in raw]
