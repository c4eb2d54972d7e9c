"""The fact `health_code`: the routes by which a load balancer asks whether the server is well, and what they look at."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, calls, constant, methods, names_in, reachable, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Settings
from ready_gate.facts.views.code import HealthCode, HealthRoute
from ready_gate.facts.views.routes import Route, Routes
from ready_gate.model import Origin

NAMES = frozenset(
    {"health", "healthz", "healthcheck", "healthchecks", "livez", "liveness", "readyz", "readiness", "heartbeat", "alive", "ht", "watchman"}
    | {"healthstatus", "checkhealth", "lbheartbeat", "systemhealth", "healthready", "healthlive", "ishealthy", "healthy"}
)
ROOTS = frozenset({"health", "healthz", "healthcheck"})
# Names that mean other things as well: they count near the root only.
SHORT = frozenset({"live", "ready", "status", "ping", "up", "monitor"})
LIBRARIES = {"health_check.": None, "watchman.": True, "dockerflow.django.views.heartbeat": True, "dockerflow.": False, "django_healthchecks.": None}
TOUCHES = frozenset({"cursor", "ensure_connection", "execute", "connect", "is_usable", "table_names", "get_table_list"})
RUNNERS = ("django.db.migrations.executor.MigrationExecutor", "health_check.", "watchman.")
STATIC_PAGES = frozenset(f"django.views.generic.{home}{name}" for home in ("", "base.") for name in ("TemplateView", "RedirectView"))
ELSEWHERE = ("django.conf.urls.static.static()", "django.contrib.staticfiles.", "debug_toolbar.")
HEARTBEAT = "dockerflow.django.middleware."
_PARAMETER = re.compile(r"<|\(\?P")
_FOREIGN = re.compile(r"what ([\w.]{1,200})\.urls holds is not known")
_ABOVE = re.compile(r"api|v\d{1,2}|status|internal|system|core|monitoring|-")
_SEPARATORS = re.compile(r"[-_.]")


@fact
def health_code(code: Code, routes: Routes, settings: Settings) -> HealthCode:
    """The routes that are called like a health check, and middleware that answers such a path."""
    found = [_route(code, route, settings) for route in routes if _is_health(route) or _is_short(code, route)]
    found += [health for name in _middleware(settings) if (health := _in_middleware(code, name) or _heartbeat(code, name, settings)) is not None]
    found += _in_applications(code)
    found += [health for problem in routes.problems if (health := _foreign_route(problem)) is not None]
    return HealthCode(tuple(found), tuple(problem for problem in routes.problems if not _cannot_hide_one(problem)), len(routes.routes))


def _cannot_hide_one(problem: str) -> bool:
    """Whether what is not known are the URLs of another package that is not called like a health check, or files that Django hands out."""
    if any(name in problem for name in ELSEWHERE):
        return True
    foreign = _FOREIGN.search(problem)
    return foreign is not None and not _says_health(foreign[1])


def _says_health(package: str) -> bool:
    return bool(words(package) & (NAMES | SHORT | {"check", "checks", "watchman", "probes", "dockerflow", "monitoring"}))


def _foreign_route(problem: str) -> HealthRoute | None:
    """The URLs of another package that is called like a health check, and that cannot be read."""
    foreign = _FOREIGN.search(problem)
    if foreign is None or not _says_health(foreign[1]):
        return None
    path, _, rest = problem.partition(":")
    line = rest.partition(":")[0]
    return HealthRoute(f"{foreign[1]}.urls", Origin(path, int(line) if line.isdecimal() else None), None, None, "its routes are not known")


def _is_health(route: Route) -> bool:
    if route.view.startswith(tuple(LIBRARIES)):
        return True
    if _PARAMETER.search(route.pattern):
        return False
    parts = [_SEPARATORS.sub("", part.strip("^$\\?").lower()) for part in route.pattern.split("/")]
    parts = [part for part in parts if part]
    name = _SEPARATORS.sub("", (route.name or "").rpartition(":")[2].lower())
    return name in NAMES or bool(NAMES.intersection(parts[-1:])) or bool(ROOTS.intersection(parts))


def _is_short(code: Code, route: Route) -> bool:
    """`/status/` or `/ping` near the root, whose view is called like a health check or asks the connection itself."""
    *above, last = [part.strip("^$\\?").lower() for part in route.pattern.split("/") if part.strip("^$\\?")] or [""]
    if last not in SHORT or not all(_ABOVE.fullmatch(part) for part in above):
        return False
    found = code.find(route.view)
    return last != "status" or bool(words(route.view.rpartition(".")[2]) & NAMES) or (found is not None and _asks(code, found, plainly=True))


def _route(code: Code, route: Route, settings: Settings) -> HealthRoute:
    entry = next((access for access in route.access if access.method in ("GET", "ANY", "HEAD")), None)
    open_, why = (entry.open, entry.reason) if entry is not None else (None, "its methods are not known")
    return HealthRoute("/" + route.pattern.lstrip("^/"), route.view_at or route.at, open_, _touches(code, route, settings), why)


def _touches(code: Code, route: Route, settings: Settings) -> bool | None:
    """Whether the view asks the database."""
    for start, answer in LIBRARIES.items():
        if route.view.startswith(start):
            return settings.installed("health_check.db") if start == "health_check." else answer
    if route.view in STATIC_PAGES:
        return False
    found = code.find(route.view)
    if found is None:
        return None
    if isinstance(found.node, ast.ClassDef) and code.is_a(found.dotted, *LIBRARIES):
        return settings.installed("health_check.db")
    return _asks(code, found)


def _asks(code: Code, found: Defined, *, plainly: bool = False) -> bool:
    """Whether it queries; `plainly`: by the connection itself, as a health check does."""
    homes = [home for kind in code.order(found.dotted) if (home := code.find(kind)) is not None]
    every = [found] if isinstance(found.node, FUNCTIONS) else [one for home in homes for one in methods(home)]
    followed = {one.dotted: one for one in reachable(code, every, 4)}
    for _ in range(3):
        beyond = [other for one in followed.values() for other in _by_objects(code, one)]
        followed |= {other.dotted: other for other in reachable(code, beyond, 2)}
    return any(_queries(code, one, plainly) for one in followed.values())


def _by_objects(code: Code, function: Defined) -> Iterator[Defined]:
    """Methods of objects that are made here (`checker.check_all()`), those that a method only names (`{"database": self._check_database}`), and
    functions that are handed to a thread."""
    for call in calls(function.node):
        for arg in call.args if called_name(call).endswith(("sync_to_async", "to_thread", "submit", "run_in_executor")) else []:
            given = code.find(code.dotted(function.module, arg) or "")
            if given is not None and isinstance(given.node, FUNCTIONS):
                yield given
    made = {code.dotted(function.module, call.func) for call in calls(function.node)}
    kinds = [kind for kind in made if kind is not None and (home := code.find(kind)) is not None and isinstance(home.node, ast.ClassDef)]
    named = {node.attr for node in ast.walk(function.node) if isinstance(node, ast.Attribute)}
    for kind, names in [*((kind, {*named, "__init__"}) for kind in kinds), *([(function.owner, named)] if function.owner is not None else [])]:
        for name in names:
            method = code.member(kind, name)
            if method is not None and isinstance(method.node, FUNCTIONS):
                yield method


def _queries(code: Code, function: Defined, plainly: bool) -> bool:
    for call in calls(function.node):
        if code.is_a(code.dotted(function.module, call.func), *RUNNERS):
            return True
        if not isinstance(call.func, ast.Attribute):
            continue
        said = set(names_in(call.func))
        if call.func.attr in TOUCHES and said & {"connection", "connections", "cursor", "conn", "db_conn", "db", "c"}:
            return True
        cursor = called_name(call) == "cursor" and isinstance(call.func.value, (ast.Name, ast.Subscript))
        if cursor or (said & {"objects", "_default_manager"} and not plainly):
            return True
    return False


def _middleware(settings: Settings) -> Iterator[str]:
    yield from (item.text for item in settings["MIDDLEWARE"].items if item.text)


def _heartbeat(code: Code, name: str, settings: Settings) -> HealthRoute | None:
    """Dockerflow's middleware answers `/__heartbeat__`; its app adds the check of the database."""
    if not code.is_a(name, HEARTBEAT):
        return None
    found = code.find(name)
    at = found.at if found is not None else settings["MIDDLEWARE"].origin or Origin(settings.path, 1)
    return HealthRoute("/__heartbeat__", at, True, settings.installed("dockerflow.django") or None, "middleware answers it")


