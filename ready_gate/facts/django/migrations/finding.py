"""Where each app keeps its migrations."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from ready_gate.facts.python.modules import Sources
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Setting, Settings

MAX_FILES = 20_000


@dataclass(frozen=True)
class Package:
    """The migrations of one app. `seen`: Django finds them as a package (without `__init__.py` it passes them over); `off`: MIGRATION_MODULES
    switches them off; `modules` are dotted names with their files; `hidden` are files that lie there and that git ignores; `doubt` says why the
    package is not known."""

    label: str
    dotted: str
    folder: str
    seen: bool = False
    off: bool = False
    modules: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    doubt: str | None = None


class Finder:
    """Looks for migrations in the checkout."""

    def __init__(self, tree: Tree, sources: Sources, settings: Settings, search: Sequence[str]) -> None:
        self.tree, self.sources, self.search = tree, sources, search
        self.modules = settings["MIGRATION_MODULES"]
        self.beside: dict[str, list[str]] = {}
        for path in tree.files:
            if path.endswith(".py"):
                self.beside.setdefault(posixpath.dirname(path), []).append(path)

    def package(self, label: str, module: str, folder: str) -> Package:
        """The migrations of the app with that label, whose code is in that package and folder."""
        chosen, doubt = _chosen(self.modules, label)
        usual = Package(label, f"{module}.migrations", posixpath.normpath(f"{folder}/migrations"))
        if doubt:
            return Package(label, usual.dotted, usual.folder, doubt=doubt)
        if chosen is None:
            return Package(label, usual.dotted, usual.folder, off=True)
        return self._found(usual if chosen is ... else Package(label, str(chosen), ""))

    def _found(self, package: Package) -> Package:
        found = self.sources.resolve(package.dotted, self.search)
        folder = package.folder
        if found is not None and found.path is not None:
            folder = posixpath.dirname(found.path)
        elif not folder:
            folder = next((place for place in self._places(package.dotted) if self.tree.is_dir(place)), "")
        files = [path for path in self.beside.get(folder, ()) if _is_migration(posixpath.basename(path))][:MAX_FILES]
        modules = tuple((f"{package.dotted}.{posixpath.basename(path).removesuffix('.py')}", path) for path in files)
        seen = bool(found is not None and found.path is not None and found.is_package)
        known = {*files}
        there = [f"{folder}/{name}" for name in self.tree.names(folder) if _is_migration(name)] if folder and self.tree.is_dir(folder) else []
        hidden = tuple(path for path in there if path not in known)
        return Package(package.label, package.dotted, folder, seen, modules=modules, hidden=hidden)

    def _places(self, dotted: str) -> list[str]:
        tail = dotted.replace(".", "/")
        return [posixpath.normpath(posixpath.join(folder, tail)) for folder in self.search]


def _is_migration(name: str) -> bool:
    return name.endswith(".py") and name[0] not in "_~." and "." not in name[:-3]


def _chosen(modules: Setting, label: str) -> tuple[object, str | None]:
    """What MIGRATION_MODULES says of the app: a dotted name, None (no migrations), or `...` for nothing; and why that is not known."""
    if modules.absent:
        return ..., None
    if modules.kind != "dict":
        return ..., "MIGRATION_MODULES is not known"
    entry = next((value for key, value in modules.entries if key == label), None)
    if entry is None:
        return ..., f"MIGRATION_MODULES is not known: {modules.rest}" if modules.rest else None
    if entry.kind == "NoneType":
        return None, None
    return (entry.text, None) if entry.text else (..., f"MIGRATION_MODULES is not known for {label}")
