"""From the evaluator's values to the plain parts of a schema, written as a migration would write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from ready_gate.facts.django import validators
from ready_gate.facts.django.field_kinds import canonical
from ready_gate.facts.python import classes
from ready_gate.facts.python.enums import MEMBER, underlying
from ready_gate.facts.python.flow import Exhausted, Frame, Raised
from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Answer, Bound, Choice, Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views.schema import Anew, Listed, Made, Named, Undecided
from ready_gate.model import Origin

MAX_DEPTH = 12
MAX_PARTS = 20_000
MANY = 8  # parts of a list that is made plain once, however many fields have it
FOR_CALL, FOR_ALL_CALLS = 30_000, 3_000_000
TEXTS = frozenset(
    f"django.utils.translation.{name}"
    for name in ("gettext_lazy", "gettext", "ugettext_lazy", "ugettext", "gettext_noop", "ngettext_lazy", "ngettext", "ungettext_lazy")
)
TEXTS_IN_CONTEXT = frozenset(f"django.utils.translation.{name}" for name in ("pgettext_lazy", "pgettext", "npgettext_lazy"))
FRESH = frozenset(
    {
        "django.utils.timezone.now",
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        *(f"time.{name}" for name in ("time", "time_ns")),
        *(f"uuid.{name}" for name in ("uuid1", "uuid4")),
    }
)
ANEW = "it is worked out anew at each start"
Fields = Callable[[Value], object]


class Plain:
    """Makes plain parts of values. `fields` answers for a value that is a field, and with None for every other."""

    def __init__(self, run: Interpreter, fields: Fields, version: tuple[int, ...] = ()) -> None:
        self.run, self.fields, self.version = run, fields, version
        self.left, self.budget = MAX_PARTS, FOR_ALL_CALLS
        self._large: dict[int, tuple[Value, object]] = {}

    def part(self, value: Value) -> object:
        """The plain part; `Undecided` with the reason where it is not known."""
        self.left = MAX_PARTS
        if not isinstance(value, Items) or len(value.items) < MANY:
            return self._part(value, 0)
        if id(value) not in self._large:
            self._large[id(value)] = value, self._part(value, 0)  # kept with it, so that no other takes its place
        return self._large[id(value)][1]

    def _part(self, value: Value, depth: int) -> object:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return Undecided("it is too large or too deep")
        value = underlying(self.run, value)
        if isinstance(value, Scalar):
            return Made("pathlib.PurePosixPath", (str(value.value),)) if isinstance(value.value, PurePosixPath) else value.value
        if isinstance(value, Items):
            return self._items(value, depth)
        if isinstance(value, Table):
            entries = {key: self._part(item, depth + 1) for key, item in value.entries.items()}
            return Undecided(value.rest) if value.rest else entries
        if isinstance(value, Instance):
            return self._object(value, depth)
        return self._named(value, depth)

    def _items(self, value: Items, depth: int) -> object:
        if value.rest:
            return Undecided(value.rest)
        parts = tuple(self._part(item, depth + 1) for item in value.items)
        if value.kind in ("set", "frozenset"):
            undecided = next((part for part in parts if isinstance(part, Undecided)), None)
            return undecided or frozenset(map(_hashable, parts))
        return parts if value.kind == "tuple" else Listed(parts)

    def _named(self, value: Value, depth: int) -> object:
        if isinstance(value, Choice):
            options = [self._part(option, depth + 1) for option in value.options]
            known = options and not isinstance(options[0], Undecided) and all(option == options[0] for option in options)
            return options[0] if known else Undecided("it is one of several values")
        if isinstance(value, Unknown):
            return Anew(ANEW) if isinstance(value, Answer) and value.name in FRESH else Undecided(value.reason)
        held = self._held(value) if isinstance(value, Symbol) else None
        if held is not None:
            return self._part(held, depth + 1)
        dotted = dotted_of(value)
        if isinstance(value, Symbol):
            return validators.made(dotted, self.version) or Named(dotted, vague=_is_vague(dotted))
        return Named(dotted) if dotted else Undecided("it cannot be named")

    def call(self, function: Value, args: list[Value], keywords: dict[str, Value]) -> Value:
        """What the project's code gives, as far as it can be told within the bounds."""
        run, before = self.run, self.run.budget
        run.budget = given = max(0, min(FOR_CALL, self.budget))
        run.frames.append(Frame(run, Scope("module", "")))
        try:
            return run.call(function, args, keywords, Origin(""))
        except (Exhausted, Raised) as reason:
            return Unknown(str(reason))
        except RecursionError:
            return Unknown("nested too deeply")
        finally:
            run.frames.pop()
            self.budget -= given - max(run.budget, 0)
            run.budget = before

    def _held(self, value: Symbol) -> Value | None:
        """What an attribute of another package's class holds (`AbstractUser.username_validator`), where that is an object."""
        home, _, name = value.dotted.rpartition(".")
        kind = self.run.foreign(Symbol(home)) if home.rpartition(".")[2][:1].isupper() else None
        if kind is None or classes.derives(self.run, kind, "enum.Enum"):
            return None
        held = classes.lookup(self.run, kind, name, foreign=False)
        return held if isinstance(held, (Instance, Scalar, Items, Table)) and classes.wrapper(held) is None else None

    def _object(self, value: Instance, depth: int) -> object:
        if MEMBER in value.attributes and isinstance(value.type, Class):
            return Named(f"{dotted_of(value.type)}.{value.attributes['name'].value}")  # type: ignore[attr-defined]
        field = self.fields(value)
        if field is not None:
            return field
        if isinstance(value.type, Symbol):
            return self._foreign(value, canonical(value.type.dotted), depth)
        return self._own(value, depth)

    def _foreign(self, value: Instance, dotted: str, depth: int) -> object:
        if dotted in TEXTS and value.args:
            return self._part(value.args[0], depth + 1)
        if dotted in TEXTS_IN_CONTEXT and len(value.args) > 1:
            return self._part(value.args[1], depth + 1)
        args = tuple(self._part(item, depth + 1) for item in value.args)
        keywords = {name: self._part(item, depth + 1) for name, item in value.keywords.items()}
        return _pattern(args, keywords) if dotted == "re.Pattern" else Made(dotted, args, keywords)

    def _own(self, value: Instance, depth: int) -> object:
        """An object of a class of the project: what its own `deconstruct` says, or how it was made."""
        kind = value.type
        if not isinstance(kind, Class):
            return Undecided("an object of a class that is not known")
        method = classes.lookup(self.run, kind, "deconstruct", foreign=False)
        if isinstance(method, Function):
            answer = self.call(method, [value], {})
            parts = self._part(answer, depth + 1)
            if isinstance(parts, tuple) and len(parts) == 3 and isinstance(parts[0], str):
                return Made(parts[0], tuple(parts[1]), parts[2])
            return parts if isinstance(parts, Undecided) else Undecided(f"what deconstruct() of {kind.name} gives")
        args = tuple(self._part(item, depth + 1) for item in value.args)
        return Made(dotted_of(kind), args, {name: self._part(item, depth + 1) for name, item in value.keywords.items()})


