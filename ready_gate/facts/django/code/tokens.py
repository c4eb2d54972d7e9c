"""The fact `token_code`: the tokens that the project's own code makes and accepts."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, calls, constant, functions, keyword, listed, names_in, reachable, seconds, words
from ready_gate.facts.django.code.payloads import Payloads
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined, ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import Authenticator, Mint, Spot, TokenCode

MAX_SPOTS = 40
DRF_TOKEN = ("rest_framework.authentication.TokenAuthentication",)
AUTHENTICATION = ("rest_framework.authentication.BaseAuthentication", "rest_framework.authentication.TokenAuthentication", "ninja.security.")
ENCODERS = ("jwt.encode", "jose.jwt.encode", "authlib.jose.jwt.encode", "jwcrypto.jwt.JWT")
LIFE = frozenset({"expire", "expires", "expired", "expiry", "expiration", "exp", "ttl", "lifetime", "age", "timeout"})
# Tokens that are sent once by mail, and those that are meant for somebody else's API.
ONCE = frozenset(
    {"invite", "invitation", "reset", "activation", "activate", "verify", "verification", "confirm", "confirmation", "unsubscribe", "email", "mail"}
)
OUTSIDE = frozenset({"github", "apple", "google", "zoom", "docusign", "apns", "firebase", "snowflake", "client", "assertion", "webhook", "gateway"})
SIGNED = ("itsdangerous.", "django.core.signing.")


@fact
def token_code(code: Code) -> TokenCode:
    """Views that accept DRF's own tokens, classes that authenticate, and every place that makes a token."""
    drf = [spot for module in code.containing(b"authentication_classes") for spot in _accepting(code, module)]
    kinds = [kind for module in code.containing(b"uthenticat") for kind in code.classes(module) if code.is_a(kind.dotted, *AUTHENTICATION)]
    own = {kind.dotted: _authenticator(code, kind) for kind in kinds}
    drf = [spot for spot in drf if own.get(spot.text) is None or own[spot.text].expires is False]
    payloads = Payloads(code)
    mints = [
        mint
        for module in code.containing(b"jwt", b"JWT", b"itsdangerous", b"signing")
        for one in functions(module)
        for mint in _mints(code, payloads, one)
    ]
    long = [mint for module in code.containing(b"lifetime") for kind in code.classes(module) if (mint := _lifetime(code, kind)) is not None]
    return TokenCode(tuple(drf[:MAX_SPOTS]), own, tuple([*mints, *long][:MAX_SPOTS]))


def _accepting(code: Code, module: ModuleCode) -> Iterator[Spot]:
    """Where a view names a class of DRF's own tokens."""
    for node in ast.walk(module.tree):
        named: list[ast.expr] = []
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "authentication_classes" for target in node.targets):
            named = listed(node.value)
        elif isinstance(node, ast.Call) and called_name(node) in ("authentication_classes", "action"):
            given = node.args[0] if called_name(node) == "authentication_classes" and node.args else keyword(node, "authentication_classes")
            named = listed(given)
        for part in named:
            kind = code.dotted(module, part)
            if code.is_a(kind, *DRF_TOKEN) and not code.is_a(kind, "knox."):
                yield Spot("drf", module.at(part), str(kind))


def _authenticator(code: Code, kind: Defined) -> Authenticator:
    """What a class that authenticates requests does about old tokens: None where that cannot be told."""
    own = [
        found for name in ("authenticate_credentials", "authenticate", "get_validated_token") if (found := code.member(kind.dotted, name)) is not None
    ]
    for_drf = code.is_a(kind.dotted, *DRF_TOKEN)
    followed = reachable(code, own, 2)
    said = {word for one in followed for name in names_in(one.node) for word in words(name)}
    if said & LIFE or said >= {"created", "timedelta"} or any(_reads_jwt(code, one, call) for one in followed for call in calls(one.node)):
        return Authenticator(kind.at, True, for_drf)
    if not for_drf or (own and _may_end(code, kind)):
        return Authenticator(kind.at, None, for_drf)
    return Authenticator(kind.at, False, True)


def _reads_jwt(code: Code, function: Defined, call: ast.Call) -> bool:
    """A call that turns expired tokens away by itself."""
    if called_name(call) == "verify_id_token":
        return True
    dotted = code.dotted(function.module, call.func) or ""
    known = dotted.startswith(("jwt.", "jose.", "authlib.")) or keyword(call, "algorithms") is not None
    return known and called_name(call) == "decode" and "verify_exp" not in ast.unparse(call)


