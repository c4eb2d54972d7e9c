"""Calls: the project's own functions are followed, each with the facts that hold where it is called and those that hold after it."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ready_gate.facts.python.paths.states import NOTHING, UNKNOWN, WHOLE, Class, Fact, Function, State, Unsaved, Value, together

if TYPE_CHECKING:
    from ready_gate.facts.python.paths.run import Run
    from ready_gate.facts.python.paths.statements import Flow

MAX_DEPTH = 8
MAX_RETURNS = 24
Pairs = list[tuple[State, Value]]


@dataclass(frozen=True)
class Call:
    """One call on one way: the node, what is called, on what (`base`, with its source text `receiver`), with which values, and where."""

    node: ast.Call
    callee: Value
    base: Value | None
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    at: str

    @property
    def text(self) -> str:
        """The source of what is called, in one line."""
        return ast.unparse(self.node.func)

    @property
    def last(self) -> str:
        """The last name of what is called."""
        function = self.node.func
        return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""

    @property
    def receiver(self) -> str:
        """The source of what a method is called on."""
        return ast.unparse(self.node.func.value) if isinstance(self.node.func, ast.Attribute) else ""

    def values(self) -> list[Value]:
        """All that is handed over."""
        return [*self.arguments, *(value for _, value in self.keywords)]

    def keyword(self, *names: str) -> Value | None:
        """The value of a keyword argument."""
        return next((value for name, value in self.keywords if name in names), None)

    def argument(self, place: int, *names: str) -> Value | None:
        """The value of an argument by its place or its name."""
        found = self.keyword(*names)
        return found if found is not None else self.arguments[place] if place < len(self.arguments) else None


class Calls(ABC):
    """The part of a walk that calls."""

    @abstractmethod
    def evaluate(self, node: ast.expr, state: State, flow: Flow) -> Pairs:
        """See `expressions`."""

    @abstractmethod
    def several(self, nodes: Sequence[ast.expr], state: State, flow: Flow) -> list[tuple[State, list[Value]]]:
        """See `expressions`."""

    @abstractmethod
    def attribute(self, base: Value, name: str) -> Value:
        """See `expressions`."""

    @abstractmethod
    def branch(self, value: Value, state: State, text: str) -> tuple[list[State], list[State]]:
        """See `expressions`."""

    @abstractmethod
    def block(self, statements: Iterable[ast.stmt], states: list[State]) -> Flow:
        """See `statements`."""

    def __init__(self, run: Run, path: str, owner: Class | None = None, depth: int = 0, name: str = "", plain_self: bool = True) -> None:
        self.run, self.path, self.owner, self.depth, self.function, self.is_plain_self = run, path, owner, depth, name, plain_self
        self.handling = ""
        self.last_use: dict[str, float] = {}
        self.repeated: frozenset[str] = frozenset()
        self.own: frozenset[str] = frozenset()

    def left(self, state: State) -> State:
        """A state as a function leaves it: of its variables only what it did to attributes of what it was given."""
        return replace(state, names={key: value for key, value in state.names.items() if "." in key}, assumed=frozenset())

    def at(self, node: ast.AST) -> str:
        """The place of a node, as facts name it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def _of_call(self, node: ast.Call, state: State, flow: Flow) -> Pairs:
        found: Pairs = []
        for before, callee, base in self._callees(node.func, state, flow):
            parts = [*node.args, *(keyword.value for keyword in node.keywords)]
            for after, values in self.several(parts, before, flow):
                arguments = tuple(values[: len(node.args)])
                keywords = tuple((keyword.arg or "**", value) for keyword, value in zip(node.keywords, values[len(node.args) :], strict=True))
                call = Call(node, callee, base, arguments, keywords, self.at(node))
                found += self.call(call, _handed(node, after), flow)
        return found

    def _callees(self, node: ast.expr, state: State, flow: Flow) -> list[tuple[State, Value, Value | None]]:
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super":
                return [(state, self._above(node.attr, state), state.names.get("self"))]
            pairs = self.evaluate(node.value, state, flow)
            return [(after, self._reached(node, base, after), base) for after, base in pairs]
        return [(after, value, None) for after, value in self.evaluate(node, state, flow)]

    def _reached(self, node: ast.Attribute, base: Value, state: State) -> Value:
        text = ast.unparse(node)
        return state.names[text] if text in state.names else self.attribute(base, node.attr)

    def _above(self, name: str, state: State) -> Value:
        """What `super().name` is."""
        this = state.names.get("self") or state.names.get("cls")
        kind = this.made if this and isinstance(this.made, Class) else self.owner
        method = self.run.code.method(kind, name, self.owner.node) if kind and self.owner else None
        if method is not None:
            return Value(made=replace(method, receiver=this))
        return self.run.domain.above(self, this, name)

    def call(self, call: Call, state: State, flow: Flow) -> Pairs:
        """What a call gives: the project's own code followed, the rest as the domain knows it."""
        self.run.spend(call.node, self.path)
        made = call.callee.made
        if "~one-of" in call.callee.labels:
            return [pair for one in call.callee.items or () for pair in self.call(replace(call, callee=one), state, flow)]
        if isinstance(made, Function):
            return self.enter(made, call, state, flow)
        if isinstance(made, Class) and not call.callee.instance:
            return self._instance(made, call, state, flow)
        flow.raised(state, "")
        return self.run.domain.call(self, call, state, flow)

    def enter(self, function: Function, call: Call, state: State, flow: Flow) -> Pairs:
        """Follow a function of the project."""
        stack = self.run.stack
        if not self.run.domain.matters(function):
            flow.raised(state, "")
            return [(state, self.run.domain.unwalked(call))]
        if self.depth >= MAX_DEPTH or any(one is function.node for one in stack):
            return [(state.knowing([Fact("maybe", f"{function.name} calls itself or is nested too deeply", call.at)]), UNKNOWN)]
        names, bound = self._parameters(function, call, state)
        inner = self.run.walk(function.path, function.owner, self.depth + 1, function.name, plain_self="self" not in bound or bound["self"] == "self")
        kept = tuple(_moved(one, {text: name for name, text in bound.items()}) for one in state.unsaved)
        stack.append(function.node)
        try:
            ways = inner.body_of(function.node, replace(state, names=names, unsaved=kept))
        finally:
            stack.pop()
        for raised, kind in ways.raises:
            flow.raised(self._back(raised, state, bound), kind)
        returned = [*ways.returns, *((after, Value(const=None)) for after in ways.normal)]
        pairs = [(self._back(after, state, bound), value) for after, value in returned]
        return self.run.domain.returned(self, function, call, _once(pairs))

    def body_of(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, state: State) -> Flow:
        """All ways through a function's body."""
        from ready_gate.facts.python.paths.statements import Flow

        if isinstance(node, ast.Lambda):
            flow = Flow()
            flow.returns = self.evaluate(node.body, state, flow)
            return flow
        self.last_use, self.repeated, self.own = self.run.reading(node)
        return self.block(node.body, [state])

    def _parameters(self, function: Function, call: Call, state: State) -> tuple[dict[str, Value], dict[str, str]]:
        """The names that the function starts with, and which of them stand for which source text of the caller."""
        names = dict(function.around)
        texts: dict[str, str] = {}
        given = list(call.arguments)
        sources: list[str] = [ast.unparse(one) if isinstance(one, (ast.Name, ast.Attribute)) else "" for one in call.node.args]
        parameters = [*function.node.args.posonlyargs, *function.node.args.args]
        if parameters and takes_receiver(function) and (function.receiver is not None or call.base is not None):
            receiver = function.receiver if function.receiver is not None else call.base
            given.insert(0, receiver if receiver is not None else UNKNOWN)
            sources.insert(0, call.receiver if not call.receiver.startswith("super(") else "self")
        self._fill(function, given, call, names)
        for parameter, source in zip(parameters, sources, strict=False):
            if source:
                texts[parameter.arg] = source
        texts |= {
            keyword.arg: ast.unparse(keyword.value)
            for keyword in call.node.keywords
            if keyword.arg and isinstance(keyword.value, (ast.Name, ast.Attribute))
        }
        for name, text in list(texts.items()):
            for key, value in state.names.items():
                if key.startswith(text + "."):
                    names[f"{name}.{key[len(text) + 1 :]}"] = value
        return names, texts

    def _fill(self, function: Function, given: list[Value], call: Call, names: dict[str, Value]) -> None:
        arguments = function.node.args
        parameters = [*arguments.posonlyargs, *arguments.args]
        named = dict(call.keywords)
        spread = together(value for name, value in call.keywords if name == "**")
        for parameter, value in zip(parameters, given, strict=False):
            names[parameter.arg] = value
        for parameter in [*parameters[len(given) :], *arguments.kwonlyargs]:
            names[parameter.arg] = named.get(parameter.arg) or spread.entry(parameter.arg) or self._default(function, parameter.arg, spread)
        if arguments.vararg:
            rest = given[len(parameters) :]
            names[arguments.vararg.arg] = replace(together(rest), items=tuple(rest))
        if arguments.kwarg:
            taken = {one.arg for one in (*parameters, *arguments.kwonlyargs)}
            whole = spread
            for name, value in named.items():
                whole = whole if name in taken or name == "**" else whole.having(name, value)
            names[arguments.kwarg.arg] = whole

    def _default(self, function: Function, name: str, spread: Value) -> Value:
        arguments = function.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [
            *zip(reversed(positional), reversed(arguments.defaults), strict=False),
            *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
        ]
        default = next((value for parameter, value in pairs if parameter.arg == name), None)
        return self.run.top_level(function.path, default) if default is not None else Value(spread.labels)

    def _back(self, inner: State, outer: State, bound: dict[str, str]) -> State:
        """The caller's names again, with what the function did to attributes of what it was given."""
        names = dict(outer.names)
        for parameter, text in bound.items():
            for key, value in inner.names.items():
                if key.startswith(parameter + "."):
                    names[f"{text}.{key[len(parameter) + 1 :]}"] = value
        return State(names, inner.facts, tuple(_moved(one, bound) for one in inner.unsaved), outer.assumed)

    def _instance(self, kind: Class, call: Call, state: State, flow: Flow) -> Pairs:
        """An instance of a class of the project: its attributes as `__init__` (or a dataclass) sets them."""
        whole = replace(together(call.values()), made=kind, instance=True)
        for name, value in zip(_fields(kind), call.arguments, strict=False):
            whole = whole.having(name, value)
        for name, value in call.keywords:
            whole = whole.having(name, value) if name != "**" else replace(whole, entries=(*whole.entries, *value.entries))
        method = self.run.code.method(kind, "__init__")
        whole = self.run.domain.made(kind, whole, call)
        if method is None:
            return [(state, whole)]
        found: Pairs = []
        for after, instance in self.enter_with_self(method, whole, call, state, flow):
            found.append((after, instance))
        return found or [(state, whole)]

    def enter_with_self(self, method: Function, instance: Value, call: Call, state: State, flow: Flow) -> Pairs:
        """Run a method and give the instance with the attributes that it sets."""
        stack = self.run.stack
        if self.depth >= MAX_DEPTH or any(one is method.node for one in stack):
            return [(state, instance)]
        names: dict[str, Value] = {}
        self._fill(method, [instance, *call.arguments], call, names)
        stack.append(method.node)
        try:
            ways = self.run.walk(method.path, method.owner, self.depth + 1, method.name).body_of(method.node, replace(state, names=names))
        finally:
            stack.pop()
        flow.raises += [(replace(raised, names=state.names), kind) for raised, kind in ways.raises]
        found: Pairs = []
        for after in [*ways.normal, *(one for one, _ in ways.returns)]:
            whole = instance
            for key, value in after.names.items():
                if key.startswith("self.") and "." not in key[5:]:
                    whole = whole.having(key[5:], value)
            found.append((replace(after, names=state.names, assumed=state.assumed), whole))
        return _once(found)

    def property(self, method: Function, base: Value) -> Value:
        """What a property gives, where it is the same on every way."""

        if self.depth >= MAX_DEPTH or any(one is method.node for one in self.run.stack):
            return Value(base.labels)
        self.run.stack.append(method.node)
        try:
            ways: Flow = self.run.walk(method.path, method.owner, self.depth + 1, method.name).body_of(method.node, State({"self": base}))
        finally:
            self.run.stack.pop()
        values = list(dict.fromkeys(value for _, value in ways.returns))
        return values[0] if len(values) == 1 else replace(together(values), const=NOTHING, labels=together(values).labels | base.labels)

    def invoke(self, function: Value, arguments: Sequence[Value], call: Call, state: State, flow: Flow) -> Pairs:
        """Call a function that was handed to something else."""
        bare = ast.copy_location(ast.Call(call.node.func, [], []), call.node)
        if isinstance(function.made, Function):
            return self.enter(function.made, Call(bare, function, None, tuple(arguments), call.keywords, call.at), state, flow)
        return [(state, UNKNOWN)]

    def catches(self, handler: ast.expr | None, raised: str) -> bool | None:
        """Whether a handler takes an exception: for sure, not, or perhaps (None)."""
        if handler is None:
            return True
        parts = handler.elts if isinstance(handler, ast.Tuple) else [handler]
        answers = [self._catches_one(part, raised) for part in parts]
        return True if True in answers else None if None in answers else False

    def _catches_one(self, handler: ast.expr, raised: str) -> bool | None:
        name = ast.unparse(handler).rsplit(".", 1)[-1]
        if name in ("Exception", "BaseException"):
            return True
        if not raised:
            return None
        if name == raised or name in BASES.get(raised, ()):
            return True
        found = self.run.exception(self.path, raised)
        if found is None:
            # Built-in ones are not the parents of a library's, and the other way round, unless the table says so.
            return False if name in BUILTIN or raised in BUILTIN or name.endswith("DoesNotExist") else None
        return name in found


