"""Settings objects of packages: what their views and URL modules read of the project's settings, with the packages' own defaults."""

from __future__ import annotations

from ready_gate.facts.python.libraries import MODELS, Call, Runtime, models
from ready_gate.facts.python.libraries.django_project import named, production
from ready_gate.facts.python.libraries.lifting import lift, text_of
from ready_gate.facts.python.values import Class, Instance, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.model import Origin

ANYBODY = ["rest_framework.permissions.AllowAny"]
OWNER = ["djoser.permissions.CurrentUserOrAdmin"]
STAFF = ["rest_framework.permissions.IsAdminUser"]
# By the settings object: the setting that holds the project's entries, and the defaults of what matters here.
BLOCKS: dict[str, tuple[str, dict[str, object]]] = {
    "drf_spectacular.settings.spectacular_settings": ("SPECTACULAR_SETTINGS", {"SERVE_PERMISSIONS": ANYBODY, "SERVE_AUTHENTICATION": None}),
    "dj_rest_auth.app_settings.api_settings": (
        "REST_AUTH",
        {"USE_JWT": False, "SESSION_LOGIN": True, "JWT_AUTH_HTTPONLY": True, "REGISTER_PERMISSION_CLASSES": ANYBODY},
    ),
}
DJOSER_ACTIONS = {
    "activation": ANYBODY,
    "password_reset": ANYBODY,
    "password_reset_confirm": ANYBODY,
    "set_password": OWNER,
    "username_reset": ANYBODY,
    "username_reset_confirm": ANYBODY,
    "set_username": OWNER,
    "user_create": ANYBODY,
    "user_delete": OWNER,
    "user": OWNER,
    "user_list": OWNER,
    "token_create": ANYBODY,
    "token_destroy": ["rest_framework.permissions.IsAuthenticated"],
}
# What djoser's UserViewSet.get_permissions makes of an action.
DJOSER_NAMES = {
    "create": "user_create",
    "activation": "activation",
    "resend_activation": "password_reset",
    "list": "user_list",
    "reset_password": "password_reset",
    "reset_password_confirm": "password_reset_confirm",
    "set_password": "set_password",
    "set_username": "set_username",
    "reset_username": "username_reset",
    "reset_username_confirm": "username_reset_confirm",
    "destroy": "user_delete",
}


def of_block(block: str, defaults: dict[str, object], run: Runtime, name: str) -> object:
    """An entry of the project's, or the package's default."""
    held = production(run)
    if held is None:
        return ...
    own = held.get(block)
    if isinstance(own, Table) and name in own.entries:
        return named(run, own.entries[name])
    if own is not None and (not isinstance(own, Table) or own.rest):
        return Unknown(f"{block} is not known")
    return named(run, lift(defaults[name])) if name in defaults else Unknown(f"the default of {name} in {block} is not known")


def _reader(block: str, defaults: dict[str, object]):  # type: ignore[no-untyped-def]
    return lambda run, name: of_block(block, defaults, run, name)


for _dotted, (_block, _defaults) in BLOCKS.items():
    MODELS.versioned[_dotted] = _reader(_block, _defaults)


def djoser_permissions(run: Runtime, name: str) -> object:
    """`settings.PERMISSIONS.token_create`."""
    held = production(run)
    if held is None:
        return ...
    block = held.get("DJOSER")
    own = block.entries.get("PERMISSIONS") if isinstance(block, Table) else None
    if isinstance(own, Table) and name in own.entries:
        return named(run, own.entries[name])
    known = block is None or (isinstance(block, Table) and not block.rest and (own is None or (isinstance(own, Table) and not own.rest)))
    return named(run, lift(DJOSER_ACTIONS[name])) if known and name in DJOSER_ACTIONS else Unknown("DJOSER is not known")


ALLAUTH_APPS = {
    "SOCIALACCOUNT_ENABLED": "allauth.socialaccount",
    "MFA_ENABLED": "allauth.mfa",
    "USERSESSIONS_ENABLED": "allauth.usersessions",
    "HEADLESS_ENABLED": "allauth.headless",
}


def of_allauth(run: Runtime, name: str) -> object:
    """allauth looks for its parts among the installed apps."""
    held = production(run)
    if held is None:
        return ...
    if name == "HEADLESS_ONLY":
        return held.get(name, Scalar(False))
    apps = held.get("INSTALLED_APPS")
    if name not in ALLAUTH_APPS or not isinstance(apps, Items):
        return ...
    found = any(text_of(item) == ALLAUTH_APPS[name] for item in apps.items)
    return Scalar(found) if found or not apps.rest else Unknown("INSTALLED_APPS is not known")


MODELS.versioned["allauth.app_settings"] = of_allauth


def of_user_model(run: Runtime, name: str) -> object:
    """An attribute of the user model; that of Django's own where the project has none."""
    held = production(run)
    if held is None:
        return ...
    if text_of(held.get("AUTH_USER_MODEL")) == "auth.User":
        return {"USERNAME_FIELD": "username", "EMAIL_FIELD": "email"}.get(name, ...)
    kind = run.call(Symbol("django.contrib.auth.get_user_model"), [], {}, Origin(""))
    return run.call(Symbol("builtins.getattr"), [kind, Scalar(name)], {}, Origin("")) if isinstance(kind, Class) else ...


def djoser_setting(run: Runtime, name: str) -> object:
    """djoser looks users up by their primary key, which is called `id` unless a project says otherwise."""
    held = production(run)
    block = held.get("DJOSER") if held is not None else None
    if name != "USER_ID_FIELD" or held is None or (block is not None and not isinstance(block, Table)):
        return ...
    return block.entries.get(name, Scalar("id")) if isinstance(block, Table) else Scalar("id")


MODELS.versioned["djoser.views.User"] = of_user_model
MODELS.versioned["djoser.conf.settings"] = djoser_setting
MODELS.versioned["djoser.conf.settings.PERMISSIONS"] = djoser_permissions


@models("djoser.views.UserViewSet.get_permissions")
def djoser_get_permissions(call: Call) -> Value:
    """djoser chooses the permissions of its users' view by the action."""
    thing = call.receiver
    action = text_of(thing.attributes.get("action")) if isinstance(thing, Instance) else None
    if action is None:
        return call.unknown("the action is not known")
    listed = djoser_permissions(call.run, DJOSER_NAMES.get(action, "user"))
    if not isinstance(listed, Items):
        return listed if isinstance(listed, Value) else call.unknown("DJOSER is not known")
    made = [call.run.call(kind, [], {}, call.at) for kind in listed.items if isinstance(kind, (Symbol, Value)) and not isinstance(kind, Scalar)]
    return Items(made, "list", listed.rest, origins=(call.at,))
