"""Fields as Django's `deconstruct()` gives them, for models and for migrations alike."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ready_gate.facts.django.field_kinds import DB, NO_FIELDS, NOT_PROVIDED, Rules, canonical, is_field, rules
from ready_gate.facts.django.field_packages import PACKAGES
from ready_gate.facts.django.plain import Plain, dotted_of
from ready_gate.facts.python import classes
from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.libraries.lifting import lift
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Answer, Choice, Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views.schema import FieldState, Listed, Made, Named, Undecided
from ready_gate.model import Origin

HANDED = classes.HANDED
TAGS = "taggit.managers.TaggableManager"
COUNTRIES = "django_countries.fields.CountryField"
Label = Callable[[Value], str | None]
OPEN = "the source of its class is not at hand"
OWN_WAYS = {"__init__", "deconstruct", "__new__", "contribute_to_class"}


@dataclass(frozen=True)
class Family:
    """What is known of a field class: its path, the rules that hold for what Django is given, and why there may be more to it."""

    shown: str
    rules: Rules | None = None
    open: str | None = None


NO_FIELD = Family("")


class Deconstructor:
    """Fields of one run. `version` is Django's, as far as it is known; `label` answers `app.model` in lower case for a model class."""

    def __init__(self, run: Interpreter, version: tuple[int, ...], label: Label) -> None:
        self.run, self.version, self.label = run, version, label
        self.plain = Plain(run, self._inner, version)
        self._families: dict[object, Family] = {}
        self._chosen: dict[int, tuple[Value, Value]] = {}

    def is_field(self, value: Value) -> bool:
        """Whether it is an object that becomes a column or a table of its own."""
        if isinstance(value, Choice):
            return any(self.is_field(option) for option in value.options)
        return isinstance(value, Instance) and self._family(value.type) is not NO_FIELD

    def kinds(self, value: Value) -> tuple[str, ...]:
        """The known classes that a field is an object of, the nearest first."""
        family = self._family(value.type) if isinstance(value, Instance) else NO_FIELD
        return family.rules.family if family.rules else (family.shown,) if family.shown else ()

    def field(self, name: str, value: Value, app: str = "", model: str = "", *, clone: bool = False) -> FieldState:
        """The state of one field. `app` and `model` are what a relation to `self` or to a name without an app is read with. `clone`: of one made
        again from what it was deconstructed to, as the state of a model holds it."""
        at = value.origins[0] if value.origins else None
        if isinstance(value, Choice):
            states = [self.field(name, option, app, model, clone=clone) for option in value.options]
            alike = all(state.kind == states[0].kind and state.arguments == states[0].arguments for state in states)
            return states[0] if alike else FieldState(name, states[0].kind, at=at, undecided="it is one of several fields, depending on a condition")
        family = self._family(value.type) if isinstance(value, Instance) else NO_FIELD
        if family is NO_FIELD or not isinstance(value, Instance):
            reason = value.reason if isinstance(value, Unknown) else "what it is made by is not known"
            return FieldState(name, "", at=at, undecided=reason)
        given = self._given(value, family)
        if isinstance(given, str):
            return FieldState(name, family.shown, at=at, undecided=given)
        kept = self._rewritten(value, name, family, self._kept(given, family.rules))
        if isinstance(kept, FieldState):
            return replace(kept, at=at)
        if clone and isinstance(value.type, Class):
            return replace(self._again(name, value, kept, app, model), at=at)
        arguments = {key: self.plain.part(self._meant(key, item)) for key, item in kept.items()}
        if self.version and self.version < (4,) and model:
            self._bind(arguments, given, name, app, model, many=bool(family.rules and f"{DB}.ManyToManyField" in family.rules.family))
        self._relate(arguments, app, model)
        if family.rules and TAGS in family.rules.family and "through" in given and "to" not in given:
            arguments["to"] = Undecided("it is the kind of tag that its through model leads to")
        if family.shown == COUNTRIES and arguments.get("multiple") and "max_length" not in given:
            arguments["max_length"] = Undecided("it is as long as the package's list of countries")
        return FieldState(name, family.shown, arguments, at, open=family.open)

    def _again(self, name: str, value: Instance, kept: dict[str, Value], app: str, model: str) -> FieldState:
        """The field that a class of the project makes of what another object of it was deconstructed to."""
        args = kept.pop("*args", None)
        again = self.plain.call(value.type, list(args.items) if isinstance(args, Items) else [], kept)
        return self.field(name, again, app, model)

    def _inner(self, value: Value) -> object:
        """A field inside of another, as a part of it; None for what is no field."""
        if not isinstance(value, Instance) or self._family(value.type) is NO_FIELD:
            return None
        state = self.field("", value)
        return Undecided(state.undecided) if state.undecided else Made(state.kind, (), state.arguments)

    def _family(self, kind: Value) -> Family:
        """What is known of a class whose objects may be fields."""
        if not isinstance(kind, (Symbol, Class)):
            return NO_FIELD
        key = canonical(kind.dotted) if isinstance(kind, Symbol) else kind.serial
        if key not in self._families:
            self._families[key] = self._of_symbol(kind) if isinstance(kind, Symbol) else self._of_class(kind)
        return self._families[key]

    def _of_symbol(self, kind: Symbol) -> Family:
        path = canonical(kind.dotted)
        known, likely = rules(path), is_field(path)
        if known is not None or path in NO_FIELDS:
            return Family(path, known) if likely else NO_FIELD
        made = self.run.foreign(kind)
        if made is None:
            return Family(path, None, f"{OPEN} ({path})") if likely is not False else NO_FIELD
        return self._of_class(made)

    def _of_class(self, kind: Class) -> Family:
        """A class by what it derives from. Code of another package that makes or deconstructs its fields by itself is not followed."""
        rows = self._paths(kind)
        found = [path for path in rows if rules(path) is not None and path != f"{DB}.Field"] or [path for path in rows if rules(path) is not None]
        likely = [path for path in rows if rules(path) is None and is_field(path) is None and path.partition(".")[0] != "django"]
        vague = [base.dotted for base in classes.order(self.run, kind) if isinstance(base, Symbol) and canonical(base.dotted) in likely]
        if not found:
            return Family(dotted_of(kind), None, f"{OPEN} ({vague[0]})") if vague else NO_FIELD
        strange = next(self._strange(kind, found[0]), None)
        reason = f"{OPEN} ({vague[0]})" if vague else f"code of {strange} that makes its fields is not followed" if strange else None
        return Family(dotted_of(kind), rules(found[0]), reason)

    def _paths(self, kind: Class) -> list[str]:
        """The classes in order, and the short paths under which packages hand them on."""
        found = []
        for base in classes.order(self.run, kind):
            path = canonical(dotted_of(base))
            found.append(next((short for short in PACKAGES if _alike(short, path)), path))
        return found

    def _strange(self, kind: Class, until: str) -> Iterator[str]:
        """Classes of other packages that come before the one whose rules hold, and have their own way of making fields."""
        for base in classes.order(self.run, kind):
            path = canonical(dotted_of(base))
            if path == until or _alike(until, path):
                return
            if isinstance(base, Class) and not base.origins and not path.startswith("django.") and OWN_WAYS & base.namespace.keys():
                yield path

    # What the class of Django's that it derives from is given

    def _given(self, value: Instance, family: Family) -> dict[str, Value] | str:
        """The arguments by their names; a reason where they are not known."""
        args, keywords = value.args, value.keywords
        if isinstance(value.type, Class):
            handed = value.attributes.get(HANDED)
            if handed is not None or isinstance(classes.lookup(self.run, value.type, "__init__", foreign=False), Function):
                parts = handed.items if isinstance(handed, Items) and not handed.rest else [Scalar(), Scalar()]
                if not isinstance(parts[0], Items) or not isinstance(parts[1], Table) or parts[0].rest or parts[1].rest:
                    return f"__init__ of {value.type.name} gives its base class arguments that are not known"
                args, keywords = parts[0].items, {str(key): item for key, item in parts[1].entries.items()}
        return self._bound(args, keywords, value, family)

    def _bound(self, args: list[Value], keywords: dict[str, Value], value: Instance, family: Family) -> dict[str, Value]:
        """By name what is given in order. Of a class with code of its own that is not known, only a relation's arguments are taken to be in Django's
        order."""
        known = family.rules
        parameters = known.parameters if known and (not family.open or "to" in known.parameters[:1]) else ()
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
            given_choices = kept["choices"]
            if id(given_choices) not in self._chosen:
                self._chosen[id(given_choices)] = given_choices, self._choices(given_choices)
            kept["choices"] = self._chosen[id(given_choices)][1]
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
        """Choices as the field keeps them: from Django 5 on pairs from whatever gives pairs, before that a list of what is in it."""
        from ready_gate.facts.python import attributes, enums

        new = self.version >= (5,)
        if isinstance(value, Class):
            members = enums.members(self.run, value)
            value = attributes.get(self.run, value, "choices", Origin("")) if new else value if members is None else Items(members, "list")
        if isinstance(value, Table) and not value.rest and not new:
            value = Items([lift(key) for key in value.entries], "list", origins=value.origins)
        if isinstance(value, Items) and value.kind != "list" and not value.rest:
            value = Items(list(value.items), "list", origins=value.origins)
        return self._pairs(value, 0) if new else value

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

    def _rewritten(self, value: Instance, name: str, family: Family, kept: dict[str, Value]) -> dict[str, Value] | FieldState:
        """What a `deconstruct` of the project's class answers, `super().deconstruct()` being what the foreign class keeps."""
        shown = family.shown
        method = classes.lookup(self.run, value.type, "deconstruct", foreign=False) if isinstance(value.type, Class) else None
        if method is None or isinstance(method, Symbol):
            return kept
        if not isinstance(method, Function):
            return FieldState(name, shown, undecided=f"deconstruct() of {shown} could not be followed")
        self._provide(value, name, family, kept)
        answer = self.plain.call(method, [value], {})
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

    def _provide(self, value: Instance, name: str, family: Family, kept: dict[str, Value]) -> None:
        """Let `super().deconstruct()` answer, and the attributes that the foreign class sets be read."""
        keywords: dict[object, Value] = {**kept}  # type: ignore[dict-item]
        answer = Items([Scalar(name), Scalar(family.shown), Items([], "list"), Table(keywords)], "tuple")
        scope = Scope("module", "", names={"answer": answer})
        empty = ast.arguments([], [], None, [], [], None, [])
        name_node = ast.Name("answer", ast.Load(), lineno=1, col_offset=0)
        value.attributes[classes.ABOVE + "deconstruct"] = Function("deconstruct", ast.Lambda(empty, name_node, lineno=1, col_offset=0), scope)
        known = family.rules
        for key, default in (dict(known.dropped) | dict(known.always)).items() if known else ():
            value.attributes.setdefault(key, kept.get(key, _lifted(default)))

    # Relations

    def _relate(self, arguments: dict[str, object], app: str, model: str) -> None:
        """Models that are meant, as `app.model` in lower case."""
        for name in ("to", "through"):
            if name in arguments:
                arguments[name] = self._target(arguments[name], app, model)
        for name in ("from_fields", "to_fields"):
            listed = arguments.get(name)
            if isinstance(listed, Listed):
                arguments[name] = tuple(listed)
        if self.version and self.version < (5, 2):
            arguments.pop("through_fields", None)

    def _bind(self, arguments: dict[str, object], given: dict[str, Value], name: str, app: str, model: str, *, many: bool) -> None:
        """Up to Django 3.2 a field keeps the names of the way back that it was given when it became part of its model."""
        back, query = arguments.get("related_name"), arguments.get("related_query_name")
        symmetrical = given.get("symmetrical", Scalar(arguments.get("to") == "self"))
        if many and arguments.get("to") == "self" and self.run.truth(symmetrical):
            arguments["related_name"] = f"{name}_rel_+"
        elif many and isinstance(back, str) and back.endswith("+"):
            arguments["related_name"] = hidden(app, model, name, self.version)
        elif isinstance(back, str):
            arguments["related_name"] = formatted(back, app, model)
        if isinstance(query, str):
            arguments["related_query_name"] = formatted(query, app, model)

    def _target(self, part: object, app: str, model: str) -> object:
        if isinstance(part, str):
            text = f"{app}.{model}" if part == "self" and model else part
            return (text if "." in text or not app else f"{app}.{text}").lower() if text.count(".") <= 1 else part
        return part

    def _meant(self, name: str, value: Value) -> Value:
        """A model class that a relation is given, as its label; anything else as it is."""
        if name in ("to", "through") and isinstance(value, Answer) and value.name == "django.contrib.auth.get_user_model":
            production = getattr(self.run, "production", None)
            return production.scope.names["AUTH_USER_MODEL"] if production is not None else value
        if name not in ("to", "through") or not isinstance(value, (Class, Symbol)):
            return value
        found = self.label(value)
        return Scalar(found) if found else Unknown(f"the app of the model {dotted_of(value)} is not known")


def _alike(short: str, path: str) -> bool:
    """Whether a class is handed on by its package under the shorter path."""
    return short == path or (short.partition(".")[0], short.rpartition(".")[2]) == (path.partition(".")[0], path.rpartition(".")[2])


def _lifted(default: object) -> Value:
    return Symbol(default.dotted) if isinstance(default, Named) else lift(default)


def formatted(text: str, app: str, model: str) -> str:
    """`%(class)s` and its like filled in."""
    for name, value in (("class", model.lower()), ("model_name", model.lower()), ("app_label", app.lower())):
        text = text.replace(f"%({name})s", value)
    return text


def hidden(app: str, model: str, name: str, version: tuple[int, ...]) -> str:
    """The name that a many-to-many relation without a way back gets when it becomes part of its model."""
    home = f"{app}_" if version >= (3, 2) else ""
    return f"_{home}{model.lower()}_{name}_+"