BUILTIN = frozenset(
    [
        *("KeyError", "IndexError", "LookupError", "ValueError", "TypeError", "AttributeError", "ZeroDivisionError", "ArithmeticError"),
        *("OSError", "IOError", "TimeoutError", "ConnectionError", "RuntimeError", "AssertionError", "UnicodeDecodeError", "JSONDecodeError"),
        *("InvalidOperation", "ObjectDoesNotExist", "ImportError", "NotImplementedError", "StopIteration", "PermissionError"),
    ]
)
BASES = {
    "KeyError": ("LookupError",),
    "IndexError": ("LookupError",),
    "JSONDecodeError": ("ValueError",),
    "UnicodeDecodeError": ("ValueError",),
    "PermissionDenied": ("APIException",),
    "ValidationError": ("APIException", "ValueError"),
    "AuthenticationFailed": ("APIException",),
    "NotFound": ("APIException",),
    "ParseError": ("APIException",),
    "SignatureVerificationError": ("StripeError", "RazorpayError"),
    "RequestException": ("IOError", "OSError"),
    "Timeout": ("RequestException", "IOError", "OSError"),
    "HTTPError": ("RequestException", "HTTPError", "URLError", "OSError"),
    "StripeError": ("APIConnectionError",),
    "RazorpayError": ("BadRequestError", "GatewayError", "ServerError", "RequestException", "ConnectionError"),
    "PayPalError": ("ConnectionError", "ServerError", "RequestException"),
    "ClientError": ("ClientConnectionError",),
    "URLError": ("OSError", "IOError", "HTTPError"),
}


