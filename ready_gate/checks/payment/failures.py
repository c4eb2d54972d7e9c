"""Gateway calls that do not come through, and payments that fail."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import check, finding, unknown, warning
from ready_gate.facts.views import Gateway, Payments
from ready_gate.facts.views.payments import GatewayCall, Trust
from ready_gate.model import Outcome


@check("payment.failure-handling")
def failure_handling(gateway: Gateway, payments: Payments) -> Outcome:
    """Each call to the gateway ends by itself and has its errors caught; payments that fail are handled."""
    if not (payments.calls or payments.writes):
        return unknown("; ".join(payments.doubts[:3]) or "no call to the gateway was recognised, and nothing that is marked as paid")
    seen: list[Seen] = [part for call in payments.calls for part in _call(call)]
    paid = next((write for write in payments.writes if write.trust is not Trust.DOUBTFUL), None)
    if paid is not None and not payments.handles_failure:
        message = f"payments are marked as paid (line {paid.at.line}), and nothing in the code names one that failed"
        seen.append(finding("payment.failure-unhandled", message, paid.at))
    if paid is not None and "paytm" in paid.gateways and not payments.handles_pending:
        seen.append(warning("payment.pending-unhandled", "nothing in the code names a payment that is PENDING", paid.at))
    good = f"{len(payments.calls)} calls to the gateway end by themselves and have their errors caught, and failed payments are handled"
    return settle([*seen, *payments.doubts], good)


def _call(call: GatewayCall) -> Iterator[Seen]:
    if call.swallowed is not None:
        message = f"line {call.swallowed.line} catches everything that {call.text} (line {call.at.line}) may raise, and does nothing"
        yield finding("payment.error-swallowed", message, call.swallowed)
    if call.timeout is False and call.by_package:
        yield warning("payment.package-timeout", f"{call.text} waits for {call.gateway} as long as it takes: its package sets no timeout", call.at)
    elif call.timeout is False:
        yield finding("payment.no-timeout", f"{call.text} has no timeout: it waits for {call.gateway} as long as it takes", call.at)
    if not call.caught:
        yield finding("payment.error-uncaught", f"nothing catches the error when {call.text} cannot reach {call.gateway}", call.at)
