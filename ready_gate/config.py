"""The config, `.ready-gate.yml`: validated, every key optional."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ready_gate import yamlfile
from ready_gate.errors import UserError
from ready_gate.model import AllowedSecret, Checklist, Item, Origin, Severity, VerdictStatus, Waiver
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
    """Where staging is, and how to look at it. `timeout` is in seconds."""

    url: str | None = None
    health: str | None = None
    commit_url: str | None = None
    commit_key: str | None = None
    headers_from: tuple[str, ...] = ()
    ca_bundle: str | None = None
    allow_private: bool = False
    active_probes: bool = False
    timeout: float = 10
    on_unreachable: str = "block"


@dataclass(frozen=True)
class ReleaseConfig:
    """Which pull requests are releases: those to a base branch, or with a label."""

    base: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class GateConfig:
    """What blocks."""

    fail_on: str = "major"
    mode: str = "enforce"
    inconclusive: str = "by-severity"
    four_eyes: bool = False


@dataclass(frozen=True)
class Config:
    """The whole config. `items` are the options of single items, `documents` the addresses of external pages, both by item id."""

    project: ProjectConfig = ProjectConfig()
    staging: StagingConfig = StagingConfig()
    release: ReleaseConfig = ReleaseConfig()
    gate: GateConfig = GateConfig()
    items: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    allowed_secrets: tuple[AllowedSecret, ...] = ()
    kingfisher: bool = False
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
    if not document or not name:
        return None
    path = _inside(document, folder, name, ("checklist",))
    if not path.is_file():
        raise document.error(f"there is no checklist {name!r} in the project's folder", ("checklist",))
    return str(path)


def load(folder: str, named: str | None, checklist: Checklist) -> Config:
    """The config of a project folder (or the file named by the caller), checked against the checklist's items. Raises `UserError`."""
    document = _read(folder, named)
    if document is None:
        return Config()
    data = document.data
    _check_items(document, {item.id: item for item in checklist.items})
    for pointer in (("project", "root"), ("project", "env-file"), ("staging", "ca-bundle"), ("attestations",)):
        if name := _at(data, pointer):
            _inside(document, folder, name, pointer)
    return Config(
        project=_project(document),
        staging=_staging(data.get("staging") or {}),
        release=ReleaseConfig(**{key: tuple(value) for key, value in (data.get("release") or {}).items()}),
        gate=GateConfig(**_named(data.get("gate"))),
        items=data.get("items", {}),
        allowed_secrets=tuple(_allowed_secrets(document)),
        kingfisher=(data.get("secrets") or {}).get("kingfisher", False),
        documents=data.get("documents", {}),
        attestations=data.get("attestations", Config.attestations),
        waivers=tuple(_waivers(document)),
    )


def _read(folder: str, named: str | None) -> yamlfile.Document | None:
    path = Path(named) if named else Path(folder, FILE)
    if not named and not path.is_symlink() and not path.exists():
        return None
    if not named and not path.resolve().is_relative_to(Path(folder).resolve()):
        raise UserError("lies outside of the project's folder", FILE)
    document = yamlfile.read(path, named or FILE)
    if document.data is None:
        return None
    yamlfile.validate(document, "config")
    return document


def _at(data: Any, pointer: tuple[str, ...]) -> str | None:
    for key in pointer:
        data = (data or {}).get(key)
    return data if isinstance(data, str) else None


def _named(raw: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key.replace("-", "_"): value for key, value in (raw or {}).items()}


def _project(document: yamlfile.Document) -> ProjectConfig:
    data = _named(document.data.get("project"))
    # Variables are text: what YAML makes of `1.10`, `off` or `0777` is not what the process would see.
    environment = {name: document.written[("project", "environment", name)] for name in data.pop("environment", {})}
    return ProjectConfig(**data, environment=environment)


def _staging(raw: Mapping[str, Any]) -> StagingConfig:
    data = _named(raw)
    commit = data.pop("expect_commit", {})
    data["headers_from"] = tuple(data.get("headers_from", ()))
    return StagingConfig(**data, commit_url=commit.get("url"), commit_key=commit.get("json"))


def _inside(document: yamlfile.Document, folder: str, name: str, pointer: yamlfile.Pointer) -> Path:
    target = Path(folder, name)
    if not target.resolve().is_relative_to(Path(folder).resolve()):
        raise document.error(f"{yamlfile.place(pointer)} leaves the project's folder: {name!r}", pointer)
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


_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": ((bool,), "true or false"),
    "string": ((str,), "text"),
    "list": ((list,), "a list"),
}


def _check_option(document: yamlfile.Document, item: Item, key: str, value: object) -> None:
    pointer = ("items", item.id, key)
    if key == "severity":
        if item.severity is Severity.BLOCKER and value != "blocker":
            raise document.error(f"{item.id} is a blocker and cannot be lowered; a waiver with a date lets a failure through", pointer)
        return
    declared = item.options.get(key)
    if not isinstance(declared, Mapping):
        raise document.error(f"{item.id} has no option {key!r}{nearest(key, ['severity', *item.options])}", pointer)
    types, called = _TYPES[str(declared["type"])]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise document.error(f"{yamlfile.place(pointer)} must be {called}, not {yamlfile.shown(value, pointer)}", pointer)


def _waivers(document: yamlfile.Document) -> Iterator[Waiver]:
    for index, entry in enumerate(document.data.get("waivers", ())):
        by, reason = (" ".join(entry[key].split()) for key in ("by", "reason"))
        yield Waiver(entry["item"], by, reason, entry["expires"], Origin(document.path, document.line(("waivers", index))))


def _allowed_secrets(document: yamlfile.Document) -> Iterator[AllowedSecret]:
    for index, entry in enumerate((document.data.get("secrets") or {}).get("allow", ())):
        yield AllowedSecret(**entry, at=Origin(document.path, document.line(("secrets", "allow", index))))
