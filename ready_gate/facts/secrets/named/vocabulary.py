"""The lists of words in `vocabulary.txt`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in (files(__package__) / "vocabulary.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            found.setdefault(name, []).extend(line.split())
    return found


def listed(name: str) -> frozenset[str]:
    """One of the lists, by its name; an empty one where there is none of that name."""
    return frozenset(_lists().get(name, ()))
