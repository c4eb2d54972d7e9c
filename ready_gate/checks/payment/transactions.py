"""What is kept of each payment, and what must not be."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import check, finding, unknown
from ready_gate.facts.views import Gateway, Payments
from ready_gate.facts.views.payments import Record
from ready_gate.model import Outcome


@check("payment.transaction-logging")
def transaction_logging(gateway: Gateway, payments: Payments) -> Outcome:
    """Each view and task that deals with the gateway logs or stores order, transaction and status; no log call holds a key or a checksum."""
    leaks: list[Seen] = [
        finding("payment.secret-logged", f"the log call shows {shown}, which is a key or made with one", at) for at, shown in payments.leaks
    ]
    if not payments.records:
        return (
            settle([*leaks, *payments.doubts], "")
            if leaks
            else unknown("no code was recognised that deals with the gateway, so nothing tells what it keeps")
        )
    seen = [*leaks, *(part for record in payments.records for part in _record(record))]
    return settle([*seen, *payments.doubts], f"order, transaction and status are logged or stored in {len(payments.records)} places")


def _record(record: Record) -> Iterator[Seen]:
    kept = {"the order": record.order, "the gateway's transaction id": record.transaction, "the status": record.status}
    missing = [what for what, there in kept.items() if not there]
    if not missing:
        return
    printed = "; print is no log" if record.printed else ""
    if record.verifies:
        yield finding("payment.not-logged", f"{record.root} neither logs nor stores {' and '.join(missing)}{printed}", record.at)
    elif len(missing) == len(kept):
        yield finding("payment.start-not-logged", f"{record.root} calls the gateway and keeps nothing of it{printed}", record.at)
