"""Fields, as `deconstruct()` of the running Django gives them and as they are worked out of source."""

from __future__ import annotations

import textwrap

import pytest

from ready_gate.facts.django.deconstruct import Deconstructor
from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.views.schema import FieldState, Listed, Made, Named, Undecided, same, same_field
from tests.facts.python.conftest import FakeTree

HEAD = """
import datetime
import enum
import functools
import uuid
import re
from enum import Enum
from django.conf import settings
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
import other.fields
def where(instance, name):
    return name
class State(models.TextChoices):
    OPEN = "open", _("Open one")
    SHUT = "shut"
class Size(models.IntegerChoices):
    SMALL = 1
    BIG = 2, "Large"
    __empty__ = "?"
class Colour(Enum):
    RED = "r"
class Span(models.TextChoices):
    DAY = timezone.timedelta(days=1), "1 day"
    PART = 0.10, "10%"
    NONE = None, "none"
class Grade(models.IntegerChoices):
    LOW = "1", "Low"
    MID = 2.7, "Mid"
    HIGH = enum.auto(), "High"
class Kind(models.TextChoices):
    ONE_WORD = enum.auto()
    TWO = "two",
class Rate(float, models.Choices):
    HALF = "0.5", "Half"
class Day(datetime.date, models.Choices):
    FIRST = 2024, 1, 1, "First"
class Letter(str, Enum):
    A = 1
class Lower(enum.StrEnum):
    BIG_ONE = enum.auto()
class Own(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 7
        super().__init__(*args, **kwargs)
    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs
class Money(models.DecimalField):
    def __init__(self, verbose_name=None, currency="INR", **kwargs):
        self.currency = currency
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(verbose_name, **kwargs)
    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        if self.currency != "INR":
            kwargs["currency"] = self.currency
        return name, path, args, kwargs
class Plain(models.TextField):
    pass
class Hidden(models.CharField):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **other.fields.more(kwargs))
"""


def deconstructed(expression: str, version: tuple[int, ...] = (5, 2)) -> FieldState:
    tree = FakeTree({"app/__init__.py": "", "app/models.py": f"{HEAD}\nfield = {textwrap.dedent(expression)}\n"})
    run = Interpreter(Sources(tree), root="/p", search=["."], variables={}, project="/p")
    return Deconstructor(run, version, lambda value: None).field("field", run.load("app.models").names["field"], "app", "Thing")


DB = "django.db.models"
ALIKE = [
    ("models.CharField(max_length=3)", "CharField", {"max_length": 3}),
    ("models.CharField('a', 'b', False, 3, null=False, blank=True)", "CharField", {"verbose_name": "a", "max_length": 3, "blank": True}),
    ("models.CharField(_('a'), max_length=3, help_text='', validators=[])", "CharField", {"verbose_name": "a", "max_length": 3}),
    ("models.EmailField()", "EmailField", {"max_length": 254}),
    ("models.EmailField(max_length=254)", "EmailField", {"max_length": 254}),
    ("models.SlugField(max_length=50, db_index=True)", "SlugField", {}),
    ("models.SlugField(db_index=False)", "SlugField", {"db_index": False}),
    ("models.URLField(max_length=200)", "URLField", {}),
    ("models.URLField(max_length=500)", "URLField", {"max_length": 500}),
    ("models.DateTimeField(auto_now_add=True, editable=False)", "DateTimeField", {"auto_now_add": True}),
    ("models.DateField('day', None, True)", "DateField", {"verbose_name": "day", "auto_now": True}),
    ("models.DateTimeField(default=timezone.now)", "DateTimeField", {"default": Named("django.utils.timezone.now")}),
    ("models.DecimalField('p', None, 8, 2)", "DecimalField", {"verbose_name": "p", "max_digits": 8, "decimal_places": 2}),
    ("models.UUIDField(primary_key=True, default=uuid.uuid4)", "UUIDField", {"primary_key": True, "default": Named("uuid.uuid4")}),
    ("models.BinaryField(editable=False)", "BinaryField", {}),
    ("models.BinaryField(editable=True)", "BinaryField", {"editable": True}),
    ("models.AutoField(primary_key=True)", "AutoField", {"primary_key": True}),
    ("models.FileField()", "FileField", {"upload_to": ""}),
    ("models.ImageField(upload_to=where, width_field='w')", "ImageField", {"upload_to": Named("app.models.where"), "width_field": "w"}),
    ("models.GenericIPAddressField(protocol='IPv4')", "GenericIPAddressField", {"protocol": "IPv4"}),
    ("models.JSONField(default=dict)", "JSONField", {"default": Named("builtins.dict")}),
    ("models.BooleanField(default=models.NOT_PROVIDED)", "BooleanField", {}),
    ("models.CharField(choices=State.choices)", "CharField", {"choices": Listed([("open", "Open one"), ("shut", "Shut")])}),
    ("models.CharField(default=State.OPEN)", "CharField", {"default": "open"}),
    ("models.CharField(choices=State)", "CharField", {"choices": Listed([("open", "Open one"), ("shut", "Shut")])}),
    ("models.CharField(choices=Span.choices)", "CharField", {"choices": Listed([("1 day, 0:00:00", "1 day"), ("0.1", "10%"), ("None", "none")])}),
    ("models.CharField(default=Span.DAY)", "CharField", {"default": "1 day, 0:00:00"}),
    ("models.CharField(default=Span.DAY.value, help_text=Span.DAY.label)", "CharField", {"default": "1 day, 0:00:00", "help_text": "1 day"}),
    ("models.IntegerField(choices=Grade.choices)", "IntegerField", {"choices": Listed([(1, "Low"), (2, "Mid"), (3, "High")])}),
    ("models.CharField(choices=Kind.choices)", "CharField", {"choices": Listed([("ONE_WORD", "One Word"), ("two", "Two")])}),
    ("models.FloatField(choices=Rate.choices, default=Rate.HALF)", "FloatField", {"choices": Listed([(0.5, "Half")]), "default": 0.5}),
    ("models.CharField(default=Letter.A)", "CharField", {"default": "1"}),
    ("models.CharField(default=Lower.BIG_ONE)", "CharField", {"default": "big_one"}),
    ("models.IntegerField(choices=Size.choices)", "IntegerField", {"choices": Listed([(None, "?"), (1, "Small"), (2, "Large")])}),
    ("models.CharField(choices={'a': 'A'})", "CharField", {"choices": Listed([("a", "A")])}),
    ("models.CharField(choices=[(c.name, c.value) for c in Colour])", "CharField", {"choices": Listed([("RED", "r")])}),
    ("models.CharField(choices=where)", "CharField", {"choices": Named("app.models.where")}),
    ("models.CharField(default=Colour.RED)", "CharField", {"default": Named("app.models.Colour.RED")}),
    ("models.ForeignKey('self', models.CASCADE)", "ForeignKey", {"to": "app.thing", "on_delete": Named(f"{DB}.CASCADE")}),
    ("models.ForeignKey('Other', on_delete=models.PROTECT)", "ForeignKey", {"to": "app.other", "on_delete": Named(f"{DB}.PROTECT")}),
    ("models.ForeignKey('shop.Order', models.SET(1))", "ForeignKey", {"to": "shop.order", "on_delete": Made(f"{DB}.SET", (1,))}),
    ("models.ForeignKey('A', models.CASCADE, db_index=True)", "ForeignKey", {"to": "app.a", "on_delete": Named(f"{DB}.CASCADE")}),
    ("models.OneToOneField('A', models.CASCADE, unique=True)", "OneToOneField", {"to": "app.a", "on_delete": Named(f"{DB}.CASCADE")}),
    ("models.ManyToManyField('a.B', through='C', symmetrical=False)", "ManyToManyField", {"to": "a.b", "through": "app.c"}),
    (
        "models.IntegerField(validators=(MinValueValidator(0),))",
        "IntegerField",
        {"validators": Listed([Made("django.core.validators.MinValueValidator", (0,))])},
    ),
    (
        "models.IntegerField(default=functools.partial(where, 1))",
        "IntegerField",
        {"default": Made("functools.partial", (Named("app.models.where"), 1))},
    ),
]


