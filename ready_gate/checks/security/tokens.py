"""Tokens expire: simplejwt, knox, OAuth toolkit, older JWT packages, and DRF's own, which never do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.checks.reading import Seen
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, exactly_true, hanging, settled, shown
from ready_gate.facts.views import Options, Requirements, Setting, Settings
from ready_gate.model import Finding, Outcome, Status

ITEM = "security.token-expiry"
DAY = 86_400
LONGEST_SESSION = 30 * DAY
DRF_TOKEN = "rest_framework.authentication.TokenAuthentication"  # noqa: S105 - the name of a class
TOO_LONG = {"access": "security.access-token-lifetime", "refresh": "security.refresh-token-lifetime"}
HARMLESS = ("rest_framework.authentication.SessionAuthentication", "rest_framework.authentication.BasicAuthentication")
BY_HAND = ("pyjwt", "python-jose", "authlib", "jwcrypto", "itsdangerous")
LIBRARIES = ("rest_framework_simplejwt", "ninja_jwt", "knox", "oauth2_provider", "rest_framework_jwt", "graphql_jwt")


@dataclass(frozen=True)
class Limits:
    """The longest lifetimes, in seconds."""

    access: float
    refresh: float


@check(ITEM)
def token_expiry(settings: Settings, requirements: Requirements, options: Options) -> Outcome:
    """Access tokens live for a day at most, refresh tokens for 90 (both can be configured), and no kind of token lives for ever."""
    limits = Limits(_number(options, "max-access-minutes", 1440) * 60, _number(options, "max-refresh-days", 90) * DAY)
    classes = settings["REST_FRAMEWORK"].get("DEFAULT_AUTHENTICATION_CLASSES")
    session = tuple(part for part in _session(settings) if isinstance(part, Finding))
    families = list(_families(settings, classes, limits))
    doubts = list(_doubts(settings, classes, requirements, bool(families)))
    if not families and not doubts:
        return Outcome(Status.NOT_APPLICABLE, "the project authenticates with sessions: no token library is in its settings", session)
    seen = [part for family in families for part in family]
    return settled(settings, [*seen, *doubts, *session], "tokens expire")


def _number(options: Options, key: str, default: float) -> float:
    value = options.of(ITEM, key, default)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default


def _families(settings: Settings, classes: Setting, limits: Limits) -> Iterator[list[Seen]]:
    """The findings of each token library in use."""
    if _uses(settings, classes, "rest_framework_simplejwt", "SIMPLE_JWT"):
        yield list(_simplejwt(settings["SIMPLE_JWT"], limits))
    if _uses(settings, classes, "ninja_jwt", "NINJA_JWT"):
        yield list(_simplejwt(settings["NINJA_JWT"], limits))
    if _uses(settings, classes, "knox", "REST_KNOX"):
        yield list(_knox(settings["REST_KNOX"]))
    if _uses(settings, classes, "oauth2_provider", "OAUTH2_PROVIDER"):
        yield list(_oauth(settings["OAUTH2_PROVIDER"], limits))
    if _uses(settings, classes, "rest_framework_jwt", "JWT_AUTH"):
        yield list(_old_jwt(settings["JWT_AUTH"], True, limits))
    if _uses(settings, classes, "graphql_jwt", "GRAPHQL_JWT"):
        yield list(_old_jwt(settings["GRAPHQL_JWT"], False, limits))
    if _names(classes, DRF_TOKEN) or settings.installed("rest_framework.authtoken"):
        yield list(_drf_token(settings, classes))


def _names(classes: Setting, start: str) -> list[Setting]:
    """The authentication classes whose dotted name begins so."""
    return [item for option in classes.possible() for item in option.items if item.kind in ("str", "object") and str(item.value).startswith(start)]


def _uses(settings: Settings, classes: Setting, package: str, block: str) -> bool:
    return bool(_names(classes, package + ".") or settings.installed(package) or settings.is_set(block))


def _drf_token(settings: Settings, classes: Setting) -> Iterator[Seen]:
    used = _names(classes, DRF_TOKEN)
    if used and classes.kind != "choice":
        yield finding("security.token-never-expires", "TokenAuthentication is in DEFAULT_AUTHENTICATION_CLASSES: its tokens never expire", used[0])
    elif used:
        yield doubt(classes)
    else:
        apps = [item for item in settings["INSTALLED_APPS"].items if str(item.value).startswith("rest_framework.authtoken")]
        message = "rest_framework.authtoken is installed: views that accept its tokens accept them for ever"
        yield warning("security.token-never-expires", message, apps[0] if apps else None)


def _simplejwt(block: Setting, limits: Limits) -> Iterator[Seen]:
    yield from _lifetime(block.get("ACCESS_TOKEN_LIFETIME"), limits.access, "access")
    yield from _lifetime(block.get("REFRESH_TOKEN_LIFETIME"), limits.refresh, "refresh")
    if block.get("AUTH_TOKEN_CLASSES").has(lambda name: isinstance(name, str) and "SlidingToken" in name):
        yield from _lifetime(block.get("SLIDING_TOKEN_LIFETIME"), limits.access, "access")
        yield from _lifetime(block.get("SLIDING_TOKEN_REFRESH_LIFETIME"), limits.refresh, "refresh")


def _lifetime(setting: Setting, longest: float, kind: str, *, seconds: bool = False) -> Iterator[Seen]:
    """A lifetime that is not above the limit. Absent means the library's short default; numbers count only with `seconds`."""
    if setting.absent:
        return
    if setting.kind in ("unknown", "choice"):
        yield doubt(setting)
    elif setting.kind == "NoneType":
        yield finding("security.token-never-expires", f"{setting.name} is None{hanging(setting)}: the tokens never expire", setting)
    elif setting.kind != "timedelta" and not (seconds and setting.number is not None):
        message = f"{setting.name} is {shown(setting)}, which is no {'number of seconds' if seconds else 'timedelta'}: making a token fails"
        yield finding("security.token-lifetime-type", message, setting)
    elif (setting.number or 0) > longest:
        message = f"{setting.name} is {_time(setting.number or 0)}{hanging(setting)}, longer than the {_time(longest)} allowed for {kind} tokens"
        yield finding(TOO_LONG[kind], message, setting)


