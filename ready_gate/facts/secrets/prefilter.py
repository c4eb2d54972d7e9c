"""Which patterns can match in a text at all: one pass of Hyperscan, or, where it is not installed, a look for each pattern's keywords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ready_gate.facts.secrets import database_cache
from ready_gate.facts.secrets.patterns import compiled

_SPACE = "\\t\\n\\f\\r "  # what RE2 takes for \s; PCRE's also holds the vertical tab


@dataclass(frozen=True)
class Wanted:
    """A pattern (RE2 syntax, over bytes), and lower-case literals of which one stands in every text in which it counts (none: not known)."""

    pattern: str
    keywords: tuple[str, ...] = ()


class Prefilter(Protocol):
    """Names patterns by their place in the list that it was made of."""

    def hits(self, data: bytes) -> Sequence[int]:
        """Which patterns may match in this text. One that is left out matches nowhere in it."""


def prefilter(wanted: Sequence[Wanted], cache: str | None = None, *, hyperscan: bool = True) -> Prefilter:
    """The fastest there is for these patterns. `cache` is the folder that keeps what Hyperscan compiled, `hyperscan=False` does without it."""
    try:
        return Scanner(wanted, cache) if hyperscan else Keywords(wanted)
    except ImportError:
        return Keywords(wanted)


class Keywords:
    """By the keywords; a pattern without any may match everywhere."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._keywords = [tuple(word.encode() for word in one.keywords) for one in wanted]
        self._patterns = [None if one.keywords else one.pattern for one in wanted]

    def hits(self, data: bytes) -> Sequence[int]:
        """See `Prefilter`."""
        lowered = data.lower()
        return [index for index, words in enumerate(self._keywords) if self._may_match(index, words, data, lowered)]

    def _may_match(self, index: int, words: tuple[bytes, ...], data: bytes, lowered: bytes) -> bool:
        pattern = self._patterns[index]
        return any(word in lowered for word in words) if pattern is None else compiled(pattern).search(data) is not None


class Scanner:
    """By Hyperscan: all patterns at once, each told when it matches for the first time. Raises `ImportError` where it is not installed."""

    def __init__(self, wanted: Sequence[Wanted], cache: str | None = None) -> None:
        import hyperscan

        self._library = hyperscan
        expressions = tuple(for_hyperscan(one.pattern) for one in wanted)
        key = database_cache.key((getattr(hyperscan, "__version__", ""), *expressions))
        kept = database_cache.read(cache, key)
        loaded = self._loaded(kept[0]) if kept else None
        if kept and loaded:
            self._database, self._always = loaded, kept[1]
        else:
            self._database, self._always = self._compiled(expressions)
            database_cache.write(cache, key, hyperscan.dumpb(self._database), self._always)

    def hits(self, data: bytes) -> Sequence[int]:
        """See `Prefilter`."""
        found = list(self._always)
        self._database.scan(data, match_event_handler=lambda index, *_: found.append(index))
        return found

    def _loaded(self, kept: bytes) -> Any:
        """A database that was kept; None where this machine or version cannot use it."""
        try:
            database = self._library.loadb(kept, self._library.HS_MODE_BLOCK)
            database.scratch = self._library.Scratch(database)
        except (self._library.error, ValueError, TypeError):
            return None
        return database

    def _compiled(self, expressions: Sequence[str]) -> tuple[Any, tuple[int, ...]]:
        """The database, and the patterns that are too much for it: those are looked for everywhere."""
        numbered = list(enumerate(expressions))
        try:
            return self._database_of(numbered), ()
        except self._library.error:
            fine = [(index, expression) for index, expression in numbered if self._can(expression)]
        taken = {index for index, _ in fine}
        return self._database_of(fine), tuple(index for index, _ in numbered if index not in taken)

    def _can(self, expression: str) -> bool:
        try:
            self._database_of([(0, expression)])
        except self._library.error:
            return False
        return True

    def _database_of(self, numbered: Sequence[tuple[int, str]]) -> Any:
        database = self._library.Database()
        flags = self._library.HS_FLAG_SINGLEMATCH | self._library.HS_FLAG_PREFILTER
        database.compile(expressions=[text.encode() for _, text in numbered], ids=[index for index, _ in numbered], flags=[flags] * len(numbered))
        return database


def for_hyperscan(pattern: str) -> str:
    r"""The pattern in the other dialect: `\s` is spelled out, so that both mean the same by it."""
    parts: list[str] = []
    inside = False
    index = 0
    while index < len(pattern):
        step = 2 if pattern[index] == "\\" else 1
        part = pattern[index : index + step]
        if part == "\\s":
            part = _SPACE if inside else f"[{_SPACE}]"
        elif part == "\\S":
            part = "\\S\\v" if inside else f"[^{_SPACE}]"
        elif part == "[":
            step = _opening(pattern, index) if not inside else _named_class(pattern, index)
            part, inside = pattern[index : index + step], True
        elif part == "]":
            inside = False
        parts.append(part)
        index += step
    return "".join(parts)


def _opening(pattern: str, index: int) -> int:
    """The length of what opens a class: `[`, `[^`, and a bracket that stands first and closes nothing."""
    length = 2 if pattern[index + 1 : index + 2] == "^" else 1
    return length + 1 if pattern[index + length : index + length + 1] == "]" else length


def _named_class(pattern: str, index: int) -> int:
    """The length of `[:alpha:]` within a class; a lone bracket there is itself."""
    end = pattern.find(":]", index)
    return end + 2 - index if pattern[index + 1 : index + 2] == ":" and end > 0 else 1
