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
    history: str = "none"
    base: str | None = None
    cache: str | None = None
    virtual_env: str | None = None


@dataclass(frozen=True)
class Display:
    """How the terminal wants to be talked to."""

    colour: bool
    progress: bool
    width: int


def active_environment(environ: Mapping[str, str] | None = None) -> str | None:
    """The virtual environment that the caller has activated."""
    return (os.environ if environ is None else environ).get("VIRTUAL_ENV") or None


def display(*, stdout_is_terminal: bool, stderr_is_terminal: bool, width: int, environ: Mapping[str, str] | None = None) -> Display:
    """Colour and progress only on a terminal; `NO_COLOR` turns colour off, `FORCE_COLOR` on, `CI` turns the progress line off.

    Source: no-color.org and force-color.org (any non-empty value counts).
    """
    environ = os.environ if environ is None else environ
    colour = bool(environ.get("FORCE_COLOR")) or (stdout_is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb")
    progress = stderr_is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb"
    return Display(colour and not environ.get("NO_COLOR"), progress, max(60, min(width, 140)))


def cache_folder(environ: Mapping[str, str] | None = None) -> str | None:
    """Where what costs time to make is kept between runs: `READY_GATE_CACHE` (empty for nowhere), else `ready-gate` in the user's folder of caches.

    Source: the XDG base directory specification, which has relative paths ignored.
    """
    environ = os.environ if environ is None else environ
    if "READY_GATE_CACHE" in environ:
        return os.path.abspath(environ["READY_GATE_CACHE"]) if environ["READY_GATE_CACHE"] else None
    base = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = environ.get("HOME", "")
        base = os.path.join(home, ".cache") if os.path.isabs(home) else ""
    return os.path.join(base, "ready-gate") if base else None
