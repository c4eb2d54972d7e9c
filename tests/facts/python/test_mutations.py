"""Hostile code and real settings with pieces of each other in them: no exception, no hang."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.facts.python.programs import evaluated
from tests.facts.python.test_adversarial import HOSTILE

MAX_TEXT = 20_000
EXAMPLES = Path(__file__).parents[3] / "examples"
REAL = [path.read_text() for path in sorted(EXAMPLES.rglob("settings*.py"))]


MAX_DEPTH = 60  # what the test itself can take apart without too deep a recursion


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text) if len(text) < MAX_TEXT else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


TREES = [tree for tree in map(_tree, [*HOSTILE.values(), *REAL]) if tree is not None and tree.body and _depth(tree) < MAX_DEPTH]
SEPARATE = (ast.Starred, ast.Slice, ast.FormattedValue, ast.JoinedStr)


class Swap(ast.NodeTransformer):
    """Puts other expressions and statements in the place of some."""

    def __init__(self, pick: Callable[[Sequence[ast.AST]], ast.AST], other: ast.Module) -> None:
        self.pick, self.turns, self.other = pick, 3, other
        self.expressions = [node for node in ast.walk(other) if isinstance(node, ast.expr) and _is_read(node)]

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace an expression, or put a statement into a body, a few times."""
        node = super().generic_visit(node)
        body = getattr(node, "body", None)
        if self.turns and isinstance(node, ast.expr) and _is_read(node) and self.expressions:
            chosen = self.pick([node, node, *self.expressions[:20]])
            self.turns -= chosen is not node
            return copy.deepcopy(chosen)
        if self.turns and isinstance(body, list):
            chosen = self.pick([node, *self.other.body[:20]])
            self.turns -= chosen is not node
            if chosen is not node:
                body.insert(0, copy.deepcopy(chosen))
        return node


def _is_read(node: ast.expr) -> bool:
    return not isinstance(node, SEPARATE) and not isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """One text with pieces of another."""
    tree, other = copy.deepcopy(draw(st.sampled_from(TREES))), draw(st.sampled_from(TREES))
    swapped = Swap(lambda options: draw(st.sampled_from(options)), other).visit(tree)
    try:
        return ast.unparse(ast.fix_missing_locations(swapped))
    except (ValueError, RecursionError):
        return ""


@given(mutants())
def test_survives(text: str) -> None:
    loaded = evaluated(text, {"DEBUG": "1"}, budget=30_000)
    assert all(value is not None for value in loaded.names.values())
