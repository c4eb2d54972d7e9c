"""Operations as the evaluator sees them, turned into plain ones."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from ready_gate.facts.django.deconstruct import Deconstructor
from ready_gate.facts.django.indexes import normal
from ready_gate.facts.django.migrations.parts import Operation
from ready_gate.facts.django.program import Program
from ready_gate.facts.python import classes
from ready_gate.facts.python.values import Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views.schema import FieldState, Named, Undecided

HOMES = ("django.db.migrations.", "django.contrib.postgres.operations.")
# The arguments of Django's operations in the order in which they may be given.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "CreateModel": ("name", "fields", "options", "bases", "managers"),
    "DeleteModel": ("name",),
    "RenameModel": ("old_name", "new_name"),
    "AlterModelTable": ("name", "table"),
    "AlterModelTableComment": ("name", "table_comment"),
    "AlterUniqueTogether": ("name", "unique_together"),
    "AlterIndexTogether": ("name", "index_together"),
    "AlterOrderWithRespectTo": ("name", "order_with_respect_to"),
    "AlterModelOptions": ("name", "options"),
    "AlterModelManagers": ("name", "managers"),
    "AddField": ("model_name", "name", "field", "preserve_default"),
    "RemoveField": ("model_name", "name"),
    "AlterField": ("model_name", "name", "field", "preserve_default"),
    "RenameField": ("model_name", "old_name", "new_name"),
    "AddIndex": ("model_name", "index"),
    "RemoveIndex": ("model_name", "name"),
    "RenameIndex": ("model_name", "new_name", "old_name", "old_fields"),
    "AddConstraint": ("model_name", "constraint"),
    "RemoveConstraint": ("model_name", "name"),
    "AlterConstraint": ("model_name", "name", "constraint"),
    "SeparateDatabaseAndState": ("database_operations", "state_operations"),
    "RunSQL": ("sql", "reverse_sql", "state_operations", "hints", "elidable"),
    "RunPython": ("code", "reverse_code", "atomic", "hints", "elidable"),
    "AddIndexConcurrently": ("model_name", "index"),
    "RemoveIndexConcurrently": ("model_name", "name"),
    "AddConstraintNotValid": ("model_name", "constraint"),
    "ValidateConstraint": ("model_name", "name"),
    "CreateExtension": ("name",),
    "CreateCollation": ("name", "locale"),
    "RemoveCollation": ("name", "locale"),
    "Operation": (),
}
EXTENSIONS = ("BloomExtension", "BtreeGinExtension", "BtreeGistExtension", "CITextExtension", "CryptoExtension", "HStoreExtension")
SAME: Mapping[str, str] = {
    **dict.fromkeys((*EXTENSIONS, "TrigramExtension", "UnaccentExtension"), "CreateExtension"),
    "ModelOperation": "Operation",
    "FieldOperation": "Operation",
}
# Operations of other packages that leave the state of models as it is, or are one of Django's in another dress.
OTHERS: Mapping[str, str] = {
    "django_migration_linter.IgnoreMigration": "Operation",
    "django_migration_linter.operations.IgnoreMigration": "Operation",
    "pgtrigger.migrations.AddTrigger": "Operation",
    "pgtrigger.migrations.RemoveTrigger": "Operation",
    "pgtrigger.compiler.AddTrigger": "Operation",
    "wagtail.blocks.migrations.migrate_operation.MigrateStreamData": "RunPython",
}
MAX_NESTING = 4
Convert = Callable[["Operations", str, Value, Mapping[str, Value]], object]


class Operations:
    """Turns values into operations of one app's migrations."""

    def __init__(self, program: Program, fields: Deconstructor) -> None:
        self.program, self.fields = program, fields
        self.depth = 0

    def read(self, app: str, value: Value) -> Operation:
        """One operation; it says so itself where nobody knows what it does."""
        at = value.origins[-1] if value.origins else None
        if not isinstance(value, Instance):
            reason = value.reason if isinstance(value, Unknown) else "one of its operations is not known"
            return Operation("", "an operation", {}, at, reason)
        kind, name, doubt = self._kind(value.type)
        if kind is None:
            return Operation("", name, self._named(app, value), at, doubt or f"what the operation {name} does to models is not known")
        given = self._given(value, kind)
        if given is None:
            return Operation(kind, name, {}, at, f"__init__ of {name} gives its base class arguments that are not known")
        return Operation(kind, name, self._converted(app, given), at, doubt)

    def many(self, app: str, value: Value | None) -> tuple[Operation, ...] | Undecided:
        """A list of operations."""
        if value is None or (isinstance(value, Scalar) and value.value is None):
            return ()
        if not isinstance(value, Items) or value.kind == "iterator" or self.depth >= MAX_NESTING:
            return Undecided(value.reason if isinstance(value, Unknown) else "the list of operations is not known")
        self.depth += 1
        try:
            found = tuple(self.read(app, item) for item in value.items)
        finally:
            self.depth -= 1
        return (*found, Operation("", "an operation", {}, None, value.rest)) if value.rest else found

    # Which operation it is

    def _kind(self, kind: Value) -> tuple[str | None, str, str | None]:
        """Django's name for it, the project's name for it, and why its effect on the state is not Django's."""
        shown = (self.program.dotted(kind) or "").rpartition(".")[2] or "an operation"
        changed = None
        for base in self.program.order(kind):
            dotted = self.program.dotted(base) or ""
            known = django_kind(dotted) or OTHERS.get(dotted)
            if known is not None:
                return self._own(known, changed, shown)
            if isinstance(base, Class) and changed is None and "state_forwards" in base.namespace:
                changed = base.namespace["state_forwards"]
        return None, shown, None

    def _own(self, known: str, changed: Value | None, shown: str) -> tuple[str | None, str, str | None]:
        if changed is None:
            return known, shown, f"state_forwards of {shown} is not its own" if known == "Operation" and shown == "Operation" else None
        if does_nothing(changed):
            return ("RunPython" if known == "RunPython" else "Operation"), shown, None
        return known, shown, f"state_forwards of {shown} changes models in its own way"

    # What it was given

    def _given(self, value: Instance, kind: str) -> dict[str, Value] | None:
        """The arguments by name, those that a project's class hands to Django's where it has a constructor of its own."""
        args, keywords = value.args, value.keywords
        if isinstance(value.type, Class) and kind != "Operation":
            handed = value.attributes.get(classes.HANDED)
            if isinstance(handed, Items) and not handed.rest and isinstance(handed.items[0], Items) and isinstance(handed.items[1], Table):
                args, keywords = handed.items[0].items, {str(key): item for key, item in handed.items[1].entries.items()}
            elif self._has_constructor(value.type):
                return {} if kind in ("RunPython", "Operation") else None
        return {**dict(zip(PARAMETERS[kind], args, strict=False)), **keywords}

    def _has_constructor(self, kind: Class) -> bool:
        for base in self.program.order(kind):
            if django_kind(self.program.dotted(base) or ""):
                return False
            if isinstance(base, Class) and "__init__" in base.namespace:
                return True
        return False

    def _named(self, app: str, value: Instance) -> dict[str, object]:
        """The model that an operation of which nothing else is known names."""
        name = value.keywords.get("model_name")
        return {"model_name": name.value} if isinstance(name, Scalar) and isinstance(name.value, str) else {}

    def _converted(self, app: str, given: Mapping[str, Value]) -> dict[str, object]:
        return {name: CONVERTERS.get(name, _plain)(self, app, item, given) for name, item in given.items()}


