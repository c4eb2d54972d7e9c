import pytest

from ready_gate.errors import UserError
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

SETTINGS = "INSTALLED_APPS = []\n"


def entry(module, name="DJANGO_SETTINGS_MODULE"):
    return f"import os\nimport django\nos.environ.setdefault('{name}', '{module}')\n"


@pytest.fixture
def project_of(lay_out):
    """The project fact of these files."""

    def compute(files, **options):
        tree = lay_out(files)
        return Facts({"options": Options(path=tree.root, **options)})["project"]

    return compute


SPLIT = {
    "manage.py": entry("shop.settings.dev"),
    "shop/wsgi.py": entry("shop.settings"),
    "shop/settings/__init__.py": "",
    "shop/settings/base.py": SETTINGS,
    "shop/settings/dev.py": "DEBUG = True\n",
    "shop/settings/production.py": "from .base import *\n",
}


def test_a_single_settings_file(project_of):
    found = project_of({"manage.py": entry("shop.settings"), "shop/settings.py": SETTINGS, "shop/wsgi.py": entry("shop.settings")})
    assert (found.folder, found.manage, found.settings_module, found.settings_path) == (".", "manage.py", "shop.settings", "shop/settings.py")
    assert found.reason == "default in wsgi.py"
    assert str(found.default_module_at) == "shop/wsgi.py:3"


def test_named_like_production(project_of):
    found = project_of(SPLIT)
    assert (found.settings_module, found.reason) == ("shop.settings.production", "named like production")
    assert found.default_module == "shop.settings"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({".env.production": "DJANGO_SETTINGS_MODULE=shop.settings.base\n"}, "from .env.production"),
        ({"a.service": "[Service]\nEnvironment=DJANGO_SETTINGS_MODULE=shop.settings.base\n"}, "from a.service"),
        ({"Dockerfile": "FROM x\nENV DJANGO_SETTINGS_MODULE shop.settings.base\n"}, "from Dockerfile"),
        ({"Procfile": "web: gunicorn -e DJANGO_SETTINGS_MODULE=shop.settings.base shop.wsgi\n"}, "from Procfile"),
        ({"start.sh": "export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-shop.settings.base}\n"}, "from start.sh"),
        ({"shop/wsgi.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings.base'\n"}, "set in wsgi.py"),
    ],
)
def test_what_names_the_module_outranks_names(project_of, files, reason):
    found = project_of(SPLIT | files)
    assert (found.settings_module, found.reason) == ("shop.settings.base", reason)


def test_the_caller_outranks_everything(project_of):
    files = SPLIT | {".env.production": "DJANGO_SETTINGS_MODULE=shop.settings.base\n"}
    assert project_of(files, settings_module="shop.settings.dev").settings_module == "shop.settings.dev"
    with pytest.raises(UserError, match=r"shop\.nothing is not in the project"):
        project_of(files, settings_module="shop.nothing")


def test_a_named_module_that_is_missing_is_noted(project_of):
    found = project_of(SPLIT | {".env": "DJANGO_SETTINGS_MODULE=old.settings\n"})
    assert found.settings_module == "shop.settings.production"
    assert found.notes == ("from .env: old.settings is not in the repository",)


def test_development_settings_give_way_to_production_ones(project_of):
    found = project_of(SPLIT | {".env": "DJANGO_SETTINGS_MODULE=shop.settings.dev\n"})
    assert found.settings_module == "shop.settings.production"
    assert found.notes == ("from .env names shop.settings.dev, which is for development",)


def test_an_empty_production_module_is_a_trap(project_of):
    found = project_of(SPLIT | {"shop/settings/production.py": '"""Production."""\n# nothing yet\n'})
    assert (found.settings_module, found.reason) == ("shop.settings", "default in wsgi.py")
    assert "shop/settings/production.py is named like production and is empty" in found.notes


def test_a_folder_named_like_production_is_no_module(project_of):
    files = {path: text for path, text in SPLIT.items() if "production" not in path}
    assert project_of(files | {"shop/settings/prod/nginx.conf": ""}).settings_module == "shop.settings"


def test_settings_that_choose_by_themselves_stay(project_of):
    chooser = "import os\nif os.environ.get('ENV') == 'production':\n    from .production import *\nelse:\n    from .dev import *\n"
    assert project_of(SPLIT | {"shop/settings/__init__.py": chooser, "manage.py": entry("shop.settings")}).settings_module == "shop.settings"


@pytest.mark.parametrize("name", ["settings_prod", "production_settings", "settings_production"])
def test_flat_names(project_of, name):
    files = {"manage.py": entry("shop.settings"), "shop/settings.py": SETTINGS, f"shop/{name}.py": "from .settings import *\n"}
    assert project_of(files).settings_module == f"shop.{name}"


