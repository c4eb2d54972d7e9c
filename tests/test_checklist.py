"""The checklist: the built-in one, and a user's own."""

from pathlib import Path

import pytest

from ready_gate import checklist
from ready_gate.errors import UserError
from ready_gate.model import Rule, RuleText, Section, Severity

OWN = """\
version: 1
extends: production
remove: [legal.privacy-policy]
change: {security.debug-off: {title: Debug is off, severity: major}}
sections:
  - id: security
    items:
      - {id: security.own, title: Ours, severity: minor, decided-by: {person: we looked}}
  - id: extra
    title: Extras
    items:
      - {id: extra.one, title: One, severity: minor, decided-by: {any: [{pending: later}, security.debug-off]}}
"""
ALONE = """\
version: 1
sections:
  - id: own
    items:
      - id: own.one
        title: One
        severity: blocker
        when: [own.applies]
        decided-by: {all: [own.first, {any: [own.second, {person: somebody looked}]}]}
        also: [own.third]
        hints: [own.fourth]
        attestation-days: null
        looks-at: Things.
        why: Because.
        fix: Do it.
        links: [https://example.com/]
        rules: {own.rule: {title: Wrong, fix: Right}}
        examples: {fails: "A = 1", passes: "A = 2"}
        options: {most: {type: integer, default: 3, description: How many.}}
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Load a checklist from texts; the first file is the checklist."""
    monkeypatch.chdir(tmp_path)

    def load(known=None, **files):
        for name, text in files.items():
            Path(f"{name}.yml").write_text(text)
        return checklist.load(f"{next(iter(files))}.yml", known)

    return load


def refused(load, known=None, **files):
    with pytest.raises(UserError) as error:
        load(known, **files)
    return str(error.value)


def test_a_checklist_that_extends_the_built_in_one(load):
    own = load(own=OWN)
    assert len(own.items) == 61
    assert own.item("security.debug-off").title == "Debug is off"
    assert own.item("security.debug-off").severity is Severity.MAJOR
    assert own.item("security.debug-off").why == checklist.load().item("security.debug-off").why
    assert own.item("legal.privacy-policy") is None
    assert [item.id for item in own.items if item.section == "security"][-1] == "security.own"
    assert own.sections[-1] == Section("extra", "Extras")
    assert own.items[-1].id == "extra.one"


def test_a_checklist_of_its_own(load):
    (item,) = load(own=ALONE).items
    assert load(own=ALONE).sections == (Section("own", "own"),)
    assert item.decided_by == Rule(
        "all",
        parts=(Rule("check", "own.first"), Rule("any", parts=(Rule("check", "own.second"), Rule("person", "somebody looked")))),
    )
    assert item.checks() == ("own.applies", "own.first", "own.second", "own.third", "own.fourth")
    assert (item.severity, item.attestation_days, item.looks_at, item.why, item.fix) == (Severity.BLOCKER, None, "Things.", "Because.", "Do it.")
    assert item.rules == (RuleText("own.rule", "Wrong", "Right"),)
    assert item.options == {"most": {"type": "integer", "default": 3, "description": "How many."}}


def test_files_beside_it(load):
    one = "version: 1\nsections: [{id: a, title: A, items: [{id: a.x, title: X, severity: minor, decided-by: c.d}]}]"
    two = "version: 1\nsections: [{id: a, items: [{id: a.y, title: Y, severity: minor, decided-by: c.d}]}]"
    both = load(own="version: 1\ninclude: [one.yml, two.yml]\nchange: {a.y: {severity: major}}", one=one, two=two)
    assert [(item.id, item.severity.value) for item in both.items] == [("a.x", "minor"), ("a.y", "major")]
    assert [item.id for item in load(own="version: 1\nextends: one.yml\nremove: []", one=one).items] == ["a.x"]


def test_a_section_without_items_is_left_out(load):
    legal = [item.id for item in checklist.load().items if item.section == "legal"]
    own = load(own=f"version: 1\nextends: production\nremove: [{', '.join(legal)}]")
    assert "legal" not in [section.id for section in own.sections]


