"""The checklist: the built-in one, or a user's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ready_gate import yamlfile
from ready_gate.content import folder
from ready_gate.errors import UserError
from ready_gate.model import Checklist, Item, Rule, RuleText, Section, Severity
from ready_gate.nearest import nearest

BUILT_IN = "production"


@dataclass
class _Draft:
    """A checklist as raw data while files are put together, with where each item was written."""

    sections: dict[str, str]
    items: dict[str, dict[str, Any]]
    places: dict[str, str]


def load(path: str | None = None) -> Checklist:
    """The built-in checklist, or the one in this file (validated, with `extends`, `change`, `remove` and added items followed)."""
    draft = _Draft({}, {}, {})
    if path is None:
        _read_built_in(draft)
    else:
        _read_own(Path(path), draft, seen=())
    sections = tuple(Section(id, title) for id, title in draft.sections.items())
    order = {section.id: index for index, section in enumerate(sections)}
    items = sorted((_item(raw) for raw in draft.items.values()), key=lambda item: order[item.section])
    return Checklist(sections, tuple(items))


def unknown_checks(checklist: Checklist, known: Iterable[str]) -> list[str]:
    """Check ids that the checklist names and that do not exist."""
    known = set(known)
    return [id for item in checklist.items for id in item.checks() if id not in known]


def _read_built_in(draft: _Draft) -> None:
    """Read our own files without validating them: the tests have done that."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def parsed(name: str) -> dict[str, Any]:
        with (folder() / name).open("rb") as file:
            return dict(yaml.load(file, Loader=loader))  # noqa: S506 - both loaders are the safe ones

    for name in parsed(f"{BUILT_IN}.yml")["include"]:
        _add_sections(draft, parsed(name)["sections"], name)


def _read_own(path: Path, draft: _Draft, seen: tuple[Path, ...]) -> None:
    document = yamlfile.read(path)
    yamlfile.validate(document, "checklist")
    if path.resolve() in seen:
        raise document.error("this checklist extends or includes itself")
    data, here = document.data, (*seen, path.resolve())
    base = data.get("extends")
    if base == BUILT_IN:
        _read_built_in(draft)
    elif base:
        _read_own(_beside(document, path, base, "extends"), draft, here)
    for name in data.get("include", ()):
        _read_own(_beside(document, path, name, "include"), draft, here)
    _remove_and_change(document, draft)
    for index, section in enumerate(data.get("sections", ())):
        for position, item in enumerate(section.get("items", ())):
            _refuse_bad_id(document, draft, section["id"], item["id"], ("sections", index, "items", position, "id"))
    _add_sections(draft, data.get("sections", ()), str(path))


def _beside(document: yamlfile.Document, path: Path, name: str, key: str) -> Path:
    """A file named by a checklist; it may not lie outside of the checklist's own folder."""
    target = (path.parent / name).resolve()
    if not target.is_relative_to(path.parent.resolve()):
        raise document.error(f"{name} is outside of the checklist's folder", (key,))
    return target


def _remove_and_change(document: yamlfile.Document, draft: _Draft) -> None:
    for index, id in enumerate(document.data.get("remove", ())):
        _known(document, draft, id, ("remove", index))
        del draft.items[id]
    for id, changes in document.data.get("change", {}).items():
        _known(document, draft, id, ("change", id))
        draft.items[id] = {**draft.items[id], **changes}


def _known(document: yamlfile.Document, draft: _Draft, id: str, pointer: yamlfile.Pointer) -> None:
    if id not in draft.items:
        raise document.error(f"no item is called {id!r}{nearest(id, draft.items)}", pointer)


def _refuse_bad_id(document: yamlfile.Document, draft: _Draft, section: str, id: str, pointer: yamlfile.Pointer) -> None:
    if not id.startswith(f"{section}."):
        raise document.error(f"the item {id!r} must begin with its section's id, {section!r} and a dot", pointer)
    if id in draft.items:
        raise document.error(f"there is an item {id!r} already", pointer)


def _add_sections(draft: _Draft, sections: Iterable[Mapping[str, Any]], place: str) -> None:
    for section in sections:
        draft.sections.setdefault(section["id"], section.get("title", section["id"]))
        for item in section.get("items", ()):
            if item["id"] in draft.items:
                raise UserError(f"there is an item {item['id']!r} already", place)
            draft.items[item["id"]] = {**item, "section": section["id"]}
            draft.places[item["id"]] = place


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(
        id=raw["id"],
        section=raw["section"],
        title=raw["title"],
        severity=Severity(raw["severity"]),
        decided_by=_rule(raw["decided-by"]),
        why=raw.get("why", "").strip(),
        fix=raw.get("fix", "").strip(),
        looks_at=raw.get("looks-at", "").strip(),
        when=tuple(raw.get("when", ())),
        also=tuple(_rule(extra) for extra in raw.get("also", ())),
        hints=tuple(raw.get("hints", ())),
        attestation_days=raw.get("attestation-days", 90),
        links=tuple(raw.get("links", ())),
        rules=tuple(_rule_texts(raw.get("rules", {}))),
        examples=raw.get("examples", {}),
        options=raw.get("options", {}),
    )


def _rule(raw: Any) -> Rule:
    if isinstance(raw, str):
        return Rule("check", raw)
    (kind, content), *_ = raw.items()
    if kind in ("all", "any"):
        return Rule(kind, parts=tuple(_rule(part) for part in content))
    return Rule(kind, content.strip())


def _rule_texts(raw: Mapping[str, Mapping[str, str]]) -> Iterator[RuleText]:
    for id, text in raw.items():
        yield RuleText(id, text["title"].strip(), text.get("fix", "").strip())
