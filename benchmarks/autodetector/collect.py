"""Runs Django's autodetector tests, keeps the states that they compare, and writes each pair as a project.

Runs in an interpreter that has Django, and imports nothing of ready-gate. Each project has the state before as migrations, the state after as models,
and `answer.json` with what Django's autodetector says of the two when nobody answers its questions.

    python collect.py TESTS FOLDER        # TESTS: the folder `tests` of Django's source distribution
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import sys
import unittest
from collections import defaultdict
from pathlib import Path

import django
from django.conf import settings

IGNORED = ("id", "app_label")
HELPERS, PACKAGE = "migrations", "helpers"  # the app of the tests themselves, whose classes the projects import; its name there


def main(tests, target):
    """Write all projects below the target folder."""
    sys.path.insert(0, str(tests))
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "migrations"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=False,
    )
    django.setup()
    from django.db.migrations import autodetector

    recorder = Recorder(tests, target)
    original = autodetector.MigrationAutodetector._detect_changes

    def recording(self, *arguments, **keywords):
        if not recorder.busy:
            recorder.record(self.from_state, self.to_state)
        return original(self, *arguments, **keywords)

    autodetector.MigrationAutodetector._detect_changes = recording
    suite = unittest.defaultTestLoader.loadTestsFromName("migrations.test_autodetector")
    for test in flat(suite):
        recorder.test, recorder.count = test.id().rpartition(".")[2], 0
        test.run(unittest.TestResult())
    (target / "skipped.json").write_text(json.dumps(recorder.skipped, indent=1))
    print(f"Django {django.__version__}: {recorder.written} pairs, {len(recorder.skipped)} not written")


def flat(suite):
    """The tests of a suite."""
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from flat(part)
        else:
            yield part


class Recorder:
    """Writes a project for each pair of states."""

    def __init__(self, tests, target):
        self.tests, self.target = tests, target
        self.test, self.count, self.written = "", 0, 0
        self.skipped, self.busy = {}, False

    def record(self, before, after):
        """One pair; what cannot be written as code is kept with the reason."""
        name = f"{self.test}-{self.count}"
        self.count += 1
        self.busy = True
        try:
            old, new = rendered(before.clone()), rendered(after.clone())
            answer = answered(old, new)
            write(self.target / name, old, new, self.tests)
            (self.target / name / "answer.json").write_text(json.dumps(answer, indent=1))
            self.written += 1
        except Exception as error:  # noqa: BLE001 - not every state of a test can be had as code
            shutil.rmtree(self.target / name, ignore_errors=True)
            self.skipped[name] = f"{type(error).__name__}: {str(error)[:200]}"
        finally:
            self.busy = False


def rendered(state):
    """The state as it is read from real model classes: with the keys and parent links that Django adds."""
    from django.db.migrations.state import ProjectState

    try:
        return ProjectState.from_apps(state.apps)
    except ValueError:  # it names models that no test defines
        return state


def answered(before, after):
    """Django's answer, operation by operation."""
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.questioner import MigrationQuestioner

    changes = MigrationAutodetector(before.clone(), after.clone(), MigrationQuestioner(defaults={}, dry_run=True))._detect_changes()
    found = {app: [described(operation) for migration in made for operation in migration.operations] for app, made in sorted(changes.items())}
    return {app: operations for app, operations in found.items() if app != HELPERS}


def described(operation):
    """An operation by its class, its model, and the field or name that it is about."""
    kind = type(operation).__name__
    if "model_name" in vars(operation):
        index = getattr(operation, "index", None) or getattr(operation, "constraint", None)
        return [kind, operation.model_name.lower(), getattr(operation, "new_name", None) or getattr(operation, "name", None) or index.name]
    return [kind, operation.name.lower(), None]


# Writing


NAMES = {}  # the names of models with their capitals, by app and lower-case name


def write(folder, before, after, tests):
    """The project of one pair."""
    from django.db.migrations.migration import Migration
    from django.db.migrations.operations import CreateModel
    from django.db.migrations.writer import MigrationWriter

    shutil.rmtree(folder, ignore_errors=True)
    NAMES.clear()
    NAMES.update({key: state.name for key, state in after.models.items()})
    apps = sorted({key[0] for key in (*before.models, *after.models)} - {HELPERS})
    made, models = defaultdict(list), defaultdict(list)
    for (app, _), state in before.models.items():
        fields = fields_of(state)
        options = {name: value for name, value in state.options.items() if value or name not in ("indexes", "constraints")}
        made[app].append(CreateModel(state.name, fields, options, state.bases, state.managers))
    for (app, _), state in after.models.items():
        models[app].append(state)
    for app in apps:
        migration = type("Migration", (Migration,), {"operations": made[app], "dependencies": []})("0001_initial", app)
        put(folder / app / "__init__.py", "")
        put(folder / app / "migrations/__init__.py", "")
        put(folder / app / "migrations/0001_initial.py", renamed(MigrationWriter(migration, include_header=False).as_string()))
        source = renamed(Source(app).models(models[app]))
        compile(source, "models.py", "exec")  # what a test defines inside of a function has no name that code could use
        put(folder / app / "models.py", source)
    put(folder / "manage.py", "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'project.settings')\n")
    put(folder / "project/__init__.py", "")
    put(folder / "project/settings.py", settings_source(apps))
    put(folder / "requirements.txt", f"Django=={django.__version__}\n")
    support(folder, tests)


