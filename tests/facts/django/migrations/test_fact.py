"""Whole projects: models and migrations as files."""

import pytest

SETTINGS = "INSTALLED_APPS = ['django.contrib.auth', 'django.contrib.contenttypes', 'orders']\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
MODELS = """
from django.conf import settings
from django.db import models

class Order(models.Model):
    number = models.CharField("number", max_length=20)
    total = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orders")
    state = models.CharField(max_length=8, choices=[("new", "New"), ("paid", "Paid")], default="new")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["number"], name="by_number")]
"""
INITIAL = """
from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion

class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=9)),
                ("state", models.CharField(choices=[("new", "New"), ("paid", "Paid")], default="new", max_length=8)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="orders", to=settings.AUTH_USER_MODEL)),
            ],
            options={"ordering": ["-id"], "indexes": [models.Index(fields=["number"], name="by_number")]},
        ),
    ]
"""
HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"


def step(*operations, after=(("orders", "0001_initial"),), extra=""):
    listed = "".join(f"        {operation},\n" for operation in operations)
    return f"{HEAD}    dependencies = {list(after)!r}\n{extra}    operations = [\n{listed}    ]\n"


@pytest.fixture
def understand(facts_of):
    """The migrations of a project with the app orders: `models` and any migrations besides the first, by name."""

    def compute(models=MODELS, settings=SETTINGS, files=None, initial=INITIAL, **migrations):
        layout = {"orders/__init__.py": "", "orders/models.py": models, "orders/migrations/__init__.py": "", "requirements.txt": "Django==5.2.1\n"}
        layout |= {f"orders/migrations/{name}.py": text for name, text in {"0001_initial": initial, **migrations}.items() if text is not None}
        layout |= files or {}
        return facts_of(settings, {path: text for path, text in layout.items() if text is not None})["migrations"]

    return compute


def one(found, label="orders"):
    return next(app for app in found.apps if app.label == label)


def missing(found):
    return [(part.operation, part.model, part.field) for part in one(found).missing]


def rules(found):
    return [part.kind for part in one(found).troubles]


def nothing_wrong(found):
    app = one(found)
    return (app.missing, app.troubles, app.undecided, found.doubts) == ((), (), (), ())


def test_models_and_migrations_that_agree(understand):
    found = understand()
    assert nothing_wrong(found), found
    assert (one(found).leaves, one(found).count) == (("0001_initial",), 1)


CHANGED = [
    ('"number", max_length=20', '"number", max_length=30', [("AlterField", "Order", "number")]),
    ('"number", max_length=20', '"Number", max_length=20', [("AlterField", "Order", "number")]),
    ("decimal_places=2, default=0", "decimal_places=2, default=1", [("AlterField", "Order", "total")]),
    ("decimal_places=2, default=0", "decimal_places=2, null=True, default=0", [("AlterField", "Order", "total")]),
    ("max_digits=9", "max_digits=12", [("AlterField", "Order", "total")]),
    ('("paid", "Paid")', '("paid", "Paid"), ("sent", "Sent")', [("AlterField", "Order", "state")]),
    ('("paid", "Paid")', '("paid", "Payed")', [("AlterField", "Order", "state")]),
    ("models.CASCADE", "models.PROTECT", [("AlterField", "Order", "user")]),
    ('"orders")', '"purchases")', [("AlterField", "Order", "user")]),
    ("    state = models", "    status = models", [("AddField", "Order", "status"), ("RemoveField", "Order", "state")]),
    ("    class Meta", "    paid = models.BooleanField(default=False)\n\n    class Meta", [("AddField", "Order", "paid")]),
    ("    class Meta", "    shops = models.ManyToManyField('self')\n\n    class Meta", [("AddField", "Order", "shops")]),
    ("models.DecimalField(max_digits=9, decimal_places=2, default=0)", "models.FloatField(default=0)", [("AlterField", "Order", "total")]),
    ('ordering = ["-id"]', 'ordering = ["id"]', [("AlterModelOptions", "Order", None)]),
    ('ordering = ["-id"]', 'ordering = ("-id",)', [("AlterModelOptions", "Order", None)]),
    ('ordering = ["-id"]', 'ordering = ["-id"]\n        verbose_name = "purchase"', [("AlterModelOptions", "Order", None)]),
    ('ordering = ["-id"]', 'ordering = ["-id"]\n        db_table = "orders"', [("AlterModelTable", "Order", None)]),
    ('ordering = ["-id"]', 'ordering = ["-id"]\n        unique_together = [("user", "number")]', [("AlterUniqueTogether", "Order", None)]),
    ('fields=["number"], name', 'fields=["number", "state"], name', [("AddIndex", "Order", "by_number"), ("RemoveIndex", "Order", "by_number")]),
    ('"by_number"', '"number_index"', [("RenameIndex", "Order", "number_index")]),
    (
        'ordering = ["-id"]',
        'ordering = ["-id"]\n        constraints = [models.UniqueConstraint(fields=["number"], name="one")]',
        [("AddConstraint", "Order", "one")],
    ),
    ("class Order", "class Line(models.Model):\n    pass\n\nclass Order", [("CreateModel", "Line", None)]),
    ("class Order", "class Purchase", [("CreateModel", "Purchase", None), ("DeleteModel", "Order", None)]),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGED, ids=[str(number) for number in range(len(CHANGED))])