def takes_receiver(function: Function) -> bool:
    """Whether the first parameter is the instance or the class."""
    if isinstance(function.node, ast.Lambda) or function.owner is None or function.around:
        return False
    return not any(ast.unparse(one) == "staticmethod" for one in function.node.decorator_list)


def _handed(node: ast.Call, state: State) -> State:
    """A dictionary that is handed to something may get more keys there."""
    names = [part.id for part in (*node.args, *(keyword.value for keyword in node.keywords)) if isinstance(part, ast.Name)]
    opened = {
        name: replace(held, labels=held.labels - {WHOLE}) for name in names if (held := state.names.get(name)) is not None and WHOLE in held.labels
    }
    return replace(state, names={**state.names, **opened}) if opened else state


def _moved(one: Unsaved, names: dict[str, str]) -> Unsaved:
    first, dot, rest = one.receiver.partition(".")
    for name, text in names.items():
        if one.receiver == name or one.receiver.startswith(name + "."):
            return replace(one, receiver=text + one.receiver[len(name) :])
    return replace(one, receiver=names.get(first, first) + dot + rest)


def _once(pairs: Pairs) -> Pairs:
    found = {(state.key(), value): (state, value) for state, value in pairs}
    kept = list(found.values())
    if len(kept) <= MAX_RETURNS:
        return kept
    return [(state.knowing([Fact("maybe", "too many ways")]), value) for state, value in kept[:MAX_RETURNS]]


def _fields(kind: Class) -> list[str]:
    """The annotated attributes of a class body, in order: the arguments of a dataclass."""
    return [one.target.id for one in kind.node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
