"""The production environment holds what the code needs, and is kept out of git."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

from ready_gate.checks.given import is_given
from ready_gate.checks.reading import Seen, not_known
from ready_gate.checks.registry import check, finding, not_applicable, note, warning
from ready_gate.checks.security.allowed_hosts import allowed_hosts
from ready_gate.checks.security.answers import settled
from ready_gate.checks.security.placeholders import is_credential, is_placeholder, is_weak
from ready_gate.facts.views import EnvFile, Environment, Setting, Settings, Variable, VariableRead, Variables
from ready_gate.model import Finding, Level, Origin, Outcome, names_a_secret

BOOLEANS = ("true", "false", "yes", "no", "on", "off", "1", "0", "t", "f", "y", "n", "ok")
BOOLEAN_CASTS = ("bool", "boolean", "strtobool", "str2bool", "str_to_bool", "to_bool")
ADDRESS_CASTS = ("url", "db", "db_url", "database_url", "cache", "cache_url", "email_url", "search_url", "dj_db_url", "dj_cache_url")
_ADDRESS_NAME = re.compile(r"(DATABASE|REDIS|CACHE|BROKER|RABBITMQ|AMQP|MONGO|MONGODB|ELASTICSEARCH|SITE|BASE|FRONTEND|CALLBACK)_UR[IL]$", re.I)
_EXAMPLE_ADDRESS = re.compile(r"@example\.(com|org|net)(?![a-z.])", re.I)
_DEVELOPMENT_WORDS = re.compile(r"(?<![a-z])(dev|devel|development|local|localdev)(?![a-z])", re.I)


@check("security.production-env")
def production_env(settings: Settings, environment: Environment, variables: Variables) -> Outcome:
    """Every variable that the code needs is set to something real, no live file is in git, and ALLOWED_HOSTS names the site."""
    values = {name: tuple(_value(variable, variables)) for name, variable in environment.variables.items()}
    seen = [
        *_missing(settings, environment, variables),
        *_untracked_files(settings),
        *(part for parts in values.values() for part in parts),
        *_unfit(settings, {name for name, parts in values.items() if any(isinstance(part, Finding) and part.level is Level.ERROR for part in parts)}),
        *_broken(environment.file),
        *(part for file in environment.files for part in _in_git(file, environment)),
        *allowed_hosts(settings["ALLOWED_HOSTS"], environment),
        *(f"a variable is read whose name could not be told: {where}" for where in variables.doubts[:3]),
    ]
    quiet = not any(isinstance(part, str) or part.level is Level.ERROR for part in seen)
    if quiet and not variables.reads:
        return not_applicable("the project's code reads no environment variable")
    needed = len(_required(variables))
    held = f"holds all {needed} variables that the code needs" if needed else "leaves out nothing that the code needs: every variable has a default"
    return settled(settings, seen, f"{_name(environment)} {held}")


def _name(environment: Environment) -> str:
    return environment.file.path if environment.file else "the production environment"


def _required(variables: Variables) -> dict[str, VariableRead]:
    """The variables that are read without a default anywhere, and not only behind a look at whether they are there."""
    guarded = {(read.name, read.at.path) for read in variables.reads if read.has_default}
    needed = [read for read in variables.reads if not read.has_default and not is_given(read.name) and (read.name, read.at.path) not in guarded]
    return {read.name: read for read in reversed(needed)}


def _reached(read: VariableRead, settings: Settings) -> bool | None:
    """Whether production comes to a line that cannot do without its variable. None: it may."""
    if not read.in_settings:
        return True
    here = [asked for asked in settings.asked if asked.name == read.name]
    if any(asked.certain and not asked.has_default for asked in here):
        return True
    if read.deferred or settings.incomplete or any(asked.name == "*" for asked in settings.asked):
        return None
    return False if all(asked.has_default for asked in here) else None


def _refused(settings: Settings) -> dict[str, VariableRead]:
    """The variables without which the settings raise an exception of their own."""
    absent = [(read.name, refusal.at or read.at) for refusal in settings.refusals for read in refusal.reads if not read.present]
    return {name: VariableRead(name, at, False, True) for name, at in absent if at is not None}


def _missing(settings: Settings, environment: Environment, variables: Variables) -> Iterator[Seen]:
    refused = {name: read for name, read in _refused(settings).items() if not is_given(name)}
    required = {**{name: read for name, read in _required(variables).items() if _reached(read, settings) is not False}, **refused}
    absent = {name: read for name, read in sorted(required.items()) if name not in environment.variables and name not in environment.doubtful}
    if environment.file is not None and not environment.file.template:
        for name, read in absent.items():
            message = f"{environment.file.path} does not set {name}, which {read.at} reads without a default"
            reached = name in refused or _reached(read, settings)
            yield finding("security.missing-variable", message, read.at) if reached else f"{message}, on a path that production may not take"
    elif absent:
        yield f"{not_known(environment)}; the code reads without a default: {_listed(absent)}"
    elif variables.reads and not environment.known:
        names = sorted({read.name for read in variables.reads if not is_given(read.name)})
        yield f"{not_known(environment)}; whether it sets what the code reads cannot be told: {_listed(names)}"


def _listed(names: Collection[str]) -> str:
    return ", ".join(list(names)[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _unfit(settings: Settings, known: set[str]) -> Iterator[Finding]:
    """Variables whose values stop the settings where the code converts or checks them."""
    for refusal in settings.refusals:
        names = list(dict.fromkeys(read.name for read in refusal.reads))
        if all(read.present for read in refusal.reads) and known.isdisjoint(names):
            where = f" at {refusal.at}" if refusal.at else ""
            yield finding("security.unreadable-variable", f"what {' and '.join(names[:3])} holds stops the settings{where}", refusal.at)


def _untracked_files(settings: Settings) -> Iterator[Seen]:
    """Files outside of git that the settings read at start, and that are not here."""
    reads = dict.fromkeys(read for setting in settings.values.values() for read in setting.reads)
    for read in reads:
        if read.kind == "file" and not read.present and not read.has_default:
            yield f"the settings read {read.name}, which is not here" + (f" ({read.at})" if read.at else "")


def _value(variable: Variable, variables: Variables) -> Iterator[Seen]:
    reads = [read for read in variables.reads if read.name == variable.name]
    value, here = variable.value.strip(), Setting(variable.name, "str", variable.value, origins=(variable.at,) if variable.at else ())
    if not value:
        yield from _empty(variable, reads)
    elif _DEVELOPMENT_WORDS.search(value) and names_a_secret(variable.name) and is_weak(variable.name, value):
        yield note("security.placeholder-variable", f"{variable.name} says that it is for development", variable.at)
    elif _EXAMPLE_ADDRESS.search(value[:2000]) and not value.lower().startswith("your"):
        yield warning("security.placeholder-variable", f"{variable.name} is an address at an example domain", here)
    elif is_placeholder(value):
        yield finding("security.placeholder-variable", f"{variable.name} still holds a placeholder", here)
    elif is_weak(variable.name, value):
        yield finding("security.placeholder-variable", f"{variable.name} is a word that everybody tries first", variable.at)
    elif wrong := _unreadable(variable.name, value, [(read.cast or "").rpartition(".")[2].lower() for read in reads]):
        yield finding("security.unreadable-variable", f"{variable.name} {wrong}", variable.at)


def _empty(variable: Variable, reads: list[VariableRead]) -> Iterator[Seen]:
    if not reads:
        return
    message = f"{variable.name} is set and empty"
    optional = "DSN" in variable.name or not names_a_secret(variable.name)
    if optional and any(read.has_default for read in reads):
        yield warning("security.empty-variable", f"{message}, which takes the place of its default", variable.at)
    else:
        yield finding("security.empty-variable", message, variable.at)


def _unreadable(name: str, value: str, casts: list[str]) -> str | None:
    """Why a value does not read as what the code takes it for."""
    if any(cast in BOOLEAN_CASTS for cast in casts) and value.lower() not in BOOLEANS:
        return f"is {value[:40]!r}, which reads as no boolean" if not names_a_secret(name) else "reads as no boolean"
    if any(cast in ("int", "integer") for cast in casts) and not re.fullmatch(r"[+-]?[0-9_]{1,40}", value):
        return "is no whole number, and the code reads it as one"
    wanted = any(cast in ADDRESS_CASTS for cast in casts) or bool(_ADDRESS_NAME.search(name))
    if (wanted or "://" in value) and not any(sign in value for sign in ", \n[{") and not _is_address(value, wanted):
        return "is no valid address (a password in it with one of # / ? @ : must be percent-encoded)"
    return None


def _is_address(value: str, wanted: bool) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises ValueError for a port that is no number
    except ValueError:
        return False
    if not parts.scheme:
        return not wanted or value.startswith("/")
    return bool(parts.netloc or parts.path)


def _broken(file: EnvFile | None) -> Iterator[Finding]:
    if file is None:
        return
    for line in file.broken[:5]:
        yield warning("security.broken-env-line", f"line {line} of {file.path} is no NAME=value and sets nothing", Origin(file.path, line))


def _in_git(file: EnvFile, environment: Environment) -> Iterator[Seen]:
    """A live file that is tracked, or that nothing keeps from being added."""
    if file.template:
        return
    live = [variable for variable in file.variables.values() if is_credential(variable.name, variable.value)]
    if file.tracked and live:
        names = ", ".join(variable.name for variable in live[:4])
        message = f"{file.path} is tracked by git and holds {names}"
        report = warning if file.development else finding
        yield report("security.tracked-env-file", message, live[0].at)
    elif file.tracked:
        yield note("security.tracked-env-file", f"{file.path} is tracked by git; it holds no credentials now", Origin(file.path, 1))
    elif file.tracked is False and file.ignored is False and not file.development:
        report = finding if environment.file is not None and file.path == environment.file.path else warning
        yield report(
            "security.env-file-not-ignored", f"{file.path} is not covered by .gitignore, so that the next git add takes it in", Origin(file.path, 1)
        )
