from dataclasses import replace

from ready_gate.facts.views.schema import Listed, Made, Undecided
from tests.facts.django.migrations.making import add, alter, create, field, index, operation, replayed


def names(schema, app="shop", name="order"):
    return [one.name for one in schema.models[app, name].fields]


def test_models_come_and_go():
    schema = replayed(create("Order"), create("Line"), operation("DeleteModel", name="Line"))
    assert sorted(schema.models) == [("shop", "order")]


def test_fields_are_added_altered_renamed_and_removed():
    schema = replayed(
        create("Order", field("total", max_length=5)),
        add("order", field("paid", "BooleanField", default=False)),
        alter("order", field("total", max_length=9)),
        operation("RenameField", model_name="order", old_name="paid", new_name="settled"),
        operation("RemoveField", model_name="Order", name="id"),
    )
    assert names(schema) == ["total", "settled"]
    assert schema.models["shop", "order"].field("total").arguments == {"max_length": 9}


def test_a_default_only_for_the_rows_that_are_there_is_not_kept():
    schema = replayed(create("Order"), add("order", field("paid", "BooleanField", default=False, db_default=True), preserve_default=False))
    assert schema.models["shop", "order"].field("paid").arguments == {"db_default": True}


def test_a_renamed_model_takes_its_relations_along():
    schema = replayed(
        create("Order"),
        create("Line", field("order", "ForeignKey", to="shop.order"), field("orders", "ManyToManyField", to="shop.tag", through="shop.Order")),
        operation("RenameModel", old_name="Order", new_name="Purchase"),
    )
    assert sorted(schema.models) == [("shop", "line"), ("shop", "purchase")]
    line = schema.models["shop", "line"]
    assert line.field("order").arguments["to"] == "shop.purchase"
    assert str(line.field("orders").arguments["through"]).lower() == "shop.purchase"


def test_a_renamed_field_is_renamed_where_it_is_named():
    schema = replayed(
        create("Order", field("code"), field("shop"), unique_together={("shop", "code")}),
        create("Line", field("order", "ForeignKey", to="shop.order", to_field="code")),
        operation("RenameField", model_name="order", old_name="code", new_name="number"),
    )
    assert schema.models["shop", "order"].options["unique_together"] == (("shop", "number"),)
    assert schema.models["shop", "line"].field("order").arguments["to_field"] == "number"


def test_options_that_are_left_out_are_cleared():
    schema = replayed(
        create("Order", ordering=("id",), verbose_name="order", db_table="orders"),
        operation("AlterModelOptions", name="order", options={"verbose_name": "purchase"}),
    )
    assert schema.models["shop", "order"].options == {"verbose_name": "purchase", "db_table": "orders"}


def test_tables_comments_orders_and_managers():
    managers = (("objects", Made("shop.models.Manager")),)
    schema = replayed(
        create("Order"),
        operation("AlterModelTable", name="order", table="orders"),
        operation("AlterModelTableComment", name="order", table_comment="all of them"),
        operation("AlterOrderWithRespectTo", name="order", order_with_respect_to="shop"),
        operation("AlterUniqueTogether", name="order", unique_together={("a", "b")}),
        operation("AlterModelManagers", name="order", managers=managers),
    )
    order = schema.models["shop", "order"]
    assert order.options == {
        "db_table": "orders",
        "db_table_comment": "all of them",
        "order_with_respect_to": "shop",
        "unique_together": {("a", "b")},
    }
    assert order.managers == managers


def test_indexes_and_constraints():
    check = Made("django.db.models.CheckConstraint", (), {"name": "positive"})
    schema = replayed(
        create("Order"),
        operation("AddIndex", model_name="order", index=index("a", name="one")),
        operation("AddIndexConcurrently", model_name="order", index=index("b", name="two")),
        operation("RenameIndex", model_name="order", old_name="one", new_name="first"),
        operation("RemoveIndex", model_name="order", name="two"),
        operation("AddConstraintNotValid", model_name="order", constraint=check),
        operation("ValidateConstraint", model_name="order", name="positive"),
        operation("AlterConstraint", model_name="order", name="positive", constraint=replace(check, args=(1,))),
    )
    order = schema.models["shop", "order"]
    assert order.options["indexes"] == (index("a", name="first"),)
    assert order.options["constraints"] == (replace(check, args=(1,)),)


def test_an_index_together_becomes_an_index():
    schema = replayed(
        create("Order", index_together={("a", "b"), ("b", "c")}),
        operation("RenameIndex", model_name="order", old_fields=("a", "b"), new_name="ab"),
    )
    order = schema.models["shop", "order"]
    assert order.options["index_together"] == (("b", "c"),)
    assert order.options["indexes"][0].keywords == {"fields": Listed(("a", "b")), "name": "ab"}  # a list, as of one that a model has


def test_only_the_state_operations_of_others_count():
    inner = add("order", field("paid", "BooleanField"))
    schema = replayed(
        create("Order"),
        operation("SeparateDatabaseAndState", state_operations=(inner,), database_operations=(operation("DeleteModel", name="Order"),)),
        operation("RunSQL", sql="DROP TABLE x", state_operations=(add("order", field("sent", "BooleanField")),)),
        operation("RunPython", code=None),
    )
    assert names(schema) == ["id", "paid", "sent"]


def test_what_nobody_knows_makes_the_model_or_the_app_doubtful():
    custom = replace(operation("", model_name="order"), undecided="who knows")
    schema = replayed(create("Order"), create("Line"), custom)
    assert schema.models["shop", "order"].undecided == "who knows"
    assert schema.models["shop", "line"].undecided is None
    assert replayed(create("Order"), replace(custom, arguments={})).doubts == {"shop": "who knows"}
    assert "shop" in replayed(add("order", field("paid"))).doubts
    assert "shop" in replayed(operation("SeparateDatabaseAndState", state_operations=Undecided("computed"))).doubts
