"""The payment gateways that are known, and what the settings and the environment say of the one that the project uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from ready_gate.checks.reading import host_of
from ready_gate.checks.registry import check, not_applicable, passed
from ready_gate.facts.views import Environment, Gateway, Read, Setting, Settings, Variables
from ready_gate.model import Outcome

ALLOWLISTED = ("paytm", "phonepe", "cashfree", "payu")
# What the names of a gateway's settings and variables begin with.
PREFIXES = {
    "paytm": ("PAYTM", "MERCHANT_KEY", "MERCHANT_ID"),
    "razorpay": ("RAZORPAY", "RAZOR_", "RZP"),
    "stripe": ("STRIPE",),
    "payu": ("PAYU",),
    "cashfree": ("CASHFREE",),
    "phonepe": ("PHONEPE",),
}
LIVE_HOSTS = (
    "securegw.paytm.in",
    "secure.paytm.in",
    "secure.paytmpayments.com",
    "secure.payu.in",
    "info.payu.in",
    "api.cashfree.com",
    "api.phonepe.com",
    "api.razorpay.com",
    "api.stripe.com",
)
TEST_HOSTS = (
    "securegw-stage.paytm.in",
    "securestage.paytmpayments.com",
    "pguat.paytm.com",
    "test.payu.in",
    "sandboxsecure.payu.in",
    "sandbox.cashfree.com",
    "test.cashfree.com",
    "api-preprod.phonepe.com",
    "mercury-uat.phonepe.com",
)
_GATEWAY_DOMAIN = re.compile(r"(^|\.)(paytm\.in|paytm\.com|paytmpayments\.com|payu\.in|cashfree\.com|phonepe\.com)$")
_TEST_HOST = re.compile(r"stag|sandbox|test|uat|preprod")
# A switch to the test mode under a name that leaves the gateway open.
_SWITCH = re.compile(r"(PAYMENTS?|PAYMENT_GATEWAY|CHECKOUT|GATEWAY)_(IS_)?(TEST|SANDBOX|STAGING)(_MODE)?")
_TEST_KEY = re.compile(r"^(sk_test_|pk_test_|rk_test_|rzp_test_|cfsk_ma_test_|PGTESTPAY)")
_LIVE_KEY = re.compile(r"^(sk_live_|pk_live_|rk_live_|rzp_live_|cfsk_ma_prod_)")


class Role(Enum):
    """What a setting of a gateway is for, by its name."""

    KEY = "key"
    MERCHANT = "merchant id"
    WEBSITE = "website"
    MODE = "mode"
    URL = "address"
    OTHER = "other"


_ROLES = (
    (Role.URL, re.compile(r"URL|URI|HOST|ENDPOINT|DOMAIN")),
    (Role.WEBSITE, re.compile(r"WEBSITE")),
    (Role.MODE, re.compile(r"TEST|SANDBOX|STAGING|LIVE|PRODUCTION|IS_PROD|ENVIRONMENT|_ENV$|MODE$")),
    (Role.MERCHANT, re.compile(r"MERCHANT_ID|MERCHANT_MID|MERCHANTID|_MID$|KEY_ID|APP_ID|CLIENT_ID|PUBLISHABLE|PUBLIC")),
    (Role.KEY, re.compile(r"MERCHANT_KEY|MKEY|SECRET|SALT|API_KEY|_KEY$|SIGNATURE_KEY")),
)


@dataclass(frozen=True)
class Entry:
    """One value of the gateway: the full name in capitals (`PAYTM_MERCHANT_KEY`), and the setting. `in_code` marks a variable that only code
    outside the settings reads."""

    name: str
    setting: Setting
    in_code: bool = False
    cast: str | None = None

    @property
    def role(self) -> Role:
        """What it is for."""
        key_test = re.search(r"(TEST|LIVE|SANDBOX)_(.*_)?(KEY|SECRET|ID|MID)", self.name)
        return next((role for role, pattern in _ROLES if pattern.search(self.name) and not (key_test and role is Role.MODE)), Role.OTHER)


def entries(gateway: Gateway, settings: Settings, environment: Environment | None = None, variables: Variables | None = None) -> tuple[Entry, ...]:
    """Everything that the settings, and the variables read elsewhere in the code, say of the gateway."""
    prefixes = tuple(prefix for name in gateway.names for prefix in PREFIXES.get(name, (name.upper(),)))
    named = [name for name in settings.values if name.startswith(prefixes) or _SWITCH.fullmatch(name)]
    found = [entry for name in named for entry in _flat(name, settings.values[name])]
    if environment is not None and variables is not None:
        seen = {read.name for entry in found for read in entry.setting.reads}
        found += _from_code(prefixes, environment, variables, seen)
    return tuple(found)


def _flat(name: str, setting: Setting, depth: int = 3) -> Iterator[Entry]:
    if setting.kind == "dict" and depth:
        for key, child in setting.entries:
            yield from _flat(f"{name}_{key}".upper(), child, depth - 1)
    else:
        yield Entry(name, setting)


def _from_code(prefixes: tuple[str, ...], environment: Environment, variables: Variables, seen: set[str]) -> Iterator[Entry]:
    for read in {read.name: read for read in variables.reads if not read.in_settings}.values():
        if read.name.startswith(prefixes) and read.name not in seen:
            variable = environment.variables.get(read.name)
            reads = (Read(read.name, variable is not None, read.at, variable.at if variable else None, read.has_default),)
            if variable:
                value = Setting(read.name, "str", variable.value, origins=(variable.at or read.at,), reads=reads)
            else:
                reason = "production does not set it" + (", and its default stands in code that is not looked at yet" if read.has_default else "")
                value = Setting(read.name, "unknown", reason=reason, origins=(read.at,), reads=reads)
            yield Entry(read.name, value, in_code=True, cast=read.cast)


def is_test_host(text: str) -> bool:
    """Whether a URL (or bare host) is a gateway's host for tests."""
    host = host_of(text if "://" in text else f"//{text}") or ""
    return host in TEST_HOSTS or bool(_GATEWAY_DOMAIN.search(host) and _TEST_HOST.search(host))


def is_live_host(text: str) -> bool:
    """Whether a URL (or bare host) is a gateway's live host."""
    return (host_of(text if "://" in text else f"//{text}") or "") in LIVE_HOSTS


def is_test_key(text: str) -> bool:
    """Whether a key says itself that it is for tests."""
    return bool(_TEST_KEY.match(text))


def is_live_key(text: str) -> bool:
    """Whether a key says itself that it is live."""
    return bool(_LIVE_KEY.match(text))


@check("payment.gateway")
def gateway_found(gateway: Gateway) -> Outcome:
    """Not applicable without a payment gateway: then the fact has nothing to judge."""
    return passed(f"the project takes payments by {', '.join(gateway.names)}")


@check("payment.gateway-with-allowlist")
def gateway_with_allowlist(gateway: Gateway) -> Outcome:
    """Whether the gateway has an allowlist of addresses."""
    named = [name for name in gateway.names if name in ALLOWLISTED]
    if named:
        return passed(f"{', '.join(named)} has an allowlist of addresses")
    return not_applicable(f"{', '.join(gateway.names)} has no allowlist of addresses")
