import pytest


def test_values_with_places_and_reads(facts_of):
    text = "import os\nDEBUG = os.environ.get('DEBUG', 'True') == 'True'\nSECRET_KEY = os.environ['SECRET_KEY']\n"
    settings = facts_of(text, {".env": "DEBUG=False\n"})["settings"]
    debug = settings["DEBUG"]
    assert (debug.kind, debug.value, str(debug.origin), debug.from_environment) == ("bool", False, "shop/settings.py:2", True)
    assert str(debug.reads[0].source) == ".env:1"
    assert settings["SECRET_KEY"].state.value == "unknown"
    assert settings["SECRET_KEY"].missing_reads[0].name == "SECRET_KEY"


def test_the_fallback_knows_no_environment(facts_of):
    facts = facts_of("import os\nDEBUG = os.environ.get('DEBUG', 'True') == 'True'\n", {".env": "DEBUG=False\n"})
    assert (facts["settings"]["DEBUG"].value, facts["fallback_settings"]["DEBUG"].value) == (False, True)


def test_the_fallback_does_not_load_the_environment_file(facts_of):
    text = "import environ\nenv = environ.Env()\nenv.read_env('.env.production')\nDEBUG = env.bool('DEBUG', default=True)\n"
    facts = facts_of(text, {".env.production": "DEBUG=False\n"})
    assert facts["environment"].files[0].tracked is None  # there is no git
    assert (facts["settings"]["DEBUG"].value, facts["fallback_settings"]["DEBUG"].value) == (False, True)


def test_what_only_the_server_knows_is_unknown(facts_of):
    compose = "services: {web: {build: ., environment: ['DEBUG=${DEBUG}', 'A=1']}}"
    settings = facts_of("import os\nDEBUG = os.environ.get('DEBUG', '') == '1'\nA = os.environ['A']\n", {"docker-compose.yml": compose})["settings"]
    assert settings["DEBUG"].kind == "unknown"
    assert settings["DEBUG"].reason == "docker-compose.yml:1 leaves the value of DEBUG to the server"
    assert settings["DEBUG"].from_environment
    assert settings["A"].value == "1"


def test_defaults_of_django_and_libraries(facts_of):
    text = "INSTALLED_APPS = ['rest_framework', 'corsheaders']\nREST_FRAMEWORK = {'PAGE_SIZE': 10}\nDATABASES = {'default': {'ENGINE': 'x'}}\n"
    settings = facts_of(text, {"requirements.txt": "Django==4.2.3\n"})["settings"]
    assert settings.django.startswith("4.2.")
    assert (settings["SECURE_HSTS_SECONDS"].value, settings["SECURE_HSTS_SECONDS"].is_default) == (0, True)
    block = settings["REST_FRAMEWORK"]
    assert (block.get("PAGE_SIZE").value, block.get("DEFAULT_PERMISSION_CLASSES").is_default) == (10, True)
    assert settings["DATABASES"].get("default", "CONN_MAX_AGE").value == 0
    assert settings["CORS_ALLOW_ALL_ORIGINS"].value is False
    assert settings["SIMPLE_JWT"].absent
    assert settings["MADE_UP"].absent


@pytest.mark.parametrize(
    ("given", "effective"), [("static/", "/static/"), ("/static/", "/static/"), ("https://cdn.example.org/", "https://cdn.example.org/")]
)
def test_relative_addresses_get_the_scripts_prefix(facts_of, given, effective):
    assert facts_of(f"STATIC_URL = '{given}'\n")["settings"]["STATIC_URL"].value == effective


def test_kinds(facts_of):
    text = (
        "from datetime import timedelta\nfrom pathlib import Path\nfrom django.utils.translation import gettext_lazy as _\n"
        "BASE_DIR = Path(__file__).resolve().parent.parent\nROOT = BASE_DIR / 'static'\nLIFE = timedelta(minutes=5)\nNAME = _('Shop')\n"
        "S = {1, 2}\nT = (1, [2])\nN = None\nlower = 1\n_PRIVATE = 1\n"
    )
    settings = facts_of(text)["settings"]
    assert (settings["ROOT"].kind, settings["ROOT"].text) == ("Path", "static")
    assert (settings["LIFE"].kind, settings["LIFE"].number) == ("timedelta", 300)
    assert (settings["NAME"].kind, settings["NAME"].value) == ("object", "Shop")
    assert [settings[name].kind for name in ("S", "T", "N")] == ["set", "tuple", "NoneType"]
    assert settings["T"].plain() == [1, [2]]
    assert "lower" not in settings.values
    assert "_PRIVATE" not in settings.values


