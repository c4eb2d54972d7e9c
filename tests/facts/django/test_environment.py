import os

import pytest

from ready_gate.errors import UserError
from ready_gate.facts.django.env_files import parse_env
from ready_gate.facts.django.environment import is_env_file
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nimport django"


@pytest.fixture
def environment_of(lay_out):
    """The environment fact of a small project with these files."""

    def compute(files, **options):
        tree = lay_out({"manage.py": MANAGE, **files})
        return Facts({"options": Options(path=tree.root, **options)})["environment"]

    return compute


def test_parses_like_dotenv_with_lines():
    text = "# comment\n\nA=1\nexport B=\"x y\" # c\nnot a pair\nC=${A}-${Z:-d}-${Q}\nD\nE='${A}'\nA=2\n"
    found, broken = parse_env(text, ".env")
    assert {name: variable.value for name, variable in found.items()} == {"A": "2", "B": "x y", "C": "1-d-${Q}", "E": "1"}
    assert [variable.at.line for variable in found.values()] == [9, 4, 6, 8]
    assert broken == (5, 7)


def test_our_own_environment_is_never_filled_in(monkeypatch):
    monkeypatch.setenv("SECRET_OF_CI", "hidden")
    assert parse_env("A=${SECRET_OF_CI}\nB=x${SECRET_OF_CI:-y}", ".env")[0]["A"].value == "${SECRET_OF_CI}"
    assert parse_env("A=${SECRET_OF_CI}\nB=x${SECRET_OF_CI:-y}", ".env")[0]["B"].value == "xy"


def test_nothing_says_anything(environment_of):
    found = environment_of({"shop/settings.py": ""})
    assert (found.known, found.file, dict(found.variables), found.files) == (False, None, {}, ())


def test_the_precedence(environment_of):
    files = {".env.production": "A=file\nB=file\n", "Dockerfile": "FROM x\nENV A=image B=image C=image\n"}
    found = environment_of(files, environment={"A": "config"})
    assert {name: variable.value for name, variable in found.variables.items()} == {"A": "config", "B": "file", "C": "image"}
    assert found.known
    assert found.file.path == ".env.production"
    assert str(found.variables["B"].at) == ".env.production:2"


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({".env": "A=1", ".env.production": "A=1"}, ".env.production"),
        ({".env": "A=1", ".env.prod": "A=1"}, ".env.prod"),
        ({".env": "A=1", ".env.example": "A=1"}, ".env"),
        ({".env.example": "A=1", ".env.production.sample": "A=1"}, None),
        ({".env.dev": "A=1", ".env.local": "A=1", ".env.test": "A=1"}, None),
        ({".env.staging": "A=1"}, None),
        ({".envs/.production/.django": "A=1", ".envs/.local/.django": "A=1"}, ".envs/.production/.django"),
        ({"env/production.env": "A=1"}, "env/production.env"),
        ({".env.live": "A=1", ".env": "A=1"}, ".env.live"),
        ({"config/.env": "A=1", "docker-compose.yml": "services: {web: {build: ., env_file: config/.env}}"}, "config/.env"),
        ({"examples/.env": "A=1", "tests/.env.production": "A=1"}, None),
        ({"env.py": "A=1", ".env.ts": "A=1", ".envrc": "A=1"}, None),
    ],
)
def test_which_file_is_chosen(environment_of, files, chosen):
    found = environment_of(files)
    assert (found.file.path if found.file else None) == chosen


def test_the_projects_own_folder_comes_first(lay_out):
    tree = lay_out({"backend/manage.py": MANAGE, "backend/.env": "A=inner", ".env": "A=outer"})
    assert Facts({"options": Options(path=tree.root)})["environment"].variables["A"].value == "inner"


def test_files_are_described(environment_of, run_git, lay_out):
    lay_out({".gitignore": ".env\n", "prod.env": "A=1", ".env": "A=1\nbroken line\n", ".env.example": "A=", ".env.dev": "A=1"})
    run_git("init", "-q")
    run_git("add", "-f", "prod.env", ".env.example")
    files = {file.path: file for file in environment_of({}).files}
    assert (files["prod.env"].tracked, files["prod.env"].ignored, files["prod.env"].template) == (True, False, False)
    assert (files[".env"].tracked, files[".env"].ignored, files[".env"].broken) == (False, True, (2,))
    assert files[".env.example"].template
    assert files[".env.dev"].development


