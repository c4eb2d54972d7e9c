"""Attestations: people's signed words for what no program can see, from `.ready-gate/attestations.yml`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from ready_gate import yamlfile
from ready_gate.model import Attestation, Checklist, Item, Origin
from ready_gate.nearest import nearest


def load(folder: str, name: str, checklist: Checklist, today: date) -> tuple[Attestation, ...]:
    """The attestations of a project folder; none where the file is absent. Raises `UserError` with file and line."""
    path = Path(folder, name)
    if not path.is_file():
        return ()
    document = yamlfile.read(path, name)
    yamlfile.validate(document, "attestations")
    ids = [item.id for item in checklist.items]
    found = []
    for index, entry in enumerate(document.data or ()):
        if entry["item"] not in ids:
            raise document.error(f"no item is called {entry['item']!r}{nearest(entry['item'], ids)}", (index, "item"))
        if _day(document, index, "on", entry["on"]) > today:
            raise document.error(f"the attestation is dated in the future: {entry['on']}", (index, "on"))
        if "expires" in entry:
            _day(document, index, "expires", entry["expires"])
        origin = Origin(name, document.line((index,)))
        found.append(Attestation(entry["item"], entry["by"], entry["on"], entry["evidence"], entry.get("expires"), origin))
    return tuple(found)


def _day(document: yamlfile.Document, index: int, key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise document.error(f"{text} is no date of the calendar", (index, key)) from error


def last_day(item: Item, attestation: Attestation) -> date:
    """The last day that it counts: the item's longest age and the entry's own `expires` both bind, the earlier wins."""
    oldest = date.fromisoformat(attestation.on) + timedelta(days=item.attestation_days or 0)
    return min(oldest, date.fromisoformat(attestation.expires)) if attestation.expires else oldest


def standing(item: Item, attestations: Iterable[Attestation], today: date) -> tuple[str | None, str | None]:
    """The attestation that stands for this item, and the newest one that has expired, each as one line."""
    own = [attestation for attestation in attestations if attestation.item == item.id]
    if item.attestation_days is None or not own:
        return None, None
    newest = max(own, key=lambda attestation: last_day(item, attestation))
    end = last_day(item, newest)
    if end < today:
        return None, f"the attestation by {newest.by} of {newest.on} expired on {end.isoformat()}"
    return f"attested by {newest.by} on {newest.on}: {newest.evidence} ({(end - today).days} days left)", None
