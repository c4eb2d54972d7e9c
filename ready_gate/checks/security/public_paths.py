"""Which routes may be open to anyone: what people need before they have an account, what machines ask, and what the config lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from ready_gate.facts.views.routes import Route

HEALTH = frozenset(
    ["health", "healthz", "healthcheck", "healthchecks", "ready", "readyz", "readiness", "live", "livez", "liveness", "alive", "ping", "heartbeat"]
)
ENTRY = frozenset(
    [
        "login",
        "signin",
        "logout",
        "signout",
        "register",
        "registration",
        "signup",
        "token",
        "jwt",
        "activate",
        "activation",
        "otp",
        "oauth",
        "oauth2",
        "sso",
        "authenticate",
        "callback",
    ]
)
SCHEMA = frozenset(["schema", "swagger", "redoc", "docs", "doc", "openapi", "apidocs"])
PAGES = frozenset(["privacy", "terms", "legal", "imprint", "favicon", "robots", "sitemap", "manifest", "static", "media", "policy", "conditions"])
# Words that change nothing about what the others say.
FILLERS = frozenset(
    [
        "api",
        "v1",
        "v2",
        "v3",
        "user",
        "users",
        "account",
        "accounts",
        "auth",
        "authentication",
        "obtain",
        "pair",
        "refresh",
        "verify",
        "verification",
        "blacklist",
        "create",
        "destroy",
        "new",
        "social",
        "google",
        "facebook",
        "github",
        "apple",
        "customer",
        "customers",
        "email",
        "mail",
        "phone",
        "mobile",
        "confirm",
        "confirmation",
        "resend",
        "complete",
        "done",
        "request",
        "access",
        "send",
        "sms",
        "code",
        "check",
        "validate",
        "json",
        "yaml",
        "yml",
        "ui",
        "txt",
        "xml",
        "ico",
        "html",
        "of",
        "and",
        "service",
        "use",
        "app",
        "web",
        "admin",
        "in",
        "up",
        "out",
        "sign",
        "log",
        "by",
        "with",
        "via",
        "rest",
        "knox",
        "link",
        "magic",
    ]
)
PAIRS = (
    frozenset({"password", "reset"}),
    frozenset({"password", "forgot"}),
    frozenset({"password", "forget"}),
    frozenset({"password", "recover"}),
    frozenset({"password", "recovery"}),
    frozenset({"verify", "email"}),
    frozenset({"confirm", "email"}),
    frozenset({"email", "verification"}),
    frozenset({"email", "confirmation"}),
    frozenset({"sign", "in"}),
    frozenset({"sign", "up"}),
    frozenset({"log", "in"}),
    frozenset({"token", "refresh"}),
    frozenset({"api", "docs"}),
)
RESETS = PAIRS[:5]
ENTRY_PACKAGES = (
    "rest_framework_simplejwt.",
    "rest_framework_jwt.",
    "rest_framework.authtoken.views.",
    "dj_rest_auth.",
    "allauth.",
    "knox.",
    "oauth2_provider.",
    "drf_social_oauth2.",
    "social_django.",
    "django.contrib.auth.views.",
    "two_factor.",
    "django_registration.",
    "registration.",
    "django_rest_passwordreset.",
    "mozilla_django_oidc.",
    "django_cas_ng.",
    "djangosaml2.",
    "ninja_jwt.",
    "graphql_jwt.",
)
SCHEMA_PACKAGES = ("drf_spectacular.", "drf_yasg.", "rest_framework.schemas.", "rest_framework_swagger.", "ninja.openapi.", "coreapi.")
HEALTH_PACKAGES = ("health_check.", "watchman.")
API_ROOT = "rest_framework.routers.APIRootView"
DJOSER = "djoser.views."
DJOSER_ENTRY = frozenset(
    [
        "create",
        "activation",
        "resend_activation",
        "reset_password",
        "reset_password_confirm",
        "reset_username",
        "reset_username_confirm",
        "post",
        "delete",
    ]
)


def why_public(route: Route, listed: Iterable[str]) -> str | None:
    """Why the route may be open to anyone; None where nothing says so."""
    path = plain_path(route.pattern)
    if any(_matches(path, pattern) for pattern in listed):
        return "the config lists it as public"
    if route.verified_by and (route.csrf_exempt or route.is_api):
        return f"it checks a signature ({route.verified_by})"
    named = _words(route.view.rpartition(".")[2]) - {"view", "viewset", "api"}
    if any(pair <= named for pair in RESETS) and named <= FILLERS | ENTRY | {word for pair in RESETS for word in pair} | {"set"}:
        return "it is how people get in"
    return _by_package(route) or _by_words(path)


def _by_package(route: Route) -> str | None:
    homes = (route.view, *route.lineage)
    if any(home.startswith(ENTRY_PACKAGES) for home in homes):
        return "it is how people get in"
    if any(home.startswith(DJOSER) for home in homes) and {entry.action or "post" for entry in route.access if entry.open} <= DJOSER_ENTRY:
        return "it is how people get in"
    if any(home.startswith(SCHEMA_PACKAGES) for home in homes) or API_ROOT in homes:
        return "it describes the API"
    return "it tells whether the service is up" if any(home.startswith(HEALTH_PACKAGES) for home in homes) else None


def plain_path(pattern: str) -> str:
    """The path as people write it: without anchors, and with `<name>` for every part that varies."""
    text = re.sub(r"\\[ZA]", "", pattern.replace("^", "").replace("$", ""))
    text = re.sub(r"\(\?P<(\w{1,80})>[^()]{0,200}(?:\([^()]{0,200}\)[^()]{0,200}){0,5}\)", r"<\1>", text)
    return re.sub(r"<\w{1,80}:(\w{1,80})>", r"<\1>", text).replace("\\", "").replace("?", "")


def _matches(path: str, pattern: str) -> bool:
    """Whether a pattern of the config means this path: `*` within one part, `**` any number of them."""
    return _parts_match([part for part in path.split("/") if part], [part for part in pattern.split("/") if part])


def _parts_match(path: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_parts_match(path[start:], pattern[1:]) for start in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _parts_match(path[1:], pattern[1:])


def _by_words(path: str) -> str | None:
    """What the last parts of the path say that do not vary."""
    parts = [part for part in path.replace(".<format>", "").split("/") if part and "<" not in part]
    if not parts:
        return None
    last, both = _words(parts[-1]), _words("-".join(parts[-2:]))
    for words in (last, both):
        if any(pair <= words for pair in PAIRS) and words <= FILLERS | ENTRY | {word for pair in PAIRS for word in pair}:
            return "it is how people get in"
    for known, why in ((HEALTH, "it tells whether the service is up"), (ENTRY, "it is how people get in"), (SCHEMA, "it describes the API")):
        if last & known and last <= known | FILLERS | {"status"}:
            return why
    return "it is a page for everybody" if last & PAGES and last <= PAGES | FILLERS else None


def _words(part: str) -> frozenset[str]:
    text = re.sub(r"([a-z])([A-Z])", r"\1-\2", part)
    return frozenset(word for word in re.split(r"[-_.]", text.lower()) if word)
