"""Each answer of the checks behind `database.postgresql` and `database.migrations`."""

import pytest

from ready_gate.checks.database.engines import kind_of, server
from ready_gate.checks.database.postgresql import fallback, migrations_enabled, postgresql
from ready_gate.model import Level, Status

GOOD = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.shop.in"}


@pytest.fixture
def judge(make_settings, make_environment, make_requirements):
    def run(database, *requirements, env=None):
        settings = make_settings(DATABASES={"default": database} if database is not None else {})
        return postgresql(settings, make_requirements(*(requirements or ("psycopg==3.2",))), make_environment({} if env is None else env))

    return run


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


@pytest.mark.parametrize(
    "engine",
    [
        "django.db.backends.postgresql",
        "django.db.backends.postgresql_psycopg2",
        "django.contrib.gis.db.backends.postgis",
        "django_prometheus.db.backends.postgresql",
        "django_prometheus.db.backends.postgis",
        "dj_db_conn_pool.backends.postgresql",
        "psqlextra.backend",
        "django_tenants.postgresql_backend",
    ],
)
def test_postgresql_backends_pass(judge, engine):
    assert judge({**GOOD, "ENGINE": engine}).status is Status.PASS


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"ENGINE": "django.db.backends.sqlite3"}, "database.sqlite"),
        ({"ENGINE": "django.contrib.gis.db.backends.spatialite"}, "database.sqlite"),
        ({"ENGINE": "django.db.backends.mysql"}, "database.other-engine"),
        ({"ENGINE": "django.db.backends.oracle"}, "database.other-engine"),
        ({"ENGINE": "django_prometheus.db.backends.mysql"}, "database.other-engine"),
        ({"ENGINE": ""}, "database.no-database"),
        ({"NAME": ""}, "database.no-name"),
        ({"NAME": None}, "database.no-name"),
        ({"HOST": ""}, "database.no-host"),
        ({"OPTIONS": {"sslmode": "disable"}}, "database.ssl-disabled"),
    ],
)
def test_faults(judge, change, rule):
    outcome = judge({**GOOD, **change})
    assert outcome.status is Status.FAIL
    assert rules(outcome) == [rule]
    assert outcome.findings[0].at is not None


@pytest.mark.parametrize(
    "change",
    [
        {"HOST": "/var/run/postgresql"},
        {"HOST": "localhost", "OPTIONS": {"sslmode": "disable"}},
        {"HOST": "127.0.0.1"},
        {"OPTIONS": {"sslmode": "verify-full"}},
        {"OPTIONS": {"sslmode": "prefer"}},
        {"NAME": "", "HOST": "", "OPTIONS": {"service": "shop", "sslmode": "require"}},
    ],
)
def test_harmless_ways(judge, change):
    assert judge({**GOOD, **change}).status is Status.PASS


def test_a_neighbour_in_the_same_network_is_only_reported(judge):
    outcome = judge({**GOOD, "HOST": "db", "OPTIONS": {"sslmode": "disable"}})
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["database.ssl-disabled"]


def test_no_default_database(judge):
    assert rules(judge(None)) == ["database.no-database"]


def test_libpq_variables_fill_in(judge):
    assert judge({**GOOD, "HOST": ""}, env={"PGHOST": "db.shop.in"}).status is Status.PASS
    assert rules(judge(GOOD, env={"PGSSLMODE": "disable"})) == ["database.ssl-disabled"]


def test_the_driver_has_to_be_required(judge, make_settings, make_environment, make_requirements):
    assert rules(judge(GOOD, "django", "gunicorn")) == ["database.driver-missing"]
    settings = make_settings(DATABASES={"default": GOOD})
    assert postgresql(settings, make_requirements(), make_environment({})).status is Status.PASS


def test_unknown_values_are_no_pass(judge, make_settings):
    assert judge({**GOOD, "ENGINE": make_settings.unknown("it is not set", "DB_ENGINE")}).status is Status.UNKNOWN
    assert judge({**GOOD, "ENGINE": "acme.db.backend"}).status is Status.UNKNOWN
    assert judge({**GOOD, "NAME": make_settings.unknown("DB_NAME is not set", "DB_NAME")}).status is Status.UNKNOWN
    assert judge({**GOOD, "OPTIONS": {"sslmode": make_settings.unknown()}}).status is Status.UNKNOWN
    assert judge(make_settings.unknown("DATABASE_URL is not set", "DATABASE_URL")).status is Status.UNKNOWN


