"""Searching bytes for secrets by rules: Hyperscan says in one pass which rules have to look closer, google-re2 finds what they mean.

Without Hyperscan the same is found, slower: each rule's keywords are looked for instead. Both take linear time on whatever they are given.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from ready_gate.secret import Secret

MAX_MATCHES = 200  # of one rule in one text
MAX_HITS = 10_000  # places of named values in one text
NEAR = 512  # bytes before and after a match in which one of its rule's keywords must stand


class Rule(Protocol):
    """What the engine needs of a rule (`rules.SecretRule`)."""

    @property
    def id(self) -> str:
        """`secret.<kind>`."""

    @property
    def pattern(self) -> str:
        """RE2 syntax, over bytes; the secret is the group `secret`, else group 1, else the whole match."""

    @property
    def keywords(self) -> tuple[str, ...]:
        """Lower-case literals of which one must stand near a match; none where the pattern says enough."""

    @property
    def entropy(self) -> float | None:
        """The least entropy of the secret, in bits a character."""

    @property
    def allow(self) -> tuple[str, ...]:
        """RE2 patterns: a secret in which one of them is found is none."""


@dataclass(frozen=True)
class Match:
    """A secret by a rule, at these offsets of the bytes that were searched."""

    rule: Rule
    start: int
    end: int
    secret: Secret


@dataclass(frozen=True)
class Seen:
    """What one pass over a text brought: secrets by rules, and where (the offsets behind them, rising) patterns of named values were found."""

    matches: tuple[Match, ...] = ()
    named: tuple[int, ...] = field(default=())


class Engine:
    """The rules, ready to search. `named` are patterns (RE2 syntax, over bytes) whose places are told beside the secrets, found in the same pass."""

    def __init__(self, rules: Sequence[Rule], named: Sequence[str] = (), *, hyperscan: bool = True) -> None:
        self.rules = tuple(_Ready(rule) for rule in rules)
        self.named = tuple(named)

    def scan(self, data: bytes) -> list[Match]:
        """The secrets in a text, in order."""
        return list(self.look(data).matches)

    def look(self, data: bytes) -> Seen:
        """The secrets in a text, in order, and the places where named values may stand."""
        lowered = data.lower()
        found = [match for rule in self.rules if rule.may_match(lowered) for match in rule.matches(data, lowered)]
        places = {match.end() for pattern in self._named_patterns for match in pattern.finditer(data)}
        return Seen(tuple(sorted(found, key=lambda match: (match.start, match.end))), tuple(sorted(places))[:MAX_HITS])

    @cached_property
    def _named_patterns(self) -> list[Pattern]:
        return [compiled(pattern) for pattern in self.named]


class _Ready:
    """A rule with its patterns, compiled when first needed."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.keywords = tuple(word.encode() for word in rule.keywords)

    @cached_property
    def pattern(self) -> Pattern:
        return compiled(self.rule.pattern)

    @cached_property
    def allowed(self) -> list[Pattern]:
        return [compiled(pattern) for pattern in self.rule.allow]

    def may_match(self, lowered: bytes) -> bool:
        return not self.keywords or any(word in lowered for word in self.keywords)

    def matches(self, data: bytes, lowered: bytes) -> Iterator[Match]:
        for match, _ in zip(self.pattern.finditer(data), range(MAX_MATCHES), strict=False):
            start, end = _secret_span(match)
            secret = data[start:end]
            if secret and self._near(lowered, match) and self._is_secret(secret):
                yield Match(self.rule, start, end, Secret(secret))

    def _near(self, lowered: bytes, match: Found) -> bool:
        around = lowered[max(0, match.start() - NEAR) : match.end() + NEAR] if self.keywords else b""
        return not self.keywords or any(word in around for word in self.keywords)

    def _is_secret(self, secret: bytes) -> bool:
        if self.rule.entropy is not None and entropy(secret) < self.rule.entropy:
            return False
        return not any(pattern.search(secret) for pattern in self.allowed)


class Found(Protocol):
    """A match of google-re2, which has no types of its own."""

    def start(self, group: int | str = 0) -> int:
        """Where it begins."""

    def end(self, group: int | str = 0) -> int:
        """Behind its end."""

    def groupdict(self) -> dict[str, bytes | None]:
        """The named groups."""

    def groups(self) -> tuple[bytes | None, ...]:
        """All groups."""


class Pattern(Protocol):
    """A pattern of google-re2, which has no types of its own."""

    def finditer(self, text: bytes) -> Iterator[Found]:
        """All matches."""

    def search(self, text: bytes) -> Found | None:
        """The first match."""


def compiled(pattern: str) -> Pattern:
    """A pattern over bytes, every byte a letter: what is scanned may be in any encoding, or in none. Raises `re2.error`."""
    import re2

    options = re2.Options()
    options.encoding = options.Encoding.LATIN1
    options.log_errors = False
    result: Pattern = re2.compile(pattern.encode(), options)
    return result


def entropy(text: bytes) -> float:
    """Shannon's entropy, in bits a byte."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


def _secret_span(match: Found) -> tuple[int, int]:
    if "secret" in match.groupdict():
        return match.start("secret"), match.end("secret")
    group = 1 if match.groups() else 0
    return match.start(group), match.end(group)
