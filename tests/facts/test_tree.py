import os

import pytest

from ready_gate.errors import UserError
from ready_gate.facts.tree import Tree, tree
from ready_gate.facts.views import Options


def test_lists_all_files_without_git(lay_out):
    here = lay_out({"b.py": "", "a/c.py": "", "node_modules/x.js": "", "a/__pycache__/c.pyc": "", ".hidden": ""})
    assert here.files == (".hidden", "a/c.py", "b.py")
    assert here.folders == {"a"}


def test_leaves_virtual_environments_out(lay_out):
    here = lay_out({"manage.py": "", "venv/pyvenv.cfg": "", "venv/lib/x.py": "", "old/Lib/site-packages/x.py": ""})
    assert here.files == ("manage.py",)


def test_git_decides_what_is_part_of_the_project(tmp_path, lay_out, run_git):
    here = lay_out(
        {
            ".gitignore": "*.log\n.env\n",
            "kept.py": "",
            "gone.py": "",
            "new.py": "",
            "a.log": "",
            ".env": "A=1",
            "venv/pyvenv.cfg": "",
            "venv/x.py": "",
        },
    )
    run_git("init", "-q")
    run_git("add", "kept.py", "gone.py", "venv")
    (tmp_path / "gone.py").unlink()
    assert here.files == (".gitignore", "kept.py", "new.py")
    assert ".env" in here.names()


def test_a_subfolder_of_a_checkout_has_its_own_paths(tmp_path, lay_out, run_git):
    lay_out({"other.py": "", "backend/manage.py": "", "backend/shop/settings.py": ""})
    run_git("init", "-q")
    assert Tree(os.path.realpath(tmp_path / "backend")).files == ("manage.py", "shop/settings.py")


def test_a_folder_that_an_outer_checkout_ignores_is_walked(tmp_path, lay_out, run_git):
    lay_out({".gitignore": "inner/\n", "inner/manage.py": ""})
    run_git("init", "-q")
    assert Tree(os.path.realpath(tmp_path / "inner")).files == ("manage.py",)


def test_what_a_repository_configures_does_not_run(tmp_path, lay_out, run_git):
    here = lay_out({"a.py": ""})
    run_git("init", "-q")
    mark = tmp_path / "ran"
    run_git("config", "core.fsmonitor", f"touch {mark}; false")
    assert here.files == ("a.py",)
    assert not mark.exists()


def test_git_variables_of_the_caller_do_not_matter(monkeypatch, lay_out, run_git):
    here = lay_out({"project/a.py": "", "b.py": ""})
    run_git("init", "-q")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    assert here.files == ("b.py", "project/a.py")


@pytest.mark.parametrize("path", ["../secret", "link", "folder/secret", "/etc/passwd", "a\0b", "absent", "pipe", ".", "loop", "/dev/zero", "device"])
def test_reads_nothing_but_regular_files_inside(tmp_path, path):
    (tmp_path / "secret").write_text("hidden")
    root = tmp_path / "root"
    root.mkdir()
    os.symlink("../secret", root / "link")
    os.symlink("..", root / "folder")
    os.symlink("loop", root / "loop")
    os.symlink("/dev/zero", root / "device")
    os.mkfifo(root / "pipe")
    here = Tree(os.path.realpath(root))
    assert here.read(path) is None
    assert here.files == ()


def test_follows_links_that_stay_inside(tmp_path, lay_out):
    here = lay_out({"real/a.py": "x = 1"})
    os.symlink("real/a.py", tmp_path / "b.py")
    os.symlink("real", tmp_path / "again")
    assert here.read("b.py") == here.read("again/a.py") == "x = 1"
    assert here.files == ("b.py", "real/a.py")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xc3\xa9", "café"),
        (b"caf\xe9", "café"),
        (b"\xef\xbb\xbfA=1", "A=1"),
        ("A=1".encode("utf-16"), "A=1"),
        (b"a\0b", None),
        (b"\xff\xfe\x00", None),
        (b"", ""),
    ],
)
def test_decodes_text(tmp_path, data, text):
    (tmp_path / "f").write_bytes(data)
    assert Tree(os.path.realpath(tmp_path)).read("f") == text


def test_does_not_read_more_than_the_limit(lay_out):
    here = lay_out({"f": "12345"})
    assert here.read("f", limit=5) == "12345"
    assert here.read("f", limit=4) is None


def test_names_that_break_lines_are_not_listed(lay_out):
    here = lay_out({"a\nb.py": "", "ok é.py": ""})
    assert here.files == ("ok é.py",)


def test_matches_patterns(lay_out):
    here = lay_out({"Dockerfile": "", "a/Dockerfile": "", "a/b/x.yml": "", "x.yml": ""})
    assert here.matching("**/Dockerfile") == ("Dockerfile", "a/Dockerfile")
    assert here.matching("*.yml", "Docker????") == ("Dockerfile", "x.yml")
    assert here.matching("a/**") == ("a/Dockerfile", "a/b/x.yml")


def test_exists_and_is_dir(lay_out):
    here = lay_out({"a/b": ""})
    assert (here.exists("a"), here.is_dir("a"), here.is_dir("a/b"), here.is_file("a/b"), here.exists("../")) == (True, True, False, True, False)


def test_a_missing_folder_is_the_callers_mistake(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        tree(Options(path=str(tmp_path / "absent")))
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="is a file"):
        tree(Options(path=str(tmp_path / "file")))


def test_environments_without_a_configuration_file(lay_out):
    old = {"paytm/bin/activate": "", "paytm/lib/python2.7/site.py": "", "paytm/lib/python2.7/os.py": "", "shop/bin/run.py": "", "lib/python/x.py": ""}
    assert lay_out({"manage.py": "", **old}).files == ("lib/python/x.py", "manage.py", "shop/bin/run.py")
