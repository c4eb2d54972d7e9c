"""Whether every endpoint asks who is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ready_gate.checks.registry import check, failed, finding, not_applicable, passed, unknown, warning
from ready_gate.checks.security.public_paths import plain_path, why_public
from ready_gate.facts.views import Options
from ready_gate.facts.views.routes import Route, Routes
from ready_gate.model import Finding, Outcome

ITEM = "security.endpoint-auth"
# Views of other packages that show what is not for everybody.
REVEALING = ("django_prometheus.", "silk.", "debug_toolbar.", "explorer.", "django_rq.")
MOST = 40
GENERAL = ("AllowAny", "BasePermission")


@check(ITEM)
def endpoint_auth(routes: Routes, options: Options) -> Outcome:
    """Every route that is an API endpoint or changes something asks who is there, or is one of those that may be open."""
    listed = options.of(ITEM, "public", [])
    patterns = [str(entry) for entry in listed] if isinstance(listed, (list, tuple)) else []
    judged = [route for route in routes if _counts(route)]
    if not judged:
        return unknown(routes.problems[0]) if routes.problems else not_applicable("no route is an API endpoint or changes anything")
    exposed = [route for route in judged if route.open is not False and why_public(route, patterns) is None]
    open_ones = [route for route in exposed if route.open]
    doubtful = [route for route in exposed if route.open is None]
    found = [*_open(open_ones, _usual(routes)), *_undecided(doubtful), *_unread(routes)]
    if open_ones:
        views = len({route.view for route in open_ones})
        return failed(f"{len(open_ones)} of {len(judged)} endpoints are open to anyone ({views} view{'s' if views > 1 else ''})", found)
    if doubtful or routes.problems:
        reason = f"of {len(doubtful)} endpoints it cannot be told who gets through" if doubtful else routes.problems[0]
        return unknown(reason, found)
    public = sum(route.open is not False for route in judged)
    return passed(f"{len(judged) - public} endpoints ask who is there, {public} may be open to anyone", found)


def _counts(route: Route) -> bool:
    """Whether a route is judged: an endpoint of an API, a view that changes something, a tool of another package's that shows much, or a class of
    which nothing is known."""
    if route.kind == "foreign":
        return route.view.startswith(REVEALING) or (route.open is None and bool(route.at.path))
    return route.is_api or (route.writes and route.kind != "admin") or route.kind == "unknown"


def _usual(routes: Routes) -> str:
    """What the project's other views ask with, most often."""
    closed = Counter(name.rpartition(".")[2] for route in routes for entry in route.access if entry.open is False for name in entry.permissions)
    for name in GENERAL:
        closed.pop(name, None)
    best = [name for name, _ in closed.most_common() if name.isidentifier()]
    return best[0] if best else "IsAuthenticated"


def _fix(route: Route, usual: str) -> str:
    where = f'list "{plain_path(route.pattern)}" under items: {ITEM}: public'
    if route.kind == "ninja":
        return f"Give the operation, its router or the API an auth=…; or {where} if everybody may use it."
    if route.kind == "drf" and route.view.rpartition(".")[2][:1].islower():
        return f"Put @permission_classes([{usual}]) below @api_view; or {where} if everybody may use it."
    if route.kind == "drf":
        return f"Set permission_classes = [{usual}] on {route.view.rpartition('.')[2]}; or {where} if everybody may use it."
    if route.view.rpartition(".")[2][:1].isupper():
        return f"Put LoginRequiredMixin first among the bases of {route.view.rpartition('.')[2]}; or {where} if everybody may use it."
    return f"Put @login_required on {route.view.rpartition('.')[2] or 'the view'}; or {where} if everybody may use it."


def _by_view(routes: Iterable[Route]) -> list[list[Route]]:
    groups: dict[str, list[Route]] = {}
    for route in routes:
        groups.setdefault(route.view or str(route.at), []).append(route)
    return list(groups.values())


def _open(routes: Iterable[Route], usual: str) -> Iterator[Finding]:
    """One finding a view, with the routes and methods that are open."""
    groups = _by_view(routes)
    for group in groups[:MOST]:
        entries = dict.fromkeys((entry.method, entry.reason) for route in group for entry in route.access if entry.open)
        methods = ", ".join(dict.fromkeys(method for method, _ in entries if method != "ANY"))
        reasons = "; ".join(list(dict.fromkeys(reason for _, reason in entries))[:3])
        message = f"{_named(group)} {f'answers {methods} of' if methods else 'answers'} anyone ({reasons})"
        yield finding("security.open-endpoint", message, group[0].view_at or group[0].at, fix=_fix(group[0], usual))
    if len(groups) > MOST:
        yield finding("security.open-endpoint", f"{len(groups) - MOST} more views are open to anyone", groups[MOST][0].view_at or groups[MOST][0].at)


def _undecided(routes: Iterable[Route]) -> Iterator[Finding]:
    for group in _by_view(routes)[:MOST]:
        reason = next((entry.reason for route in group for entry in route.access if entry.open is None), "the view is not known")
        yield warning("security.undecided-endpoint", f"who gets through to {_named(group)} cannot be told: {reason}", group[0].view_at or group[0].at)


def _unread(routes: Routes) -> Iterator[Finding]:
    for problem in (*routes.problems, *routes.unread)[:MOST]:
        yield warning("security.unread-routes", f"there may be more routes: {problem}")


def _named(group: list[Route]) -> str:
    paths = list(dict.fromkeys("/" + plain_path(route.pattern).lstrip("/") for route in group))
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
    view = group[0].view.rpartition(".")[2]
    return f"{view} ({shown})" if view else shown
