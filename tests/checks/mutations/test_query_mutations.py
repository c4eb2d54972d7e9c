"""Relations that lists follow, and fields that they filter and order by: candidates for a person, and none where the code is right."""

import pytest

from ready_gate.model import Status

SETTINGS = 'INSTALLED_APPS = ["django.contrib.auth", "rest_framework", "orders"]\nDEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n'
MODELS = """
from django.db import models

class Customer(models.Model):
    name = models.CharField(max_length=50)
    email = models.EmailField(unique=True)

class Tag(models.Model):
    name = models.CharField(max_length=50)

class OrderQuerySet(models.QuerySet):
    def with_customer(self):
        return self.select_related("customer")

class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    tags = models.ManyToManyField(Tag)
    status = models.CharField(max_length=10)
    slug = models.SlugField()
    paid = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True, db_index=True)
    updated = models.DateTimeField(auto_now=True)
    objects = OrderQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["customer", "updated"])]

    @property
    def customer_name(self):
        return self.customer.name

class Line(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    amount = models.IntegerField()
"""
HEAD = """
from django.db.models import Prefetch, Q
from rest_framework import generics, serializers, viewsets
from rest_framework.decorators import api_view
from rest_framework.response import Response
from orders.models import Customer, Line, Order, Tag

class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "name"]

class LineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Line
        fields = ["amount"]

class PlainSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields = ["id", "status", "customer"]

"""


def serializer(fields, body="", names=None):
    listed = names or ["id", *[line.split(" =")[0].strip() for line in fields]]
    return (
        "class S(serializers.ModelSerializer):\n"
        + "".join(f"    {line}\n" for line in fields)
        + body
        + (f"    class Meta:\n        model = Order\n        fields = {listed!r}\n\n")
    )


def view(query="Order.objects.all()", more="", kind="S"):
    return f"class V(viewsets.ModelViewSet):\n    queryset = {query}\n    serializer_class = {kind}\n{more}"


NESTED = serializer(["customer = CustomerSerializer()"])
LINES = serializer(["lines = LineSerializer(many=True)"])
METHOD = serializer(["who = serializers.SerializerMethodField()"], "    def get_who(self, order):\n        return order.customer.name\n")
CANDIDATES = {
    "nested": NESTED + view(),
    "nested many": LINES + view(),
    "source": serializer(["who = serializers.CharField(source='customer.name')"]) + view(),
    "method": METHOD + view(),
    "method that queries": serializer(
        ["n = serializers.SerializerMethodField()"], "    def get_n(self, order):\n        return Line.objects.filter(order=order).count()\n"
    )
    + view(),
    "method that filters what is loaded": serializer(
        ["n = serializers.SerializerMethodField()"], "    def get_n(self, order):\n        return order.lines.filter(amount__gt=0).count()\n"
    )
    + view("Order.objects.prefetch_related('lines')"),
    "many to many": serializer([], names=["id", "tags"]) + view(),
    "property": serializer([], names=["id", "customer_name"]) + view(),
    "as text": serializer(["customer = serializers.StringRelatedField()"]) + view(),
    "another relation loaded": NESTED + view("Order.objects.prefetch_related('tags')"),
    "get_queryset": NESTED + view(more="    def get_queryset(self):\n        return Order.objects.filter(paid=True)\n"),
    "function": NESTED + "@api_view(['GET'])\ndef orders(request):\n    return Response(S(Order.objects.all(), many=True).data)\n",
    "loop": "@api_view(['GET'])\ndef orders(request):\n    return Response([Customer.objects.get(pk=pk).name for pk in request.GET.getlist('pk')])\n",
    "len": "@api_view(['GET'])\ndef orders(request):\n    return Response({'n': len(Order.objects.all())})\n",
    "count": "@api_view(['GET'])\ndef orders(request):\n    if Order.objects.filter(paid=True).count() > 0:\n        return Response({})\n",
}
RIGHT = {
    "plain": view(kind="PlainSerializer"),
    "select": NESTED + view("Order.objects.select_related('customer')"),
    "prefetch": LINES + view("Order.objects.prefetch_related('lines')"),
    "prefetch object": LINES + view("Order.objects.prefetch_related(Prefetch('lines', queryset=Line.objects.all()))"),
    "get_queryset": NESTED
    + view(more="    def get_queryset(self):\n        orders = Order.objects.filter(paid=True)\n        return orders.select_related('customer')\n"),
    "super": NESTED
    + view("Order.objects.select_related('customer')", "    def get_queryset(self):\n        return super().get_queryset().filter(paid=True)\n"),
    "mixin": NESTED
    + "class Loaded:\n    def get_queryset(self):\n        return Order.objects.select_related('customer')\n\nclass V(Loaded, viewsets.ModelViewSet):\n    serializer_class = S\n",
    "manager": NESTED + view("Order.objects.with_customer()"),
    "method": METHOD + view("Order.objects.select_related('customer')"),
    "bare select": METHOD + view("Order.objects.select_related()"),
    "key alone": serializer(["who = serializers.SerializerMethodField()"], "    def get_who(self, order):\n        return order.customer_id\n")
    + view(),
    "written only": serializer(["customer = CustomerSerializer(write_only=True)"]) + view(),
    "no list": NESTED + "class V(generics.RetrieveAPIView):\n    queryset = Order.objects.all()\n    serializer_class = S\n",
    "one query before the loop": "@api_view(['GET'])\ndef orders(request):\n    return Response([c.name for c in Customer.objects.filter(pk__in=request.GET.getlist('pk'))])\n",
    "count of rows": "@api_view(['GET'])\ndef orders(request):\n    return Response({'n': Order.objects.count(), 'few': len([1])})\n",
}


