"""Shell text taken apart."""

import time

import pytest

from ready_gate.facts.infra.shell import simple_commands


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("exec gunicorn shop.wsgi -w 3", ["gunicorn shop.wsgi -w 3"]),
        ("gunicorn shop.wsgi --workers $((2 * $(nproc) + 1))", ["gunicorn shop.wsgi --workers $((2*$(nproc)+1))"]),
        ("A=1 B='two words' python manage.py migrate && gunicorn x; true", ["python manage.py migrate", "gunicorn x", "true"]),
        ("sh -c 'python manage.py migrate && gunicorn x'", ["python manage.py migrate", "gunicorn x"]),
        ('/usr/bin/env bash -lc "cd /app && uvicorn a:b"', ["cd /app", "uvicorn a:b"]),
        ("su - app -c 'gunicorn x'", ["gunicorn x"]),
        ("case $1 in\n  web) gunicorn a ;;\nesac", ["case $1 in", "gunicorn a", "esac"]),
        ("# gunicorn\necho gunicorn # no", ["echo gunicorn"]),
        ("gunicorn \\\n  --workers 4 \\\n  shop.wsgi", ["gunicorn --workers 4 shop.wsgi"]),
        ("gunicorn 'never closed", []),
        (
            'sh -c "python manage.py migrate &&\n    .venv/bin/gunicorn x\n"\nuvicorn a',
            ["python manage.py migrate", ".venv/bin/gunicorn x", "uvicorn a"],
        ),
        ('sh -c "never\nclosed\ngunicorn a', ["closed", "gunicorn a"]),
        ("echo don't\ngunicorn a\necho won't", ["gunicorn a"]),
        ("gunicorn x > log 2>err", ["gunicorn x"]),
    ],
)
def test_simple_commands(text, commands):
    assert [" ".join(command.words) for command in simple_commands(text) if command.words] == commands


def test_lines_and_assignments_are_kept():
    first, second = simple_commands("WORKERS=3\nDEBUG=0 gunicorn x")
    assert (first.words, first.assigned, first.line) == ((), (("WORKERS", "3"),), 1)
    assert (second.words, second.assigned, second.line) == (("gunicorn", "x"), (("DEBUG", "0"),), 2)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("echo gunicorn", True),
        ("pip install gunicorn", True),
        ("python -m pip install gunicorn", True),
        ("uv add gunicorn", True),
        ("uv run gunicorn x", False),
        ("poetry run gunicorn x", False),
        ("systemctl restart gunicorn", True),
        ("gunicorn --version", True),
        ("gunicorn x", False),
    ],
)
def test_what_only_names_a_program(text, only):
    assert next(simple_commands(text)).only_names is only


@pytest.mark.parametrize("text", ["$(" * 4000, "`" * 4001, "sh -c '" * 500, "a;" * 2000, "\\\n" * 5000, "((((" * 900, "$((" * 1300 + ")" * 2000])
def test_hostile_text_is_bounded(text):
    before = time.process_time()
    list(simple_commands(text))
    assert time.process_time() - before < 5
