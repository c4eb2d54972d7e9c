"""Whether a view's own code checks a signature before it does anything, and turns away what fails the check, as webhooks must."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.urls.nobody import function_of
from ready_gate.facts.python.values import Class, Function, Value

MAX_FUNCTIONS = 60
MAX_DEPTH = 3
EXACT = frozenset({"construct_event", "compare_digest", "constant_time_compare", "verifySignature"})
CHECKING = re.compile(
    r"(?:verif|valid|check)\w{0,20}(?:signature|checksum|hmac|digest|hash)|(?:signature|checksum|hmac)\w{0,20}(?:verif|valid)", re.I
)
RAISING = frozenset({"construct_event", "verify_payment_signature", "verify_webhook_signature", "verify_subscription_payment_signature"})
DIGESTS = frozenset({"hexdigest", "digest"})
WRITES = frozenset(
    {"save", "create", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delay", "apply_async", "execute", "send_mail"}
)
# What may be kept of a message before anybody knows that it is genuine.
KEPT = re.compile(r"log|event|audit|webhook|raw", re.I)
WRITING = ("POST", "PUT", "PATCH", "DELETE", "ANY")
WORK = "work"
ENDS = "ends"


def verification(program: Program, target: Value, handlers: Iterable[tuple[str, str]]) -> str | None:
    """What is called to check a signature, where every method that writes does so first; `handlers`: each method with its function's name."""
    names = list(handlers)
    functions = _functions(program, target, [name for method, name in names if method in WRITING] or [name for _, name in names])
    owner = target if isinstance(target, Class) else None
    answers = [_Reader(program, owner).verdict(function) if function is not None else None for function in functions]
    return answers[0] if answers and all(answers) else None


def _functions(program: Program, target: Value, names: Sequence[str]) -> list[Function | None]:
    if isinstance(target, Function):
        return [target]
    if not isinstance(target, Class):
        return []
    first = _method(program, target, "dispatch")
    if first is not None and _Reader(program, target).verdict(first):
        return [first]
    return [_method(program, target, name) for name in dict.fromkeys(names)]


def _method(program: Program, target: Value, name: str) -> Function | None:
    held = function_of(program.lookup(target, name))
    return held if isinstance(held, Function) else None