def changed(text, *pairs):
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("remove: [legal.privacy-policy]", "remove: [legal.privacy]", "3: no item is called 'legal.privacy'; did you mean 'legal.privacy-policy'?"),
        ("change: {security.debug-off", "change: {security.debug-of", "4: no item is called 'security.debug-of'; did you mean 'security.debug-off'?"),
        ("security.own", "database.own", "8: the item 'database.own' must begin with its section's id, 'security' and a dot"),
        ("security.own", "security.cors", "8: there is an item 'security.cors' already"),
        ("extra.one", "Extra.One", "12: sections[1].items[0].id must be an id such as security.debug-off: its section, a dot, and a name in small "),
        (
            "severity: minor, decided-by: {p",
            "severity: mino, decided-by: {p",
            "8: sections[0].items[0].severity must be blocker, major or minor, not 'mino'; ",
        ),
        ("{person: we looked}", "{persn: we looked}", "8: unknown key 'persn' under 'sections[0].items[0].decided-by'; did you mean 'person'?"),
        ("{person: we looked}", "{all: []}", "8: sections[0].items[0].decided-by.all must not be empty"),
        (
            "{person: we looked}",
            "{}",
            "8: sections[0].items[0].decided-by must be a check id, or a mapping with one of all, any, person and pending, not ",
        ),
        (
            "{person: we looked}",
            "{person: a, pending: b}",
            "8: sections[0].items[0].decided-by must be a check id, or a mapping with one of all, any, ",
        ),
        ("{person: we looked}", "[a]", "8: sections[0].items[0].decided-by must be text or a mapping, not a list"),
        (", decided-by: {person: we looked}", "", "8: sections[0].items[0] lacks the key 'decided-by'"),
        ("title: Ours", 'title: "a\\nb"', "8: sections[0].items[0].title must be a line of text, not the text 'a\\nb'"),
        ("version: 1", "version: 3", "1: version must be 1, not 3"),
        ("extends: production", "extends: prodction", "2: there is no file 'prodction' in the checklist's folder (`production` is the built-in one)"),
        ("extends: production", "extends: own.yml", "2: 'own.yml' is part of this checklist already"),
        ("extends: production", "include: [a.yml]", "2: there is no file 'a.yml' in the checklist's folder"),
        ("extends: production", "include: [../a.yml]", "2: '../a.yml' is outside of the checklist's folder"),
        ("extends: production", "include: [/etc/passwd]", "2: '/etc/passwd' is outside of the checklist's folder"),
    ],
)
def test_what_is_refused(load, old, new, message):
    assert refused(load, own=changed(OWN, (old, new))).startswith(f"own.yml:{message}")


def test_an_id_twice_in_one_file(load):
    again = ALONE + "      - {id: own.one, title: Again, severity: minor, decided-by: own.first}\n"
    assert refused(load, own=again) == "own.yml:20: there is an item 'own.one' already"


def test_checks_that_do_not_exist(load):
    known = {"own.applies", "own.first", "own.second", "own.third", "own.fourth"}
    assert load(known, own=ALONE)
    for key, line in {"own.applies": 8, "own.first": 9, "own.second": 9, "own.third": 10, "own.fourth": 11}.items():
        wrong = changed(ALONE, (key, key + "x"))
        assert refused(load, known, own=wrong) == f"own.yml:{line}: no check is called '{key}x'; did you mean '{key}'?"
        assert checklist.unknown_checks(load(own=wrong), known) == [key + "x"]
    change = changed(OWN, ("{title: Debug is off, severity: major}", "{decided-by: {all: [security.debug-of]}}"))
    assert (
        refused(load, {"security.debug-off"}, own=change) == "own.yml:4: no check is called 'security.debug-of'; did you mean 'security.debug-off'?"
    )


def test_files_that_include_each_other(load):
    assert (
        refused(load, own="version: 1\ninclude: [two.yml]", two="version: 1\ninclude: [own.yml]")
        == "two.yml:2: 'own.yml' is part of this checklist already"
    )
    assert refused(load, own="version: 1\ninclude: [two.yml, two.yml]", two="version: 1") == "own.yml:2: 'two.yml' is part of this checklist already"


def test_an_error_names_the_file_it_is_in(load):
    assert refused(load, own="version: 1\ninclude: [two.yml]", two="version: 1\nsection: []") == (
        "two.yml:2: unknown key 'section'; did you mean 'sections'?"
    )
    extending = "version: 1\nextends: production"
    assert (
        refused(load, own=extending + "\ninclude: [two.yml]", two=extending) == "two.yml:2: only the first file of a checklist may extend another one"
    )


def test_links_do_not_lead_out_of_the_folder(load, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "x.yml"
    outside.write_text("version: 1")
    Path("x.yml").symlink_to(outside)
    assert refused(load, own="version: 1\ninclude: [x.yml]") == "own.yml:2: 'x.yml' is outside of the checklist's folder"


def test_very_many_files(load):
    files = {f"f{n}": f"version: 1\ninclude: [f{n + 1}.yml]" for n in range(60)}
    assert refused(load, **files) == "f49.yml:2: a checklist of more than 50 files"


def test_nothing_to_judge(load):
    assert refused(load, own="version: 1") == "own.yml: the checklist has no item"
    with pytest.raises(UserError, match=r"^none\.yml: cannot be read: No such file or directory$"):
        checklist.load("none.yml")
