"""What several sections need to read a setting: outcomes over several possible values, and words for where a value comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from ready_gate.checks.registry import judged, unknown
from ready_gate.facts.views import Environment, Options, Project, Requirements, Setting, Settings
from ready_gate.model import Finding, Origin, Outcome, Status

Seen = Finding | str  # a finding, or the reason of a doubt

LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "host.docker.internal", "10.0.2.2")  # noqa: S104 - recognised, never bound to
TUNNELS = (
    *("ngrok.io", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "ngrok.com", "loca.lt", "localtunnel.me", "trycloudflare.com"),
    *("serveo.net", "localhost.run", "lhr.life", "pagekite.me", "webhook.site", "requestbin.com", "pipedream.net", "devtunnels.ms", "tunnelmole.net"),
)
PLACEHOLDER_HOSTS = ("example.com", "example.org", "example.net", "yourdomain.com", "your-domain.com", "yoursite.com", "mydomain.com", "domain.com")


def top(settings: Settings, name: str) -> Setting:
    """A setting, with the settings file as its place where nothing in it sets it."""
    found = settings[name]
    return found if found.origins else replace(found, origins=(Origin(settings.path, 1),))


def part(container: Setting, *path: object) -> Setting:
    """A part of a setting, with the container's place where a default fills it in."""
    found = container.get(*path)
    return found if found.origins or not container.origins else replace(found, origins=container.origins)


def members(container: Setting) -> tuple[Setting, ...]:
    """The elements of a list for sure: none of a value that is one of several, whose items are these."""
    return () if container.kind == "choice" else container.items


def unset(setting: Setting) -> bool:
    """Whether the project leaves it out."""
    return setting.absent or setting.is_default


def across(setting: Setting, judge: Callable[[Setting], Outcome]) -> Outcome:
    """The outcome for a value that may be one of several: only what holds for each of them. An unknown value is unknown."""
    outcomes = [judge(option) if option.kind != "unknown" else unknown(option.doubt() or "") for option in setting.possible()]
    if len({outcome.status for outcome in outcomes}) == 1:
        return outcomes[0]
    open_ones = [outcome.reason for outcome in outcomes if outcome.status is Status.UNKNOWN]
    wrong = [f"with one of them: {outcome.reason}" for outcome in outcomes if outcome.status is Status.FAIL]
    return unknown("; ".join([*(open_ones or [setting.doubt() or ""]), *wrong[:1]]))


def settle(seen: Iterable[Seen], good: str) -> Outcome:
    """Any error finding fails, else any doubt is unknown, else it passed."""
    parts = tuple(seen)
    return judged([part for part in parts if isinstance(part, Finding)], good, [part for part in parts if isinstance(part, str)])


def because(setting: Setting) -> str:
    """The variables or files a value hangs on, as the end of a sentence; empty for a plain literal."""
    # A number beside an address (`dj_database_url.parse(…)`) is the library's default, and not in the address.
    beside = setting.kind in ("bool", "int", "NoneType")
    present = dict.fromkeys(read.name for read in setting.reads if read.present and not (beside and read.name.upper().endswith(("URL", "URI"))))
    missing = dict.fromkeys(read.name for read in setting.missing_reads)
    if present:
        return f", from the variable {' and '.join(list(present)[:3])}"
    return f", since nothing known of production sets {' or '.join(list(missing)[:3])}" if missing else ""


def only_defaults(setting: Setting) -> bool:
    """Whether a value is what the code falls back to because variables are absent."""
    return bool(setting.missing_reads) and not setting.from_environment


def empty(setting: Setting) -> bool:
    """Whether a value is absent, None or an empty string."""
    return setting.absent or setting.kind == "NoneType" or (setting.kind == "str" and not str(setting.value).strip())


def unset_here(setting: Setting, environment: Environment) -> str | None:
    """The doubt about an empty default while no production environment is known: the variable may well be set where it runs."""
    if environment.known or not only_defaults(setting):
        return None
    names = " and ".join(list(dict.fromkeys(read.name for read in setting.missing_reads))[:3])
    default = "whose default is no value for production" if all(read.has_default for read in setting.missing_reads) else "read without a default"
    return f"{setting.name} comes from the environment ({names}, {default}), and {not_known(environment)}"


def not_known(environment: Environment) -> str:
    """What is missing of the production environment, as a clause."""
    if environment.missing_file:
        return f"the environment file {environment.missing_file} is not here"
    return "no production environment file was given or found" if environment.known else "no production environment is known"


def not_required(requirements: Requirements, *names: str) -> bool:
    """Whether there are requirement files and none of these distributions is in them."""
    return requirements.has(*names) is False


def requirements_origin(requirements: Requirements) -> Origin | None:
    """The place to add a requirement."""
    return Origin(requirements.files[0]) if requirements.files else None


def absolute_place(folder: Setting, project: Project, options: Options) -> str | None:
    """The absolute path of a folder that a setting names, or of an entry of STATICFILES_DIRS, which may be a pair of prefix and folder."""
    if folder.kind in ("tuple", "list") and len(folder.items) == 2:
        folder = folder.items[1]
    # A path object is told relative to the checkout, a relative string counts from where the server starts: beside manage.py.
    start = "." if folder.kind == "Path" else project.folder
    return None if folder.text is None else posixpath.normpath(posixpath.join(options.path, start, folder.text))


def at_least(settings: Settings, *version: int) -> bool | None:
    """Whether the project's Django is at least of this version; None where that is not known."""
    parts = (settings.django or "").split(".")[: len(version)]
    return tuple(int(part) for part in parts) >= version if parts and all(part.isdecimal() for part in parts) else None


def host_of(url: str) -> str | None:
    """The host of a URL in lower case; None for a path or something broken."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return host.lower().rstrip(".") if host else None


def is_loopback(host: str) -> bool:
    """Whether a host name is this very machine."""
    return host in LOOPBACK or host.startswith("127.") or host.endswith(".localhost")


def is_tunnel(host: str) -> bool:
    """Whether a host name is that of a service that leads to a developer's machine."""
    return any(host == tunnel or host.endswith("." + tunnel) for tunnel in TUNNELS)


def is_placeholder_host(host: str) -> bool:
    """Whether a host name is one that stands in documentation."""
    return any(host == name or host.endswith("." + name) for name in PLACEHOLDER_HOSTS)


def allows(allowed: Setting, host: str) -> bool | None:
    """Whether ALLOWED_HOSTS names this host, by name or as a subdomain of `.name`. None where a `*` or something unknown is in it."""
    if allowed.has(lambda entry: isinstance(entry, str) and _matches(entry.lower(), host)):
        return True
    return None if allowed.has("*") else allowed.has(host)


def _matches(entry: str, host: str) -> bool:
    return entry == host or (entry.startswith(".") and (host == entry[1:] or host.endswith(entry)))
