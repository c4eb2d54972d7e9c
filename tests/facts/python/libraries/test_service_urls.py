import pytest

from ready_gate.facts.python.libraries.lifting import plain
from ready_gate.facts.python.values import Unknown

DATABASES = [
    "postgres://u:p%40ss@db.example:5432/shop",
    "postgresql://u:p@db/shop?sslmode=require&currentSchema=app&a=1&a=2&b=true",
    "pgsql://u@/shop",
    "postgis://u:p@%2Fvar%2Frun/shop",
    "timescale://u:p@h/d",
    "mysql://u:p@db:3306/shop?ssl-ca=/etc/ca.pem&charset=utf8",
    "sqlite:///db.sqlite3",
    "sqlite://:memory:",
    "sqlite://",
    "oracle://u:p@host:1521/sid",
    "mssql://u:p@h/db",
    "cockroach://u:p@h:26257/d",
    "redshift://u:p@h:5439/d",
    "nonsense://x",
    "postgres://u:p@h:notaport/d",
    "postgres://[::1]/d",
    "",
]


@pytest.mark.parametrize("address", DATABASES)
def test_databases(agree, address):
    agree("dj_database_url", lambda package: package.parse(address))
    agree("dj_database_url", lambda package: package.config(), {"DATABASE_URL": address})
    agree("dj_database_url", lambda package: package.config(default=address, conn_max_age=600, ssl_require=True, conn_health_checks=True))
    agree("dj_database_url", lambda package: package.config("DB", engine="my.engine", test_options={"NAME": "t"}), {"DB": address})
    agree("dj_database_url", lambda package: package.parse(address, None, 5, True, True))


def test_nothing_set(agree):
    agree("dj_database_url", lambda package: package.config())


ADDRESS = "postgres://u:p@h:5432/d?connect_timeout=5&a=1&a=2&ssl=true"


@pytest.mark.parametrize(
    ("version", "engine", "options", "keys"),
    [
        ("3.0.1", "postgresql", {"connect_timeout": 5, "a": [1, 2], "ssl": True}, {"CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}),
        ("2.3.0", "postgresql", {"connect_timeout": 5, "a": 2, "ssl": True}, {"CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}),
        ("2.1.0", "postgresql", {"connect_timeout": "5", "a": "2", "ssl": "true"}, {"CONN_HEALTH_CHECKS"}),
        ("1.0.0", "postgresql", {"connect_timeout": "5", "a": "2", "ssl": "true"}, set()),
        ("0.5.0", "postgresql_psycopg2", {"connect_timeout": "5", "a": "2", "ssl": "true"}, set()),
    ],
)
def test_what_the_pinned_version_makes(answer, version, engine, options, keys):
    def parsed(*arguments):
        value = answer("dj_database_url", lambda package: package.parse(ADDRESS, *arguments), versions={"dj-database-url": version})
        return plain(value)

    found = parsed()
    assert found["ENGINE"] == f"django.db.backends.{engine}"
    assert found["OPTIONS"] == options
    assert {"CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"} & set(found) == keys
    # The place of an option among the arguments moved as others came before it.
    assert parsed(None, 9, *([False] * len(keys)), True)["OPTIONS"]["sslmode"] == "require"


def test_an_encoded_host_of_old_versions(answer):
    def parsed(version):
        return answer("dj_database_url", lambda package: package.parse("postgres://%2Fvar%2Frun/d"), versions={"dj-database-url": version})

    assert parsed("3.0.0").entries["HOST"].value == "/var/run"
    assert isinstance(parsed("2.0.0"), Unknown)


def test_options_that_are_not_known(answer):
    def parsed(**options):
        return answer("dj_database_url", lambda package: package.parse("postgres://h/d?a=b", **options)).entries

    assert isinstance(parsed(conn_max_age=Unknown("x"))["CONN_MAX_AGE"], Unknown)
    assert isinstance(parsed(engine=Unknown("x"))["ENGINE"], Unknown)
    encrypted = parsed(ssl_require=Unknown("x"))
    assert encrypted["ENGINE"].value == "django.db.backends.postgresql"
    assert encrypted["OPTIONS"].rest
    assert list(encrypted["OPTIONS"].entries) == ["a"]
    assert isinstance(answer("dj_database_url", lambda package: package.config(default=Unknown("x"))), Unknown)


EMAILS = [
    "smtp://u:p@mail.example:2525/?ssl=True",
    "smtp://",
    "submission://u%40x:p%2F@mail.example",
    "smtps://m:1/?tls=1&timeout=9",
    "console://",
    "file:///tmp/x?_server_email=a@b&_default_from_email=c@d",
    "smtp://m/?tls=yes",
    "smtp://m/?ssl=no&tls=yes",
    "x://",
    "",
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", EMAILS)
def test_email(agree, address):
    agree("dj_email_url", lambda package: package.parse(address))
    agree("dj_email_url", lambda package: package.config(), {"EMAIL_URL": address})
    agree("dj_email_url", lambda package: package.config(default=address))


CACHES = [
    "locmem://",
    "locmem://name?max_entries=5&key_prefix=a&timeout=3",
    "db://table",
    "dummy://",
    "file:///var/tmp",
    "memcached://127.0.0.1:11211,10.0.0.1:11211",
    "memcached:///tmp/m.sock",
    "pymemcache://h:11211",
    "redis://h:6379/1",
    "rediss://:p@h/?timeout=5",
    "redis://u:p@h",
    "uwsgicache://",
    "x://",
]


@pytest.mark.parametrize("address", CACHES)
def test_caches(agree, address):
    agree("django_cache_url", lambda package: package.parse(address))
    agree("django_cache_url", lambda package: package.config(), {"CACHE_URL": address})
    agree("django_cache_url", lambda package: package.config("C"))


@pytest.mark.parametrize("address", ["hiredis://h/1", "redis:///tmp/r.sock", "redis://h/?lib=redis-cache"])
def test_rare_caches(agree, address):
    agree("django_cache_url", lambda package: package.parse(address), may_be_unknown=True)
