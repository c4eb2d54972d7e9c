"""Errors are tracked, metrics exported, requests counted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ready_gate.checks.monitoring.packages import METRICS, PROMETHEUS, TRACKERS, USAGE, Package
from ready_gate.checks.provenance import Source, source_of
from ready_gate.checks.reading import Seen, because, empty, not_required, part, settle, top, unset_here
from ready_gate.checks.registry import ask_person, check, failed, finding, not_applicable, note, passed, unknown, warning
from ready_gate.checks.security.placeholders import is_placeholder
from ready_gate.facts.views import Environment, Requirements, Setting, Settings, UsageCode
from ready_gate.model import Finding, Outcome

SAMPLE = "examplePublicKey"  # stands in every page of Sentry's documentation
_DSN = re.compile(r"https?://[^@/\s]{1,200}@[^/\s]{1,200}/")


@check("monitoring.error-tracking")
def error_tracking(settings: Settings, environment: Environment, requirements: Requirements) -> Outcome:
    """A tracker runs in production, with its key from the environment."""
    for package in TRACKERS:
        if package.active(settings):
            seen = [
                *_key(package, settings, environment),
                *_requirement(package, settings, requirements, "monitoring.tracker-missing"),
                *_personal(package, settings),
            ]
            return settle(seen, f"{package.name} tracks errors")
    doubts = [f"whether {package.name} is switched on cannot be told" for package in TRACKERS if package.active(settings) is None]
    if doubts:
        return unknown(_hidden(settings, doubts[0]))
    return _nowhere(settings, environment, requirements)


def _hidden(settings: Settings, otherwise: str) -> str:
    """Why apps, middleware or calls could not be read."""
    return top(settings, "MIDDLEWARE").doubt() or top(settings, "INSTALLED_APPS").doubt() or otherwise


def _nowhere(settings: Settings, environment: Environment, requirements: Requirements) -> Outcome:
    required = next((package for package in TRACKERS if requirements.has(*package.distributions)), None)
    if required is None and requirements.files:
        message = "no error tracker is set up: none is started in the settings, and none is among the requirements"
        return failed(message, [finding("monitoring.no-error-tracking", message, top(settings, "INSTALLED_APPS").origin)])
    if required is None:
        return unknown("the settings start no error tracker, and the rest of the code is not looked at yet")
    dsn = settings[required.variable] if required.variable else Setting("", "absent")
    if settings.is_set(required.variable) and empty(dsn) and required.variable not in environment.variables:
        doubt = unset_here(dsn, environment)
        message = f"{required.name} is not started: {required.variable} is empty{because(dsn)}"
        return unknown(doubt) if doubt else failed(message, [finding("monitoring.no-dsn", message, dsn)])
    asked = next((asked for asked in settings.asked if asked.name == required.variable and asked.certain), None)
    if asked and environment.known and required.variable not in environment.variables and required.variable not in environment.doubtful:
        message = f"{required.name} is not started: the settings look for {required.variable}, and production does not set it"
        return failed(message, [finding("monitoring.no-dsn", message, asked.at)])
    return unknown(f"{required.name} is required and the settings do not start it; where else it may be started is not looked at yet")


def _key(package: Package, settings: Settings, environment: Environment) -> Iterator[Seen]:
    key = _key_setting(package, settings)
    if key is None or (_left_out(key) and package.variable in environment.variables):
        return
    for option in key.possible():
        source = source_of(option, environment)
        if source is Source.UNKNOWN:
            yield key.doubt() or ""
        elif source is Source.EMPTY:
            yield from _no_key(package, option, environment)
        elif source is not Source.ENVIRONMENT:
            yield finding("monitoring.literal-dsn", f"the key of {package.name} stands in the source", key)
        elif option.text and (is_placeholder(option.text) or SAMPLE in option.text or _no_dsn(package, option.text)):
            yield finding(
                "monitoring.no-dsn", f"the key of {package.name} is no working one{because(option)}, but a placeholder or no address", option
            )


def _no_dsn(package: Package, text: str) -> bool:
    """Whether a text is not of the form that Sentry's SDK takes: `https://KEY@HOST/PROJECT`."""
    return package.name == "Sentry" and not _DSN.match(text.strip())


