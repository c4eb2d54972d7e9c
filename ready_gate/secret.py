"""A secret that was found. It never shows itself: redaction is a property of the type, not of those who print it."""

from __future__ import annotations

import hashlib
import secrets

SHOWN = 4
# Short secrets would be half given away by their first letters.
SHORT = 12
# Of this process alone and never written anywhere: a hash under a key that readers of a report know would let them try words until one fits.
_KEY = secrets.token_bytes(32)


class Secret:
    """A secret's text, for comparing and judging. What it shows of itself (`str`, `repr`, `format`, a copy, a pickle) is its first four characters at
    most, and its length; `reveal` is for the rules that judge it."""

    __slots__ = ("_text", "id")

    def __init__(self, text: str | bytes) -> None:
        self._text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        self.id = hashlib.blake2b(self._text.encode("utf-8", "surrogatepass"), key=_KEY, digest_size=16).hexdigest()

    def reveal(self) -> str:
        """The text itself. Only for judging; nothing made of it may be kept or printed."""
        return self._text

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
        return isinstance(other, Secret) and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickled, it is the text that it shows."""
        return str, (str(self),)
