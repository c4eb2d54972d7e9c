"""Planted faults and harmless rewrites of what Django's own checks look at, through the evaluator."""

import pytest

BASE = """
import os
from pathlib import Path
BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = False
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "collected"
STATICFILES_DIRS = [BASE_DIR / "shop"]
MEDIA_ROOT = os.path.join(BASE_DIR, "media")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "/var/cache/shop"}}
LANGUAGE_CODE = "en-in"
"""
SMTP = 'MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "smtp.mailgun.org"}}}\n'
MAIL = 'DEBUG = False\nADMINS = [("Operations", "ops@shop.in")]\nSERVER_EMAIL = "errors@shop.in"\n' + SMTP
NEWEST = {"requirements.txt": "Django==6.1.1\n"}
UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("django.caches.E001", BASE + 'CACHES["sessions"] = CACHES.pop("default")\n'),
        ("django.caches.E001", BASE + "CACHES = {}\n"),
        ("django.caches.E001", BASE + 'del CACHES["default"]\n'),
        ("django.caches.E001", BASE + 'CACHES = {os.getenv("ALIAS", "main"): CACHES["default"]}\n'),
        (None, BASE),
        (None, BASE + 'CACHES = dict(default=CACHES["default"])\n'),
        (None, BASE + 'CACHES |= {"sessions": CACHES["default"]}\n'),
        (None, BASE + 'CACHES = {os.getenv("ALIAS", "default"): CACHES["default"]}\n'),
        (..., BASE + 'CACHES = {os.environ["ALIAS"]: CACHES["default"]}\n'),
    ],
)
def test_caches(expect, expected, source):
    expect("performance.cache-settings", expected, source)


@pytest.mark.parametrize(
    ("rules", "source"),
    [
        (["django.caches.W002"], BASE + 'CACHES["default"]["LOCATION"] = MEDIA_ROOT\n'),
        (["django.caches.W002"], BASE + 'CACHES["default"]["LOCATION"] = BASE_DIR / "media" / "cache"\n'),
        (["django.caches.W002"], BASE + 'CACHES["default"].update(LOCATION=str(STATIC_ROOT))\n'),
        (["django.caches.W002"] * 3, BASE + 'CACHES["default"]["LOCATION"] = BASE_DIR\n'),
        (["django.caches.W003"], BASE + 'CACHES["default"]["LOCATION"] = "cache"\n'),
        ([], BASE),
        ([], BASE + 'CACHES["default"]["LOCATION"] = BASE_DIR / "cache"\n'),
        ([], BASE + 'CACHES["default"]["LOCATION"] = os.path.join(BASE_DIR, "cache")\n'),
        ([], BASE + 'CACHES["default"]["BACKEND"] = "django.core.cache.backends.locmem.LocMemCache"\n'),
    ],
)
def test_folders_of_caches(judge_source, warnings_of, rules, source):
    assert warnings_of(judge_source("performance.cache-settings", source)) == rules


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("django.translation.E001", BASE + 'LANGUAGE_CODE = "en_IN"\n'),
        ("django.translation.E001", BASE + 'LANGUAGE_CODE = os.getenv("LANG_CODE", "en-in").replace("-", "_")\n'),
        ("django.translation.E004", BASE + 'LANGUAGES = [("hi", "Hindi")]\n'),
        ("django.translation.E002", BASE + 'LANGUAGES = [(code, code) for code in ("en", "hi_IN")]\n'),
        ("django.urls.E006", BASE + 'STATIC_URL = STATIC_URL.rstrip("/")\n'),
        (
            "django.urls.E006",
            BASE
            + 'MEDIA_URL = f"https://{os.getenv("CDN", "cdn.shop.in")}/media"\n'.replace('"CDN"', "'CDN'").replace('"cdn.shop.in"', "'cdn.shop.in'"),
        ),
        ("django.templates.E002", BASE + 'TEMPLATES = [{"BACKEND": "x", "OPTIONS": {"string_if_invalid": None}}]\n'),
        ("django.files.E001", BASE + 'FILE_UPLOAD_TEMP_DIR = BASE_DIR / "uploads"\n'),
        (None, BASE),
        (None, BASE + 'LANGUAGES = [("en", "English"), ("hi", "Hindi")]\n'),
        (None, BASE + 'LANGUAGE_CODE = "hi"\n'),
        (None, BASE + 'LANGUAGES = [("ar", "Arabic"), ("en", "English")]\nif os.environ["FEW"]:\n    LANGUAGES = [("en", "English")]\n'),
        (None, BASE + 'STATIC_URL = "static/"\n'),
        (None, BASE + 'TEMPLATES = [{"BACKEND": "x", "OPTIONS": {"string_if_invalid": ""}}]\n'),
        (None, BASE + 'FILE_UPLOAD_TEMP_DIR = "/tmp"\n'),
        (None, BASE + 'FILE_UPLOAD_TEMP_DIR = BASE_DIR / "shop"\n'),
        (None, BASE + 'LANGUAGE_CODE = "en_IN"\nSILENCED_SYSTEM_CHECKS = ["translation.E001", "translation.E004"]\n'),
    ],
)
def test_system_checks(expect, expected, source):
    expect("deployment.system-checks", expected, source)


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("django.staticfiles.E001", BASE + 'STATICFILES_DIRS = (BASE_DIR / "shop").as_posix()\n'),
        ("django.staticfiles.E003", BASE + 'STATICFILES_DIRS.append(("brand/", BASE_DIR / "shop"))\n'),
        ("django.staticfiles.E005", BASE + 'STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}\n'),
        (None, BASE),
        (None, BASE + "STATICFILES_DIRS = tuple(STATICFILES_DIRS)\n"),
        (None, BASE + 'STATICFILES_DIRS += [("brand", BASE_DIR / "shop")]\n'),
        (None, BASE + 'STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}\n'),
        (..., BASE + "from acme import STATICFILES_DIRS\n"),
    ],
)
def test_static_settings(expect, expected, source):
    expect("deployment.static-settings", expected, source)


