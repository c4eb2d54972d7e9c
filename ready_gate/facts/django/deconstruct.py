"""Fields as Django's `deconstruct()` gives them, for models and for migrations alike."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ready_gate.facts.django.field_kinds import DB, NOT_PROVIDED, Rules, canonical, is_field, rules
from ready_gate.facts.django.plain import Plain, dotted_of
from ready_gate.facts.python import classes
from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.libraries.lifting import lift
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Choice, Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views.schema import FieldState, Made, Named, Undecided
from ready_gate.model import Origin

HANDED = classes.HANDED
Label = Callable[[Value], str | None]
OPEN = "the source of its class is not at hand"


class Deconstructor:
    """Fields of one run. `version` is Django's, as far as it is known; `label` answers `app.model` in lower case for a model class."""

    def __init__(self, run: Interpreter, version: tuple[int, ...], label: Label) -> None:
        self.run, self.version, self.label = run, version, label
        self.plain = Plain(run, self._inner)

    def is_field(self, value: Value) -> bool:
        """Whether it is an object that becomes a column or a table of its own."""
        if isinstance(value, Choice):
            return any(self.is_field(option) for option in value.options)
        return isinstance(value, Instance) and self._family(value.type)[0] is not None

    def kinds(self, value: Value) -> tuple[str, ...]:
        """The known classes that a field is an object of, the nearest first."""
        path, _ = self._family(value.type) if isinstance(value, Instance) else (None, "")
        known = rules(path) if path else None
        return known.family if known else (path,) if path else ()

    def field(self, name: str, value: Value, app: str = "", model: str = "") -> FieldState:
        """The state of one field. `app` and `model` are what a relation to `self` or to a name without an app is read with."""
        at = value.origins[0] if value.origins else None
        if isinstance(value, Choice):
            states = [self.field(name, option, app, model) for option in value.options]
            alike = all(state.kind == states[0].kind and state.arguments == states[0].arguments for state in states)
            return states[0] if alike else FieldState(name, states[0].kind, at=at, undecided="it is one of several fields, depending on a condition")
        path, shown = self._family(value.type) if isinstance(value, Instance) else (None, "")
        if path is None or not isinstance(value, Instance):
            reason = value.reason if isinstance(value, Unknown) else "what it is made by is not known"
            return FieldState(name, "", at=at, undecided=reason)
        given = self._given(value, rules(path))
        if isinstance(given, str):
            return FieldState(name, shown, at=at, undecided=given)
        kept = self._rewritten(value, name, shown, self._kept(given, rules(path)))
        if isinstance(kept, FieldState):
            return replace(kept, at=at)
        arguments = {key: self.plain.part(self._meant(key, item)) for key, item in kept.items()}
        self._relate(arguments, app, model)
        opened = None if rules(path) is not None else f"{OPEN} ({path})"
        return FieldState(name, shown, arguments, at, open=opened)

    def _inner(self, value: Value) -> object:
        """A field inside of another, as a part of it; None for what is no field."""
        if not isinstance(value, Instance) or self._family(value.type)[0] is None:
            return None
        state = self.field("", value)
        return Undecided(state.undecided) if state.undecided else Made(state.kind, (), state.arguments)

    def _family(self, kind: Value) -> tuple[str | None, str]:
        """The class whose rules hold for objects of this one, None for what is no field; and the class itself."""
        if isinstance(kind, Symbol):
            path = canonical(kind.dotted)
            return (None if is_field(path) is False else path), path
        if not isinstance(kind, Class):
            return None, ""
        foreign = [canonical(base.dotted) for base in classes.order(self.run, kind) if isinstance(base, Symbol)]
        known = [path for path in foreign if rules(path) is not None]
        best = min(known, key=lambda path: -len(rules(path).family), default=None)  # type: ignore[union-attr]
        likely = next((path for path in foreign if is_field(path) is None), None)
        return (best if best != f"{DB}.Field" or likely is None else likely) or likely, dotted_of(kind)

    # What the class of Django's that it derives from is given

    def _given(self, value: Instance, known: Rules | None) -> dict[str, Value] | str:
        """The arguments by their names; a reason where they are not known."""
        args, keywords = value.args, value.keywords
        if isinstance(value.type, Class):
            handed = value.attributes.get(HANDED)
            if handed is not None or isinstance(classes.lookup(self.run, value.type, "__init__", foreign=False), Function):
                parts = handed.items if isinstance(handed, Items) and not handed.rest else [Scalar(), Scalar()]
                if not isinstance(parts[0], Items) or not isinstance(parts[1], Table) or parts[0].rest or parts[1].rest:
                    return f"__init__ of {value.type.name} gives its base class arguments that are not known"
                args, keywords = parts[0].items, {str(key): item for key, item in parts[1].entries.items()}
        return self._bound(args, keywords, value, known)

    def _bound(self, args: list[Value], keywords: dict[str, Value], value: Instance, known: Rules | None) -> dict[str, Value]:
        parameters = known.parameters if known else ()
        given = dict(zip(parameters, args, strict=False))
        if len(args) > len(parameters):
            given["*args"] = Items(list(args[len(parameters) :]), "tuple")
        given |= keywords
        for name, item in value.attributes.items() if isinstance(value.type, Class) and known else ():
            if name in known.dropped or name in known.always:  # type: ignore[union-attr]
                given[name] = item
        return given

    def _kept(self, given: dict[str, Value], known: Rules | None) -> dict[str, Value]:
        """What is left after the defaults are dropped and what is always there is added."""
        kept = {name: item for name, item in given.items() if not (isinstance(item, Symbol) and canonical(item.dotted) == NOT_PROVIDED)}
        if "validators" in kept and self._is_empty(kept["validators"]):
            del kept["validators"]
        if known is None:
            return kept
        if f"{DB}.DateField" in known.family or f"{DB}.TimeField" in known.family:
            self._stamp(kept)
        if f"{DB}.FileField" in known.family and dotted_of(kept.get("storage", Scalar())) == "django.core.files.storage.default_storage":
            del kept["storage"]
        kept = {name: item for name, item in kept.items() if name not in known.never and not self._is_default(name, item, known)}
        kept |= {name: _lifted(default) for name, default in known.always.items() if name not in kept}
        validators = kept.get("validators")
        if isinstance(validators, Items) and validators.kind == "tuple":
            kept["validators"] = replace(validators, kind="list")
        if "choices" in kept:
            kept["choices"] = self._choices(kept["choices"])
        return kept

    def _is_default(self, name: str, item: Value, known: Rules) -> bool:
        if name not in known.dropped:
            return False
        default, value = known.dropped[name], self.plain.part(item)
        return type(value) is type(default) and value == default

    def _is_empty(self, item: Value) -> bool:
        return isinstance(item, Items) and not item.items and not item.rest

    def _stamp(self, kept: dict[str, Value]) -> None:
        """A date that sets itself is neither editable nor required."""
        if any(self.run.truth(kept[name]) for name in ("auto_now", "auto_now_add") if name in kept):
            kept.pop("editable", None)
            kept.pop("blank", None)

    def _choices(self, value: Value) -> Value:
        """Choices as the field keeps them: from Django 5 on pairs from whatever gives pairs, before that a list."""
        if isinstance(value, Class) and self.version >= (5,):
            from ready_gate.facts.python import attributes

            value = attributes.get(self.run, value, "choices", Origin(""))
        if isinstance(value, Items) and value.kind != "list" and not value.rest:
            value = Items(list(value.items), "list", origins=value.origins)
        return self._pairs(value, 0) if self.version >= (5,) else value

    def _pairs(self, value: Value, depth: int) -> Value:
        if isinstance(value, Table) and not value.rest:
            pairs: list[Value] = [Items([lift(key), item], "tuple") for key, item in value.entries.items()]
        elif (
            isinstance(value, Items)
            and not value.rest
            and depth < 2
            and all(isinstance(item, Items) and len(item.items) == 2 for item in value.items)
        ):
            pairs = list(value.items)
        else:
            return value
        made: list[Value] = [Items([pair.items[0], self._pairs(pair.items[1], depth + 1)], "tuple") for pair in pairs if isinstance(pair, Items)]
        return Items(made, "list", origins=value.origins)

    # What the project's own class makes of it

    def _rewritten(self, value: Instance, name: str, shown: str, kept: dict[str, Value]) -> dict[str, Value] | FieldState:
        """What a `deconstruct` of the project's class answers, `super().deconstruct()` being what the foreign class keeps."""
        method = classes.lookup(self.run, value.type, "deconstruct", foreign=False) if isinstance(value.type, Class) else None
        if method is None:
            return kept
        if not isinstance(method, Function):
            return FieldState(name, shown, undecided=f"deconstruct() of {shown} could not be followed")
        self._provide(value, name, shown, kept)
        answer = self.run.call(method, [value], {}, Origin(""))
        items = answer.items if isinstance(answer, Items) and not answer.rest else []
        if len(items) != 4 or not isinstance(items[3], Table) or items[3].rest or not isinstance(items[2], Items):
            return FieldState(name, shown, undecided=f"what deconstruct() of {shown} gives is not known")
        path = items[1].value if isinstance(items[1], Scalar) else ""
        told = {str(key): item for key, item in items[3].entries.items()}
        if items[2].items:
            told["*args"] = items[2]
        if path == shown:
            return told
        arguments = {key: self.plain.part(item) for key, item in told.items()}
        return FieldState(name, canonical(str(path)), arguments, undecided=None if path else f"the path that deconstruct() of {shown} gives")

    def _provide(self, value: Instance, name: str, shown: str, kept: dict[str, Value]) -> None:
        """Let `super().deconstruct()` answer, and the attributes that the foreign class sets be read."""
        keywords: dict[object, Value] = {**kept}  # type: ignore[dict-item]
        answer = Items([Scalar(name), Scalar(shown), Items([], "list"), Table(keywords)], "tuple")
        scope = Scope("module", "", names={"answer": answer})
        empty = ast.arguments([], [], None, [], [], None, [])
        name_node = ast.Name("answer", ast.Load(), lineno=1, col_offset=0)
        value.attributes[classes.ABOVE + "deconstruct"] = Function("deconstruct", ast.Lambda(empty, name_node, lineno=1, col_offset=0), scope)
        known = rules(self._family(value.type)[0] or "")
        for key, default in (dict(known.dropped) | dict(known.always)).items() if known else ():
            value.attributes.setdefault(key, kept.get(key, _lifted(default)))

    # Relations

    def _relate(self, arguments: dict[str, object], app: str, model: str) -> None:
        """Models that are meant, as `app.model` in lower case."""
        for name in ("to", "through"):
            if name in arguments:
                arguments[name] = self._target(arguments[name], app, model)
        if self.version and self.version < (5, 2):
            arguments.pop("through_fields", None)
        if self.version and self.version < (4,) and isinstance(arguments.get("related_name"), str) and model:
            arguments["related_name"] = formatted(str(arguments["related_name"]), app, model)

    def _target(self, part: object, app: str, model: str) -> object:
        if isinstance(part, str):
            text = f"{app}.{model}" if part == "self" and model else part
            return (text if "." in text or not app else f"{app}.{text}").lower() if text.count(".") <= 1 else part
        return part

    def _meant(self, name: str, value: Value) -> Value:
        """A model class that a relation is given, as its label; anything else as it is."""
        if name not in ("to", "through") or not isinstance(value, (Class, Symbol)):
            return value
        found = self.label(value)
        return Scalar(found) if found else Unknown(f"the app of the model {dotted_of(value)} is not known")


def _is_pair(value: Value) -> bool:
    return isinstance(value, Items) and len(value.items) == 2 and not value.rest


def _lifted(default: object) -> Value:
    return Symbol(default.dotted) if isinstance(default, Named) else lift(default)


def formatted(text: str, app: str, model: str) -> str:
    """`%(class)s` and its like filled in."""
    for name, value in (("class", model.lower()), ("model_name", model.lower()), ("app_label", app.lower())):
        text = text.replace(f"%({name})s", value)
    return text
