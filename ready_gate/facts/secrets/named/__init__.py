"""Values under names that mean a secret: assignments, keys and arguments in code and in every kind of configuration file.

`PREFILTER` holds patterns (RE2 and Hyperscan syntax, over bytes) one of which matches in every file in which `candidates` can
find anything; files without a match need not be handed in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ready_gate.facts.names import is_template
from ready_gate.facts.secrets.named import kept, lines, python_code
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.families import Family, family
from ready_gate.facts.secrets.named.forms import PREFILTER, SEALED
from ready_gate.facts.secrets.named.places import Text
from ready_gate.facts.secrets.patterns import compiled

_READERS = {
    Family.CODE: (lines.quoted, lines.connections),
    Family.CONFIG: (lines.quoted, lines.bare, lines.inline, lines.connections, lines.hashes),
    Family.YAML: (lines.quoted, lines.bare, lines.inline, lines.pairs, lines.connections, lines.hashes),
    Family.JSON: (lines.quoted, lines.connections, lines.hashes),
    Family.SHELL: (lines.quoted, lines.bare, lines.inline, lines.connections),
    Family.XML: (lines.quoted, lines.elements, lines.connections),
    Family.HCL: (lines.quoted, lines.variables, lines.connections),
    Family.SQL: (lines.quoted, lines.hashes),
    Family.PROSE: (lines.quoted, lines.inline, lines.connections),
}


def candidates(path: str, data: bytes, tree: Callable[[], ast.Module | None]) -> Iterator[NamedCandidate]:
    """The named secrets of a file, in order. `tree` gives the syntax tree of a Python file, None where there is none; it is asked for
    at most once, and only where a line looks like a find."""
    found = sorted(_all(Text(path, data), family(path), tree), key=lambda one: (one.line, one.column, -len(one.secret)))
    last: NamedCandidate | None = None
    for one in found:
        if last is None or one.line != last.line or not last.secret.reveal().startswith(one.secret.reveal()):
            last = one
            if not (one.weak and is_template(path)):
                yield one


def _all(text: Text, kind: Family, tree: Callable[[], ast.Module | None]) -> Iterator[NamedCandidate]:
    if kind is Family.PYTHON:
        yield from _python(text, tree)
        return
    yield from kept.only_key(text)
    if kind is Family.YAML and compiled(SEALED).search(text.data):
        return
    decoded = kept.kubernetes(text) if kind is Family.YAML else {}
    yield from (found for line in decoded.values() for found in line)
    for reader in _READERS.get(kind, ()):
        yield from (found for found in reader(text, kind) if found.line not in decoded)


def _python(text: Text, tree: Callable[[], ast.Module | None]) -> Iterator[NamedCandidate]:
    suspicious, hits = python_code.suspicious(text)
    module = tree() if suspicious else None
    if module is not None:
        yield from python_code.in_tree(module, suspicious)
        yield from python_code.in_comments(text, hits)
    elif suspicious:
        yield from lines.quoted(text, Family.CODE)


__all__ = ["PREFILTER", "NamedCandidate", "candidates"]
