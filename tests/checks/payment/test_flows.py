"""Small payment integrations in many styles: the verified ones pass, the others fail, and so does each verified one with a fault planted in it.

A table in `flows/` begins with the files that all its variants share, then `=== verified: NAME`, `=== unverified: NAME -> RULE` and
`=== unknown: NAME`, each with the text of `payments/views.py` or with `--- file PATH` parts. `--- plant NAME` with a text, `--- by` and another one
below a verified variant is a fault: the variant with the one text replaced by the other must not pass any more.
"""

import re
from pathlib import Path

import pytest

from ready_gate.checks import load_all
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options
from ready_gate.model import Level, Status
from ready_gate.pipeline import run_check

TABLES = sorted((Path(__file__).parent / "flows").glob("*.txt"))
MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'


def files_of(text):
    """The files of one part of a table, and the faults in it."""
    pieces = re.split(r"(?m)^--- (.+)\n", text)
    files = {"payments/views.py": pieces[0]} if pieces[0].strip() else {}
    plants, name, old = [], "", ""
    for head, body in zip(pieces[1::2], pieces[2::2], strict=True):
        kind, _, rest = head.partition(" ")
        if kind == "file":
            files[rest] = body
        elif kind == "plant":
            name, old = rest, body
        else:
            plants.append((name, old, body))
    return files, plants


def planted(files, old, new):
    """The files with the fault; its place is named by text that stands there once."""
    old, new = old.strip("\n"), new.strip("\n")
    hits = [name for name, text in files.items() if old in text]
    assert len(hits) == 1 and files[hits[0]].count(old) == 1, (old, hits)
    return files | {hits[0]: files[hits[0]].replace(old, new)}


def cases():
    for path in TABLES:
        head, *variants = re.split(r"(?m)^=== ", path.read_text())
        shared, _ = files_of(head)
        for variant in variants:
            title, _, body = variant.partition("\n")
            kind, name, _, rule = re.fullmatch(r"(verified|unverified|unknown): (\S+)( -> (\S+))?", title).groups()
            files, plants = files_of(body)
            yield pytest.param(kind, rule, shared | files, id=f"{path.stem}-{name}")
            for plant, old, new in plants:
                yield pytest.param("planted", None, planted(shared | files, old, new), id=f"{path.stem}-{name}-{plant}")


def outcome_of(folder, files):
    layout = {"manage.py": MANAGE, "shop/__init__.py": "", "payments/__init__.py": "", **files}
    for name, text in layout.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    compiled = [compile(text, name, "exec") for name, text in layout.items() if name.endswith(".py")]
    assert compiled
    return run_check(load_all()["payment.verification"], Facts({"options": Options(path=str(folder))}))


@pytest.mark.parametrize(("kind", "rule", "files"), list(cases()))
def test_flow(tmp_path, kind, rule, files):
    outcome = outcome_of(tmp_path, files)
    rules = [finding.rule for finding in outcome.findings if finding.level is Level.ERROR]
    expected = {"verified": Status.PASS, "unknown": Status.UNKNOWN}.get(kind, Status.FAIL)
    assert outcome.status is expected, outcome
    assert rule is None or rule in rules, outcome
    assert all(finding.at and finding.at.line for finding in outcome.findings), outcome


def test_there_are_enough():
    kinds = [case.values[0] for case in cases()]
    assert kinds.count("verified") >= 40
    assert kinds.count("unverified") >= 20
    assert kinds.count("planted") >= 100
