"""From gathered model classes to their states, as `ModelState.from_model` has them, and to what queries can use of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ready_gate.facts.django import indexes
from ready_gate.facts.django.deconstruct import formatted
from ready_gate.facts.django.field_kinds import DB, canonical
from ready_gate.facts.django.managers import Managers
from ready_gate.facts.django.meta import KEPT, SINCE, UNTIL
from ready_gate.facts.django.model_classes import MODEL, Gathered, Local, ModelClasses
from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.python.values import Class, Items, Value
from ready_gate.facts.views.models import Index, Model, ModelField
from ready_gate.facts.views.schema import FieldState, Listed, Made, ModelState, Named, Undecided
from ready_gate.model import Origin

TOGETHER = ("unique_together", "index_together")


class States:
    """Makes states of model classes. `engine` is the default database's."""

    def __init__(self, models: ModelClasses, engine: str, version: tuple[int, ...]) -> None:
        self.models, self.engine, self.version = models, engine, version
        self.managers = Managers(models)
        self._own: dict[int, tuple[FieldState, ...]] = {}
        self.keys: dict[str, str] = {}

    def model(self, made: Gathered) -> Model:
        """One concrete model."""
        fields = self.own(made)
        table = self._table(made)
        columns = {item.name: item for item in self.everything(made)}
        options = self._options(made, table, columns)
        doubts = list(dict.fromkeys(made.doubts))
        state = ModelState(
            made.app,
            made.kind.name,
            fields,
            options,
            tuple(self._bases(made)),
            self.managers.kept(made, options),
            _place(made),
            undecided="; ".join(doubts[:3]) or None,
            lent=made.lent,
        )
        return Model(
            state,
            dotted_of(made.kind),
            table,
            columns,
            tuple(_indexes(options)),
            _ordering(options, made, self),
            tuple(made.parents),
            options.get("managed", True) is not False,
            made.proxy,
        )

    def own(self, made: Gathered) -> tuple[FieldState, ...]:
        """The fields of a model's own table, the key that Django adds included."""
        if made.kind.serial not in self._own:
            self._own[made.kind.serial] = ()  # a model that needs itself
            self._own[made.kind.serial] = self._with_key(made, [self._field(item, made) for item in made.fields])
        return self._own[made.kind.serial]

    def _field(self, item: Local, made: Gathered) -> FieldState:
        if item.value is None:
            arguments = {name: Named(dotted_of(value)) if isinstance(value, Value) else value for name, value in item.made}
            return FieldState(item.name, item.kind, arguments, _place(made), lent=item.lent)
        state = replace(self.models.fields.field(item.name, item.value, made.app, made.kind.name, clone=True), lent=self.models.lent(item.owner))
        return state if state.at is not None and state.at.path else replace(state, at=_place(made))

    def _with_key(self, made: Gathered, fields: list[FieldState]) -> tuple[FieldState, ...]:
        """The first primary key is not serialized; where there is none, the link to the parent is it, or Django adds one."""
        place = next((index for index, item in enumerate(fields) if item.arguments.get("primary_key") is True), None)
        if place is None and made.parents and not made.proxy:
            link = next(name for _, name in made.parents.values())
            place = next((index for index, item in enumerate(fields) if item.name == link), None)
        if place is not None:
            key = fields[place]
            fields[place] = replace(key, arguments={**key.arguments, "primary_key": True, "serialize": False})
        elif not made.proxy and not made.abstract and not made.parents:
            fields.insert(0, self._automatic(made))
        single = [item for item in fields if not self._many(item)]
        return (*single, *(item for item in fields if self._many(item)))

    def _automatic(self, made: Gathered) -> FieldState:
        app = next((app for app in self.models.apps.apps if app.label == made.app), None)
        kind = canonical(app.auto_field) if app is not None else f"{DB}.BigAutoField"
        arguments = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
        return FieldState("id", kind, arguments, _place(made))

    def _many(self, state: FieldState) -> bool:
        return state.kind.rpartition(".")[2] in ("ManyToManyField", "TreeManyToManyField", "TaggableManager", "SortedManyToManyField")

    def _table(self, made: Gathered) -> str:
        """The table that a model's rows are in."""
        found = self.models.concrete(made)
        given = self.models.metas.get(found.meta, "db_table")
        part = self.models.fields.plain.part(given) if given is not None else None
        return part if isinstance(part, str) and part else indexes.table_name(found.app, found.kind.name, self.engine)

    # Options

    def _options(self, made: Gathered, table: str, columns: Mapping[str, ModelField]) -> dict[str, object]:
        options: dict[str, object] = {}
        for name in KEPT:
            value = self.models.metas.get(made.meta, name)
            if value is None or self.version < SINCE.get(name, ()) or (name in UNTIL and self.version >= UNTIL[name]):
                continue
            if name in ("indexes", "constraints"):
                options[name] = self._made(value, made, table, columns)
            else:
                part = self.models.fields.plain.part(value)
                options[name] = False if name == "abstract" else together(part) if name in TOGETHER else part
        for name in ("indexes", "constraints"):
            options.setdefault(name, ())
        strange = {name: Undecided("an option of another package") for name in self.models.metas.strange(made.meta)}
        return {**strange, **options}

    def _made(self, value: Value, made: Gathered, table: str, columns: Mapping[str, ModelField]) -> object:
        """The indexes or the constraints, each with its name."""
        if not isinstance(value, Items) or value.rest:
            return Undecided("they are not known to the end")
        found: list[Made | Undecided] = []
        for item in value.items:
            part = indexes.normal(self.models.fields, item)
            if isinstance(part, Made):
                part = indexes.named(part, made.app, made.kind.name)
                if not part.keywords.get("name") and not part.dotted.endswith("Constraint"):
                    part = self._with_name(part, indexes.suffix(self.models.fields, item), table, columns)
            found.append(part)
        return tuple(found)

    def _with_name(self, index: Made, ending: str | None, table: str, columns: Mapping[str, ModelField]) -> Made:
        given = index.keywords.get("fields")
        texts = [str(name) for name in given] if isinstance(given, tuple) else []
        known = [(columns.get(text.removeprefix("-")), text.startswith("-")) for text in texts]
        if ending is None or not known or any(column is None for column, _ in known):
            return Made(index.dotted, index.args, {**index.keywords, "name": Undecided("the name that Django gives it is not known")})
        pairs = [(column.column, descends) for column, descends in known if column is not None]
        return Made(index.dotted, index.args, {**index.keywords, "name": indexes.index_name(table, pairs, ending)})

    def _bases(self, made: Gathered) -> Iterable[str]:
        """What a migration names as bases: concrete models by label, what is no model by path; abstract models are left out for their own bases."""
        flat: dict[str, Value] = {}
        self._flatten(made.kind, flat, 0)
        rows = self.models.order(made.kind)
        places = {id(base): index for index, base in enumerate(rows)}
        found = sorted(flat, key=lambda name: places.get(id(flat[name]), len(rows)))
        has_model = any(isinstance(base, Class) and self.models.is_model(base) for base in flat.values()) or MODEL in found
        return found if has_model else [MODEL]

    def _flatten(self, kind: Class, flat: dict[str, Value], depth: int) -> None:
        for base in [self.models.run.foreign(base) or base for base in kind.bases]:
            dotted = canonical(dotted_of(base))
            if dotted == MODEL or not isinstance(base, Class) or not self.models.is_model(base):
                flat.setdefault(dotted, base)
            elif self.models.metas.is_abstract(base) and depth < 20:
                self._flatten(base, flat, depth + 1)
            else:
                flat.setdefault(self.models.label(base) or dotted, base)

    # What queries can use

    def everything(self, made: Gathered, depth: int = 0) -> list[ModelField]:
        """All columns and relations of a model, those of the models that it extends included."""
        above = [self.models.gather(kind) for kind, _ in made.parents.values()] if depth < 20 else []
        found = [item for parent in above if parent is not None for item in self.everything(parent, depth + 1)]
        return [*found, *(self._described(state, made) for state in self.own(made))]

    def _described(self, state: FieldState, made: Gathered) -> ModelField:
        arguments, last = state.arguments, state.kind.rpartition(".")[2]
        to, many = arguments.get("to"), self._many(state)
        one = "OneToOne" in last
        column = arguments.get("db_column")
        related = isinstance(to, str)
        return ModelField(
            state.name,
            state.kind,
            column if isinstance(column, str) and column else f"{state.name}_id" if related and not many else state.name,
            state.at,
            null=arguments.get("null") is True,
            indexed=_indexed(state, related and not many, one),
            to=str(to) if related else None,
            many=many,
            one=one,
            reverse=self._reverse(state, made, one) if related else None,
            undecided=state.undecided,
        )

    def _reverse(self, state: FieldState, made: Gathered, one: bool) -> str | None:
        """The name under which the other model reaches this one; None where there is no way back."""
        given = state.arguments.get("related_name")
        if given is None:
            option = self.models.metas.get(made.meta, "default_related_name")
            given = self.models.fields.plain.part(option) if option is not None else None
        if not isinstance(given, str):
            return made.kind.name.lower() if one else f"{made.kind.name.lower()}_set"
        name = formatted(given, made.app, made.kind.name)
        return None if name.endswith("+") else name

    def without_own_keys(self, models: Mapping[str, Model]) -> dict[str, Model]:
        """With `to_field` left out where it names the other model's primary key, as Django leaves it out of the state of a bound field."""
        keys = {label: next((item.name for item in model.fields.values() if item.indexed == "primary key"), "id") for label, model in models.items()}
        return {label: replace(model, state=_shortened(model.state, keys)) for label, model in models.items()}


