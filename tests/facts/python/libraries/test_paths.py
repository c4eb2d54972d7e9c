import pathlib

import pytest

from ready_gate.facts.python.values import Items, Scalar, Unknown

PURE = [
    lambda os: os.path.join("/a", "b", "../c"),
    lambda os: os.path.join("/a", "/b"),
    lambda os: os.path.dirname("/a/b/c.py"),
    lambda os: os.path.basename("/a/b/c.py"),
    lambda os: os.path.abspath("/a/b/../c"),
    lambda os: os.path.normpath("a//b/./c/.."),
    lambda os: os.path.splitext("/a/b.tar.gz"),
    lambda os: os.path.split("/a/b"),
    lambda os: os.path.relpath("/a/b/c", "/a/d"),
    lambda os: os.path.join(pathlib.PurePosixPath("/a"), "b"),
    lambda os: os.path.isabs("a"),
    lambda os: os.path.expandvars("/a/b"),
    lambda os: os.fspath(pathlib.PurePosixPath("/a")),
    lambda os: os.path.join("/a", os.pardir),
    lambda os: os.sep + os.linesep + os.name,
]


@pytest.mark.parametrize("number", range(len(PURE) - 1))
def test_os_path(agree, number):
    agree("os", PURE[number])


PATHS = [
    lambda p: p.Path("/a/b/c.py").parent.parent,
    lambda p: p.Path("/a/b/c.py").parents[1],
    lambda p: p.Path("/nowhere/b/../c.py").resolve(),
    lambda p: p.Path("/nowhere/b/../c.py").absolute(),
    lambda p: p.Path("/a", "b", "c"),
    lambda p: p.Path("a") / "b" / "c",
    lambda p: "/x" / p.Path("b"),
    lambda p: p.PurePath("/a").joinpath("b", "c"),
    lambda p: p.Path("/a/b.tar.gz").name,
    lambda p: p.Path("/a/b.tar.gz").stem,
    lambda p: p.Path("/a/b.tar.gz").suffix,
    lambda p: p.Path("/a/b.tar.gz").suffixes,
    lambda p: p.Path("/a/b").parts,
    lambda p: p.PosixPath("/a/b").as_posix(),
    lambda p: p.Path("/a/b").with_suffix(".py"),
    lambda p: p.Path("/a/b").with_name("c"),
    lambda p: p.Path("/a/b").relative_to("/a"),
    lambda p: p.Path("/a/b").relative_to("/c"),
    lambda p: p.Path("/a/b").is_absolute(),
    lambda p: p.Path(),
    lambda p: p.Path("/a/b").as_uri(),
]


@pytest.mark.parametrize("number", range(len(PATHS)))
def test_pathlib(agree, number):
    agree("pathlib", PATHS[number])


@pytest.mark.parametrize(
    "function",
    [
        lambda p: p.Path("a").resolve(),
        lambda p: p.Path("a").absolute(),
        lambda p: p.Path.cwd(),
        lambda p: p.Path.home(),
        lambda p: p.Path("~/a").expanduser(),
        lambda p: p.Path("/etc/x").exists(),
        lambda p: p.Path("/etc").glob("*"),
    ],
)
def test_what_depends_on_the_server(answer, function):
    assert isinstance(answer("pathlib", function), Unknown)


@pytest.mark.parametrize(
    "function", [lambda os: os.path.abspath("a"), lambda os: os.getcwd(), lambda os: os.path.expanduser("~"), lambda os: os.cpu_count()]
)
def test_os_that_depends_on_the_server(answer, function):
    assert isinstance(answer("os", function), Unknown)


def test_files_of_the_checkout(answer, tmp_path):
    (tmp_path / "VERSION").write_text("1.2\nx")
    path = pathlib.PurePosixPath(tmp_path / "VERSION")
    assert answer("pathlib", lambda p: p.Path(path).read_text()).value == "1.2\nx"
    assert answer("pathlib", lambda p: p.Path(path).exists()).value is True
    assert answer("pathlib", lambda p: p.Path(path).is_dir()).value is False
    assert answer("os", lambda os: os.path.isfile(str(path))).value is True
    assert answer("os", lambda os: os.path.isdir(str(tmp_path))).value is True
    assert answer("builtins", lambda b: b.open(str(path)).read()).value == "1.2\nx"
    assert answer("builtins", lambda b: b.open(str(path)).readline()).value == "1.2\n"
    assert answer("io", lambda io: io.open(str(path), "rb").read()).value == b"1.2\nx"
    assert [line.value for line in answer("builtins", lambda b: b.open(str(path)).readlines()).items] == ["1.2\n", "x"]


def test_a_file_is_read_once(answer, tmp_path):
    (tmp_path / "f").write_text("x")

    def read(b):
        with b.open(str(tmp_path / "f")) as file:
            file.read()
            return file.read()

    assert isinstance(answer("builtins", read), Unknown)


def test_other_files_are_no_literals(answer):
    for value in (
        answer("builtins", lambda b: b.open("/run/secrets/key").read()),
        answer("pathlib", lambda p: p.Path("/run/secrets/key").read_text()),
    ):
        assert isinstance(value, Unknown)
        assert [(read.kind, read.name, read.present) for read in value.reads] == [("file", "/run/secrets/key", True)]
    lines = answer("builtins", lambda b: b.open("/run/secrets/key").readlines())
    assert isinstance(lines, Items)
    assert lines.rest


def test_environment(agree, answer, run):
    for function in (
        lambda os: os.environ["X"],
        lambda os: os.environ.get("X"),
        lambda os: os.environ.get("Y", "d"),
        lambda os: os.getenv("Y", 3),
        lambda os: os.environ.setdefault("X", "n"),
        lambda os: os.environ.setdefault("Y", "n"),
        lambda os: os.environ.pop("X", None),
        lambda os: os.environ.pop("Y", None),
    ):
        agree("os", function, {"X": "v"})


def test_environment_changes(answer):
    def change(os):
        os.environ["A"] = "1"
        os.environ.update({"B": "2"}, C="3")
        os.environ.setdefault("D", "4")
        os.environ.setdefault("X", "other")
        del os.environ["E"]
        return [os.environ[name] for name in "ABCDX"] + [os.environ.get("E")]

    value = answer("os", change, {"X": "v", "E": "e"})
    assert [item.value for item in value.items] == ["1", "2", "3", "4", "v", None]


def test_environment_that_the_project_sets_to_something_unknown(answer):
    def change(os):
        os.environ["A"] = Unknown("x")
        return os.environ.get("A", "d")

    assert isinstance(answer("os", change), Unknown)


def test_membership_notes_the_read(answer):
    for name, there in (("X", True), ("Y", False)):
        value = answer("os", lambda os, name=name: os.environ.contains(name), {"X": "v"})
        assert isinstance(value, Scalar)
        assert value.value is there
        assert [(read.name, read.present) for read in value.reads] == [(name, there)]


def test_the_rest_of_the_environment_is_open(answer):
    value = answer("os", lambda os: os.environ.copy(), {"X": "v"})
    assert value.entries["X"].value == "v"
    assert value.rest
    assert answer("os", lambda os: os.environ.items(), {"X": "v"}).rest
