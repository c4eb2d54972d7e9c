"""Django's own tests of its checks, as settings files on disk: the gate gives the same ids, case by case.

`./dev.sh test` brings Django's source distributions (`tests/data/django-*.txt`) into `.cache/django`; where one is not there, its cases are skipped.
"""

import functools
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ready_gate import checklist, pipeline
from ready_gate.checks import load_all
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options
from scripts import django_cases

ROOT = Path(__file__).parent.parent
ARCHIVES = {path.stem.removeprefix("django-"): ROOT / f".cache/django/{path.stem}.tar.gz" for path in (ROOT / "tests/data").glob("django-*.txt")}
ITEMS = [item for item in checklist.load().items if any(rule.id.startswith("django.") for rule in item.rules)]
MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
# The tests that say nothing about what a settings file may hold.
LEFT = {
    "test_security.CheckSecretKeyFallbacksTest.test_no_secret_key_fallbacks": "takes away a setting that Django's defaults always fill in",
    "test_checks.FindersCheckTests.test_base_finder_check_not_implemented": "is about the class for finders",
    "test_checks.FindersCheckTests.test_nonexistent_directories": "names directories outside of the project, which only the server knows",
    "test_checks.FindersCheckTests.test_check_finders": "makes up finders and messages",
    "test_mail.MailersProductionBackendTests.test_is_deployment_only": "is about the registry of checks",
}


@functools.cache
def found(version):
    return django_cases.read(ARCHIVES[version])


def cases():
    for version, path in ARCHIVES.items():
        if not path.is_file():
            yield pytest.param(version, None, id=version, marks=pytest.mark.skip(f"{path.name} is not in .cache/django; ./dev.sh test brings it"))
            continue
        seen = Counter()
        for case in (case for case in found(version).cases if case.test not in LEFT):
            seen[case.test] += 1
            yield pytest.param(version, case, id=f"{version}-{case.test}-{seen[case.test]}")


def write(folder, version, case):
    files = {
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/settings.py": case.source(),
        "requirements.txt": f"Django=={version}\n",
        ".env.production": "".join(f"{name}={value}\n" for name, value in case.environment.items()) or "UNRELATED=1\n",
        **found(version).modules,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(("version", "case"), list(cases()))
def test_the_same_ids_as_django(tmp_path, version, case):
    write(tmp_path, version, case)
    facts = Facts({"options": Options(str(tmp_path), today=date(2026, 11, 24))})
    items = [item for item in ITEMS if any(rule.id.removeprefix("django.") in case.possible for rule in item.rules)]
    outcomes = pipeline.run_checks(items, load_all(), facts, 1, lambda text: None)
    seen = [finding.rule.removeprefix("django.") for outcome in outcomes.values() for finding in outcome.findings]
    assert sorted(rule for rule in seen if rule in case.possible) == sorted(case.ids), case.source()
    assert items, f"no item of the checklist describes {sorted(case.possible)}"


@pytest.mark.parametrize("version", [version for version, path in ARCHIVES.items() if path.is_file()])
def test_every_test_is_turned_into_cases(version):
    assert found(version).left.keys() - LEFT.keys() == set(), found(version).left
    assert len(found(version).cases) > 150
