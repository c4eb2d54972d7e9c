"""Tokens expire: simplejwt, knox, OAuth toolkit, older JWT packages, and DRF's own, which never do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.checks.reading import Seen
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, exactly_true, hanging, settled, shown
from ready_gate.facts.views import Mint, Options, ProjectClasses, Setting, Settings, TokenCode
from ready_gate.model import Finding, Outcome, Status

ITEM = "security.token-expiry"
DAY = 86_400
LONGEST_SESSION = 30 * DAY
DRF_TOKEN = "rest_framework.authentication.TokenAuthentication"  # noqa: S105 - the name of a class
TOO_LONG = {"access": "security.access-token-lifetime", "refresh": "security.refresh-token-lifetime"}
HARMLESS = ("rest_framework.authentication.SessionAuthentication", "rest_framework.authentication.BasicAuthentication")
MINTED = 'Give the payload an end: "exp": datetime.now(timezone.utc) + timedelta(minutes=15).'
SIGNED = "Read it with max_age=… seconds."
# Classes of other packages whose tokens are those of a library that is known.
ALIKE = {"dj_rest_auth.jwt_auth.": "rest_framework_simplejwt.authentication.JWTAuthentication"}
LIBRARIES = ("rest_framework_simplejwt", "ninja_jwt", "knox", "oauth2_provider", "rest_framework_jwt", "graphql_jwt")


@dataclass(frozen=True)
class Limits:
    """The longest lifetimes, in seconds."""

    access: float
    refresh: float


@check(ITEM)
def token_expiry(settings: Settings, options: Options, project_classes: ProjectClasses, token_code: TokenCode) -> Outcome:
    """Access tokens live for a day at most, refresh tokens for 90 (both can be configured), and no kind of token lives for ever."""
    limits = Limits(_number(options, "max-access-minutes", 1440) * 60, _number(options, "max-refresh-days", 90) * DAY)
    classes = Classes(settings["REST_FRAMEWORK"].get("DEFAULT_AUTHENTICATION_CLASSES"), project_classes)
    session = (
        *(part for part in _session(settings) if isinstance(part, Finding)),
        *_unused_tokens(settings, classes, token_code),
        *_others(token_code),
    )
    families = list(_families(settings, classes, limits, token_code))
    doubts = list(_doubts(settings, classes, token_code, bool(families)))
    if not families and not doubts:
        return Outcome(Status.NOT_APPLICABLE, "the project authenticates with sessions: no token library is in its settings", session)
    seen = [part for family in families for part in family]
    return settled(settings, [*seen, *doubts, *session], "tokens expire")


def _number(options: Options, key: str, default: float) -> float:
    value = options.of(ITEM, key, default)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default


@dataclass(frozen=True)
class Classes:
    """DEFAULT_AUTHENTICATION_CLASSES, with what the project's own ones inherit from."""

    setting: Setting
    own: ProjectClasses

    def named(self, start: str) -> list[Setting]:
        """The classes whose dotted name, or that of a class above them, begins so."""
        items = [item for option in self.setting.possible() for item in option.items if item.kind in ("str", "object")]
        return [item for item in items if any(name.startswith(start) for name in self.lineage(item))]

    def lineage(self, item: Setting) -> tuple[str, ...]:
        """The dotted names of a class and of those above it, with what is known of other packages' classes."""
        names = self.own.lineage(str(item.value))
        return (*names, *(kind for name in names for start, kind in ALIKE.items() if name.startswith(start)))


def _families(settings: Settings, classes: Classes, limits: Limits, code: TokenCode) -> Iterator[list[Seen]]:
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
    if classes.named(DRF_TOKEN) or code.drf:
        yield list(_drf_token(classes, code))
    if any(mint.purpose in ("access", "refresh") for mint in code.mints):
        yield [part for mint in code.mints for part in _made_by_hand(mint, limits)]


def _uses(settings: Settings, classes: Classes, package: str, block: str) -> bool:
    return bool(classes.named(package + ".") or settings.installed(package) or settings.is_set(block))


