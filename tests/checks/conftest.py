"""Builders of what checks see, so that a case is one line: `make_settings(DEBUG=True)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath

import pytest

from ready_gate.facts.views import EnvFile, Environment, Read, Requirement, Requirements, Setting, Settings, Variable, VariableRead, Variables
from ready_gate.model import Level, Origin, Outcome

PATH = "shop/settings.py"


class Builder:
    """Makes `Settings` out of plain Python values; the methods make values that plain Python cannot say.

    make_settings(DEBUG=True)
    make_settings(DEBUG=make_settings.env("False", "DEBUG"))              # read from a variable that production sets
    make_settings(DEBUG=make_settings.env(True, "DEBUG", present=False))  # the default of a variable that it does not set
    make_settings(DEBUG=make_settings.unknown("it is read from a database"))
    make_settings(DEBUG=make_settings.choice(True, False))
    make_settings(INSTALLED_APPS=make_settings.partly(["a", "b"], "the rest comes from a plugin"))
    make_settings(CACHES={"default": {"OPTIONS": make_settings.object("redis.retry.Retry()")}})
    make_settings(sets={"DEBUG": True}, incomplete="shop/settings.py could not be parsed", django="4.2")
    """

    def __init__(self) -> None:
        from django.conf import global_settings

        defaults = {name: getattr(global_settings, name) for name in dir(global_settings) if name.isupper()}
        self._defaults = {name: self.setting(name, value, default=True) for name, value in defaults.items()}

    def __call__(
        self,
        *,
        incomplete: str | None = None,
        django: str = "5.2",
        problems: tuple[str, ...] = (),
        calls: tuple = (),
        defaults: bool = True,
        **values: object,
    ) -> Settings:
        """Settings that set these values, line by line, over Django's own defaults."""
        made = {name: self.setting(name, value, line) for line, (name, value) in enumerate(values.items(), 1)}
        return Settings("shop.settings", PATH, made, self._defaults if defaults else {}, django, problems, calls, (PATH,), incomplete)

    def setting(self, name: str, value: object, line: int = 1, *, default: bool = False) -> Setting:
        """One setting (or part of one) from a plain value, or from what the other methods made."""
        origins = () if default else (Origin(PATH, line),)
        if isinstance(value, Setting):
            return self._renamed(value, name, origins)
        kind = type(value).__name__
        if isinstance(value, Mapping):
            entries = tuple((key, self.setting(f"{name}.{key}", child, line, default=default)) for key, child in value.items())
            return Setting(name, "dict", entries=entries, origins=origins, is_default=default)
        if isinstance(value, (list, tuple, set, frozenset)):
            items = tuple(self.setting(f"{name}[{index}]", item, line, default=default) for index, item in enumerate(value))
            return Setting(name, "set" if isinstance(value, frozenset) else kind, items=items, origins=origins, is_default=default)
        if isinstance(value, timedelta):
            return Setting(name, "timedelta", value.total_seconds(), origins=origins, is_default=default)
        if isinstance(value, PurePath):
            return Setting(name, "Path", str(value), origins=origins, is_default=default)
        if value is None or isinstance(value, (bool, int, float, str)):
            return Setting(name, kind, value, origins=origins, is_default=default)
        return Setting(name, "object", repr(value), origins=origins, is_default=default)

    def _renamed(self, value: Setting, name: str, origins: tuple[Origin, ...]) -> Setting:
        items = tuple(self._renamed(item, f"{name}[{index}]", origins) for index, item in enumerate(value.items))
        entries = tuple((key, self._renamed(child, f"{name}.{key}", origins)) for key, child in value.entries)
        return replace(value, name=name, origins=origins, items=items, entries=entries)

    def env(self, value: object, name: str, *, present: bool = True, has_default: bool = True, kind: str = "variable") -> Setting:
        """A value that came through a variable: one that production sets, or the default of one that it does not (`present=False`)."""
        source = Origin(".env.production", 1) if present else None
        return replace(self.setting("", value), reads=(Read(name, present, Origin(PATH, 1), source, has_default, kind),))

    def unknown(self, reason: str = "it is computed at run time", *reads: str) -> Setting:
        """Not known, and why; `reads` are variables without a default that production does not set."""
        made = tuple(Read(name, False, Origin(PATH, 1), None, False) for name in reads)
        return Setting("", "unknown", reason=reason, reads=made)

    def choice(self, *values: object) -> Setting:
        """One of a few."""
        return Setting("", "choice", items=tuple(self.setting("", value) for value in values))

    def partly(self, value: object, rest: str = "the rest could not be worked out") -> Setting:
        """A container that may hold more."""
        return replace(self.setting("", value), rest=rest)

    def object(self, source: str) -> Setting:
        """Anything that is not a plain value: a dotted name or source text."""
        return Setting("", "object", source)


