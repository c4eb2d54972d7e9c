import pytest

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


def test_keys_by_the_pinned_version(answer):
    def keys(version):
        value = answer("dj_database_url", lambda package: package.parse("postgres://h/d"), versions={"dj-database-url": version})
        return None if isinstance(value, Unknown) else {"CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"} & set(value.entries)

    assert keys("3.0.1") == {"CONN_HEALTH_CHECKS", "DISABLE_SERVER_SIDE_CURSORS"}
    assert keys("2.1.0") == {"CONN_HEALTH_CHECKS"}
    assert keys("1.0.0") == set()
    assert keys("0.5.0") is None


def test_options_that_are_not_known(answer):
    assert isinstance(answer("dj_database_url", lambda package: package.parse("postgres://h/d", conn_max_age=Unknown("x"))), Unknown)
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
