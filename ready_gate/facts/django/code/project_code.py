"""The fact `code`: the Python files that production runs, as definitions."""

from __future__ import annotations

import re

from ready_gate.facts.django.code.kinds import Kinds
from ready_gate.facts.django.project import search_folders
from ready_gate.facts.names import is_aside, is_development, within_package
from ready_gate.facts.python.codebase import Codebase
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project

MAX_FILES = 8_000
_ASIDE = re.compile(
    r"(^|/)(migrations|node_modules|tests?|testing|conftest\.py|factories\.py|setup\.py|fabfile\.py|test_[^/]*\.py|[^/]*_tests?\.py)(/|$)"
)


class Code(Codebase):
    """The project's code, with what its classes are."""

    kinds: Kinds


@fact
def code(tree: Tree, sources: Sources, project: Project) -> Code:
    """Every Python file of the project's folder that is not for tests, examples or development, nor a migration."""
    inside = "" if project.folder == "." else f"{project.folder}/"
    paths = [path for path in tree.files if path.endswith(".py") and path.startswith(inside) and _counts(path[len(inside) :])]
    found = Code(sources, paths[:MAX_FILES], search_folders(project.folder))
    found.kinds = Kinds(found)
    return found


def _counts(path: str) -> bool:
    return not is_aside(path) and not is_development(within_package(path)) and not _ASIDE.search(path)