def test_configuration_classes(facts_of):
    text = "from configurations import Configuration, values\nclass Base(Configuration):\n    A = 1\nclass Prod(Base):\n    B = values.Value('x')\n"
    settings = facts_of(text, {".env": "DJANGO_CONFIGURATION=Prod\nDJANGO_B=y\n"})["settings"]
    assert (settings["A"].value, settings["B"].value) == (1, "y")
    missing = facts_of(text, configuration="Gone")["settings"]
    assert missing["SECRET_KEY"].kind == "unknown"
    assert "Gone" in missing.incomplete


def test_a_syntax_error_is_said_and_nothing_is_known(facts_of):
    settings = facts_of("DEBUG = (\n")["settings"]
    assert settings["DEBUG"].kind == "unknown"
    assert "shop/settings.py:1" in settings.problems[0]


def test_values_that_hold_themselves_or_too_much(facts_of):
    text = "A = []\nA.append(A)\nB = {}\nB['b'] = B\nC = [0] * 200000\nD = x = []\n" + "x.append([]); x = x[0]\n" * 40
    settings = facts_of(text)["settings"]
    assert all(settings[name].state.value in ("partly-known", "unknown") for name in "ABCD")
    assert settings["A"].doubt()


def test_calls_are_kept(facts_of):
    settings = facts_of("import sentry_sdk\nsentry_sdk.init(dsn='x', send_default_pii=True)\n")["settings"]
    call = settings.called("sentry_sdk.init")[0]
    assert (call.keywords["send_default_pii"].value, str(call.at), call.certain) == (True, "shop/settings.py:2", True)


def test_what_shows_a_value_never_shows_the_secret(facts_of):
    settings = facts_of("AWS = {'SECRET': 'hidden-value', 'REGION': 'eu'}\n")["settings"]
    assert settings["AWS"].shown() == {"SECRET": "…", "REGION": "eu"}


def test_settings_know_the_module_they_were_loaded_as(facts_of):
    text = (
        "import os\nNAMED = os.environ.get('DJANGO_SETTINGS_MODULE', '')\nif NAMED.endswith('.development') or not NAMED:\n    KEY = 'development'\n"
        "else:\n    KEY = os.environ.get('KEY', 'default')\n"
    )
    files = {"shop/settings_production.py": text, "docker-compose.yml": "services: {web: {build: ., environment: ['DJANGO_SETTINGS_MODULE=${M}']}}"}
    facts = facts_of("", files, settings_module="shop.settings_production")
    for name in ("settings", "fallback_settings"):
        assert facts[name]["NAMED"].value == "shop.settings_production"
        assert not facts[name]["NAMED"].reads
        assert [(read.name, read.present) for read in facts[name]["KEY"].reads] == [("KEY", False)]


NEED = """import os
from django.core.exceptions import ImproperlyConfigured
def need(name):
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured(f"set {name}")
"""


@pytest.mark.parametrize(
    "stop",
    [
        NEED + "KEY = need('KEY')\n",
        "import os\nKEY = os.environ.get('KEY')\nif not KEY:\n    raise RuntimeError('no key')\n",
        "import os\ntry:\n    KEY = os.environ['KEY']\nexcept KeyError as error:\n    raise SystemExit('no key') from error\n",
        "import os, sys\nKEY = os.environ.get('KEY')\nif KEY is None:\n    sys.exit('no key')\n",
        "import os\ndef need(name):\n    value = os.environ.get(name)\n    assert value, name\n    return value\nKEY = need('KEY')\n",
    ],
)
def test_refusing_to_start_without_a_variable_hides_nothing_else(facts_of, stop):
    settings = facts_of(stop + "DEBUG = False\n", {".env": "OTHER=1\n"})["settings"]
    assert settings["DEBUG"].value is False
    assert settings["KEY"].kind == "unknown"
    assert not settings["KEY"].missing_reads[0].has_default
    assert [read.name for read in settings.refusals[0].reads] == ["KEY"]
    set_there = facts_of(stop + "DEBUG = False\n", {".env": "KEY=q7RkV2mZ\n"})["settings"]
    assert (set_there["KEY"].value, set_there.refusals, set_there.incomplete) == ("q7RkV2mZ", (), None)


