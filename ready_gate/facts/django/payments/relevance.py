"""Which functions of the project have anything to do with paying, so that the others need not be walked."""

from __future__ import annotations

import ast
import re

from ready_gate.facts.django.payments import sdk
from ready_gate.facts.django.payments.roots import HOOKS, Finder, may_matter, of_a_form
from ready_gate.facts.django.payments.words import ANSWERED, NOT_PAID, is_amount, plain
from ready_gate.facts.python.paths.states import Function

_CRYPTO = re.compile(r"^(hmac|hashlib|sha\d+|md5|compare_digest|constant_time_compare|AES|Cipher|Fernet|decrypt|encrypt|jwt|hexdigest)$")
_HTTP = re.compile(r"^(requests|httpx|aiohttp|urlopen|session|http)$")
_RECEIVES = re.compile(r"^(is_staff|is_superuser|on_commit|delay|apply_async|send|send_robust)$")


class Relevance:
    """Tells whether a function may verify, ask, compare or say "paid", itself or by what it calls. By names, too often rather than too seldom."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self._known: dict[int, bool] = {}
        self._kept: list[ast.AST] = []
        self._names = self._closure()

    def matters(self, function: Function) -> bool:
        """Whether it is to be walked."""
        if id(function.node) not in self._known:
            self._kept.append(function.node)
            self._known[id(function.node)] = matters_itself(function.node) or not self._names.isdisjoint(_names_in(function.node))
        return self._known[id(function.node)]

    def _closure(self) -> frozenset[str]:
        """The names of the functions in payment files that matter, and of those that mention one."""
        mentions = [pair for path in self.finder.files[:400] for pair in self.finder.mentions(path)]
        names = {name for function, _ in mentions if matters_itself(function.node) for name in _called_by(function)} - HOOKS - GENERIC
        for _ in range(6):
            more = {name for function, used in mentions if not names.isdisjoint(used) for name in _called_by(function)} - HOOKS - GENERIC
            if more <= names:
                break
            names |= more
        return frozenset(names)


GENERIC = frozenset(
    ["get_or_create", "filter", "all", "first", "exists", "count", "values", "add", "append", "items", "keys", "format", "join", "split"]
)


def _called_by(function: Function) -> tuple[str, ...]:
    """The names by which other functions come to one: its own, and its class's."""
    if function.owner is None:
        return (function.name,)
    by_view = ("get_serializer", "get_form") if of_a_form(function) else ()
    return (function.name, function.owner.node.name, *by_view)


def matters_itself(node: ast.AST) -> bool:
    """Whether a function's own body has to do with paying."""
    return any(_tells(part) or may_matter(part, True) for part in ast.walk(node))


def _tells(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return bool(_CRYPTO.match(node.id) or _HTTP.match(node.id))
    if isinstance(node, ast.Attribute):
        return bool(_CRYPTO.match(node.attr) or _RECEIVES.match(node.attr))
    if isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        constants = [part.value for one in parts for part in ast.walk(one) if isinstance(part, ast.Constant)]
        return any(plain(one) in ANSWERED | NOT_PAID for one in constants if isinstance(one, str)) or any(
            is_amount(ast.unparse(one)[:200]) for one in parts
        )
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        return sdk.like_verifying(name)
    return False


def _names_in(node: ast.AST) -> set[str]:
    return {part.id if isinstance(part, ast.Name) else part.attr for part in ast.walk(node) if isinstance(part, (ast.Name, ast.Attribute))}
