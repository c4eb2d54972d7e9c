"""The URL modules of other packages: from the project's environment where it is at hand, from shipped texts otherwise."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from ready_gate.facts.django.program import Program
from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.python.values import Value

DATA = Path(__file__).parent.parent / "data" / "urls.json"


@cache
def _shipped() -> dict[str, tuple[bool, str]]:
    return dict(json.loads(DATA.read_text(encoding="utf-8"))) if DATA.is_file() else {}


def names(program: Program, dotted: str) -> dict[str, Value] | None:
    """What the URL module of a package holds under the project's settings; None where nothing is known of it."""
    found = program.run.known.body(dotted)
    if found is None and dotted in _shipped():
        is_package, source = _shipped()[dotted]
        found = parse_source(source).body, is_package
    return program.executed(found[0], dotted, is_package=found[1]) if found is not None else None
