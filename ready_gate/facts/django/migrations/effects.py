"""What each operation does to the schema, as Django's `state_forwards` says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ready_gate.facts.django.migrations.parts import Migration, Operation
from ready_gate.facts.django.migrations.schema import (
    ModelKey,
    Schema,
    reference,
    with_argument,
    with_field,
    with_options,
    without_field,
)
from ready_gate.facts.views.schema import FieldState, Listed, Made, ModelState, Undecided

# Options that AlterModelOptions sets or, where it leaves them out, clears.
ALTER_OPTION_KEYS = (
    "base_manager_name",
    "default_manager_name",
    "default_related_name",
    "get_latest_by",
    "managed",
    "ordering",
    "permissions",
    "default_permissions",
    "select_on_save",
    "verbose_name",
    "verbose_name_plural",
)
TOGETHER = ("unique_together", "index_together")
Effect = Callable[[Schema, str, Operation], None]
EFFECTS: dict[str, Effect] = {}
# Operations that leave the state as it is.
NO_EFFECT = frozenset({"RunPython", "CreateExtension", "CreateCollation", "RemoveCollation", "ValidateConstraint", "Operation"})


def effect(*kinds: str) -> Callable[[Effect], Effect]:
    """Register what operations of these kinds do."""

    def register(function: Effect) -> Effect:
        EFFECTS.update(dict.fromkeys(kinds, function))
        return function

    return register


def apply_migration(schema: Schema, migration: Migration) -> None:
    """Replay one migration."""
    for operation in migration.operations:
        apply(schema, migration.app, operation)
    if migration.undecided:
        schema.doubt(migration.app, migration.undecided)


def apply(schema: Schema, app: str, operation: Operation) -> None:
    """Replay one operation. Where nobody knows what it does, the schema says so of the model that it names, or of the whole app."""
    if operation.undecided:
        _doubt(schema, app, operation, operation.undecided)
    elif operation.kind in EFFECTS:
        EFFECTS[operation.kind](schema, app, operation)
    elif operation.kind not in NO_EFFECT:
        _doubt(schema, app, operation, f"what the operation {operation.name} does is not known")


def _doubt(schema: Schema, app: str, operation: Operation, reason: str) -> None:
    reason = f"{operation.at}: {reason}" if operation.at else reason
    name = operation.text("model_name")
    if name is None or not schema.change((app, name.lower()), lambda model: replace(model, undecided=model.undecided or reason)):
        schema.doubt(app, reason)


def _key(app: str, operation: Operation, argument: str) -> ModelKey | None:
    name = operation.text(argument)
    return None if name is None else (app, name.lower())


def _change(schema: Schema, app: str, operation: Operation, argument: str, work: Callable[[ModelState], ModelState]) -> None:
    key = _key(app, operation, argument)
    if key is None or not schema.change(key, work):
        schema.doubt(app, f"{operation.at}: {operation.name} names a model that the migrations before it do not make")


@effect("CreateModel")
def _create(schema: Schema, app: str, operation: Operation) -> None:
    name = operation.text("name")
    if name is None:
        schema.doubt(app, f"{operation.at}: the name of a model is not known")
        return
    fields, options, doubt = operation.arguments.get("fields"), operation.arguments.get("options"), None
    if isinstance(fields, Undecided) or isinstance(options, Undecided):
        doubt = next(part.reason for part in (fields, options) if isinstance(part, Undecided))
    schema.put(
        ModelState(
            app,
            name,
            fields=tuple(one for one in fields if isinstance(one, FieldState)) if isinstance(fields, tuple) else (),
            options=dict(options) if isinstance(options, Mapping) else {},
            bases=_bases(operation.arguments.get("bases")),
            managers=_managers(operation.arguments.get("managers")),
            at=operation.at,
            undecided=doubt,
        )
    )


def _bases(written: object) -> tuple[str, ...]:
    if not isinstance(written, (list, tuple)):
        return ("django.db.models.Model",)
    return tuple(part.lower() if isinstance(part, str) else getattr(part, "dotted", "") for part in written)


def _managers(written: object) -> tuple[tuple[str, object], ...]:
    if isinstance(written, Undecided):
        return (("objects", written),)
    pairs = written if isinstance(written, (list, tuple)) else ()
    return tuple((str(pair[0]), pair[1]) for pair in pairs if isinstance(pair, (list, tuple)) and len(pair) == 2)


@effect("DeleteModel")
def _delete(schema: Schema, app: str, operation: Operation) -> None:
    key = _key(app, operation, "name")
    if key is None:
        schema.doubt(app, f"{operation.at}: the name of a model is not known")
    else:
        schema.drop(key)


@effect("RenameModel")
def _rename(schema: Schema, app: str, operation: Operation) -> None:
    old, new = _key(app, operation, "old_name"), operation.text("new_name")
    if old is None or new is None or old not in schema.models:
        schema.doubt(app, f"{operation.at}: RenameModel names a model that the migrations before it do not make")
        return
    for model in [*schema.referring(old)]:
        schema.put(replace(model, fields=tuple(_repointed(model.app, one, old, f"{app}.{new}") for one in model.fields)))
    renamed = replace(schema.models[old], name=new)
    schema.drop(old)
    schema.put(renamed)


def _repointed(app: str, one: FieldState, old: ModelKey, new: str) -> FieldState:
    if reference(app, one.arguments.get("to")) == old:
        one = with_argument(one, "to", new.lower())
    return with_argument(one, "through", new) if reference(app, one.arguments.get("through")) == old else one


@effect("AlterModelTable")
def _table(schema: Schema, app: str, operation: Operation) -> None:
    _change(schema, app, operation, "name", lambda model: with_options(model, {"db_table": operation.arguments.get("table")}))


@effect("AlterModelTableComment")
def _table_comment(schema: Schema, app: str, operation: Operation) -> None:
    _change(schema, app, operation, "name", lambda model: with_options(model, {"db_table_comment": operation.arguments.get("table_comment")}))


@effect("AlterUniqueTogether", "AlterIndexTogether")
def _together(schema: Schema, app: str, operation: Operation) -> None:
    option = "unique_together" if operation.kind == "AlterUniqueTogether" else "index_together"
    _change(schema, app, operation, "name", lambda model: with_options(model, {option: operation.arguments.get(option)}))


@effect("AlterOrderWithRespectTo")
def _order(schema: Schema, app: str, operation: Operation) -> None:
    given = {"order_with_respect_to": operation.arguments.get("order_with_respect_to")}
    _change(schema, app, operation, "name", lambda model: with_options(model, given))


@effect("AlterModelOptions")
def _options(schema: Schema, app: str, operation: Operation) -> None:
    options = operation.arguments.get("options")
    if not isinstance(options, Mapping):
        _doubt(schema, app, replace(operation, arguments={"model_name": operation.text("name")}), "the options are not known")
        return
    _change(schema, app, operation, "name", lambda model: with_options(model, options, ALTER_OPTION_KEYS))


@effect("AlterModelManagers")
def _alter_managers(schema: Schema, app: str, operation: Operation) -> None:
    _change(schema, app, operation, "name", lambda model: replace(model, managers=_managers(operation.arguments.get("managers"))))


@effect("AddField", "AlterField")
def _set_field(schema: Schema, app: str, operation: Operation) -> None:
    name, given = operation.text("name"), operation.arguments.get("field")
    if name is None or not isinstance(given, FieldState):
        _doubt(schema, app, operation, "the field is not known")
        return
    made = replace(given, name=name)
    if operation.arguments.get("preserve_default") is False:
        made = replace(made, arguments={key: value for key, value in made.arguments.items() if key != "default"})
    _change(schema, app, operation, "model_name", lambda model: with_field(model, made))


@effect("RemoveField")
def _remove_field(schema: Schema, app: str, operation: Operation) -> None:
    name = operation.text("name")
    if name is None:
        _doubt(schema, app, operation, "the name of a field is not known")
    else:
        _change(schema, app, operation, "model_name", lambda model: without_field(model, name))


@effect("RenameField")
def _rename_field(schema: Schema, app: str, operation: Operation) -> None:
    old, new, key = operation.text("old_name"), operation.text("new_name"), _key(app, operation, "model_name")
    if old is None or new is None or key is None:
        _doubt(schema, app, operation, "the name of a field is not known")
        return
    _change(schema, app, operation, "model_name", lambda model: _field_renamed(model, old, new))
    for model in [*schema.referring(key)]:
        fields = tuple(_to_field_renamed(model.app, one, key, old, new) for one in model.fields)
        if fields != model.fields:
            schema.put(replace(model, fields=fields))


def _field_renamed(model: ModelState, old: str, new: str) -> ModelState:
    found = model.field(old)
    if found is None:
        return model
    changed = {option: _names_changed(model.options[option], old, new) for option in TOGETHER if option in model.options}
    return with_options(with_field(model, replace(found, name=new), old), changed)


def _names_changed(written: object, old: str, new: str) -> object:
    if isinstance(written, (list, tuple, set, frozenset)):
        return tuple(_names_changed(part, old, new) for part in written)
    return new if written == old else written


def _to_field_renamed(app: str, one: FieldState, target: ModelKey, old: str, new: str) -> FieldState:
    if one.arguments.get("to_field") == old and reference(app, one.arguments.get("to")) == target:
        return with_argument(one, "to_field", new)
    return one


# Indexes and constraints


def listed(model: ModelState, option: str) -> tuple[object, ...]:
    """The indexes or constraints of a model."""
    value = model.options.get(option)
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return () if value is None else (value,)


def name_of(part: object) -> object:
    """The name of an index or a constraint."""
    return part.keywords.get("name") if isinstance(part, Made) else None


@effect("AddIndex", "AddIndexConcurrently", "AddConstraint", "AddConstraintNotValid")
def _add(schema: Schema, app: str, operation: Operation) -> None:
    option, argument = ("indexes", "index") if "Index" in operation.kind else ("constraints", "constraint")
    given = operation.arguments.get(argument)
    made = Undecided(f"{operation.at}: {operation.name} without anything to add") if given is None else given
    _change(schema, app, operation, "model_name", lambda model: with_options(model, {option: (*listed(model, option), made)}))


@effect("RemoveIndex", "RemoveIndexConcurrently", "RemoveConstraint")
def _remove(schema: Schema, app: str, operation: Operation) -> None:
    option, name = "indexes" if "Index" in operation.kind else "constraints", operation.arguments.get("name")

    def left(model: ModelState) -> ModelState:
        return with_options(model, {option: tuple(part for part in listed(model, option) if name_of(part) != name)})

    _change(schema, app, operation, "model_name", left)


@effect("AlterConstraint")
def _alter_constraint(schema: Schema, app: str, operation: Operation) -> None:
    name, given = operation.arguments.get("name"), operation.arguments.get("constraint")

    def changed(model: ModelState) -> ModelState:
        parts = listed(model, "constraints")
        return with_options(model, {"constraints": tuple(given if name_of(part) == name else part for part in parts)})

    _change(schema, app, operation, "model_name", changed)


@effect("RenameIndex")
def _rename_index(schema: Schema, app: str, operation: Operation) -> None:
    new, old, fields = (operation.arguments.get(name) for name in ("new_name", "old_name", "old_fields"))

    def renamed(model: ModelState) -> ModelState:
        if isinstance(fields, (list, tuple)):
            return _from_together(model, tuple(fields), new)
        parts = tuple(_index_named(part, new) if name_of(part) == old else part for part in listed(model, "indexes"))
        return with_options(model, {"indexes": parts})

    _change(schema, app, operation, "model_name", renamed)


def _index_named(part: object, name: object) -> object:
    return replace(part, keywords={**part.keywords, "name": name}) if isinstance(part, Made) else part


def _from_together(model: ModelState, fields: tuple[object, ...], name: object) -> ModelState:
    """An `index_together` becomes an index of that name."""
    old = model.options.get("index_together")
    rows = tuple(tuple(row) for row in old if isinstance(row, (list, tuple))) if isinstance(old, (list, tuple, set, frozenset)) else ()
    made = Made("django.db.models.Index", keywords={"fields": Listed(fields), "name": name})
    return with_options(model, {"index_together": tuple(row for row in rows if row != fields), "indexes": (*listed(model, "indexes"), made)})


# Operations that hold others


@effect("SeparateDatabaseAndState", "RunSQL")
def _separate(schema: Schema, app: str, operation: Operation) -> None:
    if isinstance(operation.arguments.get("state_operations"), Undecided):
        _doubt(schema, app, operation, "the operations on the state are not known")
    for part in operation.inner("state_operations"):
        apply(schema, app, part)
