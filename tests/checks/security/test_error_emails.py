from dataclasses import replace

import pytest

from ready_gate.checks.security.error_emails import error_emails
from ready_gate.model import Status

GOOD = {"ADMINS": [("Operations", "ops@shop.in")], "SERVER_EMAIL": "errors@shop.in", "EMAIL_HOST": "smtp.mailgun.org"}
MAIL = {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"}


@pytest.fixture
def judge(make_settings, make_environment):
    def run(environment=None, django="5.2", **values):
        return error_emails(replace(make_settings(**{**GOOD, **values}), django=django), environment or make_environment({"A": "1"}))

    return run


def logging(loggers, *, keep=True, **more):
    return {"LOGGING": {"version": 1, "disable_existing_loggers": not keep, "handlers": {"mail": MAIL}, "loggers": loggers, **more}}


def test_good(judge):
    assert judge().status is Status.PASS
    assert judge(ADMINS=["ops@shop.in"], django="6.0").status is Status.PASS


def test_entries_that_are_no_pairs(judge, errors_of):
    assert errors_of(judge(ADMINS=["ops@shop.in"])) == ["security.no-admins"]
    assert errors_of(judge(ADMINS=("Operations", "ops@shop.in"))) == ["security.no-admins"]


@pytest.mark.parametrize("host", ["sandbox.smtp.mailtrap.io", "mailhog", "MailPit", "smtp.ethereal.email", "smtp.yourprovider.com"])
def test_servers_that_deliver_nothing(judge, errors_of, host):
    assert errors_of(judge(EMAIL_HOST=host)) == ["security.email-host"]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"ADMINS": []}, "security.no-admins"),
        ({"ADMINS": (("ops@shop.in", "Operations"),)}, "security.no-admins"),
        ({"ADMINS": [("Your Name", "your_email@example.com")]}, "security.example-admins"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"}, "security.email-backend"),
        ({"SERVER_EMAIL": "root@localhost"}, "security.server-email"),
        ({"EMAIL_HOST": "smtp.example.com"}, "security.email-host"),
        ({"EMAIL_HOST": ""}, "security.email-host"),
    ],
)
def test_wrong(judge, errors_of, values, rule):
    assert errors_of(judge(**values)) == [rule]


@pytest.mark.parametrize("name", ["ADMINS", "EMAIL_BACKEND", "EMAIL_HOST", "SERVER_EMAIL", "LOGGING"])
def test_unknown(judge, make_settings, name):
    assert judge(**{name: make_settings.unknown("not set", "X")}).status is Status.UNKNOWN


def test_an_empty_default_without_a_known_environment(judge, make_settings, make_environment):
    empty = make_settings.env([], "ADMINS", present=False)
    assert judge(make_environment(), ADMINS=empty).status is Status.UNKNOWN
    assert judge(ADMINS=empty).status is Status.FAIL


@pytest.mark.parametrize(
    ("values", "mailed"),
    [
        (logging({}), True),  # Django's own handler stays
        (logging({}, keep=False), False),  # and is disabled here
        (logging({"django": {"handlers": ["mail"]}}, keep=False), True),
        (logging({"django": {"handlers": []}}), False),
        (logging({"django": {"handlers": []}}, root={"handlers": ["mail"]}), True),
        (logging({"django": {"handlers": [], "propagate": False}}, root={"handlers": ["mail"]}), False),
        (logging({"django.request": {"handlers": ["mail"], "propagate": False}}), True),
        (logging({"django.request": {"handlers": [], "propagate": False}}), False),
        (logging({"django.request": {"handlers": []}}, keep=False), True),
        (logging({"django.request": {"handlers": ["mail"], "level": "CRITICAL"}, "django": {"handlers": []}}), False),
        (logging({"shop": {"handlers": ["mail"]}}, keep=False), False),
    ],
)
def test_routes(judge, values, mailed):
    assert judge(**values).status is (Status.PASS if mailed else Status.FAIL)


def test_the_sender(judge, warnings_of):
    outcome = judge(SERVER_EMAIL="root@localhost", DEFAULT_FROM_EMAIL="Shop <orders@shop.in>")
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.server-email"]


def test_a_mail_server_on_this_machine_is_reported(judge, warnings_of):
    assert warnings_of(judge(EMAIL_HOST="localhost")) == ["security.email-host"]


SMTP, CONSOLE = ("django.core.mail.backends.smtp.EmailBackend", "django.core.mail.backends.console.EmailBackend")


@pytest.mark.parametrize(
    ("mailers", "rules"),
    [
        ({"default": {"BACKEND": SMTP, "OPTIONS": {"host": "smtp.mailgun.org"}}}, []),
        ({"default": {"OPTIONS": {"host": "smtp.mailgun.org"}}}, []),
        ({"default": {"BACKEND": CONSOLE}}, ["django.mail.E001"]),
        ({"default": {"BACKEND": SMTP}, "other": {"BACKEND": CONSOLE}}, []),
        ({"other": {"BACKEND": SMTP}}, ["django.mail.W001"]),
        ({}, ["django.mail.W001"]),
        ({"default": {"OPTIONS": {"host": "smtp.example.com"}}}, ["security.email-host"]),
    ],
)
def test_mailers_of_django_6_1(judge, errors_of, mailers, rules):
    assert errors_of(judge(MAILERS=mailers, django="6.1")) == rules


def test_mailers_unknown_or_before_django_6_1(judge, make_settings):
    assert judge(MAILERS=make_settings.unknown(), django="6.1").status is Status.UNKNOWN
    assert judge(MAILERS={}, django="6.0").status is Status.PASS
