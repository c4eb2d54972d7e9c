"""The project's files as texts to search, one at a time, and what of them is not searched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from ready_gate.facts import tree as places
from ready_gate.facts.names import is_production
from ready_gate.facts.secrets.texts import Text, is_binary, part_of, text_of
from ready_gate.facts.tree import Tree

FIRST_READ = 262_144
MAX_WHOLE = 5_000_000  # bytes of a file that are searched in one piece
MAX_BYTES = 200_000_000
PIECE = 2_000_000
OVERLAP = 16_384  # bytes that two pieces share, so that nothing is cut in two
EXAMPLES = 3
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[\w.-]{0,60}\.ya?ml$")


class Skipped:
    """What was not searched: paths by the reason."""

    def __init__(self) -> None:
        self._count: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    def add(self, reason: str, *paths: str) -> None:
        """Note these paths."""
        self._count[reason] = self._count.get(reason, 0) + len(paths)
        shown = self._examples.setdefault(reason, [])
        shown += [printable(path) for path in paths[: EXAMPLES - len(shown)]]

    def sentences(self) -> tuple[str, ...]:
        """One for each reason, with how many there are and the first of them."""
        return tuple(self._sentence(reason, count) for reason, count in self._count.items() if count)

    def _sentence(self, reason: str, count: int) -> str:
        shown = ", ".join(self._examples[reason]) + (", …" if count > EXAMPLES else "")
        return f"not searched: {count} {'file' if count == 1 else 'files'}, {reason} ({shown})"


def texts(tree: Tree, skipped: Skipped) -> Iterator[Text]:
    """All texts of the project; a large file comes in pieces."""
    for path in tree.files:
        yield from _texts_of(tree, path, skipped)
    for reason, paths in tree.left_out.items():
        if reason == places.ODD:
            for path in paths:
                yield from _texts_of(tree, path, skipped)
        else:
            skipped.add(reason, *paths)


def for_development(paths: Iterable[str]) -> frozenset[str]:
    """The plain Compose files in folders that have another one for production."""
    compose = [path for path in paths if _COMPOSE.search(path)]
    live = {path.rpartition("/")[0] for path in compose if is_production(path)}
    return frozenset(path for path in compose if path.rpartition("/")[0] in live and not is_production(path))


def printable(path: str) -> str:
    """A path whose odd letters are spelled out, so that it stays on its line."""
    return path if path.isprintable() else "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in path)


def _texts_of(tree: Tree, path: str, skipped: Skipped) -> Iterator[Text]:
    handle = tree.open(path)
    if handle is None:
        skipped.add("they cannot be read", path)
        return
    try:
        yield from _read(handle, path, skipped)
    except OSError:
        skipped.add("they cannot be read", path)
    finally:
        os.close(handle)


def _read(handle: int, path: str, skipped: Skipped) -> Iterator[Text]:
    data = os.read(handle, FIRST_READ)
    if is_binary(data):
        skipped.add("binary", path)
        return
    if len(data) == FIRST_READ:
        size = os.fstat(handle).st_size
        if size > MAX_BYTES:
            skipped.add(f"larger than {MAX_BYTES // 1_000_000} MB", path)
            return
        if size > MAX_WHOLE:
            yield from _in_pieces(handle, path, data)
            return
        data += _rest(handle, MAX_WHOLE - len(data))
    text = text_of(printable(path), data)
    if text is not None:
        yield text


def _rest(handle: int, limit: int) -> bytes:
    chunks: list[bytes] = []
    while limit > 0 and (chunk := os.read(handle, limit)):
        chunks.append(chunk)
        limit -= len(chunk)
    return b"".join(chunks)


def _in_pieces(handle: int, path: str, data: bytes) -> Iterator[Text]:
    """A large file, of which no more than a piece is held."""
    line, seen = 1, len(data)
    while data:
        more = _rest(handle, min(PIECE, MAX_BYTES - seen))
        data, seen = data + more, seen + len(more)
        yield part_of(printable(path), line, data)
        kept = data[-OVERLAP:] if more else b""
        line += data.count(b"\n", 0, len(data) - len(kept))
        data = kept
