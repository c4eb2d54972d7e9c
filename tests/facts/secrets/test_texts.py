"""What of a file is searched."""

import json

import pytest

from ready_gate.facts.secrets.texts import is_binary, text_of

LINE = "PASSWORT = 'größe'\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_are_read(encoding):
    assert b"PASSWORT = '" in text_of("a.ini", LINE.encode(encoding)).data


def test_latin_1_is_searched_as_it_is():
    assert text_of("a.ini", LINE.encode("latin-1")).data == LINE.encode("latin-1")


@pytest.mark.parametrize(
    "data", [b"\x7fELF\x02\x01", b"PK\x03\x04abc", b"\x1f\x8b\x08", b"%PDF-1.7\n", b"\x89PNG\r\n", b"abc\0def" * 20, b"\0\0\0\0"]
)
def test_binary_files_are_not(data):
    assert is_binary(data) and text_of("a", data) is None


def test_lines_of_a_notebook_are_those_of_the_file():
    cell = {"cell_type": "code", "source": ["import os\n", 'key = "abc"\n'], "outputs": [{"text": ["token: xyz\n"]}]}
    written = json.dumps({"cells": [cell]}, indent=1)
    text = text_of("a.ipynb", written.encode())
    lines = written.split("\n")
    for wanted, there in (("key =", '"key ='), ("token:", '"token:')):
        (number,) = [index for index, line in enumerate(lines, 1) if there in line]
        assert text.line_of(text.data.index(wanted.encode())) == number
    assert b'\nkey = "abc"\n' in text.data


def test_a_notebook_in_one_line_is_read_too():
    text = text_of("a.ipynb", json.dumps({"cells": [{"source": 'a = 1\nkey = "abc"\n'}]}).encode())
    assert b'\nkey = "abc"\n' in text.data and text.line_of(text.data.index(b"key")) == 1


def test_a_notebook_that_is_none_is_searched_as_it_is():
    assert text_of("a.ipynb", b'{"key": "abc\\"').data.startswith(b'{"key": "abc')


@pytest.mark.parametrize("path", ["package-lock.json", "web/yarn.lock", "static/jquery.min.js", "app.js.map", "logo.svg"])
def test_generated_files(path):
    assert text_of(path, b"{}").generated


def test_code_without_line_breaks_is_generated():
    assert text_of("bundle.js", b"x=1;" * 5000).generated
    assert not text_of("bundle.js", b"x=1;\n" * 5000).generated
    assert not text_of("settings.py", b"x=1;" * 5000).generated
