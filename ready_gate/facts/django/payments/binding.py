"""Which order a verification speaks of: what it covers, and by what the row that is marked as paid was found.

Labels of values say where each came from: `~in:body` the part of a request, `~all:body` that it is the whole part, `~key:order` a key that was read;
of a row `~at:PLACE` the query that found it, and what it was asked by: `~sure` (the gateway's own word), `by:client:body/order`,
`~own:session/order`, `~own:` (anything else), `~via:…` the keys on the way there. Facts of the kind `covers` name what a verification is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ready_gate.facts.django.payments.labels import ANSWER, CLIENT, EVENT, KEYED, ROW, STARTED
from ready_gate.facts.django.payments.words import is_amount, is_status, plain
from ready_gate.facts.python.paths.calls import Call, Calls
from ready_gate.facts.python.paths.states import Class, Fact, Facts, State, Value

COVERS = "covers"
SAME = "same"
_MARKS = ("~at:", "~own:", "~via:", "~sure", "by:")
_PARTS = {
    **dict.fromkeys(("POST", "data", "body", "DATA", "stream", "json", "FILES"), "body"),
    **dict.fromkeys(("GET", "query_params", "QUERY_PARAMS"), "query"),
    "session": "session",
}
_WRAPPERS = frozenset(["validated_data", "cleaned_data", "initial_data", "data", "GET", "POST", "body"])
_NO_IDENTITY = frozenset(["currency", "email", "user", "userid", "customer", "phone", "name", "method", "gateway", "provider", "type", "signature"])
# What Razorpay's checkout signature is made of.
_CHECKOUT = (
    "razorpay_order_id",
    "razorpay_payment_id",
    "razorpay_subscription_id",
    "razorpay_payment_link_id",
    "razorpay_payment_link_reference_id",
)


def part(name: str) -> frozenset[str]:
    """The labels of a whole part of a request."""
    of = _PARTS.get(name, name)
    return frozenset({f"~in:{of}", f"~all:{of}"})


def key(labels: frozenset[str], name: str) -> frozenset[str]:
    """The labels of what is read by a key from something that a visitor, or the session, holds."""
    if name in _WRAPPERS and any(label.startswith("~all:") for label in labels):
        return labels
    return frozenset(label for label in labels if not label.startswith("~all:")) | {f"~key:{name}"}


def carried(values: Iterable[Value]) -> frozenset[str]:
    """What stays known of values that something is made of: where they came from, and of which rows."""
    return frozenset(label for value in values for label in value.labels if label.startswith(("~in:", "~all:", "~key:", *_MARKS)))


def origins(value: Value) -> frozenset[str]:
    """By what a row was found. A value that is no row of a known query may still be one that something unknown found with what went in."""
    if value.instance and isinstance(value.made, Class) and value.entries and ROW not in value.labels:
        return of_new_row(value.entries)
    return marks(value) or frozenset(label.replace("by:client:", "~own:") for label in _asked_by(value))


def marks(value: Value) -> frozenset[str]:
    """The labels that say by what a row was found, `joined` where several ways were taken together."""
    return frozenset(label for label in value.labels if label.startswith(_MARKS) or label == "joined")


def of_new_row(pairs: Iterable[tuple[str, Value]]) -> frozenset[str]:
    """A new row is bound to the order that it is made for."""
    about = [value for name, value in pairs if _is_reference(name)]
    return frozenset(label for value in about for label in _asked_by(value)) or frozenset({"~sure"})


def _is_reference(name: str) -> bool:
    return plain(name) in ("order", "orderid", "orderpk", "booking", "bookingid", "invoice", "invoiceid", "cart", "cartid", "instance")


def found(call: Call, values: Iterable[Value]) -> frozenset[str]:
    """The labels of a row that a query finds by these values."""
    return frozenset({f"~at:{call.at}:{call.node.col_offset}"}).union(*(_asked_by(value) for value in values))


def _asked_by(value: Value) -> Iterator[str]:
    told = value.labels & {EVENT, ANSWER, KEYED, STARTED}
    if told and CLIENT not in value.labels:
        yield "~sure"
        return
    inherited = [label for label in value.labels if label.startswith(_MARKS)]
    yield from inherited
    yield from value.labels & {"joined"}
    kind = "by:client" if CLIENT in value.labels and not told else "~own"
    if kind == "by:client" or "~in:session" in value.labels:
        yield from (f"{kind}:{name}" for name in _keys(value, last=True))
        yield from (f"~via:{name}" for name in _keys(value))
    if not inherited and not value.known and kind == "~own" and "~in:session" not in value.labels:
        yield "~own:"


def _keys(value: Value, last: bool = False) -> list[str]:
    """The keys by which a value was read, or the last of them, each with its part of the request."""
    parts = sorted(label[4:] for label in value.labels if label.startswith("~in:")) or ["url"]
    keys = {label[5:] for label in value.labels if label.startswith("~key:")} - _WRAPPERS
    names = [value.name] if last and value.name in keys else sorted(keys)
    return [f"{part}/{name}" for part in parts for name in names or [""]]


def covered(values: Iterable[Value], at: str) -> Facts:
    """What a verification of these values, or a question about them, speaks of."""
    details = set()
    for value in values:
        labels = value.labels
        parts = [label[4:] for label in labels if label.startswith("~in:")] or ["url"]
        details |= {label for label in labels if label.startswith("~at:")}
        details |= {f"in:{label[5:]}" for label in labels if label.startswith("~all:")}
        details |= {f"key:{one}/{label[5:]}" for one in parts for label in labels if label.startswith("~key:") and label[5:] not in _WRAPPERS}
    return frozenset(Fact(COVERS, detail, at) for detail in details)


def checkout(call: Call) -> Facts:
    """What Razorpay's checkout signature covers: the ids of order and payment, whatever else is handed over."""
    given = call.arguments[0] if call.arguments else call.keyword("parameters", "data") or Value()
    entries = [value for name, value in given.entries if name in _CHECKOUT]
    if entries:
        return covered(entries, call.at)
    parts = [label[5:] for label in given.labels if label.startswith("~all:")]
    if not parts:
        return covered([given], call.at)
    return frozenset(Fact(COVERS, f"key:{one}/{name}", call.at) for one in parts for name in _CHECKOUT)