def _is_vague(dotted: str) -> bool:
    """Whether a name of another package may be a constant."""
    last = dotted.rpartition(".")[2]
    return dotted.partition(".")[0] not in ("django", "builtins") and last == last.upper()


def _pattern(args: tuple[object, ...], keywords: dict[str, object]) -> Made:
    """A compiled pattern, with its flags where it has any."""
    given = (*args, *(keywords[name] for name in ("pattern", "flags") if name in keywords))
    return Made("re.compile", given[:1] if given[1:] in ((), (0,), (re.UNICODE.value,)) else given)


def _hashable(part: object) -> object:
    try:
        hash(part)
    except TypeError:
        return repr(part)
    return part


def dotted_of(value: Value) -> str:
    """The path that a migration would import it by; empty where there is none."""
    if isinstance(value, Symbol):
        return canonical(value.dotted)
    if isinstance(value, Class):
        return f"{value.module}.{value.name}".strip(".")
    if isinstance(value, Function):
        return _function(value)
    if isinstance(value, Bound):
        if isinstance(value.receiver, Class):
            return f"{dotted_of(value.receiver)}.{value.name}"
        return (
            f"{value.receiver.type.dotted}.{value.name}" if isinstance(value.receiver, Instance) and isinstance(value.receiver.type, Symbol) else ""
        )
    return ""


def _function(value: Function) -> str:
    """A function's module and qualified name; a lambda, which no migration can hold, is told apart by its place."""
    if value.scope is None:
        return ""
    names, scope = [value.name], value.scope
    at: Scope | None = scope
    while at is not None and at.kind != "module":
        names.insert(0, getattr(at.owner, "name", "<locals>") if at.kind == "class" else "<locals>")
        at = at.parent
    place = f":{value.origins[-1]}" if value.name == "<lambda>" and value.origins else ""
    return f"{scope.home().module}.{'.'.join(names)}{place}"
