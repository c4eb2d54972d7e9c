from __future__ import annotations

import json
from dataclasses import replace

from jsonschema import Draft202012Validator

from ready_gate import content
from ready_gate.model import Report
from ready_gate.reporters import json_report


def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((content.folder() / "schemas" / "report.schema.json").read_text(encoding="utf-8")))


def test_it_is_what_the_schema_says(report: Report, open_report: Report) -> None:
    for case in (report, open_report):
        schema().validate(json.loads(json_report.render(case)))


def test_it_holds_what_the_report_holds(report: Report) -> None:
    made = json.loads(json_report.render(report))
    assert made["decision"]["gate"] == "blocked"
    assert made["decision"]["blocking"] == list(report.decision.blocking)
    assert made["subject"]["settings_module"] == "shop.settings.production"
    debug = next(item for item in made["items"] if item["id"] == "security.debug-off")
    assert debug["findings"][0] == {
        "rule": "django.security.W018",
        "level": "error",
        "message": "DEBUG is True whenever the variable DEBUG is missing",
        "path": "shop/settings.py",
        "line": 21,
        "end_line": 21,
        "url": None,
        "evidence": "DEBUG = True",
        "fix": 'DEBUG = env.bool("DEBUG", default=False)',
    }


def test_texts_from_outside_survive_and_do_no_harm(report: Report, hostile: str) -> None:
    text = json_report.render(report)
    assert text.isascii()
    assert "##[" not in text
    assert all(line.isprintable() for line in text.splitlines())
    messages = [finding["message"] for item in json.loads(text)["items"] for finding in item["findings"]]
    assert hostile in messages


def test_a_finding_without_a_line(report: Report) -> None:
    at = json_report.render(replace(report, verdicts=tuple(v for v in report.verdicts if v.item.id == "database.postgresql")))
    finding = json.loads(at)["items"][0]["findings"][0]
    assert (finding["path"], finding["line"], finding["end_line"]) == ("docker-compose.yml", None, None)
