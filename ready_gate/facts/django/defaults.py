"""What Django and the libraries fill in where a project sets nothing, by version; data written by `scripts/generate_defaults.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from ready_gate.facts.views import Requirements, Setting

DATA = Path(__file__).parent / "data"
# Django's ConnectionHandler.configure_settings.
CONNECTION: Mapping[str, object] = {
    "ENGINE": "django.db.backends.dummy",
    "ATOMIC_REQUESTS": False,
    "AUTOCOMMIT": True,
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": False,
    "OPTIONS": {},
    "TIME_ZONE": None,
    "NAME": "",
    "USER": "",
    "PASSWORD": "",
    "HOST": "",
    "PORT": "",
}
TEST: Mapping[str, object] = {"CHARSET": None, "COLLATION": None, "MIGRATE": True, "MIRROR": None, "NAME": None}
SINCE: Mapping[str, tuple[int, ...]] = {"CONN_HEALTH_CHECKS": (4, 1), "MIGRATE": (3, 1)}
STORAGES = {"DEFAULT_FILE_STORAGE": "default", "STATICFILES_STORAGE": "staticfiles"}
FIRST_STORAGES, ONLY_STORAGES = (4, 2), (5, 1)


def setting(name: str, value: object) -> Setting:
    """A default as a Setting."""
    if isinstance(value, Mapping):
        if "$timedelta" in value:
            return Setting(name, "timedelta", value["$timedelta"], is_default=True)
        if "$object" in value:
            return Setting(name, "object", value["$object"], is_default=True)
        if "$tuple" in value:
            return replace(setting(name, value["$tuple"]), kind="tuple")
        return Setting(name, "dict", entries=tuple((key, setting(f"{name}.{key}", child)) for key, child in value.items()), is_default=True)
    if isinstance(value, list):
        return Setting(name, "list", items=tuple(setting(f"{name}[{index}]", child) for index, child in enumerate(value)), is_default=True)
    return Setting(name, type(value).__name__, value, is_default=True)


@cache
def tables(package: str) -> dict[tuple[int, ...], Path]:
    """The data files of a package by minor version."""
    found = {}
    for path in DATA.glob(f"{package}-*.json"):
        version = path.stem.removeprefix(f"{package}-")
        if version[:1].isdecimal():
            found[tuple(int(part) for part in version.split("."))] = path
    return dict(sorted(found.items()))


def load(package: str, requirements: Requirements | None) -> tuple[str, dict[str, object]]:
    """Version and defaults of a package, for the version that the project requires; the newest known one where it says nothing."""
    available = tables(package)
    minor = _wanted(package, requirements, tuple(available))
    data = json.loads(available[minor].read_text(encoding="utf-8"))
    return str(data["version"]), dict(data["defaults"])


def _wanted(package: str, requirements: Requirements | None, available: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    required = requirements.packages.get(package) if requirements else None
    bound = _bound(required.specifier) if required else None
    if bound is None:
        return available[-1]
    lower = [version for version in available if version <= bound]
    return lower[-1] if lower else available[0]


def _bound(specifier: str) -> tuple[int, ...] | None:
    """The highest minor version that a specifier (also one in Poetry's notation) allows, None where it has no upper end."""
    bounds = [_upper(operator, release, open_end) for operator, release, open_end in _comparisons(specifier)]
    return min((bound for bound in bounds if bound), default=None)


def is_settled(package: str, requirements: Requirements | None, version: tuple[int, ...]) -> bool:
    """Whether all versions that the project allows are before this one, or none of them is."""
    required = requirements.packages.get(package) if requirements else None
    if required is None:
        return False
    bound = _bound(required.specifier)
    lowest = max((release for operator, release, _ in _comparisons(required.specifier) if operator not in ("<", "<=", "!=")), default=())
    return lowest >= version or (bound is not None and bound < version)


def _comparisons(specifier: str) -> list[tuple[str, tuple[int, ...], bool]]:
    """The comparisons of a specifier: operator, version, and whether that ends with a star; none where it cannot be read."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion, Version

    plain = re.sub(r"\^(\d+)([\d.]*)", lambda match: f">={match[1]}{match[2]},<{int(match[1][:9]) + 1}", specifier[:200])
    plain = re.sub(r"(^|,)~(\d+\.\d+)(\.\d+)?", r"\1==\2.*", plain)
    try:
        return [(part.operator, Version(part.version.removesuffix(".*")).release, part.version.endswith(".*")) for part in SpecifierSet(plain)]
    except (InvalidSpecifier, InvalidVersion):
        return []


def _upper(operator: str, release: tuple[int, ...], open_end: bool) -> tuple[int, ...] | None:
    """The highest minor version that one comparison allows."""
    major, minor = release[0], release[1] if len(release) > 1 else 0
    if operator == "~=" or open_end:
        return (major, 99) if len(release) < (2 if open_end else 3) else (major, minor)
    if operator == "<":
        return (major, minor) if any(release[2:]) else (major, minor - 1) if minor else (major - 1, 99)
    return (major, minor) if operator in ("==", "===", "<=") else None


def filled(block: Setting, defaults: Mapping[str, object]) -> Setting:
    """The block with the keys that it leaves out filled in. One that is not a completely listed dict is left as it is."""
    if block.kind == "choice":
        return replace(block, items=tuple(filled(option, defaults) for option in block.items))
    if block.kind != "dict" or block.rest:
        return block
    present = {key for key, _ in block.entries}
    extra = tuple((key, setting(f"{block.name}.{key}", value)) for key, value in defaults.items() if key not in present)
    return replace(block, entries=block.entries + extra)


def with_connections(databases: Setting, version: str) -> Setting:
    """DATABASES with the defaults of this Django for each connection and its test database."""
    if databases.kind == "choice":
        return replace(databases, items=tuple(with_connections(option, version) for option in databases.items))
    minor = tuple(int(part) for part in version.split(".")[:2])
    test = {key: value for key, value in TEST.items() if minor >= SINCE.get(key, ())}
    known = {key: value for key, value in CONNECTION.items() if minor >= SINCE.get(key, ())} | {"TEST": test}
    return replace(databases, entries=tuple((alias, _with_test(filled(entry, known), test)) for alias, entry in databases.entries))


def _with_test(database: Setting, test: Mapping[str, object]) -> Setting:
    if database.kind == "choice":
        return replace(database, items=tuple(_with_test(option, test) for option in database.items))
    return replace(database, entries=tuple((key, filled(value, test) if key == "TEST" else value) for key, value in database.entries))


def with_storages(values: Mapping[str, Setting], filled_in: Mapping[str, Setting], version: str) -> dict[str, Setting]:
    """From Django 4.2 to 5.0 the old settings of storages and STORAGES make each other: what the ones set makes of the others."""
    if not FIRST_STORAGES <= tuple(int(part) for part in version.split(".")[:2]) < ONLY_STORAGES:
        return {}
    if "STORAGES" in values:
        held = {name: values["STORAGES"].get(alias, "BACKEND") for name, alias in STORAGES.items()}
        return {name: backend for name, backend in held.items() if not backend.absent}
    chosen = {STORAGES[name]: values[name] for name in STORAGES if name in values}
    entries = tuple((alias, _storage(chosen[alias]) if alias in chosen else entry) for alias, entry in filled_in["STORAGES"].entries)
    return {"STORAGES": replace(filled_in["STORAGES"], entries=entries, is_default=not chosen)}


def _storage(backend: Setting) -> Setting:
    return replace(backend, kind="dict", value=None, items=(), reason=None, entries=(("BACKEND", backend),))
