"""`raise`, `try` and `with`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ready_gate.facts.python import branches, classes, containers, special_methods
from ready_gate.facts.python.assigned import assigned_names
from ready_gate.facts.python.flow import Flow, Frame, Raised, builtin_exception
from ready_gate.facts.python.trail import Side
from ready_gate.facts.python.values import Class, Instance, Items, Scalar, Symbol, Value, unknown
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

EVERYTHING = ("BaseException",)
OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})


def names_of(run: Interpreter, kind: Value) -> tuple[str, ...]:
    """The names of an exception class and of what it derives from."""
    if isinstance(kind, Class):
        names: list[str] = []
        for base in classes.order(run, kind):
            names += [base.name] if isinstance(base, Class) else names_of(run, base)
        return tuple(dict.fromkeys(names))
    if not isinstance(kind, Symbol):
        return ("Exception", "BaseException")
    last = kind.dotted.rpartition(".")[2]
    if kind.dotted.startswith("builtins."):
        return builtin_exception(last)
    return (last, "Exception", "BaseException")


def raise_statement(frame: Frame, node: ast.Raise) -> Flow:
    """`raise X(...)`, or `raise` inside of a handler."""
    at = frame.at(node)
    if node.exc is None:
        raise (
            frame.error if frame.error is not None else Raised(("RuntimeError", "Exception", "BaseException"), "there is nothing to raise again", at)
        )
    value = frame.run.eval(frame, node.exc)
    kind = value.type if isinstance(value, Instance) else value
    if isinstance(node.exc, ast.Call) and not isinstance(kind, (Symbol, Class)):
        kind = frame.run.eval(frame, node.exc.func)
    before = frame.error
    reads, lacking = (before.reads, before.lacking) if before is not None else ((), None)
    raise Raised(names_of(frame.run, kind), _message(value), at, value, reads, lacking)


def _message(value: Value) -> str:
    first = value.args[0] if isinstance(value, Instance) and value.args else None
    return str(first.value)[:200] if isinstance(first, Scalar) else "an error of the project's own"


def _caught(frame: Frame, handler: ast.ExceptHandler) -> tuple[str, ...]:
    """The names of what a handler handles: the classes themselves, not what they derive from."""
    if handler.type is None:
        return EVERYTHING
    value = frame.run.eval(frame, handler.type)
    kinds = containers.elements(frame.run, value) if isinstance(value, Items) else [value]
    names = [names_of(frame.run, kind)[0] for kind in kinds or () if isinstance(kind, (Symbol, Class))]
    names = ["OSError" if name in ("IOError", "EnvironmentError") else name for name in names]
    return tuple(names) if names and kinds and len(names) == len(kinds) else ("an exception that is not known", *names)


def try_statement(frame: Frame, node: ast.Try) -> Flow:
    """`try … except … else … finally`."""
    try:
        flow = _guarded(frame, node)
    except Raised:
        _finally(frame, node.finalbody)
        raise
    result = frame.result
    last = _finally(frame, node.finalbody)
    if last is Flow.NEXT:
        frame.result = result
        return flow
    return last


def _finally(frame: Frame, body: Sequence[ast.stmt]) -> Flow:
    return frame.run.block(frame, body) if body else Flow.NEXT


def _guarded(frame: Frame, node: ast.Try) -> Flow:
    run = frame.run
    if not node.handlers:
        return run.block(frame, node.body)
    caught = [_caught(frame, handler) for handler in node.handlers]
    handlers = list(zip(node.handlers, caught, strict=True))
    journal = run.trail.open()
    doubts, import_doubts = run.doubts, run.import_doubts
    run.handlers.append(tuple(name for names in caught for name in names))
    try:
        flow = run.block(frame, node.body)
    except Raised as error:
        run.handlers.pop()
        run.trail.fold(journal, [pending.side for pending in frame.pending])
        before, earlier = Side(journal), [handler for handler, names in handlers if _may_be_needed(run, names, doubts, import_doubts)]
        certain = error  # the name of a caught error ends with its handler
        taken = next((handler for handler, names in handlers if set(names) & set(error.names)), None)
        if taken is not None and earlier == [taken]:
            run.trail.join(before)
            end = _handler(frame, taken, None)
        elif earlier:
            end = branches.fork(frame, (), lambda: _handled(frame, node, caught, certain), lambda: _any_handler(frame, earlier, before))
        else:
            end = _handled(frame, node, caught, certain)
        _close(frame, journal)
        return end
    except BaseException:
        run.handlers.pop()
        raise
    run.handlers.pop()
    result = frame.result
    needed = [handler for handler, names in handlers if _may_be_needed(run, names, doubts, import_doubts)]

    def went_well() -> Flow:
        frame.result = result
        return run.block(frame, node.orelse) if flow is Flow.NEXT else flow

    if not needed:
        _close(frame, journal)
        return went_well()
    before = Side(journal)
    end = branches.fork(frame, (), went_well, lambda: _any_handler(frame, needed, before))
    _close(frame, journal)
    return end


def _may_be_needed(run: Interpreter, names: Sequence[str], doubts: int, import_doubts: int) -> bool:
    """Whether a handler of these may be entered because of what was not certain since."""
    if run.doubts != doubts and not set(names) <= OF_IMPORTS:
        return True
    return run.import_doubts != import_doubts and bool(set(names) & {*OF_IMPORTS, "Exception", "BaseException"})


def _close(frame: Frame, journal: object) -> None:
    trail = frame.run.trail
    if trail.journals and trail.journals[-1] is journal and not any(pending.side.journal is journal for pending in frame.pending):
        trail.close(len(trail.journals) - 1)


def _any_handler(frame: Frame, handlers: Sequence[ast.ExceptHandler], before: Side | None) -> Flow:
    """One of the handlers, after some part of the body ran."""
    if before is not None:
        frame.run.trail.join(before)
    if len(handlers) == 1:
        return _handler(frame, handlers[0], None)
    return branches.fork(frame, (), lambda: _handler(frame, handlers[0], None), lambda: _any_handler(frame, handlers[1:], None))


def _handled(frame: Frame, node: ast.Try, caught: Sequence[tuple[str, ...]], error: Raised) -> Flow:
    for handler, names in zip(node.handlers, caught, strict=True):
        if set(names) & set(error.names):
            try:
                return _handler(frame, handler, error)
            except Raised as second:
                return _refused(frame, node, second)
    raise error


def _handler(frame: Frame, handler: ast.ExceptHandler, error: Raised | None) -> Flow:
    from ready_gate.facts.python.statements import bind

    at = frame.at(handler)
    if handler.name:
        held = error.value if error is not None and error.value is not None else unknown("an exception", at=at)
        bind(frame, handler.name, held, at)
    before, frame.error = frame.error, error or Raised(("Exception", "BaseException"), "an error is raised again", at)
    try:
        return frame.run.block(frame, handler.body)
    finally:
        frame.error = before
        if handler.name:
            _forget_name(frame, handler.name)


def _forget_name(frame: Frame, name: str) -> None:
    """The name of the error is deleted at the end of its handler."""
    scope = frame.scope.place(name)
    frame.run.trail.name(scope, name)
    scope.names.pop(name, None)


def _refused(frame: Frame, node: ast.Try, error: Raised) -> Flow:
    """A module that catches the absence of a variable only to stop with a better word: what it would have set is not known."""
    from ready_gate.facts.python.statements import bind

    refusal = frame.run.refusal(error) if frame.scope.kind != "function" else None
    if refusal is None:
        raise error
    for name in assigned_names(node.body):
        bind(frame, name, refusal, frame.at(node))
    return Flow.NEXT


# With


def with_statement(frame: Frame, node: ast.With | ast.AsyncWith) -> Flow:
    """`with a as b`. `contextlib.suppress` is like a handler."""
    from ready_gate.facts.python.statements import assign

    run = frame.run
    managers: list[Value] = []
    for item in node.items:
        if isinstance(item.context_expr, ast.Call) and _is_suppress(frame, item.context_expr):
            return _suppressing(frame, node, item.context_expr)
        manager = run.eval(frame, item.context_expr)
        managers.append(manager)
        entered = special_methods.special_method(run, manager, "__enter__", [], frame.at(node)) if not isinstance(node, ast.AsyncWith) else None
        if entered is None:
            entered = run.unknown("what a `with` statement gives", manager, at=frame.at(node))
        if item.optional_vars is not None:
            assign(frame, item.optional_vars, entered, frame.at(node))
    try:
        return run.block(frame, node.body)
    finally:
        for manager in reversed(managers):
            _leave(frame, manager, frame.at(node))


def _leave(frame: Frame, manager: Value, at: Origin) -> None:
    """What a modelled context undoes at its end."""
    if isinstance(manager, Instance) and isinstance(manager.type, Symbol):
        special_methods.special_method(frame.run, manager, "__exit__", [], at)


def _is_suppress(frame: Frame, call: ast.Call) -> bool:
    function = frame.run.eval(frame, call.func)
    return isinstance(function, Symbol) and function.dotted == "contextlib.suppress"


def _suppressing(frame: Frame, node: ast.With | ast.AsyncWith, call: ast.Call) -> Flow:
    kinds = ast.Tuple(call.args, ast.Load())
    handler = ast.ExceptHandler(ast.copy_location(kinds, call), None, [ast.copy_location(ast.Pass(), call)])
    attempt = ast.Try(node.body, [ast.copy_location(handler, call)], [], [])
    return try_statement(frame, ast.copy_location(attempt, node))
