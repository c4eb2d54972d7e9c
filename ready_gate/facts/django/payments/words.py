"""The words of paying: statuses, attributes, models, fields of the gateways."""

from __future__ import annotations

import re
from functools import lru_cache

from ready_gate.facts.python.paths.states import Symbol

# What a payment is called when the money has arrived, without separators and in lower case.
PAID = frozenset(
    [
        *(
            "paid",
            "success",
            "successful",
            "succeeded",
            "succeed",
            "txnsuccess",
            "captured",
            "settled",
            "paymentsuccess",
            "paymentsuccessful",
            "charged",
        ),
        *(
            "paymentsucceeded",
            "paymentpaid",
            "ispaid",
            "paymentcaptured",
            "payed",
            "fullypaid",
            "paymentreceived",
            "paymentcompleted",
            "paymentcomplete",
        ),
    ]
)
# The same only where a payment is spoken of.
PERHAPS_PAID = frozenset(
    [
        *("completed", "complete", "confirmed", "processing", "active", "accepted", "approved", "placed", "done", "verified", "ordered", "received"),
        *("activated", "authorized", "finished", "closed", "inprogress", "processed", "orderplaced", "orderconfirmed"),
    ]
)
# What a gateway's answer says of a payment that came through, beside these words.
ANSWERED = PAID | frozenset(
    [
        *("completed", "complete", "approved", "authorized", "01", "s", "ok", "active", "confirmed", "credited", "verified", "valid", "validated"),
        *("checkoutsessioncompleted", "paymentintentsucceeded", "chargesucceeded", "invoicepaid", "invoicepaymentsucceeded", "orderpaid", "200"),
        *("paymentsuccesswebhook", "checkoutordercompleted", "paymentcapturecompleted", "chargesuccess", "submittedforsettlement", "settling"),
    ]
)
NOT_PAID = frozenset(
    [
        *("txnfailure", "failure", "failed", "fail", "pending", "cancelled", "canceled", "refunded", "created", "processing", "attempted", "error"),
        *("declined", "rejected", "expired", "unpaid", "paymentfailed", "paymentpending", "paymenterror", "requirespaymentmethod", "requiresaction"),
        *(
            "userdropped",
            "open",
            "aborted",
            "dropped",
            "timeout",
            "notattempted",
            "flagged",
            "terminated",
            "paymentdeclined",
            "paymentintentpaymentfailed",
        ),
    ]
)
OTHER_WAYS = frozenset(
    [
        "cod",
        "cash",
        "cashondelivery",
        "ondelivery",
        "payondelivery",
        "payonreceive",
        "onreceive",
        "offline",
        "banktransfer",
        "wallet",
        "manual",
        "giftcard",
    ]
)
FLAGS = frozenset(
    [
        *(
            "paid",
            "ispaid",
            "haspaid",
            "payed",
            "ispayed",
            "paymentdone",
            "ispaymentdone",
            "paymentcompleted",
            "ispaymentcompleted",
            "paymentcomplete",
        ),
        *("paymentsuccess", "paymentsuccessful", "paymentverified", "paymentreceived", "paidstatus", "paymentconfirmed", "fullypaid"),
        *("ispaymentsuccessful", "ispaymentverified", "ispaymentcomplete", "haspaidfee", "feespaid", "feepaid", "amountpaidinfull"),
    ]
)
PERHAPS_FLAGS = frozenset(
    [
        *("ordered", "isordered", "completed", "iscompleted", "complete", "iscomplete", "confirmed", "isconfirmed", "billingstatus", "ispremium"),
        *(
            "premium",
            "issubscribed",
            "subscribed",
            "success",
            "issuccess",
            "issuccessful",
            "captured",
            "verified",
            "isverified",
            "ispro",
            "hasaccess",
        ),
        *("orderplaced", "isplaced", "purchased", "ispurchased", "checkedout", "active", "isactive"),
    ]
)
STAFF_WORDS = frozenset(["admin", "staff", "superuser", "superadmin", "manager", "isadmin"])
STAMPS = frozenset(["paidat", "paidon", "datepaid", "paiddate", "paymentcompletedat", "paymentconfirmedat", "paidtime"])
_STATUS = re.compile(r"(^|_)status$|^((order|payment|txn|transaction|invoice)_)?state$", re.I)
_ABOUT_PAYING = re.compile(r"pay|paid|txn|transaction|charge|checkout|invoice|purchase|donation|subscription|paytm|razorpay|stripe", re.I)
_AMOUNT = re.compile(r"amount|amt|total|price|value|paise|cost|fee|gross|subtotal|captured|received|_due|\bsum\b|cents", re.I)
_MARKS_PAID = re.compile(
    r"^(mark|set|make|flag)_?(\w*_)?(as_?)?(paid|payed|success|successful|completed?|captured)$"
    r"|^(mark|set)_?(payment|order|invoice)\w*(paid|success\w*|completed?)$|^(confirm|complete|finali[sz]e|fulfill?)_(payment|order|purchase|checkout)$",
    re.I,
)
_RECORD = re.compile(r"payment|transaction|txn|paytm|razorpay|stripe|invoice|charge|purchase|donation|subscription", re.I)
_ORDER = re.compile(r"order|booking|purchase|subscription|enrol|ticket|registration|membership|invoice|cart|sale", re.I)
_GATEWAY_ID = re.compile(
    r"(payment|transaction|txn|charge|order|paytm|razorpay|stripe|intent|pay|trx|bank_txn)_?id$|^(signature|payment_signature|txnid)$", re.I
)
# Fields that only a gateway's own request carries.
CALLBACK_FIELDS = frozenset(
    [
        *("CHECKSUMHASH", "TXNID", "TXNAMOUNT", "ORDERID", "RESPCODE", "RESPMSG", "BANKTXNID", "MID", "STATUS", "GATEWAYNAME", "PAYMENTMODE"),
        *("razorpay_signature", "razorpay_payment_id", "razorpay_order_id", "mihpayid", "txnid", "hash", "checksum", "x_verify", "txStatus"),
        *("referenceId", "signature", "payment_intent", "session_id", "paymentId", "PayerID", "token", "orderID"),
    ]
)
GATEWAY_WORDS = {
    "paytm": ("paytm", "CHECKSUMHASH", "TXN_SUCCESS"),
    "razorpay": ("razorpay", "Razorpay", "rzp_"),
    "stripe": ("stripe", "Stripe"),
    "payu": ("payu", "PayU", "PAYU", "paywix", "mihpayid"),
    "cashfree": ("cashfree", "Cashfree", "CASHFREE"),
    "phonepe": ("phonepe", "PhonePe", "PHONEPE"),
    "paypal": ("paypal", "PayPal", "PAYPAL"),
    "braintree": ("braintree",),
    "mollie": ("mollie",),
    "paystack": ("paystack", "Paystack"),
    "flutterwave": ("flutterwave", "Flutterwave", "rave_python"),
    "sslcommerz": ("sslcommerz", "SSLCOMMERZ", "sslcommerce"),
    "instamojo": ("instamojo", "Instamojo"),
    "ccavenue": ("ccavenue", "CCAvenue"),
    "khalti": ("khalti", "Khalti"),
    "esewa": ("esewa", "Esewa"),
    "mercadopago": ("mercadopago",),
    "midtrans": ("midtrans",),
    "iyzico": ("iyzipay", "iyzico"),
    "zarinpal": ("zarinpal", "ZarinPal"),
    "yookassa": ("yookassa", "YooKassa"),
    "adyen": ("adyen", "Adyen"),
}