def test_without_git_nothing_is_said_about_tracking(environment_of):
    found = environment_of({".env": "A=1"}).file
    assert (found.tracked, found.ignored) == (None, None)


def test_a_file_that_the_caller_names(environment_of, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}.env"
    outside.write_text("A=outside\n")
    assert environment_of({"conf/live": "A=named\n"}, env_file="conf/live").variables["A"].value == "named"
    assert environment_of({}, env_file=str(outside), env_file_required=True).variables["A"].value == "outside"


def test_a_named_file_is_the_whole_environment(environment_of):
    files = {"given": "A=1\n", "Dockerfile": "FROM x\nENV B=2\n", "a.service": "[Service]\nEnvironment=C=3\n"}
    found = environment_of(files, env_file="given")
    assert set(found.variables) == {"A", "C"}
    assert set(found.doubtful) == {"B"}


def test_an_absent_named_file(environment_of):
    found = environment_of({}, env_file=".env.production")
    assert (found.known, found.missing_file) == (False, ".env.production")
    with pytest.raises(UserError, match="cannot be read"):
        environment_of({}, env_file=".env.production", env_file_required=True)


def test_an_absent_file_that_a_deploy_file_names(environment_of):
    found = environment_of({"docker-compose.yml": "services: {web: {build: ., env_file: .env, environment: {A: 1}}}"})
    assert (found.known, found.missing_file, found.variables["A"].value) == (False, ".env", "1")


def test_a_link_out_of_the_project_is_not_followed(environment_of, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-secret"
    outside.write_text("STOLEN=1\n")
    os.symlink(outside, tmp_path / ".env.production")
    assert dict(environment_of({}).variables) == {}
    with pytest.raises(UserError):
        environment_of({}, env_file=".env.production", env_file_required=True)


def test_what_is_left_to_the_server_is_doubtful(environment_of):
    found = environment_of({"docker-compose.yml": "services: {web: {build: ., environment: ['A=${B}', 'C=1']}}"})
    assert (set(found.variables), set(found.doubtful), found.known) == ({"C"}, {"A"}, True)


@pytest.mark.parametrize("data", [b"\0\0", b"A=\xff\n", b"=\n=\n", b"A='\n" * 20_000, b"\xff\xfeA\x00=\x001\x00", b"A" * 500_000])
def test_hostile_files_do_no_harm(environment_of, tmp_path, data):
    (tmp_path / ".env").write_bytes(data)
    assert environment_of({}).missing_file is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".env", True),
        (".env.production", True),
        ("prod.env", True),
        (".env.example", True),
        ("env.js", False),
        (".envrc", False),
        ("environment", False),
    ],
)
def test_names_of_environment_files(path, expected):
    assert is_env_file(path) is expected


def test_the_files_of_workflows_are_for_tests(lay_out):
    tree = lay_out({"manage.py": "import django\n", ".github/workflows/code-check.env": "POSTGRES_PASSWORD=postgres-ci\n"})
    environment = Facts({"options": Options(path=tree.root)})["environment"]
    assert [(file.path, file.development) for file in environment.files] == [(".github/workflows/code-check.env", True)]
    assert environment.file is None


COMPOSE = "services: {web: {build: ., command: gunicorn shop.wsgi, env_file: .env.production, environment: {A: compose, B: '${B}'}}}"


def test_what_a_compose_service_sets_wins_over_the_file_that_it_names(environment_of):
    files = {".env.production": "A=file\nB=file\nC=file\n", "docker-compose.yml": COMPOSE}
    for options in ({}, {"env_file": ".env.production"}):
        found = environment_of(files, **options)
        assert {name: variable.value for name, variable in found.variables.items()} == {"A": "compose", "B": "file", "C": "file"}
    other = environment_of({**files, "other.env": "A=other\n"}, env_file="other.env")
    assert other.variables["A"].value == "other"


def test_what_wsgi_puts_into_the_environment(environment_of):
    text = "import os\nos.environ['A'] = 'wsgi'\nos.environ.setdefault('B', 'wsgi')\nos.environ.setdefault('C', 'wsgi')\n"
    text += "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\nif os.environ.get('X'):\n    os.environ['D'] = 'wsgi'\n"
    found = environment_of({".env.production": "A=file\nB=file\n", "shop/wsgi.py": text})
    assert {name: variable.value for name, variable in found.variables.items()} == {"A": "wsgi", "B": "file", "C": "wsgi"}
    assert str(found.variables["C"].at) == "shop/wsgi.py:4"
