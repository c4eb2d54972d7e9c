"""Follows request data through a view: statements, branches and what they check, and calls into the project's own functions, within bounds."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from ready_gate.facts.django.code import tracing_values
from ready_gate.facts.django.code.flows import BODY, CONSTANT, NOTHING, QUERY, URL, Atom, Flow, Frame, Trace, joined
from ready_gate.facts.django.code.kinds import Kinds
from ready_gate.facts.django.code.nodes import names_in
from ready_gate.facts.django.code.tracing_foreign import sink
from ready_gate.facts.python.codebase import FUNCTIONS, Codebase, Defined, FunctionNode

MAX_DEPTH = 8
REFUSED = frozenset({"ValueError", "TypeError", "ArithmeticError", "InvalidOperation", "DecimalException", "ValidationError", "LookupError"})
MAX_STEPS = 12_000
USERS = ("django.contrib.auth.models.AbstractUser", "django.contrib.auth.models.AbstractBaseUser", "django.contrib.auth.base_user.")


class Tracer:
    """One for a project."""

    def __init__(self, code: Codebase, kinds: Kinds) -> None:
        self.code, self.kinds = code, kinds
        self._plain: dict[str, Flow] = {}

    @cached_property
    def user(self) -> str:
        """The project's user model, empty where it has none of its own or several."""
        modules = self.code.containing(b"AbstractUser", b"AbstractBaseUser")
        found = [kind.dotted for module in modules for kind in self.code.classes(module) if self.code.is_a(kind.dotted, *USERS)]
        return found[0] if len(found) == 1 else ""

    def view(self, function: Defined, receiver: str | None = None) -> Trace:
        """What a view function, or a handler of the class `receiver`, does with the request it is given."""
        trace = Trace()
        if not isinstance(function.node, FUNCTIONS):
            return trace
        frame = Frame(function.module, trace, receiver=receiver, owner=function.owner)
        names = [argument.arg for argument in (*function.node.args.posonlyargs, *function.node.args.args, *function.node.args.kwonlyargs)]
        if receiver is not None and names:
            frame.own_name = names.pop(0)
            frame.env[frame.own_name] = Flow(kind="self", type=receiver)
        frame.env |= {name: self._given(frame, function.node, name) for name in names}
        for index, name in enumerate(names):
            if name in ("request", "req", "_request") or (index == 0 and receiver is None):
                frame.env[name] = Flow(kind="request") if frame.env[name].kind != "clean" else frame.env[name]
        if function.node.args.kwarg is not None:
            frame.env[function.node.args.kwarg.arg] = Flow(frozenset({Atom(URL)}), "data")
        self.run(frame, function.node)
        return trace

    def _given(self, frame: Frame, node: FunctionNode, name: str) -> Flow:
        """What a parameter other than the request holds: a part of the address, or something that its type has checked."""
        argument = next(arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs) if arg.arg == name)
        if argument.annotation is not None and name != "request":
            kind = self.code.dotted(frame.module, argument.annotation)
            if self.kinds.is_schema(kind):
                frame.trace.validates = True
                return Flow(kind="clean")
            if isinstance(argument.annotation, ast.Name) and argument.annotation.id in (
                "int",
                "float",
                "bool",
                "UUID",
                "Decimal",
                "date",
                "datetime",
            ):
                return Flow(kind="clean")
        return Flow(frozenset({Atom(URL, name)}))

    def run(self, frame: Frame, node: FunctionNode | ast.Lambda) -> Flow:
        """Follow a function body with its parameters in the frame; what it returns."""
        if isinstance(node, ast.Lambda):
            return self.value(frame, node.body)
        self.block(frame, node.body)
        return joined(frame.returns) if frame.returns else NOTHING

    def call(self, frame: Frame, function: Defined, args: Sequence[Flow], keywords: Mapping[str, Flow], receiver: Flow | None = None) -> Flow:
        """Follow a call of the project's function. `receiver` is the object whose method it is."""
        given_all = [*args, *keywords.values()]
        if not isinstance(function.node, FUNCTIONS) or function.dotted in frame.trace.active:
            return joined(given_all)
        if frame.depth >= MAX_DEPTH or frame.trace.steps > MAX_STEPS:
            if any(_unchecked(frame.trace, flow) for flow in given_all):
                frame.trace.beyond = frame.trace.beyond or function.dotted
            return joined(given_all)
        frame.trace.called[function.dotted] = None
        plain = not any(_may_carry(flow) for flow in (*given_all, *([receiver] if receiver is not None else [])))
        if plain and function.dotted in self._plain:
            return self._plain[function.dotted]
        inner = Frame(
            function.module, frame.trace, depth=frame.depth + 1, owner=function.owner, receiver=receiver.type if receiver is not None else None
        )
        given = [*([receiver] if receiver is not None else []), *args]
        inner.env = bound(function.node, given, keywords)
        parameters = (*function.node.args.posonlyargs, *function.node.args.args)
        if receiver is not None and parameters:
            inner.own_name = parameters[0].arg
            inner.env |= {f"{inner.own_name}.{name}": flow for name, flow in (receiver.parts or {}).items()}
        if receiver is not None and receiver.kind == "self":
            inner.env |= {
                f"{inner.own_name}{name[len(frame.own_name) :]}": flow for name, flow in frame.env.items() if name.startswith(f"{frame.own_name}.")
            }
        frame.trace.active.append(function.dotted)
        result = self.run(inner, function.node)
        frame.trace.active.pop()
        if receiver is not None and receiver.parts is not None:
            start = f"{inner.own_name}."
            receiver.parts.update({name[len(start) :]: flow for name, flow in inner.env.items() if name.startswith(start)})
        if plain:
            self._plain[function.dotted] = result
        return result

    # Statements

    def block(self, frame: Frame, body: Sequence[ast.stmt]) -> bool:
        """Follow statements; True where control surely does not go past them."""
        for node in body:
            if self._is_enough(frame):
                return True
            if self.statement(frame, node):
                return True
        return False

    def _is_enough(self, frame: Frame) -> bool:
        """Count a step. What is called is followed for a while; the handler's own body for as long again."""
        frame.trace.steps += 1
        if frame.trace.steps <= MAX_STEPS:
            return False
        frame.trace.exhausted = frame.trace.steps > 3 * MAX_STEPS
        if frame.depth:
            frame.trace.beyond = frame.trace.beyond or (frame.trace.active[-1] if frame.trace.active else "a function within")
        return frame.depth > 0 or frame.trace.exhausted

    def statement(self, frame: Frame, node: ast.stmt) -> bool:
        """Follow one statement; True where control surely does not go past it."""
        if isinstance(node, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            if isinstance(node, ast.Return) and node.value is not None:
                frame.returns.append(self.value(frame, node.value))
            return True
        if isinstance(node, ast.If):
            return self._if(frame, node)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assign(frame, node)
        elif isinstance(node, ast.Expr):
            self.value(frame, node.value)
        else:
            return self._compound(frame, node)
        return False

    def _compound(self, frame: Frame, node: ast.stmt) -> bool:
        if isinstance(node, (ast.For, ast.AsyncFor)):
            self.bind(frame, node.target, self.value(frame, node.iter))
            self.block(frame, node.body)
            self.block(frame, node.orelse)
        elif isinstance(node, ast.While):
            self.value(frame, node.test)
            self.block(frame, node.body)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                given = self.value(frame, item.context_expr)
                if item.optional_vars is not None:
                    self.bind(frame, item.optional_vars, given)
            return self.block(frame, node.body)
        elif isinstance(node, ast.Try):
            return self._try(frame, node)
        elif isinstance(node, ast.Match):
            self.value(frame, node.subject)
            for case in node.cases:
                self.block(frame, case.body)
        elif isinstance(node, FUNCTIONS):
            frame.env[node.name] = Flow(kind="inner", node=node)
        elif isinstance(node, ast.Assert):
            frame.trace.checked |= tracing_values.checks(self, frame, node.test)[0]
        return False

    def _try(self, frame: Frame, node: ast.Try) -> bool:
        guards = _refuses(node)
        frame.trace.guarded += guards
        ends = self.block(frame, node.body)
        frame.trace.guarded -= guards
        rest = ends or (self.block(frame, node.orelse) if node.orelse else False)
        handled = [self.block(frame, handler.body) for handler in node.handlers]
        return self.block(frame, node.finalbody) or (rest and all(handled))

    def _if(self, frame: Frame, node: ast.If) -> bool:
        """What the test checks is checked inside of the branches, and behind them where one of them does not go on."""
        self.value(frame, node.test)
        before = set(frame.trace.checked)
        yes, no = tracing_values.checks(self, frame, node.test)
        start = dict(frame.env)
        frame.trace.checked |= yes
        body_ends = self.block(frame, node.body)
        after_body, within = frame.env, set(frame.trace.checked)
        frame.env = dict(start)
        frame.trace.checked = before | no
        else_ends = self.block(frame, node.orelse)
        if else_ends:
            frame.trace.checked, frame.env = within, after_body
        elif not body_ends:
            frame.trace.checked = (within & frame.trace.checked) - ((yes | no) - before)
            frame.env = merged(after_body, frame.env)
        return body_ends and else_ends

    def _assign(self, frame: Frame, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        if node.value is None:
            return
        given = self.value(frame, node.value)
        if not given.kind and not given.atoms and tracing_values.constant(self, frame, node.value):
            given = CONSTANT
        if isinstance(node, ast.AugAssign):
            before = self.value(frame, node.target)
            given = joined([before, given], built=bool(given.atoms or given.built) and not before.kind.startswith("row"))
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self.bind(frame, target, given, node.value)

    def bind(self, frame: Frame, target: ast.expr, given: Flow, source: ast.expr | None = None) -> None:
        """Give a name, an attribute or an element its value."""
        if isinstance(target, ast.Name):
            for name in [name for name in frame.env if name.startswith(f"{target.id}.")]:
                del frame.env[name]
            frame.env[target.id] = given
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts = source.elts if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(target.elts) else None
            for index, inner in enumerate(target.elts):
                self.bind(frame, inner, self.value(frame, parts[index]) if parts else given)
        elif isinstance(target, ast.Starred):
            self.bind(frame, target.value, given)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(frame, target, given)
        elif isinstance(target, ast.Subscript):
            self._bind_element(frame, target, given)

    def _bind_attribute(self, frame: Frame, target: ast.Attribute, given: Flow) -> None:
        holder = self.value(frame, target.value)
        name = tracing_values.path_of(target)
        if name is not None:
            frame.env[name] = given
        if holder.kind == "row":
            sink(frame, target, "orm", f"{ast.unparse(target)} is set", given)
        elif holder.parts is not None:
            holder.parts[target.attr] = given

    def _bind_element(self, frame: Frame, target: ast.Subscript, given: Flow) -> None:
        holder = self.value(frame, target.value)
        name = tracing_values.path_of(target.value)
        if name is not None and holder.kind not in ("request", "self", "row"):
            frame.env[name] = Flow(
                holder.atoms | given.atoms, holder.kind or "mapping", holder.type, holder.built or given.built, holder.parts, holder.node
            )

    def value(self, frame: Frame, node: ast.expr | None) -> Flow:
        """What an expression gives."""
        if node is None:
            return NOTHING
        if self._is_enough(frame):
            return NOTHING
        return tracing_values.value(self, frame, node)


def _unchecked(trace: Trace, flow: Flow) -> bool:
    """Whether a value has request data that nothing has checked."""
    return flow.kind == "request" or any(atom.source in BODY | QUERY and not trace.is_checked(atom) for atom in flow.texts)


def _may_carry(flow: Flow) -> bool:
    """Whether a call that is given this may have to do with the request."""
    return bool(flow.atoms) or flow.kind in ("request", "self", "data", "validator", "validated", "object", "inner")


def _refuses(node: ast.Try) -> bool:
    """Whether a `try` is there for data that cannot be converted: it names those errors, or stands around a few lines."""
    caught = {name for handler in node.handlers if handler.type is not None for name in names_in(handler.type)}
    broad = any(handler.type is None for handler in node.handlers) or bool(caught & {"Exception", "BaseException"})
    return bool(caught & REFUSED) or (broad and len(node.body) <= 3)


def bound(node: FunctionNode, given: Sequence[Flow], keywords: Mapping[str, Flow]) -> dict[str, Flow]:
    """The parameters of a call by name. What has no value takes its default, of which nothing is known."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    env = dict(zip(names, given, strict=False))
    every = [*names, *(argument.arg for argument in node.args.kwonlyargs)]
    env |= {name: flow for name, flow in keywords.items() if name in every}
    if node.args.vararg is not None:
        env[node.args.vararg.arg] = joined(given[len(names) :])
    if node.args.kwarg is not None:
        env[node.args.kwarg.arg] = joined([flow for name, flow in keywords.items() if name not in every])
    return {**dict.fromkeys(every, NOTHING), **env}


def merged(first: Mapping[str, Flow], second: Mapping[str, Flow]) -> dict[str, Flow]:
    """What names hold after either of two branches."""
    return {name: joined([one[name] for one in (first, second) if name in one]) for name in {**first, **second}}