def test_a_subfolder_and_other_candidates(project_of):
    files = {
        "backend/manage.py": entry("shop.settings"),
        "backend/shop/settings.py": SETTINGS,
        "admin/manage.py": entry("a.settings"),
        "examples/demo/manage.py": entry("d.settings"),
        "docker-compose.yml": "services: {web: {build: ./backend, command: gunicorn shop.wsgi}}",
    }
    found = project_of(files)
    assert (found.folder, found.settings_path) == ("backend", "backend/shop/settings.py")
    assert found.others == ("admin/manage.py", "examples/demo/manage.py")
    assert found.notes[0].endswith("deploy files name its folder")


def test_the_shallowest_wins(project_of):
    files = {"x/y/manage.py": entry("deep.settings"), "z/manage.py": entry("shop.settings"), "z/shop/settings.py": SETTINGS}
    assert project_of(files).folder == "z"


def test_without_manage(project_of):
    found = project_of({"src/shop/wsgi.py": entry("shop.settings"), "src/shop/settings.py": SETTINGS})
    assert (found.folder, found.manage, found.settings_path) == ("src", None, "src/shop/settings.py")
    found = project_of(
        {"pyproject.toml": "[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = 'other.settings'\n", "lib/other/settings.py": SETTINGS}
    )
    assert found.settings_module in ("shop.settings", "other.settings")


def test_only_pytest_names_the_module(project_of):
    files = {"pyproject.toml": "[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = 'other.settings'\n", "lib/other/settings.py": SETTINGS}
    assert (project_of(files).folder, project_of(files).settings_path) == ("lib", "lib/other/settings.py")


@pytest.mark.parametrize("files", [{}, {"README.md": "hello"}, {"manage.py": "from flask_script import Manager"}, {"app/wsgi.py": "app = Flask()"}])
def test_no_django_project(project_of, files):
    with pytest.raises(UserError, match="is not a Django project"):
        project_of(files)


def test_no_settings_module(project_of):
    with pytest.raises(UserError, match="no settings module was found"):
        project_of({"manage.py": "import django\nboom(\n"})


def test_the_configuration_class(project_of):
    files = {
        "manage.py": entry("shop.settings") + entry("Dev", "DJANGO_CONFIGURATION"),
        "shop/settings.py": "from configurations import Configuration\n",
    }
    assert project_of(files).configuration == "Dev"
    assert project_of(files).development_class_at.path == "manage.py"
    named = project_of(files | {".env": "DJANGO_CONFIGURATION=Prod\n"})
    assert (named.configuration, named.development_class_at) == ("Prod", None)
    given = project_of(files | {".env": "DJANGO_CONFIGURATION=Dev\n"})
    assert (given.configuration, given.development_class_at) == ("Dev", None)
    assert project_of(files, configuration="Other").configuration == "Other"


def test_a_configuration_class_that_nothing_names(project_of):
    text = "from configurations import Configuration\nclass Dev(Configuration): pass\nclass Production(Configuration): pass\n"
    assert project_of({"manage.py": entry("shop.settings"), "shop/settings.py": text}).configuration == "Production"


def test_a_project_called_template_has_production_settings_too(project_of):
    files = {path.replace("shop", "template"): text.replace("shop", "template") for path, text in SPLIT.items()}
    found = project_of(files | {"Dockerfile": "FROM x\nENV DJANGO_SETTINGS_MODULE=template.settings.dev\n"})
    assert found.settings_module == "template.settings.production"
    assert found.notes == ("Dockerfile runs settings for development, and was left out",)


RUNSERVER = "services: {web: {build: ., command: python manage.py runserver, environment: ['DJANGO_SETTINGS_MODULE=shop.settings.%s']}}"


def test_a_compose_file_that_runs_djangos_own_server_is_for_development_where_other_settings_are_for_production(project_of):
    files = {**SPLIT, "shop/settings/docker.py": "from .base import *\nDEBUG = True\n", "docker-compose.yml": RUNSERVER % "docker"}
    assert project_of(files).settings_module == "shop.settings.production"
    named = project_of({**SPLIT, "docker-compose.yml": RUNSERVER % "production"})
    assert (named.settings_module, named.notes) == ("shop.settings.production", ())


READ = "import os, django\nfrom decouple import config\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', config('DJANGO_SETTINGS_MODULE'))\n"


def test_settings_that_the_environment_alone_names(project_of):
    files = {
        "shop/manage.py": READ,
        "shop/conf/wsgi.py": READ,
        "shop/conf/settings/__init__.py": "",
        "shop/conf/settings/common.py": SETTINGS,
        "shop/conf/settings/development.py": "from .common import *\nINSTALLED_APPS += []\n",
    }
    found = project_of(files)
    assert (found.settings_module, found.reason) == ("conf.settings.common", "the only settings module")
    assert found.notes == ("nothing in the repository names the settings module: conf.settings.common is the only one that is not for development",)
    with pytest.raises(UserError, match=r"which of them runs: conf\.settings\.common, conf\.settings\.other: name it"):
        project_of(files | {"shop/conf/settings/other.py": SETTINGS})
    assert project_of(files | {".env": "DJANGO_SETTINGS_MODULE=conf.settings.development\n"}).settings_module == "conf.settings.development"
