from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pytest

from ready_gate.checks.deployment import collectstatic, is_pinned, pinned_requirements, process_manager, static_root, supported_django
from ready_gate.facts.views import Kept, Management, Options, Project, Requirement, Requirements, Started, Startup, Support
from ready_gate.model import Level, Origin, Outcome, Status

SUPPORT = Support("https://example.org/supported", date(2026, 4, 10), {"4.2": date(2026, 4, 7), "5.2": date(2028, 4, 30), "6.0": date(2027, 4, 30)})
OPTIONS = Options("/srv/shop", today=date(2026, 11, 24))
PROJECT = Project("backend", "backend/manage.py", "shop.settings", "backend/shop/settings.py", "the only one")


def required(*packages: tuple[str, str], path: str = "requirements.txt") -> Requirements:
    made = {name: Requirement(name, specifier, Origin(path, line)) for line, (name, specifier) in enumerate(packages, 1)}
    return Requirements(made, (path,))


@pytest.mark.parametrize("specifier", ["==5.2.1", "== 5.2.1", "===5.2.1", "==5.2.1,<6", "<6, ==5.2.1"])
def test_one_version_is_pinned(specifier: str) -> None:
    assert is_pinned(specifier)


@pytest.mark.parametrize("specifier", ["", ">=5.2", "~=5.2.1", "==5.2.*", "<6", "!=5.2.1", ">=5.2,<5.3", "=", "===", "^5.2"])
def test_a_range_is_not_pinned(specifier: str) -> None:
    assert not is_pinned(specifier)


@pytest.mark.parametrize(
    ("address", "pinned"),
    [
        ("@ git+https://github.com/shop/paytm.git@4f3c2b1a9d8e7f60718293a4b5c6d7e8f9012345", True),
        ("@ https://files.shop.in/paytm-1.2-py3-none-any.whl", True),
        ("@ git+https://github.com/shop/paytm.git@main", False),
        ("@ git+https://github.com/shop/paytm.git", False),
    ],
)
def test_an_address_is_pinned_by_a_commit_or_an_archive(address: str, pinned: bool) -> None:
    assert is_pinned(address) is pinned


def test_pinned_requirements_pass() -> None:
    outcome = pinned_requirements(required(("django", "==5.2.1"), ("gunicorn", "==23.0.0")))
    assert (outcome.status, outcome.reason) == (Status.PASS, "all 2 requirements are pinned (requirements.txt)")


def test_unpinned_requirements_fail_with_the_first_line() -> None:
    outcome = pinned_requirements(required(("django", "==5.2.1"), ("gunicorn", ""), ("celery", ">=5")))
    assert outcome.status is Status.FAIL
    assert str(outcome.findings[0].at) == "requirements.txt:2"
    assert outcome.reason == "2 of 3 requirements in requirements.txt are not pinned to one version: gunicorn, celery"


def test_what_installs_needs_no_pin() -> None:
    assert pinned_requirements(required(("django", "==5.2.1"), ("pip", ""), ("setuptools", ">=70"))).status is Status.PASS


def test_what_an_extra_brings_along_needs_no_pin_of_its_own() -> None:
    extra = Requirement("psycopg-binary", "", Origin("requirements.txt", 1), by_extra=True)
    packages = {"psycopg": Requirement("psycopg", "==3.2.9", Origin("requirements.txt", 1)), "psycopg-binary": extra}
    assert pinned_requirements(Requirements(packages, ("requirements.txt",))).status is Status.PASS


def test_two_packages_of_one_line_each_need_a_pin() -> None:
    place = Origin("Dockerfile", 4)
    packages = {"gunicorn": Requirement("gunicorn", "==23.0.0", place), "uwsgi": Requirement("uwsgi", "", place)}
    assert pinned_requirements(Requirements(packages, ("requirements.txt",))).status is Status.FAIL


