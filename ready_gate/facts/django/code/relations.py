"""The fact `query_code`: lists that ask the database once for each row, and other queries that can be had cheaper."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.endpoints import Endpoint
from ready_gate.facts.django.code.list_queries import Listing, Listings
from ready_gate.facts.django.code.loops import in_loops
from ready_gate.facts.django.code.nodes import called_name, calls, constant, keyword
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import QueryCode, Spot
from ready_gate.facts.views.models import Model, Models
from ready_gate.model import Origin

MAX_FOUND = 100
MAX_DEPTH = 4
QUERYING = frozenset(
    {"all", "filter", "exclude", "count", "exists", "first", "last", "get", "values", "values_list", "aggregate", "order_by", "latest"}
)
FOLLOWING = ("StringRelatedField", "SlugRelatedField", "HyperlinkedRelatedField", "ManyRelatedField")
Need = tuple[str, Origin, str]


@fact
def query_code(code: Code, endpoints: list[Endpoint], models: Models) -> QueryCode:
    """What serializers of lists need beside the rows, against what the queryset loads; and the queries of loops."""
    listings = Listings(code, models)
    followed = [*listings.of(endpoints)]
    needs = _Needs(listings, models)
    spots = [spot for listing in followed for spot in _missing(needs, listing)]
    loops = [spot for view in endpoints for handler in view.handlers for spot in in_loops(listings.queries, view.kind, handler.function)]
    return QueryCode(tuple(dict.fromkeys([*spots, *loops]))[:MAX_FOUND], sum(bool(listing.serializers) for listing in followed))


def _missing(needs: _Needs, listing: Listing) -> Iterator[Spot]:
    """What a list's rows are asked for one by one."""
    if listing.query is not None and not listing.query.rows:
        return
    loaded = listing.query.loaded if listing.query is not None else frozenset()
    maybe = " (unless a method of the queryset that is not followed loads it)" if listing.query is not None and listing.query.open else ""
    found = dict.fromkeys(need for serializer in listing.serializers for need in needs.of(serializer, listing.model))
    told: set[str] = set()
    for path, at, why in found:
        if path not in told and not _is_loaded(path, loaded):
            told.add(path)
            how = f'{"select" if needs.is_single(listing.model, path) else "prefetch"}_related("{path}")' if path else ""
            text = f"{listing.name} lists {_shown(listing)}, and {why} asks the database for each of them{maybe}"
            yield Spot("relation" if path else "query", at, text, f"Add .{how} to the queryset." if how else None)


def _shown(listing: Listing) -> str:
    return listing.model.state.name if listing.model is not None else "rows"


def _is_loaded(path: str, loaded: frozenset[str]) -> bool:
    return bool(path) and (any(name == path or name.startswith(f"{path}__") for name in loaded) or ("*" in loaded and "__" not in path))