@pytest.mark.parametrize(("expression", "kind", "arguments"), ALIKE)
def test_a_builtin_field_keeps_what_is_not_the_default(expression: str, kind: str, arguments: dict[str, object]) -> None:
    state = deconstructed(expression)
    assert state.kind == f"{DB}.{kind}"
    assert state.undecided is None
    assert state.arguments == arguments


def test_classes_of_the_project_keep_what_their_code_says() -> None:
    assert deconstructed("Own('x')").arguments == {"verbose_name": "x"}
    assert deconstructed("Own('x')").kind == "app.models.Own"
    assert deconstructed("Money(currency='USD')").arguments == {"max_digits": 12, "decimal_places": 2, "currency": "USD"}
    assert deconstructed("Money('m', max_digits=5)").arguments == {"verbose_name": "m", "max_digits": 5, "decimal_places": 2}
    assert deconstructed("Plain(default='')").arguments == {"default": ""}


def test_what_cannot_be_followed_is_undecided_with_the_reason() -> None:
    assert "base class arguments" in (deconstructed("Hidden()").undecided or "")
    assert isinstance(deconstructed("models.CharField(max_length=other.length())").arguments["max_length"], Undecided)
    assert "not at hand" in (deconstructed("other.fields.FancyField(1, size=2)").open or "")


def test_conditions_are_built_as_django_builds_them() -> None:
    state = deconstructed("models.ForeignKey('A', models.CASCADE, limit_choices_to=Q(b=1, a=2) | ~Q(c=3) | Q(d=4))")
    negated = Made(f"{DB}.Q", (("c", 3),), {"_negated": True})
    first = Made(f"{DB}.Q", (("a", 2), ("b", 1)))
    assert state.arguments["limit_choices_to"] == Made(f"{DB}.Q", (first, negated, ("d", 4)), {"_connector": "OR"})


def test_older_versions_of_django() -> None:
    key = "models.ForeignKey('A', models.CASCADE, related_name='%(app_label)s_%(class)ss')"
    assert deconstructed(key, (3, 2)).arguments["related_name"] == "app_things"
    assert deconstructed(key, (4, 0)).arguments["related_name"] == "%(app_label)s_%(class)ss"
    assert deconstructed("models.CharField(choices=[['a', 'A']])", (4, 2)).arguments["choices"] == Listed([Listed(["a", "A"])])


def test_comparing_says_so_where_it_cannot_tell() -> None:
    assert same(Listed([1]), Listed([1])) is True
    assert same(Listed([1]), (1,)) is False
    assert same({"a": Undecided("x"), "b": 1}, {"a": 1, "b": 2}) is False
    assert same({"a": Undecided("x")}, {"a": 1}) is None
    assert same(True, 1) is True  # as Python and Django compare them
    one = FieldState("f", "package.fields.Fancy", {"null": True, "size": 3}, open="unknown")
    assert same_field(one, FieldState("f", "package.Fancy", {"null": True, "size": 3}, open="unknown")) is True
    assert same_field(one, FieldState("f", "package.Fancy", {"null": True, "size": 3, "more": 1}, open="unknown")) is None
    assert same_field(one, FieldState("f", "package.Fancy", {"null": False}, open="unknown")) is False
    assert same_field(one, FieldState("f", "package.Other", {"null": True, "size": 3}, open="unknown")) is False
