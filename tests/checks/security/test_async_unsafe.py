"""DJANGO_ALLOW_ASYNC_UNSAFE in the production environment."""

import pytest

from ready_gate.checks.security.async_unsafe import NAME, async_unsafe
from ready_gate.facts.views import Environment, Variable
from ready_gate.model import Status


@pytest.mark.parametrize(("values", "status"), [({NAME: "true"}, Status.FAIL), ({NAME: ""}, Status.PASS), ({}, Status.PASS)])
def test_variable(make_settings, make_environment, values, status):
    assert async_unsafe(make_settings(), make_environment(values)).status is status


def test_unknown(make_settings):
    environment = Environment({}, known=True, doubtful={NAME: Variable(NAME, "")})
    assert async_unsafe(make_settings(), environment).status is Status.UNKNOWN
