"""Generated programs as settings files are: what is known is equal to what Python makes of them, and nearly everything is known."""

from __future__ import annotations

import copy
from types import SimpleNamespace

from hypothesis import assume, given
from hypothesis import strategies as st

from ready_gate.facts.python.interpreter import Loaded
from tests.facts.python.programs import ALL_NAMES, Maker, agrees, evaluated, executed


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A file and the environment in which it runs."""
    maker = Maker(lambda options: draw(st.sampled_from(options)))
    return maker.program(draw(st.integers(1, 4))), maker.environment()


@st.composite
def doubtful_programs(draw: st.DrawFn) -> tuple[str, dict[str, str], SimpleNamespace]:
    """The same with something in it of which nothing is known."""
    maker = Maker(lambda options: draw(st.sampled_from(options)))
    hidden, mystery = maker.mystery()
    return maker.program(draw(st.integers(1, 4)), hidden), maker.environment(), mystery


@given(doubtful_programs())
def test_what_is_known_is_equal(made: tuple[str, dict[str, str], SimpleNamespace]) -> None:
    text, environment, mystery = made
    names: dict[str, object] = {}
    assume(executed(text, environment, names, copy.deepcopy(mystery)) is None)
    compare(evaluated(text, environment), names, f"with {environment} and {mystery} in\n{text}")


@given(programs())
def test_known_is_equal(made: tuple[str, dict[str, str]]) -> None:
    text, environment = made
    names: dict[str, object] = {}
    assume(executed(text, environment, names) is None)
    compare(evaluated(text, environment), names, f"with {environment} in\n{text}")


def compare(loaded: Loaded, names: dict[str, object], where: str) -> None:
    for name in ALL_NAMES:
        if name in names and name in loaded.names:
            assert agrees(loaded.names[name], names[name]), f"{name}: {loaded.names[name]} instead of {names[name]!r} {where}"
        elif name in names:
            assert loaded.incomplete, f"{name} is missing {where}"
