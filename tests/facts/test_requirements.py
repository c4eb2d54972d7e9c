import os

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.requirement_lines import parse_line
from ready_gate.facts.views import Options

MANAGE = "import django"


@pytest.fixture
def requirements_of(lay_out):
    """The requirements fact of a project with these files."""

    def compute(files):
        return Facts({"options": Options(path=lay_out({"manage.py": MANAGE, **files}).root)})["requirements"]

    return compute


def specifiers(found):
    return {name: requirement.specifier for name, requirement in found.packages.items()}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Django==5.2.1", {"django": "==5.2.1"}),
        ("django >= 4.2, < 5  # why", {"django": ">=4.2,<5"}),
        ("psycopg[binary,pool]>=3 ; python_version > '3.8'", {"psycopg": ">=3", "psycopg-binary": "", "psycopg-pool": ""}),
        ("Zope.Interface_x==1 --hash=sha256:abc", {"zope-interface-x": "==1"}),
        ("git+https://github.com/a/django-thing.git@main#egg=Thing", {"thing": "@git+https://github.com/a/django-thing.git@main#egg=Thing"}),
        ("-e git+https://github.com/a/thing.git@main", {"thing": "@git+https://github.com/a/thing.git@main"}),
        ("thing @ https://example.org/thing.whl", {"thing": "@https://example.org/thing.whl"}),
        ("pywin32==1; sys_platform == 'win32'", {}),
        ("--index-url https://example.org", {}),
        ("-r other.txt", {}),
        ("./local/package", {}),
        ("https://example.org/x.whl", {}),
        ("# comment", {}),
        ("", {}),
    ],
)
def test_one_line(line, expected):
    assert {requirement.name: requirement.specifier for requirement in parse_line(line, "r.txt", 1)} == expected


def test_no_files(requirements_of):
    found = requirements_of({})
    assert (found.files, found.has("django")) == ((), None)


def test_includes_and_constraints(requirements_of):
    files = {
        "requirements/production.txt": "-r base.txt\n-c ../constraints.txt\ngunicorn\n",
        "requirements/base.txt": "-r production.txt\nDjango==5.2\n",
        "requirements/dev.txt": "pytest\n",
        "constraints.txt": "gunicorn==23.0\nunused==1\n",
        "requirements-docs.txt": "sphinx\n",
    }
    found = requirements_of(files)
    assert specifiers(found) == {"django": "==5.2", "gunicorn": "==23.0"}
    assert str(found.packages["django"].at) == "requirements/base.txt:2"
    assert (found.has("gunicorn"), found.has("pytest", "sphinx")) == (True, False)


def test_nothing_outside_is_included(requirements_of, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}.txt"
    outside.write_text("stolen==1\n")
    os.symlink(outside, tmp_path / "link.txt")
    found = requirements_of({"requirements.txt": f"-r ../{outside.name}\n-r {outside}\n-r link.txt\nok==1\n"})
    assert specifiers(found) == {"ok": "==1"}


PEP_621 = """
[project]
dependencies = [
 "Django>=5",
 "gunicorn",
]
[project.optional-dependencies]
test = ["pytest"]
prod = ["sentry-sdk"]
[dependency-groups]
dev = ["ruff"]
"""
POETRY = """
[tool.poetry.dependencies]
python = "^3.12"
django = "^5.1"
psycopg = {version = "3.2", extras = ["binary"]}
x = "*"
[tool.poetry.group.dev.dependencies]
pytest = "*"
"""


def test_pyproject_with_a_lock(requirements_of):
    lock = '[[package]]\nname = "django"\nversion = "5.2.4"\n\n[[package]]\nname = "ruff"\nversion = "1"\n'
    found = requirements_of({"pyproject.toml": PEP_621, "uv.lock": lock})
    assert specifiers(found) == {"django": "==5.2.4", "gunicorn": "", "sentry-sdk": ""}
    assert str(found.packages["gunicorn"].at) == "pyproject.toml:5"


def test_poetry(requirements_of):
    assert specifiers(requirements_of({"pyproject.toml": POETRY})) == {"django": "^5.1", "psycopg": "==3.2", "psycopg-binary": "", "x": ""}


