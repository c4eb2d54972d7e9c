"""What manage.py check says of templates, languages, addresses and folders."""

import pytest

from ready_gate.checks.system_checks import static_settings, system_checks
from ready_gate.facts.views import Options, Project, SettingFolders
from ready_gate.model import Status

PROJECT = Project("shop", "shop/manage.py", "shop.settings", "shop/shop/settings.py", "given")
MISSING = SettingFolders(frozenset({"/srv/checkout/shop/uploads", "/srv/checkout/shop/assets"}))
APP = {"INSTALLED_APPS": ["django.contrib.staticfiles"]}


@pytest.fixture
def judge(make_settings):
    return lambda check=system_checks, **values: check(make_settings(**values), MISSING, PROJECT, Options("/srv/checkout"))


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({}, []),
        ({"django": "4.2", "TEMPLATES": [{"APP_DIRS": True, "OPTIONS": {"loaders": []}}]}, ["django.templates.E001"]),
        ({"django": "4.2", "TEMPLATES": [{"APP_DIRS": False, "OPTIONS": {"loaders": []}}]}, []),
        ({"django": "5.1", "TEMPLATES": [{"APP_DIRS": True, "OPTIONS": {"loaders": []}}]}, []),
        ({"TEMPLATES": [{"OPTIONS": {"string_if_invalid": 0}}]}, ["django.templates.E002"]),
        ({"TEMPLATES": [{"OPTIONS": {"string_if_invalid": "?"}}]}, []),
        ({"LANGUAGE_CODE": "en_IN"}, ["django.translation.E001", "django.translation.E004"]),
        ({"LANGUAGE_CODE": "en-in"}, []),
        ({"LANGUAGES": [("hi_IN", "Hindi"), ("en", "English")]}, ["django.translation.E002"]),
        ({"LANGUAGES_BIDI": ["ar_EG"]}, ["django.translation.E003"]),
        ({"LANGUAGE_CODE": "hi", "LANGUAGES": [("en", "English")]}, ["django.translation.E004"]),
        ({"LANGUAGE_CODE": "hi", "LANGUAGES": [("en", "English")], "USE_I18N": False}, []),
        ({"LANGUAGE_CODE": "en", "LANGUAGES": [("en-gb", "English")]}, []),
        ({"STATIC_URL": "/static"}, ["django.urls.E006"]),
        ({"MEDIA_URL": "https://cdn.shop.in/media"}, ["django.urls.E006"]),
        ({"MEDIA_URL": ""}, []),
        ({"FILE_UPLOAD_TEMP_DIR": "uploads"}, ["django.files.E001"]),
        ({"FILE_UPLOAD_TEMP_DIR": "/var/tmp"}, []),
    ],
)
def test_errors(judge, errors_of, values, rules):
    assert errors_of(judge(**values)) == rules


@pytest.mark.parametrize("name", ["TEMPLATES", "LANGUAGE_CODE", "LANGUAGES", "STATIC_URL", "FILE_UPLOAD_TEMP_DIR"])
def test_what_is_not_known_is_not_reported(judge, make_settings, errors_of, name):
    assert errors_of(judge(**{name: make_settings.unknown()})) == []


def test_one_of_several_is_not_taken_for_a_list(judge, make_settings, errors_of):
    languages = make_settings.choice([("ar", "Arabic"), ("en", "English")], [("en", "English")])
    assert errors_of(judge(LANGUAGES=languages, LANGUAGES_BIDI=make_settings.choice(["ar"], ["he"]))) == []
    assert errors_of(judge(TEMPLATES=make_settings.choice([{"OPTIONS": {"string_if_invalid": 1}}], []))) == []
    assert judge(static_settings, **APP, STATICFILES_DIRS=make_settings.choice(["assets"], [])).findings == ()


def test_paths_are_told_from_the_project(judge):
    folder = judge(FILE_UPLOAD_TEMP_DIR="/srv/checkout/shop/uploads").findings[0]
    assert "names shop/uploads, which" in folder.message


def test_silenced(judge, warnings_of):
    assert warnings_of(judge(STATIC_URL="/static", SILENCED_SYSTEM_CHECKS=["urls.E006"])) == ["django.urls.E006"]


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({}, []),
        ({"STATICFILES_DIRS": "assets"}, ["django.staticfiles.E001"]),
        ({"STATICFILES_DIRS": ["static"]}, []),
        ({"STATICFILES_DIRS": [("brand/", "static")]}, ["django.staticfiles.E003"]),
        ({"STATICFILES_DIRS": [("brand", "static")]}, []),
        ({"STORAGES": {"default": {}}}, ["django.staticfiles.E005"]),
        ({"STORAGES": {"default": {}}, "django": "4.2"}, []),
    ],
)
def test_static_settings(judge, errors_of, values, rules):
    assert errors_of(judge(static_settings, **APP, **values)) == rules


def test_static_folders_that_are_not_there(judge, warnings_of):
    assert warnings_of(judge(static_settings, **APP, STATICFILES_DIRS=["assets", ("x", "assets"), "static"])) == ["django.staticfiles.W004"] * 2


def test_static_settings_unknown_and_not_applicable(judge, make_settings):
    assert judge(static_settings, **APP, STATICFILES_DIRS=make_settings.unknown()).status is Status.UNKNOWN
    assert judge(static_settings, INSTALLED_APPS=[]).status is Status.NOT_APPLICABLE
