"""`dj_database_url`, `dj_email_url` and `django_cache_url`: settings from the address of a service."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlparse, urlsplit

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import RAISED, NotKnownError, lift, plain, text_of
from ready_gate.facts.python.libraries.reading import look_up
from ready_gate.facts.python.values import Scalar, Table, Unknown, Value, scalar, unknown

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
OPTIONS = ("engine", "conn_max_age", "conn_health_checks", "disable_server_side_cursors", "ssl_require", "test_options")
# From which version on a key is there; where no version is pinned, the newest is installed.
SINCE = {"CONN_HEALTH_CHECKS": (1, 3), "DISABLE_SERVER_SIDE_CURSORS": (2, 2)}


def database(text: str, options: dict[str, object]) -> dict[str, object]:
    """The entry of DATABASES for an address, as the newest version makes it."""
    if text == "sqlite://:memory:":
        return {"ENGINE": ENGINES["sqlite"], "NAME": ":memory:"}
    url = urlsplit(text)
    query = {key: _option(values) for key, values in parse_qs(url.query).items()}
    config: dict[str, object] = {
        "ENGINE": ENGINES[url.scheme],
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": url.port or "",
        "NAME": unquote(url.path[1:]),
    }
    _adapt(url.scheme, config, query)
    if options.get("ssl_require"):
        query["sslmode"] = "require"
    config |= {"CONN_MAX_AGE": options.get("conn_max_age", 0), "CONN_HEALTH_CHECKS": options.get("conn_health_checks", False)}
    config["DISABLE_SERVER_SIDE_CURSORS"] = options.get("disable_server_side_cursors", False)
    config |= {"ENGINE": options["engine"]} if options.get("engine") else {}
    config |= {"TEST": options["test_options"]} if options.get("test_options") else {}
    return config | ({"OPTIONS": query} if query else {})


def _option(values: list[str]) -> object:
    def one(value: str) -> object:
        if value.isdigit():
            return int(value)
        return value.lower() == "true" if value.lower() in ("true", "false") else value

    return one(values[0]) if len(values) == 1 else [one(value) for value in values]


def _adapt(scheme: str, config: dict[str, object], options: dict[str, object]) -> None:
    """What single databases want otherwise."""
    if scheme == "sqlite" and not config["NAME"]:
        config["NAME"] = ":memory:"
    if scheme in ("oracle", "mssqlms", "mssql"):
        config["PORT"] = str(config["PORT"])
    authority = options.pop("ssl-ca", None) if scheme in ("mysql", "mysql2") else None
    if authority:
        options["ssl"] = {"ca": authority}
    schema = options.pop("currentSchema", None) if scheme in POSTGRES else None
    if schema:
        options["options"] = f"-c search_path={schema}"


def version(call: Call, distribution: str) -> tuple[int, ...] | None:
    """The pinned version, as far as it is numbers."""
    pinned = call.run.pinned(distribution)
    return tuple(int(part) for part in re.findall(r"\d{1,6}", pinned)[:3]) or None if pinned else None


def database_value(call: Call, address: Value, options: dict[str, object]) -> Value:
    """The abstract entry for an abstract address, by the version that is pinned."""
    text, pinned = text_of(address), version(call, "dj-database-url")
    if text is None:
        missing = next((read.name for read in address.reads if not read.present), "")
        none = f"{missing} is not set in the production environment, and no database can be read from None" if missing else "its address is not known"
        return unknown(address.reason if isinstance(address, Unknown) else none, address, at=call.at)
    if pinned is not None and pinned < (1,):
        return unknown("an old version of dj-database-url, which is not followed", address, at=call.at)
    try:
        config = database(text, options)
    except RAISED:
        return unknown("dj_database_url cannot read the address", address, at=call.at)
    for key, since in SINCE.items():
        if pinned is not None and pinned < since:
            config.pop(key, None)
    return lift(config, address, *call.sources(), at=call.at)


def _options(call: Call, skipped: int) -> dict[str, object] | None:
    """The options after the first arguments; None where one of them is not known."""
    given: dict[str, Value] = dict(zip(OPTIONS, call.args[skipped:], strict=False))
    given.update({name: value for name, value in call.keywords.items() if name in OPTIONS})
    try:
        return None if call.open else {name: plain(value) for name, value in given.items()}
    except NotKnownError:
        return None


@models("dj_database_url.parse")
def parse_database(call: Call) -> Value:
    """`parse(url, engine, conn_max_age, …)`."""
    address, options = call.argument(0, "url"), _options(call, 1)
    if address is None or options is None:
        return call.unknown("the options of dj_database_url.parse are not known")
    return database_value(call, address, options)


@models("dj_database_url.config")
def configure_database(call: Call) -> Value:
    """`config(env="DATABASE_URL", default=None, …)`; an empty dict where neither says anything."""
    return _configured(call, "DATABASE_URL", Scalar(None), _options(call, 2), database_value)


def _configured(
    call: Call, variable: str, fallback: Value, options: dict[str, object] | None, parse: Callable[[Call, Value, dict[str, object]], Value]
) -> Value:
    default = call.argument(1, "default")
    if options is None or call.open:
        return call.unknown(f"the options of {call.name} are not known")
    found = look_up(call, call.argument(0, "env") or variable, fallback if default is None else default)
    if isinstance(found.value, Scalar) and not found.value.value:
        return Table({}, origins=(*found.value.origins, call.at), reads=found.value.reads)
    return found.value if isinstance(found.value, Unknown) else parse(call, found.value, options)


SMTP = "django.core.mail.backends.smtp.EmailBackend"
EMAILS = {
    **dict.fromkeys(("smtp", "submission", "submit", "smtps"), SMTP),
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
    "dummy": "django.core.mail.backends.dummy.EmailBackend",
}
TRUTHY = "1 y Y yes Yes YES t T true True TRUE on On ON".split()  # noqa: SIM905


def email(text: str, _: object = None) -> dict[str, object]:
    """The EMAIL settings of an address."""
    url = urlparse(text)
    query = parse_qs(url.query)
    config: dict[str, object] = {
        "EMAIL_FILE_PATH": url.path[1:].split("?", 2)[0],
        "EMAIL_HOST_USER": unquote(url.username) if url.username else url.username,
        "EMAIL_HOST_PASSWORD": unquote(url.password) if url.password else url.password,
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port,
        "EMAIL_USE_SSL": False,
        "EMAIL_USE_TLS": url.scheme in ("smtps", "submission", "submit"),
        "EMAIL_TIMEOUT": int(query["timeout"][0]) if "timeout" in query else None,
    }
    if url.scheme in EMAILS:
        config["EMAIL_BACKEND"] = EMAILS[url.scheme]
    if url.scheme == "smtp":
        config |= {"EMAIL_HOST": config["EMAIL_HOST"] or "localhost", "EMAIL_PORT": config["EMAIL_PORT"] or 25}
    if url.scheme in ("submission", "submit"):
        config["EMAIL_PORT"] = config["EMAIL_PORT"] or 587
    for name, other in (("ssl", "tls"), ("tls", "ssl")):
        if name in query and not (name == "tls" and "ssl" in query) and query[name][0] in TRUTHY:
            config |= {f"EMAIL_USE_{name.upper()}": True, f"EMAIL_USE_{other.upper()}": False}
    extra = {"SERVER_EMAIL": "_server_email", "DEFAULT_FROM_EMAIL": "_default_from_email"}
    return config | {setting: query[key][0] for setting, key in extra.items() if key in query}


CACHE = "django.core.cache.backends."
CACHES = {
    "db": CACHE + "db.DatabaseCache",
    "dummy": CACHE + "dummy.DummyCache",
    "elasticache": "django_elasticache.memcached.ElastiCache",
    "file": CACHE + "filebased.FileBasedCache",
    "locmem": CACHE + "locmem.LocMemCache",
    "uwsgicache": "uwsgicache.UWSGICache",
    "memcached": CACHE + "memcached.PyLibMCCache",
    "djangopylibmc": "django_pylibmc.memcached.PyLibMCCache",
    "pymemcached": CACHE + "memcached.MemcachedCache",
    "pymemcache": CACHE + "memcached.PyMemcacheCache",
    **dict.fromkeys(("redis", "rediss"), CACHE + "redis.RedisCache"),
}


def cache(text: str, _: object = None) -> dict[str, object]:
    """The entry of CACHES for an address; `hiredis` and chosen libraries are not followed."""
    url = urlparse(text)
    arguments = {key.upper(): ";".join(values) for key, values in parse_qs(url.query).items()}
    if url.scheme not in CACHES or "LIB" in arguments:
        raise ValueError("a scheme or library that is not followed")
    config: dict[str, object] = {"BACKEND": CACHES[url.scheme]}
    if url.netloc:
        config["LOCATION"] = ";".join(url.netloc.split(","))
        if url.scheme in ("redis", "rediss"):
            secret = f":{url.password}@" if url.password else ""
            config["LOCATION"] = f"{url.scheme}://{secret}{url.hostname}:{url.port or 6379}/{url.path[1:] or '0'}"
    elif url.scheme in ("memcached", "pymemcached", "pymemcache", "djangopylibmc"):
        config["LOCATION"] = "unix://" + url.path
    elif url.scheme == "redis":
        raise ValueError("a socket, which is not followed")
    else:
        config["LOCATION"] = url.path
    if url.scheme == "uwsgicache":
        config["LOCATION"] = config["LOCATION"] or "default"
    limits = {key: int(arguments.pop(key)) for key in ("MAX_ENTRIES", "CULL_FREQUENCY") if key in arguments}
    return config | ({"OPTIONS": limits} if limits else {}) | arguments


PARSERS: dict[str, tuple[str, str, str | None, Callable[[str], dict[str, object]]]] = {
    "dj_email_url": ("dj-email-url", "EMAIL_URL", None, email),
    "django_cache_url": ("django-cache-url", "CACHE_URL", "locmem://", cache),
}


def service_value(call: Call, address: Value, package: str) -> Value:
    """The abstract settings of an abstract address."""
    text = text_of(address)
    if text is None:
        return unknown("the service of an address that is not known", address, at=call.at)
    pinned = version(call, PARSERS[package][0])
    if package == "django_cache_url" and pinned is not None and pinned < (3, 3) and "redis" in text:
        return unknown("an old version of django-cache-url, which is not followed", address, at=call.at)
    try:
        return lift(PARSERS[package][3](text), address, at=call.at)
    except RAISED:
        return unknown(f"{package} cannot read the address", address, at=call.at)


MODELS.constants["dj_database_url.DEFAULT_ENV"] = "DATABASE_URL"
MODELS.constants |= {f"{package}.DEFAULT_ENV": parts[1] for package, parts in PARSERS.items()}


@models(*(f"{package}.parse" for package in PARSERS))
def parse_service(call: Call) -> Value:
    """`parse(url)`."""
    address = call.argument(0, "url")
    return call.unknown("no address") if address is None else service_value(call, address, call.name.partition(".")[0])


@models(*(f"{package}.config" for package in PARSERS))
def configure_service(call: Call) -> Value:
    """`config(env=…, default=…)`."""
    package = call.name.partition(".")[0]
    _, variable, fallback, _ = PARSERS[package]
    return _configured(call, variable, scalar(fallback, at=call.at), {}, lambda inner, address, _: service_value(inner, address, package))