def test_loose_metadata_beside_a_pinned_list_is_reported() -> None:
    packages = {
        "django": Requirement("django", "==5.2.1", Origin("requirements.txt", 1)),
        "faker": Requirement("faker", "^22", Origin("pyproject.toml", 9)),
    }
    outcome = pinned_requirements(Requirements(packages, ("requirements.txt", "pyproject.toml")))
    assert outcome.status is Status.PASS
    assert [(finding.level, str(finding.at)) for finding in outcome.findings] == [(Level.WARNING, "pyproject.toml:9")]
    assert pinned_requirements(Requirements(packages, ("pyproject.toml",))).status is Status.FAIL


def test_no_requirement_file_needs_a_person() -> None:
    outcome = pinned_requirements(Requirements({}, ()))
    assert outcome.status is Status.UNKNOWN
    assert outcome.asks_person


def judged(specifier: str, today: date = OPTIONS.today) -> Outcome:
    return supported_django(required(("django", specifier)), SUPPORT, Options("/srv/shop", today=today))


@pytest.mark.parametrize("specifier", ["==5.2.1", "~=5.2.0", "==6.0", ">=5.2", ">=5.2,<6", "==6.1.2"])
def test_a_supported_django_passes(specifier: str) -> None:
    assert judged(specifier).status is Status.PASS


@pytest.mark.parametrize("specifier", ["==4.2.7", "~=4.2", "<5", "==4.2.*", "<=4.2.9"])
def test_an_unsupported_django_fails(specifier: str) -> None:
    outcome = judged(specifier)
    assert outcome.status is Status.FAIL
    assert outcome.findings[0].rule == "deployment.unsupported-django"
    assert str(outcome.findings[0].at) == "requirements.txt:1"


@pytest.mark.parametrize("specifier", ["", ">=4.2", ">=4.2,<6", "garbage", "==6.0rc1", "@ git+https://github.com/django/django.git", "==3.2.1"])
def test_a_django_that_cannot_be_told_is_unknown(specifier: str) -> None:
    assert judged(specifier).status is Status.UNKNOWN


def test_the_day_of_the_run_decides() -> None:
    assert judged("==4.2.7", date(2026, 4, 7)).status is Status.PASS
    assert judged("==4.2.7", date(2026, 4, 8)).status is Status.FAIL
    assert judged("==6.1", date(2027, 5, 1)).status is Status.UNKNOWN


def test_no_django_in_the_requirements_is_unknown() -> None:
    assert supported_django(required(("flask", "==3.0")), SUPPORT, OPTIONS).status is Status.UNKNOWN


APPS = ["django.contrib.staticfiles", "shop"]


def root_of(make_settings: Any, **values: object) -> Outcome:
    values.setdefault("INSTALLED_APPS", APPS)
    return static_root(make_settings(**values), PROJECT, OPTIONS)


@pytest.mark.parametrize(
    "values",
    [
        {"STATIC_ROOT": "/srv/shop/backend/staticfiles"},
        {"STATIC_ROOT": PurePosixPath("/var/www/static"), "STATICFILES_DIRS": ["/srv/shop/backend/static"]},
        {"STATIC_ROOT": "staticfiles", "STATICFILES_DIRS": [("images", "/srv/shop/backend/images")]},
        {"STATIC_ROOT": "/srv/shop/static/collected", "STATICFILES_DIRS": ["/srv/shop/static"]},
        {"STORAGES": {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}},
        {"STATICFILES_STORAGE": "storages.backends.s3boto3.S3StaticStorage"},
    ],
)
def test_a_folder_of_its_own_passes(make_settings: Any, values: dict[str, object]) -> None:
    assert root_of(make_settings, **values).status is Status.PASS


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({}, "deployment.no-static-root"),
        ({"STATIC_ROOT": None}, "deployment.no-static-root"),
        ({"STATIC_ROOT": ""}, "deployment.no-static-root"),
        ({"STORAGES": {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}}, "deployment.no-static-root"),
        ({"STATIC_ROOT": "/srv/shop/static", "STATICFILES_DIRS": ["/srv/shop/static/"]}, "django.staticfiles.E002"),
        ({"STATIC_ROOT": "static", "STATICFILES_DIRS": [PurePosixPath("backend/static")]}, "django.staticfiles.E002"),
        ({"STATIC_ROOT": "static", "STATICFILES_DIRS": ("assets", "../backend/static")}, "django.staticfiles.E002"),
        ({"STATIC_ROOT": "/srv/images", "STATICFILES_DIRS": [("images", "/srv/images"), "/srv/css"]}, "django.staticfiles.E002"),
    ],
)
def test_no_folder_or_a_source_folder_fails(make_settings: Any, values: dict[str, object], rule: str) -> None:
    outcome = root_of(make_settings, **values)
    assert outcome.status is Status.FAIL
    assert [finding.rule for finding in outcome.findings] == [rule]


