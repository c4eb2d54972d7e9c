"""Where in the checkout the Django project is."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ready_gate.errors import UserError
from ready_gate.facts.django.deploy_environment import Deployment
from ready_gate.facts.names import is_aside
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Options

MAX_FOLDERS_DOWN = 6
MAX_CANDIDATES = 200


@dataclass(frozen=True)
class Location:
    """The folder that the project runs in, its manage.py, and the entry points (`wsgi.py`, `asgi.py`) below it. `others` are the manage.py files
    not chosen, `reason` says why (empty where there was no choice)."""

    folder: str
    manage: str | None
    entries: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    reason: str = ""


@fact
def location(options: Options, tree: Tree, deployment: Deployment) -> Location:
    """The folder with manage.py, or the one that the entry points are in.

    Raises `UserError` where nothing looks like a Django project.
    """
    found = [path for path in _named(tree, "manage.py") if _is_django(tree, path)]
    if found:
        return _chosen(tree, found, deployment)
    entries = _entries(tree)
    module = options.settings_module or _module_without_entry(tree, deployment)
    folder = _folder_of(entries[0]) if entries else _folder_of_module(tree, module) if module else None
    if folder is None:
        raise UserError(f"{options.path} is not a Django project: it has no manage.py, no wsgi.py or asgi.py that names a settings module")
    return Location(folder, None, tuple(entries), reason="" if entries else f"{module} is in it")


def _entries(tree: Tree) -> list[str]:
    """The modules that a server is started with: they name the settings module."""
    packages = [path for path in tree.matching("**/wsgi/__init__.py", "**/asgi/__init__.py") if not is_aside(path)][:10]
    return [path for path in [*_named(tree, "wsgi.py", "asgi.py"), *packages] if "DJANGO_SETTINGS_MODULE" in (tree.read(path) or "")]


def _named(tree: Tree, *names: str) -> list[str]:
    """The files of that name, the shallowest first, those of tests and examples last."""
    found = [path for path in tree.files if posixpath.basename(path) in names and path.count("/") <= MAX_FOLDERS_DOWN]
    return sorted(found, key=lambda path: (is_aside(path), path.count("/"), path))[:MAX_CANDIDATES]


def _is_django(tree: Tree, path: str) -> bool:
    text = tree.read(path) or ""
    return "django" in text.lower() or "execute_from_command_line" in text


def _chosen(tree: Tree, found: list[str], deployment: Deployment) -> Location:
    deployed = [path for path in found if _is_deployed(tree, posixpath.dirname(path), deployment)] if len(found) > 1 else []
    ranked = sorted(found, key=lambda path: (is_aside(path), path.count("/"), path not in deployed, path))
    best, others = ranked[0], tuple(ranked[1:])
    folder = posixpath.dirname(best) or "."
    inner = tuple(posixpath.dirname(other) + "/" for other in others if posixpath.dirname(other).startswith("" if folder == "." else folder + "/"))
    below = [path for path in _entries(tree) if folder == "." or path.startswith(folder + "/")]
    entries = [path for path in below if not path.startswith(inner)]
    return Location(folder, best, tuple(entries), others, _reason(best, others, best in deployed))


def _reason(best: str, others: Iterable[str], deployed: bool) -> str:
    others = list(others)
    if not others:
        return ""
    if is_aside(best):
        return "all of them are under folders of tests or examples"
    rivals = [other.count("/") for other in others if not is_aside(other)]
    if not rivals or best.count("/") < min(rivals):
        return "the others are deeper, or under folders of tests or examples"
    return "deploy files name its folder" if deployed else "the first by name; name another folder to judge that one"


def _is_deployed(tree: Tree, folder: str, deployment: Deployment) -> bool:
    if not folder:
        return True
    mention = re.compile(rf"(?<![\w.-]){re.escape(folder)}(?![\w-])")
    return any(path.startswith(folder + "/") or mention.search(tree.read(path, 300_000) or "") for path in deployment.files)


def _folder_of(entry: str) -> str:
    """The folder above the package that an entry point is in."""
    return posixpath.dirname(posixpath.dirname(entry)) or "."


def _module_without_entry(tree: Tree, deployment: Deployment) -> str | None:
    variable = deployment.variables.get("DJANGO_SETTINGS_MODULE") or deployment.doubtful.get("DJANGO_SETTINGS_MODULE")
    if variable is not None and variable.value:
        return variable.value
    text = "\n".join(tree.read(name) or "" for name in ("pyproject.toml", "setup.cfg", "pytest.ini", "tox.ini"))
    named = re.search(r"^\s{0,20}DJANGO_SETTINGS_MODULE\s{0,5}=\s{0,5}[\"']?([\w.]{1,200})", text, re.M)
    return named[1] if named else None


def _folder_of_module(tree: Tree, module: str) -> str | None:
    for tail in module_files(module):
        found = [path for path in tree.files if path == tail or path.endswith("/" + tail)]
        if found:
            return min(found, key=lambda path: (path.count("/"), path)).removesuffix(tail).rstrip("/") or "."
    return None


def module_files(module: str) -> tuple[str, str]:
    """The two paths that a dotted module may have below a folder of `sys.path`."""
    path = module.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"
