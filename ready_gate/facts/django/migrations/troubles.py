"""What is wrong with the migration files of an app themselves."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence

from ready_gate.facts.django.migrations.checkout import Checkout
from ready_gate.facts.django.migrations.finding import Package
from ready_gate.facts.django.migrations.graph import Graph
from ready_gate.facts.django.migrations.parts import Migration
from ready_gate.facts.views.migrations import Trouble
from ready_gate.facts.views.schema import ModelState
from ready_gate.model import Origin

SHOWN = 5


def troubles(package: Package, own: Sequence[Migration], graph: Graph, checkout: Checkout, model: ModelState | None) -> Iterator[Trouble]:
    """All of it. `model` is one of the app's models, where it has any."""
    if package.off or package.doubt:
        return
    if not package.seen or not package.modules:
        yield from _absent(package, checkout, model)
        return
    yield from _files(package, own, checkout)
    yield from _leaves(package.label, graph)
    for broken in graph.broken:
        if broken.migration.app == package.label:
            wanted = ".".join(broken.wanted)
            yield Trouble(
                "migration-dependency",
                f"{broken.migration.name} of {package.label} depends on {wanted}, which is not there",
                broken.migration.at,
            )
    if graph.cycle and graph.cycle[0][0] == package.label:
        way = " → ".join(".".join(key) for key in (*graph.cycle[:SHOWN], graph.cycle[0]))
        yield Trouble("migration-circle", f"migrations wait for each other: {way}", graph.nodes[graph.cycle[0]].at)


def _absent(package: Package, checkout: Checkout, model: ModelState | None) -> Iterator[Trouble]:
    """Why Django finds no migrations, if there should be some."""
    label, folder = package.label, package.folder
    usual = f"{folder}/0001_initial.py"
    if package.modules:
        message = f"the migrations of {label} are passed over, because {folder} has no __init__.py"
        yield Trouble("migrations-unseen", message, Origin(package.modules[0][1], 1), f"Add {folder}/__init__.py.")
    elif package.hidden:
        yield _not_in_git(label, package.hidden, "git ignores them")
    elif model is None:
        return
    elif checkout.ignored(usual):
        message = f"{label} has models and no migrations in git, since .gitignore leaves them out ({usual})"
        yield Trouble("migration-not-in-git", message, model.at)
    else:
        fix = f"Run python manage.py makemigrations {label} and commit {folder or label}."
        yield Trouble("no-migrations", f"{label} has models ({model.name} …) and no migrations", model.at, fix)


def _files(package: Package, own: Sequence[Migration], checkout: Checkout) -> Iterator[Trouble]:
    if package.hidden:
        yield _not_in_git(package.label, package.hidden, "git ignores them")
    untracked = checkout.missing((path for _, path in package.modules), posixpath.dirname(package.folder) or ".")
    if untracked:
        yield _not_in_git(package.label, untracked, "they were never added")
    for migration in own:
        if checkout.is_edited(migration.path):
            message = f"{migration.name} of {package.label} was edited since the base commit: a database that has applied it never sees the change"
            yield Trouble("migration-edited", message, migration.at)
    replaced = {name for migration in own for app, name in migration.replaces if app == package.label}
    for path in checkout.gone(package.folder, [path for _, path in package.modules]):
        name = posixpath.basename(path).removesuffix(".py")
        if name not in replaced:
            yield Trouble("migration-removed", f"{name} of {package.label} is gone, and the base commit has it", Origin(path))


def _not_in_git(label: str, paths: Iterable[str], why: str) -> Trouble:
    listed = [*paths]
    names = ", ".join(posixpath.basename(path) for path in listed[:SHOWN])
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return Trouble("migration-not-in-git", f"migrations of {label} are not in git, {why}: {names}{more}", Origin(listed[0]))


def _leaves(label: str, graph: Graph) -> Iterator[Trouble]:
    leaves = graph.leaves(label)
    if len(leaves) > 1:
        names = " and ".join(leaf.name for leaf in leaves)
        fix = f"Run python manage.py makemigrations --merge {label}."
        yield Trouble("migration-conflict", f"nothing follows {names} of {label}: migrate refuses to choose between them", leaves[-1].at, fix)