def fields_of(state):
    """The fields of a model with their names; up to Django 3.0 they are kept as such pairs."""
    return list(state.fields.items() if isinstance(state.fields, dict) else state.fields)


def renamed(source):
    """The code with the helpers' package under a name that Django's own `migrations` does not hide."""
    return re.sub(r"\bmigrations\.(test_autodetector|models)\b", rf"{PACKAGE}.\1", source)


def put(path, text):
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def settings_source(apps):
    """The settings of a project with these apps."""
    lines = [
        f"INSTALLED_APPS = {['django.contrib.contenttypes', 'django.contrib.auth', *[app for app in apps if app not in ('auth', 'contenttypes')]]!r}"
    ]
    lines += [f"{name} = {getattr(settings, name)!r}" for name in ("AUTH_USER_MODEL", "DEFAULT_AUTO_FIELD") if hasattr(settings, name)]
    lines += [f"{name} = {getattr(settings, name)!r}" for name in dir(settings) if name.startswith(("THIRDAPP", "OTHERAPP"))]
    return "\n".join([*lines, "USE_TZ = False"]) + "\n"


def support(folder, tests):
    """The helper classes of Django's tests, under their own names."""
    source = (tests / "migrations/test_autodetector.py").read_text()
    body = ast.parse(source).body
    kept = [node for node in body if isinstance(node, ast.ClassDef) and "Tests" not in node.name]
    put(folder / PACKAGE / "__init__.py", "")
    put(folder / PACKAGE / "models.py", (tests / "migrations/models.py").read_text())
    put(folder / PACKAGE / "test_autodetector.py", "\n\n\n".join(ast.get_source_segment(source, node) for node in kept) + "\n")


class Source:
    """Writes models as code."""

    def __init__(self, app):
        self.app, self.imports = app, {"from django.db import models"}

    def models(self, states):
        """The module with these models, parents first."""
        ordered, waiting = [], list(states)
        while waiting:
            names = {f"{self.app}.{state.name.lower()}" for state in waiting}
            ready = next((state for state in waiting if not any(str(base).lower() in names for base in state.bases)), waiting[0])
            waiting.remove(ready)
            ordered.append(ready)
        classes = [self.model(state) for state in ordered]
        return "\n".join(sorted(self.imports)) + "\n\n\n" + "\n\n\n".join(classes) + "\n"

    def model(self, state):
        """One class."""
        bases = ", ".join(self.base(base) for base in state.bases)
        inside = [f"{name} = {self.text(field)}" for name, field in fields_of(state) if not self.implied(name, field, state)]
        inside += [f"{name} = {self.text(manager)}" for name, manager in state.managers]
        options = [f"    {name} = {self.text(value)}" for name, value in sorted(state.options.items()) if self.counts(name, value)]
        inside += ["", "class Meta:", *options] if options else []
        return "\n".join([f"class {state.name}({bases}):", *[f"    {line}" if line else "" for line in inside or ["pass"]]])

    def implied(self, name, field, state):
        """Whether Django adds the field by itself."""
        return getattr(field, "auto_created", False)

    def counts(self, name, value):
        """Whether the option has to be written."""
        return name not in IGNORED and bool(value or name not in ("indexes", "constraints", "unique_together", "index_together"))

    def base(self, base):
        """The name of a base class, with its import."""
        if isinstance(base, str):
            app, name = base.split(".")
            proper = self.proper(app, name)
            if app != self.app:
                self.imports.add(f"from {app}.models import {proper}")
            return proper
        if base.__module__.startswith("django.db.models"):
            return "models.Model"
        self.imports.add(f"from {base.__module__} import {base.__name__}")
        return base.__name__

    def proper(self, app, name):
        """The name of a model with its capitals."""
        return NAMES.get((app, name.lower()), name)

    def text(self, value):
        """A value as the migration writer writes it."""
        from django.db.migrations.serializer import serializer_factory

        text, imports = serializer_factory(value).serialize()
        self.imports |= {line for line in imports if line != "from django.db import migrations"}
        if "migrations." in text.split("(")[0] and "import migrations.models" not in imports:
            self.imports.add("import migrations.models")
        return text


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