def _time(seconds: float) -> str:
    for size, word in ((DAY, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{seconds / size:g} {word}{'' if seconds == size else 's'}"
    return f"{seconds:g} seconds"


def _knox(block: Setting) -> Iterator[Seen]:
    ttl = block.get("TOKEN_TTL")
    yield from _lifetime(ttl, float("inf"), "access")
    if (ttl.number or 0) > LONGEST_SESSION:
        yield warning("security.access-token-lifetime", f"{ttl.name} is {_time(ttl.number or 0)}{hanging(ttl)}", ttl)


def _oauth(block: Setting, limits: Limits) -> Iterator[Seen]:
    yield from _lifetime(block.get("ACCESS_TOKEN_EXPIRE_SECONDS"), limits.access, "access", seconds=True)
    refresh = block.get("REFRESH_TOKEN_EXPIRE_SECONDS")
    if refresh.absent or refresh.kind == "NoneType":
        message = "REFRESH_TOKEN_EXPIRE_SECONDS is not set: refresh tokens of OAuth toolkit never expire"
        yield warning("security.refresh-token-lifetime", message, refresh if refresh.origin else block)
    else:
        yield from _lifetime(refresh, limits.refresh, "refresh", seconds=True)


def _old_jwt(block: Setting, verifies: bool, limits: Limits) -> Iterator[Seen]:
    """The packages that go by JWT_VERIFY_EXPIRATION, whose default is `verifies`."""
    verify = block.get("JWT_VERIFY_EXPIRATION")
    answer = verifies if verify.absent else exactly_true(verify)
    if answer is None:
        yield doubt(verify)
    elif not answer:
        message = (
            f"{block.name}.JWT_VERIFY_EXPIRATION is {'not set, and False by default' if verify.absent else 'False'}: expired tokens are accepted"
        )
        yield finding("security.token-never-expires", message, verify if verify.origin else block)
    yield from _lifetime(block.get("JWT_EXPIRATION_DELTA"), limits.access, "access")
    yield from _lifetime(block.get("JWT_REFRESH_EXPIRATION_DELTA"), limits.refresh, "refresh")


def _doubts(settings: Settings, classes: Setting, requirements: Requirements, found: bool) -> Iterator[str]:
    """What may hide another kind of token."""
    unclear = [item for option in classes.possible() for item in option.items if item.kind not in ("str", "object")]
    if classes.truth is None or classes.rest or unclear:
        yield doubt(unclear[0] if unclear else classes)
    known = (*HARMLESS, DRF_TOKEN)
    own = [
        str(item.value)
        for item in _names(classes, "")
        if str(item.value) not in known and not str(item.value).startswith(tuple(f"{n}." for n in LIBRARIES))
    ]
    if own and not found:
        yield f"{own[0]} authenticates requests, and how long its tokens live is not looked at yet"
    if not found and not own and requirements.has(*BY_HAND):
        name = next(name for name in BY_HAND if name in requirements.packages)
        yield f"{name} is among the requirements, and tokens that the project's own code makes are not looked at yet"
    if not found and settings.installed("rest_framework.authtoken") is None:
        yield doubt(settings["INSTALLED_APPS"])


def _session(settings: Settings) -> Iterator[Seen]:
    age = settings["SESSION_COOKIE_AGE"]
    if (age.number or 0) > LONGEST_SESSION:
        yield warning("security.session-age", f"SESSION_COOKIE_AGE is {_time(age.number or 0)}{hanging(age)}", age)
