"""Planted faults and harmless rewrites of monitoring settings, through the evaluator."""

import pytest

BASE = """
import logging
import os
import sentry_sdk
DEBUG = False
ADMINS = [("Operations", "ops@shop.in")]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"dev": {"()": "django.utils.log.RequireDebugTrue"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler"},
        "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "mail"], "level": "INFO"},
}
sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], traces_sample_rate=0.1)
"""
DSN = "https://0123456789abcdef@o1.ingest.sentry.io/42"
ENV = {"SENTRY_DSN": DSN}
INIT = 'sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], traces_sample_rate=0.1)'


def change(old, new):
    assert old in BASE
    return BASE.replace(old, new)


ROOT = 'LOGGING["root"]'
CONSOLE = 'LOGGING["handlers"]["console"]'
LOGGING = [
    ("monitoring.no-logging", BASE + "del LOGGING\n"),
    ("monitoring.no-logging", BASE + "LOGGING = {}\n"),
    ("monitoring.no-handler", BASE + f'{CONSOLE}["filters"] = ["dev"]\n'),
    ("monitoring.no-handler", BASE + f'{CONSOLE}["class"] = "logging.NullHandler"\n'),
    ("monitoring.no-handler", BASE + f'{ROOT}["handlers"] = []\n'),
    ("monitoring.no-handler", BASE + 'LOGGING["loggers"] = {"django": LOGGING.pop("root")}\n'),
    ("monitoring.debug-level", BASE + f'{ROOT}["level"] = "DEBUG"\n'),
    ("monitoring.debug-level", BASE + f'{ROOT}["level"] = logging.DEBUG\n'),
    ("monitoring.debug-level", BASE + f'{ROOT}["level"] = os.getenv("LOG_LEVEL", "DEBUG")\n'),
    ("monitoring.debug-level", BASE + 'LOGGING["loggers"] = {"shop": {"level": "DEBUG"}}\n'),
    ("monitoring.level-too-high", BASE + f'{ROOT}.update(level="ERROR")\n'),
    ("monitoring.missing-handler", BASE + f'{ROOT}["handlers"].append("file")\n'),
    ("monitoring.no-rotation", BASE + f'{CONSOLE}.update({{"class": "logging.FileHandler", "filename": "/var/log/shop.log"}})\n'),
    ("monitoring.config-off", BASE + "LOGGING_CONFIG = None\n"),
    (None, BASE),
    (None, BASE + f'{ROOT}["level"] = "WARNING"\n'),
    (None, BASE + f'{ROOT}["level"] = logging.INFO\n'),
    (None, BASE + f'{ROOT}["level"] = os.getenv("LOG_LEVEL", "INFO").upper()\n'),
    (None, BASE + f'{ROOT}["level"] = "DEBUG" if DEBUG else "INFO"\n'),
    (None, BASE + 'LOGGING["loggers"] = {"shop": LOGGING.pop("root")}\n'),
    (None, BASE + 'LOGGING["loggers"] = {name: {"level": "INFO"} for name in ("shop", "orders")}\n'),
    (None, BASE + 'LOGGING = dict(LOGGING, formatters={"line": {"format": "%(message)s"}})\n'),
    (None, BASE + "import logging.config\nLOGGING_CONFIG = None\nlogging.config.dictConfig(LOGGING)\n"),
    (None, BASE + f'if DEBUG:\n    {ROOT}["level"] = "DEBUG"\n'),
    (..., BASE + f'{ROOT}["level"] = os.environ["LOG_LEVEL"]\n'),
]


@pytest.mark.parametrize(("expected", "source"), LOGGING)
def test_logging(expect, expected, source):
    expect("monitoring.logging", expected, source, ENV)


