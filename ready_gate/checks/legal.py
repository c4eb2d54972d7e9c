"""Card data that must not be kept, and personal data that somebody must answer for."""

from __future__ import annotations

from ready_gate.checks.registry import check, finding, judged, note, passed, warning
from ready_gate.facts.views import PersonalCode
from ready_gate.model import Outcome

KEPT = {"number": "the number of a card", "code": "the security code of a card"}


@check("legal.card-data")
def card_data(personal_code: PersonalCode) -> Outcome:
    """No model keeps, and no log call writes, a card's number or security code."""
    kept = [spot for spot in personal_code.cards if spot.kind in KEPT]
    seen = [finding("legal.card-stored", f"{spot.text} keeps {KEPT[spot.kind]}", spot.at) for spot in kept]
    seen += [finding("legal.card-logged", spot.text, spot.at) for spot in personal_code.logged]
    seen += [warning("legal.card-stored", f"{spot.text} keeps when a card expires", spot.at) for spot in personal_code.cards if spot.kind == "expiry"]
    return judged(seen, "no model keeps card numbers or security codes, and no log call writes them")


@check("legal.personal-data")
def personal_data(personal_code: PersonalCode) -> Outcome:
    """Which personal data the models keep, and what there is for people's rights."""
    kinds = dict.fromkeys(spot.kind for spot in personal_code.personal)
    seen = []
    for kind in kinds:
        fields = [spot for spot in personal_code.personal if spot.kind == kind]
        more = f" and {len(fields) - 3} more" if len(fields) > 3 else ""
        seen.append(note("legal.personal-field", f"{kind}: {', '.join(spot.text for spot in fields[:3])}{more}", fields[0].at))
    if personal_code.rights:
        seen.append(
            note("legal.data-rights", f"{personal_code.rights[0].text} looks like an export or erasure of personal data", personal_code.rights[0].at)
        )
    elif kinds:
        seen.append(note("legal.data-rights", "nothing is called like an export or erasure of a person's data", personal_code.personal[0].at))
    return passed(f"models keep {', '.join(kinds)}" if kinds else "no personal data is seen in the models", seen)
