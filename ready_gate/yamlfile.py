"""YAML and JSON of the user's own: read safely, checked against a schema, with the line of every key, and errors in one clear sentence."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ready_gate.content import folder
from ready_gate.errors import UserError
from ready_gate.model import Evidence, names_a_secret
from ready_gate.nearest import nearest

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_FAULTS = 100
MAX_MESSAGE = 400

Pointer = tuple[object, ...]


@dataclass(frozen=True)
class Document:
    """A read file: plain data, and by its path of keys and indexes the line of each key and element, and each scalar as it is written."""

    path: str
    data: Any
    lines: Mapping[Pointer, int] = field(default_factory=dict)
    written: Mapping[Pointer, str] = field(default_factory=dict)

    def line(self, pointer: Pointer) -> int | None:
        """The line of this place, or of the nearest one around it; None for data that was not read from a file."""
        while pointer and pointer not in self.lines:
            pointer = pointer[:-1]
        return self.lines.get(pointer)

    def error(self, message: str, pointer: Pointer = ()) -> UserError:
        """A user's error at this place."""
        return UserError(message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…", self.path, self.line(pointer))


def read(path: Path, shown: str | None = None) -> Document:
    """Read a YAML (or JSON) file. `shown` is how errors call it. Raises `UserError` with file and line."""
    shown = shown or str(path)
    try:
        data = _bytes(path)
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror or 'it cannot be opened'}", shown) from error
    if data is None:
        raise UserError("cannot be read: it is no regular file", shown)
    if len(data) > MAX_BYTES:
        raise UserError(f"larger than {MAX_BYTES // 1000} kB", shown)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError("cannot be read: it is not UTF-8 text", shown, data.count(b"\n", 0, error.start) + 1) from error
    return parse(text, shown)


def _bytes(path: Path) -> bytes | None:
    """At most one byte more than allowed; None for what is no regular file."""
    # Without O_NONBLOCK, opening a FIFO would wait for a writer that never comes.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    finally:
        os.close(handle)


def parse(text: str, shown: str) -> Document:
    """Parse one YAML document: plain data types, keys and dates as text, no duplicate keys, bounded in depth and in size, aliases included."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = _Tree(shown).build(yaml.parse(text, Loader=loader))
    except yaml.reader.ReaderError as error:
        line = text.encode("utf-8", "replace").count(b"\n", 0, error.position) + 1
        raise UserError("not valid YAML: it holds a character that no text holds", shown, line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UserError(f"not valid YAML: {error.problem or error.context}", shown, mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        raise UserError("not valid YAML", shown) from error
    data = _Data(shown)
    return Document(shown, data.of(root, ()) if root else None, data.lines, data.written)


@dataclass(eq=False)
class _Node:
    """A part of a document. Aliases share one; `tag` is an explicit one, `plain` says that a scalar is written without quotes."""

    line: int
    tag: str | None
    text: str | None = None
    plain: bool = False
    children: list[_Node] = field(default_factory=list)
    mapping: bool = False


class _Tree:
    """Nodes from the parser's events: the composer of the C library overflows the stack on deep nesting."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: _Node | None = None
        self.open: list[_Node] = []
        self.anchors: dict[str, _Node] = {}
        self.documents = 0

    def build(self, events: Iterator[Any]) -> _Node | None:
        for count, event in enumerate(events):
            line = event.start_mark.line + 1
            if count > 2 * MAX_NODES:
                raise UserError("too large to be read", self.shown, line)
            self._take(event, type(event).__name__.removesuffix("Event"), line)
        return self.root

    def _take(self, event: Any, kind: str, line: int) -> None:
        if kind == "DocumentStart":
            self.documents += 1
            if self.documents > 1:
                raise UserError("a second document begins here; only one is read", self.shown, line)
        elif kind == "Alias":
            self._place(self._named(event.anchor, line), line)
        elif kind in ("SequenceEnd", "MappingEnd"):
            self.open.pop()
        elif kind in ("Scalar", "SequenceStart", "MappingStart"):
            self._begin(event, kind, line)

    def _begin(self, event: Any, kind: str, line: int) -> None:
        node = _Node(line, event.tag, mapping=kind == "MappingStart")
        if kind == "Scalar":
            node.text, node.plain = event.value, event.implicit[0]
        if event.anchor:
            self.anchors[event.anchor] = node
        self._place(node, line)
        if kind != "Scalar":
            self.open.append(node)
            if len(self.open) > MAX_DEPTH:
                raise UserError("nested too deeply to be read", self.shown, line)

    def _named(self, anchor: str, line: int) -> _Node:
        node = self.anchors.get(anchor)
        if node is None:
            raise UserError(f"nothing above is marked &{anchor[:80]}", self.shown, line)
        if any(node is around for around in self.open):
            raise UserError(f"*{anchor[:80]} stands inside of what it repeats", self.shown, line)
        return node

    def _place(self, node: _Node, line: int) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if parent.mapping and len(parent.children) % 2 == 0 and node.text is None:
            raise UserError("a key must be plain text", self.shown, line)
        parent.children.append(node)


