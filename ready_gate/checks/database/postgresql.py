"""PostgreSQL is the database, and can be reached."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.database.engines import default_database, kind_of, outside
from ready_gate.checks.reading import (
    Seen,
    across,
    because,
    empty,
    is_loopback,
    not_required,
    only_defaults,
    part,
    requirements_origin,
    settle,
    top,
    unset,
    unset_here,
)
from ready_gate.checks.registry import check, failed, finding, passed, unknown, warning
from ready_gate.facts.views import Environment, Requirements, Setting, Settings
from ready_gate.model import Finding, Level, Outcome

DRIVERS = ("psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "psycopg-c", "psycopg2cffi")


@check("database.postgresql")
def postgresql(settings: Settings, requirements: Requirements, environment: Environment) -> Outcome:
    """The default database is PostgreSQL with a name and a host, encrypted where it is remote, and the driver is required."""

    def judge(database: Setting) -> Outcome:
        engine = part(database, "ENGINE")
        if empty(engine) or unset(engine):
            if doubt := unset_here(database, environment):
                return unknown(doubt)
            return _wrong("database.no-database", "DATABASES has no default database with an ENGINE", database)
        return across(engine, lambda one: _engine(one, database, requirements, environment))

    return across(default_database(settings), judge)


def _wrong(rule: str, message: str, at: Setting) -> Outcome:
    return failed(message, [finding(rule, message, at)])


def _engine(engine: Setting, database: Setting, requirements: Requirements, environment: Environment) -> Outcome:
    kind = kind_of(engine.text or "")
    if kind is None:
        return unknown(f"{engine.name} is {engine.shown()!r}, and ready-gate does not know whether that is PostgreSQL ({engine.origin})")
    if kind == "sqlite":
        return _wrong("database.sqlite", f"production would run on SQLite ({engine.text}){because(engine)}", engine)
    if kind != "postgresql":
        return _wrong("database.other-engine", f"the database engine is {engine.text!r}, not PostgreSQL{because(engine)}", engine)
    seen = [*_name(database, environment), *_host(database, environment), *_encryption(database, environment), *_driver(requirements)]
    return settle(seen, f"the default database is PostgreSQL ({engine.text})")


def _name(database: Setting, environment: Environment) -> Iterator[Seen]:
    name = part(database, "NAME")
    if part(database, "OPTIONS", "service").text:
        return
    yield from _present(name, "database.no-name", "the database has no NAME", environment)


def _present(value: Setting, rule: str, message: str, environment: Environment) -> Iterator[Seen]:
    """An error where a value is empty for sure, a doubt where that cannot be told."""
    options = value.possible()
    missing = [option for option in options if empty(option)]
    if len(missing) == len(options):
        yield unset_here(value, environment) or finding(rule, message + because(value), value)
    elif missing or value.kind == "unknown" or any(option.kind == "unknown" for option in options):
        yield value.doubt() or message


def _host(database: Setting, environment: Environment) -> Iterator[Seen]:
    host = part(database, "HOST")
    if "PGHOST" in environment.variables or part(database, "OPTIONS", "service").text:
        return
    yield from _present(host, "database.no-host", "the database has no HOST", environment)
    if host.text and is_loopback(host.text) and only_defaults(host):
        yield warning("database.local-fallback", f"the database HOST is {host.text}{because(host)}", host)


def _encryption(database: Setting, environment: Environment) -> Iterator[Seen]:
    mode = outside(database, environment, "sslmode", "PGSSLMODE")
    if mode.kind == "choice" or mode.kind == "unknown":
        yield mode.doubt() or ""
    elif mode.text == "disable":
        yield from _plain_text(part(database, "HOST"), mode)


def _plain_text(host: Setting, mode: Setting) -> Iterator[Finding]:
    name = host.text or ""
    if not name or name.startswith("/") or is_loopback(name):
        return
    # A name without a dot is a neighbour in the same container network.
    level = Level.ERROR if "." in name or ":" in name else Level.WARNING
    yield finding("database.ssl-disabled", f"sslmode is disable while the database is on another host ({name}){because(mode)}", mode, level=level)


def _driver(requirements: Requirements) -> Iterator[Finding]:
    if not_required(requirements, *DRIVERS):
        yield finding(
            "database.driver-missing", "no PostgreSQL driver (psycopg, psycopg2) is among the requirements", requirements_origin(requirements)
        )


@check("database.fallback")
def fallback(settings: Settings, fallback_settings: Settings) -> Outcome:
    """What the project would open if its variables were missing; reported only."""
    engine = part(default_database(fallback_settings), "ENGINE")
    chosen = part(default_database(settings), "ENGINE")
    if kind_of(engine.text or "") != "sqlite" or kind_of(chosen.text or "") == "sqlite":
        return passed("without its variables the project does not open another database")
    return passed("the fallback is reported", [warning("database.sqlite-fallback", "without its variables the project runs on SQLite", engine)])


@check("database.migrations-enabled")
def migrations_enabled(settings: Settings) -> Outcome:
    """No app has its migrations switched off."""
    return across(top(settings, "MIGRATION_MODULES"), _migrations)


def _migrations(modules: Setting) -> Outcome:
    if modules.kind not in ("dict", "absent"):
        return unknown(f"MIGRATION_MODULES is no plain dictionary ({modules.origin})")
    off = [(app, module) for app, module in modules.entries if module.kind == "NoneType"]
    seen: list[Seen] = [
        finding("database.migrations-disabled", f"the migrations of {app} are switched off{because(module)}", module) for app, module in off
    ]
    if doubt := modules.doubt():
        seen.append(doubt)
    return settle(seen, "no app has its migrations switched off")
