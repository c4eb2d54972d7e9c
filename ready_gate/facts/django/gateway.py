"""Which payment gateway the project talks to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.errors import NothingToJudge
from ready_gate.facts.names import is_aside, is_development
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Gateway, Project, Setting, Settings
from ready_gate.model import Origin

# The packages that code imports, and the hosts of the gateway's own interface.
PACKAGES = {
    "paytm": ("paytmchecksum", "PaytmChecksum", "paytm", "Paytm", "paytmpg"),
    "razorpay": ("razorpay",),
    "stripe": ("stripe", "djstripe"),
    "payu": ("paywix", "payu", "payubiz"),
    "cashfree": ("cashfree_pg", "cashfree_sdk", "cashfree"),
    "phonepe": ("phonepe",),
}
HOSTS = {
    "paytm": ("securegw.paytm.in", "securegw-stage.paytm.in", "secure.paytmpayments.com", "securestage.paytmpayments.com"),
    "razorpay": ("api.razorpay.com",),
    "stripe": ("api.stripe.com",),
    "payu": ("secure.payu.in", "test.payu.in", "info.payu.in"),
    "cashfree": ("api.cashfree.com", "sandbox.cashfree.com"),
    "phonepe": ("api.phonepe.com", "api-preprod.phonepe.com"),
}
_IMPORT = {
    name: re.compile(rf"^[ \t]*(?:from|import)[ \t]+(?:\w+\.){{0,5}}(?:{'|'.join(packages)})\b".encode(), re.M) for name, packages in PACKAGES.items()
}
_HOST = {name: re.compile("|".join(re.escape(host) for host in hosts).encode()) for name, hosts in HOSTS.items()}
# A setting by which a project keeps a credential of the gateway.
_CREDENTIAL = {
    name: re.compile(rf"{name.upper()}_(\w{{1,40}}_)?(KEY|KEY_ID|SECRET|MID|MERCHANT_ID|MERCHANT_MID|SALT|SALT_KEY|APP_ID|CLIENT_ID)")
    for name in PACKAGES
}
_READS = {name: re.compile(rb"(?:settings\.|[\"'])" + pattern.pattern.encode() + rb"\b") for name, pattern in _CREDENTIAL.items()}
# Other gateways count where the code that imports or calls them has something beside it that takes their word.
OTHERS = {
    "paypal": (("paypalrestsdk", "paypalcheckoutsdk", "paypalserversdk", "paypal"), ("api.paypal.com", "api-m.paypal.com", "sandbox.paypal.com")),
    "braintree": (("braintree",), ()),
    "mollie": (("mollie",), ("api.mollie.com",)),
    "paystack": (("paystackapi", "paystack", "pypaystack2"), ("api.paystack.co",)),
    "flutterwave": (("rave_python",), ("api.flutterwave.com",)),
    "sslcommerz": (("sslcommerz_lib", "sslcommerz_python"), ("sandbox.sslcommerz.com", "securepay.sslcommerz.com")),
    "instamojo": (("instamojo_wrapper",), ("instamojo.com",)),
    "mercadopago": (("mercadopago",), ("api.mercadopago.com",)),
    "khalti": (("khalti",), ("khalti.com",)),
    "esewa": (("esewa",), ("esewa.com.np",)),
    "zarinpal": (("zarinpal",), ("zarinpal.com",)),
    "yookassa": (("yookassa",), ("api.yookassa.ru",)),
    "iyzico": (("iyzipay",), ()),
}
_OTHER = {
    name: re.compile(
        rf"^[ \t]{{0,80}}(?:from|import)[ \t]+(?:{'|'.join(packages)})\b".encode()
        + (b"|" + b"|".join(re.escape(host).encode() for host in hosts) if hosts else b""),
        re.M,
    )
    for name, (packages, hosts) in OTHERS.items()
}
_TAKES_WORD = re.compile(
    rb"^[ \t]{0,80}(?:async[ \t]+)?(?:def|class)[ \t]+\w{0,60}"
    rb"(?:callback|webhook|ipn|notif|return|complete|execute|verif|success|confirm|process|capture)",
    re.M | re.I,
)
MAX_PLACES = 10


@fact
def gateway(tree: Tree, project: Project, settings: Settings) -> Gateway:
    """The gateways that production code imports, calls or reads a credential of, or that its settings hold an address or a credential of. Raises
    `NothingToJudge` where there is none."""
    prefix = "" if project.folder == "." else f"{project.folder}/"
    places: dict[str, list[Origin]] = {}
    for path in tree.files:
        if path.endswith(".py") and path.startswith(prefix) and not (is_aside(path[len(prefix) :]) or is_development(path[len(prefix) :])):
            for name, origin in _seen(path, tree.read_bytes(path) or b""):
                places.setdefault(name, []).append(origin)
    for name, origin in _others(tree, prefix):
        places.setdefault(name, []).append(origin)
    for name, origin in (found for setting in settings.values.values() for found in _held(setting)):
        places.setdefault(name, []).append(origin)
    if not places:
        looked_for = ", ".join(sorted(PACKAGES))
        raise NothingToJudge(f"no payment gateway found: looked for imports and addresses of {looked_for}")
    evidence = tuple(origin for origins in places.values() for origin in origins[:MAX_PLACES])
    return Gateway(tuple(sorted(places, key=lambda name: name != "paytm")), evidence)


def _others(tree: Tree, prefix: str) -> Iterator[tuple[str, Origin]]:
    """The gateways of `OTHERS` whose callback can be found: in a folder that imports or calls them, something takes their word."""
    found: list[tuple[str, Origin]] = []
    paths = [path for path in tree.files if path.endswith(".py") and path.startswith(prefix)]
    paths = [path for path in paths if not is_aside(path[len(prefix) :]) and not is_development(path[len(prefix) :])]
    for path in paths:
        source = tree.read_bytes(path) or b""
        lowered = source.lower()
        for name, pattern in _OTHER.items():
            if (name.encode() in lowered or name in ("iyzico", "flutterwave")) and (match := pattern.search(source)):
                found.append((name, Origin(path, source.count(b"\n", 0, match.start()) + 1)))
    homes = {origin.path.rpartition("/")[0] for _, origin in found}
    near = [path for path in paths if path.rpartition("/")[0] in homes]
    taking = {path.rpartition("/")[0] for path in near if _TAKES_WORD.search(tree.read_bytes(path) or b"")}
    yield from ((name, origin) for name, origin in found if origin.path.rpartition("/")[0] in taking)


def _seen(path: str, source: bytes) -> Iterator[tuple[str, Origin]]:
    """What one file shows, first place of each kind."""
    lowered = source.lower()
    for name in PACKAGES:
        if name.encode() not in lowered and not (name == "payu" and b"paywix" in lowered):
            continue
        for pattern in (_IMPORT[name], _HOST[name], _READS[name]):
            if match := pattern.search(source):
                yield name, Origin(path, source.count(b"\n", 0, match.start()) + 1)


def _held(setting: Setting) -> Iterator[tuple[str, Origin]]:
    """What one setting shows: an address of the gateway however it was put together, or a credential's name with a value."""
    for name in PACKAGES:
        named = _CREDENTIAL[name].fullmatch(setting.name) and setting.truth is not False
        texts = (leaf.text for leaf in setting.walk() if leaf.kind == "str" and leaf.text)
        if setting.origin and (named or any(_HOST[name].search(text[:2000].encode()) for text in texts)):
            yield name, setting.origin
