import pytest

from ready_gate.checks.security.permissions import default_permissions
from ready_gate.checks.security.throttling import rate_limiting, throttle_rates
from ready_gate.facts.views import LimitCode, ProjectClasses, Requirements
from ready_gate.model import Status

ANON, USER = "rest_framework.throttling.AnonRateThrottle", "rest_framework.throttling.UserRateThrottle"


def framework(classes, rates):
    return {"INSTALLED_APPS": ["rest_framework"], "REST_FRAMEWORK": {"DEFAULT_THROTTLE_CLASSES": classes, "DEFAULT_THROTTLE_RATES": rates}}


def test_throttled(make_settings):
    made = make_settings(**framework([ANON, USER], {"anon": "60/min", "user": "1000/hour"}))
    assert rate_limiting(made, LimitCode()).status is Status.PASS
    assert throttle_rates(made).status is Status.PASS


@pytest.mark.parametrize("values", [{}, {"INSTALLED_APPS": ["rest_framework"]}, framework([], {}), framework([ANON], {"anon": None})])
def test_not_throttled(make_settings, values):
    outcome = rate_limiting(make_settings(**values), LimitCode())
    assert outcome.status is Status.FAIL
    assert all(finding.at for finding in outcome.findings)


def test_classes_that_are_imported(make_settings):
    made = make_settings(**framework([make_settings.object(ANON)], {"anon": "60/min"}))
    assert rate_limiting(made, LimitCode()).status is Status.PASS


def test_unknown(make_settings):
    assert rate_limiting(make_settings(REST_FRAMEWORK=make_settings.unknown()), LimitCode()).status is Status.UNKNOWN
    assert rate_limiting(make_settings(**framework(["shop.throttles.Burst"], {})), LimitCode()).status is Status.UNKNOWN
    assert rate_limiting(make_settings(**framework(True, {})), LimitCode()).status is Status.UNKNOWN
    assert throttle_rates(make_settings(**framework([ANON], {"anon": make_settings.unknown()}))).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("rate", "rule"), [("60", "security.throttle-rate"), ("many/day", "security.throttle-rate"), ("60/x", "security.throttle-rate")]
)
def test_unreadable_rates(make_settings, errors_of, rate, rule):
    assert errors_of(throttle_rates(make_settings(**framework([ANON], {"anon": rate})))) == [rule]


def test_a_scope_without_a_rate(make_settings, errors_of):
    outcome = throttle_rates(make_settings(**framework([ANON, USER], {"anon": "60/min"})))
    assert errors_of(outcome) == ["security.throttle-without-rate"]
    assert "every request fails" in outcome.reason


def test_caches(make_settings, errors_of, warnings_of):
    values = framework([ANON], {"anon": "60/min"})
    dummy = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert errors_of(throttle_rates(make_settings(**values, CACHES=dummy))) == ["security.throttle-cache"]
    assert warnings_of(throttle_rates(make_settings(**values))) == ["security.throttle-cache"]


def test_login_limiters(make_settings, errors_of):
    axes = {"INSTALLED_APPS": ["axes"], "AUTHENTICATION_BACKENDS": ["axes.backends.AxesStandaloneBackend"]}
    assert rate_limiting(make_settings(**axes), LimitCode()).status is Status.PASS
    assert rate_limiting(make_settings(INSTALLED_APPS=["axes"]), LimitCode()).status is Status.FAIL  # without its backend it sees no login
    assert errors_of(rate_limiting(make_settings(**axes, AXES_ENABLED=False), LimitCode())) == ["security.limiter-disabled"]


@pytest.mark.parametrize(
    ("classes", "status"),
    [
        (["rest_framework.permissions.IsAuthenticated"], Status.PASS),
        (["rest_framework.permissions.AllowAny"], Status.FAIL),
        (["rest_framework.permissions.AllowAny", "rest_framework.permissions.IsAuthenticated"], Status.PASS),
        ([], Status.FAIL),
        (["shop.permissions.IsCustomer"], Status.PASS),
    ],
)
def test_default_permissions(make_settings, classes, status):
    values = {"INSTALLED_APPS": ["rest_framework"], "REST_FRAMEWORK": {"DEFAULT_PERMISSION_CLASSES": classes}}
    assert default_permissions(make_settings(**values), ProjectClasses(), Requirements({})).status is status


def test_default_permissions_not_set(make_settings, warnings_of):
    outcome = default_permissions(make_settings(INSTALLED_APPS=["rest_framework"]), ProjectClasses(), Requirements({}))
    assert outcome.status is Status.FAIL
    assert "DRF's own default is AllowAny" in outcome.reason
    assert default_permissions(make_settings(INSTALLED_APPS=["shop"]), ProjectClasses(), Requirements({})).status is Status.NOT_APPLICABLE
    assert (
        default_permissions(make_settings(INSTALLED_APPS=make_settings.partly(["shop"])), ProjectClasses(), Requirements({})).status is Status.UNKNOWN
    )
    read_only = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"]}
    assert warnings_of(default_permissions(make_settings(REST_FRAMEWORK=read_only), ProjectClasses(), Requirements({}))) == [
        "security.readable-by-default"
    ]
    assert (
        default_permissions(
            make_settings(REST_FRAMEWORK={"DEFAULT_PERMISSION_CLASSES": make_settings.unknown()}), ProjectClasses(), Requirements({})
        ).status
        is Status.UNKNOWN
    )


def test_advice_fits_the_framework(make_settings):
    plain = rate_limiting(make_settings(INSTALLED_APPS=["shop"]), LimitCode())
    assert plain.status is Status.FAIL
    assert "django-axes" in (plain.findings[0].fix or "")
    assert "DEFAULT_THROTTLE_CLASSES" not in plain.reason
    ninja = make_settings(INSTALLED_APPS=["shop"], NINJA_EXTRA={"THROTTLE_CLASSES": ["ninja_extra.throttling.AnonRateThrottle"]})
    assert rate_limiting(ninja, LimitCode()).status is Status.UNKNOWN


def test_a_block_for_drf_without_drf_says_nothing(make_settings):
    settings = make_settings(INSTALLED_APPS=["shop"], REST_FRAMEWORK={"PAGE_SIZE": 10})
    assert default_permissions(settings, ProjectClasses(), Requirements({}, ("requirements.txt",))).status.value == "not-applicable"