@dataclass
class _Reader:
    """Reads a function in order: whether a check that ends it comes before the first work."""

    program: Program
    owner: Class | None = None
    depth: int = 0
    left: list[int] = field(default_factory=lambda: [MAX_FUNCTIONS])
    flags: dict[str, str] = field(default_factory=dict)
    raises: bool = True
    function: Function | None = None

    def verdict(self, function: Function) -> str | None:
        """The name of the check that everything else comes behind."""
        found = self.read(function)
        return None if found in (WORK, ENDS) else found

    def read(self, function: Function) -> str | None:
        self.left[0] -= 1
        self.function = function
        body = getattr(function.node, "body", None)
        return self.block(body) if isinstance(body, list) and self.left[0] > 0 else None

    def block(self, body: Sequence[ast.stmt]) -> str | None:
        for place, node in enumerate(body):
            found = self.statement(node, body[place + 1 :])
            if found is not None:
                return found
        return None

    def statement(self, node: ast.stmt, rest: Sequence[ast.stmt]) -> str | None:
        if isinstance(node, ast.If):
            return self._if(node, rest)
        if isinstance(node, ast.Try):
            return self._try(node)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self.block(node.body)
        if isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            return WORK if self._works(node) else None
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assert)):
            return None
        return self._plain(node)

    def _plain(self, node: ast.stmt) -> str | None:
        """A statement without parts: one that checks and raises, one that keeps the answer of a check, or one that works."""
        for call in _calls(node):
            name, raising = self._check(call)
            if name and raising:
                return name
            if name and isinstance(node, ast.Assign):
                self.flags.update({target.id: name for target in node.targets if isinstance(target, ast.Name)})
            elif isinstance(node, ast.Return) and self._inner(call) is not None:
                return self._below(call)
            elif name is None and isinstance(node, ast.Assign) and _name(call) in DIGESTS:
                self.flags.update({target.id: "hmac" for target in node.targets if isinstance(target, ast.Name)})
        if self._works(node):
            return WORK
        return ENDS if isinstance(node, (ast.Return, ast.Raise)) else None

    def _below(self, call: ast.Call) -> str | None:
        """A view that leaves everything to another function."""
        inner = self._inner(call)
        return self._deeper().read(inner) if inner is not None and self.depth < MAX_DEPTH else None

    def _if(self, node: ast.If, rest: Sequence[ast.stmt]) -> str | None:
        name, fails = self._test(node.test)
        if name and fails and _ends(node.body):
            self.raises = self.raises and isinstance(node.body[-1], ast.Raise)
            return name
        if name and fails is False and not any(self._works(part) for part in (*node.orelse, *rest)):
            self.raises = False
            return name
        sides = [self.block(node.body), self.block(node.orelse)]
        if WORK in sides:
            return WORK
        checked = next((side for side in sides if side not in (None, ENDS)), None)
        if None not in sides:
            return checked or ENDS
        return checked if checked and not any(self._works(part) for part in rest) else None

    def _try(self, node: ast.Try) -> str | None:
        found = self.block(node.body)
        if found in (None, ENDS, WORK):
            return found
        self.raises = self.raises and all(isinstance(handler.body[-1], ast.Raise) for handler in node.handlers)
        return found if all(_ends(handler.body) and not any(self._works(part) for part in handler.body) for handler in node.handlers) else None

    def _test(self, test: ast.expr) -> tuple[str | None, bool | None]:
        """The check in a condition, and whether the condition holds when the check fails (None: that hangs on something else as well)."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            name, fails = self._test(test.operand)
            return name, None if fails is None else not fails
        if isinstance(test, ast.BoolOp):
            for name, fails in map(self._test, test.values):
                if name:
                    return name, fails if fails is isinstance(test.op, ast.Or) else None
            return None, None
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._compared(test)
        if isinstance(test, ast.Await):
            return self._test(test.value)
        if isinstance(test, ast.Name):
            return self.flags.get(test.id), False
        return (self._check(test)[0], False) if isinstance(test, ast.Call) else (None, None)

    def _compared(self, test: ast.Compare) -> tuple[str | None, bool | None]:
        unequal = isinstance(test.ops[0], (ast.NotEq, ast.IsNot))
        if not unequal and not isinstance(test.ops[0], (ast.Eq, ast.Is)):
            return None, None
        other = test.comparators[0]
        if isinstance(other, ast.Constant):
            name, fails = self._test(test.left)
            return (name, unequal == bool(other.value)) if name and fails is False else (None, None)
        made = {_name(call) for side in (test.left, other) for call in _calls(side)} & DIGESTS
        held = [side for side in (test.left, other) if isinstance(side, ast.Name) and self.flags.get(side.id) == "hmac"]
        return ("hmac", unequal) if made or held else (None, None)

    def _check(self, call: ast.Call) -> tuple[str | None, bool]:
        """What a call checks with, and whether it raises when that fails."""
        name = _name(call)
        inner = self._inner(call)
        if inner is None or self.depth >= MAX_DEPTH:
            return (name, name in RAISING) if name in EXACT or name in RAISING or CHECKING.search(name) else (None, False)
        reader = self._deeper()
        found = reader.read(inner)
        if found not in (None, WORK, ENDS):
            return found, reader.raises
        answers = [node for node in ast.walk(inner.node) if isinstance(node, ast.Return) and node.value is not None] if inner.node else []
        checks = next((known for node in answers for known in reader._answered(node)), None)
        return (checks, False) if found != WORK else (None, False)

    def _answered(self, node: ast.Return) -> Iterator[str]:
        """The checks whose outcome a function gives back."""
        if isinstance(node.value, ast.Name) and node.value.id in self.flags:
            yield self.flags[node.value.id]
        elif node.value is not None and (name := self._test(node.value)[0]):
            yield name

    def _deeper(self) -> _Reader:
        return _Reader(self.program, self.owner, self.depth + 1, self.left)

    def _inner(self, call: ast.Call) -> Function | None:
        """The project's function that is called: by a plain name, or as a method of the view's."""
        function = self.function
        if function is None or function.scope is None or self.left[0] <= 0:
            return None
        if isinstance(call.func, ast.Name) and function.scope.home().find(call.func.id) is not None:
            found = self.program.evaluate(call.func, function.scope)
            return found if isinstance(found, Function) else None
        if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name) or call.func.value.id not in ("self", "cls"):
            return None
        return _method(self.program, self.owner, call.func.attr) if self.owner is not None else None

    def _works(self, node: ast.AST) -> bool:
        """Whether something is changed, here or in a function that is called."""
        return any(_writes(call) or self._works_below(call) for call in _calls(node))

    def _works_below(self, call: ast.Call) -> bool:
        inner = self._inner(call) if self.depth < MAX_DEPTH else None
        if inner is None or inner.node is None:
            return False
        reader = self._deeper()
        self.left[0] -= 1
        reader.function = inner
        return reader._works(inner.node)


def _calls(node: ast.AST) -> list[ast.Call]:
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id if isinstance(call.func, ast.Name) else ""


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return _name(call) == "send_mail"
    if call.func.attr == "update":  # of a query, not of a dict or a digest
        return isinstance(call.func.value, ast.Call) or (isinstance(call.func.value, ast.Attribute) and call.func.value.attr == "objects")
    if call.func.attr not in WRITES:
        return False
    return not (call.func.attr in ("create", "get_or_create") and KEPT.search(ast.unparse(call.func.value)[:200]))


def _ends(body: Sequence[ast.stmt]) -> bool:
    """Whether control surely leaves the function."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return _ends(last.body) and _ends(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise))
