"""The models of the project's apps: their states, and what of them a query can use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ready_gate.facts.views.schema import ModelState
from ready_gate.model import Origin


@dataclass(frozen=True)
class App:
    """One installed app. `module` is its package, `ours` whether that is in the checkout, `auto_field` the path of the class of its automatic
    primary keys, `migrations` the module of its migrations (None: it has none). `undecided` says why the label is not known for sure."""

    label: str
    module: str
    path: str = ""
    ours: bool = False
    auto_field: str = "django.db.models.BigAutoField"
    migrations: str | None = None
    undecided: str | None = None


@dataclass(frozen=True)
class ModelField:
    """One field as queries see it, inherited ones included. `indexed` says by what an equality filter on it alone is quick (`primary key`, `unique`,
    `index`, `foreign key`), None where nothing does; `to` is the label of the model that a relation leads to, `reverse` the name of the way back."""

    name: str
    kind: str
    column: str
    at: Origin | None = None
    null: bool = False
    indexed: str | None = None
    to: str | None = None
    many: bool = False
    one: bool = False
    reverse: str | None = None
    undecided: str | None = None


@dataclass(frozen=True)
class Index:
    """An index over several columns (or one): their names in order without a sign, what makes it, and whether it holds only some of the rows."""

    fields: tuple[str, ...]
    source: str
    partial: bool = False


@dataclass(frozen=True)
class Model:
    """A model with what queries can use. `dotted` is its class, `fields` are by name, `parents` the labels of the concrete models it extends."""

    state: ModelState
    dotted: str
    table: str
    fields: Mapping[str, ModelField] = field(default_factory=dict)
    indexes: tuple[Index, ...] = ()
    ordering: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    managed: bool = True
    proxy: bool = False

    @property
    def label(self) -> str:
        """`app.model` in lower case."""
        return f"{self.state.app}.{self.state.name.lower()}"

    def named(self, name: str) -> ModelField | None:
        """The field with this name; `pk` and `order_id` are found as well."""
        if name == "pk":
            return next((item for item in self.fields.values() if item.indexed == "primary key"), None)
        if name in self.fields:
            return self.fields[name]
        return next((item for item in self.fields.values() if item.to and not item.many and item.name + "_id" == name), None)


@dataclass(frozen=True)
class Models:
    """All models of the project's apps by label. `unreached` are models in modules that nothing imports which Django loads, so that it does not know
    them; `problems` what could not be followed; `user` the label that AUTH_USER_MODEL names, None where it is not known."""

    apps: tuple[App, ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    unreached: tuple[Model, ...] = ()
    problems: tuple[str, ...] = ()
    user: str | None = None

    @property
    def states(self) -> Mapping[tuple[str, str], ModelState]:
        """The states by app label and lower-case name."""
        return {model.state.key: model.state for model in self.models.values()}

    def app(self, label: str) -> App | None:
        """The app with this label."""
        return next((app for app in self.apps if app.label == label), None)

    def back(self, label: str) -> Iterable[tuple[Model, ModelField]]:
        """The relations of other models that lead to this one."""
        return [(model, item) for model in self.models.values() for item in model.fields.values() if item.to == label]
