"""What the repository's deploy files say of the environment that production runs in."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ready_gate.facts.django import deploy_texts, deploy_yaml
from ready_gate.facts.django.deploy_source import Command, Source
from ready_gate.facts.names import is_aside, is_development, is_production, is_staging, is_template, within_package
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Variable
from ready_gate.facts.yaml_nodes import UnreadableYaml

MAX_FILES = 200
MAX_BYTES = 300_000

Reader = Callable[[str, str], list[Source]]


@dataclass(frozen=True)
class Kind:
    """A kind of deploy file. `runs`: it describes a whole running service, so that what it does not set is not set."""

    name: str
    expression: re.Pattern[str]
    read: Reader
    runs: bool = True
    must_hold: str = ""

    @property
    def firm(self) -> bool:
        """Whether such a file starts the process in production for sure."""
        return self.name not in ("compose", "heroku", "dockerfile", "script")


def _kind(name: str, expression: str, read: Reader, runs: bool = True, must_hold: str = "") -> Kind:
    return Kind(name, re.compile(expression, re.I), read, runs, must_hold)


# In the order in which they are believed: what starts the process, before what the image or a script brings along.
KINDS = (
    _kind("systemd", r"\.service(\.j2)?$", deploy_texts.read_systemd),
    _kind("supervisor", r"supervisor[^/]{0,60}\.(conf|ini)$|supervisor[^/]{0,30}/[^/]{1,80}\.(conf|ini)$", deploy_texts.read_supervisor),
    _kind("s6", r"/(s6-rc\.d|services\.d|sv)/[^/]{1,80}/run$", deploy_texts.read_s6, runs=False),
    _kind("gunicorn", r"gunicorn[^/]{0,60}\.py$", deploy_texts.read_gunicorn, runs=False),
    _kind("uwsgi", r"uwsgi[^/]{0,60}\.ini$", deploy_texts.read_uwsgi, runs=False),
    _kind(
        "compose", r"(docker-|podman-)?(compose|stack)[^/]{0,60}\.ya?ml$|/(prod|production)\.ya?ml$", deploy_yaml.read_compose, must_hold="services"
    ),
    _kind("platform", r"^(.{0,200}/)?(render|app)\.ya?ml$", deploy_yaml.read_manifest),
    _kind("kubernetes", r"\.ya?ml$", deploy_yaml.read_manifest, must_hold="apiVersion"),
    _kind("fly", r"(^|/)fly[^/]{0,40}\.toml$", deploy_texts.read_fly),
    _kind("procfile", r"(^|/)Procfile[^/]{0,40}$", deploy_texts.read_procfile),
    _kind("heroku", r"(^|/)app\.json$", deploy_texts.read_app_json),
    _kind("dockerfile", r"(^|/)(Dockerfile|Containerfile)[^/]{0,40}$|\.Dockerfile$", deploy_texts.read_dockerfile, runs=False),
    _kind(
        "script",
        r"(entrypoint|start|run|gunicorn|boot|serve)[^/]{0,40}\.(sh|bash)$|/(entrypoint|start|gunicorn_start)$",
        deploy_texts.read_script,
        runs=False,
    ),
)
_BY_HAND = re.compile(r"\brunserver(_plus)?\b")
# What every path has that is one of these kinds: most files of a large checkout are put aside by it at once.
_HINT = re.compile(r"(?:service|j2|conf|ini|ya?ml|toml|sh|bash|json)$|(?:gunicorn|procfile|file|entrypoint|start|/run)[^/]{0,80}$", re.I)


@dataclass(frozen=True)
class Service:
    """What one deploy file (or one service in it) runs. `firm`: it is production's for sure; `restart`: what it says of starting it again."""

    kind: str
    path: str
    firm: bool
    commands: tuple[Command, ...]
    restart: Variable | None


@dataclass(frozen=True)
class Deployment:
    """Production's deploy files.

    `every` holds all that is said of each variable; `env_files` the environment files they name (relative to the root where that can be told);
    `runs`: one of them describes a whole service; `firm` are the variables set by what starts the process in production for sure (not by an
    image, a script or a plain compose file); `files` all that were looked at; `services` what they run, the most believed first;
    `overrides` what compose services set themselves beside an environment file that they name, by the file's path: it wins over the file.
    """

    variables: dict[str, Variable] = field(default_factory=dict)
    doubtful: dict[str, Variable] = field(default_factory=dict)
    every: dict[str, tuple[Variable, ...]] = field(default_factory=dict)
    env_files: tuple[str, ...] = ()
    runs: bool = False
    firm: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    overrides: dict[str, dict[str, Variable]] = field(default_factory=dict)


