"""How long the search for secrets takes, in turn with `kingfisher` on the same tree: what a user runs, wall time, CPU time and peak memory.

    ./dev.sh bench secrets speed TREE … --kingfisher PATH   kingfisher with its rule cache warm, ours with and without what it keeps
    ./dev.sh bench secrets speed --hostile                  lines that stall others, one by one, in this process

Kingfisher's first run of all compiles its rules (`--cold` gives it an empty home for each run); ours compiles its own where no cache is.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, process_time

ITEM = "security.no-hardcoded-secrets"
OPTIONS = ("-f", "jsonl", "--no-validate", "--no-update-check", "--no-dedup", "--git-history", "none")
FINE = (0, 1, 200, 205)  # open, blocked; findings of kingfisher's
SIZE = 200_000
HOSTILE = {
    "password": "password" * (SIZE // 8),
    "secret and blanks": ("secret" + " " * 44) * (SIZE // 50),
    "https://aaaa": "https://" + "a" * SIZE,
    "x-y_z.": "x-y_z." * (SIZE // 6),
}
Measured = tuple[float, float, float]  # wall and CPU seconds, MB


def main(arguments: list[str]) -> int:
    """Print a row for each command and the ratios of the medians."""
    parser = ArgumentParser(prog="dev.sh bench secrets speed", description=__doc__)
    parser.add_argument("trees", nargs="*", type=lambda text: Path(text).resolve(), metavar="TREE", help="Django projects")
    parser.add_argument("--kingfisher", default=shutil.which("kingfisher"), help="the program (default: the one on the PATH)")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each, after one that is not (default: 5)")
    parser.add_argument("--cold", action="store_true", help="every run without anything that an earlier one kept")
    parser.add_argument("--hostile", action="store_true", help="time hostile lines instead")
    given = parser.parse_args(arguments)
    if given.hostile:
        return _hostile()
    for tree in given.trees:
        _compare(tree, given)
    return 0


def _compare(tree: Path, given: Namespace) -> None:
    commands = {"ready-gate": [sys.executable, "-m", "ready_gate", "check", str(tree), "--only", ITEM, "-q"]}
    if given.kingfisher:
        commands["kingfisher"] = [given.kingfisher, "scan", str(tree), *OPTIONS]
    seen: dict[str, list[Measured]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as home:
        for turn in range(given.runs + 1):
            for name, command in commands.items():
                with tempfile.TemporaryDirectory() as empty:
                    measured = _measure(command, {**os.environ, "HOME": empty if given.cold else home, "XDG_CACHE_HOME": ""})
                seen[name] += [measured] if turn or given.cold else []
    medians = {name: tuple(statistics.median(run[part] for run in runs) for part in (0, 1, 2)) for name, runs in seen.items()}
    print(f"{tree.name}   {given.runs} runs each in turn, {'cold' if given.cold else 'warm'}, medians; load {os.getloadavg()[0]:.1f}")
    for name, (wall, cpu, peak) in medians.items():
        print(f"  {name:12} {wall:6.2f} s  cpu {cpu:6.2f} s  peak {peak:5.0f} MB")
    if len(medians) == 2:
        ours, other = medians.values()
        print(f"  ratio        {ours[0] / other[0]:6.2f}    cpu {ours[1] / other[1]:6.2f}")


def _measure(command: list[str], environment: Mapping[str, str]) -> Measured:
    started = monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - the caller's
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in FINE:
        raise SystemExit(f"{command[0]} ended with status {process.returncode}")
    return monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def _hostile() -> int:
    from ready_gate.facts.secrets import named, rules
    from ready_gate.facts.secrets.engine import Engine
    from ready_gate.facts.secrets.finder import Finder
    from ready_gate.facts.secrets.texts import text_of

    finder = Finder(Engine(rules.load(), named.PREFILTER))
    for name, line in HOSTILE.items():
        seconds = []
        for ending in ("txt", "py", "js", "yml", "json", "env"):
            text = text_of(f"a.{ending}", line.encode())
            started = process_time()
            if text is not None:
                finder.sightings(text, lambda: None)
            seconds.append(process_time() - started)
        print(f"  {name:20} {max(seconds):.3f} s of CPU at most, by the file's ending")
    return 0