def _place(made: Gathered) -> Origin | None:
    return made.kind.origins[-1] if made.kind.origins else None


def _shortened(state: ModelState, keys: Mapping[str, str]) -> ModelState:
    fields = []
    for item in state.fields:
        key = item.arguments.get("to_field")
        if key is not None and key == keys.get(str(item.arguments.get("to")), "id"):
            item = replace(item, arguments={name: value for name, value in item.arguments.items() if name != "to_field"})
        fields.append(item)
    return replace(state, fields=tuple(fields))


def together(part: object) -> object:
    """`unique_together` as a set of tuples, whether one or several were written."""
    if not isinstance(part, (tuple, frozenset)):
        return part
    rows = [part] if part and all(isinstance(item, str) for item in part) else list(part)
    if any(isinstance(row, Undecided) for row in rows):
        return next(row for row in rows if isinstance(row, Undecided))
    return frozenset(tuple(row) for row in rows if isinstance(row, tuple))


def _indexed(state: FieldState, key: bool, one: bool) -> str | None:
    """By what an equality filter on the field is quick."""
    if state.arguments.get("primary_key") is True:
        return "primary key"
    if state.arguments.get("unique") is True or one:
        return "unique"
    by_default = key or state.kind == f"{DB}.SlugField"
    if state.arguments.get("db_index", by_default) is True:
        return "foreign key" if key else "index"
    return None


