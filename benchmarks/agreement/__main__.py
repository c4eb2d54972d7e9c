"""Run the comparison on one project and print what it comes to. No value that may be secret is printed."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.agreement import models, routes
from benchmarks.agreement.compare import Row, compare
from benchmarks.agreement.ours import Ours, look, read_by_checks, run_collector
from benchmarks.agreement.recorded import as_recorded, recorded, written
from ready_gate.model import mask_secrets, names_a_secret, redact
from ready_gate.reporters.safe import clip, plain

COLLECTOR = Path(__file__).with_name("collect.py")
SHOWN = 90  # characters of a value


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 when no known value is wrong, 1 when one is."""
    given = _parser().parse_args(arguments)
    if given.models:
        return models.run(given.project, given.python, given.env_file, given.settings)
    if given.routes:
        return routes.run(given)
    if given.recorded:
        entry = recorded(given.recorded, given.project)
        ours = _with_environment(given, entry.environment, entry.settings_module)
        rows = compare(replace(ours, entries=as_recorded(ours.entries, entry.settings)), entry.settings, entry.silent, {}, entry.match)
        return _report(given.project.name, rows, ours, entry.ids, entry.reads)
    ours = look(given.project, given.env_file, given.settings)
    truth = running(given, ours)
    rows = compare(ours, truth["settings"], truth["errors"], truth["types"])
    return _report(given.project.name, rows, ours, truth["ids"], truth["reads"], truth["errors"])


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="dev.sh bench agreement", description=__doc__)
    parser.add_argument("project", type=lambda text: Path(text).resolve(), help="the checkout")
    parser.add_argument("--python", help="the interpreter of the project's own virtual environment")
    parser.add_argument("--settings", help="the settings module (default: the one that ready-gate finds)")
    parser.add_argument("--env-file", type=Path, help="the environment file of production, for both")
    parser.add_argument("--models", action="store_true", help="compare the models instead of the settings")
    parser.add_argument("--routes", action="store_true", help="compare the routes instead of the settings")
    parser.add_argument("--recorded", type=Path, metavar="FILE", help="compare with a recorded truth of this checkout instead of running it")
    return parser


def _with_environment(given: Namespace, environment: Mapping[str, str], module: str) -> Ours:
    with written(environment) as path:
        return look(given.project, path, given.settings or module)


def running(given: Namespace, ours: Ours) -> dict[str, Any]:
    """What the project says when it runs with the variables, the module and the class that ready-gate takes to be production's."""
    return dict(run_collector(COLLECTOR, given.python, given.project, ours.project, ours.variables))


def _report(name: str, rows: list[Row], ours: Ours, ids: Iterable[str] | None, reads: Iterable[str], errors: Mapping[str, str] | None = None) -> int:
    checked = read_by_checks()
    print(f"{name}   settings {ours.project.settings_module}{f':{ours.project.configuration}' if ours.project.configuration else ''}")
    for what, error in (errors or {}).items():
        print(f"  the running project could not say {what}: {error}")
    print(f"  all settings               {_counts(rows)}")
    print(f"  settings that checks read  {_counts([row for row in rows if row.name in checked])}")
    for row in rows:
        mark = "*" if row.name in checked else " "
        if row.wrong:
            print(f"{mark} WRONG    {row.wrong[0]}: ours {_shown(row.wrong[0], row.wrong[1])}, truth {_shown(row.wrong[0], row.wrong[2])}")
        elif row.unknown:
            print(f"{mark} unknown  {row.name}: {plain(clip(row.unknown, 2 * SHOWN))}")
    print(f"  {_unlike('ids of check --deploy', set(ids or ()), ours.ids)}")
    print(f"  {_unlike('variables read', set(reads), ours.reads & set(reads))}")
    return int(any(row.wrong for row in rows))


def _counts(rows: list[Row]) -> str:
    wrong, unknown = sum(row.wrong is not None for row in rows), sum(row.unknown is not None for row in rows)
    equal = len(rows) - wrong - unknown
    return f"{len(rows):4} compared, {equal} known and equal ({100 * equal / max(1, len(rows)):.1f} %), {wrong} wrong, {unknown} unknown"


def _unlike(what: str, truth: set[str], ours: Iterable[str]) -> str:
    missing, extra = sorted(truth - set(ours)), sorted(set(ours) - truth)
    return f"{what}: {len(truth)} in truth; missing {', '.join(missing) or 'none'}" + (f"; only ours {', '.join(extra)}" if extra else "")


def _shown(place: str, value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    hidden = any(names_a_secret(part) for part in place.replace("[", ".").split("."))
    return plain(clip(redact(text) if hidden else mask_secrets(text), SHOWN))


if __name__ == "__main__":
    raise SystemExit(main())
