"""The list views with their querysets, models and serializers, for the facts about queries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.facts.django.code.endpoints import Endpoint
from ready_gate.facts.django.code.nodes import calls, constant, keyword, listed, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.django.code.querysets import Queries, Query
from ready_gate.facts.python.codebase import Defined, ModuleCode
from ready_gate.facts.views.models import Model, Models
from ready_gate.model import Origin

LISTS = frozenset({"django.views.generic.ListView", "django.views.generic.list.ListView", "django.views.generic.list.BaseListView"})
WRITING = frozenset({"create", "write", "update", "input", "edit"})


@dataclass(frozen=True)
class Listing:
    """One list: the view's class (None for a function), its query, the model, and the serializers that show its rows."""

    name: str
    at: Origin
    kind: str | None
    query: Query | None
    model: Model | None
    serializers: tuple[str, ...]


class Listings:
    """Finds them among the endpoints."""

    def __init__(self, code: Code, models: Models) -> None:
        self.code, self.models, self.queries = code, models, Queries(code)
        self._by_class = {model.dotted: model for model in models.models.values()}

    def of(self, endpoints: list[Endpoint]) -> Iterator[Listing]:
        """Every list of an API view, the framework's own and those that handlers make with many=True, and of Django's ListView."""
        for view in endpoints:
            if not view.api and view.kind is not None and any(name in LISTS for name in self.code.order(view.kind)):
                yield self._listing(view.dotted.rpartition(".")[2], view.at, view.kind, self.queries.of_view(view.kind), ())
            if view.api and view.kind is not None and self._lists(view.kind):
                serializers = _for_reading(list(dict.fromkeys(self._serializers(view.kind))))
                query = self.queries.of_view(view.kind)
                yield self._listing(view.dotted.rpartition(".")[2], view.at, view.kind, query, serializers)
            for handler in view.handlers if view.api else ():
                yield from self._made(view, handler.function)

    def _listing(self, name: str, at: Origin, kind: str | None, query: Query | None, serializers: tuple[str, ...]) -> Listing:
        named = query.model if query is not None and query.model else next((self.model_of(one) for one in serializers if self.model_of(one)), "")
        return Listing(name, at, kind, query, self.model(named), serializers)

    def _lists(self, kind: str) -> bool:
        order = [name for name in self.code.order(kind) if name.startswith("rest_framework.")]
        return any(name.endswith(("ListModelMixin", "ListAPIView", "ListCreateAPIView")) for name in order)

    def _serializers(self, kind: str) -> Iterator[str]:
        """What `serializer_class` names, and what `get_serializer_class` does."""
        found = self.code.member(kind, "serializer_class")
        if found is not None and (dotted := self.code.dotted(found.module, found.node)):
            yield dotted
        chosen = self.code.member(kind, "get_serializer_class")
        for node in ast.walk(chosen.node) if chosen is not None else ():
            if chosen is not None and isinstance(node, ast.Return) and node.value is not None:
                for part in ast.walk(node.value):
                    dotted = self.code.dotted(chosen.module, part) if isinstance(part, (ast.Name, ast.Attribute)) else None
                    if self.code.kinds.is_serializer(dotted):
                        yield str(dotted)

    def _made(self, view: Endpoint, function: Defined) -> Iterator[Listing]:
        owner = view.kind if function.owner is not None else None
        for call in calls(function.node):
            if constant(keyword(call, "many")) is True and keyword(call, "data") is None and call.args:
                serializer = self.code.dotted(function.module, call.func)
                query = self.queries.of(function, function.module, call.args[0], owner)
                if query is not None and serializer is not None and self.code.kinds.is_serializer(serializer):
                    yield self._listing(view.dotted.rpartition(".")[2], function.module.at(call), None, query, (serializer,))

    def model(self, dotted: str) -> Model | None:
        """The model of that class; the user model by any of its names."""
        if dotted in self._by_class:
            return self._by_class[dotted]
        found = self.code.find(dotted) if dotted else None
        called = isinstance(found.node, ast.Call) and "get_user_model" in ast.unparse(found.node.func) if found is not None else False
        return self.models.models.get(self.models.user or "") if called or dotted == "django.contrib.auth.models.User" else None

    def meta(self, kind: str, name: str) -> tuple[ModuleCode, ast.expr] | None:
        """An entry of a class's `Meta`, as the first class in order has it."""
        for one in self.code.order(kind):
            home = self.code.find(one)
            inner = self.code.own(home, "Meta") if home is not None else None
            found = self.code.own(Defined(f"{one}.Meta", home.module, inner), name) if home is not None and inner is not None else None
            if home is not None and isinstance(found, ast.expr):
                return home.module, found
        return None

    def model_of(self, serializer: str) -> str:
        """The model that a serializer's Meta names."""
        found = self.meta(serializer, "model")
        return (self.code.dotted(*found) or "") if found is not None else ""

    def field_names(self, serializer: str) -> tuple[list[str], bool]:
        """The names in `Meta.fields`, and whether they are all of the model's."""
        found = self.meta(serializer, "fields")
        if found is None:
            return [], self.meta(serializer, "exclude") is not None
        if constant(found[1]) == "__all__":
            return [], True
        return [str(value) for part in listed(found[1]) if isinstance(value := constant(part), str)], False


def _for_reading(serializers: list[str]) -> tuple[str, ...]:
    """Those that show rows: where a view chooses among several, the ones for writing are called so."""
    reading = [name for name in serializers if not words(name.rpartition(".")[2]) & WRITING]
    return tuple(reading or serializers)
