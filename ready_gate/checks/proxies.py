"""What nginx does with requests before the application sees them, as several sections ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.facts.views import Nginx, Place, Redirect, Server
from ready_gate.model import Origin

# Hosts, paths and headers that say that a location leads to something else than the Django application.
_OTHERS = re.compile(
    r"minio|s3|storage|flower|grafana|prometheus|keycloak|kibana|adminer|pgadmin|rabbit|front|react|next|vue|angular|node|vite|webpack|"
    r"websocket|/ws|socket\.io|collab|certbot|acme|mailhog|swagger-ui|jaeger|sentry",
    re.I,
)
_HARMLESS = re.compile(r"(^|[/_-])(\.well-known|health(z|check)?|ping|ready|readyz|livez?|status|metrics|favicon\.ico|robots\.txt)([/_-]|$)", re.I)
_LOCAL = re.compile(r"unix:|127\.|localhost\b|\[::1\]", re.I)


@dataclass(frozen=True)
class Redirecting:
    """Whether nginx sends plain HTTP to https before the application sees it, and where or why. `at` is None where nothing is known of nginx."""

    answer: bool | None
    at: Origin | None = None
    reason: str = ""


def app_places(nginx: Nginx) -> list[tuple[Server, Place]]:
    """The locations that hand requests on to the application, as far as names tell; all that hand on, where none is left."""
    every = [(server, place) for server in nginx.servers for place in server.passing]
    named = [place for _, place in every if not _OTHERS.search(f"{place.passes_to} {place.path}") and "upgrade" not in place.headers]
    targets = {nginx.addresses(place) for place in named}
    return [(server, place) for server, place in every if not targets or nginx.addresses(place) in targets]


def redirecting(nginx: Nginx) -> Redirecting:
    """What becomes of plain HTTP."""
    places = app_places(nginx)
    answered = [place for server, place in places if server.plain and not _redirected(server, place) and not _HARMLESS.search(place.path)]
    if answered:
        return Redirecting(False, answered[0].at, f"nginx hands plain HTTP on to the application ({answered[0].at})")
    if reason := next(_doubts(nginx), None):
        return Redirecting(None, None, reason)
    redirects = [redirect for server in nginx.servers if server.plain for redirect in https_redirects(server)]
    if not redirects:
        return Redirecting(None)
    if not any(server.tls or _redirected(server, place) for server, place in places):
        return Redirecting(None, redirects[0].at, f"nginx redirects to https ({redirects[0].at}), and what answers there is not in the repository")
    return Redirecting(True, redirects[0].at, f"nginx redirects plain HTTP to https ({redirects[0].at})")


def _doubts(nginx: Nginx) -> Iterator[str]:
    """What could not be read of how plain HTTP is answered."""
    yield from nginx.doubts
    for server in nginx.servers:
        if server.plain and not _redirected(server, server.own):
            for place in (server.own, *server.locations):
                yield from (f"{place.at} includes {name}, which is not in the repository" for name in place.unread)


def https_redirects(server: Server) -> Iterator[Redirect]:
    """The redirects to https of a server: its own, and those of the location of every path."""
    for place in (server.own, *(place for place in server.locations if place.path in ("/", "^/", ".*", "^"))):
        yield from (redirect for redirect in place.redirects if redirect.to_https)


def _redirected(server: Server, place: Place) -> bool:
    """Whether plain HTTP is redirected before it comes to this location."""
    before = [redirect for redirect in (*server.own.redirects, *place.redirects) if redirect.to_https]
    return any(redirect.plain_only or (redirect.always and not server.tls) for redirect in before)


def is_local(nginx: Nginx, place: Place) -> bool:
    """Whether a location hands on to this very machine: gunicorn and uvicorn believe forwarded headers from there by themselves."""
    return all(_LOCAL.match(address) for address in nginx.addresses(place))
