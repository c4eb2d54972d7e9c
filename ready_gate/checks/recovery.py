"""Backup and recovery: what git alone can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ready_gate.checks.registry import check, failed, finding, judged, warning
from ready_gate.facts.views import Dumps, Git
from ready_gate.model import Finding, Origin, Outcome

_TEST_FOLDERS = frozenset({"test", "tests", "testing", "testdata", "fixtures"})
_DATABASE = re.compile(
    r"\.sqlite3?(-(journal|wal|shm))?$|(^|/)(app|data|database|db|default|dev|django|local|main|prod|production|project|site|sqlite3?)\.db$", re.I
)
_MAYBE_DATABASE = re.compile(r"(?<!thumbs)\.(db|db3|rdb)$", re.I)
_ENVIRONMENT = re.compile(r"(^|/)(pyvenv\.cfg$|site-packages/|\.?v?env/(bin/activate|Scripts/activate|lib/python)|\.tox/|\.nox/)")
_BYTECODE = re.compile(r"(^|/)__pycache__/|\.py[co]$")
_SCHEDULE = re.compile(r"(^|/)celerybeat-schedule(\.(db|bak|dat|dir))?$|(^|/)celerybeat\.pid$")
_DUMP = re.compile(r"\.(dump|pgdump|pg_dump)(\.(gz|bz2|xz|zst|zip))?$|\.sql\.(gz|bz2|xz|zst|zip)$", re.I)


@check("recovery.version-control")
def version_control(git: Git, dumps: Dumps) -> Outcome:
    """Commits, a clean tree, and nothing tracked that is no source."""
    if not git.commits:
        nothing = finding("recovery.no-commits", "the project is in no git repository, or in one without a commit")
        return failed(nothing.message, [nothing])
    doubts = [f"{path} is too large, or no text, to tell whether it is a dump with data" for path in dumps.unread]
    if git.dirty is None:
        doubts.append("git did not say whether tracked files have uncommitted changes")
    wrong = [*_uncommitted(git), *_misplaced(git), *_data(git, dumps)]
    return judged(wrong, f"{len(git.tracked)} files are tracked, none of them a database, an environment, byte code or a dump", doubts)


def _uncommitted(git: Git) -> Iterator[Finding]:
    if git.dirty:
        yield _of_files("recovery.uncommitted-changes", "tracked {files} uncommitted changes", list(git.dirty), verbs=("has", "have"))


def _misplaced(git: Git) -> Iterator[Finding]:
    kinds: tuple[tuple[str, str, Callable[[str], object]], ...] = (
        ("recovery.tracked-database", "database {files} tracked", lambda path: _DATABASE.search(path) and not _in_tests(path)),
        ("recovery.tracked-environment", "virtual environment {files} tracked", _ENVIRONMENT.search),
        ("recovery.tracked-bytecode", "byte code {files} tracked", lambda path: _BYTECODE.search(path) and not _ENVIRONMENT.search(path)),
        ("recovery.tracked-schedule", "scheduler state {files} tracked", _SCHEDULE.search),
    )
    for rule, message, wrong in kinds:
        if hit := [path for path in sorted(git.tracked) if wrong(path)]:
            yield _of_files(rule, message, hit)


def _data(git: Git, dumps: Dumps) -> Iterator[Finding]:
    named = {path for path in git.tracked if _DUMP.search(path)}
    if hit := sorted(path for path in named.union(dumps.with_data) if not _in_tests(path)):
        yield _of_files("recovery.tracked-dump", "dump {files} tracked", hit)
    for path in sorted(git.tracked):
        if _may_be_database(path):
            yield warning("recovery.tracked-database", f"{path} is tracked, and may be a database with data", Origin(path))


def _may_be_database(path: str) -> bool:
    if _DATABASE.search(path):
        return _in_tests(path)
    return bool(_MAYBE_DATABASE.search(path)) and not _SCHEDULE.search(path)


def _of_files(rule: str, message: str, paths: list[str], verbs: tuple[str, str] = ("is", "are")) -> Finding:
    """One finding for all files of a kind, at the first of them. `{files}` in the message becomes "file a is" or "files a, b and 3 more are"."""
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    files = f"file {shown} {verbs[0]}" if len(paths) == 1 else f"files {shown} {verbs[1]}"
    return finding(rule, message.format(files=files), Origin(paths[0]))


def _in_tests(path: str) -> bool:
    return not _TEST_FOLDERS.isdisjoint(path.lower().split("/")[:-1])
