"""Database dumps that hold rows, among the tracked SQL files."""

from __future__ import annotations

import re

from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Dumps, Git

MAX_FILES = 200
MAX_BYTES = 20_000_000
ARCHIVE = b"PGDMP"  # pg_dump's own format, whatever the file is called

# What pg_dump, mysqldump, mariadb-dump, phpMyAdmin and sqlite3's .dump write first; a hand-written seed file has none of these.
_HEADER = re.compile(
    r"^-- (PostgreSQL database (cluster )?dump|MySQL dump|MariaDB dump|phpMyAdmin SQL Dump)|^/\*.{0,40}sandbox mode|^PRAGMA foreign_keys=OFF;", re.M
)
_COPIED_ROW = re.compile(r"^COPY [^\n]{1,2000} FROM stdin;\r?\n(?!\\\.)", re.M | re.I)
_INSERTED_ROW = re.compile(r"^INSERT INTO ", re.M | re.I)


@fact
def dumps(tree: Tree, git: Git) -> Dumps:
    """Raises what `git` raises: without it nothing is tracked."""
    paths = sorted(path for path in git.tracked if path.lower().endswith(".sql"))
    found = {path: has_rows(tree, path) for path in paths[:MAX_FILES]}
    unread = [path for path, rows in found.items() if rows is None]
    return Dumps(tuple(path for path, rows in found.items() if rows), (*unread, *paths[MAX_FILES:]))


def has_rows(tree: Tree, path: str) -> bool | None:
    """Whether it was written by a dump program and holds rows; None where it cannot be read."""
    if (tree.read_bytes(path, MAX_BYTES) or b"").startswith(ARCHIVE):
        return True
    text = tree.read(path, MAX_BYTES)
    if text is None:
        return None
    return bool(_HEADER.search(text[:4000])) and bool(_COPIED_ROW.search(text) or _INSERTED_ROW.search(text))
