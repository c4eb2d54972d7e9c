"""How many workers an application server is started with: its options, its configuration file, and the variables that it reads itself."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ready_gate.facts.django.deploy_source import shell_words
from ready_gate.facts.django.location import Location
from ready_gate.facts.infra.shell import name_of
from ready_gate.facts.python.interpreter import Interpreter, Loaded
from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.python.values import Scalar
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Environment, Workers
from ready_gate.model import Origin

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "gunicorn": ("-w", "--workers"),
    "uvicorn": ("--workers",),
    "hypercorn": ("-w", "--workers"),
    "granian": ("--workers",),
    "uWSGI": ("-p", "--processes", "--workers"),
}
# The variable that the server reads by itself.
VARIABLES = {"gunicorn": "WEB_CONCURRENCY", "uvicorn": "WEB_CONCURRENCY", "granian": "GRANIAN_WORKERS", "uWSGI": "UWSGI_PROCESSES"}
CORES = ("nproc", "cpu_count", "_NPROCESSORS_ONLN", "sched_getaffinity", "%k")
_REFERENCE = re.compile(r"\$\{?([A-Za-z_]\w{0,199})(?::?-(\d{1,6}))?\}?\Z")
_UWSGI = re.compile(r"^\s{0,20}(processes|workers|max-requests)\s{0,20}=\s{0,20}([^\s;#]{1,200})")


@dataclass
class Configurations:
    """The configuration files of application servers in the checkout."""

    tree: Tree
    location: Location
    environment: Environment
    sources: Sources

    def located(self, name: str, deploy_file: str) -> str | None:
        """The file in the checkout that a path on the server stands for."""
        for folder in (self.location.folder, ".", posixpath.dirname(deploy_file)):
            path = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
            if self.tree.is_file(path):
                return path
        same = [path for path in self.tree.files if name_of(path) == name_of(name)]
        return same[0] if len(same) == 1 else None

    def loaded(self, path: str) -> Loaded:
        """What a Python configuration holds under the production environment."""
        home = posixpath.normpath(posixpath.join(self.tree.root, self.location.folder))
        search = [self.location.folder, "."]
        run = Interpreter(self.sources, root=self.tree.root, search=search, variables=self.environment.variables, project=home, budget=100_000)
        return run.load_file(path)


def workers_of(server: str, words: tuple[str, ...], at: Origin, variables: Mapping[str, str], files: Configurations) -> tuple[Workers | None, bool]:
    """The workers (None where nothing says how many), and whether they are replaced after a number of requests."""
    environment = files.environment
    words = (*words, *shell_words(_variable("GUNICORN_CMD_ARGS", variables, environment) or "")) if server == "gunicorn" else words
    given = _option(words, OPTIONS.get(server, ()))
    replaced = any(word.partition("=")[0] in ("--max-requests", "--limit-max-requests") for word in words)
    configured, in_file = _configured(server, words, at, files)
    if given is not None:
        return _read(given, at, variables, environment, f"--workers {given}"), replaced or in_file
    if configured is not None:
        return configured, replaced or in_file
    name = VARIABLES.get(server)
    number = _variable(name, variables, environment) if name else None
    if number is not None:
        return _read(number, at, variables, environment, f"{name}={number}"), replaced or in_file
    return None, replaced or in_file


def _option(words: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    """The value of the last of these options: `-w 4`, `-w4`, `--workers 4`, `--workers=4`."""
    found = None
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in names:
            found = value if equals else following
        elif names and len(names[0]) == 2 and word.startswith(names[0]) and word[2:].isdecimal():
            found = word[2:]
    return found


def _variable(name: str, variables: Mapping[str, str], environment: Environment) -> str | None:
    if name in variables:
        return variables[name]
    known = environment.variables.get(name)
    return known.value if known else None


def _read(text: str, at: Origin, variables: Mapping[str, str], environment: Environment, said: str, depth: int = 3) -> Workers:
    """A number, a reference to a variable, or arithmetic over the machine's cores."""
    if any(word in text for word in CORES):
        return Workers(said, at, by_cores=True)
    if text.isdecimal() and len(text) < 6:
        return Workers(said, at, int(text))
    reference = _REFERENCE.match(text)
    if reference and depth:
        value = _variable(reference[1], variables, environment) or reference[2]
        others = {name: given for name, given in variables.items() if name != reference[1]}  # N=${N:-3} asks for the N of before
        if value is not None:
            return _read(value, at, others, environment, said, depth - 1)
        return Workers(said, at, why=f"{reference[1]} is not set in the production environment")
    return Workers(said, at, why=f"{text!r} is no number")


def _configured(server: str, words: tuple[str, ...], at: Origin, files: Configurations) -> tuple[Workers | None, bool]:
    if server == "gunicorn":
        name = (_option(words, ("-c", "--config")) or "gunicorn.conf.py").removeprefix("file:").removeprefix("python:")
        path = files.located(name if name.endswith(".py") or "/" in name else name.replace(".", "/") + ".py", at.path)
        return _from_python(path, files) if path and path.endswith(".py") else (None, False)
    if server == "uWSGI":
        named = _option(words, ("--ini", "-i")) or next((word for word in words if word.endswith(".ini")), None)
        path = files.located(named, at.path) if named else None
        return _from_ini(path, files.tree.read(path) or "") if path else (None, False)
    return None, False


def _from_python(path: str, files: Configurations) -> tuple[Workers | None, bool]:
    """`workers` and `max_requests` of a gunicorn configuration."""
    loaded = files.loaded(path)
    value, replaced = loaded.names.get("workers"), "max_requests" in loaded.names
    if value is None:
        unread = loaded.incomplete and Workers("workers", Origin(path, 1), why=loaded.incomplete)
        return unread or None, replaced
    at = value.origins[-1] if value.origins else Origin(path, 1)
    at = at if at.path == path else Origin(path, 1)
    if isinstance(value, Scalar) and isinstance(value.value, int):
        return Workers(f"workers = {value.value}", at, int(value.value)), replaced
    if isinstance(value, Scalar) and isinstance(value.value, str) and value.value.isdecimal():
        return Workers(f"workers = {value.value}", at, int(value.value)), replaced
    if _counts_cores(path, files):
        return Workers("workers", at, by_cores=True), replaced
    return Workers("workers", at, why=f"workers could not be worked out ({at})"), replaced


def _counts_cores(path: str, files: Configurations) -> bool:
    """Whether the configuration asks for the number of cores."""
    try:
        body = files.sources.parse(path)
    except UnreadableSource:
        return False
    names = (node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(body))
    return any(name in CORES for name in names)


def _from_ini(path: str, text: str) -> tuple[Workers | None, bool]:
    """`processes` or `workers`, and `max-requests` of a uWSGI configuration."""
    found: Workers | None = None
    replaced = False
    for line, content in enumerate(text.splitlines()[:2000], 1):
        match = _UWSGI.match(content[:400])
        if match is None:
            continue
        replaced = replaced or match[1] == "max-requests"
        if match[1] in ("processes", "workers"):
            at, said = Origin(path, line), f"{match[1]} = {match[2]}"
            cores, number = "%k" in match[2] or "cpu" in match[2].lower(), match[2].isdecimal() and len(match[2]) < 6
            found = Workers(said, at, int(match[2]) if number else None, cores, None if cores or number else f"{said} is only known on the server")
    return found, replaced
