"""Small apps in many styles: what the running Django says of their models, and what is worked out of their source."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import cast

import pytest

from benchmarks.agreement.models import Row, compare, gathered, running
from ready_gate.facts.views.models import Models

STYLES = Path(__file__).parent / "model_styles"
HEAD = """import re
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from functools import partial
from typing import Generic, TypeVar
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AbstractUser, BaseUserManager, PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import FileExtensionValidator, MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _
"""
POSTGRES = """
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, DecimalRangeField, HStoreField, IntegerRangeField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.contrib.postgres.search import SearchVectorField
"""
SETTINGS = """
SECRET_KEY = "x" * 60
DEBUG = False
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.admin", {apps}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "shop.urls"
NAME_LENGTH = 17
"""
# What of a style is not worked out, with the reason; nothing may be wrong.
UNDECIDED = {"not_imported": "nothing imports", "field_that_brings_another": "contribute_to_class", "loops": "", "conditions": "not run for sure"}


def sections() -> dict[str, dict[str, str]]:
    """The files of each style."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(STYLES.glob("*.txt")):
        for part in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
            name, _, text = part.partition("\n")
            files = re.split(r"^--- (\S+)\n", text, flags=re.M)
            named = dict(zip(files[1::2], files[2::2], strict=True)) if len(files) > 1 else {"models.py": text}
            found[name.strip()] = named
    return found


ALL = sections()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Row]]:
    """One project that has an app for each style, compared at once."""
    root = tmp_path_factory.mktemp("styles")
    for name, files in ALL.items():
        for path, text in {"__init__.py": "", **files}.items():
            made = root / f"s_{name}" / path
            made.parent.mkdir(parents=True, exist_ok=True)
            with_head = "models." in text and not path.endswith("apps.py")
            made.write_text(f"{HEAD}{POSTGRES}{text}" if with_head else text, encoding="utf-8")
    (root / "shop").mkdir()
    (root / "shop/__init__.py").touch()
    (root / "shop/urls.py").write_text("urlpatterns = []\n")
    (root / "shop/settings.py").write_text(SETTINGS.format(apps=", ".join(f'"s_{name}"' for name in ALL)))
    (root / "manage.py").write_text('import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n')
    facts = gathered(root, None, None)
    truth = running(facts, root, sys.executable)
    assert not truth["problems"]
    labels = {"in_ready": "ready_label"}
    found = list(compare(cast(Models, facts["models"]), truth))
    return {name: [row for row in found if row.place.startswith(labels.get(name, f"s_{name}") + ".")] for name in ALL}


@pytest.mark.parametrize("style", ALL)
def test_the_states_are_those_of_the_running_project(rows: dict[str, list[Row]], style: str) -> None:
    assert rows[style]
    assert [row for row in rows[style] if row.verdict == "wrong"] == []
    undecided = [row for row in rows[style] if row.verdict == "undecided"]
    assert style in UNDECIDED or undecided == []
