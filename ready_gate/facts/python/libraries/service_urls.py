"""`dj_email_url` and `django_cache_url`: settings from the address of a service."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlparse

from ready_gate.facts.python.libraries import MODELS, Call, models, version
from ready_gate.facts.python.libraries.database_urls import configured
from ready_gate.facts.python.libraries.lifting import RAISED, lift, text_of
from ready_gate.facts.python.values import Value, scalar, unknown

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
    pinned = version(call.run, PARSERS[package][0])
    if package == "django_cache_url" and pinned is not None and pinned < (3, 3) and "redis" in text:
        return unknown("an old version of django-cache-url, which is not followed", address, at=call.at)
    try:
        return lift(PARSERS[package][3](text), address, at=call.at)
    except RAISED:
        return unknown(f"{package} cannot read the address", address, at=call.at)


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
    return configured(call, variable, scalar(fallback, at=call.at), {}, lambda inner, address, _: service_value(inner, address, package))
