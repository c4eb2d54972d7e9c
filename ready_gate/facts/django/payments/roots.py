"""Where payment code starts: views, handlers of verified messages, tasks and commands from which a write that says "paid" can be reached."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from ready_gate.facts.django.payments import sdk
from ready_gate.facts.django.payments.rows import WATCHED
from ready_gate.facts.django.payments.words import (
    FLAGS,
    GATEWAY_WORDS,
    PAID,
    PERHAPS_PAID,
    STAMPS,
    gateways_in,
    is_record,
    is_status,
    marks_paid,
    plain,
)
from ready_gate.facts.python.paths.code import Code
from ready_gate.facts.python.paths.states import Function

MAX_ROOTS = 80
MAX_CLOSURE = 200
MAX_CALLERS = 40
PAY_WORDS = ("paid", "Paid", "PAID", "payment", "Payment", "PAYMENT")
METHODS = ("get", "post", "put", "patch", "delete", "dispatch")
HOOKS = frozenset(
    [
        *METHODS,
        *("create", "update", "partial_update", "destroy", "list", "retrieve", "perform_create", "perform_update", "form_valid", "handle", "ready"),
        *("run", "save", "asave", "clean", "validate", "to_representation", "__call__", "__init__", "has_permission", "authenticate", "initial"),
        *("get_context_data", "get_queryset", "get_object", "process", "main", "execute"),
    ]
)
_VIEW_BASE = re.compile(r"View(Set)?$|Viewset$|Mixin$|APIView|Resource$|ControllerBase$")
_STAFF = re.compile(
    r"staff_member_required|IsAdmin|IsStaff|IsSuper|is_staff|is_superuser|permission_required|superuser_required|admin_required|AdminOnly"
)
_TASK = re.compile(r"(^|\.)(shared_task|task|periodic_task|db_task|job|background|actor|db_periodic_task)$")


class Kind(Enum):
    """What starts it."""

    REQUEST = "request"
    VERIFIED = "verified"
    JOB = "job"
    LOOSE = "loose"


@dataclass(frozen=True)
class Root:
    """A function that something outside of the project's code calls."""

    function: Function
    kind: Kind
    handler: str = ""


