"""The project's own classes that settings name by a dotted path: what they inherit from and what their bodies say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ready_gate.facts.django.project import search_folders
from ready_gate.facts.python.modules import Found, Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Project, ProjectClass, ProjectClasses, Settings
from ready_gate.model import Origin

MAX_CLASSES = 300
MAX_BASES = 30
_CLASS_PATH = re.compile(r"[A-Za-z_]\w{0,60}(\.\w{1,60}){0,10}\.[A-Z]\w{0,100}")


@fact
def project_classes(sources: Sources, project: Project, settings: Settings) -> ProjectClasses:
    """Every class of the checkout whose dotted path is the value of a setting or stands in one."""
    finder = _Finder(sources, search_folders(project.folder))
    leaves = (leaf for setting in settings.values.values() for leaf in setting.walk() if leaf.kind in ("str", "object"))
    named = dict.fromkeys(text for leaf in leaves if len(text := str(leaf.value)) < 300 and _CLASS_PATH.fullmatch(text))
    found = {name: finder.describe(name) for name in list(named)[:MAX_CLASSES]}
    return ProjectClasses({name: described for name, described in found.items() if described is not None})


class _Finder:
    def __init__(self, sources: Sources, folders: tuple[str, ...]) -> None:
        self.sources, self.folders = sources, folders

    def describe(self, name: str) -> ProjectClass | None:
        """The class with everything above it, nearest first; None where it is not the project's."""
        start = self._define(name)
        if start is None:
            return None
        bases: dict[str, None] = {}
        methods: dict[str, None] = {}
        values: dict[str, object] = {}
        complete, open_ = True, [name]
        while open_ and len(bases) < MAX_BASES:
            here = open_.pop(0)
            defined = self._define(here)
            if defined is None:
                continue
            found, node = defined
            above = [self._dotted(found, base) for base in node.bases]
            complete = complete and None not in above
            open_ += [base for base in above if base is not None and base not in bases]
            bases |= dict.fromkeys(base for base in above if base is not None)
            methods |= dict.fromkeys(item.name for item in node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)))
            values = dict(_plain(node)) | values
        return ProjectClass(name, Origin(start[0].path or "", start[1].lineno), tuple(bases), frozenset(methods), values, complete and not open_)

    def _define(self, name: str, depth: int = 5) -> tuple[Found, ast.ClassDef] | None:
        """The module and the node of a class, followed through modules that only import it."""
        module, _, cls = name.rpartition(".")
        found = self.sources.resolve(module, self.folders) if module else None
        if found is None or found.path is None:
            return None
        try:
            body = self.sources.parse(found.path).body
        except UnreadableSource:
            return None
        node = next((node for node in body if isinstance(node, ast.ClassDef) and node.name == cls), None)
        if node is not None:
            return found, node
        elsewhere = _imported(found, body).get(cls)
        return self._define(elsewhere, depth - 1) if elsewhere and depth else None

    def _dotted(self, found: Found, base: ast.expr) -> str | None:
        """The dotted path of a base class as its module writes it; None where it is computed."""
        parts: list[str] = []
        node = base.value if isinstance(base, ast.Subscript) else base
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        body = self.sources.parse(found.path or "").body
        start = _imported(found, body).get(node.id)
        if start is None:
            start = f"{found.dotted}.{node.id}" if any(isinstance(item, ast.ClassDef) and item.name == node.id for item in body) else node.id
        return ".".join([start, *parts])


def _imported(found: Found, body: list[ast.stmt]) -> dict[str, str]:
    """What the names that a module imports stand for."""
    names: dict[str, str] = {}
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            package = found.dotted if found.is_package else found.dotted.rpartition(".")[0]
            up = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
            home = ".".join(part for part in (up if node.level else "", node.module or "") if part)
            names |= {alias.asname or alias.name: f"{home}.{alias.name}" for alias in node.names}
    return names


def _plain(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    """The attributes of a class body that hold a plain constant."""
    for item in node.body:
        if isinstance(item, (ast.Assign, ast.AnnAssign)):
            targets = item.targets if isinstance(item, ast.Assign) else [item.target]
            value = item.value.value if isinstance(item.value, ast.Constant) else ...
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))
