"""The views that answer requests, with the functions that do it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.facts.django.code.nodes import methods
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined, ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.routes import Routes
from ready_gate.model import Origin

WRITING = ("post", "put", "patch")
CLASS_HANDLERS = ("get", "post", "put", "patch", "delete", "list", "retrieve", "create", "update", "partial_update", "destroy")
WRITE_HANDLERS = frozenset({"post", "put", "patch", "create", "update", "partial_update", "perform_create", "perform_update", "form_valid"})
HOOKS = ("perform_create", "perform_update", "form_valid", "get_queryset", "filter_queryset", "dispatch", "get_context_data", "get_object")
CONTROLLER = {f"http_{name}": name.upper() for name in ("get", "post", "put", "patch", "delete")}
HANDED_OUT = ("django.conf.urls.static.static()", "django.contrib.staticfiles.")  # such patterns hide no view
NINJA = ("get", "post", "put", "patch", "delete", "api_operation")


@dataclass(frozen=True)
class Handler:
    """A function that answers: `methods` in upper case, None where the function itself looks at the method."""

    function: Defined
    methods: frozenset[str] | None
    action: bool = False
    detail: bool | None = None

    @property
    def name(self) -> str:
        """The bare name of the function."""
        return str(getattr(self.function.node, "name", ""))

    @property
    def writes(self) -> bool | None:
        """Whether it takes a body; None where that depends on the method."""
        return None if self.methods is None else bool(self.methods & {"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class Endpoint:
    """A view: a class with its handlers (also those of the project's classes above it), or a function."""

    dotted: str
    at: Origin
    handlers: tuple[Handler, ...]
    kind: str | None = None
    api: bool = False
    framework: str = "django"


@fact
def endpoints(code: Code, routes: Routes) -> list[Endpoint]:
    """Every view of the project that its URLs name; every view there is, where the URLs name none that can be followed."""
    known = frozenset(route.view for route in routes if route.is_project)
    sure = known and all(any(name in problem for name in HANDED_OUT) for problem in routes.problems)
    named = known if sure else known | routed(code)
    every = [*_classes(code), *_functions(code, named), *_controllers(code)]
    chosen = [view for view in every if view.dotted in named]
    return chosen + [view for view in every if view.framework == "ninja" and view not in chosen] if chosen else every


def routed(code: Code) -> frozenset[str]:
    """What stands in the URL patterns and routers, by canonical path."""
    found: set[str] = set()
    for module in code.containing(b"urlpatterns", b".register("):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("path", "re_path", "url", "register"):
                    found |= {dotted for arg in (*node.args[1:2], *_keyword(node)) for dotted in _views_in(code, module, arg)}
    return frozenset(found)


def _keyword(node: ast.Call) -> list[ast.expr]:
    return [keyword.value for keyword in node.keywords if keyword.arg in ("view", "viewset")]


def _views_in(code: Code, module: ModuleCode, node: ast.expr) -> Iterator[str]:
    """The view in an argument, also one in decorators: `login_required(views.Home.as_view())`."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Name, ast.Attribute)) and (dotted := code.dotted(module, inner)):
            yield dotted
            yield from [dotted.rpartition(".")[0]] if dotted.endswith(".as_view") else []


def _classes(code: Code) -> Iterator[Endpoint]:
    for module in code.containing(b"View", b"view", b"Mixin"):
        for found in code.classes(module):
            if code.kinds.is_view(found.dotted) and isinstance(found.node, ast.ClassDef):
                yield Endpoint(found.dotted, found.at, tuple(_handlers(code, found.dotted)), found.dotted, code.kinds.is_api(found.dotted))


def _handlers(code: Code, kind: str) -> Iterator[Handler]:
    """The handlers by name, hooks of the framework's own handlers too, and the extra actions of viewsets."""
    allowed = _allowed(code, kind)
    for name in (*CLASS_HANDLERS, *HOOKS):
        found = code.member(kind, name)
        if found is not None and isinstance(found.node, FUNCTIONS):
            method = {"create": "POST", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE", "list": "GET", "retrieve": "GET"}.get(name)
            method = method or ("POST" if name in WRITE_HANDLERS else "GET" if name in HOOKS else name.upper())
            if name in HOOKS or allowed is None or method in allowed:
                yield Handler(found, frozenset({method if name not in WRITING else name.upper()}))
    seen: set[str] = set()
    for owner in code.order(kind):
        home = code.find(owner)
        for node in home.node.body if home is not None and isinstance(home.node, ast.ClassDef) else []:
            if isinstance(node, FUNCTIONS) and node.name not in seen and home is not None:
                seen.add(node.name)
                yield from _action(home, node)


def _allowed(code: Code, kind: str) -> frozenset[str] | None:
    found = code.member(kind, "http_method_names")
    if found is None or not isinstance(found.node, (ast.List, ast.Tuple)):
        return None
    return frozenset(str(item.value).upper() for item in found.node.elts if isinstance(item, ast.Constant))


def _action(home: Defined, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Handler]:
    for decorator in node.decorator_list:
        name = _decorator(decorator)
        if name in ("action", "detail_route", "list_route") or (
            name in ("post", "put", "patch", "delete", "get") and isinstance(decorator, ast.Call)
        ):
            methods = _methods(decorator) or frozenset({"GET"})
            detail = {"detail_route": True, "list_route": False}.get(name, _detail(decorator))
            yield Handler(Defined(f"{home.dotted}.{node.name}", home.module, node, home.dotted), methods, True, detail)


def _detail(decorator: ast.expr) -> bool | None:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    value = next((keyword.value for keyword in keywords if keyword.arg == "detail"), None)
    return bool(value.value) if isinstance(value, ast.Constant) else None


def _decorator(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _methods(decorator: ast.expr) -> frozenset[str] | None:
    """The methods in a decorator's list of texts."""
    if not isinstance(decorator, ast.Call):
        return None
    for arg in (*decorator.args, *(keyword.value for keyword in decorator.keywords if keyword.arg in ("methods", "http_method_names"))):
        if isinstance(arg, (ast.List, ast.Tuple, ast.Set)):
            return frozenset(str(item.value).upper() for item in arg.elts if isinstance(item, ast.Constant))
    return None


def _functions(code: Code, named: frozenset[str]) -> Iterator[Endpoint]:
    for module in code.containing(b"request", b"api_view", b"@api.", b"@router."):
        for name, node in module.names.items():
            if isinstance(node, FUNCTIONS):
                found = Defined(f"{module.dotted}.{name}", module, node)
                yield from _function(code, found, node, named)


def _controllers(code: Code) -> Iterator[Endpoint]:
    """The routes of Ninja Extra's controllers, each an endpoint of its own."""
    for module in code.containing(b"api_controller", b"ControllerBase"):
        for kind in code.classes(module):
            decorators = {_decorator(decorator) for decorator in getattr(kind.node, "decorator_list", [])}
            for found in methods(kind) if "api_controller" in decorators or code.is_a(kind.dotted, "ninja_extra.") else ():
                given = [CONTROLLER[name] for decorator in found.node.decorator_list if (name := _decorator(decorator)) in CONTROLLER]  # type: ignore[attr-defined]
                if given:
                    yield Endpoint(found.dotted, found.at, (Handler(found, frozenset({given[0]})),), None, True, "ninja")


def _function(code: Code, found: Defined, node: ast.FunctionDef | ast.AsyncFunctionDef, named: frozenset[str]) -> Iterator[Endpoint]:
    """A function that is decorated as a view, or named by the URLs."""
    methods, framework, is_view = None, "django", found.dotted in named
    for decorator in node.decorator_list:
        name = _decorator(decorator)
        if name == "api_view":
            methods, framework, is_view = _methods(decorator) or frozenset({"GET"}), "rest_framework", True
        elif name in ("require_POST", "require_GET", "require_safe"):
            methods, is_view = frozenset({"POST" if name == "require_POST" else "GET"}), True
        elif name == "require_http_methods":
            methods, is_view = _methods(decorator), True
        elif name in ("csrf_exempt", "login_required", "permission_required"):
            is_view = True
        elif name in NINJA and isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and _ninja(code, found, decorator.func):
            methods, framework, is_view = frozenset({name.upper()}), "ninja", True
    if is_view and (node.args.args or node.args.posonlyargs):
        yield Endpoint(found.dotted, found.at, (Handler(found, methods),), None, framework != "django", framework)


def _ninja(code: Code, found: Defined, func: ast.Attribute) -> bool:
    """Whether what the decorator is taken from is an API or router of Ninja."""
    holder = code.find(code.dotted(found.module, func.value) or "")
    made = code.dotted(holder.module, holder.node.func) if holder is not None and isinstance(holder.node, ast.Call) else None
    return bool(made) and str(made).startswith(("ninja.", "ninja_extra."))
