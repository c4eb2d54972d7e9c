from __future__ import annotations

import pytest

from ready_gate.checks.recovery import version_control
from ready_gate.facts.views import Dumps, Git
from ready_gate.model import Level, Status

SOURCES = ("manage.py", "shop/settings.py", "shop/environment/lib.py", "env/readme.md", "orders/migrations/0001_initial.py", "docs/dump.md")


def tracked(*paths: str, **facts: object) -> Git:
    facts = {"commits": True, "head": "a" * 40, "dirty": (), **facts}
    return Git(frozenset((*SOURCES, *paths)), **facts)  # type: ignore[arg-type]


def test_commits_and_a_clean_tree_pass() -> None:
    assert version_control(tracked(), Dumps()).status is Status.PASS


@pytest.mark.parametrize(
    "path",
    [
        "shop/database.py",
        "static/icons/Thumbs.db",
        "sql/schema.sql",
        "scripts/venv.sh",
        "docs/celerybeat-schedule.md",
        "fonts/lib.pyi",
        "requirements/env/base.txt",
        "media/dumps/readme",
        "data/dump.json",
        "conf/db.conf",
    ],
)
def test_harmless_files_do_not_disturb(path: str) -> None:
    outcome = version_control(tracked(path), Dumps())
    assert outcome.status is Status.PASS
    assert not outcome.findings


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("db.sqlite3", "recovery.tracked-database"),
        ("shop/db.SQLITE3", "recovery.tracked-database"),
        ("data/orders.sqlite", "recovery.tracked-database"),
        ("db.sqlite3-wal", "recovery.tracked-database"),
        ("app.db", "recovery.tracked-database"),
        ("venv/pyvenv.cfg", "recovery.tracked-environment"),
        ("env/bin/activate", "recovery.tracked-environment"),
        (".venv/lib/python3.12/site-packages/django/__init__.py", "recovery.tracked-environment"),
        ("Env/Lib/site-packages/pip/__init__.py", "recovery.tracked-environment"),
        ("shop/__pycache__/urls.cpython-312.pyc", "recovery.tracked-bytecode"),
        ("shop/urls.pyo", "recovery.tracked-bytecode"),
        ("celerybeat-schedule", "recovery.tracked-schedule"),
        ("deploy/celerybeat-schedule.db", "recovery.tracked-schedule"),
        ("backup/shop.dump", "recovery.tracked-dump"),
        ("backup/2024-01-01.sql.gz", "recovery.tracked-dump"),
    ],
)
def test_what_does_not_belong_in_a_repository_fails(path: str, rule: str) -> None:
    outcome = version_control(tracked(path), Dumps())
    assert outcome.status is Status.FAIL
    assert [(finding.rule, finding.at and finding.at.path) for finding in outcome.findings] == [(rule, path)]


def test_a_dump_with_rows_fails() -> None:
    outcome = version_control(tracked("sql/shop.sql"), Dumps(with_data=("sql/shop.sql",)))
    assert (outcome.status, outcome.reason) == (Status.FAIL, "dump file sql/shop.sql is tracked")


def test_a_dump_that_cannot_be_read_is_not_passed() -> None:
    outcome = version_control(tracked("sql/shop.sql"), Dumps(unread=("sql/shop.sql",)))
    assert outcome.status is Status.UNKNOWN
    assert "sql/shop.sql" in outcome.reason


@pytest.mark.parametrize("path", ["tests/data/legacy.sqlite3", "search.db", "redis/dump.rdb"])
def test_what_may_be_a_database_is_reported(path: str) -> None:
    outcome = version_control(tracked(path), Dumps())
    assert outcome.status is Status.PASS
    assert [finding.level for finding in outcome.findings] == [Level.WARNING]


def test_one_finding_stands_for_all_files_of_a_kind() -> None:
    outcome = version_control(tracked(*(f"shop/__pycache__/m{number}.pyc" for number in range(9))), Dumps())
    assert len(outcome.findings) == 1
    assert outcome.reason == "byte code files shop/__pycache__/m0.pyc, shop/__pycache__/m1.pyc, shop/__pycache__/m2.pyc and 6 more are tracked"


def test_uncommitted_changes_fail() -> None:
    outcome = version_control(tracked(dirty=("shop/settings.py", "manage.py")), Dumps())
    assert outcome.status is Status.FAIL
    assert outcome.reason == "tracked files shop/settings.py, manage.py have uncommitted changes"


def test_changes_that_git_does_not_tell_are_unknown() -> None:
    assert version_control(tracked(dirty=None), Dumps()).status is Status.UNKNOWN


def test_no_commit_fails() -> None:
    outcome = version_control(Git(frozenset(), commits=False), Dumps())
    assert outcome.status is Status.FAIL
    assert outcome.findings[0].rule == "recovery.no-commits"
