import pytest

from ready_gate.facts.python.values import Choice, Items, Scalar, Table, Unknown

WORDS = ["True", "true", "TRUE", "1", "0", "2", "-1", "on", "ok", "OK ", " yes", "y", "t", "off", "False", "no", "", "None", "1.0", " 1 "]
READS = [
    lambda env: env("X"),
    lambda env: env("X", default="other"),
    lambda env: env("X", cast=str),
    lambda env: env("X", cast=bool, default=False),
    lambda env: env("X", default=None),
    lambda env: env.str("X"),
    lambda env: env.bool("X"),
    lambda env: env.bool("X", default=True),
    lambda env: env.int("X", default=5),
    lambda env: env.float("X", default=0.5),
    lambda env: env.list("X", default=[]),
    lambda env: env.tuple("X", default=()),
    lambda env: env.list("X", cast=int, default=[3]),
    lambda env: env("X", cast=[str]),
    lambda env: env("X", cast=(int,)),
    lambda env: env.dict("X", default={}),
    lambda env: env("X", cast={"value": int, "cast": {"a": str}}),
    lambda env: env.json("X", default={"a": 1}),
    lambda env: env.bytes("X", default=b"x"),
    lambda env: env("X", default=7),
    lambda env: env("X", default=True),
    lambda env: env("X", default=["a"]),
    lambda env: env("X", cast=lambda text: text.upper()),
    lambda env: env("X", cast=bool, default="True"),
    lambda env: env.url("X", default="https://a.example/b?c=d"),
    lambda env: env.str("X", multiline=True),
    lambda env: env.str("X", choices=["1", "a"]),
]
TEXTS = [
    None,
    "",
    "1",
    "a",
    "a,b",
    "a,,b,",
    "(1,2)",
    "a=1,b=2",
    "a=1;b=2",
    "a=x;b=2",
    "1,234.5",
    "12.5",
    '{"a": [1, 2]}',
    "[1]",
    "a\\nb",
    "$Y",
    "$Z",
    "True",
]


@pytest.mark.parametrize("word", WORDS)
def test_truth_words(agree, word):
    agree("environ", lambda environ: environ.Env().bool("X"), {"X": word})
    agree("environ", lambda environ: environ.Env(X=(bool, True))("X"), {"X": word})


@pytest.mark.parametrize("text", TEXTS, ids=repr)
@pytest.mark.parametrize("number", range(len(READS)))
def test_reads_as_the_library_does(agree, number, text):
    variables = {"Y": "12", **({} if text is None else {"X": text})}
    agree("environ", lambda environ: READS[number](environ.Env()), variables)


@pytest.mark.parametrize(
    "scheme",
    [
        {"X": bool},
        {"X": (bool, False)},
        {"X": (int, 3)},
        {"X": (list, [])},
        {"X": (str, "there")},
        {"X": (bool,)},
        {"X": list},
        {"X": (float, 1.5)},
    ],
    ids=repr,
)
@pytest.mark.parametrize("text", [None, "1", "a,b", "off", "2.5"], ids=repr)
def test_scheme(agree, scheme, text):
    variables = {} if text is None else {"X": text}
    agree("environ", lambda environ: environ.Env(**scheme)("X"), variables)
    agree("environ", lambda environ: environ.Env(**scheme).str("X"), variables)
    agree("environ", lambda environ: environ.Env(**scheme)("X", default=None), variables)


def test_prefix(agree):
    def read(environ):
        env = environ.Env(APP_X=(int, 3))
        env.prefix = "APP_"
        return env("X")

    agree("environ", read, {"APP_X": "4"})
    agree("environ", read, {"X": "4"})


def test_without_smart_cast(agree):
    def read(environ):
        env = environ.Env()
        env.smart_cast = False
        return env("X", default=3)

    agree("environ", read, {"X": "4"})


