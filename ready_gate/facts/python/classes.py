"""Classes of the project: their making, their method resolution order, and their objects."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ready_gate.facts.python.flow import Frame
from ready_gate.facts.python.joining import stamped
from ready_gate.facts.python.libraries import Call, find_model
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Bound, Class, Function, Instance, Items, Method, Scalar, Symbol, Table, Unknown, Value, merge_reads
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

WRAPPERS = {
    "builtins.property": "property",
    "builtins.classmethod": "classmethod",
    "builtins.staticmethod": "staticmethod",
    "functools.cached_property": "functools.cached_property",
    "django.utils.functional.cached_property": "functools.cached_property",
    "django.utils.decorators.classproperty": "classmethod-property",
}
HARMLESS = frozenset(
    {
        "builtins.object",
        "abc.ABC",
        "typing.Generic",
        "typing.Protocol",
        "typing.NamedTuple",
        "typing_extensions.Protocol",
        "typing_extensions.NamedTuple",
        "builtins.Exception",
        "builtins.ValueError",
        "builtins.RuntimeError",
        "enum.Enum",
        "enum.IntEnum",
        "enum.StrEnum",
        "enum.Flag",
        "enum.IntFlag",
        "django.db.models.TextChoices",
        "django.db.models.IntegerChoices",
        "django.db.models.Choices",
        "django.db.models.enums.TextChoices",
        "django.db.models.enums.IntegerChoices",
        "django.db.models.enums.Choices",
    }
)
FIELDS = "__fields__"
# Under these an object of a class of the project keeps what its foreign base was constructed with (positional arguments and keywords), and what a
# method of that base answers where somebody who knows the base says so.
HANDED, ABOVE = "super().__init__", "super()."
# These add nothing to a class that anybody reads.
METACLASSES = ("abc.ABCMeta", "builtins.type", "enum.EnumMeta", "django.db.models.base.ModelBase", "rules.contrib.models.RulesModelBase")
NAMED_TUPLES = ("typing.NamedTuple", "typing_extensions.NamedTuple")


def define(frame: Frame, node: ast.ClassDef) -> Value:
    """Run a class statement, without its decorators."""
    run, at = frame.run, frame.at(node)
    bases = [_base(frame, base) for base in node.bases]
    scope = Scope("class", frame.scope.path, frame.scope.module, frame.scope.package, parent=frame.scope)
    made = Class(node.name, bases, scope.names, frame.scope.module, origins=(at,), reads=merge_reads(bases))
    scope.owner = made
    scope.names["__annotations__"] = annotations = Table({}, origins=(at,))
    run.block(Frame(run, scope, base=frame.base), node.body)
    run.defined(made)
    if not annotations.entries:
        scope.names.pop("__annotations__", None)
    if any(keyword.arg != "metaclass" or not _plain_metaclass(frame, keyword.value) for keyword in node.keywords):
        made.bases = [*bases, Unknown("a metaclass or class keyword that is not known")]
    return made


def _base(frame: Frame, node: ast.expr) -> Value:
    """A base class; a class of the project with parameters for its types is the class itself."""
    if isinstance(node, ast.Subscript):
        kind = frame.run.eval(frame, node.value)
        return kind if isinstance(kind, Class) else frame.run.eval(frame, node)
    return frame.run.eval(frame, node.value if isinstance(node, ast.Starred) else node)


def _plain_metaclass(frame: Frame, node: ast.expr) -> bool:
    value = frame.run.eval(frame, node)
    return isinstance(value, Symbol) and value.dotted in METACLASSES


def harmless(base: Symbol) -> bool:
    """Whether a foreign base adds no names that matter."""
    return base.dotted in HARMLESS


def order(run: Interpreter, kind: Class) -> list[Value]:
    """The method resolution order: project classes, symbols, and Unknown where a base is not known."""
    cached = run.orders.get(kind.serial)
    if cached is None or cached[0] is not kind.bases:
        cached = run.orders[kind.serial] = (kind.bases, _linearized(run, kind, 0))
    return cached[1]


def _linearized(run: Interpreter, kind: Value, depth: int) -> list[Value]:
    if not isinstance(kind, Class) or depth > 30:
        return [kind]
    bases = [run.foreign(base) or base for base in kind.bases]
    rows = [_linearized(run, base, depth + 1) for base in bases]
    return [kind, *_merged([*rows, bases])]


def _identity(value: Value) -> object:
    return value.dotted if isinstance(value, Symbol) else id(value)


def _merged(rows: list[list[Value]]) -> list[Value]:
    """C3. Where there is no order, what follows is unknown."""
    result: list[Value] = []
    rows = [row for row in rows if row]
    while rows:
        tails = {_identity(value) for row in rows for value in row[1:]}
        head = next((row[0] for row in rows if _identity(row[0]) not in tails), None)
        if head is None:
            return [*result, Unknown("classes whose bases have no consistent order")]
        result.append(head)
        chosen = _identity(head)
        rows = [[value for value in row if _identity(value) != chosen] for row in rows]
        rows = [row for row in rows if row]
    return result


def lookup(run: Interpreter, kind: Class, name: str, *, foreign: bool = True, after: Class | None = None) -> Value | None:
    """The attribute as the first class in order has it; Unknown where a base that is not known may have it first, or (`foreign`) at all."""
    rows = order(run, kind)
    if after is not None:
        position = next((index for index, base in enumerate(rows) if base is after), -1)
        rows = rows[position + 1 :]
    vague: Value | None = None
    for base in rows:
        if isinstance(base, Class):
            if name in base.namespace:
                held = base.namespace[name]
                return held if vague is None else Unknown(f"it may come from {_shown(vague)}", origins=held.origins, reads=held.reads)
        elif not (isinstance(base, Symbol) and harmless(base)) and not name.startswith("__"):
            vague = vague if vague is not None or _surely_without(base, name) else base
    if vague is None or not foreign:
        return None
    if isinstance(vague, Symbol):
        from ready_gate.facts.python import attributes

        found = attributes.of_symbol(run, vague, name, Origin(""))
        return found if not isinstance(found, Symbol) or find_model(found.dotted) else Unknown(f"{name} comes from {vague.dotted}")
    return Unknown(f"{name} comes from a base class that is not known")


def _surely_without(base: Value, name: str) -> bool:
    """Frameworks' configuration classes do not set the settings themselves."""
    return isinstance(base, Symbol) and base.dotted.partition(".")[0] in ("configurations", "pydantic", "pydantic_settings") and name.isupper()