def test_a_changed_model_is_found(understand, old, new, expected):
    assert old in MODELS
    found = understand(MODELS.replace(old, new, 1))
    assert sorted(missing(found), key=str) == sorted(expected, key=str)
    assert all(part.at and part.at.path == "orders/models.py" for part in one(found).missing if part.operation != "DeleteModel")


HARMLESS = [
    ("max_digits=9, decimal_places=2, default=0", "default=0, decimal_places=2, max_digits=9"),
    ('models.CharField("number", max_length=20)', 'models.CharField(max_length=20, verbose_name="number")'),
    ('models.CharField("number", max_length=20)', 'models.CharField("number", None, False, 20)'),
    ('models.CharField("number", max_length=20)', 'models.CharField("number", max_length=20, blank=False, null=False)'),
    ('models.CharField("number", max_length=20)', 'models.fields.CharField("number", max_length=4 * 5)'),
    ('"number", max_length=20)\n', '"number", max_length=20)\n    objects = models.Manager()\n'),
    ("class Order", "WIDTH = 20\n\nclass Order"),
    ("class Order", "from pydantic import BaseModel\n\nclass Label(BaseModel):\n    text: str = 'x'\n\nclass Order"),
    ("class Order", "from threading import Thread\n\nclass Job(Thread):\n    pass\n\nclass Order"),
    ('choices=[("new", "New"), ("paid", "Paid")]', 'choices=(("new", "New"), ("paid", "Paid"))'),
    ('choices=[("new", "New"), ("paid", "Paid")]', 'choices={"new": "New", "paid": "Paid"}'),
    ("settings.AUTH_USER_MODEL", '"auth.User"'),
    ("settings.AUTH_USER_MODEL", "get_user_model()"),
    ("from django.db import models", "from django.db import models as models"),
    ("class Order(models.Model)", "from django.db.models import Model as Base\n\nclass Order(Base)"),
    (
        "    class Meta",
        "    def __str__(self):\n        return self.number\n\n    @property\n    def paid(self):\n        return True\n\n    class Meta",
    ),
    ("    class Meta", "    # words\n    class Meta"),
    ('"new", "New"', '"new", _("New")'),
    ("class Order(models.Model):", "class Base(models.Model):\n    class Meta:\n        abstract = True\n\nclass Order(Base):"),
    ("decimal_places=2, default=0", "decimal_places=2, default=Decimal('0')"),
    ('ordering = ["-id"]', "ordering = ['-id']"),
    ('ordering = ["-id"]', 'abstract = False\n        ordering = ["-" + "id"]'),
    ('ordering = ["-id"]', 'app_label = "orders"\n        ordering = ["-id"]'),
]
IMPORTS = "from decimal import Decimal\nfrom django.contrib.auth import get_user_model\nfrom django.utils.translation import gettext_lazy as _\n"


