"""Planted faults and harmless rewrites of database settings, through the evaluator."""

import pytest

BASE = """
import os
from pathlib import Path
DEBUG = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shop",
        "USER": os.environ["DB_USER"],
        "PASSWORD": os.environ["DB_PASSWORD"],
        "HOST": os.environ["DB_HOST"],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "options": "-c statement_timeout=15000", "sslmode": "require"},
    }
}
"""
ENV = {"DB_USER": "shopper", "DB_PASSWORD": "Rk3-vault-91", "DB_HOST": "db.shop.in"}
URL = {"DATABASE_URL": "postgres://shopper:Rk3-vault-91@db.shop.in:5432/shop"}
ENVIRON = "import environ\nenv = environ.Env()\n"


def change(old, new):
    assert old in BASE
    return BASE.replace(old, new)


POSTGRESQL = [
    ("database.sqlite", change("django.db.backends.postgresql", "django.db.backends.sqlite3"), ENV),
    ("database.sqlite", BASE + 'DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"\n', ENV),
    ("database.sqlite", BASE + 'DATABASES["default"].update(ENGINE="django.db.backends.sqlite3", NAME="db.sqlite3")\n', ENV),
    ("database.sqlite", change('"ENGINE": "django.db.backends.postgresql"', '"ENGINE": os.getenv("DB_ENGINE", "django.db.backends.sqlite3")'), ENV),
    ("database.sqlite", ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}\n', {}),
    ("database.sqlite", BASE + 'if not os.getenv("USE_POSTGRES"):\n    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n', ENV),
    ("database.other-engine", change("django.db.backends.postgresql", "django.db.backends.mysql"), ENV),
    ("database.no-database", "DEBUG = False\n", {}),
    ("database.no-database", "DATABASES = {}\n", {}),
    ("database.no-name", change('"NAME": "shop"', '"NAME": os.getenv("DB_NAME", "")'), ENV),
    ("database.no-host", change('        "HOST": os.environ["DB_HOST"],\n', ""), ENV),
    ("database.ssl-disabled", change('"require"', '"disable"'), ENV),
    ("database.ssl-disabled", change('"require"', 'os.getenv("DB_SSLMODE", "require")'), {**ENV, "DB_SSLMODE": "disable"}),
    (None, BASE, ENV),
    (None, change("django.db.backends.postgresql", "django.db.backends.postgresql_psycopg2"), ENV),
    (None, change('"django.db.backends.postgresql"', '"django.db.backends." + "postgresql"'), ENV),
    (None, change('"ENGINE": "django.db.backends.postgresql"', "\"ENGINE\": f\"django.db.backends.{os.getenv('DB_KIND', 'postgresql')}\""), ENV),
    (None, ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL")}\n', URL),
    (None, ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///db.sqlite3")}\n', URL),
    (None, "import dj_database_url\nDATABASES = {'default': dj_database_url.config(conn_max_age=600)}\n", URL),
    (None, BASE + 'if os.getenv("USE_SQLITE") == "1":\n    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}\n', ENV),
    (None, change('os.environ["DB_HOST"]', 'os.getenv("DB_HOST", "localhost")'), ENV),
    (None, BASE.replace("DATABASES = {", "DATABASES = dict(**{").replace("    }\n}\n", "    }\n})\n"), ENV),
    (..., change('"ENGINE": "django.db.backends.postgresql"', '"ENGINE": os.environ["DB_ENGINE"]'), ENV),
    (..., "from acme import databases\nDATABASES = databases()\n", ENV),
]


@pytest.mark.parametrize(("expected", "source", "env"), POSTGRESQL)
def test_postgresql(expect, expected, source, env):
    expect("database.postgresql", expected, source, env)


PASSWORD = 'os.environ["DB_PASSWORD"]'
CREDENTIALS = [
    ("database.literal-password", change(PASSWORD, '"Rk3-vault-91"'), ENV),
    ("database.literal-password", BASE + 'DATABASES["default"]["PASSWORD"] = "Rk3-vault-91-x"\n', ENV),
    ("database.literal-password", change(PASSWORD, '"Rk3-" + "literal"'), ENV),
    ("database.literal-password", "WORD = 'Rk3-literal'\n" + change(PASSWORD, "WORD"), ENV),
    (
        "database.literal-password",
        BASE + 'if os.environ["STAGE"] == "live":\n    DATABASES["default"]["PASSWORD"] = "Rk3-literal"\n',
        {**ENV, "STAGE": "live"},
    ),
    ("database.default-password", change(PASSWORD, 'os.getenv("DB_PASSWORD", "postgres")'), {"DB_USER": "s", "DB_HOST": "d"}),
    ("database.default-password", change(PASSWORD, 'os.getenv("DB_PASSWORD", "postgres")'), ENV),
    ("database.default-password", change(PASSWORD, 'os.environ.get("DB_PASSWORD") or "postgres"'), ENV),
    ("database.default-password", ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL", default="postgres://a:lit-word@db.in/shop")}\n', URL),
    ("database.missing-password", change(PASSWORD, 'os.getenv("DB_PASSWORD", "")'), {"DB_USER": "s", "DB_HOST": "d"}),
    (
        "database.literal-password",
        "import os, dj_database_url\nDATABASES = {'default': dj_database_url.parse('postgres://shop:lit-word@db.in/shop')}\n",
        {},
    ),
    (None, BASE, ENV),
    (None, change(PASSWORD, 'os.getenv("DB_PASSWORD")'), ENV),
    (None, change(PASSWORD, 'os.getenv("DB_PASSWORD", "")'), ENV),
    (None, change(PASSWORD, 'os.environ["DB_PASSWORD"].strip()'), ENV),
    (None, ENVIRON + change(PASSWORD, 'env("DB_PASSWORD")'), ENV),
    (None, ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL")}\n', URL),
    (None, "import os\nfrom urllib.parse import urlparse\n" + change(PASSWORD, 'urlparse(os.environ["DATABASE_URL"]).password'), {**ENV, **URL}),
    (None, BASE + "def word(name):\n    return os.environ[name]\nDATABASES['default']['PASSWORD'] = word('DB_PASSWORD')\n", ENV),
    (None, BASE + 'DATABASES["default"] |= {"PASSWORD": os.environ["DB_PASSWORD"]}\n', ENV),
    (..., BASE, {"DB_USER": "s", "DB_HOST": "d"}),
]


@pytest.mark.parametrize(("expected", "source", "env"), CREDENTIALS)
def test_credentials(expect, expected, source, env):
    expect("database.credentials-in-env", expected, source, env)


POOLING = [
    ("database.no-pooling", change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": 0'), ENV),
    ("database.no-pooling", change('        "CONN_MAX_AGE": 60,\n', ""), ENV),
    ("database.no-pooling", change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": int(os.getenv("AGE", "0"))'), ENV),
    ("database.no-pooling", change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": int(os.getenv("AGE", "60"))'), {**ENV, "AGE": "0"}),
    ("database.no-pooling", BASE + 'del DATABASES["default"]["CONN_MAX_AGE"]\n', ENV),
    ("database.no-pooling", BASE + 'DATABASES["default"]["CONN_MAX_AGE"] = 600 if DEBUG else 0\n', ENV),
    ("database.no-pooling", BASE + 'DATABASES["default"].pop("CONN_MAX_AGE")\n', ENV),
    ("database.no-pooling", "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n", URL),
    (None, BASE, ENV),
    (None, change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": None'), ENV),
    (None, change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": 10 * 60'), ENV),
    (None, change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": int(os.getenv("AGE", "60"))'), ENV),
    (None, change('        "CONN_MAX_AGE": 60,\n', "") + 'DATABASES["default"]["CONN_MAX_AGE"] = 60\n', ENV),
    (None, change('        "CONN_MAX_AGE": 60,\n', "") + 'DATABASES["default"]["OPTIONS"]["pool"] = True\n', ENV),
    (None, "import dj_database_url\nDATABASES = {'default': dj_database_url.config(conn_max_age=600)}\n", URL),
    (None, ENVIRON + 'DATABASES = {"default": env.db()}\nDATABASES["default"]["CONN_MAX_AGE"] = env.int("AGE", default=60)\n', URL),
    (..., change('"CONN_MAX_AGE": 60', '"CONN_MAX_AGE": int(os.environ["AGE"])'), ENV),
]


@pytest.mark.parametrize(("expected", "source", "env"), POOLING)
def test_pooling(expect, expected, source, env):
    expect("database.connection-pooling", expected, source, env)


TIMEOUTS = [
    ("database.connect-timeout", "database.no-connect-timeout", change('"connect_timeout": 5, ', "")),
    ("database.connect-timeout", "database.no-connect-timeout", change('"connect_timeout": 5', '"connect_timeout": 0')),
    ("database.connect-timeout", "database.no-connect-timeout", BASE + 'DATABASES["default"]["OPTIONS"] = {}\n'),
    ("database.connect-timeout", "database.no-connect-timeout", BASE + 'DATABASES["default"].pop("OPTIONS")\n'),
    ("database.statement-timeout", "database.no-statement-timeout", change("statement_timeout=15000", "statement_timeout=0")),
    ("database.statement-timeout", "database.no-statement-timeout", change("statement_timeout=15000", "lock_timeout=15000")),
    ("database.statement-timeout", "database.no-statement-timeout", change('"options": "-c statement_timeout=15000", ', "")),
    ("database.health-checks", "database.no-health-checks", change('        "CONN_HEALTH_CHECKS": True,\n', "")),
    ("database.health-checks", "database.no-health-checks", change('"CONN_HEALTH_CHECKS": True', '"CONN_HEALTH_CHECKS": DEBUG')),
    ("database.connect-timeout", None, BASE),
    ("database.connect-timeout", None, change('"connect_timeout": 5', '"connect_timeout": int(os.getenv("T", "5"))')),
    ("database.connect-timeout", None, change('"connect_timeout": 5, ', "") + 'DATABASES["default"]["OPTIONS"]["connect_timeout"] = 3\n'),
    ("database.connect-timeout", None, change('"connect_timeout": 5, ', "") + 'DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 3)\n'),
    ("database.statement-timeout", None, BASE),
    ("database.statement-timeout", None, "LIMIT = 5_000\n" + change('"-c statement_timeout=15000"', 'f"-c statement_timeout={LIMIT}"')),
    ("database.statement-timeout", None, change('"-c statement_timeout=15000"', '"-c search_path=shop " + "-c statement_timeout=%d" % 5000')),
    ("database.health-checks", None, BASE),
    ("database.health-checks", None, change('"CONN_HEALTH_CHECKS": True', '"CONN_HEALTH_CHECKS": not DEBUG')),
    ("database.statement-timeout", ..., change('"-c statement_timeout=15000"', 'os.environ["DB_OPTIONS"]')),
]


@pytest.mark.parametrize(("check", "expected", "source"), TIMEOUTS)
def test_timeouts(expect, check, expected, source):
    expect(check, expected, source, ENV)
