"""How control leaves a statement, and what a running piece of code carries along."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ready_gate.facts.python.scope import Scope
from ready_gate.facts.python.trail import Side
from ready_gate.facts.python.values import Scalar, Value
from ready_gate.facts.views import Read
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter


@dataclass(frozen=True)
class Lacking:
    """A module or file (`kind`) that is not part of what is known of production."""

    kind: str
    name: str


class Flow(Enum):
    """How a block ends."""

    NEXT = "next"
    RETURN = "return"
    BREAK = "break"
    CONTINUE = "continue"


class Raised(Exception):
    """An exception that the code certainly raises. `names` are its class and the ones above, `reads` the variables that it hangs on, `lacking` the
    module or file without which it is raised."""

    def __init__(
        self,
        names: Sequence[str],
        message: str,
        at: Origin | None = None,
        value: Value | None = None,
        reads: Sequence[Read] = (),
        lacking: Lacking | None = None,
    ) -> None:
        self.names, self.message, self.at, self.value, self.reads, self.lacking = tuple(names), message, at, value, tuple(reads), lacking
        super().__init__(message)


class Exhausted(Exception):
    """The work allowed for this run is used up, or nesting is too deep to go on; the argument says which."""


@dataclass(eq=False)
class Pending:
    """A path that has left the block, while the code goes on for the case that it has not."""

    flow: Flow
    result: Value
    side: Side
    reads: tuple[Read, ...] = ()


@dataclass(eq=False)
class Frame:
    """One running module, function or class body."""

    run: Interpreter
    scope: Scope
    result: Value = field(default_factory=Scalar)
    pending: list[Pending] = field(default_factory=list)
    yields: list[Value] | None = None
    vague_yields: str | None = None
    base: int = 0
    error: Raised | None = None

    def at(self, node: ast.AST) -> Origin:
        """The place of a syntax node."""
        line = getattr(node, "lineno", None)
        end = getattr(node, "end_lineno", None)
        return Origin(self.scope.path, line, end if end != line else None)


def builtin_exception(name: str) -> tuple[str, ...]:
    """The names of a builtin exception and of what it derives from."""
    kind = getattr(builtins, name, Exception)
    return (
        tuple(base.__name__ for base in kind.__mro__[:-1])
        if isinstance(kind, type) and issubclass(kind, BaseException)
        else (name, "Exception", "BaseException")
    )