@pytest.mark.parametrize(("old", "new"), HARMLESS, ids=[str(number) for number in range(len(HARMLESS))])
def test_a_model_written_in_another_way_is_the_same(understand, old, new):
    assert old in MODELS
    found = understand(IMPORTS + MODELS.replace(old, new, 1))
    assert nothing_wrong(found), found


MOVED = [
    {"orders/models.py": None, "orders/models/__init__.py": "from .order import Order\n", "orders/models/order.py": MODELS},
    {"orders/models.py": None, "orders/models/__init__.py": "from .order import *\n", "orders/models/order.py": MODELS},
    {
        "orders/models.py": "from orders.base import Numbered\n"
        + MODELS.replace("(models.Model)", "(Numbered)").replace('    number = models.CharField("number", max_length=20)\n', ""),
        "orders/base.py": 'from django.db import models\n\nclass Numbered(models.Model):\n    number = models.CharField("number", max_length=20)\n    class Meta:\n        abstract = True\n',
    },
    {
        "orders/models.py": "from orders.sizes import WIDTH, STATES\n"
        + MODELS.replace("max_length=20", "max_length=WIDTH").replace('[("new", "New"), ("paid", "Paid")]', "STATES"),
        "orders/sizes.py": 'WIDTH = 20\nSTATES = [("new", "New"), ("paid", "Paid")]\n',
    },
    {
        "orders/models.py": "from orders.sizes import State\n"
        + MODELS.replace('[("new", "New"), ("paid", "Paid")], default="new"', "State.choices, default=State.NEW"),
        "orders/sizes.py": "from django.db import models\n\nclass State(models.TextChoices):\n    NEW = 'new'\n    PAID = 'paid', 'Paid'\n",
    },
]


@pytest.mark.parametrize("files", MOVED, ids=[str(number) for number in range(len(MOVED))])
def test_a_model_moved_or_spread_over_files_is_the_same(understand, files):
    found = understand(files=files)
    assert nothing_wrong(found), found


# Migrations


def test_later_migrations_count(understand):
    found = understand(
        MODELS.replace("max_length=20", "max_length=30")
        + "\n    paid = models.BooleanField(default=False)\n".replace("    paid", "\nclass Line(models.Model):\n    paid"),
        a0002=step('migrations.AlterField("order", "number", models.CharField("number", max_length=30))'),
        a0003=step(
            'migrations.CreateModel("Line", [("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")), '
            '("paid", models.BooleanField(default=False))])',
            after=[("orders", "a0002")],
        ),
    )
    assert nothing_wrong(found), found
    assert one(found).leaves == ("a0003",)


WAYS = [
    'OPERATION = migrations.AlterField("order", "number", models.CharField("number", max_length=30))\n{head}    dependencies = [("orders", "0001_initial")]\n    operations = [OPERATION]\n',
    '{head}    dependencies = [("orders", "0001_initial")]\n    operations = []\n    operations += [migrations.AlterField("order", "number", models.CharField("number", max_length=30))]\n',
    'def widen(name, size):\n    return migrations.AlterField("order", name, models.CharField(name, max_length=size))\n\n{head}    dependencies = [("orders", "0001_initial")]\n    operations = [widen(name, 30) for name in ("number",)]\n',
    'class Widen(migrations.AlterField):\n    """Waits for a lock."""\n    def database_forwards(self, *args):\n        super().database_forwards(*args)\n\n{head}    dependencies = [("orders", "0001_initial")]\n    operations = [Widen(model_name="order", name="number", field=models.CharField("number", max_length=30))]\n',
    'class Nothing(migrations.operations.base.Operation):\n    def state_forwards(self, app_label, state):\n        pass\n    def database_forwards(self, *args):\n        pass\n\n{head}    dependencies = [("orders", "0001_initial")]\n    operations = [Nothing(1), migrations.AlterField("order", "number", models.CharField("number", max_length=30))]\n',
    '{head}    dependencies = [("orders", "0001_initial")]\n    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.AlterField("order", "number", models.CharField("number", max_length=30))])]\n',
]


