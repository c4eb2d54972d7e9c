"""What code does when somebody without credentials asks: the evaluator is given a request of nobody's."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ready_gate.facts.django.program import Program
from ready_gate.facts.python.comparing import UNLIKE
from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.values import Answer, Bound, Choice, Function, Instance, Items, Method, Scalar, Symbol, Table, Unknown, Value
from ready_gate.model import Origin

REQUEST = "django.http.request.HttpRequest"
NOBODY = """
class _Nothing:
    def exists(self): return False
    def count(self): return 0
    def first(self): return None
    def all(self): return []
    def filter(self, *args, **given): return self
    def values_list(self, *args, **given): return []
class AnonymousUser:
    id = pk = None
    username = ""
    is_staff = is_active = is_superuser = is_authenticated = False
    is_anonymous = True
    groups = user_permissions = _Nothing()
    def get_username(self): return ""
    def has_perm(self, perm, obj=None): return False
    def has_perms(self, perms, obj=None): return False
    def has_module_perms(self, module): return False
user = AnonymousUser()
"""
REDIRECTS = frozenset({"django.shortcuts.redirect", "django.http.HttpResponseRedirect", "django.contrib.auth.views.redirect_to_login"})
FORBIDDEN = frozenset({"django.http.HttpResponseForbidden", "django.http.response.HttpResponseForbidden"})
HANDLED = ("handle_no_permission", "permission_denied", "no_permissions_fail")
MAX_STATEMENTS = 400
FOR_STATEMENT = 4_000
_STATUS = re.compile(r"HTTP_(4\d\d)_")
GUARDING = re.compile(r"user|auth|login|logged|session|perm|token|role|staff|admin|owner|member", re.I)


# What everybody's request brings along.
SENT = (
    "Host",
    "User-Agent",
    "Accept",
    "Accept-Language",
    "Content-Type",
    "Content-Length",
    "Origin",
    "Referer",
    "X-Forwarded-For",
    "X-Real-IP",
    "X-CSRFToken",
)
FROM_SERVER = (
    "REMOTE_ADDR",
    "SERVER_NAME",
    "SERVER_PORT",
    "PATH_INFO",
    "QUERY_STRING",
    "REQUEST_METHOD",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "wsgi.input",
)


def _without_credentials(*names: str) -> Table:
    """Headers: the usual ones hold anything, and no other is there."""
    return Table({name: Unknown(f"the header {name}") for spelled in names for name in (spelled, spelled.lower())})


@dataclass
class Answered:
    """How code answers nobody. `refused`: surely turned away (True), surely let through (False), or not known (None, with the reason)."""

    refused: bool | None
    reason: str = ""


@dataclass
class Nobody:
    """Makes requests of nobody's, and follows functions with them."""

    program: Program
    _user: Value | None = field(default=None, init=False)

    def request(self, method: str | None) -> Instance:
        """A request without credentials."""
        if self._user is None:
            self._user = self.program.executed(parse_source(NOBODY).body, "django.contrib.auth.models").get("user", Unknown("no user"))
            if isinstance(self._user, Instance):
                self._user.attributes[UNLIKE] = Scalar(True)
        made = Instance(Symbol(REQUEST))
        verb: Value = Scalar(method) if method and method != "ANY" else Unknown("any method")
        made.attributes.update(
            {
                "headers": _without_credentials(*SENT),
                "META": _without_credentials(*(f"HTTP_{name.upper().replace('-', '_')}" for name in SENT), *FROM_SERVER),
                "COOKIES": Table({}),
                "session": Table({}),
            }
        )
        made.attributes.update({"user": self._user, "auth": Scalar(None), "method": verb, "_request": made})
        return made

    def truth(self, function: Value, args: Sequence[Value]) -> bool | None:
        """Whether a test that decides over access answers yes to nobody. One that fails does not let anybody through."""
        made = self.program.attempt(function, args)
        return False if made is None else self.program.truth(made)

    def follow(self, function: Value, method: str | None, receiver: Value | None = None, told: Mapping[str, Value] | None = None) -> Answered:
        """What a view function, a method of a view (`receiver` is the view) or the inner function of a decorator does with the request. `told`:
        what else is known of the request."""
        node, outer = getattr(function, "node", None), getattr(function, "scope", None)
        if not isinstance(function, Function) or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or outer is None:
            return Answered(None, "it is no function of the project")
        scope = Scope("function", outer.path, outer.module, outer.package, parent=outer)
        request = self.request(method)
        request.attributes.update(told or {})
        scope.names.update(self._arguments(node, request, receiver))
        walk = _Walk(self.program, scope, stands_before=told is not None)
        return walk.answer(node.body)

    def _arguments(self, node: ast.FunctionDef | ast.AsyncFunctionDef, request: Value, receiver: Value | None) -> dict[str, Value]:
        names = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args)]
        found: dict[str, Value] = {name: Unknown(f"the argument {name}") for name in (*names, *(arg.arg for arg in node.args.kwonlyargs))}
        if receiver is not None and names:
            found[names.pop(0)] = receiver
            if isinstance(receiver, Instance):
                receiver.attributes["request"] = request
        elif names and names[0] in ("self", "cls", "view"):
            found[names.pop(0)] = Instance(Symbol("a.View"), attributes={"request": request})
        chosen = next((name for name in names if name in ("request", "req", "_request")), names[0] if names else None)
        if chosen:
            found[chosen] = request
        if node.args.vararg is not None:
            given = [] if chosen else [request]
            found[node.args.vararg.arg] = Items(list(given), "tuple", "called with arguments that are not known")
        if node.args.kwarg is not None:
            found[node.args.kwarg.arg] = Table({}, "called with arguments that are not known")
        return found


