"""The config: what each key becomes, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from ready_gate import checklist, config
from ready_gate.config import Config, GateConfig, ReleaseConfig, StagingConfig
from ready_gate.errors import UserError
from ready_gate.model import AllowedSecret, Origin, VerdictStatus, Waiver

ITEMS = checklist.load()
TODAY = date(2026, 11, 24)
FULL = """\
version: 1
project: {root: backend, settings-module: shop.settings.production, configuration: Production, env-file: .env.prod, environment: {DEBUG: "False"}}
staging: {url: https://staging.example.com, health: /health/, expect-commit: {url: /version, json: commit}, headers-from: [STAGING_HEADERS],
          ca-bundle: null, allow-private: false, active-probes: true, timeout: 2.5, on-unreachable: warn}
release: {base: [main, "release/*"], labels: [release]}
gate: {fail-on: minor, mode: advisory, inconclusive: warn, four-eyes: true}
items: {security.token-expiry: {max-access-minutes: 60}, database.indexes: {severity: major}}
secrets: {allow: [{path: "tests/**", rule: "secret.*", reason: fixtures, expires: 2027-01-01}]}
attestations: words.yml
documents: {recovery.rollback: "https://wiki.example.com/rollback"}
waivers:
  - {item: performance.compression, reason: "the CDN\\n does it", by: "@login", expires: 2027-01-31}
