import os
import textwrap

import pytest

from ready_gate.facts.django.deploy_environment import deployment

SYSTEMD = """
    [Service]
    Environment=DJANGO_SETTINGS_MODULE=shop.settings.production "A=b c" \\
        SHARE=50%%
    Environment=HOME_OF=%h
    # Environment=COMMENTED=1
    EnvironmentFile=-/srv/shop/.env.production
    ExecStart=/usr/bin/env LATE=1 /srv/venv/bin/gunicorn --env WORKERS=3 shop.wsgi
"""
COMPOSE = """
    x-common: &common
      DEBUG: "False"
      SECRET: ${SECRET}
      MODE: ${MODE:-production}
      DOLLAR: a$$b
    services:
      db:
        image: postgres
        environment: {POSTGRES_PASSWORD: hidden}
      worker:
        build: .
        command: celery -A shop worker
        environment: [QUEUE=worker, "DEBUG=True"]
      web:
        build: .
        command: ["gunicorn", "shop.wsgi"]
        env_file: [.env.production, {path: extra.env}]
        environment:
          <<: *common
          FROM_HOST:
"""
DOCKERFILE = """
    FROM python:3.12 AS base
    ENV A=1 B="two words"
    ENV LEGACY some value
    FROM node AS assets
    ENV NODE_ENV=production
    FROM base
    # ENV COMMENTED=1
    ENV DJANGO_SETTINGS_MODULE=shop.settings.production \\
        BOTH=$A-${B} \\
        LATER=$UNSET
    CMD ["sh", "-c", "FROM_COMMAND=1 gunicorn shop.wsgi"]
"""
MANIFEST = """
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          containers:
            - name: web
              env:
                - {name: DEBUG, value: "False"}
                - name: SECRET_KEY
                  valueFrom: {secretKeyRef: {name: s, key: k}}
    ---
    apiVersion: v1
    kind: ConfigMap
    data: {DJANGO_SETTINGS_MODULE: shop.settings.production}
"""
SUPERVISOR = """
    [program:shop]
    command=gunicorn shop.wsgi
    environment=A="1,2",
        B=two, C='%(ENV_HOME)s'
"""
SCRIPT = """
    #!/bin/bash
    DJANGO_SETTINGS_MODULE=shop.settings.production
    NOT_EXPORTED=1
    export DJANGO_SETTINGS_MODULE
    export A=1 B=`hostname` C=$(hostname)
    if [ -n "$X" ]; then
        export MAYBE=1
    fi
    . ./.env
    echo export ECHOED=1
    BEFORE=1 exec gunicorn shop.wsgi -e INNER=2
"""


@pytest.mark.parametrize(
    ("path", "text", "certain", "doubtful", "named"),
    [
        (
            "deploy/shop.service",
            SYSTEMD,
            {"DJANGO_SETTINGS_MODULE": "shop.settings.production", "A": "b c", "SHARE": "50%", "LATE": "1", "WORKERS": "3"},
            {"HOME_OF"},
            (".env.production",),
        ),
        (
            "docker-compose.yml",
            COMPOSE,
            {"DEBUG": "False", "DOLLAR": "a$b", "QUEUE": "worker"},
            {"SECRET", "MODE", "FROM_HOST"},
            (".env.production", "extra.env"),
        ),
        (
            "Dockerfile",
            DOCKERFILE,
            {
                "A": "1",
                "B": "two words",
                "LEGACY": "some value",
                "DJANGO_SETTINGS_MODULE": "shop.settings.production",
                "BOTH": "1-two words",
                "FROM_COMMAND": "1",
            },
            {"LATER"},
            (),
        ),
        ("k8s/web.yaml", MANIFEST, {"DEBUG": "False", "DJANGO_SETTINGS_MODULE": "shop.settings.production"}, {"SECRET_KEY"}, ()),
        ("supervisor/shop.conf", SUPERVISOR, {"A": "1,2", "B": "two"}, {"C"}, ()),
        (
            "bin/start.sh",
            SCRIPT,
            {"DJANGO_SETTINGS_MODULE": "shop.settings.production", "A": "1", "BEFORE": "1", "INNER": "2"},
            {"B", "C", "MAYBE"},
            ("bin/.env",),
        ),
        ("Procfile", "web: A=1 gunicorn shop.wsgi\nrelease: B=2 python manage.py migrate\n", {"A": "1"}, set(), ()),
        ("gunicorn.conf.py", "raw_env = ['A=1', f'B={x}']\nworkers = 2\n", {"A": "1"}, set(), ()),
        ("etc/uwsgi.ini", "[uwsgi]\nenv = A=1\nenv = B=%d\n", {"A": "1"}, {"B"}, ()),
        ("fly.toml", "[build]\nX = '1'\n[env]\n  A = '1'\n  # B = '2'\n[mounts]\n  C = '3'\n", {"A": "1"}, set(), ()),
        ("app.json", '{"env": {"A": "1", "B": {"value": "2"}, "C": {"generator": "secret"}}}', {"A": "1", "B": "2"}, {"C"}, ()),
        ("render.yaml", "services:\n  - envVars:\n      - {key: A, value: 1}\n      - {key: B, sync: false}\n", {"A": "1"}, {"B"}, ()),
        ("app.yaml", "runtime: python312\nenv_variables:\n  A: 'x'\n", {"A": "x"}, set(), ()),
    ],
)
def test_reads_the_environment_of(lay_out, path, text, certain, doubtful, named):
    found = deployment(lay_out({path: textwrap.dedent(text).lstrip()}))
    assert {name: variable.value for name, variable in found.variables.items()} == certain
    assert set(found.doubtful) == doubtful
    assert found.env_files == named
    assert all(variable.at.path == path for variable in found.variables.values())


