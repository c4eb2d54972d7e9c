"""The second opinion: what the program prints is merged by place, and its absence is said."""

import json
import os

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

TOKEN = "q8Zt4Kx1mV7pLw3e"


def search(folder):
    return Facts({"options": Options(str(folder), kingfisher=True)})["secrets"]


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "a.py").write_text("x = 1\ny = f('" + TOKEN + "')\n")
    (folder / "b.py").write_text("id = 'AK" + "IAQ7RZ5XK2MVPLWJEN'\n")
    return folder


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a program of that name on the PATH, which prints this and ends with this status."""

    def make(printed, status=200):
        (tmp_path / "bin").mkdir()
        (tmp_path / "printed").write_text(printed)
        path = tmp_path / "bin/kingfisher"
        path.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nenv > {tmp_path}/environment\ncat {tmp_path}/printed\nexit {status}\n')
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
        monkeypatch.setenv("GITHUB_TOKEN", "not-for-others")
        return tmp_path

    return make


def line(folder, path, number, snippet=TOKEN):
    found = {"rule": {"id": "acme.key"}, "finding": {"path": str(folder / path), "line": number, "snippet": snippet}}
    return json.dumps(found)


def test_what_it_finds_beside_ours_is_added(project, program):
    ours = "\n".join([line(project, "a.py", 2), line(project, "b.py", 1), line(project, "gone.py", 1), "no json", "[]", "{}"])
    folder = program(ours)
    secrets = search(project)
    assert [(found.rule, found.places[0].path, found.places[0].line) for found in secrets.found] == [
        ("secret.aws-access-key-id", "b.py", 1),
        ("secret.kingfisher", "a.py", 2),
    ]
    assert secrets.found[1].says == "its rule acme.key" and not secrets.doubts
    asked = (folder / "asked").read_text()
    assert "--no-validate" in asked and "--no-update-check" in asked and "--git-history none" in asked
    assert "not-for-others" not in (folder / "environment").read_text()


def test_a_program_that_fails_is_a_doubt(project, program):
    program("", status=3)
    assert search(project).doubts == ("kingfisher ended with status 3",)


def test_a_program_that_is_not_there_is_a_doubt(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert "kingfisher was to be asked for secrets and is not on the PATH" in search(project).doubts


def test_it_is_not_asked_unless_the_config_says_so(project, program):
    folder = program(line(project, "a.py", 2))
    assert len(Facts({"options": Options(str(project))})["secrets"].found) == 1
    assert not (folder / "asked").exists()
