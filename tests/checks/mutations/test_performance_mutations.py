"""Planted faults and harmless rewrites of performance settings, through the evaluator."""

import pytest

BASE = """
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
ALLOWED_HOSTS = ["api.shop.in"]
INSTALLED_APPS = ["django.contrib.staticfiles", "rest_framework"]
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}}
REST_FRAMEWORK = {"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination", "PAGE_SIZE": 50}
"""
ENV = {"REDIS_URL": "redis://cache.shop.in/0"}
GZIP = '    "django.middleware.gzip.GZipMiddleware",\n'
NOISE = '    "whitenoise.middleware.WhiteNoiseMiddleware",\n'


def change(old, new):
    assert old in BASE
    return BASE.replace(old, new)


def without(*lines):
    source = BASE
    for line in lines:
        assert line in source
        source = source.replace(line, "")
    return source


COMPRESSION = [
    ("performance.no-compression", without(GZIP)),
    ("performance.no-compression", BASE + 'MIDDLEWARE.remove("django.middleware.gzip.GZipMiddleware")\n'),
    ("performance.no-compression", BASE + "MIDDLEWARE = MIDDLEWARE[1:]\n"),
    ("performance.no-compression", BASE + "MIDDLEWARE.pop(0)\n"),
    ("performance.no-compression", BASE + "del MIDDLEWARE[0]\n"),
    ("performance.no-compression", BASE + 'MIDDLEWARE = [name for name in MIDDLEWARE if "gzip" not in name]\n'),
    ("performance.no-compression", without(GZIP) + 'if DEBUG:\n    MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")\n'),
    ("performance.compression-missing", without(GZIP) + 'MIDDLEWARE.insert(0, "django_brotli.middleware.BrotliMiddleware")\n'),
    (None, BASE),
    (None, without(GZIP) + 'MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")\n'),
    (None, without(GZIP) + 'MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware"] + MIDDLEWARE\n'),
    (None, without(GZIP) + 'MIDDLEWARE += ["django.middleware.gzip.GZipMiddleware"]\n'),
    (None, without(GZIP) + 'MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]\n'),
    (None, BASE + "MIDDLEWARE = tuple(MIDDLEWARE)\n"),
    (None, without(GZIP) + 'if not DEBUG:\n    MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")\n'),
    (None, without(GZIP) + 'GZIP = "gzip.GZip"\nMIDDLEWARE.insert(0, f"django.middleware.{GZIP}Middleware")\n'),
    (..., without(GZIP) + "from acme import more\nMIDDLEWARE += more()\n"),
]


@pytest.mark.parametrize(("expected", "source"), COMPRESSION)
def test_compression(expect, expected, source):
    expect("performance.compression", expected, source, ENV)


STATIC = [
    ("performance.static-nowhere", without(NOISE)),
    ("performance.static-nowhere", BASE + 'MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")\n'),
    ("performance.static-nowhere", without(NOISE) + 'STATIC_URL = "https://api.shop.in/static/"\n'),
    ("performance.whitenoise-order", without(NOISE) + 'MIDDLEWARE.append("whitenoise.middleware.WhiteNoiseMiddleware")\n'),
    ("performance.whitenoise-order", BASE + 'MIDDLEWARE = ["django.middleware.common.CommonMiddleware"] + MIDDLEWARE\n'),
    ("performance.static-root", BASE + "STATIC_ROOT = None\n"),
    ("performance.static-root", without('STATIC_ROOT = BASE_DIR / "static"\n')),
    ("performance.static-root", BASE + 'STATIC_ROOT = os.getenv("STATIC_ROOT", "")\n'),
    ("performance.static-host", without(NOISE) + 'STATIC_URL = "http://localhost:9000/static/"\n'),
    ("performance.static-storage-missing", without(NOISE) + 'STORAGES["staticfiles"]["BACKEND"] = "storages.backends.s3.S3Storage"\n'),
    (None, BASE),
    (None, BASE + 'STATIC_ROOT = os.path.join(BASE_DIR, "static")\n'),
    (None, BASE + 'STATIC_ROOT = os.getenv("STATIC_ROOT", "/srv/static")\n'),
    (None, without(NOISE) + 'MIDDLEWARE.insert(1, "whitenoise.middleware.WhiteNoiseMiddleware")\n'),
    (None, without(NOISE) + 'STATIC_URL = "https://d111111abcdef8.cloudfront.net/static/"\n'),
    (None, without(NOISE) + 'CDN = "cdn.shopfiles.in"\nSTATIC_URL = f"https://{CDN}/static/"\n'),
    (None, without(NOISE) + 'STATIC_URL = os.environ.get("CDN", "//cdn.shopfiles.in") + "/"\n'),
    (None, BASE + 'MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")\n'),
    (None, BASE + "STATIC_ROOT = str(STATIC_ROOT)\n"),
    (..., without(NOISE) + 'STATIC_URL = os.environ["CDN_URL"]\n'),
]