"""


def load(folder, text):
    Path(folder, ".ready-gate.yml").write_text(text)
    return config.load(str(folder), None, ITEMS)


def refused(folder, text):
    with pytest.raises(UserError) as error:
        load(folder, text)
    return str(error.value)


def test_every_key(tmp_path):
    loaded = load(tmp_path, FULL)
    assert loaded.project == config.ProjectConfig("backend", "shop.settings.production", "Production", ".env.prod", {"DEBUG": "False"})
    assert loaded.staging == StagingConfig(
        "https://staging.example.com", "/health/", "/version", "commit", ("STAGING_HEADERS",), None, False, True, 2.5, "warn"
    )
    assert loaded.release == ReleaseConfig(("main", "release/*"), ("release",))
    assert loaded.gate == GateConfig("minor", "advisory", "warn", True)
    assert loaded.items["security.token-expiry"] == {"max-access-minutes": 60}
    assert (loaded.severity_of("database.indexes"), loaded.severity_of("security.token-expiry"), loaded.severity_of("security.cors")) == (
        "major",
        None,
        None,
    )
    assert loaded.allowed_secrets == (AllowedSecret("tests/**", "secret.*", "fixtures", "2027-01-01", Origin(".ready-gate.yml", 8)),)
    assert loaded.attestations == "words.yml"
    assert loaded.documents == {"recovery.rollback": "https://wiki.example.com/rollback"}
    assert loaded.waivers == (Waiver("performance.compression", "@login", "the CDN does it", "2027-01-31", Origin(".ready-gate.yml", 12)),)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "version: 1", "project:\nstaging:\nrelease:\ngate:\nsecrets:\n"])
def test_every_key_may_be_left_out(tmp_path, text):
    assert load(tmp_path, text) == Config()


def test_no_config(tmp_path):
    assert config.load(str(tmp_path), None, ITEMS) == Config()
    assert config.checklist_of(str(tmp_path), None) is None


def test_variables_are_taken_as_they_are_written(tmp_path):
    text = "project: {environment: {A: False, B: off, C: 1.10, D: 0777, E: 12:30, F: 2027-01-31, G: '', H: 'x y'}}"
    assert load(tmp_path, text).project.environment == {
        "A": "False",
        "B": "off",
        "C": "1.10",
        "D": "0777",
        "E": "12:30",
        "F": "2027-01-31",
        "G": "",
        "H": "x y",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("items: {security.debug-of: {severity: minor}}", "no item is called 'security.debug-of'; did you mean 'security.debug-off'?"),
        ("documents: {recovery.rolback: https://x.example}", "no item is called 'recovery.rolback'; did you mean 'recovery.rollback'?"),
        ("waivers: [{item: x, by: a, reason: r, expires: 2027-01-31}]", "no item is called 'x'"),
        (
            "items: {security.debug-off: {severity: major}}",
            "security.debug-off is a blocker and cannot be lowered; a waiver with a date lets a failure through",
        ),
        (
            "items: {database.indexes: {severity: mayor}}",
            "items.database.indexes.severity must be blocker, major or minor, not 'mayor'; did you mean 'major'?",
        ),
        ("items: {database.indexes: {nosuch: 1}}", "database.indexes has no option 'nosuch'"),
        (
            "items: {security.token-expiry: {max-acces-minutes: 1}}",
            "security.token-expiry has no option 'max-acces-minutes'; did you mean 'max-access-minutes'?",
        ),
        (
            "items: {security.token-expiry: {max-access-minutes: ten}}",
            "items.security.token-expiry.max-access-minutes must be a whole number, not the text 'ten'",
        ),
        (
            "items: {security.token-expiry: {max-access-minutes: true}}",
            "items.security.token-expiry.max-access-minutes must be a whole number, not true",
        ),
        ("items: {documentation.android-guide: {mobile-client: 1}}", "items.documentation.android-guide.mobile-client must be true or false, not 1"),
        ("waivers: [{item: database.indexes, by: '@a', reason: r}]", "waivers[0] lacks the key 'expires'"),
        ("waivers: [{item: database.indexes, by: '@a', reason: '', expires: 2027-01-31}]", "waivers[0].reason must not be empty"),
        (
            "waivers: [{item: database.indexes, by: '@a', reason: r, expires: 2027-02-31}]",
            "waivers[0].expires must be a date of the calendar, written as YYYY-MM-DD, not the text '2027-02-31'",
        ),
        ("secrets: {allow: [{path: a, rule: b, reason: c}]}", "secrets.allow[0] lacks the key 'expires'"),
        ("project: {root: ../..}", "project.root leaves the project's folder: '../..'"),
        ("project: {env-file: /etc/environment}", "project.env-file leaves the project's folder: '/etc/environment'"),
        ("staging: {ca-bundle: ../ca.pem}", "staging.ca-bundle leaves the project's folder: '../ca.pem'"),
        ("attestations: ../words.yml", "attestations leaves the project's folder: '../words.yml'"),
        (
            "project: {settings-module: shop/settings.py}",
            "project.settings-module must be a dotted module name such as shop.settings.production, not the text 'shop/settings.py'",
        ),
        (
            "staging: {url: staging.example.com}",
            "staging.url must be an http or https address without a user name or password, not the text 'staging.example.com'",
        ),
        ("documents: {recovery.rollback: wiki}", "documents.recovery.rollback must be an https address, not the text 'wiki'"),
        ("project: {environment: {A: [1]}}", "project.environment.A must be text or a whole number or a number or true or false, not a list"),
    ],
)
def test_what_is_refused(tmp_path, text, message):
    assert refused(tmp_path, text) == ".ready-gate.yml:1: " + message


def test_a_password_in_the_staging_address_is_refused_and_not_shown(tmp_path):
    message = refused(tmp_path, "staging: {url: 'https://ann:hunter2hunter2@staging.example.com/'}")
    assert message.startswith(".ready-gate.yml:1: staging.url must be an http or https address without a user name or password")
    assert "hunter2" not in message


def test_a_link_does_not_lead_out_of_the_project(tmp_path):
    (tmp_path / "outside").mkdir()
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "backend").symlink_to(tmp_path / "outside")
    assert refused(folder, "project: {root: backend}") == ".ready-gate.yml:1: project.root leaves the project's folder: 'backend'"
    (tmp_path / "outside/config.yml").write_text("gate: {fail-on: never}")
    (folder / ".ready-gate.yml").unlink()
    (folder / ".ready-gate.yml").symlink_to(tmp_path / "outside/config.yml")
    with pytest.raises(UserError, match=r"^\.ready-gate\.yml: lies outside of the project's folder$"):
        config.load(str(folder), None, ITEMS)


def test_a_config_that_cannot_be_read_is_never_no_config(tmp_path):
    (tmp_path / ".ready-gate.yml").symlink_to(tmp_path / "nowhere.yml")
    with pytest.raises(UserError, match=r"^\.ready-gate\.yml: cannot be read: No such file or directory$"):
        config.load(str(tmp_path), None, ITEMS)
    with pytest.raises(UserError, match=r"none\.yml: cannot be read: No such file or directory$"):
        config.load(str(tmp_path), str(tmp_path / "none.yml"), ITEMS)


def test_a_config_named_by_the_caller(tmp_path):
    (tmp_path / "other.yml").write_text("gate: {fail-on: blocker}")
    (tmp_path / "project").mkdir()
    assert config.load(str(tmp_path / "project"), str(tmp_path / "other.yml"), ITEMS).gate.fail_on == "blocker"


def test_the_checklist_that_it_names(tmp_path):
    (tmp_path / ".ready-gate.yml").write_text("checklist: gate/own.yml")
    with pytest.raises(UserError, match=r"^\.ready-gate\.yml:1: there is no checklist 'gate/own\.yml' in the project's folder$"):
        config.checklist_of(str(tmp_path), None)
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate/own.yml").write_text("version: 1")
    assert config.checklist_of(str(tmp_path), None) == str(tmp_path / "gate/own.yml")
    (tmp_path / ".ready-gate.yml").write_text("checklist: ../own.yml")
    with pytest.raises(UserError, match=r"^\.ready-gate\.yml:1: checklist leaves the project's folder: '\.\./own\.yml'$"):
        config.checklist_of(str(tmp_path), None)


def test_waivers_expire(tmp_path):
    loaded = load(tmp_path, "waivers: [{item: database.indexes, by: '@a', reason: r, expires: 2026-11-24}]")
    assert loaded.waiver_of("database.indexes", TODAY) == loaded.waivers[0]
    assert loaded.waiver_of("database.migrations", TODAY) is None
    assert loaded.waiver_of("database.indexes", date(2026, 11, 25)) is None
    assert loaded.waiver_notes({}, date(2026, 11, 25)) == (
        "the waiver of database.indexes by @a expired on 2026-11-24 and no longer counts (.ready-gate.yml:1)",
    )
    assert loaded.waiver_notes({"database.indexes": VerdictStatus.WAIVED}, TODAY) == ()
    assert loaded.waiver_notes({"database.indexes": VerdictStatus.PASSED}, TODAY) == (
        "the waiver of database.indexes is not needed: the item is passed (.ready-gate.yml:1)",
    )


def test_allowed_secrets_expire():
    allowed = AllowedSecret("a", "secret.*", "r", "2026-11-24")
    assert not allowed.expired(TODAY)
    assert allowed.expired(date(2026, 11, 25))
