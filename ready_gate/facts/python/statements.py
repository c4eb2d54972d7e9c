"""What each statement does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

from ready_gate.facts.python import (
    attributes,
    branches,
    calls,
    changes,
    classes,
    comparing,
    containers,
    exceptions,
    imports,
    loops,
    operators,
    patterns,
    reflection,
    special_methods,
)
from ready_gate.facts.python.assigned import assigned_names, leaves
from ready_gate.facts.python.choices import answers
from ready_gate.facts.python.flow import Flow, Frame, Raised, builtin_exception
from ready_gate.facts.python.joining import one_of, stamped, with_reads
from ready_gate.facts.python.scope import Namespace
from ready_gate.facts.python.values import Choice, Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value, merge_reads, unknown
from ready_gate.facts.views import Read
from ready_gate.model import Origin

Statement = Callable[[Frame, Any], Flow]


def block(frame: Frame, body: Sequence[ast.stmt]) -> Flow:
    """Run statements in order, as far as control goes."""
    run = frame.run
    for node in body:
        run.charge()
        handler = STATEMENTS.get(type(node))
        if handler is None:
            imports_nothing(frame, node)
            continue
        run.depth += 1
        try:
            if run.depth > run.max_depth:
                raise_too_deep()
            flow = handler(frame, node)
        finally:
            run.depth -= 1
        if flow is not Flow.NEXT:
            return flow
    return Flow.NEXT


def raise_too_deep() -> None:
    """Statements inside of statements without end."""
    from ready_gate.facts.python.flow import Exhausted

    raise Exhausted("nested too deeply")


def imports_nothing(frame: Frame, node: ast.stmt) -> None:
    """A statement of a Python newer than this evaluator: whatever it names is not known."""
    for name in assigned_names([node]):
        _bind(frame, name, unknown(f"set by a {type(node).__name__} statement", at=frame.at(node)), frame.at(node))


# Assignment


def _bind(frame: Frame, name: str, value: Value, at: Origin) -> None:
    run = frame.run
    scope = frame.scope.place(name)
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent.place(name)
    run.trail.name(scope, name)
    scope.names[name] = stamped(value, at, run.guards)


bind = _bind


def assign(frame: Frame, target: ast.expr, value: Value, at: Origin) -> None:
    """Put a value where an assignment, loop or `with` says."""
    if isinstance(target, ast.Name):
        _bind(frame, target.id, value, at)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(frame, target.elts, value, at)
    elif isinstance(target, ast.Subscript):
        base = frame.run.eval(frame, target.value)
        key = frame.run.eval(frame, target.slice)
        place = reflection.setting_place(key, value, at) if isinstance(base, Namespace) else at
        changes.set_item(frame.run, base, key, stamped(value, place, frame.run.guards), at)
    elif isinstance(target, ast.Attribute):
        base = frame.run.eval(frame, target.value)
        attributes.assign(frame.run, base, target.attr, stamped(value, at, frame.run.guards), at)
    elif isinstance(target, ast.Starred):
        assign(frame, target.value, value, at)


def _unpack(frame: Frame, targets: Sequence[ast.expr], value: Value, at: Origin) -> None:
    parts = _spread(frame, targets, value, at)
    for target, part in zip(targets, parts, strict=False):
        assign(frame, target, part, at)


def _spread(frame: Frame, targets: Sequence[ast.expr], value: Value, at: Origin) -> list[Value]:
    """One value for each target."""
    run = frame.run
    if isinstance(value, Choice):
        rows = [_spread(frame, targets, option, at) for option in value.options]
        return [one_of(list(column), reads=value.reads, since=value.since) for column in zip(*rows, strict=False)]
    items = containers.elements(run, value, at)
    star = next((index for index, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
    fits = items is not None and (len(items) == len(targets) if star is None else len(items) >= len(targets) - 1)
    if items is None or not fits:
        doubt = run.unknown("unpacked from something that is not known", value, at=at)
        if items is not None:
            doubt = run.fail("ValueError", "unpacked into a different number of names", value, at=at)  # type: ignore[assignment]
        return [doubt for _ in targets]
    items = [with_reads(item, value.reads) if isinstance(item, Scalar) else item for item in items]
    if star is None:
        return items
    after = len(targets) - star - 1
    middle = Items(items[star : len(items) - after], "list", origins=(at,), reads=value.reads)
    return [*items[:star], middle, *items[len(items) - after :]]


def _assign(frame: Frame, node: ast.Assign) -> Flow:
    value = frame.run.eval(frame, node.value)
    at = frame.at(node)
    for target in node.targets:
        assign(frame, target, value, at)
    return Flow.NEXT


def _annotated(frame: Frame, node: ast.AnnAssign) -> Flow:
    if node.value is not None:
        assign(frame, node.target, frame.run.eval(frame, node.value), frame.at(node))
    if frame.scope.kind == "class" and isinstance(node.target, ast.Name):
        annotations = frame.scope.names.get("__annotations__")
        if isinstance(annotations, Table):
            annotations.entries[node.target.id] = _annotation(frame, node.annotation)
    return Flow.NEXT


def _annotation(frame: Frame, node: ast.expr) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return frame.run.annotation(frame, node.value, node)
    node = _not_none(node)
    if ast.unparse(node) in ("list[str]", "List[str]", "typing.List[str]"):
        return Symbol("builtins.list[str]", origins=(frame.at(node),))
    return frame.run.eval(frame, node)


def _not_none(node: ast.expr) -> ast.expr:
    """What an annotation says beside that it may be None: `X` in `Optional[X]` and in `X | None`."""
    if isinstance(node, ast.Subscript) and getattr(node.value, "attr", getattr(node.value, "id", "")) == "Optional":
        return node.slice
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not (isinstance(side, ast.Constant) and side.value is None)]
        return sides[0] if len(sides) == 1 else node
    return node


def _augmented(frame: Frame, node: ast.AugAssign) -> Flow:
    run, at, target = frame.run, frame.at(node), node.target
    base = key = None
    if isinstance(target, ast.Name):
        held = run.eval(frame, ast.copy_location(ast.Name(target.id, ast.Load()), target))
    elif isinstance(target, ast.Attribute):
        base = run.eval(frame, target.value)
        held = attributes.get(run, base, target.attr, at)
    else:
        base, key = run.eval(frame, target.value), run.eval(frame, target.slice)
        held = containers.get_item(run, base, key, at)
    more = run.eval(frame, node.value)
    result = in_place(frame, node.op, held, more, at)
    if isinstance(target, ast.Name):
        _bind(frame, target.id, result, at)
    elif isinstance(target, ast.Attribute) and base is not None:
        attributes.assign(run, base, target.attr, stamped(result, at, run.guards), at)
    elif base is not None and key is not None:
        changes.set_item(run, base, key, stamped(result, at, run.guards), at)
    return Flow.NEXT


def in_place(frame: Frame, op: ast.operator, held: Value, more: Value, at: Origin) -> Value:
    """`held op= more`: lists, sets and dicts change themselves."""
    run = frame.run
    if isinstance(held, Choice):
        results = answers(run, [[option] for option in held.options], lambda way: _option_in_place(frame, op, way[0], more, at, held.since))
        return one_of(results, reads=held.reads, since=held.since)
    if isinstance(held, Unknown) and isinstance(more, Items) and more.kind == "tuple" and isinstance(op, ast.Add):
        # A list takes a tuple in, a tuple makes a new one.
        parts = [Items(list(more.items), kind, held.reason, origins=(at,), reads=merge_reads([held, more])) for kind in ("list", "tuple")]
        return one_of(parts, reads=held.reads)
    if isinstance(held, Items) and held.kind == "list" and isinstance(op, ast.Add):
        changes.changing(run, held, at, True)
        changes.extend(run, held, more)
        return held
    if isinstance(held, Items) and held.kind == "set" and isinstance(more, Items):
        result = operators.binary(run, op, held, more, at)
        if isinstance(result, Items):
            changes.changing(run, held, at, True)
            held.items[:], held.rest, held.maybe = result.items, result.rest, result.maybe
            return held
        changes.changing(run, held, at, False)
    if isinstance(held, Table) and isinstance(op, ast.BitOr) and held.kind != "Counter":
        changes.changing(run, held, at, True)
        changes.merge_into(run, held, more)
        return held
    if isinstance(held, Instance):
        found = special_methods.special_method(run, held, f"__i{operators.BINARY[type(op)][0]}__", [more], at)
        if found is not None:
            return found
    return operators.binary(run, op, held, more, at)


def _option_in_place(frame: Frame, op: ast.operator, option: Value, more: Value, at: Origin, since: float) -> Value:
    """An option that other names may hold on other paths is changed in a copy, and itself only perhaps."""
    if not isinstance(option, (Items, Table)) or option.serial > since or (isinstance(option, Items) and option.kind in ("tuple", "frozenset")):
        return in_place(frame, op, option, more, at)
    result = in_place(frame, op, containers.copy_of(option), more, at)
    changes.changing(frame.run, option, at, False)
    return result


def _delete(frame: Frame, node: ast.Delete) -> Flow:
    for target in node.targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            _delete(frame, ast.copy_location(ast.Delete(target.elts), node))
        elif isinstance(target, ast.Name):
            _delete_name(frame, target.id, frame.at(node))
        elif isinstance(target, ast.Subscript):
            base, key = frame.run.eval(frame, target.value), frame.run.eval(frame, target.slice)
            changes.delete_item(frame.run, base, key, frame.at(node))
        elif isinstance(target, ast.Attribute):
            attributes.delete(frame.run, frame.run.eval(frame, target.value), target.attr, frame.at(node))
    return Flow.NEXT


def _delete_name(frame: Frame, name: str, at: Origin) -> None:
    scope = frame.scope.place(name)
    if name not in scope.names and not scope.open:
        frame.run.fail("NameError", f"{name} is not defined", at=at)
        return
    frame.run.trail.name(scope, name)
    scope.names.pop(name, None)


# Conditions


def _if(frame: Frame, node: ast.If) -> Flow:
    run = frame.run
    condition = run.eval(frame, node.test)
    known = comparing.truth(run, condition)
    reads = condition.reads
    if known is None:
        return branches.fork(frame, reads, lambda: block(frame, node.body), lambda: block(frame, node.orelse))
    taken, left = (node.body, node.orelse) if known else (node.orelse, node.body)
    if not reads:
        return _only_branch(frame, taken, reads, node)
    mark_untaken(frame, left, reads)
    guards = run.guards
    run.guards = tuple(dict.fromkeys((*guards, *reads)))
    try:
        flow = _only_branch(frame, taken, reads, node)
    finally:
        run.guards = guards
    if leaves(left) and frame.scope.kind != "module":
        run.guards = tuple(dict.fromkeys((*guards, *reads)))
    return flow


def _only_branch(frame: Frame, taken: Sequence[ast.stmt], reads: Sequence[Read], node: ast.If) -> Flow:
    """A refusal to start because a variable is absent is noted; what follows is worked out as if production set it."""
    try:
        return block(frame, taken)
    except Raised as error:
        error.reads = tuple(dict.fromkeys((*error.reads, *reads)))
        refusal = frame.run.refusal(error) if frame.scope.kind != "function" else None
        if refusal is None:
            raise
        for name in (part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)):
            value = frame.scope.place(name).names.get(name)
            if value is not None and not {read.name for read in value.reads}.isdisjoint(read.name for read in refusal.reads):
                _bind(frame, name, refusal, frame.at(node))
        return Flow.NEXT


def mark_untaken(frame: Frame, body: Sequence[ast.stmt], reads: Sequence[Read]) -> None:
    """What a branch would have set hangs on its condition, too."""
    for name in frame.run.assigned(frame, body):
        scope = frame.scope.place(name)
        value = scope.names.get(name)
        if value is not None:
            marked = with_reads(value, reads)
            if marked is not value:
                frame.run.trail.name(scope, name)
                scope.names[name] = marked


def _assert(frame: Frame, node: ast.Assert) -> Flow:
    run = frame.run
    condition = run.eval(frame, node.test)
    known = comparing.truth(run, condition)
    if known is None:
        run.doubt()
    elif not known:
        error = Raised(builtin_exception("AssertionError"), "an assertion fails", frame.at(node), reads=condition.reads)
        if frame.scope.kind == "function" or run.refusal(error) is None:
            raise error
    return Flow.NEXT


# Definitions


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Flow:
    run = frame.run
    decorators = [run.eval(frame, decorator) for decorator in node.decorator_list]
    value: Value = make_function(frame, node, node.name, decorators)
    for decorator in reversed(decorators):
        value = _decorated(frame, decorator, value, frame.at(node))
    _bind(frame, node.name, value, frame.at(node))
    return Flow.NEXT


def make_function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str, decorators: Sequence[Value] = ()) -> Function:
    """The function that a definition makes, its defaults worked out now."""
    run = frame.run
    defaults = [run.eval(frame, default) for default in node.args.defaults]
    keyword_defaults = {
        arg.arg: run.eval(frame, default) for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=False) if default is not None
    }
    return Function(name, node, frame.scope, defaults, keyword_defaults, list(decorators), origins=(frame.at(node),))


def _decorated(frame: Frame, decorator: Value, value: Value, at: Origin) -> Value:
    """A class that an unknown decorator of another package gets is taken to stay what it is; a function is not."""
    made = calls.call(frame.run, decorator, [value], {}, at)
    if isinstance(made, Unknown) and isinstance(value, Class) and not isinstance(decorator, Function):
        value.decorators.append(decorator)
        return value
    return made


def _class(frame: Frame, node: ast.ClassDef) -> Flow:
    decorators = [frame.run.eval(frame, decorator) for decorator in node.decorator_list]
    value = classes.define(frame, node)
    for decorator in reversed(decorators):
        value = _decorated(frame, decorator, value, frame.at(node))
    _bind(frame, node.name, value, frame.at(node))
    return Flow.NEXT


# The rest


def _expression(frame: Frame, node: ast.Expr) -> Flow:
    frame.run.eval(frame, node.value)
    return Flow.NEXT


def _return(frame: Frame, node: ast.Return) -> Flow:
    value = frame.run.eval(frame, node.value) if node.value is not None else Scalar(None, origins=(frame.at(node),))
    frame.result = with_reads(value, frame.run.guards) if frame.run.guards else value
    return Flow.RETURN


def _import(frame: Frame, node: ast.Import) -> Flow:
    imports.statement(frame, node)
    return Flow.NEXT


def _import_from(frame: Frame, node: ast.ImportFrom) -> Flow:
    imports.statement_from(frame, node)
    return Flow.NEXT


def _global(frame: Frame, node: ast.Global) -> Flow:
    for name in node.names:
        if frame.scope.kind != "module":
            frame.scope.elsewhere[name] = frame.scope.home()
    return Flow.NEXT


def _nothing(frame: Frame, node: ast.stmt) -> Flow:
    return Flow.NEXT


def _leave(flow: Flow) -> Statement:
    return lambda frame, node: flow


STATEMENTS: dict[type[ast.stmt], Statement] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.If: _if,
    ast.Assert: _assert,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Expr: _expression,
    ast.Return: _return,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.Global: _global,
    ast.Nonlocal: _nothing,
    ast.Pass: _nothing,
    ast.Break: _leave(Flow.BREAK),
    ast.Continue: _leave(Flow.CONTINUE),
    ast.Raise: exceptions.raise_statement,
    ast.Try: exceptions.try_statement,
    ast.For: loops.for_statement,
    ast.AsyncFor: loops.for_statement,
    ast.While: loops.while_statement,
    ast.With: exceptions.with_statement,
    ast.AsyncWith: exceptions.with_statement,
    ast.Match: patterns.match_statement,
}
if hasattr(ast, "TryStar"):
    STATEMENTS[ast.TryStar] = exceptions.try_statement
