"""What nginx does for the application: it hands requests on, limits them, compresses answers and serves static files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ready_gate.checks.proxies import app_places
from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import check, finding, not_applicable, passed, unknown, warning
from ready_gate.facts.views import Nginx, Place, Server, Setting, Settings
from ready_gate.model import Outcome

NOTHING = "no nginx configuration in the repository"
LONG = 300  # seconds
_MAX_AGE = re.compile(r"max-age=(\d{1,12})")
_EXPIRES = re.compile(r"max|[1-9]\d{0,8}(h|d|w|M|y)")
JSON = ("application/json", "*")


@check("deployment.nginx")
def reverse_proxy(settings: Settings, nginx: Nginx) -> Outcome:
    """nginx hands requests on to the application, and tells it the host that was asked for and whether that was over https."""
    places = app_places(nginx)
    if not places:
        return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable(f"{NOTHING} hands requests on to the application")
    by_http = [(server, place) for server, place in places if place.passes_by == "proxy_pass"]
    seen = [*_lacking(by_http, "host", settings), *_lacking(by_http, "x-forwarded-proto", settings)]
    return settle(seen, f"nginx hands requests on to {places[0][1].passes_to} ({places[0][1].at}) with Host and X-Forwarded-Proto")


def _lacking(places: list[tuple[Server, Place]], name: str, settings: Settings) -> Iterator[Seen]:
    """Where a header is not handed on: wrong if that is so everywhere, else reported."""
    lacking = [place for _, place in places if not _tells(place, name, settings)]
    for place in lacking:
        if place.unread:
            yield f"{place.at} includes {place.unread[0]}, which is not in the repository and may set {name}"
        else:
            title = "Host" if name == "host" else "X-Forwarded-Proto"
            report = finding if len(lacking) == len(places) else warning
            yield report("deployment.proxy-headers", f"nginx hands requests on to {place.passes_to} without {title} ({place.at})", place.at)


def _tells(place: Place, name: str, settings: Settings) -> bool:
    if name == "host" and settings["USE_X_FORWARDED_HOST"].truth and "x-forwarded-host" in place.headers:
        return True
    value = place.headers.get(name)
    return value is not None and (name != "host" or value not in ("$proxy_host", ""))


@check("security.nginx-limit")
def rate_limit(nginx: Nginx) -> Outcome:
    """nginx limits the rate of requests that reach the application's addresses."""
    limited = [place for _, place in app_places(nginx) if place.limited]
    whole = [place for place in limited if place.path in ("/", "/api", "/api/") or place.modifier == "@" or "api" in place.path.lower()]
    if not limited:
        return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable("nginx limits no requests to the application (limit_req)")
    if not whole:
        return not_applicable(f"nginx limits requests to {limited[0].path} only ({limited[0].at})")
    missing = [place for place in whole if place.limited not in nginx.zones]
    if missing and nginx.zones:
        message = f"limit_req names the zone {missing[0].limited}, which no limit_req_zone sets up ({missing[0].at})"
        return settle([finding("security.limit-zone", message, missing[0].at)], "")
    if missing:
        return unknown(f"limit_req names the zone {missing[0].limited} ({missing[0].at}), and where that is set up is not in the repository")
    return passed(f"nginx limits requests to {whole[0].path} by limit_req ({whole[0].at})")


@check("performance.nginx-compression")
def compression(nginx: Nginx) -> Outcome:
    """nginx compresses the application's answers, JSON among them."""
    places = [place for _, place in app_places(nginx)]
    zipped = [place for place in places if place.gzip is not None]
    if not zipped:
        return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable("nginx does not compress the application's answers")
    types = [place for place in zipped if any(kind in (place.gzip or ()) for kind in JSON)]
    if types:
        return passed(f"nginx compresses answers, JSON among them ({types[0].at})")
    message = f"nginx compresses, and leaves application/json out of gzip_types ({zipped[0].at})"
    return settle([finding("performance.gzip-types", message, zipped[0].at)], "")


@check("monitoring.nginx-access-log")
def access_log(nginx: Nginx) -> Outcome:
    """nginx writes down each request to the application, in a format that somebody chose."""
    places = [place for _, place in app_places(nginx)]
    logged = next((place for place in places if place.log_format), None)
    if logged is not None:
        return passed(f"nginx logs requests in the format {logged.log_format} ({logged.at})")
    return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable("nginx keeps no access log with a format of the project's own")


@check("performance.nginx-cache-headers")
def cache_headers(settings: Settings, nginx: Nginx) -> Outcome:
    """nginx says of static files how long they may be kept."""
    if settings["STATIC_URL"].text is None:
        return unknown(settings["STATIC_URL"].doubt() or "STATIC_URL is not set")
    served = _serving(nginx, _path(settings["STATIC_URL"]))
    kept = next((place for place in served if _kept(place)), None)
    if kept is not None:
        return passed(f"nginx lets static files be kept: {kept.answers.get('cache-control') or f'expires {kept.expires}'} ({kept.at})")
    return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable("nginx sets no cache headers for static files")


def _kept(place: Place) -> bool:
    """Whether a location's answers may be kept for more than a moment."""
    control = place.answers.get("cache-control", "").lower()
    seconds = _MAX_AGE.search(control)
    if "no-store" in control or "no-cache" in control or (seconds and int(seconds[1]) < LONG):
        return False
    return bool(seconds) or "immutable" in control or bool(_EXPIRES.fullmatch(place.expires or ""))


@check("performance.nginx-static")
def static_files(settings: Settings, nginx: Nginx) -> Outcome:
    """nginx serves STATIC_ROOT under STATIC_URL."""
    url, root = settings["STATIC_URL"], settings["STATIC_ROOT"]
    if not nginx.servers:
        return unknown(nginx.doubts[0]) if nginx.doubts else not_applicable(NOTHING)
    if url.text is None:
        return unknown(url.doubt() or "STATIC_URL is not set")
    path = _path(url)
    served = _serving(nginx, path)
    if not served:
        return not_applicable(f"nginx has no location for {path}")
    folder = _folder(served[0], path)
    if root.text is None:
        return unknown(root.doubt() or f"nginx serves {path} from {folder} ({served[0].at}), and STATIC_ROOT is not set")
    if _same(folder, root):
        return passed(f"nginx serves {path} from {folder} ({served[0].at}), which is STATIC_ROOT")
    return unknown(f"nginx serves {path} from {folder} ({served[0].at}), and whether that is STATIC_ROOT ({root.text}) could not be told")


def _path(url: Setting) -> str:
    """The path of STATIC_URL on its host."""
    text = str(url.text)
    return urlsplit(text).path if "://" in text else f"/{text.lstrip('/')}"


def _serving(nginx: Nginx, path: str) -> list[Place]:
    """The locations that serve files under this path."""
    return [place for server in nginx.servers for place in server.locations if place.folder and _covers(place, path)]


def _covers(place: Place, path: str) -> bool:
    """Whether a location is the one for static files: not that of every address, which serves something else."""
    return place.modifier in ("", "^~") and len(place.path.strip("/")) > 0 and path.startswith(place.path) and not place.passes_to


def _folder(place: Place, path: str) -> str:
    """The folder that a location serves the address from."""
    folder = str(place.folder)
    return posixpath.normpath(folder if place.is_alias else f"{folder}/{path}")


def _same(folder: str, root: Setting) -> bool:
    """Whether two paths may be one: the same, or with the same last part where one of them is inside of a container or relative to the project."""
    place = posixpath.normpath(str(root.text))
    return folder == place or posixpath.basename(folder) == posixpath.basename(place)
