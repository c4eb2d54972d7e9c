import pytest

from ready_gate.facts import names
from ready_gate.facts.names import within_package


@pytest.mark.parametrize(
    ("path", "development", "production"),
    [
        ("docker-compose-local.yml", True, False),
        ("docker-entrypoint.dev.sh", True, False),
        ("docker-compose.override.yml", True, False),
        ("Procfile.dev", True, False),
        ("docker-compose.prod.yml", False, True),
        ("settings/production.py", False, True),
        ("shop.settings.dev", True, False),
        ("docker-compose.yml", False, False),
        ("developers.md", False, False),
        ("products/latest.py", False, False),
        (".env.production.example", False, False),
        ("preprod.env", False, False),
    ],
)
def test_what_a_name_says(path, development, production):
    assert (names.is_development(path), names.is_production(path)) == (development, production)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("template.settings.production", "settings.production"),
        ("test_shop.settings", "settings"),
        ("settings", "settings"),
        ("template/settings/live.py", "settings/live.py"),
        ("settings_dev.py", "settings_dev.py"),
    ],
)
def test_the_name_of_the_project_says_nothing(name, left):
    assert within_package(name) == left


def test_templates_staging_and_folders_aside():
    assert [names.is_template(path) for path in (".env.example", "env.sample", "example/.env", ".env")] == [True, True, False, False]
    assert names.is_staging("docker-compose.staging.yml")
    assert [names.is_aside(path) for path in ("tests/a.py", "a/examples/b.py", "tests.py", "a/b.py")] == [True, True, False, False]
