"""Whether the gate is open."""

from __future__ import annotations

from collections.abc import Iterable

from ready_gate.model import Decision, Severity, Verdict, VerdictStatus


def decide(verdicts: Iterable[Verdict], *, fail_on: str = "major", inconclusive: str = "by-severity") -> Decision:
    """The decision over all verdicts.

    `fail_on` is `blocker`, `major`, `minor` or `never`; `inconclusive` says what an item does that could not be decided: `by-severity` (blocks
    for blockers), `block` or `warn`. A check of ours that crashed blocks whatever is asked: a gate that failed is never open.
    """
    verdicts = tuple(verdicts)
    blocking = tuple(v.item.id for v in verdicts if v.error or _blocks(v, fail_on, inconclusive))
    counts = {status.value: sum(v.status is status for v in verdicts) for status in VerdictStatus}
    return Decision(not blocking, blocking, counts)


def _blocks(verdict: Verdict, fail_on: str, inconclusive: str) -> bool:
    severity = verdict.item.severity
    if fail_on == "never" or severity.rank > Severity(fail_on).rank:
        return False
    if verdict.status in (VerdictStatus.FAILED, VerdictStatus.NEEDS_ATTESTATION):
        return True
    if verdict.status is VerdictStatus.INCONCLUSIVE:
        return inconclusive == "block" or (inconclusive == "by-severity" and severity is Severity.BLOCKER)
    return False
