"""Where the database password comes from."""

import base64
from dataclasses import replace

import pytest

from ready_gate.checks.database.credentials import credentials_in_env
from ready_gate.facts.views import Read, Variable
from ready_gate.model import Level, Origin, Status

BASE = {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db.shop.in"}
WORD = "Rk3-vault-91"


@pytest.fixture
def judge(make_settings, make_environment):
    def run(password, env=None, *, user=None, fallback=None, environment=None):
        user = make_settings.env("shop", "DB_USER") if user is None else user
        settings = make_settings(DATABASES={"default": {**BASE, "USER": user, "PASSWORD": password}})
        without = settings if fallback is None else make_settings(DATABASES={"default": {**BASE, "PASSWORD": fallback}})
        return credentials_in_env(settings, without, environment or make_environment({"DB_USER": "shop", **(env or {})}))

    return run


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


def test_from_a_variable(judge, make_settings):
    assert judge(make_settings.env(WORD, "DB_PASSWORD"), {"DB_PASSWORD": WORD}).status is Status.PASS


@pytest.mark.parametrize(
    "held",
    [
        f"postgres://shop:{WORD}@db.shop.in/shop",
        f"  {WORD}\n",
        WORD.upper(),
        base64.b64encode(WORD.encode()).decode(),
        f'{{"password": "{WORD}"}}',
    ],
)
def test_from_what_a_variable_holds(judge, make_settings, held):
    assert judge(make_settings.env(WORD, "DATABASE_URL"), {"DATABASE_URL": held}).status is Status.PASS


def test_a_quoted_password_of_a_url(judge, make_settings):
    assert judge(make_settings.env("p@ss:word", "DATABASE_URL"), {"DATABASE_URL": "postgres://shop:p%40ss%3Aword@db/shop"}).status is Status.PASS


def test_from_a_secret_file(judge, make_settings):
    assert judge(make_settings.env(WORD, "/run/secrets/db", kind="file")).status is Status.PASS


def test_literal(judge):
    outcome = judge(WORD)
    assert rules(outcome) == ["database.literal-password"]
    assert WORD not in repr(outcome)


def test_a_literal_behind_a_condition_on_a_variable_is_a_literal(judge, make_settings):
    assert rules(judge(make_settings.env(WORD, "STAGE"), {"STAGE": "live"})) == ["database.literal-password"]


def test_a_literal_that_the_code_puts_into_the_environment(judge, make_settings):
    password = replace(
        make_settings.env(WORD, "DB_PASSWORD"), reads=(Read("DB_PASSWORD", True, Origin("shop/settings.py", 9), Origin("shop/settings.py", 3)),)
    )
    assert rules(judge(password)) == ["database.literal-password"]


def test_default(judge, make_settings):
    outcome = judge(make_settings.env(WORD, "DB_PASSWORD", present=False))
    assert rules(outcome) == ["database.default-password"]
    assert "DB_PASSWORD" in outcome.reason


def test_a_default_that_production_overrides_fails_too(judge, make_settings):
    outcome = judge(
        make_settings.env(WORD, "DB_PASSWORD"), {"DB_PASSWORD": WORD}, fallback=make_settings.env("another-word", "DB_PASSWORD", present=False)
    )
    assert rules(outcome) == ["database.default-password"]
    fine = judge(make_settings.env(WORD, "DB_PASSWORD"), {"DB_PASSWORD": WORD}, fallback=make_settings.env("", "DB_PASSWORD", present=False))
    assert fine.status is Status.PASS


def test_missing(judge, make_settings, make_environment):
    empty = make_settings.env("", "DB_PASSWORD", present=False)
    assert rules(judge(empty)) == ["database.missing-password"]
    assert judge(empty, environment=make_environment()).status is Status.PASS
    assert judge(make_settings.env("", "STAGE", present=False), environment=make_environment()).status is Status.UNKNOWN
    assert judge(empty, {"PGPASSWORD": WORD}).status is Status.PASS
    assert judge("").status is Status.UNKNOWN


def test_unknown(judge, make_settings):
    outcome = judge(make_settings.unknown("DB_PASSWORD is not set", "DB_PASSWORD"))
    assert outcome.status is Status.UNKNOWN
    assert "DB_PASSWORD" in outcome.reason


def test_a_variable_that_holds_the_password_is_enough(judge, make_settings, make_environment):
    unread = make_settings.unknown("DB_PASSWORD is not set", "DB_PASSWORD")
    assert judge(unread, environment=make_environment()).status is Status.PASS
    assert judge(make_settings.unknown("STAGE is not set", "STAGE"), environment=make_environment()).status is Status.UNKNOWN
    assert judge(make_settings.unknown("both", "DB_PASSWORD", "OTHER_PASSWORD"), environment=make_environment()).status is Status.UNKNOWN
    left = Variable("DB_PASSWORD", "", Origin("docker-compose.yml", 3))
    assert judge(unread, environment=make_environment({}, doubtful={"DB_PASSWORD": left})).status is Status.PASS
    address = make_settings.unknown("DATABASE_URL is not set", "DATABASE_URL")
    settings = make_settings(DATABASES={"default": address})
    assert credentials_in_env(settings, settings, make_environment()).status is Status.PASS
    assert credentials_in_env(settings, settings, make_environment({})).status is Status.UNKNOWN


def test_a_default_counts_whatever_database_the_defaults_lead_to(make_settings, make_environment):
    password = make_settings.unknown("docker-compose.yml:3 leaves the value of DB_PASSWORD to the server", "DB_PASSWORD")
    engine = make_settings.unknown("docker-compose.yml:2 leaves the value of DB_ENGINE to the server", "DB_ENGINE")
    settings = make_settings(DATABASES={"default": {**BASE, "ENGINE": engine, "PASSWORD": password}})
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "PASSWORD": make_settings.env("password", "DB_PASSWORD", present=False)}
    without = make_settings(DATABASES={"default": sqlite})
    assert rules(credentials_in_env(settings, without, make_environment())) == ["database.default-password"]
    assert credentials_in_env(without, without, make_environment()).status is Status.PASS


