"""The nearest right name, for error messages."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(wrong: str, right: Iterable[str]) -> str:
    """`; did you mean 'x'?` for the closest of the right names, or nothing where none is close."""
    from difflib import get_close_matches

    close = get_close_matches(wrong, list(right), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
