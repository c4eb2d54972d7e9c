from dataclasses import replace

import pytest

from ready_gate.checks.security import literal_secrets
from ready_gate.checks.security.secret_key import secret_key
from ready_gate.facts.views import Read, Setting, Settings
from ready_gate.model import Origin, Status

KEY = "k3v9-t7q2_w8x4.z6c1+b5m0=n2j7^f4d8h1s6a3g9l5e0r7y2u4i8o1p6"


def literal_settings(settings, environment, fallback=None):
    return literal_secrets.literal_settings(settings, settings if fallback is None else fallback, environment)


@pytest.fixture
def judge(make_settings, make_environment):
    def run(key, fallback=None, environment=None, **values):
        stops = make_settings.unknown("SECRET_KEY is not set", "SECRET_KEY")
        environment = environment or make_environment({"SECRET_KEY": KEY})
        return secret_key(make_settings(SECRET_KEY=key, **values), make_settings(SECRET_KEY=stops if fallback is None else fallback), environment)

    return run


@pytest.fixture
def good(make_settings):
    return make_settings.env(KEY, "SECRET_KEY")


def test_from_the_environment(judge, good):
    assert judge(good).status is Status.PASS


def test_a_random_key_with_words_in_it(judge, make_settings, make_environment):
    key = "shopSecretKey-7f3kQz9LmX2vB8nR4tYw6uHc1pJd5sGa0eKi-Zx%+~qWvT!"
    assert judge(make_settings.env(key, "SECRET_KEY"), environment=make_environment({"SECRET_KEY": key})).status is Status.PASS


def test_literal(judge, errors_of):
    outcome = judge(KEY)
    assert errors_of(outcome) == ["security.secret-key-literal"]
    assert KEY not in str(outcome)


def test_chosen_by_a_variable_and_still_literal(judge, make_settings, make_environment, errors_of):
    outcome = judge(make_settings.env(KEY, "STAGE"), environment=make_environment({"STAGE": "production"}))
    assert errors_of(outcome) == ["security.secret-key-literal"]


def test_default(judge, good, make_settings, errors_of):
    default = make_settings.env(KEY[::-1], "SECRET_KEY", present=False)
    assert errors_of(judge(good, default)) == ["security.secret-key-default"]
    assert errors_of(judge(default, default)) == ["security.secret-key-default"]


def test_a_default_in_development_files_is_reported(make_settings, make_environment, good, warnings_of):
    default = Setting("SECRET_KEY", "str", KEY[::-1], origins=(Origin("shop/settings/dev.py", 3),))
    fallback = Settings("shop.settings.dev", "shop/settings/dev.py", {"SECRET_KEY": default})
    outcome = secret_key(make_settings(SECRET_KEY=good), fallback, make_environment({"SECRET_KEY": KEY}))
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.secret-key-default"]


def test_random(judge, make_settings, make_environment, errors_of):
    assert errors_of(judge(make_settings.unknown("random at every start"))) == ["security.secret-key-random"]
    absent = make_settings.unknown("random at every start", "SECRET_KEY")
    assert judge(absent, environment=make_environment()).status is Status.UNKNOWN  # production may well set the variable
    assert judge(absent).status is Status.FAIL


def test_unknown(judge, make_settings, make_environment):
    assert judge(make_settings.unknown("SECRET_KEY is not set", "SECRET_KEY"), environment=make_environment()).status is Status.UNKNOWN
    assert judge(make_settings.choice(make_settings.env(KEY, "SECRET_KEY"), make_settings.unknown())).status is Status.UNKNOWN


def test_empty_default_without_a_known_environment(judge, make_settings, make_environment, errors_of):
    empty = make_settings.env("", "SECRET_KEY", present=False)
    assert judge(empty, empty, make_environment()).status is Status.UNKNOWN
    assert errors_of(judge(empty, empty)) == ["django.security.W009"]


def test_shared_between_environment_files(judge, good, make_env_file, make_environment, errors_of):
    live = make_env_file(".env.production", {"SECRET_KEY": KEY}, tracked=False)
    staging = make_env_file(".env.staging", {"SECRET_KEY": KEY}, tracked=False)
    outcome = judge(good, environment=make_environment(file=live, files=(live, staging)))
    assert errors_of(outcome) == ["security.secret-key-shared"]
    other = make_env_file(".env.staging", {"SECRET_KEY": KEY[::-1]}, tracked=False)
    assert judge(good, environment=make_environment(file=live, files=(live, other))).status is Status.PASS


def test_tracked(judge, make_env_file, make_environment, make_settings, errors_of):
    live = make_env_file(".env.production", {"SECRET_KEY": KEY}, tracked=True)
    key = make_settings.env(KEY, "SECRET_KEY")
    assert "security.secret-key-tracked" in errors_of(judge(key, environment=make_environment(file=live)))


