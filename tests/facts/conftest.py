import os
import subprocess

import pytest

from ready_gate.facts.tree import Tree


@pytest.fixture
def lay_out(tmp_path):
    """Writes files (path: text) into the test's folder and answers with its Tree."""

    def write(files):
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return Tree(os.path.realpath(tmp_path))

    return write


@pytest.fixture
def run_git(tmp_path):
    """Runs git for real in the test's folder."""

    def run(*arguments):
        command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "init.defaultBranch=main", "-C", str(tmp_path), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    return run
