"""What the project's code does with payments, as checks see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ready_gate.model import Origin


class Trust(Enum):
    """Whether a write that says "paid" is verified: on every way, not on some, or not to be told."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    DOUBTFUL = "doubtful"


class Lack(Enum):
    """What a way to "paid" lacks."""

    KEY_OF_THE_CLIENT = "the key of the verification comes from the request"
    ASSERT = "the verification is an assert"
    PASSED_OVER = "a failed verification is passed over"
    IGNORED = "what the verification says is not looked at"
    STATUS_IGNORED = "what the status call answers is not looked at"
    WAY = "there is a way around the verification"
    NOTHING = "nothing verifies it"
    STATUS = "the status is not asked"
    AMOUNT = "the amount is not compared"
    EVENT = "the outcome that the message tells is not asked"
    OTHER_ORDER = "the verified payment may be for another order"
    AMOUNT_OF_THE_CLIENT = "the browser says how much is to be paid"


@dataclass(frozen=True)
class PaidWrite:
    """A place that says "paid". `lack` and `reason` say what is missing, or what could not be told; `gateways` whose payments it is about; `root` is
    the view, task or handler that it is reached from."""

    at: Origin
    what: str
    trust: Trust
    root: str
    gateways: tuple[str, ...] = ()
    lack: Lack | None = None
    reason: str = ""
    by: str = ""


@dataclass(frozen=True)
class GatewayCall:
    """A call to a gateway. `timeout`: whether it ends by itself (None where that cannot be told); `by_package`: made by the gateway's own package;
    `caught`: whether its network errors are caught on every way; `swallowed`: where they are caught and nothing is done."""

    at: Origin
    text: str
    gateway: str
    timeout: bool | None
    by_package: bool = False
    caught: bool = True
    swallowed: Origin | None = None


@dataclass(frozen=True)
class Record:
    """What a view, task or handler keeps of a payment, in a log or in the database. `printed`: it prints."""

    root: str
    at: Origin
    verifies: bool
    order: bool = False
    transaction: bool = False
    status: bool = False
    printed: bool = False


@dataclass(frozen=True)
class Callback:
    """A view that takes what a gateway sends: its name, where its function or class stands, and which gateways'. `by_gateway`: the gateway's server
    or its form posts to it, rather than a script of the shop's own page, which has the CSRF token. `called`: other code of the project names it, so
    that a view may hand requests on to it."""

    name: str
    at: Origin
    gateways: tuple[str, ...] = ()
    by_gateway: bool = False
    called: bool = False


@dataclass(frozen=True)
class Payments:
    """What was found of the integration. `verifications` are the calls that verify or ask the gateway; `weak` comparisons of signatures that tell by
    their time how much is right; `doubts` what could not be worked out at all; `leaks` log calls with a key or a checksum, and what they show."""

    writes: tuple[PaidWrite, ...] = ()
    verifications: tuple[Origin, ...] = ()
    starts: tuple[Origin, ...] = ()
    libraries: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    weak: tuple[Origin, ...] = ()
    calls: tuple[GatewayCall, ...] = ()
    records: tuple[Record, ...] = ()
    leaks: tuple[tuple[Origin, str], ...] = ()
    callbacks: tuple[Callback, ...] = ()
    handles_failure: bool = False
    handles_pending: bool = False


@dataclass(frozen=True)
class PaymentTests:
    """The tests of the payment callback: one that tries a payment that comes through, one that fails, and a message that is not signed well (None
    where there is none), and the files that were looked at."""

    success: Origin | None = None
    failure: Origin | None = None
    bad_signature: Origin | None = None
    files: tuple[str, ...] = ()
