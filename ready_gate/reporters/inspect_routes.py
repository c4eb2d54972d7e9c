"""What the gate understood of a project's URLs: each route with its view and who gets through to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from ready_gate.facts.views.routes import Access, Route, Routes
from ready_gate.reporters.safe import clip, no_commands, plain

WIDTH = 110  # characters of a reason
_PATH = re.compile(r"[\w.]+\.(\w+)")
WORDS = {True: "open", False: "protected", None: "undecided"}


def routes_json(routes: Routes) -> str:
    """As `inspect routes --format json` prints it; `open` is null where it cannot be told."""
    found = {"urlconf": routes.urlconf, "routes": [_entry(route) for route in routes], "undecided": [*routes.problems, *routes.unread]}
    return json.dumps(found, indent=2).replace("##[", "#\\u0023[") + "\n"


def _entry(route: Route) -> dict[str, object]:
    return {
        "pattern": route.pattern,
        "name": route.name,
        "view": route.view,
        "methods": [method for method in route.methods if method != "ANY"],
        "permissions": [short(name) for name in route.permissions],
        "open": route.open,
        "path": route.at.path,
        "line": route.at.line,
        "kind": route.kind,
        "permission_classes": list(route.permissions),
        "authentication_classes": list(route.authentication),
        "throttle_classes": list(route.throttles),
        "decorators": list(route.decorators),
        "csrf_exempt": route.csrf_exempt,
        "conditional": route.conditional,
        "access": [_method(entry) for entry in route.access],
    }


def _method(entry: Access) -> dict[str, object]:
    return {
        "method": entry.method,
        "action": entry.action,
        "open": entry.open,
        "reason": entry.reason,
        "permissions": [short(name) for name in entry.permissions],
    }


def short(name: str) -> str:
    """The last name of a class, also of each in a composed permission."""
    return _PATH.sub(r"\1", name)


def routes_text(routes: Routes) -> str:
    """One line a route, one more for each method that differs, for people to read."""
    lines = [plain(f"urls {routes.urlconf}"), *(plain(f"not known: {problem}") for problem in (*routes.problems, *routes.unread)), ""]
    for route in routes:
        lines += _lines(route)
    counts = [(word, sum(route.open is state for route in routes)) for state, word in WORDS.items()]
    lines += ["", f"{len(routes.routes)} routes: " + ", ".join(f"{count} {word}" for word, count in counts)]
    return no_commands("\n".join(lines) + "\n")


def _lines(route: Route) -> Iterator[str]:
    yield plain(f"/{route.pattern}   {route.view or 'a view that is not known'}   {route.at}")
    if route.conditional:
        yield "    " + plain(f"only if: {clip(route.conditional, WIDTH)}")
    groups: dict[tuple[bool | None, str], list[str]] = {}
    for entry in route.access:
        groups.setdefault((entry.open, entry.reason), []).append(entry.method)
    for (state, reason), methods in groups.items():
        yield "    " + plain(f"{WORDS[state]:9}  {', '.join(methods)}: {clip(reason, WIDTH)}")