def _in_middleware(code: Code, name: str) -> HealthRoute | None:
    """Middleware of the project that answers a path such as `/health` before anything else does."""
    found = code.find(name)
    path = next((path for path, _ in _paths(found.node)), None) if found is not None else None
    return None if found is None or path is None else HealthRoute(path, found.at, True, _asks(code, found), "middleware answers it")


def _in_applications(code: Code) -> Iterator[HealthRoute]:
    """What asgi.py or wsgi.py puts around the application (`application = health_check(application, "/health/")`)."""
    for module in code.containing(b"get_asgi_application", b"get_wsgi_application"):
        for path, node in _paths(module.tree):
            wrapper = code.find(code.dotted(module, node.func) or "") if isinstance(node, ast.Call) else None
            asks = _asks(code, wrapper) if wrapper is not None else None
            yield HealthRoute(path, module.at(node), True, asks, "it is answered before Django's application")


def _paths(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The paths of a health check that are compared with something or handed to a call, with the comparison or the call."""
    for node in ast.walk(tree):
        compared = [node.left, *node.comparators] if isinstance(node, ast.Compare) else node.args if isinstance(node, ast.Call) else []
        for part in (inner for given in compared for inner in ([given] if not isinstance(given, (ast.Tuple, ast.List, ast.Set)) else given.elts)):
            value = constant(part)
            if isinstance(value, str) and value.startswith("/") and _SEPARATORS.sub("", value.strip("/").lower()) in NAMES:
                yield value, node
