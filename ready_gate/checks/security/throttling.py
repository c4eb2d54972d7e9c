"""Rate limits: DRF's throttles with their rates, and login limiters."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, across
from ready_gate.checks.registry import check, failed, finding, not_applicable, note, passed, unknown, warning
from ready_gate.checks.security.answers import doubt, settled
from ready_gate.facts.views import LimitCode, Setting, Settings, Throttle
from ready_gate.model import Origin, Outcome, Status

THROTTLING = "rest_framework.throttling."
SCOPES = {f"{THROTTLING}AnonRateThrottle": "anon", f"{THROTTLING}UserRateThrottle": "user"}
SCOPED = f"{THROTTLING}ScopedRateThrottle"
AXES_BACKENDS = ("axes.backends.AxesStandaloneBackend", "axes.backends.AxesBackend")
DEFENDER = "defender.middleware.FailedLoginMiddleware"
DUMMY, LOCAL = "django.core.cache.backends.dummy.DummyCache", "django.core.cache.backends.locmem.LocMemCache"


@check("security.rate-limiting")
def rate_limiting(settings: Settings, limit_code: LimitCode) -> Outcome:
    """DRF throttles every view by default, or logins are limited by axes or defender."""
    throttled = across(settings["REST_FRAMEWORK"].get("DEFAULT_THROTTLE_CLASSES"), lambda classes: _throttled(classes, settings, limit_code))
    limited = _logins(settings)
    return limited if limited is not None and throttled.status is not Status.PASS else throttled


@check("security.throttle-rates")
def throttle_rates(settings: Settings) -> Outcome:
    """Each throttle in use has a rate that can be read, and a cache that can count."""
    classes = settings["REST_FRAMEWORK"].get("DEFAULT_THROTTLE_CLASSES")
    if not classes.truth:
        return unknown(doubt(classes)) if classes.truth is None else not_applicable("DEFAULT_THROTTLE_CLASSES is empty")
    rates = settings["REST_FRAMEWORK"].get("DEFAULT_THROTTLE_RATES")
    seen = [part for name in _names(classes) if name in SCOPES for part in _rate(name, rates.get(SCOPES[name]), rates)]
    seen += [part for key, rate in rates.entries if key not in SCOPES.values() for part in _readable(rate)]
    return settled(settings, [*seen, *_cache(settings), *_proxies(settings)], "every throttle has a rate")


def _names(classes: Setting) -> list[str]:
    """The dotted names of the classes, given as text or imported."""
    return [str(item.value) for option in classes.possible()[:1] for item in option.items if item.kind in ("str", "object")]


def _throttled(classes: Setting, settings: Settings, code: LimitCode) -> Outcome:
    if classes.truth is None:
        return unknown(doubt(classes))
    if not classes.truth:
        return _unlimited(settings)
    names, rates = _names(classes), settings["REST_FRAMEWORK"].get("DEFAULT_THROTTLE_RATES")
    known, limiting = _by_default(classes, rates, code)
    if limiting:
        return passed(f"DRF throttles every view: {', '.join(limiting)}")
    scoped = [view for view in code.views if view.scope and limits(Throttle(SCOPED, SCOPED), rates, view.scope)] if SCOPED in names else []
    if scoped:
        return passed(f"DRF throttles {len(scoped)} views by their scopes: {', '.join(sorted({str(view.scope) for view in scoped})[:5])}")
    return _without_limit(classes, rates, known)


def _by_default(classes: Setting, rates: Setting, code: LimitCode) -> tuple[list[Throttle], list[str]]:
    """The default throttles, and what those say that limit anything."""
    known = [code.throttles.get(name) or Throttle(name, name) for name in _names(classes)]
    return known, [said for throttle in known if (said := limits(throttle, rates, None))]


def throttles_all(settings: Settings, code: LimitCode) -> bool:
    """Whether DRF's default throttles limit every view that does not choose its own."""
    framework = settings["REST_FRAMEWORK"]
    return bool(_by_default(framework.get("DEFAULT_THROTTLE_CLASSES"), framework.get("DEFAULT_THROTTLE_RATES"), code)[1])


def _without_limit(classes: Setting, rates: Setting, known: list[Throttle]) -> Outcome:
    foreign = [throttle for throttle in known if throttle.at is None and throttle.name not in SCOPES and throttle.name != SCOPED]
    if foreign:
        return unknown(f"{foreign[0].name} is a class of another package, and its rate cannot be told")
    if not classes.known or not rates.known or any("" in (throttle.rate, throttle.scope) for throttle in known):
        return unknown(doubt(rates if classes.known else classes) or "the rate of a throttle is computed")
    if not known:
        return unknown("DEFAULT_THROTTLE_CLASSES is no list of classes")
    short = known[0].name.rpartition(".")[2]
    message = f"{short} has no rate, and without one it lets every request through"
    if known[0].name == SCOPED:
        message = f"{short} limits only views that name a scope with a rate, and none does"
    return failed(message, [finding("security.throttle-without-rate", message, rates if rates.origin else classes)])


