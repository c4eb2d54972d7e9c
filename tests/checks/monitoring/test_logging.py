"""What LOGGING does in production."""

import pytest

from ready_gate.checks.monitoring import logging as checks
from ready_gate.checks.monitoring.alerts import alerts
from ready_gate.facts.views import Called, LoggerNames
from ready_gate.model import Level, Origin, Status

CONSOLE = {"class": "logging.StreamHandler"}
DEBUG_ONLY = {"()": "django.utils.log.RequireDebugTrue"}
AT = Origin("shop/settings.py", 9)


def logging(settings, *names):
    """The check's outcome for a project with the package `shop`, whose code names these loggers too."""
    return checks.logging(settings, LoggerNames(frozenset({"shop", *names})))


def config(**changes):
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": CONSOLE},
        "root": {"handlers": ["console"], "level": "INFO"},
        **changes,
    }


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


ROTATING = {"class": "logging.handlers.RotatingFileHandler", "filename": "/var/log/shop/shop.log", "maxBytes": 10_000_000, "backupCount": 5}


@pytest.mark.parametrize(
    "made",
    [
        config(),
        config(root={"handlers": ["console"]}),
        config(root={"handlers": ["console"], "level": 20}),
        config(root={}, loggers={"shop": {"handlers": ["console"], "level": "INFO"}}),
        config(root={}, loggers={"": {"handlers": ["console"], "level": "WARNING"}}),
        config(loggers={"shop": {"level": "INFO"}}),
        config(handlers={"console": {**CONSOLE, "level": "INFO"}}, root={"handlers": ["console"], "level": "DEBUG"}),
        config(handlers={"file": ROTATING}, root={"handlers": ["file"], "level": "INFO"}),
        config(handlers={"file": {"class": "logging.handlers.TimedRotatingFileHandler", "filename": "/var/log/a.log"}}, root={"handlers": ["file"]}),
        config(handlers={"file": {"class": "logging.handlers.WatchedFileHandler", "filename": "/var/log/a.log"}}, root={"handlers": ["file"]}),
        config(handlers={"out": {"class": "logging.FileHandler", "filename": "/dev/stdout"}}, root={"handlers": ["out"], "level": "INFO"}),
        config(handlers={"console": CONSOLE, "spare": {"class": "logging.FileHandler", "filename": "debug.log"}}),
        config(handlers={"json": {"()": "acme.JsonHandler"}}, root={"handlers": ["json"], "level": "INFO"}),
    ],
)
def test_harmless_ways(make_settings, made):
    outcome = logging(make_settings(LOGGING=made))
    assert outcome.status is Status.PASS, outcome.reason
    assert not outcome.findings


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (config(filters={"debug": DEBUG_ONLY}, handlers={"console": {**CONSOLE, "filters": ["debug"]}}), "monitoring.no-handler"),
        (config(handlers={"console": {"class": "logging.NullHandler"}}), "monitoring.no-handler"),
        (config(root={}, loggers={"django": {"handlers": ["console"], "level": "INFO"}}), "monitoring.no-handler"),
        (config(root={"level": "INFO"}), "monitoring.no-handler"),
        (
            config(handlers={"mail": {"class": "django.utils.log.AdminEmailHandler"}}, root={"handlers": ["mail"], "level": "INFO"}),
            "monitoring.no-handler",
        ),
        (config(root={"handlers": ["console"], "level": "DEBUG"}), "monitoring.debug-level"),
        (config(root={"handlers": ["console"], "level": 10}), "monitoring.debug-level"),
        (config(loggers={"shop": {"level": "DEBUG"}}), "monitoring.debug-level"),
        (config(loggers={"django": {"level": "DEBUG", "handlers": ["console"], "propagate": False}}), "monitoring.debug-level"),
        (config(root={"handlers": ["console"], "level": "ERROR"}), "monitoring.level-too-high"),
        (config(handlers={"console": {**CONSOLE, "level": "CRITICAL"}}), "monitoring.level-too-high"),
        (config(root={"handlers": ["console", "file"], "level": "INFO"}), "monitoring.missing-handler"),
        (config(root={"handlers": ["console"], "level": "info"}), "monitoring.unknown-level"),
        (
            config(handlers={"file": {"class": "logging.FileHandler", "filename": "/var/log/a.log"}}, root={"handlers": ["file"]}),
            "monitoring.no-rotation",
        ),
        (config(handlers={"file": {**ROTATING, "backupCount": 0}}, root={"handlers": ["file"]}), "monitoring.no-rotation"),
        (config(handlers={"file": {**ROTATING, "filename": "shop.log"}}, root={"handlers": ["file"]}), "monitoring.log-directory"),
        ({}, "monitoring.no-logging"),
    ],
)
def test_faults(make_settings, made, rule):
    outcome = logging(make_settings(LOGGING=made))
    assert outcome.status is Status.FAIL
    assert rules(outcome) == [rule]
    assert outcome.findings[0].at


def test_not_set(make_settings):
    assert rules(logging(make_settings())) == ["monitoring.no-logging"]
    assert logging(make_settings(incomplete="a file could not be read")).status is Status.UNKNOWN


@pytest.mark.parametrize("name", ["urllib3", "_granian", "raven"])
def test_a_library_at_debug_is_reported(make_settings, name):
    outcome = logging(make_settings(LOGGING=config(loggers={name: {"level": "DEBUG"}})))
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["monitoring.debug-level"]


