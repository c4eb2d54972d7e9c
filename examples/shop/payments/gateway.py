"""The two calls to Paytm that the shop makes: start a transaction, and ask what became of it."""

import json
import logging
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import requests
from django.conf import settings

from .checksum import generate_checksum

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = (5, 20)  # to connect, to answer


class GatewayError(Exception):
    """Paytm could not be asked, or answered something that makes no sense."""


@dataclass(frozen=True)
class TransactionResult:
    """What Paytm says of a transaction: TXN_SUCCESS, TXN_FAILURE or PENDING."""

    status: str
    code: str
    transaction_id: str
    amount: Decimal | None


def initiate_transaction(payment):
    """Announce a payment to Paytm; the token that comes back is what the app pays with."""
    body = {
        "requestType": "Payment",
        "mid": settings.PAYTM_MERCHANT_ID,
        "websiteName": settings.PAYTM_WEBSITE,
        "orderId": payment.reference,
        "callbackUrl": settings.PAYTM_CALLBACK_URL,
        "txnAmount": {"value": str(payment.amount), "currency": "INR"},
        "userInfo": {"custId": str(payment.order.user_id)},
    }
    path = f"/theia/api/v1/initiateTransaction?mid={body['mid']}&orderId={body['orderId']}"
    answer = _call(path, body)
    status = answer.get("resultInfo", {}).get("resultStatus", "")
    logger.info("Paytm initiate: order=%s status=%s", payment.reference, status)
    if status != "S" or not answer.get("txnToken"):
        raise GatewayError(f"Paytm refused to start {payment.reference}: {status}")
    return answer["txnToken"]


def transaction_status(reference):
    """Ask Paytm what became of a payment."""
    body = {"mid": settings.PAYTM_MERCHANT_ID, "orderId": reference}
    answer = _call("/v3/order/status", body)
    info = answer.get("resultInfo", {})
    result = TransactionResult(
        status=info.get("resultStatus", ""),
        code=info.get("resultCode", ""),
        transaction_id=answer.get("txnId", ""),
        amount=_amount(answer.get("txnAmount")),
    )
    logger.info(
        "Paytm status: order=%s transaction=%s status=%s code=%s",
        reference,
        result.transaction_id,
        result.status,
        result.code,
    )
    return result


def _call(path, body):
    signature = generate_checksum(json.dumps(body), settings.PAYTM_MERCHANT_KEY)
    request = json.dumps({"head": {"signature": signature}, "body": body})
    try:
        response = requests.post(
            settings.PAYTM_HOST + path,
            data=request,
            headers={"Content-Type": "application/json"},
            timeout=TIMEOUT_SECONDS,
        )
        response.raise_for_status()
        return response.json()["body"]
    except (requests.RequestException, KeyError, TypeError) as error:
        logger.warning(
            "Paytm call failed: order=%s error=%s", body["orderId"], type(error).__name__
        )
        raise GatewayError("Paytm cannot be reached") from error


def _amount(text):
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError):
        return None
