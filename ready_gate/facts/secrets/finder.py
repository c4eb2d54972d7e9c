"""The secrets of one text: by rules, and by the names that values have; each place once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ready_gate.facts.secrets import named, remarks, rules
from ready_gate.facts.secrets.engine import Engine, Match
from ready_gate.facts.secrets.named import NamedCandidate
from ready_gate.facts.secrets.named.families import Family, family
from ready_gate.facts.secrets.patterns import compiled
from ready_gate.facts.secrets.rules import SecretRule
from ready_gate.facts.secrets.texts import Text
from ready_gate.model import Level
from ready_gate.secret import Secret

# Guesses by a name in any text. In code the layer of named values sees what is assigned to what, and knows better.
GUESSED = frozenset({"secret.generic-credential"})
NONE: frozenset[str] = frozenset()
CODE = (Family.PYTHON, Family.CODE, Family.NONE)  # and where there is no place for one, in translations say
# What a form shows in an empty field is an example for the most part: it is let be, and said.
_SHOWN_IN_FORMS = r"(?i)placeholder[\"']?[ \t]{0,3}[:=][ \t]{0,3}\{?[ \t]{0,3}[\"'`]?[^\"'`\n]{0,40}$"

Parse = Callable[[], ast.Module | None]


@dataclass(frozen=True)
class Sighting:
    """A secret at one line. `rule` is None for a kind that no rule describes."""

    kind: str
    rule: SecretRule | None
    secret: Secret
    path: str
    line: int
    level: Level = Level.ERROR
    says: str = ""
    name: str = ""
    weak: bool = False
    setting: bool = False
    remark: str | None = None


class Finder:
    """Finds the secrets of texts, one after the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rules = {rule.id: rule for rule in rules.load()}

    def sightings(self, text: Text, tree: Parse) -> list[Sighting]:
        """The secrets of a text; `tree` parses it, where it is Python."""
        seen = self._engine.look(text.data, GUESSED if not text.generated and family(text.path) in CODE else NONE)
        if not seen.matches and (not seen.named or text.generated):
            return []
        found = [self._by_rule(text, match) for match in distinct(seen.matches)]
        if seen.named and not text.generated:
            named_too = list(self._by_name(text, found, tree, seen.named))
            found = [*_unless_named(found, named_too), *named_too]
        return remarks.added(text, found)

    def _by_rule(self, text: Text, match: Match) -> tuple[int, Sighting]:
        number = text.data.count(b"\n", 0, match.start) + 1
        remark = remarks.SHOWN if _is_placeholder(text.data, match) else None
        return number, Sighting(match.rule.id, match.rule, match.secret, text.path, text.line(number), match.level, match.says, remark=remark)

    def _by_name(self, text: Text, found: Iterable[tuple[int, Sighting]], tree: Parse, forms: frozenset[int]) -> Iterator[tuple[int, Sighting]]:
        there: dict[int, list[Secret]] = {}
        for number, sighting in found:
            if sighting.kind not in GUESSED:
                there.setdefault(number, []).append(sighting.secret)
        # Of what was rearranged the lines are those of the text, and not those of a tree of the file (JSON parses as Python).
        for candidate in named.candidates(text.path, text.data, (lambda: None) if text.lines else tree, forms):
            if not any(candidate.secret.shares(other) for other in there.get(candidate.line, ())):
                yield candidate.line, self._named(text, candidate)

    def _named(self, text: Text, candidate: NamedCandidate) -> Sighting:
        kind = f"secret.{candidate.kind}"
        rule = self._rules.get(kind)
        return Sighting(
            kind,
            rule,
            candidate.secret,
            text.path,
            text.line(candidate.line),
            rule.level if rule else Level.ERROR,
            name=candidate.name,
            weak=candidate.weak,
            setting=candidate.setting,
        )


def _unless_named(found: Iterable[tuple[int, Sighting]], named_too: Iterable[tuple[int, Sighting]]) -> Iterator[tuple[int, Sighting]]:
    """Without the guesses where a name says more of the same value."""
    known: dict[int, list[Secret]] = {}
    for number, sighting in named_too:
        known.setdefault(number, []).append(sighting.secret)
    for number, sighting in found:
        if sighting.kind not in GUESSED or not any(sighting.secret.shares(other) for other in known.get(number, ())):
            yield number, sighting


def _is_placeholder(data: bytes, match: Match) -> bool:
    return b"laceholder" in data and compiled(_SHOWN_IN_FORMS).search(data[max(0, match.start - 80) : match.start]) is not None


def distinct(matches: Iterable[Match]) -> list[Match]:
    """Of matches that overlap the best one: a provider's own form first, what is known of values of any kind last, then the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (match.start, match.end)):
        if kept and match.start < kept[-1].end:
            kept[-1] = max(kept[-1], match, key=lambda one: (one.rule.provider, one.rule.id not in GUESSED, one.end - one.start))
        else:
            kept.append(match)
    return kept
