"""The search for secrets in a process of its own, beside everything else: it needs nothing of the rest, and has half of the work of a run.

The process hands its result back through a pipe that nobody else can read. Whatever goes wrong with it, the search is then made in this process.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, cast

from ready_gate.facts.registry import Facts
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import FoundSecret, KnownSecret, SecretPlace, Secrets
from ready_gate.model import Level
from ready_gate.secret import Secret

CHUNK = 1 << 20


def begin(facts: Facts) -> Callable[[], Secrets | None]:
    """Begin the search for secrets. What is answered waits for its result, which is None where there is none."""
    tree = cast(Tree, facts["tree"])
    if not tree.files:  # listed before the processes part, so that it is done once
        return lambda: None
    begun = parted(lambda: cast(Secrets, facts["secrets"]))
    return begun.result if begun else lambda: None


class Beside:
    """A search that was begun. `result` waits for it."""

    def __init__(self, process: int, pipe: int) -> None:
        self._process, self._pipe = process, pipe
        atexit.register(self.stop)

    def stop(self) -> None:
        """End it: nobody waits for it any more."""
        with suppress(OSError):
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)

    def result(self) -> Secrets | None:
        """What was found; None where the process did not end well. May be asked once."""
        atexit.unregister(self.stop)
        chunks: list[bytes] = []
        try:
            while chunk := os.read(self._pipe, CHUNK):
                chunks.append(chunk)
        finally:
            os.close(self._pipe)
        _, status = os.waitpid(self._process, 0)
        return read(b"".join(chunks)) if status == 0 and chunks else None


def parted(search: Callable[[], Secrets]) -> Beside | None:
    """Begin the search in a process of its own; None where that is not possible, or would not pay."""
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or threading.active_count() > 1:
        return None
    try:
        ours, theirs = os.pipe()
        process = os.fork()
    except OSError:
        return None
    if process:
        os.close(theirs)
        return Beside(process, ours)
    _leave(ours)
    _run(search, theirs)
    raise AssertionError  # the process has ended


def _leave(pipe: int) -> None:
    """Let go of what the first process holds: whoever reads its output, or waits for the end of the pipe, must not wait for this one."""
    os.close(pipe)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)


def _run(search: Callable[[], Secrets], pipe: int) -> None:
    """All that the other process does. It must not come back: what the first one has open is not its own to close."""
    status = 1
    try:
        data = written(search())
        while data:
            data = data[os.write(pipe, data) :]
        status = 0
    except BaseException:  # noqa: BLE001, S110 - the first process makes the search itself, and meets the same
        pass
    finally:
        os._exit(status)


def written(secrets: Secrets) -> bytes:
    """The result with the secrets' texts, for the pipe alone."""
    raw = {**asdict(secrets), "found": [{**asdict(found), "secret": found.secret.reveal(), "level": found.level.value} for found in secrets.found]}
    return json.dumps(raw).encode()


def read(data: bytes) -> Secrets:
    """The result again."""
    raw: dict[str, Any] = json.loads(data)
    return Secrets(
        found=tuple(_found(one) for one in raw["found"]),
        searched=raw["searched"],
        skipped=tuple(raw["skipped"]),
        doubts=tuple(raw["doubts"]),
        known=tuple(KnownSecret(**one) for one in raw["known"]),
        extent=raw["extent"],
    )


def _found(raw: dict[str, Any]) -> FoundSecret:
    places = tuple(SecretPlace(**place) for place in raw["places"])
    return FoundSecret(**{**raw, "secret": Secret(raw["secret"]), "places": places, "level": Level(raw["level"])})