def vague_base(run: Interpreter, kind: Class) -> str | None:
    """The first base that may have attributes nobody here knows, shown."""
    for base in order(run, kind):
        if not isinstance(base, Class) and not (isinstance(base, Symbol) and harmless(base)):
            return _shown(base)
    return None


def _shown(base: Value) -> str:
    return base.dotted if isinstance(base, Symbol) else "a base class that is not known"


def wrapper(value: Value) -> str | None:
    """`property`, `classmethod`, `staticmethod` … for what wraps a function in a class."""
    if isinstance(value, Instance) and isinstance(value.type, Symbol) and value.args:
        return WRAPPERS.get(value.type.dotted)
    return None


def names(run: Interpreter, kind: Class) -> dict[str, Value]:
    """Everything the class and its project bases define, the nearest first."""
    found: dict[str, Value] = {}
    for base in order(run, kind):
        if isinstance(base, Class):
            for name, value in base.namespace.items():
                found.setdefault(name, value)
    return found


def derives(run: Interpreter, kind: Class, *dotted: str) -> bool:
    """Whether one of these foreign classes is among its bases."""
    return any(isinstance(base, Symbol) and base.dotted in dotted for base in order(run, kind))


# Objects


def instantiate(run: Interpreter, kind: Class, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value:
    """Call a class of the project."""
    from ready_gate.facts.python import calls, enums

    if enums.is_enum(run, kind):
        return enums.by_value(run, kind, args, at)
    made = _foreign_made(run, kind, args, keywords, at, vague)
    if made is not None:
        return made
    thing = Instance(kind, args, keywords, origins=(at,), reads=tuple(dict.fromkeys((*kind.reads, *merge_reads(args), *run.guards))))
    if "__new__" in names(run, kind):
        return run.unknown(f"an object of {kind.name}, which makes its objects by itself", thing, at=at)
    maker = lookup(run, kind, "__init__", foreign=False)
    if isinstance(maker, Function):
        calls.call_function(run, maker, [thing, *args], keywords, at, vague)
        return thing
    fields = _fields(run, kind)
    if fields is not None:
        return _filled(run, thing, fields, at, vague)
    if (args or keywords) and vague_base(run, kind) is None and not vague and maker is None:
        return run.fail("TypeError", f"{kind.name} takes no arguments", at=at)
    return thing


def _foreign_made(run: Interpreter, kind: Class, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value | None:
    """An object whose foreign base has a model of its constructor."""
    for base in order(run, kind):
        model = find_model(base.dotted) if isinstance(base, Symbol) and not harmless(base) else None
        if model is not None and isinstance(base, Symbol):
            made = model(Call(base.dotted, args, keywords, at, run, receiver=kind, open=vague))
            if isinstance(made, Instance) and isinstance(made.type, Symbol):
                made.type = kind
            return made
    return None


def mark_fields(run: Interpreter, kind: Class) -> Class:
    """What `@dataclass` does: the annotated names become fields."""
    inherited = names(run, kind).get(FIELDS)
    fields = [str(item.value) for item in inherited.items if isinstance(item, Scalar)] if isinstance(inherited, Items) else []
    annotations = kind.namespace.get("__annotations__")
    if isinstance(annotations, Table):
        fields += [str(name) for name in annotations.entries if str(name) not in fields]
    run.trail.touch(kind)
    kind.namespace[FIELDS] = Items([Scalar(name) for name in fields], "tuple")
    return kind


def _fields(run: Interpreter, kind: Class) -> dict[str, Value | None] | None:
    """The fields in order with their defaults, None for a class that has none."""
    held = names(run, kind)
    marked = held.get(FIELDS)
    if marked is None and derives(run, kind, *NAMED_TUPLES):
        marked = mark_fields(run, kind).namespace[FIELDS]
    if not isinstance(marked, Items):
        return None
    return {str(item.value): held.get(str(item.value)) for item in marked.items if isinstance(item, Scalar)}


def _filled(run: Interpreter, thing: Instance, fields: dict[str, Value | None], at: Origin, vague: bool) -> Value:
    given = dict(zip(fields, thing.args, strict=False))
    given.update(thing.keywords)
    if len(thing.args) > len(fields) or not set(given) <= set(fields):
        return run.fail("TypeError", "an object is made with arguments that do not fit", thing, at=at)
    for name, default in fields.items():
        if name in given:
            thing.attributes[name] = stamped(given[name], at, run.guards)
        elif vague or default is None:
            thing.attributes[name] = run.unknown(f"the field {name} is not given", at=at)
        else:
            thing.attributes[name] = _default(run, default, at)
    after = lookup(run, thing.type, "__post_init__", foreign=False) if isinstance(thing.type, Class) else None
    if isinstance(after, Function):
        run.call(after, [thing], {}, at)
    return thing


def _default(run: Interpreter, default: Value, at: Origin) -> Value:
    """The default of a field, also one given by `field(default=…)` or `field(default_factory=…)`."""
    if not isinstance(default, Instance) or not isinstance(default.type, Symbol) or default.type.dotted != "dataclasses.field":
        return default
    if "default_factory" in default.keywords:
        return run.call(default.keywords["default_factory"], [], {}, at)
    return default.keywords.get("default", Unknown("a field without a default", origins=(at,)))


def super_lookup(run: Interpreter, receiver: Value, after: Class, name: str, at: Origin) -> Value | None:
    """`super().name`."""
    from ready_gate.facts.python import attributes

    kind = receiver.type if isinstance(receiver, Instance) else receiver
    if not isinstance(kind, Class):
        return None
    found = lookup(run, kind, name, after=after, foreign=not name.startswith("__"))
    if isinstance(receiver, Instance) and not isinstance(found, Function):
        if ABOVE + name in receiver.attributes and name != "__init__":
            return receiver.attributes[ABOVE + name]
        if name == "__init__" and (found is None or isinstance(found, Symbol)):
            return Bound(receiver, name, origins=(at,))
    if found is None and name in ("__init__", "__init_subclass__", "__post_init__"):
        return Function(name, ast.Lambda(ast.arguments([], [], ast.arg("_"), [], [], ast.arg("__"), []), ast.Constant(None)), Scope("module", ""))
    if isinstance(found, (Function, Method)) and isinstance(receiver, Instance):
        return attributes._bind(receiver, found, at)
    if found is not None and wrapper(found) == "property" and isinstance(found, Instance):
        return run.call(found.args[0], [receiver], {}, at)
    return None if found is None else attributes._bound_to_class(run, kind, found, at)


def hand_on(run: Interpreter, thing: Instance, made: Call) -> Value:
    """`super().__init__(…)` where the base is foreign: what it is given is kept."""
    run.trail.touch(thing)
    rest = "called with arguments that are not known" if made.open else None
    keywords: dict[object, Value] = {**made.keywords}  # type: ignore[dict-item]
    thing.attributes[HANDED] = Items([Items(made.args, "tuple", rest), Table(keywords, rest)], "tuple")
    return Scalar(None, origins=(made.at,))


def bases_of(values: Sequence[Value]) -> list[str]:
    """The foreign bases among these, by name."""
    return [value.dotted for value in values if isinstance(value, Symbol)]
