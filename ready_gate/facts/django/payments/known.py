"""Calls that are known: the gateways' packages, HTTP calls to gateways, hashes and ciphers."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.django.payments import binding, sdk
from ready_gate.facts.django.payments.comparing import signed
from ready_gate.facts.django.payments.labels import ANSWER, CLIENT, EVENT, HASHED, KEYED, REQUEST, SECRET, SETTING, STARTED
from ready_gate.facts.django.payments.sdk import Known
from ready_gate.facts.django.payments.words import about_paying, gateways_in
from ready_gate.facts.python.paths.calls import Call, Calls
from ready_gate.facts.python.paths.statements import Flow
from ready_gate.facts.python.paths.states import NO_FACTS, Fact, State, Value, together

if TYPE_CHECKING:
    from ready_gate.facts.django.payments.domain import Payments

Pairs = list[tuple[State, Value]]
_HTTP = re.compile(r"^(requests|httpx|grequests|aiohttp|treq)(\.\w+)*\.(get|post|put|request|patch)$|urlopen$|^urllib\.request")
_VERBS = ("get", "post", "put", "request", "patch", "send", "open")
_SESSION = re.compile(r"session|http|client|requests|pool", re.I)
_HASH = re.compile(r"^(hashlib\.)?(sha\d+(_\d+)?|md5|new|blake2\w+)$")
_CIPHER = re.compile(r"(^|\.)(AES|DES3?|Cipher|Fernet|ARC4|algorithms\.AES)(\.new)?$")
_COMPARES = ("compare_digest", "constant_time_compare", "const_compare", "safe_str_cmp")


def apply(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Calls of the gateways' packages."""
    known = sdk.known_call(text)
    if known is None and sdk.is_paypal_request(text):
        return [(state, Value(binding.carried(call.values()) | {"paypal-request"}))]
    if call.last in ("execute", "capture") and any("paypal-request" in value.labels for value in call.values()):
        known = Known("asks", "paypal")
    if call.last == "execute" and call.base is not None and ANSWER in call.base.labels:
        return _paypal_executes(domain, call, state, flow)
    if known is None or (known.kind in ("asks", "takes", "starts") and known.gateway and known.gateway not in domain.speaks_of(walk)):
        return None
    if known.kind in ("raises", "answers"):
        return _verifies(domain, call, text, known, state, flow)
    if known.kind == "starts":
        return _starts(domain, call, known, state, flow)
    return _asks(domain, call, known, state, flow)


def _paypal_executes(domain: Payments, call: Call, state: State, flow: Flow) -> Pairs:
    """`payment.execute(…)` of PayPal's package: true where the money has moved."""
    flow.raised(state, "")
    return [(state, Value(frozenset({ANSWER}), when=(frozenset({Fact("status", "paypal", call.at)}), NO_FACTS)))]


def _verifies(domain: Payments, call: Call, text: str, known: Known, state: State, flow: Flow) -> Pairs:
    domain.verifications[call.at] = text
    called = state.knowing([Fact("called", text, call.at)])
    secret = call.argument(*known.key) if known.key else None
    if secret is not None and CLIENT in secret.labels:
        wrong = called.knowing([Fact("clientkey", text, call.at)])
        flow.raised(wrong, "")
        return [(wrong, Value())]
    covers = binding.checkout(call) if _is_checkout(text) else binding.covered(_signed(call, known), call.at)
    held = covers | {Fact("signature", known.gateway, call.at)}
    if known.gateway != "paytm" and known.gateway and not _is_checkout(text):
        held |= {Fact("message", text, call.at)}
    if known.kind == "answers":
        flow.raised(called, "")
        return [(called, Value(when=(held, NO_FACTS)))]
    failed = called.knowing([Fact("raised", text, call.at)])
    flow.raised(failed, "SignatureVerificationError")
    flow.raised(failed, "")
    return [(called.knowing(held), Value(frozenset({EVENT})))]


