"""Routes as `inspect routes` prints them."""

from __future__ import annotations

import json

from ready_gate.facts.views.routes import Access, Route, Routes
from ready_gate.model import Origin
from ready_gate.reporters.inspect_routes import routes_json, routes_text

ROUTES = Routes(
    "shop.urls",
    (
        Route(
            "api/orders/<int:pk>/",
            "orders:detail",
            "orders.views.OrderDetail",
            "drf",
            Origin("orders/urls.py", 9),
            (
                Access("GET", False, "IsAuthenticated", "get", ("rest_framework.permissions.IsAuthenticated",)),
                Access("POST", True, "AllowAny", "post", ("rest_framework.permissions.AllowAny | shop.permissions.Mine",)),
            ),
        ),
        Route(
            "page/",
            None,
            "shop.views.page",
            "function",
            Origin("shop/urls.py", 3),
            (Access("ANY", None, "a decorator\x1b[31m"),),
            conditional="a flag",
        ),
    ),
    ("shop/urls.py:5: a list that is not known",),
)


def test_json_has_the_keys_that_others_hold_on_to():
    first, second = json.loads(routes_json(ROUTES))["routes"]
    assert {key: first[key] for key in ("pattern", "name", "view", "methods", "permissions", "open", "path", "line")} == {
        "pattern": "api/orders/<int:pk>/",
        "name": "orders:detail",
        "view": "orders.views.OrderDetail",
        "methods": ["GET", "POST"],
        "permissions": ["IsAuthenticated", "AllowAny | Mine"],
        "open": True,
        "path": "orders/urls.py",
        "line": 9,
    }
    assert (second["open"], second["methods"]) == (None, [])


def test_text_says_what_is_open_and_why():
    text = routes_text(ROUTES)
    assert "open POST: AllowAny" in text
    assert "only if: a flag" in text
    assert "not known: shop/urls.py:5" in text
    assert "2 routes: 1 open, 0 protected, 1 undecided" in text
    assert "\x1b" not in text
