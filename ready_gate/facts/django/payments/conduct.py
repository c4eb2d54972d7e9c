"""How the code behaves around its gateway calls: errors that are caught, failures that are handled, and what is kept of a payment."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from ready_gate.facts.django.code.nodes import names_in
from ready_gate.facts.django.payments.domain import LEVELS, Payments
from ready_gate.facts.django.payments.exploring import Explored
from ready_gate.facts.django.payments.roots import Kind
from ready_gate.facts.django.payments.words import CALLBACK_FIELDS, plain
from ready_gate.facts.python.paths.states import Function
from ready_gate.facts.views.payments import Callback, GatewayCall, Record
from ready_gate.model import Origin

FAILED = frozenset(
    [
        *(
            "txnfailure",
            "failure",
            "failed",
            "fail",
            "cancelled",
            "canceled",
            "declined",
            "rejected",
            "expired",
            "unpaid",
            "paymentfailed",
            "mismatch",
        ),
        *(
            "paymenterror",
            "requirespaymentmethod",
            "userdropped",
            "aborted",
            "denied",
            "voided",
            "invalid",
            "fraud",
            "error",
            "paymentintentpaymentfailed",
        ),
    ]
)
PENDING = frozenset(
    ["pending", "paymentpending", "processing", "created", "authorized", "requiresaction", "inprocess", "open", "initiated", "unknown"]
)
_LABELLED = re.compile(r"(\w{2,40})\s{0,3}[=:]\s{0,3}(?=%|\{|$)")
TEXT = "text:"  # what a log call says in words tells a status, but neither the order nor the transaction
_ORDER = re.compile(r"order|reference|receipt|booking|invoice|purchase|subscription|(^|_)ref|payment$|(^|_)(pk|id)$|user|customer|account|cart", re.I)
_TRANSACTION = re.compile(
    r"transaction|txn|trx|payment_?id|paymentid|charge|intent|session|utr|mihpayid|tracking|capture_id|event_?id|provider_ref|(razorpay|stripe|paytm)_\w{0,20}id|gateway_ref|reference_?id|invoice_?id|subscription_?id",
    re.I,
)
_STATUS = re.compile(r"status|state|success|succe|fail|result|code|paid|captured|settled|complete|confirm|ordered|captur|active", re.I)


def gateway_calls(explored: Iterable[Explored]) -> list[GatewayCall]:
    """Every call to a gateway, with what happens when it does not come through."""
    found: dict[str, GatewayCall] = {}
    for one in explored:
        swallowed = dict(_swallowed(one.domain))
        for at, sent in one.domain.calls.items():
            caught = at not in one.uncaught
            before = found.get(at)
            found[at] = GatewayCall(
                at=origin(at),
                text=sent.text,
                gateway=sent.gateway,
                timeout=sent.timeout,
                by_package=sent.by_package,
                caught=caught and (before is None or before.caught),
                swallowed=swallowed.get(at) or (before.swallowed if before else None),
            )
    return sorted(found.values(), key=lambda call: (call.at.path, call.at.line or 0))


def _swallowed(domain: Payments) -> Iterator[tuple[str, Origin]]:
    """Each call inside of a `try` whose broad handler does nothing at all."""
    for function in domain.visited.values():
        for node in ast.walk(function.node):
            if isinstance(node, ast.Try) and (handler := next(filter(_does_nothing, node.handlers), None)) is not None:
                for at in _sites_in(node, function, domain):
                    yield at, Origin(function.path, handler.lineno)


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    broad = handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")
    return broad and all(
        isinstance(one, (ast.Pass, ast.Continue)) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)) for one in handler.body
    )


def _sites_in(node: ast.Try, function: Function, domain: Payments) -> Iterator[str]:
    """The gateway calls in a `try`, those of functions that it calls by name too."""
    last = max((one.end_lineno or one.lineno) for one in node.body)
    parts = [part for one in node.body for part in ast.walk(one) if isinstance(part, (ast.Name, ast.Attribute))]
    named = {part.attr if isinstance(part, ast.Attribute) else part.id for part in parts}
    inner = [other for other in domain.visited.values() if other.name in named]
    for at in domain.calls:
        path, _, line = at.rpartition(":")
        if (path == function.path and node.lineno <= int(line) <= last) or any(
            other.path == path and other.node.lineno <= int(line) <= (other.node.end_lineno or 0) for other in inner
        ):
            yield at


def handled(explored: Iterable[Explored]) -> tuple[bool, bool]:
    """Whether anything is done about payments that failed, and about those that are pending."""
    words: set[str] = set()
    for one in explored:
        for function in one.domain.visited.values():
            words |= set(_words(function.node))
    return bool(words & FAILED), bool(words & PENDING)


def _words(node: ast.AST) -> Iterator[str]:
    """The plain words of short constants and of the last parts of dotted names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and len(part.value) <= 60:
            yield plain(part.value)
            yield from (plain(piece) for piece in re.split(r"[.\s]", part.value)[-2:])
        elif isinstance(part, ast.Attribute):
            yield plain(part.attr)


