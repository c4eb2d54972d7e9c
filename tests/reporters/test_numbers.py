"""The numbers of one report are the same in every format."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from ready_gate.gate import decide
from ready_gate.model import Finding, Item, Level, Report, Rule, Section, Severity, Subject, Verdict, VerdictStatus
from ready_gate.reporters import json_report, markdown, terminal, wording

SECTIONS = ("security", "database", "legal")


def report_of(drawn: list[tuple[str, Severity, VerdictStatus, int]]) -> Report:
    verdicts = tuple(
        Verdict(
            Item(f"{section}.item-{index}", section, f"Title {index}", severity, Rule("check", "any")),
            status,
            f"reason {index}",
            tuple(Finding("a.rule", Level.ERROR, f"message {number}") for number in range(errors)),
        )
        for index, (section, severity, status, errors) in enumerate(drawn)
    )
    sections = tuple(Section(id, id.capitalize()) for id in SECTIONS)
    return Report(Subject("."), decide(verdicts), verdicts, sections, tool_version="0.1.0")


REPORTS = st.lists(
    st.tuples(st.sampled_from(SECTIONS), st.sampled_from(Severity), st.sampled_from(VerdictStatus), st.integers(0, 7)), min_size=1, max_size=60
).map(report_of)


def counts_in(text: str) -> dict[str, int]:
    """The numbers of a sentence such as `41 passed, 1 needs a person`, by verdict."""
    found = dict.fromkeys((status.value for status in VerdictStatus), 0)
    for status, words in wording.WORDS.items():
        for word in set(words):
            found[status.value] += sum(int(number) for number in re.findall(rf"(\d+) {word}\b", text))
    return found


def blocked_in(text: str) -> tuple[int, int]:
    match = re.search(r"(?i)blocked by (\d+) of (\d+) items?", text)
    free = re.search(r"(?i)open, none of (\d+) items?", text)
    assert match or free
    return (int(match[1]), int(match[2])) if match else (0, int(free[1])) if free else (-1, -1)


def check_all(report: Report, same: Callable[[dict[str, int]], None]) -> None:
    made = json.loads(json_report.render(report))
    same({status.value: sum(item["verdict"] == status.value for item in made["items"]) for status in VerdictStatus})
    same(made["decision"]["counts"])
    same(counts_in(markdown.render(report).splitlines()[1]))
    lines = terminal.render(report, width=10_000, colour=False).splitlines()
    same(counts_in(next(line for line in lines if re.match(r"\d+ items? in ", line))))
    sections = [counts_in(line) for line in lines if re.match(r"  \d+ [a-z]", line)]
    same({status.value: sum(section[status.value] for section in sections) for status in VerdictStatus})


@given(REPORTS)
def test_counts_agree(report: Report) -> None:
    def same(counts: dict[str, int]) -> None:
        assert counts == report.decision.counts

    check_all(report, same)
    assert sum(report.decision.counts.values()) == len(report.verdicts)


@given(REPORTS)
def test_what_blocks_agrees(report: Report) -> None:
    made = json.loads(json_report.render(report))
    expected = (len(made["decision"]["blocking"]), len(made["items"]))
    text, page = terminal.render(report, width=10_000, colour=False), markdown.render(report, 10_000_000)
    assert blocked_in(text) == blocked_in(page) == expected
    held = {line.split()[0] for line in text.splitlines() if re.match(r"  \w+\.item-\d+ ", line)} - {
        verdict.item.id for verdict in report.verdicts if verdict.status is VerdictStatus.WAIVED
    }
    assert held == set(made["decision"]["blocking"])
    listed = re.findall(r"^(?:\| \*\*.*?\(|- )`(\w+\.item-\d+)`", page, re.M)
    assert sorted(listed) == sorted(verdict.item.id for verdict in report.verdicts)
