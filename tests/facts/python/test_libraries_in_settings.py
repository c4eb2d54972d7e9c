"""Settings files that use libraries, run for real and followed by the evaluator: what it knows must be equal."""

import os
import runpy
import textwrap

import pytest

from ready_gate.facts.python.interpreter import Interpreter
from ready_gate.facts.python.libraries.configurations import resolve
from ready_gate.facts.python.libraries.lifting import NotKnownError, plain
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Choice, Unknown
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Variable
from ready_gate.model import Origin


@pytest.fixture
def both(tmp_path, monkeypatch):
    """Runs `settings.py` for real and with the evaluator; answers with the names of both."""

    def start(code, variables=None, files=None):
        for path, text in {**(files or {}), "settings.py": code}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(textwrap.dedent(text))
        for key in list(os.environ):
            monkeypatch.delenv(key)
        for key, text in (variables or {}).items():
            monkeypatch.setenv(key, text)
        ours = load(tmp_path, variables or {}).load("settings").names
        before = dict(os.environ)
        try:
            real = runpy.run_path(str(tmp_path / "settings.py"))
        finally:
            os.environ.clear()
            os.environ.update(before)
        return ours, {name: value for name, value in real.items() if name.isupper()}

    return start


def load(folder, variables):
    root = os.path.realpath(folder)
    set_ = {name: Variable(name, text, Origin(".env.production", 1)) for name, text in variables.items()}
    return Interpreter(Sources(Tree(root)), root=root, search=["."], variables=set_, project=root)


def assert_equal(ours, real, unknown=()):
    for name, value in real.items():
        try:
            known = plain(ours[name])
        except NotKnownError as doubt:
            assert name in unknown, f"{name}: {getattr(doubt.value, 'reason', doubt.value)}, really {value!r}"
            continue
        assert name not in unknown
        assert known == value, name
        assert type(known).__name__.replace("Pure", "") == type(value).__name__, name


def test_environ_by_hand(both):
    code = """
        import json, os, sys
        from datetime import timedelta
        from pathlib import Path
        BASE_DIR = Path(__file__).resolve().parent
        def flag(name):
            return os.environ.get(name, "no").lower() in ("yes", "true", "1")
        DEBUG = flag("DEBUG")
        HOSTS = os.getenv("HOSTS", "").split(",")
        PORT = int(os.environ["PORT"])
        try:
            KEY = os.environ["KEY"]
        except KeyError:
            KEY = "none"
        FLAGS = json.loads(os.environ.get("FLAGS", "{}"))
        LIFE = {"ACCESS": timedelta(minutes=int(os.getenv("MINUTES", 5)))}
        STATIC = os.path.join(BASE_DIR, "static")
        MEDIA = BASE_DIR / "media"
        TESTING = len(sys.argv) > 1 and sys.argv[1] == "test"
        os.environ.setdefault("LATER", "x")
        LATER = os.environ["LATER"]
    """
    for variables in ({"PORT": "80"}, {"PORT": "81", "DEBUG": "YES", "HOSTS": "a,b", "KEY": "k", "FLAGS": '{"a": [1]}', "MINUTES": "7"}):
        ours, real = both(code, variables)
        assert_equal(ours, real)


def test_django_environ(both):
    code = """
        import environ
        ROOT = environ.Path(__file__) - 1
        PLACE = str(ROOT.path("static"))
        env = environ.Env(DEBUG=(bool, False), HOSTS=(list, []))
        environ.Env.read_env(ROOT(".env"))
        DEBUG = env("DEBUG")
        HOSTS = env("HOSTS")
        DATABASES = {"default": env.db("DATABASE_URL", default="sqlite:///x.sqlite3")}
        DATABASES["default"]["ATOMIC_REQUESTS"] = True
        CONN = env.int("CONN", default=60)
        EMAIL = env.email_url("EMAIL_URL", default="consolemail://")
        vars().update(EMAIL)
        NAME = env("NAME", default=env("OTHER", default="d"))
    """
    files = {".env": "DEBUG=on\nHOSTS=a,b\nNAME='from file'\n"}
    ours, real = both(code, {"HOSTS": "c"}, files)
    real.pop("ROOT")
    assert_equal(ours, real)
    ours, real = both(code, {"DATABASE_URL": "postgres://u:p@h:5/d", "DEBUG": "off"}, {".env": ""})
    real.pop("ROOT")
    assert_equal(ours, real)