class Finder:
    """Looks for the roots."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self._mentions: dict[str, list[tuple[Function, frozenset[str]]]] = {}

    @cached_property
    def files(self) -> list[str]:
        """The files that speak of paying, those that speak of a gateway first."""
        words = tuple(dict.fromkeys(word for words in GATEWAY_WORDS.values() for word in words))
        named = self.code.mentioning(*words)
        return list(dict.fromkeys([*named, *self.code.mentioning(*PAY_WORDS)]))

    def targets(self) -> Iterator[Function]:
        """The functions whose own body may say "paid", start a payment, or verify one."""
        for path in self.files:
            near = path.rpartition("/")[0] in self.homes
            for function in self.code.functions(path):
                if any(may_matter(node, near) for node in ast.walk(function.node)):
                    yield function

    @cached_property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """The folders with a file that speaks of a gateway, and of which."""
        found: dict[str, tuple[str, ...]] = {}
        for path in self.files:
            if named := gateways_in(self.code.bytes_of(path)):
                folder = path.rpartition("/")[0]
                found[folder] = tuple(dict.fromkeys((*found.get(folder, ()), *named)))
        return found

    def roots(self) -> list[Root]:
        """Every root from which a target is reached, those near a gateway first, requests before the rest."""
        found: dict[int, Root] = {}
        waiting = list(self.targets())
        known = {id(one.node) for one in waiting}
        while waiting and len(known) < MAX_CLOSURE:
            function = waiting.pop(0)
            callers = self._callers(function) if not self._starts(function) else []
            if not callers:
                found[id(function.node)] = Root(function, self._kind(function), function.name)
            fresh = [one for one in callers if id(one.node) not in known]
            known |= {id(one.node) for one in fresh}
            waiting += fresh
        order = (Kind.REQUEST, Kind.VERIFIED, Kind.JOB, Kind.LOOSE)
        near = self.homes

        def first(root: Root) -> tuple[bool, int]:
            return root.function.path.rpartition("/")[0] not in near, order.index(root.kind)

        return sorted(found.values(), key=first)[:MAX_ROOTS]

    def _starts(self, function: Function) -> bool:
        """Whether a function is called by a framework, whatever else has its name."""
        if function.owner is not None and not of_a_form(function):
            return function.name in HOOKS or any("action" in one or "route" in one for one in decorators_of(function))
        return self._kind(function) in (Kind.REQUEST, Kind.VERIFIED)

    def is_called(self, function: Function) -> bool:
        """Whether another function of the project names this one."""
        return function.owner is None and bool(self._callers(function))

    def _callers(self, function: Function) -> list[Function]:
        if function.owner is not None and of_a_form(function):
            return self._users_of(function.owner.node.name)
        found = []
        for path in self.code.using(function.name):
            for other, names in self.mentions(path):
                if function.name in names and other.node is not function.node and not (other.name == function.name and other.owner is None):
                    found.append(other)
        return found[:MAX_CALLERS]

    def _users_of(self, form: str) -> list[Function]:
        """The functions that name a serializer or form, and those of the views that name it as theirs."""
        found = []
        for path in self.code.using(form):
            for other, names in self.mentions(path):
                held = [self.code.attribute(other.owner, name) for name in ("serializer_class", "form_class")] if other.owner is not None else []
                is_its = any(one is not None and ast.unparse(one[0]).rsplit(".", 1)[-1] == form for one in held)
                if form in names or (is_its and not names.isdisjoint(("get_serializer", "get_form", "serializer", "form"))):
                    found.append(other)
        return found[:MAX_CALLERS]

    def mentions(self, path: str) -> list[tuple[Function, frozenset[str]]]:
        """Each function of a file with the names that it uses."""
        if path not in self._mentions:
            self._mentions[path] = [(one, frozenset(_used(one.node))) for one in self.code.functions(path)]
        return self._mentions[path]

    def _kind(self, function: Function) -> Kind:
        decorators = decorators_of(function)
        if any(sdk.VERIFIED_HANDLER.search(one) for one in decorators) or function.name in self.connected:
            return Kind.VERIFIED
        parameters = [one.arg for one in (*function.node.args.posonlyargs, *function.node.args.args)]
        if "request" in parameters[:3] or any("api_view" in one or ".post(" in one or ".get(" in one for one in decorators):
            return Kind.REQUEST
        if function.owner is not None:
            bases = [*self.code.foreign_bases(function.owner), function.owner.node.name]
            if any(base.rsplit(".", 1)[-1] == "BaseCommand" for base in bases) or "admin" in function.path.rsplit("/", 1)[-1]:
                return Kind.JOB
            if any(_VIEW_BASE.search(base.rsplit(".", 1)[-1]) for base in bases) and function.name != "__init__":
                return Kind.REQUEST
        is_job = any(_TASK.search(one.split("(")[0]) for one in decorators) or "/management/" in function.path
        return Kind.JOB if is_job else Kind.LOOSE

    @cached_property
    def connected(self) -> frozenset[str]:
        """The functions that are connected to a signal of a package which verified the message."""
        found = set()
        for path in self.code.mentioning("valid_ipn_received", "WEBHOOK_SIGNALS", "payment_was_successful"):
            text = self.code.bytes_of(path).decode("utf-8", "replace")
            found |= set(
                re.findall(r"(?:valid_ipn_received|WEBHOOK_SIGNALS\[[^\]\n]{1,80}\]|payment_was_successful)\.connect\(\s{0,20}(\w{1,80})", text)
            )
        return frozenset(found)


def of_a_form(function: Function) -> bool:
    """Whether a method is run by a serializer's or form's `is_valid()` or `save()`."""
    named = function.name in ("validate", "clean", "create", "update", "save") or function.name.startswith(("validate_", "clean_"))
    if function.owner is None or not named:
        return False
    return any(re.search(r"Serializer|Form\b", name) for name in (function.owner.node.name, *(ast.unparse(one) for one in function.owner.node.bases)))


def decorators_of(function: Function) -> list[str]:
    """The sources of a function's decorators."""
    return [] if isinstance(function.node, ast.Lambda) else [ast.unparse(one) for one in function.node.decorator_list]