def plain(text: object) -> str:
    """A word without case and separators; for a dotted constant its last part."""
    word = str(text)
    if isinstance(text, Symbol):
        parts = [part for part in word.split(".") if part not in ("value", "label", "name")]
        word = parts[-1] if parts else word
    return re.sub(r"[^a-z0-9]", "", word.lower()[:80])


@lru_cache(maxsize=4000)
def is_status(attribute: str) -> bool:
    """Whether an attribute holds a status."""
    return bool(_STATUS.search(attribute)) or plain(attribute).endswith("status")


_ANSWERED = re.compile(r"(?<!not)(?<!un)(paid|succeeded|captured|completed|successful|charged|activated|approved)$")


@lru_cache(maxsize=4000)
def is_answered(word: str) -> bool:
    """Whether a plain word (of an event too: `paymentlinkpaid`) says that a payment came through."""
    return word in ANSWERED or (bool(_ANSWERED.search(word)) and word not in NOT_PAID and "refund" not in word)


@lru_cache(maxsize=4000)
def is_refused(word: str) -> bool:
    """Whether a plain word (of an event too) says that it did not."""
    return word in NOT_PAID or word.endswith(("failed", "failure", "expired", "canceled", "cancelled", "declined", "rejected", "refunded", "denied"))


@lru_cache(maxsize=4000)
def about_paying(text: str) -> bool:
    """Whether a name speaks of a payment."""
    return bool(_ABOUT_PAYING.search(text))


@lru_cache(maxsize=4000)
def is_amount(text: str) -> bool:
    """Whether a name or an expression speaks of an amount of money."""
    return bool(_AMOUNT.search(text))


@lru_cache(maxsize=4000)
def marks_paid(name: str) -> bool:
    """Whether a method says by its name that it marks something as paid."""
    return bool(_MARKS_PAID.match(name))


@lru_cache(maxsize=4000)
def is_record(model: str) -> bool:
    """Whether a model keeps payments, by its name."""
    return bool(_RECORD.search(model))


@lru_cache(maxsize=4000)
def is_order(name: str) -> bool:
    """Whether something is what is paid for, by its name."""
    return bool(_ORDER.search(name))


@lru_cache(maxsize=4000)
def is_gateway_id(name: str) -> bool:
    """Whether an attribute keeps the gateway's own id of a payment."""
    return bool(_GATEWAY_ID.search(name))


def gateways_in(text: bytes) -> tuple[str, ...]:
    """The gateways that a file speaks of."""
    return tuple(name for name, words in GATEWAY_WORDS.items() if any(word.encode() in text for word in words))