def _no_key(package: Package, key: Setting, environment: Environment) -> Iterator[Seen]:
    own = package.variable if _left_out(key) and not key.reads else ""
    if own and not environment.known:
        yield f"{package.name} reads {own}, and no production environment is known"
        return
    either = f": none is given, and production does not set {own}" if own else because(key)
    yield unset_here(key, environment) or finding("monitoring.no-dsn", f"{package.name} has no key{either}", key)


def _left_out(key: Setting) -> bool:
    """An empty text is a key, of which SDKs say that tracking is off; only without one do they read their variable."""
    return key.absent or key.kind == "NoneType"


def _key_setting(package: Package, settings: Settings) -> Setting | None:
    """The key as the settings or the call give it; None where the package has none to look for."""
    call = package.call(settings)
    if call is not None and package.calls[0] != "ddtrace.patch_all":
        given = next((call.keywords[name] for name in ("dsn", "access_token", "api_key", "connection_string") if name in call.keywords), None)
        given = given or (call.arguments[0] if call.arguments and call.name in ("sentry_sdk.init", "rollbar.init") else None)
        if given is not None or call.name in ("sentry_sdk.init", "rollbar.init", "bugsnag.configure"):
            return given if given is not None else Setting("dsn", "absent", origins=(call.at,))
    return part(top(settings, package.key[0]), *package.key[1:]) if package.key else None


def _requirement(package: Package, settings: Settings, requirements: Requirements, rule: str) -> Iterator[Finding]:
    if not_required(requirements, *package.distributions):
        call = package.call(settings)
        message = f"{package.name} is used, and {package.distributions[0]} is not among the requirements"
        yield finding(rule, message, call.at if call else package.place(settings).origin)


def _personal(package: Package, settings: Settings) -> Iterator[Finding]:
    call = package.call(settings)
    pii = call.keywords.get("send_default_pii") if call else None
    if pii is not None and pii.truth:
        yield warning("monitoring.send-pii", "send_default_pii is on: names, addresses and request bodies of customers go to the tracker", pii)


@check("monitoring.server-metrics")
def server_metrics(settings: Settings, requirements: Requirements) -> Outcome:
    """Metrics of the server are exported."""
    if settings.installed("django_prometheus") and settings.middleware(*PROMETHEUS.middleware) is False:
        place = top(settings, "INSTALLED_APPS")
        seen = [*_requirement(PROMETHEUS, settings, requirements, "monitoring.metrics-missing")]
        return settle(
            [*seen, warning("monitoring.metrics-middleware", "django_prometheus is installed without its middleware", place.origin)],
            "django-prometheus",
        )
    return _one_of(METRICS, settings, requirements, "no exporter or agent is set up in the settings")


@check("monitoring.api-usage")
def api_usage(settings: Settings, requirements: Requirements) -> Outcome:
    """Requests are counted or logged by endpoint."""
    return _one_of(USAGE, settings, requirements, "nothing in the settings counts requests by endpoint")


@check("monitoring.usage-middleware")
def usage_middleware(usage_code: UsageCode) -> Outcome:
    """Middleware of the project counts or logs every request with its path."""
    if usage_code.counting:
        return passed(usage_code.counting[0].text, [note("monitoring.usage-middleware", usage_code.counting[0].text, usage_code.counting[0].at)])
    return not_applicable(f"none of the {usage_code.own} entries of MIDDLEWARE that are the project's own counts requests")


def _one_of(packages: Iterable[Package], settings: Settings, requirements: Requirements, nothing: str) -> Outcome:
    states = [(package, package.active(settings)) for package in packages]
    for package, active in states:
        if active:
            return settle(_requirement(package, settings, requirements, "monitoring.metrics-missing"), f"{package.name} is switched on")
    if any(active is None for _, active in states):
        return unknown(_hidden(settings, nothing))
    return ask_person(nothing)
