"""Routes as Django and REST framework resolve them themselves: one project with every style, and code that means no good."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.agreement.routes import compare

COLLECTOR = Path(__file__).parents[3] / "benchmarks" / "agreement" / "collect_routes.py"
SETTINGS = """
SECRET_KEY = "x" * 50
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "things"]
ROOT_URLCONF = "shop.urls"
DEBUG = False
USE_I18N = True
LANGUAGE_CODE = "en"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
"""
VIEWS = """
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.views import View
from django.views.generic import ListView, TemplateView
from rest_framework import generics, mixins, permissions, serializers, viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.response import Response
from rest_framework.views import APIView

def page(request, **kwargs):
    return HttpResponse("")

@login_required
def mine(request):
    return HttpResponse("")

class Page(TemplateView):
    template_name = "x.html"

@api_view(["GET", "POST"])
@permission_classes([permissions.AllowAny])
def function(request):
    return Response({})

class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id"]

class Reading(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.method in permissions.SAFE_METHODS or bool(request.user and request.user.is_authenticated)

class Nobody(permissions.BasePermission):
    def has_permission(self, request, view):
        return False

class Everybody(permissions.BasePermission):
    pass

class Staff(permissions.IsAuthenticated):
    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.is_staff

class Plain(APIView):
    def get(self, request):
        return Response({})
    def delete(self, request):
        return Response({})

class Open(Plain):
    permission_classes = [Everybody]

class Composed(Plain):
    permission_classes = [(permissions.IsAuthenticated & Staff) | Reading]

class Inverse(Plain):
    permission_classes = [~permissions.IsAdminUser]

class Users(viewsets.ModelViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    lookup_field = "username"
    lookup_value_regex = "[a-z]+"

    def get_permissions(self):
        if self.action in ("list", "latest"):
            return [permissions.AllowAny()]
        elif self.action == "create":
            kinds = [Reading]
        else:
            kinds = [Staff]
        return [kind() for kind in kinds]

    @action(detail=False)
    def latest(self, request):
        return Response({})

    @action(detail=True, methods=["post", "delete"], url_path="follow/(?P<whom>[^/.]+)", url_name="follows", permission_classes=[permissions.AllowAny])
    def follow(self, request, **kwargs):
        return Response({})

    @action(detail=True, methods=["get"])
    def notes(self, request, **kwargs):
        return Response({})

    @notes.mapping.post
    def add_note(self, request, **kwargs):
        return Response({})

class Mapped(mixins.ListModelMixin, mixins.CreateModelMixin, viewsets.GenericViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    by_action = {"list": [permissions.AllowAny], "create": [Nobody]}

    def get_permissions(self):
        try:
            return [kind() for kind in self.by_action[self.action]]
        except KeyError:
            return super().get_permissions()

class Added(viewsets.ReadOnlyModelViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAdminUser]

    def get_permissions(self):
        self.permission_classes = [*self.permission_classes, Reading]
        return super().get_permissions()

class Listed(generics.ListCreateAPIView):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = [permissions.IsAuthenticatedOrReadOnly]
"""
URLS = """
from functools import partial
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView, TemplateView
from rest_framework import routers
from rest_framework.permissions import AllowAny
from rest_framework.urlpatterns import format_suffix_patterns
from things import views
from things import more as more_urls
from things.extra import *

simple = routers.SimpleRouter(trailing_slash=False)
simple.register("users", views.Users)
simple.register(r"mapped", views.Mapped, basename="mapped")
other = routers.SimpleRouter()
other.register("added", views.Added, "added")
default = routers.DefaultRouter()
default.register("", views.Mapped, basename="root")
default.registry.extend(other.registry)

class Rootless(routers.DefaultRouter):
    include_root_view = False
    include_format_suffixes = False

rootless = Rootless()
for name, view in {"one": views.Users, "two": views.Added}.items():
    rootless.register(name, view, basename=name)

inner = [path("a/", views.page, name="a"), re_path(r"^b/(?P<pk>\\d+)/$", views.page, {"x": 1}, name="b")]

def made(prefix):
    return [path(f"{prefix}/{number}/", views.page, name=f"{prefix}{number}") for number in range(3)]

urlpatterns = [
    path("", views.page, name="home"),
    path("mine/", views.mine),
    path("wrapped/", login_required(views.Page.as_view())),
    path("template/", TemplateView.as_view(template_name="x.html")),
    path("go/", RedirectView.as_view(url="/")),
    path("inner/", include(inner)),
    path("spaced/", include((inner, "spaced"), namespace="again")),
    path("text/", include("things.more")),
    path("module/", include(more_urls, namespace="named")),
    path("plain/", views.Plain.as_view()),
    path("open/", views.Open.as_view()),
    path("composed/", views.Composed.as_view()),
    path("inverse/", views.Inverse.as_view()),
    path("given/", views.Plain.as_view(permission_classes=[AllowAny])),
    path("listed/", views.Listed.as_view()),
    path("function/", views.function),
    path("bound/", views.Users.as_view({"get": "list", "post": "create"})),
    path("simple/", include(simple.urls)),
    path("default/", include((default.urls, "default"))),
    path("auth/", include("rest_framework.urls")),
    *made("made"),
]
urlpatterns += rootless.urls
urlpatterns += extra_patterns + format_suffix_patterns([path("suffixed/", views.function)])
urlpatterns += i18n_patterns(path("local/", views.page), prefix_default_language=True)
urlpatterns += static("/media/", document_root="/tmp")
if settings.DEBUG:
    urlpatterns += [path("debug/", views.page)]
else:
    urlpatterns.append(path("live/", views.page))
urlpatterns.insert(0, re_path(r"^(?P<rest>special|other)/$", views.page))
"""
FILES = {
    "things/__init__.py": "",
    "things/views.py": VIEWS,
    "things/more.py": "from django.urls import path\nfrom . import views\napp_name = 'more'\nurlpatterns = (path('x/', views.page, name='x'), path('y/', views.Page.as_view(), name='y'))\nurlpatterns = list(urlpatterns)\n",
    "things/extra.py": "from django.urls import path\nfrom things.views import page as _page\nextra_patterns = [path('extra/<int:pk>/<slug:name>/', _page)]\n",
    "shop/urls.py": URLS,
}


def truth(root, settings="shop.settings"):
    """The routes of the project as Django resolves them."""
    process = subprocess.run(
        [sys.executable, str(COLLECTOR)],
        input=json.dumps({"path": [root], "configuration": None}),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": settings},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    return json.loads(process.stdout)


def test_a_project_with_every_style_agrees_with_django(facts_of):
    facts = facts_of(SETTINGS, FILES)
    routes = facts["routes"]
    tally = compare(routes, truth(facts["tree"].root))
    assert not routes.problems
    assert not tally.missing
    assert not tally.extra
    assert not tally.wrongly_protected
    assert not tally.wrongly_open
    assert not tally.undecided
    assert not tally.other_classes
    assert tally.agreed == tally.methods > 50


def test_names_are_those_of_the_resolver(facts_of):
    facts = facts_of(SETTINGS, FILES)
    ours = sorted(route.name for route in facts["routes"] if route.name)
    theirs = sorted(row["name"] for row in truth(facts["tree"].root) if row["name"])
    assert ours == theirs


HOSTILE = {
    "includes-itself": {"shop/urls.py": "from django.urls import include, path\nurlpatterns = [path('a/', include('shop.urls'))]\n"},
    "includes-in-a-circle": {
        "shop/urls.py": "from django.urls import include, path\nurlpatterns = [path('a/', include('shop.more'))]\n",
        "shop/more.py": "from django.urls import include, path\nurlpatterns = [path('b/', include('shop.urls')), path('c/', include('shop.urls'))]\n",
    },
    "a-list-in-itself": {"shop/urls.py": "from django.urls import path, include\nurlpatterns = []\nurlpatterns.append(urlpatterns)\n"},
    "doubling": {
        "shop/urls.py": "from django.urls import path, include\na = [path('x/', print)]\n"
        + "a = [path('y/', include(a)), path('z/', include(a))]\n" * 40
        + "urlpatterns = a\n"
    },
    "deep": {
        "shop/urls.py": "from django.urls import path, include\na = [path('x/', print)]\nfor i in range(5000):\n    a = [path('y/', include(a))]\nurlpatterns = a\n"
    },
    "many": {"shop/urls.py": "from django.urls import path\nurlpatterns = [path(f'{i}/{j}', print) for i in range(1000) for j in range(1000)]\n"},
    "endless-decorators": {
        "shop/urls.py": "from django.urls import path\nfrom x import d\nv = print\nfor i in range(3000):\n    v = d(v)\nurlpatterns = [path('a', v)]\n"
    },
    "recursive-permission": {
        "shop/urls.py": "from django.urls import path\nfrom rest_framework.views import APIView\nfrom rest_framework.permissions import BasePermission\n"
        "class P(BasePermission):\n    def has_permission(self, r, v):\n        return P().has_permission(r, v)\n"
        "class V(APIView):\n    permission_classes = [P]\n    def get(self, request):\n        return self.get(request)\nurlpatterns = [path('a', V.as_view())]\n"
    },
    "inherits-itself": {
        "shop/urls.py": "from django.urls import path\nfrom shop import views\nurlpatterns = [path('a', views.A.as_view())]\n",
        "shop/views.py": "from shop.other import B\nclass A(B):\n    pass\n",
        "shop/other.py": "from shop.views import A\nclass B(A):\n    pass\n",
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_patterns_end(facts_of, name):
    facts = facts_of(SETTINGS, HOSTILE[name])
    facts["settings"]
    began = time.process_time()
    routes = facts["routes"]
    assert time.process_time() - began < 20
    assert not any(route.open is False for route in routes)


TOGETHER = "from functools import reduce\nfrom itertools import chain\nfrom operator import add, concat\nfrom django.conf import settings\nfrom django.urls import include, path\nfrom things import views\na = [path('a/', views.page)]\nb = [path('b/', views.mine)]\n"


@pytest.mark.parametrize(
    "code",
    [
        "urlpatterns = reduce(add, [a, b])",
        "urlpatterns = reduce(concat, (a, b), [])",
        "urlpatterns = reduce(lambda one, other: one + other, [a, b])",
        "urlpatterns = sum([a, b], [])",
        "urlpatterns = list(chain(a, b))",
        "urlpatterns = [*chain.from_iterable([a, b])]",
        "urlpatterns = [*a, *b]",
        "urlpatterns = a + b if settings.ROOT_URLCONF else a",
    ],
)
def test_lists_put_together(facts_of, code):
    routes = facts_of(SETTINGS, {**FILES, "shop/urls.py": TOGETHER + code})["routes"]
    assert [route.pattern for route in routes] == ["a/", "b/"]
    assert not routes.problems


@pytest.mark.parametrize(
    "code",
    [
        "g = [a]\nif settings.UNHEARD_OF: g.append(b)\nurlpatterns = reduce(add, g)",
        "g = [a]\nif settings.UNHEARD_OF: g.append(b)\nurlpatterns = sum(g, [])",
        "g = [a]\nif settings.UNHEARD_OF: g.append(b)\nurlpatterns = list(chain.from_iterable(g))",
        "from absent_package.urls import urlpatterns as more\nurlpatterns = a + more",
        "urlpatterns = [*a, path('z/', include('absent_package.urls'))]",
        "from absent_package import urls\nurlpatterns = [*a, path('z/', include(urls))]",
        "from absent_package import router\nurlpatterns = [*a, path('z/', include(router.urls))]",
        "import absent_package\nurlpatterns = a + absent_package.patterns()",
    ],
)
def test_what_is_not_known_leaves_the_rest_known(facts_of, code):
    routes = facts_of(SETTINGS, {**FILES, "shop/urls.py": TOGETHER + code})["routes"]
    assert routes.problems
    assert [route.pattern for route in routes] == ["a/"]


CLASS = "from django.utils.decorators import method_decorator\nfrom django.contrib.auth.decorators import login_required\nfrom django.views.decorators.csrf import csrf_exempt\nfrom django.http import JsonResponse\nfrom django.views import View\nfrom rest_framework.permissions import AllowAny\nfrom rest_framework.views import APIView\nfrom absent_package import limited\n{before}\nclass Hook({base}):\n    permission_classes = [AllowAny]\n    def post(self, request):\n        return JsonResponse({{}})\n"
DECORATED = {
    "by-a-function": ("def on(kind):\n    return method_decorator(csrf_exempt, name='dispatch')(kind)\n@on", "View", True, True),
    "by-a-function-that-asks": ("def on(kind):\n    return method_decorator(login_required, name='dispatch')(kind)\n@on", "View", False, False),
    "by-a-maker": (
        "def on(rate):\n    def made(kind):\n        return method_decorator(limited(rate), name='post')(kind)\n    return made\n@on(3)",
        "View",
        None,
        False,
    ),
    "by-a-list": ("@method_decorator([csrf_exempt, login_required], name='dispatch')", "View", False, True),
    "by-a-list-of-harmless-ones": ("@method_decorator([csrf_exempt], name='dispatch')", "View", True, True),
    "rest-by-an-unknown-one": ("@method_decorator(limited, name='dispatch')", "APIView", None, True),
}


@pytest.mark.parametrize("name", DECORATED)
def test_decorated_classes_stay_the_classes_they_are(facts_of, name):
    before, base, is_open, exempt = DECORATED[name]
    urls = "from django.urls import path\nfrom things.hooks import Hook\nurlpatterns = [path('h/', Hook.as_view())]\n"
    (route,) = facts_of(SETTINGS, {"things/hooks.py": CLASS.format(before=before, base=base), "shop/urls.py": urls})["routes"]
    assert route.view == "things.hooks.Hook"
    assert route.view_at
    assert (route.open, route.csrf_exempt) == (is_open, exempt)
