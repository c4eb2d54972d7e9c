"""Whether the view of CSRF_FAILURE_VIEW is there and takes what Django gives it."""

import pytest

SETTINGS = 'CSRF_FAILURE_VIEW = "{}"\n'


@pytest.mark.parametrize(
    ("name", "source", "found", "fits"),
    [
        ("shop.views.failed", "def failed(request, reason=''): pass", True, True),
        ("shop.views.failed", "def failed(request, reason): pass", True, True),
        ("shop.views.failed", "def failed(*args, **kwargs): pass", True, True),
        ("shop.views.failed", "def failed(request, *, reason): pass", True, True),
        ("shop.views.failed", "def failed(): pass", True, False),
        ("shop.views.failed", "def failed(request): pass", True, False),
        ("shop.views.failed", "def failed(request, exception): pass", True, False),
        ("shop.views.failed", "def failed(request, code, reason): pass", True, False),
        ("shop.views.failed", "@wrapped\ndef failed(): pass", True, None),
        ("shop.views.failed", "failed = View.as_view()", True, None),
        ("shop.views.failed", "from shop.errors import failed", True, None),
        ("shop.views.failed", "from shop.errors import *", None, None),
        ("shop.views.failed", "", False, None),
        ("shop.views.failed", "def failed(:", None, None),
        ("shop.nowhere.failed", "", False, None),
        ("library.views.failed", "", None, None),
        ("failed", "", False, None),
        ("", "", False, None),
    ],
)
def test_the_view(facts_of, name, source, found, fits):
    facts = facts_of(SETTINGS.format(name), {"shop/views.py": source + "\n"})
    view = facts["csrf_failure_view"]
    assert (view.found, view.fits) == (found, fits)


def test_djangos_own(facts_of):
    assert facts_of("")["csrf_failure_view"].found is None
