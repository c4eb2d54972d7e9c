from __future__ import annotations

import json

from ready_gate.facts.views.models import App, Index, Model, ModelField, Models
from ready_gate.facts.views.schema import FieldState, Listed, Made, ModelState, Named, Undecided
from ready_gate.model import Origin
from ready_gate.reporters.inspect_models import models_json, models_text

AT = Origin("shop/models.py", 7)
NAME = FieldState("name", "django.db.models.CharField", {"max_length": 9, "choices": Listed([("a", "A")]), "default": Named("shop.models.first")}, AT)
TOKEN = FieldState("api_token", "django.db.models.CharField", {"default": "sk_live_1234567890abcdef"}, AT)
VAGUE = FieldState("made", "", at=AT, undecided="it is computed at run time")
OPTIONS = {
    "constraints": (Made("django.db.models.CheckConstraint", (), {"name": Undecided("who knows")}),),
    "unique_together": frozenset({("a", "b")}),
}
STATE = ModelState("shop", "Order", (NAME, TOKEN, VAGUE), OPTIONS, at=Origin("shop/models.py", 5), undecided="a mixin is not known")
FIELDS = {"name": ModelField("name", NAME.kind, "name", AT, indexed="unique")}
MODELS = Models(
    (App("shop", "shop", "shop", ours=True), App("auth", "django.contrib.auth")),
    {"shop.order": Model(STATE, "shop.models.Order", "shop_order", FIELDS, (Index(("name", "made"), "django.db.models.Index"),))},
    (Model(ModelState("shop", "Lost", at=AT), "shop.lost.Lost", "shop_lost"),),
    ("shop.odd: it takes too many steps",),
)


def test_models_as_json() -> None:
    made = json.loads(models_json(MODELS))
    (app,) = made["apps"]
    (order,) = app["models"]
    assert (app["label"], order["name"], order["line"], order["table"], order["undecided"]) == (
        "shop",
        "Order",
        5,
        "shop_order",
        "a mixin is not known",
    )
    name, token, vague = order["fields"]
    assert name["arguments"] == {"max_length": 9, "choices": [["a", "A"]], "default": {"$name": "shop.models.first"}}
    assert (name["path"], name["line"], name["indexed"]) == ("shop/models.py", 7, "unique")
    assert "1234567890" not in json.dumps(token)
    assert vague["undecided"] == "it is computed at run time"
    assert order["options"]["constraints"][0]["keywords"]["name"] == {"$unknown": "who knows"}
    assert order["options"]["unique_together"] == [["a", "b"]]
    assert made["unreached"][0]["class"] == "shop.lost.Lost"
    assert made["problems"] == ["shop.odd: it takes too many steps"]


def test_models_for_people() -> None:
    assert models_text(MODELS).splitlines() == [
        "shop.Order table shop_order shop/models.py:5",
        "    there may be more to it: a mixin is not known",
        "    name: CharField(max_length=9, choices=[['a', 'A']], default=shop.models.first) [unique] shop/models.py:7",
        "    api_token: CharField(default='sk_l… (24 characters)') shop/models.py:7",
        "    made: not known: it is computed at run time shop/models.py:7",
        "    index over name, made (Index)",
        "not loaded shop.lost: nothing that Django imports makes it for sure shop/models.py:7",
        "not known shop.odd: it takes too many steps",
    ]


def test_a_project_without_models() -> None:
    assert models_text(Models()) == "no app of the project has models\n"
