"""Whether what is missing of migrations is what `makemigrations --check` of the running project finds, app by app.

./dev.sh bench agreement.migrations ../shop --python ../shop/.venv/bin/python --env-file ../shop/.env.production
./dev.sh bench agreement.migrations ../shop --recorded truth.json       # against what somebody recorded of this commit
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from benchmarks.agreement.models import gathered, running
from benchmarks.agreement.recorded import recorded, written
from ready_gate.facts.registry import Facts
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
    parser.add_argument("--recorded", type=Path, metavar="FILE", help="compare with a recorded truth of this checkout instead of running it")
    given = parser.parse_args(arguments)
    home = str(Path(given.python).absolute().parent.parent) if given.python and not given.without_environment else None
    if given.recorded:
        entry = recorded(given.recorded, given.project)
        with written(entry.environment) as path:
            ours, took = timed(gathered(given.project, path, given.settings or entry.settings_module, home))
        return report(given.project.name, "as recorded", ours, took, list(compare_recorded(ours, entry.migrations)))
    facts = gathered(given.project, given.env_file, given.settings, home)
    ours, took = timed(facts)
    truth = running(facts, given.project, given.python or sys.executable, COLLECTOR)
    return report(given.project.name, f"Django {truth['version']}", ours, took, list(compare(ours, truth)))


def timed(facts: Facts) -> tuple[Migrations, float]:
    """The fact, and the seconds that it took with all that it needs."""
    started = time.monotonic()
    return cast(Migrations, facts["migrations"]), time.monotonic() - started


def report(name: str, against: str, ours: Migrations, took: float, rows: list[Row]) -> int:
    """Print what the comparison comes to; the exit status."""
    counts = {verdict: sum(row[0] == verdict for row in rows) for verdict in ("same", "undecided", "FALSE ALARM", "MISSED", "OTHER")}
    count = sum(app.count for app in ours.apps)
    print(f"{name}   {against}, {len(rows)} apps, {count} migrations, {took:.1f} s: " + _shown(counts))
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


def compare_recorded(ours: Migrations, truth: dict[str, Any]) -> Iterator[Row]:
    """A row for each app of the project's own that we find, or that was recorded with something to say of it."""
    found = {app.label: app for app in ours.apps}
    mentioned = {*truth["local_apps_with_models_without_migrations"], *truth["changes"]}
    for label in sorted({*found, *(name for name in truth["local_apps"] if name in mentioned)}):
        if label not in truth["local_apps"]:
            yield "OTHER", label, "not recorded as an app of the project's own"
        elif label not in found:
            yield "MISSED", label, "not seen"
        else:
            yield one_recorded(found[label], truth)


def one_recorded(app: AppMigrations, truth: dict[str, Any]) -> Row:
    """The answers for one app. What was recorded of an operation is its class and Django's sentence about it, which names the model."""
    theirs = [(one["op"], one["what"].lower().split()) for one in truth["changes"].get(app.label, {"operations": []})["operations"]]
    mine = [(one.operation, one.model.lower()) for one in app.missing]
    only_ours = list(mine)
    for operation, words in list(theirs):
        partner = next(((kind, model) for kind, model in only_ours if kind == operation and model in words), None)
        if partner is not None:
            only_ours.remove(partner)
            theirs.remove((operation, words))
    doubt = "; ".join(f"{one.model}: {one.reason}" for one in app.undecided)
    if only_ours:
        return ("OTHER" if theirs else "FALSE ALARM"), app.label, f"ours {only_ours}, theirs {theirs}"
    if theirs:
        return ("undecided" if doubt else "OTHER" if mine else "MISSED"), app.label, f"{theirs} ({doubt})"
    conflict = any(one.kind == "migration-conflict" for one in app.troubles)
    if conflict != (app.label in truth["conflicts"]):
        return "OTHER", app.label, "whether migrations conflict"
    return ("undecided" if doubt else "same"), app.label, doubt


def folded(operations: Iterable[list[Any]]) -> set[tuple[str, str, str]]:
    """Without what belongs to the making or the end of a whole model."""
    listed = [*operations]
    whole = {model for kind, model, _ in listed if kind in ("CreateModel", "DeleteModel")}
    return {(kind, model, name or "") for kind, model, name in listed if kind in ("CreateModel", "DeleteModel") or model not in whole}


if __name__ == "__main__":
    raise SystemExit(main())
