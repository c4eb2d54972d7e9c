"""A settings file and an environment, judged as a project on disk."""

import json
from pathlib import Path

import pytest

from ready_gate.checks import load_all
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options
from ready_gate.model import Outcome, Status
from ready_gate.pipeline import run_check

MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
REQUIRED = (
    "Django==5.2.1",
    "psycopg[binary]==3.2.9",
    "whitenoise==6.9.0",
    "sentry-sdk==2.30.0",
    "djangorestframework==3.16.0",
    "paytmchecksum==1.7.0",
)
REQUIREMENTS = "\n".join(REQUIRED) + "\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def judge_source(tmp_path):
    """`judge_source("database.postgresql", source, env={...}, files={...})`: the outcome of one check on a project with this settings source.

    `env=None` is a project without any known production environment; a text is taken as the environment file's own. Without a source, and for a
    file that is None, there is no such file.
    """

    def judge(check: str, source: str | None, env: dict[str, str] | str | None = None, *, files: dict[str, str | None] | None = None) -> Outcome:
        variables = (
            "".join(f"{name}={json.dumps(value) if ' ' in value else value}\n" for name, value in env.items()) if isinstance(env, dict) else env
        )
        layout = {"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": source, "requirements.txt": REQUIREMENTS, **(files or {})}
        layout |= {} if variables is None else {".env.production": variables or "UNRELATED=1\n"}
        write(tmp_path, {name: text for name, text in layout.items() if text is not None})
        facts = Facts({"options": Options(path=str(tmp_path), env_file=None if variables is None else ".env.production")})
        return run_check(load_all()[check], facts)

    return judge


@pytest.fixture
def expect(judge_source):
    """Judge a source and compare: `None` for a pass, `...` for unknown, else the rule of the first error."""

    def compare(check: str, expected: object, source: str, env: dict[str, str] | None = None, **more: dict[str, str]) -> None:
        outcome = judge_source(check, source, {} if env is None else env, **more)
        if expected is None or expected is ...:
            assert outcome.status is (Status.PASS if expected is None else Status.UNKNOWN), outcome
        else:
            assert outcome.status is Status.FAIL, outcome
            assert expected in [finding.rule for finding in outcome.findings if finding.level.value == "error"], outcome
            assert all(finding.at for finding in outcome.findings), outcome

    return compare