def _indexes(options: Mapping[str, object]) -> Iterable[Index]:
    for name in TOGETHER:
        rows = options.get(name)
        for row in sorted(rows, key=str) if isinstance(rows, frozenset) else ():
            yield Index(tuple(map(str, row)), name)
    for name in ("indexes", "constraints"):
        found = options.get(name)
        for made in found if isinstance(found, tuple) else ():
            columns = made.keywords.get("fields") if isinstance(made, Made) and not made.dotted.endswith("CheckConstraint") else None
            if isinstance(columns, tuple) and columns:
                yield Index(tuple(str(column).removeprefix("-") for column in columns), made.dotted, "condition" in made.keywords)


def _ordering(options: Mapping[str, object], made: Gathered, states: States) -> tuple[str, ...]:
    """The names that a model is ordered by, as they are written; those of the first concrete parent where its own Meta says nothing."""
    given = options.get("ordering")
    if given is None and made.parents:
        above = states.models.metas.get(_meta_of(states, made), "ordering")
        given = states.models.fields.plain.part(above) if above is not None else None
    return tuple(item for item in given if isinstance(item, str)) if isinstance(given, (tuple, Listed)) else ()


def _meta_of(states: States, made: Gathered) -> Value | None:
    above = states.models.gather(next(iter(made.parents.values()))[0])
    return above.meta if above is not None else None
