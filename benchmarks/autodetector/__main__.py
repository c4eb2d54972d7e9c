"""Run Django's autodetector tests as projects, and print where our answer is not Django's."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from multiprocessing import Pool
from pathlib import Path
from typing import cast

from benchmarks.agreement.migrations import folded
from ready_gate.context import RunContext
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Migrations
from ready_gate.pipeline import load_policy, options_of

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache"
COLLECTOR = Path(__file__).with_name("collect.py")
Row = tuple[str, str, str]  # verdict, test, details


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 where ours claims a difference that Django does not see, or fewer than 95 % are the same."""
    parser = ArgumentParser(prog="dev.sh bench autodetector", description=__doc__)
    parser.add_argument("--python", default=str(ROOT / ".venv-dev/bin/python"), help="an interpreter with Django (default: the development one's)")
    parser.add_argument("--pairs", type=Path, help="where the projects are written (default: .cache/autodetector/VERSION)")
    parser.add_argument("--again", action="store_true", help="use the projects that are there")
    parser.add_argument("--only", default="", help="tests with this in their name")
    given = parser.parse_args(arguments)
    folder = written(given.python, given.pairs, given.again)
    pairs = sorted(path.parent for path in folder.glob(f"*{given.only}*/answer.json"))
    with Pool(2) as pool:
        rows = pool.map(one, pairs)
    for verdict, test, details in rows:
        if verdict != "same":
            print(f"{verdict:12} {test}: {details}")
    same, alarms = (sum(row[0] == verdict for row in rows) for verdict in ("same", "FALSE ALARM"))
    print(f"{len(rows)} pairs, {same} the same ({100 * same / max(1, len(rows)):.1f} %), {alarms} false alarms")
    return int(bool(alarms) or same < 0.95 * len(rows))


def written(python: str, folder: Path | None, again: bool) -> Path:
    """The projects for the Django of that interpreter."""
    asked = subprocess.run([python, "-c", "import django; print(django.__version__)"], capture_output=True, text=True, check=True)  # noqa: S603
    version = asked.stdout.strip()
    folder = folder or CACHE / "autodetector" / version
    if not again:
        sources = CACHE / "autodetector" / "sources"
        sources.mkdir(parents=True, exist_ok=True)
        with tarfile.open(CACHE / f"django/django-{version}.tar.gz") as archive:
            archive.extractall(sources, members=_tests(archive), filter="data")
        folder.mkdir(parents=True, exist_ok=True)
        tests = next(sources.glob(f"[dD]jango-{version}/tests"))
        subprocess.run([python, "-I", str(COLLECTOR), str(tests), str(folder)], check=True)  # noqa: S603
    return folder


def _tests(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (member for member in archive.getmembers() if "/tests/migrations/" in member.name)


def one(folder: Path) -> Row:
    """Our answer on one project against Django's."""
    context = RunContext(str(folder), date.today())
    facts = Facts({"options": options_of(context, load_policy(context).config)})
    ours = cast(Migrations, facts["migrations"])
    truth = json.loads((folder / "answer.json").read_text())
    doubts = [f"{app.label}.{doubt.model}: {doubt.reason}" for app in ours.apps for doubt in app.undecided]
    wrong: list[str] = []
    alarm = False
    for label in sorted({app.label for app in ours.apps} | truth.keys()):
        missing = next((app.missing for app in ours.apps if app.label == label), ())
        mine = folded([[part.operation, part.model.lower(), part.field] for part in missing])
        theirs = folded(truth.get(label, []))
        if mine != theirs:
            wrong.append(f"{label}: only ours {sorted(mine - theirs)}, only Django's {sorted(theirs - mine)}")
            alarm = alarm or not theirs
    verdict = "FALSE ALARM" if alarm else "undecided" if doubts else "DIFFERENT" if wrong else "same"
    return verdict, folder.name, "; ".join([*wrong, *doubts, *ours.doubts])


if __name__ == "__main__":
    sys.exit(main())
