"""One root explored: its decorators, permission classes and `dispatch`, then the function itself on every way."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from ready_gate.facts.django.payments import sdk
from ready_gate.facts.django.payments.domain import Payments
from ready_gate.facts.django.payments.labels import CLIENT, EVENT, REQUEST, ROW
from ready_gate.facts.django.payments.roots import METHODS, Kind, Root, decorators_of
from ready_gate.facts.python.paths.calls import Call, takes_receiver
from ready_gate.facts.python.paths.code import Code
from ready_gate.facts.python.paths.run import OutOfBudget, Run
from ready_gate.facts.python.paths.statements import Flow, Walk
from ready_gate.facts.python.paths.states import Class, Fact, Function, State, Value

NETWORK_ERRORS = frozenset(sdk.NETWORK_ERRORS.values())
_NOWHERE = ast.Call(ast.Name("request", ast.Load()), [], [])


@dataclass(frozen=True)
class Explored:
    """A root with what was found; `gave_up` where it was given up; `uncaught` are the calls to a gateway whose failing leaves it."""

    root: Root
    domain: Payments
    gave_up: str = ""
    uncaught: frozenset[str] = frozenset()
    steps: int = 0


def explore(code: Code, root: Root, domain: Payments, steps: int) -> Explored:
    """Walk a root on every way, in at most so many steps."""
    run = Run(code, domain, steps)
    function = root.function
    domain.visit(function)
    start = _Start(run, root, domain)
    try:
        start.go()
    except OutOfBudget as place:
        return Explored(root, domain, gave_up=str(place), steps=steps)
    except RecursionError:
        return Explored(root, domain, gave_up=f"{function.path}:{function.node.lineno}", steps=steps - run.steps)
    return Explored(root, domain, uncaught=start.uncaught(), steps=steps - run.steps)


class _Start:
    """How Django would come to the function."""

    def __init__(self, run: Run, root: Root, domain: Payments) -> None:
        self.run, self.root, self.domain, self.function = run, root, domain, root.function
        self.walk: Walk = run.walk(self.function.path, self.function.owner)
        self.flow = Flow()
        self.doubts: list[Fact] = []

    def go(self) -> None:
        """From the outside in."""
        states = [State(facts=frozenset(self._given()))]
        this = self._this()
        for state in self._permitted(states, this):
            arguments = self._arguments()
            bound = Value(made=replace(self.function, receiver=this) if this is not None else self.function)
            wrapped, with_self = self._decorated(bound, this, state)
            self._enter(wrapped, [this, *arguments] if with_self and this is not None else arguments, this, state)

    def uncaught(self) -> frozenset[str]:
        """The calls to a gateway whose network errors nobody catches on some way."""
        found: set[str] = set()
        for state, name in self.flow.raises:
            if name in NETWORK_ERRORS:
                caught = {fact.detail for fact in state.facts if fact.kind == "caught"}
                found |= {fact.at for fact in state.facts if fact.kind == "raised" and fact.at not in caught and fact.at in self.domain.calls}
        return frozenset(found)

    def _given(self) -> list[Fact]:
        """What a package has verified before it calls a handler of the project."""
        if self.root.kind is not Kind.VERIFIED:
            return []
        at = f"{self.function.path}:{self.function.node.lineno}"
        gateway = "stripe" if any("webhook" in one or "djstripe" in one for one in decorators_of(self.function)) else "paypal"
        return [Fact("signature", gateway, at), Fact("status", gateway, at), Fact("handler", gateway, at)]

    def _this(self) -> Value | None:
        """The instance that a view or service is."""
        function = self.function
        if function.owner is None or not takes_receiver(function):
            return None
        kind = function.owner
        instance = Value(frozenset(), made=kind, instance=True)
        if self.root.kind is Kind.REQUEST:
            client = frozenset({CLIENT})
            instance = replace(instance, entries=(("request", Value(frozenset({REQUEST}))), ("kwargs", Value(client)), ("args", Value(client))))
        method = self.run.code.method(kind, "__init__")
        if method is None:
            return instance
        call = Call(_NOWHERE, Value(), None, (), (), f"{kind.path}:{kind.node.lineno}")
        pairs = self.walk.enter_with_self(method, instance, call, State(), self.flow)
        return pairs[0][1] if pairs else instance

    def _arguments(self) -> list[Value]:
        names = [one.arg for one in (*self.function.node.args.posonlyargs, *self.function.node.args.args)]
        return [self._argument(name) for name in (names[1:] if takes_receiver(self.function) else names)]

    def _argument(self, name: str) -> Value:
        if name in ("request", "req"):
            return Value(frozenset({REQUEST}))
        if self.root.kind is Kind.VERIFIED:
            return Value(frozenset({EVENT}), name=name)
        if self.root.kind is Kind.REQUEST:
            return Value(frozenset({CLIENT, f"~key:{name}"}), name=name)
        return Value(frozenset({ROW}) if name == "instance" else frozenset(), name=name)

    def _permitted(self, states: list[State], this: Value | None) -> list[State]:
        """The states after the permission classes of the project (and `initial`) have let the request through."""
        for kind in self._permission_classes(this):
            method = self.run.code.method(kind, "has_permission")
            if method is None:
                continue
            instance = Value(made=kind, instance=True)
            after = []
            for state in states:
                for one, value in self._invoke(replace(method, receiver=instance), [Value(frozenset({REQUEST})), this or Value()], state):
                    after += self.walk.branch(value, one, "")[0]
            states = after
        owner = this.made if this is not None and isinstance(this.made, Class) else None
        initial = self.run.code.method(owner, "initial") if owner else None
        if initial is not None and this is not None:
            states = [one for state in states for one, _ in self._invoke(replace(initial, receiver=this), [Value(frozenset({REQUEST}))], state)]
        return states

    def _permission_classes(self, this: Value | None) -> list[Class]:
        named: Value | None = None
        if this is not None and isinstance(this.made, Class):
            held = self.run.code.attribute(this.made, "permission_classes")
            named = self.run.top_level(held[1], held[0]) if held else None
        for one in () if isinstance(self.function.node, ast.Lambda) else self.function.node.decorator_list:
            if isinstance(one, ast.Call) and ast.unparse(one.func).endswith("permission_classes") and one.args:
                named = self.run.top_level(self.function.path, one.args[0])
        return [item.made for item in (named.items or ()) if isinstance(item.made, Class)] if named else []

    def _decorated(self, bound: Value, this: Value | None, state: State) -> tuple[Value, bool]:
        """The function with the project's own decorators around it, and whether it is to be called with the instance first."""
        if isinstance(self.function.node, ast.Lambda):
            return bound, False
        value, with_self = bound, False
        for one in reversed(self.function.node.decorator_list):
            value, with_self = self._around(one, value, state, this, with_self)
        for one in reversed(self.function.owner.node.decorator_list) if self.function.owner else ():
            value, with_self = self._around(one, value, state, None, with_self)
        return value, with_self

    def _around(self, node: ast.expr, value: Value, state: State, this: Value | None, with_self: bool) -> tuple[Value, bool]:
        by_method = "method_decorator" in ast.unparse(node)
        pairs = self.walk.evaluate(node, State(facts=state.facts), self.flow)
        decorator = pairs[0][1] if pairs else Value()
        if isinstance(decorator.made, Function):
            inner = value
            if this is not None and not by_method and not with_self and isinstance(value.made, Function):
                inner = Value(made=replace(value.made, receiver=None))
            made = self._invoke(decorator.made, [inner], State(facts=state.facts))
            wrapped = next((result for _, result in made if isinstance(result.made, Function)), None)
            return (wrapped, with_self or (this is not None and not by_method)) if wrapped is not None else (value, with_self)
        if sdk.like_verifying(ast.unparse(node).split("(")[0].rsplit(".", 1)[-1]):
            doubt = Fact("maybe", f"the decorator {ast.unparse(node)[:80]} may be the verification, and its source is not here")
            self.doubts = [doubt]
        return value, with_self

    def _enter(self, wrapped: Value, arguments: list[Value], this: Value | None, state: State) -> None:
        state = state.knowing(self.doubts)
        owner = this.made if this is not None and isinstance(this.made, Class) else None
        dispatch = self.run.code.method(owner, "dispatch") if owner and self.function.name in METHODS else None
        if dispatch is not None and this is not None and dispatch.node is not self.function.node:
            self.domain.handler = wrapped
            self._invoke(replace(dispatch, receiver=this), [Value(frozenset({REQUEST}))], state)
        elif isinstance(wrapped.made, Function):
            self._invoke(wrapped.made, arguments, state)

    def _invoke(self, function: Function, arguments: list[Value], state: State) -> list[tuple[State, Value]]:
        keywords: tuple[tuple[str, Value], ...] = ()
        if function.node.args.kwarg and self.root.kind in (Kind.REQUEST, Kind.VERIFIED):
            keywords = (("**", Value(frozenset({CLIENT if self.root.kind is Kind.REQUEST else EVENT}))),)
        bare = ast.Call(ast.Name("request", ast.Load()), [], [])
        ast.copy_location(bare, function.node)
        call = Call(bare, Value(made=function), None, tuple(arguments), keywords, f"{function.path}:{function.node.lineno}")
        return self.walk.enter(function, call, state, self.flow)
