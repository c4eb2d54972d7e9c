"""Queries that ask the database more often than they have to."""

from __future__ import annotations

from ready_gate.checks.registry import ask_person, check, passed, warning
from ready_gate.facts.views import QueryCode
from ready_gate.model import Outcome

RULES = {
    "relation": "performance.relation-per-row",
    "query": "performance.query-per-row",
    "loop": "performance.query-in-a-loop",
    "len": "performance.rows-counted",
    "count": "performance.rows-counted",
}
MOST = 40


@check("performance.query-efficiency")
def query_efficiency(query_code: QueryCode) -> Outcome:
    """No list follows a relation for each row, and no view queries in a loop; what looks like it is for a person to settle."""
    spots = query_code.spots
    if not spots:
        loaded = f"{query_code.lists} lists load what their serializers follow, and " if query_code.lists else ""
        return passed(f"{loaded}no view queries in a loop")
    more = f" (and {len(spots) - 1} more such places)" if len(spots) > 1 else ""
    return ask_person(f"{spots[0].text}{more}", [warning(RULES[spot.kind], spot.text, spot.at, fix=spot.fix) for spot in spots[:MOST]])
