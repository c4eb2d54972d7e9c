"""What the gate understood of a project's models, with the file and line of each field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from ready_gate.facts.views.models import App, Model, ModelField, Models
from ready_gate.facts.views.schema import FieldState, Listed, Made, Named, Undecided
from ready_gate.model import Origin, mask_secrets, names_a_secret, redact
from ready_gate.reporters.safe import clip, no_commands, plain

LONGEST = 200  # characters of one argument in the text


def models_json(models: Models) -> str:
    """Every app of the project as `inspect models --format json` prints it."""
    unreached = [{"app": model.state.app, "name": model.state.name, "class": model.dotted, **_place(model.state.at)} for model in models.unreached]
    told = {"apps": [_app(app, models) for app in _ours(models)], "unreached": unreached, "problems": list(models.problems)}
    return json.dumps(told, indent=2).replace("##[", "#\\u0023[") + "\n"


def models_text(models: Models) -> str:
    """The same for people to read."""
    lines = [line for app in _ours(models) for line in _lines(app, models)]
    for model in models.unreached:
        lines.append(f"not loaded  {model.label}: nothing that Django imports makes it for sure{_at(model.state.at)}")
    lines += [f"not known   {problem}" for problem in models.problems]
    shown = (line[: len(line) - len(line.lstrip())] + plain(line) for line in lines or ["no app of the project has models"])
    return no_commands("\n".join(shown) + "\n")


def _ours(models: Models) -> list[App]:
    labels = {model.state.app for model in models.models.values()}
    return [app for app in models.apps if app.ours and app.label in labels]


def _of(app: App, models: Models) -> list[Model]:
    return [model for model in models.models.values() if model.state.app == app.label]


def _app(app: App, models: Models) -> dict[str, object]:
    return {"label": app.label, "module": app.module, "path": app.path, "models": [_model(model) for model in _of(app, models)]}


def _model(model: Model) -> dict[str, object]:
    state = model.state
    return {
        "name": state.name,
        "class": model.dotted,
        "table": model.table,
        **_place(state.at),
        "bases": list(state.bases),
        "managed": model.managed,
        "proxy": model.proxy,
        "fields": [_field(item, model.fields.get(item.name)) for item in state.fields],
        "options": {name: _part(value) for name, value in state.options.items()},
        "managers": {name: _part(value) for name, value in state.managers},
        "indexes": [{"fields": list(index.fields), "source": index.source, "partial": index.partial} for index in model.indexes],
        "undecided": state.undecided,
    }


def _field(state: FieldState, known: ModelField | None) -> dict[str, object]:
    return {
        "name": state.name,
        "kind": state.kind,
        "arguments": _arguments(state),
        **_place(state.at),
        "column": known.column if known else None,
        "indexed": known.indexed if known else None,
        "to": known.to if known else None,
        "reverse": known.reverse if known else None,
        "undecided": state.undecided or state.open,
    }


def _arguments(state: FieldState) -> dict[str, object]:
    """What the field is given; a literal default of a field that holds a secret is not shown."""
    hidden = names_a_secret(state.name)
    shown = {name: _part(value) for name, value in state.arguments.items()}
    for name in ("default", "db_default"):
        value = shown.get(name)
        if hidden and isinstance(value, str) and value:
            shown[name] = redact(value)
    return shown


def _part(part: object) -> object:
    """A part of a state as JSON: names and calls by their paths, what is not known with the reason."""
    if isinstance(part, Undecided):
        return {"$unknown": part.reason}
    if isinstance(part, Named):
        return {"$name": part.dotted}
    if isinstance(part, Made):
        return {
            "$call": part.dotted,
            "args": [_part(item) for item in part.args],
            "keywords": {key: _part(item) for key, item in part.keywords.items()},
        }
    if isinstance(part, Mapping):
        return {str(key): _part(item) for key, item in part.items()}
    if isinstance(part, (tuple, Listed)):
        return [_part(item) for item in part]
    if isinstance(part, frozenset):
        return sorted((_part(item) for item in part), key=json.dumps)
    if part is None or isinstance(part, bool) or (isinstance(part, (int, float)) and abs(part) < 1e300):
        return part
    return mask_secrets(str(part))


def _place(at: Origin | None) -> dict[str, object]:
    return {"path": at.path if at else None, "line": at.line if at else None}


def _lines(app: App, models: Models) -> Iterator[str]:
    for model in _of(app, models):
        kind = "proxy " if model.proxy else "" if model.managed else "unmanaged "
        yield f"{app.label}.{model.state.name}   {kind}table {model.table or 'not known'}{_at(model.state.at)}"
        if model.state.undecided:
            yield f"    there may be more to it: {clip(model.state.undecided, LONGEST)}"
        yield from (_line(state, model.fields.get(state.name)) for state in model.state.fields)
        yield from (f"    index over {', '.join(index.fields)} ({index.source.rpartition('.')[2]})" for index in model.indexes)


def _line(state: FieldState, known: ModelField | None) -> str:
    if state.undecided:
        return f"    {state.name}: not known: {clip(state.undecided, LONGEST)}{_at(state.at)}"
    given = ", ".join(f"{name}={clip(_inline(value), LONGEST)}" for name, value in _arguments(state).items())
    indexed = f"   [{known.indexed}]" if known and known.indexed else ""
    doubt = f"   ({state.open})" if state.open else ""
    return f"    {state.name}: {state.kind.rpartition('.')[2]}({given}){indexed}{doubt}{_at(state.at)}"


def _inline(value: object) -> str:
    """A part of a state in Python's notation."""
    if isinstance(value, dict) and "$unknown" in value:
        return f"<unknown: {value['$unknown']}>"
    if isinstance(value, dict) and "$name" in value:
        return str(value["$name"])
    if isinstance(value, dict) and "$call" in value:
        given = [*map(_inline, value["args"]), *(f"{name}={_inline(item)}" for name, item in value["keywords"].items())]
        return f"{value['$call']}({', '.join(given)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_inline(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(_inline, value)) + "]" if isinstance(value, list) else repr(value)


def _at(at: Origin | None) -> str:
    return f"   {at}" if at else ""
