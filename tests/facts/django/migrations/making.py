"""Short ways to write states, operations and migrations."""

from ready_gate.facts.django.migrations.effects import apply_migration
from ready_gate.facts.django.migrations.parts import Migration, Operation
from ready_gate.facts.django.migrations.schema import Schema
from ready_gate.facts.views.schema import FieldState, Made, ModelState


def field(name, kind="CharField", **arguments):
    return FieldState(name, kind if "." in kind else f"django.db.models.{kind}", arguments)


def model(app, name, *fields, **options):
    return ModelState(app, name, (field("id", "AutoField", primary_key=True), *fields), options)


def operation(kind, **arguments):
    return Operation(kind, kind, arguments)


def create(name, *fields, **options):
    return operation("CreateModel", name=name, fields=(field("id", "AutoField", primary_key=True), *fields), options=options)


def add(model_name, one, **more):
    return operation("AddField", model_name=model_name, name=one.name, field=one, **more)


def alter(model_name, one, **more):
    return operation("AlterField", model_name=model_name, name=one.name, field=one, **more)


def migration(app, name, *operations, after=(), **more):
    return Migration(app, name, f"{app}/migrations/{name}.py", dependencies=tuple(after), operations=operations, **more)


def replayed(*operations, app="shop"):
    schema = Schema()
    apply_migration(schema, migration(app, "0001", *operations))
    return schema


def schema_of(*models):
    schema = Schema()
    for one in models:
        schema.put(one)
    return schema


def index(*fields, name, **more):
    return Made("django.db.models.Index", (), {"fields": fields, "name": name, **more})
