"""What the name of a file says about its purpose."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[^a-z0-9]+")
DEVELOPMENT = frozenset(
    {
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "localhost",
        "test",
        "tests",
        "testing",
        "ci",
        "override",
        "debug",
        "e2e",
        "devcontainer",
        "vagrant",
    }
)
PRODUCTION = frozenset({"prod", "production", "live"})
STAGING = frozenset({"staging", "stage", "stg", "uat", "qa", "preprod", "preview"})
TEMPLATE = frozenset({"example", "examples", "sample", "samples", "template", "tmpl", "tpl", "dist", "default", "defaults", "skeleton"})
ASIDE = frozenset(
    {"test", "tests", "testing", "example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "fixtures", "e2e", "benchmarks"}
)


@lru_cache(maxsize=50_000)
def words(path: str) -> frozenset[str]:
    """The words in a path or dotted name: `deploy/docker-compose.prod.yml` has deploy, docker, compose, prod, yml."""
    return frozenset(_WORDS.split(path.lower()))


def is_development(path: str) -> bool:
    """Whether a path says that the file is for development or tests (and not, in the same breath, for production)."""
    return bool(words(path) & DEVELOPMENT) and not words(path) & PRODUCTION


def is_production(path: str) -> bool:
    """Whether a path says that the file is for production."""
    return bool(words(path) & PRODUCTION) and not words(path) & (DEVELOPMENT | STAGING | TEMPLATE)


def within_package(module: str) -> str:
    """A dotted module, or a path, without the package that the project is named by: a shop called `test_shop` or `template` is neither of these."""
    return re.split(r"[./]", module, maxsplit=1)[-1] if re.search(r"[./](?!py$)", module) else module


def is_staging(path: str) -> bool:
    """Whether a path says that the file is for a staging environment."""
    return bool(words(path) & STAGING)


def is_template(path: str) -> bool:
    """Whether a path says that the file is to be copied and filled in."""
    return bool(words(path.rsplit("/", 1)[-1]) & TEMPLATE)


@lru_cache(maxsize=50_000)
def is_aside(path: str) -> bool:
    """Whether a file lies under a folder of tests, examples or documents."""
    return any(folder.lower() in ASIDE for folder in path.split("/")[:-1])
