import os

import pytest

from ready_gate.errors import Unavailable
from ready_gate.facts.git import git
from ready_gate.facts.tree import Tree


def test_no_repository(lay_out):
    found = git(lay_out({"a.py": ""}))
    assert (found.commits, found.tracked, found.head, found.dirty) == (False, frozenset(), None, None)


def test_a_repository_without_commits(lay_out, run_git):
    tree = lay_out({"a.py": ""})
    run_git("init", "-q")
    run_git("add", "a.py")
    found = git(tree)
    assert (found.commits, found.tracked, found.head) == (False, {"a.py"}, None)


def test_commits_and_changes(lay_out, run_git):
    tree = lay_out({"a.py": "1", "b/c.py": "1", "d.py": ""})
    run_git("init", "-q")
    run_git("add", "a.py", "b")
    run_git("commit", "-qm", "first")
    assert git(tree).dirty == ()
    lay_out({"b/c.py": "2"})
    found = git(Tree(tree.root))
    assert found.commits
    assert found.head == run_git("rev-parse", "HEAD")
    assert found.tracked == {"a.py", "b/c.py"}
    assert found.dirty == ("b/c.py",)


def test_a_subfolder_sees_its_own_files_only(lay_out, run_git):
    tree = lay_out({"a.py": "1", "b/c.py": "1"})
    run_git("init", "-q")
    run_git("add", ".")
    run_git("commit", "-qm", "first")
    lay_out({"a.py": "2", "b/c.py": "2"})
    found = git(Tree(tree.root + "/b"))
    assert (found.tracked, found.dirty) == ({"c.py"}, ("c.py",))


def test_filters_of_the_repository_do_not_run(lay_out, run_git, tmp_path):
    tree = lay_out({"repo/a.py": "1", "repo/.gitattributes": "*.py filter=evil\n"})
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"], ["config", "filter.evil.clean", f"touch {tmp_path}/ran; cat"]):
        run_git("-C", "repo", *arguments)
    lay_out({"repo/a.py": "2"})
    found = git(Tree(tree.root + "/repo"))
    assert found.commits
    assert found.dirty is None
    assert not os.path.exists(tmp_path / "ran")


def test_without_git(lay_out, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    tree = lay_out({"a.py": ""})
    with pytest.raises(Unavailable, match="git is not installed"):
        git(tree)
    assert tree.files == ("a.py",)


def test_what_git_ignores(lay_out, run_git):
    tree = lay_out({".gitignore": ".env*\n!.env.example\n", ".env": "", ".env.example": "", "a": ""})
    assert tree.ignored(".env") is None
    run_git("init", "-q")
    run_git("add", "-f", ".env")
    assert tree.ignored(".env", ".env.example", "a") == {".env"}
    assert tree.ignored("a") == frozenset()
