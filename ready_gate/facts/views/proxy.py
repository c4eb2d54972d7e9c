"""What checks see of nginx: the servers of the configuration files, with what they inherit applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.model import Origin


@dataclass(frozen=True)
class Redirect:
    """An answer that sends the client elsewhere. `always` is false where an `if` decides; `plain_only` where that `if` asks for plain HTTP."""

    target: str
    at: Origin
    always: bool = True
    plain_only: bool = False

    @property
    def to_https(self) -> bool:
        """Whether it leads to https."""
        return self.target.lower().startswith("https://")


@dataclass(frozen=True)
class Place:
    """A location of a server, or the server itself (`path` is then `/`), with what it inherits.

    `modifier` is what stands before the path (`=`, `^~`, `~`, `~*`, `@` for a named one). `passes_to` is where requests go (with its directive,
    `proxy_pass` or `uwsgi_pass` …), `headers` what goes along, by lower-case name. `folder` is where files are served from, by `alias` or by `root`.
    `gzip` are the types that are compressed, None where nothing is. `limited` is the zone of `limit_req`, `log_format` the format that `access_log`
    names. `unread` are the files that it includes and that are not in the repository.
    """

    path: str
    at: Origin
    modifier: str = ""
    passes_to: str | None = None
    passes_by: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    redirects: tuple[Redirect, ...] = ()
    folder: str | None = None
    is_alias: bool = False
    expires: str | None = None
    gzip: tuple[str, ...] | None = None
    limited: str | None = None
    log_format: str | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """A `server` block. `plain`: it listens for plain HTTP to other machines; `tls`: for https. `own` is what holds outside of its locations."""

    at: Origin
    names: tuple[str, ...]
    plain: bool
    tls: bool
    own: Place
    locations: tuple[Place, ...] = ()

    @property
    def passing(self) -> tuple[Place, ...]:
        """The locations that hand requests on to another server."""
        return tuple(place for place in self.locations if place.passes_to)


@dataclass(frozen=True)
class Nginx:
    """The nginx configuration of production. `zones` are the names of the request limits; `doubts` say what could not be read; `trusting` is the
    line that tells the application server behind it to believe forwarded headers; `upstreams` are the addresses behind each upstream's name."""

    servers: tuple[Server, ...] = ()
    files: tuple[str, ...] = ()
    zones: frozenset[str] = frozenset()
    doubts: tuple[str, ...] = ()
    trusting: Origin | None = None
    upstreams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def addresses(self, place: Place) -> tuple[str, ...]:
        """The addresses that a location hands requests on to, with its upstream looked up."""
        target = (place.passes_to or "").split("://", 1)[-1]
        return self.upstreams.get(target.split("/", 1)[0]) or (target,)
