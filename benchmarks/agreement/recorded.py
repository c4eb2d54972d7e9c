"""A recorded truth: what a project said when somebody ran it, with secrets, people and machine paths replaced by markers."""

from __future__ import annotations

import ast
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.agreement.compare import Match, same
from ready_gate.facts.git_command import run_git

_HIDDEN = re.compile(r"<(?:ROOT|VENV|STDLIB|PYTHON|ABOVE_ROOT|HOME|email|cred|secret)>")
_COMPLETED = ("DATABASES", "REST_FRAMEWORK", "SIMPLE_JWT")  # recorded as written, without the defaults that the library adds

_NOTHING: dict[str, Any] = {"explicit_settings_not_dumped": [], "env_reads": {}, "migrations": {}}  # of older commits, only a part was recorded


@dataclass(frozen=True)
class Recorded:
    """One entry of the file, in the form that `compare` takes."""

    settings: dict[str, object]
    silent: frozenset[str]
    environment: dict[str, str]
    settings_module: str
    ids: tuple[str, ...]
    reads: frozenset[str]
    match: Match
    migrations: dict[str, Any]
    routes: list[dict[str, Any]]


def recorded(file: Path, project: Path) -> Recorded:
    """The entry of the commit that is checked out; files that were written for the run must be there already."""
    head = (run_git(str(project), "rev-parse", "HEAD") or b"").decode().strip()
    entries = [entry for entry in json.loads(file.read_text(encoding="utf-8")) if entry["commit"] == head]
    if not entries:
        raise SystemExit(f"{file} has no entry for commit {head}")
    entry, truth = entries[0], _NOTHING | entries[0]["truth"]
    chosen = {"DJANGO_CONFIGURATION": entry["configuration_class"]} if entry.get("configuration_class") else {}
    environment = entry["env"] | chosen
    failed = {name for name, value in truth["settings"].items() if isinstance(value, dict) and "$error" in value}
    return Recorded(
        settings={name: value for name, value in truth["settings"].items() if name not in failed},
        silent=frozenset({*truth["explicit_settings_not_dumped"], *failed}),
        environment=environment,
        settings_module=entry["settings_module"],
        ids=tuple({*truth["checks"]["ids_deploy"], *(id for id in truth["checks"]["silenced_ids"] if id.startswith("security."))}),
        reads=frozenset(name for name, read in truth["env_reads"].items() if any(_reads_here(project, place) for place in read["at"])),
        match=partial(_match, str(project), environment),
        migrations=truth["migrations"],
        routes=truth.get("routes") or [],
    )


@contextmanager
def written(environment: Mapping[str, str]) -> Iterator[Path]:
    """An environment file that holds these variables."""
    with tempfile.NamedTemporaryFile("w", suffix=".env") as file:
        file.writelines("{}='{}'\n".format(name, value.replace("\\", "\\\\").replace("'", "\\'")) for name, value in environment.items())
        file.flush()
        yield Path(file.name)


def _reads_here(project: Path, place: str) -> bool:
    """Whether the line itself reads: what a library reads while it is imported was recorded at the import."""
    path, _, line = place.rpartition(":")
    tree = ast.parse((project / path).read_bytes())
    return not any(isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno <= int(line) <= (node.end_lineno or 0) for node in ast.walk(tree))


def _match(root: str, environment: Mapping[str, str], ours: object, truth: object) -> bool | None:
    if isinstance(truth, dict) and len(truth) <= 2 and (mark := next((key for key in truth if key.startswith("$")), None)):
        return _MARKS[mark](ours, truth[mark], root, environment)
    if isinstance(ours, str) and isinstance(truth, str):
        return _is_text(ours, truth, root)
    return same(ours, truth)


def _is_text(ours: str, truth: str, root: str) -> bool:
    parts = _HIDDEN.split(truth.replace("<ROOT>", root))
    return ours == truth or re.fullmatch(".*".join(map(re.escape, parts)), ours, re.DOTALL) is not None


def _is_secret(ours: object, mark: Mapping[str, Any], root: str, environment: Mapping[str, str]) -> bool:
    if mark["kind"] == "none":
        return ours is None
    return isinstance(ours, str) and len(ours) == mark["len"] and environment.get(mark.get("env", ""), "") in ours


def _is_path(ours: object, mark: str, root: str, environment: Mapping[str, str]) -> bool:
    return ours == (mark.removeprefix("<ROOT>").lstrip("/") or "." if mark.startswith("<ROOT>") else mark)


def _is_set(ours: object, mark: list[str], root: str, environment: Mapping[str, str]) -> bool:
    return isinstance(ours, list) and sorted(map(str, ours)) == mark


def _is_named(ours: object, mark: str, root: str, environment: Mapping[str, str]) -> bool | None:
    return same(ours, {"$object": mark})


_MARKS: dict[str, Callable[[object, Any, str, Mapping[str, str]], bool | None]] = {
    "$secret": _is_secret,
    "$timedelta_s": lambda ours, mark, root, environment: ours == {"$timedelta": mark},
    "$path": _is_path,
    "$callable": _is_named,
    "$object": _is_named,
    "$lazy": lambda ours, mark, root, environment: ours == mark,
    "$set": _is_set,
    "$regex": lambda ours, mark, root, environment: ours == f"re.compile({mark!r})",
    "$people": lambda ours, mark, root, environment: len(ours) == mark if isinstance(ours, list) else not ours and not mark,
}


def as_recorded(entries: Mapping[str, dict[str, Any]], truth: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Our entries in the same cut: LOGGING summarised, and without the defaults that a library adds to its block."""
    return {name: {**entry, "value": _cut(name, entry["value"], truth.get(name))} if "value" in entry else entry for name, entry in entries.items()}


def _cut(name: str, value: Any, truth: Any) -> Any:
    if name == "LOGGING" and isinstance(value, dict) and "keys" in truth:
        return _summary(value)
    if name in _COMPLETED and isinstance(value, dict) and isinstance(truth, dict):
        inner = {key: _cut(name, child, truth.get(key)) if name == "DATABASES" else child for key, child in value.items()}
        return {key: child for key, child in inner.items() if key in truth or key == "$unknown"}
    return value


def _summary(config: dict[str, Any]) -> dict[str, Any]:
    wanted = {"handlers": ("class", "level", "filters"), "loggers": ("handlers", "level", "propagate")}
    parts = {part: {key: {inner: child.get(inner) for inner in keys} for key, child in config.get(part, {}).items()} for part, keys in wanted.items()}
    return {"keys": sorted(config), "disable_existing_loggers": config.get("disable_existing_loggers"), "root": config.get("root"), **parts}
