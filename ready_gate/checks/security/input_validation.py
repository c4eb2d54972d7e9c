"""What views do with what they are sent."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.registry import check, finding, judged, not_applicable, unknown, warning
from ready_gate.facts.views import InputCode, Spot, WriteView
from ready_gate.model import Finding, Level, Outcome

FAILING = {"code": "security.code-from-request", "sql": "security.sql-from-request"}
REPORTED = {
    "built-sql": "security.built-sql",
    "stored-code": "security.code-from-request",
    "all-fields": "security.all-fields",
    "redirect": "security.open-redirect",
    "path": "security.path-from-request",
}


@check("security.input-validation")
def input_validation(input_code: InputCode) -> Outcome:
    """Most views that take input check it, and none builds SQL or code from it."""
    raw = [view for view in input_code.writes if view.raw]
    checking = len(input_code.writes) - len(raw)
    seen = [*_spots(input_code.spots), *(_raw(view, Level.ERROR if len(raw) > checking else Level.WARNING) for view in raw)]
    if not input_code.views:
        return unknown("no view of the project's own is seen", seen)
    if not input_code.writes and not seen and not input_code.undecided:
        return not_applicable(f"none of the project's {input_code.views} views takes input")
    good = f"{checking} of {len(input_code.writes)} views that take input check it"
    return judged(seen, good if input_code.writes else "no view takes input, and no SQL or code is made of a request", input_code.undecided)


def _spots(spots: tuple[Spot, ...]) -> Iterator[Finding]:
    for spot in spots:
        if spot.kind in FAILING:
            yield finding(FAILING[spot.kind], spot.text, spot.at, fix=spot.fix)
        else:
            yield warning(REPORTED[spot.kind], spot.text, spot.at, fix=spot.fix)


def _raw(view: WriteView, level: Level) -> Finding:
    more = f" (and {len(view.spots) - 1} more such places)" if len(view.spots) > 1 else ""
    at = next((spot.at for spot in view.spots if spot.at.path == view.at.path), view.at)
    message = f"{view.name} takes input without checking it: {view.spots[0].text}{more}"
    return finding("security.raw-input", message, at, level=level, fix=view.fix)
