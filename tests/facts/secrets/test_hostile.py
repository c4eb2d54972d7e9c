"""Hostile input: bounded in time and memory, whatever a repository holds."""

import time
import tracemalloc

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.secrets import named, rules
from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.finder import Finder
from ready_gate.facts.secrets.texts import text_of
from ready_gate.facts.views import Options

SIZE = 200_000
FINDER = Finder(Engine(rules.load(), named.PREFILTER))
LINES = {
    "passwords": "password" * (SIZE // 8),
    "secrets-and-blanks": ("secret" + " " * 44) * (SIZE // 50),
    "address": "https://" + "a" * SIZE,
    "words": "x-y_z." * (SIZE // 6),
    "assignments": "password='a8Fh2kLm9x';" * (SIZE // 22),
    "keys": "AK" + "IAQ7RZ5XK2MVPLWJEN " * (SIZE // 19),
    "quotes": "key='" * (SIZE // 5),
    "brackets": "token: [" * (SIZE // 8),
    "base64": "eyJ" + "hbGciOiJIUzI1NiJ9" * (SIZE // 17),
    "begin": "-----BEGIN PRIVATE KEY-----" * (SIZE // 27),
    "blanks": "secret:" + " " * SIZE,
    "remarks": "# ready-gate: allow " * (SIZE // 20),
    "escapes": '"password\\": \\"' * (SIZE // 14),
}


@pytest.mark.parametrize("ending", ["py", "js", "yml", "json", "env", "txt", "ipynb", "xml", "sh"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_long_lines(line, ending):
    """Two seconds of a busy machine; an idle one takes a tenth."""
    started = time.process_time()
    FINDER.sightings(text_of(f"a.{ending}", line.encode()), lambda: None)
    assert time.process_time() - started < 2


def test_a_large_file_is_searched_piece_by_piece(tmp_path):
    with (tmp_path / "dump.sql").open("wb") as file:
        for number in range(100):
            file.write(b"INSERT INTO a VALUES ('x', 'y');\n" * 30_000 + b"\n" * number)
        file.write(b"id = AK" + b"IAQ7RZ5XK2MVPLWJEN\n")
    tracemalloc.start()
    (found,) = Facts({"options": Options(str(tmp_path))})["secrets"].found
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.places[0].line == 3_000_000 + sum(range(100)) + 1
    assert peak < 60_000_000


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"\xff\xfea", b"\xfe\xff\0", b"\xef\xbb\xbf", b"", b"\0", b"a\0", b"\0a", b"\xd8\x00" * 50, b"\x80" * 5000]
)
def test_broken_encodings(data):
    text = text_of("a.py", data)
    assert text is None or FINDER.sightings(text, lambda: None) == []
