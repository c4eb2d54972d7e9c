from __future__ import annotations

from dataclasses import replace

import pytest

from ready_gate.model import Checklist, RuleText
from ready_gate.reporters import catalogue


@pytest.mark.parametrize("width", [40, 60, 100])
def test_it_fits(checklist: Checklist, width: int) -> None:
    texts = (catalogue.listing(checklist, width), catalogue.explanation(replace(checklist.items[0], links=(), examples={}), width))
    assert max(len(line) for text in texts for line in text.splitlines()) <= width


def test_list_shows_the_checks_and_what_is_not_looked_at_yet(checklist: Checklist) -> None:
    text = catalogue.listing(checklist)
    assert "decided by security.debug-off\n" in text
    assert "[not looked at yet: the runbook]" in text
    assert "[a\n      person confirms: the last restore drill]" in text
    assert text.endswith("2 items: 1 blocker, 1 major, 0 minors\n")


def test_explanation_has_both_examples_as_they_are(checklist: Checklist) -> None:
    text = catalogue.explanation(checklist.items[0])
    assert "Settings that fail\n    DEBUG = True\n" in text
    assert "Settings that pass\n    import os\n\n    DEBUG = os.environ.get('DEBUG') == 'yes'\n" in text


def test_a_rule_without_its_own_fix_has_the_items(checklist: Checklist) -> None:
    item = checklist.items[0]
    assert "Fix\n  Make the default of DEBUG False.\n" in catalogue.explanation_of_rule(item, RuleText("security.other", "Another"))


def test_a_checklist_of_somebody_else_does_no_harm(checklist: Checklist, hostile: str) -> None:
    item = replace(checklist.items[0], title=hostile, why=hostile, fix=hostile, links=(hostile,), examples={"fails": hostile, hostile: hostile})
    for text in (catalogue.explanation(item), catalogue.listing(replace(checklist, items=(item,)))):
        assert all(line.isprintable() for line in text.splitlines())
        assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines())
