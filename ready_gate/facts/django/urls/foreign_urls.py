"""The URL modules of other packages: from the project's environment where it is at hand, from shipped texts otherwise."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

from ready_gate.facts.django.program import Program
from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.python.values import Value

DATA = Path(__file__).parent.parent / "data" / "urls.json"


@cache
def _shipped() -> dict[str, str]:
    return dict(json.loads(DATA.read_text(encoding="utf-8"))) if DATA.is_file() else {}


def names(program: Program, dotted: str) -> dict[str, Value] | None:
    """What the URL module of a package holds under the project's settings; None where nothing is known of it."""
    body = program.run.known.body(dotted)
    if body is None:
        source = _shipped().get(dotted)
        body = _parsed(source) if source is not None else None
    return program.executed(body, dotted) if body is not None else None


def _parsed(source: str) -> list[ast.stmt] | None:
    try:
        return parse_source(source).body
    except (SyntaxError, ValueError):
        return None
