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
class Payments:
    """What was found of the integration. `verifications` are the calls that verify or ask the gateway; `weak` comparisons of signatures that tell by
    their time how much is right; `doubts` what could not be worked out at all."""

    writes: tuple[PaidWrite, ...] = ()
    verifications: tuple[Origin, ...] = ()
    starts: tuple[Origin, ...] = ()
    libraries: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    weak: tuple[Origin, ...] = ()
