"""google-re2, over bytes: every pattern that meets untrusted text in the search for secrets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Protocol


class Found(Protocol):
    """A match of google-re2, which has no types of its own."""

    def start(self, group: int | str = 0) -> int:
        """Where it begins."""

    def end(self, group: int | str = 0) -> int:
        """Behind its end."""

    def group(self, group: int | str = 0) -> bytes:
        """What it matched; None for a group that took no part."""

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


@lru_cache(maxsize=2_000)
def compiled(pattern: str) -> Pattern:
    """A pattern over bytes, every byte a letter: what is scanned may be in any encoding, or in none. Raises `re2.error`."""
    import re2

    options = re2.Options()
    options.encoding = options.Encoding.LATIN1
    options.log_errors = False
    result: Pattern = re2.compile(pattern.encode(), options)
    return result
