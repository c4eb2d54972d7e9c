"""Pooling, timeouts and health checks."""

import pytest

from ready_gate.checks.database.connections import connect_timeout, connection_pooling, health_checks, pooling_conflicts, statement_timeout
from ready_gate.model import Level, Status

BASE = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.shop.in"}


@pytest.fixture
def database(make_settings):
    return lambda **entries: make_settings(DATABASES={"default": {**BASE, **entries}})


@pytest.mark.parametrize("age", [60, 0.5, None])
def test_persistent_connections_pass(database, age):
    outcome = connection_pooling(database(CONN_MAX_AGE=age, CONN_HEALTH_CHECKS=True))
    assert outcome.status is Status.PASS
    assert not outcome.findings


def test_persistent_connections_without_health_checks_are_reported(database):
    outcome = connection_pooling(database(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=False))
    assert outcome.status is Status.PASS
    assert [(finding.rule, finding.level) for finding in outcome.findings] == [("database.health-checks", Level.WARNING)]


@pytest.mark.parametrize("entries", [{}, {"CONN_MAX_AGE": 0}, {"CONN_MAX_AGE": -1}, {"CONN_MAX_AGE": "60"}, {"CONN_MAX_AGE": False}])
def test_no_pooling_fails(database, entries):
    outcome = connection_pooling(database(**entries))
    assert outcome.status is Status.FAIL
    assert outcome.findings[0].rule == "database.no-pooling"


def test_pools(database, make_settings):
    assert connection_pooling(database(OPTIONS={"pool": True})).status is Status.PASS
    assert connection_pooling(database(OPTIONS={"pool": {"min_size": 2}})).status is Status.PASS
    assert connection_pooling(database(ENGINE="dj_db_conn_pool.backends.postgresql")).status is Status.PASS
    assert connection_pooling(database(OPTIONS={"pool": make_settings.unknown()})).status is Status.UNKNOWN
    assert connection_pooling(database(OPTIONS={"pool": False})).status is Status.FAIL


def test_pooling_unknown(database, make_settings):
    assert connection_pooling(database(CONN_MAX_AGE=make_settings.unknown("it is not set", "CONN_MAX_AGE"))).status is Status.UNKNOWN
    assert connection_pooling(database(CONN_MAX_AGE=make_settings.choice(0, 60))).status is Status.UNKNOWN
    assert connection_pooling(make_settings(DATABASES=make_settings.unknown())).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("entries", "requirements", "django", "rule"),
    [
        ({"CONN_MAX_AGE": 60, "OPTIONS": {"pool": True}}, ("psycopg",), "5.2", "database.pool-conflict"),
        ({"CONN_MAX_AGE": None, "OPTIONS": {"pool": True}}, ("psycopg",), "5.2", "database.pool-conflict"),
        ({"OPTIONS": {"pool": True}}, ("psycopg2-binary",), "5.2", "database.pool-driver"),
        ({"OPTIONS": {"pool": True}}, ("psycopg",), "4.2", "database.pool-version"),
        ({"CONN_MAX_AGE": "60"}, ("psycopg",), "5.2", "database.age-type"),
        ({"OPTIONS": {"pool": True}}, ("psycopg",), "5.2", None),
        ({"OPTIONS": {"pool": True}, "CONN_MAX_AGE": 0}, ("psycopg",), "5.1.4", None),
        ({"CONN_MAX_AGE": 60}, ("psycopg2",), "4.2", None),
    ],
)
def test_conflicts(make_settings, make_requirements, entries, requirements, django, rule):
    outcome = pooling_conflicts(make_settings(django=django, DATABASES={"default": {**BASE, **entries}}), make_requirements(*requirements))
    assert [finding.rule for finding in outcome.findings] == ([rule] if rule else [])
    assert outcome.status is (Status.FAIL if rule else Status.PASS)


@pytest.mark.parametrize(
    ("options", "status"),
    [({}, Status.FAIL), ({"connect_timeout": 0}, Status.FAIL), ({"connect_timeout": 5}, Status.PASS), ({"connect_timeout": "10"}, Status.PASS)],
)
def test_connect_timeout(database, make_environment, options, status):
    assert connect_timeout(database(OPTIONS=options), make_environment({})).status is status


def test_connect_timeout_from_libpq(database, make_environment, make_settings):
    assert connect_timeout(database(), make_environment({"PGCONNECT_TIMEOUT": "5"})).status is Status.PASS
    assert connect_timeout(database(OPTIONS={"service": "shop"}), make_environment({})).status is Status.UNKNOWN
    assert connect_timeout(database(OPTIONS={"connect_timeout": make_settings.unknown()}), make_environment({})).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ("-c statement_timeout=15000", Status.PASS),
        ("-c statement_timeout=15000ms", Status.PASS),
        ("-cstatement_timeout=30s", Status.PASS),
        ("--statement-timeout=5min", Status.PASS),
        ("-c search_path=shop -c statement_timeout=1000", Status.PASS),
        ("-c statement_timeout=0", Status.FAIL),
        ("-c statement_timeout=5000 -c statement_timeout=0", Status.FAIL),
        ("-c idle_in_transaction_session_timeout=1000", Status.FAIL),
        ("-c lock_timeout=1000", Status.FAIL),
        ("-c search_path=shop", Status.FAIL),
    ],
)
def test_statement_timeout(database, make_environment, options, status):
    assert statement_timeout(database(OPTIONS={"options": options}), make_environment({})).status is status


def test_statement_timeout_otherwise(database, make_environment, make_settings):
    assert statement_timeout(database(), make_environment({})).status is Status.FAIL
    assert statement_timeout(database(), make_environment({"PGOPTIONS": "-c statement_timeout=9000"})).status is Status.PASS
    assert statement_timeout(database(OPTIONS={"pool": {"timeout": 10}}), make_environment({})).status is Status.PASS
    assert statement_timeout(database(OPTIONS={"options": make_settings.unknown()}), make_environment({})).status is Status.UNKNOWN
    assert statement_timeout(database(ENGINE="django.db.backends.mysql"), make_environment({})).status is Status.UNKNOWN


def test_health_checks(database, make_settings):
    assert health_checks(database(CONN_HEALTH_CHECKS=True)).status is Status.PASS
    assert health_checks(database(CONN_HEALTH_CHECKS=False)).status is Status.FAIL
    assert health_checks(database()).status is Status.FAIL
    assert health_checks(database(CONN_HEALTH_CHECKS=make_settings.unknown())).status is Status.UNKNOWN


def test_the_server_is_judged_where_the_default_database_is_a_file(make_settings):
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "CONN_MAX_AGE": 0}
    settings = make_settings(DATABASES={"default": sqlite, "shop": {**BASE, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}})
    assert connection_pooling(settings).status is Status.PASS
