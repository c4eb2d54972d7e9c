"""What says that a found secret may be let be: a comment beside it, the config, another scanner's baseline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase

from ready_gate.checks.registry import note, warning
from ready_gate.facts.views import FoundSecret, KnownSecret, SecretPlace
from ready_gate.model import AllowedSecret, Finding

_OWN = re.compile(r"ready-gate:\s{0,10}allow\b\s{0,10}(?P<rule>secret\.[\w.*-]{1,80})?\s{0,10}(?P<reason>.{0,300})", re.I)
_CLOSING = re.compile(r"(\*/|-->|#\}|%\})\s{0,10}$")


class Permits:
    """The words of one run. Remembers which of the config's were needed."""

    def __init__(self, allowed: Sequence[AllowedSecret], known: Iterable[KnownSecret], today: date) -> None:
        self._allowed = allowed
        self._today = today
        self._used: set[AllowedSecret] = set()
        self._known: dict[str, list[KnownSecret]] = {}
        for entry in known:
            self._known.setdefault(entry.path, []).append(entry)

    def of(self, secret: FoundSecret, place: SecretPlace) -> str | None:
        """What lets the secret be at this place, in words; None where nothing does."""
        return self._by_remark(secret, place) or self._by_config(secret, place) or self._by_baseline(secret, place)

    def notes(self) -> Iterator[Finding]:
        """The config's entries that have expired or that nothing needs."""
        for entry in self._allowed:
            if entry.expired(self._today):
                yield warning(
                    "secret.allow-expired", f"the entry for {entry.rule} in {entry.path} expired on {entry.expires} and no longer counts", entry.at
                )
            elif entry not in self._used:
                yield note("secret.allow-unused", f"the entry for {entry.rule} in {entry.path} lets nothing be", entry.at)

    def _by_remark(self, secret: FoundSecret, place: SecretPlace) -> str | None:
        own = _OWN.search(place.remark or "")
        if own is None:
            return f"the comment or attribute `{place.remark}` there" if place.remark else None
        reason = _CLOSING.sub("", own["reason"]).strip()
        if not own["rule"] or not reason or not fnmatchcase(secret.rule, own["rule"].lower()):
            return None
        return f"a comment there: {reason}"

    def _by_config(self, secret: FoundSecret, place: SecretPlace) -> str | None:
        for entry in self._allowed:
            if not entry.expired(self._today) and fnmatchcase(secret.rule, entry.rule) and _covers(entry.path, place.path):
                self._used.add(entry)
                return f"the config ({entry.at}) until {entry.expires}: {entry.reason}"
        return None

    def _by_baseline(self, secret: FoundSecret, place: SecretPlace) -> str | None:
        for entry in self._known.get(place.path, ()):
            if entry.sha1 is not None and secret.secret.is_hashed_as(entry.sha1):
                return f"the baseline {entry.source}"
            if entry.line == place.line and (entry.commit is None or (place.commit or "").startswith(entry.commit)):
                return f"the baseline {entry.source}"
        return None


def remark_in_vain(place: SecretPlace) -> bool:
    """Whether a comment of ours is there that does not count, for want of a rule that fits or of a reason."""
    return bool(_OWN.search(place.remark or ""))


def _covers(pattern: str, path: str) -> bool:
    """`**` is any number of folders, `*` stays in one; a folder covers all below it."""
    expression = "".join(
        {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    )
    return re.fullmatch(expression + r"(?:/.*)?", path) is not None