@pytest.mark.parametrize("way", WAYS, ids=[str(number) for number in range(len(WAYS))])
def test_operations_in_all_kinds_of_writing(understand, way):
    text = "from django.db import migrations, models\n\n" + way.replace("{head}", "\n\nclass Migration(migrations.Migration):\n")
    found = understand(MODELS.replace("max_length=20", "max_length=30"), a0002=text)
    assert nothing_wrong(found), found


def test_an_operation_that_nobody_knows_is_said_and_raises_no_alarm(understand):
    text = "from django.db import migrations\nfrom elsewhere import Magic\n\nclass Migration(migrations.Migration):\n    dependencies = [('orders', '0001_initial')]\n    operations = [Magic()]\n"
    found = understand(MODELS.replace("max_length=20", "max_length=30"), a0002=text)
    assert missing(found) == [] and one(found).undecided


def test_a_length_that_a_package_works_out_is_said_and_raises_no_alarm(understand):
    field = "CountryField(max_length=749, multiple=True)"
    head = "from django_countries.fields import CountryField\n"
    text = head + step(f'migrations.AddField("order", "countries", {field})')
    found = understand(head + MODELS.replace("    class Meta", "    countries = CountryField(multiple=True)\n\n    class Meta"), a0002=text)
    assert missing(found) == [] and "countries" in one(found).undecided[0].reason


def test_a_migration_that_cannot_be_read_is_said(understand):
    found = understand(a0002="from django.db import migrations\n\nclass Migration(:\n")
    assert missing(found) == [] and "a0002.py" in one(found).undecided[0].reason
    assert one(understand(a0002="x = 1\n")).undecided


def test_conflicts(understand):
    found = understand(a0002_a=step(), a0002_b=step())
    assert rules(found) == ["migration-conflict"] and one(found).conflicts == ("a0002_a", "a0002_b")
    merged = understand(a0002_a=step(), a0002_b=step(), a0003=step(after=[("orders", "a0002_a"), ("orders", "a0002_b")]))
    assert rules(merged) == []


