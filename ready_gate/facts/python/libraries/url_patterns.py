"""What builds URL patterns: routers that are registered with, APIs whose operations are added by decorators, helpers that answer nothing outside of
debugging. `path`, `include` and the like need no model: the evaluator keeps calls as they were made."""

from __future__ import annotations

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.django_project import production
from ready_gate.facts.python.libraries.lifting import instance
from ready_gate.facts.python.values import Answer, Instance, Items, Scalar, Symbol, Value

OPERATION = "ninja.operation"
NINJA_METHODS = ("get", "post", "put", "patch", "delete", "api_operation")


def held(thing: Instance, name: str) -> Items:
    """The list under which an object keeps what was registered with it."""
    found = thing.attributes.get(name)
    if not isinstance(found, Items):
        found = thing.attributes[name] = Items([])
    return found


def _add(call: Call, name: str, parts: list[Value], keywords: dict[str, Value] | None = None) -> None:
    """Append an entry, noted for the case that a branch is taken back."""
    if isinstance(call.receiver, Instance):
        trail = getattr(call.run, "trail", None)
        entries = held(call.receiver, name)
        if trail is not None:
            trail.touch(call.receiver)
            trail.touch(entries)
        entries.items.append(Instance(Symbol(name), parts, dict(keywords or {}), origins=(call.at,)))


@models("rest_framework.routers.BaseRouter.register", "rest_framework_extensions.routers.NestedRouterMixin.register")
def register(call: Call) -> Value:
    """`router.register(prefix, viewset, basename)`."""
    names = ("prefix", "viewset", "basename")
    keywords = {("basename" if key == "base_name" else key): value for key, value in call.keywords.items()}
    given = {**dict(zip(names, call.args, strict=False)), **keywords}
    _add(call, "registry", [], given)
    return Scalar(None, origins=(call.at,))


@models("rest_framework.routers.BaseRouter.registry")
def registry(call: Call) -> Value:
    """What was registered."""
    return held(call.receiver, "registry") if isinstance(call.receiver, Instance) else call.unknown("the registry of a router")


MODELS.attributes["rest_framework.routers.BaseRouter.registry"] = registry
MODELS.functions.pop("rest_framework.routers.BaseRouter.registry")


@models(*(f"ninja.{home}.{name}" for home in ("main.NinjaAPI", "router.Router") for name in NINJA_METHODS))
def operation(call: Call) -> Value:
    """`@api.get("/path", auth=…)`: what the function is given to."""
    method = call.name.rpartition(".")[2]
    made = instance(call, OPERATION, list(call.args), dict(call.keywords))
    made.attributes["method"] = Scalar(method)
    if isinstance(call.receiver, Instance):
        made.attributes["owner"] = call.receiver
    return made


@models(f"{OPERATION}.__call__")
def operated(call: Call) -> Value:
    """The function becomes an operation of its API or router, and stays what it is."""
    maker = call.receiver
    if isinstance(maker, Instance) and isinstance(maker.attributes.get("owner"), Instance):
        owner = maker.attributes["owner"]
        _add(Call(call.name, [], {}, call.at, call.run, receiver=owner), "operations", [maker, *call.args])
    return call.args[0] if call.args else call.unknown("no function")


@models("ninja.main.NinjaAPI.add_router", "ninja.router.Router.add_router")
def add_router(call: Call) -> Value:
    """`api.add_router("/prefix", router, auth=…)`."""
    _add(call, "routers", list(call.args), call.keywords)
    return Scalar(None, origins=(call.at,))


def debugging(call: Call) -> bool | None:
    """Whether production runs with DEBUG."""
    settings = production(call.run)
    return call.run.truth(settings["DEBUG"]) if settings is not None and "DEBUG" in settings else None


@models(
    "django.conf.urls.static.static",
    "django.contrib.staticfiles.urls.staticfiles_urlpatterns",
    "debug_toolbar.toolbar.debug_toolbar_urls",
)
def only_debugging(call: Call) -> Value:
    """Patterns that are there with DEBUG alone."""
    if debugging(call) is False:
        return Items([], origins=(call.at,))
    return Answer(f"whether {call.name}() gives patterns hangs on DEBUG", call.name, None, list(call.args), dict(call.keywords), origins=(call.at,))


@models("rest_framework.views.APIView.get_permissions")
def get_permissions(call: Call) -> Value:
    """An object of each of the view's permission classes."""
    getattr_ = Symbol("builtins.getattr")
    listed = call.run.call(getattr_, [call.receiver, Scalar("permission_classes")], {}, call.at) if call.receiver is not None else None
    if not isinstance(listed, Items):
        return listed if listed is not None else call.unknown("the permissions of a view that is not known")
    made = [call.run.call(kind, [], {}, call.at) for kind in listed.items]
    return Items(made, "list", listed.rest, origins=(call.at,))


REST = "rest_framework.permissions"
MODELS.constants[f"{REST}.SAFE_METHODS"] = ("GET", "HEAD", "OPTIONS")


@models(f"{REST}.AllowAny.has_permission", f"{REST}.BasePermission.has_permission", f"{REST}.BasePermission.has_object_permission")
def allowed(call: Call) -> Value:
    """Everybody may."""
    return Scalar(True, origins=(call.at,))


@models(f"{REST}.IsAuthenticated.has_permission", f"{REST}.DjangoModelPermissions.has_permission", f"{REST}.DjangoObjectPermissions.has_permission")
def authenticated(call: Call) -> Value:
    """Those who are known may; with what rights is not asked here."""
    return _of_user(call, "is_authenticated")


@models(f"{REST}.IsAdminUser.has_permission")
def staff(call: Call) -> Value:
    """Members of the staff may."""
    return _of_user(call, "is_staff")


@models(f"{REST}.IsAuthenticatedOrReadOnly.has_permission", f"{REST}.DjangoModelPermissionsOrAnonReadOnly.has_permission")
def reading(call: Call) -> Value:
    """Everybody may read."""
    request = call.argument(0, "request")
    method = request.attributes.get("method") if isinstance(request, Instance) else None
    if not isinstance(method, Scalar):
        return call.unknown("the method of the request is not known")
    return Scalar(True, origins=(call.at,)) if method.value in ("GET", "HEAD", "OPTIONS") else _of_user(call, "is_authenticated")


def _of_user(call: Call, name: str) -> Value:
    request = call.argument(0, "request")
    if not isinstance(request, Instance):
        return call.unknown("the request is not known")
    getattr_ = Symbol("builtins.getattr")
    user = call.run.call(getattr_, [request, Scalar("user")], {}, call.at)
    answer = call.run.call(getattr_, [user, Scalar(name)], {}, call.at)
    return answer if isinstance(answer, Scalar) and answer.value is False else call.unknown("what rights the user has is not known")
