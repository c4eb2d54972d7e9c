from __future__ import annotations

from pathlib import Path

import pytest

from ready_gate.facts import docs
from ready_gate.facts.tree import Tree


@pytest.mark.parametrize(
    "path", [".env.example", ".env.sample", ".env-example", "env.template", "example.env", ".env.production.example", "docker/.env.dist"]
)
def test_names_of_templates(path: str) -> None:
    assert docs.is_template(path)
    assert not docs.is_page(path)


@pytest.mark.parametrize("path", [".env", ".env.production", "environment.py", "example.py", "docs/environment.md", "tests/.env.example"])
def test_what_is_no_template(path: str) -> None:
    assert not docs.is_template(path)


@pytest.mark.parametrize("path", ["README.md", "docs/deploy.rst", "INSTALL.txt", "deploy/readme.MD", "templates/docs/configuration.md"])
def test_pages(path: str) -> None:
    assert docs.is_page(path)


@pytest.mark.parametrize(
    "path",
    [
        "requirements.txt",
        "requirements-dev.txt",
        "CHANGELOG.md",
        "LICENSE.txt",
        "shop/templates/mail.txt",
        "static/a.txt",
        "node_modules/a/readme.md",
        "robots.txt",
        "a.py",
    ],
)
def test_what_is_no_page(path: str) -> None:
    assert not docs.is_page(path)


def test_names_with_their_first_lines(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# the key\nSECRET_KEY=\n#export CACHE_URL = redis://\nSECRET_KEY=again\n")
    (tmp_path / "README.md").write_text("Set `DEBUG` and\nEMAIL_HOST, DEBUG.\n")
    found = docs.documents(Tree(str(tmp_path)))
    assert [(page.path, page.template) for page in found.pages] == [(".env.example", True), ("README.md", False)]
    assert found.pages[0].assigned == {"SECRET_KEY": 2, "CACHE_URL": 3}
    assert found.pages[1].words == {"DEBUG": 1, "EMAIL_HOST": 2}
    assert found.cut is None
    page = found.naming("EMAIL_HOST")
    assert page is not None
    assert page.path == "README.md"
    assert found.naming("EMAIL") is None


def test_what_deploy_files_use_of_a_template(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("POSTGRES_PASSWORD=\nDOMAIN=\nGONE=\n")
    (tmp_path / "docker-compose.yml").write_text("environment:\n  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}\n")
    (tmp_path / "deploy.sh").write_text('certbot -d "$DOMAIN"\n')
    assert docs.documents(Tree(str(tmp_path))).elsewhere == {"POSTGRES_PASSWORD", "DOMAIN"}


def test_a_deploy_file_that_cannot_be_read_may_use_every_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env.example").write_text("DOMAIN=\n")
    (tmp_path / "deploy.sh").write_text("# " + "x" * 100)
    monkeypatch.setattr(docs, "MAX_BYTES", 50)
    found = docs.documents(Tree(str(tmp_path)))
    assert (found.elsewhere, found.cut) == ({"DOMAIN"}, None)


def test_bounds_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("SECRET_KEY " * 10)
    monkeypatch.setattr(docs, "MAX_BYTES", 50)
    found = docs.documents(Tree(str(tmp_path)))
    assert found.cut == "README.md is too large, or no text"
    monkeypatch.setattr(docs, "MAX_FILES", 0)
    assert docs.documents(Tree(str(tmp_path))).cut == "there are more documents than are read"


def test_a_link_out_of_the_project_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("SECRET_KEY")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "README.md").symlink_to(tmp_path / "outside.md")
    assert docs.documents(Tree(str(tmp_path / "project"))).naming("SECRET_KEY") is None
