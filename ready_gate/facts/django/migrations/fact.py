"""The project's migrations: read, ordered, replayed, and held against its models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ready_gate.facts.django.apps import find
from ready_gate.facts.django.deconstruct import Deconstructor
from ready_gate.facts.django.defaults import is_settled
from ready_gate.facts.django.migrations.absence import Absence
from ready_gate.facts.django.migrations.binding import BY_STATE
from ready_gate.facts.django.migrations.checkout import Checkout, look
from ready_gate.facts.django.migrations.difference import Difference
from ready_gate.facts.django.migrations.finding import Finder, Package
from ready_gate.facts.django.migrations.graph import Graph, build
from ready_gate.facts.django.migrations.known import has_migration
from ready_gate.facts.django.migrations.operations import Operations
from ready_gate.facts.django.migrations.parts import Key, Migration
from ready_gate.facts.django.migrations.reading import Reader
from ready_gate.facts.django.migrations.schema import Schema
from ready_gate.facts.django.migrations.troubles import troubles
from ready_gate.facts.django.migrations.unsafe import Judged
from ready_gate.facts.django.program import Program
from ready_gate.facts.django.project import search_folders
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import AppMigrations, Doubted, Migrations, Options, Project, Requirements, Settings
from ready_gate.facts.views.models import Models
from ready_gate.facts.views.schema import ModelState


@dataclass
class Replay:
    """What was found of one project on the way."""

    packages: dict[str, Package]
    checkout: Checkout
    graph: Graph = field(default_factory=Graph)
    judged: Judged = field(default_factory=lambda: Judged(frozenset()))
    difference: Difference | None = None


@fact
def migrations(
    options: Options,
    tree: Tree,
    sources: Sources,
    project: Project,
    settings: Settings,
    requirements: Requirements,
    program: Program,
    models: Models,
) -> Migrations:
    """The migrations of every app of the project that has models or migrations."""
    version = numbers(settings.django)
    finder = Finder(tree, sources, settings, search_folders(project.folder))
    ours = {app.label: app for app in models.apps if app.ours}
    packages = {app.label: finder.package(app.label, app.module, app.path) for app in ours.values()}
    packages = {label: package for label, package in packages.items() if package.modules or package.hidden or first_model(models, label)}
    replay = Replay(packages, look(tree, options.base))
    installed = find(program, version)
    fields = Deconstructor(program.run, version, lambda value: installed.label(program.dotted(value) or ""))
    reader = Reader(program, Operations(program, fields))
    read = [reader.read(label, dotted, path) for label, package in packages.items() if package.seen for dotted, path in package.modules]
    replay.graph = build(read, [*ours], has_migration)
    replay.judged = Judged(new_ones(replay.graph, read, replay.checkout, packages))
    before = replay.judged.replay(replay.graph.order)
    replay.difference = compared(before, models, packages, version, Absence(program, sources, models))
    replay.difference.settled = is_settled("django", requirements, BY_STATE)
    replay.difference.run()
    found = tuple(_described(label, replay, models, read) for label in packages)
    return Migrations(found, doubts=tuple(dict.fromkeys(models.problems)), against=options.base if replay.checkout.base is not None else None)


def numbers(version: str | None) -> tuple[int, ...]:
    """`5.2` as numbers; the version of today where it is not known."""
    return tuple(int(part) for part in (version or "").split(".") if part.isdigit()) or (5, 2)


def new_ones(graph: Graph, read: Iterable[Migration], checkout: Checkout, packages: dict[str, Package]) -> frozenset[Key]:
    """The migrations that the base commit does not have; without one, the last of each app."""
    if checkout.base is not None:
        return frozenset(migration.key for migration in read if checkout.is_new(migration.path))
    return frozenset(leaf.key for label in packages for leaf in graph.leaves(label))


def compared(before: Schema, models: Models, packages: dict[str, Package], version: tuple[int, ...], absence: Absence) -> Difference:
    """The migrations' schema against the models of the apps that have migrations."""
    after = Schema()
    for state in models.states.values():
        after.put(state)
    for app in models.apps:
        if app.ours and app.undecided:
            after.doubt(app.label, app.undecided)
    for label, why in absence.unread():
        after.doubt(label, why)
    apps = frozenset(label for label, package in packages.items() if package.seen and not package.doubt)
    return Difference(before, after, apps, version, absence.doubt, {app.label: app.ours or not app.undecided for app in models.apps})


def _described(label: str, replay: Replay, models: Models, read: list[Migration]) -> AppMigrations:
    package, difference = replay.packages[label], replay.difference
    own = [migration for migration in read if migration.app == label]
    doubts = [Doubted(None, package.doubt)] if package.doubt else []
    return AppMigrations(
        label,
        leaves=tuple(leaf.name for leaf in replay.graph.leaves(label)),
        count=len(own),
        missing=tuple(difference.missing.get(label, ())) if difference else (),
        troubles=tuple(troubles(package, own, replay.graph, replay.checkout, first_model(models, label))),
        unsafe=tuple(replay.judged.found.get(label, ())),
        undecided=(*doubts, *(difference.doubts.get(label, ()) if difference else ())),
    )


def first_model(models: Models, label: str) -> ModelState | None:
    """One of the app's models, where it has any."""
    return next((state for key, state in sorted(models.states.items()) if key[0] == label), None)
