"""Compares the routes that ready-gate reads with those of the running project.

./dev.sh bench agreement ../shop --routes --python ../shop/.venv/bin/python --env-file ../shop/.env.production
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

from benchmarks.agreement.ours import run_collector
from benchmarks.agreement.recorded import recorded, written
from ready_gate.context import RunContext
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Environment, Project
from ready_gate.facts.views.routes import Route, Routes
from ready_gate.pipeline import load_policy, options_of

COLLECTOR = Path(__file__).with_name("collect_routes.py")
ADMIN = "django.contrib.admin."
SHOWN = 25


@dataclass
class Tally:
    """What the comparison comes to."""

    truth: int = 0
    found: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    methods: int = 0
    agreed: int = 0
    undecided: list[str] = field(default_factory=list)
    wrongly_protected: list[str] = field(default_factory=list)
    wrongly_open: list[str] = field(default_factory=list)
    classes: int = 0
    other_classes: list[str] = field(default_factory=list)


def shape(pattern: str) -> str:
    """A pattern without what does not change what it matches: anchors, and how its parts are written."""
    text = re.sub(r"\\Z|[\^$]", "", pattern).replace("\\", "")
    text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text)
    text = re.sub(r"<\w+:(\w+)>", r"<\1>", text)
    return re.sub(r"[/.]*<format>/?\??$", ".<format>", text)


def compare(ours: Routes, truth: list[dict[str, Any]]) -> Tally:
    """Routes by their shape and view; methods by whether nobody gets in."""
    tally = Tally()
    sites = [shape(route.pattern) for route in ours if route.kind == "admin"]
    wanted = [row for row in truth if not (str(row["view"]).startswith(ADMIN) and any(shape(row["pattern"]).startswith(site) for site in sites))]
    wanted = [row for row in wanted if not any(shape(row["pattern"]).startswith(site) for site in sites if site)]
    held: dict[tuple[str, str], list[Route]] = {}
    for route in ours:
        if route.kind != "admin":
            held.setdefault((shape(route.pattern), route.view.rpartition(".")[2]), []).append(route)
    tally.truth = len(wanted)
    for row in wanted:
        rivals = held.get((shape(row["pattern"]), str(row["view"]).rpartition(".")[2]), [])
        if not rivals:
            tally.missing.append(f"{row['pattern']} {row['view']}")
            continue
        tally.found += 1
        _methods(tally, rivals.pop(0), row)
    tally.extra = [f"{route.pattern} {route.view}" for routes in held.values() for route in routes]
    return tally


def _methods(tally: Tally, route: Route, row: dict[str, Any]) -> None:
    ours = {entry.method: entry for entry in route.access}
    for method, said in row.get("methods", {}).items():
        place = f"{method} {route.pattern} {route.view}"
        tally.methods += 1
        entry = ours.get(method)
        if entry is None:
            tally.missing.append(place)
            continue
        if "open" in said:
            _openness(tally, place, entry.open, said, entry.reason)
        if "permissions" in said and entry.permissions:
            tally.classes += 1
            same = [name.rpartition(".")[2] for name in entry.permissions] == [name.rpartition(".")[2] for name in said["permissions"]]
            composed = any(name.rpartition(".")[2] in ("OR", "AND", "NOT", "OperandHolder") for name in said["permissions"])
            if not same and not composed:
                tally.other_classes.append(f"{place}: ours {entry.permissions}, truth {said['permissions']}")


def _openness(tally: Tally, place: str, ours: bool | None, said: dict[str, Any], reason: str) -> None:
    if ours is None:
        tally.undecided.append(f"{place}: {reason}")
    elif ours == said["open"]:
        tally.agreed += 1
    elif said["open"]:
        tally.wrongly_protected.append(f"{place}: {reason} (truth: {said['permissions']})")
    else:
        tally.wrongly_open.append(f"{place}: {reason} (truth: {said['permissions']} {said.get('error', '')})")


def run(given: Namespace) -> int:
    """Exit status 1 when a route that is open to anybody is called protected."""
    if given.recorded:
        entry = recorded(given.recorded, given.project)
        with written(entry.environment) as file:
            ours = _ours(given, file, given.settings or entry.settings_module)[1]
        return report(given, ours, compare(ours, [_as_collected(row) for row in entry.routes]))
    facts, ours = _ours(given, given.env_file, given.settings)
    variables = {name: variable.value for name, variable in cast(Environment, facts["environment"]).variables.items()}
    truth = run_collector(COLLECTOR, given.python, given.project, cast(Project, facts["project"]), variables)
    return report(given, ours, compare(ours, cast(list[dict[str, Any]], truth)))


def _ours(given: Namespace, env_file: Path | None, settings: str | None) -> tuple[Facts, Routes]:
    context = RunContext(str(given.project), date.today(), env_file=str(env_file) if env_file else None, settings_module=settings)
    facts = Facts({"options": options_of(context, load_policy(context).config)})
    return facts, cast(Routes, facts["routes"])


def _as_collected(row: dict[str, Any]) -> dict[str, Any]:
    """A recorded route in the collector's form. What was recorded says nothing of methods."""
    view = row.get("view_class") or row.get("viewset") or row["callback"]
    return {"pattern": row["pattern"], "name": row["name"], "view": str(view).replace(".<locals>.view", "")}


def report(given: Namespace, ours: Routes, tally: Tally) -> int:
    """Print the figures and what differs."""
    share = 100 * tally.found / max(1, tally.truth)
    decided = tally.agreed + len(tally.wrongly_open) + len(tally.wrongly_protected)
    print(f"{given.project.name}: {tally.truth} routes, {tally.found} found ({share:.1f} %), {len(tally.extra)} only ours; ", end="")
    print(f"{tally.methods} methods of REST framework: {decided} decided, {tally.agreed} agree, {len(tally.undecided)} undecided, ", end="")
    print(f"{len(tally.wrongly_protected)} wrongly protected, {len(tally.wrongly_open)} wrongly open; ", end="")
    print(f"{tally.classes} lists of classes, {len(tally.other_classes)} differ")
    for name in ("missing", "extra", "undecided", "wrongly_protected", "wrongly_open", "other_classes"):
        _listed(name, getattr(tally, name))
    for problem in ours.problems[:SHOWN]:
        print(f"  problem: {problem}")
    return int(bool(tally.wrongly_protected))


def _listed(name: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    for line in lines[:SHOWN]:
        print(f"  {name}: {line[:400]}")
    if len(lines) > SHOWN:
        print(f"  {name}: {len(lines) - SHOWN} more")
