import pytest

from ready_gate.facts.infra.pipeline_tests import pipeline_tests


@pytest.mark.parametrize(
    "line",
    [
        "run: pytest",
        "run: python -m pytest -n 2",
        "- python manage.py test",
        "run: tox -e py312",
        "run: make test",
        "- ./dev.sh test",
        "run: uv run pytest",
        "run: coverage run manage.py test",
    ],
)
def test_lines_that_run_tests(lay_out, line):
    found = pipeline_tests(lay_out({".github/workflows/ci.yml": f"jobs:\n  test:\n    steps:\n      - {line}\n"})).found
    assert [at.line for at in found] == [4]


@pytest.mark.parametrize(
    "line", ["# run: pytest", "run: pip install pytest-cov", "name: test", "uses: actions/checkout@v4", "run: python manage.py migrate"]
)
def test_lines_that_do_not(lay_out, line):
    assert pipeline_tests(lay_out({".github/workflows/ci.yml": f"jobs:\n    steps:\n      {line}\n"})).found == ()


def test_other_pipelines_count_and_other_files_do_not(lay_out):
    tree = lay_out({".gitlab-ci.yml": "test:\n  script:\n    - pytest\n", "docs/.gitlab-ci.yml": "  - pytest\n", "README.md": "run: pytest\n"})
    assert [at.path for at in pipeline_tests(tree).found] == [".gitlab-ci.yml"]
