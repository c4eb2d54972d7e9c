"""The fact `list_code`: the endpoints that answer with lists, and how each of them is paginated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.endpoints import Endpoint, Handler
from ready_gate.facts.django.code.nodes import called_name, calls, constant, keyword, reachable
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.django.code.querysets import Queries, Query
from ready_gate.facts.python.codebase import Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import ListCode, ListView, Pages
from ready_gate.model import Origin

LIMIT_OFFSET = "rest_framework.pagination.LimitOffsetPagination"
UNPAGED = frozenset({"list", "sorted", "tuple"})


@fact
def list_code(code: Code, endpoints: list[Endpoint]) -> ListCode:
    """Every list endpoint of the project's views."""
    reader = _Reader(code)
    views = [found for view in endpoints for found in reader.read(view)]
    return ListCode(tuple(dict.fromkeys(views)))


class _Reader:
    def __init__(self, code: Code) -> None:
        self.code, self.queries = code, Queries(code)

    def read(self, view: Endpoint) -> Iterator[ListView]:
        """The list endpoints of a view: a class may have several."""
        if view.kind is None:
            yield from (found for handler in view.handlers if (found := self._function(view, handler)) is not None)
            return
        if not view.api:
            return
        name = view.dotted.rpartition(".")[2]
        if (found := self._class(view, name)) is not None:
            yield found
        for handler in view.handlers:
            if handler.action and handler.detail is False and handler.methods is not None and "GET" in handler.methods:
                shown = f"{name}.{handler.name}"
                if (seen := self._body(view, handler.function, shown, handler.function.at, "function")) is not None:
                    yield seen

    def _class(self, view: Endpoint, name: str) -> ListView | None:
        """The list of a class: the framework's own, or what the project makes of it."""
        kind = str(view.kind)
        names = self.code.attribute(kind, "http_method_names")
        if names is not None and names[0] is not None and '"get"' not in ast.unparse(names[1] or ast.Constant(None)).lower().replace("'", '"'):
            return None
        own = next((handler for handler in view.handlers if handler.name == "list"), None) or self._own_get(view)
        if own is None:
            return self._framework(kind, name, view.at) if self._lists(kind) else None
        if self._hands_on(own.function):
            return self._framework(kind, name, own.function.at) if self._lists(kind, after=own.function.owner) else None
        return self._body(view, own.function, name, own.function.at, "override" if own.name == "list" or self._lists(kind) else "function")

    def _own_get(self, view: Endpoint) -> Handler | None:
        """A `get` of the project, where no class of the framework stands before it."""
        handler = next((handler for handler in view.handlers if handler.name == "get" and not handler.action), None)
        first = self.code.has_method(str(view.kind), "get")
        return handler if handler is not None and first == handler.function.owner else None

    def _lists(self, kind: str, *, after: str | None = None) -> bool:
        """Whether the framework's list is answered: by a viewset's `list`, or a generic view's `get`."""
        order = self.code.order(kind)
        order = order[order.index(after) + 1 :] if after in order else order
        if any(name.endswith(("ListAPIView", "ListCreateAPIView")) and name.startswith("rest_framework.") for name in order):
            return True
        return "rest_framework.mixins.ListModelMixin" in order and any(name.startswith("rest_framework.viewsets.") for name in order)

    def _hands_on(self, function: Defined) -> bool:
        """Whether it calls the framework's own list: `super().list(…)`, `self.list(…)`."""
        return any(
            isinstance(call.func, ast.Attribute) and call.func.attr in ("list", "get") and ast.unparse(call.func.value) in ("super()", "self")
            for call in calls(function.node)
        )

    def _framework(self, kind: str, name: str, at: Origin) -> ListView:
        """The framework's list: cut by the queryset, or by the pagination class in effect."""
        query = self.queries.of_view(kind)
        method = self.code.member(kind, "paginate_queryset") or self.code.member(kind, "paginator")
        if method is not None:
            return ListView(name, at, "own", Pages(kind, at, 1))
        pages = self.pages(kind)
        if query is not None and query.cut and pages is None:
            return ListView(name, at, "cut", model=query.model)
        model = query.model if query is not None else ""
        return ListView(name, at, "none" if pages is None else "default" if pages.name == "" else "own", pages, model)

    def pages(self, kind: str) -> Pages | None:
        """The pagination class of a view; None for none, one without a name for the default."""
        found = self.code.attribute(kind, "pagination_class")
        if found is None or found[0] is None:
            return Pages("", None, None)
        if isinstance(found[1], ast.Constant) and found[1].value is None:
            return None
        dotted = self.code.dotted(found[0], found[1]) or ""
        if dotted.endswith("DEFAULT_PAGINATION_CLASS"):
            return Pages("", None, None)
        return self.paginator(dotted)

    def paginator(self, dotted: str) -> Pages:
        """What a pagination class does."""
        found = self.code.find(dotted)
        own = self.code.member(dotted, "paginate_queryset") or self.code.member(dotted, "get_page_size")
        size = None
        for name in ("page_size", "default_limit"):
            held = self.code.attribute(dotted, name)
            if held is not None and held[0] is not None:
                size = constant(held[1]) if isinstance(held[1], ast.Constant) else 1
        asks = self._text(dotted, "page_size_query_param") or (self._text(dotted, "limit_query_param") and self.code.is_a(dotted, LIMIT_OFFSET))
        limited = self._text(dotted, "max_page_size") or self._text(dotted, "max_limit")
        return Pages(
            dotted, found.at if found is not None else None, size if isinstance(size, int) else 1 if own else None, bool(asks and not limited)
        )

    def _text(self, dotted: str, name: str) -> bool:
        found = self.code.attribute(dotted, name)
        return found is not None and not (isinstance(found[1], ast.Constant) and found[1].value is None)

    def _function(self, view: Endpoint, handler: Handler) -> ListView | None:
        if handler.methods is not None and "GET" not in handler.methods:
            return None
        name = view.dotted.rpartition(".")[2]
        if view.framework == "ninja":
            return self._ninja(handler.function, name)
        return self._body(view, handler.function, name, view.at, "function")

    def _ninja(self, function: Defined, name: str) -> ListView | None:
        """A route of Ninja whose `response=` is a list."""
        decorators = getattr(function.node, "decorator_list", [])
        listing = any(
            "ist[" in ast.unparse(given) for call in decorators if isinstance(call, ast.Call) and (given := keyword(call, "response")) is not None
        )
        if not listing:
            return None
        paged = any("paginat" in ast.unparse(decorator).lower() for decorator in decorators)
        return ListView(name, function.at, "own" if paged else "function", Pages("paginate", function.at, 1) if paged else None)

    def _body(self, view: Endpoint, function: Defined, name: str, at: Origin, kind: str) -> ListView | None:
        """A list that the project's own code makes: of a serializer with many=True, or of a queryset's values."""
        followed = reachable(self.code, [function], 2)
        whole = [found for one in followed for found in self._whole(view, one)]
        if not whole:
            return None
        if any("paginat" in called_name(call).lower() or called_name(call) in ("get_page",) for one in followed for call in calls(one.node)):
            pages = (
                self.pages(view.kind) if view.kind is not None and self.code.has_method(view.kind, "paginate_queryset") else Pages("by hand", at, 1)
            )
            return ListView(name, at, "none" if pages is None else "default" if pages.name == "" else "own", pages)
        if all(query is not None and query.cut for _, query in whole):
            return ListView(name, at, "cut")
        call, query = next((call, query) for call, query in whole if query is None or not query.cut)
        if query is None:
            return None
        return ListView(name, function.module.at(call) if function in followed[:1] else at, kind, None, query.model)

    def _whole(self, view: Endpoint, function: Defined) -> Iterator[tuple[ast.Call, Query | None]]:
        owner = view.kind if function.owner is not None else None
        for call in calls(function.node):
            if constant(keyword(call, "many")) is True and keyword(call, "data") is None:
                given = call.args[0] if call.args else keyword(call, "instance")
                yield call, self.queries.of(function, function.module, given, owner)
            elif called_name(call) in ("JsonResponse", "Response"):
                for inner in calls(call):
                    if (
                        called_name(inner) in UNPAGED
                        and inner.args
                        and (query := self.queries.of(function, function.module, inner.args[0], owner)) is not None
                    ):
                        yield inner, query
