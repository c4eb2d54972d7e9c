"""What this run was asked to do: the only reader of the process environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RunContext:
    """One run, as the caller asked for it. Paths are as given; `today` is the day of the run (local time)."""

    path: str
    today: date
    config: str | None = None
    checklist: str | None = None
    env_file: str | None = None
    settings_module: str | None = None
    staging_url: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: str | None = None
    jobs: int = 1


@dataclass(frozen=True)
class Display:
    """How the terminal wants to be talked to."""

    colour: bool
    progress: bool
    width: int


def display(*, stdout_is_terminal: bool, stderr_is_terminal: bool, width: int, environ: Mapping[str, str] | None = None) -> Display:
    """Colour and progress only on a terminal; `NO_COLOR` turns colour off, `FORCE_COLOR` on, `CI` turns the progress line off.

    Source: no-color.org and force-color.org (any non-empty value counts).
    """
    environ = os.environ if environ is None else environ
    colour = bool(environ.get("FORCE_COLOR")) or (stdout_is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb")
    progress = stderr_is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb"
    return Display(colour and not environ.get("NO_COLOR"), progress, max(60, min(width, 140)))
