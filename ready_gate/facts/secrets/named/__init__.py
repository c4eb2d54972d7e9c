"""Values under names that mean a secret: assignments, keys and arguments in code and in every kind of configuration file.

`PREFILTER` holds patterns (RE2 and Hyperscan syntax, over bytes) one of which matches in every file in which `candidates` can
find anything; files without a match need not be handed in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator

from ready_gate.facts.names import is_template
from ready_gate.facts.secrets.named import kept, lines, python_code
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.families import Family, family
from ready_gate.facts.secrets.named.forms import PREFILTER, SEALED, Form
from ready_gate.facts.secrets.named.places import Text
from ready_gate.facts.secrets.patterns import compiled

_WRITTEN = {
    Form.QUOTED: lines.quoted,
    Form.BARE: lines.bare,
    Form.INLINE: lines.inline,
    Form.PAIR: lines.pairs,
    Form.ELEMENT: lines.elements,
    Form.VARIABLE: lines.variables,
    Form.CONNECTION: lines.connections,
    Form.HASH: lines.hashes,
}
_FORMS = {
    Family.CODE: (Form.QUOTED, Form.CONNECTION),
    Family.CONFIG: (Form.QUOTED, Form.BARE, Form.INLINE, Form.CONNECTION, Form.HASH),
    Family.YAML: (Form.QUOTED, Form.BARE, Form.INLINE, Form.PAIR, Form.CONNECTION, Form.HASH),
    Family.JSON: (Form.QUOTED, Form.CONNECTION, Form.HASH),
    Family.SHELL: (Form.QUOTED, Form.BARE, Form.INLINE, Form.CONNECTION),
    Family.XML: (Form.QUOTED, Form.ELEMENT, Form.CONNECTION),
    Family.HCL: (Form.QUOTED, Form.VARIABLE, Form.CONNECTION),
    Family.SQL: (Form.QUOTED, Form.HASH),
    Family.PROSE: (Form.QUOTED, Form.INLINE, Form.CONNECTION),
}


def candidates(path: str, data: bytes, tree: Callable[[], ast.Module | None], hits: Collection[int] = tuple(Form)) -> Iterator[NamedCandidate]:
    """The named secrets of a file, in order. `tree` gives the syntax tree of a Python file, None where there is none; it is asked for
    at most once, and only where a line looks like a find. `hits` says which patterns of `PREFILTER` match, by their places in it."""
    found = sorted(_all(Text(path, data), family(path), tree, frozenset(hits)), key=lambda one: (one.line, one.column, -len(one.secret)))
    last: NamedCandidate | None = None
    for one in found:
        if last is None or one.line != last.line or not last.secret.reveal().startswith(one.secret.reveal()):
            last = one
            if not (one.weak and is_template(path)):
                yield one


def _all(text: Text, kind: Family, tree: Callable[[], ast.Module | None], hits: frozenset[int]) -> Iterator[NamedCandidate]:
    if Form.ONLY_KEY in hits:
        yield from kept.only_key(text)
    if kind is Family.PYTHON:
        yield from _python(text, tree, hits)
    elif not (kind is Family.YAML and compiled(SEALED).search(text.data)):
        decoded = kept.kubernetes(text) if kind is Family.YAML and Form.KUBERNETES in hits else {}
        yield from (found for line in decoded.values() for found in line)
        for form in _FORMS.get(kind, ()):
            if form in hits:
                yield from (found for found in _WRITTEN[form](text, kind) if found.line not in decoded)


def _python(text: Text, tree: Callable[[], ast.Module | None], hits: frozenset[int]) -> Iterator[NamedCandidate]:
    suspicious, names = python_code.suspicious(text, hits)
    module = tree() if suspicious else None
    if module is not None:
        yield from python_code.in_tree(module, suspicious)
        yield from python_code.in_comments(text, names)
    elif suspicious:
        yield from lines.quoted(text, Family.CODE)


__all__ = ["PREFILTER", "NamedCandidate", "candidates"]
