"""A secret that was found. It never shows itself: redaction is a property of the type, not of those who print it."""

from __future__ import annotations

import os

SHOWN = 4
# Short secrets would be half given away by their first letters.
SHORT = 12
# Of this process alone and never written anywhere: with a key that readers of a report could know, a hash would let them try words until one fits.
_KEY = os.urandom(32)


class Secret:
    """A secret's text, for comparing and judging. What it shows of itself (`str`, `repr`, `format`, a copy, a pickle) is its first four characters at
    most, and its length; `reveal` is for the rules that judge it."""

    __slots__ = ("_id", "_text")

    def __init__(self, text: str | bytes) -> None:
        self._text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        self._id = ""

    @property
    def id(self) -> str:
        """A hash under a key of this run: the same for the same text, and of no use to anybody else."""
        from hashlib import blake2b

        self._id = self._id or blake2b(self._encoded(), key=_KEY, digest_size=16).hexdigest()
        return self._id

    def reveal(self) -> str:
        """The text itself. Only for judging; nothing made of it may be kept or printed."""
        return self._text

    def shares(self, other: Secret) -> bool:
        """Whether one of the two holds the other."""
        return self._text in other._text or other._text in self._text

    def is_hashed_as(self, sha1: str) -> bool:
        """Whether this is its SHA-1 in hexadecimal, which is how other scanners keep what they know."""
        from hashlib import sha1 as digest

        return digest(self._encoded(), usedforsecurity=False).hexdigest() == sha1.lower()

    def _encoded(self) -> bytes:
        return self._text.encode("utf-8", "surrogatepass")

    def __str__(self) -> str:
        shown = self._text[:SHOWN] if len(self._text) >= SHORT else ""
        return f"{''.join(letter if letter.isprintable() else '?' for letter in shown)}… ({len(self._text)} characters)"

    def __repr__(self) -> str:
        return f"Secret({self})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __len__(self) -> int:
        return len(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self.id)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickled, it is the text that it shows."""
        return str, (str(self),)
