"""Where a pipeline runs the project's tests."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.model import Origin


@dataclass(frozen=True)
class PipelineTests:
    """The lines of pipelines that run tests."""

    found: tuple[Origin, ...] = ()
