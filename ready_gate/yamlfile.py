"""YAML of the user's own: read safely, checked against a schema, with the line of every key, and errors in one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ready_gate.content import folder
from ready_gate.errors import UserError
from ready_gate.nearest import nearest

if TYPE_CHECKING:
    import yaml
    from jsonschema.exceptions import ValidationError

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

Pointer = tuple[object, ...]


@dataclass(frozen=True)
class Document:
    """A read file: plain data, and the line of each key and element by its path of keys and indexes."""

    path: str
    data: Any
    lines: Mapping[Pointer, int]

    def line(self, pointer: Pointer) -> int:
        """The line of this place, or of the nearest one around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer[:-1]
        return self.lines.get(pointer, 1)

    def error(self, message: str, pointer: Pointer = ()) -> UserError:
        """A user's error at this place."""
        return UserError(message, self.path, self.line(pointer))


def read(path: Path, shown: str | None = None) -> Document:
    """Read a YAML file. `shown` is how errors call it. Raises `UserError` with file and line."""
    shown = shown or str(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"larger than {MAX_BYTES // 1000} kB", shown)
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UserError(f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}", shown) from error
    return parse(text, shown)


def parse(text: str, shown: str) -> Document:
    """Parse YAML text; only plain data types, no duplicate keys, bounded in depth and size also after aliases."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "unreadable"
        raise UserError(f"not valid YAML: {problem}", shown, mark.line + 1 if mark else None) from error
    except RecursionError as error:
        raise UserError("nested too deeply", shown) from error
    builder = _Builder(shown)
    data = builder.build(node, ()) if node is not None else None
    return Document(shown, data, builder.lines)


class _Builder:
    """Plain data from a node tree."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.lines: dict[Pointer, int] = {}
        self.nodes = 0

    def build(self, node: yaml.Node, pointer: Pointer) -> Any:
        """The value of a node; every place's line is noted on the way."""
        import yaml

        line = node.start_mark.line + 1
        self.lines.setdefault(pointer, line)
        self.nodes += 1
        if len(pointer) > MAX_DEPTH or self.nodes > MAX_NODES:
            raise UserError("nested too deeply or too large once its aliases are followed", self.shown, line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*pointer, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str):
                raise UserError("a key must be plain text", self.shown, line)
            if key in found:
                raise UserError(f"the key {key!r} stands here a second time (first in line {self.lines[(*pointer, key)]})", self.shown, line)
            self.lines[(*pointer, key)] = line
            found[key] = self.build(child, (*pointer, key))
        return found

    def _scalar(self, node: yaml.Node, line: int) -> Any:
        import yaml

        if node.tag == "tag:yaml.org,2002:timestamp":
            return str(node.value)
        try:
            return yaml.SafeLoader("").construct_object(node)  # type: ignore[no-untyped-call]
        except (yaml.YAMLError, ValueError) as error:
            raise UserError(f"the tag {node.tag} is not allowed here", self.shown, line) from error


def validate(document: Document, schema: str) -> None:
    """Check a document against a schema of `checklist/schemas/`. Raises `UserError` for the first fault, counting the rest."""
    from jsonschema import Draft202012Validator

    rules = json.loads((folder() / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    faults = sorted(Draft202012Validator(rules).iter_errors(document.data), key=lambda fault: document.line(tuple(fault.absolute_path)))
    if faults:
        message, pointer = _sentence(faults[0])
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise document.error(message + more, pointer)


def _sentence(fault: ValidationError) -> tuple[str, Pointer]:
    """One clear sentence for a fault, and the place it is about."""
    pointer: Pointer = tuple(fault.absolute_path)
    name = ".".join(str(part) for part in pointer) or "the file"
    wanted: Any = fault.validator_value
    if fault.validator == "additionalProperties":
        allowed = fault.schema.get("properties", {}) if isinstance(fault.schema, Mapping) else {}
        unknown = next((key for key in fault.instance if key not in allowed), "")
        under = f" under {name!r}" if pointer else ""
        return f"unknown key {unknown!r}{under}{nearest(unknown, allowed)}", (*pointer, unknown)
    if fault.validator == "required":
        missing = next((key for key in wanted if key not in fault.instance), "")
        return f"{name} lacks the key {missing!r}", pointer
    if fault.validator == "enum":
        choices = ", ".join(str(choice) for choice in wanted)
        return f"{name} must be one of {choices}, not {fault.instance!r}{nearest(str(fault.instance), [str(c) for c in wanted])}", pointer
    if fault.validator == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return f"{name} must be {' or '.join(_KINDS.get(kind, kind) for kind in kinds)}, not {_shown(fault.instance)}", pointer
    return f"{name} is not right: {fault.schema.get('description') or fault.message if isinstance(fault.schema, Mapping) else fault.message}"[:300], pointer


_KINDS = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list", "object": "a mapping", "null": "nothing"}


def _shown(value: object) -> str:
    kinds = {dict: "a mapping", list: "a list", bool: str(value).lower(), type(None): "nothing"}
    return kinds.get(type(value)) or (f"the text {value!r}" if isinstance(value, str) else repr(value))[:80]
