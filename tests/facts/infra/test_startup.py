"""How production starts, read from deploy files of each kind."""

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
UNIT = "[Service]\nEnvironment=DJANGO_SETTINGS_MODULE=shop.settings\nExecStart=/srv/venv/bin/gunicorn shop.wsgi --workers 4\nRestart=always\n"


@pytest.fixture
def started(lay_out):
    """Lays out a project with these files and answers with how it starts."""

    def read(files, **options):
        tree = lay_out({"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": "DEBUG = False\n", **files})
        return Facts({"options": Options(tree.root, **options)})["startup"]

    return read


COMPOSE = "services:\n  web:\n    build: .\n    command: {}\n    restart: always\n  db:\n    image: postgres\n"
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers:
        - {name: migrate, command: [python, manage.py, migrate]}
      containers:
        - {name: web, command: [gunicorn], args: [shop.wsgi, -w, "4"]}
"""


@pytest.mark.parametrize(
    ("files", "server", "place", "workers"),
    [
        ({"deploy/shop.service": UNIT}, "gunicorn", "deploy/shop.service:3", 4),
        ({"supervisor/shop.conf": "[program:shop]\ncommand=uwsgi --http :80 --processes=3\n"}, "uWSGI", "supervisor/shop.conf:2", 3),
        (
            {"Procfile": "release: python manage.py migrate\nweb: gunicorn shop.wsgi -w4\nworker: celery -A shop worker\n"},
            "gunicorn",
            "Procfile:2",
            4,
        ),
        ({"docker-compose.yml": COMPOSE.format("gunicorn shop.wsgi -w 4")}, "gunicorn", "docker-compose.yml:4", 4),
        ({"docker-compose.yml": COMPOSE.format('["uvicorn", "shop.asgi:app", "--workers", "4"]')}, "uvicorn", "docker-compose.yml:4", 4),
        ({"Dockerfile": 'FROM python\nRUN pip install gunicorn\nCMD ["gunicorn", "shop.wsgi", "--workers=4"]\n'}, "gunicorn", "Dockerfile:3", 4),
        ({"Dockerfile": "FROM python\nCMD python manage.py migrate && exec gunicorn shop.wsgi -w 4\n"}, "gunicorn", "Dockerfile:2", 4),
        ({"Dockerfile": "FROM python AS base\nCMD gunicorn shop.wsgi -w 4\nFROM base\nENV A=1\n"}, "gunicorn", "Dockerfile:2", 4),
        (
            {
                "Dockerfile": 'FROM python\nENTRYPOINT ["/entry.sh"]\nCMD ["granian", "shop", "--workers", "4"]\n',
                "docker/entry.sh": 'set -e\nexec "$@"\n',
            },
            "granian",
            "Dockerfile:3",
            4,
        ),
        ({"Dockerfile": 'FROM python\nCMD ["./run-it.sh"]\n', "run-it.sh": "W=4\ngunicorn shop.wsgi -w $W\n"}, "gunicorn", "run-it.sh:2", 4),
        ({"k8s/web.yaml": DEPLOYMENT}, "gunicorn", "k8s/web.yaml:9", 4),
        ({"fly.toml": '[processes]\n  app = "gunicorn shop.wsgi -w 4"\n'}, "gunicorn", "fly.toml:2", 4),
        ({"render.yaml": "services:\n  - type: web\n    startCommand: gunicorn shop.wsgi -w 4\n"}, "gunicorn", "render.yaml:3", 4),
        ({"app.yaml": "runtime: python312\nentrypoint: gunicorn shop.wsgi -w 4\n"}, "gunicorn", "app.yaml:2", 4),
        ({"etc/services.d/web/run": "#!/bin/sh\nexec granian shop --workers 4\n"}, "granian", "etc/services.d/web/run:2", 4),
        ({"Procfile": "web: newrelic-admin run-program gunicorn shop.wsgi -w 4\n"}, "gunicorn", "Procfile:1", 4),
        ({"Procfile": "web: poetry run python -m gunicorn shop.wsgi -w 4\n"}, "gunicorn", "Procfile:1", 4),
        ({"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"}, "runserver", "Procfile:1", None),
    ],
)
def test_the_server_that_each_kind_of_file_starts(started, files, server, place, workers):
    found = started(files).production
    assert (found.server, str(found.at)) == (server, place)
    assert (found.workers.count if found.workers else None) == workers


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"docker-compose.dev.yml": COMPOSE.format("gunicorn shop.wsgi")},
        {"tests/Dockerfile": "FROM python\nCMD gunicorn shop.wsgi\n"},
        {"Dockerfile": "FROM python\nRUN pip install gunicorn\nCMD echo gunicorn shop.wsgi\n"},
        {"Procfile": "worker: gunicorn shop.wsgi\n"},
        {"README.md": "gunicorn shop.wsgi\n"},
    ],
)
def test_nothing_starts_it(started, files):
    assert started(files).production is None


@pytest.mark.parametrize(
    ("command", "more", "count", "cores"),
    [
        ("gunicorn shop.wsgi", {"gunicorn.conf.py": "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n"}, None, True),
        ("gunicorn shop.wsgi -c etc/g.py", {"etc/g.py": "workers = 3\n"}, 3, False),
        ("gunicorn shop.wsgi -c etc/g.py", {"etc/g.py": "import os\nworkers = int(os.environ.get('WEB_CONCURRENCY', 5))\n"}, 5, False),
        ("gunicorn shop.wsgi -c python:shop.g", {"shop/g.py": "n = 2\nworkers = n * 2\n"}, 4, False),
        ("gunicorn shop.wsgi -c etc/g.py -w 2", {"etc/g.py": "workers = 1\n"}, 2, False),
        ("gunicorn shop.wsgi -w $(nproc)", {}, None, True),
        ("gunicorn shop.wsgi -w ${N:-3}", {}, 3, False),
        ("gunicorn shop.wsgi -w $N", {".env.production": "N=6\n"}, 6, False),
        ("gunicorn shop.wsgi", {".env.production": "WEB_CONCURRENCY=6\n"}, 6, False),
        ("WEB_CONCURRENCY=2 gunicorn shop.wsgi", {".env.production": "WEB_CONCURRENCY=6\n"}, 2, False),
        ("gunicorn shop.wsgi", {".env.production": 'GUNICORN_CMD_ARGS="--workers=7"\n'}, 7, False),
        ("uwsgi --ini etc/uwsgi.ini", {"etc/uwsgi.ini": "[uwsgi]\nprocesses = %(%k * 2)\n"}, None, True),
        ("uwsgi etc/uwsgi.ini", {"etc/uwsgi.ini": "[uwsgi]\nworkers = 4\n"}, 4, False),
    ],
)
def test_the_number_of_workers(started, command, more, count, cores):
    workers = started({"Procfile": f"web: {command}\n", **more}).production.workers
    assert (workers.count, workers.by_cores, workers.why) == (count, cores, None)


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("gunicorn shop.wsgi -w $N", {}),
        ("gunicorn shop.wsgi -w many", {}),
        ("gunicorn shop.wsgi -c etc/g.py", {"etc/g.py": "import secret\nworkers = secret.number\n"}),
        ("gunicorn shop.wsgi -c etc/g.py", {"etc/g.py": "workers = (\n"}),
        ("uwsgi etc/uwsgi.ini", {"etc/uwsgi.ini": "[uwsgi]\nworkers = $(N)\n"}),
    ],
)
def test_workers_that_cannot_be_told(started, command, more):
    workers = started({"Procfile": f"web: {command}\n", **more}).production.workers
    assert workers.count is None
    assert not workers.by_cores
    assert workers.why


def test_a_real_server_before_djangos_own_and_daphne_last(started):
    files = {
        "docker-compose.yml": COMPOSE.format("python manage.py runserver"),
        "Dockerfile": "FROM python\nCMD gunicorn shop.wsgi\n",
    }
    assert started(files).production.server == "gunicorn"
    script = "case $1 in\n  ws) daphne shop.asgi:application ;;\n  web) uvicorn shop.asgi:application ;;\nesac\n"
    assert started({"Procfile": "web: ./serve.sh web\n", "serve.sh": script}).production.server == "uvicorn"


def test_a_file_for_production_outweighs_the_others(started):
    files = {"docker-compose.prod.yml": COMPOSE.format("python manage.py runserver"), "Dockerfile": "FROM python\nCMD gunicorn shop.wsgi\n"}
    assert started(files).production.server == "runserver"


@pytest.mark.parametrize(
    ("files", "said", "always"),
    [
        ({"deploy/shop.service": UNIT}, "Restart=always", True),
        ({"deploy/shop.service": UNIT.replace("always", "on-failure")}, "Restart=on-failure", True),
        ({"deploy/shop.service": UNIT.replace("always", "no")}, "Restart=no", False),
        ({"deploy/shop.service": UNIT.replace("Restart=always\n", "")}, None, False),
        ({"etc/supervisord.conf": "[program:shop]\ncommand=gunicorn shop.wsgi\n"}, None, True),
        ({"etc/supervisord.conf": "[program:shop]\ncommand=gunicorn shop.wsgi\nautorestart=false\n"}, "autorestart=false", False),
        ({"docker-compose.yml": COMPOSE.format("gunicorn x")}, "restart: always", True),
        ({"docker-compose.yml": COMPOSE.format("gunicorn x").replace("    restart: always\n", "")}, None, False),
        ({"docker-compose.yml": "services: {web: {build: ., restart: 'no'}}", "Dockerfile": "CMD gunicorn x"}, "restart: no", False),
        ({"k8s/web.yaml": DEPLOYMENT}, "restartPolicy: Always", True),
        ({"Procfile": "web: gunicorn x\n"}, "Procfile: always", True),
    ],
)
def test_what_keeps_it_running(started, files, said, always):
    first = started(files).kept[0]
    assert (first.said, first.always) == (said, always)


def test_management_commands(started):
    files = {
        "Dockerfile": "FROM python\nRUN SECRET_KEY=x \\\n  # static files\n  python manage.py collectstatic --noinput\nCMD gunicorn x\n",
        "deploy/deploy.sh": "echo python manage.py check\nuv run python manage.py migrate\n",
        "deploy/dev.sh": "python manage.py flush\n",
    }
    assert {(one.name, str(one.at)) for one in started(files).management} == {("collectstatic", "Dockerfile:2"), ("migrate", "deploy/deploy.sh:2")}


def test_steps_of_every_stage_count(started):
    text = "FROM python AS base\nFROM base AS assets\nRUN python manage.py collectstatic\nFROM base\nCOPY --from=assets /static /static\nCMD gunicorn x\n"
    found = started({"Dockerfile": text})
    assert [str(one.at) for one in found.management] == ["Dockerfile:3"]
    assert str(found.production.at) == "Dockerfile:6"


def test_scripts_that_call_each_other_end(started):
    files = {"Procfile": "web: ./a.sh\n", "a.sh": "./b.sh\n./a.sh\n", "b.sh": "./a.sh\n"}
    assert started(files).production is None


def test_what_scripts_install(started):
    files = {"setup.sh": "apt-get install -y nginx\npip install 'gunicorn[gevent]==23.0' requests\n"}
    assert started(files).installed == {"gunicorn"}
