"""What of a file's bytes is searched: text, whatever its encoding, and of notebooks the cells; never archives and other binary files."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass

LOOKED_AT = 8_000  # bytes in which a NUL makes a file a binary one
MAX_NOTEBOOK = 10_000_000
LONG_LINE = 5_000
_BINARY = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"RIFF",
    b"\x7fELF",
    b"wOF",
)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FIRST = tuple(mark for mark, _ in _MARKS)
# What a program wrote for a program: tokens are looked for, names of values mean nothing there.
_GENERATED = re.compile(
    r"(^|/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|cargo\.lock|"
    r"composer\.lock|gemfile\.lock|go\.sum|flake\.lock)$|[.-]min\.(js|css|mjs)$|\.(map|svg)$",
    re.I,
)


@dataclass(frozen=True)
class Text:
    """What is searched of a file, in UTF-8 where its encoding could be told. `lines` are the file's numbers of the text's lines, where they
    differ; `first` is the line that the text begins with. `generated`: no person wrote it."""

    path: str
    data: bytes
    lines: tuple[int, ...] = ()
    first: int = 1
    generated: bool = False

    def line_of(self, offset: int) -> int:
        """The line of the file, from 1, in which this byte of the text stands."""
        return self.line(self.data.count(b"\n", 0, offset) + 1)

    def line(self, number: int) -> int:
        """The line of the file behind a line of the text."""
        if not self.lines:
            return number + self.first - 1
        return self.lines[min(number, len(self.lines)) - 1]

    def written(self, number: int) -> bytes:
        """A line of the text, without its end. `number` counts in the text."""
        lines = self.data.split(b"\n", number)
        return lines[number - 1] if 0 < number <= len(lines) else b""


def text_of(path: str, data: bytes) -> Text | None:
    """What is searched of a file with these bytes; None for a binary file."""
    encoding = _encoding(data[:LOOKED_AT])
    if encoding is None:
        return None
    readable = data[: len(data) // 4 * 4 or None].decode(encoding, "replace").encode() if encoding else data
    if path.endswith((".ipynb", ".IPYNB")) and len(readable) <= MAX_NOTEBOOK:
        return _notebook(path, readable)
    return Text(path, readable, generated=is_generated(path, readable))


def is_generated(path: str, data: bytes) -> bool:
    """Whether a program wrote the file: a lock file, a source map, or code without line breaks."""
    if path.endswith((".js", ".mjs", ".css")) and len(data) > LONG_LINE and data.count(b"\n") * LONG_LINE < len(data):
        return True
    return bool(_GENERATED.search(path))


def is_binary(data: bytes) -> bool:
    """Whether the first bytes of a file are those of no text."""
    return _encoding(data[:LOOKED_AT]) is None


def _encoding(head: bytes) -> str | None:
    """The encoding of a text whose letters take two bytes or four, by its mark or by where its zeros are; the empty text where every byte is
    searched as it is, None where the file is no text."""
    if head.startswith(_BINARY):
        return None
    if head.startswith(_FIRST):
        return next(encoding for mark, encoding in _MARKS if head.startswith(mark))
    if b"\0" not in head:
        return ""
    even, odd = head[::2], head[1::2]
    for zeros, letters, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) > 0.7 * len(zeros) and b"\0" not in letters:
            return encoding
    return None


def _notebook(path: str, data: bytes) -> Text:
    """A notebook with its strings as people see them in place of how JSON writes them. Written line by line, each stays on its line of the file."""
    texts: list[bytes] = []
    lines: list[int] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        for part in _shown(line).split(b"\n"):
            texts.append(part)
            lines.append(number)
    return Text(path, b"\n".join(texts), tuple(lines))


def _shown(line: bytes) -> bytes:
    """A line that is one string of JSON as its text; any other with its escapes taken out of the strings in it."""
    bare = line.strip().removesuffix(b",")
    if len(bare) > 1 and bare.startswith(b'"') and bare.endswith(b'"'):
        with suppress(ValueError):
            return str(json.loads(bare)).removesuffix("\n").encode("utf-8", "replace")
    return line.replace(b"\\n", b"\n").replace(b'\\"', b'"').replace(b"\\t", b"\t") if b"\\" in line else line


def part_of(path: str, first: int, data: bytes) -> Text:
    """A part of a file that is too large to be searched whole, from this line on. Of wide letters the zeros are left out."""
    return Text(path, data.replace(b"\0", b""), first=first, generated=True)
