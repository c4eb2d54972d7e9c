from dataclasses import replace
from decimal import Decimal

import pytest

from ready_gate.facts.django.migrations.difference import Difference
from ready_gate.facts.views.schema import Made, Named, Undecided
from tests.facts.django.migrations.making import field, index, model, schema_of

ORDER = model("shop", "Order", field("total", max_length=9))
UNKNOWN = Undecided("nobody knows")


def compare(before, after, version=(5, 2), apps=("shop",)):
    found = Difference(schema_of(*before), schema_of(*after), frozenset(apps), version)
    found.run()
    return [(one.operation, one.model, one.field) for one in found.missing.get("shop", [])], [one.model for one in found.doubts.get("shop", [])]


def with_fields(*fields, **options):
    return model("shop", "Order", *fields, **options)


MISSING = [
    ([with_fields(field("n", default=Decimal("sNaN")))], [with_fields(field("n", default=0))], [("AlterField", "Order", "n")]),
    ([], [ORDER], [("CreateModel", "Order", None)]),
    ([ORDER], [], [("DeleteModel", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"proxy": True})], [("DeleteModel", "Order", None), ("CreateModel", "Order", None)]),
    ([ORDER], [with_fields()], [("RemoveField", "Order", "total")]),
    ([with_fields()], [ORDER], [("AddField", "Order", "total")]),
    ([ORDER], [with_fields(field("total", max_length=10))], [("AlterField", "Order", "total")]),
    ([ORDER], [with_fields(field("total", "TextField", max_length=9))], [("AlterField", "Order", "total")]),
    ([ORDER], [with_fields(field("total", max_length=9, default=Named("shop.models.total")))], [("AlterField", "Order", "total")]),
    ([ORDER], [with_fields(field("total", "ManyToManyField", to="a.b"))], [("RemoveField", "Order", "total"), ("AddField", "Order", "total")]),
    ([ORDER], [replace(ORDER, options={"ordering": ("-id",)})], [("AlterModelOptions", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"managed": False})], [("AlterModelOptions", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"db_table": "orders"})], [("AlterModelTable", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"db_table_comment": "x"})], [("AlterModelTableComment", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"order_with_respect_to": "x"})], [("AlterOrderWithRespectTo", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"unique_together": (("a", "b"),)})], [("AlterUniqueTogether", "Order", None)]),
    ([ORDER], [replace(ORDER, options={"indexes": (index("total", name="t"),)})], [("AddIndex", "Order", "t")]),
    ([replace(ORDER, options={"indexes": (index("total", name="t"),)})], [ORDER], [("RemoveIndex", "Order", "t")]),
    (
        [replace(ORDER, options={"indexes": (index("total", name="t"),)})],
        [replace(ORDER, options={"indexes": (index("total", name="u"),)})],
        [("RenameIndex", "Order", "u")],
    ),
    ([ORDER], [replace(ORDER, options={"constraints": (Made("x.Check", (), {"name": "c"}),)})], [("AddConstraint", "Order", "c")]),
    ([ORDER], [replace(ORDER, managers=(("objects", Made("shop.models.Manager")),))], [("AlterModelManagers", "Order", None)]),
]


@pytest.mark.parametrize(("before", "after", "expected"), MISSING)
def test_what_makemigrations_would_write(before, after, expected):
    assert compare(before, after) == (expected, [])


