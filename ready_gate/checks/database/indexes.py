"""Fields that lists filter and order by."""

from __future__ import annotations

from ready_gate.checks.registry import ask_person, check, not_applicable, passed, unknown, warning
from ready_gate.facts.views import IndexCode, Unindexed
from ready_gate.model import Finding, Outcome

MOST = 40


@check("database.indexes")
def indexes(index_code: IndexCode) -> Outcome:
    """Every field that list views filter or order by has an index; the others are for a person to settle."""
    if not index_code.lists:
        return not_applicable("no view answers with a list")
    if index_code.fields:
        listed = ", ".join(field.field for field in index_code.fields[:4])
        more = f" and {len(index_code.fields) - 4} more" if len(index_code.fields) > 4 else ""
        return ask_person(f"lists filter or order by fields without an index: {listed}{more}", map(_unindexed, index_code.fields[:MOST]))
    if index_code.undecided:
        return unknown(index_code.undecided[0])
    return passed(f"the fields that {index_code.lists} lists filter and order by have indexes")


def _unindexed(field: Unindexed) -> Finding:
    uses = [f"{what} of {view} ({at})" for what, view, at in field.uses[:4]]
    more = f" and {len(field.uses) - 4} more" if len(field.uses) > 4 else ""
    name = field.field.rpartition(".")[2]
    fix = f'Give the field db_index=True, or the model Meta.indexes = [models.Index(fields=["{name}"])], and confirm with EXPLAIN.'
    return warning("database.unindexed-field", f"{field.field} has no index and serves {', '.join(uses)}{more}", field.at, fix=fix)
