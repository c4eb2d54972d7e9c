"""Which files are searched, and what is said of the others."""

import os
import subprocess

import pytest

from ready_gate.facts.secrets import files
from ready_gate.facts.secrets.files import Skipped, texts
from ready_gate.facts.tree import Tree


def read(folder):
    skipped = Skipped()
    return {text.path: text for text in texts(Tree(str(folder.resolve())), skipped)}, skipped.sentences()


def git(folder, *arguments):
    subprocess.run(["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True, capture_output=True)


def test_binary_files_and_those_that_are_too_large_are_said(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    (tmp_path / "a.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "b.txt").write_text("text")
    with (tmp_path / "c.sql").open("wb") as file:
        file.write(b"x" * 1000)
        file.truncate(50_000_000)
    (tmp_path / "c.sql").write_bytes(b"insert\n" * 200_000)
    found, said = read(tmp_path)
    assert set(found) == {"b.txt"}
    assert said == ("not searched: 1 file, binary (a.png)", "not searched: 1 file, larger than 1 MB (c.sql)")


def test_a_large_file_comes_in_pieces_that_overlap(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_WHOLE", 400_000)
    monkeypatch.setattr(files, "PIECE", 300_000)
    lines = [f"line {number}" for number in range(1, 150_001)]
    (tmp_path / "a.sql").write_text("\n".join(lines))
    parts = list(texts(Tree(str(tmp_path.resolve())), Skipped()))
    assert len(parts) > 3 and max(len(part.data) for part in parts) < 700_000
    seen = set()
    for part in parts:
        for number in (2, 5000):
            assert part.written(number).decode() in (f"line {part.line(number)}", "")
        seen |= set(part.data.decode().split("\n"))
    assert set(lines) <= seen


def test_fifos_and_links_out_of_the_project_are_left_alone(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    os.mkfifo(tmp_path / "project/fifo")
    (tmp_path / "project/link").symlink_to("../outside.txt")
    (tmp_path / "project/own.txt").write_text("x")
    assert set(read(tmp_path / "project")[0]) == {"own.txt"}


def test_names_that_would_break_a_line_are_searched_under_a_name_that_does_not(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a\nb\x1b.py").write_text("x = 1")
    (tmp_path / "c.py").write_text("x = 1")
    git(tmp_path, "add", ".")
    found, _ = read(tmp_path)
    assert set(found) == {"a\\nb\\x1b.py", "c.py"}


def test_what_git_lists_and_is_no_file_of_the_project_is_said(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "node_modules/x").mkdir(parents=True)
    (tmp_path / "node_modules/x/index.js").write_text("x")
    (tmp_path / "away").symlink_to("/etc/passwd")
    (tmp_path / "c.py").write_text("x = 1")
    git(tmp_path, "add", "-f", ".")
    found, said = read(tmp_path)
    assert set(found) == {"c.py"}
    assert set(said) == {
        "not searched: 1 file, installed packages and caches (node_modules/x/index.js)",
        "not searched: 1 file, links out of the project, or to nothing (away)",
    }


def test_what_git_ignores_is_not_searched(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text("A=1")
    (tmp_path / "new.py").write_text("x = 1")
    assert set(read(tmp_path)[0]) == {".gitignore", "new.py"}


@pytest.mark.parametrize("count, shown", [(1, "1 file, binary (0)"), (5, "5 files, binary (0, 1, 2, …)")])
def test_examples_are_few(count, shown):
    skipped = Skipped()
    for number in range(count):
        skipped.add("binary", str(number))
    assert skipped.sentences() == (f"not searched: {shown}",)


def test_a_plain_compose_file_beside_one_for_production_is_for_development():
    paths = ["docker-compose.yml", "docker-compose.prod.yml", "deploy/compose.yaml", "compose.py"]
    assert files.for_development(paths) == {"docker-compose.yml"}
    assert files.for_development(["docker-compose.yml", "docker-compose.dev.yml"]) == set()
