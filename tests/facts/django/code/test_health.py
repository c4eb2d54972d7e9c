"""What may hide a health route among URLs that are not known."""

import pytest

from ready_gate.facts.django.code.health import _cannot_hide_one


@pytest.mark.parametrize(
    ("problem", "harmless"),
    [
        ("shop/urls.py:3: what paypal.standard.ipn.urls holds is not known", True),
        ("shop/urls.py:3: whether django.conf.urls.static.static() gives patterns hangs on DEBUG", True),
        ("shop/urls.py:3: what health_check.urls holds is not known", False),
        ("shop/urls.py:3: what shop.heartbeat.urls holds is not known", False),
        ("shop/urls.py:3: a pattern that is not known", False),
        ("ROOT_URLCONF is not known", False),
    ],
)
def test_what_cannot_hide_one(problem, harmless):
    assert _cannot_hide_one(problem) is harmless
