"""Rate limits outside of DRF's defaults: throttles and decorators of single views, and middleware of the project that answers 429."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.registry import check, failed, finding, not_applicable, passed, unknown, warning
from ready_gate.checks.security.throttling import SCOPED, THROTTLING, limits, throttles_all
from ready_gate.facts.views import LimitCode, Limited, Setting, Settings
from ready_gate.model import Finding, Origin, Outcome


@check("security.view-limits")
def view_limits(settings: Settings, limit_code: LimitCode) -> Outcome:
    """Middleware of the project counts requests, or views are limited one by one."""
    middleware = [item for item in settings["MIDDLEWARE"].items if item.text in limit_code.answering]
    if middleware:
        return passed(f"{middleware[0].text} counts requests and answers 429")
    rates = settings["REST_FRAMEWORK"].get("DEFAULT_THROTTLE_RATES")
    every = throttles_all(settings, limit_code)
    limited = [(view, said) for view in limit_code.views if (said := _limit(view, rates))]
    answering = [name for name in limit_code.answering if name not in {view.view for view, _ in limited}]
    if limited:
        listed = ", ".join(f"{view.view.rpartition('.')[2]} ({said})" for view, said in limited[:3])
        more = f" and {len(limited) - 3} more" if len(limited) > 3 else ""
        return passed(f"views are limited one by one: {listed}{more}", _open_logins(limit_code, {view.view for view, _ in limited}, every))
    if answering:
        spot = limit_code.answering[answering[0]]
        how = "answers 429" if spot.kind == "answers" else "refuses what is above a limit"
        return passed(
            f"{answering[0].rpartition('.')[2]} counts requests and {how} ({spot.at})", _open_logins(limit_code, set(limit_code.answering), every)
        )
    return _wrong(limit_code) or _unclear(limit_code)


def _unclear(code: LimitCode) -> Outcome:
    if code.maybe:
        spot = code.maybe[0]
        return unknown(f"{spot.text} counts and turns away what is above a limit, and whether that limits requests cannot be told ({spot.at})")
    return not_applicable("no view has a throttle or a rate-limiting decorator, and no middleware of the project answers 429")


def _limit(view: Limited, rates: Setting) -> str | None:
    """What limits a view, in words."""
    if view.by == "decorator":
        return "a decorator"
    return next((said for throttle in view.throttles if (said := limits(throttle, rates, view.scope))), None)


def _wrong(code: LimitCode) -> Outcome | None:
    """Views that look limited and are not."""
    seen: list[Finding] = []
    for view in code.views:
        short = view.view.rpartition(".")[2]
        if view.by == "unblocked":
            message = f"{short} is decorated without block=True, and nothing looks at request.limited: every request goes through"
            seen.append(finding("security.limit-unblocked", message, view.at))
        elif any(throttle.base.startswith(THROTTLING) for throttle in view.throttles):
            scope = f" for its scope {view.scope!r}" if view.scope and any(throttle.base == SCOPED for throttle in view.throttles) else ""
            seen.append(
                finding("security.throttle-without-rate", f"the throttles of {short} have no rate{scope}, and let every request through", view.at)
            )
    return failed(seen[0].message, seen) if seen else None


def _open_logins(code: LimitCode, limited: set[str], every: bool) -> Iterator[Finding]:
    """Views that log people in or register them, and are not among the limited ones. `every`: DRF's default throttles limit all of its views."""
    for spot in code.logins:
        covered = every and spot.kind == "api-login"
        covered = covered or spot.text in limited or any(_within(view.at, spot.at) for view in code.views)
        if not covered:
            yield warning("security.open-login", f"nothing limits how often {spot.text.rpartition('.')[2]} may be asked", spot.at)


def _within(inner: Origin, outer: Origin) -> bool:
    """Whether a decorator's line lies within a view's lines (or right above them)."""
    first, last = (outer.line or 0) - 6, outer.end_line or outer.line or 0
    return inner.path == outer.path and first <= (inner.line or 0) <= last