def _is_checkout(text: str) -> bool:
    """Whether this verifies what Razorpay's checkout signs, which it does for payments that came through alone."""
    return text.rsplit(".", 1)[-1].startswith("verify_") and text.endswith("_signature") and "webhook" not in text


def _signed(call: Call, known: Known) -> list[Value]:
    """What a verification is given, apart from its key."""
    place, name = known.key or (-1, "")
    return [value for at, value in enumerate(call.arguments) if at != place] + [value for word, value in call.keywords if word != name]


def _package_call(domain: Payments, call: Call, gateway: str, state: State, flow: Flow) -> None:
    """Take in a call of a gateway's package, and that it may not come through."""
    from ready_gate.facts.django.payments.domain import Sent

    given = call.keyword("timeout")
    bounded = (
        True if gateway in sdk.BOUNDED or (given is not None and given.const is not None) else False if gateway in ("razorpay", "paypal") else None
    )
    domain.calls[call.at] = Sent(call.text, gateway, bounded, by_package=True)
    failed = state.knowing([Fact("raised", call.text, call.at)])
    flow.raised(failed, sdk.NETWORK_ERRORS.get(gateway, ""))
    flow.raised(failed, "")


def _starts(domain: Payments, call: Call, known: Known, state: State, flow: Flow) -> Pairs:
    if known.gateway != "paypal":  # its form makes no call
        _package_call(domain, call, known.gateway, state, flow)
    amount = _amount_of(call)
    if amount is not None:
        domain.starts[call.at, known.gateway, amount.labels] = None
    return [(state, Value(frozenset({STARTED})))]


def _amount_of(call: Call) -> Value | None:
    """The amount that a payment is started with, where it is plain to see."""
    names = ("amount", "amount_total", "order_amount", "unit_amount")
    for value in (call.keyword(*names), *(held.entry(name) for held in call.values() for name in names)):
        if value is not None:
            return value
    return None


def _asks(domain: Payments, call: Call, known: Known, state: State, flow: Flow) -> Pairs:
    domain.verifications[call.at] = call.text
    domain.inquiries.add(call.at)
    about = binding.covered([*call.values(), *([call.base] if call.base is not None else [])], call.at)
    asked = state.knowing([Fact("asked", known.gateway, call.at), Fact("inquired", call.text, call.at), *about])
    _package_call(domain, call, known.gateway, asked, flow)
    if (amount := _amount_of(call)) is not None:
        domain.starts[call.at, known.gateway, amount.labels] = None
    if known.kind == "takes":
        took = [Fact("status", known.gateway, call.at)]
        given = call.argument(1, "amount")
        if given is not None and not given.labels & {CLIENT}:
            took.append(Fact("amount", "gateway", call.at))
        asked = asked.knowing(took)
    return [(asked, Value(frozenset({ANSWER}), name=call.last))]


