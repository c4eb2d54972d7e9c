"""What was found of secrets, before anybody judged it. No text of a secret is in here but inside `Secret`, which does not show itself."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.model import Level
from ready_gate.secret import Secret


@dataclass(frozen=True)
class SecretPlace:
    """Where a secret stands. `remark` is a comment there that asks to let it be. `commit` and `date` (of its author, ISO) are set for a place in the
    history that the checkout does not have any more; `tracked` is None where there is no git to tell; `development`: other files of the project
    say that this one is not production's."""

    path: str
    line: int
    remark: str | None = None
    commit: str | None = None
    date: str | None = None
    tracked: bool | None = None
    development: bool = False


@dataclass(frozen=True)
class FoundSecret:
    """One secret by one rule, with all places. `level` is what the rule and a look at the value say, `says` what that look brought; `provider`: the
    form is one provider's own; `name` is what it is called there; `weak`: a word that everybody tries first; `setting`: under a name that holds a
    secret in any project."""

    rule: str
    title: str
    secret: Secret
    places: tuple[SecretPlace, ...]
    level: Level = Level.ERROR
    provider: bool = False
    says: str = ""
    name: str = ""
    weak: bool = False
    setting: bool = False
    revoke: str = ""


@dataclass(frozen=True)
class KnownSecret:
    """An entry of another scanner's baseline: a path with the SHA-1 of the secret (detect-secrets), or with a line and maybe a commit (gitleaks)."""

    source: str
    path: str
    sha1: str | None = None
    line: int | None = None
    commit: str | None = None


@dataclass(frozen=True)
class Secrets:
    """The search for secrets. `searched` counts files, `skipped` says what was not searched and why, `doubts` what could not be had of what was asked
    for, `extent` in words what was searched beside the files."""

    found: tuple[FoundSecret, ...]
    searched: int
    skipped: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    known: tuple[KnownSecret, ...] = ()
    extent: str = ""
