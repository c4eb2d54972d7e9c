"""The project's own middleware that turns away whoever is not known."""

from __future__ import annotations

import pytest

from tests.facts.django.test_routes import FILES, SETTINGS

OWN = SETTINGS + 'MIDDLEWARE = ["django.contrib.auth.middleware.AuthenticationMiddleware", "things.asking.Asking"]\nEXEMPT = ["/login/"]\n'
HEAD = """
import re
from django.conf import settings
from django.http import HttpResponseForbidden, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.deprecation import MiddlewareMixin
OPEN = [re.compile("^login/")]

class Asking(MiddlewareMixin):
    def __init__(self, get_response):
        self.get_response = get_response
"""
URLS = "from django.urls import path\nfrom things.views import page\nurlpatterns = [path('mine/', page), path('login/', page), path('x/<int:pk>/', page)]\n"
CALL = "    def __call__(self, request):\n        if {test}:\n            return {answer}\n        return self.get_response(request)\n"
ANONYMOUS = "not request.user.is_authenticated"
KINDS = {
    "everywhere": (CALL.format(test=ANONYMOUS, answer="HttpResponseForbidden()"), False, False, False),
    "but-for-a-setting": (CALL.format(test=f"{ANONYMOUS} and request.path not in settings.EXEMPT", answer="redirect('login')"), False, True, None),
    "but-for-patterns": (
        "    def process_request(self, request):\n        if not request.user.is_authenticated:\n            path = request.path_info.lstrip('/')\n"
        "            if not any(one.match(path) for one in OPEN):\n                return HttpResponseRedirect(settings.LOGIN_URL)\n",
        False,
        True,
        None,
    ),
    "but-for-a-start": (
        "    def process_view(self, request, view, args, kwargs):\n        if request.user.is_authenticated or request.path.startswith('/login'):\n"
        "            return None\n        return JsonResponse({}, status=401)\n",
        False,
        True,
        None,
    ),
    "by-the-name-of-the-view": (
        CALL.format(test=f"{ANONYMOUS} and resolve(request.path_info).url_name not in ('login',)", answer="redirect('login')"),
        None,
        None,
        None,
    ),
    "somewhere-else": (CALL.format(test=f"request.path.startswith('/api/') and {ANONYMOUS}", answer="HttpResponseForbidden()"), True, True, None),
    "only-noting": (
        "    def __call__(self, request):\n        answer = self.get_response(request)\n        answer['X'] = str(request.user.is_authenticated)\n        return answer\n",
        True,
        True,
        True,
    ),
    "of-addresses": (CALL.format(test="request.META['REMOTE_ADDR'] in settings.BAD", answer="HttpResponseForbidden()"), True, True, True),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_stands_before_all_views(facts_of, name):
    code, *expected = KINDS[name]
    routes = facts_of(OWN, {**FILES, "shop/urls.py": URLS, "things/asking.py": HEAD + code})["routes"]
    assert [route.open for route in routes] == expected


def test_middleware_that_is_a_function(facts_of):
    code = "\ndef Asking(get_response):\n    def asking(request):\n        if request.user.is_anonymous:\n            return redirect('login')\n        return get_response(request)\n    return asking\n"
    routes = facts_of(OWN, {**FILES, "shop/urls.py": URLS, "things/asking.py": HEAD.partition("class ")[0] + code})["routes"]
    assert {route.open for route in routes} == {False}


def test_a_view_that_lets_some_through_before_it_refuses_is_not_protected(facts_of):
    code = "from django.http import HttpResponse\nfrom django.core.exceptions import PermissionDenied\ndef page(request):\n    if request.GET.get('key') == 'x':\n        return HttpResponse('all')\n    raise PermissionDenied\n"
    urls = "from django.urls import path\nfrom things.some import page\nurlpatterns = [path('p/', page)]\n"
    (route,) = facts_of(SETTINGS, {"things/some.py": code, "shop/urls.py": urls})["routes"]
    assert route.open is None
