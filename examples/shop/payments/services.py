"""What changes a payment. Only Paytm's own answer to the status call ever marks one as paid."""

import logging
import uuid

from django.db import transaction

from orders.models import Order

from .gateway import GatewayError, initiate_transaction
from .models import Payment

logger = logging.getLogger(__name__)


def start_payment(order):
    """Create a payment for an order and announce it to Paytm: the payment and Paytm's token."""
    payment = Payment.objects.create(
        order=order, amount=order.total, reference=f"S2C{uuid.uuid4().hex}"
    )
    try:
        token = initiate_transaction(payment)
    except GatewayError:
        payment.status = Payment.Status.FAILED
        payment.save(update_fields=["status", "updated_at"])
        raise
    return payment, token


@transaction.atomic
def settle_payment(reference, result):
    """Record Paytm's answer to the status call. Doing it twice changes nothing."""
    payment = Payment.objects.select_for_update().get(reference=reference)
    if payment.status != Payment.Status.PENDING:
        return payment
    if result.status == "TXN_SUCCESS":
        payment.status = _status_of_success(payment, result)
    elif result.status == "TXN_FAILURE":
        payment.status = Payment.Status.FAILED
    else:
        if result.status != "PENDING":
            logger.warning("Unknown status: order=%s status=%s", reference, result.status)
        return payment  # stays pending; reconcile_payments asks again
    payment.transaction_id = result.transaction_id
    payment.response_code = result.code
    payment.save(update_fields=["status", "transaction_id", "response_code", "updated_at"])
    if payment.status == Payment.Status.SUCCESS:
        _mark_order_paid(payment)
    logger.info(
        "Payment settled: order=%s transaction=%s status=%s",
        reference,
        payment.transaction_id,
        payment.status,
    )
    return payment


def _status_of_success(payment, result):
    if result.amount != payment.amount:
        logger.error(
            "Payment over another amount: order=%s transaction=%s expected=%s paid=%s",
            payment.reference,
            result.transaction_id,
            payment.amount,
            result.amount,
        )
        return Payment.Status.MISMATCH
    return Payment.Status.SUCCESS


def _mark_order_paid(payment):
    order = Order.objects.select_for_update().get(pk=payment.order_id)
    if order.status != Order.Status.PENDING:
        logger.error("Refund needed: order=%s is %s", payment.reference, order.status)
        return
    order.status = Order.Status.PAID
    order.save(update_fields=["status", "updated_at"])