def records(explored: Iterable[Explored]) -> list[Record]:
    """What each root that deals with a gateway keeps."""
    found = []
    for one in explored:
        if not (one.domain.calls or one.domain.verifications) or one.root.kind is Kind.LOOSE:
            continue
        names = [name for function in one.domain.visited.values() for name in _kept(function.node)]
        function = one.root.function
        found.append(
            Record(
                root=label(function),
                at=Origin(function.path, function.node.lineno),
                verifies=bool(one.domain.writes) or any(at not in one.domain.inquiries for at in one.domain.verifications),
                order=any(_ORDER.search(name) for name in names if not name.startswith(TEXT)),
                transaction=any(_TRANSACTION.search(name) for name in names if not name.startswith(TEXT)),
                status=any(_STATUS.search(name) for name in names),
                printed=any(_prints(function.node) for function in one.domain.visited.values()),
            )
        )
    return found


def _kept(node: ast.AST) -> Iterator[str]:
    """The names of what is logged, and of what is written into rows."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            if is_log_call(part):
                yield from _named(part)
            elif part.func.attr.lstrip("a") in ("create", "update", "update_or_create", "get_or_create", "save"):
                yield from _keys(part)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id[:1].isupper():
            yield from (keyword.arg for keyword in part.keywords if keyword.arg)
        elif isinstance(part, (ast.Assign, ast.AnnAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            yield from (name for target in targets if isinstance(target, ast.Attribute) for name in (target.attr, ast.unparse(target.value)[-40:]))
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "setattr" and len(part.args) == 3:
            yield ast.unparse(part.args[1])


def _keys(call: ast.Call) -> Iterator[str]:
    yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    if any(keyword.arg is None for keyword in call.keywords):
        yield from ("order_id", "transaction_id", "status")  # all that a dictionary holds
    for one in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield from (part.value for part in ast.walk(one) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def _named(call: ast.Call) -> Iterator[str]:
    """The names and keys of what is logged, what the message calls its values (`order=%s`), and the message itself."""
    for one in (*call.args, *call.keywords):
        yield from names_in(one)
        for part in ast.walk(one):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield TEXT + part.value[:200]
                yield from _LABELLED.findall(part.value[:500])


def is_log_call(node: ast.Call) -> bool:
    """Whether this writes to a log: `logger.info(…)`, `logging.getLogger(…).error(…)`, `self.log.warning(…)`."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in LEVELS:
        return False
    return "log" in ast.unparse(node.func.value).lower().split("(")[0]


def _prints(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "print" for part in ast.walk(node))


def callbacks(explored: Iterable[Explored], gateways: dict[str, tuple[str, ...]], is_called: Callable[[Function], bool]) -> list[Callback]:
    """The views that take what a gateway sends: they verify a signature, or read the fields that only a gateway sends."""
    found = {}
    for one in explored:
        function = one.root.function
        signed = any(at not in one.domain.inquiries for at in one.domain.verifications)
        read = one.domain.fields & CALLBACK_FIELDS
        if one.root.kind is Kind.REQUEST and (signed or len(read) >= 2 or _named_callback(function, bool(read))):
            place = Origin(function.path, function.owner.node.lineno if function.owner else function.node.lineno)
            named = gateways.get(f"{function.path}:{function.node.lineno}", ())
            found[place] = Callback(label(function), place, named, _by_gateway(one, named), is_called(function))
    return list(found.values())


def _by_gateway(one: Explored, gateways: tuple[str, ...]) -> bool:
    """A webhook's header or Paytm's and PayU's forms come from the gateway; a payment id that a script posts comes from the shop's own page."""
    texts = {value for function in one.domain.visited.values() for value in texts_in(function.node)}
    if any(re.search(r"webhook|stripe.signature|x.verify|x.razorpay.signature|x-webhook", text, re.I) for text in texts):
        return True
    return (
        "CHECKSUMHASH" in one.domain.fields
        or "CHECKSUMHASH" in texts
        or bool({"mihpayid", "hash"} <= one.domain.fields | texts and "payu" in gateways)
    )


def texts_in(node: ast.AST) -> Iterator[str]:
    """The short texts in a function, and the attributes that it reads."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and len(part.value) < 80:
            yield part.value
        elif isinstance(part, ast.Attribute):
            yield part.attr


def keys_in(node: ast.AST) -> Iterator[str]:
    """The keys and attributes that a function reads, without the methods that it calls."""
    called = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            called.add(part.func)
            if isinstance(part.func, ast.Attribute) and part.func.attr in ("get", "pop", "getlist") and part.args:
                yield from _text(part.args[0])
        elif isinstance(part, ast.Subscript):
            yield from _text(part.slice)
        elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Load) and part not in called:
            yield part.attr


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _named_callback(function: Function, reads: bool) -> bool:
    name = f"{function.owner.node.name if function.owner else ''}{function.name}".lower()
    return reads and any(word in name for word in ("callback", "webhook", "ipn", "notify", "response", "handler"))


def label(function: Function) -> str:
    """The name of a function with its class's."""
    return f"{function.owner.node.name}.{function.name}" if function.owner else function.name


def origin(at: str) -> Origin:
    """The place that a fact names."""
    path, _, line = at.rpartition(":")
    return Origin(path, int(line))