def only_staff(function: Function) -> bool:
    """Whether only people of the shop can call it: by its decorators, its class's, its permission classes, or as a part of the admin."""
    texts = decorators_of(function)
    if function.owner is not None:
        node = function.owner.node
        texts += [ast.unparse(one) for one in (*node.decorator_list, *node.bases)]
        texts += [ast.unparse(one) for one in node.body if isinstance(one, ast.Assign) and "permission" in ast.unparse(one.targets[0])]
        if any("ModelAdmin" in text for text in texts):
            return True
    return any(_STAFF.search(text) for text in texts) or function.path.rsplit("/", 1)[-1] == "admin.py"


def receivers_of(code: Code) -> dict[str, list[Function]]:
    """The project's own receivers by the last name of their signal."""
    found: dict[str, list[Function]] = {}
    for path in code.mentioning("receiver(", ".connect("):
        functions = {one.name: one for one in code.functions(path)}
        for function in functions.values():
            for text in decorators_of(function):
                if match := re.match(r"(?:\w{1,40}\.){0,3}receiver\(\[?([\w.]{1,120})", text):
                    found.setdefault(match[1].rsplit(".", 1)[-1], []).append(function)
        text = code.bytes_of(path).decode("utf-8", "replace")
        for signal, name in re.findall(r"([\w.]{1,120})\.connect\(\s{0,20}(\w{1,80})", text):
            if name in functions:
                found.setdefault(signal.rsplit(".", 1)[-1], []).append(functions[name])
    return found


def _used(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr


def may_matter(node: ast.AST, near: bool) -> bool:
    """Whether a node may say "paid"; what only may do so counts near a gateway."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and _says(target.attr, node.value, near) for target in targets)
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        if marks_paid(name) or (near and sdk.known_call(ast.unparse(node.func)) is not None):
            return True
        if near and name in ("create", "acreate", "save") and isinstance(node.func, ast.Attribute) and is_record(ast.unparse(node.func.value)[:200]):
            return True
        if (
            near
            and name in ("get", "post", "put", "request", "urlopen")
            and re.match(r"(requests|httpx|aiohttp|urllib)\b|urlopen", ast.unparse(node.func)[:80])
        ):
            return True
        return any(keyword.arg and _says(keyword.arg, keyword.value, near) for keyword in node.keywords) or _sets_or_runs(name, node, near)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return any(isinstance(key, ast.Constant) and isinstance(key.value, str) and _says(key.value, value, False) for key, value in pairs)
    return False


def _sets_or_runs(name: str, node: ast.Call, near: bool) -> bool:
    texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if name == "setattr":
        return any(plain(text) in WATCHED or is_status(text) for text in texts)
    return name in ("execute", "executemany") and any("paid" in text.lower() or "status" in text.lower() for text in texts)


def _says(attribute: str, value: ast.expr, near: bool) -> bool:
    name = plain(attribute)
    if name in FLAGS or name in STAMPS:
        return not (isinstance(value, ast.Constant) and not value.value)
    if not (name in WATCHED or is_status(attribute)):
        return False
    word = plain(value.value if isinstance(value, ast.Constant) else ast.unparse(value).rsplit(".", 1)[-1])
    if word in PAID:
        return True
    return near and (word in PERHAPS_PAID or not isinstance(value, (ast.Constant, ast.Attribute)) or len(word) <= 2 or word == "true")


def texts_of(paths: Iterable[str], code: Code) -> bytes:
    """The texts of some files together."""
    return b"\n".join(code.bytes_of(path) for path in paths)
