from dataclasses import replace

import pytest

from ready_gate.facts.django.migrations.unsafe import Judged
from ready_gate.facts.views.schema import Made, Named
from tests.facts.django.migrations.making import add, alter, create, field, index, migration, operation

TABLE = create("Order", field("total", max_length=10), field("note", "TextField", null=True), field("code", "IntegerField", db_column="nr"))
CHECK, UNIQUE = Made("django.db.models.CheckConstraint", (), {"name": "c"}), Made("django.db.models.UniqueConstraint", (), {"name": "u"})
DO = Named("shop.migrations.fill")
NOOP = Named("django.db.migrations.RunPython.noop")


def judged(*operations, new=TABLE, **more):
    """The rules that a second migration breaks, after one that makes a table."""
    replay = Judged(frozenset({("shop", "0002")}))
    replay.replay([migration("shop", "0001", new), migration("shop", "0002", *operations, after=[("shop", "0001")], **more)])
    return [one.kind for one in replay.found.get("shop", [])]


UNSAFE = [
    (add("order", field("paid", "BooleanField", default=False)), ["unsafe-not-null"]),
    (add("order", field("paid", "BooleanField", default=False), preserve_default=False), ["unsafe-not-null"]),
    (add("order", field("token", "UUIDField", null=True, db_default=Made("django.db.models.functions.RandomUUID"))), ["unsafe-volatile-default"]),
    (
        add("order", field("token", "UUIDField", unique=True, default=Named("uuid.uuid4"))),
        ["unsafe-not-null", "unsafe-volatile-default", "unsafe-constraint"],
    ),
    (add("order", field("slug", "SlugField", null=True)), ["unsafe-index"]),
    (add("order", field("state", null=True, db_index=True)), ["unsafe-index"]),
    (add("order", field("user", "ForeignKey", to="a.user", null=True)), ["unsafe-index", "unsafe-foreign-key"]),
    (add("order", field("user", "OneToOneField", to="a.user", null=True)), ["unsafe-constraint", "unsafe-foreign-key"]),
    (alter("order", field("note", "TextField")), ["unsafe-set-not-null"]),
    (alter("order", field("total", max_length=5)), ["unsafe-type-change"]),
    (alter("order", field("total", "IntegerField")), ["unsafe-type-change"]),
    (alter("order", field("id", "BigAutoField", primary_key=True)), ["unsafe-type-change"]),
    (alter("order", field("total", max_length=10, db_column="sum")), ["unsafe-rename"]),
    (alter("order", field("total", max_length=10, unique=True)), ["unsafe-constraint"]),
    (alter("order", field("total", max_length=10, db_index=True)), ["unsafe-index"]),
    (operation("RemoveField", model_name="order", name="total"), ["unsafe-drop"]),
    (operation("DeleteModel", name="Order"), ["unsafe-drop"]),
    (operation("RenameField", model_name="order", old_name="total", new_name="sum"), ["unsafe-rename"]),
    (operation("RenameModel", old_name="Order", new_name="Purchase"), ["unsafe-rename"]),
    (operation("AlterModelTable", name="order", table="orders"), ["unsafe-rename"]),
    (operation("AddIndex", model_name="order", index=index("total", name="t")), ["unsafe-index"]),
    (operation("AlterUniqueTogether", name="order", unique_together={("total", "note")}), ["unsafe-constraint"]),
    (operation("AlterIndexTogether", name="order", index_together={("total", "note")}), ["unsafe-index"]),
    (operation("AddConstraint", model_name="order", constraint=CHECK), ["unsafe-constraint"]),
    (operation("AddConstraint", model_name="order", constraint=UNIQUE), ["unsafe-constraint"]),
    (operation("AddIndexConcurrently", model_name="order", index=index("total", name="t")), ["concurrently-in-transaction"]),
    (operation("RunPython", code=DO), ["irreversible-migration"]),
    (operation("RunSQL", sql="UPDATE shop_order SET total = '1'"), ["irreversible-migration"]),
    (operation("RunSQL", sql="CREATE INDEX CONCURRENTLY i ON t (a)", reverse_sql="DROP INDEX i"), ["concurrently-in-transaction"]),
    (operation("RunSQL", sql="-- words\nCREATE UNIQUE INDEX i ON t (a)", reverse_sql=""), ["unsafe-index"]),
    (operation("RunSQL", sql=("ALTER TABLE t DROP COLUMN a", "alter table t rename to u"), reverse_sql=""), ["unsafe-drop", "unsafe-rename"]),
    (
        operation("RunSQL", sql="ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t ALTER a TYPE text", reverse_sql=""),
        ["unsafe-set-not-null", "unsafe-type-change"],
    ),
    (operation("RunSQL", sql="ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", reverse_sql=""), ["unsafe-constraint"]),
    (operation("SeparateDatabaseAndState", database_operations=(operation("RemoveField", model_name="order", name="total"),)), ["unsafe-drop"]),
]