def test_decouple(both):
    code = """
        from decouple import AutoConfig, Csv
        import dj_database_url
        from pathlib import Path
        config = AutoConfig(search_path=Path(__file__).resolve().parent)
        DEBUG = config("DEBUG", default=False, cast=bool)
        HOSTS = config("HOSTS", default="a, b", cast=Csv())
        PAIR = config("HOSTS", default="a, b", cast=Csv(post_process=tuple))
        KEY = config("KEY")
        PORT = config("PORT", default=25, cast=int)
        LEVEL = config("LEVEL", default="x", cast=lambda text: text.upper())
        DATABASES = {"default": config("DATABASE_URL", default="sqlite:///x", cast=dj_database_url.parse)}
    """
    ours, real = both(code, {"DEBUG": "yes"}, {".env": "KEY = k\nPORT=26\n"})
    assert_equal(ours, real)


def test_dotenv_and_environs(both):
    code = """
        import os
        from pathlib import Path
        from dotenv import dotenv_values, load_dotenv
        from environs import Env
        HERE = Path(__file__).resolve().parent
        load_dotenv(HERE / "my.env")
        A = os.getenv("A")
        B = os.environ.get("B", "none")
        VALUES = {**dotenv_values(HERE / "my.env")}
        env = Env()
        DEBUG = env.bool("DEBUG", False)
        with env.prefixed("APP_"):
            NAME = env.str("NAME", "n")
            with env.prefixed("X_"):
                INNER = env.int("PORT", 1)
        NAME2 = env.str("NAME", "other")
    """
    ours, real = both(code, {"B": "b", "APP_NAME": "app", "NAME": "plain", "APP_X_PORT": "9"}, {"my.env": "A=1\nB=${A}2\nDEBUG=true\n"})
    assert_equal(ours, real)


def test_files_of_the_checkout(both):
    code = """
        import configparser, json, os, yaml
        HERE = os.path.dirname(os.path.abspath(__file__))
        with open(os.path.join(HERE, "a.json")) as file:
            CONFIG = json.load(file)
        parser = configparser.ConfigParser()
        parser.read(os.path.join(HERE, "a.ini"))
        HOST = parser.get("db", "host")
        PORT = parser["db"].getint("port", 1)
        NONE = parser.get("db", "none", fallback="f")
        with open(HERE + "/a.yml") as file:
            YAML = yaml.safe_load(file)
        TEXT = open(HERE + "/VERSION").read().strip()
    """
    files = {
        "a.json": '{"a": [1, {"b": null}]}',
        "a.ini": "[db]\nhost = h\nport = 5\n",
        "a.yml": "x: [1, no]\n",
        "a.toml": "[project]\nversion = '1'\n",
    }
    ours, real = both(code, {}, {**files, "VERSION": "1.2\n"})
    assert_equal(ours, real)


def test_pydantic(both):
    code = """
        from functools import lru_cache
        from pydantic import Field
        from pydantic_settings import BaseSettings
        class Settings(BaseSettings):
            debug: bool = False
            port: int = Field(default=5, validation_alias="THE_PORT")
            name: str
            @property
            def url(self) -> str:
                return f"http://{self.name}:{self.port}"
        @lru_cache
        def get():
            return Settings()
        DEBUG = get().debug
        PORT = get().port
        URL = get().url
    """
    ours, real = both(code, {"DEBUG": "yes", "NAME": "h"})
    assert_equal(ours, real)
    ours, real = both(code, {"THE_PORT": "8", "name": "h"})
    assert_equal(ours, real)


CONFIGURED = """
    import os
    from configurations import Configuration, values
    class Base(Configuration):
        DEBUG = values.BooleanValue(False)
        SECRET_KEY = values.SecretValue()
        HOSTS = values.ListValue([])
        APPS = ["a"]
        def INSTALLED_APPS(self):
            return self.APPS + ["last"]
        @property
        def TEMPLATES(self):
            return [{"debug": self.DEBUG}]
    class Prod(Base):
        DEBUG = False
        APPS = Base.APPS + ["prod"]
        EMAIL = values.EmailURLValue("console://")
        @classmethod
        def pre_setup(cls):
            os.environ.setdefault("DJANGO_HOSTS", "x,y")
"""


def test_configuration_class(tmp_path):
    (tmp_path / "settings.py").write_text(textwrap.dedent(CONFIGURED))
    interpreter = load(tmp_path, {"DJANGO_SECRET_KEY": "k", "DJANGO_DEBUG": "yes"})
    kind = interpreter.load("settings").names["Prod"]
    names = resolve(interpreter, kind, Origin("settings.py", 1))
    expected = {"DEBUG": False, "SECRET_KEY": "k", "HOSTS": ["x", "y"], "INSTALLED_APPS": ["a", "prod", "last"], "TEMPLATES": [{"debug": False}]}
    assert {name: plain(names[name]) for name in expected} == expected
    assert plain(names["EMAIL_BACKEND"]) == "django.core.mail.backends.console.EmailBackend"
    assert [read.name for read in names["EMAIL_BACKEND"].reads] == ["EMAIL_URL"]


