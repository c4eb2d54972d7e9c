"""`django_heroku.settings(locals())` and its fork `django_on_heroku`: the settings that it sets."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.database_urls import database_value
from ready_gate.facts.python.libraries.environment import present
from ready_gate.facts.python.libraries.lifting import lift, path_of
from ready_gate.facts.python.values import Items, Scalar, Table, Unknown, Value, scalar

MAX_AGE = 600
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PARTS = ("db_colors", "databases", "test_runner", "staticfiles", "allowed_hosts", "logging", "secret_key")
LOGGING: dict[str, object] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "verbose": {
            "format": "%(asctime)s [%(process)d] [%(levelname)s] pathname=%(pathname)s lineno=%(lineno)s funcname=%(funcName)s %(message)s",
            "datefmt": "%Y-%m-%d %H:%M:%S",
        },
        "simple": {"format": "%(levelname)s %(message)s"},
    },
    "handlers": {
        "null": {"level": "DEBUG", "class": "logging.NullHandler"},
        "console": {"level": "DEBUG", "class": "logging.StreamHandler", "formatter": "verbose"},
    },
    "loggers": {"testlogger": {"handlers": ["console"], "level": "INFO"}},
}
MODELS.aliases |= {"django_on_heroku": "django_heroku", "django_heroku.core": "django_heroku"}


@models("django_heroku.settings")
def settings(call: Call) -> Value:
    """Changes the caller's names, each part of it unless it is switched off."""
    names = call.run.caller_names(call)
    chosen = {part: call.plain(99, part, part != "db_colors") for part in PARTS}
    if call.open or any(not isinstance(value, bool) for value in chosen.values()) or chosen["db_colors"]:
        for name in ("DATABASES", "MIDDLEWARE", "STATIC_ROOT", "STATIC_URL", "STATICFILES_STORAGE", "ALLOWED_HOSTS", "LOGGING", "SECRET_KEY"):
            names[name] = call.unknown("django_heroku.settings with options that are not followed")
        return call.known(None)
    for part, change in CHANGES.items():
        if chosen[part]:
            change(call, names)
    return call.known(None)


def _databases(call: Call, names: dict[str, Value]) -> None:
    table = names.setdefault("DATABASES", Table({"default": Scalar(None, origins=(call.at,))}, origins=(call.at,)))
    address = call.run.read_variable(Scalar("DATABASE_URL"), call.at, scalar(None, at=call.at))
    there = present(call, Scalar("DATABASE_URL"))
    if there is False:
        if isinstance(table, Table) and "default" in table.entries:
            names["DATABASES"] = Table(dict(table.entries), table.rest, origins=table.origins, reads=(*table.reads, *address.reads))
        return
    entry: Value = call.unknown("whether DATABASE_URL is set is not known") if there is None else _database(call, address)
    if isinstance(table, Table):
        names["DATABASES"] = Table({**table.entries, "default": entry}, table.rest, origins=(*table.origins, call.at), reads=table.reads)
    else:
        names["DATABASES"] = Table({"default": entry}, rest="the databases before are not known", origins=(call.at,))


def _database(call: Call, address: Value) -> Value:
    """An empty address gives an empty entry."""
    if isinstance(address, Scalar) and address.value == "":
        return Table({}, origins=(call.at,), reads=address.reads)
    return database_value(call, address, {"conn_max_age": MAX_AGE, "ssl_require": True})


def _test_runner(call: Call, names: dict[str, Value]) -> None:
    there = present(call, Scalar("CI"))
    if there is not False:
        names["TEST_RUNNER"] = scalar("django_heroku.HerokuDiscoverRunner", at=call.at) if there else call.unknown("whether CI is set is not known")


def _static_files(call: Call, names: dict[str, Value]) -> None:
    base = path_of(names.get("BASE_DIR"))
    if base is None:
        names["STATIC_ROOT"] = call.unknown("BASE_DIR is not known")
    else:
        names["STATIC_ROOT"] = scalar(posixpath.join(base, "staticfiles"), names["BASE_DIR"], at=call.at)
    names["STATIC_URL"] = scalar("/static/", at=call.at)
    setting = "MIDDLEWARE_CLASSES" if "MIDDLEWARE_CLASSES" in names else "MIDDLEWARE"
    before = names.get(setting)
    first = scalar(WHITENOISE, at=call.at)
    if isinstance(before, Items):
        names[setting] = Items([first, *before.items], "tuple", before.rest, origins=(*before.origins, call.at), reads=before.reads)
    else:
        names[setting] = Items(
            [first], "tuple", before.reason if isinstance(before, Unknown) else "the middleware before is not known", origins=(call.at,)
        )
    names["STATICFILES_STORAGE"] = scalar(STORAGE, at=call.at)


def _allowed_hosts(call: Call, names: dict[str, Value]) -> None:
    names["ALLOWED_HOSTS"] = lift(["*"], at=call.at)


def _logging(call: Call, names: dict[str, Value]) -> None:
    names["LOGGING"] = lift(LOGGING, at=call.at)


def _secret_key(call: Call, names: dict[str, Value]) -> None:
    there = present(call, Scalar("SECRET_KEY"))
    before = names.get("SECRET_KEY")
    value = call.run.read_variable(Scalar("SECRET_KEY"), call.at, before if there is False and before is not None else scalar(None, at=call.at))
    if there is not False or before is not None:
        names["SECRET_KEY"] = value


CHANGES: dict[str, Callable[[Call, dict[str, Value]], None]] = {
    "databases": _databases,
    "test_runner": _test_runner,
    "staticfiles": _static_files,
    "allowed_hosts": _allowed_hosts,
    "logging": _logging,
    "secret_key": _secret_key,
}
