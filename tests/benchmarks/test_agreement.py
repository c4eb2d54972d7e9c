"""The comparison with the running project, run on small projects with the Python of these tests."""

import json
import subprocess
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

import ready_gate.checks
from benchmarks.agreement.__main__ import main
from benchmarks.agreement.compare import Row, compare, same
from benchmarks.agreement.ours import Ours, read_by_checks
from ready_gate.context import RunContext
from ready_gate.errors import NothingToJudge, Unavailable
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Settings
from ready_gate.pipeline import load_policy, options_of, run_check

SHOP = Path(__file__).parent.parent.parent / "examples" / "shop"
MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
SETTINGS = """
import os, random
from datetime import timedelta
from pathlib import Path
from django.utils.translation import gettext_lazy as _
BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = os.environ.get("DEBUG", "False") == "True"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}}
LIFE = timedelta(minutes=5)
NAME = _("Shop")
TAGS = {"b", "a"}
CALLBACK = lambda request: True
STATICFILES_DIRS = [BASE_DIR / "assets"]
NUMBER = random.random()
if hasattr(os, "fork"):
    USE_I18N = False
"""
KEY = "live-k3y-" + "x7" * 25


@pytest.fixture
def project(tmp_path):
    """A project with an environment file beside it."""
    root = tmp_path / "project"
    (root / "shop").mkdir(parents=True)
    (root / "manage.py").write_text(MANAGE)
    (root / "shop" / "__init__.py").write_text("")
    (root / "shop" / "settings.py").write_text(SETTINGS)
    (root / "requirements.txt").write_text("Django==5.2\n")
    (tmp_path / "production.env").write_text(f"SECRET_KEY={KEY}\n")
    return root


def test_a_running_project(project, capsys):
    assert main([str(project), "--env-file", str(project.parent / "production.env")]) == 0
    printed = capsys.readouterr().out
    assert "0 wrong" in printed
    assert "  unknown  NUMBER: random at every start" in printed
    assert "variables read: 2 in truth; missing none" in printed
    assert "security.W004" not in printed
    assert KEY not in printed


def test_settings_that_do_not_load(project):
    (project.parent / "empty.env").write_text("")
    with pytest.raises(SystemExit, match="KeyError: 'SECRET_KEY'"):
        main([str(project), "--env-file", str(project.parent / "empty.env")])


def ours(**values):
    entries = {name: {"state": "known", "type": type(value).__name__, "value": value} for name, value in values.items()}
    return Ours(entries, frozenset(values), {}, frozenset(), frozenset(), None)


@pytest.mark.parametrize(
    ("value", "truth", "place"),
    [
        (True, False, "X"),
        (True, 1, "X"),
        ("1", 1, "X"),
        (["a", "b"], ["b", "a"], "X[0]"),
        (["a"], ["a", "b"], "X"),
        ({"A": {"B": 1}}, {"A": {"B": 2}}, "X.A.B"),
        ({"A": 1}, {}, "X.A"),
        ({}, {"A": 1}, "X.A"),
        ("lib.One", {"$object": "lib.Other"}, "X"),
        ({"$timedelta": 5.0}, {"$timedelta": 6.0}, "X"),
    ],
)
def test_what_is_wrong(value, truth, place):
    (row,) = compare(ours(X=value), {"X": truth}, (), {})
    assert row.wrong[0] == place


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ({"A": {"$unknown": "why"}}, {"A": 2}),
        ({"A": 1, "$unknown": "why"}, {"A": 1, "B": 2}),
        (["a", {"$unknown": "why"}], ["a", "b", "c"]),
    ],
)
def test_what_is_unknown(value, truth):
    (row,) = compare(ours(X=value), {"X": truth}, (), {})
    assert (row.wrong, row.unknown.endswith("why")) == (None, True)


def test_settings_of_one_side_only():
    assert compare(ours(), {"X": 1}, (), {}) == [Row("X", ("X", "not set", 1))]
    assert compare(ours(X=1), {}, (), {}) == [Row("X", ("X", 1, "not set"))]
    assert compare(ours(X=1), {}, ("X",), {}) == []
    assert compare(ours(X=[1]), {"X": [1]}, (), {"X": "tuple"})[0].wrong == ("type of X", "list", "tuple")


def test_objects_by_their_last_name():
    assert same("rest_framework.permissions.IsAdminUser", {"$object": "somewhere.else.IsAdminUser"})


def test_a_recorded_project(project, capsys):
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(project), *command], check=True)
    head = subprocess.run(["git", "-C", str(project), "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    settings = {
        "SECRET_KEY": {"$secret": {"kind": "env", "env": "SECRET_KEY", "len": len(KEY), "type": "str"}},
        "DEBUG": False,
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": {"$path": "<ROOT>/db.sqlite3"}}},
        "LIFE": {"$timedelta_s": 300.0},
        "NAME": {"$lazy": "Shop"},
        "TAGS": {"$set": ["a", "b"]},
        "LOGGING": {"keys": [], "disable_existing_loggers": None, "handlers": {}, "loggers": {}, "root": None},
        "ADMINS": {"$people": 0},
        "LATER": {"$error": "ImproperlyConfigured"},
    }
    reads = {"SECRET_KEY": {"at": ["shop/settings.py:7"], "present": True}, "LIBRARY": {"at": ["shop/settings.py:2"], "present": None}}
    left_out = ["BASE_DIR", "CALLBACK", "STATICFILES_DIRS", "NUMBER", "USE_I18N"]
    truth = {"settings": settings, "explicit_settings_not_dumped": left_out, "checks": {"ids_deploy": [], "silenced_ids": []}, "env_reads": reads}
    entry = {"commit": head, "env": {"SECRET_KEY": KEY}, "settings_module": "shop.settings", "configuration_class": None, "truth": truth}
    record = project.parent / "truth.json"
    record.write_text(json.dumps([entry]))
    assert main([str(project), "--recorded", str(record)]) == 0
    printed = capsys.readouterr().out
    assert "8 compared, 8 known and equal (100.0 %), 0 wrong" in printed
    assert "variables read: 1 in truth; missing none" in printed
    settings["LIFE"]["$timedelta_s"] = 301.0
    record.write_text(json.dumps([entry]))
    assert main([str(project), "--recorded", str(record)]) == 1


def test_every_setting_that_the_checks_read_is_counted():
    asked = set()

    class Noting(Settings):
        def __getitem__(self, name):
            asked.add(name)
            return super().__getitem__(name)

    context = RunContext(str(SHOP), date.today())
    options = options_of(context, load_policy(context).config)
    held = Facts({"options": options})["settings"]
    facts = Facts({"options": options, "settings": Noting(**held.__dict__)})
    for check in ready_gate.checks.load_all().values():
        with suppress(Unavailable, NothingToJudge):
            facts.gather(check.needs)  # what facts read by themselves is no check's question
        asked.clear()
        run_check(check, facts)
        if not asked >= set(held.values):  # one that looks through all of them names none
            assert {name for name in asked if name in held.values or name in held.defaults} <= read_by_checks(), check.id
