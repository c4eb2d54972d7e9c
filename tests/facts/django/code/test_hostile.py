"""Code that is made to be hard to follow: every fact about code ends, and says so where it could not see everything."""

import pytest

from ready_gate.errors import NothingToJudge, Unavailable
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

FACTS = (
    *("input_code", "password_code", "token_code", "limit_code", "list_code", "index_code", "query_code", "health_code", "personal_code"),
    *("served_files", "usage_code", "endpoints"),
)
HEAD = "from django.db import connection, models\nfrom rest_framework.views import APIView\nfrom rest_framework import serializers, viewsets\n"
SOURCES = {
    "a long sum": "def view(request):\n    return " + " + ".join(["request.GET['a']"] * 3000) + "\n",
    "deep calls": "def view(request):\n    return " + "f(" * 80 + "request" + ")" * 80 + "\n",
    "classes in a circle": "class A(B, APIView):\n    pass\n\nclass B(A):\n    def post(self, request):\n        return super().post(request)\n",
    "functions in a circle": "def a(request):\n    return b(request.POST)\n\ndef b(data):\n    return a(data)\n\nclass V(APIView):\n    def post(self, request):\n        return a(request)\n",
    "names in a circle": "x = y\ny = x\nclass V(x, APIView):\n    queryset = y\n    serializer_class = x\n",
    "serializers in a circle": "class S(serializers.ModelSerializer):\n    child = S()\n    class Meta:\n        model = M\n        fields = ['child']\n\nclass M(models.Model):\n    child = models.ForeignKey('self', on_delete=models.CASCADE)\n\nclass V(viewsets.ModelViewSet):\n    queryset = M.objects.all()\n    serializer_class = S\n",
    "querysets in a circle": "class V(viewsets.ModelViewSet):\n    def get_queryset(self):\n        return self.filter_queryset(self.get_queryset())\n    def filter_queryset(self, q):\n        q = self.get_queryset()\n        q = q.filter(a=q)\n        return q\n",
    "many branches": "def view(request):\n    x = request.POST\n" + "".join(f"    if x['{n}']:\n        x = x + {n}\n" for n in range(1500)),
    "payloads in a circle": "import jwt\n\ndef a(p):\n    return jwt.encode(b(p), 'k')\n\ndef b(p):\n    p = b(p)\n    p.update(b(p))\n    return {**p, **b(p)}\n",
    "no class at all": "class Meta: pass\nclass V(APIView):\n    throttle_classes = throttle_classes + [1]\n    authentication_classes = [None, 1]\n    pagination_class = 3\n    http_method_names = 'get'\n",
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_fact_ends(tmp_path, source):
    (tmp_path / "shop").mkdir()
    (tmp_path / "manage.py").write_text('import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n')
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "shop/settings.py").write_text('INSTALLED_APPS = ["rest_framework", "shop"]\nROOT_URLCONF = "shop.urls"\n')
    (tmp_path / "shop/models.py").write_text(HEAD + source)
    (tmp_path / "shop/urls.py").write_text(
        "from django.urls import path\nfrom shop import models\n\nurlpatterns = [path('x', models.view), path('y', models.V.as_view())]\n"
    )
    facts = Facts({"options": Options(path=str(tmp_path))})
    for name in FACTS:
        try:
            facts[name]
        except (Unavailable, NothingToJudge):
            continue
