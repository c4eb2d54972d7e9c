"""What the project installs for production: requirement files, pyproject.toml, Pipfile, setup.cfg, setup.py, and the versions in lock files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ready_gate.facts import requirement_files as formats
from ready_gate.facts.django.deploy_environment import Deployment
from ready_gate.facts.django.location import Location
from ready_gate.facts.names import is_production
from ready_gate.facts.registry import fact
from ready_gate.facts.requirement_lines import parse_line, piped_installs
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Requirement, Requirements

MAX_FILES = 60
# Distributions that bring a package of quite another name.
DISTRIBUTIONS = {
    "rest_framework": ("djangorestframework",),
    "rest_framework_simplejwt": ("djangorestframework-simplejwt",),
    "corsheaders": ("django-cors-headers",),
    "django_filters": ("django-filter",),
    "MySQLdb": ("mysqlclient",),
    "PIL": ("pillow",),
    "ldap": ("django-auth-ldap",),
}
_LIST = re.compile(r"(^|/)(requirements?|reqs?)([._-][\w.-]{1,60})?\.(txt|pip|in)$|(^|/)(requirements?|reqs?)/[\w.-]{1,60}\.(txt|pip|in)$", re.I)


@fact
def requirements(tree: Tree, location: Location, deployment: Deployment) -> Requirements:
    """The distributions that production installs; without any files where none says so."""
    reader = _Reader(tree)
    for path in _lists(tree, location):
        reader.read_list(path)
    for folder in dict.fromkeys((location.folder, ".")):
        _read_metadata(reader, folder)
    for path in deployment.files:
        for requirement in piped_installs(tree.read(path) or "", path):
            reader.packages.setdefault(requirement.name, requirement)
    return Requirements(_with_versions(reader), tuple(reader.files), frozenset(reader.optional))


def _lists(tree: Tree, location: Location) -> list[str]:
    """The requirement files to start from: those for production where there are any, else all that are not for something else."""
    folders = [location.folder, ".", posixpath.dirname(location.folder) or "."]
    for folder in dict.fromkeys(folders):
        inside = "" if folder == "." else folder + "/"
        near = [path for path in tree.files if path.startswith(inside) and path[len(inside) :].count("/") <= 1 and _LIST.search(path)]
        usable = [path for path in near if formats.for_production(path[len(inside) :])]
        texts = [path for path in usable if not path.endswith(".in")] or usable
        chosen = [path for path in texts if is_production(path)] or texts
        if chosen:
            return sorted(chosen, key=lambda path: (path.count("/"), path))[:MAX_FILES]
    return []


def _read_metadata(reader: _Reader, folder: str) -> None:
    readers = (
        ("pyproject.toml", formats.read_pyproject),
        ("Pipfile", formats.read_pipfile),
        ("setup.cfg", formats.read_setup_cfg),
        ("setup.py", formats.read_setup_py),
    )
    for name, read in readers:
        path = posixpath.normpath(posixpath.join(folder, name))
        text = reader.text(path)
        found = read(text, path) if text is not None else []
        reader.add(path, found)
        reader.optional |= formats.optional_names(text or "") if name == "pyproject.toml" else set()
    for name in ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock"):
        path = posixpath.normpath(posixpath.join(folder, name))
        text = reader.text(path)
        if text is not None:
            found_versions = formats.read_pipfile_lock(text) if name == "Pipfile.lock" else formats.read_lock(text)
            reader.locked = found_versions | reader.locked


@dataclass
class _Reader:
    """Collects what is required; each file is read once."""

    tree: Tree
    packages: dict[str, Requirement] = field(default_factory=dict)
    constraints: dict[str, Requirement] = field(default_factory=dict)
    locked: dict[str, str] = field(default_factory=dict)
    optional: set[str] = field(default_factory=set)
    files: list[str] = field(default_factory=list)
    seen: set[tuple[str, bool]] = field(default_factory=set)

    def text(self, path: str) -> str | None:
        return None if path in self.files else self.tree.read(path, 8_000_000)

    def add(self, path: str, found: list[Requirement]) -> None:
        """Keep the requirements of a file; the first that says a version wins."""
        if found and path not in self.files:
            self.files.append(path)
        for requirement in found:
            earlier = self.packages.get(requirement.name)
            if earlier is None or (requirement.specifier and not earlier.specifier):
                self.packages[requirement.name] = requirement

    def read_list(self, path: str, constraint: bool = False) -> None:
        """A requirement file and those that it includes."""
        if (path, constraint) in self.seen or len(self.seen) >= MAX_FILES:
            return
        self.seen.add((path, constraint))
        text = self.tree.read(path)
        if text is None:
            return
        if not constraint and path not in self.files:
            self.files.append(path)
        for option, target in formats.included(text):
            self.read_list(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)), constraint or option.startswith(("-c", "--c")))
        found = list(_listed(text, path))
        if constraint:
            self.constraints |= {requirement.name: requirement for requirement in found}
        else:
            self.add(path, found)


def _listed(text: str, path: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.splitlines(), 1):
        yield from parse_line(line, path, number)


def _with_versions(reader: _Reader) -> dict[str, Requirement]:
    """Exact versions of lock files and constraints put in, where the requirement itself leaves them open."""
    found = dict(reader.packages)
    for name, requirement in found.items():
        if requirement.specifier.startswith("=="):
            continue
        if name in reader.locked and not outdated(requirement.specifier, reader.locked[name]):
            found[name] = replace(requirement, specifier=f"=={reader.locked[name]}")
        elif name in reader.constraints and not requirement.specifier:
            found[name] = replace(requirement, specifier=reader.constraints[name].specifier)
    return found


def outdated(specifier: str, version: str) -> bool:
    """Whether a lock file names a version that the requirement itself excludes: it was not made again since, and says nothing of what runs."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return not SpecifierSet(specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False  # Poetry's own kind of specifier


def installs(requirements: Requirements, package: str) -> bool | None:
    """Whether a requirement brings this top-level package, by the usual ways of naming a distribution; None where there are no requirements.
    False is no certainty: another distribution may bring it along."""
    name = package.lower().replace("_", "-")
    usual = (name, f"{name}-binary", f"py{name}", f"python-{name}", f"django-{name}", f"django-{name.removesuffix('s')}")
    return requirements.has(*usual, *DISTRIBUTIONS.get(package, ()))
