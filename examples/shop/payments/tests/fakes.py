"""Paytm's side of the conversation, without a network."""

import json
from unittest import mock

import requests
from django.conf import settings

from payments.checksum import generate_checksum, join_parameters


def paytm_answers(body, status_code=200):
    """Let every call to Paytm be answered with this body."""
    response = requests.Response()
    response.status_code = status_code
    response._content = json.dumps({"head": {}, "body": body}).encode()
    return mock.patch("payments.gateway.requests.post", return_value=response)


def paytm_fails(error):
    """Let every call to Paytm end in this exception."""
    return mock.patch("payments.gateway.requests.post", side_effect=error)


def status_answer(payment, status, amount=None):
    """The body of Paytm's answer to a status call."""
    return {
        "resultInfo": {"resultStatus": status, "resultCode": "01"},
        "txnId": "20261005111212800110168",
        "orderId": payment.reference,
        "txnAmount": str(payment.amount if amount is None else amount),
    }


def callback_form(payment, status="TXN_SUCCESS", key=None):
    """The form that Paytm posts to the callback, signed with its key."""
    form = {
        "MID": settings.PAYTM_MERCHANT_ID,
        "ORDERID": payment.reference,
        "TXNID": "20261005111212800110168",
        "TXNAMOUNT": str(payment.amount),
        "STATUS": status,
    }
    text = join_parameters(form)
    return form | {"CHECKSUMHASH": generate_checksum(text, key or settings.PAYTM_MERCHANT_KEY)}
