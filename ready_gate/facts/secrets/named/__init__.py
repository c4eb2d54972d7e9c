"""Values under names that mean a secret: assignments, keys and arguments in code and in every kind of configuration file.

`PREFILTER` holds patterns (RE2 and Hyperscan syntax, over bytes) one of which matches in every file in which `candidates` can
find anything; files without a match need not be handed in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ready_gate.facts.secrets.named.candidate import NamedCandidate

PREFILTER: tuple[str, ...] = (r"(?i)passw|passphrase|pwd|secret|token|credential|salt|(api|access|private|signing|encryption|merchant|auth)[_-]?key",)


def candidates(path: str, data: bytes, tree: Callable[[], ast.Module | None]) -> Iterator[NamedCandidate]:
    """The named secrets of a file. `tree` gives the syntax tree of a Python file, None where there is none; it is asked for at most
    once, and only where a line looks like a find."""
    yield from ()


__all__ = ["PREFILTER", "NamedCandidate", "candidates"]