DATABASES = [
    "postgres://u:p%40ss@db.example:5432/shop",
    "postgresql://u:p@db/shop?sslmode=require&conn_max_age=60",
    "psql://u@/shop",
    "postgis://u:p@db/shop",
    "postgres://u:p@h1:5432,h2:5433/shop",
    "postgres:////var/run/postgresql/shop",
    "mysql://u:p@db:3306/shop?charset=utf8mb4",
    "sqlite:///db.sqlite3",
    "sqlite:////srv/db.sqlite3",
    "sqlite://:memory:",
    "sqlite://",
    "oracle://u:p@host:1521/sid",
    "oracle://u:p@tns",
    "mssql://u:p@h/db",
    "nonsense",
    "",
    "cockroachdb://root@h:26257/d",
    "postgres://u:p#w@h:5/d",
    "redshift://u:p@h:5439/d?CONN_HEALTH_CHECKS=True",
    "custom.backend://u:p@h/d",
]


@pytest.mark.parametrize("address", DATABASES)
@pytest.mark.filterwarnings("ignore")
def test_databases(agree, address):
    agree("environ", lambda environ: environ.Env().db(), {"DATABASE_URL": address})
    agree("environ", lambda environ: environ.Env().db_url("DB", default=address))
    agree("environ", lambda environ: environ.Env().db(engine="some.engine"), {"DATABASE_URL": address})


CACHES = [
    "locmemcache://",
    "memcache://127.0.0.1:11211,10.0.0.1:11211",
    "filecache:///var/tmp",
    "dummycache://",
    "dbcache://table",
    "memcache:///tmp/m.sock",
]


@pytest.mark.parametrize("address", [*CACHES, "nonsense://", "filecache:///var/tmp?timeout=30&max_entries=5"])
def test_caches(agree, address):
    agree("environ", lambda environ: environ.Env().cache(), {"CACHE_URL": address})
    agree("environ", lambda environ: environ.Env().cache("C", default=address))


@pytest.mark.parametrize("address", ["redis://h:6379/1", "rediscache://h:6379/1", "rediss://:p@h:6379", "redis:///tmp/r.sock"])
def test_redis_is_one_of_two_backends(agree, answer, address):
    agree("environ", lambda environ: environ.Env().cache(backend="my.Cache"), {"CACHE_URL": address})
    agree("environ", lambda environ: environ.Env().cache()["LOCATION"], {"CACHE_URL": address})
    value = answer("environ", lambda environ: environ.Env().cache(), {"CACHE_URL": address})
    assert isinstance(value, Table)
    assert isinstance(value.entries["BACKEND"], Choice)


@pytest.mark.parametrize("installed", [True, False])
def test_redis_backend_by_what_is_installed(answer, installed):
    value = answer("environ", lambda environ: environ.Env().cache(), {"CACHE_URL": "redis://h/1?timeout=3"}, packages={"django_redis": installed})
    backend = value.entries["BACKEND"]
    assert isinstance(backend, Scalar)
    assert (backend.value == "django_redis.cache.RedisCache") is installed
    assert ("TIMEOUT" in value.entries) is installed


@pytest.mark.parametrize(
    "address",
    [
        "smtp://u:p@mail.example:25",
        "smtps://u%40x:p%2F@mail.example:587",
        "smtp+ssl://u:p@m:465",
        "consolemail://",
        "filemail:///tmp/x",
        "x://",
        "smtp+tls://m?a=1",
    ],
)
def test_email(agree, address):
    agree("environ", lambda environ: environ.Env().email(), {"EMAIL_URL": address})
    agree("environ", lambda environ: environ.Env().email_url("E", default=address))


@pytest.mark.parametrize("address", ["redis://h:6379/0", "rediss+pubsub://h:6379/0", "inmemory://", "x://"])
def test_channels(agree, address):
    agree("environ", lambda environ: environ.Env().channels("CH"), {"CH": address})


