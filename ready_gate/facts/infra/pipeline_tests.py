"""Where a pipeline runs the project's tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.facts.names import is_aside
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views.pipeline_tests import PipelineTests
from ready_gate.model import Origin

PIPELINES = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    ".gitlab/**/*.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker/*.yml",
    "Jenkinsfile",
    "tekton/**/*.yaml",
)
MAX_LINES = 5_000
# What runs tests: their runners, Django's command, or a script or target of that name.
_RUNNERS = r"py\.?test|tox|nox|unittest|runtests(?:\.py|\.sh)?|manage(?:\.py)? test|django-admin test"
_SCRIPTS = r"(?:make|just|task|run) [\w:-]{0,40}test\w{0,20}|[\w./-]{0,60}\.sh test"
_TESTS = re.compile(rf"(?:^|[\s'\"/=;&|(])(?:{_RUNNERS}|{_SCRIPTS})(?:$|[\s'\"\];&|)])")


@fact
def pipeline_tests(tree: Tree) -> PipelineTests:
    """Every line of a pipeline file that runs tests."""
    return PipelineTests(tuple(at for path in tree.matching(*PIPELINES) if not is_aside(path) for at in _lines(path, tree.read(path) or "")))


def _lines(path: str, text: str) -> Iterator[Origin]:
    for number, line in enumerate(text.splitlines()[:MAX_LINES], 1):
        if not line.lstrip().startswith(("#", "//")) and _TESTS.search(line[:500]):
            yield Origin(path, number)
