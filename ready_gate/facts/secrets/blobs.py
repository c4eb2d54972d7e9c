"""What commits bring: each distinct blob of theirs once, with the commit and the path where it appears first. Streamed, so memory stays small."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Timer
from typing import IO

from ready_gate.errors import Unavailable
from ready_gate.facts.git_command import run_git, start_git

SECONDS = 900
CHUNK = 1_000_000
_FILES = (b"100644", b"100755")


@dataclass(frozen=True)
class Blob:
    """A version of a file. `data` is None where it is larger than the limit, `missing` says that this clone does not have it."""

    path: str
    commit: str
    data: bytes | None = None
    missing: bool = False


def blobs(root: str, revisions: Iterable[str], limit: int) -> Iterator[Blob]:
    """The blobs that these commits (`git rev-list` arguments) bring, in the order of time. Raises `Unavailable` where git cannot list them."""
    with ExitStack() as stack:
        commits = _started(stack, root, "--no-replace-objects", "rev-list", "--reverse", "--topo-order", *revisions, "--")
        changes = _started(
            stack, root, "--no-replace-objects", "diff-tree", "--stdin", "-r", "-z", "-c", "--root", "--no-renames", "--relative", stdin=_out(commits)
        )
        _out(commits).close()  # diff-tree alone holds it now, and sees its end
        contents = _started(stack, root, "--no-replace-objects", "cat-file", "--batch", stdin=subprocess.PIPE)
        for id, commit, path in _first_appearances(_out(changes)):
            yield _content(contents, id, commit, path, limit)
        if commits.wait() or changes.wait():
            raise Unavailable("git could not list the commits, or took too long")


def date_of(root: str, commit: str) -> str | None:
    """The day on which the author made a commit (UTC), ISO."""
    from datetime import datetime, timezone

    text = run_git(root, "cat-file", "commit", commit) or b""
    author = next((line for line in text.split(b"\n\n")[0].split(b"\n") if line.startswith(b"author ")), b"")
    seconds = author.split(b" ")[-2:-1]
    if not seconds or not seconds[0].isdigit() or len(seconds[0]) > 11:
        return None
    return datetime.fromtimestamp(int(seconds[0]), timezone.utc).date().isoformat()


def _started(stack: ExitStack, root: str, *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    process = start_git(root, *arguments, stdin=stdin)
    stack.callback(process.wait)
    stack.callback(process.kill)
    timer = Timer(SECONDS, process.kill)
    timer.daemon = True
    timer.start()
    stack.callback(timer.cancel)
    return process


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdout is None:
        raise Unavailable("git gives no output")
    return process.stdout


def _first_appearances(stream: IO[bytes]) -> Iterator[tuple[bytes, str, bytes]]:
    """Blob, commit and path of each file version, when it appears first. Of merges only what is in none of the parents."""
    seen: set[bytes] = set()
    commit = ""
    parts = _parts(stream)
    for part in parts:
        if not part.startswith(b":"):
            commit = part.decode("ascii", "replace").strip()
            continue
        path = next(parts, b"")
        parents = len(part) - len(part.lstrip(b":"))
        words = part.lstrip(b":").split(b" ")
        mode, id = words[parents], words[2 * parents + 1]
        if mode in _FILES and (key := bytes.fromhex(id.decode())) not in seen:
            seen.add(key)
            yield id, commit, path


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read1(CHUNK):  # type: ignore[attr-defined]
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _content(process: subprocess.Popen[bytes], id: bytes, commit: str, path: bytes, limit: int) -> Blob:
    stdin, stdout = process.stdin, _out(process)
    shown = path.decode("utf-8", "replace")
    try:
        if stdin is not None:
            stdin.write(id + b"\n")
            stdin.flush()
    except OSError:
        raise Unavailable("git could not read the history, or took too long") from None
    head = stdout.readline().split()
    if len(head) != 3:
        if not head:
            raise Unavailable("git could not read the history, or took too long")
        return Blob(shown, commit, missing=True)
    size = int(head[2])
    data = stdout.read(size) if size <= limit else None
    left = size if data is None else 0
    while left > 0 and (chunk := stdout.read(min(left, CHUNK))):
        left -= len(chunk)
    stdout.read(1)
    return Blob(shown, commit, data)