@fact
def deployment(tree: Tree) -> Deployment:
    """What production's deploy files set; empty where there are none."""
    notes: list[str] = []
    chosen = list(_production(_deploy_files(tree)))[:MAX_FILES]
    sources = [(kind, source) for kind, path in chosen for source in _sources(tree, kind, path, notes)]
    sources = _without_development(tree, sources, notes)
    variables: dict[str, Variable] = {}
    doubtful: dict[str, Variable] = {}
    every: dict[str, tuple[Variable, ...]] = {}
    for _, source in sources:
        for variable in (*source.variables.values(), *source.doubtful.values()):
            every[variable.name] = (*every.get(variable.name, ()), variable)
            if variable.name not in variables and variable.name not in doubtful:
                (variables if variable.name in source.variables else doubtful)[variable.name] = variable
    named = dict.fromkeys(_located(tree, source.path, name) for _, source in sources for name in source.env_files)
    runs = any(kind.runs and source.variables for kind, source in sources)
    firm = frozenset(name for kind, source in sources if kind.firm or is_production(source.path) for name in source.variables)
    files = tuple(dict.fromkeys(path for _, path in chosen))
    services = tuple(
        Service(kind.name, source.path, kind.firm or is_production(source.path), tuple(source.commands), source.restart) for kind, source in sources
    )
    return Deployment(variables, doubtful, every, tuple(named), runs, firm, files, tuple(notes), services, _overrides(tree, sources))


def _overrides(tree: Tree, sources: list[tuple[Kind, Source]]) -> dict[str, dict[str, Variable]]:
    found: dict[str, dict[str, Variable]] = {}
    for kind, source in sources:
        for name in source.env_files if kind.name == "compose" else ():
            held = found.setdefault(_located(tree, source.path, name), {})
            held.update({variable: value for variable, value in source.variables.items() if variable not in held})
    return found


def _without_development(tree: Tree, sources: list[tuple[Kind, Source]], notes: list[str]) -> list[tuple[Kind, Source]]:
    """A file that runs a settings module named like development, or any but production's with Django's own server, is for development, where there
    is another one for production."""
    aside = [pair for pair in sources if not pair[0].firm and _for_development(pair[1])]
    others = any(_module(source) for kind, source in sources if (kind, source) not in aside)
    if not aside or not (others or any(is_production(within_package(path)) for path in tree.matching("**/*settings*/*.py", "**/*settings*.py"))):
        return sources
    paths = dict.fromkeys(source.path for _, source in aside)
    notes += [f"{path} runs settings for development, and was left out" for path in paths]
    return [(kind, source) for kind, source in sources if source.path not in paths]


def _for_development(source: Source) -> bool:
    module = within_package(_module(source))
    by_hand = any(_BY_HAND.search(command.text) for command in source.commands if not command.step)
    return is_development(module) or (bool(module) and by_hand and not is_production(module))


def _module(source: Source) -> str:
    variable = source.variables.get("DJANGO_SETTINGS_MODULE") or source.doubtful.get("DJANGO_SETTINGS_MODULE")
    return variable.value if variable else ""


def _deploy_files(tree: Tree) -> Iterator[tuple[Kind, str]]:
    for path in tree.files:
        if not _HINT.search(path) or is_aside(path) or is_staging(path) or is_template(path) or path.startswith((".", "docs/")):
            continue
        kind = next((kind for kind in KINDS if kind.expression.search(path)), None)
        if kind is not None and not is_development(path):
            yield kind, path


def _production(found: Iterator[tuple[Kind, str]]) -> Iterator[tuple[Kind, str]]:
    """Those marked for production before the plain ones, which count only where no file of the same kind is marked."""
    files = list(found)
    marked = {kind.name for kind, path in files if is_production(path) and kind.name != "kubernetes"}
    counted = [(kind, path) for kind, path in files if kind.name not in marked or is_production(path)]
    order = {kind.name: position for position, kind in enumerate(KINDS)}
    yield from sorted(counted, key=lambda pair: (order[pair[0].name], pair[1].count("/"), pair[1]))


def _sources(tree: Tree, kind: Kind, path: str, notes: list[str]) -> list[Source]:
    text = tree.read(path, MAX_BYTES)
    if text is None or kind.must_hold not in text:
        return []
    try:
        return kind.read(path, text)
    except UnreadableYaml as error:
        if "{{" not in text and "{%" not in text:
            notes.append(f"{path} was left out: {error}")
        return []


def _located(tree: Tree, deploy_file: str, name: str) -> str:
    """Where in the checkout an environment file is that a deploy file names: beside it, or (for a path on the server) one with the same name."""
    folder = posixpath.dirname(deploy_file)
    beside = posixpath.normpath(posixpath.join(folder, name))
    candidates = [posixpath.basename(name), posixpath.join(folder, posixpath.basename(name))]
    if not name.startswith("/") and not beside.startswith(".."):
        candidates = [beside, posixpath.normpath(name), *candidates]
    return next((path for path in candidates if tree.is_file(path)), candidates[0])
