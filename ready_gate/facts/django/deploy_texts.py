"""Environments and start commands in systemd units, supervisor, Dockerfiles, Procfiles, scripts, gunicorn and uWSGI files, fly.toml, app.json."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ready_gate.facts.django.deploy_source import Source, assignments, joined_lines, shell_words
from ready_gate.facts.views import Variable
from ready_gate.model import Origin

_PROGRAMS = frozenset({"gunicorn", "uwsgi", "uvicorn", "daphne", "hypercorn", "granian", "manage.py", "python", "python3"})


def read_systemd(path: str, text: str) -> list[Source]:
    """`Environment=` and `EnvironmentFile=` of a unit."""
    source = Source(path)
    for line, content in joined_lines(text, comments=("#", ";")):
        key, _, value = content.strip().partition("=")
        if key == "Environment":
            for name, setting in assignments(shell_words(value)):
                _set_with_percent(source, name, setting, line)
        elif key == "EnvironmentFile" and value.strip():
            source.env_files.append(value.strip().lstrip("-"))
        elif key == "ExecStart":
            source.starts(value.strip().lstrip("-@:+!"), line)
        elif key == "ExecStartPre":
            source.runs_once(value.strip().lstrip("-@:+!"), line)
        elif key == "Restart":
            source.restart = Variable(key, value.strip(), Origin(path, line))
    return [source]


def _set_with_percent(source: Source, name: str, value: str, line: int) -> None:
    if "%" in value.replace("%%", ""):
        source.doubt(name, line)
    else:
        source.set(name, value.replace("%%", "%"), line)


def read_supervisor(path: str, text: str) -> list[Source]:
    """`environment=A="b",C="d"` of each program; a value may go on in indented lines."""
    sources: list[Source] = []
    source = Source(path)
    for line, content in _continued(text):
        if content.startswith("["):
            source = Source(path)
            sources += [source] if content.startswith("[program:") else []
            continue
        key, _, value = (part.strip() for part in content.partition("="))
        if key == "environment":
            for name, setting in assignments(shell_words(re.sub(r",(?=\s{0,20}[A-Za-z_]\w{0,199}=)", " ", value).rstrip(","))):
                _set_with_percent(source, name, setting, line)
        elif key == "command":
            source.starts(value, line)
        elif key == "autorestart":
            source.restart = Variable(key, value, Origin(path, line))
    return sources


def _continued(text: str) -> Iterator[tuple[int, str]]:
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith((";", "#")):
            continue
        if line[0] in " \t" and held:
            held += " " + line.strip()
            continue
        if held:
            yield start, held
        start, held = number, line.strip()
    if held:
        yield start, held


def read_dockerfile(path: str, text: str) -> list[Source]:
    """`ENV` of the final stage and of the stages it is built from, and the start command."""
    stages: dict[str, _Stage] = {}
    stage, steps = _Stage(Source(path)), Source(path)  # what one stage makes, another may copy: the steps of all count
    for line, content in joined_lines(text, comments=("#",)):
        words = content.split(None, 1)
        instruction, rest = (words[0].upper(), words[1] if len(words) > 1 else "") if words else ("", "")
        if instruction == "FROM":
            stage = _stage(path, rest.split(), stages)
        elif instruction == "ENV":
            _read_env(stage.source, rest, line)
        elif instruction == "RUN":
            steps.runs_once(_command(rest), line)
        elif instruction == "ENTRYPOINT":
            stage.entrypoint, stage.command, stage.line = rest, "", line
        elif instruction == "CMD":
            stage.command, stage.line = rest, line
    stage.source.commands = steps.commands
    stage.source.starts(stage.start(), stage.line)
    return [stage.source]


@dataclass
class _Stage:
    """A build stage: what it sets, and its ENTRYPOINT and CMD as they are written."""

    source: Source
    entrypoint: str = ""
    command: str = ""
    line: int = 1

    def start(self) -> str:
        """ENTRYPOINT with CMD as its arguments; one that is shell text takes none."""
        if self.entrypoint and not self.entrypoint.lstrip().startswith("["):
            return self.entrypoint
        return f"{_command(self.entrypoint)} {_command(self.command)}".strip()


def _stage(path: str, words: list[str], stages: dict[str, _Stage]) -> _Stage:
    words = [word for word in words if not word.startswith("--")]
    parent = stages.get(words[0].lower()) if words else None
    stage = _Stage(Source(path))
    if parent:
        stage = replace(parent, source=Source(path, dict(parent.source.variables), dict(parent.source.doubtful)))
    if len(words) > 2 and words[1].lower() == "as":
        stages[words[2].lower()] = stage
    return stage


def _read_env(source: Source, rest: str, line: int) -> None:
    pairs = list(assignments(shell_words(rest)))
    first = rest.split(None, 1)
    if first and "=" not in first[0]:
        pairs = [(first[0], " ".join(shell_words(first[1])))] if len(first) == 2 else []
    for name, value in pairs:
        source.set_expanded(name, value, line)


def _command(rest: str) -> str:
    if not rest.lstrip().startswith("["):
        return rest
    try:
        words = json.loads(rest)
    except (ValueError, RecursionError):
        return rest
    return shlex.join(word for word in words if isinstance(word, str)) if isinstance(words, list) else rest


def read_procfile(path: str, text: str) -> list[Source]:
    """The `web` command, with assignments in front of it, and the `release` step. The platform starts a process again that ends."""
    source = Source(path)
    for line, content in enumerate(text.splitlines(), 1):
        process, _, command = content.partition(":")
        if process.strip() in ("web", "api", "django", "app"):
            source.starts(command.strip(), line)
            source.restart = Variable("Procfile", "always", Origin(path, line))
        elif process.strip() == "release":
            source.runs_once(command.strip(), line)
    return [source]


def read_script(path: str, text: str) -> list[Source]:
    """What a start script exports, and what stands before the server's command. What it only does under a condition is doubtful."""
    source, shell = Source(path), Source(path)
    exported: set[str] = set()
    for line, content in joined_lines(text):
        words = shell_words(content, comments=True)
        if not words or words[0] == "echo":
            continue
        if words[0] in ("source", ".") and len(words) == 2 and "env" in words[1] and "activate" not in words[1]:
            source.env_files.append(words[1])
        elif words[0] == "export" or len(words) == len(list(assignments(words))):
            for name, value in assignments(words):
                shell.set_expanded(name, value, line, certain=content[0] not in " \t")
            exported |= {word.partition("=")[0] for word in words[1:]} if words[0] == "export" else set()
        elif any(word.rsplit("/", 1)[-1] in _PROGRAMS for word in words):
            source.starts(content, line)
    everything = "set -a" in text or "allexport" in text
    _export(shell, source, None if everything else exported)
    return [source]


