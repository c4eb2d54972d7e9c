"""The examples of the security items do what they say, and what is not looked at yet never passes."""

import re

import pytest

from ready_gate import checklist
from ready_gate.model import VerdictStatus
from ready_gate.verdicts import Word, judge

ITEMS = {item.id: item for item in checklist.load().items}
EXAMPLES = [(id, kind) for id, item in ITEMS.items() for kind in ("fails", "passes") if item.section == "security" and kind in item.examples]
PENDING = [id for id, item in ITEMS.items() if item.section == "security" and item.decided_by.kind == "pending"]
SETTINGS = """
ALLOWED_HOSTS = ["api.shop.in"]
INSTALLED_APPS = ["rest_framework"]
ROOT_URLCONF = "shop.urls"
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""


@pytest.fixture
def verdict_of(judge_source):
    """The verdict of one item on a project with this settings source and environment file."""

    def run(id, source, environment=""):
        env = dict(line.split("=", 1) for line in environment.splitlines() if line)
        item, files = ITEMS[id], {"requirements.txt": "Django==5.2.1\n"}
        named = re.match(r"# (\S+\.py)\n", source)
        if named:
            source, files[named[1]] = SETTINGS, source
        return judge(item, {check: judge_source(check, source, env, files=files) for check in item.checks()}, Word())

    return run


@pytest.mark.parametrize(("id", "kind"), EXAMPLES)
def test_example(verdict_of, id, kind):
    examples = ITEMS[id].examples
    verdict = verdict_of(id, examples[kind], examples.get("environment", "") if kind == "passes" else "")
    assert verdict.status is (VerdictStatus.PASSED if kind == "passes" else VerdictStatus.FAILED), verdict.reason


@pytest.mark.parametrize("id", PENDING)
def test_what_is_not_looked_at_yet_is_inconclusive(verdict_of, id):
    verdict = verdict_of(id, SETTINGS)
    assert verdict.status is VerdictStatus.INCONCLUSIVE
    assert "not looked at yet" in verdict.reason
