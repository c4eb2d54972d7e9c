"""Keeps what Hyperscan compiled between runs: a file a set of patterns, checked before it is used, and never anything that runs code when it is read.

A file is `MAGIC`, a hash of the rest, the indexes of the patterns that are not in the database as JSON in one line, and the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence

MAGIC = b"ready-gate patterns 1\n"
MAX_BYTES = 64_000_000
KEPT = 4  # older files are removed when a new one is written


def key(parts: Iterable[str]) -> str:
    """The name of what is compiled from these parts by this version."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


def read(folder: str | None, name: str) -> tuple[bytes, tuple[int, ...]] | None:
    """The database and the patterns that are not in it; None where nothing is kept, or what is kept is not ours, not whole or not of this version."""
    if folder is None:
        return None
    try:
        with open(_path(folder, name), "rb", opener=_open) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022 or status.st_size > MAX_BYTES:
                return None
            data = file.read()
    except OSError:
        return None
    return _unpacked(data, name)


def write(folder: str | None, name: str, database: bytes, others: Sequence[int]) -> None:
    """Keep it, whole or not at all. Where that cannot be done nothing is lost but time."""
    if folder is None:
        return
    body = json.dumps(list(others)).encode() + b"\n" + database
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".patterns-")
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + _digest(name, body) + body)
        os.replace(temporary, _path(folder, name))
        _tidy(folder)
    except OSError:
        return


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, f"patterns-{name}.hs")


def _digest(name: str, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=name.encode()[:64], digest_size=32).digest()


def _unpacked(data: bytes, name: str) -> tuple[bytes, tuple[int, ...]] | None:
    start = len(MAGIC) + 32
    body = data[start:]
    if data[: len(MAGIC)] != MAGIC or data[len(MAGIC) : start] != _digest(name, body):
        return None
    first, _, database = body.partition(b"\n")
    return database, tuple(json.loads(first))


def _tidy(folder: str) -> None:
    kept = [entry for entry in os.scandir(folder) if entry.name.startswith(("patterns-", ".patterns-"))]
    for entry in sorted(kept, key=lambda entry: entry.stat().st_mtime, reverse=True)[KEPT:]:
        os.unlink(entry.path)
