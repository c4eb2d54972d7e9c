"""Error trackers, metrics and API usage."""

import pytest

from ready_gate.checks.monitoring.packages import PROMETHEUS, TRACKERS
from ready_gate.checks.monitoring.tracking import api_usage, error_tracking, server_metrics
from ready_gate.facts.views import Called
from ready_gate.model import Level, Origin, Status

DSN = "https://0123456789abcdef@o1.ingest.sentry.io/42"
AT = Origin("shop/settings.py", 30)


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


@pytest.fixture
def sentry(make_settings, make_environment, make_requirements):
    def run(dsn=None, *, env=None, requirements=("sentry-sdk",), certain=True, known=True, positional=False, **keywords):
        given = {key: make_settings.setting(key, value) for key, value in keywords.items()}
        value = None if dsn is None else make_settings.setting("dsn", dsn)
        arguments = (value,) if positional else ()
        call = Called("sentry_sdk.init", arguments, {**given, **({} if value is None or positional else {"dsn": value})}, AT, certain)
        environment = make_environment({"SENTRY_DSN": DSN} if env is None else env) if known else make_environment()
        return error_tracking(make_settings(calls=(call,)), environment, make_requirements(*requirements))

    return run


def test_sentry_passes(sentry, make_settings):
    dsn = make_settings.env(DSN, "SENTRY_DSN")
    assert sentry(dsn).status is Status.PASS
    assert sentry(dsn, positional=True).status is Status.PASS
    assert sentry(dsn, requirements=()).status is Status.PASS
    assert sentry(None).status is Status.PASS  # the SDK reads SENTRY_DSN by itself


def test_sentry_faults(sentry, make_settings):
    assert rules(sentry("")) == ["monitoring.no-dsn"]  # the SDK reads SENTRY_DSN only where no DSN is given
    assert rules(sentry("", env={})) == ["monitoring.no-dsn"]
    assert rules(sentry(None, env={})) == ["monitoring.no-dsn"]
    assert rules(sentry(make_settings.env("", "SENTRY_DSN", present=False), env={})) == ["monitoring.no-dsn"]
    assert rules(sentry(make_settings.env(None, "SENTRY_DSN", present=False), env={})) == ["monitoring.no-dsn"]
    literal = sentry(DSN, env={})
    assert rules(literal) == ["monitoring.literal-dsn"]
    assert DSN not in repr(literal)
    assert rules(sentry(make_settings.env(DSN, "SENTRY_DSN", present=False), env={})) == ["monitoring.literal-dsn"]
    assert rules(sentry(make_settings.env(DSN, "SENTRY_DSN"), requirements=("django",))) == ["monitoring.tracker-missing"]


def test_personal_data_is_reported(sentry, make_settings):
    outcome = sentry(make_settings.env(DSN, "SENTRY_DSN"), send_default_pii=True)
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["monitoring.send-pii"]
    assert not sentry(make_settings.env(DSN, "SENTRY_DSN"), send_default_pii=False).findings


def test_sentry_unknown(sentry, make_settings):
    assert sentry(make_settings.unknown("it is not set", "SENTRY_DSN"), env={}).status is Status.UNKNOWN
    assert sentry(make_settings.env("", "SENTRY_DSN", present=False), known=False).status is Status.UNKNOWN
    assert sentry(None, known=False).status is Status.UNKNOWN
    assert sentry(make_settings.env(DSN, "SENTRY_DSN"), certain=False).status is Status.UNKNOWN


def test_nowhere(make_settings, make_environment, make_requirements):
    settings = make_settings(INSTALLED_APPS=["shop"])
    assert rules(error_tracking(settings, make_environment({}), make_requirements("django"))) == ["monitoring.no-error-tracking"]
    assert error_tracking(settings, make_environment({}), make_requirements()).status is Status.UNKNOWN
    assert error_tracking(settings, make_environment({}), make_requirements("sentry-sdk")).status is Status.UNKNOWN
    hidden = make_settings(MIDDLEWARE=make_settings.unknown())
    assert error_tracking(hidden, make_environment({}), make_requirements("django")).status is Status.UNKNOWN


def test_required_and_not_started_for_want_of_a_dsn(make_settings, make_environment, make_requirements):
    settings = make_settings(SENTRY_DSN=make_settings.env("", "SENTRY_DSN", present=False))
    assert rules(error_tracking(settings, make_environment({}), make_requirements("sentry-sdk"))) == ["monitoring.no-dsn"]
    assert error_tracking(settings, make_environment(), make_requirements("sentry-sdk")).status is Status.UNKNOWN


@pytest.mark.parametrize("package", [package for package in TRACKERS if package.apps or package.middleware], ids=lambda package: package.name)
def test_other_trackers(make_settings, make_environment, make_requirements, package):
    values = {"INSTALLED_APPS": list(package.apps[:1]), "MIDDLEWARE": list(package.middleware[:1])}
    if package.key:
        held = make_settings.env("https://apm.shop.in/0a1b2c3d4e", "TRACKER_KEY")
        values[package.key[0]] = {package.key[1]: held} if package.key[1:] else held
    environment = make_environment({"TRACKER_KEY": "https://apm.shop.in/0a1b2c3d4e"})
    outcome = error_tracking(make_settings(**values), environment, make_requirements(package.distributions[0]))
    assert outcome.status is Status.PASS, outcome.reason
    assert package.name in outcome.reason
    if package.key:
        without = {**values, package.key[0]: {} if package.key[1:] else None}
        assert rules(error_tracking(make_settings(**without), make_environment({}), make_requirements(package.distributions[0]))) == [
            "monitoring.no-dsn"
        ]


def test_server_metrics(make_settings, make_requirements):
    both = {"INSTALLED_APPS": ["django_prometheus"], "MIDDLEWARE": list(PROMETHEUS.middleware)}
    assert server_metrics(make_settings(**both), make_requirements("django-prometheus")).status is Status.PASS
    assert rules(server_metrics(make_settings(**both), make_requirements("django"))) == ["monitoring.metrics-missing"]
    without = server_metrics(make_settings(INSTALLED_APPS=["django_prometheus"]), make_requirements("django-prometheus"))
    assert without.status is Status.PASS
    assert rules(without, Level.WARNING) == ["monitoring.metrics-middleware"]
    assert server_metrics(make_settings(), make_requirements()).asks_person
    hidden = server_metrics(make_settings(MIDDLEWARE=make_settings.unknown()), make_requirements())
    assert hidden.status is Status.UNKNOWN
    assert not hidden.asks_person


def test_api_usage(make_settings, make_requirements):
    assert api_usage(make_settings(MIDDLEWARE=list(PROMETHEUS.middleware)), make_requirements()).status is Status.PASS
    assert api_usage(make_settings(INSTALLED_APPS=["rest_framework_tracking"]), make_requirements("drf-tracking")).status is Status.PASS
    assert rules(api_usage(make_settings(INSTALLED_APPS=["rest_framework_tracking"]), make_requirements("django"))) == ["monitoring.metrics-missing"]
    assert api_usage(make_settings(), make_requirements()).asks_person
    assert not api_usage(make_settings(MIDDLEWARE=make_settings.unknown()), make_requirements()).asks_person
