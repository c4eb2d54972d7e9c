import os

import pytest

from ready_gate.facts.python.values import Choice, Scalar, Unknown

FILE = """
A=1
export B='single $A'
C="x${A}y${NONE:-d}"
D=a b # comment
E=
F
G="line\\nbreak"
H=${P}
I=${A
bad line here=1=
A2=${B}
"""
NAMES = "A B C D E F G H I A2 P X".split()  # noqa: SIM905


@pytest.mark.parametrize("override", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_load_dotenv(run, monkeypatch, tmp_path, name, override):
    import dotenv

    path = tmp_path / "my.env"
    path.write_text(FILE)
    for key in list(os.environ):
        monkeypatch.delenv(key)
    for key, value in {"P": "p", "A": "production"}.items():
        monkeypatch.setenv(key, value)
    made = run(P="p", A="production")
    made.ask("dotenv.load_dotenv", [Scalar(str(path))], {"override": Scalar(override)})
    dotenv.load_dotenv(path, override=override)
    assert (made.environment[name].value if name in made.environment else None) == os.environ.get(name)
    for key in NAMES:
        monkeypatch.delenv(key, raising=False)


@pytest.mark.parametrize("interpolate", [True, False])
def test_dotenv_values(agree, tmp_path, interpolate):
    (tmp_path / "my.env").write_text(FILE)
    agree("dotenv", lambda dotenv: dotenv.dotenv_values(tmp_path / "my.env", interpolate=interpolate), {"P": "p"})


def test_variables_of_the_server_are_not_known(run, tmp_path):
    (tmp_path / "my.env").write_text("A=${HOME}/x\nB=1")
    made = run()
    made.ask("dotenv.load_dotenv", [Scalar(str(tmp_path / "my.env"))], {})
    assert "A" not in made.environment
    assert "HOME" in made.doubtful["A"]
    assert made.environment["B"].value == "1"
    assert str(made.environment["B"].at) == "my.env:2"


def test_found_upwards(run, tmp_path):
    (tmp_path / ".env").write_text("A=1")
    made = run()
    made.ask("dotenv.load_dotenv", [], {})
    assert made.environment["A"].value == "1"
    found = made.ask("dotenv.find_dotenv", [], {})
    assert found.value == str(tmp_path / ".env")


def test_absent_file(run):
    made = run(A="1")
    assert isinstance(made.ask("dotenv.load_dotenv", [], {}), Unknown)
    assert isinstance(made.ask("dotenv.find_dotenv", [], {}), Unknown)
    assert list(made.environment) == ["A"]
    values = made.ask("dotenv.dotenv_values", [Scalar("/etc/app.env")], {})
    assert values.rest
    assert [read.kind for read in values.reads] == ["file"]


def test_one_of_several_files(run, tmp_path):
    (tmp_path / "a.env").write_text("A=1\nP=2")
    (tmp_path / "b.env").write_text("B=1")
    made = run(P="p")
    made.ask("dotenv.load_dotenv", [Choice(options=(Scalar(str(tmp_path / "a.env")), Scalar(str(tmp_path / "b.env"))))], {})
    assert set(made.doubtful) == {"A", "B"}
