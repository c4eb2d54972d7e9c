"""What a pattern for origins lets in, found by taking it apart. Patterns are parsed, never compiled or run: a small matcher that follows sets of
positions, with a budget, takes the place of `re`, so that no pattern can keep it busy."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ready_gate.checks.reading import is_loopback

Tree = list[tuple[Any, Any]]

LONGEST_PATTERN = 500
MAX_STEPS = 20_000
MAX_SAMPLES = 24
MAX_PIECES = 300
ENDLESS = 1_000_000_000
# Endings below which anybody can have a name: the second level of some countries, and hosting platforms.
COUNTRY_SECOND_LEVELS = frozenset(("co", "com", "org", "net", "gov", "ac", "edu"))
PLATFORMS = frozenset(
    [
        *("vercel.app", "netlify.app", "herokuapp.com", "github.io", "gitlab.io", "web.app", "firebaseapp.com", "pages.dev", "workers.dev"),
        *("onrender.com", "fly.dev", "surge.sh", "railway.app", "azurewebsites.net", "cloudfront.net", "amazonaws.com", "ngrok.io", "ngrok-free.app"),
    ]
)


class UndecidedError(Exception):
    """The pattern uses what is not followed, or costs too much."""


@dataclass(frozen=True)
class Weakness:
    """What is wrong with a pattern. `serious` ones let somebody in who should stay out."""

    rule: str
    what: str
    serious: bool = True


@dataclass(frozen=True)
class Piece:
    """A part of a sample: its text, and whether the pattern fixes it, leaves it open (`wild`), or takes any one character (`dot`)."""

    text: str
    kind: str = "fixed"


Sample = tuple[Piece, ...]


def weaknesses(pattern: str) -> list[Weakness] | None:
    """What is wrong with a pattern that `re.match` compares with an Origin header; None where that cannot be told."""
    if len(pattern) > LONGEST_PATTERN:
        return None
    try:
        tree = _parse(pattern)
    except (ValueError, OverflowError):
        return [Weakness("security.cors-origin", "is no valid regular expression")]
    except RecursionError:
        return None
    try:
        found = list(_judge(tree))
    except (UndecidedError, RecursionError):
        return None
    return list({(weakness.rule, weakness.what[:16]): weakness for weakness in reversed(found)}.values())[::-1]


def _parse(pattern: str) -> Tree:
    """The standard library's parse tree, lower-cased as origins are. `re.error` is a ValueError only by our hand."""
    import re

    if sys.version_info >= (3, 11):
        from re import _parser as parser
    else:
        import sre_parse as parser
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree: Tree = _plain(parser.parse(pattern))
        except re.error as error:
            raise ValueError(str(error)) from error
    return tree


def _plain(part: Any) -> Any:
    """The tree as lists and tuples, with the names of the operations as text."""
    if type(part).__name__ == "SubPattern" or isinstance(part, list):
        return [_plain(item) for item in part]
    if isinstance(part, tuple):
        return tuple(_plain(item) for item in part)
    if type(part).__name__ == "_NamedIntConstant":
        return ENDLESS if str(part) == "MAXREPEAT" else str(part)
    return part


def _judge(tree: Tree) -> Iterator[Weakness]:
    if any(matches(tree, host) for host in ("https://qzx7-attacker.net", "https://a.b.attacker.xyz")):
        yield Weakness("security.cors-regex", "matches any host")
        return
    if matches(tree, "null"):
        yield Weakness("security.cors-null", "matches the origin null")
    origins = list(_origins(tree))
    for sample in origins:
        yield from _judge_sample(tree, sample)
    if not origins:
        yield Weakness("security.cors-origin", "matches no origin", serious=False)


def _origins(tree: Tree) -> Iterator[Sample]:
    """Samples that are origins and that the pattern lets in; where it leaves the scheme open, https."""
    for sample in islice(_samples(tree), MAX_SAMPLES):
        whole = sample if "://" in _text(sample) else (Piece("https://"), *sample)
        if matches(tree, _text(whole)):
            yield whole


