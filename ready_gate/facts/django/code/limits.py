"""The fact `limit_code`: what limits the rate of requests outside of the settings: throttles of views, decorators, and code that answers 429."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ready_gate.facts.django.code.nodes import called_name, calls, constant, functions, keyword, listed, names_in, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined, ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import LimitCode, Limited, Spot, Throttle

MAX_FOUND = 200
THROTTLES = ("rest_framework.throttling.", "ninja.throttling.", "ninja_extra.throttling.")
DECORATORS = ("django_ratelimit.", "ratelimit.", "brake.decorators.", "smart_ratelimit.", "django_smart_ratelimit.", "ninja_extra.throttling.")
DECORATES = ("ratelimit", "rate_limit", "throttle")
TOO_MANY = ("HTTP_429_TOO_MANY_REQUESTS", "TOO_MANY_REQUESTS")
COUNTERS = (b"cache", b"redis", b"ttempt", b"tries", b"failures", b"limit")
CACHED, STORED = "cache", "store"
COUNTED = frozenset({"attempt", "attempts", "tries", "retries", "failures", "failed", "limit", "throttle", "throttled", "requests", "ratelimit"})
AMBIGUOUS = frozenset({"limit", "requests", "failed", "failures"})
LOGIN = frozenset({"login", "signin", "otp", "register", "signup", "obtain"})


@fact
def limit_code(code: Code) -> LimitCode:
    """The project's own throttles, the views that name throttles or are decorated, and the functions that answer 429."""
    modules = list(code.containing(b"hrottl", b"atelimit", b"ate_limit", b"429", b"TOO_MANY"))
    kinds = [kind for module in modules for kind in code.classes(module)]
    throttles = {kind.dotted: _throttle(code, kind.dotted) for kind in kinds if code.is_a(kind.dotted, *THROTTLES)}
    views = [*(view for kind in kinds for view in _of_class(code, kind)), *(view for module in modules for view in _decorated(code, module))]
    answering = {one.dotted: spot for module in modules for one in functions(module) if (spot := _answers(one)) is not None}
    counting = [one for module in code.containing(*COUNTERS) for one in functions(module)]
    answering |= {one.dotted: spot for one in counting if (spot := _refuses(one, CACHED)) is not None}
    maybe = [spot for one in counting if (spot := _refuses(one, STORED)) is not None]
    return LimitCode(throttles, tuple(views[:MAX_FOUND]), _by_owner(answering), tuple(_logins(code))[:MAX_FOUND], tuple(maybe[:MAX_FOUND]))


def _throttle(code: Code, dotted: str) -> Throttle:
    """What a throttle class goes by."""
    rate, scope = _text(code, dotted, "rate"), _text(code, dotted, "scope")
    found = code.find(dotted)
    base = next((name for name in code.order(dotted) if name.startswith(THROTTLES)), "")
    own = code.member(dotted, "allow_request") is not None or code.member(dotted, "get_rate") is not None
    return Throttle(dotted, base, rate, scope, own, found.at if found is not None else None)


def _text(code: Code, dotted: str, name: str) -> str | None:
    """A class attribute that is a text; an empty one where it is computed."""
    found = code.member(dotted, name)
    if found is None or isinstance(found.node, FUNCTIONS):
        return None
    value = constant(found.node)
    return value if isinstance(value, str) else None if isinstance(found.node, ast.Constant) else ""


def _of_class(code: Code, kind: Defined) -> Iterator[Limited]:
    """A view class with throttles, or with a scope for the default one."""
    if not code.kinds.is_view(kind.dotted) or not isinstance(kind.node, ast.ClassDef):
        return
    scope = _text(code, kind.dotted, "throttle_scope")
    found = code.member(kind.dotted, "throttle_classes")
    classes = [code.dotted(found.module, part) or "" for part in listed(found.node)] if found is not None else []
    if scope or classes:
        yield Limited(kind.dotted, kind.at, tuple(_throttle(code, name) for name in classes), scope)
    chosen = tuple(_named_in(code, kind, "get_throttles"))
    if chosen:
        yield Limited(kind.dotted, kind.at, chosen, scope)


def _named_in(code: Code, kind: Defined, name: str) -> Iterator[Throttle]:
    """The throttles that `get_throttles` names."""
    found = code.member(kind.dotted, name)
    for node in ast.walk(found.node) if found is not None else ():
        dotted = code.dotted(found.module, node) if found is not None and isinstance(node, (ast.Name, ast.Attribute)) else None
        if dotted and code.is_a(dotted, *THROTTLES):
            yield _throttle(code, dotted)


def _decorated(code: Code, module: ModuleCode) -> Iterator[Limited]:
    """Views with `@throttle_classes` or `@ratelimit`, also through `method_decorator`, and Ninja's `throttle=`."""
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            for decorator in node.decorator_list:
                for call in calls(decorator):
                    yield from _by_decorator(code, module, node, call)
        elif (
            isinstance(node, ast.Call)
            and called_name(node) in ("NinjaAPI", "NinjaExtraAPI", "Router")
            and (given := keyword(node, "throttle")) is not None
        ):
            yield Limited(called_name(node), module.at(node), tuple(_made(code, module, part) for part in (listed(given) or [given])), None)


