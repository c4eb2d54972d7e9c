"""Django's checks of CACHES."""

import pytest

from ready_gate.checks.performance.caches import FILE_BASED, cache_settings
from ready_gate.facts.views import Options, Project
from ready_gate.model import Status

LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "given")


@pytest.fixture
def judge(make_settings):
    return lambda **values: cache_settings(make_settings(**values), PROJECT, Options("/srv/shop"))


def files_in(location):
    return {"default": {"BACKEND": FILE_BASED, "LOCATION": location}}


def test_good(judge):
    assert judge(CACHES={"default": LOCAL}).status is Status.PASS
    assert judge().status is Status.PASS


def test_no_default(judge, errors_of):
    assert errors_of(judge(CACHES={"other": LOCAL})) == ["django.caches.E001"]
    assert errors_of(judge(CACHES={})) == ["django.caches.E001"]


def test_unknown(judge, make_settings):
    assert judge(CACHES=make_settings.unknown()).status is Status.UNKNOWN
    assert judge(CACHES=make_settings.partly({"other": LOCAL})).status is Status.UNKNOWN
    assert judge(CACHES=make_settings.partly({"default": LOCAL})).status is Status.PASS


@pytest.mark.parametrize(
    ("location", "roots", "rules"),
    [
        ("/srv/cache", {"MEDIA_ROOT": "/srv/media"}, []),
        ("/srv/media", {"MEDIA_ROOT": "/srv/media/"}, ["django.caches.W002"]),
        ("/srv/media/cache", {"MEDIA_ROOT": "/srv/media"}, ["django.caches.W002"]),
        ("/srv/media/../cache", {"MEDIA_ROOT": "/srv/media"}, []),
        ("/srv", {"STATIC_ROOT": "/srv/static"}, ["django.caches.W002"]),
        ("/srv/media-cache", {"MEDIA_ROOT": "/srv/media"}, []),
        ("/srv/a/cache", {"STATICFILES_DIRS": ["/srv/b", ("prefix", "/srv/a")]}, ["django.caches.W002"]),
        ("cache", {}, ["django.caches.W003"]),
        ("static/cache", {"STATIC_ROOT": "/srv/shop/static"}, ["django.caches.W002", "django.caches.W003"]),
        ("/srv/cache", {"MEDIA_ROOT": ""}, []),
    ],
)
def test_files(judge, warnings_of, location, roots, rules):
    assert warnings_of(judge(CACHES=files_in(location), **roots)) == rules
