"""Files that Django itself hands out."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, settle
from ready_gate.checks.registry import check, finding, not_applicable
from ready_gate.facts.views import Served, ServedFiles, Settings
from ready_gate.model import Outcome

EFFECTS = {
    "serve": "serve in the URLs hands out files in production too, slowly, in the workers that should answer requests",
    "static()": "static() stands in the URLs without a DEBUG guard: with DEBUG off Django makes no pattern of it and nobody serves these files",
    "staticfiles_urlpatterns()": "staticfiles_urlpatterns() stands in the URLs without a DEBUG guard: with DEBUG off Django makes no pattern of it",
}


@check("performance.served-by-django")
def served_by_django(served_files: ServedFiles, settings: Settings) -> Outcome:
    """No URL pattern of production has Django hand out files."""
    if not served_files.places:
        return not_applicable("no URL pattern has Django hand out files")
    seen = [part for place in served_files.places if not place.guarded for part in _unguarded(place, settings)]
    return settle(seen, "files are handed out by Django with DEBUG on only")


def _unguarded(place: Served, settings: Settings) -> Iterator[Seen]:
    wanted = not (place.setting or "").startswith("not ")
    name = (place.setting or "").removeprefix("not ")
    if place.setting == "":
        yield f"whether {place.by} is among the URLs of production hangs on a condition that is not known ({place.at})"
        return
    truth = settings[name].truth if name else True
    if truth is None:
        yield settings[name].doubt() or f"{name} is not known"
    elif truth is wanted or not name:
        yield finding("performance.served-by-django", EFFECTS[place.by], place.at)
