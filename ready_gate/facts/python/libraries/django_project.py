"""What code asks of the project that it is part of: its settings, its models. Only in the run of a whole program there are answers."""

from __future__ import annotations

from ready_gate.facts.python.libraries import MODELS, Call, Runtime, models
from ready_gate.facts.python.libraries.lifting import text_of
from ready_gate.facts.python.values import Answer, Choice, Items, Module, Scalar, Symbol, Table, Unknown, Value
from ready_gate.model import Origin

GETATTR = Symbol("builtins.getattr")
NOWHERE = Origin("")
# What of REST_FRAMEWORK is a dotted path, or a list of them, that stands for what it names.
IMPORTED = ("_CLASS", "_CLASSES", "_BACKENDS", "_HANDLER", "_FUNCTION", "_PARSERS", "_RENDERERS", "_FORMAT_CLASSES")


def production(run: Runtime) -> dict[str, Value] | None:
    """The settings of the program that this is a run of."""
    module = getattr(run, "production", None)
    return module.scope.names if isinstance(module, Module) and module.scope is not None else None


def of_django_conf(run: Runtime, name: str) -> object:
    """`from django.conf import settings`."""
    return getattr(run, "production", ...) if name == "settings" else ...


def of_api_settings(run: Runtime, name: str) -> object:
    """`api_settings.DEFAULT_PERMISSION_CLASSES`: REST_FRAMEWORK's entry, with the classes that it names."""
    held = production(run)
    if held is None:
        return ...
    block = held.get("REST_FRAMEWORK")
    if not isinstance(block, Table):
        return block if isinstance(block, Unknown) else Unknown("REST_FRAMEWORK is not known")
    entry = block.entries.get(name)
    if entry is None:
        return Unknown(block.rest or f"REST_FRAMEWORK has no {name}")
    return named(run, entry) if name.endswith(IMPORTED) else entry


def named(run: Runtime, value: Value) -> Value:
    """What dotted paths in settings stand for."""
    if isinstance(value, Items):
        return Items([named(run, item) for item in value.items], value.kind, value.rest, origins=value.origins, reads=value.reads)
    if isinstance(value, Choice):
        return Choice(tuple(named(run, option) for option in value.options), origins=value.origins, reads=value.reads)
    text = text_of(value)
    if text is None or "." not in text:
        return value
    home, _, last = text.rpartition(".")
    return run.call(GETATTR, [run.import_module(home, NOWHERE), Scalar(last)], {}, NOWHERE)


MODELS.versioned["django.conf"] = of_django_conf
MODELS.versioned["rest_framework.settings.api_settings"] = of_api_settings


@models("django.contrib.auth.get_user_model")
def user_model(call: Call) -> Value:
    """The class that AUTH_USER_MODEL names."""
    held = production(call.run)
    label = text_of(held.get("AUTH_USER_MODEL")) if held is not None else None
    return model(call, label) if label else call.unknown("AUTH_USER_MODEL is not known")


@models("django.apps.apps.get_model", "django.apps.registry.apps.get_model")
def get_model(call: Call) -> Value:
    """`apps.get_model("app.Model")` and `apps.get_model("app", "Model")`."""
    first, second = call.plain(0, "app_label"), call.plain(1, "model_name")
    label = f"{first}.{second}" if isinstance(second, str) else first
    return model(call, label) if isinstance(label, str) and label.count(".") == 1 else call.unknown("a model whose name is not known")


def model(call: Call, label: str) -> Value:
    """The model class with this label, looked for in the `models` of the app with that last name."""
    held = production(call.run)
    apps = held.get("INSTALLED_APPS") if held is not None else None
    app, _, name = label.partition(".")
    for text in [text_of(item) for item in apps.items] if isinstance(apps, Items) else []:
        home = (text or "").partition(".apps.")[0]
        if home.rpartition(".")[2] != app:
            continue
        module = call.run.import_module(f"{home}.models", call.at)
        if isinstance(module, Symbol):
            return Symbol(f"{module.dotted}.{name}", origins=(call.at,))
        return call.run.call(GETATTR, [module, Scalar(name), Unknown("no such model")], {}, call.at)
    return Answer(f"no app with the label {app} is installed", call.name, origins=(call.at,))
