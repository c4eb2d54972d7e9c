"""The environment that production runs in: config, the environment file, deploy files."""

from __future__ import annotations

import ast
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ready_gate.errors import Unavailable, UserError
from ready_gate.facts.django.deploy_environment import Deployment
from ready_gate.facts.django.env_files import MAX_BYTES, parse_env
from ready_gate.facts.django.location import Location
from ready_gate.facts.names import is_aside, is_development, is_production, is_staging, is_template
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import EnvFile, Environment, Options, Variable
from ready_gate.model import Origin

CHOOSING = ("DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION")
MAX_FILES = 100
STANDARD = (".env.production", ".env.prod", ".env.live", "production.env", "prod.env", ".env")
FOLDERS = (".envs", "env", "envs", "config", "configs", "deploy", "docker", "compose", "etc", "environments")
ASIDE = (".devcontainer/", ".github/", ".gitlab/", ".circleci/", ".buildkite/", ".woodpecker/")
_NAME = re.compile(r"\.?env([._-][\w.-]{1,60})?$|[\w.-]{0,60}\.env([._-][\w-]{1,40})?$", re.I)
_CODE = re.compile(
    r"\.(py|pyi|js|ts|mjs|cjs|jsx|tsx|d|sh|bash|ps1|bat|rb|go|php|md|rst|txt|html|json|ya?ml|toml|lock|j2|tpl|vue|css|map|svg|png)$|\.envrc$", re.I
)


@fact
def environment(options: Options, tree: Tree, location: Location, deployment: Deployment) -> Environment:
    """What production's environment holds, as far as the repository and the config say.

    Raises `UserError` where the environment file that the caller asked for is not there.
    """
    files = tuple(_described(tree, _found(tree, location, deployment)))
    chosen, missing = _asked_for(options, tree, files) if options.env_file else (_chosen(files, location, deployment), None)
    config = {name: Variable(name, value) for name, value in options.environment.items()}
    certain, doubtful = dict(config), dict[str, Variable]()
    for name, variable in deployment.overrides.get(chosen.path, {}).items() if chosen else ():
        certain.setdefault(name, variable)
    for name, variable in chosen.variables.items() if chosen else ():
        certain.setdefault(name, variable)
    # A file that the caller names is the whole environment, as far as they know; an image or a plain compose file may not be part of it.
    given = options.env_file is not None and chosen is not None
    for name, variable in [*deployment.variables.items(), *deployment.doubtful.items()]:
        if name not in certain:
            sure = name in deployment.variables and (name in deployment.firm or not given)
            (certain if sure else doubtful)[name] = variable
    _by_entries(tree, location, certain, doubtful)
    missing = missing or _missing(tree, chosen, deployment)
    known = bool(config or chosen) or (deployment.runs and missing is None)
    listed = files if chosen is None or chosen.path in {file.path for file in files} else (*files, chosen)
    return Environment(certain, known, chosen, listed, missing, doubtful, deployment.notes, deployment.every)


def _by_entries(tree: Tree, location: Location, certain: dict[str, Variable], doubtful: dict[str, Variable]) -> None:
    """What wsgi.py puts into the environment before Django starts: its assignments win, its `setdefault` counts where nothing else does."""
    for path in location.entries:
        if posixpath.basename(path) != "wsgi.py" or is_development(path):
            continue
        for name, variable, wins in variables_of_entry(tree.read(path) or "", path):
            if wins or (name not in certain and name not in doubtful):
                certain[name] = variable
                doubtful.pop(name, None)


