import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"


@pytest.fixture
def facts_of(lay_out):
    def compute(settings, files):
        tree = lay_out({"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": settings, **files})
        return Facts({"options": Options(path=tree.root)})

    return compute


AUTH = """
from rest_framework import authentication as drf
from .base import Plain

class Bearer(Plain):
    keyword = "Bearer"
    realm: str = make()

    def authenticate(self, request): ...
"""


def test_bases_methods_and_values(facts_of):
    base = "from rest_framework.authentication import TokenAuthentication\nclass Plain(TokenAuthentication):\n    keyword = 'Token'\n    size = 3\n"
    files = {"shop/auth.py": AUTH, "shop/base.py": base}
    found = facts_of("REST = {'CLASSES': ['shop.auth.Bearer', 'other.auth.Gone', 'shop.auth.Missing']}\n", files)["project_classes"].found
    assert list(found) == ["shop.auth.Bearer"]
    bearer = found["shop.auth.Bearer"]
    assert (str(bearer.at), bearer.complete) == ("shop/auth.py:5", True)
    assert bearer.bases == ("shop.base.Plain", "rest_framework.authentication.TokenAuthentication")
    assert bearer.methods == {"authenticate"}
    assert bearer.values == {"keyword": "Bearer", "realm": ..., "size": 3}


def test_modules_that_hand_a_class_on_and_bases_that_are_computed(facts_of):
    files = {"shop/api/__init__.py": "from .auth import Bearer\n", "shop/api/auth.py": "class Bearer(make(), A.B['x']):\n    pass\n"}
    found = facts_of("A = 'shop.api.Bearer'\n", files)["project_classes"]
    assert found.found["shop.api.Bearer"].complete is False
    assert found.lineage("shop.api.Bearer") == ("shop.api.Bearer", "A.B")
    assert found.lineage("other.Thing") == ("other.Thing",)


def test_classes_that_inherit_in_a_circle(facts_of):
    files = {"shop/a.py": "from shop.b import B\nclass A(B): ...\n", "shop/b.py": "from shop.a import A\nclass B(A): ...\n"}
    assert set(facts_of("X = 'shop.a.A'\n", files)["project_classes"].found["shop.a.A"].bases) == {"shop.b.B", "shop.a.A"}
