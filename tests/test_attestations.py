"""People's words: what is refused, and until when one stands."""

from datetime import date
from pathlib import Path

import pytest

from ready_gate import attestations, checklist
from ready_gate.errors import UserError
from ready_gate.model import Attestation, Checklist, Item, Origin, Rule, Section, Severity

TODAY = date(2026, 11, 24)
PERSON = Rule("person", "somebody looked")
ITEMS = Checklist(
    (Section("a", "A"),),
    (
        Item("a.quarter", "a", "Quarter", Severity.MAJOR, PERSON),
        Item("a.year", "a", "Year", Severity.MAJOR, PERSON, attestation_days=365),
        Item("a.never", "a", "Never", Severity.MAJOR, PERSON, attestation_days=None),
    ),
)


def load(folder, text, items=ITEMS):
    Path(folder, "words.yml").write_text(text)
    return attestations.load(str(folder), "words.yml", items, TODAY)


def entry(**changes):
    values = {"item": "a.quarter", "by": "ann", "on": "2026-11-01", "evidence": "seen"} | changes
    return "# people's words\n- {" + ", ".join(f"{key}: {value}" for key, value in values.items() if value) + "}\n"


def test_an_entry(tmp_path):
    loaded = load(tmp_path, entry(expires="2027-01-31", evidence='"seen,\\n ticket 4"'))
    assert loaded == (Attestation("a.quarter", "ann", "2026-11-01", "seen, ticket 4", "2027-01-31", Origin("words.yml", 2)),)


def test_no_file_and_an_empty_one_hold_nothing(tmp_path):
    assert attestations.load(str(tmp_path), "words.yml", ITEMS, TODAY) == ()
    assert load(tmp_path, "# nothing yet\n") == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item": "a.quartr"}, "no item is called 'a.quartr'; did you mean 'a.quarter'?"),
        ({"item": "a.never"}, "a.never accepts no attestation"),
        ({"on": "2026-11-25"}, "the attestation is dated in the future: 2026-11-25"),
        ({"on": "2026-02-30"}, "on must be a date of the calendar, written as YYYY-MM-DD, not the text '2026-02-30'"),
        ({"on": "1 Nov 2026"}, "on must be a date of the calendar, written as YYYY-MM-DD, not the text '1 Nov 2026'"),
        ({"on": "20261101"}, "on must be text, not 20261101"),
        ({"expires": "soon"}, "expires must be a date of the calendar, written as YYYY-MM-DD, not the text 'soon'"),
        ({"expires": "2026-10-01"}, "the attestation expires on 2026-10-01, before it was made on 2026-11-01"),
        ({"evidence": None}, "the entry lacks the key 'evidence'"),
        ({"evidence": "''"}, "evidence must not be empty"),
        ({"by": None, "evidence": None}, "the entry lacks the key 'by' (and 1 more)"),
        ({"evidnce": "x"}, "unknown key 'evidnce'; did you mean 'evidence'?"),
    ],
)
def test_what_is_refused(tmp_path, changes, message):
    with pytest.raises(UserError) as error:
        load(tmp_path, entry(**changes))
    assert str(error.value) == f"words.yml:2: {message}"


def test_a_file_outside_of_the_project_is_refused(tmp_path):
    (tmp_path / "words.yml").write_text(entry())
    (tmp_path / "project").mkdir()
    (tmp_path / "project/words.yml").symlink_to(tmp_path / "words.yml")
    with pytest.raises(UserError, match=r"^words\.yml: lies outside of the project's folder$"):
        attestations.load(str(tmp_path / "project"), "words.yml", ITEMS, TODAY)


def test_a_broken_link_is_not_taken_for_no_attestations(tmp_path):
    (tmp_path / "words.yml").symlink_to(tmp_path / "nowhere.yml")
    with pytest.raises(UserError, match=r"^words\.yml: cannot be read: No such file or directory$"):
        attestations.load(str(tmp_path), "words.yml", ITEMS, TODAY)


def standing(item, *made, today=TODAY):
    given = [Attestation(item, "ann", on, "seen", expires) for on, expires in made]
    return attestations.standing(ITEMS.item(item), given, today)


@pytest.mark.parametrize(
    ("item", "made", "answer"),
    [
        ("a.quarter", ("2026-11-24", None), ("attested by ann on 2026-11-24: seen (90 days left)", None)),
        ("a.quarter", ("2026-08-27", None), ("attested by ann on 2026-08-27: seen (1 day left)", None)),
        ("a.quarter", ("2026-08-26", None), ("attested by ann on 2026-08-26: seen (0 days left)", None)),
        ("a.quarter", ("2026-08-25", None), (None, "the attestation by ann of 2026-08-25 expired on 2026-11-23")),
        ("a.quarter", ("2026-11-01", "2026-11-24"), ("attested by ann on 2026-11-01: seen (0 days left)", None)),
        ("a.quarter", ("2026-11-01", "2026-11-23"), (None, "the attestation by ann of 2026-11-01 expired on 2026-11-23")),
        ("a.quarter", ("2026-11-24", "2030-01-01"), ("attested by ann on 2026-11-24: seen (90 days left)", None)),
        ("a.year", ("2026-01-01", None), ("attested by ann on 2026-01-01: seen (38 days left)", None)),
        ("a.never", ("2026-11-24", None), (None, None)),
    ],
)
def test_the_earlier_of_age_and_expiry_binds(item, made, answer):
    assert standing(item, made) == answer


def test_the_one_that_lasts_longest_counts():
    assert standing("a.quarter", ("2026-01-01", None), ("2026-11-20", None), ("2026-11-22", "2026-11-25"))[0].startswith(
        "attested by ann on 2026-11-20"
    )
    assert standing("a.quarter", ("2025-01-01", None), ("2026-01-01", None)) == (None, "the attestation by ann of 2026-01-01 expired on 2026-04-01")
    assert standing("a.quarter") == (None, None)


def test_words_on_other_items_do_not_count():
    assert attestations.standing(ITEMS.item("a.year"), [Attestation("a.quarter", "ann", "2026-11-24", "seen")], TODAY) == (None, None)


def test_the_built_in_items_take_them(tmp_path):
    loaded = load(tmp_path, entry(item="payment.ip-allowlist"), checklist.load())
    assert attestations.last_day(checklist.load().item("payment.ip-allowlist"), loaded[0]) == date(2027, 4, 30)
