"""Django's other deployment checks: reported, since no item of its own asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, at_least, members
from ready_gate.checks.registry import check, warning
from ready_gate.checks.security.answers import UNSILENCED, doubt, must_be_true, settled, shown
from ready_gate.checks.security.https import CSRF_MIDDLEWARE, SECURITY_MIDDLEWARE, session_cookie
from ready_gate.facts.views import NamedView, Setting, Settings
from ready_gate.model import Level, Outcome

SCRIPT_IDS = ("django.security.W013", "django.security.W014", "django.security.W015")
CSP_MIDDLEWARE = "django.middleware.csp.ContentSecurityPolicyMiddleware"
CSP_PROCESSOR = "django.template.context_processors.csp"
NONCE = "<CSP_NONCE_SENTINEL>"
FRAME_MIDDLEWARE = "django.middleware.clickjacking.XFrameOptionsMiddleware"
OPENER_POLICIES = ("same-origin", "same-origin-allow-popups", "unsafe-none")
REFERRER_POLICIES = (
    *("no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin"),
    *("same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"),
)


@check("security.response-headers")
def response_headers(settings: Settings, csrf_failure_view: NamedView) -> Outcome:
    """Reports what Django's deployment checks say of frames, CSRF, content types, referrers and openers, and which checks are silenced."""
    seen = [
        *_frames(settings),
        *_csrf(settings),
        *session_cookie(settings, "SESSION_COOKIE_HTTPONLY", SCRIPT_IDS, "scripts in a page can read the session cookie", Level.WARNING),
        *_of_security_middleware(settings),
        *_content_policies(settings),
        *_hashing(settings),
        *_failure_view(csrf_failure_view, settings["CSRF_FAILURE_VIEW"]),
        *_silenced(settings["SILENCED_SYSTEM_CHECKS"]),
    ]
    return settled(settings, seen, "the headers that Django's deployment checks ask for were looked at")


def _frames(settings: Settings) -> Iterator[Seen]:
    there, option = settings["MIDDLEWARE"].has(FRAME_MIDDLEWARE), settings["X_FRAME_OPTIONS"]
    if there is False:
        yield warning(
            "django.security.W002", f"{FRAME_MIDDLEWARE} is not in MIDDLEWARE: pages can be shown in foreign frames", settings["MIDDLEWARE"].origin
        )
    elif there and option.known and option.value != "DENY":
        yield warning("django.security.W019", f"X_FRAME_OPTIONS is {shown(option)}, not 'DENY'", option)


def _csrf(settings: Settings) -> Iterator[Seen]:
    if settings["MIDDLEWARE"].has(CSRF_MIDDLEWARE) is False:
        yield warning("django.security.W003", f"{CSRF_MIDDLEWARE} is not in MIDDLEWARE", settings["MIDDLEWARE"].origin)
    origins = settings["CSRF_TRUSTED_ORIGINS"]
    bare = [item for item in origins.items if item.kind == "str" and "://" not in str(item.value) and origins.kind != "choice"]
    if at_least(settings, 4):
        for item in bare:
            yield warning("django.4_0.E001", f'CSRF_TRUSTED_ORIGINS holds "{item.value}" without a scheme, which matches no request', item)


def _of_security_middleware(settings: Settings) -> Iterator[Seen]:
    if not settings["MIDDLEWARE"].has(SECURITY_MIDDLEWARE):
        return
    nosniff = "browsers may take an upload for a script"
    yield from must_be_true(settings, "SECURE_CONTENT_TYPE_NOSNIFF", "django.security.W006", nosniff, Level.WARNING)
    if at_least(settings, 3) is False:
        yield from must_be_true(settings, "SECURE_BROWSER_XSS_FILTER", "django.security.W007", "a header for old browsers is not sent", Level.WARNING)
    yield from _referrer(settings["SECURE_REFERRER_POLICY"])
    opener = settings["SECURE_CROSS_ORIGIN_OPENER_POLICY"]
    if opener.known and opener.kind != "NoneType" and opener.value not in OPENER_POLICIES:
        yield warning("django.security.E024", f"SECURE_CROSS_ORIGIN_OPENER_POLICY is {shown(opener)}", opener)


