"""The history: what a pull request brings and takes away again, and all there ever was."""

import os
import subprocess

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.secrets import blobs
from ready_gate.facts.views import Options

TOKEN = "AK" + "IA" + "Q7RZ5XK2MVPLWJEN"
OTHER = "AK" + "IA" + "T3WH6YB4NCSDGQXU"


class Repository:
    def __init__(self, folder):
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments):
        when = {"GIT_AUTHOR_DATE": "2024-03-01T12:00:00Z", "GIT_COMMITTER_DATE": "2024-03-01T12:00:00Z"}
        command = ["git", "-C", self.folder, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "protocol.file.allow=always", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | when).stdout.strip()

    def commit(self, message="x", **files):
        for name, text in files.items():
            path = self.folder / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True, parents=True)
            if text is None:
                path.unlink()
            else:
                path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def search(self, history, **options):
        return Facts({"options": Options(str(options.pop("path", self.folder)), history=history, **options)})["secrets"]


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "shop")


@pytest.fixture(autouse=True)
def _folder(tmp_path):
    (tmp_path / "shop").mkdir()


def places(secrets):
    return [(place.path, place.line, place.commit, place.date) for found in secrets.found for place in found.places]


def test_what_was_taken_away_is_found_where_it_appeared_first(repository):
    repository.commit(a="nothing\n")
    first = repository.commit(a=f"one\nkey = {TOKEN}\n")
    repository.commit(a=f"one\ntwo\nkey = {TOKEN}\n", b=f"{TOKEN}\n")
    repository.commit(a=None, b=None)
    found = repository.search("all")
    assert places(found) == [("a", 2, first, "2024-03-01")]
    assert found.extent == "the whole history" and not found.doubts
    assert places(repository.search("none")) == []


def test_what_is_still_there_is_found_there_alone(repository):
    repository.commit(a=f"key = {TOKEN}\n")
    repository.commit(a=None, b=f"\nkey = {TOKEN}\n")
    assert places(repository.search("all")) == [("b", 2, None, None)]


def test_a_pull_request_answers_for_what_it_brings(repository):
    repository.commit(a=f"key = {OTHER}\n")
    repository.commit(a="nothing\n")
    repository.git("checkout", "-qb", "topic")
    bad = repository.commit(b=f"key = {TOKEN}\n")
    repository.commit(b="nothing\n")
    for base in (None, "main"):
        found = repository.search("pr", base=base)
        assert places(found) == [("b", 1, bad, "2024-03-01")], base
        assert found.extent == "what the commits since main bring"
    assert len(places(repository.search("all"))) == 2


def test_what_a_merge_itself_brings_is_seen(repository):
    repository.commit(a="x\n")
    repository.git("checkout", "-qb", "topic")
    repository.commit(b="x\n")
    repository.git("checkout", "-q", "main")
    repository.commit(c="x\n")
    repository.git("merge", "-q", "--no-commit", "topic")
    evil = repository.commit(d=f"key = {TOKEN}\n")
    repository.commit(d=None)
    assert places(repository.search("all")) == [("d", 1, evil, "2024-03-01")]


def test_other_branches_and_odd_names(repository):
    repository.commit(a="x\n")
    repository.git("checkout", "-qb", "side")
    bad = repository.commit(**{"odd\nname": f"key = {TOKEN}\n"})
    repository.git("checkout", "-q", "main")
    assert places(repository.search("all")) == [("odd\\nname", 1, bad, "2024-03-01")]


def test_a_project_in_a_folder_of_the_repository(repository):
    repository.commit(backend__a=f"key = {TOKEN}\n", other__b=f"key = {OTHER}\n")
    repository.commit(backend__a="x\n", other__b="x\n")
    assert [place[0] for place in places(repository.search("all", path=repository.folder / "backend"))] == ["a"]


@pytest.mark.parametrize(
    "history, base, doubt",
    [("pr", "nowhere", "the base nowhere is not in this clone"), ("pr", "--all", "is not in this clone"), ("all", None, "shallow")],
)
def test_what_the_clone_does_not_have_is_a_doubt(repository, tmp_path, history, base, doubt):
    repository.commit(a="x\n")
    repository.commit(a="y\n")
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "clone"))
    (found,) = repository.search(history, base=base, path=tmp_path / "clone").doubts
    assert doubt in found


def test_outside_of_a_repository_the_history_is_a_doubt(tmp_path):
    (tmp_path / "plain").mkdir()
    for history in ("pr", "all"):
        secrets = Facts({"options": Options(str(tmp_path / "plain"), history=history)})["secrets"]
        assert secrets.doubts == ("the history could not be searched: there is no commit",)


def test_without_a_base_a_pull_request_cannot_be_told(repository):
    repository.commit(a="x\n")
    repository.git("branch", "-m", "elsewhere")
    assert "name the base with --base" in repository.search("pr").doubts[0]


def test_nothing_that_the_repository_configures_is_run(repository, tmp_path):
    repository.commit(a=f"key = {TOKEN}\n", **{".gitattributes": "* filter=x diff=x\n"})
    repository.commit(a="x\n")
    touch = f"touch {tmp_path}/ran; cat"
    for name in (
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "gpg.program",
    ):
        repository.git("config", name, touch)
    repository.git("config", "log.showSignature", "true")
    assert len(repository.search("all").found) == 1
    assert not (tmp_path / "ran").exists()


def test_large_versions_are_said_and_passed_over(repository, monkeypatch):
    from ready_gate.facts.secrets import history

    monkeypatch.setattr(history, "MAX_WHOLE", 100)
    repository.commit(a="x" * 200, b=f"key = {TOKEN}\n")
    repository.commit(a="x", b="x")
    found = repository.search("all")
    assert len(found.found) == 1 and any("in the history" in text for text in found.skipped)


def test_each_version_is_read_once(repository):
    repository.commit(a="same\n", b="same\n")
    repository.commit(a="other\n", b="same\n")
    repository.commit(a="same\n")
    assert [blob.data for blob in blobs.blobs(str(repository.folder), ["HEAD"], 1000)] == [b"same\n", b"other\n"]
