import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import django.conf.global_settings
import pytest
from django.db.utils import ConnectionHandler

from ready_gate.facts.django import defaults
from ready_gate.facts.views import Requirement, Requirements, Setting
from ready_gate.model import Origin


def required(specifier, name="django"):
    return Requirements({name: Requirement(name, specifier, Origin("requirements.txt", 1))}, ("requirements.txt",))


@pytest.mark.parametrize(
    ("specifier", "minor"),
    [
        ("==5.2.1", "5.2"),
        ("==4.2.*", "4.2"),
        ("==5.*", "5.2"),
        (">=4.2,<5.0", "4.2"),
        (">=4.2,<5", "4.2"),
        ("<5.2.3", "5.2"),
        ("<5.2", "5.1"),
        ("<=5.0", "5.0"),
        ("~=4.1", "4.2"),
        ("~=4.1.2", "4.1"),
        ("^4.1", "4.2"),
        ("~5.0.3", "5.0"),
        ("==2.2", "2.2"),
        ("==1.8", "1.11"),
        ("==4.3", "4.2"),
    ],
)
def test_the_version_comes_from_the_requirement(specifier, minor):
    assert defaults.load("django", required(specifier))[0].startswith(minor + ".")


@pytest.mark.parametrize("specifier", ["", ">=4.2", "@git+https://example.org/x", "==banana", "==" + "9" * 500])
def test_the_newest_where_nothing_bounds_it(specifier):
    newest = list(defaults.tables("django"))[-1]
    assert defaults.load("django", required(specifier))[0].startswith(".".join(map(str, newest)))
    assert defaults.load("django", None)[0] == defaults.load("django", required(""))[0]


def test_djangos_data_is_what_django_says():
    _, data = defaults.load("django", required(f"=={django.get_version()}"))
    settings = {name: defaults.setting(name, value) for name, value in data.items()}
    for name in dir(django.conf.global_settings):
        if name.isupper() and name != "LANGUAGES":
            expected = getattr(django.conf.global_settings, name)
            assert settings[name].plain() == (list(expected) if isinstance(expected, tuple) else expected)
            assert settings[name].kind == type(expected).__name__


@pytest.mark.parametrize(
    ("package", "module"), [("djangorestframework", "rest_framework"), ("djangorestframework-simplejwt", "rest_framework_simplejwt")]
)
def test_library_data_has_the_librarys_keys(package, module):
    code = f"from django.conf import settings; settings.configure(SECRET_KEY='x'); from {module}.settings import DEFAULTS; print(*DEFAULTS)"
    keys = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert set(defaults.load(package, required(f"=={version(package)}", package))[1]) == set(keys)


def test_lifetimes_are_seconds():
    found = defaults.setting("SIMPLE_JWT", defaults.load("djangorestframework-simplejwt", None)[1])
    assert (found.get("ACCESS_TOKEN_LIFETIME").number, found.get("SIGNING_KEY").kind, found.is_default) == (300, "object", True)


def test_every_file_names_its_package_and_version():
    for path in Path(defaults.DATA).glob("*-*.json"):
        data = json.loads(path.read_text(encoding="utf-8"))
        assert path.stem == f"{data['package']}-{'.'.join(data['version'].split('.')[:2])}"


def test_missing_keys_are_filled_in():
    block = Setting("X", "dict", entries=(("A", Setting("X.A", "int", 1)),))
    found = defaults.filled(block, {"A": 2, "B": [1]})
    assert (found.plain(), found.get("A").is_default, found.get("B").is_default) == ({"A": 1, "B": [1]}, False, True)


def test_a_block_with_unknown_parts_is_not_filled_in():
    block = Setting("X", "dict", rest="something else may be in it")
    assert defaults.filled(block, {"A": 2}) == block


def connections(version, *entries):
    given = tuple((key, defaults.setting(f"DATABASES.default.{key}", value)) for key, value in entries)
    databases = Setting("DATABASES", "dict", entries=(("default", Setting("DATABASES.default", "dict", entries=given)),))
    return [
        option.get("default") for option in defaults.with_connections(Setting("DATABASES", "choice", items=(databases, databases)), version).items
    ]


def test_connections_get_djangos_defaults():
    handler = ConnectionHandler({"default": {"ENGINE": "x", "TEST": {"CHARSET": "UTF8"}}})
    for database in connections(django.get_version(), ("ENGINE", "x"), ("TEST", {"CHARSET": "UTF8"})):
        assert database.plain() == handler.settings["default"]


def test_health_checks_came_with_4_1():
    assert [connections(version)[0].get("CONN_HEALTH_CHECKS").plain() for version in ("4.0.10", "4.1.13")] == [None, False]


def test_migrate_came_with_3_1():
    assert [connections(version)[0].get("TEST").get("MIGRATE").plain() for version in ("3.0.14", "3.1.14")] == [None, True]