def _by_decorator(code: Code, module: ModuleCode, node: ast.AST, call: ast.Call) -> Iterator[Limited]:
    name, view = code.dotted(module, call.func) or "", f"{module.dotted}.{getattr(node, 'name', '')}"
    if called_name(call) in ("throttle_classes", "action") and (given := _classes_given(call)):
        yield Limited(view, module.at(node), tuple(_throttle(code, code.dotted(module, part) or "") for part in given), None)
    elif name.startswith(DECORATORS) or (called_name(call) in DECORATES and code.find(name) is None):
        block = constant(keyword(call, "block"))
        blocks = block if isinstance(block, bool) else not name.startswith("ratelimit.")
        yield Limited(view, module.at(call), (), None, "decorator" if blocks or "limited" in _attributes(node) else "unblocked")
    elif (given_throttle := keyword(call, "throttle")) is not None and called_name(call) in ("get", "post", "put", "patch", "delete"):
        parts = listed(given_throttle) or [given_throttle]
        yield Limited(view, module.at(call), tuple(_made(code, module, part) for part in parts), None)


def _attributes(node: ast.AST) -> set[str]:
    return {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}


def _classes_given(call: ast.Call) -> list[ast.expr]:
    if called_name(call) == "throttle_classes":
        return listed(call.args[0]) if call.args else []
    return listed(keyword(call, "throttle_classes"))


def _made(code: Code, module: ModuleCode, node: ast.expr) -> Throttle:
    """Ninja's throttles are objects: `AnonRateThrottle("10/s")`."""
    rate = constant(node.args[0]) if isinstance(node, ast.Call) and node.args else None
    kind = code.dotted(module, node.func if isinstance(node, ast.Call) else node) or ""
    known = _throttle(code, kind)
    return Throttle(kind, known.base, str(rate) if isinstance(rate, str) else known.rate, known.scope, known.own, known.at)


def _answers(function: Defined) -> Spot | None:
    """Whether a function turns requests away with 429 because it counted them."""
    counts = any(
        isinstance(op, (ast.Gt, ast.GtE, ast.Lt, ast.LtE)) for node in ast.walk(function.node) if isinstance(node, ast.Compare) for op in node.ops
    )
    for call in calls(function.node):
        given = [*call.args, *(item.value for item in call.keywords)]
        too_many = any(constant(part) == 429 or (isinstance(part, ast.Attribute) and part.attr in TOO_MANY) for part in given)
        if counts and (too_many or called_name(call) in ("Throttled", "HttpResponseTooManyRequests")):
            return Spot("answers", function.module.at(call), str(getattr(function.node, "name", "")))
    return None


def _refuses(function: Defined, where: str) -> Spot | None:
    """Whether a function compares a count of attempts or requests and turns away what is above it. `where` the count is kept: in the cache, or
    elsewhere."""
    cached = {target.id for node in ast.walk(function.node) if isinstance(node, ast.Assign) and _is_cached(node.value)
              for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
    for test in _refusing(function.node):
        named = set(names_in(test))
        in_cache = bool(named & cached) or _is_cached(test)
        meant = COUNTED if in_cache else COUNTED - AMBIGUOUS
        said = _words(function.node) if in_cache else {word for name in named for word in words(name)}
        if in_cache == (where == CACHED) and said & meant:
            return Spot("refuses", function.module.at(test), str(getattr(function.node, "name", "")))
    return None


def _refusing(function: ast.AST) -> Iterator[ast.Compare]:
    """Comparisons of sizes that a function ends by."""
    for node in ast.walk(function):
        if isinstance(node, ast.If) and isinstance(node.body[-1], (ast.Return, ast.Raise)):
            for test in ast.walk(node.test):
                if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
                    yield test


def _words(function: ast.AST) -> set[str]:
    """The words of a function's name, of the names in it and of its texts."""
    texts = [node.value for node in ast.walk(function) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {word for name in (str(getattr(function, "name", "")), *names_in(function), *texts) for word in words(name)}


def _is_cached(node: ast.AST) -> bool:
    """Whether an expression asks the cache or Redis for a value."""
    asked = [call for call in calls(node) if called_name(call) in ("get", "incr", "get_or_set", "aget", "aincr", "zcard", "scard", "llen")]
    return any({word for name in names_in(call.func) for word in words(name)} & {"cache", "redis"} for call in asked)


def _by_owner(answering: dict[str, Spot]) -> dict[str, Spot]:
    """By the function, and by the class whose method it is."""
    return {**{dotted.rpartition(".")[0]: spot for dotted, spot in answering.items()}, **answering}


def _logins(code: Code) -> Iterator[Spot]:
    for module in code.containing(b"ogin", b"otp", b"OTP", b"egister", b"ignup"):
        for name, node in module.names.items():
            dotted = f"{module.dotted}.{name}"
            first = node.args.args[0].arg if isinstance(node, FUNCTIONS) and node.args.args else ""
            is_class = isinstance(node, ast.ClassDef) and code.kinds.is_view(dotted) and not code.kinds.is_validator(dotted)
            is_view = is_class or first == "request"
            if is_view and words(name) & LOGIN:
                yield Spot("api-login" if _is_api(code, dotted, node) else "login", module.at(node), dotted)


def _is_api(code: Code, dotted: str, node: ast.AST) -> bool:
    return code.kinds.is_api(dotted) or any("api_view" in names_in(decorator) for decorator in getattr(node, "decorator_list", []))