class _Walk:
    """Goes through the statements of a function in order, as far as they say who is turned away."""

    def __init__(self, program: Program, scope: Scope, *, stands_before: bool) -> None:
        self.stands_before = stands_before  # of the views: whatever it answers by itself, it does not hand on
        self.program, self.scope, self.left = program, scope, MAX_STATEMENTS
        self.doubt: str | None = None
        self.passed: str | None = None
        self.asked: frozenset[str] = frozenset()

    def _is_asked_about(self, node: ast.stmt) -> bool:
        """Whether it sets a name that a condition of the function, or another name that one asks about, hangs on."""
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        return any(isinstance(inner, ast.Name) and inner.id in self.asked for target in targets for inner in ast.walk(target))

    def answer(self, body: Sequence[ast.stmt]) -> Answered:
        """How the whole body ends."""
        self.asked = _asked_about(body)
        found = self.block(body, guarded=False)
        if found is not None and found.refused and self.passed:
            return Answered(None, self.passed)
        if found is not None and found.refused is not False:
            return found
        return Answered(None, self.doubt) if self.doubt else Answered(False, found.reason if found is not None else "")

    def block(self, body: Sequence[ast.stmt], *, guarded: bool) -> Answered | None:
        """How these statements end; None where control goes on behind them."""
        for node in body:
            self.left -= 1
            if self.left < 0:
                return Answered(None, "it is too long to be followed")
            found = self.statement(node, guarded)
            if found is not None:
                return found
        return None

    def statement(self, node: ast.stmt, guarded: bool) -> Answered | None:
        if isinstance(node, ast.If):
            return self._if(node, guarded)
        if isinstance(node, ast.Return):
            return Answered(self._refuses(node.value, guarded), f"line {node.lineno}")
        if isinstance(node, ast.Raise):
            return Answered(True, f"line {node.lineno} raises {_raised(node)}")
        if isinstance(node, ast.Try):
            return self._try(node, guarded)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return self.block(node.body, guarded=guarded)
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef)) or self._is_asked_about(node):
            self.program.perform([node], self.scope, FOR_STATEMENT)
        return None

    def _if(self, node: ast.If, guarded: bool) -> Answered | None:
        known = self.program.truth(self.program.evaluate(node.test, self.scope))
        guards = bool(GUARDING.search(ast.unparse(node.test)[:500]))
        if known is not None:
            return self.block(node.body if known else node.orelse, guarded=guards)
        sides = [self.block(side, guarded=guards) for side in (node.body, node.orelse)]
        if all(side is not None and side.refused for side in sides):
            return sides[0]
        if any(side is not None and side.refused and _turns_away(part) for side, part in zip(sides, (node.body, node.orelse), strict=True)):
            self.doubt = self.doubt or f"line {node.lineno} turns some away, and on what that hangs cannot be told"
        if any(side is not None and side.refused is False for side in sides):
            self.passed = self.passed or f"line {node.lineno} lets some through, and on what that hangs cannot be told"
        return None if None in sides else Answered(False)

    def _try(self, node: ast.Try, guarded: bool) -> Answered | None:
        found = self.block(node.body, guarded=guarded)
        if found is not None and found.refused and "raises" in found.reason:
            handled = [self.block(handler.body, guarded=guarded) for handler in node.handlers]
            return found if all(end is not None and end.refused for end in handled) else Answered(None, f"{found.reason} inside a try")
        if any(_turns_away(handler.body) for handler in node.handlers) and found is None:
            self.doubt = self.doubt or f"line {node.lineno} turns some away when something fails"
        return found if found is not None else self.block(node.finalbody, guarded=guarded)

    def _refuses(self, value: ast.expr | None, guarded: bool) -> bool | None:
        """Whether what is returned turns somebody away: by its status, or by a redirect behind a question about the user."""
        if value is None:
            return False
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in HANDLED:
            return True
        if not guarded and not self.stands_before:
            return False
        made = self.program.evaluate(value, self.scope)
        return any(refusing(option, self.program) for option in (made.options if isinstance(made, Choice) else (made,)))


