from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ready_gate.model import Finding, Level, Origin, Report, Verdict
from ready_gate.reporters import terminal

COLOUR = re.compile(r"\x1b\[[0-9;]+m")


def changed(report: Report, text: str) -> Report:
    """The report with this text in every place that comes from outside."""
    finding = Finding("secret.any", Level.ERROR, text, Origin(text, 1), None, None, text)

    def change(verdict: Verdict) -> Verdict:
        item = replace(verdict.item, title=text)
        return replace(verdict, item=item, reason=text, findings=(finding, replace(finding, level=Level.WARNING)))

    return replace(
        report, verdicts=tuple(map(change, report.verdicts)), subject=replace(report.subject, path=text, settings_reason=text), notes=(text,)
    )


@pytest.mark.parametrize("width", [40, 61, 80, 140])
@pytest.mark.parametrize("verbose", [False, True])
def test_no_line_is_longer_than_the_terminal_is_wide(report: Report, width: int, verbose: bool) -> None:
    assert max(map(len, terminal.render(report, width=width, colour=False, verbose=verbose).splitlines())) <= width


@given(text=st.text(st.one_of(st.characters(), st.sampled_from(list("\x1b[]:#\n\r ")))), width=st.integers(40, 120), verbose=st.booleans())
def test_no_text_from_outside_reaches_the_terminal_as_a_command(report: Report, text: str, width: int, verbose: bool) -> None:
    made = terminal.render(changed(report, text), width=width, colour=False, verbose=verbose)
    assert all(line.isprintable() for line in made.split("\n"))
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in made.split("\n"))
    assert max(map(len, made.splitlines())) <= width


def test_colour_adds_nothing_but_colour(report: Report) -> None:
    for options in ({"verbose": True}, {"quiet": True}, {}):
        coloured = terminal.render(report, width=80, colour=True, **options)
        assert COLOUR.search(coloured)
        assert COLOUR.sub("", coloured) == terminal.render(report, width=80, colour=False, **options)


def test_what_blocks_stands_first_and_failures_before_the_rest(report: Report) -> None:
    text = terminal.render(report, width=100, colour=False)
    order = [
        "BLOCKED by 6 of 14 items",
        "security.debug-off ",
        "shop/settings.py:21",
        "security.tls-certificate",
        "payment.ip-allowlist",
        "Security  ",
    ]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_every_item_is_named_once_with_its_verdict(report: Report) -> None:
    lines = terminal.render(report, width=100, colour=False).splitlines()
    rest = [verdict for verdict in report.verdicts if verdict.item.id not in report.decision.blocking]
    assert all(sum(line.startswith(f"  {id} ") for line in lines) == 1 for id in report.decision.blocking)
    assert all(any(re.match(rf"  [●◐×~○?–] {verdict.item.id.partition('.')[2]}\b", line) for line in lines) for verdict in rest)


def test_more_places_than_are_shown_are_counted(report: Report) -> None:
    text = terminal.render(report, width=100, colour=False)
    assert "shop/keys/file5.py:5" in text
    assert "shop/keys/file6.py:6" not in text
    assert "… and 3 more (-v shows all)" in text
    assert "shop/keys/file8.py:8" in terminal.render(report, width=100, colour=False, verbose=True)


def test_quiet_is_the_decision_and_what_blocks(report: Report, open_report: Report) -> None:
    text = terminal.render(report, width=100, colour=False, quiet=True)
    assert "security.debug-off" in text
    assert "database.postgresql" not in text
    assert terminal.render(open_report, width=100, colour=False, quiet=True).splitlines()[-1] == "OPEN, none of 4 items blocks"


def test_the_report_always_shows_what_a_waiver_lets_through(report: Report) -> None:
    text = terminal.render(report, width=100, colour=False)
    assert "let through by a waiver" in text
    assert "(was failed:" not in text.partition("let through")[0]
