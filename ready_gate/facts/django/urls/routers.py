"""Routers of REST framework and APIs of Django Ninja: from what was registered with them to patterns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls.found import Found, argument, called, options, reason, text
from ready_gate.facts.python.libraries.url_patterns import OPERATION
from ready_gate.facts.python.values import Answer, Class, Function, Instance, Items, Part, Scalar, Symbol, Table, Unknown, Value
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.django.urls.patterns import Patterns

ROUTER = "rest_framework.routers.BaseRouter"
DEFAULT = "rest_framework.routers.DefaultRouter"
NESTED = "rest_framework_nested.routers.NestedMixin"
ROOT_VIEW = "rest_framework.routers.APIRootView"
ACTIONS = frozenset(f"rest_framework.decorators.{name}" for name in ("action", "list_route", "detail_route"))
APIS = ("ninja.main.NinjaAPI", "ninja.router.Router")
HTTP = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
LIST = {"get": "list", "post": "create"}
DETAIL = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}


@dataclass(frozen=True)
class Extra:
    """A method of a viewset that has a route of its own."""

    name: str
    methods: Mapping[str, str]
    detail: bool
    url_path: str
    url_name: str
    keywords: Mapping[str, Value] = field(default_factory=dict)
    at: Origin | None = None


def owner(value: Value) -> Value | None:
    """Whose `urls` this is."""
    if isinstance(value, Part) and value.name in ("urls", "get_urls"):
        return value.of
    if isinstance(value, Answer) and value.name.endswith((".urls", ".get_urls")):
        return value.args[0] if value.args else value.receiver
    return owner(value.receiver) if isinstance(value, Answer) and isinstance(value.receiver, Part) else None


def of_urls(program: Program, value: Value) -> Instance | None:
    """The router whose `urls` this is."""
    found = owner(value)
    return found if isinstance(found, Instance) and program.is_a(found.type, ROUTER) is True else None


def attribute(program: Program, thing: Instance, name: str) -> Value | None:
    """What an object or its class holds under a name."""
    return thing.attributes.get(name) or program.lookup(thing.type, name)


# REST framework


def urls(reader: Patterns, router: Instance) -> Iterator[Found]:
    """The patterns of a router, in its order."""
    from ready_gate.facts.django.urls.patterns import with_suffix

    program = reader.program
    found: list[Found] = []
    registry = router.attributes.get("registry")
    entries = registry.items if isinstance(registry, Items) else []
    candidates = registry.maybe or () if isinstance(registry, Items) else ()
    if isinstance(registry, Items) and registry.rest and registry.maybe is None:
        reader.problem(router.origins[-1] if router.origins else None, f"what is registered with a router: {registry.rest}")
    for entry in (*entries, *candidates):
        doubt = str(registry.rest) if entry in candidates and isinstance(registry, Items) else None
        found += [replace(one, conditional=doubt) for one in _registered(reader, router, entry)]
    default = program.is_a(router.type, DEFAULT) is True
    if default and _flag(program, router, "include_root_view"):
        at = router.origins[-1] if router.origins else Origin("")
        found.append(Found("", text(attribute(program, router, "root_view_name")) or "api-root", _root(program, router), at, actions={"get": "get"}))
    yield from found
    if default and _flag(program, router, "include_format_suffixes"):
        yield from (with_suffix(one) if one.pattern else replace(one, pattern="<drf_format_suffix:format>") for one in found)


def _root(program: Program, router: Instance) -> Value:
    held = attribute(program, router, "APIRootView")
    return held if isinstance(held, (Class, Symbol)) else Symbol(ROOT_VIEW)


def _flag(program: Program, router: Instance, name: str) -> bool:
    held = router.attributes.get(name) or router.keywords.get(name) or program.lookup(router.type, name)
    return not (held is not None and program.truth(held) is False)


def _registered(reader: Patterns, router: Instance, entry: Value) -> Iterator[Found]:
    given = dict(entry.keywords) if isinstance(entry, Instance) else {}
    if isinstance(entry, Items):
        given = dict(zip(("prefix", "viewset", "basename"), entry.items, strict=False))
    prefix, view = text(given.get("prefix")), given.get("viewset")
    at = entry.origins[-1] if entry.origins else Origin("")
    if prefix is None or view is None:
        reader.problem(at, "what is registered with a router is not known")
        return
    for option in options(view):
        if isinstance(option, (Class, Symbol)):
            yield from _of_viewset(reader, router, prefix, option, text(given.get("basename")), at)
        else:
            reader.problem(at, f"a viewset that is not known: {reason(option)}")


def _of_viewset(reader: Patterns, router: Instance, prefix: str, view: Value, basename: str | None, at: Origin) -> Iterator[Found]:
    program = reader.program
    base = basename or _basename(program, view)
    slash = _slash(program, router)
    parent = _parent(reader, router)
    head = f"^{parent}{prefix}"
    lookup = _lookup(program, view)
    listed, detailed = _bound(program, view, LIST), _bound(program, view, DETAIL)
    extras = list(extra_actions(program, view))

    def pattern(tail: str) -> str:
        whole = f"{head}{tail}{slash}$"
        return f"^{whole[2:]}" if whole.startswith("^/") and not prefix else whole

    if listed:
        yield Found(pattern(""), f"{base}-list", view, at, actions=listed)
    for extra in (extra for extra in extras if not extra.detail):
        yield _of_extra(pattern(f"/{extra.url_path}"), base, view, extra, at)
    if detailed:
        yield Found(pattern(f"/{lookup}"), f"{base}-detail", view, at, actions=detailed)
    for extra in (extra for extra in extras if extra.detail):
        yield _of_extra(pattern(f"/{lookup}/{extra.url_path}"), base, view, extra, at)


def _of_extra(pattern: str, base: str, view: Value, extra: Extra, at: Origin) -> Found:
    return Found(pattern, f"{base}-{extra.url_name}", view, at, actions=extra.methods, initkwargs=extra.keywords)


def _slash(program: Program, router: Instance) -> str:
    own = router.attributes.get("trailing_slash") or program.lookup(router.type, "trailing_slash")
    if isinstance(own, Scalar) and isinstance(own.value, str):
        return own.value
    given = router.keywords.get("trailing_slash") or (router.args[0] if router.args and not _is_nested(program, router) else None)
    return "" if given is not None and program.truth(given) is False else "/"


def _is_nested(program: Program, router: Instance) -> bool:
    return program.is_a(router.type, NESTED) is True


def _parent(reader: Patterns, router: Instance) -> str:
    """The pattern of what a nested router hangs under."""
    program = reader.program
    if not _is_nested(program, router):
        return ""
    names = ("parent_router", "parent_prefix", "lookup")
    given = {**dict(zip(names, router.args, strict=False)), **router.keywords}
    above, prefix = given.get("parent_router"), text(given.get("parent_prefix"))
    if not isinstance(above, Instance) or prefix is None:
        reader.problem(router.origins[-1] if router.origins else None, "what a nested router hangs under is not known")
        return "?/"
    view = _viewset_of(above, prefix)
    lookup = _lookup(program, view, (text(given.get("lookup")) or f"nested_{prefix}") + "_") if view is not None else "(?P<parent>[^/.]+)"
    return f"{_parent(reader, above)}{prefix}/{lookup}/"


def _viewset_of(router: Instance, prefix: str) -> Value | None:
    registry = router.attributes.get("registry")
    for entry in registry.items if isinstance(registry, Items) else ():
        if isinstance(entry, Instance) and text(entry.keywords.get("prefix")) == prefix:
            return entry.keywords.get("viewset")
    return None


def _basename(program: Program, view: Value) -> str:
    root = program.lookup(view, "queryset")
    while root is not None and not isinstance(root, (Class, Symbol)):
        root = root.receiver if isinstance(root, Answer) else root.of if isinstance(root, Part) else None
    if isinstance(root, Class):
        return root.name.lower()
    held = program.lookup(view, "queryset")
    dotted = root.dotted if isinstance(root, Symbol) else _first_name(held)
    return next((part.lower() for part in reversed(dotted.split(".")) if part[:1].isupper()), "?")


def _first_name(value: Value | None) -> str:
    """The dotted name that a chain of calls starts with."""
    while isinstance(value, (Answer, Part)):
        inner = value.receiver if isinstance(value, Answer) else value.of
        if inner is None and isinstance(value, Answer):
            return value.name
        value = inner
    return ""


def _lookup(program: Program, view: Value, prefix: str = "") -> str:
    field_ = text(program.lookup(view, "lookup_field")) or "pk"
    kwarg = text(program.lookup(view, "lookup_url_kwarg")) or field_
    value = text(program.lookup(view, "lookup_value_regex")) or "[^/.]+"
    return f"(?P<{prefix}{kwarg}>{value})"


def _bound(program: Program, view: Value, mapping: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for method, name in mapping.items():
        held = program.lookup(view, name)
        if held is not None and not (isinstance(held, Scalar) and held.value is None):
            found[method] = name
    return found


def extra_actions(program: Program, view: Value) -> Iterator[Extra]:
    """The methods with `@action`, by name."""
    names = {name for base in program.order(view) if isinstance(base, Class) for name in base.namespace}
    more: dict[str, dict[str, str]] = {}
    made: dict[str, Extra] = {}
    for name in sorted(names):
        held = program.lookup(view, name)
        bound = _mapped(held)
        if bound is not None:
            more.setdefault(bound[0], {})[bound[1]] = name
        decorator = _action(held)
        if decorator is not None:
            made[name] = _extra(name, decorator, held)
    for name, extra in made.items():
        yield replace(extra, methods={**extra.methods, **more.get(name, {})})


def _action(held: Value | None) -> Answer | None:
    """The `@action(…)` among a method's decorators."""
    while isinstance(held, Answer):
        if called(held.receiver) in ACTIONS and isinstance(held.receiver, Answer):
            return held.receiver
        if called(held) in ACTIONS and held.args and isinstance(held.args[0], Function):
            return Answer("an action", held.name)
        held = next((arg for arg in held.args if isinstance(arg, (Answer, Function))), None)
    return None