@pytest.mark.parametrize("text", ["int(os.environ['N'])", "json.loads(os.environ['N'])", "strtobool(os.environ['N'])", "{'1': 1}[os.environ['N']]"])
def test_values_that_stop_the_settings(facts_of, text):
    settings = facts_of(f"import os, json\nfrom distutils.util import strtobool\nN = {text}\nDEBUG = False\n", {".env": "N=five\n"})["settings"]
    assert (str(settings.refusals[0].at), settings.refusals[0].reads[0].name) == ("shop/settings.py:3", "N")
    assert settings["DEBUG"].value is False


def test_handled_and_undecided_failures_stop_nothing(facts_of):
    text = "import os, acme\ntry:\n    N = int(os.environ['N'])\nexcept ValueError:\n    N = 5\nif acme.flag():\n    M = int(os.environ['N'])\n"
    settings = facts_of(text, {".env": "N=five\n"})["settings"]
    assert (settings["N"].value, settings.refusals) == (5, ())


REQUIRED = """
import os, sys
from importlib import import_module
from django.core.exceptions import ImproperlyConfigured
def configuration(name):
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise ImproperlyConfigured(f"write {name}")
        raise
"""


def test_production_has_the_module_that_the_settings_stop_without(facts_of):
    code = "c = configuration('shop.own')\nALLOWED_HOSTS = c.ALLOWED_HOSTS\nDEBUG = getattr(c, 'DEBUG', False)\nUSE_TZ = True\n"
    found = facts_of(REQUIRED + code)["settings"]
    assert found.incomplete is None
    assert found["USE_TZ"].value is True
    assert found["ALLOWED_HOSTS"].reason == found["DEBUG"].reason == "the module shop.own is not part of the checkout"
    assert found["ALLOWED_HOSTS"].from_environment


def test_production_has_the_file_that_the_settings_stop_without(facts_of):
    code = (
        "try:\n    text = open(os.path.join(os.path.dirname(__file__), 'own.py')).read()\nexcept IOError:\n    print('no own.py')\n    sys.exit(1)\n"
    )
    found = facts_of(REQUIRED + "USE_TZ = True\nTEXT = 'x'\n" + code + "TEXT = text\n")["settings"]
    assert found.incomplete is None
    assert (found["USE_TZ"].value, found["TEXT"].reason) == (True, "read from shop/own.py, which is not part of the checkout")


def test_a_local_file_that_may_be_missing_is_taken_to_be(facts_of):
    code = "try:\n    with open(os.path.join(os.path.dirname(__file__), 'local_settings.py')) as f:\n        exec(f.read(), globals())\nexcept IOError:\n    pass\n"
    found = facts_of(REQUIRED + "USE_TZ = True\n" + code)["settings"]
    assert found.incomplete is None
    assert found["USE_TZ"].value is True
    assert any("shop/local_settings.py is not part of the checkout" in problem for problem in found.problems)


def test_settings_that_stop_whatever_happens_say_so(facts_of):
    found = facts_of("USE_TZ = True\nraise RuntimeError('no')\n")["settings"]
    assert found.incomplete == "shop/settings.py:2 raises RuntimeError: no"


@pytest.mark.parametrize(
    "read",
    [
        "from decouple import config\nKEY = config('KEY')\n",
        "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nKEY = os.environ['KEY']\n",
        "import environ\nenviron.Env.read_env(str(environ.Path(__file__) - 2 + '.env'))\nKEY = environ.Env()('KEY')\n",
    ],
)
def test_a_file_that_the_code_loads_by_itself_is_the_source_of_a_value(facts_of, read):
    files = {".env": "KEY=in-the-file\n", ".env.production": "OTHER=1\n"}
    key = facts_of(read, files, env_file=".env.production")["fallback_settings"]["KEY"]
    if key.text is not None:
        assert key.text == "in-the-file"
        assert [(read.name, read.present, str(read.source)) for read in key.reads] == [("KEY", True, ".env:1")]


