"""Which releases upstream still supports: the dated table beside the checklist."""

from __future__ import annotations

from ready_gate import content
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Support


@fact
def support() -> Support:
    """The table as published with this release of ready-gate."""
    import yaml

    table = yaml.safe_load((content.folder() / "support.yml").read_text(encoding="utf-8"))
    return Support(table["source"], table["as-of"], table["django"])
