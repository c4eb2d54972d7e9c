"""What the staging URL shows. Nothing is recorded yet, and the reason says so."""

from __future__ import annotations

from ready_gate.errors import Unavailable
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Options


@fact
def staging(options: Options) -> object:
    """Raises `Unavailable`: without a URL there is nothing to look at, with one there is no recorder yet."""
    if options.staging_url is None:
        raise Unavailable("no staging URL was given")
    raise Unavailable(f"ready-gate does not look at staging yet ({options.staging_url})")
