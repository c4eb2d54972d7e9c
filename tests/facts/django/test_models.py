"""The models of projects in memory: what queries can use, and hostile or odd source."""

from __future__ import annotations

import time
from pathlib import Path
from typing import cast

import pytest

from benchmarks.agreement.models import gathered
from ready_gate.facts.views.models import Models

SETTINGS = """
SECRET_KEY = "x" * 60
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "site_of.urls"
"""


def models_of(root: Path, **files: str) -> Models:
    """The models of a project whose app `shop` has these modules."""
    texts = {"manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of.settings")\n', "site_of/__init__.py": ""}
    texts |= {"site_of/settings.py": SETTINGS, "site_of/urls.py": "urlpatterns = []\n", "shop/__init__.py": ""}
    texts |= {f"shop/{name}.py": f"from django.db import models\n{text}" for name, text in files.items()}
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return cast(Models, gathered(root, None, None)["models"])


def test_what_queries_can_use(tmp_path: Path) -> None:
    found = models_of(
        tmp_path,
        models="""
class Customer(models.Model):
    email = models.EmailField(unique=True)
    class Meta:
        ordering = ["email"]
class Order(models.Model):
    number = models.CharField(max_length=9, db_column="order_number")
    slug = models.SlugField()
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="orders", null=True)
    seller = models.ForeignKey("auth.User", models.CASCADE)
    hidden = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    bare = models.ForeignKey(Customer, models.CASCADE, db_index=False, related_name="%(class)s_bare")
    tags = models.ManyToManyField("Tag")
    at = models.DateTimeField(db_index=True)
    class Meta:
        unique_together = [("number", "at")]
        indexes = [models.Index(fields=["-at", "number"]), models.Index(fields=["number"], condition=models.Q(at=None), name="some")]
        constraints = [models.UniqueConstraint(fields=["slug", "at"], name="one")]
class Tag(models.Model):
    key = models.CharField(max_length=3, primary_key=True)
class Gift(Order):
    note = models.TextField()
""",
    )
    order = found.models["shop.order"]
    indexed = {name: item.indexed for name, item in order.fields.items()}
    assert indexed == {
        "id": "primary key",
        "number": None,
        "slug": "index",
        "customer": "foreign key",
        "seller": "foreign key",
        "hidden": "foreign key",
        "bare": None,
        "tags": None,
        "at": "index",
    }
    backs = {name: (item.to, item.reverse) for name, item in order.fields.items() if item.to}
    assert backs["customer"] == ("shop.customer", "orders")
    assert backs["seller"] == ("auth.user", "order_set")
    assert backs["hidden"] == ("shop.customer", None)
    assert backs["bare"] == ("shop.customer", "order_bare")
    assert backs["tags"] == ("shop.tag", "order_set")
    assert [(index.fields, index.partial) for index in order.indexes] == [
        (("number", "at"), False),
        (("at", "number"), False),
        (("number",), True),
        (("slug", "at"), False),
    ]
    assert order.fields["number"].column == "order_number"
    assert order.named("customer_id") is order.fields["customer"]
    assert found.models["shop.tag"].named("pk") == found.models["shop.tag"].fields["key"]
    gift = found.models["shop.gift"]
    assert {"number", "note", "order_ptr"} <= gift.fields.keys()
    assert gift.parents == ("shop.order",)
    assert found.models["shop.customer"].ordering == ("email",)
    assert {model.label for model, _ in found.back("shop.customer")} == {"shop.order", "shop.gift"}


def test_each_field_has_its_own_line(tmp_path: Path) -> None:
    found = models_of(
        tmp_path, models="class A(models.Model):\n    x = models.IntegerField()\n    y = models.CharField(\n        max_length=3,\n    )\n"
    )
    places = {item.name: str(item.at) for item in found.models["shop.a"].state.fields}
    assert places == {"id": "shop/models.py:2", "x": "shop/models.py:3", "y": "shop/models.py:4"}


ODD = {
    "a base that is the class itself": "class A(A):\n    x = models.IntegerField()\n",
    "bases in a circle": "class A(models.Model):\n    pass\nclass B(A):\n    pass\nA.__bases__ = (B,)\n",
    "no consistent order": "class A(models.Model):\n    pass\nclass B(models.Model, A):\n    pass\n",
    "a metaclass": "class M(type(models.Model)):\n    pass\nclass A(models.Model, metaclass=M):\n    x = models.IntegerField()\n",
    "a Meta that is no class": "class A(models.Model):\n    Meta = make()\n    x = models.IntegerField()\n",
    "its own Meta as base": "class A(models.Model):\n    class Meta(A.Meta):\n        pass\n",
    "fields that hold themselves": "from django.contrib.postgres.fields import ArrayField\nf = ArrayField(models.IntegerField())\nf.base_field = f\n"
    "class A(models.Model):\n    x = f\n    y = ArrayField(f)\n",
    "choices without an end": "class A(models.Model):\n    x = models.IntegerField(choices=[(n, str(n)) for n in range(10**9)])\n",
    "a deconstruct without an end": "class F(models.IntegerField):\n    def deconstruct(self):\n        while True:\n            pass\n"
    "class A(models.Model):\n    x = F()\n",
    "an __init__ that calls itself": "class F(models.IntegerField):\n    def __init__(self, *a, **k):\n        self.__init__(*a, **k)\n"
    "class A(models.Model):\n    x = F()\n",
    "names that are no texts": "class A(models.Model):\n    x = models.IntegerField(name=3, **{'a b': 1})\n    class Meta:\n        db_table = 3\n        indexes = 4\n",
    "a table without a name": "class A(models.Model):\n    class Meta:\n        db_table = ''\n        indexes = [models.Index(fields=[]), models.Index(fields=['gone'])]\n",
    "parents without an end": "class A0(models.Model):\n    class Meta:\n        abstract = True\n"
    + "".join(f"class A{n}(A{n - 1}):\n    class Meta:\n        abstract = True\n" for n in range(1, 200))
    + "class Last(A199):\n    pass\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_odd_source_ends_soon_and_without_an_error(tmp_path: Path, text: str) -> None:
    start = time.process_time()
    models_of(tmp_path, models=text)
    assert time.process_time() - start < 20


def test_thousands_of_fields(tmp_path: Path) -> None:
    fields = "".join(f"    f{number} = models.CharField(max_length={number}, choices=C)\n" for number in range(1, 3001))
    text = f"C = [(n, str(n)) for n in range(300)]\nclass Wide(models.Model):\n{fields}"
    start = time.process_time()
    found = models_of(tmp_path, models=text)
    assert len(found.models["shop.wide"].fields) == 3001
    assert time.process_time() - start < 30
