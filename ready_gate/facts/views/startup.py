"""How production starts."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.model import Origin

DEVELOPMENT_SERVER = "runserver"


@dataclass(frozen=True)
class Workers:
    """How many processes answer requests: `count`, or `by_cores` where the machine's cores decide. `why` says why neither is known; `said` is how it
    is written, at `at`."""

    said: str
    at: Origin
    count: int | None = None
    by_cores: bool = False
    why: str | None = None


@dataclass(frozen=True)
class Started:
    """A server that a deploy file starts. `server` is its program (`runserver` for Django's own), `said` the command as written; `firm`: the file is
    production's for sure; `workers` is None where nothing says how many; `renewed`: they are replaced after a number of requests."""

    server: str
    said: str
    at: Origin
    firm: bool
    workers: Workers | None = None
    renewed: bool = False


@dataclass(frozen=True)
class Management:
    """A management command that a deploy file runs, such as `migrate` or `collectstatic`. `only_looks`: with options by which it changes nothing."""

    name: str
    at: Origin
    only_looks: bool = False


@dataclass(frozen=True)
class Kept:
    """What a deploy file says of starting the web server again when it ends: `said` as written (`Restart=always`), None where it says nothing;
    `starts` the command of the server, where it stands in the repository."""

    kind: str
    path: str
    said: str | None
    at: Origin
    always: bool
    starts: Origin | None = None


@dataclass(frozen=True)
class Startup:
    """How production starts. `servers`: every server that a deploy file starts, the most believed first; `kept`: who keeps it running; `management`:
    the commands run on the way; `installed`: servers that a script installs."""

    servers: tuple[Started, ...] = ()
    kept: tuple[Kept, ...] = ()
    management: tuple[Management, ...] = ()
    installed: frozenset[str] = frozenset()

    @property
    def production(self) -> Started | None:
        """What a file starts that is production's for sure comes first, and a server made for production before Django's own. daphne often serves
        web sockets beside the one that answers the API."""
        order = {DEVELOPMENT_SERVER: 2, "daphne": 1}
        return min(self.servers, key=lambda one: (not one.firm, order.get(one.server, 0)), default=None)
