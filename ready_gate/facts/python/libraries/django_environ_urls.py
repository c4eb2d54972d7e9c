"""How django-environ turns service URLs into settings."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import zip_longest
from urllib.parse import ParseResult, parse_qs, quote, unquote, unquote_plus, urlparse, urlunparse

from ready_gate.facts.python.libraries import Call, models, version
from ready_gate.facts.python.libraries.django_environ import environment_of, get_value, is_known_env
from ready_gate.facts.python.libraries.lifting import RAISED, lift, parts
from ready_gate.facts.python.libraries.texts import url_text
from ready_gate.facts.python.values import Choice, Scalar, Symbol, Table, Value

POSTGRES = ("postgres", "postgresql", "psql", "pgsql", "postgis", "prometheus_postgresql", "prometheus_postgis")
DATABASES = {
    **dict.fromkeys(("postgres", "postgresql", "psql", "pgsql"), "django.db.backends.postgresql"),
    "postgis": "django.contrib.gis.db.backends.postgis",
    "prometheus_postgresql": "django_prometheus.db.backends.postgresql",
    "prometheus_postgis": "django_prometheus.db.backends.postgis",
    "cockroachdb": "django_cockroachdb",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
    "mysql-connector": "mysql.connector.django",
    "mysqlgis": "django.contrib.gis.db.backends.mysql",
    "prometheus_mysql": "django_prometheus.db.backends.mysql",
    "mssql": "mssql",
    "oracle": "django.db.backends.oracle",
    "pyodbc": "sql_server.pyodbc",
    "redshift": "django_redshift_backend",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
    "sqlite": "django.db.backends.sqlite3",
    "prometheus_sqlite": "django_prometheus.db.backends.sqlite3",
    "ldap": "ldapdb.backends.ldap",
}
DATABASE_OPTIONS = ("CONN_MAX_AGE", "ATOMIC_REQUESTS", "AUTOCOMMIT", "DISABLE_SERVER_SIDE_CURSORS", "CONN_HEALTH_CHECKS")
DJANGO_CACHE = "django.core.cache.backends."
REDIS = Choice(options=(Scalar("django_redis.cache.RedisCache"), Scalar(DJANGO_CACHE + "redis.RedisCache")))
PYMEMCACHE = Choice(options=(Scalar(DJANGO_CACHE + "memcached.PyMemcacheCache"), Scalar(DJANGO_CACHE + "memcached.PyLibMCCache")))
CACHES: dict[str, object] = {
    "dbcache": DJANGO_CACHE + "db.DatabaseCache",
    "dummycache": DJANGO_CACHE + "dummy.DummyCache",
    "filecache": DJANGO_CACHE + "filebased.FileBasedCache",
    "locmemcache": DJANGO_CACHE + "locmem.LocMemCache",
    "memcache": DJANGO_CACHE + "memcached.MemcachedCache",
    "pylibmc": DJANGO_CACHE + "memcached.PyLibMCCache",
    "pymemcache": PYMEMCACHE,
    **dict.fromkeys(("rediscache", "redis", "rediss", "valkey", "valkeys"), REDIS),
}
CACHE_OPTIONS = ("TIMEOUT", "KEY_PREFIX", "VERSION", "KEY_FUNCTION", "BINARY")
EMAILS = {
    **dict.fromkeys(("smtp", "smtps", "smtp+tls", "smtp+ssl"), "django.core.mail.backends.smtp.EmailBackend"),
    "consolemail": "django.core.mail.backends.console.EmailBackend",
    "filemail": "django.core.mail.backends.filebased.EmailBackend",
    "memorymail": "django.core.mail.backends.locmem.EmailBackend",
    "dummymail": "django.core.mail.backends.dummy.EmailBackend",
}
CHANNELS = {
    "inmemory": "channels.layers.InMemoryChannelLayer",
    "redis": "channels_redis.core.RedisChannelLayer",
    "rediss": "channels_redis.core.RedisChannelLayer",
    "redis+pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
    "rediss+pubsub": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


def _quoted(url: str) -> ParseResult:
    return urlparse(quote(url, safe=":/?&=@"))


def _cluster(netloc: str) -> tuple[str, str]:
    """Hosts and ports of a PostgreSQL cluster."""
    pairs: list[tuple[str, str]] = []
    for host in netloc.split(","):
        end = host.find("]") if host.startswith("[") else -1
        name, colon, port = host.rpartition(":")
        if host.startswith("["):
            pairs.append((host[: end + 1], host[end + 2 :]) if end != -1 and host[end + 1 : end + 2] == ":" else (host, ""))
        else:
            pairs.append((name, port) if colon and port.isdigit() else (host, ""))
    hosts, ports = zip_longest(*pairs)
    return ",".join(hosts), ",".join(port for port in ports if port)


def _database_parts(text: str) -> tuple[ParseResult, str]:
    try:
        url = urlparse(text)
    except ValueError:
        url = _quoted(text)
    if not url.path:
        url = _quoted(urlunparse(url))
    path = unquote_plus(url.path[1:].split("?", 2)[0])
    if url.scheme == "sqlite" and path == "":
        path = ":memory:"
    if url.scheme == "ldap":
        path = f"{url.scheme}://{url.hostname}" + (f":{url.port}" if url.port else "")
    return url, path


def database(text: str, engine: object = None) -> dict[str, object]:
    """The entry of DATABASES for an address."""
    if text == "sqlite://:memory:":
        return {"ENGINE": DATABASES["sqlite"], "NAME": ":memory:"}
    url, path = _database_parts(text)
    netloc = unquote(url.netloc.rsplit("@", 1)[-1])
    host: str | None
    port: object
    if url.scheme in POSTGRES and "," in netloc:
        host, port = _cluster(netloc)
    else:
        host, port = url.hostname, url.port
    config: dict[str, object] = {
        "NAME": path or "",
        "USER": unquote(url.username) if url.username else "",
        "PASSWORD": unquote(url.password) if url.password else "",
        "HOST": host or "",
        "PORT": _number(port) or "",
    }
    if path.startswith("/") and (url.scheme in POSTGRES or "cloudsql" in path):
        config["HOST"], config["NAME"] = path.rsplit("/", 1)
    if url.scheme == "oracle":
        _oracle(config, path)
    if url.query:
        _database_query(config, url.query)
    config["ENGINE"] = engine or url.scheme
    config["ENGINE"] = DATABASES.get(str(config["ENGINE"]), config["ENGINE"])
    return config if config["ENGINE"] else {}


def _oracle(config: dict[str, object], path: str) -> None:
    if path == "":
        config["NAME"], config["HOST"] = config["HOST"], ""
    if config["PORT"]:
        config["PORT"] = str(config["PORT"])
    else:
        del config["PORT"]


def _database_query(config: dict[str, object], query: str) -> None:
    options: dict[str, object] = {}
    for key, values in parse_qs(query).items():
        if key.upper() in DATABASE_OPTIONS:
            config[key.upper()] = _literal(values[0])
        else:
            options[key] = _number(values[0])
    config["OPTIONS"] = options


def cache(text: str, backend: object = None) -> object:
    """The entry of CACHES for an address. Which Redis backend is taken depends on what is installed, and so does the spelling of its options."""
    if not text:
        return {}
    url = urlparse(text)
    if url.scheme not in CACHES:
        raise ValueError("no cache scheme")
    hosts = url.netloc.split(",")
    config: dict[str, object] = {"BACKEND": backend or CACHES[url.scheme], "LOCATION": hosts[0] if len(hosts) == 1 else hosts}
    if url.scheme == "filecache":
        config["LOCATION"] = url.netloc + url.path
    if not url.netloc and url.scheme in ("memcache", "pymemcache"):
        config["LOCATION"] = "unix:" + url.path
    elif url.scheme.startswith("redis"):
        scheme = url.scheme.replace("cache", "") if url.hostname else "unix"
        places = [f"{scheme}://{host}{url.path}" for host in hosts]
        config["LOCATION"] = places[0] if len(places) == 1 else places
    if not url.query:
        return config
    if not isinstance(config["BACKEND"], str):
        return Table({key: lift(value) for key, value in config.items()}, rest="the spelling of cache options depends on what is installed")
    _cache_query(config, url.query)
    return config


def _cache_query(config: dict[str, object], query: str) -> None:
    lower = config["BACKEND"] == DJANGO_CACHE + "redis.RedisCache"
    options: dict[str, object] = {}
    for key, values in parse_qs(query).items():
        place = config if key.upper() in CACHE_OPTIONS else options
        place[key.lower() if lower else key.upper()] = _literal(values[0])
    config["OPTIONS"] = options


def email(text: str, backend: object = None) -> dict[str, object]:
    """The EMAIL settings of an address."""
    url = urlparse(text)
    if not backend and url.scheme not in EMAILS:
        raise ValueError("no email scheme")
    config: dict[str, object] = {
        "EMAIL_FILE_PATH": unquote_plus(url.path[1:].split("?", 2)[0]),
        "EMAIL_HOST_USER": unquote(url.username) if url.username is not None else None,
        "EMAIL_HOST_PASSWORD": unquote(url.password) if url.password is not None else None,
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port,
        "EMAIL_BACKEND": backend or EMAILS[url.scheme],
    }
    if url.scheme in ("smtps", "smtp+tls"):
        config["EMAIL_USE_TLS"] = True
    elif url.scheme == "smtp+ssl":
        config["EMAIL_USE_SSL"] = True
    options: dict[str, object] = {}
    for key, values in parse_qs(url.query).items():
        place = config if key.upper() in ("EMAIL_USE_TLS", "EMAIL_USE_SSL") else options
        place[key.upper()] = _number(values[0])
    return {**config, "OPTIONS": options} if url.query else config


def channels(text: str, backend: object = None) -> dict[str, object]:
    """The entry of CHANNEL_LAYERS for an address."""
    url = urlparse(text)
    if backend:
        return {"BACKEND": backend}
    if url.scheme not in CHANNELS:
        raise ValueError("no channels scheme")
    config: dict[str, object] = {"BACKEND": CHANNELS[url.scheme]}
    if url.scheme.startswith("redis"):
        config["CONFIG"] = {"hosts": [url._replace(scheme=url.scheme.split("+")[0]).geturl()]}
    return config


PARSERS: dict[str, tuple[str, str, Callable[[str, object], object]]] = {
    "db": ("DATABASE_URL", "engine", database),
    "db_url": ("DATABASE_URL", "engine", database),
    "cache": ("CACHE_URL", "backend", cache),
    "cache_url": ("CACHE_URL", "backend", cache),
    "email": ("EMAIL_URL", "backend", email),
    "email_url": ("EMAIL_URL", "backend", email),
    "channels": ("CHANNELS_URL", "backend", channels),
    "channels_url": ("CHANNELS_URL", "backend", channels),
}


@models(*(f"environ.Env.{name}" for name in PARSERS))
def service(call: Call) -> Value:
    """`env.db()` and its siblings."""
    variable, option, parse = PARSERS[call.name.rpartition(".")[2]]
    if not is_known_env(call):
        return environment_of(call)
    chosen = call.plain(2, option)
    if chosen is ... or call.open:
        return call.unknown(f"the {option} of {call.name} is not known")
    name = call.argument(0, "var") or Scalar(variable)
    address = call.name.startswith("environ.Env.db")
    cast = None if address else Symbol("urllib.parse.urlparse")
    return _converted(call, get_value(call, name, cast, call.argument(1, "default"), parse_default=not address), parse, chosen)


def _installed_backend(call: Call, text: str) -> str | None:
    """The backend that is taken for Redis or Memcached, where it is known what is installed."""
    scheme = CACHES.get(text.partition(":")[0])
    if scheme is PYMEMCACHE:
        there = call.run.installed("pymemcache")
        return None if there is None else DJANGO_CACHE + ("memcached.PyMemcacheCache" if there else "memcached.PyLibMCCache")
    if scheme is not REDIS or (there := call.run.installed("django_redis")) is None:
        return None
    old = (version(call.run, "django") or (99,)) < (4,)
    return "django_redis.cache.RedisCache" if there else "redis_cache.RedisCache" if old else DJANGO_CACHE + "redis.RedisCache"


def _converted(call: Call, value: Value, parse: Callable[[str, object], object], chosen: object) -> Value:
    text = value.value if isinstance(value, Scalar) and isinstance(value.value, str) else url_text(value)
    if text is None:
        return call.unknown(f"{call.name} of an address that is not known") if isinstance(value, (Scalar, Table)) else _doubt(call, value)
    try:
        return lift(parse(text, chosen or (_installed_backend(call, text) if parse is cache else None)), value, at=call.at)
    except RAISED:
        return lift_unknown(call, value, f"{call.name} cannot read the address")


def _doubt(call: Call, value: Value) -> Value:
    return lift_unknown(call, value, f"{call.name} of an address that is not known")


def lift_unknown(call: Call, value: Value, reason: str) -> Value:
    """Unknown, with the provenance of a value."""
    from ready_gate.facts.python.values import unknown

    return unknown(reason, *parts(value), at=call.at)


@models("environ.Env.db_url_config", "environ.Env.cache_url_config", "environ.Env.email_url_config", "environ.Env.channels_url_config")
def configured(call: Call) -> Value:
    """The same of an address that is given."""
    parse = PARSERS[call.name.rpartition(".")[2].removesuffix("_config")][2]
    chosen = call.plain(1, "backend") if "db_url" not in call.name else call.plain(1, "engine")
    if chosen is ... or call.open or not call.args:
        return call.unknown(f"{call.name} of an address that is not known")
    return _converted(call, call.args[0], parse, chosen)
