"""Whether what holds on a way is enough to believe that something was paid, and what is missing where it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ready_gate.facts.django.payments.binding import chosen, is_bound
from ready_gate.facts.django.payments.conduct import keys_in
from ready_gate.facts.django.payments.domain import Write
from ready_gate.facts.django.payments.exploring import Explored
from ready_gate.facts.django.payments.labels import ANSWER, CLIENT, EVENT
from ready_gate.facts.django.payments.roots import Kind, only_staff
from ready_gate.facts.django.payments.words import plain
from ready_gate.facts.python.paths.states import Fact
from ready_gate.facts.views.payments import Lack, PaidWrite, Trust
from ready_gate.model import Origin

# Where a payment can only be started with the merchant's secret, so that its amount is the project's own.
SERVER_STARTED = ("razorpay", "stripe", "cashfree", "phonepe", "payu", "braintree", "mollie", "instamojo")
EXCUSES = ("free", "recorded", "staff")


@dataclass(frozen=True)
class Missing:
    """What a way lacks: the kind, and the words for it."""

    lack: Lack
    reason: str
    sure: bool = True


def judged(explored: Explored, gateways: tuple[str, ...]) -> list[PaidWrite]:
    """Every write of one root, each place once, by the worst way to it."""
    found: dict[str, PaidWrite] = {}
    for write in explored.domain.writes:
        one = _one(write, explored, gateways)
        if one is not None and worse(one, found.get(write.at)):
            found[write.at] = one
    return list(found.values())


_LACKS = tuple(Lack)  # of several reasons for one place, the first of these says most
_TRUSTS = (Trust.VERIFIED, Trust.DOUBTFUL, Trust.UNVERIFIED)


def worse(one: PaidWrite, other: PaidWrite | None) -> bool:
    """Whether a write of the same place says more against it."""
    return other is None or _rank(one) > _rank(other)


def _rank(write: PaidWrite) -> tuple[int, int]:
    return _TRUSTS.index(write.trust), -_LACKS.index(write.lack) if write.lack else -len(_LACKS)


def _one(write: Write, explored: Explored, gateways: tuple[str, ...]) -> PaidWrite | None:
    root, kinds = explored.root, {fact.kind for fact in write.facts}
    named = _gateways(write.facts, gateways)
    if any(kind in EXCUSES for kind in kinds) or only_staff(root.function) or "refund" in _label(explored).lower():
        return None
    if not write.sure and not gateways:
        return None
    if root.kind in (Kind.JOB, Kind.LOOSE) and not explored.domain.verifications and not write.told & {CLIENT}:
        return None
    missing = _missing(write, explored, named) or _not_asked(write, explored, named) or _unbound(write, explored)
    path, _, line = write.at.rpartition(":")
    place, label = Origin(path, int(line)), _label(explored)
    if missing is None:
        return PaidWrite(place, write.what, Trust.VERIFIED, label, named, by=_evidence(write.facts))
    doubts = [fact for fact in write.facts if fact.kind == "maybe"]
    if doubts:
        return PaidWrite(place, write.what, Trust.DOUBTFUL, label, named, missing.lack, f"{doubts[0].detail} ({write.at} {write.what})")
    if "other" in kinds and not write.sure:
        return None
    trust = Trust.UNVERIFIED if missing.sure else Trust.DOUBTFUL
    return PaidWrite(place, write.what, trust, label, named, missing.lack, missing.reason)


def _label(explored: Explored) -> str:
    function = explored.root.function
    return f"{function.owner.node.name}.{function.name}" if function.owner else function.name


def _gateways(facts: Iterable[Fact], gateways: tuple[str, ...]) -> tuple[str, ...]:
    """The gateways that the facts of a way name, else those that the code speaks of."""
    named = tuple(dict.fromkeys(fact.detail for fact in facts if fact.kind in ("signature", "status", "asked") and fact.detail))
    return named or gateways


def _missing(write: Write, explored: Explored, gateways: tuple[str, ...]) -> Missing | None:
    kinds = {fact.kind for fact in write.facts}
    told = write.told
    status = "status" in kinds or (ANSWER in told and CLIENT not in told)
    signature = "signature" in kinds or (EVENT in told and CLIENT not in told)
    if "paytm" in gateways and (len(gateways) == 1 or "handler" not in kinds):
        return _paytm(write, explored, status, signature)
    if not (status or signature):
        return _unverified(write, explored, "neither the gateway's signature is verified nor its own status asked")
    return _amount(write, explored, gateways, signature)


def _paytm(write: Write, explored: Explored, status: bool, signature: bool) -> Missing | None:
    """Paytm: the checksum of what was posted, the status by a call of our own, and the amount."""
    if not status and not signature:
        return _unverified(write, explored, "neither Paytm's checksum is verified nor its status API asked")
    if not signature and _is_callback(explored):
        return _unverified(write, explored, "Paytm's checksum is not verified", inquiries=False)
    if not status:
        asked = [fact for fact in write.facts if fact.kind == "asked"]
        if asked:
            return Missing(Lack.STATUS_IGNORED, f"what Paytm's status API answers (line {_line(asked[0].at)}) is not looked at")
        return Missing(Lack.STATUS, "Paytm's status API is not asked on the way, only what was posted is believed")
    if not _compared(write, signature):
        return Missing(Lack.AMOUNT, "the amount that was paid is not compared with the order's")
    return None


def _is_callback(explored: Explored) -> bool:
    """Whether the root takes what Paytm posts, rather than asking on its own account."""
    if explored.root.kind is not Kind.REQUEST:
        return False
    own = {"CHECKSUMHASH", "STATUS", "TXNID", "RESPCODE", "TXNAMOUNT", "BANKTXNID", "ORDERID", "MID"}
    name = explored.root.function.name.lower() + (explored.root.function.owner.node.name.lower() if explored.root.function.owner else "")
    return bool(own & explored.domain.fields) or any(word in name for word in ("callback", "webhook", "notify", "response"))


def _compared(write: Write, signature: bool) -> bool:
    return any(fact.kind == "amount" and (fact.detail == "gateway" or signature) for fact in write.facts)


def _amount(write: Write, explored: Explored, gateways: tuple[str, ...], signature: bool) -> Missing | None:
    """The other gateways: the amount comes from the order, or is compared with it."""
    if _compared(write, signature):
        return None
    started = [(at, name) for (at, name, labels) in explored.domain.starts if CLIENT in labels]
    if started and write.order:
        return Missing(
            Lack.AMOUNT_OF_THE_CLIENT,
            f"the payment is started over an amount that the browser sends (line {_line(started[0][0])}), and it is not compared with the order's",
        )
    if gateways and any(name in SERVER_STARTED for name in gateways) and not _found_in_browser(write, gateways):
        return None
    if explored.domain.starts:
        return None
    return Missing(Lack.AMOUNT, "the amount that was paid is not compared with the order's, and the browser can choose it")


_OUTCOMES = frozenset(
    ["type", "event", "eventtype", "status", "state", "paymentstatus", "txstatus", "orderstatus", "code", "success", "result", "eventname", "name"]
)


def _not_asked(write: Write, explored: Explored, gateways: tuple[str, ...]) -> Missing | None:
    """A signed message may say that a payment failed: what it says has to be asked before it is believed."""
    kinds = {fact.kind for fact in write.facts}
    message = next((fact for fact in sorted(write.facts) if fact.kind == "message"), None)
    if message is None or kinds & {"claimed", "status"} or write.told & {CLIENT, EVENT, ANSWER}:
        return None
    asks = any(plain(text) in _OUTCOMES for function in explored.domain.visited.values() for text in keys_in(function.node))
    where = f"{message.detail} (line {_line(message.at)}) verifies who sent the message"
    if "refused" in kinds or not asks:
        return Missing(Lack.EVENT, f"{where}, and nothing asks whether it speaks of a payment that came through")
    return Missing(Lack.EVENT, f"{where}; whether it speaks of a payment that came through could not be told ({write.at} {write.what})", sure=False)


def _unbound(write: Write, explored: Explored) -> Missing | None:
    """A verified payment pays for the order that it was made for, not for one that the visitor names beside it."""
    if explored.root.kind not in (Kind.REQUEST, Kind.JOB) or is_bound(write.row, write.facts) or _amount_binds(write):
        return None
    choice = chosen(write.row)
    if choice:
        return Missing(Lack.OTHER_ORDER, f"the order is chosen by {choice}, which the verification does not cover")
    reason = f"whether the verified payment is for the order that is marked could not be told ({write.at} {write.what})"
    return Missing(Lack.OTHER_ORDER, reason, sure=False)


def _amount_binds(write: Write) -> bool:
    return any(fact.kind == "amount" and fact.detail == "gateway" for fact in write.facts)


def _found_in_browser(write: Write, gateways: tuple[str, ...]) -> bool:
    """Razorpay's payments without an order have whatever amount the browser gave."""
    return False