class _Needs:
    """What a serializer follows for each row. An empty path is a query that nothing can load beforehand."""

    def __init__(self, listings: Listings, models: Models) -> None:
        self.listings, self.code, self.models = listings, listings.code, models

    def of(self, serializer: str, model: Model | None, prefix: str = "", depth: int = MAX_DEPTH) -> Iterator[Need]:
        """Each need once: the path from the listed row, where it stands, and what needs it."""
        if not depth:
            return
        model = model or self.listings.model(self.listings.model_of(serializer))
        names, every = self.listings.field_names(serializer)
        declared = dict(self._declared(serializer))
        short = serializer.rpartition(".")[2]
        for name, (home, node) in declared.items():
            if (every or name in names or not names) and constant(keyword(node, "write_only")) is not True:
                yield from self._field(short, serializer, home, name, node, model, prefix, depth)
        found = self.code.find(serializer)
        for name in names if found is not None else []:
            if name not in declared and found is not None:
                yield from self._of_model(short, found, name, model, prefix)

    def is_single(self, model: Model | None, path: str) -> bool:
        """Whether a path leads over relations to one row each, which a join can load."""
        for part in path.split("__"):
            field = model.named(part) if model is not None else None
            if field is None or field.many:
                return False
            model = self.models.models.get(field.to or "")
        return True

    def _declared(self, serializer: str) -> Iterator[tuple[str, tuple[Defined, ast.Call]]]:
        for kind in reversed(self.code.order(serializer)):
            home = self.code.find(kind)
            for node in home.node.body if home is not None and isinstance(home.node, ast.ClassDef) else []:
                if home is not None and isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
                    yield node.targets[0].id, (home, node.value)

    def _field(
        self, short: str, serializer: str, home: Defined, name: str, node: ast.Call, model: Model | None, prefix: str, depth: int
    ) -> Iterator[Need]:
        """What one declared field needs."""
        kind, at = self.code.dotted(home.module, node.func) or called_name(node), home.module.at(node)
        source = constant(keyword(node, "source"))
        source = source if isinstance(source, str) and source != "*" else name
        if kind.endswith("SerializerMethodField"):
            method = constant(keyword(node, "method_name")) or (constant(node.args[0]) if node.args else None) or f"get_{name}"
            yield from self._method(short, serializer, str(method), model, prefix)
            return
        whole = self.code.kinds.is_serializer(kind) or kind.endswith(FOLLOWING) or constant(keyword(node, "many")) is True
        path = self._path(model, source, whole=whole)
        if path is None:
            return
        yield prefix + path, at, f"{short}.{name}"
        if self.code.kinds.is_serializer(kind) and self.code.find(kind) is not None:
            yield from self.of(kind, self._target(model, path), f"{prefix}{path}__", depth - 1)

    def _path(self, model: Model | None, source: str, *, whole: bool) -> str | None:
        """The relations at the start of `a.b.c`, as a path of lookups; with `whole` the last one counts as well. None where there are none."""
        parts = source.split(".")
        path: list[str] = []
        for index, part in enumerate(parts):
            field = model.named(part) if model is not None else None
            back = self._back(model, part) if model is not None and field is None else None
            if (field is None or not field.to) and back is None:
                break
            if index == len(parts) - 1 and not whole:
                break
            path.append(part)
            model = self.models.models.get(field.to or "") if field is not None else back
        return "__".join(path) or None

    def _back(self, model: Model, name: str) -> Model | None:
        """The model at the other end of a relation that leads here."""
        return next((other for other, field in self.models.back(model.label) if (field.reverse or f"{other.state.name.lower()}_set") == name), None)

    def _target(self, model: Model | None, path: str) -> Model | None:
        for part in path.split("__"):
            field = model.named(part) if model is not None else None
            model = self.models.models.get(field.to or "") if field is not None else self._back(model, part) if model is not None else None
        return model

    def _of_model(self, short: str, found: Defined, name: str, model: Model | None, prefix: str) -> Iterator[Need]:
        """A name of Meta.fields that nothing declares: a many-to-many field, or a property of the model."""
        field = model.named(name) if model is not None else None
        if field is not None and field.many:
            yield f"{prefix}{name}", found.at, f"{short}.{name}"
        elif field is None and model is not None:
            member = self.code.member(model.dotted, name)
            if self._back(model, name) is not None:
                yield f"{prefix}{name}", found.at, f"{short}.{name}"
            elif member is not None and isinstance(member.node, FUNCTIONS):
                yield from self._body(f"{model.state.name}.{name}", member, 0, model, prefix)

    def _method(self, short: str, serializer: str, name: str, model: Model | None, prefix: str) -> Iterator[Need]:
        member = self.code.member(serializer, name)
        if member is not None and isinstance(member.node, FUNCTIONS):
            yield from self._body(f"{short}.{name}", member, 1, model, prefix)

    def _body(self, shown: str, member: Defined, position: int, model: Model | None, prefix: str) -> Iterator[Need]:
        """The relations of the row that a method follows, and the queries that it makes."""
        arguments = member.node.args.args if isinstance(member.node, FUNCTIONS) else []
        row = arguments[position].arg if len(arguments) > position else ""
        for node in ast.walk(member.node):
            inner = node.value if isinstance(node, ast.Attribute) else None
            on_row = isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id == row
            if isinstance(node, ast.Attribute) and isinstance(inner, ast.Attribute) and on_row and node.attr not in ("pk", "id"):
                path = self._path(model, inner.attr, whole=True)
                if path is not None:
                    again = node.attr in QUERYING - {"all", "count"}
                    yield ("" if again else prefix + path), member.module.at(node), f"{shown} ({ast.unparse(node)})"
        for call in calls(member.node):
            if isinstance(call.func, ast.Attribute) and call.func.attr in QUERYING and ".objects" in ast.unparse(call.func.value):
                yield "", member.module.at(call), f"{shown} ({ast.unparse(call.func)[:60]})"
