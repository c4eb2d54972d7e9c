"""What the layer of named values hands on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class NamedCandidate:
    """A literal under a name that means a secret.

    `kind` is the part of the rule id behind `secret.`; `name` is the name as written; `secret` is what was written, without quotes,
    and never part of the representation. `line` (from 1) and `column` (from 1, in characters) are where the value begins. `weak` marks
    a word that everybody tries first, such as a throwaway service's password; `setting` marks a key that holds a secret in any project
    (`DB_PASSWORD`), for which any literal counts.
    """

    kind: str
    name: str
    secret: str = field(repr=False)
    line: int
    column: int = 1
    weak: bool = False
    setting: bool = False
