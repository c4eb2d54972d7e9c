import ast
import textwrap

import pytest

from ready_gate.facts.django.env_reads import Scan
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os\nos.environ['A']", {("A", False)}),
        ("import os\nos.environ.get('A')\nos.getenv('B', 1)", {("A", True), ("B", True)}),
        ("from os import environ as e, getenv\ne['A']\ngetenv('B')\n'C' in e", {("A", False), ("B", True), ("C", True)}),
        ("import os\nos.environ['A'] = '1'\nos.environ.setdefault('B', '2')\ndel os.environ['C']", set()),
        ("import os\nenviron = os.environ\nenviron['A']", {("A", False)}),
        ("import os\nfor n in ('A', 'B'):\n    os.environ[n]", {("A", False), ("B", False)}),
        ("import os\nN = 'A'\nos.environ[N]", {("A", False)}),
        ("import os\nos.environ.pop('A')\nos.environ.pop('B', None)", {("A", False), ("B", True)}),
        (
            "import environ\nenv = environ.Env(B=(bool, False), C=bool)\nenv('A')\nenv('B')\nenv('C')\nenv.bool('D', default=False)\nenv.str('E')",
            {("A", False), ("B", True), ("C", False), ("D", True), ("E", False)},
        ),
        (
            "import environ\nenv = environ.Env()\nenviron.Env.read_env('.env')\nenv.db()\nenv.db('X')\nenv.cache('Y', 'locmem://')",
            {("DATABASE_URL", False), ("X", False), ("Y", True)},
        ),
        (
            "from decouple import config, Csv\nconfig('A')\nconfig('B', default=1, cast=int)\nconfig('C', cast=Csv())",
            {("A", False), ("B", True), ("C", False)},
        ),
        (
            "from decouple import Config, RepositoryEnv\nc = Config(RepositoryEnv('.env'))\nc('A')\nc.get('B', default='')",
            {("A", False), ("B", True)},
        ),
        (
            "from environs import Env\nenv = Env()\nenv.read_env()\nwith env.prefixed('SHOP_'):\n    env.int('A')\nenv.list('B', [])",
            {("SHOP_A", False), ("B", True)},
        ),
        (
            "from configurations import values\nclass Prod:\n    A = values.Value('x')\n    B = values.SecretValue()\n    C = values.Value(environ_required=True, environ_name='OTHER', environ_prefix=None)\n    D = values.BooleanValue(True, environ=False)\n    E = values.DatabaseURLValue()",
            {("DJANGO_A", True), ("DJANGO_B", False), ("OTHER", False), ("DATABASE_URL", True)},
        ),
        (
            "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='shop_')\n    key: str\n    debug: bool = False\n    other: int = Field(..., alias='THE_OTHER')\n    last: int = Field(3)",
            {("SHOP_KEY", False), ("SHOP_DEBUG", True), ("THE_OTHER", False), ("SHOP_LAST", True)},
        ),
        ("from config.env import env\nenv('A')\nenv.bool('B', False)", {("A", False), ("B", True)}),
        ("config('A')\nenv('B')\nd.get('C')\nos = 1", set()),
    ],
)
def test_finds_reads(code, expected):
    assert {(read.name, read.has_default) for read in Scan(ast.parse(code)).reading({}).reads} == expected


def test_a_name_that_cannot_be_told():
    found = Scan(ast.parse("import os\nos.environ[compute()]\nos.environ[f'{x}_A']")).reading({}).reads
    assert [(read.name, read.line, read.via) for read in found] == [(None, 2, None), (None, 3, None)]


def test_helpers_are_found():
    code = "import os\ndef need(name):\n    if name not in os.environ:\n        raise KeyError\n    return os.environ[name]\ndef get(key, default=None):\n    return os.getenv(key, default)\n"
    helpers = {helper.name: helper for helper in Scan(ast.parse(code)).reading({}).helpers}
    assert set(helpers) == {"need", "get"}
    found = Scan(ast.parse("need('A')\nget('B', 1)\nneed(*x)\nneed(name='C')")).reading({"need": helpers["need"]}).reads
    assert [(read.name, read.has_default) for read in found] == [("A", False), ("C", False)]


def test_deep_code_does_no_harm():
    code = "import os\n" + "x = " + "+".join(["os.environ['A']"] * 500)
    assert len(Scan(ast.parse(code)).reading({}).reads) == 500


@pytest.fixture
def variables_of(lay_out):
    """The variables fact of a project with these files."""

    def compute(files):
        tree = lay_out({"manage.py": MANAGE, **{path: textwrap.dedent(text) for path, text in files.items()}})
        return Facts({"options": Options(path=tree.root)})["variables"]

    return compute


def test_settings_and_app_code_count_and_the_rest_does_not(variables_of):
    read = "import os\nX = os.environ['{}']\n"
    found = variables_of(
        {
            "shop/settings.py": "import os\nSECRET_KEY = os.environ['SECRET_KEY']\nDEBUG = os.getenv('DEBUG', '') == '1'\n",
            "orders/gateway.py": read.format("GATEWAY"),
            "orders/tests/test_x.py": read.format("IN_TESTS"),
            "orders/tests.py": read.format("IN_TEST_MODULE"),
            "orders/migrations/0001_initial.py": read.format("IN_MIGRATION"),
            "shop/settings_dev.py": read.format("IN_DEV"),
            "conftest.py": read.format("IN_CONFTEST"),
            "docs/conf.py": read.format("IN_DOCS"),
            "orders/broken.py": "import os\nos.environ['BROKEN'\n",
        }
    )
    assert [(read.name, str(read.at), read.has_default, read.in_settings) for read in found.reads] == [
        ("SECRET_KEY", "shop/settings.py:2", False, True),
        ("DEBUG", "shop/settings.py:3", True, True),
        ("GATEWAY", "orders/gateway.py:2", False, False),
    ]
    assert found.doubts == ()


def test_settings_that_production_does_not_load_do_not_count(variables_of):
    read = "import os\nX = os.environ['{}']\n"
    found = variables_of(
        {
            "manage.py": MANAGE.replace("shop.settings", "shop.settings.production"),
            "shop/settings/base.py": read.format("BASE"),
            "shop/settings/production.py": "from .base import *\n" + read.format("PRODUCTION"),
            "shop/settings/heroku.py": read.format("HEROKU"),
            "shop/urls.py": read.format("URLS"),
        }
    )
    assert {read.name for read in found.reads} == {"BASE", "PRODUCTION", "URLS"}


def test_helpers_of_other_modules(variables_of):
    helper = "import os\ndef from_env(name, default=None):\n    return os.environ.get(name, default)\n"
    found = variables_of({"shop/helpers.py": helper, "shop/settings.py": "from shop.helpers import from_env\nA = from_env('A')\n"})
    assert {(read.name, read.at.path) for read in found.reads} >= {("A", "shop/settings.py")}
    assert found.doubts == ()


def test_doubts_are_told(variables_of):
    found = variables_of({"shop/settings.py": "", "shop/x.py": "import os\nfrom shop.y import n\nos.environ[n()]\n"})
    assert found.doubts == ("shop/x.py:3 reads a variable whose name is not written there",)


def test_names_that_the_evaluation_puts_together_are_told(variables_of):
    found = variables_of({"shop/settings.py": "import os\nSIZE = int(os.environ.get('PAGE' + '_SIZE', 5)) and 7\n"})
    assert found.doubts == ()
