"""Which of a labelled set's secrets are found, and what is found that is none. Fetches nothing: a set is a folder that was checked out.

For sets of examples each text is a file of its own, searched with rules and named values as `check` does. For leaky-repo and for clean trees the
whole command runs.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.secrets.sets import EXAMPLES, Example, labelled_lines
from ready_gate.facts.secrets import named, rules
from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.finder import Finder
from ready_gate.facts.secrets.texts import text_of

ITEM = "security.no-hardcoded-secrets"
LINE_SETS = ("leaky-repo",)
_ABOUT_THE_SEARCH = ("secret.not-searched", "secret.more-notes", "secret.allowed", "secret.env-file-tracked")


def main(arguments: list[str]) -> int:
    """Print the figures of one set."""
    parser = ArgumentParser(prog="dev.sh bench secrets accuracy", description=__doc__)
    parser.add_argument("set", choices=[*EXAMPLES, *LINE_SETS, "clean"], help="which set it is; `clean` for a tree without known secrets")
    parser.add_argument("folder", type=lambda text: Path(text).resolve(), help="where it is checked out")
    parser.add_argument("--as", dest="name", default="notes.txt", help="the name that an example's file is given (default: notes.txt)")
    parser.add_argument("--missed", action="store_true", help="list the kinds of which examples are missed")
    parser.add_argument("--show", action="store_true", help="list what was missed and what was found wrongly")
    given = parser.parse_args(arguments)
    if given.set in EXAMPLES:
        return _examples(list(dict.fromkeys(EXAMPLES[given.set](given.folder))), given)
    return _lines(given) if given.set in LINE_SETS else _clean(given)


def _examples(examples: list[Example], given: Namespace) -> int:
    finder = Finder(Engine(rules.load(), named.PREFILTER))
    found = {example: _kinds(finder, given.name, example.text) for example in examples}
    wanted = [example for example in examples if example.secret]
    hits = [example for example in wanted if found[example]]
    wrong = [example for example in examples if not example.secret and found[example]]
    print(f"{given.set}: {_recall(len(hits), len(wanted))}, precision {len(hits) / max(1, len(hits) + len(wrong)):.3f}")
    print(f"  {len(wrong)} of {len(examples) - len(wanted)} texts that hold none were reported")
    missed = Counter(example.kind for example in wanted if not found[example])
    if given.missed or given.show:
        print("missed:", ", ".join(f"{kind} ({count})" for kind, count in missed.most_common()))
    if given.show:
        _list("missed", (f"{example.kind}: {example.text!r}" for example in wanted if not found[example]))
        _list("wrong", (f"{example.kind}: {found[example]} {example.text!r}" for example in wrong))
    return 0


def _kinds(finder: Finder, name: str, text: str) -> list[str]:
    read = text_of(name, text.encode())
    return [] if read is None else [sighting.kind for sighting in finder.sightings(read, lambda: None)]


def _lines(given: Namespace) -> int:
    labels = labelled_lines(given.set)
    found = set(_places(given.folder))
    hits = {
        (path, line) for path, lines in labels.items() for line in lines if (path, line) in found or (not line and any(at[0] == path for at in found))
    }
    wrong = {(path, line) for path, line in found if line not in labels.get(path, ()) and 0 not in labels.get(path, ())}
    wanted = {(path, line) for path, lines in labels.items() for line in lines}
    print(f"{given.set}: {_recall(len(hits), len(wanted))}, precision {len(hits) / max(1, len(hits) + len(wrong)):.3f}")
    if given.missed or given.show:
        _list("missed", (f"{path}:{line}" for path, line in sorted(wanted - hits)))
        _list("wrong", (f"{path}:{line}" for path, line in sorted(wrong)))
    return 0


def _places(folder: Path) -> Iterator[tuple[str, int]]:
    """Path and line of all that is found in a folder that is no Django project: it is made one beside its files."""
    with TemporaryDirectory() as made:
        project = Path(made) / folder.name
        shutil.copytree(folder, project, ignore=shutil.ignore_patterns(".git", ".leaky-meta"))
        (project / "manage.py").write_text(_MANAGE)
        (project / "bench_settings.py").write_text("INSTALLED_APPS = []\n")
        for finding in _findings(project):
            yield finding["path"], finding["line"]
            for more in _ALSO.findall(finding["message"].rpartition("; also in ")[2]):
                yield more[0], int(more[1])


_MANAGE = """import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench_settings")
from django.core.management import execute_from_command_line
execute_from_command_line()
"""
_ALSO = re.compile(r"([^\s,]+):(\d+)")


def _clean(given: Namespace) -> int:
    findings = _findings(given.folder)
    size = sum(path.stat().st_size for path in given.folder.rglob("*") if path.is_file() and ".git" not in path.parts) / 1e6
    levels = Counter(finding["level"] for finding in findings)
    outside = [finding for finding in findings if finding["level"] in ("error", "warning")]
    print(f"{given.folder.name}: {size:.1f} MB, {dict(levels)}; {len(outside) / size:.3f} errors and warnings a MB")
    if given.show:
        _list("found", (f"{one['level']} {one['rule']} {one['path']}:{one['line']} {one['evidence']}: {one['message']}" for one in findings))
    return 0


def _findings(folder: Path) -> list[dict[str, Any]]:
    """What the command reports of this item, with every place of each secret."""
    command = [sys.executable, "-m", "ready_gate", "check", str(folder), "--only", ITEM, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own command)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    items = json.loads(done.stdout)["items"]
    findings = [finding for item in items if item["id"] == ITEM for finding in item["findings"]]
    return [one for one in findings if one["path"] and one["rule"].startswith("secret.") and one["rule"] not in _ABOUT_THE_SEARCH]


def _recall(hits: int, wanted: int) -> str:
    return f"recall {hits / max(1, wanted):.3f} ({hits} of {wanted})"


def _list(title: str, lines: Iterable[str]) -> None:
    print(f"{title}:")
    for line in lines:
        print(f"  {line}")
