"""The fact `index_code`: the fields that list views filter and order by and that no index makes quick."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.endpoints import Endpoint
from ready_gate.facts.django.code.list_queries import Listing, Listings
from ready_gate.facts.django.code.nodes import constant, listed
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import IndexCode, Unindexed
from ready_gate.facts.views.models import Model, ModelField, Models
from ready_gate.model import Origin

Use = tuple[str, str, Origin]
ATTRIBUTES = {
    "filterset_fields": "filterset_fields",
    "filter_fields": "filterset_fields",
    "search_fields": "search_fields",
    "ordering_fields": "ordering_fields",
    "ordering": "ordering",
}
NO_INDEX = (
    "BooleanField",
    "NullBooleanField",
    "JSONField",
    "ArrayField",
    "SearchVectorField",
    "FileField",
    "ImageField",
    "ManyToManyField",
    "TaggableManager",
)
MAX_FOUND = 200


@fact
def index_code(code: Code, endpoints: list[Endpoint], models: Models) -> IndexCode:
    """Every field by the model that it belongs to, with the places that use it."""
    listings = Listings(code, models)
    found: dict[tuple[str, str], list[Use]] = {}
    undecided: dict[str, None] = {}
    places: dict[tuple[str, str], Origin | None] = {}
    seen = 0
    for listing in listings.of(endpoints):
        seen += 1
        if listing.model is None and not list(_uses(listings, listing)):
            continue
        if listing.model is None:
            hidden = "" if models.models or not models.problems else f": {models.problems[0]}"
            undecided[f"the model of {listing.name} cannot be told{hidden} ({listing.at})"] = None
            continue
        for model, field, use in _slow(listings, listing, models):
            key = (model.label, field.name)
            places[key] = field.at or model.state.at
            if use not in found.setdefault(key, []):
                found[key].append(use)
    fields = [Unindexed(f"{label}.{name}", places[label, name], tuple(uses)) for (label, name), uses in found.items()]
    return IndexCode(tuple(fields[:MAX_FOUND]), tuple(undecided), seen)


def _slow(listings: Listings, listing: Listing, models: Models) -> Iterator[tuple[Model, ModelField, Use]]:
    """The lookups of a list that end at a field without an index."""
    uses = list(_uses(listings, listing))
    names = {path.split("__")[0] for path, _, _ in uses}
    for path, what, at in uses:
        reached = _field(models, listing.model, path)
        if reached is not None:
            model, field = reached
            quick = field.indexed or any(_covers(index.fields, field.name, names) and not index.partial for index in model.indexes)
            if not quick and not field.kind.endswith(NO_INDEX) and not field.undecided:
                yield model, field, (what, listing.name, at)


def _covers(fields: tuple[str, ...], name: str, used: set[str]) -> bool:
    """Whether an index serves a lookup of the field: it comes first, or only behind fields that the same list filters by."""
    return name in fields and all(before in used or f"{before}_id" in used for before in fields[: fields.index(name)])


def _uses(listings: Listings, listing: Listing) -> Iterator[Use]:
    ordered = False
    for path, what, node, module in listing.query.uses if listing.query is not None else ():
        ordered = ordered or what == "order_by"
        yield path, what, module.at(node)
    if not ordered and listing.model is not None:
        at = listing.model.state.at or listing.at
        yield from ((name.lstrip("-"), "Meta.ordering", at) for name in listing.model.ordering)
    if listing.kind is not None:
        yield from _declared(listings, listing.kind)


def _declared(listings: Listings, kind: str) -> Iterator[Use]:
    """What the view lets clients filter, search and order by."""
    for attribute, what in ATTRIBUTES.items():
        found = listings.code.member(kind, attribute)
        if found is not None and isinstance(found.node, ast.expr):
            yield from ((name, what, found.module.at(found.node)) for name in _names(found.node))
    chosen = listings.code.member(kind, "filterset_class") or listings.code.member(kind, "filter_class")
    dotted = listings.code.dotted(chosen.module, chosen.node) if chosen is not None else None
    meta: tuple[ModuleCode, ast.expr] | None = listings.meta(dotted, "fields") if dotted else None
    if meta is not None:
        yield from ((name, "filterset_fields", meta[0].at(meta[1])) for name in _names(meta[1]))


def _names(node: ast.expr) -> Iterator[str]:
    """The names in a list, or the keys of a dictionary of lookups; a search's marks are left out."""
    parts = [key for key in node.keys if key is not None] if isinstance(node, ast.Dict) else listed(node)
    yield from (str(value).lstrip("^=@$-") for part in parts if isinstance(value := constant(part), str))


def _field(models: Models, model: Model | None, path: str) -> tuple[Model, ModelField] | None:
    """The field that a lookup ends at; None for what is no field (an annotation, a way back)."""
    reached: tuple[Model, ModelField] | None = None
    for name in path.split("__"):
        field = model.named(name) if model is not None else None
        if model is None or field is None:
            return reached  # what follows a field is a lookup: `price__gte`
        reached = model, field
        model = models.models.get(field.to) if field.to else None
    return reached
