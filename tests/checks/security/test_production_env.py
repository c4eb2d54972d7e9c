from dataclasses import replace

import pytest

from ready_gate.checks.security.placeholders import is_credential, is_placeholder, is_weak
from ready_gate.checks.security.production_env import production_env
from ready_gate.facts.views import Asked, Read, Refusal, Variable, VariableRead, Variables
from ready_gate.model import Origin, Status

HOSTS = {"ALLOWED_HOSTS": ["api.shop.in"]}


@pytest.fixture
def judge(make_settings):
    """`asked` are the reads that the settings came to: all of those in settings files where none are given."""

    def run(environment, variables, asked=None, refusals=(), **values):
        came = [Asked(read.name, read.at, read.has_default) for read in variables.reads if read.in_settings] if asked is None else asked
        settings = replace(make_settings(**{**HOSTS, **values}), asked=tuple(came), refusals=refusals)
        return production_env(settings, environment, variables)

    return run


def test_complete(judge, make_environment, make_variables):
    assert judge(make_environment({"A": "1", "B": "2"}), make_variables("A", "B", optional=("C",))).status is Status.PASS


def test_missing(judge, make_environment, make_variables, errors_of):
    outcome = judge(make_environment({"A": "1"}), make_variables("A", "B"))
    assert errors_of(outcome) == ["security.missing-variable"]
    assert "B" in outcome.reason
    assert outcome.findings[0].at == Origin("shop/settings.py", 2)


def test_reads_that_the_settings_did_not_come_through(judge, make_environment):
    at = Origin("shop/settings.py", 1)
    read = VariableRead("B", at, False, True)
    environment = make_environment({"A": "1"})

    def status(asked, read=read):
        return judge(environment, Variables((read,)), asked=asked).status

    assert status([Asked("B", at, has_default=False)]) is Status.FAIL
    assert status([Asked("B", at)]) is Status.PASS  # read inside try/except KeyError
    assert status([]) is Status.PASS  # on a branch that production does not take
    assert status([Asked("B", at, has_default=False, certain=False)]) is Status.UNKNOWN  # on one that it may take
    assert status([Asked("*", at)]) is Status.UNKNOWN
    assert status([], replace(read, deferred=True)) is Status.UNKNOWN  # in a function
    assert status([], VariableRead("B", Origin("orders/mail.py", 1), False, False)) is Status.FAIL


def test_settings_that_stop(judge, make_environment, errors_of):
    at = Origin("shop/settings.py", 7)

    def judged(*reads):
        return judge(make_environment({"A": "five"}), Variables(()), refusals=(Refusal(at, "raises ImproperlyConfigured", reads),))

    absent, present = Read("B", False, at), Read("A", True, at)
    assert errors_of(judged(absent)) == ["security.missing-variable"]
    assert errors_of(judged(present)) == ["security.unreadable-variable"]
    assert "five" not in judged(present).reason
    assert errors_of(judged(present, absent)) == ["security.missing-variable"]


def test_addresses_at_an_example_domain_are_reported(judge, make_environment, make_variables, warnings_of):
    outcome = judge(make_environment({"EMAIL_USER": "me@example.com"}), make_variables("EMAIL_USER"))
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.placeholder-variable"]


def test_set_by_deploy_files_to_what_only_the_server_knows(judge, make_environment, make_variables):
    environment = make_environment({"A": "1"}, doubtful={"B": Variable("B", "")})
    assert judge(environment, make_variables("A", "B")).status is Status.PASS


def test_looked_for_before_it_is_read(judge, make_environment):
    at = Origin("shop/settings.py", 3)
    reads = (VariableRead("DSN", at, True, True), VariableRead("DSN", Origin("shop/settings.py", 4), False, True))
    assert judge(make_environment({"A": "1"}), Variables(reads)).status is Status.PASS


def test_what_the_platform_sets_is_not_missing(judge, make_environment, make_variables):
    assert judge(make_environment({"A": "1"}), make_variables("A", "HOME", "DJANGO_SETTINGS_MODULE")).status is Status.PASS


def test_no_environment_known(judge, make_environment, make_variables):
    outcome = judge(make_environment(), make_variables("A", "B"))
    assert outcome.status is Status.UNKNOWN
    assert "A, B" in outcome.reason
    assert judge(make_environment(), make_variables(optional=("A",))).status is Status.UNKNOWN
    assert ".env.live is not here" in judge(make_environment(missing_file=".env.live"), make_variables("A")).reason


def test_nothing_read(judge, make_environment, make_variables):
    assert judge(make_environment(), make_variables()).status is Status.NOT_APPLICABLE
    assert judge(make_environment(), make_variables(), ALLOWED_HOSTS=["*"]).status is Status.FAIL


def test_names_that_could_not_be_told(judge, make_environment, make_variables):
    assert judge(make_environment({"A": "1"}), make_variables("A", doubts=("shop/settings.py:9",))).status is Status.UNKNOWN


def test_a_file_that_is_not_here(judge, make_settings, make_environment, make_variables):
    secret = make_settings.unknown("secrets.json is not here")
    secret = type(secret)(
        "", "unknown", reason=secret.reason, reads=(Read("secrets.json", False, Origin("shop/settings.py", 2), None, False, "file"),)
    )
    assert judge(make_environment({"A": "1"}), make_variables("A"), API_KEY=secret).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("value", "cast", "rule"),
    [
        ("changeme", None, "security.placeholder-variable"),
        ("", None, "security.empty-variable"),
        ("maybe", "bool", "security.unreadable-variable"),
        ("maybe", "environ.Env.bool", "security.unreadable-variable"),
        ("12a", "int", "security.unreadable-variable"),
        ("not an address", "url", None),
        ("db.shop.in", "db", "security.unreadable-variable"),
        ("redis://cache:six/0", None, "security.unreadable-variable"),
        ("true", "bool", None),
        ("12", "int", None),
        ("redis://cache:6379/0", "cache", None),
        ("mongodb://a:27017,b:27017/shop", None, None),
    ],
)
def test_values(judge, make_environment, make_variables, errors_of, value, cast, rule):
    outcome = judge(make_environment({"A": value}), make_variables("A", casts={"A": cast} if cast else None))
    assert errors_of(outcome) == ([rule] if rule else [])