@pytest.mark.parametrize(
    ("expected", "source"),
    [
        ("django.mail.W001", MAIL + "MAILERS = {}\n"),
        ("django.mail.W001", MAIL + 'MAILERS = {"bulk": MAILERS["default"]}\n'),
        ("django.mail.E001", MAIL + 'MAILERS["default"]["BACKEND"] = "django.core.mail.backends.console.EmailBackend"\n'),
        ("django.mail.E001", MAIL + 'MAILERS["default"].update(BACKEND="django.core.mail.backends.dummy.EmailBackend")\n'),
        (None, MAIL),
        (None, MAIL + 'MAILERS["default"].pop("BACKEND")\n'),
        (None, MAIL + 'MAILERS["bulk"] = {"BACKEND": "django.core.mail.backends.console.EmailBackend"}\n'),
        (..., MAIL + 'import os\nMAILERS["default"]["BACKEND"] = os.environ["MAILER"]\n'),
    ],
)
def test_mailers(expect, expected, source):
    expect("security.error-emails", expected, source, files=NEWEST)


@pytest.mark.parametrize(
    ("expected", "source", "env"),
    [
        ("django.async.E001", BASE, {UNSAFE: "true"}),
        ("django.async.E001", BASE, {UNSAFE: "0"}),
        ("django.async.E001", BASE + f'os.environ["{UNSAFE}"] = "true"\n', {}),
        ("django.async.E001", BASE + f'os.environ.setdefault("{UNSAFE}", "1")\n', {}),
        (None, BASE, {UNSAFE: ""}),
        (None, BASE, {}),
        (None, BASE + f'if DEBUG:\n    os.environ["{UNSAFE}"] = "true"\n', {}),
        (None, BASE + f'os.environ.pop("{UNSAFE}", None)\n', {}),
        (None, BASE + 'os.environ["OTHER"] = "true"\n', {}),
    ],
)
def test_async_unsafe(expect, expected, source, env):
    expect("security.async-unsafe", expected, source, env)
