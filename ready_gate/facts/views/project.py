"""The project, and what its code says beside its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ready_gate.model import AllowedSecret, Origin


@dataclass(frozen=True)
class Options:
    """What the caller and the config ask of a run. `path` is the absolute project folder; `today` is the day of the run. `history` is how much of
    git's history is searched for secrets (`none`, `pr`, `all`), `base` the commit that the release is compared with, `cache` the folder that keeps
    what costs time to make, `kingfisher` whether that program is asked for secrets as well;
    `virtual_env` the environment that the caller has activated."""

    path: str
    env_file: str | None = None
    env_file_required: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    settings_module: str | None = None
    configuration: str | None = None
    staging_url: str | None = None
    item_options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    today: date = date(1970, 1, 1)
    history: str = "none"
    base: str | None = None
    cache: str | None = None
    kingfisher: bool = False
    allowed_secrets: tuple[AllowedSecret, ...] = ()
    virtual_env: str | None = None

    def of(self, item: str, key: str, default: object) -> object:
        """The config's `items: {ITEM: {KEY: …}}`, or the default."""
        return self.item_options.get(item, {}).get(key, default)


@dataclass(frozen=True)
class Project:
    """Where the Django project is. Paths are relative to the checkout's root with `/`; `folder` is the one with manage.py (`.` for the root);
    `reason` says why it and the settings module were chosen. `development_class_at` is where the code names the configuration class by default, when
    that class is named for development."""

    folder: str
    manage: str | None
    settings_module: str
    settings_path: str
    reason: str
    configuration: str | None = None
    development_class_at: Origin | None = None
    others: tuple[str, ...] = ()
    default_module: str | None = None
    default_module_at: Origin | None = None
    default_is_missing: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProjectClass:
    """A class of the project. `bases` is all that it inherits from by dotted path, nearest first; `methods` what these bodies define as functions;
    `values` their attributes, with `...` for what is no plain constant; `complete` whether every base could be told."""

    name: str
    at: Origin
    bases: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True)
class ProjectClasses:
    """The project's own classes that settings name."""

    found: Mapping[str, ProjectClass] = field(default_factory=dict)

    def lineage(self, name: str) -> tuple[str, ...]:
        """The class itself and all that it is known to inherit from."""
        return (name, *self.found[name].bases) if name in self.found else (name,)


@dataclass(frozen=True)
class OriginHeader:
    """A place that sets Access-Control-Allow-Origin: to a text, to the origin that the visitor sent (`reflected`), or to something not told.
    `everywhere`: a middleware or a proxy, for every answer, rather than one view."""

    at: Origin
    value: str | None
    reflected: bool = False
    everywhere: bool = False


@dataclass(frozen=True)
class OriginHeaders:
    """All such places."""

    found: tuple[OriginHeader, ...] = ()


@dataclass(frozen=True)
class LoggerNames:
    """The names that the project's own code may log under: its top-level packages and modules (`__name__`), and those that it holds as a text."""

    names: frozenset[str]

    def used(self, logger: str) -> bool:
        """Whether records of the project pass this logger: it has such a name, or one above or below it."""
        return any(name == logger or name.startswith(logger + ".") or logger.startswith(name + ".") for name in self.names)


@dataclass(frozen=True)
class VariableRead:
    """A place in the project's own code that reads an environment variable; `deferred` where it stands in a function, which may run at any time."""

    name: str
    at: Origin
    has_default: bool
    in_settings: bool
    cast: str | None = None
    deferred: bool = False


@dataclass(frozen=True)
class Variables:
    """Every environment variable that the project's production code reads, with all places. `doubts`: reads whose name could not be told."""

    reads: tuple[VariableRead, ...]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedView:
    """A view that a setting names: whether it is there, and whether it takes what Django calls it with. None where that cannot be told."""

    found: bool | None = None
    fits: bool | None = None


@dataclass(frozen=True)
class SettingFolders:
    """The folders that settings name inside of the project: the absolute paths of those that are not there."""

    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Gateway:
    """The payment gateway found. `name` is `paytm`, `razorpay`, `stripe`, `payu`, `cashfree`, `phonepe`; `evidence` the places that show it."""

    names: tuple[str, ...]
    evidence: tuple[Origin, ...]
