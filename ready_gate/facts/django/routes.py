"""Every route of the production URL configuration, with its view and who gets through to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls import gates
from ready_gate.facts.django.urls.access import ANY, Gatekeeper
from ready_gate.facts.django.urls.found import Found, reason, text
from ready_gate.facts.django.urls.nobody import function_of
from ready_gate.facts.django.urls.patterns import ADMIN, Patterns, Place
from ready_gate.facts.django.urls.permissions import VIEW
from ready_gate.facts.django.urls.signatures import verification
from ready_gate.facts.django.urls.unwrapping import View, unwrapped
from ready_gate.facts.python.values import Class, Function, Items, Symbol, Value
from ready_gate.facts.registry import fact
from ready_gate.facts.views.routes import Access, Route, Routes
from ready_gate.model import Origin

GRAPHQL = (
    "graphene_django.views.GraphQLView",
    "strawberry.django.views.GraphQLView",
    "strawberry.django.views.AsyncGraphQLView",
    "ariadne_django.views.GraphQLView",
)
WRITING = ("POST", "PUT", "PATCH", "DELETE")
CHANGES = frozenset({"save", "create", "delete", "update", "bulk_create", "get_or_create", "update_or_create", "set_password", "create_user"})


@fact
def routes(program: Program) -> Routes:
    """The routes of ROOT_URLCONF."""
    urlconf = text(program.setting("ROOT_URLCONF"))
    if urlconf is None:
        held = program.setting("ROOT_URLCONF")
        return Routes("", (), (f"ROOT_URLCONF is not {'set' if held is None else f'known: {reason(held)}'}",))
    reader, keeper = Patterns(program), Gatekeeper(program)
    found = tuple(_route(program, keeper, one) for one in reader.module(urlconf, Place(), None))
    return Routes(urlconf, found, tuple(reader.problems), tuple(reader.unread))


def _route(program: Program, keeper: Gatekeeper, found: Found) -> Route:
    if found.site:
        site = (Access(ANY, False, "an admin site asks for a member of the staff"),)
        return Route(found.pattern, found.name, ADMIN, "admin", found.at, site, conditional=found.conditional)
    view = unwrapped(found)
    if isinstance(view.target, Symbol) and program.run.foreign(view.target) is not None:  # another package's name for `SomeView.as_view()`
        view = replace(view, is_class=True)
    dotted = program.dotted(view.target) or ""
    kind = "ninja" if found.methods else _kind(program, view, dotted)
    access = keeper.access(view, found)
    return Route(
        found.pattern,
        found.name,
        dotted,
        kind,
        found.at,
        tuple(_of_schema(entry) for entry in access) if kind == "graphql" else access,
        _defined(view.target),
        tuple(wrapper.name for wrapper in view.wrappers),
        csrf_exempt=_csrf_exempt(program, view),
        writes=_writes(view, access),
        conditional=found.conditional,
        initkwargs=tuple(view.initkwargs),
        lineage=_lineage(program, view),
        verified_by=_verified(program, view, access),
    )


def _verified(program: Program, view: View, access: tuple[Access, ...]) -> str | None:
    """What checks the signature of whatever gets through to the view without credentials."""
    handlers = [(entry.method, entry.action or entry.method.lower()) for entry in access if entry.open is not False]
    if not handlers:
        return None
    around = (wrapper.function for wrapper in view.wrappers if wrapper.function is not None)
    before = next((found for function in around if (found := verification(program, function, handlers))), None)
    return before or verification(program, view.target, handlers)


def _lineage(program: Program, view: View) -> tuple[str, ...]:
    if not view.is_class:
        return ()
    return tuple(name for base in program.order(view.target)[1:] if (name := program.dotted(base)))


def _of_schema(entry: Access) -> Access:
    """A GraphQL view that lets everybody through leaves it to its fields who sees what."""
    return entry if entry.open is False else replace(entry, open=None, reason="each field of a GraphQL schema decides for itself")


def _kind(program: Program, view: View, dotted: str) -> str:
    if view.is_class:
        if program.is_a(view.target, VIEW):
            return "drf"
        if program.is_a(view.target, *GRAPHQL):
            return "graphql"
        if _defined(view.target) is None:
            return "foreign"
        return "api" if any(_answers_json(item) for item in _methods(view.target)) else "class"
    if any(wrapper.name == gates.API_VIEW for wrapper in view.wrappers):
        return "drf"
    if _defined(view.target) is None:
        return "foreign" if dotted else "unknown"
    return "api" if _answers_json(view.target) else "function"


def _defined(target: Value) -> Origin | None:
    """Where the project defines it."""
    return target.origins[0] if isinstance(target, (Class, Function)) and target.origins else None


def _methods(target: Value) -> Iterator[Value]:
    namespace = target.namespace if isinstance(target, Class) else {}
    found = (function_of(namespace.get(name)) for name in ("get", "post", "put", "patch", "delete", "dispatch"))
    yield from (function for function in found if function is not None)


def _answers_json(function: Value) -> bool:
    node = getattr(function, "node", None)
    names = {_last(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)} if node is not None else set()
    return "JsonResponse" in names and not names & {"render", "render_to_response", "TemplateResponse"}


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _csrf_exempt(program: Program, view: View) -> bool:
    if any(wrapper.name in (gates.CSRF_EXEMPT, gates.API_VIEW) for wrapper in view.wrappers):
        return True
    if not view.is_class:
        return False
    if program.is_a(view.target, VIEW):
        return True
    bases = [base for base in program.order(view.target) if isinstance(base, Class)]
    decorated = [*view.around_class, *(decorator for base in bases for decorator in (*base.decorators, base.namespace.get("dispatch")))]
    return any(_names_exemption(value, 0) for value in decorated)


def _names_exemption(value: object, depth: int) -> bool:
    if depth > 6 or value is None:
        return False
    if getattr(value, "dotted", "") == gates.CSRF_EXEMPT or getattr(value, "name", "") == gates.CSRF_EXEMPT:
        return True
    parts = (getattr(value, "receiver", None), *getattr(value, "args", ()), *(value.items if isinstance(value, Items) else ()))
    return any(_names_exemption(part, depth + 1) for part in parts)


def _writes(view: View, access: tuple[Access, ...]) -> bool:
    """Whether it changes something: by its methods, or where these say nothing, by what its code calls."""
    methods = {entry.method for entry in access}
    if methods != {ANY}:
        return bool(methods & set(WRITING))
    node = getattr(view.target, "node", None)
    if node is None:
        return False
    calls = {_last(inner.func) for inner in ast.walk(node) if isinstance(inner, ast.Call)}
    asks = any(isinstance(inner, ast.Attribute) and inner.attr in ("POST", "FILES", "body") for inner in ast.walk(node))
    return asks or bool(calls & CHANGES) or any(isinstance(inner, ast.Constant) and inner.value in WRITING for inner in ast.walk(node))
