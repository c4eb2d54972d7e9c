"""The checklist: the built-in one, or a user's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ready_gate.content import folder
from ready_gate.errors import UserError
from ready_gate.model import Checklist, Item, Rule, RuleText, Section, Severity
from ready_gate.nearest import nearest

if TYPE_CHECKING:
    from ready_gate import yamlfile

BUILT_IN = "production"
MAX_FILES = 50


@dataclass
class _Draft:
    """A checklist as raw data while files are put together. `files` are those read so far; `known` are the check ids that exist, where the
    caller said so."""

    known: Collection[str] | None = None
    sections: dict[str, str] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: set[Path] = field(default_factory=set)


def load(path: str | None = None, known_checks: Collection[str] | None = None) -> Checklist:
    """The built-in checklist, or the one in this file (validated, with `extends`, `include`, `change`, `remove` and added items followed).

    With `known_checks`, a check id in the user's file that is none of them is an error with its line. Raises `UserError`.
    """
    draft = _Draft(known_checks)
    if path is None:
        _read_built_in(draft)
    else:
        _read_own(Path(path), path, draft)
    used = {raw["section"] for raw in draft.items.values()}
    sections = tuple(Section(id, title) for id, title in draft.sections.items() if id in used)
    if not sections:
        raise UserError("the checklist has no item", path)
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
        _add_sections(draft, parsed(name)["sections"])


def _read_own(path: Path, shown: str, draft: _Draft) -> None:
    from ready_gate import yamlfile  # the built-in checklist does without it

    document = yamlfile.read(path, shown)
    yamlfile.validate(document, "checklist")
    draft.files.add(path.resolve())
    data = document.data
    if base := data.get("extends"):
        _extend(document, path, base, draft)
    for index, name in enumerate(data.get("include", ())):
        _read_beside(document, path, name, ("include", index), draft)
    _remove_and_change(document, draft)
    for index, section in enumerate(data.get("sections", ())):
        _look_at_items(document, draft, section, ("sections", index, "items"))
        _add_sections(draft, [section])


def _extend(document: yamlfile.Document, path: Path, base: str, draft: _Draft) -> None:
    if draft.items:
        raise document.error("only the first file of a checklist may extend another one", ("extends",))
    if base == BUILT_IN:
        _read_built_in(draft)
    else:
        _read_beside(document, path, base, ("extends",), draft)


def _read_beside(document: yamlfile.Document, path: Path, name: str, pointer: yamlfile.Pointer, draft: _Draft) -> None:
    """Read a file that a checklist names. It may not lie outside of the checklist's own folder, and counts once."""
    target, home = (path.parent / name).resolve(), path.parent.resolve()
    if not target.is_relative_to(home):
        raise document.error(f"{name!r} is outside of the checklist's folder", pointer)
    if not target.is_file():
        built_in = f" (`{BUILT_IN}` is the built-in one)" if pointer == ("extends",) else ""
        raise document.error(f"there is no file {name!r} in the checklist's folder{built_in}", pointer)
    if target in draft.files:
        raise document.error(f"{name!r} is part of this checklist already", pointer)
    if len(draft.files) >= MAX_FILES:
        raise document.error(f"a checklist of more than {MAX_FILES} files", pointer)
    _read_own(target, str(Path(document.path).parent / name), draft)


def _remove_and_change(document: yamlfile.Document, draft: _Draft) -> None:
    for index, id in enumerate(document.data.get("remove", ())):
        _refuse_unknown(document, draft, id, ("remove", index))
        del draft.items[id]
    for id, changes in document.data.get("change", {}).items():
        _refuse_unknown(document, draft, id, ("change", id))
        _look_at_checks(document, draft, changes, ("change", id))
        draft.items[id] = {**draft.items[id], **changes}


def _refuse_unknown(document: yamlfile.Document, draft: _Draft, id: str, pointer: yamlfile.Pointer) -> None:
    if id not in draft.items:
        raise document.error(f"no item is called {id!r}{nearest(id, draft.items)}", pointer)


def _look_at_items(document: yamlfile.Document, draft: _Draft, section: Mapping[str, Any], pointer: yamlfile.Pointer) -> None:
    seen: set[str] = set()
    for index, item in enumerate(section.get("items", ())):
        id, here = item["id"], (*pointer, index)
        if not id.startswith(f"{section['id']}."):
            raise document.error(f"the item {id!r} must begin with its section's id, {section['id']!r} and a dot", (*here, "id"))
        if id in draft.items or id in seen:
            raise document.error(f"there is an item {id!r} already", (*here, "id"))
        seen.add(id)
        _look_at_checks(document, draft, item, here)


def _look_at_checks(document: yamlfile.Document, draft: _Draft, item: Mapping[str, Any], pointer: yamlfile.Pointer) -> None:
    for key in ("when", "decided-by", "also", "hints"):
        for id, here in _check_ids(item.get(key, ()), (*pointer, key)):
            if draft.known is not None and id not in draft.known:
                raise document.error(f"no check is called {id!r}{nearest(id, draft.known)}", here)


def _check_ids(raw: Any, pointer: yamlfile.Pointer) -> Iterator[tuple[str, yamlfile.Pointer]]:
    """The check ids of a rule or a list of them, each with its place."""
    if isinstance(raw, str):
        yield raw, pointer
    elif isinstance(raw, Mapping):
        for kind in ("all", "any"):
            yield from _check_ids(raw.get(kind, ()), (*pointer, kind))
    else:
        for index, part in enumerate(raw):
            yield from _check_ids(part, (*pointer, index))


def _add_sections(draft: _Draft, sections: Iterable[Mapping[str, Any]]) -> None:
    for section in sections:
        draft.sections.setdefault(section["id"], section.get("title", section["id"]).strip())
        for item in section.get("items", ()):
            draft.items[item["id"]] = {**item, "section": section["id"]}


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(
        id=raw["id"],
        section=raw["section"],
        title=raw["title"].strip(),
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


def _rule_texts(raw: Mapping[str, Mapping[str, Any]]) -> Iterator[RuleText]:
    for id, text in raw.items():
        yield RuleText(id, text["title"].strip(), text.get("fix", "").strip(), text.get("general", False))
