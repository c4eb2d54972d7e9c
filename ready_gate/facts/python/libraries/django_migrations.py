"""What migration files call while they are loaded."""

from __future__ import annotations

from ready_gate.facts.python.libraries import Call, models
from ready_gate.facts.python.values import Items, Scalar, Value


@models("django.db.migrations.swappable_dependency", "django.db.migrations.migration.swappable_dependency")
def swappable_dependency(call: Call) -> Value:
    """The first migration of the app of a model that a setting names."""
    name = call.plain(0, "value")
    if not isinstance(name, str) or "." not in name:
        return call.unknown("which model a setting names is not known")
    return Items([call.known(name.partition(".")[0]), Scalar("__first__")], "tuple", origins=(call.at,))
