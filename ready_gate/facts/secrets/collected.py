"""What was found, put together: one entry a secret, with all its places."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from ready_gate.facts.secrets import rules
from ready_gate.facts.secrets.finder import Sighting
from ready_gate.facts.views import FoundSecret, SecretPlace

MAX_SECRETS = 5_000
MAX_PLACES = 100
SHORT = 8  # shorter ones may be the same by chance

UNKNOWN = rules.Kind("A secret", "where it was issued")

Key = tuple[str, ...]


@dataclass
class _Entry:
    first: Sighting
    places: dict[tuple[str, int], SecretPlace] = field(default_factory=dict)


class Collected:
    """The secrets of a run, by their keyed hash. `tracked` are the paths that git tracks, None where there is no git to tell,
    `development` those that others say are not production's."""

    def __init__(self, tracked: Collection[str] | None, development: Collection[str] = ()) -> None:
        self._tracked = tracked
        self._development = frozenset(development)
        self._entries: dict[Key, _Entry] = {}
        self._beyond = 0

    def add(self, sightings: Iterable[Sighting], commit: str | None = None, date: Callable[[], str | None] = lambda: None) -> None:
        """Add these. With a commit they are of the history, and count only where the secret is nowhere yet; `date` then tells the commit's."""
        for sighting in sightings:
            entry = self._entry(sighting)
            if entry is None or (commit is not None and entry.places):
                continue
            if len(entry.places) < MAX_PLACES:
                tracked = None if self._tracked is None else sighting.path in self._tracked
                place = SecretPlace(sighting.path, sighting.line, sighting.remark, commit, date(), tracked, sighting.path in self._development)
                entry.places.setdefault((sighting.path, sighting.line), place)

    def at(self, path: str, line: int) -> bool:
        """Whether anything was found at this line."""
        return any((path, line) in entry.places for entry in self._entries.values())

    def found(self) -> tuple[FoundSecret, ...]:
        """All secrets, in the order of their first places."""
        return tuple(_secret(entry) for entry in self._entries.values())

    def notes(self) -> tuple[str, ...]:
        """What was left out."""
        return (f"{self._beyond} more places of secrets are not listed, after {MAX_SECRETS} secrets",) if self._beyond else ()

    def _entry(self, sighting: Sighting) -> _Entry | None:
        key = _key(sighting)
        if key not in self._entries and len(self._entries) >= MAX_SECRETS:
            self._beyond += 1
            return None
        entry = self._entries.setdefault(key, _Entry(sighting))
        if _says(sighting) > _says(entry.first):
            entry.first = sighting
        return entry


def _says(sighting: Sighting) -> tuple[bool, bool]:
    """How much its kind says: a provider's own form, or at least what it is for."""
    return sighting.rule is not None and sighting.rule.provider, not sighting.kind.startswith("secret.generic-")


def _key(sighting: Sighting) -> Key:
    if sighting.weak or len(sighting.secret) < SHORT:
        return sighting.kind, sighting.name.lower(), sighting.secret.id
    return (sighting.secret.id,)


def _secret(entry: _Entry) -> FoundSecret:
    first, rule = entry.first, entry.first.rule
    kind = rules.kinds().get(first.kind, UNKNOWN)
    return FoundSecret(
        rule=first.kind,
        title=kind.title,
        secret=first.secret,
        places=tuple(entry.places.values()),
        level=first.level,
        provider=rule.provider if rule else False,
        says=first.says,
        name=first.name,
        weak=first.weak,
        setting=first.setting,
        revoke=kind.revoke,
    )