SAME = [
    ([ORDER], [ORDER]),
    ([with_fields(field("a"), field("b"))], [with_fields(field("b"), field("a"))]),
    ([replace(ORDER, options={"unique_together": {("a", "b")}})], [replace(ORDER, options={"unique_together": ("a", "b")})]),
    ([replace(ORDER, options={"unique_together": ()})], [ORDER]),
    ([replace(ORDER, options={"indexes": ()})], [ORDER]),
    ([with_fields(field("n", default=0))], [with_fields(field("n", default=Decimal("0")))]),
    ([replace(ORDER, options={"app_label": "x", "abstract": False})], [ORDER]),
    ([replace(ORDER, options={"db_table": None})], [ORDER]),
    ([replace(ORDER, bases=("a.B",))], [ORDER]),
    ([replace(ORDER, options={"managed": False})], [with_fields(options_managed=1, managed=False)]),
    ([replace(ORDER, options={"index_together": (("a", "b"),)})], [ORDER]),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_what_django_takes_for_the_same(before, after):
    assert compare(before, after) == ([], [])


UNTOLD = [
    ([with_fields(field("lft"), indexes=(index("lft", name="t"),))], [with_fields(replace(field("lft"), undecided="mptt makes it"))]),
    ([], [replace(ORDER, undecided="whether it is a model is not known")]),
    ([ORDER], [with_fields(field("total", max_length=UNKNOWN))]),
    ([ORDER], [with_fields(replace(field("total"), undecided="who knows"))]),
    ([ORDER], [replace(with_fields(), undecided="who knows")]),
    ([with_fields(field("price", "shop.Money"), field("price_currency"))], [with_fields(field("price", "shop.Money"))]),
    ([with_fields(field("file", storage=Made("pond.LocalStorage")))], [with_fields(field("file", storage=Made("pond.ChosenStorage")))]),
    ([ORDER], [replace(ORDER, options={"ordering": UNKNOWN})]),
    ([ORDER], [replace(ORDER, options={"managed": UNKNOWN})]),
    ([ORDER], [replace(ORDER, options={"indexes": (UNKNOWN,)})]),
    ([ORDER], [replace(ORDER, options={"unique_together": UNKNOWN})]),
    ([replace(ORDER, undecided="who knows")], [with_fields(field("total", max_length=10))]),
]


@pytest.mark.parametrize(("before", "after"), UNTOLD)
def test_what_nobody_knows_is_said_and_is_no_alarm(before, after):
    missing, doubts = compare(before, after)
    assert missing == [] and set(doubts) == {"Order"}


def test_a_sure_difference_counts_beside_an_unknown_one():
    missing, doubts = compare([ORDER], [with_fields(field("total", max_length=10, choices=UNKNOWN))])
    assert missing == [("AlterField", "Order", "total")] and doubts == []


def test_an_app_in_doubt_raises_no_alarm():
    before = schema_of(ORDER)
    before.doubt("shop", "a custom operation")
    found = Difference(before, schema_of(model("shop", "Line")), frozenset({"shop"}))
    found.run()
    assert not found.missing and {one.model for one in found.doubts["shop"]} == {None, "Order", "Line"}


def test_versions_of_django():
    together = replace(ORDER, options={"index_together": (("a", "b"),)})
    assert compare([together], [ORDER], (4, 2))[0] == [("AlterIndexTogether", "Order", None)]
    one, other = (replace(ORDER, options={"indexes": (index("total", name=name),)}) for name in "tu")
    assert compare([one], [other], (3, 2))[0] == [("RemoveIndex", "Order", "t"), ("AddIndex", "Order", "u")]
    many = [with_fields(field("total", "ManyToManyField", to=to)) for to in ("a.b", "a.c")]
    assert compare(many[:1], many[1:], (5, 2))[0] == [("AlterField", "Order", "total")]
    assert compare(many[:1], many[1:], (6, 1))[0] == [("RemoveField", "Order", "total"), ("AddField", "Order", "total")]


def test_relations_to_a_proxy_that_becomes_a_model_of_its_own():
    line = model("shop", "Line", field("order", "ForeignKey", to="shop.order"))
    found = compare([replace(ORDER, options={"proxy": True}), line], [ORDER, line])[0]
    assert ("AlterField", "Line", "order") in found and ("CreateModel", "Order", None) in found


def test_apps_without_migrations_are_left_alone():
    assert compare([], [ORDER], apps=("users",)) == ([], [])
