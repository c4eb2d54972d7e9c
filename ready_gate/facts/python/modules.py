"""The project's Python files: parsed once each, and found by their dotted module names."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Protocol

from ready_gate.facts.registry import fact

MAX_BYTES = 5_000_000
MAX_PARAMETERS = 500
_GENERIC = re.compile(rb"^([ \t]{0,100}(?:(?:async[ \t]{1,5})?def|class|type)[ \t]{1,5}\w{1,100})\[", re.M)
_ALIAS = re.compile(rb"^([ \t]{0,100})type[ \t]{1,5}(\w{1,100}[ \t]{0,5}=)", re.M)


class Files(Protocol):
    """What is asked of the checkout's tree. Paths are relative to its root, with `/`."""

    root: str

    @property
    def files(self) -> Sequence[str]:
        """What is part of the checkout."""

    def read(self, path: str) -> str | None:
        """The text, None where it is absent, outside of the root, too large or not text."""

    def read_bytes(self, path: str, limit: int) -> bytes | None:
        """The bytes, None where it is absent, outside of the root or larger than `limit`."""


class UnreadableSource(Exception):
    """A Python file that cannot be parsed, with the line where there is one."""

    def __init__(self, message: str, path: str, line: int | None = None) -> None:
        self.message, self.path, self.line = message, path, line
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


@dataclass(frozen=True)
class Found:
    """Where a dotted module is. `path` is its file, None for a namespace package."""

    dotted: str
    path: str | None
    is_package: bool


class Sources:
    """The parsed Python files of a checkout."""

    def __init__(self, tree: Files) -> None:
        self.tree = tree
        self._parsed: dict[str, ast.Module | UnreadableSource] = {}
        self._mentions: dict[str, bool] = {}
        self._files: frozenset[str] | None = None
        self._folders: set[str] | None = None
        self._lock = RLock()

    def parse(self, path: str) -> ast.Module:
        """The syntax tree of the file; raises `UnreadableSource`, the same one each time."""
        with self._lock:
            if path not in self._parsed:
                self._parsed[path] = self._parse(path)
            result = self._parsed[path]
        if isinstance(result, UnreadableSource):
            raise result
        return result

    def _parse(self, path: str) -> ast.Module | UnreadableSource:
        data = self.tree.read_bytes(path, MAX_BYTES)
        if data is None:
            return UnreadableSource("cannot be read (absent, too large, or outside of the checkout)", path)
        try:
            return parse_source(data)
        except SyntaxError as error:
            if "codec" in error.msg or "encoding" in error.msg:
                return UnreadableSource("not in the encoding that Python reads it with", path)
            running = f"{sys.version_info.major}.{sys.version_info.minor}"
            return UnreadableSource(f"not valid Python {running} syntax (or newer than it)", path, error.lineno)
        except ValueError:
            return UnreadableSource("not Python: it contains null bytes", path)
        except (RecursionError, MemoryError):
            return UnreadableSource("too deeply nested to be read", path)

    def resolve(self, dotted: str, folders: Sequence[str]) -> Found | None:
        """The module of that name, looked for in the folders in order (relative to the root, `.` for the root itself)."""
        tail = dotted.replace(".", "/")
        spaces = []
        for folder in folders:
            base = posixpath.normpath(posixpath.join(folder, tail))
            if f"{base}/__init__.py" in self.files():
                return Found(dotted, f"{base}/__init__.py", True)
            if f"{base}.py" in self.files():
                return Found(dotted, f"{base}.py", False)
            if base in self.folders():
                spaces.append(base)
        return Found(dotted, None, True) if spaces else None

    def mentions(self, path: str, words: Sequence[bytes]) -> bool:
        """Whether the file has one of these words in it."""
        if path not in self._mentions:
            data = self.tree.read_bytes(path, MAX_BYTES) or b""
            self._mentions[path] = any(word in data for word in words)
        return self._mentions[path]

    def files(self) -> frozenset[str]:
        """The files of the checkout."""
        if self._files is None:
            self._files = frozenset(self.tree.files)
        return self._files

    def has_folder(self, path: str) -> bool:
        """Whether a folder of that path holds any file of the checkout."""
        files = self.tree.files
        place = bisect_left(files, path + "/")
        return place < len(files) and files[place].startswith(path + "/")

    def folders(self) -> set[str]:
        """The folders with Python files somewhere below them."""
        if self._folders is None:
            found: set[str] = set()
            for path in self.tree.files:
                here = posixpath.dirname(path) if path.endswith(".py") else ""
                while here and here not in found:
                    found.add(here)
                    here = posixpath.dirname(here)
            self._folders = found
        return self._folders


def parse_source(source: bytes | str) -> ast.Module:
    """Parse a module without printing the warnings that its code deserves. Bytes are decoded as Python does, by their mark or their coding line."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except SyntaxError:
            plain = without_type_parameters(source) if isinstance(source, bytes) and sys.version_info < (3, 12) else None
            if plain is None:
                raise
            return ast.parse(plain)


def parsed(source: bytes) -> ast.Module | None:
    """The syntax tree of a module that is no file of the checkout; None where it cannot be read."""
    try:
        return parse_source(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def without_type_parameters(source: bytes) -> bytes | None:
    """The source of Python 3.12 for an older parser: `def first[T](…)`, `class Box[T]` and `type Pair[T] = …` without what only says types, line for
    line. None where there is nothing of the kind."""
    parts: list[bytes] = []
    done = 0
    for match in _GENERIC.finditer(source):
        end = _closing(source, match.end() - 1)
        if match.start() >= done and end is not None:
            parts += [source[done : match.start()], match[1], b"\\\n" * source.count(b"\n", match.end() - 1, end)]
            done = end
    plain = _ALIAS.sub(rb"\1\2", b"".join([*parts, source[done:]]))
    return plain if plain != source else None


def _closing(source: bytes, start: int) -> int | None:
    """Behind the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, min(start + MAX_PARAMETERS, len(source))):
        depth += {ord("["): 1, ord("]"): -1}.get(source[place], 0)
        if not depth:
            return place + 1
    return None


def parse_expression(text: str) -> ast.Expression:
    """The same for a single expression."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.strip(), mode="eval")


@fact
def sources(tree: Files) -> Sources:
    """The project's parsed Python files."""
    return Sources(tree)
