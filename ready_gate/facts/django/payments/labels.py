"""Where values of payment code come from."""

from __future__ import annotations

import re

REQUEST = "request"  # the request object itself
CLIENT = "client"  # what a visitor sent
SETTING = "setting"  # settings and the environment
SECRET = "secret"  # noqa: S105 - what only the merchant and the gateway know
HASHED = "hashed"  # a digest without a secret
KEYED = "keyed"  # made with a secret: a signature, something decrypted
ANSWER = "answer"  # what the gateway said on our own call
STARTED = "started"  # what it said when a payment was started
HTTP = "~http"  # of such an answer, whether the call came through, which says nothing of the payment
EVENT = "event"  # a message whose signature a package verified
ROW = "~row"  # from the database
PAID_ROW = "paid-row"  # from the database, asked for as paid

_SECRET = re.compile(r"SECRET|SALT|TOKEN|PASSW|MKEY|(^|_)KEY(?!_?ID|_?INDEX)|KEY$", re.I)
_PUBLIC = re.compile(r"KEY_?ID|PUBLIC|PUBLISHABLE|INDEX|_ID$|^PAYU(?!.*SALT)|PAYU_(MERCHANT_)?KEY", re.I)


def is_secret(name: str) -> bool:
    """Whether a setting or attribute of that name holds what signatures are made with. PayU's merchant key is no secret, its salt is."""
    return bool(_SECRET.search(name)) and not _PUBLIC.search(name)


CLIENT_PARTS = frozenset(
    ["POST", "GET", "data", "body", "query_params", "headers", "META", "COOKIES", "FILES", "content_params", "DATA", "QUERY_PARAMS", "stream", "json"]
)
HTTP_PARTS = frozenset(
    ["status_code", "ok", "is_success", "is_error", "reason", "reason_phrase", "status_text", "is_client_error", "is_server_error"]
)
SUCCESS_NAMES = frozenset(["success", "issuccess", "paid", "ispaid", "issuccessful", "successful", "captured", "verified", "approved"])