def variables_of_entry(text: str, path: str) -> Iterator[tuple[str, Variable, bool]]:
    """The variables that an entry point gives a literal at its top level, and whether that wins over what is there; not those that choose the
    settings, which are looked at on their own."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in body:
        pair: tuple[ast.expr, ast.expr] | None = None
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript) and _is_environ(node.targets[0].value):
            pair = (node.targets[0].slice, node.value)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            call, function = node.value, node.value.func
            pair = (call.args[0], call.args[1]) if function.attr == "setdefault" and _is_environ(function.value) and len(call.args) == 2 else None
        if pair is not None and all(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in pair):
            name, value = (str(part.value) for part in pair if isinstance(part, ast.Constant))
            if name not in CHOOSING:
                yield name, Variable(name, value, Origin(path, node.lineno)), isinstance(node, ast.Assign)


def _is_environ(node: ast.expr) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "environ") or (isinstance(node, ast.Name) and node.id == "environ")


def _asked_for(options: Options, tree: Tree, files: tuple[EnvFile, ...]) -> tuple[EnvFile | None, str | None]:
    name = options.env_file or ""
    path, text = _read_named(tree, name)
    if text is None:
        if options.env_file_required:
            raise UserError("the environment file cannot be read: it is absent, no text file, too large, or a link out of the project", path=name)
        return None, name
    variables, broken = parse_env(text, path)
    known = next((file for file in files if file.path == path), EnvFile(path, {}))
    return replace(known, variables=variables, broken=broken), None


def _read_named(tree: Tree, name: str) -> tuple[str, str | None]:
    """A path relative to the project, else to the current folder; only a file that the caller names may lie outside of the project."""
    if not os.path.isabs(name) and tree.exists(name):
        return posixpath.normpath(name), tree.read(name, MAX_BYTES)
    absolute = os.path.abspath(name)
    if absolute.startswith(tree.root + os.sep):
        inside = os.path.relpath(absolute, tree.root)
        return inside, tree.read(inside, MAX_BYTES)
    outside = Tree(os.path.realpath(os.path.dirname(absolute)))
    return name, outside.read(os.path.basename(absolute), MAX_BYTES)


def _chosen(files: tuple[EnvFile, ...], location: Location, deployment: Deployment) -> EnvFile | None:
    """The file that production most likely reads; never a template or one for development."""
    usable = {file.path: file for file in files if not file.template and not file.development and not is_staging(file.path)}
    folders = dict.fromkeys((location.folder, "."))
    preferred = [posixpath.normpath(posixpath.join(folder, name)) for name in STANDARD for folder in folders]
    named = [path for path in deployment.env_files if path in usable]
    marked = [path for path in usable if is_production(path) and path not in named]
    order = dict.fromkeys([*preferred[:-2], *named, *marked, *preferred[-2:], *_only(usable, folders)])
    return next((usable[path] for path in order if path in usable), None)


def _only(usable: Iterable[str], folders: Iterable[str]) -> list[str]:
    """A single `env` or `.env` in the project's own folders of configuration."""
    plain = [path for path in usable if posixpath.basename(path).lower() in (".env", "env") and not path.startswith(".devcontainer")]
    own = {posixpath.normpath(posixpath.join(folder, inner)) for folder in folders for inner in FOLDERS}
    return [path for path in plain if posixpath.dirname(path) in own]


def _missing(tree: Tree, chosen: EnvFile | None, deployment: Deployment) -> str | None:
    if chosen is not None:
        return None
    return next((path for path in deployment.env_files if not tree.is_file(path)), None)


def _found(tree: Tree, location: Location, deployment: Deployment) -> list[str]:
    """Every environment file: what is part of the project, and what lies beside it without being tracked, as on a server or in CI."""
    listed = [path for path in tree.files if is_env_file(path) and not is_aside(path)]
    folders = dict.fromkeys([".", location.folder, *map(posixpath.dirname, listed), *_folders(tree, location)])
    beside = [posixpath.normpath(posixpath.join(folder, name)) for folder in folders for name in tree.names(folder or ".") if is_env_file(name)]
    named = [path for path in deployment.env_files if tree.is_file(path)]
    return [path for path in dict.fromkeys([*listed, *beside, *named]) if tree.is_file(path)][:MAX_FILES]


def _folders(tree: Tree, location: Location) -> Iterator[str]:
    for base in dict.fromkeys((".", location.folder)):
        for inner in FOLDERS:
            folder = posixpath.normpath(posixpath.join(base, inner))
            if tree.is_dir(folder):
                yield folder
                deeper = [f"{folder}/{name}" for name in tree.names(folder)[:50] if inner == ".envs" or is_production(name)]
                yield from (path for path in deeper if tree.is_dir(path))


def is_env_file(path: str) -> bool:
    """Whether a file of that name holds `NAME=value` lines; everything in a leaf of `.envs/` does."""
    name = posixpath.basename(path)
    if ".envs/" in path or path.startswith(".envs/"):
        return not _CODE.search(name)
    return bool(_NAME.match(name)) and not _CODE.search(name)


def _described(tree: Tree, paths: list[str]) -> Iterator[EnvFile]:
    try:
        tracked, ignored = tree.tracked, tree.ignored(*paths)
    except Unavailable:
        tracked = ignored = None
    for path in paths:
        text = tree.read(path, MAX_BYTES)
        if text is None:
            continue
        variables, broken = parse_env(text, path)
        yield EnvFile(
            path,
            variables,
            template=is_template(path),
            development=is_development(path) or path.startswith(ASIDE),
            tracked=None if tracked is None else path in tracked,
            ignored=None if ignored is None else path in ignored,
            broken=broken,
        )
