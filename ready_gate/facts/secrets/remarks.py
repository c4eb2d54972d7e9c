"""Comments beside a secret that ask to let it be: our own, and those of other scanners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.secrets.patterns import compiled
from ready_gate.facts.secrets.texts import Text

if TYPE_CHECKING:
    from ready_gate.facts.secrets.finder import Sighting

SHOWN = "placeholder"
"""Stands for a remark where the secret is what a form shows in an empty field."""

LONGEST = 4_000
_OWN = r"ready-gate:\s*allow\b[^\r\n]{0,300}"
_HERE = rf"(?i)({_OWN}|\bgitleaks:allow\b|\b(?:pragma|yelp):\s?(?:allowlist|whitelist)[ -]secret\b)"
# Alone on the line above.
_ABOVE = rf"(?i)^\s*(?:#|//|--|;|/?\*|<!--|\{{#|rem\b).{{0,80}}?({_OWN}|\bpragma:\s?(?:allowlist|whitelist)[ -]nextline[ -]secret\b)"


def added(text: Text, found: Sequence[tuple[int, Sighting]]) -> list[Sighting]:
    """The sightings, each by its line in the text, with what is remarked there."""
    lines = text.data.split(b"\n") if b"llow" in text.data or b"hitelist" in text.data else []
    return [replace(sighting, remark=_remark(lines, number) or sighting.remark) if lines else sighting for number, sighting in found]


def _remark(lines: Sequence[bytes], number: int) -> str | None:
    """What is remarked at a line, from 1."""
    return _found(_HERE, lines, number) or _found(_ABOVE, lines, number - 1)


def _found(pattern: str, lines: Sequence[bytes], number: int) -> str | None:
    line = lines[number - 1][-LONGEST:] if 0 < number <= len(lines) else b""
    match = compiled(pattern).search(line)
    return None if match is None else _printable(line[match.start(1) : match.end(1)])


def _printable(remark: bytes) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in remark.decode("utf-8", "replace")).strip()