def _text(sample: Sample) -> str:
    return "".join(piece.text for piece in sample)


def _judge_sample(tree: Tree, sample: Sample) -> Iterator[Weakness]:
    text = _text(sample)
    scheme, _, rest = text.partition("://")
    host = rest.partition("/")[0].partition(":")[0].lower()
    if is_loopback(host):
        yield Weakness("security.cors-localhost", f"lets in {text}, a page on whatever machine the visitor uses")
        return
    if matches(tree, text + ".attacker.net"):
        yield Weakness("security.cors-regex", f"is not anchored with $ at its end, and lets in {text}.attacker.net")
    if scheme == "http":
        yield Weakness("security.cors-http", f"lets in plain HTTP ({text})")
    yield from _open_host(_host_pieces(sample))


def _host_pieces(sample: Sample) -> list[tuple[str, str]]:
    """The characters of the host, each with its kind."""
    letters = [(letter, piece.kind) for piece in sample for letter in piece.text]
    text = "".join(letter for letter, _ in letters)
    start = text.index("://") + 3
    end = min((position for position in (text.find(":", start), text.find("/", start)) if position >= 0), default=len(text))
    return letters[start:end]


def _open_host(letters: list[tuple[str, str]]) -> Iterator[Weakness]:
    if any(kind == "dot" for _, kind in letters):
        yield Weakness("security.cors-regex", "has a dot that is not escaped and so stands for any character: a foreign domain can match")
        return
    last = max((index for index, (_, kind) in enumerate(letters) if kind == "wild"), default=None)
    if last is None:
        return
    text = "".join(letter for letter, _ in letters)
    label_starts = text.rfind(".", 0, last + 1) + 1
    fixed = text[last + 1 :].partition(".")[2]
    if not _somebodys_own(fixed):
        yield Weakness("security.cors-regex", f"leaves the domain open: {text} can be registered by anyone")
    elif fixed in PLATFORMS:
        free = all(kind == "wild" for letter, kind in letters[label_starts : text.find(".", last)])
        yield Weakness("security.cors-regex", f"lets in projects below {fixed}, where anyone can have one", serious=free)


def _somebodys_own(domain: str) -> bool:
    """Whether a fixed ending is a domain that has one owner, rather than a public ending such as `in` or `co.in`."""
    labels = [label for label in domain.split(".") if label]
    return len(labels) > 2 or (len(labels) == 2 and not (labels[0] in COUNTRY_SECOND_LEVELS and len(labels[1]) == 2))


# --- samples: a few texts that the pattern lets in, each way of its alternatives once


def _samples(nodes: Tree) -> Iterator[Sample]:
    if not nodes:
        yield ()
        return
    for head in _sample(nodes[0]):
        for tail in islice(_samples(nodes[1:]), MAX_SAMPLES):
            yield head + tail


def _sample(node: tuple[Any, Any]) -> Iterator[Sample]:
    name, argument = node
    if name == "LITERAL":
        yield (Piece(chr(argument)),)
    elif name == "ANY":
        yield (Piece("x", "dot"),)
    elif name in ("IN", "NOT_LITERAL"):
        yield (Piece(_letter(node), "wild"),)
    elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        yield from _repeated(*argument)
    elif name == "BRANCH":
        for branch in argument[1][:MAX_SAMPLES]:
            yield from islice(_samples(branch), MAX_SAMPLES)
    elif name in ("SUBPATTERN", "ATOMIC_GROUP"):
        yield from _samples(argument[-1] if name == "SUBPATTERN" else argument)
    elif name in ("AT", "ASSERT", "ASSERT_NOT"):
        yield ()
    else:
        raise UndecidedError(name)


