"""The fact `sensitive_logging`: passwords, cards and tokens that log calls are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ready_gate.facts.django.code.cards import card_data
from ready_gate.facts.django.code.nodes import called_name, calls, functions, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import SensitiveLogging, Spot

MAX_SPOTS = 60
LEVELS = frozenset(["debug", "info", "warning", "warn", "error", "exception", "critical", "log", "fatal"])
# Names whose values let somebody in, or pay.
_PASSWORDS = frozenset(["password", "passwd", "passwords", "pwd", "passphrase", "password1", "password2", "passcode"])
_TOKENS = frozenset(["token", "jwt", "secret", "apikey", "otp", "checksumhash", "credentials"])
_KEYS = frozenset(["apikey", "secretkey", "privatekey", "accesskey", "merchantkey", "accesstoken", "refreshtoken", "authtoken"])
# Beside such a word, these say that it is not the value itself.
_HARMLESS = frozenset(
    [
        *(
            "id",
            "ids",
            "type",
            "name",
            "names",
            "count",
            "length",
            "len",
            "expiry",
            "expires",
            "expired",
            "lifetime",
            "valid",
            "changed",
            "form",
            "view",
        ),
        *("url", "field", "fields", "error", "errors", "serializer", "class", "model", "backend", "hasher", "validator", "validators", "policy"),
        *(
            "status",
            "strength",
            "required",
            "exists",
            "enabled",
            "date",
            "at",
            "ttl",
            "hint",
            "help",
            "path",
            "file",
            "user",
            "owner",
            "exp",
            "iat",
            "used",
        ),
        *(
            "has",
            "is",
            "max",
            "min",
            "total",
            "usage",
            "limit",
            "limits",
            "version",
            "prefix",
            "hash",
            "hashed",
            "masked",
            "last4",
            "provider",
            "source",
        ),
        *(
            "created",
            "updated",
            "deleted",
            "refreshed",
            "rotated",
            "age",
            "timeout",
            "header",
            "key_id",
            "public",
            "csrf",
            "csrfmiddlewaretoken",
            "kind",
        ),
        *(
            "list",
            "budget",
            "tokens",
            "prompt",
            "completion",
            "input",
            "output",
            "blacklisted",
            "obtain",
            "pair",
            "manager",
            "service",
            "handler",
            "util",
        ),
    ]
)
_COVERS = re.compile(
    r"^(len|bool|type|_?mask\w*|redact\w*|hash\w*|\w*hash|sha\d+|md5|id|isinstance|sanitiz\w*|scrub\w*|obfuscat\w*|hexdigest|(is|has|check)_\w+)$"
)
_WHOLE = re.compile(r"^(self\.)?request\.(data|POST|body|headers|META|COOKIES)$|(^|\.)(validated_data|cleaned_data|initial_data)$")
_ENTRANCE = re.compile(r"log_?in|sign_?(in|up)|register|registration|password|passwd|auth|token|credential|pay|card|checkout|webhook|callback", re.I)


@fact
def sensitive_logging(code: Code) -> SensitiveLogging:
    """Every log call of production code that is given such a value, or a whole request where one holds such values."""
    spots = [spot for module in code.containing(b"log") for function in functions(module) for spot in _spots(function)]
    return SensitiveLogging(tuple(spots[:MAX_SPOTS]))


def _spots(function: Defined) -> Iterator[Spot]:
    for call in calls(function.node):
        if is_log(call):
            for part in _shown(call):
                if (what := _sensitive(part)) is not None:
                    yield Spot("probable" if _is_key_of_a_row(part) else "sure", function.module.at(call), what)
                    break
                if _is_whole(part) and _ENTRANCE.search(function.dotted):
                    yield Spot("probable", function.module.at(call), ast.unparse(part)[:60])
                    break


def is_log(call: ast.Call) -> bool:
    """Whether a call writes to a log."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS and "log" in ast.unparse(call.func.value).lower().split("(")[0][-60:]


def _shown(call: ast.Call) -> Iterator[ast.expr]:
    """The expressions whose values reach the log: arguments, and what an f-string, `%` or `format` puts into the message, without what only tells a
    length or a presence."""
    waiting: list[ast.AST] = [*call.args, *(item.value for item in call.keywords if item.arg not in ("exc_info", "stack_info", "stacklevel"))]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
            if not (isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice)):
                yield part
        elif isinstance(part, ast.Call):
            name = called_name(part)
            if name in ("get", "pop", "getlist") and part.args:
                yield part
            elif not _COVERS.match(name):
                waiting += [*part.args, *(item.value for item in part.keywords), *([part.func.value] if isinstance(part.func, ast.Attribute) else [])]
        elif isinstance(part, ast.IfExp):
            waiting += [part.body, part.orelse]
        elif not isinstance(part, (ast.Compare, ast.Lambda, ast.Constant)):
            waiting += list(ast.iter_child_nodes(part))


def _sensitive(node: ast.expr) -> str | None:
    """The name of a value that no log may hold; None for anything else."""
    name = _name(node)
    if not name:
        return None
    parts = words(name)
    if card_data(name) is not None:
        return name
    if parts & _PASSWORDS and not parts & (_HARMLESS | {"reset", "change"}):
        return name
    if (parts & _TOKENS or name.lower().replace("_", "").replace("-", "") in _KEYS) and not parts & _HARMLESS:
        return name
    return name if parts >= {"secret", "key"} or parts >= {"merchant", "key"} or parts >= {"private", "key"} else None


def _name(node: ast.expr) -> str:
    """What a value is called: the last attribute or key."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        return str(node.args[0].value)
    return ""


def _is_key_of_a_row(node: ast.expr) -> bool:
    """`order.token` may be what the order is found by, not what lets somebody in."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "token"
        and not re.search(r"user|auth|session|account|login", ast.unparse(node.value)[:80], re.I)
    )


def _is_whole(node: ast.expr) -> bool:
    return bool(_WHOLE.search(ast.unparse(node)[:80]))