def _drf_token(classes: Classes, code: TokenCode) -> Iterator[Seen]:
    for used in classes.named(DRF_TOKEN)[:1]:
        name = str(used.value).rpartition(".")[2]
        own = code.own.get(str(used.value))
        if classes.setting.kind == "choice":
            yield doubt(classes.setting)
        elif own is not None and own.expires is None:
            yield f"{name} checks tokens itself, and whether it turns old ones away cannot be told ({own.at})"
        elif own is None or not own.expires:
            kind = "TokenAuthentication" if name == "TokenAuthentication" else f"{name}, a TokenAuthentication,"
            yield finding("security.token-never-expires", f"{kind} is in DEFAULT_AUTHENTICATION_CLASSES: its tokens never expire", used)
    for spot in code.drf:
        name = spot.text.rpartition(".")[2]
        yield finding("security.token-never-expires", f"this view accepts the tokens of {name}, which never expire", spot.at)


def _made_by_hand(mint: Mint, limits: Limits) -> Iterator[Seen]:
    """A token that the project's own code makes."""
    longest = limits.refresh if mint.purpose == "refresh" else limits.access
    if mint.ends is None and mint.purpose in ("access", "refresh"):
        yield f"a token is made, and whether it expires cannot be told: {mint.what} ({mint.at})"
    elif mint.ends is False:
        rule = "security.token-never-expires"
        if mint.purpose == "access":
            yield finding(rule, f"{mint.what}: it never expires", mint.at, fix=MINTED)
    elif mint.seconds is not None and mint.seconds > longest and mint.purpose in ("access", "refresh"):
        what = f"{mint.what}, for {_time(mint.seconds)}, longer than the {_time(longest)} allowed for {mint.purpose} tokens"
        yield finding(TOO_LONG[mint.purpose], what, mint.at)


def _others(code: TokenCode) -> Iterator[Finding]:
    """Tokens that are sent by mail, and signed values, that work for ever."""
    for mint in code.mints:
        if mint.ends is False and mint.purpose in ("once", "signed"):
            yield warning(
                "security.token-never-expires", f"{mint.what}: it works for ever", mint.at, fix=MINTED if mint.purpose == "once" else SIGNED
            )


def _unused_tokens(settings: Settings, classes: Classes, code: TokenCode) -> Iterator[Finding]:
    """The app of DRF's tokens is installed, and nothing is seen to accept them."""
    apps = [item for item in settings["INSTALLED_APPS"].items if str(item.value).startswith("rest_framework.authtoken")]
    if apps and not classes.named(DRF_TOKEN) and not code.drf:
        message = "rest_framework.authtoken is installed: a view that accepts its tokens would accept them for ever"
        yield warning("security.token-never-expires", message, apps[0])


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


def _doubts(settings: Settings, classes: Classes, code: TokenCode, found: bool) -> Iterator[str]:
    """What may hide another kind of token."""
    setting = classes.setting
    unclear = [item for option in setting.possible() for item in option.items if item.kind not in ("str", "object")]
    if setting.truth is None or setting.rest or unclear:
        yield doubt(unclear[0] if unclear else setting)
    known = (*HARMLESS, DRF_TOKEN, *(f"{library}." for library in LIBRARIES))
    others = [item for item in classes.named("") if not any(name.startswith(known) for name in classes.lineage(item))]
    unclear = [item for item in others if (own := code.own.get(str(item.value))) is None or own.expires is None]
    if unclear:
        yield f"{unclear[0].value} authenticates requests, and whether what it accepts expires cannot be told"
    if not found and settings.installed("rest_framework.authtoken") is None:
        yield doubt(settings["INSTALLED_APPS"])


def _session(settings: Settings) -> Iterator[Seen]:
    age = settings["SESSION_COOKIE_AGE"]
    if (age.number or 0) > LONGEST_SESSION:
        yield warning("security.session-age", f"SESSION_COOKIE_AGE is {_time(age.number or 0)}{hanging(age)}", age)
