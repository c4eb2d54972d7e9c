"""How long it takes to work out a project's settings, against `manage.py check --deploy` in the project's own environment, run in turn.

Both say what is wrong with the production settings; the peer has to import the project for it.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from benchmarks.agreement.ours import Ours, look


def main(arguments: list[str] | None = None) -> int:
    """Print a row for each command and the ratios of the medians."""
    parser = ArgumentParser(prog="dev.sh bench speed", description=__doc__)
    parser.add_argument("project", type=lambda text: Path(text).resolve(), help="the checkout")
    parser.add_argument("--python", required=True, help="the interpreter of the project's own virtual environment")
    parser.add_argument("--settings", help="the settings module (default: the one that ready-gate finds)")
    parser.add_argument("--env-file", type=Path, help="the environment file of production, for both")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each, after one that is not (default: 5)")
    given = parser.parse_args(arguments)
    ours = look(given.project, given.env_file, given.settings)
    commands = {"ready-gate inspect settings": _inspect(given.project, given.env_file, ours), "manage.py check --deploy": _peer(given.python, ours)}
    folders = {"manage.py check --deploy": given.project / ours.project.folder}
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for turn in range(given.runs + 1):
        for name, (command, environment) in commands.items():
            measured = _measure(command, environment, folders.get(name, given.project))
            seen[name] += [measured] if turn else []
    medians = [tuple(statistics.median(run[part] for run in runs) for part in (0, 1)) for runs in seen.values()]
    print(f"{given.project.name}   settings {ours.project.settings_module}, {given.runs} runs each, medians")
    for name, (wall, cpu) in zip(seen, medians, strict=True):
        print(f"  {name:28} {wall:6.2f} s  cpu {cpu:6.2f} s")
    print(f"  ratio                        {medians[0][0] / medians[1][0]:6.2f}    cpu {medians[0][1] / medians[1][1]:6.2f}")
    return 0


def _inspect(project: Path, env_file: Path | None, ours: Ours) -> tuple[list[str], dict[str, str]]:
    command = [sys.executable, "-m", "ready_gate", "inspect", "settings", str(project), "--settings-module", ours.project.settings_module]
    return command + (["--env-file", str(env_file)] if env_file else []), dict(os.environ)


def _peer(python: str, ours: Ours) -> tuple[list[str], dict[str, str]]:
    chosen = {"DJANGO_SETTINGS_MODULE": ours.project.settings_module, "DJANGO_CONFIGURATION": ours.project.configuration or ""}
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    return [python, "manage.py", "check", "--deploy"], {**base, **ours.variables, **{name: value for name, value in chosen.items() if value}}


def _measure(command: list[str], environment: Mapping[str, str], folder: Path) -> tuple[float, float]:
    """Wall and CPU seconds of one run. One that ends in an exception has not done its work, and is no measure."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), monotonic()
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600)  # noqa: S603 - the caller's
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if "Traceback" in process.stderr or process.returncode > 1:
        raise SystemExit(f"{command[-2]} {command[-1]} does not run: {process.stderr.strip().splitlines()[-1:]}")
    return monotonic() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
