"""Whether the states of models that are worked out agree with those of the running project, field by field.

./dev.sh bench agreement.models ../shop --python ../shop/.venv/bin/python --env-file ../shop/.env.production
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from benchmarks.agreement.ours import run_collector
from ready_gate.context import RunContext
from ready_gate.facts.django.field_kinds import canonical
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Environment, Project
from ready_gate.facts.views.models import Models
from ready_gate.facts.views.schema import FieldState, Listed, Made, ModelState, Named, Undecided
from ready_gate.pipeline import load_policy, options_of

COLLECTOR = Path(__file__).with_name("collect_models.py")


@dataclass(frozen=True)
class Row:
    """One compared thing: `equal`, `undecided` (with the reason) or `wrong` (with both)."""

    place: str
    verdict: str
    detail: str = ""


def run(project: Path, python: str | None, env_file: Path | None, settings: str | None) -> int:
    """Exit status 1 when something that is claimed is wrong. The packages beside the interpreter are read like those of an activated environment."""
    home = str(Path(python).absolute().parent.parent) if python else None
    facts = gathered(project, env_file, settings, home)
    truth = running(facts, project, str(Path(python).absolute()) if python else sys.executable)
    models = cast(Models, facts["models"])
    return report(project.name, list(compare(models, truth)), truth, models)


def gathered(root: Path, env_file: Path | None, settings: str | None, environment: str | None = None) -> Facts:
    """The facts of a checkout."""
    context = RunContext(str(root), date.today(), env_file=str(env_file) if env_file else None, settings_module=settings, virtual_env=environment)
    return Facts({"options": options_of(context, load_policy(context).config)})


def running(facts: Facts, root: Path, python: str, collector: Path = COLLECTOR) -> dict[str, Any]:
    """What the project says when it runs."""
    project, environment = cast(Project, facts["project"]), cast(Environment, facts["environment"])
    values = {name: variable.value for name, variable in environment.variables.items()}
    return dict(run_collector(collector, python, root, project, values))


def shown(part: object) -> object:
    """A part of our states in the form in which the running project shows its own."""
    if isinstance(part, Undecided):
        return {"$undecided": part.reason}
    if isinstance(part, Named):
        return {"$undecided": f"{part.dotted} may be a constant"} if part.vague else {"$named": canonical(part.dotted)}
    if isinstance(part, FieldState):
        return {"$made": [canonical(part.kind), [], {key: shown(item) for key, item in part.arguments.items()}]}
    if isinstance(part, Made):
        return {"$made": [canonical(part.dotted), [shown(item) for item in part.args], {key: shown(item) for key, item in part.keywords.items()}]}
    if isinstance(part, Mapping):
        return {"$dict": [[shown(key), shown(item)] for key, item in part.items()]}
    if isinstance(part, Listed):
        return [shown(item) for item in part]
    if isinstance(part, tuple):
        return {"$tuple": [shown(item) for item in part]}
    if isinstance(part, frozenset):
        return {"$set": sorted((shown(item) for item in part), key=json.dumps)}
    if part is None or isinstance(part, (bool, int, float, str)):
        return part
    return {"$other": f"{type(part).__name__} {part}"}


def matches(ours: object, truth: object) -> bool | None:
    """Whether two shown parts are the same; None where ours is undecided."""
    if isinstance(ours, dict) and "$undecided" in ours:
        return None
    if isinstance(ours, dict) and isinstance(truth, dict) and ours.keys() == truth.keys():
        key = next(iter(ours), "")
        if key == "$named":
            return _same_path(str(ours[key]), str(truth[key]))
        if key == "$made":
            (path, args, keywords), (other, more, others) = ours[key], truth[key]
            others = {("condition" if name == "check" else name): item for name, item in others.items()}
            if path.endswith("Storage") and other.endswith("Storage") and not _same_path(path, other):
                return None  # a storage class may make objects of another one
            return _all([_same_path(path, other), matches(args, more), _mappings(keywords, others)])
        return matches(ours[key], truth[key]) if key.startswith("$") else _mappings(ours, truth)
    if isinstance(ours, list) and isinstance(truth, list):
        return False if len(ours) != len(truth) else _all([matches(*pair) for pair in zip(ours, truth, strict=True)])
    return type(ours) is type(truth) and ours == truth


def _mappings(ours: Mapping[str, object], truth: Mapping[str, object]) -> bool | None:
    return False if ours.keys() != truth.keys() else _all([matches(ours[key], truth[key]) for key in ours])


def _same_path(ours: str, truth: str) -> bool:
    truth = canonical(truth)
    return ours == truth or (ours.partition(".")[0], ours.rpartition(".")[2]) == (truth.partition(".")[0], truth.rpartition(".")[2])


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def compare(models: Models, truth: Mapping[str, Any]) -> Iterator[Row]:
    """A row for every model, field, option, for the bases and the managers of each."""
    theirs = {(item["app"], item["name"].lower()): item for item in truth["models"]}
    states = models.states
    unreached = {model.state.key for model in models.unreached}
    for key in sorted(theirs.keys() | states.keys()):
        place = ".".join(key)
        if key not in theirs:
            yield Row(place, "undecided" if states[key].undecided else "wrong", "the running project has no such model")
        elif key not in states:
            why = "its module was taken for one that nothing imports" if key in unreached else "the model was not found"
            yield Row(place, "undecided" if key in unreached else "wrong", f"{why} ({theirs[key]['dotted']})")
        else:
            yield from _model(place, states[key], theirs[key])


def _model(place: str, state: ModelState, truth: Mapping[str, Any]) -> Iterator[Row]:
    ours = {item.name: item for item in state.fields}
    theirs = {item["name"]: item for item in truth["fields"]}
    for name in [*theirs, *(name for name in ours if name not in theirs)]:
        yield _field(f"{place}.{name}", ours.get(name), theirs.get(name), state.undecided)
    mine = {key: shown(value) for key, value in state.options.items()}
    told = {
        key: {"$tuple": value} if key in ("indexes", "constraints") and isinstance(value, list) else value for key, value in truth["options"].items()
    }
    for name in sorted(mine.keys() | told.keys()):
        answer = matches(mine[name], told[name]) if name in mine and name in told else False
        if answer is False and state.undecided:
            answer = None
        yield _row(f"{place}.Meta.{name}", answer, mine.get(name), told.get(name), state.undecided)
    bases = [canonical(base) for base in truth["bases"]]
    alike = len(bases) == len(state.bases) and all(_same_path(*pair) for pair in zip(state.bases, bases, strict=True))
    yield _row(f"{place}.bases", alike or (None if state.undecided else False), state.bases, bases, state.undecided)
    yield _row(f"{place}.managers", _managers(state, truth), [shown(item) for item in state.managers], truth["managers"], state.undecided)


def _managers(state: ModelState, truth: Mapping[str, Any]) -> bool | None:
    names = [name for name, _ in state.managers] == [name for name, _ in truth["managers"]]
    return True if names else None if state.undecided else False


def _field(place: str, ours: FieldState | None, truth: Mapping[str, Any] | None, doubt: str | None) -> Row:
    if ours is None or truth is None:
        return Row(place, "undecided" if doubt else "wrong", doubt or ("only the running project has it" if ours is None else "only ours has it"))
    if ours.undecided:
        return Row(place, "undecided", ours.undecided)
    told = truth["arguments"]
    mine = {key: shown(item) for key, item in ours.arguments.items()}
    if "*args" in mine and isinstance(mine["*args"], dict):
        mine["*args"] = mine["*args"]["$tuple"]
    answer = _all([_same_path(canonical(ours.kind), truth["kind"]), _mappings(mine, told)])
    if answer is False and ours.open:
        return Row(place, "undecided", ours.open)
    return _row(place, answer, (ours.kind, mine), (truth["kind"], told), doubt)


def _row(place: str, answer: bool | None, ours: object, truth: object, doubt: str | None) -> Row:
    if answer:
        return Row(place, "equal")
    if answer is None:
        return Row(place, "undecided", doubt or _reason(ours) or "")
    return Row(place, "wrong", f"ours {json.dumps(ours)[:1600]}\n          truth {json.dumps(truth)[:1600]}")


def _reason(part: object) -> str | None:
    if isinstance(part, dict):
        return str(part["$undecided"]) if "$undecided" in part else next((found for item in part.values() if (found := _reason(item))), None)
    return next((found for item in part if (found := _reason(item))), None) if isinstance(part, (list, tuple)) else None


def report(name: str, rows: list[Row], truth: Mapping[str, Any], models: Models) -> int:
    """Print the shares, and what is not equal."""
    counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in ("equal", "undecided", "wrong")}
    share = 100 * counts["equal"] / max(1, len(rows))
    print(f"{name}   Django {truth['version']}, {len(truth['models'])} models in {len(truth['apps'])} apps")
    print(f"  {len(rows)} compared, {counts['equal']} equal ({share:.1f} %), {counts['undecided']} undecided, {counts['wrong']} wrong")
    for row in rows:
        if row.verdict != "equal":
            print(f"  {row.verdict:9} {row.place}: {row.detail}")
    for problem in [*models.problems, *(f"running: {what}: {why}" for what, why in truth["problems"].items())]:
        print(f"  problem   {problem}")
    return int(counts["wrong"] > 0)
