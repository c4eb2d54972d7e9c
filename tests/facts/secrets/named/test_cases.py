"""Lines that hold a secret and lines that don't, by format: `cases/*.txt`. They are held against rules and names together.

`== path` begins a file; a line of it is marked `+` where a secret must be found, `-` where none may be, or not at all where it is only needed around
them. `¦` breaks names apart, so that no scanner finds these lines here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ready_gate.facts.secrets import rules
from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.finder import Finder
from ready_gate.facts.secrets.named import PREFILTER
from ready_gate.facts.secrets.texts import Text

_CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


def _files(case: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for block in re.split(r"(?m)^== ", case.read_text().replace("¦", ""))[1:]:
        path, *lines = block.splitlines()
        yield path, [(line[:1], line[2:]) for line in lines]


def _found(finder: Finder, path: str, text: str) -> set[int]:
    def tree() -> ast.Module | None:
        try:
            return ast.parse(text)
        except SyntaxError:
            return None

    sightings = finder.sightings(Text(path, text.encode()), tree)
    assert {sighting.kind for sighting in sightings} <= rules.kinds().keys(), "a kind that the checklist does not describe"
    return {sighting.line for sighting in sightings}


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(Engine(rules.load(), PREFILTER))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.stem)
def test_finds_what_is_marked_and_nothing_else(finder: Finder, case: Path) -> None:
    wrong: list[str] = []
    for path, lines in _files(case):
        found = _found(finder, path, "\n".join(text for _, text in lines) + "\n")
        for number, (mark, text) in enumerate(lines, 1):
            if (mark == "+") != (number in found):
                wrong.append(f"{'missed' if mark == '+' else 'wrong'}: {path}:{number}: {text}")
    assert not wrong, "\n".join(wrong)


def test_enough_lines_are_held() -> None:
    marks = [mark for case in _CASES for _, lines in _files(case) for mark, _ in lines]
    assert marks.count("+") >= 150
    assert marks.count("-") >= 150


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.stem)
def test_the_lines_as_they_stand_here_hold_nothing(finder: Finder, case: Path) -> None:
    assert finder.sightings(Text(f"cases/{case.name}", case.read_bytes()), lambda: None) == []
