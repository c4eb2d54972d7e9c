"""The keys of a dictionary that a call is given, followed through variables, updates, helpers and parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ready_gate.facts.django.code.nodes import called_name, calls, constant, functions, keyword
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined

MAX_CALLERS = 30
MAX_DEPTH = 5


@dataclass(frozen=True)
class Payload:
    """The keys with what they are given; `open`: why there may be more."""

    keys: Mapping[str, ast.AST] = field(default_factory=dict)
    open: str | None = None

    def __or__(self, other: Payload) -> Payload:
        return Payload({**self.keys, **other.keys}, self.open or other.open)

    def __and__(self, other: Payload) -> Payload:
        """What both have for sure."""
        if self.open or other.open:
            return Payload({**self.keys, **other.keys} if self.open and other.open else {}, self.open or other.open)
        return Payload({key: value for key, value in self.keys.items() if key in other.keys})


class Payloads:
    """Reads dictionaries in the project's functions."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def of(self, function: Defined, node: ast.AST | None, depth: int = MAX_DEPTH) -> Payload:
        """The keys of what an expression of this function gives."""
        if node is None or not depth:
            return Payload(open="the payload cannot be followed")
        if isinstance(node, ast.Dict):
            return self._literal(function, node, depth)
        if isinstance(node, ast.Name):
            return self._variable(function, node.id, depth)
        if isinstance(node, ast.Call):
            return self._made(function, node, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self.of(function, node.left, depth - 1) | self.of(function, node.right, depth - 1)
        if isinstance(node, ast.IfExp):
            return self.of(function, node.body, depth - 1) & self.of(function, node.orelse, depth - 1)
        if isinstance(node, ast.Attribute) and function.owner is not None:
            return self._attribute(function, node, depth)
        return Payload(open="the payload cannot be followed")

    def _literal(self, function: Defined, node: ast.Dict, depth: int) -> Payload:
        result = Payload()
        for key, given in zip(node.keys, node.values, strict=True):
            if key is None:
                result |= self.of(function, given, depth - 1)
            elif isinstance(name := constant(key), str):
                result |= Payload({name: given})
            else:
                result |= Payload(open="a key of the payload is computed")
        return result

    def _variable(self, function: Defined, name: str, depth: int) -> Payload:
        """What a local name is given, with all that is added to it. A parameter is what every caller gives."""
        result: Payload | None = None
        for given in _assigned(function.node, name):
            result = self.of(function, given, depth - 1) if result is None else result & self.of(function, given, depth - 1)
        added = Payload()
        for piece in _added(function.node, name):
            added |= self.of(function, piece, depth - 1)
        parameters = _parameters(function)
        if result is None and name in parameters:
            result = self._given(function, parameters.index(name), name, depth)
        if result is None and isinstance(value := function.module.names.get(name), ast.expr):
            result = self.of(function, value, depth - 1)
        return (result or Payload(open=f"{name} cannot be followed")) | added

    def _given(self, function: Defined, index: int, name: str, depth: int) -> Payload:
        """What the callers give a parameter."""
        own = str(getattr(function.node, "name", ""))
        result: Payload | None = None
        for caller in self._callers(own, function):
            for call in calls(caller.node):
                value = _argument(call, index - (1 if function.owner else 0), name) if self._may_be(caller, call, own, function) else None
                if value is not None and not isinstance(value, ast.Constant) and not ast.unparse(value).isupper():
                    seen = self.of(caller, value, depth - 2 if depth > 2 else 0)
                    result = seen if result is None else result & seen
        return result or Payload(open=f"nothing is seen to call {own}")

    def _may_be(self, caller: Defined, call: ast.Call, name: str, function: Defined) -> bool:
        """Whether a call is one of the function: by its path, or as a method of something that is not known."""
        if called_name(call) != name:
            return False
        dotted = self.code.dotted(caller.module, call.func)
        found = self.code.find(dotted) if dotted else None
        return found.dotted == function.dotted if found is not None else function.owner is not None

    def _callers(self, name: str, function: Defined) -> Iterator[Defined]:
        found = (one for module in self.code.containing(name.encode()) for one in functions(module))
        yield from (one for one, _ in zip((one for one in found if one.dotted != function.dotted), range(MAX_CALLERS * 20), strict=False))

    def _made(self, function: Defined, node: ast.Call, depth: int) -> Payload:
        if called_name(node) == "dict":
            named = Payload({item.arg: item.value for item in node.keywords if item.arg})
            for part in (*node.args, *(item.value for item in node.keywords if item.arg is None)):
                named |= self.of(function, part, depth - 1)
            return named
        if called_name(node) in ("copy", "deepcopy") and isinstance(node.func, ast.Attribute):
            return self.of(function, node.args[0] if node.args else node.func.value, depth - 1)
        helper = self._helper(function, node)
        if helper is None:
            return Payload(open=f"{ast.unparse(node.func)[:60]} makes the payload")
        returned = [inner.value for inner in ast.walk(helper.node) if isinstance(inner, ast.Return) and inner.value is not None]
        results = [self.of(helper, value, depth - 1) for value in returned]
        if not results:
            return Payload(open="the payload cannot be followed")
        together = results[0]
        for result in results[1:]:
            together &= result
        return together

    def _helper(self, function: Defined, node: ast.Call) -> Defined | None:
        if (
            isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in ("self", "cls")
            and function.owner
        ):
            found = self.code.member(function.owner, node.func.attr)
        else:
            dotted = self.code.dotted(function.module, node.func)
            found = self.code.find(dotted) if dotted else None
        return found if found is not None and isinstance(found.node, FUNCTIONS) else None

    def _attribute(self, function: Defined, node: ast.Attribute, depth: int) -> Payload:
        """`self.payload`, as the class's own methods set it."""
        result: Payload | None = None
        home = self.code.find(function.owner or "")
        for inner in ast.walk(home.node) if home is not None else ():
            if isinstance(inner, ast.Assign) and any(ast.unparse(target) == ast.unparse(node) for target in inner.targets):
                seen = self.of(function, inner.value, depth - 1)
                result = seen if result is None else result & seen
        return result or Payload(open=f"{ast.unparse(node)[:60]} cannot be followed")


def _assigned(node: ast.AST, name: str) -> Iterator[ast.expr]:
    for inner in ast.walk(node):
        targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target] if isinstance(inner, (ast.AnnAssign, ast.NamedExpr)) else []
        value = inner.value if isinstance(inner, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) else None
        if value is not None and any(isinstance(target, ast.Name) and target.id == name for target in targets):
            yield value


def _added(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What is put into a dictionary afterwards: `payload["exp"] = …`, `payload.update(…)`, `payload |= …`."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name:
                    yield ast.Dict([target.slice], [inner.value])
        elif isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name) and inner.target.id == name:
            yield inner.value
        elif (
            isinstance(inner, ast.Call)
            and isinstance(inner.func, ast.Attribute)
            and isinstance(inner.func.value, ast.Name)
            and inner.func.value.id == name
        ):
            if inner.func.attr == "update":
                yield from inner.args
                named: list[ast.expr | None] = [ast.Constant(item.arg) if item.arg else None for item in inner.keywords]
                yield ast.Dict(named, [item.value for item in inner.keywords])
            elif inner.func.attr == "setdefault" and len(inner.args) == 2:
                yield ast.Dict([inner.args[0]], [inner.args[1]])


def _parameters(function: Defined) -> list[str]:
    node = function.node
    return [item.arg for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)] if isinstance(node, FUNCTIONS) else []


def _argument(call: ast.Call, index: int, name: str) -> ast.expr | None:
    given = keyword(call, name)
    return given if given is not None else call.args[index] if 0 <= index < len(call.args) else None
