"""The labelled sets, as their own projects keep them: checked out beforehand, read and never run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
# A Go string, raw or interpreted.
_GO_STRING = re.compile(r'`[^`]*`|"(?:[^"\\\n]|\\.)*"')
_GO_LIST = re.compile(r"\b(tps|fps)\s*:?=\s*(?:\[\]string\{|append\(\s*[tf]ps\s*,)")


@dataclass(frozen=True)
class Example:
    """A text that holds a secret of this kind, or (`secret` false) none."""

    kind: str
    text: str
    secret: bool


def gitleaks(root: Path) -> Iterator[Example]:
    """The literal strings of `tps` and `fps` in gitleaks' rule sources. What is made by a call is left out."""
    for path in sorted((root / "cmd/generate/config/rules").glob("*.go")):
        text = _without_comments(path.read_text(encoding="utf-8"))
        for found in _GO_LIST.finditer(text):
            yield from (Example(path.stem, value, found[1] == "tps") for value in _literals(text, found.end()))


def titus(root: Path) -> Iterator[Example]:
    """The examples and negative examples of titus' rules."""
    return _rule_examples(root / "pkg/rule/rules")


def kingfisher(root: Path) -> Iterator[Example]:
    """The examples and negative examples of kingfisher's rules."""
    return _rule_examples(root / "data/rules")


EXAMPLES: dict[str, Callable[[Path], Iterable[Example]]] = {"gitleaks": gitleaks, "titus": titus, "kingfisher": kingfisher}


def labelled_lines(name: str) -> dict[str, set[int]]:
    """The lines of a set's files that hold a secret, by our own reading; line 0 stands for the file as a whole (a key)."""
    found: dict[str, set[int]] = {}
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        path, _, numbers = line.partition(": ")
        if numbers and not line.startswith("#"):
            found[path] = {int(number) for number in numbers.split()}
    return found


def _rule_examples(folder: Path) -> Iterator[Example]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(folder.glob("*.y*ml")):
        for rule in (yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {}).get("rules", ()):  # noqa: S506 - both are safe
            for key, secret in (("examples", True), ("negative_examples", False)):
                yield from (Example(str(rule.get("id")), str(text), secret) for text in rule.get(key) or ())


def _literals(text: str, start: int) -> Iterator[str]:
    """The elements of a Go list from here on that are one string each."""
    element: list[str] = []
    plain, depth, at = True, 0, start
    while at < len(text):
        string = _GO_STRING.match(text, at)
        char = text[at]
        if string:
            element.append(_value(string[0]) if depth == 0 else "")
            at = string.end()
            continue
        closes = char in ")}" and depth == 0
        if closes or (char == "," and depth == 0):
            if plain and element:
                yield "".join(element)
            if closes:
                return
            element, plain = [], True
        elif not char.isspace() and char != "+":
            plain = False
        depth += (char in "({[") - (char in ")}]")
        at += 1


def _value(literal: str) -> str:
    if literal.startswith("`"):
        return literal[1:-1]
    return str(json.loads(re.sub(r"\\(?:x([0-9a-fA-F]{2})|([av']))", lambda escape: f"\\u00{escape[1]}" if escape[1] else "", literal)))


def _without_comments(text: str) -> str:
    """Go source without its line comments; strings are left alone."""
    return re.sub(r'(`[^`]*`|"(?:[^"\\\n]|\\.)*")|//[^\n]*', lambda found: found[1] or "", text)
