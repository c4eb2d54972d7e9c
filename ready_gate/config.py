"""The config, `.ready-gate.yml`: validated, every key optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ready_gate import yamlfile
from ready_gate.model import Checklist, Item, Origin, VerdictStatus, Waiver
from ready_gate.nearest import nearest

FILE = ".ready-gate.yml"


@dataclass(frozen=True)
class ProjectConfig:
    """Where the project is and what its production environment is."""

    root: str = "."
    settings_module: str | None = None
    configuration: str | None = None
    env_file: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StagingConfig:
    """Where staging is."""

    url: str | None = None


@dataclass(frozen=True)
class GateConfig:
    """What blocks."""

    fail_on: str = "major"
    mode: str = "enforce"
    inconclusive: str = "by-severity"


@dataclass(frozen=True)
class Config:
    """The whole config. `items` are the options of single items, by item id."""

    project: ProjectConfig = ProjectConfig()
    staging: StagingConfig = StagingConfig()
    gate: GateConfig = GateConfig()
    items: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    attestations: str = ".ready-gate/attestations.yml"
    waivers: tuple[Waiver, ...] = ()

    def severity_of(self, item: str) -> str | None:
        """The severity that the config gives this item, if it does."""
        severity = self.items.get(item, {}).get("severity")
        return severity if isinstance(severity, str) else None

    def waiver_of(self, item: str, today: date) -> Waiver | None:
        """The waiver that stands for this item today."""
        return next((waiver for waiver in self.waivers if waiver.item == item and waiver.expires >= today.isoformat()), None)

    def waiver_notes(self, verdicts: Mapping[str, VerdictStatus], today: date) -> tuple[str, ...]:
        """One line for each waiver that has expired or that nothing needs."""
        lines = []
        for waiver in self.waivers:
            if waiver.expires < today.isoformat():
                lines.append(f"the waiver of {waiver.item} by {waiver.by} expired on {waiver.expires} and no longer counts ({waiver.at})")
            elif waiver.item in verdicts and verdicts[waiver.item] is not VerdictStatus.WAIVED:
                lines.append(f"the waiver of {waiver.item} is not needed: the item is {verdicts[waiver.item].value} ({waiver.at})")
        return tuple(lines)


def checklist_of(folder: str, named: str | None) -> str | None:
    """The path of the checklist that the config names, if it does."""
    document = _read(folder, named)
    name = document.data.get("checklist") if document else None
    return str(_inside(document, folder, name, ("checklist",))) if document and name else None


def load(folder: str, named: str | None, checklist: Checklist) -> Config:
    """The config of a project folder (or the file named by the caller), checked against the checklist's items."""
    document = _read(folder, named)
    if document is None:
        return Config()
    data = document.data
    items = {item.id: item for item in checklist.items}
    _check_items(document, items)
    _inside(document, folder, data.get("project", {}).get("root", "."), ("project", "root"))
    attestations = data.get("attestations", Config.attestations)
    _inside(document, folder, attestations, ("attestations",))
    return Config(
        project=_project(data.get("project", {})),
        staging=StagingConfig(data.get("staging", {}).get("url")),
        gate=GateConfig(**{key.replace("-", "_"): value for key, value in data.get("gate", {}).items() if key != "four-eyes"}),
        items=data.get("items", {}),
        documents=data.get("documents", {}),
        attestations=attestations,
        waivers=tuple(_waiver(document, index, entry) for index, entry in enumerate(data.get("waivers", ()))),
    )


def _read(folder: str, named: str | None) -> yamlfile.Document | None:
    path = Path(named) if named else Path(folder, FILE)
    if not named and not path.is_file():
        return None
    document = yamlfile.read(path, str(named or FILE))
    if document.data is None:
        return None
    yamlfile.validate(document, "config")
    return document


def _project(data: Mapping[str, Any]) -> ProjectConfig:
    environment = {name: str(value) for name, value in data.get("environment", {}).items()}
    return ProjectConfig(data.get("root", "."), data.get("settings-module"), data.get("configuration"), data.get("env-file"), environment)


def _inside(document: yamlfile.Document, folder: str, name: str, pointer: yamlfile.Pointer) -> Path:
    target = Path(folder, name)
    if not target.resolve().is_relative_to(Path(folder).resolve()):
        raise document.error(f"{'.'.join(map(str, pointer))} leaves the project's folder: {name}", pointer)
    return target


def _check_items(document: yamlfile.Document, items: Mapping[str, Item]) -> None:
    for kind in ("items", "documents"):
        for id in document.data.get(kind, {}):
            _known(document, items, id, (kind, id))
    for index, waiver in enumerate(document.data.get("waivers", ())):
        _known(document, items, waiver["item"], ("waivers", index, "item"))
    for id, options in document.data.get("items", {}).items():
        for key, value in options.items():
            _check_option(document, items[id], key, value)


def _known(document: yamlfile.Document, items: Mapping[str, Item], id: str, pointer: yamlfile.Pointer) -> None:
    if id not in items:
        raise document.error(f"no item is called {id!r}{nearest(id, items)}", pointer)


_TYPES: Mapping[str, tuple[type, ...]] = {"integer": (int,), "number": (int, float), "boolean": (bool,), "string": (str,), "list": (list,)}


def _check_option(document: yamlfile.Document, item: Item, key: str, value: object) -> None:
    pointer = ("items", item.id, key)
    if key == "severity":
        if item.severity.value == "blocker" and value != "blocker":
            raise document.error(f"{item.id} is a blocker and cannot be lowered; a waiver with a date lets it through once", pointer)
        return
    declared = item.options.get(key)
    if not isinstance(declared, Mapping):
        raise document.error(f"{item.id} has no option {key!r}{nearest(key, ['severity', *item.options])}", pointer)
    wanted = str(declared["type"])
    if not isinstance(value, _TYPES[wanted]) or (wanted != "boolean" and isinstance(value, bool)):
        raise document.error(f"items.{item.id}.{key} must be of type {wanted}, not {value!r}", pointer)


def _waiver(document: yamlfile.Document, index: int, entry: Mapping[str, str]) -> Waiver:
    pointer = ("waivers", index, "expires")
    try:
        date.fromisoformat(entry["expires"])
    except ValueError as error:
        raise document.error(f"{entry['expires']} is no date of the calendar", pointer) from error
    return Waiver(entry["item"], entry["by"], entry["reason"], entry["expires"], Origin(document.path, document.line(("waivers", index))))

