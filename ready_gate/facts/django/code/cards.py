"""The fact `personal_code`: card data and personal data in models and log calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, calls, functions, names_in, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import Defined
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import PersonalCode, Spot

MAX_SPOTS = 60
CODES = frozenset({"cvv", "cvv2", "cvc", "cvc2", "cvn"})
PLASTIC = frozenset({"card", "cc", "creditcard", "debitcard", "cardnumber", "cardno", "ccnumber"})
NUMBER = frozenset({"number", "num", "no", "nr"})
# Cards that pay nothing, and what is kept of a card in place of its number.
OTHER = frozenset(
    {"gift", "id", "identity", "loyalty", "member", "membership", "library", "student", "health", "insurance", "pan", "aadhaar", "aadhar", "voter"}
    | {"business", "report", "score", "sim", "sd", "ration", "medical", "access", "key", "green", "residence", "reward", "bonus", "punch", "scratch"}
    | {
        "last",
        "last4",
        "first",
        "six",
        "bin",
        "masked",
        "mask",
        "hash",
        "hashed",
        "token",
        "fingerprint",
        "brand",
        "type",
        "network",
        "4",
        "four",
        "reference",
        "count",
    }
)
EXPIRY = frozenset({"expiry", "expiration", "expires", "exp"})
TEXT_FIELDS = ("CharField", "TextField", "IntegerField", "BigIntegerField", "PositiveBigIntegerField", "SlugField", "BinaryField")
PERSONAL = {
    "email": "e-mail",
    "phone": "phone",
    "mobile": "phone",
    "address": "address",
    "pincode": "address",
    "postcode": "address",
    "birth": "date of birth",
    "dob": "date of birth",
    "birthday": "date of birth",
    "aadhaar": "identity number",
    "aadhar": "identity number",
    "passport": "identity number",
    "ssn": "identity number",
    "gender": "gender",
    "latitude": "location",
    "firstname": "name",
}
RIGHTS = frozenset({"erase", "erasure", "anonymize", "anonymise", "gdpr", "forget", "takeout"})
LOGGERS = frozenset({"debug", "info", "warning", "error", "critical", "exception", "log"})


@fact
def personal_code(code: Code) -> PersonalCode:
    """Fields of the project's models, and calls of loggers."""
    fields = [
        (kind, name, node) for module in code.containing(b"models", b"Model") for kind in code.classes(module) for name, node in _fields(code, kind)
    ]
    cards = [spot for kind, name, node in fields if (spot := _card(kind, name, node)) is not None]
    personal = [
        Spot(what, kind.module.at(node), f"{kind.node.name}.{name}")
        for kind, name, node in fields
        if (what := _personal(name)) and isinstance(kind.node, ast.ClassDef)
    ]
    logged = [
        spot for module in code.containing(b"cvv", b"cvc", b"card", b"CVV", b"CVC", b"Card") for one in functions(module) for spot in _logged(one)
    ]
    rights = [spot for module in code.containing(*(word.encode() for word in RIGHTS)) for one in functions(module) for spot in _right(one)]
    return PersonalCode(tuple(cards[:MAX_SPOTS]), tuple(logged[:MAX_SPOTS]), tuple(personal[:MAX_SPOTS]), tuple(rights[:MAX_SPOTS]))


def _fields(code: Code, kind: Defined) -> Iterator[tuple[str, ast.Call]]:
    """The fields that a model's body declares."""
    if isinstance(kind.node, ast.ClassDef) and code.kinds.is_model(kind.dotted):
        for node in kind.node.body:
            value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and isinstance(value, ast.Call) and called_name(value).endswith("Field"):
                yield target.id, value


def _card(kind: Defined, name: str, node: ast.Call) -> Spot | None:
    if not called_name(node).endswith(TEXT_FIELDS) and "Encrypt" not in called_name(node):
        return Spot("expiry", kind.module.at(node), _said(kind, name)) if _is_expiry(name) else None
    what = card_data(name)
    if what is not None:
        return Spot(what, kind.module.at(node), _said(kind, name))
    return Spot("expiry", kind.module.at(node), _said(kind, name)) if _is_expiry(name) else None


def _said(kind: Defined, name: str) -> str:
    return f"{kind.dotted.rpartition('.')[2]}.{name}"


def card_data(name: str) -> str | None:
    """`number` or `code` where a name is that of a card's number or of the code on its back."""
    parts = words(name)
    if parts & CODES or name.lower() in CODES or parts >= {"card", "security", "code"} or parts >= {"card", "verification"}:
        return None if parts & {"result", "check", "status", "match", "required", "response", "valid", "verified", "hint", "help"} else "code"
    if parts & OTHER:
        return None
    joined = name.lower().replace("_", "")
    if joined in ("cardnumber", "cardno", "creditcard", "debitcard", "creditcardnumber", "debitcardnumber", "ccnumber", "ccno", "cardnum", "ccnum"):
        return "number"
    return "number" if parts & PLASTIC and parts & NUMBER else None


def _is_expiry(name: str) -> bool:
    parts = words(name)
    return bool(parts & PLASTIC) and bool(parts & EXPIRY) and not parts & OTHER


def _personal(name: str) -> str | None:
    parts = words(name)
    if name in ("first_name", "last_name", "full_name"):
        return "name"
    return (
        next((what for word, what in PERSONAL.items() if word in parts), None)
        if not parts & {"verified", "sent", "template", "subject", "host"}
        else None
    )


def _logged(function: Defined) -> Iterator[Spot]:
    """Calls of loggers that are given card data."""
    for call in calls(function.node):
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOGGERS and "log" in ast.unparse(call.func.value).lower()[:60]:
            given = next((name for part in (*call.args, *call.keywords) for name in names_in(part) if card_data(name)), None)
            if given is not None:
                yield Spot("logged", function.module.at(call), f"{given} is logged")


def _right(function: Defined) -> Iterator[Spot]:
    name = str(getattr(function.node, "name", ""))
    if words(name) & RIGHTS:
        yield Spot("right", function.at, name)
