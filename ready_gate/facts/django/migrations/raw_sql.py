"""What SQL in a migration does to tables that are in use, as far as its first words tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.facts.views.schema import Named

MAX_TEXT = 50_000
MAX_STATEMENTS = 200
EXCLUSIVE = "ACCESS EXCLUSIVE"
_COMMENT = re.compile(r"--[^\n]{0,2000}")
_WORDS = re.compile(r"\w{1,60}")
# Words in this order make the kind, unless one of the words behind them is there too; why, and the lock.
STEPS: tuple[tuple[str, str, str, str, str], ...] = (
    ("CREATE INDEX", "CONCURRENTLY", "unsafe-index", "CREATE INDEX without CONCURRENTLY stops writes until the index is built", "SHARE"),
    ("DROP TABLE", "", "unsafe-drop", "DROP TABLE takes a table away that the running release may use", EXCLUSIVE),
    ("ALTER TABLE DROP COLUMN", "", "unsafe-drop", "DROP COLUMN takes a column away that the running release may use", EXCLUSIVE),
    ("ALTER TABLE RENAME", "", "unsafe-rename", "RENAME takes a name away that the running release uses", EXCLUSIVE),
    ("ALTER TABLE ALTER TYPE", "", "unsafe-type-change", "a change of the type may rewrite the table", EXCLUSIVE),
    ("ALTER TABLE ALTER SET NOT NULL", "", "unsafe-set-not-null", "SET NOT NULL reads the whole table", EXCLUSIVE),
    ("ALTER TABLE ADD CONSTRAINT", "VALID USING", "unsafe-constraint", "ADD CONSTRAINT without NOT VALID reads the whole table", EXCLUSIVE),
)


def statements(written: object) -> Iterator[list[str]]:
    """The words of each statement, in capitals; nothing of texts that are not known."""
    for text in _texts(written, 0):
        plain = _COMMENT.sub(" ", text[:MAX_TEXT])
        for statement in plain.split(";", MAX_STATEMENTS)[:MAX_STATEMENTS]:
            words = [word.upper() for word in _WORDS.findall(statement[:5_000])]
            if words:
                yield words


def _texts(written: object, depth: int) -> Iterator[str]:
    if isinstance(written, str):
        yield written
    elif isinstance(written, (list, tuple)) and depth < 3:
        for part in written[:MAX_STATEMENTS]:
            yield from _texts(part, depth + 1)


def is_nothing(written: object) -> bool:
    """Whether it is given and does nothing on purpose (`RunSQL.noop`)."""
    return written == "" or (isinstance(written, Named) and written.dotted.endswith(".noop"))


def harms(written: object) -> Iterator[tuple[str, str, str]]:
    """Kind, reason and lock of what the statements do to tables. A table that the same text creates is nobody's yet."""
    made: set[str] = set()
    for words in statements(written):
        if words[:2] == ["CREATE", "TABLE"]:
            made.update({*words[2:6]} - {"IF", "NOT", "EXISTS"})
            continue
        for wanted, excused, kind, reason, lock in STEPS:
            if _in_order(wanted.split(), words) and not set(excused.split()) & set(words) and not made & set(words):
                yield kind, reason, lock


def is_concurrent(written: object) -> bool:
    """Whether a statement must not run in a transaction."""
    return any("CONCURRENTLY" in words and words[0] in ("CREATE", "DROP", "REINDEX") for words in statements(written))


def _in_order(wanted: list[str], words: list[str]) -> bool:
    if words[0] != wanted[0]:
        return False
    rest = iter(words)
    return all(word in rest for word in wanted)
