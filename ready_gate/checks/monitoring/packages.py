"""Packages that track errors, count requests or export metrics, and how the settings show that they are on."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.checks.reading import top
from ready_gate.facts.views import Called, Setting, Settings


@dataclass(frozen=True)
class Package:
    """`distributions` install it, `apps`, `middleware` and `calls` switch it on. `key` is the path of its key in the
    settings (the first part names the setting), `variable` the environment variable that it reads by itself."""

    name: str
    distributions: tuple[str, ...]
    apps: tuple[str, ...] = ()
    middleware: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    variable: str = ""

    def active(self, settings: Settings) -> bool | None:
        """Whether the settings switch it on; None where that cannot be told."""
        if any(call.certain for call in settings.called(*self.calls)):
            return True
        answers = [settings.installed(*self.apps) if self.apps else False, settings.middleware(*self.middleware) if self.middleware else False]
        if any(answers):
            return True
        return None if None in answers or settings.called(*self.calls) else False

    def call(self, settings: Settings) -> Called | None:
        """The last call that starts it."""
        calls = settings.called(*self.calls)
        return calls[-1] if calls else None

    def place(self, settings: Settings) -> Setting:
        """The setting that switches it on."""
        return top(settings, "INSTALLED_APPS") if self.apps and settings.installed(*self.apps) else top(settings, "MIDDLEWARE")


SENTRY = Package("Sentry", ("sentry-sdk",), calls=("sentry_sdk.init",), variable="SENTRY_DSN")
NEW_RELIC = Package("New Relic", ("newrelic",), calls=("newrelic.agent.initialize",), variable="NEW_RELIC_LICENSE_KEY")
ELASTIC = Package("Elastic APM", ("elastic-apm",), apps=("elasticapm.contrib.django",))  # its server needs no key
DATADOG = Package("Datadog", ("ddtrace",), apps=("ddtrace.contrib.django",), calls=("ddtrace.patch_all",))
SCOUT = Package("Scout", ("scout-apm",), apps=("scout_apm.django",), key=("SCOUT_KEY",), variable="SCOUT_KEY")
AZURE = Package(
    "Azure Monitor",
    ("azure-monitor-opentelemetry",),
    calls=("azure.monitor.opentelemetry.configure_azure_monitor",),
    variable="APPLICATIONINSIGHTS_CONNECTION_STRING",
)
_ROLLBAR = "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"
TRACKERS = (
    SENTRY,
    Package(
        "Sentry (raven)",
        ("raven",),
        apps=("raven.contrib.django.raven_compat", "raven.contrib.django"),
        key=("RAVEN_CONFIG", "dsn"),
        variable="SENTRY_DSN",
    ),
    Package(
        "Rollbar",
        ("rollbar",),
        middleware=(_ROLLBAR, f"{_ROLLBAR}Only404", f"{_ROLLBAR}Excluding404"),
        calls=("rollbar.init",),
        key=("ROLLBAR", "access_token"),
    ),
    Package(
        "Bugsnag", ("bugsnag",), middleware=("bugsnag.django.middleware.BugsnagMiddleware",), calls=("bugsnag.configure",), key=("BUGSNAG", "api_key")
    ),
    Package(
        "Honeybadger",
        ("honeybadger",),
        middleware=("honeybadger.contrib.DjangoHoneybadgerMiddleware",),
        calls=("honeybadger.honeybadger.configure",),
        key=("HONEYBADGER", "API_KEY"),
        variable="HONEYBADGER_API_KEY",
    ),
    ELASTIC,
    NEW_RELIC,
    DATADOG,
    SCOUT,
    AZURE,
)
PROMETHEUS = Package(
    "django-prometheus",
    ("django-prometheus",),
    middleware=("django_prometheus.middleware.PrometheusAfterMiddleware", "django_prometheus.middleware.PrometheusBeforeMiddleware"),
)
TELEMETRY = Package(
    "OpenTelemetry",
    ("opentelemetry-instrumentation-django",),
    calls=("opentelemetry.instrumentation.django.DjangoInstrumentor",),
)
METRICS = (PROMETHEUS, NEW_RELIC, DATADOG, ELASTIC, SCOUT, AZURE, TELEMETRY)
USAGE = (
    *METRICS,
    Package("drf-tracking", ("drf-tracking", "drf-api-tracking"), apps=("rest_framework_tracking",)),
    Package("drf-api-logger", ("drf-api-logger",), middleware=("drf_api_logger.middleware.api_logger_middleware.APILoggerMiddleware",)),
    Package("django-structlog", ("django-structlog",), middleware=("django_structlog.middlewares.RequestMiddleware",)),
    Package("django-request", ("django-request",), middleware=("request.middleware.RequestMiddleware",)),
    Package("django-request-logging", ("django-request-logging",), middleware=("request_logging.middleware.LoggingMiddleware",)),
)