def judged(judge_source, check, source):
    return judge_source(check, SETTINGS, files={"orders/__init__.py": "", "orders/models.py": MODELS, "orders/views.py": HEAD + source})


@pytest.mark.parametrize("source", CANDIDATES.values(), ids=CANDIDATES)
def test_queries_for_each_row(judge_source, source):
    outcome = judged(judge_source, "performance.query-efficiency", source)
    assert outcome.status is Status.UNKNOWN, outcome
    assert outcome.asks_person
    assert all(finding.at and finding.at.path.startswith("orders/") for finding in outcome.findings)


@pytest.mark.parametrize("source", RIGHT.values(), ids=RIGHT)
def test_lists_that_load_what_they_follow(judge_source, source):
    assert judged(judge_source, "performance.query-efficiency", source).status is Status.PASS


def test_the_fix_names_the_relation(judge_source):
    fixes = [
        finding.fix
        for finding in judged(judge_source, "performance.query-efficiency", NESTED + LINES.replace("class S", "class T") + view()).findings
    ]
    assert fixes == ['Add .select_related("customer") to the queryset.']


def listing(query="Order.objects.all()", more=""):
    return view(query, more, "PlainSerializer")


UNINDEXED = {
    "filter": (listing("Order.objects.filter(status='new')"), "status"),
    "exclude": (listing("Order.objects.exclude(status='new')"), "status"),
    "lookup": (listing("Order.objects.filter(updated__gte='2026-01-01')"), "updated"),
    "order": (listing("Order.objects.order_by('-status')"), "status"),
    "q": (listing("Order.objects.filter(Q(status='new') | Q(paid=True))"), "status"),
    "over a relation": (listing("Order.objects.filter(customer__name='x')"), "name"),
    "filterset fields": (listing(more="    filterset_fields = ['status']\n"), "status"),
    "filterset dictionary": (listing(more="    filterset_fields = {'status': ['exact']}\n"), "status"),
    "ordering fields": (listing(more="    ordering_fields = ['status', 'created']\n"), "status"),
    "search": (listing(more="    search_fields = ['^customer__name']\n"), "name"),
    "get_queryset": (
        listing(more="    def get_queryset(self):\n        orders = super().get_queryset()\n        return orders.filter(status='new')\n"),
        "status",
    ),
    "page of the list": (
        "from django.views.generic import ListView\n\nclass V(ListView):\n    model = Order\n    ordering = ['-status']\n",
        "status",
    ),
    "second column of an index": (listing("Order.objects.order_by('-updated')"), "updated"),
}
INDEXED = {
    "nothing": listing(),
    "key": listing("Order.objects.filter(pk=1).order_by('-id')"),
    "foreign key": listing("Order.objects.filter(customer=1)"),
    "foreign key's column": listing("Order.objects.filter(customer_id=1)"),
    "db_index": listing("Order.objects.order_by('-created')"),
    "slug": listing("Order.objects.filter(slug='x')"),
    "unique over a relation": listing("Order.objects.filter(customer__email='x')"),
    "index of two columns": listing("Order.objects.filter(customer=1).order_by('-updated')"),
    "first column": listing(more="    filterset_fields = ['customer']\n"),
    "boolean": listing("Order.objects.filter(paid=True)"),
    "many to many": listing("Order.objects.filter(tags=1)"),
    "page of the list": "from django.views.generic import ListView\n\nclass V(ListView):\n    queryset = Order.objects.order_by('-created')\n",
    "annotation": listing("Order.objects.annotate(n=1).order_by('n')"),
}


@pytest.mark.parametrize(("source", "field"), UNINDEXED.values(), ids=UNINDEXED)
def test_fields_without_an_index(judge_source, source, field):
    outcome = judged(judge_source, "database.indexes", source)
    assert outcome.status is Status.UNKNOWN, outcome
    assert outcome.asks_person
    assert [finding.message.split(" has no index")[0].rpartition(".")[2] for finding in outcome.findings] == [field]


@pytest.mark.parametrize("source", INDEXED.values(), ids=INDEXED)
def test_fields_with_an_index(judge_source, source):
    assert judged(judge_source, "database.indexes", source).status is Status.PASS


def test_no_list_is_nothing_to_judge(judge_source):
    assert judged(judge_source, "database.indexes", "").status is Status.NOT_APPLICABLE
