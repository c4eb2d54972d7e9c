"""Ways to get each setting wrong and harmless rewrites, one table a check in `ways/`.

The first line of a table is the check. Then comes the project that all ways start from, then the ways: `=== wrong: NAME -> RULE`,
`=== right: NAME` and `=== unknown: NAME`. `--- settings`, `--- env` and `--- file PATH` give a file's whole text (`, escaped` where it holds what an editor would not keep),
`--- add` and `--- before` add to the settings, `--- replace` with `--- by` changes them (`--- replace in PATH` another file), `--- no settings`, `--- no env` and `--- no file PATH` leave
a file out.
"""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ready_gate.model import Status

TABLES = sorted((Path(__file__).parent / "ways").glob("*.txt"))


@dataclass
class Project:
    settings: str | None = ""
    env: str | None = ""
    files: dict[str, str | None] = field(default_factory=dict)


def parts_of(text):
    """The heads after `---` with the text below each."""
    pieces = re.split(r"(?m)^--- (.+)\n", text)[1:]
    for head, body in zip(pieces[::2], pieces[1::2], strict=True):
        name, _, escaped = head.partition(", ")
        yield name, body.rstrip("\n").encode().decode("unicode_escape") if escaped else body


def changed(project, text):
    """The project with what one way says of it."""
    project, old, where = replace(project, files=dict(project.files)), "", ""
    for head, body in parts_of(text.rstrip("\n") + "\n" if text.strip() else ""):
        kind, _, path = head.removeprefix("no ").partition(" ")
        given = None if head.startswith("no ") else body
        if kind == "file":
            project.files[path] = given
        elif kind in ("settings", "env"):
            project = replace(project, **{kind: given})
        elif kind == "replace":
            old, where = body, path.removeprefix("in ")
        elif kind == "by" and where:
            old = old.removesuffix("\n")  # a part of a line can be named too
            assert project.files[where].count(old) == 1, old
            project.files[where] = project.files[where].replace(old, body.removesuffix("\n"))
        else:
            assert kind != "by" or project.settings.count(old) == 1, old
            project.settings = {"add": project.settings + body, "before": body + project.settings, "by": project.settings.replace(old, body)}[kind]
    return project


def ways_of(path):
    head, *ways = re.split(r"(?m)^=== ", path.read_text())
    check, _, start = head.partition("\n")
    base = changed(Project(), start)
    for way in ways:
        title, _, body = way.partition("\n")
        kind, name, _, rule = re.fullmatch(r"(wrong|right|unknown): (\S+)( -> (\S+))?", title).groups()
        yield pytest.param(check, ... if kind == "unknown" else rule, changed(base, body), id=f"{check}-{kind}-{name}")


@pytest.mark.parametrize(("check", "rule", "project"), [way for path in TABLES for way in ways_of(path)])
def test_way(judge_source, check, rule, project):
    settings = None if project.settings is None else "import os\n" + project.settings
    outcome = judge_source(check, settings, project.env, files=project.files)
    if rule is None or rule is ...:
        assert outcome.status is (Status.PASS if rule is None else Status.UNKNOWN), outcome
    else:
        assert outcome.status is Status.FAIL, outcome
        assert rule in [finding.rule for finding in outcome.findings if finding.level.value == "error"], outcome
        assert all(finding.at for finding in outcome.findings), outcome


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_tables_hold_enough(path):
    ways = list(ways_of(path))
    assert ways[0].values[0] == path.stem
    assert len({way.id for way in ways}) == len(ways)
    assert sum(isinstance(way.values[1], str) for way in ways) >= 8
    assert sum(way.values[1] is None for way in ways) >= 8
