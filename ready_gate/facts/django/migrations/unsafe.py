"""Operations that a running PostgreSQL, or the release that still runs while they are applied, would suffer from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from ready_gate.facts.django.migrations import raw_sql
from ready_gate.facts.django.migrations.binding import is_many
from ready_gate.facts.django.migrations.columns import column_type, is_foreign_key, is_indexed, is_true, is_unique, shown, widened
from ready_gate.facts.django.migrations.effects import apply, name_of
from ready_gate.facts.django.migrations.likeness import rows
from ready_gate.facts.django.migrations.parts import Key, Migration, Operation
from ready_gate.facts.django.migrations.schema import ModelKey, Schema
from ready_gate.facts.views.migrations import Unsafe
from ready_gate.facts.views.schema import FieldState, Made, ModelState, Named

EXCLUSIVE, SHARE, SHARE_ROW = "ACCESS EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE"
RENAMED = "gets another name in the database, and the running release asks for the old one"
Harm = tuple[str, str, str | None]  # kind, reason, lock
# Functions of the database that give another answer for each row, so that a default by them writes every row.
VOLATILE = ("RandomUUID", "Random", "ClockTimestamp")
OF_TABLES = "AddField AlterField RemoveField RenameField RenameModel DeleteModel AlterModelTable AlterUniqueTogether AlterIndexTogether AddIndex"
SCHEMA_KINDS = frozenset(f"{OF_TABLES} RemoveIndex AddConstraint RemoveConstraint AlterOrderWithRespectTo".split())


@dataclass
class Scene:
    """Where an operation stands: the schema before it, the migration, and the tables that the new migrations themselves create."""

    schema: Schema
    migration: Migration
    created: set[ModelKey]

    def model(self, operation: Operation, argument: str = "model_name") -> ModelState | None:
        """The model that the operation names, where its table was there before."""
        name = operation.text(argument)
        key = (self.migration.app, name.lower()) if name else None
        found = self.schema.models.get(key) if key else None
        if found is None or found.key in self.created or not found.options.get("managed", True) or found.options.get("proxy"):
            return None
        return found


Judge = Callable[[Scene, Operation], Iterator[Harm]]
JUDGES: dict[str, Judge] = {}


def judge(*kinds: str) -> Callable[[Judge], Judge]:
    """Register what is wrong with operations of these kinds."""

    def register(function: Judge) -> Judge:
        JUDGES.update(dict.fromkeys(kinds, function))
        return function

    return register


@dataclass
class Judged:
    """The replay of all migrations, with what is unsafe in those that are `new`."""

    new: frozenset[Key]
    schema: Schema = field(default_factory=Schema)
    created: set[ModelKey] = field(default_factory=set)
    found: dict[str, list[Unsafe]] = field(default_factory=dict)

    def replay(self, migrations: Iterable[Migration]) -> Schema:
        """Replay them in order."""
        for migration in migrations:
            fresh = migration.key in self.new
            if fresh:
                self._whole(migration)
            for operation in migration.operations:
                if fresh:
                    self._judge(migration, operation)
                apply(self.schema, migration.app, operation)
            if migration.undecided:
                self.schema.doubt(migration.app, migration.undecided)
        return self.schema

    def _judge(self, migration: Migration, operation: Operation) -> None:
        scene = Scene(self.schema, migration, self.created)
        for part in operation.flat():
            name = part.text("name")
            if part.kind == "CreateModel" and name:
                self.created.add((migration.app, name.lower()))
            if part.kind == "RenameModel":
                self._renamed(migration.app, part)
            for kind, reason, lock in JUDGES[part.kind](scene, part) if part.kind in JUDGES else ():
                self._note(migration, part, (kind, reason, lock))

    def _renamed(self, app: str, operation: Operation) -> None:
        old, new = operation.text("old_name"), operation.text("new_name")
        if old and new and (app, old.lower()) in self.created:
            self.created.add((app, new.lower()))

    def _note(self, migration: Migration, operation: Operation, harm: Harm) -> None:
        kind, reason, lock = harm
        self.found.setdefault(migration.app, []).append(Unsafe(kind, migration.name, operation.name, reason, operation.at or migration.at, lock))

    def _whole(self, migration: Migration) -> None:
        """What is wrong with a migration as a whole: it mixes data and schema in one transaction."""
        parts = [part for operation in migration.operations for part in operation.flat()]
        data = next((part for part in parts if moves_data(part)), None)
        makes = _made(parts)
        schema = next((part for part in parts if _touches_table(part, makes)), None)
        if migration.atomic is not False and data and schema and data.arguments.get("atomic") is not False:
            reason = f"it changes data and, with {schema.name}, a table in one transaction: the table stays locked until the data is written"
            self._note(migration, data, ("data-with-schema", reason, EXCLUSIVE))


def moves_data(operation: Operation) -> bool:
    """Whether the operation runs code on the rows."""
    code = operation.arguments.get("code")
    return operation.kind == "RunPython" and not (isinstance(code, Named) and code.dotted.endswith(".noop"))


def _made(parts: Iterable[Operation]) -> set[str]:
    """The models that these operations make, under all their names."""
    made: set[str] = set()
    for part in parts:
        if part.kind == "CreateModel" or (part.kind == "RenameModel" and (part.text("old_name") or "").lower() in made):
            made.add((part.text("name") or part.text("new_name") or "").lower())
    return made


def _touches_table(operation: Operation, made: set[str]) -> bool:
    named = operation.text("model_name") or operation.text("name") or operation.text("old_name") or ""
    return operation.kind in SCHEMA_KINDS and named.lower() not in made


# Columns


@judge("AddField")
def _add_field(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model, one, name = scene.model(operation), operation.arguments.get("field"), operation.text("name")
    if model is None or not isinstance(one, FieldState) or one.undecided or is_many(one):
        return
    place = f"{model.name}.{name}"
    if not is_true(one, "null") and "db_default" not in one.arguments and not one.kind.endswith("GeneratedField"):
        reason = f"{place} is NOT NULL without a default in the database: the running release inserts rows without it"
        yield "unsafe-not-null", reason, EXCLUSIVE
    if _is_volatile(one):
        yield "unsafe-volatile-default", f"the default of {place} is another one for each row, so that every row is written", EXCLUSIVE
    elif is_unique(one) and callable_default(one) and not is_true(one, "null"):
        yield "unsafe-volatile-default", f"{place} is unique, and one call of its default fills all rows that are there", EXCLUSIVE
    yield from _keys(place, one)


def _keys(place: str, one: FieldState) -> Iterator[Harm]:
    """What indexes and constraints a column brings along."""
    if is_unique(one):
        yield "unsafe-constraint", f"{place} is unique: its index is built while writes wait", EXCLUSIVE
    elif is_indexed(one):
        yield "unsafe-index", f"{place} brings an index that is built while writes wait", SHARE
    if is_foreign_key(one):
        yield "unsafe-foreign-key", f"{place} brings a foreign key that is checked while both tables are locked", SHARE_ROW


def callable_default(one: FieldState) -> bool:
    """Whether the default is made by a call."""
    return isinstance(one.arguments.get("default"), Named)


def _is_volatile(one: FieldState) -> bool:
    default = one.arguments.get("db_default")
    return isinstance(default, Made) and default.dotted.rpartition(".")[2] in VOLATILE


@judge("AlterField")
def _alter_field(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model, new, name = scene.model(operation), operation.arguments.get("field"), operation.text("name")
    old = model.field(name) if model is not None and name else None
    if model is None or old is None or not isinstance(new, FieldState) or old.undecided or new.undecided or is_many(old) or is_many(new):
        return
    place = f"{model.name}.{name}"
    if is_true(old, "null") and not is_true(new, "null"):
        reason = f"{place} becomes NOT NULL: every row is read while the table is locked, and one NULL stops the release"
        yield "unsafe-set-not-null", reason, EXCLUSIVE
    was, now = column_type(old), column_type(new)
    if was and now and not widened(was, now):
        reason = f"{place} changes from {shown(was)} to {shown(now)}: the table is rewritten while it is locked"
        yield "unsafe-type-change", reason, EXCLUSIVE
    if old.arguments.get("db_column", name) != new.arguments.get("db_column", name):
        yield "unsafe-rename", f"{place} {RENAMED}", EXCLUSIVE
    if is_unique(new) and not is_unique(old):
        yield "unsafe-constraint", f"{place} becomes unique: its index is built while writes wait", EXCLUSIVE
    elif is_indexed(new) and not is_indexed(old) and not is_unique(old):
        yield "unsafe-index", f"{place} gets an index that is built while writes wait", SHARE
    if is_foreign_key(new) and (not is_foreign_key(old) or old.arguments.get("to") != new.arguments.get("to")):
        yield "unsafe-foreign-key", f"{place} gets a foreign key that is checked while both tables are locked", SHARE_ROW


@judge("RemoveField")
def _remove_field(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model, name = scene.model(operation), operation.text("name")
    one = model.field(name) if model is not None and name else None
    if model is not None and not (one is not None and is_many(one)):
        yield "unsafe-drop", f"the running release still asks for {model.name}.{name}", EXCLUSIVE


@judge("DeleteModel")
def _delete(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model = scene.model(operation, "name")
    if model is not None:
        yield "unsafe-drop", f"the running release still asks for the table of {model.name}", EXCLUSIVE


@judge("RenameField")
def _rename_field(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model, name = scene.model(operation), operation.text("old_name")
    one = model.field(name) if model is not None and name else None
    if model is not None and not (one is not None and ("db_column" in one.arguments or is_many(one))):
        yield "unsafe-rename", f"{model.name}.{name} {RENAMED}", EXCLUSIVE


@judge("RenameModel")
def _rename_model(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model = scene.model(operation, "old_name")
    if model is not None and not model.options.get("db_table"):
        yield "unsafe-rename", f"the table of {model.name} {RENAMED}", EXCLUSIVE


@judge("AlterModelTable")
def _table(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model = scene.model(operation, "name")
    old, new = (model.options.get("db_table") if model else None), operation.arguments.get("table")
    usual = f"{model.app}_{model.name.lower()}" if model else None
    if model is not None and (old or usual) != (new or usual):
        yield "unsafe-rename", f"the table of {model.name} {RENAMED}", EXCLUSIVE


# Indexes and constraints


@judge("AddIndex")
def _add_index(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model = scene.model(operation)
    if model is not None:
        named = name_of(operation.arguments.get("index")) or "an index"
        yield "unsafe-index", f"{named} of {model.name} is built while writes wait", SHARE


@judge("AlterIndexTogether", "AlterUniqueTogether")
def _together(scene: Scene, operation: Operation) -> Iterator[Harm]:
    option = "unique_together" if operation.kind == "AlterUniqueTogether" else "index_together"
    model = scene.model(operation, "name")
    old, new = (rows(where.get(option)) for where in (model.options if model else {}, operation.arguments))
    if model is None or not isinstance(old, frozenset) or not isinstance(new, frozenset) or new <= old:
        return
    if option == "unique_together":
        yield "unsafe-constraint", f"a unique constraint of {model.name} is built while writes wait", EXCLUSIVE
    else:
        yield "unsafe-index", f"an index of {model.name} is built while writes wait", SHARE


@judge("AddConstraint")
def _add_constraint(scene: Scene, operation: Operation) -> Iterator[Harm]:
    model, made = scene.model(operation), operation.arguments.get("constraint")
    if model is None:
        return
    what = made.dotted.rpartition(".")[2] if isinstance(made, Made) else "a constraint"
    doing = "checked against every row" if what == "CheckConstraint" else "built"
    yield "unsafe-constraint", f"{name_of(made) or what} of {model.name} is {doing} while the table is locked", EXCLUSIVE


@judge("AddIndexConcurrently", "RemoveIndexConcurrently")
def _concurrently(scene: Scene, operation: Operation) -> Iterator[Harm]:
    if scene.migration.atomic is not False:
        yield "concurrently-in-transaction", f"{operation.name} does not run in a transaction, and the migration is atomic", None


# Code and SQL


@judge("RunPython")
def _run_python(scene: Scene, operation: Operation) -> Iterator[Harm]:
    if moves_data(operation) and operation.arguments.get("reverse_code") is None:
        yield "irreversible-migration", "RunPython without reverse_code cannot be undone", None


@judge("RunSQL")
def _run_sql(scene: Scene, operation: Operation) -> Iterator[Harm]:
    sql = operation.arguments.get("sql")
    if raw_sql.is_nothing(sql):
        return
    if operation.arguments.get("reverse_sql") is None:
        yield "irreversible-migration", "RunSQL without reverse_sql cannot be undone", None
    if scene.migration.atomic is not False and raw_sql.is_concurrent(sql):
        yield "concurrently-in-transaction", "CONCURRENTLY does not run in a transaction, and the migration is atomic", None
    yield from raw_sql.harms(sql)