def test_a_tracked_file_that_the_code_loads_by_itself(judge, good, make_settings, errors_of):
    loaded = replace(make_settings.env(KEY[::-1], "SECRET_KEY"), reads=(Read("SECRET_KEY", True, Origin("shop/settings.py", 1), Origin(".env", 2)),))
    outcome = judge(good, loaded)
    assert errors_of(outcome) == ["security.secret-key-tracked"]
    assert (outcome.reason, outcome.findings[0].at) == (
        "without its variable, SECRET_KEY comes from .env, which is in the repository",
        Origin(".env", 2),
    )


def test_fallback_keys(judge, good, make_settings, errors_of):
    assert errors_of(judge(good, SECRET_KEY_FALLBACKS=["short"])) == ["django.security.W025", "security.secret-key-literal"]
    assert judge(good, SECRET_KEY_FALLBACKS=[make_settings.unknown()]).status is Status.UNKNOWN
    assert judge(good, SECRET_KEY_FALLBACKS=make_settings.unknown()).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value", "wrong"),
    [
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIK7MDENGbPxRfiCYzq9T4s2Vd8Lm", True),
        ("EMAIL_HOST_PASSWORD", "hunter2", True),
        ("RAZORPAY_KEY_SECRET", "sT9vQ2mX7pL4kR8w", True),
        ("EMAIL_HOST_PASSWORD", "changeme", False),
        ("EMAIL_HOST_PASSWORD", "", False),
        ("SESSION_KEY", "cart-session-key", False),
        ("API_KEY_HEADER", "X-Shop-Key-Header-1234", False),
        ("STRIPE_PUBLISHABLE_KEY", "pk_live_51Hx92mXQ7pLk", False),
        ("JWT_PRIVATE_KEY", "/run/secrets/jwt_private.pem", False),
        ("SITE_NAME", "wJalrXUtnFEMIK7MDENGbPxRfiCYzq9T4s2Vd8Lm", False),
    ],
)
def test_literal_settings(make_settings, make_environment, name, value, wrong):
    outcome = literal_settings(make_settings(**{name: value}), make_environment())
    assert outcome.status is (Status.FAIL if wrong else Status.PASS)
    assert not wrong or value not in str(outcome)


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("PASSWORD_RESET_CONFIRM_URL", "password/reset/confirm/{uid}/{token}", Status.PASS),
        ("PASSWORD_RESET_URL", "https://shop.in/reset-password/{uid}/{token}", Status.PASS),
        ("TOKEN_URL", "https://shop:Rk3vault91@auth.shop.in/token", Status.FAIL),
        ("PASSWORD_RESET_TOKEN", "Rk3-vault-91-9x", Status.FAIL),
    ],
)
def test_where_a_password_is_reset_is_no_password(make_settings, make_environment, name, value, status):
    assert literal_settings(make_settings(DJOSER={name: value}), make_environment()).status is status


def test_a_key_that_is_handed_on_is_told_once(make_settings, make_environment):
    key = make_settings.setting("SECRET_KEY", KEY, 3)
    made = make_settings(SECRET_KEY=key, SIMPLE_JWT={"SIGNING_KEY": key})
    made = replace(made, values={name: replace(value, origins=key.origins) for name, value in made.values.items()})
    block = replace(made.values["SIMPLE_JWT"], entries=(("SIGNING_KEY", replace(key, name="SIMPLE_JWT.SIGNING_KEY")),))
    outcome = literal_settings(replace(made, values={**made.values, "SIMPLE_JWT": block}), make_environment())
    assert [finding.message for finding in outcome.findings] == ["SECRET_KEY holds a secret that is written in the source"]


def test_literal_settings_inside(make_settings, make_environment):
    made = make_settings(STORAGES={"default": {"OPTIONS": {"secret_key": "wJalrXUtnFEMIK7MDENGbPxRfiCYzq9T4s2Vd8Lm"}}})
    assert literal_settings(made, make_environment()).status is Status.FAIL


def test_settings_from_the_environment_are_no_literals(make_settings, make_environment):
    made = make_settings(EMAIL_HOST_PASSWORD=make_settings.env("hunter2-Zk", "MAIL"), API_KEY=make_settings.unknown("not set", "API_KEY"))
    assert literal_settings(made, make_environment({"MAIL": "hunter2-Zk"})).status is Status.PASS


def test_a_default_stands_in_the_source_whatever_production_sets(make_settings, make_environment):
    word = "Rk3-vault-91-9x"
    set_here, default = make_settings.env("other-word-77", "DB_PASS"), make_settings.env(word, "DB_PASS", present=False)
    environment = make_environment({"DB_PASS": "other-word-77"})
    outcome = literal_settings(make_settings(DB_PASSWORD=set_here), environment, make_settings(DB_PASSWORD=default))
    assert outcome.reason == "DB_PASSWORD holds a secret that comes from the source whenever the variable DB_PASS is missing"
    assert word not in repr(outcome)


def test_what_hides_the_key_is_told_once(judge, make_settings):
    hidden = make_settings.unknown("the module shop.keys is not part of the checkout")
    assert judge(hidden, hidden).reason.count("SECRET_KEY") == 1
