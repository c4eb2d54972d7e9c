"""What git knows of migration files: which are not in it, and which differ from the commit that a release is compared with."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ready_gate.errors import Unavailable
from ready_gate.facts.git_command import run_git
from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.tree import Tree

MAX_COMPARED = 200
MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Checkout:
    """`tracked` are the files that git has, None without git; `base` the blobs of the base commit by path, None where there is no base."""

    tree: Tree
    tracked: frozenset[str] | None
    base: Mapping[str, str] | None = None
    doubt: str | None = None
    compared: list[str] = field(default_factory=list)

    def missing(self, paths: Iterable[str], beside: str) -> list[str]:
        """Which of the files git does not have, in an app of which it has something (its folder is `beside`)."""
        if self.tracked is None or not any(path.startswith(beside + "/") or beside == "." for path in self.tracked):
            return []
        return [path for path in paths if path not in self.tracked]

    def ignored(self, *paths: str) -> frozenset[str]:
        """Which of the paths `.gitignore` covers."""
        try:
            return self.tree.ignored(*paths) or frozenset() if self.tracked is not None else frozenset()
        except Unavailable:
            return frozenset()

    def is_new(self, path: str) -> bool | None:
        """Whether the base commit lacks the file; None without a base."""
        return None if self.base is None else path not in self.base

    def is_edited(self, path: str) -> bool:
        """Whether the base commit has it with other code; layout and comments do not count."""
        blob = (self.base or {}).get(path)
        data = self.tree.read_bytes(path, MAX_BYTES) if blob else None
        if blob is None or data is None or _blob(data, blob) == blob or len(self.compared) >= MAX_COMPARED:
            return False
        self.compared.append(path)
        before = run_git(self.tree.root, "cat-file", "blob", blob)
        return before is not None and _code(before) != _code(data)

    def gone(self, folder: str, there: Iterable[str]) -> list[str]:
        """The migrations that the base commit has in that folder, and that are not there any more."""
        left = {*there}
        return [path for path in self.base or () if _directly_in(path, folder) and path not in left]


def look(tree: Tree, base: str | None) -> Checkout:
    """What git says, as far as it can be asked."""
    try:
        tracked = tree.tracked
        if tracked is None or base is None:
            return Checkout(tree, tracked or None)
        listed = run_git(tree.root, "ls-tree", "-r", "-z", "--end-of-options", f"{base}^{{commit}}")
    except Unavailable as reason:
        return Checkout(tree, None, doubt=str(reason))
    if listed is None:
        return Checkout(tree, tracked or None, doubt=f"the base commit {base} is not in this clone")
    return Checkout(tree, tracked or None, dict(_entries(listed)))


def _entries(listed: bytes) -> Iterable[tuple[str, str]]:
    for entry in listed.split(b"\0"):
        meta, _, name = entry.partition(b"\t")
        parts = meta.split()
        if len(parts) == 3 and name.endswith(b".py"):
            yield os.fsdecode(name), parts[2].decode("ascii", "replace")


def _blob(data: bytes, like: str) -> str:
    kind = hashlib.sha256 if len(like) == 64 else hashlib.sha1
    return kind(b"blob %d\0" % len(data) + data).hexdigest()


def _code(data: bytes) -> str:
    """The code without its layout; the bytes where they cannot be parsed."""
    try:
        return ast.dump(parse_source(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return repr(data)


def _directly_in(path: str, folder: str) -> bool:
    head, _, name = path.rpartition("/")
    return head == folder and name[0] not in "_~."
