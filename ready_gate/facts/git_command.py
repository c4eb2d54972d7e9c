"""Running git on a repository that may be hostile: nothing that it configures gets to run, and nothing reaches the network."""

from __future__ import annotations

import os
import subprocess
from typing import IO

from ready_gate.errors import Unavailable

SECONDS = 60
HARMLESS = ("core.fsmonitor=false", "core.hooksPath=/dev/null", "core.excludesFile=/dev/null", "core.quotePath=false", "safe.directory=*")


def run_git(folder: str, *arguments: str, fine: tuple[int, ...] = (0,)) -> bytes | None:
    """What git prints, None where it fails (no repository, no commit): where it ends with a status that is not among `fine`.

    Raises `Unavailable` without git, or when it takes too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 (a fixed program, no shell, and paths only after the options)
            [*_command(folder), *arguments], env=_environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise Unavailable("git is not installed") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"git could not be asked: {type(error).__name__}") from None
    return done.stdout if done.returncode in fine else None


def start_git(folder: str, *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """A git whose output is read while it runs. Raises `Unavailable` without git."""
    try:
        return subprocess.Popen(  # noqa: S603 (as above)
            [*_command(folder), *arguments], env=_environment(), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise Unavailable(f"git could not be asked: {type(error).__name__}") from None


def git_paths(folder: str, *arguments: str, fine: tuple[int, ...] = (0,)) -> tuple[str, ...] | None:
    """The paths that git prints with `-z`, each once; None where it fails."""
    printed = run_git(folder, *arguments, fine=fine)
    return None if printed is None else tuple(dict.fromkeys(os.fsdecode(name) for name in printed.split(b"\0") if name))


def _command(folder: str) -> list[str]:
    return ["git", "-C", folder, "--no-optional-locks", "--no-pager", *(word for setting in HARMLESS for word in ("-c", setting))]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # An empty list of allowed protocols outranks the repository's configuration: missing objects are never fetched.
    return kept | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
