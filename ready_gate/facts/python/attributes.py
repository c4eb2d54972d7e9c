"""Reading and setting attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ready_gate.facts.python import changes, classes, containers, enums, methods, text_methods
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.formatting import is_exception
from ready_gate.facts.python.joining import stamped
from ready_gate.facts.python.libraries import Call, class_of, find_attribute, find_constant, find_model
from ready_gate.facts.python.values import (
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Method,
    Module,
    Part,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    scalar,
    unknown,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


def get(run: Interpreter, value: Value, name: str, at: Origin) -> Value:
    """`value.name`; raises AttributeError in the judged code where there is none."""
    if isinstance(value, Choice):
        return each(run, [value], lambda values: get(run, values[0], name, at))
    found = find(run, value, name, at)
    if found is None:
        return run.fail("AttributeError", f"there is no attribute {name}", value, at=at)
    if run.lazy and type(found) is Unknown and not isinstance(value, Module):
        return Part(found.reason, value, name, origins=found.origins, reads=found.reads)
    return found


def find(run: Interpreter, value: Value, name: str, at: Origin) -> Value | None:
    """`value.name`, None where there surely is none."""
    if isinstance(value, Module):
        return _of_module(run, value, name, at)
    if isinstance(value, Symbol):
        return of_symbol(run, value, name, at)
    if isinstance(value, Class):
        return _of_class(run, value, name, at)
    if isinstance(value, Instance):
        return _of_instance(run, value, name, at)
    if isinstance(value, (Scalar, Items, Table)):
        return _of_builtin(run, value, name, at)
    if isinstance(value, (Function, Bound)) and name in ("__name__", "__qualname__"):
        return scalar(value.name, value, at=at)
    return run.unknown(f"the attribute {name} of something that is not known", value, at=at)


def _of_module(run: Interpreter, value: Module, name: str, at: Origin) -> Value | None:
    from ready_gate.facts.python import imports

    scope = value.scope
    if scope is None:
        return run.unknown(f"the module {value.dotted}", at=at)
    if name in scope.names:
        return imports.settled(run, scope, name, at)
    if name == "__dict__":
        return containers.namespace(scope)
    submodule = imports.submodule(run, value, name, at)
    if submodule is not None:
        return submodule
    hook = scope.names.get("__getattr__")
    if hook is not None:
        return run.call(hook, [Scalar(name)], {}, at)
    return run.unknown(scope.open, at=at) if scope.open else None


def of_symbol(run: Interpreter, value: Symbol, name: str, at: Origin) -> Value:
    """A name inside of another package."""
    dotted = f"{value.dotted}.{name}"
    if name == "__name__":
        return scalar(value.dotted.rpartition(".")[2], value, at=at)
    if name in ("__file__", "__path__"):
        return unknown(f"where {value.dotted} is installed on the server is not known", value, at=at)
    constant = find_constant(dotted, run)
    if constant is not None:
        return stamped(constant, at, value.reads)
    return Symbol(dotted, origins=(at,), reads=value.reads)


def _of_builtin(run: Interpreter, value: Scalar | Items | Table, name: str, at: Origin) -> Value | None:
    dotted = class_of(value)
    if dotted is not None:
        found = _modelled(run, value, f"{dotted}.{name}", name, at)
        if found is not None:
            return found
    if isinstance(value, Scalar) and name in text_methods.PLAIN_ATTRIBUTES and hasattr(value.value, name):
        return scalar(getattr(value.value, name), value, at=at)
    if name in methods.names_of(value) and (not isinstance(value, Scalar) or hasattr(value.value, name)):
        return Bound(value, name, origins=(at,), reads=value.reads)
    if name == "__class__":
        return Symbol(f"builtins.{type(value.value).__name__ if isinstance(value, Scalar) else 'dict' if isinstance(value, Table) else value.kind}")
    if dotted is not None or name.startswith("__"):
        return run.unknown(f"the attribute {name}", value, at=at)
    return None


def _modelled(run: Interpreter, value: Value, dotted: str, name: str, at: Origin) -> Value | None:
    """What a modelled class says of an attribute of its objects."""
    attribute = find_attribute(dotted)
    if attribute is not None:
        return attribute(Call(dotted, [], {}, at, run, receiver=value))
    constant = find_constant(dotted, run)
    if constant is not None:
        return stamped(constant, at, value.reads)
    return Bound(value, name, origins=(at,), reads=value.reads) if find_model(dotted) is not None else None


def _of_class(run: Interpreter, value: Class, name: str, at: Origin) -> Value | None:
    if name in ("__name__", "__qualname__"):
        return scalar(value.name, value, at=at)
    if name == "__module__":
        return scalar(value.module, value, at=at)
    if name == "__dict__":
        return Table(dict(value.namespace), origins=value.origins)  # type: ignore[arg-type]
    member = enums.attribute(run, value, name, at) or enums.listing(run, value, name)
    if member is not None:
        return member
    found = classes.lookup(run, value, name)
    return None if found is None else _bound_to_class(run, value, found, at)


def _bound_to_class(run: Interpreter, value: Class, found: Value, at: Origin) -> Value:
    kind = classes.wrapper(found)
    if kind == "classmethod" and isinstance(found, Instance):
        return _bind(value, found.args[0], at)
    if kind == "staticmethod" and isinstance(found, Instance):
        return found.args[0]
    return found


def _bind(receiver: Value, function: Value, at: Origin) -> Value:
    if isinstance(function, Function):
        return Bound(receiver, function.name, function, origins=function.origins, reads=receiver.reads)
    if isinstance(function, Method):
        return Bound(receiver, function.dotted, origins=function.origins, reads=receiver.reads)
    return unknown("a method that could not be followed", function, at=at)


def _of_instance(run: Interpreter, value: Instance, name: str, at: Origin) -> Value | None:
    if name == "__class__":
        return value.type
    if name == "__module__" and isinstance(value.type, Class):
        return _of_class(run, value.type, name, at)
    if name == "__dict__":
        return Table({key: held for key, held in value.attributes.items() if "()" not in key}, origins=value.origins)
    if name == "args" and isinstance(value.type, Symbol) and is_exception(value.type.dotted):
        return Items(list(value.args), "tuple", origins=value.origins, reads=value.reads)
    if isinstance(value.type, Symbol):
        return _of_foreign(run, value, value.type.dotted, name, at)
    if not isinstance(value.type, Class):
        return run.unknown(f"the attribute {name} of something that is not known", value.type, value, at=at)
    found = classes.lookup(run, value.type, name, foreign=False)
    if found is not None and classes.wrapper(found) in ("property", "functools.cached_property", "django.utils.functional.cached_property"):
        return run.call(found.args[0], [value], {}, at) if isinstance(found, Instance) and found.args else run.unknown("a property", value, at=at)
    if name in value.attributes:
        return value.attributes[name]
    if found is not None:
        return _bound_to_object(run, value, found, at)
    return _inherited(run, value, value.type, name, at)


def _bound_to_object(run: Interpreter, value: Instance, found: Value, at: Origin) -> Value:
    if isinstance(found, (Function, Method)):
        return _bind(value, found, at)
    if isinstance(value.type, Class) and classes.wrapper(found):
        return _bound_to_class(run, value.type, found, at)
    if isinstance(found, Instance):
        hook = special(run, found, "__get__")
        if hook is not None:
            return run.call(hook, [value, value.type], {}, at)
    return found


def _inherited(run: Interpreter, value: Instance, kind: Class, name: str, at: Origin) -> Value | None:
    for base in classes.order(run, kind):
        dotted = base.dotted if isinstance(base, Symbol) else f"{base.module}.{base.name}" if isinstance(base, Class) and not base.origins else ""
        if dotted:
            found = _modelled(run, value, f"{dotted}.{name}", name, at)
            if found is not None:
                return found
    hook = classes.lookup(run, kind, "__getattr__", foreign=False)
    if isinstance(hook, Function):
        return run.call(hook, [value, Scalar(name)], {}, at)
    vague = classes.vague_base(run, kind)
    return None if vague is None else run.unknown(f"{name} comes from {vague}", value, at=at)


def _of_foreign(run: Interpreter, value: Instance, dotted: str, name: str, at: Origin) -> Value | None:
    if name in value.attributes:
        return value.attributes[name]
    found = _modelled(run, value, f"{dotted}.{name}", name, at)
    if found is not None:
        return found
    kind = run.foreign(value.type)
    known = classes.lookup(run, kind, name, foreign=False) if kind is not None else None
    if isinstance(known, Symbol) and find_model(known.dotted) is not None:
        return Bound(value, known.dotted, origins=(at,), reads=value.reads)
    if known is not None and (isinstance(known, Method) or not isinstance(known, Symbol)) and classes.wrapper(known) is None:
        return _bound_to_object(run, value, known, at)
    return run.unknown(f"the attribute {name} of a {dotted} is not known", value, at=at)


def special(run: Interpreter, value: Value, name: str) -> Value | None:
    """A special method of an object of a project class, bound to it."""
    if not isinstance(value, Instance) or not isinstance(value.type, Class):
        return None
    found = classes.lookup(run, value.type, name, foreign=False)
    if isinstance(found, Function):
        return Bound(value, name, found)
    if found is None:
        for base in classes.order(run, value.type):
            if isinstance(base, Symbol) and find_model(f"{base.dotted}.{name}") is not None:
                return Bound(value, name)
        vague = classes.vague_base(run, value.type)
        return None if vague is None else Unknown(f"{name} comes from {vague}")
    return Unknown(f"{name} could not be followed")


def assign(run: Interpreter, target: Value, name: str, value: Value, at: Origin) -> None:
    """`target.name = value`."""

    def change(holder: Value, sure: bool) -> None:
        if isinstance(holder, Instance):
            _set_on_object(run, holder, name, value, at, sure)
        elif isinstance(holder, Class):
            run.trail.touch(holder)
            holder.namespace[name] = value if sure else run.unknown("one of several classes may have been changed")
        elif isinstance(holder, Module) and holder.scope is not None:
            run.trail.name(holder.scope, name)
            holder.scope.names[name] = value if sure else run.unknown("one of several modules may have been changed")

    changes.update_all(run, target, change)


def _set_on_object(run: Interpreter, holder: Instance, name: str, value: Value, at: Origin, sure: bool) -> None:
    hook = classes.lookup(run, holder.type, "__setattr__", foreign=False) if isinstance(holder.type, Class) else None
    if isinstance(hook, Function):
        run.call(hook, [holder, Scalar(name), value], {}, at)
        return
    changes.changing(run, holder, at, sure)
    if sure:
        holder.attributes[name] = value


def delete(run: Interpreter, target: Value, name: str, at: Origin) -> None:
    """`del target.name`."""
    if isinstance(target, Instance):
        run.trail.touch(target)
        target.attributes.pop(name, None)
    elif isinstance(target, Class):
        run.trail.touch(target)
        target.namespace.pop(name, None)
    elif isinstance(target, Module) and target.scope is not None:
        run.trail.name(target.scope, name)
        target.scope.names.pop(name, None)
