"""The whole program: modules run when they are used, production settings in them, foreign classes expanded."""

from __future__ import annotations

import subprocess
import sys

from ready_gate.facts.python.values import Class, Items, Scalar, Symbol, Unknown

SETTINGS = """
DEBUG = False
PAGE = 25
INSTALLED_APPS = ["django.contrib.auth", "accounts", "rest_framework"]
AUTH_USER_MODEL = "accounts.User"
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""


def program(facts_of, files):
    return facts_of(SETTINGS, {"accounts/__init__.py": "", **files})["program"]


def test_settings_are_those_of_production(facts_of):
    p = program(
        facts_of,
        {
            "accounts/a.py": "from django.conf import settings\n"
            "size = settings.PAGE\n"
            "other = getattr(settings, 'NOT_SET', 7)\n"
            "has = hasattr(settings, 'PAGE')\n"
            "if settings.DEBUG:\n    found = 1\nelse:\n    found = 2\n"
        },
    )
    held = p.module("accounts.a").names
    assert [held[name].value for name in ("size", "other", "has", "found")] == [25, 7, True, 2]


def test_a_module_is_run_when_it_is_used(facts_of):
    p = program(
        facts_of, {"accounts/a.py": "from accounts.b import x\nfrom accounts.c import y\nz = y\n", "accounts/b.py": "x = 1", "accounts/c.py": "y = 2"}
    )
    assert p.value("accounts.a.z").value == 2
    assert "accounts.b" not in p.run.modules
    assert p.value("accounts.a.x").value == 1


def test_modules_that_register_or_hold_routes_are_run_at_once(facts_of):
    p = program(
        facts_of,
        {
            "accounts/r.py": "registry = []\n",
            "accounts/v.py": "from accounts.r import registry\nclass Site:\n  def register(self, x):\n    registry.append(x)\nSite().register(3)\n",
            "accounts/urls.py": "import accounts.v\nfrom accounts.r import registry\nfound = list(registry)\n",
        },
    )
    assert [item.value for item in p.value("accounts.urls.found").items] == [3]


def test_circular_imports_end(facts_of):
    p = program(facts_of, {"accounts/a.py": "from accounts.b import y\nx = y", "accounts/b.py": "from accounts.a import x\ny = x"})
    assert isinstance(p.value("accounts.a.x"), Unknown)


def test_a_module_beyond_its_budget_leaves_the_others_alone(facts_of):
    slow = "x = 1\n" + "n = [a + b for a in range(900) for b in range(900)]\n" * 9 + "late = 2\n"
    p = program(facts_of, {"accounts/slow.py": slow, "accounts/a.py": "from accounts.slow import late\nz = 5\nw = late\n"})
    assert p.value("accounts.a.z").value == 5
    assert p.module("accounts.slow").incomplete
    assert isinstance(p.value("accounts.a.w"), Unknown)


def test_the_order_of_foreign_classes_is_pythons(facts_of):
    code = (
        "from django.conf import settings; settings.configure(); from rest_framework.viewsets import ModelViewSet as m; "
        "print(*(f'{k.__module__}.{k.__qualname__}' for k in m.__mro__[:-1]))"
    )
    truth = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    p = program(facts_of, {"accounts/v.py": "from rest_framework import viewsets\nclass V(viewsets.ModelViewSet):\n    pass\n"})
    rows = [p.dotted(kind) for kind in p.order(p.value("accounts.v.V"))]
    assert rows == ["accounts.v.V", *truth]


def test_defaults_of_the_framework_come_from_the_settings(facts_of):
    p = program(facts_of, {"accounts/v.py": "from rest_framework.views import APIView\nclass V(APIView):\n    pass\n"})
    found = p.lookup(p.value("accounts.v.V"), "permission_classes")
    assert isinstance(found, Items)
    assert [p.dotted(kind) for kind in found.items] == ["rest_framework.permissions.IsAuthenticated"]


def test_foreign_names_are_known_by_any_path(facts_of):
    p = program(facts_of, {"accounts/v.py": "from django.views.generic import ListView\nclass V(ListView):\n    paginate_by = 5\n"})
    kind = p.value("accounts.v.V")
    assert p.is_a(kind, "django.views.generic.ListView")
    assert p.is_a(kind, "django.views.View", "x.Y")
    assert p.is_a(kind, "django.views.generic.DetailView") is False
    assert p.is_a(Symbol("nobody.Knows"), "django.views.View") is None
    assert p.lookup(kind, "paginate_by").value == 5
    assert p.lookup(kind, "context_object_name").value is None


def test_a_class_with_a_base_that_nobody_knows_may_have_anything(facts_of):
    p = program(facts_of, {"accounts/v.py": "from nobody import Base\nclass V(Base):\n    x = 1\n"})
    kind = p.value("accounts.v.V")
    assert p.lookup(kind, "x").value == 1
    assert isinstance(p.lookup(kind, "y"), Unknown)


def test_the_user_model_is_the_one_of_the_settings(facts_of):
    p = program(
        facts_of,
        {
            "accounts/models.py": "from django.contrib.auth.models import AbstractUser\nclass User(AbstractUser):\n    pass\n",
            "accounts/v.py": "from django.apps import apps\nfrom django.contrib.auth import get_user_model\nU = get_user_model()\nV = apps.get_model('accounts', 'User')\n",
        },
    )
    assert p.value("accounts.v.U") is p.value("accounts.v.V") is p.value("accounts.models.User")
    assert isinstance(p.value("accounts.v.U"), Class)
    assert p.is_a(p.value("accounts.v.U"), "django.contrib.auth.base_user.AbstractBaseUser", "django.db.models.Model")


def test_an_environment_in_the_project_is_read_instead_of_the_tables(facts_of):
    site = ".venv/lib/python3.12/site-packages"
    p = program(
        facts_of,
        {
            ".venv/pyvenv.cfg": "",
            f"{site}/kit/__init__.py": "from .views import Base as Public",
            f"{site}/kit/views.py": "import rest_framework.views as rf\nLIMIT = 3\nclass Base(rf.APIView):\n    limit = LIMIT\n    size: int = 4\n",
            "accounts/v.py": "from kit import Public\nclass V(Public):\n    pass\n",
        },
    )
    kind = p.value("accounts.v.V")
    assert [p.dotted(base) for base in p.order(kind)][:3] == ["accounts.v.V", "kit.views.Base", "rest_framework.views.APIView"]
    assert p.lookup(kind, "size").value == 4


def test_functions_are_called_when_asked(facts_of):
    p = program(facts_of, {"accounts/v.py": "def twice(x):\n    return x * 2\nclass V:\n    def get(self):\n        return 'a'\n"})
    assert p.call(p.value("accounts.v.twice"), [Scalar(4)]).value == 8
    made = p.call(p.value("accounts.v.V"))
    assert p.call(p.attribute(made, "get")).value == "a"
