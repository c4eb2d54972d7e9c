"""The fact `password_code`: where code that answers requests sets passwords, and whether they are checked before."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from ready_gate.facts.django.code.nodes import called_name, calls, constant, functions, keyword, listed, names_in, reachable, words
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined, ModuleCode
from ready_gate.facts.registry import fact
from ready_gate.facts.views.code import PasswordCode, Spot

SETTERS = frozenset({"set_password", "make_password", "create_user", "create_superuser", "aset_password", "acreate_user"})
VALIDATOR = ("django.contrib.auth.password_validation.", "zxcvbn.", "password_strength.", "django_zxcvbn", "passwordmeter.", "allauth.")
CHECKED_FORMS = (
    *("django.contrib.auth.forms.UserCreationForm", "django.contrib.auth.forms.BaseUserCreationForm", "django.contrib.auth.forms.SetPassword"),
    *("django.contrib.auth.forms.PasswordChange", "django.contrib.auth.forms.AdminUserCreation", "django.contrib.auth.forms.AdminPasswordChange"),
    *("allauth.account.forms.", "djoser.serializers.", "dj_rest_auth.", "rest_auth.registration.", "django_registration.forms."),
)
SECRET_WORDS = frozenset({"password", "password1", "password2", "passwd", "pwd", "pass1", "pass", "passphrase"})
RANDOM = ("random", "generat", "token_urlsafe", "token_hex", "uuid4", "choices", "choice")
NO_PASSWORD = frozenset({"token", "otp", "code", "key", "pin", "answer", "secret"})
WORST = ("unchecked", "by-hand", "checked")
MAX_CALLERS = 12
ASIDE = ("management/commands/", "/admin.py", "/signals", "/seed", "/apps.py", "/factories", "/scripts/")
LONG_ENOUGH = 8


@fact
def password_code(code: Code) -> PasswordCode:
    """Every call that sets a password which somebody chose, in views, serializers, forms and what they call."""
    modules = code.containing(*(name.encode() for name in SETTERS))
    sites = [spot for module in modules if not any(part in f"/{module.path}" for part in ASIDE) for spot in _in_module(code, module)]
    return PasswordCode(tuple(sites))


def _in_module(code: Code, module: ModuleCode) -> Iterator[Spot]:
    for function in functions(module):
        if code.kinds.is_model(function.owner) or code.kinds.is_manager(function.owner):
            continue  # managers and models do what they are asked to: whoever asks is judged
        called = next((call for call in calls(function.node) if called_name(call) in SETTERS and _is_chosen(function, call)), None)
        verdict = _judged(code, function) if called is not None else None
        if called is not None and verdict is not None:
            yield Spot(verdict[0], function.module.at(called), f"{_shown(function)} {verdict[1]}")


def _shown(function: Defined) -> str:
    return ".".join(function.dotted.split(".")[-2:] if function.owner else function.dotted.split(".")[-1:])


def _is_chosen(function: Defined, call: ast.Call) -> bool:
    """Whether the call is given a password that came from outside: by its name, or with all of a form's or serializer's data."""
    if called_name(call) in ("set_password", "make_password", "aset_password"):
        given = call.args[0] if call.args else keyword(call, "password") or keyword(call, "raw_password")
        return given is not None and constant(given) is None and not isinstance(given, ast.Constant) and not _is_random(function, given)
    parts = [*call.args, *(item.value for item in call.keywords if item.arg in (None, "password"))]
    named = [part for part in parts if any(words(name) & SECRET_WORDS or "validated_data" in name or name == "attrs" for name in names_in(part))]
    return any(not isinstance(part, ast.Constant) and not _is_random(function, part) for part in named)


def _is_random(function: Defined, given: ast.expr) -> bool:
    """Whether the password is made up here, so that nobody chose it; or it is no password, but a code that is kept like one."""
    if any(words(name) & NO_PASSWORD and not words(name) & SECRET_WORDS for name in names_in(given)) or _made_up(given):
        return True
    if not isinstance(given, ast.Name):
        return False
    made = [
        node.value for node in ast.walk(function.node) if isinstance(node, ast.Assign) and any(_is_named(target, given.id) for target in node.targets)
    ]
    return bool(made) and all(_made_up(value) for value in made)


def _is_named(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _made_up(node: ast.expr) -> bool:
    return any(word in called_name(call).lower() for call in calls(node) for word in RANDOM)


def _judged(code: Code, function: Defined, depth: int = 3) -> tuple[str, str] | None:
    """`checked`, `by-hand` or `unchecked`, with what is said of it. A helper is what the worst of its callers makes of it, None without any."""
    own = _by_itself(code, function)
    if own[0] == "checked" or _is_entry(code, function):
        return own
    callers = list(_callers(code, function)) if depth else []
    verdicts = [verdict for caller in callers if (verdict := _judged(code, caller, depth - 1)) is not None]
    if not verdicts:
        return own if getattr(function.node, "decorator_list", []) and function.owner is None else None
    return min([*verdicts], key=lambda verdict: WORST.index(verdict[0]))


def _by_itself(code: Code, function: Defined) -> tuple[str, str]:
    around = _around(code, function)
    kinds = [kind for one in around if (kind := one.owner) is not None]
    if any(code.is_a(kind, *CHECKED_FORMS) for kind in kinds) or any(_validates(code, one) for one in around):
        return "checked", "validates the password"
    if any(_field_validates(code, kind) for kind in dict.fromkeys(kinds)):
        return "checked", "validates the password by its field"
    if any(_by_hand(one) for one in around):
        return "by-hand", "checks the password by rules of its own, not by AUTH_PASSWORD_VALIDATORS"
    length = max((_least(code, kind) for kind in dict.fromkeys(kinds)), default=0)
    if length >= LONG_ENOUGH:
        return "by-hand", f"checks the password by its length alone (min_length={length})"
    return "unchecked", "sets a password without validating it"


def _around(code: Code, function: Defined) -> list[Defined]:
    """The function with what it calls, the other methods of its serializer or form, and those of the validators that it uses."""
    found = reachable(code, [function], 3)
    kinds = {kind for one in found for kind in _validators(code, one)}
    return list({one.dotted: one for one in [*found, *reachable(code, [one for kind in kinds for one in _methods(code, kind)], 2)]}.values())


def _is_entry(code: Code, function: Defined) -> bool:
    """Whether requests come in here: a view, a serializer or a form."""
    given = {argument.arg for argument in function.node.args.args[:2]} if isinstance(function.node, FUNCTIONS) else set()
    return code.kinds.is_view(function.owner) or code.kinds.is_validator(function.owner) or "request" in given


def _callers(code: Code, function: Defined) -> Iterator[Defined]:
    """Functions that call this helper, by its name."""
    name = str(getattr(function.node, "name", ""))
    modules = (module for module in code.containing(name.encode()) if not any(part in f"/{module.path}" for part in ASIDE))
    every = (other for module in modules for other in functions(module) if other.dotted != function.dotted)
    yield from islice((other for other in every if any(called_name(call) == name for call in calls(other.node))), MAX_CALLERS)


def _validators(code: Code, function: Defined) -> Iterator[str]:
    """The serializers and forms that a function is part of, names, or gets from its view."""
    if code.kinds.is_validator(function.owner):
        yield str(function.owner)
    for node in ast.walk(function.node):
        if isinstance(node, (ast.Name, ast.Attribute)) and (dotted := code.dotted(function.module, node)) and code.kinds.is_validator(dotted):
            yield dotted
    for name in ("serializer_class", "form_class") if code.kinds.is_view(function.owner) else ():
        found = code.member(str(function.owner), name)
        dotted = code.dotted(found.module, found.node) if found is not None else None
        if dotted is not None:
            yield dotted


def _methods(code: Code, kind: str) -> Iterator[Defined]:
    """The methods of a class and of those of the project above it; one that stands for the class where it has none."""
    for owner in code.order(kind):
        home = code.find(owner)
        for node in home.node.body if home is not None and isinstance(home.node, ast.ClassDef) else []:
            if isinstance(node, FUNCTIONS) and home is not None:
                yield Defined(f"{owner}.{node.name}", home.module, node, kind)
        if home is not None and isinstance(home.node, ast.ClassDef):
            yield Defined(f"{owner}.Meta", home.module, ast.parse(""), kind)


def _validates(code: Code, function: Defined) -> bool:
    """Whether it calls Django's `validate_password`, or another library's judgement of passwords."""
    return any((code.dotted(function.module, call.func) or "").startswith(VALIDATOR) for call in calls(function.node))


def _fields(code: Code, kind: str) -> Iterator[tuple[Defined, str, ast.Call]]:
    for owner in code.order(kind):
        home = code.find(owner)
        for node in home.node.body if home is not None and isinstance(home.node, ast.ClassDef) else []:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if home is not None and isinstance(target, ast.Name) and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                yield home, target.id, node.value


def _field_validates(code: Code, kind: str) -> bool:
    """`validators=[validate_password]` on a field, or a field of the project that validates by itself."""
    for home, _, call in _fields(code, kind):
        own = code.find(code.dotted(home.module, call.func) or "")
        if own is not None and isinstance(own.node, ast.ClassDef) and any(_names_validator(code, own, node) for node in ast.walk(own.node)):
            return True
        for validator in listed(keyword(call, "validators")):
            named = code.dotted(home.module, validator.func if isinstance(validator, ast.Call) else validator)
            if named and (named.startswith(VALIDATOR) or words(named.rpartition(".")[2]) >= {"password"}):
                return True
    return False


def _names_validator(code: Code, kind: Defined, node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute)) and (code.dotted(kind.module, node) or "").startswith(VALIDATOR)


def _least(code: Code, kind: str) -> int:
    """The `min_length` of a password's field."""
    lengths = [constant(keyword(call, "min_length")) for _, name, call in _fields(code, kind) if words(name) & SECRET_WORDS]
    return max((length for length in lengths if isinstance(length, int)), default=0)


def _by_hand(function: Defined) -> bool:
    """A rule about the length of a password that is long enough, or a pattern that it must match."""
    for node in ast.walk(function.node):
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Call) and called_name(node.left) == "len":
            limit = constant(node.comparators[0])
            about = any(words(name) & SECRET_WORDS for name in names_in(node.left)) or "password" in str(getattr(function.node, "name", ""))
            if about and isinstance(limit, int) and limit >= LONG_ENOUGH:
                return True
        matches = isinstance(node, ast.Call) and called_name(node) in ("match", "fullmatch", "search") and isinstance(node.func, ast.Attribute)
        if matches and any(words(name) & SECRET_WORDS for name in names_in(node)):
            return True
    return False
