"""From the outcomes of checks to the verdict of an item: the rules that every item follows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ready_gate.model import Finding, Item, Level, Outcome, Rule, Status, Verdict, VerdictStatus, Waiver


@dataclass(frozen=True)
class Word:
    """What people have said of an item: the text of a standing attestation, of an expired one, and a standing waiver."""

    attested: str | None = None
    expired: str | None = None
    waiver: Waiver | None = None


def combine(rule: Rule, outcomes: Mapping[str, Outcome]) -> Outcome:
    """The outcome of a rule's tree. `all`: one failure fails it; `any`: one pass is enough, and it fails only when nothing else is left."""
    if rule.kind == "check":
        return outcomes[rule.text]
    if rule.kind == "person":
        return Outcome(Status.UNKNOWN, f"a person must confirm: {rule.text}", asks_person=True)
    if rule.kind == "pending":
        return Outcome(Status.UNKNOWN, f"not looked at yet: {rule.text}")
    parts = [combine(part, outcomes) for part in rule.parts]
    return _any_of(rule, parts) if rule.kind == "any" else _all_of(parts)


def _all_of(parts: list[Outcome]) -> Outcome:
    findings = _findings(parts)
    for status in (Status.ERROR, Status.FAIL):
        if hit := [part for part in parts if part.status is status]:
            return Outcome(status, hit[0].reason, findings)
    if open_parts := [part for part in parts if part.status is Status.UNKNOWN]:
        return _unsettled(open_parts, findings)
    if passing := [part for part in parts if part.status is Status.PASS]:
        return Outcome(Status.PASS, _joined(passing), findings)
    return Outcome(Status.NOT_APPLICABLE, parts[0].reason, findings)


def _any_of(rule: Rule, parts: list[Outcome]) -> Outcome:
    if passing := [part for part in parts if part.status is Status.PASS]:
        others = _softened([part for part in parts if part.status is not Status.PASS], warnings=False)
        return Outcome(Status.PASS, passing[0].reason, _findings(passing) + others)
    findings = _findings(parts)
    if crashed := [part for part in parts if part.status is Status.ERROR]:
        return Outcome(Status.ERROR, crashed[0].reason, findings)
    failures = [part for part in parts if part.status is Status.FAIL]
    # A person's word never overrides what was found to be wrong, so it does not keep a failed alternative open.
    undecided = [(leaf, part) for leaf, part in zip(rule.parts, parts, strict=True) if part.status is Status.UNKNOWN]
    still_open = [part for leaf, part in undecided if not (failures and leaf.kind == "person")]
    if still_open:
        return _unsettled([*still_open, *failures], _softened(parts, warnings=True))
    if failures:
        return Outcome(Status.FAIL, failures[0].reason, findings)
    return Outcome(Status.NOT_APPLICABLE, parts[0].reason, findings)


def _unsettled(parts: list[Outcome], findings: tuple[Finding, ...]) -> Outcome:
    asks = all(part.asks_person for part in parts if part.status is Status.UNKNOWN)
    return Outcome(Status.UNKNOWN, _joined(parts), findings, asks_person=asks)


def _joined(parts: Iterable[Outcome]) -> str:
    """Each reason once, those that an inner rule has joined already too."""
    return "; ".join(dict.fromkeys(reason for part in parts if part.reason for reason in part.reason.split("; ")))


def _findings(parts: Iterable[Outcome]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(finding for part in parts for finding in part.findings))


def _softened(parts: Iterable[Outcome], *, warnings: bool) -> tuple[Finding, ...]:
    """Findings of parts that did not decide: errors become warnings, or are left out where another part made the item right."""
    findings = _findings(parts)
    kept = findings if warnings else tuple(finding for finding in findings if finding.level is not Level.ERROR)
    return tuple(replace(finding, level=Level.WARNING) if finding.level is Level.ERROR else finding for finding in kept)