def django_kind(dotted: str) -> str | None:
    """The operation that a dotted path means."""
    last = dotted.rpartition(".")[2]
    if not dotted.startswith(HOMES):
        return None
    return last if last in PARAMETERS else SAME.get(last)


def does_nothing(method: Value) -> bool:
    """Whether a method's body is only `pass` and words."""
    if not isinstance(method, Function) or not isinstance(method.node, ast.FunctionDef):
        return False
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Return) and (node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)))
        for node in method.node.body
    )


def _plain(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    if isinstance(value, Scalar):
        return value.value
    return reader.fields.plain.part(value)


def _text(value: Value | None) -> str:
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else ""


def _field(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    return reader.fields.field(_text(given.get("name")), value, app, _text(given.get("model_name")))


def _fields(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    if not isinstance(value, Items) or value.rest:
        return Undecided(value.rest or "" if isinstance(value, Items) else value.reason if isinstance(value, Unknown) else "the fields are not known")
    model = _text(given.get("name"))
    found: list[FieldState] = []
    for pair in value.items:
        if not isinstance(pair, Items) or len(pair.items) != 2 or not _text(pair.items[0]):
            return Undecided("one of the fields is not known")
        found.append(reader.fields.field(_text(pair.items[0]), pair.items[1], app, model))
    return tuple(found)


def _options(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    if isinstance(value, Table) and not value.rest:
        return {str(name): _option(reader, str(name), item) for name, item in value.entries.items()}
    return Undecided(value.reason if isinstance(value, Unknown) else "the options are not known")


def _option(reader: Operations, name: str, value: Value) -> object:
    if name in ("indexes", "constraints") and isinstance(value, Items) and not value.rest:
        return tuple(normal(reader.fields, item) for item in value.items)
    return reader.fields.plain.part(value)


def _code(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    """A function, of which only matters whether it is there and what it is called."""
    dotted = reader.program.dotted(value)
    if isinstance(value, Scalar):
        return value.value
    return Named(dotted) if dotted else Named("")


def _sql(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    part = _plain(reader, app, value, given)
    return part if not isinstance(value, Symbol) else _code(reader, app, value, given)


def _operations(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    return reader.many(app, value)


def _part(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    """An index or a constraint."""
    return normal(reader.fields, value)


def _hints(reader: Operations, app: str, value: Value, given: Mapping[str, Value]) -> object:
    return None


CONVERTERS: dict[str, Convert] = {
    "field": _field,
    "fields": _fields,
    "index": _part,
    "constraint": _part,
    "options": _options,
    "code": _code,
    "reverse_code": _code,
    "sql": _sql,
    "reverse_sql": _sql,
    "database_operations": _operations,
    "state_operations": _operations,
    "hints": _hints,
}