def _mapped(held: Value | None) -> tuple[str, str] | None:
    """`@other.mapping.delete`: the action and the method that it is bound to."""
    if isinstance(held, Answer) and isinstance(held.receiver, Part) and isinstance(held.receiver.of, Part) and held.receiver.of.name == "mapping":
        function = _innermost(held.receiver.of.of)
        return (function.name, held.receiver.name) if isinstance(function, Function) else None
    return None


def _innermost(value: Value) -> Value | None:
    held: Value | None = value
    while isinstance(held, Answer):
        held = next((arg for arg in held.args if isinstance(arg, (Answer, Function))), None)
    return held


def _extra(name: str, decorator: Answer, held: Value | None) -> Extra:
    given = decorator.keywords
    methods = argument(decorator, 0, "methods")
    listed = [text(item) or "?" for item in methods.items] if isinstance(methods, Items) else ["get"]
    detail = decorator.name.endswith("detail_route") or _true(decorator.args[1] if len(decorator.args) > 1 else given.get("detail"))
    path = text(argument(decorator, 2, "url_path")) or name
    url_name = text(argument(decorator, 3, "url_name")) or name.replace("_", "-")
    rest = {key: value for key, value in given.items() if key not in ("methods", "detail", "url_path", "url_name")}
    at = held.origins[-1] if held is not None and held.origins else None
    return Extra(name, {method.lower(): name for method in listed}, detail, path, url_name, rest, at)


