import pytest

from ready_gate.checks.security.http_origins import http_origins
from ready_gate.checks.security.https import CSRF_MIDDLEWARE, SECURITY_MIDDLEWARE, SESSION_MIDDLEWARE, https_settings
from ready_gate.checks.security.response_headers import CSP_MIDDLEWARE, CSP_PROCESSOR, NONCE, response_headers
from ready_gate.checks.security.secret_key import secret_key
from ready_gate.facts.views import NamedView, Nginx
from ready_gate.model import Level, Status

GOOD = {
    "MIDDLEWARE": [SECURITY_MIDDLEWARE, SESSION_MIDDLEWARE, CSRF_MIDDLEWARE],
    "INSTALLED_APPS": ["django.contrib.sessions"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


def headers(made, view=None):
    return response_headers(made, view or NamedView())


def test_good(make_settings):
    assert https_settings(make_settings(**GOOD), Nginx()).status is Status.PASS


def test_every_finding_of_a_default_has_a_place(make_settings):
    outcome = https_settings(make_settings(MIDDLEWARE=GOOD["MIDDLEWARE"]), Nginx())
    assert outcome.status is Status.FAIL
    assert all(finding.at and finding.at.path == "shop/settings.py" for finding in outcome.findings)


@pytest.mark.parametrize("name", [name for name in GOOD if name != "INSTALLED_APPS"])
def test_unknown(make_settings, name):
    made = make_settings(**{**GOOD, name: make_settings.unknown("it is read from a server")})
    assert https_settings(made, Nginx()).status is Status.UNKNOWN


def test_a_default_is_noted(make_settings):
    made = make_settings(**{**GOOD, "SECURE_SSL_REDIRECT": make_settings.env(True, "REDIRECT", present=False)})
    outcome = https_settings(made, Nginx())
    assert outcome.status is Status.PASS
    assert [finding.level for finding in outcome.findings] == [Level.NOTE]


def test_the_message_names_the_variable(make_settings):
    made = make_settings(**{**GOOD, "SECURE_SSL_REDIRECT": make_settings.env(False, "REDIRECT")})
    assert "SECURE_SSL_REDIRECT is False, from the variable REDIRECT (.env.production:1)" in https_settings(made, Nginx()).reason


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, Status.PASS),
        (("HTTP_X_FORWARDED_PROTO", "https"), Status.PASS),
        (("HTTP_X_FORWARDED_SSL", "on"), Status.PASS),
        (("HTTP_X_FORWARDED_PROTO", "http"), Status.FAIL),
        (("X_FORWARDED_PROTO", "https"), Status.FAIL),
        ("HTTP_X_FORWARDED_PROTO", Status.FAIL),
    ],
)
def test_proxy_header(make_settings, header, status):
    assert https_settings(make_settings(**GOOD, SECURE_PROXY_SSL_HEADER=header), Nginx()).status is status


def test_a_silenced_check_is_reported_and_fails_nothing(make_settings, warnings_of):
    made = make_settings(**{**GOOD, "SECURE_SSL_REDIRECT": False}, SILENCED_SYSTEM_CHECKS=["security.W008"])
    outcome = https_settings(made, Nginx())
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["django.security.W008"]
    assert "SILENCED_SYSTEM_CHECKS silences security.W008 (shop/settings.py:9), without a reason and a date" in outcome.findings[0].message
    assert "security.silenced-checks" in warnings_of(headers(made))


@pytest.mark.parametrize("silenced", [["security.W004"], [], "W008"])
def test_silencing_another_check_changes_nothing(make_settings, silenced):
    made = make_settings(**{**GOOD, "SECURE_SSL_REDIRECT": False}, SILENCED_SYSTEM_CHECKS=silenced)
    assert https_settings(made, Nginx()).status is Status.FAIL


def test_what_an_item_asks_for_by_itself_cannot_be_silenced(make_settings, make_environment, errors_of):
    made = make_settings(SECRET_KEY=make_settings.env("short", "SECRET_KEY"), SILENCED_SYSTEM_CHECKS=["security.W009"])
    assert "django.security.W009" in errors_of(secret_key(made, made, make_environment({"SECRET_KEY": "short"})))
    assert "security.W009 is looked at all the same" in headers(made).findings[-1].message