def test_one_of_several_engines(judge, make_settings):
    mixed = judge({**GOOD, "ENGINE": make_settings.choice("django.db.backends.postgresql", "django.db.backends.sqlite3")})
    assert mixed.status is Status.UNKNOWN
    assert "SQLite" in mixed.reason
    wrong = judge({**GOOD, "ENGINE": make_settings.choice("django.db.backends.mysql", "django.db.backends.sqlite3")})
    assert wrong.status is Status.FAIL


def test_the_message_names_the_variable(judge, make_settings):
    outcome = judge({**GOOD, "ENGINE": make_settings.env("django.db.backends.sqlite3", "DB_ENGINE", present=False)})
    assert "DB_ENGINE" in outcome.reason


def test_an_empty_default_without_a_known_environment_is_open(make_settings, make_environment, make_requirements):
    settings = make_settings(DATABASES={"default": {**GOOD, "NAME": make_settings.env("", "DB_NAME", present=False)}})
    assert postgresql(settings, make_requirements("psycopg"), make_environment()).status is Status.UNKNOWN
    assert postgresql(settings, make_requirements("psycopg"), make_environment({})).status is Status.FAIL


def test_a_host_that_falls_back_to_this_machine_is_reported(judge, make_settings):
    outcome = judge({**GOOD, "HOST": make_settings.env("localhost", "DB_HOST", present=False)})
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["database.local-fallback"]


def test_incomplete_settings_are_unknown(make_settings, make_environment, make_requirements):
    settings = make_settings(incomplete="shop/settings.py could not be parsed")
    assert postgresql(settings, make_requirements(), make_environment({})).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("engine", "kind"), [("", "dummy"), ("django.db.backends.dummy", "dummy"), ("django_cockroachdb", "other"), ("acme.backend", None)]
)
def test_kinds_of_engines(engine, kind):
    assert kind_of(engine) == kind


def test_server(make_settings, make_environment):
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}

    def server_check(settings):
        return server(settings, make_environment({}))

    assert server_check(make_settings(DATABASES={"default": sqlite})).status is Status.NOT_APPLICABLE
    assert server_check(make_settings(DATABASES={"default": sqlite, "reports": GOOD})).status is Status.PASS
    assert server_check(make_settings(DATABASES={"default": GOOD})).status is Status.PASS
    assert server_check(make_settings(DATABASES={"default": make_settings.unknown()})).status is Status.UNKNOWN
    assert server_check(make_settings(DATABASES=make_settings.unknown())).status is Status.UNKNOWN
    assert server_check(make_settings(DATABASES={"default": make_settings.choice(sqlite, GOOD)})).status is Status.UNKNOWN


def test_no_engine_without_an_environment(make_settings, make_environment, make_requirements):
    unset = make_settings(DATABASES={"default": make_settings.env({"ENGINE": ""}, "DATABASE_URL", present=False, has_default=False)})
    unknown = make_environment(missing_file=".env")
    for outcome in (server(unset, unknown), postgresql(unset, make_requirements(), unknown)):
        assert outcome.status is Status.UNKNOWN
        assert outcome.reason == (
            "DATABASES.default comes from the environment (DATABASE_URL, read without a default), and the environment file .env is not here"
        )
    assert server(unset, make_environment({})).reason == "DATABASES.default has no ENGINE: there is no server to connect to"
    assert postgresql(unset, make_requirements(), make_environment({})).status is Status.FAIL


def test_the_fallback_to_sqlite_is_reported(make_settings):
    good, bad = make_settings(DATABASES={"default": GOOD}), make_settings(DATABASES={"default": {**GOOD, "ENGINE": "django.db.backends.sqlite3"}})
    assert rules(fallback(good, bad), Level.WARNING) == ["database.sqlite-fallback"]
    assert not fallback(good, good).findings
    assert not fallback(bad, bad).findings


def test_migrations(make_settings):
    assert migrations_enabled(make_settings()).status is Status.PASS
    assert migrations_enabled(make_settings(MIGRATION_MODULES={"orders": "shop.migrations.orders"})).status is Status.PASS
    off = migrations_enabled(make_settings(MIGRATION_MODULES={"orders": None}))
    assert off.status is Status.FAIL
    assert rules(off) == ["database.migrations-disabled"]
    assert migrations_enabled(make_settings(MIGRATION_MODULES=make_settings.unknown())).status is Status.UNKNOWN
    assert migrations_enabled(make_settings(MIGRATION_MODULES=make_settings.object("DisableMigrations()"))).status is Status.UNKNOWN