def judge(item: Item, outcomes: Mapping[str, Outcome], word: Word) -> Verdict:
    """The verdict of one item. `outcomes` holds an outcome for each of `item.checks()`."""
    for condition in item.when:
        if outcomes[condition].status is Status.NOT_APPLICABLE:
            return Verdict(item, VerdictStatus.NOT_APPLICABLE, outcomes[condition].reason)
    decided = _with_extra(item, combine(item.decided_by, outcomes), outcomes)
    decided = replace(decided, findings=decided.findings + _softened((outcomes[hint] for hint in item.hints), warnings=True))
    return _with_fixes(_settled(item, decided, word))


def _with_extra(item: Item, decided: Outcome, outcomes: Mapping[str, Outcome]) -> Outcome:
    """Extra evidence: what it shows to be wrong fails the item, its silence changes nothing and is noted."""
    for extra in item.also:
        seen = combine(extra, outcomes)
        if seen.status in (Status.FAIL, Status.ERROR) and decided.status not in (Status.FAIL, Status.ERROR):
            decided = Outcome(seen.status, seen.reason, seen.findings + decided.findings)
        elif seen.status is Status.UNKNOWN and not seen.findings:
            note = Finding(f"{item.section}.not-seen", Level.NOTE, seen.reason)
            decided = replace(decided, findings=(*decided.findings, note))
        else:
            decided = replace(decided, findings=decided.findings + seen.findings)
    return decided


def _settled(item: Item, decided: Outcome, word: Word) -> Verdict:
    status = {
        Status.PASS: VerdictStatus.PASSED,
        Status.FAIL: VerdictStatus.FAILED,
        Status.NOT_APPLICABLE: VerdictStatus.NOT_APPLICABLE,
        Status.UNKNOWN: VerdictStatus.NEEDS_ATTESTATION if decided.asks_person else VerdictStatus.INCONCLUSIVE,
        Status.ERROR: VerdictStatus.INCONCLUSIVE,
    }[decided.status]
    reason = decided.reason
    if decided.status is Status.ERROR:
        return Verdict(item, status, "a check of ready-gate itself crashed", decided.findings, error=decided.reason)
    if decided.status is Status.UNKNOWN and item.attestation_days is not None:
        if word.attested:
            status, reason = VerdictStatus.ATTESTED, word.attested
        elif word.expired:
            status, reason = VerdictStatus.NEEDS_ATTESTATION, f"{word.expired}; {reason}"
    blockable = (VerdictStatus.FAILED, VerdictStatus.NEEDS_ATTESTATION, VerdictStatus.INCONCLUSIVE)
    if word.waiver and status in blockable:
        waiver = word.waiver
        status, reason = VerdictStatus.WAIVED, f"waived by {waiver.by} until {waiver.expires}: {waiver.reason} (was {status.value}: {reason})"
    return Verdict(item, status, reason, decided.findings)


def _with_fixes(verdict: Verdict) -> Verdict:
    """Give each error and warning without its own fix the one that the checklist has for its rule, or the item's."""
    texts = {rule.id: rule.fix for rule in verdict.item.rules}
    general = {rule.id for rule in verdict.item.rules if rule.general}
    needs_fix = (Level.ERROR, Level.WARNING)
    findings = [
        replace(finding, fix=texts.get(finding.rule) or verdict.item.fix) if finding.fix is None and finding.level in needs_fix else finding
        for finding in _most_specific(verdict.findings, general)
    ]
    order = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2, Level.PASS: 3}
    return replace(verdict, findings=tuple(sorted(findings, key=lambda finding: order[finding.level])))


def _most_specific(findings: tuple[Finding, ...], general: Collection[str]) -> Iterator[Finding]:
    """Without those of general rules where another one of the same weight stands at the same line."""
    said = {(finding.at, finding.level) for finding in findings if finding.rule not in general}
    return (finding for finding in findings if finding.rule not in general or finding.at is None or (finding.at, finding.level) not in said)
