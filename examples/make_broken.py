"""Write the broken variant of the demo shop: a copy with the realistic mistakes of `examples/broken/patches`.

    python examples/make_broken.py [--git] DEST

The mistakes and the items that they should trip are listed in `examples/broken/mistakes.yml`. DEST must not exist. With `--git` the copy is
one commit of a repository of its own, always the same one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
SHOP = EXAMPLES / "shop"
PATCHES = EXAMPLES / "broken" / "patches"
NOT_COPIED = shutil.ignore_patterns(".env", ".env.production", ".venv", "__pycache__", ".ruff_cache", "db.sqlite3", "staticfiles")
AUTHOR = {"NAME": "S2Cart", "EMAIL": "api@s2cart.example", "DATE": "2026-11-10T10:00:00+0530"}


class PatchError(Exception):
    """A patch does not fit the shop any more."""


@dataclass
class FileChange:
    """What a patch does to one file: `old` and `new` are its paths (None where there is none), `hunks` its texts before and after."""

    old: str | None
    new: str | None
    hunks: list[tuple[str, str]] = field(default_factory=list)


def parse(patch: str) -> Iterator[FileChange]:
    """The files of a unified diff. Line numbers are left aside: a hunk belongs where its text is."""
    for part in re.split(r"^(?=--- )", patch, flags=re.MULTILINE)[1:]:
        head, *hunks = re.split(r"^@@ .*\n", part, flags=re.MULTILINE)
        old, new = (None if line[4:] == "/dev/null" else line[6:] for line in head.splitlines())
        yield FileChange(old, new, [(_side(hunk, "+"), _side(hunk, "-")) for hunk in hunks])


def _side(hunk: str, left_out: str) -> str:
    return "".join(line[1:] for line in hunk.splitlines(keepends=True) if not line.startswith(left_out))


def apply(change: FileChange, root: Path) -> None:
    """Make one change; a file that goes needs no hunks. Raises PatchError unless every hunk fits exactly one place."""
    text = "" if change.old is None else _read(root / change.old)
    if change.new is None:
        (root / str(change.old)).unlink()
        return
    for before, after in change.hunks:
        if change.old is not None and text.count(before) != 1:
            raise PatchError(f"{change.old}: a hunk fits {text.count(before)} places instead of one")
        text = text.replace(before, after) if change.old is not None else after
    target = root / change.new
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PatchError(f"{path.name}: the file that the patch changes is missing") from None


def make_broken(destination: Path) -> None:
    """Copy the shop to a folder that does not exist yet and make every mistake. Raises FileExistsError, PatchError."""
    shutil.copytree(SHOP, destination, ignore=NOT_COPIED)
    for patch in sorted(PATCHES.glob("*.patch")):
        for change in parse(patch.read_text(encoding="utf-8")):
            try:
                apply(change, destination)
            except PatchError as error:
                raise PatchError(f"{patch.name}: {error}") from error


def commit(folder: Path) -> None:
    """Make a folder a git repository with one commit, of a fixed author and date."""
    identity = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in AUTHOR.items()}
    environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for command in (["init", "--quiet", "--initial-branch=main"], ["add", "--all"], ["commit", "--quiet", "--message=Go live"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)  # noqa: S603, S607 - fixed commands, git of the caller


def main(arguments: list[str] | None = None) -> int:
    """The command; 2 when the destination exists or a patch does not fit."""
    parser = argparse.ArgumentParser(description="Write the broken variant of the demo shop.")
    parser.add_argument("destination", type=Path)
    parser.add_argument("--git", action="store_true", help="make the copy a git repository with one commit")
    options = parser.parse_args(arguments)
    try:
        make_broken(options.destination)
    except FileExistsError:
        print(f"{options.destination} exists", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    except PatchError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if options.git:
        commit(options.destination)
    return 0


if __name__ == "__main__":
    sys.exit(main())
