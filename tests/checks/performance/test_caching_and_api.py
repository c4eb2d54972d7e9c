"""Cache headers, shared caches, pagination, and the application server."""

import pytest

from ready_gate.checks.performance.api import api, pagination
from ready_gate.checks.performance.caching import cache_headers, shared_cache
from ready_gate.facts.views import ProjectClass, ProjectClasses, Started, Startup, Workers
from ready_gate.model import Level, Origin, Status

AT = Origin("Procfile", 1)
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SERVED = {"MIDDLEWARE": [WHITENOISE], "STATIC_ROOT": "/srv/static"}
HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
S3 = {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}
LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
DUMMY = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
REDIS = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache/0"}}
CACHED = "django.contrib.sessions.backends.cache"
OWN = ProjectClasses()
PAGES = "rest_framework.pagination.PageNumberPagination"


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


@pytest.mark.parametrize(
    "values",
    [
        {**SERVED, "STORAGES": HASHED},
        {**SERVED, "STORAGES": {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}},
        {**SERVED, "WHITENOISE_MAX_AGE": 86400},
        {"STORAGES": S3, "AWS_S3_OBJECT_PARAMETERS": {"CacheControl": "max-age=86400"}},
        {"STORAGES": {"staticfiles": {**S3["staticfiles"], "OPTIONS": {"object_parameters": {"CacheControl": "max-age=86400"}}}}},
        {"STORAGES": {"staticfiles": {"BACKEND": "storages.backends.azure_storage.AzureStorage"}}, "AZURE_CACHE_CONTROL": "public,max-age=31536000"},
    ],
)
def test_cache_headers_pass(make_settings, make_requirements, values):
    assert cache_headers(make_settings(**values), make_requirements(), OWN).status is Status.PASS


@pytest.mark.parametrize(
    ("bases", "methods", "status"),
    [
        (["shop.files.Mixin"], set(), Status.PASS),
        ([], {"hashed_name"}, Status.UNKNOWN),
        (["pipeline.storage.PipelineMixin"], set(), Status.UNKNOWN),
    ],
)
def test_a_storage_of_the_project_is_what_it_inherits_from(make_settings, make_requirements, bases, methods, status):
    storage = ProjectClass("shop.files.Storage", AT, (*bases, HASHED["staticfiles"]["BACKEND"]), frozenset(methods))
    settings = make_settings(**SERVED, STORAGES={"staticfiles": {"BACKEND": storage.name}})
    outcome = cache_headers(settings, make_requirements(), ProjectClasses({storage.name: storage}))
    assert outcome.status is status
    assert not rules(outcome, Level.WARNING)


def test_cache_headers_open(make_settings, make_requirements):
    nowhere = cache_headers(make_settings(), make_requirements(), OWN)
    assert nowhere.status is Status.UNKNOWN
    assert nowhere.asks_person
    assert cache_headers(make_settings(STORAGES=HASHED), make_requirements(), OWN).asks_person  # nobody is known to send headers
    short = cache_headers(make_settings(**SERVED), make_requirements(), OWN)
    assert short.status is Status.UNKNOWN
    assert rules(short, Level.WARNING) == ["performance.short-caching"]
    assert cache_headers(make_settings(STORAGES=make_settings.unknown()), make_requirements(), OWN).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("values", "env", "status", "level"),
    [
        ({}, {}, Status.PASS, None),
        ({"SESSION_ENGINE": CACHED, "CACHES": REDIS}, {}, Status.PASS, None),
        ({"SESSION_ENGINE": CACHED, "CACHES": DUMMY}, {}, Status.FAIL, Level.ERROR),
        ({"SESSION_ENGINE": CACHED, "CACHES": LOCMEM}, {}, Status.UNKNOWN, Level.WARNING),
        ({"SESSION_ENGINE": CACHED}, {"WEB_CONCURRENCY": "4"}, Status.FAIL, Level.ERROR),
        ({"SESSION_ENGINE": CACHED, "CACHES": LOCMEM}, {"WEB_CONCURRENCY": "1"}, Status.UNKNOWN, Level.WARNING),
        ({"REST_FRAMEWORK": {"DEFAULT_THROTTLE_CLASSES": ["x.AnonRateThrottle"]}, "CACHES": LOCMEM}, {}, Status.UNKNOWN, Level.WARNING),
        ({"MIDDLEWARE": ["django.middleware.cache.UpdateCacheMiddleware"], "CACHES": DUMMY}, {}, Status.UNKNOWN, Level.WARNING),
        ({"CACHES": LOCMEM}, {"WEB_CONCURRENCY": "4"}, Status.PASS, None),
    ],
)
def test_shared_cache(make_settings, make_environment, values, env, status, level):
    outcome = shared_cache(make_settings(**values), Startup(), make_environment(env), ProjectClasses())
    assert outcome.status is status
    assert [finding.level for finding in outcome.findings] == ([level] if level else [])


