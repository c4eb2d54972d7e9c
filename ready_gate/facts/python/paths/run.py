"""One exploration: the budget, the stack of functions being followed, and what the modules hold at their top level."""

from __future__ import annotations

import ast
from typing import Protocol

from ready_gate.facts.python.paths.calls import BASES, Call, Calls
from ready_gate.facts.python.paths.code import Code
from ready_gate.facts.python.paths.reading import last_uses, own_names, repeated_conditions
from ready_gate.facts.python.paths.statements import Flow, Walk
from ready_gate.facts.python.paths.states import UNKNOWN, Class, Facts, Function, Module, State, Value

MAX_STEPS = 60_000


class OutOfBudget(Exception):
    """The code has more ways than there is patience for; where it was given up."""


class Domain(Protocol):
    """What an exploration knows of names, attributes, calls and conditions that are not the project's own."""

    def foreign(self, dotted: str) -> Value:
        """A dotted name from outside."""

    def constant(self, name: str, value: Value) -> Value:
        """A name that a module of the project assigns."""

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute or key of a value."""

    def member(self, base: Value, kind: Class, name: str) -> Value:
        """An attribute of a class of the project (or an instance) that its source does not define."""

    def made(self, kind: Class, instance: Value, call: Call) -> Value:
        """A new instance of a class of the project."""

    def call(self, walk: Calls, call: Call, state: State, flow: Flow) -> list[tuple[State, Value]]:
        """A call of something foreign."""

    def returned(self, walk: Calls, function: Function, call: Call, pairs: list[tuple[State, Value]]) -> list[tuple[State, Value]]:
        """What a function of the project gave back."""

    def matters(self, function: Function) -> bool:
        """Whether a function of the project is to be followed."""

    def unwalked(self, call: Call) -> Value:
        """What comes out of a function that is not followed."""

    def above(self, walk: Calls, this: Value | None, name: str) -> Value:
        """`super().name` where no base in the project defines it."""

    def compare(self, walk: Calls, op: ast.cmpop, left: ast.expr, one: Value, right: ast.expr, other: Value, node: ast.Compare) -> Value:
        """A comparison."""

    def dispatched(self, state: State, base: Value, key: Value, *more: Value) -> list[tuple[State, Value]]:
        """What a dictionary of functions holds under a key that is not known, each with what follows of the key; none where that is nothing."""

    def truth(self, value: Value) -> tuple[Facts, Facts] | None:
        """The facts that hold where a value is true, and where it is false."""

    def stores(self, walk: Calls, target: ast.Attribute, value: Value, state: State) -> bool:
        """Whether setting this attribute waits for a `save()`."""

    def asserted(self, walk: Calls, node: ast.Assert, state: State) -> State:
        """The state after an assertion."""

    def caught(self, walk: Calls, handler: ast.ExceptHandler, state: State) -> State:
        """The state at the start of an `except`."""


class Run:
    """What the walks of one exploration share."""

    def __init__(self, code: Code, domain: Domain, steps: int = MAX_STEPS) -> None:
        self.code, self.domain, self.steps = code, domain, steps
        self.stack: list[ast.AST] = []
        self._top: dict[int, Value] = {}
        self._nodes: list[ast.AST] = []  # kept, so that no other node gets the same id
        self._reading: dict[int, tuple[dict[str, float], frozenset[str], frozenset[str]]] = {}

    def spend(self, node: ast.AST, path: str, held: int = 0) -> None:
        """One step, more of them for a state that holds many variables; raises `OutOfBudget` where there are no more."""
        self.steps -= 1 + held // 8
        if self.steps < 0:
            raise OutOfBudget(f"{path}:{getattr(node, 'lineno', 1)}")

    def walk(self, path: str, owner: Class | None = None, depth: int = 0, name: str = "", plain_self: bool = True) -> Walk:
        """A walk in a module."""
        return Walk(self, path, owner, depth, name, plain_self)

    def reading(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[dict[str, float], frozenset[str], frozenset[str]]:
        """The last line that reads each variable of a function, the conditions that it tests more than once, and the variables that it assigns."""
        if id(node) not in self._reading:
            self._nodes.append(node)
            self._reading[id(node)] = last_uses(node), repeated_conditions(node), own_names(node)
        return self._reading[id(node)]

    def top_level(self, path: str, node: ast.expr) -> Value:
        """What an expression at the top level of a module holds, where it is the same on every way; worked out once."""
        if id(node) not in self._top:
            self._top[id(node)] = UNKNOWN  # for a name that is made out of itself
            self._nodes.append(node)
            pairs = self.walk(path, depth=3).evaluate(node, State(), Flow())
            self._top[id(node)] = pairs[0][1] if len({value for _, value in pairs}) == 1 else UNKNOWN
        return self._top[id(node)]

    def member(self, path: str, name: str) -> Value:
        """A name of another module."""
        found = self.code.find(path, name)
        return self.value_of(found) if found else UNKNOWN

    def value_of(self, found: tuple[str, ast.AST | str | None]) -> Value:
        """The value of what was found under a name."""
        home, what = found
        if isinstance(what, ast.ClassDef):
            return Value(made=Class(what, home))
        if isinstance(what, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Value(made=Function(what, home))
        if isinstance(what, ast.expr):
            return self.top_level(home, what)
        return Value(made=Module(home)) if what is None else self.domain.foreign(str(what))

    def exception(self, path: str, name: str) -> frozenset[str] | None:
        """All that an exception class of the project inherits from by name; None where it is not known."""
        found = self.code.find(path, name)
        if not found or not isinstance(found[1], ast.ClassDef):
            return None
        line = self.code.line(Class(found[1], found[0]))
        names = {one.node.name for one in line} | {ast.unparse(base).rsplit(".", 1)[-1] for one in line for base in one.node.bases}
        return frozenset(names.union(*(BASES.get(one, ()) for one in names)))