def _repeated(low: int, high: int, body: Tree) -> Iterator[Sample]:
    if high == 0:
        yield ()
    elif len(body) == 1 and body[0][0] in ("ANY", "IN", "NOT_LITERAL"):
        count = min(max(low, min(4, high)), 60)
        yield (Piece(_letter(body[0]) * count, "wild"),)
    else:
        for sample in islice(_samples(body), MAX_SAMPLES):
            if len(sample) > MAX_PIECES:
                raise UndecidedError("size")
            yield sample * min(max(low, 1), 10)
        if low == 0:
            yield ()


def _letter(node: tuple[Any, Any]) -> str:
    return next((letter for letter in "ea1-x.:/@" if _accepts(node, letter)), "e")


# --- matching without backtracking


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps + 1
        if self.left < 0:
            raise UndecidedError("budget")


def matches(tree: Tree, text: str) -> bool:
    """Whether `re.match` would find the pattern at the start of a text (case left aside)."""
    return bool(_ends(tree, text.lower(), {0}, _Budget()))


def _ends(nodes: Tree, text: str, starts: set[int], budget: _Budget) -> set[int]:
    """The positions where a match of all nodes can end, having begun at one of `starts`."""
    here = starts
    for node in nodes:
        budget.spend(len(here))
        if not here:
            break
        here = _step(node, text, here, budget)
    return here


def _step(node: tuple[Any, Any], text: str, starts: set[int], budget: _Budget) -> set[int]:
    name, argument = node
    if name in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
        return {at + 1 for at in starts if at < len(text) and _accepts(node, text[at])}
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeat(argument[0], argument[1], argument[2], text, starts, budget)
    if name == "BRANCH":
        return set().union(*(_ends(branch, text, starts, budget) for branch in argument[1]))
    if name in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _ends(argument[-1] if name == "SUBPATTERN" else argument, text, starts, budget)
    if name == "AT":
        return {at for at in starts if _anchored(argument, text, at)}
    if name in ("ASSERT", "ASSERT_NOT") and argument[0] == 1:
        return {at for at in starts if bool(_ends(argument[1], text, {at}, budget)) is (name == "ASSERT")}
    raise UndecidedError(name)


def _repeat(low: int, high: int, body: Tree, text: str, starts: set[int], budget: _Budget) -> set[int]:
    here = starts
    for _ in range(min(low, len(text) + 1)):
        here = _ends(body, text, here, budget)
    found, fresh = set(here), here
    for _ in range(min(high - low, len(text) + 1)):
        fresh = _ends(body, text, fresh, budget) - found
        if not fresh:
            break
        found |= fresh
    return found


def _anchored(where: str, text: str, at: int) -> bool:
    if where in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
        return at == 0
    if where in ("AT_END", "AT_END_STRING"):
        return at == len(text)
    if where in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
        before, after = at > 0 and _word(text[at - 1]), at < len(text) and _word(text[at])
        return (before != after) is (where == "AT_BOUNDARY")
    raise UndecidedError(where)


def _word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


_CATEGORIES: dict[str, Callable[[str], bool]] = {"DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": _word}


def _accepts(node: tuple[Any, Any], letter: str) -> bool:
    name, argument = node
    if name == "ANY":
        return letter != "\n"
    if name in ("LITERAL", "NOT_LITERAL"):
        return (chr(argument).lower() == letter) is (name == "LITERAL")
    inside = any(_in_class(part, letter) for part in argument if part[0] != "NEGATE")
    return inside is not any(part[0] == "NEGATE" for part in argument)


def _in_class(part: tuple[Any, Any], letter: str) -> bool:
    name, argument = part
    if name == "LITERAL":
        return chr(argument).lower() == letter
    if name == "RANGE":
        return any(argument[0] <= ord(form) <= argument[1] for form in (letter, letter.upper()))
    if name == "CATEGORY":
        kind = argument.removeprefix("CATEGORY_")
        return _CATEGORIES[kind.removeprefix("NOT_")](letter) is not kind.startswith("NOT_")
    raise UndecidedError(name)