@pytest.mark.parametrize(("step", "rules"), UNSAFE, ids=[f"{number}-{step.kind}" for number, (step, _) in enumerate(UNSAFE)])
def test_what_a_running_database_suffers_from(step, rules):
    assert judged(step) == rules


SAFE = [
    add("order", field("paid", "BooleanField", null=True)),
    add("order", field("paid", "BooleanField", db_default=False)),
    add("order", field("users", "ManyToManyField", to="a.user")),
    add("order", field("user", "ForeignKey", to="a.user", null=True, db_index=False, db_constraint=False)),
    alter("order", field("total", max_length=20)),
    alter("order", field("total", "TextField")),
    alter("order", field("total", max_length=10, null=True)),
    alter("order", field("total", max_length=10, help_text="the sum")),
    alter("order", field("code", "MoneyField", db_column="nr")),
    operation("RenameField", model_name="order", old_name="code", new_name="number"),
    operation("AlterModelTable", name="order", table="shop_order"),
    operation("AlterModelOptions", name="order", options={"ordering": ("id",)}),
    operation("AlterUniqueTogether", name="order", unique_together=()),
    operation("AddConstraintNotValid", model_name="order", constraint=CHECK),
    operation("RunPython", code=DO, reverse_code=NOOP),
    operation("RunPython", code=NOOP),
    operation("RunSQL", sql="", reverse_sql=""),
    operation("RunSQL", sql="UPDATE t SET a = 1", reverse_sql="UPDATE t SET a = 0"),
    operation("RunSQL", sql="CREATE TABLE t (a int); CREATE INDEX i ON t (a)", reverse_sql="DROP TABLE t"),
    operation("RunSQL", sql="ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID", reverse_sql=""),
    operation("SeparateDatabaseAndState", state_operations=(operation("RemoveField", model_name="order", name="total"),)),
]


@pytest.mark.parametrize("step", SAFE, ids=[f"{number}-{step.kind}" for number, step in enumerate(SAFE)])
def test_what_it_does_not_suffer_from(step):
    assert judged(step) == []


def test_a_new_table_is_nobodys_yet():
    parts = (
        create("Line"),
        add("line", field("order", "ForeignKey", to="shop.order")),
        operation("AddIndex", model_name="line", index=index("order", name="o")),
        operation("RenameModel", old_name="Line", new_name="Row"),
        operation("AddConstraint", model_name="row", constraint=CHECK),
        operation("RunPython", code=DO, reverse_code=NOOP),
    )
    assert judged(*parts) == []


def test_tables_that_django_does_not_manage_are_left_alone():
    unmanaged = replace(TABLE, arguments={**TABLE.arguments, "options": {"managed": False}})
    assert judged(operation("DeleteModel", name="Order"), new=unmanaged) == []


def test_migrations_that_are_not_atomic():
    step = operation("AddIndexConcurrently", model_name="order", index=index("total", name="t"))
    assert judged(step, atomic=False) == []


def test_data_and_schema_in_one_transaction():
    parts = (add("order", field("paid", "BooleanField", null=True)), operation("RunPython", code=DO, reverse_code=NOOP))
    assert judged(*parts) == ["data-with-schema"]
    assert judged(*parts, atomic=False) == []
    assert judged(*parts[1:]) == []


def test_only_new_migrations_are_judged():
    replay = Judged(frozenset({("shop", "0003")}))
    drop = operation("RemoveField", model_name="order", name="total")
    replay.replay(
        [migration("shop", "0001", TABLE), migration("shop", "0002", drop), migration("shop", "0003", operation("DeleteModel", name="Order"))]
    )
    assert [(one.migration, one.operation, one.lock) for one in replay.found["shop"]] == [("0003", "DeleteModel", "ACCESS EXCLUSIVE")]


def test_huge_sql_is_no_burden():
    assert "unsafe-drop" not in judged(operation("RunSQL", sql="SELECT 1;" * 200_000 + "DROP TABLE t", reverse_sql=""))