def test_lines_are_told(lay_out):
    found = deployment(lay_out({"docker-compose.yml": "services:\n  web:\n    build: .\n    environment:\n      A: 1\n      B: 2\n"}))
    assert [variable.at.line for variable in found.variables.values()] == [5, 6]


@pytest.mark.parametrize(
    "path",
    [
        "docker-compose-local.yml",
        "docker-entrypoint.dev.sh",
        "docker-compose.override.yml",
        ".devcontainer/docker-compose.yml",
        "tests/Dockerfile",
        "examples/docker-compose.yml",
        "docker/local/django/Dockerfile",
        "docker-compose.staging.yml",
        "docker-compose.yml.example",
    ],
)
def test_development_files_do_not_count(lay_out, path):
    text = "ENV A=1\nexport A=1\n" if not path.endswith(".yml") else "services: {web: {build: ., environment: {A: 1}}}"
    assert deployment(lay_out({path: text})).variables == {}


def test_a_marked_sibling_puts_the_plain_file_aside(lay_out):
    plain = "services: {web: {build: ., environment: {A: plain, B: plain}}}"
    found = deployment(lay_out({"docker-compose.yml": plain, "docker-compose.prod.yml": plain.replace("plain", "prod").replace("B:", "C:")}))
    assert {name: variable.value for name, variable in found.variables.items()} == {"A": "prod", "C": "prod"}


def test_a_compose_file_with_development_env_files_only_is_left_out(lay_out):
    text = "services: {web: {build: ., env_file: .env.dev, environment: {A: 1}}}"
    assert deployment(lay_out({"docker-compose.yml": text})).variables == {}


def test_a_file_that_runs_development_settings_is_left_out_where_there_are_others(lay_out):
    compose = "services: {web: {build: ., environment: {DJANGO_SETTINGS_MODULE: shop.settings.dev, SECRET_KEY: changeme}}}"
    alone = deployment(lay_out({"docker-compose.yml": compose}))
    assert alone.variables["SECRET_KEY"].value == "changeme"
    found = deployment(lay_out({"Dockerfile": "FROM python\nENV DJANGO_SETTINGS_MODULE=shop.settings.production\n"}))
    assert set(found.variables) == {"DJANGO_SETTINGS_MODULE"}
    assert "left out" in found.notes[0]


@pytest.mark.parametrize(
    "text", ["services: [", "services: " + "[" * 100_000, "- " * 100_000, "a: &a [*a]\nservices: {web: *a}", "\t", "services: 3", "{}", ""]
)
def test_broken_and_hostile_yaml_is_left_out(lay_out, text):
    found = deployment(lay_out({"docker-compose.yml": text + "\n# services", "Dockerfile": "FROM x\nENV A=1\n"}))
    assert set(found.variables) == {"A"}


def test_an_alias_bomb_is_no_problem(lay_out):
    levels = "".join(f"l{n}: &l{n} {{{', '.join(f'<<: *l{n - 1}' for _ in range(9))}}}\n" if n else "l0: &l0 {A: 1}\n" for n in range(40))
    assert deployment(lay_out({"docker-compose.yml": levels + "services: {web: {build: ., environment: *l39}}"})).notes == ()


def test_links_out_of_the_project_are_not_read(lay_out, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_text("FROM x\nENV A=1\n")
    tree = lay_out({"manage.py": ""})
    os.symlink(outside, tmp_path / "Dockerfile")
    assert deployment(tree).variables == {}


def test_the_order_of_belief(lay_out):
    found = deployment(lay_out({"Dockerfile": "FROM x\nENV A=image B=image\n", "shop.service": "[Service]\nEnvironment=A=unit\n"}))
    assert {name: variable.value for name, variable in found.variables.items()} == {"A": "unit", "B": "image"}
    assert found.firm == {"A"}
    assert found.runs