def _unverified(write: Write, explored: Explored, nothing: str, inquiries: bool = True) -> Missing:
    """Why a way is not verified, as exactly as the facts on it tell; without `inquiries` a question to the gateway would not have been enough."""
    asked = {fact.at for fact in write.facts if fact.kind == "asked"}
    by = {fact.kind: fact for fact in sorted(write.facts) if inquiries or fact.at not in asked}
    if "inquired" in by:
        by.setdefault("called", by["inquired"])
    if "clientkey" in by:
        return Missing(Lack.KEY_OF_THE_CLIENT, f"{by['clientkey'].detail} at line {_line(by['clientkey'].at)} takes its key from the request")
    if "asserted" in by:
        return Missing(Lack.ASSERT, f"the check at line {_line(by['asserted'].at)} is an assert, which python -O leaves out")
    if "caught" in by and "raised" in by:
        raised, caught = by["raised"], _line(by["caught"].at)
        reason = f"{raised.detail} at line {_line(raised.at)} may have raised (line {caught} catches it), and this is reached all the same"
        return Missing(Lack.PASSED_OVER, reason)
    if "called" in by:
        return Missing(Lack.IGNORED, f"this is reached also where {by['called'].detail} at line {_line(by['called'].at)} did not say yes")
    elsewhere = sorted(item for item in explored.domain.verifications.items() if inquiries or item[0] not in explored.domain.inquiries)
    if elsewhere:
        at, text = elsewhere[0]
        return Missing(Lack.WAY, f"this is reached on a way on which {text} ({at}) was not asked before")
    return Missing(Lack.NOTHING, nothing)


def _line(at: str) -> str:
    return at.rpartition(":")[2]


def _evidence(facts: Iterable[Fact]) -> str:
    names = {"signature": "the signature", "status": "the gateway's status", "amount": "the amount"}
    found = {fact.kind: fact.at for fact in facts if fact.kind in names}
    return ", ".join(f"{names[kind]} ({at})" if at else names[kind] for kind, at in sorted(found.items()))
