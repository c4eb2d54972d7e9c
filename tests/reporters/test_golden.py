"""Whole texts, compared. Regenerate with `pytest tests/reporters --snapshot-update`, and read the difference."""

from __future__ import annotations

from typing import Any

import pytest

from ready_gate.facts.views import Project, Settings
from ready_gate.model import Checklist, Report
from ready_gate.reporters import catalogue, inspect, json_report, markdown, terminal


@pytest.mark.parametrize("width", [60, 80, 120])
def test_terminal(report: Report, snapshot: Any, width: int) -> None:
    assert terminal.render(report, width=width, colour=False) == snapshot


@pytest.mark.parametrize("options", [{"verbose": True}, {"quiet": True}, {"quiet": True, "colour": True}], ids=str)
def test_terminal_options(report: Report, snapshot: Any, options: dict[str, bool]) -> None:
    assert terminal.render(report, width=80, **{"colour": False, **options}) == snapshot


def test_terminal_of_an_open_gate(open_report: Report, snapshot: Any) -> None:
    assert terminal.render(open_report, width=80, colour=False) == snapshot


def test_markdown(report: Report, snapshot: Any) -> None:
    assert markdown.render(report) == snapshot


def test_markdown_of_an_open_gate(open_report: Report, snapshot: Any) -> None:
    assert markdown.render(open_report) == snapshot


def test_json(report: Report, snapshot: Any) -> None:
    assert json_report.render(report) == snapshot


def test_listing(checklist: Checklist, snapshot: Any) -> None:
    assert catalogue.listing(checklist) == snapshot


def test_explanations(checklist: Checklist, snapshot: Any) -> None:
    first, second = checklist.items
    assert [catalogue.explanation(first), catalogue.explanation(second, width=60), catalogue.explanation_of_rule(first, first.rules[0])] == snapshot


PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "manage.py names it")


def test_inspected_settings(settings: Settings, snapshot: Any) -> None:
    assert [inspect.settings_text(settings, PROJECT), inspect.settings_json(settings, PROJECT)] == snapshot
