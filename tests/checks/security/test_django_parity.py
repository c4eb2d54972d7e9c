"""What the checks say of settings, against what Django's own deployment checks say of the same."""

from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

from django.conf import global_settings
from django.core.checks.security import base, csrf, sessions
from hypothesis import given
from hypothesis import strategies as st

from ready_gate.checks.security.https import CSRF_MIDDLEWARE, SECURITY_MIDDLEWARE, SESSION_MIDDLEWARE, https_settings
from ready_gate.checks.security.response_headers import FRAME_MIDDLEWARE, response_headers
from ready_gate.checks.security.secret_key import secret_key
from ready_gate.facts.views import NamedView, Nginx

OWN = {"security.W009", "security.W018", "security.W020", "security.W025"}  # of other items
FUNCTIONS = [
    getattr(module, name)
    for module in (base, csrf, sessions)
    for name in dir(module)
    if name.startswith("check_") and name != "check_csrf_failure_view"
]
FLAG = st.sampled_from([True, False, 1, 0, "True", None])
VALUES = st.fixed_dictionaries(
    {
        "MIDDLEWARE": st.lists(st.sampled_from([SECURITY_MIDDLEWARE, SESSION_MIDDLEWARE, CSRF_MIDDLEWARE, FRAME_MIDDLEWARE]), unique=True),
        "INSTALLED_APPS": st.sampled_from([[], ["django.contrib.sessions"]]),
        "SECURE_HSTS_SECONDS": st.sampled_from([0, 31536000, None]),
    },
    optional={
        **dict.fromkeys(("SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE"), FLAG),
        **dict.fromkeys(("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_SECURE", "CSRF_USE_SESSIONS", "SECURE_CONTENT_TYPE_NOSNIFF"), FLAG),
        "X_FRAME_OPTIONS": st.sampled_from(["DENY", "SAMEORIGIN", None]),
        "SECURE_REFERRER_POLICY": st.sampled_from([None, "same-origin", "origin, unsafe-url", ["origin"], ["nonsense"], "nonsense", ""]),
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": st.sampled_from([None, "same-origin", "nonsense"]),
    },
)


def of_django(values):
    held = {name: getattr(global_settings, name) for name in dir(global_settings) if name.isupper()}
    with ExitStack() as stack:
        for module in (base, csrf, sessions):
            stack.enter_context(patch.object(module, "settings", SimpleNamespace(**{**held, **values})))
        return {message.id for function in FUNCTIONS for message in function(None)}


@given(values=VALUES)
def test_the_same_ids_as_django(make_settings, values):
    made = make_settings(**values)
    found = https_settings(made, Nginx()).findings + response_headers(made, NamedView()).findings
    assert {one.rule.removeprefix("django.") for one in found if one.rule.startswith("django.security")} == of_django(values) - OWN


@given(key=st.one_of(st.text("abcdef", max_size=60), st.text(max_size=60), st.text("xyzw", min_size=50).map(lambda text: "django-insecure-" + text)))
def test_the_same_weak_keys_as_django(make_settings, make_environment, key):
    made = make_settings(SECRET_KEY=make_settings.env(key, "SECRET_KEY"))
    outcome = secret_key(made, make_settings(SECRET_KEY=make_settings.unknown("not set", "SECRET_KEY")), make_environment({"SECRET_KEY": key}))
    if not base._check_secret_key(key):
        assert "django.security.W009" in [finding.rule for finding in outcome.findings]


def test_fallbacks_and_hosts_as_django(make_settings, make_environment, errors_of):
    made = make_settings(SECRET_KEY=make_settings.env("k" * 10, "SECRET_KEY"), SECRET_KEY_FALLBACKS=["short"])
    assert "django.security.W025" in errors_of(secret_key(made, made, make_environment({"SECRET_KEY": "k" * 10})))
