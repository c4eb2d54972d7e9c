"""What the gateways' own packages offer: which calls verify, which ask the gateway, which start a payment, and how each says no."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A call that is known. `kind`: `raises` verifies and raises otherwise, `answers` verifies and says so, `asks` gives the gateway's answer,
    `takes` moves money and raises otherwise, `starts` begins a payment. `key` is the place and name of the argument that holds the secret."""

    kind: str
    gateway: str
    key: tuple[int, str] | None = None


_TABLE: tuple[tuple[str, Known], ...] = (
    (r"verify_(payment|subscription_payment|subscription|payment_link)_signature", Known("raises", "razorpay")),
    (r"verify_webhook_signature", Known("raises", "razorpay", (2, "secret"))),
    (r"construct_event(_async)?|parse_thin_event|parse_event_notification", Known("raises", "stripe", (2, "secret"))),
    (r"WebhookSignature\.verify_header", Known("raises", "stripe", (2, "secret"))),
    (r"PGVerifyWebhookSignature|pg_verify_webhook_signature", Known("raises", "cashfree")),
    (r"validate_callback", Known("raises", "phonepe")),
    (r"verifySignature(ByString)?|verify_signature_by_string|verify_?checksum(_by_str)?|verifychecksum", Known("answers", "paytm", (1, "key"))),
    (r"verify_response", Known("answers", "phonepe")),
    (r"(check_hash|verify_hash|check_transaction)", Known("answers", "payu")),
    (r"hash_validate_ipn", Known("answers", "sslcommerz")),
    (r"WebhookEvent\.verify", Known("answers", "paypal")),
    (r"payment\.capture", Known("takes", "razorpay")),
    (r"(payment|order|payment_link|subscription|invoice|qrcode)\.(fetch|payments|all|fetch_\w+)", Known("asks", "razorpay")),
    (r"Charge\.(create|capture)|charges\.(create|capture)|Invoice\.pay|invoices\.pay", Known("takes", "stripe")),
    (
        r"(PaymentIntent|payment_intents|SetupIntent|setup_intents)\.(retrieve|confirm|capture|create)(_async)?"
        r"|(Session|sessions|Charge|charges|Invoice|invoices|Subscription|subscriptions|Event|events|PaymentLink)\.retrieve(_async)?",
        Known("asks", "stripe"),
    ),
    (r"(Subscription|subscriptions)\.create(_async)?", Known("asks", "stripe")),
    (r"(Session|sessions|PaymentLink|payment_links)\.create(_async)?", Known("starts", "stripe")),
    (r"(order|payment_link|subscription|qrcode)\.create", Known("starts", "razorpay")),
    (r"PG(FetchOrder|OrderFetchPayments?|FetchPayment\w*)|pg_(fetch_order|order_fetch_payments?)", Known("asks", "cashfree")),
    (r"PGCreateOrder|pg_create_order", Known("starts", "cashfree")),
    (r"(check_status|get_order_status|get_transaction_status|check_txn_status|order_status)", Known("asks", "phonepe")),
    (r"paypalrestsdk\.Payment\.find|Payment\.find", Known("asks", "paypal")),
    (r"transaction\.(sale|find|submit_for_settlement)", Known("asks", "braintree")),
    (r"(Transaction|transaction|Misc|rave\.\w+|Card|client)\.(verify|verify_transaction)", Known("asks", "")),
    (r"(validationTransactionOrder|transaction_query_tranid|transaction_query_session)", Known("asks", "sslcommerz")),
    (r"PayPalPaymentsForm", Known("starts", "paypal")),
)
_COMPILED = tuple((re.compile(rf"(?:^|\.)(?:{pattern})$"), known) for pattern, known in _TABLE)
_PAYPAL_REQUEST = re.compile(r"Orders(Get|Capture|Authorize|Validate)Request$")
# Words in the name of a call that may be a verification which nothing here knows.
_LIKE_VERIFYING = re.compile(
    r"(verif|valid|check|authentic|confirm)\w*(sign|checksum|hash|hmac|webhook|callback|payment|ipn|request|event|payload)"
    r"|(sign|checksum|hash|hmac|webhook|callback|payment|ipn)\w*(verif|valid|check|ok)|^(verify|authenticate_webhook|is_authentic)$",
    re.I,
)
_NOT_VERIFYING = re.compile(r"password|email|is_valid$|otp|captcha|token_valid|check_hash_type|validate_\w*(name|phone|address|form|amount)", re.I)
# Receivers, signals and decorators behind which a package has verified the message.
VERIFIED_HANDLER = re.compile(
    r"webhooks?\.handler|djstripe_receiver|(^|\.)djstripe.*(receiver|handler)|valid_ipn_received|payment_was_successful|WEBHOOK_SIGNALS|"
    r"pinax.*webhook|(^|\.)payment_succeeded$|subscription_activated"
)


def known_call(text: str) -> Known | None:
    """What a call by this dotted text is. Its last three names are looked at."""
    tail = ".".join(text.replace("()", "")[-200:].rsplit(".", 3)[-3:])
    return next((known for pattern, known in _COMPILED if pattern.search(tail)), None)


def is_paypal_request(text: str) -> bool:
    """Whether this makes a request for PayPal's client to execute."""
    return bool(_PAYPAL_REQUEST.search(text))


def like_verifying(name: str) -> bool:
    """Whether a name says that the call verifies a message or a payment."""
    return bool(_LIKE_VERIFYING.search(name)) and not _NOT_VERIFYING.search(name)


# What a call raises when the gateway cannot be reached, by the package that makes it.
NETWORK_ERRORS = {
    "requests": "RequestException",
    "httpx": "HTTPError",
    "urllib": "URLError",
    "aiohttp": "ClientError",
    "stripe": "StripeError",
    "razorpay": "RazorpayError",
    "paypal": "PayPalError",
}
# Packages whose calls end by themselves: Stripe's after 80 seconds, Braintree's after 60. Razorpay's and PayPal's wait for as long as it takes.
BOUNDED = ("stripe", "braintree")


HOSTS = {
    "paytm": ("securegw.paytm.in", "securegw-stage.paytm.in", "paytmpayments.com", "pguat.paytm.com", "secure.paytm.in"),
    "razorpay": ("api.razorpay.com",),
    "stripe": ("api.stripe.com",),
    "payu": ("payu.in", "payumoney.com"),
    "cashfree": ("cashfree.com",),
    "phonepe": ("phonepe.com",),
    "paypal": ("paypal.com",),
    "paystack": ("api.paystack.co",),
    "flutterwave": ("api.flutterwave.com",),
    "sslcommerz": ("sslcommerz.com",),
    "khalti": ("khalti.com",),
    "esewa": ("esewa.com.np",),
    "zarinpal": ("zarinpal.com",),
    "instamojo": ("instamojo.com",),
    "mollie": ("api.mollie.com",),
}
START_CALL = re.compile(r"initiateTransaction|theia/processTransaction|order/process|/pg/v1/pay$|checkout/v2/pay$|INITIATE", re.I)


def gateway_of(texts: tuple[str, ...]) -> str | None:
    """The gateway whose host, or whose name, is in a URL or in the name of the setting that holds it."""
    whole = " ".join(texts)
    for name, hosts in HOSTS.items():
        if any(host in whole for host in hosts):
            return name
    lowered = whole.lower()
    return next((name for name in HOSTS if name in lowered), None)
