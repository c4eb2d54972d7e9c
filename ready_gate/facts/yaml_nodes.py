"""YAML of the project with the line of every part. Made from the parser's events: the composer of the C library overflows the stack on deep nesting,
and aliases are shared here rather than copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_DEPTH = 60
MAX_EVENTS = 200_000


class UnreadableYaml(Exception):
    """YAML that cannot be read, or that is nested or sized beyond what is looked at."""


@dataclass(eq=False)
class Node:
    """A part of a document: a scalar with its `text` (as written, without quotes), a list with `items`, or a map with `pairs`."""

    line: int
    text: str | None = None
    plain: bool = False
    items: list[Node] = field(default_factory=list)
    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    merged: dict[str, tuple[Node, Node]] | None = field(default=None, repr=False)

    @property
    def null(self) -> bool:
        """Whether it is YAML's null."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")

    def entries(self, depth: int = 8) -> dict[str, tuple[Node, Node]]:
        """Key and value nodes by the key's text; what `<<` merges in comes first, and own keys win."""
        if self.merged is None:
            self.merged = {}  # what is found where a map merges itself
            found: dict[str, tuple[Node, Node]] = {}
            for key, value in self.pairs:
                if key.text == "<<" and depth:
                    for other in value.items or [value]:
                        found = other.entries(depth - 1) | found
            own = {key.text: (key, value) for key, value in self.pairs if key.text is not None and key.text != "<<"}
            self.merged = found | own
        return self.merged

    def get(self, *path: str) -> Node:
        """The value under keys, level by level; an empty node where there is none."""
        here = self
        for key in path:
            here = here.entries().get(key, (here, NOTHING))[1]
        return here

    def texts(self) -> list[str]:
        """The text of a scalar, or those of a list of scalars."""
        return [node.text for node in (self, *self.items) if node.text is not None and not node.null]


NOTHING = Node(0)


def read_documents(text: str) -> list[Node]:
    """The documents of a YAML text. Raises `UnreadableYaml`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder().build(yaml.parse(text, Loader=loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableYaml(f"no valid YAML (line {mark.line + 1})" if mark else "no valid YAML") from None


class _Builder:
    def __init__(self) -> None:
        self.documents: list[Node] = []
        self.open: list[tuple[Node, list[Node]]] = []
        self.anchors: dict[str, Node] = {}

    def build(self, events: Iterator[object]) -> list[Node]:
        for count, event in enumerate(events):
            if count > MAX_EVENTS or len(self.open) > MAX_DEPTH:
                raise UnreadableYaml("nested too deeply, or too long, to be read")
            self._take(event)
        return self.documents

    def _take(self, event: object) -> None:
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self.anchors = {}
        elif kind == "AliasEvent":
            if event.anchor not in self.anchors:  # type: ignore[attr-defined]
                raise UnreadableYaml("it names an anchor that is not there")
            self._place(self.anchors[event.anchor])  # type: ignore[attr-defined]
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            node, children = self.open.pop()
            node.items, node.pairs = (children, []) if kind.startswith("Seq") else ([], list(zip(children[::2], children[1::2], strict=False)))
        elif kind in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
            self._begin(event, kind)

    def _begin(self, event: object, kind: str) -> None:
        line: int = event.start_mark.line + 1  # type: ignore[attr-defined]
        node = Node(line, event.value, event.implicit[0]) if kind == "ScalarEvent" else Node(line)  # type: ignore[attr-defined]
        if event.anchor:  # type: ignore[attr-defined]
            self.anchors[event.anchor] = node  # type: ignore[attr-defined]
        self._place(node)
        if kind != "ScalarEvent":
            self.open.append((node, []))

    def _place(self, node: Node) -> None:
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.documents.append(node)
