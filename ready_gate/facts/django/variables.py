"""Every environment variable that the project's production code reads."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator

from ready_gate.facts.django.env_reads import FoundRead, Helper, reads_of
from ready_gate.facts.names import is_aside, is_development, is_staging
from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project, Settings, VariableRead, Variables
from ready_gate.model import Origin

MAX_FILES = 3_000
MAX_READS = 5_000
MAX_DOUBTS = 50
MARKS = (b"environ", b"getenv", b"decouple", b"environs", b"Env(", b"import env", b"BaseSettings", b"configurations")


@fact
def variables(tree: Tree, sources: Sources, project: Project, settings: Settings) -> Variables:
    """The reads in settings and in app code, each place once, by file and line."""
    paths = [path for path in tree.files if path.endswith(".py") and _counts(path, project, settings)]
    likely = [path for path in paths if any(mark in (tree.read_bytes(path) or b"") for mark in MARKS)][:MAX_FILES]
    trees = {path: parsed for path in likely if (parsed := _parsed(sources, path)) is not None}
    helpers = {helper.name: helper for parsed in trees.values() for helper in reads_of(parsed, {}).helpers}
    callers = _calling(tree, sources, paths, trees, helpers)
    found = [(path, read) for path, parsed in {**trees, **callers}.items() for read in reads_of(parsed, helpers).reads]
    named = {read.name for _, read in found if read.name is not None}
    inside = {(path, read.line) for path, read in found if read.name is None and read.via is not None}
    known = {key: read for key, read in _evaluated(settings) if key[0] not in named or (key[1].path, key[1].line) not in inside}
    for path, read in found[:MAX_READS]:
        if read.name is not None:
            place = Origin(path, read.line)
            known[read.name, place] = VariableRead(read.name, place, read.has_default, path in settings.files, read.cast)
    ordered = sorted(known.values(), key=lambda read: (not read.in_settings, read.at.path, read.at.line or 0, read.name))
    return Variables(tuple(ordered), tuple(_doubts(found, known.values()))[:MAX_DOUBTS])


def _counts(path: str, project: Project, settings: Settings) -> bool:
    """Whether a file is code that production runs: no tests, migrations, development files, nor settings modules that production does not load."""
    if path in settings.files:
        return True
    name = posixpath.basename(path)
    if is_aside(path) or is_development(path) or is_staging(path) or "/migrations/" in path or name.startswith("test") or name == "conftest.py":
        return False
    home = posixpath.dirname(project.settings_path)
    beside = posixpath.dirname(path) == home and posixpath.basename(home) in ("settings", "config", "configs", "environments")
    return not (beside and name not in ("urls.py", "wsgi.py", "asgi.py", "celery.py"))


def _parsed(sources: Sources, path: str) -> ast.Module | None:
    try:
        return sources.parse(path)
    except UnreadableSource:
        return None


def _calling(tree: Tree, sources: Sources, paths: Iterable[str], trees: dict[str, ast.Module], helpers: dict[str, Helper]) -> dict[str, ast.Module]:
    """Files that read nothing by themselves, but call a helper of the project that does."""
    marks = [name.encode() + b"(" for name in helpers]
    others = [path for path in paths if path not in trees and marks and any(mark in (tree.read_bytes(path) or b"") for mark in marks)][:MAX_FILES]
    return {path: parsed for path in others if (parsed := _parsed(sources, path)) is not None}


def _evaluated(settings: Settings) -> Iterator[tuple[tuple[str, Origin], VariableRead]]:
    """The reads that the values of the settings came through. As in `os.environ.get`, None is a default too."""
    for setting in settings.values.values():
        for part in setting.walk():
            for read in part.reads:
                if read.kind == "variable" and read.at is not None:
                    yield (read.name, read.at), VariableRead(read.name, read.at, not read.raises, True)


def _doubts(found: Iterable[tuple[str, FoundRead]], known: Iterable[VariableRead]) -> Iterator[str]:
    """Reads whose name is known neither here nor to the evaluation, apart from those inside helpers that other code calls."""
    places = {(read.at.path, read.at.line) for read in known}
    for path, read in found:
        if read.name is None and read.via is None and (path, read.line) not in places:
            yield f"{path}:{read.line} reads a variable whose name is not written there"
