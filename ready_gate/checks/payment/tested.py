"""The callback is tested for success, failure and a bad signature."""

from __future__ import annotations

from ready_gate.checks.registry import check, failed, finding, passed, unknown
from ready_gate.facts.views import Gateway, Payments, PaymentTests
from ready_gate.model import Origin, Outcome


@check("payment.tested-callback")
def tested_callback(gateway: Gateway, payments: Payments, payment_tests: PaymentTests) -> Outcome:
    """Tests exist that send a payment that came through, one that failed, and a message that the gateway did not sign."""
    tried = {
        "a payment that comes through": payment_tests.success,
        "a failed payment": payment_tests.failure,
        "a bad signature": payment_tests.bad_signature,
    }
    if not payments.callbacks and payments.libraries:
        del tried["a bad signature"]  # the package verifies it, and tests that itself
    missing = [what for what, at in tried.items() if at is None]
    if not missing:
        return passed(f"tests try {', '.join(f'{what} ({at})' for what, at in tried.items())}")
    if not payments.callbacks and not payments.writes and payments.libraries:
        return unknown(f"{', '.join(payments.libraries)} takes the gateway's messages, and no test was recognised")
    at = _place(gateway, payments, payment_tests)
    if len(missing) == len(tried):
        message = "no test was found that sends what the gateway sends to the callback"
        return failed(message, [finding("payment.callback-untested", message, at)])
    message = f"no test of the callback tries {' or '.join(missing)}"
    return failed(message, [finding("payment.callback-untested", message, at)])


def _place(gateway: Gateway, payments: Payments, tests: PaymentTests) -> Origin | None:
    if tests.files:
        return Origin(tests.files[0], 1)
    if payments.callbacks:
        return payments.callbacks[0].at
    return payments.writes[0].at if payments.writes else next(iter((*payments.starts, *gateway.evidence)), None)