def _asked_about(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The names in the conditions of some code, and those that these are made of."""
    nodes = [inner for node in body for inner in ast.walk(node)]
    asked = {name.id for node in nodes if isinstance(node, ast.If) for name in ast.walk(node.test) if isinstance(name, ast.Name)}
    for _ in range(3):
        made = [node.value for node in nodes if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in asked for t in node.targets)]
        asked |= {name.id for value in made for name in ast.walk(value) if isinstance(name, ast.Name)}
    return frozenset(asked)


def refusing(made: Value, program: Program) -> bool:
    """Whether an answer is one that turns somebody away."""
    name = made.type.dotted if isinstance(made, Instance) and isinstance(made.type, Symbol) else made.name if isinstance(made, Answer) else ""
    if name in REDIRECTS or name in FORBIDDEN:
        return True
    given = getattr(made, "keywords", {})
    status = given.get("status") or given.get("status_code")
    args = getattr(made, "args", [])
    if status is None and name.endswith("Response") and len(args) > 1:
        status = args[1]
    if isinstance(status, Scalar):
        return status.value in (401, 403, 404)
    return isinstance(status, Symbol) and bool(_STATUS.search(status.dotted.rpartition(".")[2] + "_"))


def _raised(node: ast.Raise) -> str:
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else "an exception"


def _turns_away(body: Sequence[ast.stmt]) -> bool:
    """Whether these statements answer like somebody who refuses: 401, 403, a raised refusal, a redirect."""
    text = "\n".join(ast.unparse(node)[:2_000] for node in body[:10])
    return bool(re.search(r"\b40[13]\b|HTTP_40[13]|Forbidden|PermissionDenied|NotAuthenticated|AuthenticationFailed|[rR]edirect", text))


def function_of(value: Value | None) -> Value | None:
    """The function inside of decorators that were kept."""
    held = value
    while isinstance(held, Answer):
        held = next((arg for arg in held.args if isinstance(arg, (Answer, Function, Bound, Method))), None)
    return held.method if isinstance(held, Bound) else held


__all__ = ["Answered", "Nobody", "Origin", "function_of", "refusing"]
