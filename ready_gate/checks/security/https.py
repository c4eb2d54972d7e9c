"""What Django's deployment checks ask for HTTPS, and what they miss."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.proxies import Redirecting, redirecting
from ready_gate.checks.reading import Seen, host_of, is_loopback, is_placeholder_host, is_tunnel
from ready_gate.checks.registry import check, finding, note, warning
from ready_gate.checks.security.answers import doubt, exactly_true, hanging, must_be_true, notes_of_defaults, settled, shown
from ready_gate.facts.views import Nginx, Setting, Settings
from ready_gate.model import Level, Outcome

SECURITY_MIDDLEWARE = "django.middleware.security.SecurityMiddleware"
CSRF_MIDDLEWARE = "django.middleware.csrf.CsrfViewMiddleware"
SESSION_MIDDLEWARE = "django.contrib.sessions.middleware.SessionMiddleware"
SESSION_APP = "django.contrib.sessions"
SHORTEST_HSTS = 3600  # what Django's documentation suggests to begin with
EVERY_PATH = ("", "^", ".", ".*", "^.*", "^.*$", ".*$", ".+", "^.+", "^.+$", "/", "^/")
FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SCHEME", "HTTP_X_SCHEME", "HTTP_CLOUDFRONT_FORWARDED_PROTO")
NO_SCHEME = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP", "HTTP_HOST", "HTTP_ORIGIN", "HTTP_REFERER")
SECURE_IDS = ("django.security.W010", "django.security.W011", "django.security.W012")
JUDGED = ("SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")


@check("security.https-settings")
def https_settings(settings: Settings, nginx: Nginx) -> Outcome:
    """HTTPS is enforced by SecurityMiddleware or by nginx before it, and cookies travel over it alone."""
    seen = [
        *_security_middleware(settings, nginx),
        *session_cookie(settings, "SESSION_COOKIE_SECURE", SECURE_IDS, "the session cookie is sent over plain HTTP too"),
        *_csrf_cookie(settings),
        *_proxy_header(settings["SECURE_PROXY_SSL_HEADER"]),
        *notes_of_defaults(settings, *JUDGED),
    ]
    return settled(settings, seen, f"{_who(settings)} redirects to https with HSTS, and cookies are Secure")


def _who(settings: Settings) -> str:
    return "SecurityMiddleware" if exactly_true(settings["SECURE_SSL_REDIRECT"]) else "nginx"


def _security_middleware(settings: Settings, nginx: Nginx) -> Iterator[Seen]:
    there = settings["MIDDLEWARE"].has(SECURITY_MIDDLEWARE)
    if there is None:
        yield doubt(settings["MIDDLEWARE"])
    elif not there:
        message = f"{SECURITY_MIDDLEWARE} is not in MIDDLEWARE, so that SECURE_SSL_REDIRECT and SECURE_HSTS_SECONDS have no effect"
        yield finding("django.security.W001", message, settings["MIDDLEWARE"].origin)
    else:
        yield from _hsts(settings)
        yield from _redirect(settings, redirecting(nginx))
        yield from _exempt(settings["SECURE_REDIRECT_EXEMPT"])
        yield from _target(settings["SECURE_SSL_HOST"])


def _redirect(settings: Settings, before: Redirecting) -> Iterator[Seen]:
    """Whether Django redirects, or nginx has done so before."""
    setting = settings["SECURE_SSL_REDIRECT"]
    answer = exactly_true(setting)
    if answer:
        return
    if before.answer:
        yield note("security.proxy-redirects", f"SECURE_SSL_REDIRECT is not relied on: {before.reason}", before.at)
    elif answer is None:
        yield doubt(setting)
    elif before.answer is None and before.reason:
        yield f"SECURE_SSL_REDIRECT is {shown(setting)}, and whether plain HTTP is redirected could not be told: {before.reason}"
    else:
        also = f"; {before.reason}" if before.reason else ""
        message = f"SECURE_SSL_REDIRECT is {shown(setting)}{hanging(setting)}: requests over plain HTTP are answered instead of redirected{also}"
        yield finding("django.security.W008", message, setting)


def _hsts(settings: Settings) -> Iterator[Seen]:
    seconds = settings["SECURE_HSTS_SECONDS"]
    if seconds.truth is None:
        yield doubt(seconds)
        return
    if not seconds.truth:
        yield finding(
            "django.security.W004", f"SECURE_HSTS_SECONDS is {shown(seconds)}{hanging(seconds)}: browsers may come back over plain HTTP", seconds
        )
        return
    if seconds.kind == "bool":
        message = f"SECURE_HSTS_SECONDS is {shown(seconds)}, no number of seconds, so that browsers ignore the header"
        yield finding("security.hsts-too-short", message, seconds)
    elif seconds.number is not None and seconds.number < SHORTEST_HSTS:
        message = f"SECURE_HSTS_SECONDS is {shown(seconds)}{hanging(seconds)}: browsers forget it within the hour"
        yield finding("security.hsts-too-short", message, seconds)
    yield from must_be_true(settings, "SECURE_HSTS_INCLUDE_SUBDOMAINS", "django.security.W005", "subdomains can still be reached over plain HTTP")
    yield from must_be_true(settings, "SECURE_HSTS_PRELOAD", "django.security.W021", "the site cannot be put on the browsers' preload list")


def _exempt(exempt: Setting) -> Iterator[Seen]:
    if exempt.kind == "str" and exempt.value:
        message = "SECURE_REDIRECT_EXEMPT is a text, each letter of which counts as a pattern of paths that are not redirected"
        yield finding("security.redirect-exempt", message, exempt)
    for item in exempt.items:
        pattern = (item.text or "").strip()
        if item.kind == "str" and (pattern in EVERY_PATH or pattern.lstrip("^/").startswith("api")):
            yield finding(
                "security.redirect-exempt", f'SECURE_REDIRECT_EXEMPT holds "{pattern}", which keeps the API from being redirected to https', item
            )
    if exempt.truth and not exempt.known:
        yield doubt(exempt)


def _target(host: Setting) -> Iterator[Seen]:
    name = host_of(f"https://{host.text}") if host.text else None
    if name and (is_loopback(name) or is_placeholder_host(name) or is_tunnel(name)):
        yield finding("django.security.W008", f"SECURE_SSL_HOST is {host.text}{hanging(host)}: every request is redirected there", host)


def session_cookie(settings: Settings, name: str, ids: tuple[str, str, str], why: str, level: Level = Level.ERROR) -> Iterator[Seen]:
    """A flag of the session cookie, with the id that Django picks: the app's, the middleware's, or that of both."""
    flag = exactly_true(settings[name])
    app, middleware = settings["INSTALLED_APPS"].has(SESSION_APP), settings["MIDDLEWARE"].has(SESSION_MIDDLEWARE)
    if flag or (app is False and middleware is False):
        return
    if flag is None:
        yield doubt(settings[name])
    elif app or middleware:
        id = ids[2] if app and middleware else ids[0] if app else ids[1]
        yield finding(id, f"{name} is {shown(settings[name])}{hanging(settings[name])}: {why}", settings[name], level=level)
    else:
        yield doubt(settings["INSTALLED_APPS" if app is None else "MIDDLEWARE"])


def _csrf_cookie(settings: Settings) -> Iterator[Seen]:
    there, in_session = settings["MIDDLEWARE"].has(CSRF_MIDDLEWARE), settings["CSRF_USE_SESSIONS"].truth
    if there is False or in_session or exactly_true(settings["CSRF_COOKIE_SECURE"]):
        return
    if there is None or in_session is None:
        yield doubt(settings["MIDDLEWARE" if there is None else "CSRF_USE_SESSIONS"])
        return
    yield from must_be_true(settings, "CSRF_COOKIE_SECURE", "django.security.W016", "the CSRF cookie is sent over plain HTTP too")


def _proxy_header(header: Setting) -> Iterator[Seen]:
    for option in header.possible():
        if option.truth is None or (option.truth and not option.known):
            yield doubt(option)
        elif option.truth:
            yield from _proxy_pair(option)


def _proxy_pair(header: Setting) -> Iterator[Seen]:
    parts = [item.value for item in header.items]
    if len(parts) != 2 or not all(isinstance(part, str) for part in parts):
        yield finding("security.proxy-header", "SECURE_PROXY_SSL_HEADER is no pair of a header and its value, so that every request fails", header)
        return
    name, value = (str(part) for part in parts)
    if not name.startswith("HTTP_") or "-" in name or name != name.upper():
        message = f'SECURE_PROXY_SSL_HEADER names "{name}"; Django looks for HTTP_X_FORWARDED_PROTO and the like, so that no request counts as secure'
        yield finding("security.proxy-header", message, header)
    elif name in FORWARDED and value != "https":
        message = f'SECURE_PROXY_SSL_HEADER waits for {name} to be "{value}", and proxies say "https": no request counts as secure'
        yield finding("security.proxy-header", message, header)
    elif name in NO_SCHEME:
        yield finding("security.proxy-header", f"SECURE_PROXY_SSL_HEADER reads {name}, which never tells the scheme", header)
    elif value.lower() == "http":
        yield finding("security.proxy-header", 'SECURE_PROXY_SSL_HEADER takes requests marked "http" for secure ones', header)
    elif value.lower() not in ("https", "on", "1"):
        yield warning("security.proxy-header", f'SECURE_PROXY_SSL_HEADER waits for the value "{value}", which proxies do not send as a rule', header)
