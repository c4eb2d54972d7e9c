"""What a running project says of its migrations: the answer of Django's autodetector for every app of its own.

Runs in the project's own interpreter (Python 3.7 or newer, any Django), so it imports nothing of ready-gate. It is told on standard input what to
load, and answers on the standard output that it found, as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys


def described(operation):
    """An operation by its class, its model, and the field or name that it is about."""
    kind = type(operation).__name__
    if "model_name" in vars(operation):
        index = getattr(operation, "index", None) or getattr(operation, "constraint", None)
        return [kind, operation.model_name.lower(), getattr(operation, "new_name", None) or getattr(operation, "name", None) or index.name]
    return [kind, getattr(operation, "name", getattr(operation, "old_name", "")).lower(), None]


def detected(loader, apps):
    """The operations that `makemigrations --noinput` would write, by app."""
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.questioner import MigrationQuestioner
    from django.db.migrations.state import ProjectState

    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), MigrationQuestioner(specified_apps=set(), dry_run=True))
    changes = detector.changes(graph=loader.graph, trim_to_apps=None, convert_apps=None)
    return {app: [described(operation) for migration in found for operation in migration.operations] for app, found in changes.items()}


def collect(order):
    """Set the project up, import what its checks would, and ask the autodetector."""
    sys.path[:0] = order["path"]
    sys.argv = ["manage.py", "makemigrations"]
    if order["configuration"]:
        importlib.import_module("configurations").setup()
    import django
    from django.apps import apps
    from django.conf import settings
    from django.db.migrations.loader import MigrationLoader
    from django.utils import translation

    django.setup()
    problems = {}
    try:
        importlib.import_module(settings.ROOT_URLCONF)
    except Exception as error:  # noqa: BLE001 - whatever a project raises
        problems["urls"] = f"{type(error).__name__}: {error}"[:300]
    translation.deactivate_all()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = [app for app in apps.get_app_configs() if inside(app.path, order["root"])]
    labels = [app.label for app in ours]
    return {
        "version": django.get_version(),
        "apps": {app.label: sorted(name for label, name in loader.graph.leaf_nodes() if label == app.label) for app in ours},
        "conflicts": {app: sorted(names) for app, names in loader.detect_conflicts().items() if app in labels},
        "without": [app.label for app in ours if app.label in loader.unmigrated_apps and list(app.get_models())],
        "changes": {app: found for app, found in detected(loader, apps).items() if app in labels},
        "problems": problems,
    }


def inside(path, root):
    """Whether an app is the checkout's own."""
    return os.path.realpath(path).startswith(os.path.realpath(root) + os.sep) and "site-packages" not in path


if __name__ == "__main__":
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the settings print is no answer
    sys.path.pop(0)
    json.dump(collect(json.load(sys.stdin)), answer)
    answer.close()