_TAGS = "tag:yaml.org,2002:"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}([eE][-+]?[0-9]{1,2})?")


class _Data:
    """Plain data from nodes, and where each part of it stands."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.lines: dict[Pointer, int] = {}
        self.written: dict[Pointer, str] = {}
        self.nodes = 0

    def of(self, node: _Node, pointer: Pointer) -> Any:
        """The value of a node at this place."""
        self.lines.setdefault(pointer, node.line)
        self.nodes += 1
        if len(pointer) > MAX_DEPTH or self.nodes > MAX_NODES:
            raise UserError("too large to be read once its aliases are followed", self.shown, node.line)
        if node.text is not None:
            self.written[pointer] = node.text
            return self._scalar(node, node.text)
        self._allow(node, "map" if node.mapping else "seq")
        if node.mapping:
            return {key: self._entry(key_node, child, (*pointer, key)) for key, (key_node, child) in self._entries(node).items()}
        return [self.of(child, (*pointer, index)) for index, child in enumerate(node.children)]

    def _entry(self, key: _Node, child: _Node, pointer: Pointer) -> Any:
        self.lines[pointer] = key.line
        return self.of(child, pointer)

    def _entries(self, node: _Node, depth: int = 0) -> dict[str, tuple[_Node, _Node]]:
        """Key and value nodes by the key; what `<<` merges in comes first, and own keys win."""
        own: dict[str, tuple[_Node, _Node]] = {}
        merged: dict[str, tuple[_Node, _Node]] = {}
        for key, child in zip(node.children[::2], node.children[1::2], strict=True):
            text = str(key.text)
            if text in own:
                raise UserError(f"the key {_short(text)} stands here a second time (first in line {own[text][0].line})", self.shown, key.line)
            own[text] = (key, child)
        if "<<" in own and own["<<"][0].plain:
            merged = self._merged(*own.pop("<<"), depth + 1)
        return merged | own

    def _merged(self, key: _Node, value: _Node, depth: int) -> dict[str, tuple[_Node, _Node]]:
        found: dict[str, tuple[_Node, _Node]] = {}
        for other in [value] if value.mapping else value.children:
            self.nodes += 1 + len(other.children)
            if depth > MAX_DEPTH or self.nodes > MAX_NODES:
                raise UserError("too large to be read once its aliases are followed", self.shown, key.line)
            if not other.mapping:
                raise UserError("'<<' takes a mapping, or a list of mappings", self.shown, key.line)
            for name, pair in self._entries(other, depth).items():
                found.setdefault(name, pair)
        if not value.mapping and not value.children:
            raise UserError("'<<' takes a mapping, or a list of mappings", self.shown, key.line)
        return found

    def _scalar(self, node: _Node, text: str) -> Any:
        if node.tag not in (None, "!"):
            self._allow(node, "str", "int", "float", "bool", "null", "timestamp")
        kind = (node.tag or "").removeprefix(_TAGS)
        value = _resolved(text) if node.plain or kind in ("int", "float", "bool", "null") else text
        wanted = {"int": int, "float": float, "bool": bool, "null": type(None)}.get(kind)
        if wanted is not None and type(value) is not wanted:
            raise UserError(f"{_short(text)} is no {kind}", self.shown, node.line)
        return text if kind in ("str", "timestamp") else value

    def _allow(self, node: _Node, *kinds: str) -> None:
        if node.tag is not None and node.tag not in [_TAGS + kind for kind in kinds]:
            name = node.tag.replace(_TAGS, "!!", 1)
            raise UserError(f"the tag {_short(name)} is not allowed here", self.shown, node.line)


def _resolved(text: str) -> object:
    """What a plain scalar means. Narrower than YAML 1.1: base 60, octal and infinite numbers and dates stay text."""
    if text in _NULLS:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def validate(document: Document, schema: str) -> None:
    """Check a document against `checklist/schemas/NAME.schema.json`. Raises `UserError` for the first fault in the file, counting the rest.

    Works on data of our own too: `validate(Document("report.json", data), "report")`.
    """
    found: dict[tuple[str, Pointer], None] = {}
    for fault in _validator(schema).iter_errors(document.data):
        found |= dict.fromkeys(_sentences(fault))
        if len(found) > MAX_FAULTS:
            break
    if not found:
        return
    ordered = sorted(found, key=lambda each: document.line(each[1]) or 0)
    message, pointer = ordered[0]
    rest = f"{MAX_FAULTS} or" if len(ordered) > MAX_FAULTS else str(len(ordered) - 1)
    raise document.error(message + (f" (and {rest} more)" if len(ordered) > 1 else ""), pointer)


@lru_cache
def _validator(schema: str) -> Draft202012Validator:
    import json

    from jsonschema import Draft202012Validator, FormatChecker

    rules = json.loads((folder() / "schemas" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(rules, format_checker=FormatChecker(formats=("date",)))


def _sentences(fault: ValidationError) -> Iterator[tuple[str, Pointer]]:
    """One clear sentence for each thing that is wrong, and the place it is about."""
    pointer: Pointer = tuple(fault.absolute_path)
    instance: Any = fault.instance
    wanted: Any = fault.validator_value
    schema: Mapping[str, Any] = fault.schema if isinstance(fault.schema, Mapping) else {}
    if fault.validator == "additionalProperties":
        allowed = schema.get("properties", {})
        under = f" under {place(pointer)!r}" if place(pointer) else ""
        for key in instance:
            if key not in allowed:
                yield f"unknown key {_short(key)}{under}{nearest(key[:80], allowed)}", (*pointer, key)
    elif fault.validator == "required":
        for key in wanted:
            if key not in instance:
                yield f"{_subject(pointer)} lacks the key {key!r}", pointer
    elif "propertyNames" in fault.absolute_schema_path:
        yield f"{_short(instance)} under {place(pointer)!r} must be {schema['title']}", (*pointer, instance)
    else:
        say = _SENTENCES.get(str(fault.validator), _other)
        yield f"{_subject(pointer)} must {say(wanted, shown(instance, pointer), instance, schema)}", pointer


def _type(wanted: Any, shown: str, instance: object, schema: Mapping[str, Any]) -> str:
    kinds = [kind for kind in ([wanted] if isinstance(wanted, str) else wanted) if kind != "null"] or ["null"]
    return f"be {' or '.join(_KINDS[kind] for kind in kinds)}, not {shown}"


def _enum(wanted: Any, shown: str, instance: object, schema: Mapping[str, Any]) -> str:
    choices = [str(choice) for choice in wanted]
    return f"be {', '.join(choices[:-1])} or {choices[-1]}, not {shown.removeprefix('the text ')}{nearest(str(instance)[:80], choices)}"


def _other(wanted: Any, shown: str, instance: object, schema: Mapping[str, Any]) -> str:
    return f"be {schema.get('title', 'as the schema says')}, not {shown}"


_Say = Callable[[Any, str, object, Mapping[str, Any]], str]
_SENTENCES: Mapping[str, _Say] = {
    "type": _type,
    "enum": _enum,
    "const": lambda wanted, shown, instance, schema: f"be {wanted!r}, not {shown}",
    "minLength": lambda wanted, shown, instance, schema: "not be empty",
    "minItems": lambda wanted, shown, instance, schema: "not be empty",
    "maxLength": lambda wanted, shown, instance, schema: f"be no longer than {wanted} characters",
    "minimum": lambda wanted, shown, instance, schema: f"be at least {wanted}, not {shown}",
    "maximum": lambda wanted, shown, instance, schema: f"be at most {wanted}, not {shown}",
    "exclusiveMinimum": lambda wanted, shown, instance, schema: f"be more than {wanted}, not {shown}",
}
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "empty",
}


def place(pointer: Pointer) -> str:
    """How errors name a place: `waivers[0].expires`. An entry of a file that is a list is named by its key alone."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{_plain(str(part))}" for part in pointer]
    if parts and isinstance(pointer[0], int):
        parts = parts[1:]
    return "".join(parts).removeprefix(".")


def _subject(pointer: Pointer) -> str:
    return place(pointer) or ("the entry" if pointer else "the file")


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:80])


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")


def shown(value: object, pointer: Pointer) -> str:
    """A value for a message; secrets stay hidden."""
    if value is None or value == "":
        return "empty"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    secret = bool(pointer) and names_a_secret(str(pointer[-1]))
    if isinstance(value, str):
        return f"the text {Evidence('', value[:80], secret=secret).text}"
    return "this number" if secret else repr(value)
