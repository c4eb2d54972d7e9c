"""What nginx tells Django about the way a request came, and what Django makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.proxies import app_places, is_local
from ready_gate.checks.reading import Seen
from ready_gate.checks.registry import check, finding, not_applicable, unknown, warning
from ready_gate.checks.security.answers import doubt, exactly_true, settled, shown
from ready_gate.facts.views import Environment, Nginx, Place, Requirements, Server, Setting, Settings
from ready_gate.model import Finding, Level, Outcome

PROTO = "x-forwarded-proto"
OWN_MACHINE = "from its own machine"
Passing = list[tuple[Server, Place]]


@check("security.forwarded-proto")
def forwarded_proto(settings: Settings, nginx: Nginx, environment: Environment, requirements: Requirements) -> Outcome:
    """Behind nginx Django knows for sure which requests came over https."""
    places = [(server, place) for server, place in app_places(nginx) if place.passes_by == "proxy_pass" and not _redirected_away(server, place)]
    if not places:
        return not_applicable("no nginx configuration in the repository hands requests on to the application by HTTP")
    header = settings["SECURE_PROXY_SSL_HEADER"]
    if header.truth is None or (header.truth and not header.known):
        return unknown(doubt(header))
    if not header.truth:
        believing = _believing(nginx, environment, requirements)
        seen = list(_without_setting(settings, nginx, places, believing))
        return settled(settings, seen, "Django needs no header to know that a request came over https")
    if len(header.items) != 2 or not header.items[0].text or not header.items[1].text:
        return not_applicable("SECURE_PROXY_SSL_HEADER names no header and value")
    name = header.items[0].text.removeprefix("HTTP_").replace("_", "-").lower()
    seen = list(_headers(name, header, nginx, places))
    return settled(settings, seen, f"nginx sets {name} itself ({places[0][1].at}), which SECURE_PROXY_SSL_HEADER reads")


def _redirected_away(server: Server, place: Place) -> bool:
    """Whether a server for plain HTTP alone redirects before this location is come to."""
    return not server.tls and any(redirect.always and redirect.to_https for redirect in (*server.own.redirects, *place.redirects))


def _believing(nginx: Nginx, environment: Environment, requirements: Requirements) -> str | None:
    """What makes the application server itself believe forwarded headers: a line or a variable, or OWN_MACHINE for those from its own one."""
    variable = environment.variables.get("FORWARDED_ALLOW_IPS") or environment.doubtful.get("FORWARDED_ALLOW_IPS")
    if nginx.trusting or variable:
        return str(nginx.trusting or (variable and variable.at) or "FORWARDED_ALLOW_IPS")
    return OWN_MACHINE if requirements.has("gunicorn", "uvicorn") else None


def _without_setting(settings: Settings, nginx: Nginx, places: Passing, believing: str | None) -> Iterator[Seen]:
    """nginx ends TLS, and Django is not told to look at what nginx says of it."""
    setting = settings["SECURE_PROXY_SSL_HEADER"]
    loop = "redirects for ever" if exactly_true(settings["SECURE_SSL_REDIRECT"]) else "takes every request for plain HTTP"
    ending = next((place for server, place in places if server.tls), None)
    if ending is None:
        told = next((place for _, place in places if place.headers.get(PROTO, "").lower() in ("https", "$http_x_forwarded_proto")), None)
        if told is not None:
            message = f"nginx says by X-Forwarded-Proto how a request came ({told.at}), and SECURE_PROXY_SSL_HEADER is not set: Django {loop}"
            yield warning("security.proxy-header", message, setting.origin)
    elif PROTO in ending.headers and believing and (believing != OWN_MACHINE or is_local(nginx, ending)):
        message = f"SECURE_PROXY_SSL_HEADER is not set; Django knows of https because the application server believes X-Forwarded-Proto ({believing})"
        yield warning("security.proxy-header", message, setting.origin)
    else:
        message = f"nginx ends TLS ({ending.at}), and SECURE_PROXY_SSL_HEADER is {shown(setting)}: Django {loop}"
        yield finding("security.proxy-header", message, setting if setting.origin else ending.at)


def _headers(name: str, header: Setting, nginx: Nginx, places: Passing) -> Iterator[Seen]:
    """What is wrong with the header in each location. Where one location is right, another may be for something else, and is reported."""
    told = [(server, place, _wrong(name, str(header.items[1].text), server, place, nginx)) for server, place in places]
    right = any(wrong is None for _, _, wrong in told)
    for _, place, wrong in told:
        if wrong is None:
            continue
        if place.unread and name not in place.headers:
            yield f"{place.at} includes {place.unread[0]}, which is not in the repository and may set {name}"
            continue
        level = Level.WARNING if right or wrong.endswith("?") else Level.ERROR
        yield Finding("security.proxy-header", level, wrong.removesuffix("?"), place.at)


def _wrong(name: str, wanted: str, server: Server, place: Place, nginx: Nginx) -> str | None:
    """What is wrong with the header in a location; with a `?` at the end where it depends on what stands before nginx."""
    value = place.headers.get(name)
    ends_tls = any(one.tls for one in nginx.servers)
    if value is None and not ends_tls:
        return f"nginx hands on the {name} that comes in ({place.at}), which has to be set before it?"
    if value is None:
        return f"nginx does not set {name} ({place.at}), which SECURE_PROXY_SSL_HEADER reads: a client may set it, and https goes unseen"
    if value in ("$scheme", "$https"):
        word = "on" if value == "$https" else "https"
        if wanted.lower() != word:
            return f"nginx sets {name} to {value} ({place.at}), and SECURE_PROXY_SSL_HEADER waits for {wanted!r}"
        if not ends_tls:
            return f"nginx has no TLS and sets {name} to {value} ({place.at}): behind a load balancer Django never sees https?"
        return None
    if value == f"$http_{name.replace('-', '_')}":
        return f"nginx ends TLS and hands on the client's own {name} ({place.at})" if server.tls else None
    if "$" in value:
        return None
    if value.lower() != wanted.lower():
        return f"nginx sets {name} to {value!r} ({place.at}), and SECURE_PROXY_SSL_HEADER waits for {wanted!r}"
    if server.plain and not any(redirect.plain_only for redirect in server.own.redirects):
        public = "" if ends_tls else "?"
        return f"nginx marks plain HTTP as {value} too ({place.at}), so that Django neither redirects nor notices{public}"
    return None
