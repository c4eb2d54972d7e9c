"""`dj_database_url`: the entry of DATABASES from an address, as the pinned version makes it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from ready_gate.facts.python.libraries import MODELS, Call, models, version
from ready_gate.facts.python.libraries.lifting import RAISED, NotKnownError, lift, plain, text_of
from ready_gate.facts.python.libraries.reading import look_up
from ready_gate.facts.python.values import Scalar, Table, Unknown, Value, unknown

POSTGRES = ("postgres", "postgresql", "pgsql", "postgis", "redshift", "timescale", "timescalegis")
ENGINES = {
    **dict.fromkeys(("postgres", "postgresql", "pgsql"), "django.db.backends.postgresql"),
    "postgis": "django.contrib.gis.db.backends.postgis",
    "redshift": "django_redshift_backend",
    "timescale": "timescale.db.backends.postgresql",
    "timescalegis": "timescale.db.backends.postgis",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
    "mysql-connector": "mysql.connector.django",
    "mysqlgis": "django.contrib.gis.db.backends.mysql",
    "oraclegis": "django.contrib.gis.db.backends.oracle",
    "cockroach": "django_cockroachdb",
    "sqlite": "django.db.backends.sqlite3",
    "oracle": "django.db.backends.oracle",
    "mssqlms": "mssql",
    "mssql": "sql_server.pyodbc",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
}
NEWEST = (99,)  # what is installed where no version is pinned
OPTIONS = ("engine", "conn_max_age", "conn_health_checks", "disable_server_side_cursors", "ssl_require", "test_options")
# From which version on a key and an option are there.
SINCE = {"conn_health_checks": (1, 3), "disable_server_side_cursors": (2, 2)}
CONVERTED, LISTED = (2, 2), (3,)  # from when on values of the query are numbers and booleans, and all of several are kept
DJANGO_2 = (1,)  # from when on PostgreSQL's engine has the name of Django 2.0 and later


def database(text: str, options: dict[str, object], pinned: tuple[int, ...] = NEWEST) -> dict[str, object]:
    """The entry of DATABASES for an address; what an option holds that is not known stays as the abstract value."""
    if text == "sqlite://:memory:":
        return {"ENGINE": ENGINES["sqlite"], "NAME": ":memory:"}
    url = urlsplit(text)
    query = {key: _option(values, pinned) for key, values in parse_qs(url.query).items()}
    config: dict[str, object] = {
        "ENGINE": ENGINES[url.scheme],
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": _host(url, pinned),
        "PORT": url.port or "",
        "NAME": unquote(url.path[1:]),
    }
    if pinned < DJANGO_2 and config["ENGINE"] == "django.db.backends.postgresql":
        config["ENGINE"] = "django.db.backends.postgresql_psycopg2"
    _adapt(url.scheme, config, query, pinned)
    config["CONN_MAX_AGE"] = options.get("conn_max_age", 0)
    config |= {name.upper(): options.get(name, False) for name, since in SINCE.items() if pinned >= since}
    config |= {"ENGINE": options["engine"]} if options.get("engine") else {}
    config |= {"TEST": options["test_options"]} if options.get("test_options") else {}
    return _with_query(config, query, options.get("ssl_require"))


def _with_query(config: dict[str, object], query: dict[str, object], encrypted: object) -> dict[str, object]:
    if isinstance(encrypted, Value):
        known = lift(query)
        held = Table(known.entries if isinstance(known, Table) else {}, rest="whether sslmode is set is not known", reads=encrypted.reads)
        return config | {"OPTIONS": held}
    query |= {"sslmode": "require"} if encrypted else {}
    return config | ({"OPTIONS": query} if query else {})


def _host(url: SplitResult, pinned: tuple[int, ...]) -> str:
    if "%" in (url.hostname or "") and pinned < LISTED:
        raise ValueError("an encoded host, which versions read differently")
    return unquote(url.hostname or "")


def _option(values: list[str], pinned: tuple[int, ...]) -> object:
    def one(value: str) -> object:
        if value.isdigit():
            return int(value)
        return value.lower() == "true" if value.lower() in ("true", "false") else value

    if pinned < CONVERTED:
        return values[-1]
    return one(values[-1]) if len(values) == 1 or pinned < LISTED else [one(value) for value in values]


def _adapt(scheme: str, config: dict[str, object], options: dict[str, object], pinned: tuple[int, ...]) -> None:
    """What single databases want otherwise."""
    if scheme == "sqlite" and not config["NAME"]:
        config["NAME"] = ":memory:"
    if scheme in ("oracle", "mssqlms", "mssql") and (scheme == "oracle" or pinned >= DJANGO_2):
        config["PORT"] = str(config["PORT"])
    encrypted = ("mysql", "mysql2") if pinned >= LISTED else ("mysql",)
    authority = options.pop("ssl-ca", None) if scheme in encrypted else None
    if authority:
        options["ssl"] = {"ca": authority}
    schema = options.pop("currentSchema", None) if scheme in POSTGRES else None
    if schema:
        options["options"] = f"-c search_path={schema}"


def database_value(call: Call, address: Value, options: dict[str, object]) -> Value:
    """The abstract entry for an abstract address."""
    text = text_of(address)
    if text is None:
        missing = next((read.name for read in address.reads if not read.present), "")
        none = f"{missing} is not set in the production environment, and no database can be read from None" if missing else "its address is not known"
        return unknown(address.reason if isinstance(address, Unknown) else none, address, at=call.at)
    try:
        return lift(database(text, options, version(call.run, "dj-database-url") or NEWEST), address, *call.sources(), at=call.at)
    except RAISED:
        return unknown("dj_database_url cannot read the address", address, at=call.at)


def options_of(call: Call, skipped: int) -> dict[str, object] | None:
    """The options after the first arguments, those that are not known as they are; None where it is not known which are given."""
    pinned = version(call.run, "dj-database-url") or NEWEST
    names = [name for name in OPTIONS if pinned >= SINCE.get(name, ())]
    given: dict[str, Value] = dict(zip(names, call.args[skipped:], strict=False))
    given.update({name: value for name, value in call.keywords.items() if name in OPTIONS})
    return None if call.open else {name: _plain(value) for name, value in given.items()}


def _plain(value: Value) -> object:
    try:
        return plain(value)
    except NotKnownError:
        return value


MODELS.constants["dj_database_url.DEFAULT_ENV"] = "DATABASE_URL"


@models("dj_database_url.parse")
def parse_database(call: Call) -> Value:
    """`parse(url, engine, conn_max_age, …)`."""
    address, options = call.argument(0, "url"), options_of(call, 1)
    if address is None or options is None:
        return call.unknown("the options of dj_database_url.parse are not known")
    return database_value(call, address, options)


@models("dj_database_url.config")
def configure_database(call: Call) -> Value:
    """`config(env="DATABASE_URL", default=None, …)`; an empty dict where neither says anything."""
    return configured(call, "DATABASE_URL", Scalar(None), options_of(call, 2), database_value)


def configured(
    call: Call, variable: str, fallback: Value, options: dict[str, object] | None, parse: Callable[[Call, Value, dict[str, object]], Value]
) -> Value:
    """What `config()` gives: the settings of the variable's address, or of the default; an empty dict for none."""
    default = call.argument(1, "default")
    if options is None or call.open:
        return call.unknown(f"the options of {call.name} are not known")
    found = look_up(call, call.argument(0, "env") or variable, fallback if default is None else default)
    if isinstance(found.value, Scalar) and not found.value.value:
        return Table({}, origins=(*found.value.origins, call.at), reads=found.value.reads)
    return found.value if isinstance(found.value, Unknown) else parse(call, found.value, options)