def test_what_cannot_be_worked_out_is_unknown(make_settings: Any) -> None:
    assert root_of(make_settings, STATIC_ROOT=make_settings.unknown()).status is Status.UNKNOWN
    assert root_of(make_settings, STATIC_ROOT=make_settings.choice("a", "b")).status is Status.UNKNOWN
    assert root_of(make_settings, STATIC_ROOT="static", STATICFILES_DIRS=make_settings.partly(["assets"])).status is Status.UNKNOWN
    assert root_of(make_settings, INSTALLED_APPS=make_settings.unknown(), STATIC_ROOT="static").status is Status.UNKNOWN
    assert root_of(make_settings, INSTALLED_APPS=make_settings.unknown()).status is Status.UNKNOWN
    assert root_of(make_settings, STORAGES=make_settings.unknown()).status is Status.UNKNOWN
    assert root_of(make_settings, STORAGES={"staticfiles": {"BACKEND": "shop.storage.Bucket"}}).status is Status.UNKNOWN
    assert root_of(make_settings, incomplete="shop/settings.py could not be read").status is Status.UNKNOWN


def test_without_the_staticfiles_app_there_is_nothing_to_collect(make_settings: Any) -> None:
    assert root_of(make_settings, INSTALLED_APPS=["shop"]).status is Status.NOT_APPLICABLE


def test_collectstatic_is_run() -> None:
    assert collectstatic(Startup(management=(Management("collectstatic", Origin("Dockerfile", 4)),))).status is Status.PASS
    nothing = collectstatic(Startup(management=(Management("migrate", Origin("Dockerfile", 4)),)))
    assert (nothing.status, nothing.asks_person) == (Status.UNKNOWN, True)


def test_the_first_file_that_starts_the_server_decides_who_keeps_it_running() -> None:
    kept = Kept("systemd", "deploy/shop.service", "Restart=always", Origin("deploy/shop.service", 6), always=True)
    left = Kept("compose", "docker-compose.yml", None, Origin("docker-compose.yml", 1), always=False)
    good, bad = process_manager(Startup(kept=(kept, left))), process_manager(Startup(kept=(left, kept)))
    assert (good.status, [finding.level for finding in good.findings]) == (Status.PASS, [Level.WARNING])
    assert (bad.status, [finding.rule for finding in bad.findings]) == (Status.FAIL, ["deployment.no-restart"])
    assert process_manager(Startup()).asks_person


def test_who_keeps_the_server_that_production_is_taken_to_run_comes_first() -> None:
    at = Origin("Procfile", 1)
    compose = Kept("compose", "docker-compose.yml", None, Origin("docker-compose.yml", 1), always=False)
    procfile = Kept("procfile", "Procfile", "Procfile: always", at, always=True, starts=at)
    found = process_manager(Startup(servers=(Started("gunicorn", "gunicorn shop.wsgi", at, firm=True),), kept=(compose, procfile)))
    assert (found.status, [finding.level for finding in found.findings]) == (Status.PASS, [Level.WARNING])


def test_the_place_is_told_within_the_project(make_settings: Any) -> None:
    outcome = static_root(
        make_settings(INSTALLED_APPS=["django.contrib.staticfiles"], STATIC_ROOT="/srv/shop/static", STATICFILES_DIRS=[]), PROJECT, OPTIONS
    )
    assert outcome.reason == "static files are collected into static"
