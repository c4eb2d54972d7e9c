"""Which foreign origins may read the API's answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from urllib.parse import urlsplit

from ready_gate.checks.reading import Seen, host_of, is_loopback, is_placeholder_host, is_tunnel
from ready_gate.checks.registry import check, finding, unknown, warning
from ready_gate.checks.security.answers import doubt, hanging, notes_of_defaults, settled
from ready_gate.checks.security.origin_patterns import weaknesses
from ready_gate.facts.views import OriginHeader, OriginHeaders, Setting, Settings
from ready_gate.model import Finding, Level, Outcome, Status

MIDDLEWARE = "corsheaders.middleware.CorsMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"
ALL = ("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
ORIGINS = ("CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")
PATTERNS = ("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST")


@check("security.cors")
def cors(settings: Settings, origin_headers: OriginHeaders) -> Outcome:
    """django-cors-headers, middleware of the project and the proxy let in named https origins only."""
    active = _active(settings)
    by_hand = [part for header in origin_headers.found for part in _header(header)]
    if active is False:
        return _without_package(settings, origin_headers, by_hand)
    if active is None:
        return unknown(doubt(settings["INSTALLED_APPS"] if settings["MIDDLEWARE"].known else settings["MIDDLEWARE"]))
    named = [*_origins(_named(settings, ORIGINS)), *_patterns(_named(settings, PATTERNS))]
    seen = [*_allow_all(settings), *named, *_order(settings["MIDDLEWARE"]), *by_hand]
    return settled(settings, [*seen, *notes_of_defaults(settings, *ALL, *ORIGINS, *PATTERNS)], "CORS lets in named origins only")


def _active(settings: Settings) -> bool | None:
    """Whether django-cors-headers is in use: its middleware, or at least its app with settings that wait for it."""
    middleware = settings["MIDDLEWARE"].has(lambda entry: isinstance(entry, str) and entry.startswith("corsheaders."))
    installed = settings.installed("corsheaders")
    return True if middleware or installed else None if None in (middleware, installed) else False


def _header(header: OriginHeader) -> Iterator[Seen]:
    """What a header set by hand lets in: for every answer an error, in one view something to look at."""
    if header.value == "*" or header.reflected:
        who = "whatever origin asks" if header.reflected else "any origin"
        report = finding if header.everywhere else warning
        yield report("security.cors-allow-all", f"Access-Control-Allow-Origin is set by hand and lets in {who}", header.at)
    elif header.value:
        yield from _origin(Setting("Access-Control-Allow-Origin", "str", header.value, origins=(header.at,)))
    elif header.everywhere:
        yield f"Access-Control-Allow-Origin is set by hand, and to what could not be told ({header.at})"


def _without_package(settings: Settings, headers: OriginHeaders, seen: list[Seen]) -> Outcome:
    if any(header.everywhere for header in headers.found) or any(isinstance(part, Finding) and part.level is Level.ERROR for part in seen):
        return settled(settings, seen, "the header set by hand names one origin")
    findings = tuple(part for part in seen if isinstance(part, Finding))
    by_hand = [str(item.value) for item in settings["MIDDLEWARE"].items if "cors" in str(item.value).lower()]
    if by_hand:
        return unknown(f"{by_hand[0]} answers for CORS, and whom it lets in was not found in its code", findings)
    nobody = "no foreign origin is let in: corsheaders is neither in INSTALLED_APPS nor in MIDDLEWARE, and no middleware is named for CORS"
    return Outcome(Status.NOT_APPLICABLE, nobody, findings)


def _named(settings: Settings, names: tuple[str, str]) -> Setting:
    """The setting under its new name, else under its old one, as the package itself looks."""
    return settings[names[1]] if settings.is_set(names[1]) and not settings.is_set(names[0]) else settings[names[0]]


def _allow_all(settings: Settings) -> Iterator[Seen]:
    everyone, credentials = _named(settings, ALL), settings["CORS_ALLOW_CREDENTIALS"]
    if everyone.truth is None:
        yield doubt(everyone)
    elif everyone.truth:
        text = f' (the string "{everyone.value}" counts as true)' if everyone.kind == "str" else ""
        more = ", with the visitor's cookies (CORS_ALLOW_CREDENTIALS)" if credentials.truth else ""
        yield finding(
            "security.cors-allow-all", f"{everyone.name} is true{text}{hanging(everyone)}: any site may read the API's answers{more}", everyone
        )


def _origins(origins: Setting) -> Iterator[Seen]:
    for option in origins.possible():
        if option.kind == "str" and option.value:
            yield finding("security.cors-origin", f"{option.name} is a text, not a list of origins", option)
        elif option.truth is None or option.rest:
            yield doubt(option)
        for item in option.items:
            yield from _origin(item) if item.kind == "str" else [doubt(item)] if not item.known else ()


def _origin(item: Setting) -> Iterator[Seen]:
    text = str(item.value).strip()
    host, scheme = host_of(text) or "", text.partition("://")[0].lower()
    name = item.name.partition("[")[0]
    if text.lower() in ("null", "file://"):
        yield finding("security.cors-null", f"{name} lets in the origin {text.lower()}, which sandboxed frames or local files send", item)
    elif "*" in text:
        yield finding(
            "security.cors-origin", f"{name} holds {text[:100]!r}: wildcards are no origins here, and what was meant lets foreign sites in", item
        )
    elif scheme in ("http", "https") and is_tunnel(host):
        yield finding("security.cors-localhost", f"{name} lets in {text[:100]}{hanging(item)}, a developer's tunnel that anyone may get next", item)
    elif scheme in ("http", "https") and is_loopback(host):
        yield finding("security.cors-localhost", f"{name} lets in {text[:100]}{hanging(item)}, a page on whatever machine the visitor uses", item)
    elif scheme == "http":
        yield finding("security.cors-http", f"{name} lets in {text[:100]}{hanging(item)}, which anyone on the way can change", item)
    elif "://" not in text or not _bare(text):
        yield warning("security.cors-origin", f"{name} holds {text[:100]!r}, which is no origin: manage.py check refuses it", item)
    elif is_placeholder_host(host):
        yield warning("security.cors-origin", f"{name} lets in {text[:100]}, a placeholder", item)


def _bare(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.netloc) and not (parts.path or parts.query or parts.fragment)


def _patterns(patterns: Setting) -> Iterator[Seen]:
    for option in patterns.possible():
        if option.truth is None or option.rest:
            yield doubt(option)
        for item in option.items:
            pattern = _pattern_of(item)
            yield from [doubt(item)] if pattern is None else _pattern(item, pattern)


def _pattern_of(item: Setting) -> str | None:
    """The pattern's text: a string, or the argument of `re.compile(…)` without flags."""
    if item.kind == "str":
        return str(item.value)
    text = str(item.value)
    if item.kind != "object" or not text.startswith("re.compile(") or len(text) > 2000:
        return None
    try:
        made = ast.parse(text, mode="eval").body
        argument = ast.literal_eval(made.args[0]) if isinstance(made, ast.Call) and made.args else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return argument if isinstance(argument, str) else None


def _pattern(item: Setting, pattern: str) -> Iterator[Seen]:
    found = weaknesses(pattern)
    if found is None:
        yield f"the pattern {pattern[:100]!r} in {item.name} is too involved to be taken apart"
        return
    for weakness in found:
        report = finding if weakness.serious else warning
        yield report(weakness.rule, f"the pattern {pattern[:100]!r} in {item.name} {weakness.what}", item)


def _order(middleware: Setting) -> Iterator[Seen]:
    names = [item.value for item in middleware.items]
    if middleware.ordered and MIDDLEWARE in names and COMMON in names and names.index(MIDDLEWARE) > names.index(COMMON):
        yield warning(
            "security.cors-order", "CorsMiddleware stands after CommonMiddleware, so that redirects go out without CORS headers", middleware
        )
    elif middleware.known and MIDDLEWARE not in names:
        yield warning("security.cors-order", "CorsMiddleware is not in MIDDLEWARE, so that the CORS settings have no effect", middleware.origin)
