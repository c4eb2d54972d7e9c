"""The formats that requirements come in. Every reader answers with nothing where the text cannot be read."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator

from ready_gate.facts.names import is_development, is_production, words
from ready_gate.facts.requirement_lines import named, normal, parse_line
from ready_gate.facts.views import Requirement
from ready_gate.model import Origin

_INCLUDED = re.compile(r"^\s{0,20}(-r|--requirement|-c|--constraint)[ =]{0,5}(\S{1,300})", re.M)
NOT_FOR_PRODUCTION = frozenset(
    ["doc", "docs", "lint", "linting", "build", "typing", "types", "style", "bench", "win", "windows", "mac", "macos", "old"]
)
_LOCKED = re.compile(r"^name = \"([^\"\n]{1,100})\"\nversion = \"([^\"\n]{1,60})\"", re.M)


def for_production(name: str) -> bool:
    """Whether the name of a file or group does not say that it is for development, tests, documents, building or another system."""
    return not is_development(name) and not words(name) & NOT_FOR_PRODUCTION


def included(text: str) -> list[tuple[str, str]]:
    """The option and the path of each file that a requirement file includes."""
    return _INCLUDED.findall(text)


def read_lock(text: str) -> dict[str, str]:
    """The versions in poetry.lock, uv.lock or pdm.lock."""
    return {normal(name): version for name, version in _LOCKED.findall(text)}


def read_pipfile_lock(text: str) -> dict[str, str]:
    """The versions of the default section of Pipfile.lock."""
    packages = _table(_json(text), "default")
    versions = {normal(name): _table(packages, name).get("version") for name in packages}
    return {name: version.removeprefix("==") for name, version in versions.items() if isinstance(version, str)}


def read_pyproject(text: str, path: str) -> list[Requirement]:
    """Dependencies of PEP 621 and Poetry; optional ones and groups only where they are named for production, or where there is nothing else and they
    are not named for something else."""
    data = _toml(text)
    project, poetry = _table(data, "project"), _table(data, "tool", "poetry")
    lines = [*_texts(project.get("dependencies"))]
    bare = not lines and not poetry
    for tables in (_table(project, "optional-dependencies"), _table(data, "dependency-groups")):
        lines += [line for name in tables if is_production(name) or (bare and for_production(name)) for line in _texts(tables[name])]
    found = [requirement for line in lines for requirement in parse_line(line, path, _line_of(text, line))]
    groups = [_table(poetry, "group", name, "dependencies") for name in _table(poetry, "group") if is_production(name) or name == "main"]
    for table in (_table(poetry, "dependencies"), *groups):
        found += _from_table(table, text, path)
    return found


def optional_names(text: str) -> frozenset[str]:
    """The distributions in extras and groups of a pyproject.toml that are not named for development: an image may install them."""
    data = _toml(text)
    lists = (_table(data, "project", "optional-dependencies"), _table(data, "dependency-groups"))
    lines = [line for tables in lists for name in tables if not _for_development(name) for line in _texts(tables[name])]
    poetry = _table(data, "tool", "poetry", "group")
    names = [key for name in poetry if not _for_development(name) for key in _table(poetry, name, "dependencies")]
    return frozenset([requirement.name for line in lines for requirement in parse_line(line, "", 1)] + [normal(name) for name in names])


def _for_development(group: str) -> bool:
    return is_development(group) or bool(words(group) & {"doc", "docs", "lint", "typing", "types", "style", "bench", "build"})


def read_pipfile(text: str, path: str) -> list[Requirement]:
    """The packages of a Pipfile."""
    return _from_table(_table(_toml(text), "packages"), text, path)


def read_setup_cfg(text: str, path: str) -> list[Requirement]:
    """`install_requires` of setup.cfg."""
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        value = parser.get("options", "install_requires", fallback="")
    except (Error, ValueError):
        return []
    return [requirement for line in value.splitlines() for requirement in parse_line(line, path, _line_of(text, line))]


def read_setup_py(text: str, path: str) -> list[Requirement]:
    """A literal `install_requires` of setup.py."""
    try:
        body = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    keywords = (keyword for node in ast.walk(body) if isinstance(node, ast.Call) for keyword in node.keywords)
    lists = [keyword.value for keyword in keywords if keyword.arg == "install_requires" and isinstance(keyword.value, (ast.List, ast.Tuple))]
    literals = [element for node in lists for element in node.elts if isinstance(element, ast.Constant) and isinstance(element.value, str)]
    return [requirement for literal in literals for requirement in parse_line(str(literal.value), path, literal.lineno)]


def _from_table(table: dict[str, object], text: str, path: str) -> list[Requirement]:
    found: list[Requirement] = []
    for name, given in table.items():
        if normal(name) == "python":
            continue
        version = given if isinstance(given, str) else given.get("version", "") if isinstance(given, dict) else ""
        extras = ",".join(_texts(given.get("extras"))) if isinstance(given, dict) else ""
        specifier = "" if not isinstance(version, str) or version == "*" else version
        exact = re.fullmatch(r"\d[\w.]{0,40}", specifier)
        found += named(name, extras, f"=={specifier}" if exact else specifier, Origin(path, _line_of(text, name)))
    return found


def _line_of(text: str, wanted: str) -> int:
    position = text.find(wanted.strip())
    return text.count("\n", 0, max(position, 0)) + 1


def _texts(value: object) -> Iterator[str]:
    return (item for item in value if isinstance(item, str)) if isinstance(value, list) else iter(())


def _table(data: object, *path: str) -> dict[str, object]:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _toml(text: str) -> object:
    if sys.version_info >= (3, 11):
        import tomllib as reader
    else:
        import tomli as reader  # type: ignore[import-not-found, unused-ignore]
    try:
        return reader.loads(text)
    except (ValueError, RecursionError):
        return None
