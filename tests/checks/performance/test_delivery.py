"""Compression and static files."""

import pytest

from ready_gate.checks.performance.delivery import COMPRESSORS, WHITENOISE, compression, static_delivery
from ready_gate.facts.views import ProjectClass, ProjectClasses
from ready_gate.model import Level, Origin, Status

SECURITY = "django.middleware.security.SecurityMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
GZIP = "django.middleware.gzip.GZipMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


@pytest.mark.parametrize("name", COMPRESSORS)
def test_compressing_middleware_passes(make_settings, make_requirements, name):
    outcome = compression(make_settings(MIDDLEWARE=[name, SECURITY]), make_requirements(), ProjectClasses())
    assert outcome.status is Status.PASS
    assert not outcome.findings


def test_compression_faults(make_settings, make_requirements):
    assert rules(compression(make_settings(MIDDLEWARE=[SECURITY, SESSION]), make_requirements(), ProjectClasses())) == ["performance.no-compression"]
    assert rules(compression(make_settings(), make_requirements(), ProjectClasses())) == ["performance.no-compression"]
    brotli = make_settings(MIDDLEWARE=["django_brotli.middleware.BrotliMiddleware"])
    assert rules(compression(brotli, make_requirements("django"), ProjectClasses())) == ["performance.compression-missing"]
    assert compression(brotli, make_requirements("django-brotli"), ProjectClasses()).status is Status.PASS


def test_compression_order_is_reported(make_settings, make_requirements):
    outcome = compression(make_settings(MIDDLEWARE=[SECURITY, GZIP]), make_requirements(), ProjectClasses())
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["performance.compression-order"]


def test_compression_unknown(make_settings, make_requirements):
    for middleware in (
        make_settings.unknown(),
        make_settings.partly([SECURITY]),
        [SECURITY, "shop.middleware.SelectiveGzip"],
        make_settings.choice([GZIP], []),
    ):
        assert compression(make_settings(MIDDLEWARE=middleware), make_requirements(), ProjectClasses()).status is Status.UNKNOWN


@pytest.fixture
def static(make_settings, make_requirements):
    def run(*requirements, **values):
        values = {"STATIC_URL": "/static/", "STATIC_ROOT": "/srv/static", "ALLOWED_HOSTS": ["shop.in"], "MIDDLEWARE": [SECURITY, SESSION], **values}
        classes = ProjectClasses({described.name: described for described in values.pop("own", ())})
        return static_delivery(make_settings(django=values.pop("django", "5.2"), **values), make_requirements(*requirements), classes)

    return run


@pytest.mark.parametrize(
    "middleware",
    [
        [SECURITY, WHITENOISE, SESSION],
        [WHITENOISE, SECURITY],
        [SECURITY, CORS, WHITENOISE, SESSION],
        [GZIP, SECURITY, WHITENOISE],
        (SECURITY, WHITENOISE),
    ],
)
def test_whitenoise_passes(static, middleware):
    assert static("whitenoise", MIDDLEWARE=middleware).status is Status.PASS


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"MIDDLEWARE": [SECURITY, SESSION, WHITENOISE]}, "performance.whitenoise-order"),
        ({"MIDDLEWARE": [SECURITY, "django.middleware.common.CommonMiddleware", WHITENOISE]}, "performance.whitenoise-order"),
        ({"MIDDLEWARE": [SECURITY, WHITENOISE], "STATIC_ROOT": None}, "performance.static-root"),
        ({"MIDDLEWARE": [SECURITY, WHITENOISE], "STATIC_ROOT": ""}, "performance.static-root"),
        ({"STATIC_URL": "http://localhost:9000/static/"}, "performance.static-host"),
        ({"STATIC_URL": "https://cdn.example.com/static/"}, "performance.static-host"),
        ({}, "performance.static-nowhere"),
        ({"STATIC_URL": "https://shop.in/static/"}, "performance.static-nowhere"),
        ({"STORAGES": {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}}, "performance.static-nowhere"),
        ({"STORAGES": {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}}, "performance.static-storage-missing"),
    ],
)
def test_static_faults(static, values, rule):
    outcome = static("whitenoise", **values)
    assert outcome.status is Status.FAIL
    assert rules(outcome) == [rule]


def test_whitenoise_has_to_be_required(static):
    assert rules(static("django", MIDDLEWARE=[SECURITY, WHITENOISE])) == ["performance.whitenoise-missing"]
    assert static(MIDDLEWARE=[SECURITY, WHITENOISE]).status is Status.PASS


@pytest.mark.parametrize(
    "values",
    [
        {"STORAGES": {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}},
        {"STORAGES": {"staticfiles": {"BACKEND": "storages.backends.gcloud.GoogleCloudStorage"}}},
        {"STATICFILES_STORAGE": "storages.backends.s3boto3.S3StaticStorage", "django": "4.1"},
        {"STATICFILES_STORAGE": "storages.backends.s3boto3.S3StaticStorage", "django": "5.0"},
        {"STATIC_URL": "https://d111111abcdef8.cloudfront.net/static/"},
        {"STATIC_URL": "//static.shopcdn.in/"},
        {"MIDDLEWARE": [SECURITY, WHITENOISE], "STATIC_ROOT": None, "WHITENOISE_USE_FINDERS": True},
    ],
)
def test_other_ways_pass(static, values):
    assert static("whitenoise", "django-storages", **values).status is Status.PASS


def test_an_ignored_storage_does_not_count(static):
    outcome = static("django-storages", STATICFILES_STORAGE="storages.backends.s3boto3.S3StaticStorage")
    assert outcome.status is Status.FAIL
    assert rules(outcome, Level.WARNING) == ["performance.static-storage-ignored"]


def test_static_unknown(static, make_settings):
    assert static(STATIC_URL=make_settings.unknown()).status is Status.UNKNOWN
    assert static(STORAGES={"staticfiles": {"BACKEND": "shop.storage.StaticStorage"}}).status is Status.UNKNOWN
    assert static(MIDDLEWARE=make_settings.partly([SECURITY])).status is Status.UNKNOWN
    assert static(MIDDLEWARE=[SECURITY, WHITENOISE], STATIC_ROOT=make_settings.unknown()).status is Status.UNKNOWN
    assert static(STATIC_URL="https://cdn.shop.in/", ALLOWED_HOSTS=["*"]).status is Status.UNKNOWN


def test_storages_of_the_project_are_what_they_inherit_from(static):
    def stored(*bases):
        own = ProjectClass("shop.storages.Static", Origin("shop/storages.py", 2), bases)
        return static("django-storages==1.14", own=[own], STORAGES={"staticfiles": {"BACKEND": "shop.storages.Static"}})

    assert (
        stored("storages.backends.s3boto3.S3Boto3Storage").reason == "static files are stored elsewhere, by storages.backends.s3boto3.S3Boto3Storage"
    )
    assert stored("django.contrib.staticfiles.storage.StaticFilesStorage").status is Status.FAIL
    assert stored().status is Status.UNKNOWN
