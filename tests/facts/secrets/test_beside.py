"""The search in a process of its own finds the same, and where that process fails the search is made in this one."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.secrets.beside import begin, parted, read, written
from ready_gate.facts.views import FoundSecret, KnownSecret, Options, SecretPlace, Secrets
from ready_gate.model import Level
from ready_gate.secret import Secret

ROOT = Path(__file__).parents[3]
PLACE = SecretPlace("a.py", 3, "gitleaks:allow", "abc", "2024-01-01", True)
FOUND = FoundSecret("secret.token", "A token", Secret("tok_ü\udc80abcdef"), (PLACE,), Level.NOTE, True, "says", "NAME", True, True, "there")
SECRETS = Secrets((FOUND,), 7, ("skipped",), ("doubt",), (KnownSecret("x", "a.py", line=3),), "the history")


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def test_the_result_comes_back_as_it_was():
    assert read(written(SECRETS)) == SECRETS


def test_the_same_is_found_beside(tmp_path):
    (tmp_path / "a.py").write_text("KEY = 'AK" + "IAQ7RZ5XK2MVPLWJEN'\n" * 3000)
    facts = Facts({"options": Options(str(tmp_path))})
    facts.begin("secrets")
    assert facts["secrets"] == Facts({"options": Options(str(tmp_path))})["secrets"]
    assert len(facts["secrets"].found) == 1


@pytest.mark.parametrize("fail", [lambda: 1 / 0, lambda: os._exit(0), lambda: os.kill(os.getpid(), 9), lambda: os._exit(3)])
def test_where_the_process_fails_there_is_no_result(fail):
    made = parted(fail)
    assert made.result() is None


def test_a_failing_search_fails_here_as_it_would_without(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("x = 1")
    facts = Facts({"options": Options(str(tmp_path))})
    monkeypatch.setattr("ready_gate.facts.secrets.search._search", lambda *_: 1 / 0)
    facts.begin("secrets")
    with pytest.raises(ZeroDivisionError):
        facts["secrets"]


def test_beside_other_threads_or_on_one_processor_no_process_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fork", None)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert parted(lambda: SECRETS) is None
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert parted(lambda: SECRETS) is None
    assert begin(Facts({"options": Options(str(tmp_path))}))() is None


def test_a_run_that_ends_before_does_not_wait(tmp_path):
    """The result is larger than a pipe holds, and nobody reads it."""
    (tmp_path / "manage.py").write_text("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n")
    (tmp_path / "a.py").write_text("".join(f"PASSWORD_{n} = 'x7Kq{n}mVpLw'\n" for n in range(5000)))
    command = [sys.executable, "-m", "ready_gate", "check", str(tmp_path), "--settings-module", "no.such", "--only", "security.no-hardcoded-secrets"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 2
