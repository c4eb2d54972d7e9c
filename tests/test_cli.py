"""The command line as its user meets it: output, exit status, one clear line for unusable input."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ready_gate import cli

ROOT = Path(__file__).parent.parent
SETTINGS = """
import os
DEBUG = os.environ.get("DEBUG", "True") == "True"
SECRET_KEY = "django-insecure-abcdefghijklmnopqrstuvwxyz0123456789"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.auth", "rest_framework"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
"""


def gate(*arguments, cwd=ROOT, **environ):
    """Run the command in its own process, as a user does."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environ}
    command = [sys.executable, "-m", "ready_gate", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def shop(tmp_path):
    """A small project with mistakes."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").touch()
    (tmp_path / "shop/settings.py").write_text(SETTINGS)
    (tmp_path / "manage.py").write_text("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n")
    return tmp_path


def test_sixty_verdicts_and_a_valid_report(shop):
    result = gate("check", shop, "--format", "json")
    assert result.returncode == 1, result.stderr
    report = json.loads(result.stdout)
    Draft202012Validator(json.loads((ROOT / "checklist/schemas/report.schema.json").read_text())).validate(report)
    assert len(report["items"]) == 60
    verdicts = {item["id"]: item for item in report["items"]}
    assert verdicts["security.debug-off"]["verdict"] == "failed"
    assert {(f["path"], f["line"]) for f in verdicts["security.debug-off"]["findings"] if f["level"] == "error"} == {("shop/settings.py", 3)}
    assert verdicts["database.postgresql"]["verdict"] == "failed"
    assert verdicts["payment.credentials"]["verdict"] == "not-applicable"
    assert verdicts["security.tls-certificate"]["verdict"] == "inconclusive"
    assert sum(report["decision"]["counts"].values()) == 60
    assert "abcdefghijklmnop" not in result.stdout


def test_text_and_markdown(shop):
    text = gate("check", shop)
    assert text.returncode == 1
    assert "BLOCKED" in text.stdout
    assert "shop/settings.py:3" in text.stdout
    assert "\x1b" not in text.stdout + text.stderr
    assert "shop/settings.py:3" in gate("check", shop, "--format", "markdown").stdout


def test_reports_to_files(shop, tmp_path):
    assert gate("check", shop, "-q", "--report", f"json={tmp_path}/r.json", "--report", f"markdown={tmp_path}/r.md").returncode == 1
    assert len(json.loads((tmp_path / "r.json").read_text())["items"]) == 60
    assert (tmp_path / "r.md").read_text()


def test_selection_and_threshold(shop):
    report = json.loads(gate("check", shop, "--only", "legal.*", "--format", "json").stdout)
    assert [item["id"].split(".")[0] for item in report["items"]] == ["legal"] * 4
    assert gate("check", shop, "--fail-on", "never").returncode == 0
    assert gate("check", shop, "--only", "payment.*").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "no/such/folder"), "there is no folder no/such/folder"),
        (("check", ".", "--only", "security.debug-of"), "no item matches 'security.debug-of'; did you mean 'security.debug-off'?"),
        (("check", ".", "--report", "jsn=x"), "no format 'jsn' in this version; did you mean 'json'?"),
        (("check", ".", "--report", "json=no/folder/r.json"), "--report: there is no folder no/folder to write json to"),
        (("check", ".", "--format", "sarif"), "--format sarif is not supported by this version"),
        (("check", ".", "--staging-record", "x"), "--staging-record is not supported by this version"),
        (("explain", "security.debug-of"), "no item or rule is called 'security.debug-of'; did you mean 'security.debug-off'?"),
        (("check", ".", "--config", "nope.yml"), "nope.yml: cannot be read: No such file or directory"),
        (("check", ".", "--settings-module", "no.such"), "the settings module no.such is not in the project"),
        (("check", ".", "--env-file", "nope.env"), "nope.env"),
    ],
)
def test_unusable_calls(shop, arguments, message):
    result = gate(*arguments, cwd=shop)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not result.stdout


@pytest.mark.parametrize("files", [{}, {"readme.md": "# nothing\n"}])
def test_no_django_project(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    result = gate("check", tmp_path)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1


def test_settings_that_do_not_parse(shop):
    (shop / "shop/settings.py").write_text("DEBUG = False\nSECRET_KEY = (\n")
    result = gate("check", shop, "--format", "json")
    verdicts = {item["id"]: item for item in json.loads(result.stdout)["items"]}
    assert verdicts["security.debug-off"]["verdict"] == "inconclusive"
    assert verdicts["security.debug-off"]["reason"].startswith(
        "DEBUG, TEMPLATES, INSTALLED_APPS and 1 more could not be worked out: shop/settings.py:2: "
    )


def test_settings_in_an_encoding_that_python_refuses(shop):
    (shop / "shop/settings.py").write_bytes(b"DEBUG = False\nNAME = '\xff'\n")
    report = json.loads(gate("check", shop, "--format", "json", "--only", "security.debug-off").stdout)
    assert report["items"][0]["verdict"] == "inconclusive"
    assert "not in the encoding" in report["items"][0]["reason"]
    (shop / "shop/settings.py").write_bytes(b"# -*- coding: latin-1 -*-\nDEBUG = False\nNAME = '\xff'\n")
    assert gate("check", shop, "--only", "security.debug-off").returncode == 0


def test_an_expired_waiver_is_told_in_every_report(shop):
    (shop / ".ready-gate.yml").write_text("version: 1\nwaivers: [{item: security.debug-off, reason: later, by: '@ann', expires: 2020-01-31}]\n")
    report = json.loads(gate("check", shop, "--format", "json").stdout)
    assert any("the waiver of security.debug-off by @ann expired on 2020-01-31" in note for note in report["notes"])
    assert "security.debug-off" in report["decision"]["blocking"]


def test_list_explain_inspect(shop):
    assert gate("list").stdout.count("security.") >= 13
    assert "DEBUG" in gate("explain", "security.debug-off").stdout
    assert gate("explain", "django.security.W018").returncode == 0
    settings = json.loads(gate("inspect", "settings", shop, "--format", "json").stdout)
    assert settings["settings_module"] == "shop.settings"
    assert settings["settings"]["DEBUG"]["value"] is True
    assert settings["settings"]["DEBUG"]["environment"] == ["DEBUG"]
    assert "abcdefghijklmnop" not in json.dumps(settings)
    assert gate("inspect", "settings", shop).stdout
    assert json.loads(gate("inspect", "models", shop, "--format", "json").stdout)["apps"] == []


def test_help_and_version():
    assert gate("--version").stdout.startswith("ready-gate ")
    for command in ("check", "list", "explain", "inspect"):
        assert gate(command, "--help").returncode == 0


def test_the_version_is_told_without_loading_anything():
    code = "import sys; before = set(sys.modules); from ready_gate.cli import main; main(['--version']); print(sorted(set(sys.modules) - before))"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.splitlines()[1] == str(["__future__", "ready_gate", "ready_gate.cli", "ready_gate.errors"])


def test_nothing_of_the_project_is_run(shop):
    (shop / "shop/settings.py").write_text(SETTINGS + "\nopen('/tmp/x' if False else 'proof', 'w').write('ran')\n")
    gate("check", shop, cwd=shop)
    assert not (shop / "proof").exists()


def test_explain_a_kind_of_secret():
    for rule, what in (
        ("secret.generic-password", "where the account lives"),
        ("secret.github-token", "Developer settings"),
        ("secret.setting", "Read it"),
    ):
        explained = gate("explain", rule)
        assert explained.returncode == 0 and what in " ".join(explained.stdout.split()) and "security.no-hardcoded-secrets" in explained.stdout


def test_cycles_are_not_collected_while_a_command_runs_and_are_afterwards(monkeypatch):
    seen = []
    monkeypatch.setattr(cli, "list_items", lambda arguments: seen.append(gc.isenabled()) or 0, raising=True)
    assert cli.main(["list"]) == 0
    assert seen == [False] and gc.isenabled()
