"""The environment that production runs in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ready_gate.model import Origin


@dataclass(frozen=True)
class Variable:
    """A variable of the production environment, and who sets it. `live` says that it comes from an environment file or config rather than
    from a template."""

    name: str
    value: str
    at: Origin | None = None


@dataclass(frozen=True)
class EnvFile:
    """An environment file of the project. `template` (named `.example`, `.sample` …) and `development` go by its name; `tracked` is None without
    git, `ignored` whether `.gitignore` covers it. `broken` are its lines that are no `NAME=value`."""

    path: str
    variables: Mapping[str, Variable]
    template: bool = False
    development: bool = False
    tracked: bool | None = None
    ignored: bool | None = None
    broken: tuple[int, ...] = ()


@dataclass(frozen=True)
class Environment:
    """The environment of production: config, then the env file, then what deploy files set. `known` is false when none of them says anything;
    then a variable that is not there may still be set. `file` is the env file used, `files` all that were found. `doubtful` are the variables that
    deploy files set to what only the server knows (a secret, `$NAME`): production has them, their value is unknown; `deployed` all that deploy files
    set, whether it wins or not."""

    variables: Mapping[str, Variable]
    known: bool
    file: EnvFile | None = None
    files: tuple[EnvFile, ...] = ()
    missing_file: str | None = None
    doubtful: Mapping[str, Variable] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    deployed: Mapping[str, tuple[Variable, ...]] = field(default_factory=dict)
