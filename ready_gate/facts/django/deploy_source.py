"""What one deploy file says of the environment that the project runs in."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import dropwhile

from ready_gate.facts.views import Variable
from ready_gate.model import Origin

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}\Z")
_REFERENCE = re.compile(r"\$(?:\{([A-Za-z_]\w{0,199})(?:(:?-)([^${}]{0,500}))?[^${}]{0,500}\}|([A-Za-z_]\w{0,199}))")
_SERVER = re.compile(r"(^|[/\s])(gunicorn|uwsgi)\b")
_COMMANDS = re.compile(r"&&|\|\||;|\n")


@dataclass(frozen=True)
class Command:
    """What a deploy file runs, as shell text. `step`: it runs once, before or beside the service, and is not what keeps running."""

    text: str
    at: Origin
    step: bool = False


@dataclass
class Source:
    """A deploy file (or one service in it). `doubtful` are the variables that it sets to what is only known on the server; their value is the
    default that the file gives for that, or empty. `env_files` are the files it names, relative to its own folder; `restart` is what it says of
    starting the service again."""

    path: str
    variables: dict[str, Variable] = field(default_factory=dict)
    doubtful: dict[str, Variable] = field(default_factory=dict)
    env_files: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    restart: Variable | None = None

    def starts(self, text: str, line: int) -> None:
        """It is started by this command, which may set variables too."""
        if text.strip():
            self.commands.append(Command(text, Origin(self.path, line)))
            read_command(self, text, line)

    def runs_once(self, text: str, line: int) -> None:
        """It runs this command before or beside the service."""
        if text.strip():
            self.commands.append(Command(text, Origin(self.path, line), step=True))

    def set(self, name: str, value: str, line: int) -> None:
        """It sets this variable to that text."""
        if NAME.match(name):
            self.doubtful.pop(name, None)
            self.variables[name] = Variable(name, value, Origin(self.path, line))

    def doubt(self, name: str, line: int, default: str = "") -> None:
        """It sets this variable, to something that is not in the repository."""
        if NAME.match(name):
            self.variables.pop(name, None)
            self.doubtful[name] = Variable(name, default, Origin(self.path, line))

    def set_expanded(self, name: str, value: str, line: int, certain: bool = True) -> None:
        """It sets this variable (for sure, or under some condition) to a text in which `$NAME` stands for other variables."""
        text, complete = self._expanded(value)
        if certain and complete and "`" not in text:
            self.set(name, text, line)
        else:
            self.doubt(name, line, "" if "$" in text or "`" in text else text)

    def _expanded(self, value: str) -> tuple[str, bool]:
        certain = True

        def fill(match: re.Match[str]) -> str:
            nonlocal certain
            name = match[1] or match[4]
            if name in self.variables and "$" not in self.variables[name].value:
                return self.variables[name].value
            certain = False
            return match[3] or "" if match[2] else "$"

        text = _REFERENCE.sub(fill, value)
        return text, certain and "$" not in text


def shell_words(text: str, comments: bool = False) -> list[str]:
    """The words of a command, quotes removed; none where the quotes do not close."""
    try:
        return shlex.split(text, comments=comments)
    except ValueError:
        return []


def assignments(words: list[str]) -> Iterator[tuple[str, str]]:
    """The words of the form `NAME=value`."""
    for word in words:
        name, equals, value = word.partition("=")
        if equals and NAME.match(name):
            yield name, value


def joined_lines(text: str, comments: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Lines with their number, those that end in a backslash joined with the next. Lines that begin with one of `comments` are left out, also
    between such lines."""
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if comments and line.lstrip().startswith(comments):
            continue
        start = start or number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        yield start, held + line
        start, held = 0, ""
    if held:
        yield start, held


def read_command(source: Source, command: str, line: int, depth: int = 2) -> None:
    """What a start command says of the environment: assignments before the program, `env A=b`, and gunicorn's `--env A=b`."""
    for part in _COMMANDS.split(command):
        words = shell_words(part)
        for word in words if depth else ():
            if " " in word and _SERVER.search(word):
                read_command(source, word, line, depth - 1)  # bash -c "…"
        _read_options(source, words, line)
        for word in dropwhile(lambda word: word in ("env", "exec", "export", "/usr/bin/env"), words):
            if not any(assignments([word])):
                break
            _take(source, word, line)


def _read_options(source: Source, words: list[str], line: int) -> None:
    if not any(_SERVER.search(word) for word in words):
        return
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in ("--env", "-e"):
            _take(source, following, line)
        elif word.startswith("--env="):
            _take(source, word.removeprefix("--env="), line)


def _take(source: Source, word: str, line: int) -> None:
    for name, value in assignments([word]):
        source.set_expanded(name, value, line)
