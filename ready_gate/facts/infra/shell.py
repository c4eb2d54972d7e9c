"""Shell text taken apart into simple commands. Nothing is run, and nothing but words is understood."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.facts.django.deploy_source import NAME, joined_lines

MAX_LINES = 2_000
MAX_LINE = 4_000
MAX_TRIES = 200  # of one text, to find where quotes close
_OPENING = re.compile(r"(?:^|[\s/;&|])(?:sh|bash|ash|dash)[ \t]{1,5}-[a-z]{0,5}c[ \t]{1,5}[\"']")
# `$(…)`, `$((…))` and `…` in backticks are one word, whatever stands in them.
_SUBSTITUTION = re.compile(r"\$\([^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*\)|`[^`]*`")
_BLANKS = re.compile(r"\s+")
_OPERATOR = re.compile(r"[;&|]+\Z")
_REDIRECTION = re.compile(r"\d?[<>]")
_TO_NEXT = frozenset({">", ">>", "<", "1>", "2>", "1>>", "2>>", "0<"})
_KEYWORDS = frozenset({"if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "exec", "time", "nohup", "command", "eval", "env"})
# Commands that name a program without running it.
_NAMING = """
    echo printf which whereis type pkill killall kill pgrep systemctl service supervisorctl cp mv ln cat grep sed awk chmod chown mkdir rm touch tail
    head test [ [[ journalctl install ls find tar rsync scp curl wget cd source . export unset true
"""
NAMING = frozenset(_NAMING.split())
INSTALLERS = frozenset({"pip", "pip3", "apt", "apt-get", "apk", "yum", "dnf", "brew", "uv", "poetry", "pipenv", "pdm"})
# Package managers that run a program only behind their `run`.
RUNNERS = frozenset({"poetry", "uv", "pipenv", "pdm", "hatch", "rye", "pixi", "conda"})


@dataclass(frozen=True)
class SimpleCommand:
    """One command: its words without quotes, the assignments in front of it, and its line in the text, counted from 1."""

    words: tuple[str, ...]
    assigned: tuple[tuple[str, str], ...]
    line: int

    @property
    def program(self) -> str:
        """The name of the first word's program, without its folder."""
        return name_of(self.words[0]) if self.words else ""

    @property
    def installs(self) -> bool:
        """Whether it installs the packages that it names."""
        return any(name_of(word) in INSTALLERS for word in self.words[:4]) and any(word in ("install", "add") for word in self.words[1:6])

    @property
    def only_names(self) -> bool:
        """Whether it runs none of the programs that it names."""
        return self.installs or self.program in NAMING or (self.program in RUNNERS and "run" not in self.words) or "--version" in self.words


def name_of(word: str) -> str:
    """The last part of a path."""
    return word.rstrip("/").rsplit("/", 1)[-1]


def simple_commands(text: str, depth: int = 3) -> Iterator[SimpleCommand]:
    """The simple commands of shell text in order, those inside `sh -c "…"` too. Lines whose quotes do not close are left out."""
    for line, content in _whole([pair for pair, _ in zip(joined_lines(text), range(MAX_LINES), strict=False)]):
        for words in _split(content[:MAX_LINE]):
            command = _plain(words, line)
            inner = _inner(command.words) if depth else None
            if inner is None:
                yield command
            else:
                yield from (SimpleCommand(c.words, command.assigned + c.assigned, line) for c in simple_commands(inner, depth - 1))


def _whole(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines, with those put together that the quotes of one `sh -c "…"` go across."""
    position, tries = 0, MAX_TRIES
    while position < len(lines):
        line, content = lines[position]
        taken, whole = 1, content
        opening = _OPENING.search(content)
        while opening and tries and _tokens(whole) is None and position + taken < len(lines) and len(whole) < MAX_LINE:
            whole += "\n" + lines[position + taken][1]
            taken, tries = taken + 1, tries - 1
        closed = taken > 1 and _tokens(whole) is not None
        yield line, whole if closed else content
        position += taken if closed else 1


def _tokens(content: str) -> list[str] | None:
    """Words and operators; None where a quote is not closed."""
    lexer = shlex.shlex(_SUBSTITUTION.sub(lambda match: _BLANKS.sub("", match[0]), content), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    try:
        return list(lexer)
    except ValueError:
        return None


def _split(content: str) -> Iterator[list[str]]:
    tokens = _tokens(content)
    if tokens is None:
        return
    words: list[str] = []
    for token in [*tokens, ";"]:
        if not _OPERATOR.match(token):
            words.append(token)
            continue
        if words:
            yield words
        words = []


def _plain(words: list[str], line: int) -> SimpleCommand:
    """Without keywords, labels of `case` and redirections, assignments apart."""
    assigned: list[tuple[str, str]] = []
    rest = [word for word, before in zip(words, ["", *words], strict=False) if not _REDIRECTION.match(word) and before not in _TO_NEXT]
    while rest:
        name, equals, value = rest[0].partition("=")
        if equals and NAME.match(name):
            assigned.append((name, value))
        elif rest[0] not in _KEYWORDS and not (rest[0].endswith(")") and "(" not in rest[0]) and not (rest[0] == "-i" and assigned):
            break
        rest = rest[1:]
    if rest and rest[0].startswith("("):
        rest[0] = rest[0].lstrip("(")
    return SimpleCommand(tuple(word for word in rest if word), tuple(assigned), line)


def _inner(words: tuple[str, ...]) -> str | None:
    """The text that a shell is given by `-c`, also behind a wrapper such as `gosu app`."""
    for index, word in enumerate(words):
        if name_of(word) in ("sh", "bash", "ash", "dash", "su", "runuser"):
            flags = [place for place, flag in enumerate(words[index + 1 :], index + 1) if flag.startswith("-") and flag.endswith("c")]
            if flags and flags[0] + 1 < len(words):
                return words[flags[0] + 1]
    return None