def test_paths(agree):
    for step in (
        lambda environ: environ.Path("/srv/app/config/settings.py") - 3,
        lambda environ: environ.Path("/srv/app/") + "x",
        lambda environ: ~environ.Path("/srv/app"),
        lambda environ: environ.Path("/srv/app").path("a", "../b"),
        lambda environ: environ.Path("/srv/app")("a", "b"),
        lambda environ: environ.Path("/srv/app/x.py", is_file=True),
        lambda environ: environ.Path("/srv/app").root,
        lambda environ: environ.Env().path("X", default="/srv/x/.."),
    ):
        agree("environ", step)


def test_relative_path_is_not_known(answer):
    assert isinstance(answer("environ", lambda environ: environ.Path("app")), Unknown)


FILE = """
# a comment
A=1
export B="two words"
C='single'
D=a # not a comment
E="a\\nb\\$c"
=broken
F
G=
B2='x'y
H="q" # c
"""


@pytest.mark.parametrize("comments", [True, False])
@pytest.mark.parametrize("name", ["A", "B", "C", "D", "E", "F", "G", "B2", "H"])
def test_read_env(agree, tmp_path, name, comments):
    (tmp_path / ".env").write_text(FILE)
    path = str(tmp_path / ".env")

    def read(environ):
        environ.Env.read_env(path, parse_comments=comments)
        return environ.Env()(name, default="none")

    agree("environ", read, {"C": "from production"})


@pytest.mark.parametrize(("pinned", "value"), [("0.10.0", "a#b # c"), ("0.11.0", "a"), ("0.11.2", "a"), ("0.12.0", "a#b # c"), (None, "a#b # c")])
def test_comments_by_the_pinned_version(answer, tmp_path, pinned, value):
    (tmp_path / ".env").write_text("A=a#b # c\n")

    def read(environ):
        environ.Env.read_env(str(tmp_path / ".env"))
        return environ.Env()("A")

    assert answer("environ", read, versions={"django-environ": pinned} if pinned else {}).value == value


def test_read_env_overwrites(agree, tmp_path):
    (tmp_path / ".env").write_text("A=file")

    def read(environ):
        env = environ.Env()
        env.read_env(tmp_path / ".env", overwrite=True)
        return env("A")

    agree("environ", read, {"A": "production"})


def test_read_env_beside_the_caller(answer, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / ".env").write_text("A=beside")

    def read(environ):
        environ.Env.read_env()
        return environ.Env()("A")

    value = answer("environ", read)
    assert value.value == "beside"
    assert str(value.origins[0]) == "shop/.env:1"


def test_absent_file_changes_nothing(answer, tmp_path):
    def read(environ):
        environ.Env.read_env(tmp_path / "none")
        return environ.Env()("A", default="x")

    assert answer("environ", read).value == "x"


def test_file_aware(agree, answer, tmp_path):
    (tmp_path / "secret").write_text("from the file\n")
    agree("environ", lambda environ: environ.FileAwareEnv()("KEY"), {"KEY": "direct"})
    agree("environ", lambda environ: environ.FileAwareEnv()("KEY"), {"KEY_FILE": str(tmp_path / "secret"), "KEY": "direct"})
    value = answer("environ", lambda environ: environ.FileAwareEnv()("KEY"), {"KEY_FILE": "/run/secrets/key"})
    assert isinstance(value, Unknown)
    assert [read.name for read in value.reads if read.kind == "file"] == ["/run/secrets/key"]


def test_reads_are_noted(answer):
    value = answer("environ", lambda environ: environ.Env().bool("DEBUG", default=False))
    assert [(read.name, read.present) for read in value.reads] == [("DEBUG", False)]
    value = answer("environ", lambda environ: environ.Env().list("HOSTS"), {"HOSTS": "a,b"})
    assert isinstance(value, Items)
    assert {read.name for item in value.items for read in item.reads} == {"HOSTS"}


def test_unknown_without_default(answer):
    assert isinstance(answer("environ", lambda environ: environ.Env()("SECRET_KEY")), Unknown)


def test_own_mapping_is_not_guessed(answer):
    def read(environ):
        env = environ.Env()
        env.ENVIRON = {"A": "x"}
        return env("A", default="y")

    assert isinstance(answer("environ", read), Unknown)
