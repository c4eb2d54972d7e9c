"""Which database an ENGINE speaks to, and whether there is a server behind it at all."""

from __future__ import annotations

from ready_gate.checks.reading import across, because, part, top, unset_here
from ready_gate.checks.registry import check, not_applicable, passed, unknown
from ready_gate.facts.views import Environment, Setting, Settings
from ready_gate.model import Outcome, Status

POSTGRESQL_NAMES = ("postgresql", "postgis", "postgresql_psycopg2", "postgresql_psycopg3", "postgresql_backend", "postgres", "postgresql_mvtpoint")
POSTGRESQL = (
    "psqlextra.backend",
    "django_postgrespool",
    "django_postgrespool2",
    "timescale.db.backends.postgresql",
)
DJANGO = tuple(f"django.db.backends.{name}" for name in ("postgresql", "postgresql_psycopg2", "dummy"))
POOLS = ("dj_db_conn_pool.", "django_postgrespool", "django_db_geventpool.")
OTHERS = (
    "mysql",
    "mariadb",
    "oracle",
    "mssql",
    "sql_server",
    "djongo",
    "mongodb",
    "cockroach",
    "tidb",
    "spanner",
    "firebird",
    "snowflake",
    "clickhouse",
    "redshift",
)


def kind_of(engine: str) -> str | None:
    """`postgresql`, `sqlite`, `dummy`, `other`, or None for a backend that is not known."""
    name = engine.lower()
    if "sqlite" in name or "spatialite" in name:
        return "sqlite"
    if any(other in name for other in OTHERS) or (name.startswith("django.db.backends.") and name not in DJANGO):
        return "other"
    if engine in POSTGRESQL or name.rsplit(".", 1)[-1] in POSTGRESQL_NAMES:
        return "postgresql"
    return "dummy" if name.endswith(".dummy") or not name else None


def default_database(settings: Settings) -> Setting:
    """DATABASES["default"]."""
    return part(top(settings, "DATABASES"), "default")


def server_database(settings: Settings) -> Setting:
    """The database that connections are opened to: the default one, or the first other one where that is a file."""
    default = default_database(settings)
    others = [database for alias, database in top(settings, "DATABASES").entries if alias != "default"]
    if kind_of(part(default, "ENGINE").text or "") != "sqlite":
        return default
    return next((other for other in others if kind_of(part(other, "ENGINE").text or "") not in ("sqlite", "dummy")), default)


def outside(database: Setting, environment: Environment, option: str, variable: str) -> Setting:
    """An entry of OPTIONS, or what libpq takes from its own variable instead. Unknown where a service file may hold it."""
    given = part(database, "OPTIONS", option)
    if not given.absent:
        return given
    if variable in environment.variables:
        found = environment.variables[variable]
        return Setting(variable, "str", found.value, origins=(found.at,) if found.at else ())
    if part(database, "OPTIONS", "service").text:
        return Setting(given.name, "unknown", reason="it may stand in the connection service file", origins=given.origins)
    return given


@check("database.server")
def server(settings: Settings, environment: Environment) -> Outcome:
    """Not applicable where every database is a file: then there are no connections and no credentials."""
    return across(top(settings, "DATABASES"), lambda databases: _any_server(databases, environment))


def _any_server(databases: Setting, environment: Environment) -> Outcome:
    if databases.rest:
        return unknown(databases.doubt() or databases.rest)
    answers = [across(database, lambda one: _server(one, environment)) for _, database in databases.entries]
    reached = [answer for answer in answers if answer.status is not Status.NOT_APPLICABLE]
    return (reached or answers or [not_applicable("DATABASES is empty: there is no server to connect to")])[0]


def _server(database: Setting, environment: Environment) -> Outcome:
    return across(part(database, "ENGINE"), lambda engine: _named_server(database, engine, environment))


def _named_server(database: Setting, engine: Setting, environment: Environment) -> Outcome:
    kind = kind_of(engine.text or "")
    if engine.absent or kind == "dummy":
        doubt = unset_here(database, environment)
        return unknown(doubt) if doubt else not_applicable(f"{database.name} has no ENGINE: there is no server to connect to")
    if kind == "sqlite":
        return not_applicable(f"the project's databases are files (SQLite){because(engine)}: there is no server to connect to")
    return passed(f"{database.name} is a database server")