def http_call(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """A call over HTTP to a gateway."""
    url = _url(call)
    texts = url.texts if url is not None else ()
    if not _HTTP.search(text) and not _by_session(call, url):
        return None
    owner = walk.owner.node.name if walk.owner else ""
    named = sdk.gateway_of(texts) or sdk.gateway_of((walk.path, walk.function, owner))
    near = gateways_in(walk.run.code.bytes_of(walk.path)) or (
        domain.gateways if about_paying(" ".join((walk.path, walk.function, owner, *texts))) else ()
    )
    gateway = named or (near[0] if near and not (texts and texts[0].startswith("http")) else None)
    if gateway is None or (url is not None and REQUEST in url.labels):
        return None
    _sent(domain, call, text, gateway, state, flow)
    if sdk.START_CALL.search(" ".join(texts)):
        return [(state, Value(frozenset({STARTED})))]
    domain.verifications[call.at] = call.text
    domain.inquiries.add(call.at)
    about = binding.covered(call.values(), call.at)
    asked = state.knowing([Fact("asked", gateway, call.at), Fact("inquired", call.text, call.at), *about])
    return [(asked, Value(frozenset({ANSWER})))]


def _sent(domain: Payments, call: Call, text: str, gateway: str, state: State, flow: Flow) -> None:
    """Take in a call over HTTP, its timeout, and that it may not come through."""
    from ready_gate.facts.django.payments.domain import Sent

    library = next((name for name in ("requests", "httpx", "urllib", "aiohttp") if name in (text if text != call.text else call.callee.dotted)), "")
    if not library and call.base is not None:
        library = next((name for name in ("requests", "httpx", "aiohttp") if name in call.base.dotted), "")
    given = call.keyword("timeout")
    bounded: bool | None = library in ("httpx", "aiohttp") or (None if not library else False)
    if given is not None:
        bounded = given.const is not None
    elif call.keyword("**") is not None or (library == "urllib" and len(call.arguments) > 2):
        bounded = None
    domain.calls[call.at] = Sent(call.text, gateway, bounded)
    failed = state.knowing([Fact("raised", call.text, call.at)])
    flow.raised(failed, sdk.NETWORK_ERRORS.get(library, "RequestException"))
    flow.raised(failed, "")


def _by_session(call: Call, url: Value | None) -> bool:
    """Whether a method of something that is called a session or client takes an address."""
    if (
        url is None
        or call.last not in _VERBS
        or not _SESSION.search(call.receiver)
        or (call.base is not None and call.base.labels & {EVENT, ANSWER, CLIENT})
    ):
        return False
    named = SETTING in url.labels and any(word in text.upper() for text in url.texts for word in ("URL", "HOST", "ENDPOINT", "BASE", "DOMAIN"))
    return named or any(text.startswith(("http", "/")) for text in url.texts)


def _url(call: Call) -> Value | None:
    place = 1 if call.last == "request" else 0
    return call.argument(place, "url")


def sign(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Comparisons of digests, and signatures of keys and tokens."""
    if call.last in _COMPARES and len(call.arguments) == 2 and len(call.node.args) == 2:
        one, other = zip(call.node.args, call.arguments, strict=True)
        domain.verifications[call.at] = text
        facts = signed(one, other, call.at)
        called = state.knowing([Fact("called", text, call.at)])
        return [(called, Value(when=(facts, NO_FACTS)))]
    if call.last == "decode" and "jwt" in text.lower():
        return _verifies(domain, call, text, Known("raises", "", (1, "key")), state, flow)
    return None


def is_crypto(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Hashes, HMACs and ciphers: made with a secret or not."""
    whole = together(call.values())
    if text in ("hmac.new", "hmac.digest", "hmac.HMAC", "HMAC.new"):
        secret = call.argument(0, "key")
        keyed = secret is None or CLIENT not in secret.labels
        content = binding.carried(value for value in call.values() if value is not secret)
        return [(state, Value(content | ({KEYED} if keyed else {HASHED, CLIENT})))]
    if _CIPHER.search(text):
        secret = call.argument(0, "key")
        keyed = secret is None or CLIENT not in secret.labels
        return [(state, Value(binding.carried([whole]) | {KEYED} if keyed else whole.labels | {HASHED}))]
    if _HASH.search(text) and (text.startswith("hashlib") or text in ("sha256", "sha512", "md5", "sha1")):
        return [(state, _digest(whole))]
    if call.last == "update" and call.base is not None and call.base.labels & {HASHED, KEYED}:
        changed = _digest(together([call.base, whole]))
        if KEYED in call.base.labels:
            changed = replace(changed, labels=binding.carried([call.base, whole]) | {KEYED})
        return [(state.binding(call.receiver, changed) if call.receiver.isidentifier() else state, changed)]
    return None


def _digest(whole: Value) -> Value:
    """The digest of something: it proves something only where a secret went in."""
    return Value(binding.carried([whole]) | ({KEYED} if SECRET in whole.labels else (whole.labels & {CLIENT}) | {HASHED}))
