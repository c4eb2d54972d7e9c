"""The text of an nginx configuration as directives, by nginx's own parser. Nothing but the given text is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ready_gate.errors import Unavailable

MAX_DIRECTIVES = 5_000
# Where templates of Jinja, ERB and the like put values (which become a word) and statements (which go).
VALUES = (("{{", "}}"), ("<%=", "%>"))
STATEMENTS = (("{%", "%}"), ("{#", "#}"), ("<%", "%>"))
FILLED = "filled_in"


class Unreadable(Exception):
    """A text that is no nginx configuration, with the reason."""


@dataclass(frozen=True)
class Directive:
    """One directive with its arguments, its line, and the block under it (None for a simple one)."""

    name: str
    args: tuple[str, ...]
    path: str
    line: int
    block: tuple[Directive, ...] | None = None

    def inside(self) -> tuple[Directive, ...]:
        """The directives of its block."""
        return self.block or ()


def parse(path: str, text: str) -> tuple[Directive, ...]:
    """The directives of a file; `path` is only told with them. Raises `Unreadable`, and `Unavailable`
    without the parser."""
    try:
        import crossplane
    except ImportError as error:  # an environment from before it was required
        raise Unavailable("crossplane, which reads nginx's configuration, is not installed") from error

    # The parser wants a file of its own. With `single` it follows no include, so that this is all it opens.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", errors="replace", suffix=".conf") as file:
        file.write(without_templates(text))
        file.flush()
        payload = crossplane.parse(file.name, single=True, check_ctx=False, check_args=False)
    config = payload["config"][0]
    if config["errors"]:
        line = config["errors"][0]["line"]
        raise Unreadable(f"{path}{f':{line}' if line else ''} is not what nginx reads")
    budget = iter(range(MAX_DIRECTIVES))
    return tuple(_directives(config["parsed"], path, budget))


def _directives(parsed: list[Mapping[str, Any]], path: str, budget: Iterator[int]) -> Iterator[Directive]:
    for one in parsed:
        if next(budget, None) is None:
            raise Unreadable(f"{path} has more than {MAX_DIRECTIVES} directives")
        block = tuple(_directives(one["block"], path, budget)) if "block" in one else None
        yield Directive(str(one["directive"]), tuple(map(str, one["args"])), path, int(one["line"]), block)


def without_templates(text: str) -> str:
    """The text with template values as a word and template statements left out, line for line."""
    for opening, closing in (*VALUES, *STATEMENTS):
        if opening in text:
            text = _replaced(text, opening, closing, FILLED if (opening, closing) in VALUES else "")
    return text


def _replaced(text: str, opening: str, closing: str, word: str) -> str:
    parts = []
    position = 0
    while (start := text.find(opening, position)) >= 0:
        end = text.find(closing, start)
        if end < 0:
            break
        parts += [text[position:start], word, "\n" * text.count("\n", start, end)]
        position = end + len(closing)
    return "".join([*parts, text[position:]])
