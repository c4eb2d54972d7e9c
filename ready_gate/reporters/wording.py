"""The words and the order that all reports share, so that they say the same in every place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ready_gate.model import Finding, Level, Report, Verdict, VerdictStatus

# For one item, and for several.
WORDS: dict[VerdictStatus, tuple[str, str]] = {
    VerdictStatus.PASSED: ("passed", "passed"),
    VerdictStatus.FAILED: ("failed", "failed"),
    VerdictStatus.ATTESTED: ("attested", "attested"),
    VerdictStatus.NEEDS_ATTESTATION: ("needs a person", "need a person"),
    VerdictStatus.WAIVED: ("waived", "waived"),
    VerdictStatus.INCONCLUSIVE: ("could not be told", "could not be told"),
    VerdictStatus.NOT_APPLICABLE: ("does not apply", "do not apply"),
}

HOW_TO_ATTEST = "Whoever can confirm it adds an entry to .ready-gate/attestations.yml: item, by, on, evidence, expires."

_FIRST = (VerdictStatus.FAILED, VerdictStatus.INCONCLUSIVE, VerdictStatus.NEEDS_ATTESTATION)


def number(count: int, one: str, many: str | None = None) -> str:
    """`1 item`, `2 items`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def counts_text(counts: Mapping[str, int]) -> str:
    """`41 passed, 3 failed, 4 need a person`: what there is, in a fixed order."""
    present = ((counts.get(status.value, 0), words) for status, words in WORDS.items())
    return ", ".join(number(count, *words) for count, words in present if count)


def counted(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many verdicts there are of each kind."""
    seen = [verdict.status.value for verdict in verdicts]
    return {status.value: seen.count(status.value) for status in VerdictStatus}


def decision_text(report: Report) -> str:
    """`blocked by 3 of 60 items` or `open, none of 60 items blocks`."""
    total = number(len(report.verdicts), "item")
    if report.decision.open:
        return f"open, none of {total} blocks"
    return f"blocked by {len(report.decision.blocking)} of {total}"


def blocking(report: Report) -> list[Verdict]:
    """The verdicts that hold the gate: failed ones first, the heaviest first, then in the checklist's order."""
    held = [verdict for verdict in report.verdicts if verdict.item.id in report.decision.blocking]
    return sorted(held, key=lambda verdict: (_FIRST.index(verdict.status) if verdict.status in _FIRST else 9, verdict.item.severity.rank))


def of_status(report: Report, status: VerdictStatus) -> list[Verdict]:
    """The verdicts of one kind that do not hold the gate."""
    return [verdict for verdict in report.verdicts if verdict.status is status and verdict.item.id not in report.decision.blocking]


def of_level(verdict: Verdict, level: Level) -> list[Finding]:
    """The findings of one weight."""
    return [finding for finding in verdict.findings if finding.level is level]


def place(finding: Finding) -> str:
    """Where a finding is: `shop/settings.py:21`, an address, or nothing."""
    return str(finding.at) if finding.at else finding.url or ""


def reason(verdict: Verdict) -> str:
    """Why an item has its verdict; a crash of our own is named as one."""
    return f"{verdict.reason}: {verdict.error}" if verdict.error else verdict.reason


def explained(verdict: Verdict) -> str:
    """`failed: DEBUG is True`: the verdict's word and its reason, which may begin with that word already."""
    word, text = WORDS[verdict.status][0], reason(verdict)
    return text if text.startswith(word) else f"{word}: {text}"