@pytest.mark.parametrize(
    ("workers", "status"),
    [
        (Workers("4", AT, 4), Status.FAIL),
        (Workers("nproc", AT, by_cores=True), Status.FAIL),
        (Workers("1", AT, 1), Status.PASS),
        (None, Status.PASS),
        (Workers("$N", AT, why="N is not set"), Status.UNKNOWN),
    ],
)
def test_a_local_cache_and_the_workers_that_are_started(make_settings, make_environment, workers, status):
    startup = Startup(servers=(Started("gunicorn", "gunicorn shop.wsgi", AT, True, workers),))
    assert shared_cache(make_settings(SESSION_ENGINE=CACHED, CACHES=LOCMEM), startup, make_environment({}), ProjectClasses()).status is status


def test_shared_cache_unknown(make_settings, make_environment):
    settings = make_settings(SESSION_ENGINE=CACHED, CACHES=make_settings.unknown())
    assert shared_cache(settings, Startup(), make_environment({}), ProjectClasses()).status is Status.UNKNOWN


def test_api(make_settings, make_requirements):
    assert api(make_settings(INSTALLED_APPS=["rest_framework"]), make_requirements()).status is Status.PASS
    assert api(make_settings(INSTALLED_APPS=["rest_framework.apps.RestFrameworkConfig"]), make_requirements()).status is Status.PASS
    assert api(make_settings(INSTALLED_APPS=["shop"]), make_requirements("django-ninja")).status is Status.PASS
    assert api(make_settings(INSTALLED_APPS=["shop"]), make_requirements("django")).status is Status.NOT_APPLICABLE
    assert api(make_settings(INSTALLED_APPS=["shop"]), make_requirements()).status is Status.NOT_APPLICABLE
    assert api(make_settings(INSTALLED_APPS=make_settings.unknown()), make_requirements()).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("framework", "status", "rule"),
    [
        ({"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": 50}, Status.PASS, None),
        ({"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": "50"}, Status.PASS, None),
        ({"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination", "PAGE_SIZE": 50}, Status.PASS, None),
        ({"DEFAULT_PAGINATION_CLASS": "shop.pagination.Pages", "PAGE_SIZE": 20}, Status.PASS, None),
        ({"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination", "PAGE_SIZE": 50}, Status.PASS, "performance.unbounded-page"),
        ({"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": 100000}, Status.PASS, "performance.unbounded-page"),
        ({}, Status.FAIL, "performance.no-pagination"),
        ({"PAGE_SIZE": 50}, Status.FAIL, "performance.no-pagination"),
        ({"DEFAULT_PAGINATION_CLASS": None, "PAGE_SIZE": 50}, Status.FAIL, "performance.no-pagination"),
        ({"DEFAULT_PAGINATION_CLASS": PAGES}, Status.FAIL, "performance.no-page-size"),
        ({"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": None}, Status.FAIL, "performance.no-page-size"),
        ({"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": 0}, Status.FAIL, "performance.no-page-size"),
        ({"DEFAULT_PAGINATION_CLASS": "shop.pagination.Pages"}, Status.UNKNOWN, None),
    ],
)
def test_pagination(make_settings, framework, status, rule):
    outcome = pagination(make_settings(INSTALLED_APPS=["rest_framework"], REST_FRAMEWORK=framework), ProjectClasses())
    assert outcome.status is status
    assert [finding.rule for finding in outcome.findings] == ([rule] if rule else [])


def test_pagination_otherwise(make_settings):
    assert pagination(make_settings(INSTALLED_APPS=["rest_framework"]), ProjectClasses()).status is Status.FAIL
    assert pagination(make_settings(INSTALLED_APPS=["ninja"]), ProjectClasses()).status is Status.UNKNOWN
    unknown = make_settings(INSTALLED_APPS=["rest_framework"], REST_FRAMEWORK=make_settings.unknown())
    assert pagination(unknown, ProjectClasses()).status is Status.UNKNOWN
    partly = make_settings(
        INSTALLED_APPS=["rest_framework"], REST_FRAMEWORK={"DEFAULT_PAGINATION_CLASS": PAGES, "PAGE_SIZE": make_settings.unknown()}
    )
    assert pagination(partly, ProjectClasses()).status is Status.UNKNOWN


def test_paginators_of_the_project(make_settings):
    name, at = "shop.pages.Pages", Origin("shop/pages.py", 3)
    made = make_settings(INSTALLED_APPS=["rest_framework"], REST_FRAMEWORK={"DEFAULT_PAGINATION_CLASS": name})

    def judge(**values):
        return pagination(made, ProjectClasses({name: ProjectClass(name, at, ("rest_framework.pagination.PageNumberPagination",), values=values)}))

    sized = judge(page_size=12, page_size_query_param="size", max_page_size=100)
    assert (sized.status, sized.reason, sized.findings) == (Status.PASS, "lists are paginated by Pages, 12 to a page", ())
    open_ended = judge(page_size=12, page_size_query_param="size")
    assert [(finding.rule, finding.at) for finding in open_ended.findings] == [("performance.unbounded-page", at)]
    assert judge(page_size=...).status is Status.UNKNOWN
    assert rules(judge()) == ["performance.no-page-size"]
