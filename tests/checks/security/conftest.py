"""Shorthands for outcomes."""

import pytest

from ready_gate.model import Level


@pytest.fixture(scope="session")
def errors_of():
    """The rules of an outcome's errors, in order; `warnings_of` those of its warnings."""
    return lambda outcome: [finding.rule for finding in outcome.findings if finding.level is Level.ERROR]


@pytest.fixture(scope="session")
def warnings_of():
    return lambda outcome: [finding.rule for finding in outcome.findings if finding.level is Level.WARNING]
