"""What a value looks like by itself: how random, and whether it only stands for a secret."""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ready_gate.facts.secrets.rules import no_secret

LOOKED_AT = 4096
"""Characters of a value that are looked at."""


def entropy(value: str) -> float:
    """Shannon entropy in bits a character."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def is_placeholder(value: str) -> bool:
    """Whether the value only stands for a secret: a reference, a template, words that say so, one character or one sequence over and over."""
    value = value[:LOOKED_AT]
    return not value or stands_for_another(value) or _monotonous(value)


def stands_for_another(value: str) -> bool:
    """Whether the value is a reference or a template, or holds words that say that it is none yet."""
    return bool(_shared().search(value[:LOOKED_AT]))


@lru_cache(maxsize=1)
def _shared() -> Any:
    import re2

    return re2.compile("(?i)" + "|".join(f"(?:{pattern})" for pattern in no_secret()))


def _monotonous(value: str) -> bool:
    """Whether half of the value or more is counting, or most of it the same few characters over and over."""
    size = len(value)
    letters = [ord(char) for char in value.lower()]
    steps = [after - before for before, after in pairwise(letters)]
    if size >= 4 and 2 * (_in_runs(steps, 0) + max(_in_runs(steps, 1), _in_runs(steps, -1))) >= size:
        return True
    return any(size >= 4 * period and 5 * _equal(letters, period) >= 3 * (size - period) for period in range(1, 9))


def _equal(letters: list[int], period: int) -> int:
    """How many characters come again after this many."""
    return sum(before == after for before, after in zip(letters, letters[period:], strict=False))


def _in_runs(steps: list[int], wanted: int) -> int:
    """How many characters lie in runs of three or more whose neighbours differ by `wanted`."""
    total = run = 0
    for step in [*steps, None]:
        if step == wanted:
            run += 1
            continue
        total += run + 1 if run >= 2 else 0
        run = 0
    return total
