"""How production starts the project: which server, kept running by what, and which management commands run on the way."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ready_gate.facts.django.deploy_environment import Deployment, Service
from ready_gate.facts.django.location import Location
from ready_gate.facts.infra.shell import SimpleCommand, name_of, simple_commands
from ready_gate.facts.infra.workers import Configurations, workers_of
from ready_gate.facts.names import is_aside, is_development, is_staging
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import DEVELOPMENT_SERVER, Environment, Kept, Management, Started, Startup
from ready_gate.model import Origin

SERVERS = {
    **{name: name for name in ("gunicorn", "uvicorn", "hypercorn", "daphne", "granian")},
    "uwsgi": "uWSGI",
    "uwsgi_python3": "uWSGI",
    "pyuwsgi": "uWSGI",
    "waitress-serve": "waitress",
    "mod_wsgi-express": "mod_wsgi",
}
DISTRIBUTIONS = frozenset({"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "uwsgi", "pyuwsgi", "waitress", "mod-wsgi", "mod_wsgi"})
MANAGERS = frozenset({"manage.py", "django-admin", "django-admin.py", "django"})
LOOKING = frozenset({"--check", "--dry-run", "--plan", "--help"})
DEVELOPMENT_COMMANDS = frozenset({"runserver", "runserver_plus", "testserver"})
MAX_DEPTH, MAX_SCRIPT, MAX_SCRIPTS = 4, 200_000, 50


@fact
def startup(tree: Tree, location: Location, deployment: Deployment, environment: Environment, sources: Sources) -> Startup:
    """What production's deploy files start and run, scripts that they call included."""
    reader = _Reader(tree, Configurations(tree, location, environment, sources))
    for service in deployment.services:
        reader.read(service)
    for path in _scripts(tree):
        reader.read_script(path)
    return Startup(
        servers=tuple(dict.fromkeys(reader.servers)),
        kept=tuple(dict.fromkeys(reader.kept)),
        management=tuple(dict.fromkeys(reader.management)),
        installed=frozenset(reader.installed),
    )


def _scripts(tree: Tree) -> list[str]:
    """Shell scripts that no deploy file need name: those that somebody runs to deploy."""
    paths = [path for path in tree.matching("**/*.sh", "**/bin/*", "**/scripts/*") if path.endswith((".sh", ".bash")) or "." not in name_of(path)]
    return [path for path in paths if not is_aside(path) and not is_development(path) and not is_staging(path)][:MAX_SCRIPTS]


