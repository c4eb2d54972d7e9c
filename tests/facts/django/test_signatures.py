"""Whether a webhook's own code checks a signature before it does anything."""

from __future__ import annotations

import pytest

from tests.facts.django.test_routes import SETTINGS

HEAD = """
import hashlib, hmac, json, stripe
from django.conf import settings
from django.http import Http404, HttpResponse
from things.models import Order, WebhookLog
from paytmchecksum import PaytmChecksum

"""
URLS = "from django.urls import path\nfrom things import hooks\nurlpatterns = [path('v/', hooks.hook)]\n"
CHECKED = {
    "return": """
def hook(request):
    if not hmac.compare_digest(a(request), b):
        return HttpResponse(status=400)
    Order.objects.create()
    return HttpResponse()
""",
    "raise": """
def hook(request):
    try:
        event = stripe.Webhook.construct_event(request.body, sig, key)
    except ValueError:
        return HttpResponse(status=400)
    except stripe.error.SignatureVerificationError:
        return HttpResponse(status=400)
    Order.objects.filter(id=1).update(paid=True)
    return HttpResponse()
""",
    "flag": """
def hook(request):
    ok = hmac.compare_digest(1, 2)
    if not ok:
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "positive": """
def hook(request):
    if hmac.compare_digest(1, 2):
        Order.objects.create()
        return HttpResponse()
    return HttpResponse(status=400)
""",
    "helper-bool": """
def good(request):
    mac = hmac.new(b'', request.body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(mac, request.headers['X'])
def hook(request):
    if not good(request):
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "helper-raise": """
def good(request):
    mac = hmac.new(b'', request.body, hashlib.sha256).hexdigest()
    if mac != request.headers['X']:
        raise Http404
def hook(request):
    good(request)
    Order.objects.create()
""",
    "decorator": """
def signed(view):
    def inner(request):
        if not hmac.compare_digest(1, 2):
            return HttpResponse(status=403)
        return view(request)
    return inner
@signed
def hook(request):
    Order.objects.create()
""",
    "nested": """
def hook(request):
    if request.method != 'POST':
        return HttpResponse(status=405)
    if not secret or not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "delegates": """
def hook(request):
    return work(request)
def work(request):
    if not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "digestcmp": """
def hook(request):
    mac = hmac.new(b'', request.body, hashlib.sha256).hexdigest()
    if mac != request.headers['X']:
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "log-before": """
def hook(request):
    WebhookLog.objects.create(body=request.body)
    if not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "only-post": """
def hook(request):
    if request.method == 'POST':
        if not hmac.compare_digest(1, 2):
            return HttpResponse(status=400)
        Order.objects.create()
        return HttpResponse()
    return HttpResponse(status=405)
""",
    "paytm": """
def hook(request):
    verified = PaytmChecksum.verifySignature(params, key, checksum)
    if verified:
        Order.objects.create()
    return HttpResponse()
""",
    "paytm2": """
def hook(request):
    verified = PaytmChecksum.verifySignature(params, key, checksum)
    if verified == False:
        raise Http404
    Order.objects.create()
""",
}
UNCHECKED = {
    "ignored": """
def hook(request):
    hmac.compare_digest(1, 2)
    Order.objects.create()
""",
    "after": """
def hook(request):
    Order.objects.create()
    if not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
""",
    "passed-over": """
def hook(request):
    try:
        stripe.Webhook.construct_event(1,2,3)
    except Exception:
        pass
    Order.objects.create()
""",
    "optional": """
def hook(request):
    if sig and not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
    Order.objects.create()
""",
    "optional2": """
def hook(request):
    if settings.X:
        if not hmac.compare_digest(1, 2):
            return HttpResponse(status=400)
    Order.objects.create()
""",
    "logged": """
def hook(request):
    if not hmac.compare_digest(1, 2):
        print('bad')
    Order.objects.create()
""",
    "polarity": """
def hook(request):
    if hmac.compare_digest(1, 2):
        return HttpResponse()
    Order.objects.create()
""",
    "assert": """
def hook(request):
    assert hmac.compare_digest(1, 2)
    Order.objects.create()
""",
    "helper-ignored": """
def good(request):
    return hmac.compare_digest(1, 2)
def hook(request):
    good(request)
    Order.objects.create()
""",
    "helper-works-first": """
def good(request):
    Order.objects.create()
def hook(request):
    good(request)
    if not hmac.compare_digest(1, 2):
        return HttpResponse(status=400)
""",
    "helper-true": """
def good(request):
    if not hmac.compare_digest(1, 2):
        print('bad')
    return True
def hook(request):
    if not good(request):
        return HttpResponse(status=400)
    Order.objects.create()
""",
}


def verified(facts_of, code):
    """What the only route's view checks with."""
    files = {"things/__init__.py": "", "things/hooks.py": HEAD + code, "shop/urls.py": URLS}
    (route,) = facts_of(SETTINGS, files)["routes"]
    return route.verified_by


@pytest.mark.parametrize("name", CHECKED)
def test_a_check_before_everything_else(facts_of, name):
    assert verified(facts_of, CHECKED[name])


@pytest.mark.parametrize("name", UNCHECKED)
def test_a_check_that_stops_nothing(facts_of, name):
    assert verified(facts_of, UNCHECKED[name]) is None


CLASS = """
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

class Hook(APIView):
    permission_classes = [AllowAny]
    {first}
    def post(self, request):
        {post}
        Order.objects.create()
        return Response()
    {last}
hook = Hook.as_view()
"""
STOPS = "if not hmac.compare_digest(1, 2):\n            return Response(status=400)"


@pytest.mark.parametrize(
    ("first", "post", "last", "checks"),
    [
        ("", STOPS, "", True),
        ("", "pass", "", False),
        ("", STOPS, "def put(self, request):\n        Order.objects.create()", False),
        ("", STOPS, "def get(self, request):\n        return Response()", True),
        ("def good(self):\n        return hmac.compare_digest(self.request.body, 2)", "if not self.good():\n            raise Http404", "", True),
        ("def good(self):\n        return hmac.compare_digest(self.request.body, 2)", "pass", "", False),
        ("def dispatch(self, request):\n        " + STOPS + "\n        return super().dispatch(request)", "pass", "", True),
    ],
)
def test_every_method_of_a_class_that_writes(facts_of, first, post, last, checks):
    assert bool(verified(facts_of, CLASS.format(first=first, post=post, last=last))) is checks
