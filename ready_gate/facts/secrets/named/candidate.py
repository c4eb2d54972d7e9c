"""What the layer of named values hands on."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.secret import Secret


@dataclass(frozen=True)
class NamedCandidate:
    """A literal under a name that means a secret.

    `kind` is the part of the rule id behind `secret.`; `name` is the name as written; `secret` is what was written, without quotes.
    `line` (from 1) and `column` (from 1, in bytes) are where the value begins. `weak` marks a word that everybody tries first, such as
    a throwaway service's password; `setting` marks a key that holds a secret in any project (`DB_PASSWORD`), or a password beside the
    host that it opens: any literal counts there.
    """

    kind: str
    name: str
    secret: Secret
    line: int
    column: int = 1
    weak: bool = False
    setting: bool = False
