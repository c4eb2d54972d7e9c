"""Plant changes into models of projects, and print how many were found.

./dev.sh bench drift ../shop ../other --times 2
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import date
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import cast

from benchmarks.drift.ways import HARMLESS, WRONG, Place, places
from ready_gate.context import RunContext
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Migrations
from ready_gate.facts.views.models import Models
from ready_gate.pipeline import load_policy, options_of

Told = tuple[frozenset[tuple[str, str, str, str]], frozenset[tuple[str, str]]]  # what is missing, and what is not known
Row = tuple[str, str, str, str]  # kind of way, way, verdict, where
LEFT_OUT = shutil.ignore_patterns(".git", "node_modules", ".venv", "venv", "static", "media")


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 where a harmless change raises an alarm or a wrong one is neither found nor called unknown."""
    parser = ArgumentParser(prog="dev.sh bench drift", description=__doc__)
    parser.add_argument("projects", nargs="+", type=lambda text: Path(text).resolve())
    parser.add_argument("--times", type=int, default=1, help="how often each way is tried in each project (default: 1)")
    parser.add_argument("--seed", default="drift")
    given = parser.parse_args(arguments)
    with Pool(2) as pool:
        rows = [row for found in pool.starmap(tried, [(project, given.times, given.seed) for project in given.projects]) for row in found]
    for kind, good in (("wrong", "found"), ("harmless", "same")):
        counts = Counter((way, verdict) for table, way, verdict, _ in rows if table == kind)
        for way in WRONG if kind == "wrong" else HARMLESS:
            print(f"  {kind:9} {way:24} " + ", ".join(f"{count} {verdict}" for (name, verdict), count in sorted(counts.items()) if name == way))
        total = Counter(verdict for table, _, verdict, _ in rows if table == kind)
        print(f"{kind}: {total[good]} of {sum(total.values())} {good}, {dict(total)}")
    for kind, way, verdict, where in rows:
        if verdict in ("MISSED", "ALARM", "unknown"):
            print(f"  {verdict:8} {kind} {way}: {where}")
    return int(any(row[2] in ("MISSED", "ALARM") for row in rows))


def tried(project: Path, times: int, seed: str) -> list[Row]:
    """Every way at a few places of one project."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / project.name
        shutil.copytree(project, copy, ignore=LEFT_OUT, symlinks=True)
        facts, before = told(copy)
        files = sorted({model.state.at.path for model in cast(Models, facts["models"]).models.values() if model.state.at})
        return list(_rows(copy, files, before, times, Random(f"{seed} {project.name}")))  # noqa: S311 - the same places every time


def _rows(copy: Path, files: list[str], before: Told, times: int, random: Random) -> Iterator[Row]:
    spots = [(path, place) for path in files for place in places((copy / path).read_text(), random)]
    for kind, table in (("wrong", WRONG), ("harmless", HARMLESS)):
        for name, change in table.items():
            done = 0
            for path, place in random.sample(spots, len(spots)):
                text = change(place) if done < times else None
                if text is not None and text != place.text:
                    done += 1
                    yield kind, name, judged(copy, path, place, text, before, kind), f"{copy.name}/{path}:{place.statement.lineno}"


def judged(copy: Path, path: str, place: Place, text: str, before: Told, kind: str) -> str:
    """What becomes of the answer with this text in the place of that file."""
    (copy / path).write_text(text)
    try:
        after = told(copy)[1]
    finally:
        (copy / path).write_text(place.text)
    if after[0] != before[0]:
        return "found" if kind == "wrong" else "ALARM"
    if after[1] != before[1]:
        return "unknown"
    return "MISSED" if kind == "wrong" else "same"


def told(folder: Path) -> tuple[Facts, Told]:
    """What is missing and what is not known of a project."""
    context = RunContext(str(folder), date.today())
    facts = Facts({"options": options_of(context, load_policy(context).config)})
    found = cast(Migrations, facts["migrations"])
    missing = frozenset((app.label, one.operation, one.model, one.said) for app in found.apps for one in app.missing)
    return facts, (missing, frozenset((app.label, one.reason) for app in found.apps for one in app.undecided))


if __name__ == "__main__":
    sys.exit(main())