def test_dependencies(understand):
    assert rules(understand(a0002=step(after=[("orders", "0001_initail")]))) == ["migration-conflict", "migration-dependency"]
    assert rules(understand(a0002=step(after=[("orders", "0001_initial"), ("auth", "0999_no_such")]))) == ["migration-dependency"]
    assert (
        rules(understand(a0002=step(after=[("orders", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length"), ("other", "0001")]))) == []
    )


def test_circles(understand):
    found = understand(a0002=step(extra="    run_before = [('orders', '0001_initial')]\n"))
    assert "migration-circle" in rules(found)


def test_apps_without_migrations(understand):
    assert rules(understand(initial=None, files={"orders/migrations/__init__.py": None})) == ["no-migrations"]
    assert rules(understand(files={"orders/migrations/__init__.py": None})) == ["migrations-unseen"]


def test_an_empty_migrations_package_lacks_its_first_migration(understand):
    found = understand(initial=None)
    assert missing(found) == [("CreateModel", "Order", None)]


def test_migration_modules(understand):
    moved = {"moved/__init__.py": "", "moved/orders/__init__.py": "", "moved/orders/0001_initial.py": INITIAL}
    settings = SETTINGS + "MIGRATION_MODULES = {'orders': 'moved.orders'}\n"
    assert nothing_wrong(understand(settings=settings, initial=None, files={**moved, "orders/migrations/__init__.py": None}))
    off = understand(settings=SETTINGS + "MIGRATION_MODULES = {'orders': None}\n")
    assert missing(off) == [] and rules(off) == []


def test_squashed_migrations(understand):
    squashed = INITIAL.replace("initial = True", "initial = True\n    replaces = [('orders', '0001_initial'), ('orders', 'a0002')]").replace(
        "max_length=20", "max_length=30"
    )
    later = step('migrations.AlterField("order", "number", models.CharField("number", max_length=30))')
    found = understand(MODELS.replace("max_length=20", "max_length=30"), a0002=later, a0001_squashed=squashed)
    assert nothing_wrong(found) and one(found).leaves == ("a0001_squashed",)


def test_files_that_git_does_not_have(understand, run_git, tmp_path):
    understand()
    run_git("init")
    (tmp_path / ".gitignore").write_text("*/migrations/0*.py\n")
    run_git("add", ".")
    run_git("commit", "-m", "all")
    found = understand()
    assert "migration-not-in-git" in rules(found)
    assert "0001_initial.py" in one(found).troubles[0].message


def test_a_migration_that_was_never_added(understand, run_git):
    understand()
    run_git("init")
    run_git("add", ".")
    run_git("commit", "-m", "all")
    assert rules(understand()) == []
    assert rules(understand(a0002=step())) == ["migration-not-in-git"]


def test_against_a_base_commit(understand, facts_of, run_git, tmp_path):
    understand(a0002=step("migrations.RunPython(print)"))
    run_git("init")
    run_git("add", ".")
    run_git("commit", "-m", "all")
    files = {"orders/migrations/a0003.py": step("migrations.DeleteModel('Order')", after=[("orders", "a0002")])}
    (tmp_path / "orders/migrations/a0002.py").write_text("# words\n" + step("migrations.RunPython(print)"))
    found = facts_of(SETTINGS, files, base="HEAD")["migrations"]
    assert [part.migration for part in one(found).unsafe] == ["a0003"]
    assert "migration-edited" not in rules(found)
    (tmp_path / "orders/migrations/a0002.py").write_text(step())
    (tmp_path / "orders/migrations/0001_initial.py").unlink()
    found = facts_of(SETTINGS, files, base="HEAD")["migrations"]
    assert {"migration-edited", "migration-removed"} <= set(rules(found))
    assert found.against == "HEAD"


def test_without_a_base_the_last_migration_of_each_app_is_judged(understand):
    found = understand(a0002=step("migrations.RunPython(print)"), a0003=step("migrations.RunPython(str)", after=[("orders", "a0002")]))
    assert [(part.kind, part.migration) for part in one(found).unsafe] == [("irreversible-migration", "a0003")]


TREE = """
from django.db import models
from mptt.models import MPTTModel

class Branch(MPTTModel):
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    class MPTTMeta:
        left_attr = "begin"
"""


def test_what_a_package_of_an_unknown_release_gives_is_no_drift(understand):
    """Labels of its apps and fields of its base classes may be others than those that are known here."""
    settings = SETTINGS.replace("'orders'", "'wagtail', 'orders'")
    models = "from wagtail.models import Page, TranslatableMixin\nfrom django.db import models\n\nclass Home(Page):\n    pass\n\n"
    models += "class Note(TranslatableMixin, models.Model):\n    name = models.CharField(max_length=3)\n"
    link = 'models.OneToOneField(auto_created=True, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False, to="{}")'
    key = '("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")), '
    fields = '("name", models.CharField(max_length=3)), ("of_old", models.UUIDField())'
    note = f'migrations.CreateModel(name="Note", fields=[{key}{fields}])'

    def seen(target):
        home = f'migrations.CreateModel(name="Home", fields=[("page_ptr", {link.format(target)})])'
        return understand(models, settings=settings, initial=step(home, note, after=()))

    found = seen("wagtailcore.page")
    assert missing(found) == []
    doubted = {doubt.reason.partition(":")[0] for doubt in one(found).undecided if doubt.model == "Note"}
    assert {"the field of_old", "the field locale", "the field translation_key"} <= doubted
    assert missing(seen("auth.user")) == [("AlterField", "Home", "page_ptr")]


@pytest.mark.parametrize(("index", "doubted"), [(", db_index=True", False), ("", True)])
def test_fields_that_mptt_adds(understand, index, doubted):
    settings = SETTINGS.replace("'orders'", "'mptt', 'orders'")
    names = ("begin", "rght", "tree_id", "level")
    given = {"tree_id": f"editable=False{index}"}
    fields = "".join(f'("{name}", models.PositiveIntegerField({given.get(name, "editable=False")})), ' for name in names)
    key = '("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")), '
    parent = '("parent", models.ForeignKey(null=True, on_delete=models.CASCADE, to="orders.branch"))'
    initial = step(f'migrations.CreateModel(name="Branch", fields=[{key}{fields}{parent}])', after=())
    found = understand(TREE, settings=settings, initial=initial)
    assert missing(found) == []
    assert any("tree_id" in doubt.reason for doubt in one(found).undecided) is doubted


def of_itself(version, wanted="'self'", held="to='orders.item'", meta=""):
    """What is missing where a model has a many-to-many relation like this, and the migration that one."""
    models = f"from django.db import models\n\nclass Item(models.Model):\n    like = models.ManyToManyField({wanted})\n{meta}"
    fields = (
        f"('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')), ('like', models.ManyToManyField({held}))"
    )
    initial = f"{HEAD}    operations = [migrations.CreateModel(name='Item', fields=[{fields}])]\n"
    settings = SETTINGS.replace("BigAuto", "Auto")
    return {"models": models, "initial": initial, "settings": settings, "files": {"requirements.txt": f"Django{version}\n"}}


# What `makemigrations --check` of these versions says, for each way in which a version writes the relation.
AUTOMATIC = [
    ("==2.2.28", "related_name='_item_like_+'", []),
    ("==2.2.28", "related_name='_orders_item_like_+'", []),
    ("==3.1.14", "related_name='like_rel_+'", []),
    ("==3.2.25", "related_name='_orders_item_like_+'", []),
    ("==3.2.25", "related_name='_item_like_+'", []),
    ("==3.2.25", "blank=False", ["like"]),
    ("==4.0.10", "related_name='_orders_item_like_+'", ["like"]),
    ("==4.2.23", "blank=False", []),
    (">=3.2", "related_name='_orders_item_like_+'", []),
    (">=3.2", "blank=False", []),
    (">=4.2", "related_name='_orders_item_like_+'", ["like"]),
    ("~=3.2.4", "related_name='_orders_item_like_+'", []),
    ("", "related_name='like_rel_+'", []),
]


@pytest.mark.parametrize(("version", "held", "expected"), AUTOMATIC)
def test_relations_to_the_model_itself_in_the_versions_of_django(understand, version, held, expected):
    found = understand(**of_itself(version, held=f"to='orders.Item', {held}"))
    assert [field for _, _, field in missing(found)] == expected and not one(found).undecided


def test_a_relation_to_itself_by_hand_is_written_again_before_django_4(understand):
    assert missing(understand(**of_itself("==3.2.25", held="to='self'"))) == [("AlterField", "Item", "like")]


@pytest.mark.parametrize(("version", "expected"), [("==3.2.25", []), ("==4.0.10", ["like"]), ("", [])])
def test_the_default_of_related_names_is_written_out_before_django_4(understand, version, expected):
    meta = "    class Meta:\n        default_related_name = '%(model_name)ss'\n"
    given = of_itself(version, "'auth.Group'", "to='auth.Group', related_name='items'", meta)
    given["initial"] = given["initial"].replace("])]\n", "], options={'default_related_name': '%(model_name)ss'})]\n")
    assert [field for _, _, field in missing(understand(**given))] == expected


FRESH = ["timezone.now()", "datetime.now()", "uuid.uuid4()"]


@pytest.mark.parametrize("default", FRESH)
def test_a_default_that_is_called_is_never_the_migrations(understand, default):
    imports = "import uuid\nfrom datetime import datetime\nfrom django.utils import timezone\n"
    models = imports + MODELS + f"\nclass Day(models.Model):\n    at = models.DateTimeField(default={default})\n"
    held = "default=datetime.datetime(2023, 4, 13, 15, 0, 19, 743927, tzinfo=utc)"
    made = f"migrations.CreateModel(name='Day', fields=[('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')), ('at', models.DateTimeField({held}))])"
    second = "import datetime\nfrom django.utils.timezone import utc\n" + step(made)
    found = understand(models, **{"0002_day": second})
    assert missing(found) == [("AlterField", "Day", "at")]
    assert "worked out anew at each start" in one(found).missing[0].said


def test_a_default_made_of_the_present_is_undecided(understand):
    models = "import datetime\n" + MODELS.replace("default=0)", "default=datetime.date.today().year)")
    found = understand(models)
    assert missing(found) == [] and [doubt.model for doubt in one(found).undecided] == ["Order"]


@pytest.mark.parametrize(
    "code",
    [
        'Order.add_to_class("note", models.TextField())',
        'models.TextField().contribute_to_class(Order, "note")',
        'field = models.TextField()\nfield.contribute_to_class(Order, "note")',
        'for kind in (Order,):\n    kind.add_to_class("note", models.TextField())',
        "from django.db.models.signals import class_prepared\ndef extend(sender, **more):\n    pass\nclass_prepared.connect(extend)",
        "import mptt\nmptt.register(Order)",
        "from modeltranslation.translator import translator\ntranslator.register(Order, object)",
        "from modeltranslation.translator import register\n@register(Order)\nclass Options:\n    pass",
    ],
)
def test_a_field_that_code_outside_of_the_class_may_add_is_not_gone(understand, code):
    add = step('migrations.AddField(model_name="order", name="note", field=models.TextField(default=""))')
    found = understand(f"{MODELS}\n{code}\n", **{"0002_note": add})
    assert missing(found) == []
    assert any(doubt.model == "Order" for doubt in one(found).undecided)


@pytest.mark.parametrize("code", ['Order.add_to_class("shown", lambda self: self.number)', 'Order.add_to_class("shown", property(len))'])
def test_a_method_that_is_added_is_no_field(understand, code):
    add = step('migrations.AddField(model_name="order", name="note", field=models.TextField(default=""))')
    assert missing(understand(f"{MODELS}\n{code}\n", **{"0002_note": add})) == [("RemoveField", "Order", "note")]


def test_a_model_that_was_made_abstract_is_gone(understand):
    models = MODELS + "\nclass Base(models.Model):\n    class Meta:\n        abstract = True\n"
    base = step('migrations.CreateModel(name="Base", fields=[("id", models.BigAutoField(primary_key=True))])')
    assert missing(understand(models, **{"0002_base": base})) == [("DeleteModel", "Base", None)]


def test_a_model_that_a_call_of_type_makes_is_not_gone(understand):
    models = MODELS + '\nMade = type("Made", (models.Model,), {"__module__": __name__})\n'
    made = step('migrations.CreateModel(name="Made", fields=[("id", models.BigAutoField(primary_key=True))])')
    found = understand(models, **{"0002_made": made})
    assert [part for part in missing(found) if part[0] == "DeleteModel"] == []


HISTORY = """
from django.db import models
from simple_history.models import HistoricalRecords

class Parcel(models.Model):
    code = models.CharField(max_length=9, unique=True)
    label = models.FileField(upload_to="labels")
    made = models.DateTimeField(auto_now_add=True)
    owner = models.OneToOneField("auth.User", models.CASCADE)
    {more}
    history = HistoricalRecords({asked})
"""
PARCEL = """
migrations.CreateModel(name="Parcel", fields=[
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("code", models.CharField(max_length=9, unique=True)),
    ("label", models.FileField(upload_to="labels")),
    ("made", models.DateTimeField(auto_now_add=True)),
    ("owner", models.OneToOneField(on_delete=models.CASCADE, to="auth.user")),
]),
migrations.CreateModel(name="HistoricalParcel", fields=[
    ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
    ("code", models.CharField(db_index=True, max_length=9)),
    ("label", models.TextField(max_length=100)),
    ("made", models.DateTimeField(blank=True, editable=False)),
    ("history_id", models.AutoField(primary_key=True, serialize=False)),
    ("history_date", models.DateTimeField({date})),
    ("history_change_reason", models.CharField(max_length=100, null=True)),
    ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
    ("history_user", models.ForeignKey(null=True, on_delete=models.SET_NULL, related_name="+", to="auth.user")),
    ("owner", models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=models.DO_NOTHING, related_name="+", to="auth.user")),
], options={{"verbose_name": "historical parcel", "verbose_name_plural": "historical parcels", "ordering": ("-history_date", "-history_id"),
    "get_latest_by": ("history_date", "history_id")}})
"""


@pytest.mark.parametrize(
    ("more", "asked", "date", "expected", "doubted"),
    [
        ("", "", "db_index=True", [], False),
        ("", "", "", [], True),  # an older release, or a setting
        ("", "bases=[models.Model]", "db_index=True", [], True),
        ("note = models.TextField()", "", "db_index=True", [("AddField", "HistoricalParcel", "note"), ("AddField", "Parcel", "note")], False),
        ("note = models.TextField()", 'excluded_fields=["note"]', "db_index=True", [("AddField", "Parcel", "note")], False),
    ],
)
def test_recorded_history_is_a_model_of_its_own(understand, more, asked, date, expected, doubted):
    found = understand(HISTORY.format(more=more, asked=asked), initial=step(PARCEL.format(date=date).strip(), after=()))
    assert sorted(missing(found)) == expected
    assert bool(one(found).undecided) is doubted


def test_tags_of_a_kind_of_their_own(understand):
    models = MODELS.replace("    class Meta", '    tags = TaggableManager(through="orders.Tagged")\n\n    class Meta').replace(
        "from django.db import models", "from django.db import models\nfrom taggit.managers import TaggableManager"
    )
    given = 'help_text="A comma-separated list of tags.", through="orders.Tagged", to="orders.Tag", verbose_name="Tags"'
    add = step(f'migrations.AddField(model_name="order", name="tags", field=taggit.managers.TaggableManager({given}))')
    assert missing(understand(models, **{"0002_tags": "import taggit.managers\n" + add})) == []


@pytest.mark.parametrize(
    ("version", "held", "expected"), [("4.2.23", "['a', 'b']", []), ("5.0.14", "['a', 'b']", ["kind"]), ("5.0.14", "[('a', 'A'), ('b', 'B')]", [])]
)
def test_a_mapping_of_choices_in_the_versions_of_django(understand, version, held, expected):
    given = of_itself(f"=={version}", "'auth.Group'", "to='auth.Group'", "    kind = models.CharField(max_length=1, choices={'a': 'A', 'b': 'B'})\n")
    given["initial"] = given["initial"].replace("])]\n", f", ('kind', models.CharField(max_length=1, choices={held}))])]\n")
    assert [field for _, _, field in missing(understand(**given))] == expected


@pytest.mark.parametrize(("version", "expected"), [("2.2.28", []), ("3.2.25", []), ("4.0.10", [("AlterField", "Item", "id")])])
def test_a_primary_key_that_a_migration_serializes(understand, version, expected):
    given = of_itself(f"=={version}", "'auth.Group'", "to='auth.Group'", "    id = models.AutoField(primary_key=True)\n")
    given["initial"] = given["initial"].replace("auto_created=True, primary_key=True, serialize=False, verbose_name='ID'", "primary_key=True")
    assert missing(understand(**given)) == expected
