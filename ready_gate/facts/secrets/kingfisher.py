"""A second opinion: the program `kingfisher`, where it is on the PATH and the config asks for it. Offline, without validation, bounded in time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Collection, Iterator
from typing import Any

from ready_gate.facts.secrets.collected import Collected
from ready_gate.facts.secrets.files import printable
from ready_gate.facts.secrets.finder import Sighting
from ready_gate.secret import Secret

KIND = "secret.kingfisher"
SECONDS = 180
MAX_BYTES = 50_000_000
OPTIONS = ("-f", "jsonl", "--no-validate", "--no-update-check", "--no-dedup", "--no-extract-archives", "--git-history", "none", "--quiet")
FOUND = (0, 200)  # 200: there are findings


def search(root: str, files: Collection[str], collected: Collected) -> list[str]:
    """Add what it finds where nothing was found yet. Answers why it could not be asked, if so."""
    program = shutil.which("kingfisher")
    if program is None:
        return ["kingfisher was to be asked for secrets and is not on the PATH"]
    try:
        done = subprocess.run(  # noqa: S603 (the program that the config asks for, no shell)
            [program, "scan", root, *OPTIONS],
            env=_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"kingfisher could not be asked: {type(error).__name__}"]
    if done.returncode not in FOUND or len(done.stdout) > MAX_BYTES:
        return [f"kingfisher ended with status {done.returncode}" if done.returncode not in FOUND else "kingfisher found too much to be read"]
    collected.add(
        [sighting for sighting in sightings(root, done.stdout) if sighting.path in files and not collected.at(sighting.path, sighting.line)]
    )
    return []


def sightings(root: str, printed: bytes) -> Iterator[Sighting]:
    """What it printed, a line of JSON a finding."""
    for line in printed.splitlines():
        try:
            entry: Any = json.loads(line)
            rule, found = entry["rule"], entry["finding"]
            path = os.path.relpath(found["path"], root).replace(os.sep, "/")
            yield Sighting(
                KIND, None, Secret(str(found["snippet"])), printable(path), int(found["line"]), says=f"its rule {printable(str(rule['id']))}"
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def _environment() -> dict[str, str]:
    """No more than it needs; HOME is where it keeps its compiled rules."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME", "TMPDIR") if name in os.environ}
