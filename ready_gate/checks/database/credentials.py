"""Database credentials come from the environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ready_gate.checks.database.engines import kind_of
from ready_gate.checks.provenance import Source, committed_at, left_to_variable, source_of
from ready_gate.checks.reading import Seen, across, because, only_defaults, part, settle, top, unset_here
from ready_gate.checks.registry import check, finding, note, warning
from ready_gate.checks.security.placeholders import is_credential
from ready_gate.facts.views import Environment, Setting, Settings
from ready_gate.model import Outcome

_CARRIER = re.compile(r"PASS|PW|UR[IL]$|DSN", re.I)
_DEVELOPMENT = re.compile(r"(?<![a-z])(dev|devel|development|local|localdev)(?![a-z])", re.I)


@check("database.credentials-in-env")
def credentials_in_env(settings: Settings, fallback_settings: Settings, environment: Environment) -> Outcome:
    """Every database password comes from production's environment, and the source holds no default for it."""

    def judge(databases: Setting) -> Outcome:
        servers = [database for _, database in databases.entries if not _is_file(database)]
        seen = [part for database in servers for part in _database(database, environment)]
        if databases.rest:
            seen.append(databases.doubt() or databases.rest)
        files = {alias for alias, database in databases.entries if _is_file(database)}
        seen += _fallbacks(seen, fallback_settings, files)
        return settle([*seen, *_deployed(servers, seen, environment)], "the database passwords come from the environment")

    return across(top(settings, "DATABASES"), judge)


def _is_file(database: Setting) -> bool:
    engine = part(database, "ENGINE")
    return database.kind == "dict" and (engine.absent or kind_of(engine.text or "unknown") in ("sqlite", "dummy"))


def _database(database: Setting, environment: Environment) -> Iterator[Seen]:
    if database.kind == "unknown":
        if not left_to_variable(database, environment):
            yield database.doubt() or ""
        return
    outcomes = [tuple(_password(option, database, environment)) for option in part(database, "PASSWORD").possible()]
    if all(outcomes) or len(outcomes) == 1:
        yield from outcomes[0]
    elif any(outcomes):
        yield part(database, "PASSWORD").doubt() or f"{database.name}.PASSWORD is one of several values"
    if (inside := part(database, "OPTIONS", "password")).text and source_of(inside, environment) in (Source.LITERAL, Source.DEFAULT):
        yield finding("database.literal-password", f"{inside.name} is written into the source", inside)
    user = part(database, "USER")
    if user.kind == "str" and source_of(user, environment) is Source.LITERAL:
        yield warning("database.literal-user", f"{user.name} is written into the source", user)


def _password(password: Setting, database: Setting, environment: Environment) -> Iterator[Seen]:
    source = source_of(password, environment)
    if source is Source.UNKNOWN:
        if not left_to_variable(password, environment):
            yield password.doubt() or ""
    elif source is Source.EMPTY:
        yield from _missing(password, database, environment)
    elif source is Source.LITERAL:
        yield finding("database.literal-password", f"{password.name} is written into the source", password)
    elif source is Source.DEFAULT:
        yield finding("database.default-password", f"{password.name} is a default in the source{because(password)}", password)
    elif source is Source.COMMITTED:
        at = committed_at(password, environment)
        yield finding("database.committed-password", f"{password.name} is written into {at and at.path}, which is part of the repository", at)


def _missing(password: Setting, database: Setting, environment: Environment) -> Iterator[Seen]:
    options = part(database, "OPTIONS")
    if "PGPASSWORD" in environment.variables or options.get("passfile").text or options.get("service").text:
        return
    if password.reads:
        doubt = unset_here(password, environment)
        if doubt is None or not left_to_variable(password, environment):
            yield doubt or finding("database.missing-password", f"{password.name} is empty{because(password)}", password)
    else:
        yield f"{password.name} is not set, so the server would have to let the user in without one ({database.origin})"


def _deployed(databases: list[Setting], seen: list[Seen], environment: Environment) -> Iterator[Seen]:
    """Passwords that stand in deploy files, even where an environment file wins over them."""
    known = {part.at for part in seen if not isinstance(part, str)}
    reads = [read for database in databases for read in (*database.reads, *part(database, "PASSWORD").reads)]
    for name in dict.fromkeys(read.name for read in reads if _CARRIER.search(read.name)):
        for variable in environment.deployed.get(name, ()):
            if variable.at not in known and is_credential("PASSWORD" if "://" not in variable.value else name, variable.value):
                where = variable.at.path if variable.at else "a deploy file"
                report = note if _DEVELOPMENT.search(variable.value) else finding
                yield report("database.committed-password", f"{name} is written into {where}, which is part of the repository", variable.at)


def _fallbacks(seen: list[Seen], fallback: Settings, files: Collection[object]) -> Iterator[Seen]:
    """Passwords that the source holds for the case that a variable is absent, unless production already shows one. `files` are the databases that
    are files in production."""
    if any(not isinstance(part, str) and part.rule.endswith("-password") for part in seen):
        return
    for alias, database in top(fallback, "DATABASES").entries:
        for password in part(database, "PASSWORD").possible():
            if password.kind == "str" and password.value and alias not in files and (only_defaults(password) or _set_by_code(password)):
                names = list(dict.fromkeys(read.name for read in password.missing_reads or password.reads))
                unset = f"{names[0]} is not set" if len(names) == 1 else f"{' and '.join(names)} are not set"
                yield finding("database.default-password", f"the source holds a {password.name} for the case that {unset}", password)


def _set_by_code(password: Setting) -> bool:
    """Whether the source itself puts the value into the environment first, by `os.environ.setdefault`."""
    return any(read.present and read.source is not None and read.source.path.endswith(".py") for read in password.reads)