def test_disabled_loggers_are_reported(make_settings):
    outcome = logging(make_settings(LOGGING=config(disable_existing_loggers=True)))
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["monitoring.disabled-loggers"]


def test_loggers_that_no_code_writes_to(make_settings):
    made = config(loggers={"testlogger": {"handlers": ["console"], "level": "INFO"}})
    del made["root"]
    made = make_settings(LOGGING=made)
    outcome = logging(made)
    assert rules(outcome) == ["monitoring.no-handler"]
    assert outcome.reason == "LOGGING sets up no logger that the project's own code writes to"
    assert logging(made, "testlogger").status is Status.PASS
    assert logging(made, "testlogger.payments").status is Status.PASS
    empty = logging(make_settings(LOGGING=config(root={}, handlers={})))
    assert empty.reason == "the root and the project's loggers have no handler that works in production"
    assert "names no logger" in logging(make_settings(LOGGING={"version": 1, "handlers": {}})).reason


def test_a_child_that_does_not_propagate(make_settings):
    assert logging(make_settings(LOGGING=config(loggers={"shop": {"level": "DEBUG", "propagate": False}}))).status is Status.PASS


def test_unknown(make_settings):
    level = config(root={"handlers": ["console"], "level": make_settings.unknown("it is not set", "LOG_LEVEL")})
    for made in (make_settings.unknown(), level, make_settings.partly(config(root={})), make_settings.choice(config(), {})):
        assert logging(make_settings(LOGGING=made)).status is Status.UNKNOWN


def test_the_variable_of_a_level_is_named(make_settings):
    made = config(root={"handlers": ["console"], "level": make_settings.env("DEBUG", "LOG_LEVEL", present=False)})
    assert "LOG_LEVEL" in logging(make_settings(LOGGING=made)).reason


def test_logging_config_off(make_settings):
    assert rules(logging(make_settings(LOGGING_CONFIG=None, LOGGING=config()))) == ["monitoring.config-off"]
    by_hand = Called("logging.config.dictConfig", (make_settings.setting("LOGGING", config()),), {}, AT)
    assert logging(make_settings(LOGGING_CONFIG=None, calls=(by_hand,))).status is Status.PASS


@pytest.mark.parametrize(
    ("keywords", "status"),
    [
        ({}, Status.PASS),
        ({"level": "INFO"}, Status.PASS),
        ({"level": 20}, Status.PASS),
        ({"level": "DEBUG"}, Status.FAIL),
        ({"level": "ERROR"}, Status.FAIL),
        ({"filename": "/var/log/shop.log"}, Status.FAIL),
    ],
)
def test_basic_config(make_settings, keywords, status):
    call = Called("logging.basicConfig", (), {key: make_settings.setting(key, value) for key, value in keywords.items()}, AT)
    assert logging(make_settings(calls=(call,))).status is status


SMTP = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
MAIL = config(handlers={"mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"}}, root={"handlers": ["mail"], "level": "INFO"})


@pytest.mark.parametrize(
    ("values", "status", "rule"),
    [
        ({"ADMINS": [("Ops", "ops@shop.in")], **SMTP}, Status.PASS, None),
        ({"ADMINS": ["ops@shop.in"], **SMTP}, Status.UNKNOWN, None),  # Django 5 mails to pairs alone
        ({"ADMINS": [("Ops", "ops@shop.in")], "LOGGING": MAIL}, Status.PASS, None),
        ({"LOGGING": MAIL}, Status.FAIL, "monitoring.alerts-to-nobody"),
        ({"LOGGING": MAIL, "ADMINS": [("You", "you@example.com")]}, Status.FAIL, "monitoring.alerts-to-nobody"),
        ({"LOGGING": MAIL, "ADMINS": [("ops@shop.in", "Ops")]}, Status.FAIL, "monitoring.alerts-to-nobody"),  # the wrong way round
        (
            {"LOGGING": MAIL, "ADMINS": [("Ops", "ops@shop.in")], "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
            Status.FAIL,
            "monitoring.alerts-not-sent",
        ),
        ({}, Status.UNKNOWN, None),
        ({"LOGGING": config(disable_existing_loggers=True), "ADMINS": [("Ops", "ops@shop.in")]}, Status.UNKNOWN, None),
        ({"LOGGING": config(loggers={"django": {"handlers": ["console"]}}), "ADMINS": [("Ops", "ops@shop.in")]}, Status.UNKNOWN, None),
        (
            {"LOGGING": config(handlers={"slack": {"class": "django_slack.log.SlackExceptionHandler"}}, root={"handlers": ["slack"]})},
            Status.PASS,
            None,
        ),
    ],
)
def test_alerts(make_settings, values, status, rule):
    outcome = alerts(make_settings(**values))
    assert outcome.status is status
    assert rules(outcome) == ([rule] if rule else [])
    assert outcome.asks_person == (status is Status.UNKNOWN)


def test_alerts_unknown(make_settings):
    assert not alerts(make_settings(LOGGING=make_settings.unknown())).asks_person
    outcome = alerts(make_settings(LOGGING=MAIL, ADMINS=make_settings.unknown("it is not set", "ADMINS")))
    assert outcome.status is Status.UNKNOWN
    assert not outcome.asks_person
