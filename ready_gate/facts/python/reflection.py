"""The builtins that look at names, types and attributes, and those that run code."""

from __future__ import annotations

import builtins
import enum
from collections.abc import Callable
from typing import TYPE_CHECKING

from ready_gate.facts.python import attributes, changes, classes, containers, enums
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.joining import one_of, stamped
from ready_gate.facts.python.libraries import Call, class_of, find_model
from ready_gate.facts.python.values import (
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Module,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    scalar,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.flow import Frame
    from ready_gate.facts.python.interpreter import Interpreter

Builtin = Callable[["Interpreter", Call], Value]
DESCRIPTORS = frozenset({"builtins.property", "builtins.staticmethod", "builtins.classmethod"})  # what no other package makes of its own
OF_OBJECTS = ("__dict__", "__module__", "__weakref__", *dir(object()))
DERIVED = {
    "enum.StrEnum": frozenset({"builtins.str", "enum.Enum"}),
    "typing.NamedTuple": frozenset({"builtins.tuple"}),
    "typing_extensions.NamedTuple": frozenset({"builtins.tuple"}),
    "collections.NamedTuple": frozenset({"builtins.tuple"}),
    "django.db.models.Choices": frozenset({"enum.Enum"}),
    "django.db.models.TextChoices": frozenset({"builtins.str", "enum.Enum"}),
    "django.db.models.IntegerChoices": frozenset({"builtins.int", "enum.Enum"}),
}


def _frame(run: Interpreter) -> Frame:
    return run.frames[-1]


def _globals(run: Interpreter, made: Call) -> Value:
    return containers.namespace(_frame(run).scope.home())


def _locals(run: Interpreter, made: Call) -> Value:
    scope = _frame(run).scope.holder()
    if scope.kind in ("module", "class"):
        return containers.namespace(scope)
    return Table(dict(scope.names), scope.open, origins=(made.at,))  # type: ignore[arg-type]


def _vars(run: Interpreter, made: Call) -> Value:
    return attributes.get(run, made.args[0], "__dict__", made.at) if made.args else _locals(run, made)


def _dir(run: Interpreter, made: Call) -> Value:
    if made.args:
        value = made.args[0]
        if isinstance(value, Module) and value.scope is not None and not value.scope.open:
            return Items([Scalar(name) for name in sorted(value.scope.names)], "list", origins=(made.at,))
        members = _members(run, value)
        if members is None:
            return run.unknown("the names in something", *made.args, at=made.at)
        return Items([Scalar(name) for name in members], "list", origins=(made.at,))
    names = _frame(run).scope.holder().names
    return Items([Scalar(name) for name in sorted(names)], "list", _frame(run).scope.holder().open, origins=(made.at,))


def _members(run: Interpreter, value: Value) -> list[str] | None:
    """The names in an object or class of the project, None where not all its bases are known."""
    kind = value.type if isinstance(value, Instance) else value
    if not isinstance(kind, Class) or classes.vague_base(run, kind) is not None or enums.is_enum(run, kind):
        return None
    own = value.attributes if isinstance(value, Instance) else ()
    return sorted({*OF_OBJECTS, *classes.names(run, kind), *own})


def _name(made: Call) -> str | None:
    name = made.plain(1)
    return name if isinstance(name, str) else None


def _getattr(run: Interpreter, made: Call) -> Value:
    name = _name(made)
    if name is None or not made.args:
        return run.unknown("an attribute whose name is not known", *made.args, at=made.at)
    return each(run, made.args[:1], lambda values: _getattr_of(run, values[0], name, made))


def _getattr_of(run: Interpreter, value: Value, name: str, made: Call) -> Value:
    if len(made.args) < 3:
        return attributes.get(run, value, name, made.at)
    found = attributes.find(run, value, name, made.at)
    if found is None:
        return made.args[2]
    return one_of([found, made.args[2]]) if isinstance(value, Symbol) and isinstance(found, Symbol) else found


def _hasattr(run: Interpreter, made: Call) -> Value:
    name = _name(made)
    if name is None or not made.args:
        return run.unknown("whether there is an attribute whose name is not known", *made.args, at=made.at)
    found = attributes.find(run, made.args[0], name, made.at)
    if isinstance(found, Unknown) or (isinstance(made.args[0], Symbol) and find_model(f"{made.args[0].dotted}.{name}") is None):
        return run.unknown(f"whether there is an attribute {name}", made.args[0], at=made.at)
    return scalar(found is not None, made.args[0], at=made.at)


def _setattr(run: Interpreter, made: Call) -> Value:
    name = _name(made)
    if len(made.args) < 3:
        return run.unknown("setattr() with arguments that are not known", *made.args, at=made.at)
    if name is None:
        _blur_names(run, made.args[0], "an attribute whose name is not known is set")
    else:
        attributes.assign(run, made.args[0], name, stamped(made.args[2], setting_place(made.args[1], made.args[2], made.at), run.guards), made.at)
    return Scalar(None, origins=(made.at,))


def setting_place(name: Value, value: Value, at: Origin) -> Origin:
    """The place that sets a value: this one, unless it only hands on what was made elsewhere, under a name that is not written here."""
    handed_on = name.origins and name.origins[-1] != at and value.origins
    return value.origins[-1] if handed_on else at


def _blur_names(run: Interpreter, target: Value, reason: str) -> None:
    if isinstance(target, Module) and target.scope is not None:
        run.forget(target.scope, reason)
    elif isinstance(target, Instance):
        run.trail.touch(target)
        changes.blur(target, reason)
    elif isinstance(target, Class):
        run.trail.touch(target)
        target.namespace.update({name: one_of([value, Unknown(reason)]) for name, value in target.namespace.items()})


def _delattr(run: Interpreter, made: Call) -> Value:
    name = _name(made)
    if name is None:
        _blur_names(run, made.args[0] if made.args else Unknown(""), "an attribute whose name is not known is removed")
    else:
        attributes.delete(run, made.args[0], name, made.at)
    return Scalar(None, origins=(made.at,))


def _callable(run: Interpreter, made: Call) -> Value:
    value = made.args[0] if made.args else Unknown("nothing")
    if isinstance(value, (Function, Bound, Class)):
        return scalar(True, value, at=made.at)
    if isinstance(value, (Scalar, Items, Table, Module)):
        return scalar(False, value, at=made.at)
    return run.unknown("whether it can be called is not known", value, at=made.at)


def _type(run: Interpreter, made: Call) -> Value:
    value = made.args[0] if len(made.args) == 1 else None
    if value is None:
        return run.unknown("a class that is made by type()", *made.args, at=made.at)
    name = type_name(value)
    if name is not None:
        return Symbol("pathlib.PosixPath" if name == "pathlib.Path" else name, origins=(made.at,), reads=value.reads)
    if isinstance(value, Instance):
        return value.type
    return run.unknown("the type of something that is not known", value, at=made.at)


def type_name(value: Value) -> str | None:
    """The builtin or modelled class of a value, None where it is no such thing."""
    if isinstance(value, Scalar):
        return class_of(value) or f"builtins.{type(value.value).__name__}"
    if isinstance(value, Items):
        return f"builtins.{value.kind}" if value.kind != "iterator" else None
    return dict_class(value) if isinstance(value, Table) else None


def dict_class(value: Table) -> str:
    """The name of the class of a dict."""
    return "builtins.dict" if value.kind == "dict" else f"collections.{value.kind}"


def _isinstance(run: Interpreter, made: Call) -> Value:
    if len(made.args) != 2:
        return run.unknown("isinstance() with arguments that are not known", *made.args, at=made.at)
    return each(run, made.args[:1], lambda values: _answer(run, is_a(run, values[0], made.args[1]), values[0], made))


def _issubclass(run: Interpreter, made: Call) -> Value:
    kinds = [getattr(builtins, kind.dotted.removeprefix("builtins."), None) for kind in made.args if isinstance(kind, Symbol)]
    if len(made.args) == 2 and len(kinds) == 2 and all(isinstance(kind, type) for kind in kinds):
        return scalar(issubclass(*kinds), *made.args, at=made.at)  # type: ignore[arg-type]
    if len(made.args) != 2 or not isinstance(made.args[0], Class):
        return run.unknown("how two classes are related is not known", *made.args, at=made.at)
    known = _derives(run, made.args[0], made.args[1])
    if known is False and isinstance(made.args[1], Class) and "__subclasshook__" in classes.names(run, made.args[1]):
        known = None  # the class decides by itself what counts as derived from it
    return _answer(run, known, made.args[0], made)


def _answer(run: Interpreter, known: bool | None, value: Value, made: Call) -> Value:
    if known is None:
        return run.unknown("the type of something that is not known", value, at=made.at)
    return scalar(known, value, at=made.at)


def is_a(run: Interpreter, value: Value, kind: Value) -> bool | None:
    """Whether the value is an object of that class (or one of those)."""
    if isinstance(kind, Items) and kind.rest is None:
        answers = {is_a(run, value, one) for one in kind.items}
        return True if True in answers else None if None in answers else False
    if isinstance(kind, Class):
        if isinstance(value, Instance) and isinstance(value.type, Class):
            return _derives(run, value.type, kind)
        return False if isinstance(value, (Scalar, Items, Table, Function, Module)) else None
    if not isinstance(kind, Symbol):
        return None
    return _is_builtin(run, value, kind.dotted)


def _is_builtin(run: Interpreter, value: Value, dotted: str) -> bool | None:
    own = type_name(value)
    if own is None:
        if isinstance(value, Instance) and isinstance(value.type, Class):
            return _derives(run, value.type, Symbol(dotted))
        if isinstance(value, Instance) and isinstance(value.type, Symbol):
            return True if value.type.dotted == dotted or dotted in ancestors(value.type.dotted) else False if dotted in DESCRIPTORS else None
        return None
    name = {"builtins.unicode": "str", "builtins.basestring": "str"}.get(dotted, dotted.removeprefix("builtins."))
    if own == dotted or dotted == "builtins.object" or (isinstance(value, Table) and dotted == "builtins.dict"):
        return True
    if isinstance(value, Table) and value.kind != "dict":
        return None
    python = getattr(builtins, name, None)
    if isinstance(value, Scalar) and isinstance(python, type):
        return isinstance(value.value, python)
    if isinstance(python, type):
        return False
    abstract = {"Mapping", "MutableMapping", "Sequence", "MutableSequence", "Iterable", "Set", "Collection", "Container", "Sized", "Hashable"}
    return None if dotted.rpartition(".")[2] in abstract or not own.startswith("builtins.") else False if own != "builtins.object" else None


def _derives(run: Interpreter, kind: Class, wanted: Value) -> bool | None:
    if isinstance(wanted, Items):
        answers = {_derives(run, kind, one) for one in wanted.items}
        return True if True in answers else None if None in answers else False
    rows = classes.order(run, kind)
    if any(base is wanted or (isinstance(base, Symbol) and isinstance(wanted, Symbol) and base.dotted == wanted.dotted) for base in rows):
        return True
    if isinstance(wanted, Symbol) and any(wanted.dotted in ancestors(base.dotted) for base in rows if isinstance(base, Symbol)):
        return True
    if isinstance(wanted, Symbol) and wanted.dotted == "builtins.object":
        return True
    if isinstance(wanted, Class):
        return False if not any(isinstance(base, (Unknown, Choice)) for base in rows) else None
    certain = isinstance(wanted, Symbol) and wanted.dotted.startswith(("builtins.", "enum."))
    return None if classes.vague_base(run, kind) is not None or not certain else False


def ancestors(dotted: str) -> frozenset[str]:
    """The classes that one of Python's own derives from, itself included; none for a class of another package that is not listed here."""
    home, _, name = dotted.rpartition(".")
    found = getattr({"builtins": builtins, "enum": enum}.get(home), name, None)
    rows = found.__mro__ if isinstance(found, type) else ()
    return frozenset(f"{row.__module__}.{row.__name__}" for row in rows) | DERIVED.get(dotted, frozenset())


def _super(run: Interpreter, made: Call) -> Value:
    frame = _frame(run)
    if len(made.args) == 2 and isinstance(made.args[0], Class):
        return Instance(Symbol("builtins.super"), [made.args[0], made.args[1]], origins=(made.at,))
    scope = frame.scope
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    owner = scope.parent.owner if scope.parent is not None else None
    receiver = next(iter(scope.names.values()), None)
    if isinstance(owner, Class) and receiver is not None:
        return Instance(Symbol("builtins.super"), [owner, receiver], origins=(made.at,))
    return run.unknown("super() outside of a method", at=made.at)


def super_attribute(run: Interpreter, value: Value, name: str, at: Origin) -> Value | None:
    """`super().name`; None where the value is no super object."""
    if not isinstance(value, Instance) or not isinstance(value.type, Symbol) or value.type.dotted != "builtins.super":
        return None
    after, receiver = value.args
    found = classes.super_lookup(run, receiver, after, name, at) if isinstance(after, Class) else None
    return found if found is not None else run.unknown(f"{name} of a base class that is not known", at=at)


def _id(run: Interpreter, made: Call) -> Value:
    return run.unknown("it differs from run to run", at=made.at)


def _exec(run: Interpreter, made: Call) -> Value:
    """Code in a text. What a file of the project holds is run by following where the text comes from."""
    from ready_gate.facts.python import imports

    return imports.run_text(run, made)


def _eval(run: Interpreter, made: Call) -> Value:
    text = made.plain(0)
    if isinstance(text, str) and len(text) < 10_000 and len(made.args) == 1:
        from ready_gate.facts.python import imports

        return imports.eval_text(run, text, made)
    return run.unknown("eval() of something that is not known", *made.args, at=made.at)


def _execfile(run: Interpreter, made: Call) -> Value:
    return run.run_file(made.args[0], made) if made.args else run.unknown("execfile() of nothing", at=made.at)


def _compile(run: Interpreter, made: Call) -> Value:
    return made.args[0] if made.args else run.unknown("compile() of nothing", at=made.at)


FUNCTIONS: dict[str, Builtin] = {
    "globals": _globals,
    "locals": _locals,
    "vars": _vars,
    "dir": _dir,
    "getattr": _getattr,
    "hasattr": _hasattr,
    "setattr": _setattr,
    "delattr": _delattr,
    "callable": _callable,
    "type": _type,
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "super": _super,
    "id": _id,
    "hash": _id,
    "exec": _exec,
    "eval": _eval,
    "execfile": _execfile,
    "compile": _compile,
}