def compared(one: Value, other: Value, at: str) -> Facts:
    """What follows of a row's own id being that of a message or an answer."""
    facts = set()
    for row, told in ((one, other), (other, one)):
        rows = [label for label in row.labels if label.startswith("~at:")]
        if not rows or CLIENT in row.labels or plain(row.name) in _NO_IDENTITY or is_status(row.name) or is_amount(row.name):
            continue
        if told.labels & {EVENT, ANSWER, KEYED} and CLIENT not in told.labels:
            facts |= {Fact(COVERS, label, at) for label in rows}
        elif CLIENT in told.labels:
            facts |= {Fact(SAME, f"{label}={name}", at) for label in rows for name in _keys(told)}
    return frozenset(facts)


def row_at(walk: Calls, receiver: str, state: State) -> frozenset[str]:
    """By what the row behind a source text was found."""
    parts = receiver.split(".")
    for length in range(len(parts), 0, -1):
        held = state.names.get(".".join(parts[:length]))
        if held is not None:
            for name in parts[length:]:
                held = walk.attribute(held, name)
            return origins(held)
    return frozenset()


def is_bound(row: frozenset[str], facts: Facts) -> bool:
    """Whether what was verified on a way speaks of the row."""
    covers = {fact.detail for fact in facts if fact.kind == COVERS}
    if "joined" in row:
        return False
    if "~sure" in row or row & covers:
        return True
    same = [fact.detail.partition("=") for fact in facts if fact.kind == SAME]
    names = [
        label.partition(":")[2].removeprefix("client:") for label in row if label.startswith(("by:client:", "~own:", "~via:")) and label != "~own:"
    ]
    names += [name for label, _, name in same if label in row]
    return any(f"key:{name}" in covers or f"in:{name.partition('/')[0]}" in covers for name in names)


def chosen(row: frozenset[str]) -> str:
    """What of a request surely chooses the row, as the code reads it; an empty text where that is not known."""
    keys = sorted(label.removeprefix("by:client:") for label in row if label.startswith("by:client:"))
    if not keys or "joined" in row:
        return ""
    where, _, name = keys[0].partition("/")
    words = {"body": "the request's body", "query": "the query string", "url": "the URL"}
    return f"{name} of {words.get(where, where)}" if name else words.get(where, where)
