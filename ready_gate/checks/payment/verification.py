"""Nothing is marked as paid before the gateway's word for it is verified."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import check, failed, finding, note, unknown, warning
from ready_gate.facts.views import Gateway, Payments
from ready_gate.facts.views.payments import Lack, PaidWrite, Trust
from ready_gate.model import Finding, Outcome

RULES = {
    Lack.KEY_OF_THE_CLIENT: "payment.key-of-the-client",
    Lack.ASSERT: "payment.verified-by-assert",
    Lack.PASSED_OVER: "payment.failure-passed-over",
    Lack.IGNORED: "payment.verification-ignored",
    Lack.STATUS_IGNORED: "payment.status-ignored",
    Lack.WAY: "payment.unverified-way",
    Lack.NOTHING: "payment.unverified",
    Lack.STATUS: "payment.status-not-asked",
    Lack.AMOUNT: "payment.amount-not-compared",
    Lack.EVENT: "payment.event-not-asked",
    Lack.OTHER_ORDER: "payment.another-order",
    Lack.AMOUNT_OF_THE_CLIENT: "payment.amount-of-the-client",
}


@check("payment.verification")
def verification(gateway: Gateway, payments: Payments) -> Outcome:
    """On every way to a write that says "paid", the gateway's signature or status has been verified, and the amount is the order's."""
    if not payments.writes:
        return _without_writes(gateway, payments)
    seen: list[Seen] = [part for write in payments.writes for part in _write(write)]
    outcome = settle([*seen, *payments.doubts], f"every place that marks something as paid is verified first ({len(payments.writes)} of them)")
    weak = [
        warning("payment.plain-comparison", f"the signature is compared with ==, whose time tells how much of it is right ({at})", at)
        for at in payments.weak
    ]
    return Outcome(outcome.status, outcome.reason, (*outcome.findings, *weak))


def _write(write: PaidWrite) -> Iterator[Seen]:
    if write.trust is Trust.UNVERIFIED and write.lack:
        yield finding(RULES[write.lack], f"line {write.at.line} ({write.what}, reached from {write.root}): {write.reason}", write.at)
    elif write.trust is Trust.DOUBTFUL:
        yield write.reason
    else:
        yield note(
            "payment.verified",
            f"line {write.at.line} ({write.what}, reached from {write.root}) is verified by {write.by or 'the answer itself'}",
            write.at,
        )


def _without_writes(gateway: Gateway, payments: Payments) -> Outcome:
    """Nothing says "paid": a package may do it, or the code in words that are not known; else nothing verifies a payment."""
    name = gateway.names[0]
    if payments.doubts:
        return unknown("; ".join(payments.doubts[:3]))
    if payments.libraries:
        return unknown(f"{', '.join(payments.libraries)} keeps payments itself, and nothing in the project's own code marks anything as paid")
    if payments.verifications:
        at = payments.verifications[0]
        return unknown(f"{at} verifies or asks {name}, but no place was recognised that marks anything as paid afterwards")
    message = f"the project uses {name}, and nothing in its code verifies a payment: no signature, no status call, no write that says paid"
    missing: Finding = finding("payment.no-verification", message, gateway.evidence[0] if gateway.evidence else None)
    return failed(message, [missing])
