"""Attestations: people's signed words for what no program can see, from `.ready-gate/attestations.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from ready_gate import yamlfile
from ready_gate.errors import UserError
from ready_gate.model import Attestation, Checklist, Item, Origin
from ready_gate.nearest import nearest


def load(folder: str, name: str, checklist: Checklist, today: date) -> tuple[Attestation, ...]:
    """The attestations of a project folder; none where the file is absent. Raises `UserError` with file and line."""
    path = Path(folder, name)
    if not path.is_symlink() and not path.exists():
        return ()
    if not path.resolve().is_relative_to(Path(folder).resolve()):
        raise UserError("lies outside of the project's folder", name)
    document = yamlfile.read(path, name)
    yamlfile.validate(document, "attestations")
    items = {item.id: item for item in checklist.items}
    return tuple(_attestation(document, index, entry, items, today) for index, entry in enumerate(document.data or ()))


def _attestation(document: yamlfile.Document, index: int, entry: Mapping[str, str], items: Mapping[str, Item], today: date) -> Attestation:
    id, on, expires = entry["item"], entry["on"], entry.get("expires")
    if id not in items:
        raise document.error(f"no item is called {id!r}{nearest(id, items)}", (index, "item"))
    if items[id].attestation_days is None:
        raise document.error(f"{id} accepts no attestation", (index, "item"))
    if date.fromisoformat(on) > today:
        raise document.error(f"the attestation is dated in the future: {on}", (index, "on"))
    if expires and expires < on:
        raise document.error(f"the attestation expires on {expires}, before it was made on {on}", (index, "expires"))
    by, evidence = (" ".join(entry[key].split()) for key in ("by", "evidence"))
    return Attestation(id, by, on, evidence, expires, Origin(document.path, document.line((index,))))


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
    left = (end - today).days
    return f"attested by {newest.by} on {newest.on}: {newest.evidence} ({left} day{'' if left == 1 else 's'} left)", None
