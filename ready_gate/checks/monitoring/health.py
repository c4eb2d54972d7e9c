"""The health endpoint."""

from __future__ import annotations

from ready_gate.checks.registry import check, failed, finding, passed, unknown
from ready_gate.facts.views import HealthCode, HealthRoute, Settings
from ready_gate.model import Finding, Origin, Outcome

PLAIN = (
    'Add it to the URLs: path("health/", health), with def health(request): '
    'connection.ensure_connection(); return JsonResponse({"status": "ok"}). A database that does not answer then gives 500.'
)
DRF = (
    'Add it to the URLs: path("health/", HealthView.as_view()), with class HealthView(APIView): authentication_classes = []; '
    'permission_classes = [AllowAny]; def get(self, request): connection.ensure_connection(); return Response({"status": "ok"}).'
)


@check("monitoring.health-endpoint")
def health_endpoint(health_code: HealthCode, settings: Settings) -> Outcome:
    """A health route answers without credentials, and asks the database."""
    routes = health_code.routes
    good = [route for route in routes if route.open and route.touches]
    if good:
        return passed(f"{good[0].pattern} answers without credentials and asks the database")
    vague = [route for route in routes if (route.open is None or route.touches is None) and route.open is not False and route.touches is not False]
    if vague:
        return unknown("; ".join(_doubt(route) for route in vague[:2]))
    fix = DRF if settings.installed("rest_framework") else PLAIN
    if routes:
        seen = [_wrong(route) for route in routes]
        return failed(seen[0].message, seen)
    if health_code.problems:
        return unknown(f"no health route is seen, and there may be more routes than are known: {health_code.problems[0]}")
    message = f"none of the {health_code.total} routes is a health check"
    return failed(message, [finding("monitoring.no-health-endpoint", message, Origin(settings.path, 1), fix=fix)])


def _doubt(route: HealthRoute) -> str:
    what = f"whether it answers without credentials cannot be told ({route.why})" if route.open is None else "what its view looks at cannot be told"
    return f"{route.pattern} is a health route, and {what} ({route.at})"


def _wrong(route: HealthRoute) -> Finding:
    if route.open is False:
        return finding("monitoring.health-needs-login", f"{route.pattern} turns away who has no credentials: {route.why}", route.at)
    message = f"{route.pattern} does not ask the database: it says that all is well while the database is down"
    return finding("monitoring.health-looks-at-nothing", message, route.at)