def limits(throttle: Throttle, rates: Setting, scope: str | None) -> str | None:
    """What a throttle lets through, in words; None where it limits nothing. `scope` is that of the view."""
    if throttle.rate is not None:
        return (
            f"{throttle.name.rpartition('.')[2]} {throttle.rate or 'by a rate that is computed'}"
            if throttle.rate == "" or _parse(throttle.rate)
            else None
        )
    if not throttle.base or throttle.base.endswith("BaseThrottle"):
        return f"{throttle.name.rpartition('.')[2]} by its own count" if throttle.own else None
    named = scope if throttle.base == SCOPED else throttle.scope or SCOPES.get(throttle.base)
    return f"{named} {rates.get(named).value}" if named and _limit(rates.get(named)) else None


def _unlimited(settings: Settings) -> Outcome:
    """No throttle of DRF: what that means, and what to do, depends on whether the project has DRF at all."""
    if settings["NINJA_EXTRA"].get("THROTTLE_CLASSES").truth:
        return unknown("NINJA_EXTRA names throttles, and which routes use them is not looked at yet")
    framework = settings.installed("rest_framework") is not False or settings.is_set("REST_FRAMEWORK")
    if framework:
        message, fix = "DEFAULT_THROTTLE_CLASSES is not set, so that nothing in the settings limits the rate of requests", None
    else:
        message = "nothing in the settings limits the rate of requests or logins (looked for django-axes, django-defender and DRF's throttles)"
        fix = "Limit logins with django-axes, single views with django-ratelimit, or requests with limit_req in nginx."
    return failed(message, [finding("security.no-throttling", message, settings["REST_FRAMEWORK"].origin or Origin(settings.path, 1), fix=fix)])


def _limit(rate: Setting) -> bool:
    return rate.kind == "str" and _parse(str(rate.value)) is not None


def _parse(rate: str) -> float | None:
    """Requests in a second, as DRF reads a rate; None where it cannot."""
    count, slash, period = rate.partition("/")
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(period.strip()[:1])
    return int(count) / seconds if slash and seconds and count.strip().isascii() and count.strip().isdecimal() and len(count) < 18 else None


def _rate(name: str, rate: Setting, rates: Setting) -> Iterator[Seen]:
    short = name.rpartition(".")[2]
    if rate.kind in ("unknown", "choice"):
        yield doubt(rate)
    elif rate.absent or rate.kind == "NoneType" or rate.value == "":
        effect = "every request fails" if rate.absent and rates.kind == "dict" and not rates.is_default else "it limits nothing"
        message = f'{short} has no rate for its scope "{SCOPES[name]}" in DEFAULT_THROTTLE_RATES, so that {effect}'
        yield finding("security.throttle-without-rate", message, rate if rate.origin else rates)
    else:
        yield from _readable(rate)


def _readable(rate: Setting) -> Iterator[Seen]:
    if rate.kind in ("unknown", "choice"):
        yield doubt(rate)
    elif rate.kind != "NoneType" and (rate.kind != "str" or _parse(str(rate.value)) is None):
        yield finding("security.throttle-rate", f"{rate.name} is {rate.shown()!r}, which DRF cannot read: the first throttled request fails", rate)
    elif rate.kind == "str" and (_parse(str(rate.value)) or 0) > 1000:
        yield warning("security.throttle-rate", f"{rate.name} is {rate.shown()!r}, which is no limit in practice", rate)


def _cache(settings: Settings) -> Iterator[Seen]:
    backend = settings["CACHES"].get("default", "BACKEND")
    if backend.value == DUMMY:
        yield finding(
            "security.throttle-cache", "the default cache is DummyCache, which keeps no counts, so that throttles never limit anything", backend
        )
    elif backend.value == LOCAL:
        yield warning(
            "security.throttle-cache", "the default cache is LocMemCache: each worker counts for itself, so that limits are multiplied", backend
        )


def _proxies(settings: Settings) -> Iterator[Seen]:
    proxies = settings["REST_FRAMEWORK"].get("NUM_PROXIES")
    if proxies.absent or proxies.kind == "NoneType":
        message = "NUM_PROXIES is not set: clients are told apart by the X-Forwarded-For header as they send it, and can change it"
        yield note("security.throttle-without-rate", message, settings["REST_FRAMEWORK"].origin)


def _logins(settings: Settings) -> Outcome | None:
    """The answer of a login limiter, where one is installed."""
    if settings.installed("axes"):
        enabled = settings["AXES_ENABLED"]
        if enabled.truth is False and not enabled.absent:
            return failed("AXES_ENABLED is False", [finding("security.limiter-disabled", "axes is installed and AXES_ENABLED is False", enabled)])
        if settings["AUTHENTICATION_BACKENDS"].has(lambda backend: backend in AXES_BACKENDS):
            return passed("axes limits the rate of logins")
    if settings.middleware(DEFENDER):
        return passed("defender limits the rate of logins")
    return None
