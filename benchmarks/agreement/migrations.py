"""Whether what is missing of migrations is what `makemigrations --check` of the running project finds, app by app.

./dev.sh bench agreement.migrations ../shop --python ../shop/.venv/bin/python --env-file ../shop/.env.production
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from benchmarks.agreement.models import gathered, running
from ready_gate.facts.views import AppMigrations, Migrations

COLLECTOR = Path(__file__).with_name("collect_migrations.py")
Row = tuple[str, str, str]  # verdict, app, details


def main(arguments: list[str] | None = None) -> int:
    """Exit status 1 where an app is called changed that is not, or the other way round."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("project", type=lambda text: Path(text).resolve())
    parser.add_argument("--python")
    parser.add_argument("--env-file", type=Path)
    parser.add_argument("--settings")
    parser.add_argument("--without-environment", action="store_true", help="do not let ready-gate read the packages of that interpreter")
    given = parser.parse_args(arguments)
    home = str(Path(given.python).absolute().parent.parent) if given.python and not given.without_environment else None
    facts = gathered(given.project, given.env_file, given.settings, home)
    started = time.monotonic()
    ours = cast(Migrations, facts["migrations"])
    took = time.monotonic() - started
    truth = running(facts, given.project, given.python or sys.executable, COLLECTOR)
    rows = list(compare(ours, truth))
    counts = {verdict: sum(row[0] == verdict for row in rows) for verdict in ("same", "undecided", "FALSE ALARM", "MISSED", "OTHER")}
    count = sum(app.count for app in ours.apps)
    print(f"{given.project.name}   Django {truth['version']}, {len(rows)} apps, {count} migrations, {took:.1f} s: " + _shown(counts))
    for verdict, app, details in rows:
        if verdict != "same":
            print(f"  {verdict:12} {app}: {details}")
    for doubt in ours.doubts:
        print(f"  doubt        {doubt}")
    return int(any(counts[verdict] for verdict in ("FALSE ALARM", "MISSED", "OTHER")))


def _shown(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)


def compare(ours: Migrations, truth: dict[str, Any]) -> Iterator[Row]:
    """A row for each app that has migrations or models on either side."""
    found = {app.label: app for app in ours.apps}
    for label in sorted({*found, *(name for name, leaves in truth["apps"].items() if leaves or name in truth["changes"])}):
        if label not in truth["apps"]:
            yield "OTHER", label, "the running project has no such app of its own"
        elif label not in found:
            yield "MISSED", label, "not seen"
        else:
            yield one_app(found[label], truth)


def one_app(app: AppMigrations, truth: dict[str, Any]) -> Row:
    """The answers for one app."""
    theirs = folded([*truth["changes"].get(app.label, ())])
    mine = folded([[one.operation, one.model.lower(), one.field] for one in app.missing])
    only_ours, only_theirs = sorted(mine - theirs, key=str), sorted(theirs - mine, key=str)
    doubt = "; ".join(f"{one.model}: {one.reason}" for one in app.undecided)
    if only_ours:
        return ("OTHER" if theirs else "FALSE ALARM"), app.label, f"ours {only_ours}, theirs {only_theirs}"
    if only_theirs:
        return ("undecided" if doubt else "OTHER" if mine else "MISSED"), app.label, f"{only_theirs} ({doubt})"
    without = any(
        one.kind in ("no-migrations", "migrations-unseen") or (one.kind == "migration-not-in-git" and not app.count) for one in app.troubles
    )
    if without != (app.label in truth["without"]):
        return "OTHER", app.label, "whether it has migrations"
    if app.label in truth["apps"] and sorted(app.leaves) != truth["apps"][app.label]:
        return "OTHER", app.label, f"leaves {app.leaves}, theirs {truth['apps'][app.label]}"
    return ("undecided" if doubt else "same"), app.label, doubt


def folded(operations: Iterable[list[Any]]) -> set[tuple[str, str, str]]:
    """Without what belongs to the making or the end of a whole model."""
    listed = [*operations]
    whole = {model for kind, model, _ in listed if kind in ("CreateModel", "DeleteModel")}
    return {(kind, model, name or "") for kind, model, name in listed if kind in ("CreateModel", "DeleteModel") or model not in whole}


if __name__ == "__main__":
    raise SystemExit(main())