@dataclass
class _Reader:
    """Collects what commands start."""

    tree: Tree
    configurations: Configurations
    servers: list[Started] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    management: list[Management] = field(default_factory=list)
    installed: set[str] = field(default_factory=set)

    def read(self, service: Service) -> None:
        """One deploy file, or one service in it."""
        before = len(self.servers)
        for command in service.commands:
            for found in self._run(command.text, command.at, (), {}, MAX_DEPTH):
                if not command.step:
                    self.servers.append(replace(found, firm=service.firm))
        starts = len(self.servers) > before or (service.kind == "compose" and not any(not command.step for command in service.commands))
        if starts and service.kind not in ("dockerfile", "script"):
            self.kept.append(_kept(service, self.servers[before].at if len(self.servers) > before else None))

    def read_script(self, path: str) -> None:
        """A script that may be run by hand: only its management commands count."""
        text = self.tree.read(path, MAX_SCRIPT)
        for _ in self._run(text or "", Origin(path), (), {}, 1, script=True):
            pass

    def _run(
        self, text: str, at: Origin, arguments: tuple[str, ...], variables: Mapping[str, str], depth: int, script: bool = False
    ) -> Iterator[Started]:
        """The servers that this shell text starts; management commands are noted on the way."""
        known = dict(variables)
        for command in simple_commands(text):
            here = Origin(at.path, command.line) if script else at
            known.update(command.assigned if not command.words else ())
            if command.words[:2] == ("set", "--"):
                arguments = _filled(command.words[2:], arguments)
                continue
            words = _filled(command.words, arguments)
            yield from self._one(replace(command, words=words), here, {**known, **dict(command.assigned)}, depth)

    def _one(self, command: SimpleCommand, at: Origin, variables: Mapping[str, str], depth: int) -> Iterator[Started]:
        if not command.words or command.only_names:
            self.installed |= {name for word in command.words if (name := _distribution(word)) in DISTRIBUTIONS} if command.installs else set()
            return
        managed = _managed(command.words)
        if managed in DEVELOPMENT_COMMANDS:
            yield Started(DEVELOPMENT_SERVER, " ".join(command.words), at, firm=False)
        elif managed:
            self.management.append(Management(managed, at, bool(LOOKING.intersection(command.words))))
            return
        place = next((index for index, word in enumerate(command.words) if name_of(word) in SERVERS), None)
        if managed is None and place is not None:
            yield self._server(command.words[place:], at, variables)
        elif managed is None and depth:
            yield from self._script(command.words, at, variables, depth)

    def _server(self, words: tuple[str, ...], at: Origin, variables: Mapping[str, str]) -> Started:
        server = SERVERS[name_of(words[0])]
        return Started(server, " ".join(words), at, False, *workers_of(server, words, at, variables, self.configurations))

    def _script(self, words: tuple[str, ...], at: Origin, variables: Mapping[str, str], depth: int) -> Iterator[Started]:
        """What a script of the repository starts, given the words behind its name."""
        for index, word in enumerate(words[:4]):
            path = self._located(word, at.path)
            if path is not None:
                text = self.tree.read(path, MAX_SCRIPT) or ""
                yield from self._run(text, Origin(path), words[index + 1 :], variables, depth - 1, script=True)
                return

    def _located(self, word: str, deploy_file: str) -> str | None:
        """The shell script in the checkout that a path on the server stands for: beside the deploy file, from the root, or of the same name."""
        name = name_of(word)
        if not name or name.startswith("-") or not ("/" in word or name.endswith((".sh", ".bash"))) or name.endswith((".py", ".ini", ".toml")):
            return None
        for folder in (posixpath.dirname(deploy_file), "."):
            path = posixpath.normpath(posixpath.join(folder, word.lstrip("/")))
            if self.tree.is_file(path):
                return path
        same = [path for path in self.tree.files if name_of(path) == name and not is_development(path)]
        return max(same, key=lambda path: (_common_end(path, word), -path.count("/"), path), default=None)


def _common_end(path: str, word: str) -> int:
    pairs = zip(reversed(path.split("/")), reversed(word.split("/")), strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(path.count("/"), word.count("/")) + 1)


def _filled(words: tuple[str, ...], arguments: tuple[str, ...]) -> tuple[str, ...]:
    """With the arguments put in for `$@`."""
    return tuple(filled for word in words for filled in (arguments if word in ("$@", "$*", "${@}") else (word,)))


def _distribution(word: str) -> str:
    """The name in `gunicorn[gevent]==23.0`, in lower case."""
    return re.split(r"[\[=<>~!;@]", word, maxsplit=1)[0].strip().lower()


def _managed(words: tuple[str, ...]) -> str | None:
    """The management command that is run: the first word behind `manage.py` that is no option."""
    place = next((index for index, word in enumerate(words) if name_of(word) in MANAGERS and (word != "django" or words[index - 1] == "-m")), None)
    return None if place is None else next((word for word in words[place + 1 :] if not word.startswith(("-", "$"))), None)


def _kept(service: Service, starts: Origin | None) -> Kept:
    at = starts or Origin(service.path, 1)
    restart = service.restart
    if restart is None:
        return Kept(service.kind, service.path, None, at, always=service.kind in ("supervisor", "heroku"), starts=starts)
    value = restart.value.strip().lower()
    said = f"{restart.name}={restart.value}" if service.kind in ("systemd", "supervisor") else f"{restart.name}: {restart.value}"
    always = value not in ("no", "never", "false", "none", "on-success")
    return Kept(service.kind, service.path, said, restart.at or at, always, starts)