def test_no_secret_is_shown(judge, make_environment, make_variables):
    outcome = judge(make_environment({"DATABASE_URL": "postgres://shop:Rk3#vault/91@db.shop.in/shop"}), make_variables("DATABASE_URL"))
    assert outcome.status is Status.FAIL
    assert "vault" not in str(outcome)


def test_an_empty_optional_variable_is_reported(judge, make_environment, make_variables, warnings_of):
    outcome = judge(make_environment({"A": ""}), make_variables(optional=("A",)))
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.empty-variable"]


def test_files_in_git(judge, make_env_file, make_environment, make_variables, errors_of, warnings_of):
    secret = {"API_SECRET": "Rk3-vault-91"}
    live = make_env_file(".env.production", secret, tracked=True)
    assert errors_of(judge(make_environment(file=live), make_variables("API_SECRET"))) == ["security.tracked-env-file"]
    bare = make_env_file(".env.production", secret, tracked=False, ignored=False)
    assert errors_of(judge(make_environment(file=bare), make_variables("API_SECRET"))) == ["security.env-file-not-ignored"]
    kept = make_env_file(".env.production", secret, tracked=False, ignored=True)
    template = make_env_file(".env.example", secret, tracked=True, template=True)
    assert judge(make_environment(file=kept, files=(kept, template)), make_variables("API_SECRET")).status is Status.PASS
    development = make_env_file(".env.dev", secret, tracked=True, development=True)
    outcome = judge(make_environment(file=kept, files=(kept, development)), make_variables("API_SECRET"))
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.tracked-env-file"]


def test_broken_lines_are_reported(judge, make_env_file, make_environment, make_variables, warnings_of):
    live = make_env_file(".env.production", {"A": "1"}, tracked=False, ignored=True, broken=(7,))
    outcome = judge(make_environment(file=live), make_variables("A"))
    assert warnings_of(outcome) == ["security.broken-env-line"]
    assert outcome.findings[0].at == Origin(".env.production", 7)


@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        (["api.shop.in"], Status.PASS),
        ([".shop.in", "localhost"], Status.PASS),
        (["*"], Status.FAIL),
        (["api.shop.in", "*"], Status.FAIL),
        ([], Status.FAIL),
        ([""], Status.FAIL),
        (["yourdomain.com", "127.0.0.1", "[::1]"], Status.FAIL),
        ("api.shop.in", Status.FAIL),
    ],
)
def test_allowed_hosts(judge, make_environment, make_variables, hosts, status):
    assert judge(make_environment({"A": "1"}), make_variables("A"), ALLOWED_HOSTS=hosts).status is status


def test_allowed_hosts_unknown(judge, make_settings, make_environment, make_variables):
    environment, variables = make_environment({"A": "1"}), make_variables("A")
    assert judge(environment, variables, ALLOWED_HOSTS=make_settings.unknown()).status is Status.UNKNOWN
    assert judge(environment, variables, ALLOWED_HOSTS=make_settings.partly(["api.shop.in"])).status is Status.UNKNOWN
    assert judge(environment, variables, ALLOWED_HOSTS=make_settings.partly(["*"])).status is Status.FAIL
    assert judge(environment, variables, ALLOWED_HOSTS=make_settings.choice(["*"], ["api.shop.in"])).status is Status.UNKNOWN


PLACEHOLDERS = [
    *(
        "changeme",
        "change-me-please",
        "your_api_key",
        "your-secret",
        "yourdomain.com",
        "https://yourdomain.com/x",
        "xxx",
        "XXXXXXXX",
        "sk_live_xxxxxxxx",
    ),
    *(
        "<your key>",
        "<password>",
        "postgres://<user>:<password>@host/db",
        "replace_me",
        "REPLACE_WITH_KEY",
        "todo",
        "placeholder",
        "https://www.example.com/",
    ),
    *(
        "...",
        "***",
        "postgres://user:password@db:5432/name",
        "insert-your-key-here",
        "{{ key }}",
        "my-secret-key",
        "!!!SET DJANGO_SECRET_KEY!!!",
        "put it here",
    ),
]
REAL = [
    *(
        "Rk3-vault-91",
        "postgres://shopper:Rk3@db.shop.in/shop",
        "Shop <orders@shop.in>",
        "a<b>c9-Zk$4!x",
        "https://shop.in",
        "True",
        "0",
        "production",
    ),
    *(
        "smtp.mailgun.org",
        "youth-club",
        "exchange",
        "maxxx9Kd",
        "hello world",
        "redis://cache:6379/0",
        "api.shop.in,m.shop.in",
        "your"[:3] + "k-hotel",
    ),
]


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholders(value):
    assert is_placeholder(value)


@pytest.mark.parametrize("value", REAL)
def test_real_values(value):
    assert not is_placeholder(value)


@pytest.mark.parametrize("text", ["a" * 100_000, "<" * 50_000, "your" * 20_000, "x-" * 50_000, "://" * 30_000, "change " * 20_000])
def test_long_values_end(text):
    is_placeholder(text)
    assert not is_weak("SECRET", text)
    is_credential("SECRET", text)
