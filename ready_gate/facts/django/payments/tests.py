"""The project's tests of its payment callback: which of success, failure and a bad signature they try."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Payments
from ready_gate.facts.views.payments import PaymentTests
from ready_gate.facts.views.routes import Routes
from ready_gate.model import Origin

MAX_FILES = 2_000
_TEST_FILE = re.compile(r"(^|/)(tests?|testing)(/|\.py$)|(^|/)test_[^/]{1,100}\.py$|_tests?\.py$")
_GATEWAY_FIELDS = re.compile(
    rb"CHECKSUMHASH|razorpay_signature|HTTP_STRIPE_SIGNATURE|stripe-signature|construct_event|X-VERIFY|x-webhook-signature|mihpayid|verify_payment_signature"
    rb"|verifySignature|verify_checksum|verify_webhook_signature|X-Razorpay-Signature|payment_intent\.succeeded|checkout\.session\.completed",
    re.I,
)
_SUCCESS = re.compile(r"success|succeed|paid|pays|captured|complete|settle|valid_(signature|checksum|payment)|ok\b|works|confirmed", re.I)
_FAILURE = re.compile(r"fail|declin|pending|cancel|reject|expired|unpaid|not_paid|stays|error|timeout", re.I)
_BAD = re.compile(
    r"(bad|wrong|invalid|forged|tamper|missing|fake|mismatch|incorrect|broken|unsigned|no|without|changed|another)\w{0,12}_?(a_)?(\w{1,20}_)?(checksum|signature|hash|hmac|x_verify|sig|parameter|key)"
    r"|(checksum|signature|hash|hmac|sig)\w{0,20}(bad|wrong|invalid|forged|fail|mismatch|missing|error|refused|rejected)|SignatureVerificationError|signed_by_another|forged|tampered",
    re.I,
)


@fact
def payment_tests(tree: Tree, sources: Sources, payments: Payments, routes: Routes) -> PaymentTests:
    """Looks through the test files that name a callback, its URL or what only a gateway sends."""
    words = _words(payments, routes)
    found: dict[str, Origin] = {}
    seen = []
    for path in [path for path in tree.files if path.endswith(".py") and _TEST_FILE.search(path)][:MAX_FILES]:
        text = tree.read_bytes(path) or b""
        if not (any(word in text for word in words) or _GATEWAY_FIELDS.search(text)):
            continue
        seen.append(path)
        for kind, line in _tried(path, sources):
            found.setdefault(kind, Origin(path, line))
    return PaymentTests(found.get("success"), found.get("failure"), found.get("bad"), tuple(seen))


def _words(payments: Payments, routes: Routes) -> list[bytes]:
    """The names by which a test may reach the callbacks: of the views, of their routes, and their addresses."""
    names = set()
    for callback in payments.callbacks:
        names.add(callback.name.split(".")[0])
        for route in routes:
            if route.view_at is not None and (route.view_at.path, route.view_at.line) == (callback.at.path, callback.at.line):
                names |= {route.name.rsplit(":", 1)[-1] if route.name else "", _plain(route.pattern)}
    return [name.encode() for name in names if len(name) > 5]


def _plain(pattern: str) -> str:
    """The longest part of a pattern without parameters."""
    return max(re.split(r"<[^>]{0,80}>|[\^$()\\?]+", pattern), key=len).strip("/")


def _tried(path: str, sources: Sources) -> Iterator[tuple[str, int]]:
    """What each test function tries, by its name and what it posts and expects."""
    try:
        tree = sources.parse(path)
    except UnreadableSource:
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test"):
            bad, failed = _is_bad(node), bool(_FAILURE.search(node.name)) or _posts(node, _FAILURE)
            if bad:
                yield "bad", node.lineno
            elif failed and not (_SUCCESS.search(node.name) and not _FAILURE.search(node.name)):
                yield "failure", node.lineno
            elif _SUCCESS.search(node.name) or _posts(node, _SUCCESS):
                yield "success", node.lineno


def _is_bad(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a test sends what is not signed well: by its name, or by texts and names inside that say so."""
    if _BAD.search(node.name):
        return True
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    names = [part.attr if isinstance(part, ast.Attribute) else part.id for part in ast.walk(node) if isinstance(part, (ast.Attribute, ast.Name))]
    return any(_BAD.search(text[:120]) for text in texts) or "SignatureVerificationError" in names


def _posts(node: ast.AST, pattern: re.Pattern[str]) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) and pattern.search(part.value[:60]) for part in ast.walk(node))
