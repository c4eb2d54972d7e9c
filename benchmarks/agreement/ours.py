"""What ready-gate says of the same project in the same environment."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import ready_gate.checks
from ready_gate.context import RunContext
from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Environment, Project, Settings, Variables
from ready_gate.model import Level
from ready_gate.pipeline import load_policy, options_of, run_check
from ready_gate.reporters.inspect import settings_json

DJANGO = "django."
_NAME = re.compile(r"[A-Z][A-Z0-9_]+")


@dataclass(frozen=True)
class Ours:
    """The entries of `inspect settings`, the names among them that the project sets, and what else is compared."""

    entries: dict[str, dict[str, object]]
    explicit: frozenset[str]
    variables: dict[str, str]
    reads: frozenset[str]
    ids: frozenset[str]
    project: Project


def look(root: Path, env_file: Path | None, settings_module: str | None) -> Ours:
    """Gather the facts and run the checks that speak with Django's ids."""
    context = RunContext(str(root), date.today(), env_file=str(env_file) if env_file else None, settings_module=settings_module)
    facts = Facts({"options": options_of(context, load_policy(context).config)})
    settings, project = cast(Settings, facts["settings"]), cast(Project, facts["project"])
    entries = json.loads(settings_json(settings, project, show_secrets=True))["settings"]
    variables = cast(Environment, facts["environment"]).variables
    reads = cast(Variables, facts["variables"]).reads
    return Ours(
        entries,
        frozenset(settings.values),
        {name: variable.value for name, variable in variables.items()},
        frozenset(read.name for read in reads),
        frozenset(_ids(facts)),
        project,
    )


def _ids(facts: Facts) -> set[str]:
    checks = [check for check in ready_gate.checks.load_all().values() if check.id.startswith("security.")]
    found = [finding for check in checks for finding in run_check(check, facts).findings]
    shown = [finding.rule for finding in found if finding.level in (Level.ERROR, Level.WARNING)]
    return {rule.removeprefix(DJANGO) for rule in shown if rule.startswith(f"{DJANGO}security.")}


def read_by_checks() -> frozenset[str]:
    """Every name in the checks' source that has the form of a setting's; the settings that checks read are those that a project has of them."""
    folder = Path(str(ready_gate.checks.__file__)).parent
    nodes = [node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return frozenset(text for text in texts if _NAME.fullmatch(text))


def run_collector(collector: Path, python: str | None, root: Path, project: Project, variables: Mapping[str, str]) -> Any:
    """What a collector says that runs in the project's interpreter."""
    home = root / project.folder
    order = {"root": str(root), "path": [str(home), str(root)], "configuration": project.configuration}
    chosen = {"DJANGO_SETTINGS_MODULE": project.settings_module, "DJANGO_CONFIGURATION": project.configuration or ""}
    base = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.run(  # noqa: S603 - running the project is the purpose
        [python or sys.executable, str(collector)],
        input=json.dumps(order),
        env={**base, **variables, **{name: value for name, value in chosen.items() if value}},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if process.returncode:
        raise SystemExit("the project does not load: " + " | ".join(process.stderr.strip().splitlines()[-3:]))
    return json.loads(process.stdout)
