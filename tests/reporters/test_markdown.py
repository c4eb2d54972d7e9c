from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ready_gate.model import Finding, Level, Origin, Report, Verdict
from ready_gate.reporters import markdown

OWN_TAGS = re.compile(r"</?(details|summary|br|code)>")


def changed(report: Report, text: str) -> Report:
    """The report with this text in every place that comes from outside."""
    finding = Finding("secret.any", Level.ERROR, text, Origin(text, 1), None, None, text)

    def change(verdict: Verdict) -> Verdict:
        item = replace(verdict.item, title=text)
        return replace(verdict, item=item, reason=text, findings=(finding, replace(finding, level=Level.WARNING)))

    subject = replace(report.subject, settings_module=text, staging_url=text)
    return replace(report, verdicts=tuple(map(change, report.verdicts)), subject=subject, notes=(text,))


@given(st.text(st.one_of(st.characters(), st.sampled_from(list("`|\\<>&@#:*_![]()\n\r -")))))
def test_no_text_from_outside_becomes_markup(report: Report, text: str) -> None:
    lines = markdown.render(changed(report, text)).split("\n")
    assert lines[0] == "### Production readiness: blocked by 6 of 14 items"
    for line in lines[2:]:
        assert re.match(r"\| |\|---|- |\*\*[A-Z]|<details>|</details>|Whoever |$", line), line
        assert not line.startswith("|") or line.startswith("|---") or line.count("|") == 4
        bare = re.sub(r"<code>[^<]*</code>|(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)", "", line)
        assert not re.search(r"[<>]", OWN_TAGS.sub("", bare)), line
        assert not re.search(r"@(?!&#8203;)|(?<!\\)\[|##\[", bare), line


def test_numbers_of_the_rows(report: Report) -> None:
    text = markdown.render(report)
    assert text.count("\n| **") == 5
    assert "**Needs a person's word** (1):" in text
    assert "Everything else: 2 passed, 1 attested, 1 needs a person, 1 could not be told, 1 does not apply" in text


@pytest.mark.parametrize("limit", [400, 1_000, 2_000, 3_000])
def test_it_is_shortened_by_whole_lines(report: Report, limit: int) -> None:
    whole, text = markdown.render(report).splitlines(), markdown.render(report, limit)
    assert len(text) <= limit
    added = [line for line in text.splitlines() if line not in whole]
    assert len(added) == 1
    assert re.fullmatch(r"\d+ lines are left out here to keep this short; .*", added[0])
    assert text.count("<details>") == text.count("</details>")
    rows = [line for line in whole if line.startswith(("| **", "- "))]
    assert int(added[0].split()[0]) == len(rows) - sum(line in rows for line in text.splitlines())


def test_a_very_long_report_stays_below_the_limit(report: Report) -> None:
    long = replace(report, verdicts=tuple(replace(v, reason="<" * 100_000, findings=v.findings * 50) for v in report.verdicts * 40))
    assert len(markdown.render(long)) <= 65_535


def test_an_open_gate(open_report: Report) -> None:
    text = markdown.render(open_report)
    assert text.startswith("### Production readiness: open, none of 4 items blocks\n")
    assert "Blocks the release" not in text
