"""Generated programs as settings files are: what is known is equal to what Python makes of them, and nearly everything is known."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.facts.python.programs import ALL_NAMES, Maker, agrees, evaluated, executed


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A file and the environment in which it runs."""
    maker = Maker(lambda options: draw(st.sampled_from(options)))
    return maker.program(draw(st.integers(1, 4))), maker.environment()


@given(programs())
def test_known_is_equal(made: tuple[str, dict[str, str]]) -> None:
    text, environment = made
    names: dict[str, object] = {}
    assume(executed(text, environment, names) is None)
    loaded = evaluated(text, environment)
    for name in ALL_NAMES:
        if name in names and name in loaded.names:
            assert agrees(loaded.names[name], names[name]), f"{name}: {loaded.names[name]} instead of {names[name]!r} with {environment} in\n{text}"
        elif name in names:
            assert loaded.incomplete, f"{name} is missing with {environment} in\n{text}"
