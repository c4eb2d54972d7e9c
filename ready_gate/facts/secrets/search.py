"""The search for secrets: every text of the project, and as much of the history as was asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import partial

from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.secrets import baselines, files, history, kingfisher, named, rules
from ready_gate.facts.secrets.collected import Collected
from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.files import Skipped
from ready_gate.facts.secrets.finder import Finder
from ready_gate.facts.secrets.texts import Text
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Options, Secrets


@fact
def secrets(tree: Tree, options: Options, sources: Sources) -> Secrets:
    """All secrets of the project's files, and of the history where it is asked for. What cannot be had of what was asked for is a doubt, no error."""
    finder = Finder(Engine(rules.load(), named.PREFILTER, cache=options.cache))
    collected, skipped = Collected(tree.tracked_or_none, files.for_development(tree.files)), Skipped()
    searched = _search(finder, files.texts(tree, skipped), sources, collected)
    doubts: list[str] = []
    extent = ""
    if options.history != "none":
        extent, more = history.search(tree.root, options.history, options.base, finder, collected, skipped)
        doubts += more
    if options.kingfisher:
        doubts += kingfisher.search(tree.root, frozenset(tree.files), collected)
    return Secrets(collected.found(), searched, (*skipped.sentences(), *collected.notes()), tuple(doubts), baselines.known(tree), extent)


def _search(finder: Finder, texts: Iterable[Text], sources: Sources, collected: Collected) -> int:
    """How many files were searched."""
    searched: set[str] = set()
    for text in texts:
        searched.add(text.path)
        collected.add(finder.sightings(text, partial(_parsed, sources, text.path)))
    return len(searched)


def _parsed(sources: Sources, path: str) -> ast.Module | None:
    try:
        return sources.parse(path)
    except UnreadableSource:
        return None
