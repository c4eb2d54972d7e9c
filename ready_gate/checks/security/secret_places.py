"""How much a secret weighs where it stands."""

from __future__ import annotations

import re
from enum import Enum

from ready_gate.facts.names import DEVELOPMENT, TEMPLATE, is_aside, is_production, is_template, words
from ready_gate.facts.views import FoundSecret, SecretPlace
from ready_gate.model import Level

_ASIDE_FILE = re.compile(r"(^|/)(test_[^/]*|[^/]*_tests?\.\w+|[^/]*[.-](test|spec|stories|cy)\.\w+|tests?\.py|conftest\.py)$", re.I)
_ASIDE_FOLDER = frozenset(
    {
        "spec",
        "specs",
        "__tests__",
        "__mocks__",
        "mocks",
        "cassettes",
        "testdata",
        "test_data",
        "cypress",
        "playwright",
        "docs_src",
        "tutorial",
        "tutorials",
    }
    | {
        "fixture",
        "stories",
        "storybook",
        "mock",
        "stubs",
        "snapshots",
        "__snapshots__",
        "test-data",
        "testing",
        "integration_tests",
        "unit_tests",
        "unittests",
        "unittest",
        "e2etests",
    }
)
# Of these names every part counts: `unit_tests`, `test-data`, `integration-tests`; of others (`latest`, `contest`) none.
_TESTS = re.compile(r"(unit|integration|functional|acceptance|smoke|end2end|system|load|api|app)?[_-]?tests?([_-]?\w+)?|\w+[_-]tests?")
# Folders with a dot belong to the tools of those who work on the project, but for these.
_HIDDEN = frozenset(
    {".envs", ".env", ".ebextensions", ".platform", ".docker", ".deploy", ".kube", ".k8s", ".helm", ".aws", ".ssh", ".github", ".config", ".gitlab"}
)
_DOCUMENT = re.compile(r"\.(md|rst|mdx|adoc|txt|po|pot|html?)$|(^|/)(README|CHANGELOG|CONTRIBUTING|HISTORY|NEWS|SECURITY|INSTALL)[^/]*$", re.I)
_WORKFLOW = re.compile(
    r"(^|/)(\.github/workflows/|\.circleci/|\.gitlab-ci|\.travis\.yml|azure-pipelines|bitbucket-pipelines|\.drone\.yml|jenkinsfile|tox\.ini|noxfile|pyproject\.toml|setup\.cfg|pytest\.ini)",
    re.I,
)
_ENV_FILE = re.compile(r"(^|/)(\.env|\.env\.[^/]+|[^/]+\.env|\.envrc|\.envs/[^/]+(/[^/]+)?|\.flaskenv)$", re.I)
_SAID = frozenset(
    {"dev", "development", "local", "localhost", "test", "tests", "testing", "ci", "insecure", "unsafe", "debug", "notsecret", "dummy", "fake"}
)


class Area(Enum):
    """What a file is for."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    ASIDE = "tests, examples and documents"


def area(path: str) -> Area:
    """What the file is for, by its path."""
    folders = path.lower().split("/")[:-1]
    if is_aside(path) or not _ASIDE_FOLDER.isdisjoint(folders) or _ASIDE_FILE.search(path) or _DOCUMENT.search(path) or is_template(path):
        return Area.ASIDE
    if any(_TESTS.fullmatch(folder) for folder in folders):
        return Area.ASIDE
    hidden = any(folder.startswith(".") and folder not in _HIDDEN for folder in folders)
    if not is_production(path) and (words(path) & DEVELOPMENT or hidden or _WORKFLOW.search(path)):
        return Area.DEVELOPMENT
    return Area.PRODUCTION


def area_of(place: SecretPlace) -> Area:
    """What the file at a place is for, by its path and by the files beside it."""
    by_path = area(place.path)
    return Area.DEVELOPMENT if by_path is Area.PRODUCTION and place.development else by_path


def is_env_file(path: str) -> bool:
    """Whether a path is that of an environment file with values, and not of a template of one."""
    return bool(_ENV_FILE.search(path)) and not words(path.rsplit("/", 1)[-1]) & TEMPLATE


def weight(secret: FoundSecret, place: SecretPlace) -> Level:
    """Error in what production runs and reads. In tests, examples and documents, and for development: a note, or a warning where the form is a
    provider's own; and no more than the rule gives it. RabbitMQ takes its `guest` from its own machine alone."""
    where = area_of(place)
    if secret.level is not Level.ERROR:
        return secret.level if where is Area.PRODUCTION else Level.NOTE
    if where is Area.ASIDE:
        return Level.WARNING if secret.provider else Level.NOTE
    if secret.provider:
        return Level.ERROR
    if where is Area.DEVELOPMENT:
        return Level.NOTE if secret.weak or _says_development(secret.secret.reveal()) else Level.WARNING
    if is_env_file(place.path) and not place.tracked:
        return Level.NOTE
    if secret.secret.reveal() == "guest" or _says_development(secret.secret.reveal()) or (secret.weak and not secret.setting):
        return Level.NOTE
    return Level.ERROR


def _says_development(value: str) -> bool:
    """Whether a value is made of words, one of which says that it is for development or tests."""
    parts = re.split(r"[^A-Za-z]+", value[:200].lower())
    return not re.search(r"\d[A-Za-z]+\d|[A-Z][a-z]*[A-Z]", value[:200]) and not _SAID.isdisjoint(parts) and all(len(part) < 16 for part in parts)