def test_one_of_several(judge, make_settings):
    assert judge(make_settings.choice(WORD, make_settings.env(WORD, "DB_PASSWORD")), {"DB_PASSWORD": WORD}).status is Status.UNKNOWN
    assert judge(make_settings.choice(WORD, "other-word-2")).status is Status.FAIL


def test_a_literal_user_is_reported(judge, make_settings):
    outcome = judge(make_settings.env(WORD, "DB_PASSWORD"), {"DB_PASSWORD": WORD}, user="shop")
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["database.literal-user"]


def test_a_tracked_environment_file_is_no_environment(judge, make_settings, make_environment, make_env_file):
    password = make_settings.env(WORD, "DB_PASSWORD")
    tracked = make_env_file(".env.production", {"DB_USER": "shop", "DB_PASSWORD": WORD}, tracked=True)
    assert rules(judge(password, environment=make_environment(file=tracked))) == ["database.committed-password"]
    template = make_env_file(".env.production", {"DB_USER": "shop", "DB_PASSWORD": WORD}, tracked=True, template=True)
    assert judge(password, environment=make_environment(file=template)).status is Status.PASS


def test_every_database_counts(make_settings, make_environment):
    good = {**BASE, "USER": make_settings.env("shop", "DB_USER"), "PASSWORD": make_settings.env(WORD, "DB_PASSWORD")}
    environment = make_environment({"DB_USER": "shop", "DB_PASSWORD": WORD})
    bad = make_settings(DATABASES={"default": good, "replica": {**good, "PASSWORD": "another-word"}})
    assert rules(credentials_in_env(bad, bad, environment)) == ["database.literal-password"]
    sqlite = make_settings(DATABASES={"default": good, "cache": {"ENGINE": "django.db.backends.sqlite3", "NAME": "cache.sqlite3"}})
    assert credentials_in_env(sqlite, sqlite, environment).status is Status.PASS
    partly = make_settings(DATABASES=make_settings.partly({"default": good}))
    assert credentials_in_env(partly, partly, environment).status is Status.UNKNOWN
