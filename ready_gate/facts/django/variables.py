"""Every environment variable that the project's production code reads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ready_gate.facts.django.env_reads import COMMON, FoundRead, Helper, Scan
from ready_gate.facts.names import is_aside, is_development, is_staging
from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project, Settings, VariableRead, Variables
from ready_gate.model import Origin

MAX_FILES = 3_000
MAX_READS = 5_000
MAX_DOUBTS = 50
# The words that a file must hold before the slower expression is tried on it: most files hold none.
WORDS = (b"environ", b"getenv", b"decouple", b"Env(", b"import env", b"BaseSettings", b"configurations", b"dotenv_values")
MARKS = re.compile(rb"\benviron(?:b|s)?\b|getenv|decouple|Env\(|import env\b|BaseSettings|configurations|dotenv_values")


@fact
def variables(tree: Tree, sources: Sources, project: Project, settings: Settings) -> Variables:
    """The reads in settings and in app code, each place once, by file and line."""
    paths = [path for path in tree.files if path.endswith(".py") and _counts(path, project, settings)]
    scans = dict(_scanned(sources, _holding(tree, paths, WORDS, MARKS)))
    helpers = {helper.name: helper for scan in scans.values() for helper in scan.reading({}).helpers}
    others = (path for path in paths if path not in scans)
    scans |= _scanned(sources, _holding(tree, others, [name.encode() for name in helpers], _calls_of(helpers))) if helpers else {}
    found = [(path, read) for path, scan in scans.items() for read in scan.reading(helpers).reads]
    named = {read.name for _, read in found if read.name is not None}
    inside = {(path, read.line) for path, read in found if read.name is None and read.via is not None}
    # Where the text of a file shows a read, its line is the better one: a library may have read the variable earlier, with all others.
    shown = {(path, read.name) for path, read in found}
    evaluated = ((key, read) for key, read in _evaluated(settings) if (key[1].path, key[0]) not in shown)
    known = {key: read for key, read in evaluated if key[0] not in named or (key[1].path, key[1].line) not in inside}
    for path, read in found[:MAX_READS]:
        if read.name is not None:
            place = Origin(path, read.line)
            known[read.name, place] = VariableRead(read.name, place, read.has_default, path in settings.files, read.cast, read.deferred)
    ordered = sorted(known.values(), key=lambda read: (not read.in_settings, read.at.path, read.at.line or 0, read.name))
    told = {(read.at.path, read.at.line) for read in known.values()}
    told |= {(asked.at.path, asked.at.line) for asked in settings.asked if asked.name != "*"}
    return Variables(tuple(ordered), tuple(_doubts(found, told))[:MAX_DOUBTS])


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


def _holding(tree: Tree, paths: Iterable[str], words: Sequence[bytes], marks: re.Pattern[bytes]) -> list[str]:
    """The files whose text shows one of the marks: only these are worth being parsed."""
    texts = ((path, tree.read_bytes(path) or b"") for path in paths)
    return [path for path, text in texts if any(word in text for word in words) and marks.search(text)][:MAX_FILES]


def _calls_of(helpers: Mapping[str, Helper]) -> re.Pattern[bytes]:
    """How calls of the project's helpers look; the ones named like a method of a dict count only where they are called by their bare name."""
    names = "|".join(re.escape(name) for name in helpers if name not in COMMON) or r"(?!)"
    bare = "|".join(re.escape(name) for name in helpers if name in COMMON) or r"(?!)"
    return re.compile(rf"\b(?:{names})\s*\(|(?<![.\w])(?:{bare})\s*\(".encode())


def _scanned(sources: Sources, paths: Iterable[str]) -> dict[str, Scan]:
    return {path: scan for path in paths if (scan := _scan(sources, path)) is not None}


def _scan(sources: Sources, path: str) -> Scan | None:
    try:
        return Scan(sources.parse(path))
    except UnreadableSource:
        return None


def _evaluated(settings: Settings) -> Iterator[tuple[tuple[str, Origin], VariableRead]]:
    """The reads that the values of the settings came through. As in `os.environ.get`, None is a default too."""
    for setting in settings.values.values():
        for part in setting.walk():
            for read in part.reads:
                if read.kind == "variable" and read.at is not None:
                    yield (read.name, read.at), VariableRead(read.name, read.at, not read.raises, True)


def _doubts(found: Iterable[tuple[str, FoundRead]], told: Collection[tuple[str, int | None]]) -> Iterator[str]:
    """Reads whose name is known neither here nor to the evaluation, apart from those inside helpers that other code calls."""
    for path, read in found:
        if read.name is None and read.via is None and (path, read.line) not in told:
            yield f"{path}:{read.line} reads a variable whose name is not written there"
