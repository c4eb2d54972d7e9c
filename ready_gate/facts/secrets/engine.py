"""Searching bytes for secrets by rules: Hyperscan says in one pass which rules have to look closer, google-re2 finds what they mean.

Without Hyperscan the same is found, slower: each rule's keywords are looked for instead. Both take linear time on whatever they are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ready_gate.facts.secrets.checksums import examine
from ready_gate.facts.secrets.patterns import Found, Pattern, compiled
from ready_gate.facts.secrets.prefilter import Wanted, prefilter
from ready_gate.facts.secrets.rules import SecretRule
from ready_gate.facts.secrets.values import entropy, is_placeholder
from ready_gate.model import Level
from ready_gate.secret import Secret

MAX_MATCHES = 200  # of one rule in one text
NEAR = 512  # bytes before and after a match in which one of its rule's keywords must stand


@dataclass(frozen=True)
class Match:
    """A secret by a rule, at these offsets of the bytes that were searched. `says` is what a look at the value brought."""

    rule: SecretRule
    start: int
    end: int
    secret: Secret
    level: Level
    says: str = ""


@dataclass(frozen=True)
class Seen:
    """What one pass over a text brought: secrets by rules, and which patterns of named values match, by their places."""

    matches: tuple[Match, ...] = ()
    named: frozenset[int] = frozenset()


NOTHING = Seen()


class Engine:
    """The rules, ready to search. `named` are patterns (RE2 syntax, over bytes) of which one matches in every text with named values; they are looked
    for in the same pass. `cache` is the folder that keeps what was compiled between runs."""

    def __init__(self, rules: Sequence[SecretRule], named: Sequence[str] = (), *, cache: str | None = None, hyperscan: bool = True) -> None:
        self._rules = tuple(_Ready(rule) for rule in rules)
        wanted = [*(Wanted(rule.prefilter or rule.pattern, rule.keywords) for rule in rules), *(Wanted(pattern) for pattern in named)]
        self._prefilter = prefilter(wanted, cache, hyperscan=hyperscan)

    def scan(self, data: bytes) -> list[Match]:
        """The secrets in a text, in order."""
        return list(self.look(data).matches)

    def look(self, data: bytes, without: frozenset[str] = frozenset()) -> Seen:
        """The secrets in a text, in order, and in which forms it may hold named values. `without` are rules that are not asked."""
        hits = self._prefilter.hits(data)
        if not hits:
            return NOTHING
        rules = [self._rules[index] for index in sorted({index for index in hits if index < len(self._rules)})]
        lowered = data.lower() if rules else b""
        asked = (rule for rule in rules if rule.rule.id not in without and rule.may_match(lowered))
        found = [match for rule in asked for match in rule.matches(data)]
        named = frozenset(index - len(self._rules) for index in hits if index >= len(self._rules))
        return Seen(tuple(sorted(found, key=lambda match: (match.start, match.end))), named)


class _Ready:
    """A rule with its patterns, compiled when first needed."""

    def __init__(self, rule: SecretRule) -> None:
        self.rule = rule
        self.keywords = tuple(word.encode() for word in rule.keywords)

    @cached_property
    def pattern(self) -> Pattern:
        return compiled(self.rule.pattern)

    @cached_property
    def allowed(self) -> list[Pattern]:
        return [compiled(pattern) for pattern in self.rule.allow]

    def may_match(self, lowered: bytes) -> bool:
        """Whether one of the keywords is there at all, which is cheaper to know than whether the pattern matches."""
        return not self.keywords or any(word in lowered for word in self.keywords)

    def matches(self, data: bytes) -> Iterator[Match]:
        """The secrets that this rule finds in a text, in order."""
        for match, _ in zip(self.pattern.finditer(data), range(MAX_MATCHES), strict=False):
            start, end = _secret_span(match)
            secret = data[start:end]
            if secret and self._near(data, match) and self._is_secret(secret):
                whole = data[match.start() : match.end()].decode("utf-8", "replace")
                yield from self._examined(start + len(secret) - len(secret.lstrip()), end, Secret(secret.strip()), whole)

    def _examined(self, start: int, end: int, secret: Secret, whole: str) -> Iterator[Match]:
        seen = examine(self.rule.checksum, secret.reveal(), whole)
        if seen.genuine:
            yield Match(self.rule, start, end, secret, seen.level or self.rule.level, seen.says)

    def _near(self, data: bytes, match: Found) -> bool:
        around = data[max(0, match.start() - NEAR) : match.end() + NEAR].lower() if self.keywords else b""
        return not self.keywords or any(word in around for word in self.keywords)

    def _is_secret(self, secret: bytes) -> bool:
        text = secret.decode("latin-1")
        if is_placeholder(text) or (self.rule.entropy is not None and entropy(text) < self.rule.entropy):
            return False
        return not any(pattern.search(secret) for pattern in self.allowed)


def _secret_span(match: Found) -> tuple[int, int]:
    if "secret" in match.groupdict():
        return match.start("secret"), match.end("secret")
    group = 1 if match.groups() else 0
    return match.start(group), match.end(group)
