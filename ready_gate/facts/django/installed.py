"""The packages of the environment that the project runs in, where one is at hand: read as source, never imported."""

from __future__ import annotations

import ast
import os
import posixpath
import re
from collections.abc import Iterator

from ready_gate.facts.django.location import Location
from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.python.outline import ModuleOutline, outline
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Options

NAMES = (".venv", "venv", "env", ".env")
LARGEST = 2_000_000
_VERSION = re.compile(r"python\d(\.\d{1,2})?")


class Installed:
    """The folders that hold installed packages, the nearest first."""

    def __init__(self, folders: list[str]) -> None:
        self._trees = [Tree(folder) for folder in folders]
        self._outlines: dict[str, ModuleOutline | None] = {}

    def has(self, top: str) -> bool:
        """Whether a top-level package is there."""
        return any(tree.is_file(f"{top}/__init__.py") or tree.is_file(f"{top}.py") for tree in self._trees)

    def outline(self, dotted: str) -> ModuleOutline | None:
        """What the source of a module says; None where it is not there or cannot be read."""
        if dotted not in self._outlines:
            found = self.body(dotted)
            self._outlines[dotted] = outline(found[0], dotted, found[1]) if found is not None else None
        return self._outlines[dotted]

    def body(self, dotted: str) -> tuple[list[ast.stmt], bool] | None:
        """The statements of a module, and whether it is a package."""
        path = dotted.replace(".", "/")
        for tree in self._trees:
            for name in (f"{path}/__init__.py", f"{path}.py"):
                data = tree.read_bytes(name, LARGEST)
                if data is not None:
                    try:
                        return parse_source(data).body, name.endswith("/__init__.py")
                    except (SyntaxError, ValueError, RecursionError, MemoryError):
                        return None
        return None


@fact
def installed(options: Options, tree: Tree, location: Location) -> Installed:
    """The environment in the project's folder, or the one that the caller has activated."""
    homes = [posixpath.join(tree.root, folder, name) for folder in dict.fromkeys((location.folder, ".")) for name in NAMES]
    return Installed([found for home in [*homes, options.virtual_env or ""] if home for found in _site_packages(home)])


def _site_packages(home: str) -> Iterator[str]:
    if not os.path.isfile(os.path.join(home, "pyvenv.cfg")):
        return
    try:
        versions = sorted(name for name in os.listdir(os.path.join(home, "lib")) if _VERSION.fullmatch(name))
    except OSError:
        return
    for folder in (os.path.join(home, "lib", name, "site-packages") for name in versions):
        if os.path.isdir(folder):
            yield os.path.realpath(folder)