def test_pipfile(requirements_of):
    found = requirements_of(
        {
            "Pipfile": '[packages]\ndjango = "*"\n[dev-packages]\npytest = "*"\n',
            "Pipfile.lock": '{"default": {"django": {"version": "==4.2.1"}, "x": 3}}',
        }
    )
    assert specifiers(found) == {"django": "==4.2.1"}


def test_setup_files(requirements_of):
    setup = "from setuptools import setup\nsetup(install_requires=['Django>=4', NAME, 'gunicorn'])\n"
    assert specifiers(requirements_of({"setup.py": setup, "setup.cfg": "[options]\ninstall_requires =\n    celery>=5\n"})) == {
        "django": ">=4",
        "gunicorn": "",
        "celery": ">=5",
    }


def test_what_deploy_files_install_counts(requirements_of):
    dockerfile = "FROM x\nRUN pip install -r requirements.txt && \\\n  pip install --no-cache-dir gunicorn==23.0 'uvicorn[standard]'\n"
    found = requirements_of({"requirements.txt": "django\n", "Dockerfile": dockerfile})
    assert specifiers(found) == {"django": "", "gunicorn": "==23.0", "uvicorn": "", "uvloop": ""}


def test_the_subfolder_of_the_project_comes_first(lay_out):
    tree = lay_out({"backend/manage.py": MANAGE, "backend/requirements.txt": "inner\n", "requirements.txt": "outer\n"})
    assert set(Facts({"options": Options(path=tree.root)})["requirements"].packages) == {"inner"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "a = " + "[" * 50_000),
        ("pyproject.toml", "project = 3\n[tool]\npoetry = []\n"),
        ("Pipfile.lock", "[" * 100_000),
        ("setup.py", "(" * 10_000),
        ("setup.cfg", "no section\n"),
        ("requirements.txt", "-r requirements.txt\n" * 1000),
        ("requirements.txt", "a" * 1_000_000),
        ("requirements.txt", "\n".join(f"-r requirements/{n}.txt" for n in range(5000))),
    ],
)
def test_hostile_files_do_no_harm(requirements_of, path, text):
    assert "django" not in requirements_of({path: text}).packages


def test_groups_where_nothing_else_is_required(requirements_of):
    groups = "[dependency-groups]\nshop = ['Django==6.0.5', 'psycopg2==2.9.12']\nshop-dev = ['ruff==1']\ndocs = ['sphinx==8']\n"
    assert set(specifiers(requirements_of({"pyproject.toml": "[project]\nname = 'x'\ndependencies = []\n" + groups}))) == {"django", "psycopg2"}
    assert set(specifiers(requirements_of({"pyproject.toml": "[project]\nname = 'x'\ndependencies = ['gunicorn']\n" + groups}))) == {"gunicorn"}


def test_a_lock_that_was_not_made_again_says_nothing(requirements_of):
    lock = '[[package]]\nname = "django"\nversion = "5.1.12"\n'
    wanted = "[project]\ndependencies = ['Django>={},<6']\n"
    assert specifiers(requirements_of({"pyproject.toml": wanted.format("5.2"), "uv.lock": lock})) == {"django": ">=5.2,<6"}
    assert specifiers(requirements_of({"pyproject.toml": wanted.format("5.1"), "uv.lock": lock})) == {"django": "==5.1.12"}


def test_where_output_goes_is_no_package(requirements_of):
    docker = "FROM python\nRUN pip install gunicorn==23.0.0 > pip_install.log 2>>errors.log\n"
    assert specifiers(requirements_of({"Dockerfile": docker})) == {"gunicorn": "==23.0.0"}


def test_options_and_comments_of_an_install_are_no_packages(requirements_of):
    uv = "uv pip install --system --python-preference system --index-strategy unsafe-best-match --requirements requirements.txt gunicorn==23.0\n"
    pip = "pip3 install --upgrade uvicorn==0.30 \\\n    # Cleanup\n  && rm -rf x \\\n && pip3 wheel --wheel-dir /wheels --group docker .\n"
    assert specifiers(requirements_of({"Dockerfile": f"FROM python\nRUN {uv}RUN {pip}"})) == {"gunicorn": "==23.0", "uvicorn": "==0.30"}
