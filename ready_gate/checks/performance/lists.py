"""Lists: which endpoints give them, and whether each is cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ready_gate.checks.registry import check, failed, finding, judged, not_applicable, passed, unknown, warning
from ready_gate.facts.views import ListCode, ListView, Requirements, Setting, Settings
from ready_gate.model import Finding, Outcome

ELSEWHERE = ("graphene-django", "graphene", "ariadne", "strawberry-graphql", "strawberry-graphql-django", "django-tastypie", "django-bolt")
PAGED = ("own", "cut")


@check("performance.list-endpoints")
def list_endpoints(list_code: ListCode, requirements: Requirements) -> Outcome:
    """Not applicable to a project whose API has no list endpoint."""
    if list_code.views:
        return passed(f"{len(list_code.views)} endpoints answer with lists")
    if requirements.has(*ELSEWHERE):
        return unknown("the lists of GraphQL and of other frameworks are not looked at")
    return not_applicable("no view answers with a list: no list view of Django REST framework, and none that returns a whole queryset")


@check("performance.list-views")
def list_views(list_code: ListCode, settings: Settings) -> Outcome:
    """Every list view is paginated by itself, whatever the defaults are."""
    views = [view for view in list_code.views if view.kind != "function"]
    whole = [view for view in list_code.views if view.kind == "function"]
    size = settings["REST_FRAMEWORK"].get("PAGE_SIZE")
    bare = [view for view in views if view.kind not in PAGED or _without_size(view, size)]
    if bare or (whole and not views):
        seen = [*(_missing(view, size) for view in bare), *(_gives_all(view) for view in whole)]
        return failed(seen[0].message, seen)
    if not views:
        return not_applicable("no view answers with a list")
    return judged((_gives_all(view, warn=True) for view in whole), f"each of the {len(views)} list views sets its own pagination")


def _without_size(view: ListView, size: Setting) -> bool:
    """A pagination class that takes PAGE_SIZE, which is not set."""
    return view.kind == "own" and view.pages is not None and view.pages.size is None and not size.truth


def _missing(view: ListView, size: Setting) -> Finding:
    if _without_size(view, size):
        name = view.pages.name.rpartition(".")[2] if view.pages is not None else ""
        return finding("performance.no-page-size", f"{view.name} is paginated by {name}, which has no page size, nor is PAGE_SIZE set", view.at)
    why = {"default": "has no pagination class of its own", "none": "switches pagination off", "override": "overrides list() and does not paginate"}
    return finding("performance.unpaginated-list", f"{view.name} {why.get(view.kind, 'is not paginated')}", view.at)


def _gives_all(view: ListView, *, warn: bool = False) -> Finding:
    model = f" of {view.model.rpartition('.')[2]}" if view.model else ""
    make = warning if warn else finding
    return make("performance.unpaginated-list", f"{view.name} answers with every row{model} that its query finds", view.at)


@check("performance.unpaginated-views")
def unpaginated_views(list_code: ListCode) -> Outcome:
    """No list view leaves the pagination that the defaults give it."""
    seen = [*_left_out(list_code.views), *_unbounded(list_code.views)]
    return judged(seen, "no list view switches pagination off") if list_code.views else not_applicable("no view answers with a list")


def _left_out(views: Iterable[ListView]) -> Iterator[Finding]:
    for view in views:
        if view.kind in ("none", "override"):
            yield _missing(view, Setting("", "int", 1))
        elif view.kind == "function":
            yield _gives_all(view, warn=True)


def _unbounded(views: Iterable[ListView]) -> Iterator[Finding]:
    """Pagination classes of single views that let clients ask for pages of any size, each once."""
    named = {view.pages.name: view for view in views if view.pages is not None and view.pages.unbounded}
    for name, view in named.items():
        short = name.rpartition(".")[2]
        at = view.pages.at if view.pages is not None and view.pages.at is not None else view.at
        yield warning("performance.unbounded-page", f"{short} lets clients choose the size of a page and sets no maximum", at)
