"""The fact `code`: the Python files that production runs, as definitions."""

from __future__ import annotations

import ast
import re

from ready_gate.facts.django.code.kinds import Kinds
from ready_gate.facts.django.foreign import Foreign
from ready_gate.facts.django.installed import Installed
from ready_gate.facts.django.project import search_folders
from ready_gate.facts.names import is_aside, is_development, within_package
from ready_gate.facts.python.codebase import FUNCTIONS, Codebase, ModuleCode
from ready_gate.facts.python.modules import Sources, parse_expression
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project

MAX_FILES = 8_000
_ASIDE = re.compile(
    r"(^|/)(migrations|node_modules|tests?|testing|conftest\.py|factories\.py|setup\.py|fabfile\.py|test_[^/]*\.py|[^/]*_tests?\.py)(/|$)"
)


class Code(Codebase):
    """The project's code, with what its classes are and what is known of other packages' classes."""

    kinds: Kinds
    outlines: Foreign

    def attribute(self, dotted: str, name: str) -> tuple[ModuleCode | None, ast.expr | None, str] | None:
        """A class attribute as the first class in order has it: its expression with its file, or None and the text for another package's class."""
        for kind in self.order(dotted):
            found = self.find(kind)
            own = self.own(found, name) if found is not None else None
            if found is not None and isinstance(own, ast.expr):
                return found.module, own, kind
            outline = self.outlines.outline(kind) if found is None else None
            text = outline[1].attributes.get(name) if outline is not None else None
            if text is not None:
                return None, parse_expression(text).body, kind
        return None

    def has_method(self, dotted: str, name: str) -> str | None:
        """The class in order that first has a method of that name, also one of another package."""
        for kind in self.order(dotted):
            found = self.find(kind)
            if found is not None and isinstance(self.own(found, name), FUNCTIONS):
                return kind
            outline = self.outlines.outline(kind) if found is None else None
            if outline is not None and name in outline[1].methods:
                return kind
        return None


@fact
def code(tree: Tree, sources: Sources, project: Project, installed: Installed) -> Code:
    """Every Python file of the project's folder that is not for tests, examples or development, nor a migration."""
    inside = "" if project.folder == "." else f"{project.folder}/"
    paths = [path for path in tree.files if path.endswith(".py") and path.startswith(inside) and _counts(path[len(inside) :])]
    outlines = Foreign(installed)

    def bases(dotted: str) -> list[str]:
        outline = outlines.outline(dotted)
        return [base.partition("[")[0] for base in outline[1].bases if base] if outline is not None else []

    found = Code(sources, paths[:MAX_FILES], search_folders(project.folder), bases)
    found.kinds, found.outlines = Kinds(found), outlines
    return found


def _counts(path: str) -> bool:
    return not is_aside(path) and not is_development(within_package(path)) and not _ASIDE.search(path)
