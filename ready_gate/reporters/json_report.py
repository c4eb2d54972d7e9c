"""The report as JSON; its schema is published beside the checklist's."""

from __future__ import annotations

from ready_gate.model import Finding, Report, Verdict

SCHEMA_VERSION = 1


def render(report: Report) -> str:
    """The whole report, in ASCII, so that no terminal and no log makes anything else of what a project's files say."""
    import json

    text = json.dumps(_report(report), indent=2)
    return text.replace("##[", "#\\u0023[") + "\n"  # an old-style workflow command; only strings can hold one


def _report(report: Report) -> dict[str, object]:
    subject, decision = report.subject, report.decision
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "ready-gate", "version": report.tool_version},
        "subject": {
            "path": subject.path,
            "commit": subject.commit,
            "settings_module": subject.settings_module,
            "staging_url": subject.staging_url,
        },
        "decision": {"gate": "open" if decision.open else "blocked", "blocking": list(decision.blocking), "counts": dict(decision.counts)},
        "notes": [" ".join(text.split()) for text in report.notes],
        "items": [_item(verdict) for verdict in report.verdicts],
    }


def _item(verdict: Verdict) -> dict[str, object]:
    item = verdict.item
    return {
        "id": item.id,
        "section": item.section,
        "title": item.title,
        "severity": item.severity.value,
        "verdict": verdict.status.value,
        "reason": " ".join(verdict.reason.split()),
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    at = finding.at
    return {
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "path": at.path if at else None,
        "line": at.line if at else None,
        "end_line": (at.end_line or at.line) if at else None,
        "url": finding.url,
        "evidence": finding.evidence.text if finding.evidence else None,
        "fix": finding.fix,
    }