@pytest.mark.parametrize(("expected", "source"), STATIC)
def test_static_delivery(expect, expected, source):
    expect("performance.static-delivery", expected, source, ENV)


CACHE = [
    ("performance.dummy-cache", BASE + 'CACHES["default"]["BACKEND"] = "django.core.cache.backends.dummy.DummyCache"\n'),
    ("performance.local-cache", BASE + 'CACHES["default"]["BACKEND"] = "django.core.cache.backends.locmem.LocMemCache"\n'),
    ("performance.local-cache", BASE + "del CACHES\n"),
    ("performance.local-cache", BASE + 'SESSION_CACHE_ALIAS = "s"\nCACHES["s"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}\n'),
    (None, BASE),
    (None, BASE + 'CACHES["other"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}\n'),
    (None, BASE + 'SESSION_ENGINE = "django.contrib.sessions.backends.db"\ndel CACHES\n'),
    (None, BASE + 'CACHES = {**CACHES, "default": {**CACHES["default"], "KEY_PREFIX": "shop"}}\n'),
    (..., BASE + 'CACHES["default"]["BACKEND"] = os.environ["CACHE_BACKEND"]\n'),
]


@pytest.mark.parametrize(("expected", "source"), CACHE)
def test_shared_cache(expect, expected, source):
    expect("performance.shared-cache", expected, source, {**ENV, "WEB_CONCURRENCY": "4"})


def test_cache_headers(expect):
    expect("performance.cache-headers", None, BASE, ENV)
    expect("performance.cache-headers", ..., without(NOISE), ENV)
    expect("performance.cache-headers", ..., BASE + 'STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedStaticFilesStorage"\n', ENV)
    expect("performance.cache-headers", None, BASE + "del STORAGES\nWHITENOISE_MAX_AGE = 60 * 60\n", ENV)


CLASS = '"DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination", '
PAGINATION = [
    ("performance.no-pagination", change(CLASS, "")),
    ("performance.no-pagination", BASE + "REST_FRAMEWORK = {}\n"),
    ("performance.no-pagination", BASE + "del REST_FRAMEWORK\n"),
    ("performance.no-pagination", BASE + 'REST_FRAMEWORK["DEFAULT_PAGINATION_CLASS"] = None\n'),
    ("performance.no-pagination", BASE + 'REST_FRAMEWORK.pop("DEFAULT_PAGINATION_CLASS")\n'),
    ("performance.no-page-size", change(', "PAGE_SIZE": 50', "")),
    ("performance.no-page-size", BASE + 'REST_FRAMEWORK["PAGE_SIZE"] = None\n'),
    ("performance.no-page-size", BASE + 'REST_FRAMEWORK["PAGE_SIZE"] = int(os.getenv("PAGE_SIZE", "0"))\n'),
    (None, BASE),
    (None, BASE + 'REST_FRAMEWORK["PAGE_SIZE"] = int(os.getenv("PAGE_SIZE", "25"))\n'),
    (None, BASE + 'REST_FRAMEWORK.update({"PAGE_SIZE": 10 + 10})\n'),
    (None, BASE + 'REST_FRAMEWORK = {**REST_FRAMEWORK, "PAGE_SIZE": 25}\n'),
    (None, BASE + 'REST_FRAMEWORK = REST_FRAMEWORK | {"NUM_PROXIES": 1}\n'),
    (None, BASE + "REST_FRAMEWORK = dict(REST_FRAMEWORK, PAGE_SIZE=25)\n"),
    (None, BASE + 'REST_FRAMEWORK["DEFAULT_PAGINATION_CLASS"] = "rest_framework.pagination." + "CursorPagination"\n'),
    (None, BASE + 'REST_FRAMEWORK["DEFAULT_PAGINATION_CLASS"] = "shop.pagination.Pages"\n'),
    (..., BASE + 'REST_FRAMEWORK = {"DEFAULT_PAGINATION_CLASS": "shop.pagination.Pages"}\n'),
    (..., BASE + 'REST_FRAMEWORK["PAGE_SIZE"] = int(os.environ["PAGE_SIZE"])\n'),
]


@pytest.mark.parametrize(("expected", "source"), PAGINATION)
def test_pagination(expect, expected, source):
    expect("performance.pagination", expected, source, ENV)