def _true(value: Value | None) -> bool:
    return isinstance(value, Scalar) and bool(value.value)


# Django Ninja


def is_api(program: Program, view: Value) -> bool:
    """Whether this is the `urls` of a Ninja API."""
    found = owner(view)
    return isinstance(found, Instance) and program.is_a(found.type, APIS[0]) is True


def operations(reader: Patterns, view: Value) -> Iterator[Found]:
    """The operations of a Ninja API, and of the routers added to it."""
    api = owner(view)
    if isinstance(api, Instance):
        yield from _operations(reader, api, "", _auth(api, ()), 0)
        at = api.origins[-1] if api.origins else Origin("")
        docs = text(api.keywords.get("docs_url")) or "docs"
        for path, name in (("openapi.json", "openapi_json"), (docs, "openapi_view")):
            yield Found(path, f"api-1.0.0:{name.replace('_', '-')}", Symbol(f"ninja.openapi.views.{name}"), at)


def _auth(thing: Instance, above: tuple[Value, ...]) -> tuple[Value, ...]:
    given = thing.keywords.get("auth")
    return above if given is None else (given,)


def _operations(reader: Patterns, thing: Instance, prefix: str, auth: tuple[Value, ...], depth: int) -> Iterator[Found]:
    entries = thing.attributes.get("operations")
    for entry in entries.items if isinstance(entries, Items) else ():
        maker = entry.args[0] if isinstance(entry, Instance) and entry.args else None
        if isinstance(maker, Instance) and isinstance(entry, Instance) and len(entry.args) > 1:
            yield from _operation(maker, entry.args[1], prefix, auth)
    below = thing.attributes.get("routers")
    for entry in below.items if isinstance(below, Items) and depth < 8 else ():
        if isinstance(entry, Instance):
            yield from _of_router(reader, entry, prefix, auth, depth)


