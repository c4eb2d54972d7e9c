"""What is seen of the project's code: places, each with what stands there in a few words."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.model import Origin


@dataclass(frozen=True)
class Spot:
    """A place in the code. `kind` says what it is, `text` is a clause that a message is made of, `fix` what to do in the project's own words."""

    kind: str
    at: Origin
    text: str
    fix: str | None = None


@dataclass(frozen=True)
class WriteView:
    """A view that takes input: `raw` where something unchecked reaches a model, a query or a gateway; `spots` say what, `fix` how views of its kind
    check."""

    name: str
    at: Origin
    raw: bool
    spots: tuple[Spot, ...] = ()
    fix: str | None = None


@dataclass(frozen=True)
class InputCode:
    """How views take input. `writes` are those that take any; `spots` what else matters (kinds `code`, `sql`, `built-sql`, `all-fields`, `redirect`,
    `path`); `undecided` why more may be there; `views` how many there are."""

    writes: tuple[WriteView, ...] = ()
    spots: tuple[Spot, ...] = ()
    undecided: tuple[str, ...] = ()
    views: int = 0
