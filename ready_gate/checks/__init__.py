"""The checks: one file per checklist section, one small pure function per check.

    @check("security.debug-off")
    def debug_off(settings: Settings) -> Outcome: ...

A check asks for its facts by parameter name and answers with `passed`, `failed`, `unknown`, `ask_person` or `not_applicable`.
It does no I/O: what it needs of the project is a fact.
"""

from __future__ import annotations

from ready_gate.checks.registry import REGISTRY, Check, load, load_all

__all__ = ["REGISTRY", "Check", "load", "load_all"]
