import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"


@pytest.fixture
def facts_of(lay_out):
    """The facts of a project whose settings are this text."""

    def compute(settings, files=None):
        tree = lay_out({"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": settings, **(files or {})})
        return Facts({"options": Options(path=tree.root)})

    return compute


@pytest.mark.parametrize(
    ("django", "setting", "effective"),
    [
        ("4.1", "STATICFILES_STORAGE = 'a.B'", None),
        ("4.2", "STATICFILES_STORAGE = 'a.B'", "a.B"),
        ("5.0", "DEFAULT_FILE_STORAGE = 'a.B'", "django.contrib.staticfiles.storage.StaticFilesStorage"),
        ("5.1", "STATICFILES_STORAGE = 'a.B'", "django.contrib.staticfiles.storage.StaticFilesStorage"),
    ],
)
def test_old_settings_make_storages(facts_of, django, setting, effective):
    settings = facts_of(setting, {"requirements.txt": f"Django=={django}\n"})["settings"]
    assert settings["STORAGES"].get("staticfiles", "BACKEND").value == effective
    assert not settings.is_set("STORAGES")


def test_defaults_of_django_by_name(facts_of):
    text = "from django.conf import global_settings\nfrom django.conf.global_settings import PASSWORD_HASHERS\nX = [*PASSWORD_HASHERS[:1], 'a']\n"
    text += "Y = global_settings.FORMAT_MODULE_PATH\nZ = global_settings.NO_SUCH\nLOCALE_PATHS = global_settings.LOCALE_PATHS\n"
    settings = facts_of(text, {"requirements.txt": "Django==5.2\n"})["settings"]
    assert settings["X"].plain() == ["django.contrib.auth.hashers.PBKDF2PasswordHasher", "a"]
    assert (settings["Y"].kind, settings["Z"].kind, settings["LOCALE_PATHS"].kind) == ("NoneType", "unknown", "list")


@pytest.mark.parametrize(
    ("requirements", "module", "value"),
    [
        ("Django\n", "extras.theme", None),
        ("Django\nextras\n", "extras.theme", True),
        ("django-debug-toolbar\n", "debug_toolbar", True),
        ("psycopg2-binary\n", "psycopg2", True),
        ("djangorestframework\n", "rest_framework", True),
        ("Django\n", "json", True),
        (None, "extras", True),
    ],
)
def test_an_import_that_may_fail(facts_of, requirements, module, value):
    text = f"try:\n    import {module}\n    X = True\nexcept ImportError:\n    X = False\n"
    setting = facts_of(text, {"requirements.txt": requirements} if requirements else {})["settings"]["X"]
    assert (setting.value if setting.known else None) is value


def test_variables_that_every_server_sets(facts_of):
    text = "import os\nX = os.environ.get('HOME', '/tmp')\nY = os.environ.get('HOME', '/tmp')\n"
    assert facts_of(text)["settings"]["X"].kind == "unknown"
    assert facts_of(text, {".env": "HOME=/srv"})["settings"]["X"].value == "/srv"


def test_an_environment_file_is_read_as_the_project_reads_it(facts_of):
    text = "import environ, os\nenviron.Env.read_env(os.path.join(os.path.dirname(__file__), '../.env'))\nX = environ.Env()('KEY')\n"
    files = {".env": "KEY=a#b\n", "requirements.txt": "django-environ==0.11.2\n"}
    facts = facts_of(text, files)
    assert facts["environment"].variables["KEY"].value == "a#b"
    assert facts["settings"]["X"].value == "a"


def test_blocks_of_libraries_that_are_not_there(facts_of):
    text = "INSTALLED_APPS = []\nREST_FRAMEWORK = {'A': 1}\nSIMPLE_JWT = {'B': 2}\n"
    absent = facts_of(text, {"requirements.txt": "Django\n"})["settings"]
    assert (absent["REST_FRAMEWORK"].plain(), absent["SIMPLE_JWT"].plain()) == ({"A": 1}, {"B": 2})
    used = facts_of(text, {"requirements.txt": "djangorestframework\n"})["settings"]
    assert used["REST_FRAMEWORK"].get("PAGE_SIZE").is_default
    assert used["SIMPLE_JWT"].get("ALGORITHM").is_default


def test_a_default_that_is_another_setting(facts_of):
    text = "SECRET_KEY = 'k' * 50\nINSTALLED_APPS = ['rest_framework_simplejwt']\n"
    for block in ("", "SIMPLE_JWT = {'A': 1}\n"):
        key = facts_of(text + block)["settings"]["SIMPLE_JWT"].get("SIGNING_KEY")
        assert (key.value, key.is_default) == ("k" * 50, True)


def test_storages_make_the_old_settings(facts_of):
    text = "STORAGES = {'staticfiles': {'BACKEND': 'a.B'}}"
    settings = facts_of(text, {"requirements.txt": "Django==4.2\n"})["settings"]
    assert settings["STATICFILES_STORAGE"].value == "a.B"


@pytest.mark.parametrize("value", ["lib.DEBUG", "lib.debug", "lib.modes.Mode.Fast", "lib.Mode.FAST", "thing", "lib.Mode.FAST.value"])
def test_what_another_package_holds_is_not_known(facts_of, value):
    setting = facts_of(f"import lib\nfrom lib import thing\nX = [{value}]\nDEBUG = {value}\n")["settings"]
    assert setting["DEBUG"].truth is None
    assert setting["X"].state.value == "partly-known"


@pytest.mark.parametrize(("value", "known"), [("lib.Backend", "lib.Backend"), ("lib", "lib"), ("bool", "builtins.bool")])
def test_classes_and_modules_of_other_packages_are_themselves(facts_of, value, known):
    setting = facts_of(f"import lib\nX = {value}\n")["settings"]["X"]
    assert (setting.kind, setting.value) == ("object", known)


@pytest.mark.parametrize(
    ("bases", "kind", "value"),
    [("str, Enum", "str", "x"), ("Enum", "object", "shop.settings.Mode"), ("models.TextChoices", "str", "x"), ("Base", "str", "x")],
)
def test_members_of_enumerations(facts_of, bases, kind, value):
    text = f"from enum import Enum\nfrom django.db import models\nclass Base(str, Enum): pass\nclass Mode({bases}):\n    A = 'x'\nX = Mode.A\n"
    setting = facts_of(text)["settings"]["X"]
    assert (setting.kind, setting.value) == (kind, value)


def test_has_tells_what_is_neither_sure_nor_a_candidate(facts_of):
    settings = facts_of("import lib\nX = ['a']\nif lib.flag: X += ['m']\nif lib.other: X.append('n')\n")["settings"]
    assert [settings["X"].has(name) for name in ("a", "m", "n", "z")] == [True, None, None, False]