def _may_end(code: Code, kind: Defined) -> bool:
    """Whether the class has a token model of its own that keeps when a token ends: a query may then ask for it."""
    named = code.member(kind.dotted, "model")
    model = code.find(code.dotted(named.module, named.node) or "") if named is not None else None
    return (
        any(words(name) & LIFE for one in code.order(model.dotted) if (home := code.find(one)) is not None for name in _body(home))
        if model
        else False
    )


def _body(kind: Defined) -> list[str]:
    nodes = kind.node.body if isinstance(kind.node, ast.ClassDef) else []
    return [target.id for node in nodes if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)]


def _mints(code: Code, payloads: Payloads, function: Defined) -> Iterator[Mint]:
    """Calls that make a signed token."""
    for call in calls(function.node):
        dotted = code.dotted(function.module, call.func) or ""
        if dotted in ENCODERS or (called_name(call) == "encode" and dotted.startswith(("jwt.", "jose.", "authlib."))):
            given = call.args[1] if dotted.startswith("authlib.") and len(call.args) > 1 else call.args[0] if call.args else keyword(call, "payload")
            yield _mint(payloads, function, call, given)
        elif called_name(call) in ("loads", "unsign", "unsign_object") and _is_signer(code, function, call) and keyword(call, "max_age") is None:
            yield Mint(function.module.at(call), False, None, "signed", "a signed value is read without max_age")


def _is_signer(code: Code, function: Defined, call: ast.Call) -> bool:
    """`signing.loads`, or a method of a serializer of itsdangerous or signer that knows the time."""
    dotted = code.dotted(function.module, call.func) or ""
    if dotted == "django.core.signing.loads":
        return True
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(holder, ast.Name):
        given = [node.value for node in ast.walk(function.node) if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == holder.id]
        holder = given[-1] if given else holder
    if isinstance(holder, ast.Name) and isinstance(found := function.module.names.get(holder.id), ast.expr):
        holder = found
    made = (code.dotted(function.module, holder.func) or "") if isinstance(holder, ast.Call) else ""
    return made.startswith(SIGNED) and "Time" in made


def _mint(payloads: Payloads, function: Defined, call: ast.Call, given: ast.expr | None) -> Mint:
    """A token, whether its payload says when it ends, and what it is for."""
    seen = payloads.of(function, given)
    about = {word for name in (*function.dotted.split("."), *names_in(call)) for word in words(name)} | {
        word for key in seen.keys for word in words(key)
    }
    named = {word for name in function.dotted.split(".")[-2:] for word in words(name)}
    purpose = (
        "once"
        if named & ONCE or (about & ONCE and not named & {"access", "login", "auth"} and about & {"reset", "invite", "invitation", "activation"})
        else ""
    )
    purpose = purpose or ("outside" if named & OUTSIDE or _asymmetric(call) else "access")
    if "exp" in seen.keys or called_name(call) == "JWT":
        length = seconds(seen.keys.get("exp")) if isinstance(seen.keys.get("exp"), ast.AST) else None
        return Mint(function.module.at(call), True, length, purpose, "a token is made")
    return Mint(function.module.at(call), None if seen.open else False, None, purpose, seen.open or "a token is made without exp")


def _asymmetric(call: ast.Call) -> bool:
    algorithm = constant(keyword(call, "algorithm"))
    return isinstance(algorithm, str) and algorithm.startswith(("RS", "ES", "PS", "Ed"))


def _lifetime(code: Code, kind: Defined) -> Mint | None:
    """A token class of simplejwt with a lifetime of its own."""
    if not code.is_a(kind.dotted, "rest_framework_simplejwt.tokens.", "ninja_jwt.tokens.") or not isinstance(kind.node, ast.ClassDef):
        return None
    found = code.member(kind.dotted, "lifetime")
    length = seconds(found.node) if found is not None and not isinstance(found.node, FUNCTIONS) else None
    purpose = "refresh" if code.is_a(kind.dotted, "rest_framework_simplejwt.tokens.RefreshToken", "ninja_jwt.tokens.RefreshToken") else "access"
    return Mint(found.at, True, length, purpose, f"{kind.node.name}.lifetime") if found is not None and length is not None else None
