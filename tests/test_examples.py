"""The examples of the checklist are true: each is run as the settings of a small project, or as the file that its first line names (`# shop/views.py`)."""

import re
from datetime import date
from pathlib import Path

import pytest

from ready_gate import checklist, pipeline
from ready_gate.checks import load_all
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options
from ready_gate.model import Status

EXAMPLES = [(item, kind) for item in checklist.load().items for kind in ("fails", "passes") if kind in item.examples]
SETTINGS = """
INSTALLED_APPS = ["rest_framework"]
ROOT_URLCONF = "shop.urls"
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'


def answers(folder, item, kind):
    """What each check behind the item says of a project that has the example as its settings."""
    text = item.examples[kind]
    named = re.match(r"# (\S+\.py)\n", text)
    files = {
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/settings.py": SETTINGS,
        "shop/payments.py": "import paytmchecksum\n",
    }
    files[named[1] if named else "shop/settings.py"] = text
    if "environment" in item.examples:
        files[".env.production"] = item.examples["environment"]
    if "nginx" in item.examples:
        files["deploy/nginx.conf"] = item.examples["nginx"]
    for name, text in files.items():
        Path(folder, name).parent.mkdir(exist_ok=True)
        Path(folder, name).write_text(text)
    facts = Facts({"options": Options(str(folder), today=date(2026, 11, 24))})
    return {id: outcome.status for id, outcome in pipeline.run_checks([item], load_all(), facts, 1, lambda text: None).items()}


@pytest.mark.parametrize(("item", "kind"), EXAMPLES, ids=[f"{item.id}-{kind}" for item, kind in EXAMPLES])
def test_it_does_what_it_says(tmp_path, item, kind):
    said = answers(tmp_path, item, kind)
    if kind == "fails":
        assert Status.FAIL in said.values()
    else:
        assert Status.FAIL not in said.values()
        assert Status.PASS in {said[id] for id in item.decided_by.checks()}
    assert Status.ERROR not in said.values()