def test_configuration_class_without_its_secret(tmp_path):
    (tmp_path / "settings.py").write_text(textwrap.dedent(CONFIGURED))
    interpreter = load(tmp_path, {"DJANGO_DEBUG": "yes"})
    names = resolve(interpreter, interpreter.load("settings").names["Base"], Origin("settings.py", 1))
    assert isinstance(names["SECRET_KEY"], Unknown)
    assert plain(names["TEMPLATES"]) == [{"debug": True}]


def test_split_settings_and_heroku(tmp_path):
    (tmp_path / "conf" / "parts").mkdir(parents=True)
    (tmp_path / "conf" / "__init__.py").write_text(
        "from split_settings.tools import include, optional\nimport django_heroku\n"
        "include('base.py', 'parts/*.py', optional('local.py'))\ndjango_heroku.settings(locals(), logging=False)\n"
    )
    (tmp_path / "conf" / "base.py").write_text("BASE_DIR = '/srv'\nDEBUG = False\nAPPS = ['a']\nMIDDLEWARE = ['m']\nDATABASES = {'default': {}}\n")
    (tmp_path / "conf" / "parts" / "x.py").write_text("APPS += ['x']\n")
    loaded = load(tmp_path, {"SECRET_KEY": "k"}).load("conf")
    assert loaded.incomplete is None
    assert plain(loaded.names["APPS"]) == ["a", "x"]
    assert plain(loaded.names["ALLOWED_HOSTS"]) == ["*"]
    assert plain(loaded.names["SECRET_KEY"]) == "k"
    assert plain(loaded.names["DEBUG"]) is False
    assert "LOGGING" not in loaded.names


def test_prefix_ends_with_its_block(tmp_path):
    (tmp_path / "settings.py").write_text(
        "from environs import Env\nenv = Env()\nwith env.prefixed('A_'):\n    X = env('K', '1')\nY = env('K', '2')\n"
    )
    names = load(tmp_path, {"A_K": "a", "K": "k"}).load("settings").names
    assert (plain(names["X"]), plain(names["Y"])) == ("a", "k")


def test_settings_of_a_class_put_into_the_module(tmp_path):
    base = """
        import inspect, sys
        class Base:
            DEBUG = True
            _hidden = 1
            HOSTS = ["a"]
            @property
            def CACHES(self):
                return {"default": self.HOSTS[0]}
            @classmethod
            def load(cls, name):
                self = cls()
                module = sys.modules[name]
                for member, value in inspect.getmembers(self):
                    if member.isupper():
                        setattr(module, member, value)
                setattr(sys.modules[__name__], "LOADED", sorted(name for name in dir(self) if name.isupper()))
    """
    code = """
        import base
        from base import Base
        class Production(Base):
            DEBUG = False
            HOSTS = Base.HOSTS + ["b"]
        NAMES = [name for name in dir(Production) if not name.startswith("_")]
        Production.load("base")
        VALUES = [base.DEBUG, base.HOSTS, base.CACHES, base.LOADED]
    """
    (tmp_path / "base.py").write_text(textwrap.dedent(base))
    (tmp_path / "settings.py").write_text(textwrap.dedent(code))
    ours = load(tmp_path, {}).load("settings").names
    assert plain(ours["VALUES"]) == [False, ["a", "b"], {"default": "a"}, ["CACHES", "DEBUG", "HOSTS"]]
    assert plain(ours["NAMES"]) == ["CACHES", "DEBUG", "HOSTS", "load"]


def test_a_foreign_object_is_no_property(both):
    ours, _ = both("import re\nX = re.compile('a')\nY = X if not isinstance(X, property) else None\nZ = isinstance(X, (list, property))\n")
    assert not isinstance(ours["Y"], (Unknown, Choice))


def test_members_of_what_is_not_known(both):
    ours, _ = both("import inspect, json\nX = inspect.getmembers(json.JSONEncoder())\nY = dir(json.JSONEncoder)\n")
    assert isinstance(ours["X"], Unknown)
    assert isinstance(ours["Y"], Unknown)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("any('pytest' in arg or 'test' in arg for arg in sys.argv)", False),
        ("any(arg.startswith('test') for arg in sys.argv[1:])", False),
        ("any(arg == 'runserver' for arg in sys.argv)", False),
        ("[arg for arg in sys.argv if arg == 'migrate']", []),
        ("any('celery' in arg for arg in sys.argv)", None),
        ("'test' in ' '.join(sys.argv)", None),
    ],
)
def test_how_the_server_was_started(tmp_path, code, value):
    (tmp_path / "settings.py").write_text(f"import sys\nX = {code}\n")
    found = load(tmp_path, {}).load("settings").names["X"]
    assert (None if isinstance(found, (Unknown, Choice)) else plain(found)) == value
