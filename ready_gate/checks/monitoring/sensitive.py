"""No password, card or token is written to the log."""

from __future__ import annotations

from ready_gate.checks.registry import check, finding, judged, warning
from ready_gate.facts.views import SensitiveLogging
from ready_gate.model import Finding, Outcome


@check("monitoring.sensitive-logging")
def sensitive_logging_calls(sensitive_logging: SensitiveLogging) -> Outcome:
    """No log call is given such a value; whole requests of logins and payments are reported."""
    found: list[Finding] = []
    for spot in sensitive_logging.spots:
        if spot.kind == "sure":
            found.append(finding("monitoring.secret-logged", f"the log call is given {spot.text}", spot.at))
        else:
            found.append(
                warning("monitoring.request-logged", f"the log call is given {spot.text}, which may hold a password, a card or a token", spot.at)
            )
    return judged(found, "no log call is given a password, a card or a token")
