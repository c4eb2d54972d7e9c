"""DJANGO_ALLOW_ASYNC_UNSAFE, which belongs in no production environment."""

from __future__ import annotations

from ready_gate.checks.registry import check, finding, passed, unknown
from ready_gate.checks.security.answers import settled
from ready_gate.facts.views import Environment, Settings
from ready_gate.model import Outcome

NAME = "DJANGO_ALLOW_ASYNC_UNSAFE"


@check("security.async-unsafe")
def async_unsafe(settings: Settings, environment: Environment) -> Outcome:
    """Django's guard against using the database from an event loop is on."""
    variable = environment.variables.get(NAME) or settings.exported.get(NAME)
    if variable is not None and variable.value:
        message = f"{NAME} is set: Django no longer stops an event loop from using one database connection twice at once"
        return settled(settings, [finding("django.async.E001", message, variable.at)], "")
    if NAME in environment.doubtful:
        return unknown(f"{environment.doubtful[NAME].at or 'a deploy file'} leaves the value of {NAME} to the server")
    if settings.incomplete:
        return unknown(settings.incomplete)
    return passed(f"nothing known of production sets {NAME}")
