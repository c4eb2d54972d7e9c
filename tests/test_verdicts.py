"""The rules that every item follows."""

import pytest

from ready_gate import gate
from ready_gate.model import Finding, Item, Level, Outcome, Rule, Severity, Status, VerdictStatus, Waiver
from ready_gate.verdicts import Word, combine, judge

PASS = Outcome(Status.PASS, "right")
FAIL = Outcome(Status.FAIL, "wrong", (Finding("a.wrong", Level.ERROR, "wrong"),))
UNKNOWN = Outcome(Status.UNKNOWN, "cannot tell")
ASKS = Outcome(Status.UNKNOWN, "ask somebody", asks_person=True)
ABSENT = Outcome(Status.NOT_APPLICABLE, "nothing there")
CRASH = Outcome(Status.ERROR, "a crashed")
PERSON = Rule("person", "it was done")
PENDING = Rule("pending", "nginx")
WAIVER = Waiver("a.item", "@me", "known", "2027-01-01")


def rule(kind, *outcomes):
    """A rule over these outcomes (or ready-made leaves), and the outcomes by check id."""
    parts = tuple(part if isinstance(part, Rule) else Rule("check", f"a.{index}") for index, part in enumerate(outcomes))
    return Rule(kind, parts=parts), {f"a.{index}": part for index, part in enumerate(outcomes) if isinstance(part, Outcome)}


@pytest.mark.parametrize(
    ("kind", "parts", "status"),
    [
        ("all", (PASS, PASS), Status.PASS),
        ("all", (PASS, FAIL), Status.FAIL),
        ("all", (UNKNOWN, FAIL), Status.FAIL),
        ("all", (PASS, UNKNOWN), Status.UNKNOWN),
        ("all", (PASS, ABSENT), Status.PASS),
        ("all", (ABSENT, ABSENT), Status.NOT_APPLICABLE),
        ("all", (FAIL, CRASH), Status.ERROR),
        ("all", (PASS, PENDING), Status.UNKNOWN),
        ("any", (FAIL, PASS), Status.PASS),
        ("any", (CRASH, PASS), Status.PASS),
        ("any", (FAIL, FAIL), Status.FAIL),
        ("any", (FAIL, UNKNOWN), Status.UNKNOWN),
        ("any", (FAIL, ABSENT), Status.FAIL),
        ("any", (FAIL, PERSON), Status.FAIL),
        ("any", (FAIL, PENDING), Status.UNKNOWN),
        ("any", (ABSENT, ABSENT), Status.NOT_APPLICABLE),
    ],
)
def test_combining(kind, parts, status):
    tree, outcomes = rule(kind, *parts)
    assert combine(tree, outcomes).status is status


def test_only_people_are_asked_when_only_people_can_tell():
    assert combine(*rule("all", PASS, PERSON)).asks_person
    assert combine(*rule("any", ASKS, PERSON)).asks_person
    assert not combine(*rule("all", PENDING, PERSON)).asks_person


def test_a_failed_alternative_is_no_error_where_another_made_it_right():
    assert not [f for f in combine(*rule("any", FAIL, PASS)).findings if f.level is Level.ERROR]


NOBODY = Word()


def verdict(outcome, word=NOBODY, **changes):
    item = Item("a.item", "a", "An item", Severity.MAJOR, Rule("check", "a.check"), fix="mend it", **changes)
    return judge(item, {"a.check": outcome, "a.when": ABSENT, "a.extra": FAIL, "a.hint": FAIL}, word)


@pytest.mark.parametrize(
    ("outcome", "word", "status"),
    [
        (PASS, Word(), VerdictStatus.PASSED),
        (FAIL, Word(attested="by Ann"), VerdictStatus.FAILED),
        (FAIL, Word(waiver=WAIVER), VerdictStatus.WAIVED),
        (PASS, Word(waiver=WAIVER), VerdictStatus.PASSED),
        (UNKNOWN, Word(), VerdictStatus.INCONCLUSIVE),
        (UNKNOWN, Word(attested="by Ann"), VerdictStatus.ATTESTED),
        (ASKS, Word(), VerdictStatus.NEEDS_ATTESTATION),
        (ASKS, Word(attested="by Ann"), VerdictStatus.ATTESTED),
        (UNKNOWN, Word(expired="old word"), VerdictStatus.NEEDS_ATTESTATION),
        (ABSENT, Word(), VerdictStatus.NOT_APPLICABLE),
        (CRASH, Word(attested="by Ann", waiver=WAIVER), VerdictStatus.INCONCLUSIVE),
    ],
)
def test_people_settle_what_is_open_and_never_a_failure(outcome, word, status):
    assert verdict(outcome, word).status is status


def test_an_item_that_accepts_no_attestation():
    assert verdict(ASKS, Word(attested="by Ann"), attestation_days=None).status is VerdictStatus.NEEDS_ATTESTATION


def test_a_condition_extra_evidence_and_hints():
    assert verdict(FAIL, when=("a.when",)).status is VerdictStatus.NOT_APPLICABLE
    assert verdict(PASS, also=(Rule("check", "a.extra"),)).status is VerdictStatus.FAILED
    hinted = verdict(PASS, hints=("a.hint",))
    assert hinted.status is VerdictStatus.PASSED
    assert [finding.level for finding in hinted.findings] == [Level.WARNING]
    silent = verdict(PASS, also=(PENDING,))
    assert silent.status is VerdictStatus.PASSED
    assert silent.findings[0].message == "not looked at yet: nginx"


def test_a_finding_without_a_fix_gets_the_items():
    assert verdict(FAIL).findings[0].fix == "mend it"


@pytest.mark.parametrize(
    ("outcome", "severity", "arguments", "is_open"),
    [
        (PASS, Severity.BLOCKER, {}, True),
        (FAIL, Severity.MAJOR, {}, False),
        (FAIL, Severity.MINOR, {}, True),
        (FAIL, Severity.MINOR, {"fail_on": "minor"}, False),
        (FAIL, Severity.BLOCKER, {"fail_on": "never"}, True),
        (FAIL, Severity.MAJOR, {"fail_on": "blocker"}, True),
        (ASKS, Severity.MAJOR, {}, False),
        (UNKNOWN, Severity.BLOCKER, {}, False),
        (UNKNOWN, Severity.MAJOR, {}, True),
        (UNKNOWN, Severity.MAJOR, {"inconclusive": "block"}, False),
        (UNKNOWN, Severity.BLOCKER, {"inconclusive": "warn"}, True),
        (CRASH, Severity.MINOR, {"fail_on": "never"}, False),
    ],
)
def test_the_gate(outcome, severity, arguments, is_open):
    item = Item("a.item", "a", "An item", severity, Rule("check", "a.check"))
    decision = gate.decide([judge(item, {"a.check": outcome}, Word())], **arguments)
    assert decision.open is is_open
    assert decision.blocking == (() if is_open else ("a.item",))
    assert sum(decision.counts.values()) == 1


def test_one_reason_behind_two_checks_is_told_once():
    hidden = Outcome(Status.UNKNOWN, "the database is not known")
    inner = Rule("any", parts=(Rule("check", "a.one"), PENDING))
    outer = Rule("all", parts=(Rule("check", "a.two"), inner))
    assert combine(outer, {"a.one": hidden, "a.two": hidden}).reason == "the database is not known; not looked at yet: nginx"