def test_headers_never_fail(make_settings):
    made = make_settings(
        MIDDLEWARE=[SECURITY_MIDDLEWARE], SECURE_CONTENT_TYPE_NOSNIFF=False, SECURE_REFERRER_POLICY="nonsense", CSRF_TRUSTED_ORIGINS=["shop.in"]
    )
    outcome = headers(made)
    assert outcome.status is Status.PASS
    assert {"django.security.W006", "django.security.E023", "django.4_0.E001"} <= {finding.rule for finding in outcome.findings}


def test_content_policies(make_settings, warnings_of):
    assert "django.security.E026" in warnings_of(headers(make_settings(django="6.0", SECURE_CSP="default-src 'self'")))
    assert "django.security.E026" not in warnings_of(headers(make_settings(django="5.2", SECURE_CSP="default-src 'self'")))


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, Status.PASS),
        ({"CSRF_TRUSTED_ORIGINS": ["https://shop.in"]}, Status.PASS),
        ({"CSRF_TRUSTED_ORIGINS": ["http://shop.in"]}, Status.FAIL),
        ({"CSRF_TRUSTED_ORIGINS": ["http://localhost:8000"]}, Status.PASS),
        ({"CORS_ALLOWED_ORIGINS": ["http://frontend:3000"]}, Status.FAIL),
        ({"PAYTM": {"CALLBACK_URL": "http://shop.in/callback/"}}, Status.FAIL),
        ({"FRONTEND_URL": "http://shop.in"}, Status.FAIL),
        ({"API_URL": "http://search:9200"}, Status.PASS),
        ({"ELASTICSEARCH_DSL": {"default": {"hosts": "http://search.internal:9200"}}}, Status.PASS),
    ],
)
def test_http_origins(make_settings, make_environment, values, status):
    assert http_origins(make_settings(**values), make_environment()).status is status


def test_http_origins_in_variables_that_no_setting_holds(make_settings, make_environment, errors_of):
    environment = make_environment({"PAYTM_CALLBACK_URL": "http://shop.in/callback/"})
    assert errors_of(http_origins(make_settings(), environment)) == ["security.http-origin"]


def test_http_origins_unknown(make_settings, make_environment):
    made = make_settings(CSRF_TRUSTED_ORIGINS=make_settings.unknown("not set", "ORIGINS"))
    assert http_origins(made, make_environment()).status is Status.UNKNOWN


def test_a_nonce_without_the_context_processor(make_settings, warnings_of):
    def judged(processors, django="6.1", middleware=CSP_MIDDLEWARE):
        templates = [{"OPTIONS": {"context_processors": processors}}]
        return warnings_of(headers(make_settings(django=django, MIDDLEWARE=[middleware], SECURE_CSP={"script-src": [NONCE]}, TEMPLATES=templates)))

    assert "django.security.W027" in judged([])
    assert "django.security.W027" not in judged([CSP_PROCESSOR])
    assert "django.security.W027" not in judged(make_settings.unknown())
    assert "django.security.W027" not in judged([], django="6.0")
    assert "django.security.W027" not in judged([], middleware=SECURITY_MIDDLEWARE)


def test_hashing_algorithm(make_settings, warnings_of):
    assert "django.security.E100" in warnings_of(headers(make_settings(django="3.2", DEFAULT_HASHING_ALGORITHM="md5")))
    assert "django.security.E100" not in warnings_of(headers(make_settings(django="3.2", DEFAULT_HASHING_ALGORITHM="sha1")))
    assert "django.security.E100" not in warnings_of(headers(make_settings(django="4.2", DEFAULT_HASHING_ALGORITHM="md5")))


@pytest.mark.parametrize(
    ("view", "rules"),
    [
        (NamedView(found=False), {"django.security.E102"}),
        (NamedView(found=True, fits=False), {"django.security.E101"}),
        (NamedView(found=True, fits=True), set()),
        (NamedView(), set()),
    ],
)
def test_failure_view(make_settings, warnings_of, view, rules):
    found = warnings_of(headers(make_settings(CSRF_FAILURE_VIEW="shop.views.failed"), view))
    assert {rule for rule in found if rule.startswith("django.security.E10")} == rules


@pytest.mark.parametrize(("django", "filtered", "reported"), [("2.2.28", False, True), ("2.2.28", True, False), ("3.0.14", False, False)])
def test_the_filter_of_old_browsers(make_settings, django, filtered, reported):
    made = make_settings(django=django, MIDDLEWARE=[SECURITY_MIDDLEWARE], SECURE_BROWSER_XSS_FILTER=filtered)
    assert ("django.security.W007" in {finding.rule for finding in headers(made).findings}) is reported