def read_s6(path: str, text: str) -> list[Source]:
    """The run script of a service that s6 keeps running."""
    source = read_script(path, text)[0]
    source.restart = Variable("s6", "always", Origin(path, 1))
    return [source]


def _export(shell: Source, source: Source, names: set[str] | None) -> None:
    source.variables = {name: given for name, given in shell.variables.items() if names is None or name in names} | source.variables
    source.doubtful = {name: given for name, given in shell.doubtful.items() if names is None or name in names} | source.doubtful


def read_gunicorn(path: str, text: str) -> list[Source]:
    """`raw_env = ["A=b"]` of a gunicorn configuration, and its `os.environ[…] = …`."""
    source = Source(path)
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    for node in body:
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "raw_env" for target in node.targets):
            for word in _literals(node.value):
                for name, value in assignments([word]):
                    source.set(name, value, node.lineno)
    return [source]


def _literals(node: ast.expr) -> list[str]:
    elements = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return [element.value for element in elements if isinstance(element, ast.Constant) and isinstance(element.value, str)]


def read_uwsgi(path: str, text: str) -> list[Source]:
    """`env = A=b` lines of a uWSGI configuration."""
    source = Source(path)
    for line, content in enumerate(text.splitlines(), 1):
        key, _, value = (part.strip() for part in content.partition("="))
        if key == "env":
            for name, setting in assignments([value]):
                if "%" in setting or "$(" in setting:
                    source.doubt(name, line)
                else:
                    source.set(name, setting, line)
    return [source]


def read_fly(path: str, text: str) -> list[Source]:
    """`[env]`, `[processes]` and the release command of a fly.toml."""
    source = Source(path, restart=Variable("fly.toml", "always", Origin(path, 1)))
    section = ""
    for line, content in enumerate(text.splitlines(), 1):
        if content.strip().startswith("["):
            section = content.strip()
            continue
        for name, value in _toml_pair(content):
            if section == "[env]":
                source.set(name, value, line)
            elif section == "[processes]" and name in ("app", "web"):
                source.starts(value, line)
            elif section == "[deploy]" and name == "release_command":
                source.runs_once(value, line)
    return [source]


def _toml_pair(content: str) -> Iterator[tuple[str, str]]:
    name, equals, value = (part.strip() for part in content.partition("="))
    words = shell_words(value)
    if equals and len(words) == 1 and not content.lstrip().startswith("#"):
        yield name.strip("'\""), words[0]


def read_app_json(path: str, text: str) -> list[Source]:
    """`env` of a Heroku app.json: values there are what a new deployment starts with."""
    source = Source(path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    env = data.get("env") if isinstance(data, dict) else None
    for name, given in env.items() if isinstance(env, dict) else ():
        value = given.get("value") if isinstance(given, dict) else given
        if isinstance(value, str):
            source.set(name, value, next((n for n, row in enumerate(text.splitlines(), 1) if f'"{name}"' in row), 1))
        else:
            source.doubt(name, 1)
    return [source]
