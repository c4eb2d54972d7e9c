"""How a file is read: when it is parsed, what is left out, and that no file breaks it."""

from __future__ import annotations

import ast

import pytest

from ready_gate.facts.secrets.named import NamedCandidate, candidates

_NAME = "pass" + "word"  # in one word it would be found here


def _read(path: str, text: str | bytes) -> list[NamedCandidate]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(candidates(path, data, lambda: ast.parse(data)))


def test_python_is_parsed_only_where_a_line_looks_like_a_find() -> None:
    def tree() -> ast.Module:
        raise AssertionError("parsed")

    assert not list(candidates("shop/forms.py", f'{_NAME} = "{_NAME}"\nlabel = _("Enter your {_NAME}")\n'.encode(), tree))


def test_python_is_parsed_once() -> None:
    asked: list[int] = []
    data = f'DB_{_NAME.upper()} = "hunter2x"\nconnect(host="db", {_NAME}="hunter2y")\n'.encode()

    def tree() -> ast.Module:
        asked.append(1)
        return ast.parse(data)

    assert len(list(candidates("shop/settings.py", data, tree))) == 2
    assert asked == [1]


def test_python_that_cannot_be_parsed_is_read_by_its_lines() -> None:
    data = f'print "old"\nDB_{_NAME.upper()} = "hunter2x"\n'.encode()
    assert [found.line for found in candidates("shop/settings.py", data, lambda: None)] == [2]


def test_a_find_says_where_it_is_and_shows_nothing() -> None:
    (found,) = _read(".env", f"\nDB_{_NAME.upper()}=hunter2x\n")
    assert (found.kind, found.name, found.line, found.column) == ("database-password", f"DB_{_NAME.upper()}", 2, 13)
    assert found.setting and not found.weak
    assert found.secret.reveal() == "hunter2x"
    assert "hunter2x" not in repr(found)


def test_the_column_is_that_of_the_value_in_python() -> None:
    (found,) = _read("a.py", f'api_{"to" + "ken"} = "f3a9c1d7e5b2084697ac31de"\n')
    assert (found.line, found.column) == (1, 13)


def test_weak_values_of_templates_are_left_out() -> None:
    line = f"DB_{_NAME.upper()}=postgres\n"
    assert _read(".env", line)[0].weak
    assert not _read(".env.example", line)


def test_the_same_value_in_two_forms_is_one_find() -> None:
    assert len(_read("deploy.yml", f"DB_{_NAME.upper()}: hunter2x(y\n")) == 1


@pytest.mark.parametrize("path", ["locale/de.json", "package.json", "poetry.lock", "app.min.js", "messages.po"])
def test_files_that_hold_no_secrets_are_passed_over(path: str) -> None:
    assert not _read(path, f'{{"{_NAME}": "hunter2x4711"}}')


@pytest.mark.parametrize("path", ["a.py", "a.js", "a.yml", "a.json", ".env", "a.md", "a.xml", "a.tf", "a.sh", "a.sql", "a.toml", "id.key"])
@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"\n", b"\xff\xfe\x00", _NAME.encode() * 20_000, b"secret" + b" " * 50_000, b"https://" + b"a" * 100_000),
        *((_NAME + "='").encode() * 3_000, (_NAME + '="\\').encode() * 3_000, (_NAME + "=\xe9\xff\x00abc1\r\n").encode("latin-1") * 300),
        *(b"kind: Secret\n" + b"[" * 50_000, b"kind: Secret\ndata: {a: !!binary x, b: [1], ? c}\n", b"<" + _NAME.encode() * 5_000),
    ],
)
def test_no_file_breaks_it(path: str, data: bytes) -> None:
    for found in candidates(path, data, lambda: None):
        assert found.line >= 1 and found.column >= 1
