"""Unusable input of the user's own: one clear line each, with file, line and the nearest right name."""

from datetime import date
from pathlib import Path

import pytest

from ready_gate import attestations, checklist, config, yamlfile
from ready_gate.errors import UserError

TODAY = date(2026, 11, 24)
ITEMS = checklist.load()


def load_config(folder, text):
    Path(folder, ".ready-gate.yml").write_text(text)
    return config.load(str(folder), None, ITEMS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("projct: {}", ".ready-gate.yml:1: unknown key 'projct'; did you mean 'project'?"),
        (
            "version: 1\nproject:\n  setings-module: x",
            ".ready-gate.yml:3: unknown key 'setings-module' under 'project'; did you mean 'settings-module'?",
        ),
        ("staging: {timeout: ten}", ".ready-gate.yml:1: staging.timeout must be a number, not the text 'ten'"),
        (
            "gate:\n  fail-on: majr",
            ".ready-gate.yml:2: gate.fail-on must be one of blocker, major, minor, never, not 'majr'; did you mean 'major'?",
        ),
        ("a: 1\na: 2", ".ready-gate.yml:2: the key 'a' stands here a second time (first in line 1)"),
        ("gate: [", ".ready-gate.yml:2: not valid YAML"),
        ("gate: {mode: !!python/name:os.system x}", ".ready-gate.yml:1: the tag tag:yaml.org,2002:python/name:os.system is not allowed here"),
        (
            "items: {security.debug-of: {severity: minor}}",
            ".ready-gate.yml:1: no item is called 'security.debug-of'; did you mean 'security.debug-off'?",
        ),
        ("items: {security.debug-off: {severity: minor}}", ".ready-gate.yml:1: security.debug-off is a blocker and cannot be lowered"),
        ("items: {database.indexes: {nosuch: 1}}", ".ready-gate.yml:1: database.indexes has no option 'nosuch'"),
        ("waivers: [{item: database.indexes, by: '@a', reason: r}]", ".ready-gate.yml:1: waivers.0 lacks the key 'expires'"),
        ("waivers: [{item: database.indexes, by: '@a', reason: r, expires: 2027-02-31}]", ".ready-gate.yml:1: 2027-02-31 is no date of the calendar"),
        ("project: {root: ../..}", ".ready-gate.yml:1: project.root leaves the project's folder: ../.."),
        ("- 1", ".ready-gate.yml:1: the file must be a mapping, not a list"),
    ],
)
def test_config_errors(tmp_path, text, message):
    with pytest.raises(UserError) as error:
        load_config(tmp_path, text)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_config(tmp_path):
    loaded = load_config(tmp_path, "project: {settings-module: a.b, environment: {DEBUG: False, N: 3}}\nstaging: {url: https://s.example}\n")
    assert loaded.project.settings_module == "a.b"
    assert loaded.project.environment == {"DEBUG": "False", "N": "3"}
    assert loaded.staging.url == "https://s.example"
    assert config.load(str(tmp_path / "nowhere"), None, ITEMS) == config.Config()


def test_waivers_expire(tmp_path):
    loaded = load_config(tmp_path, "waivers: [{item: database.indexes, by: '@a', reason: r, expires: 2026-11-24}]")
    assert loaded.waiver_of("database.indexes", TODAY)
    assert not loaded.waiver_of("database.indexes", date(2026, 11, 25))
    assert "expired on 2026-11-24" in loaded.waiver_notes({}, date(2026, 11, 25))[0]


def test_bombs_are_refused():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(UserError, match="too large once its aliases are followed"):
        yamlfile.parse(bomb, "bomb.yml")
    with pytest.raises(UserError, match="deeply"):
        yamlfile.parse("[" * 200 + "]" * 200, "deep.yml")


def attest(folder, text):
    Path(folder, "words.yml").write_text(text)
    return attestations.load(str(folder), "words.yml", ITEMS, TODAY)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- {item: payment.ip-alowlist, by: a, on: 2026-11-01, evidence: e}", "words.yml:1: no item is called 'payment.ip-alowlist'; did you mean"),
        ("- {item: payment.ip-allowlist, by: a, on: 2026-12-01, evidence: e}", "words.yml:1: the attestation is dated in the future: 2026-12-01"),
        ("- {item: payment.ip-allowlist, by: a, on: 2026-11-01}", "words.yml:1: 0 lacks the key 'evidence'"),
        ("- {item: payment.ip-allowlist, by: a, on: soon, evidence: e}", "words.yml:1: 0.on is not right: a date as YYYY-MM-DD"),
    ],
)
def test_attestation_errors(tmp_path, text, message):
    with pytest.raises(UserError) as error:
        attest(tmp_path, text)
    assert str(error.value).startswith(message)


def test_the_earlier_of_age_and_expiry_binds(tmp_path):
    words = attest(
        tmp_path,
        "- {item: payment.ip-allowlist, by: ann, on: 2026-11-01, evidence: seen}\n"
        "- {item: legal.data-protection, by: ann, on: 2026-11-01, expires: 2026-11-10, evidence: seen}\n",
    )
    allowlist, law = ITEMS.item("payment.ip-allowlist"), ITEMS.item("legal.data-protection")
    assert "157 days left" in attestations.standing(allowlist, words, TODAY)[0]
    assert attestations.standing(law, words, TODAY) == (None, "the attestation by ann of 2026-11-01 expired on 2026-11-10")
    assert attestations.standing(allowlist, (), TODAY) == (None, None)


OWN = """
version: 1
extends: production
remove: [legal.privacy-policy]
change: {security.debug-off: {title: Debug is off}}
sections:
  - id: security
    items:
      - {id: security.own, title: Ours, severity: minor, decided-by: {person: we looked}}
"""


def test_a_checklist_of_ones_own(tmp_path):
    path = tmp_path / "own.yml"
    path.write_text(OWN)
    own = checklist.load(str(path))
    assert len(own.items) == 60
    assert own.item("security.debug-off").title == "Debug is off"
    assert own.item("legal.privacy-policy") is None
    assert own.item("security.own").section == "security"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("legal.privacy-policy", "legal.privacy"), "own.yml:4: no item is called 'legal.privacy'"),
        (("security.own", "database.own"), "own.yml:9: the item 'database.own' must begin with its section's id"),
        (("security.own", "security.cors"), "own.yml:9: there is an item 'security.cors' already"),
        (("minor", "huge"), "own.yml:9: sections.0.items.0.severity must be one of blocker, major, minor"),
        (("extends: production", "extends: own.yml"), "own.yml:2: this checklist extends or includes itself"),
        (("extends: production", "include: [../../x.yml]"), "own.yml:3: ../../x.yml is outside"),
    ],
)
def test_checklist_errors(tmp_path, change, message):
    path = tmp_path / "own.yml"
    path.write_text(OWN.replace(*change))
    with pytest.raises(UserError) as error:
        checklist.load(str(path))
    assert message in str(error.value)