def _of_router(reader: Patterns, entry: Instance, prefix: str, auth: tuple[Value, ...], depth: int) -> Iterator[Found]:
    given = {**dict(zip(("prefix", "router"), entry.args, strict=False)), **entry.keywords}
    path, router = text(given.get("prefix")), given.get("router")
    dotted = text(router) if isinstance(router, Scalar) else None
    router = reader.program.value(dotted) if dotted else router
    if path is None or not isinstance(router, Instance):
        reader.problem(entry.origins[-1] if entry.origins else None, "a router that is not known is added to an API")
        return
    inner = (given["auth"],) if "auth" in given else _auth(router, auth)
    yield from _operations(reader, router, joined(prefix, path), inner, depth + 1)


def _operation(maker: Instance, view: Value, prefix: str, auth: tuple[Value, ...]) -> Iterator[Found]:
    method = text(maker.attributes.get("method")) or "get"
    many = method == "api_operation"
    path = text(maker.args[1 if many else 0] if len(maker.args) > many else maker.keywords.get("path"))
    listed = maker.args[0] if many and maker.args else None
    methods = tuple((text(item) or "?").upper() for item in listed.items) if isinstance(listed, Items) else (method.upper(),)
    at = maker.origins[-1] if maker.origins else Origin("")
    function = _innermost(view) if isinstance(view, Answer) else view
    name = text(maker.keywords.get("url_name")) or (function.name if isinstance(function, Function) else None)
    own = (maker.keywords["auth"],) if "auth" in maker.keywords else auth
    shown = joined(prefix, path or "?").lstrip("/").replace("{", "<").replace("}", ">")
    yield Found(shown, f"api-1.0.0:{name}", view, at, methods=methods, auth=own or (Scalar(None),))


def joined(prefix: str, path: str) -> str:
    """Two parts of a path with one slash between them."""
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path else prefix


__all__ = ["OPERATION", "Extra", "Table", "Unknown", "extra_actions", "is_api", "of_urls", "operations", "owner", "urls"]
