"""The order of migrations: who depends on whom, what is last in each app, and what is broken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from ready_gate.facts.django.migrations.parts import Key, Migration

FIRST, LATEST = "__first__", "__latest__"
# Whether an app outside of the project has this migration; None where that cannot be told.
Outside = Callable[[Key], bool | None]


@dataclass(frozen=True)
class Broken:
    """A dependency that leads nowhere."""

    migration: Migration
    wanted: Key


@dataclass
class Graph:
    """The migrations in use (those that a squashed one replaces are left out), their parents and children among themselves, and what is wrong.
    `order` holds them all with parents first, those on a cycle last."""

    nodes: dict[Key, Migration] = field(default_factory=dict)
    parents: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    children: dict[Key, set[Key]] = field(default_factory=lambda: defaultdict(set))
    broken: list[Broken] = field(default_factory=list)
    cycle: tuple[Key, ...] = ()
    order: tuple[Migration, ...] = ()

    def leaves(self, app: str) -> tuple[Migration, ...]:
        """The migrations of an app that no other one of it depends on."""
        return tuple(
            node for key, node in sorted(self.nodes.items()) if key[0] == app and not any(child[0] == app for child in self.children.get(key, ()))
        )

    def join(self, parent: Key, child: Key) -> None:
        """Say that one comes before the other."""
        self.parents[child].add(parent)
        self.children[parent].add(child)


def build(migrations: Iterable[Migration], apps: Iterable[str], outside: Outside) -> Graph:
    """Connect the migrations as Django's loader does for a database in which nothing was applied yet. `apps` are the project's labels."""
    found = {migration.key: migration for migration in migrations}
    replaced = _replacements(found)
    graph = Graph({key: migration for key, migration in found.items() if key not in replaced})
    project = set(apps)
    for migration in found.values():
        child = _final(migration.key, replaced)
        wanted = [(key, _resolved(key, found, project)) for key in migration.dependencies]
        for written, key in wanted:
            if key is not None:
                _depend(graph, migration, child, written, _final(key, replaced), found, project, outside)
        for written in migration.run_before:
            after = _final(_resolved(written, found, project) or written, replaced)
            if after in graph.nodes and after != child:
                graph.join(child, after)
    graph.order, graph.cycle = _ordered(graph)
    return graph


def _depend(
    graph: Graph, migration: Migration, child: Key, written: Key, parent: Key, found: Mapping[Key, Migration], project: set[str], outside: Outside
) -> None:
    if parent in graph.nodes:
        if parent != child:
            graph.join(parent, child)
    elif (parent[0] in project and parent not in found) or (parent[0] not in project and outside(parent) is False):
        graph.broken.append(Broken(migration, written))


def _replacements(found: Mapping[Key, Migration]) -> dict[Key, Key]:
    """What replaces what. A migration that would replace itself by way of others replaces nothing."""
    replaced: dict[Key, Key] = {}
    for key, migration in sorted(found.items()):
        for old in migration.replaces:
            if old != key and _final(key, replaced) != old:
                replaced[old] = key
    return replaced


def _final(key: Key, replaced: Mapping[Key, Key]) -> Key:
    seen = {key}
    while key in replaced and replaced[key] not in seen:
        key = replaced[key]
        seen.add(key)
    return key


def _resolved(key: Key, found: Mapping[Key, Migration], project: set[str]) -> Key | None:
    """The migration that `__first__` or `__latest__` stands for; None where there is nothing to wait for."""
    app, name = key
    if name not in (FIRST, LATEST):
        return key
    own = sorted(other for other in found if other[0] == app)
    if not own:
        return None
    if name == FIRST:
        return next((other for other in own if not any(parent[0] == app for parent in found[other].dependencies)), own[0])
    followed = {parent for other in own for parent in found[other].dependencies}
    return next((other for other in reversed(own) if other not in followed), own[-1])


def _ordered(graph: Graph) -> tuple[tuple[Migration, ...], tuple[Key, ...]]:
    """Parents first, and by name where that leaves a choice; and a circle, where there is one."""
    waiting = {key: len(graph.parents.get(key, ())) for key in graph.nodes}
    ready = [key for key, count in waiting.items() if not count]
    heapify(ready)
    order: list[Key] = []
    while ready:
        key = heappop(ready)
        order.append(key)
        for child in graph.children.get(key, ()):
            waiting[child] -= 1
            if not waiting[child]:
                heappush(ready, child)
    left = sorted(set(graph.nodes) - set(order))
    return tuple(graph.nodes[key] for key in (*order, *left)), _circle(graph, left)


def _circle(graph: Graph, left: list[Key]) -> tuple[Key, ...]:
    """Some way round among migrations that wait for each other."""
    if not left:
        return ()
    within, path = set(left), [left[0]]
    seen = {left[0]: 0}
    while True:
        key = min(parent for parent in graph.parents[path[-1]] if parent in within)
        if key in seen:
            return tuple(reversed(path[seen[key] :]))
        seen[key] = len(path)
        path.append(key)