def _referrer(policy: Setting) -> Iterator[Seen]:
    if policy.kind == "NoneType":
        yield warning("django.security.W022", "SECURE_REFERRER_POLICY is None, so that no Referrer-Policy header is sent", policy)
    elif policy.known:
        given = [part.strip() for part in policy.value.split(",")] if isinstance(policy.value, str) else [item.value for item in policy.items]
        if any(part not in REFERRER_POLICIES for part in given):
            yield warning("django.security.E023", f"SECURE_REFERRER_POLICY is {shown(policy)}", policy)


def _content_policies(settings: Settings) -> Iterator[Seen]:
    for name in ("SECURE_CSP", "SECURE_CSP_REPORT_ONLY"):
        policy = settings[name]
        if at_least(settings, 6) and policy.kind not in ("dict", "absent", "unknown", "choice", "NoneType"):
            yield warning("django.security.E026", f"{name} is {shown(policy)}, which is no dictionary", policy)
    if at_least(settings, 6, 1) and settings.middleware(CSP_MIDDLEWARE):
        yield from _nonce(settings)


def _nonce(settings: Settings) -> Iterator[Seen]:
    """A nonce in a policy needs the context processor that puts it into the pages."""
    policies = [settings[name] for name in ("SECURE_CSP", "SECURE_CSP_REPORT_ONLY")]
    sources = [leaf for policy in policies if policy.kind == "dict" for leaf in policy.walk() if leaf.value == NONCE]
    if sources and _has_processor(settings["TEMPLATES"]) is False:
        message = f"{sources[0].name} holds CSP.NONCE, and no template engine has the context processor {CSP_PROCESSOR}: pages carry no nonce"
        yield warning("django.security.W027", message, sources[0])


def _has_processor(templates: Setting) -> bool | None:
    """Whether one of the engines has the context processor; None where that cannot be told."""
    answers = {templates.get(index, "OPTIONS", "context_processors").has(CSP_PROCESSOR) for index in range(len(members(templates)))}
    if True in answers:
        return True
    return None if None in answers or templates.rest or templates.kind in ("unknown", "choice") else False


def _hashing(settings: Settings) -> Iterator[Seen]:
    algorithm = settings["DEFAULT_HASHING_ALGORITHM"]
    known = algorithm.known and not algorithm.absent
    if at_least(settings, 3, 1) and at_least(settings, 4) is False and known and algorithm.value not in ("sha1", "sha256"):
        yield warning("django.security.E100", f"DEFAULT_HASHING_ALGORITHM is {shown(algorithm)}; Django knows 'sha1' and 'sha256'", algorithm)


def _failure_view(view: NamedView, setting: Setting) -> Iterator[Seen]:
    if view.found is False:
        yield warning("django.security.E102", f"CSRF_FAILURE_VIEW names {shown(setting)}, which is not there", setting)
    elif view.fits is False:
        yield warning("django.security.E101", f"CSRF_FAILURE_VIEW names {shown(setting)}, which does not take (request, reason)", setting)


def _silenced(silenced: Setting) -> Iterator[Seen]:
    ids = [str(item.value) for item in silenced.items if item.kind == "str"]
    if ids:
        own = [id for id in ids if id in UNSILENCED]
        kept = f"; {', '.join(own)} {'is' if len(own) == 1 else 'are'} looked at all the same" if own else ""
        message = f"SILENCED_SYSTEM_CHECKS silences {', '.join(ids[:8])} without a reason and a date{kept}"
        yield warning("security.silenced-checks", message, silenced)
    elif silenced.truth is None:
        yield doubt(silenced)
