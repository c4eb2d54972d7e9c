"""The demo project for real: its own tests, Django's checks of it, and the scripts that make its environment file and its broken variant."""

from __future__ import annotations

import filecmp
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
SHOP = EXAMPLES / "shop"
BROKEN = EXAMPLES / "broken"
LEFT_OUT = shutil.ignore_patterns(".env", ".env.production", ".venv", "__pycache__", ".ruff_cache", "db.sqlite3", "staticfiles")

needs_django = pytest.mark.skipif(importlib.util.find_spec("django") is None, reason="Django is not installed, the demo shop cannot run")


def script(name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script of the examples folder, without the packages that are installed."""
    command = [sys.executable, "-I", str(EXAMPLES / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def manage(project: Path, *arguments: str, settings: str) -> subprocess.CompletedProcess[str]:
    """Run the shop's `manage.py` with nothing of our own environment but the path."""
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "DJANGO_SETTINGS_MODULE": f"s2cart.settings.{settings}"}
    return subprocess.run([sys.executable, "manage.py", *arguments], cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shop with an environment file of its own."""
    folder = tmp_path_factory.mktemp("ready") / "shop"
    shutil.copytree(SHOP, folder, ignore=LEFT_OUT)
    assert script("make_env.py", "--seed", "demo", folder / ".env.production").returncode == 0
    return folder


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The broken variant as a git repository."""
    folder = tmp_path_factory.mktemp("broken") / "shop"
    made = script("make_broken.py", "--git", folder)
    assert made.returncode == 0, made.stderr
    return folder


@needs_django
class TestReady:
    def test_its_own_tests_pass(self, shop: Path) -> None:
        run = manage(shop, "test", settings="test")
        assert run.returncode == 0, run.stderr
        assert int(re.search(r"^Ran (\d+) tests", run.stderr, re.MULTILINE)[1]) >= 60
        assert "skipped" not in run.stderr

    def test_djangos_deployment_checks_find_nothing(self, shop: Path) -> None:
        run = manage(shop, "check", "--deploy", "--fail-level", "DEBUG", settings="production")
        assert run.returncode == 0, run.stderr
        assert "no issues (0 silenced)" in run.stdout

    def test_no_migration_is_missing(self, shop: Path) -> None:
        run = manage(shop, "makemigrations", "--check", "--dry-run", settings="test")
        assert run.returncode == 0, run.stdout + run.stderr

    def test_production_does_not_start_without_its_environment(self, shop: Path, tmp_path: Path) -> None:
        bare = tmp_path / "shop"
        shutil.copytree(shop, bare, ignore=LEFT_OUT)
        run = manage(bare, "check", settings="production")
        assert run.returncode != 0
        assert "SECRET_KEY" in run.stderr


class TestDocuments:
    def test_every_variable_of_the_template_is_documented(self) -> None:
        template = (SHOP / ".env.production.example").read_text(encoding="utf-8")
        page = (SHOP / "docs" / "environment.md").read_text(encoding="utf-8")
        names = re.findall(r"^([A-Z_]+)=", template, re.MULTILINE)
        assert len(names) > 20
        assert [name for name in names if f"| `{name}` |" not in page] == []

    def test_links_between_the_pages_lead_somewhere(self) -> None:
        pages = [SHOP / "README.md", *(SHOP / "docs").glob("*.md")]
        links = [(page, link) for page in pages for link in re.findall(r"\]\(([\w/.-]+\.md)\)", page.read_text(encoding="utf-8"))]
        assert len(links) > 10
        assert [link for page, link in links if not (page.parent / link).is_file()] == []

    def test_attestations_are_of_items_and_dated(self) -> None:
        text = (SHOP / ".ready-gate" / "attestations.yml").read_text(encoding="utf-8")
        entries = yaml.load(text, Loader=yaml.BaseLoader)  # strings alone: YAML 1.1 takes the key `on` for true
        assert {entry["item"] for entry in entries} <= item_ids()
        days = [(date.fromisoformat(entry["expires"]) - date.fromisoformat(entry["on"])).days for entry in entries]
        assert min(days) >= 90
        assert max(days) <= 365


class TestMakeEnv:
    def test_same_seed_same_file_and_no_placeholder_left(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            assert script("make_env.py", "--seed", "7", tmp_path / name).returncode == 0
        text = (tmp_path / "one").read_text(encoding="utf-8")
        assert text == (tmp_path / "two").read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if "<" in line and not line.startswith("#")] == []

    def test_without_a_seed_no_two_files_are_alike(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            script("make_env.py", tmp_path / name)
        assert (tmp_path / "one").read_text(encoding="utf-8") != (tmp_path / "two").read_text(encoding="utf-8")

    def test_only_the_owner_may_read_it(self, tmp_path: Path) -> None:
        script("make_env.py", tmp_path / "env")
        assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600

    def test_an_existing_file_stays(self, tmp_path: Path) -> None:
        (tmp_path / "env").write_text("MINE=1\n", encoding="utf-8")
        run = script("make_env.py", tmp_path / "env")
        assert run.returncode == 0
        assert "stays as it is" in run.stderr
        assert (tmp_path / "env").read_text(encoding="utf-8") == "MINE=1\n"

    def test_a_dangling_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "env").symlink_to(tmp_path / "elsewhere")
        script("make_env.py", tmp_path / "env")
        assert not (tmp_path / "elsewhere").exists()


class TestMakeBroken:
    def test_is_the_same_every_time(self, broken: Path, tmp_path: Path) -> None:
        again = tmp_path / "again"
        assert script("make_broken.py", "--git", again).returncode == 0
        assert head(again) == head(broken)
        assert files(again) == files(broken)
        assert filecmp.cmpfiles(again, broken, files(again), shallow=False)[0] == files(again)

    def test_refuses_an_existing_folder(self, tmp_path: Path) -> None:
        run = script("make_broken.py", tmp_path)
        assert (run.returncode, list(tmp_path.iterdir())) == (2, [])
        assert "exists" in run.stderr

    def test_a_patch_that_no_longer_fits_is_an_error(self, tmp_path: Path) -> None:
        examples = tmp_path / "examples"
        shutil.copytree(EXAMPLES, examples, ignore=LEFT_OUT)
        (examples / "shop" / "orders" / "views.py").write_text("", encoding="utf-8")
        command = [sys.executable, "-I", str(examples / "make_broken.py"), str(tmp_path / "out")]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 2
        assert run.stderr == "09-orders-open.patch: orders/views.py: a hunk fits 0 places instead of one\n"

    def test_the_table_names_every_patch_with_its_files(self) -> None:
        table = mistakes()
        assert [entry["patch"] for entry in table] == sorted(path.name for path in (BROKEN / "patches").iterdir())
        for entry in table:
            assert sorted(entry["files"]) == touched(entry["patch"])

    def test_the_table_names_items_of_the_checklist(self) -> None:
        items = {item for entry in mistakes() for item in entry["items"]}
        assert len(items) >= 20
        assert items <= item_ids()

    def test_its_environment_file_is_committed(self, broken: Path) -> None:
        listed = subprocess.run(["git", "ls-files", ".env.production"], cwd=broken, capture_output=True, text=True, check=True)
        assert listed.stdout == ".env.production\n"

    @needs_django
    def test_it_still_starts_and_django_sees_a_part_of_it(self, broken: Path) -> None:
        run = manage(broken, "check", "--deploy", settings="production")
        assert run.returncode == 0, run.stderr
        assert set(re.findall(r"security\.W\d+", run.stderr)) >= {"security.W004", "security.W009", "security.W012", "security.W018"}

    @needs_django
    def test_a_migration_is_missing(self, broken: Path) -> None:
        run = manage(broken, "makemigrations", "--check", "--dry-run", settings="test")
        assert run.returncode == 1
        assert "Add field gift_note to order" in run.stdout


def mistakes() -> list[dict[str, object]]:
    """The table of the broken variant."""
    return yaml.safe_load((BROKEN / "mistakes.yml").read_text(encoding="utf-8"))


def touched(patch: str) -> list[str]:
    """The files that a patch changes, makes or removes."""
    text = (BROKEN / "patches" / patch).read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^(?:--- a|\+\+\+ b)/(.+)$", text, re.MULTILINE)))


def item_ids() -> set[str]:
    """Every item id of the checklist."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "checklist").glob("*.yml")]
    return {item for text in texts for item in re.findall(r"^ +- id: (\w+\.[\w-]+)$", text, re.MULTILINE)}


def head(folder: Path) -> str:
    """The commit of a repository."""
    return subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True).stdout


def files(folder: Path) -> list[str]:
    """The relative paths of a folder's files, git's own left out."""
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if path.parts[0] != ".git")
