"""The CPU seconds that each fact costs by itself when a project is checked: `python -m benchmarks.speed.facts PROJECT`."""

from __future__ import annotations

import resource
import sys
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from time import process_time

from ready_gate import cli
from ready_gate.facts.registry import Facts


def main(project: str) -> int:
    """Print a row for each fact, the dearest first, and the whole with its peak memory."""
    own: dict[str, float] = {}
    inner = [0.0]
    compute = Facts._compute

    def timed(facts: Facts, name: str) -> object:
        started = process_time()
        inner.append(0.0)
        try:
            return compute(facts, name)
        finally:
            spent = process_time() - started
            own[name] = spent - inner.pop()
            inner[-1] += spent

    Facts._compute = timed  # type: ignore[method-assign]
    with redirect_stdout(TextIOWrapper(BytesIO(), "utf-8")):
        cli.main(["check", project, "--format", "json", "--jobs", "1"])
    for name, seconds in sorted(own.items(), key=lambda row: -row[1]):
        print(f"  {name:20} {seconds:6.2f} s")
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"  {'all':20} {used.ru_utime + used.ru_stime:6.2f} s  {used.ru_maxrss // 1024} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
