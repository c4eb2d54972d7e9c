import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"


@pytest.fixture
def facts_of(lay_out):
    """The facts of a project whose settings are this text."""

    def compute(settings, files=None, **options):
        tree = lay_out({"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": settings, **(files or {})})
        return Facts({"options": Options(path=tree.root, **options)})

    return compute
