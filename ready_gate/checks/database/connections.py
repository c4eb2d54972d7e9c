"""Pooling, timeouts and the check of a connection before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.checks.database.engines import POOLS, kind_of, outside, server_database
from ready_gate.checks.reading import across, at_least, because, part, settle, unset
from ready_gate.checks.registry import check, failed, finding, passed, unknown, warning
from ready_gate.facts.views import Environment, Requirements, Setting, Settings
from ready_gate.model import Finding, Outcome

LONGEST_CONNECT = 300  # five minutes; who writes more has milliseconds in mind
_STATEMENT_TIMEOUT = re.compile(r"(?:-c[ \t]{0,8}|--)statement[_-]timeout[ \t]{0,8}=[ \t]{0,8}'?(\d{1,12})")


@check("database.connection-pooling")
def connection_pooling(settings: Settings) -> Outcome:
    """Connections live longer than a request, or come from a pool."""
    return across(server_database(settings), _pooling)


def _pooling(database: Setting) -> Outcome:
    engine = part(database, "ENGINE").text or ""
    if engine.startswith(POOLS):
        return passed(f"the backend {engine} keeps a pool")
    pool, age = part(database, "OPTIONS", "pool"), part(database, "CONN_MAX_AGE")
    if pool.truth:
        return passed("connections come from psycopg's pool")
    if pool.truth is None:
        return unknown(pool.doubt() or "")
    return across(age, lambda one: _age(one, database))


def _age(age: Setting, database: Setting) -> Outcome:
    if age.kind == "NoneType" or (age.number or 0) > 0:
        kept = "without limit" if age.kind == "NoneType" else f"for {age.number:g} s"
        return passed(f"connections are kept {kept}", _unchecked(database))
    what = "is not set" if unset(age) else f"is {age.shown()!r}"
    message = f"CONN_MAX_AGE {what}{because(age)}: every request opens a new connection"
    return failed(message, [finding("database.no-pooling", message, age)])


def _unchecked(database: Setting) -> Iterator[Finding]:
    checks = part(database, "CONN_HEALTH_CHECKS")
    if checks.truth is False:
        yield warning("database.health-checks", "persistent connections are used without CONN_HEALTH_CHECKS", part(database, "CONN_MAX_AGE"))


@check("database.pooling-conflicts")
def pooling_conflicts(settings: Settings, requirements: Requirements) -> Outcome:
    """Combinations that Django refuses when it connects."""
    database = server_database(settings)
    return settle([*_pool_conflicts(settings, database, requirements), *_age_type(database)], "the pooling options fit together")


def _pool_conflicts(settings: Settings, database: Setting, requirements: Requirements) -> Iterator[Finding]:
    pool, age = part(database, "OPTIONS", "pool"), part(database, "CONN_MAX_AGE")
    if not pool.truth or kind_of(part(database, "ENGINE").text or "") != "postgresql":
        return
    if age.kind == "NoneType" or (age.number or 0) != 0:
        yield finding("database.pool-conflict", f"OPTIONS.pool is on and CONN_MAX_AGE is {age.shown()!r}: Django refuses to connect", age)
    if at_least(settings, 5, 1) is False:
        yield finding("database.pool-version", f"OPTIONS.pool needs Django 5.1, the project uses {settings.django}", pool)
    if requirements.has("psycopg", "psycopg-pool", "psycopg-binary") is False:
        yield finding("database.pool-driver", "OPTIONS.pool needs psycopg 3, which is not among the requirements", pool)


def _age_type(database: Setting) -> Iterator[Finding]:
    age = part(database, "CONN_MAX_AGE")
    if age.kind == "str":
        yield finding("database.age-type", f"CONN_MAX_AGE is a text, not a number{because(age)}: Django fails when it connects", age)


@check("database.connect-timeout")
def connect_timeout(settings: Settings, environment: Environment) -> Outcome:
    """Connecting gives up after some seconds."""

    def judge(database: Setting) -> Outcome:
        return across(outside(database, environment, "connect_timeout", "PGCONNECT_TIMEOUT"), _connect)

    return across(server_database(settings), judge)


def _connect(timeout: Setting) -> Outcome:
    seconds = timeout.number if timeout.kind != "str" else _number(str(timeout.value))
    if seconds and seconds > LONGEST_CONNECT:
        message = f"connect_timeout is {seconds:g}{because(timeout)}, in seconds: a request waits for a dead server as long as the client does"
        return failed(message, [finding("database.no-connect-timeout", message, timeout)])
    if seconds and seconds > 0:
        return passed(f"connecting gives up after {seconds:g} s")
    what = "is not set" if unset(timeout) else f"is {timeout.shown()!r}, which means no limit"
    message = f"connect_timeout {what}{because(timeout)}"
    return failed(message, [finding("database.no-connect-timeout", message, timeout)])


def _number(text: str) -> float | None:
    return float(text) if text.strip().isdecimal() and len(text) < 10 else None


@check("database.statement-timeout")
def statement_timeout(settings: Settings, environment: Environment) -> Outcome:
    """A query is stopped after some seconds."""

    def judge(database: Setting) -> Outcome:
        if kind_of(part(database, "ENGINE").text or "") != "postgresql":
            return unknown(f"statement timeouts are only known for PostgreSQL ({database.origin})")
        if (part(database, "OPTIONS", "pool").get("timeout").number or 0) > 0:
            return passed("the pool has a timeout")
        return across(outside(database, environment, "options", "PGOPTIONS"), _statement)

    return across(server_database(settings), judge)


def _statement(options: Setting) -> Outcome:
    limits = _STATEMENT_TIMEOUT.findall(options.text or "")
    if limits and int(limits[-1]) > 0:
        return passed("queries have a statement_timeout")
    what = "statement_timeout is 0, which means no limit" if limits else "no statement_timeout is set in OPTIONS.options"
    return failed(what + because(options), [finding("database.no-statement-timeout", what + because(options), options)])


@check("database.health-checks")
def health_checks(settings: Settings) -> Outcome:
    """Connections are checked before they are used again."""

    def judge(database: Setting) -> Outcome:
        checks = part(database, "CONN_HEALTH_CHECKS")
        if checks.truth is None:
            return unknown(checks.doubt() or "")
        if checks.truth and at_least(settings, 4, 1) is False:
            message = f"CONN_HEALTH_CHECKS does nothing before Django 4.1, and the project uses {settings.django}"
            return failed(message, [finding("database.no-health-checks", message, checks)])
        if checks.truth:
            return passed("connections are checked before they are used again")
        message = f"CONN_HEALTH_CHECKS {'is not set' if unset(checks) else 'is off'}{because(checks)}"
        return failed(message, [finding("database.no-health-checks", message, checks)])

    return across(server_database(settings), judge)
