"""Calling things: the project's functions and classes, builtins, models of other packages, and what nobody knows."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ready_gate.facts.python import branches, builtin_functions, changes, classes, methods
from ready_gate.facts.python.assigned import bound_names
from ready_gate.facts.python.choices import each
from ready_gate.facts.python.flow import Flow, Frame, Raised
from ready_gate.facts.python.joining import one_of, stamped
from ready_gate.facts.python.libraries import MODELS, Call, Model, canonical, class_of, find_model
from ready_gate.facts.python.plainness import ERRORS
from ready_gate.facts.python.scope import Namespace, Scope
from ready_gate.facts.python.values import (
    Answer,
    Bound,
    Choice,
    Class,
    Function,
    Instance,
    Items,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    unknown,
)
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

MAX_CALLS = 25
# Packages whose functions do not change the containers given to them.
HARMLESS = frozenset(
    {"builtins", "logging", "sentry_sdk", "structlog", "newrelic", "django", "rest_framework", "os", "sys", "json", "copy", "functools", "itertools"}
    | {
        "warnings",
        "random",
        "string",
        "re",
        "datetime",
        "pathlib",
        "typing",
        "celery",
        "kombu",
        "ldap",
        "django_auth_ldap",
        "subprocess",
        "socket",
        "collections",
    }
)


def call(run: Interpreter, function: Value, args: list[Value], keywords: dict[str, Value], at: Origin, *, vague: bool = False) -> Value:
    """Call it. `vague`: more arguments may be given than are known."""
    if isinstance(function, Choice):
        return _call_choice(run, function, args, keywords, at, vague)
    if isinstance(function, Function):
        return call_function(run, function, args, keywords, at, vague)
    if isinstance(function, Bound):
        return _call_bound(run, function, args, keywords, at, vague)
    if isinstance(function, Class):
        return classes.instantiate(run, function, args, keywords, at, vague)
    if isinstance(function, Symbol):
        return call_symbol(run, function, args, keywords, at, vague)
    if isinstance(function, Instance):
        return _call_object(run, function, args, keywords, at, vague)
    if isinstance(function, Unknown):
        leak(run, [*args, *keywords.values()], "a function that is not known")
        answer = run.unknown(function.reason, function, at=at)
        return _kept(answer, "", function, args, keywords) if run.lazy else answer
    return run.fail("TypeError", "something is called that is no function", function, at=at)


def _call_choice(run: Interpreter, function: Choice, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value:
    first, rest = function.options[0], function.options[1:]
    if not rest or not run.frames:
        return call(run, first, args, keywords, at, vague=vague)
    other: Value = rest[0] if len(rest) == 1 else Choice(rest, since=function.since)
    return branches.fork_value(
        run.frames[-1],
        function.reads,
        lambda: call(run, first, args, keywords, at, vague=vague),
        lambda: call(run, other, args, keywords, at, vague=vague),
    )


def _call_bound(run: Interpreter, function: Bound, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value:
    if function.method is not None:
        return call_function(run, function.method, [function.receiver, *args], keywords, at, vague)
    receiver = function.receiver
    made = Call(function.name, args, keywords, at, run, receiver=receiver, open=vague)
    dotted = class_of(receiver)
    if "." in function.name:
        return call_symbol(run, Symbol(function.name), args, keywords, at, vague, receiver)
    owners = [dotted] if dotted else []
    if isinstance(receiver, Instance) and isinstance(receiver.type, Class):
        owners = classes.bases_of(classes.order(run, receiver.type))
    for owner in owners:
        if find_model(f"{owner}.{function.name}") is not None:
            made.name = f"{owner}.{function.name}"
            return modelled(run, made)
    if isinstance(receiver, (Scalar, Items, Table)):
        return methods.call_method(run, receiver, made)
    if function.name == "__init__" and isinstance(receiver, Instance) and isinstance(receiver.type, Class):
        return classes.hand_on(run, receiver, made)
    return external(run, f"{dotted or 'object'}.{function.name}", made)


def _call_object(run: Interpreter, thing: Instance, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value:
    from ready_gate.facts.python import attributes

    if isinstance(thing.type, Class):
        method = attributes.special(run, thing, "__call__")
        if method is not None:
            return call(run, method, args, keywords, at, vague=vague)
        return run.fail("TypeError", "an object is called that is no function", thing, at=at)
    if isinstance(thing.type, Symbol):
        name = f"{thing.type.dotted}.__call__"
        made = Call(name, args, keywords, at, run, receiver=thing, open=vague)
        return modelled(run, made) if find_model(name) is not None else external(run, name, made)
    return run.unknown("the result of something that is not known", thing, at=at)


def call_symbol(
    run: Interpreter, function: Symbol, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool, receiver: Value | None = None
) -> Value:
    """Call a function or class of another package, or a builtin."""
    made = Call(function.dotted, args, keywords, at, run, receiver=receiver, open=vague)
    if function.dotted.endswith(".__init__") and args and isinstance(args[0], Instance) and isinstance(args[0].type, Class):
        return classes.hand_on(run, args[0], replace(made, args=args[1:]))
    if function.dotted.startswith("builtins."):
        return builtin_functions.call(run, made)
    own = builtin_functions.STANDARD.get(function.dotted)
    if own is not None:
        return own(run, made)
    return modelled(run, made) if find_model(function.dotted) is not None else external(run, function.dotted, made)


def modelled(run: Interpreter, made: Call) -> Value:
    """Ask the model. What it may change is noted first."""
    model = find_model(made.name)
    if model is None:
        return external(run, made.name, made)
    for value in made.sources():
        _note(run, value, 0)
    try:
        answer = _asked(run, made, model)
    except ERRORS as error:
        return run.unknown(f"{made.name}() with arguments that do not fit ({type(error).__name__})", *made.sources(), at=made.at)
    if isinstance(answer, (Unknown, Choice)):
        run.doubt()
    return answer


def _asked(run: Interpreter, made: Call, model: Model) -> Value:
    """What the model answers; one that only answers is asked once for each of a few values."""
    given = [*([made.receiver] if made.receiver is not None else []), *made.args, *made.keywords.values()]
    if not any(isinstance(value, Choice) for value in given) or canonical(made.name) not in MODELS.pure:
        return model(made)

    def once(values: list[Value]) -> Value:
        receiver = values.pop(0) if made.receiver is not None else None
        args, rest = values[: len(made.args)], values[len(made.args) :]
        return model(replace(made, receiver=receiver, args=args, keywords=dict(zip(made.keywords, rest, strict=True))))

    return each(run, given, once)


def _note(run: Interpreter, value: Value, depth: int) -> None:
    if not run.trail.journals or depth > 3:
        return
    run.trail.touch(value)
    parts = (
        value.items if isinstance(value, Items) else value.entries.values() if isinstance(value, Table) and not isinstance(value, Namespace) else ()
    )
    for part in list(parts)[:500]:
        _note(run, part, depth + 1)


def external(run: Interpreter, name: str, made: Call) -> Value:
    """A call of which nothing is known."""
    from ready_gate.facts.python.interpreter import ExternalCall

    last = name.rpartition(".")[2]
    is_class = last[:1].isupper() and last != last.upper()
    if not (run.lazy and is_class):
        run.doubt()
    if len(run.calls) < 20_000:
        run.calls.append(ExternalCall(name, made.args, made.keywords, made.at, run.certain))
    if name.partition(".")[0] not in HARMLESS and not is_class:
        leak(run, made.sources(), f"{name}()")
    leak_names(run, made.sources(), f"{name}()")
    if is_class:
        return Instance(Symbol(name), made.args, made.keywords, origins=(made.at,), reads=merge_reads(made.sources()))
    answer = unknown(f"the result of {name}() is not known", *made.sources(), at=made.at)
    return _kept(answer, name, made.receiver, made.args, made.keywords) if run.lazy else answer


def _kept(answer: Unknown, name: str, receiver: Value | None, args: list[Value], keywords: dict[str, Value]) -> Answer:
    """The answer with what was called."""
    return Answer(answer.reason, name, receiver, args, keywords, origins=answer.origins, reads=answer.reads)


def leak(run: Interpreter, values: Sequence[Value], to: str) -> None:
    """These are given to something that may change them."""
    for value in values:
        if isinstance(value, (Items, Table)) and not isinstance(value, Namespace):
            run.trail.touch(value)
            if not (isinstance(value, Items) and value.kind in ("tuple", "frozenset", "iterator")):
                changes.blur(value, f"{to} may have changed it")
        elif isinstance(value, Choice):
            leak(run, value.options, to)
    leak_names(run, values, to)


def leak_names(run: Interpreter, values: Sequence[Value], to: str) -> None:
    """A whole namespace given away may come back changed."""
    for value in values:
        if isinstance(value, Namespace) and value.scope is not None:
            run.forget(value.scope, f"{to} may have set any name")


# The project's own functions


@dataclass(frozen=True)
class Layout:
    """What a function body declares."""

    globals: tuple[str, ...]
    nonlocals: tuple[str, ...]
    own: frozenset[str]
    yields: bool


def layout(run: Interpreter, node: ast.AST) -> Layout:
    """The declarations of a function, found once."""
    if id(node) not in run.layouts:
        found: dict[str, list[str]] = {"global": [], "nonlocal": []}
        yields = False
        waiting = list(ast.iter_child_nodes(node))
        while waiting:
            inner = waiting.pop()
            if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
                continue
            if isinstance(inner, (ast.Global, ast.Nonlocal)):
                found["global" if isinstance(inner, ast.Global) else "nonlocal"] += inner.names
            yields |= isinstance(inner, (ast.Yield, ast.YieldFrom))
            waiting += ast.iter_child_nodes(inner)
        own = frozenset(bound_names(getattr(node, "body", []))) - {*found["global"], *found["nonlocal"]}
        run.layouts[id(node)] = (node, Layout(tuple(found["global"]), tuple(found["nonlocal"]), own, yields))
    return run.layouts[id(node)][1]


def call_function(run: Interpreter, function: Function, args: list[Value], keywords: dict[str, Value], at: Origin, vague: bool) -> Value:
    """Run a function of the project with these arguments."""
    node, outer = function.node, function.scope
    if node is None or outer is None:
        return run.unknown(f"the function {function.name}", function, at=at)
    if isinstance(node, ast.AsyncFunctionDef):
        return run.unknown("the result of a coroutine", function, at=at)
    if run.call_depth >= MAX_CALLS:
        return run.unknown("functions call each other too deeply", at=at)
    run.charge(20)
    scope = Scope("function", outer.path, outer.module, outer.package, parent=outer)
    problem = bind(function, node.args, args, keywords, scope, vague)
    if problem:
        return run.fail("TypeError", f"{function.name}() is called with arguments that do not fit: {problem}", *args, at=at)
    plan = layout(run, node)
    _declare(scope, plan)
    frame = Frame(run, scope, yields=[] if plan.yields else None, base=len(run.trail.journals))
    return _finished(run, function, node, frame, at)


def _finished(run: Interpreter, function: Function, node: ast.FunctionDef | ast.Lambda, frame: Frame, at: Origin) -> Value:
    guards = run.guards
    run.call_depth += 1
    run.frames.append(frame)
    try:
        if isinstance(node, ast.Lambda):
            result = run.eval(frame, node.body)
        else:
            _run_function(frame, node)
            result = _yielded(run, frame, at) if frame.yields is not None else frame.result
        run.guards = tuple(dict.fromkeys((*guards, *(read for read in run.guards if read not in guards))))
        if isinstance(result, (Items, Table)) and result.serial > frame.scope.serial:
            result.origins = merge_origins([result], at)  # the caller's line is where whoever reads the settings looks
        return stamped(result, at, [read for read in run.guards if read not in guards])
    except Raised as error:
        refusal = run.refusal(error)
        if refusal is None:
            raise
        return refusal
    finally:
        run.guards = guards
        run.frames.pop()
        run.call_depth -= 1
        run.trail.close(frame.base)


def _run_function(frame: Frame, node: ast.FunctionDef) -> None:
    """Run the body; `frame.result` is then what any of its paths returns."""
    try:
        flow = frame.run.block(frame, node.body)
    except Raised:
        if not any(pending.flow is Flow.RETURN for pending in frame.pending):
            raise
        frame.run.doubt()
        flow, frame.result = Flow.RETURN, Unknown("it raises an exception on some paths")
        raised = True
    else:
        raised = False
    result = frame.result if flow is Flow.RETURN else Scalar(None, origins=(frame.at(node),))
    since = frame.run.trail.journals[frame.base].start if len(frame.run.trail.journals) > frame.base else None
    left = branches.gather(frame, 0, Flow.RETURN)
    results = [*([] if raised else [result]), *(pending.result for pending in left)]
    reads = tuple(read for pending in left for read in pending.reads)
    frame.result = one_of(results, reads=reads, since=since) if len(results) > 1 or reads else results[0]


def _yielded(run: Interpreter, frame: Frame, at: Origin) -> Value:
    return Items(list(frame.yields or ()), "iterator", frame.vague_yields, origins=(at,), reads=merge_reads((frame.yields or [])[:100]))


def _declare(scope: Scope, plan: Layout) -> None:
    scope.own = plan.own
    for name in plan.globals:
        scope.elsewhere[name] = scope.home()
    for name in plan.nonlocals:
        outer = scope.parent
        while outer is not None and outer.kind != "module":
            if name in outer.names and outer.kind == "function":
                scope.elsewhere[name] = outer
                break
            outer = outer.parent


def bind(function: Function, spec: ast.arguments, args: list[Value], keywords: dict[str, Value], scope: Scope, vague: bool) -> str | None:
    """Put the arguments into the function's namespace. Answers what does not fit."""
    positional = [arg.arg for arg in (*spec.posonlyargs, *spec.args)]
    only = {arg.arg for arg in spec.posonlyargs}
    names = scope.names
    names.update(zip(positional, args, strict=False))
    more = args[len(positional) :]
    if spec.vararg is not None:
        names[spec.vararg.arg] = Items(list(more), "tuple", "called with arguments that are not known" if vague else None)
    elif more and not vague:
        return "too many of them"
    extra: dict[object, Value] = {}
    accepted = {arg.arg for arg in (*spec.args, *spec.kwonlyargs)} - only
    for name, value in keywords.items():
        if name in accepted and name not in names:
            names[name] = value
        elif spec.kwarg is not None:
            extra[name] = value
        else:
            return f"{name} is not expected"
    if spec.kwarg is not None:
        names[spec.kwarg.arg] = Table(extra, "called with arguments that are not known" if vague else None)
    return _fill_defaults(function, spec, positional, names, vague)


def _fill_defaults(function: Function, spec: ast.arguments, positional: list[str], names: dict[str, Value], vague: bool) -> str | None:
    defaults: dict[str, Value] = (
        dict(zip(positional[len(positional) - len(function.defaults) :], function.defaults, strict=False)) if function.defaults else {}
    )
    defaults |= function.keyword_defaults
    for name in (*positional, *(arg.arg for arg in spec.kwonlyargs)):
        if name in names:
            continue
        if vague:
            names[name] = Unknown("called with arguments that are not known")
        elif name in defaults:
            names[name] = defaults[name]
        else:
            return f"{name} is missing"
    return None