@pytest.fixture(scope="session")
def make_settings() -> Builder:
    """See `Builder`."""
    return Builder()


@pytest.fixture(scope="session")
def make_variables() -> Callable[..., Variables]:
    """`make_variables("DATABASE_URL", optional=("DEBUG",), casts={"PORT": "int"})`: what the code reads, without and with a default."""

    def make(*required: str, optional: tuple[str, ...] = (), casts: Mapping[str, str] | None = None, doubts: tuple[str, ...] = ()) -> Variables:
        named = [(name, False) for name in required] + [(name, True) for name in optional]
        reads = [VariableRead(name, Origin(PATH, line), default, True, (casts or {}).get(name)) for line, (name, default) in enumerate(named, 1)]
        return Variables(tuple(reads), doubts)

    return make


@pytest.fixture(scope="session")
def make_env_file() -> Callable[..., EnvFile]:
    """`make_env_file(".env.production", {"DEBUG": "False"}, tracked=False, ignored=True)`."""

    def make(path: str, values: Mapping[str, str] | None = None, **facts: object) -> EnvFile:
        variables = {name: Variable(name, value, Origin(path, line)) for line, (name, value) in enumerate((values or {}).items(), 1)}
        return EnvFile(path, variables, **facts)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make_environment(make_env_file: Callable[..., EnvFile]) -> Callable[..., Environment]:
    """`make_environment({"DEBUG": "False"})`: known, from an untracked `.env.production`; without values: nothing is known of production.
    `file`, `files`, `missing_file` and `known` can be given."""

    def make(values: Mapping[str, str] | None = None, **facts: object) -> Environment:
        if values is not None and "file" not in facts:
            facts["file"] = make_env_file(".env.production", values, tracked=False, ignored=True)
        file = facts.get("file")
        if isinstance(file, EnvFile):
            facts.setdefault("files", (file,))
        variables = dict(file.variables) if isinstance(file, EnvFile) else {}
        facts.setdefault("known", values is not None or file is not None)
        return Environment(variables, **facts)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def make_requirements() -> Callable[..., Requirements]:
    """`make_requirements("django==5.2.1", "gunicorn")`; without arguments: a project without a requirement file."""

    def make(*lines: str) -> Requirements:
        packages = {}
        for line, text in enumerate(lines, 1):
            name, separator, version = text.partition("==")
            packages[name] = Requirement(name, separator + version, Origin("requirements.txt", line))
        return Requirements(packages, ("requirements.txt",) if lines else ())

    return make


@pytest.fixture(scope="session")
def errors_of() -> Callable[[Outcome], list[str]]:
    """The rules of an outcome's errors, in order."""
    return lambda outcome: [finding.rule for finding in outcome.findings if finding.level is Level.ERROR]


@pytest.fixture(scope="session")
def warnings_of() -> Callable[[Outcome], list[str]]:
    """The rules of an outcome's warnings, in order."""
    return lambda outcome: [finding.rule for finding in outcome.findings if finding.level is Level.WARNING]