TRACKING = [
    ("monitoring.no-dsn", change(INIT, 'sentry_sdk.init(dsn="")'), {}),
    ("monitoring.no-dsn", change(INIT, "sentry_sdk.init()"), {}),
    ("monitoring.no-dsn", change('os.environ["SENTRY_DSN"]', 'os.getenv("SENTRY_DSN")'), {}),
    ("monitoring.no-dsn", change('os.environ["SENTRY_DSN"]', 'os.getenv("SENTRY_DSN", "")'), {}),
    ("monitoring.no-dsn", change(INIT, f'SENTRY_DSN = os.getenv("SENTRY_DSN", "")\nif SENTRY_DSN:\n    {INIT}'), {}),
    ("monitoring.literal-dsn", change('os.environ["SENTRY_DSN"]', f'"{DSN}"'), {}),
    ("monitoring.literal-dsn", change('os.environ["SENTRY_DSN"]', f'os.getenv("SENTRY_DSN", "{DSN}")'), {}),
    ("monitoring.literal-dsn", change(INIT, 'KEY = "0123456789abcdef"\nsentry_sdk.init(f"https://{KEY}@o1.ingest.sentry.io/42")'), {}),
    (None, BASE, ENV),
    (None, change("dsn=", ""), ENV),
    (None, change(INIT, f"if not DEBUG:\n    {INIT}"), ENV),
    (None, change(INIT, f'SENTRY_DSN = os.getenv("SENTRY_DSN", "")\nif SENTRY_DSN:\n    {INIT}'), ENV),
    (None, change(INIT, f"def start():\n    {INIT}\nstart()"), ENV),
    (None, change("import sentry_sdk", "from sentry_sdk import init").replace("sentry_sdk.init", "init"), ENV),
    (None, change("import sentry_sdk", "import sentry_sdk as tracker").replace("sentry_sdk.init", "tracker.init"), ENV),
    (None, change(INIT, "sentry_sdk.init()"), ENV),
    (..., change(INIT, ""), ENV),
    (..., BASE, {}),
]


@pytest.mark.parametrize(("expected", "source", "env"), TRACKING)
def test_error_tracking(expect, expected, source, env):
    expect("monitoring.error-tracking", expected, source, env)


def test_error_tracking_nowhere(expect):
    expect("monitoring.error-tracking", "monitoring.no-error-tracking", change(INIT, ""), ENV, files={"requirements.txt": "Django==5.2.1\n"})
    expect("monitoring.error-tracking", "monitoring.tracker-missing", BASE, ENV, files={"requirements.txt": "Django==5.2.1\n"})


ALERTS = [
    ("monitoring.alerts-to-nobody", BASE + "ADMINS = []\n"),
    ("monitoring.alerts-to-nobody", BASE + 'ADMINS = [("You", "you@example.com")]\n'),
    ("monitoring.alerts-to-nobody", BASE + "del ADMINS\n"),
    ("monitoring.alerts-to-nobody", BASE + 'ADMINS = [("A", a) for a in os.getenv("ADMINS", "").split(",") if a]\n'),
    ("monitoring.alerts-not-sent", BASE + 'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n'),
    ("monitoring.alerts-not-sent", BASE + 'EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"\n'),
    ("monitoring.alerts-not-sent", BASE + 'EMAIL_BACKEND = os.getenv("MAIL", "django.core.mail.backends.locmem.EmailBackend")\n'),
    ("monitoring.alerts-not-sent", BASE + 'EMAIL_BACKEND = EMAIL_BACKEND.replace("smtp", "filebased")\n'),
    (None, BASE),
    (None, BASE + 'ADMINS = (("Operations", "ops@shop.in"),)\n'),
    (None, BASE + 'ADMINS = [("A", a) for a in os.getenv("ADMINS", "a@shop.in,b@shop.in").split(",")]\n'),
    (None, BASE + "del EMAIL_BACKEND\n"),
    (None, BASE + "del LOGGING\n"),
    (None, BASE + 'LOGGING["loggers"] = {"django.request": {"handlers": ["mail"], "level": "ERROR"}}\nLOGGING["root"]["handlers"] = ["console"]\n'),
    (None, BASE + 'LOGGING["handlers"]["mail"].pop("level")\n'),
    (None, BASE + 'LOGGING["root"]["handlers"] = ["console"]\n'),
    (..., BASE + 'ADMINS = [("A", os.environ["OPS_MAIL"])]\n'),
    (..., BASE + 'LOGGING["disable_existing_loggers"] = True\nLOGGING["root"]["handlers"] = ["console"]\n'),
]


@pytest.mark.parametrize(("expected", "source"), ALERTS)
def test_alerts(expect, expected, source):
    expect("monitoring.alerts", expected, source, ENV)