def test_a_file_of_the_server_holds_what_production_sets(facts_of):
    text = "from dotenv import dotenv_values\nheld = dotenv_values()\nKEY = held.get('secret')\nHOST = held['host']\nOTHER = dotenv_values('b.cfg').get('secret')\n"
    settings = facts_of(text, {"production.env": "secret=s3\n"}, env_file="production.env")["settings"]
    assert (settings["KEY"].text, settings["KEY"].from_environment) == ("s3", True)
    assert settings["HOST"].reason == "read from .env, which is not part of the checkout"
    assert settings["OTHER"].kind == "unknown"


def test_a_file_of_the_server_is_not_known_without_an_environment(facts_of):
    facts = facts_of("from dotenv import dotenv_values\nheld = dotenv_values()\nKEY = held.get('secret')\n")
    assert facts["settings"]["KEY"].reason == "read from .env, which is not part of the checkout"
    assert facts["fallback_settings"]["KEY"].kind == "NoneType"
    assert [(read.name, str(read.at)) for read in facts["variables"].reads] == [("secret", "shop/settings.py:3")]


def test_a_branch_names_the_variables_it_depends_on(facts_of):
    text = "import os\nTLS = bool(os.environ['USE_TLS'])\nREDIRECT = False\nif TLS:\n    REDIRECT = True\n"
    compose = "services: {web: {build: ., environment: ['USE_TLS=${USE_TLS}']}}"
    assert facts_of(text, {"docker-compose.yml": compose})["settings"]["REDIRECT"].doubt() == (
        "REDIRECT is one of several values, depending on USE_TLS (shop/settings.py:5)"
    )


def test_a_refusal_is_for_the_variable_without_a_default(facts_of):
    text = (
        "import os\nDEBUG = os.getenv('DEBUG', 'no') == 'yes'\nKEY = os.getenv('KEY')\nif not DEBUG and not KEY:\n    raise RuntimeError('no key')\n"
    )
    settings = facts_of(text)["settings"]
    assert (settings["DEBUG"].value, settings["KEY"].reason) == (False, "KEY is not set in the production environment")
    assert [read.name for read in settings.refusals[0].reads] == ["KEY"]


FIELDS = "from typing import List, Optional\nfrom pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\nclass Env(BaseSettings):\n"


@pytest.mark.parametrize(
    ("field", "use", "value"),
    [
        ("key: SecretStr", "Env().key.get_secret_value()", "q7RkV2mZ"),
        ("key: Optional[str] = None", "Env().key", "q7RkV2mZ"),
        ("key: str | None = None", "Env().key", "q7RkV2mZ"),
        ("hosts: list[str] = []", "Env().hosts", ["a.in", "b.in"]),
        ("hosts: List[str]", "Env().hosts", ["a.in", "b.in"]),
        ("hosts: list[int] = []", "Env().hosts", None),
    ],
)
def test_types_of_fields(facts_of, field, use, value):
    settings = facts_of(f"{FIELDS}    {field}\nX = {use}\n", {".env": 'KEY=q7RkV2mZ\nHOSTS=["a.in", "b.in"]\n'})["settings"]
    assert settings["X"].plain() == value


def test_namespaces_and_addresses(facts_of):
    text = (
        "from email.utils import getaddresses\nfrom types import SimpleNamespace\nC = SimpleNamespace(debug=True, names=[])\nC.debug = False\n"
        "DEBUG = C.debug\nADMINS = getaddresses(['Ops <ops@shop.in>'])\n"
    )
    settings = facts_of(text)["settings"]
    assert (settings["DEBUG"].value, settings["ADMINS"].plain()) == (False, [["Ops", "ops@shop.in"]])


@pytest.mark.parametrize("name", ["settings_local", "local_settings", "shop.local_settings"])
@pytest.mark.parametrize("files", [{}, {"requirements.txt": "Django==5.2.1\n"}])
def test_local_settings_that_are_kept_out_of_the_repository(facts_of, name, files):
    settings = facts_of(f"DEBUG = False\ntry:\n    from {name} import *\nexcept ImportError:\n    pass\n", files)["settings"]
    assert (settings["DEBUG"].value, settings.incomplete) == (False, None)
