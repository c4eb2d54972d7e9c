"""Writes the defaults of Django and of the libraries that checks look at into ready_gate/facts/django/data.

    python scripts/generate_defaults.py [PACKAGE…]

Each version is installed without its dependencies into a temporary folder, and its source is read; only Django's own global_settings.py, which
imports nothing, is run.
"""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "ready_gate" / "facts" / "django" / "data"


def encoded(value: object) -> object:
    """As JSON; tuples keep their type."""
    if isinstance(value, tuple):
        return {"$tuple": [encoded(item) for item in value]}
    if isinstance(value, list):
        return [encoded(item) for item in value]
    if isinstance(value, dict):
        return {str(key): encoded(item) for key, item in value.items()}
    return value if value is None or isinstance(value, (bool, int, float, str)) else {"$object": repr(value)}


def read(node: ast.expr, names: dict[str, ast.expr]) -> object:
    """An expression of a library's source as JSON."""
    if isinstance(node, ast.Constant):
        return encoded(node.value)
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [read(item, names) for item in node.elts]
        return items if isinstance(node, ast.List) else {"$tuple": items}
    if isinstance(node, ast.Dict):
        return {str(key.value): read(value, names) for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
    if isinstance(node, ast.Name) and node.id in names:
        return read(names[node.id], names)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "settings":
        return {"$object": f"settings.{node.attr}"}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "timedelta":
        units = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
        if all(isinstance(keyword.value, ast.Constant) for keyword in node.keywords):
            return {"$timedelta": sum(units[str(keyword.arg)] * keyword.value.value for keyword in node.keywords)}
    return {"$object": ast.unparse(node)}


def assigned(path: Path) -> dict[str, ast.expr]:
    """The module's plain assignments."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    found = {node.targets[0].id: node.value for node in body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    annotated = {node.target.id: node.value for node in body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value}
    return found | annotated


def of_django(folder: Path) -> dict[str, object]:
    names = runpy.run_path(str(folder / "django/conf/global_settings.py"))
    return {name: encoded(value) for name, value in names.items() if name.isupper()}


def block(names: dict[str, ast.expr]) -> dict[str, object]:
    """A library's `DEFAULTS`."""
    found = read(names["DEFAULTS"], names)
    return found if isinstance(found, dict) else {}


def of_rest_framework(folder: Path) -> dict[str, object]:
    names = assigned(folder / "rest_framework/__init__.py") | assigned(folder / "rest_framework/settings.py")
    return block(names)


def of_simplejwt(folder: Path) -> dict[str, object]:
    names = assigned(folder / "rest_framework_simplejwt/settings.py")
    return block(names)


def of_cors_headers(folder: Path) -> dict[str, object]:
    names = assigned(folder / "corsheaders/defaults.py")
    tree = ast.parse((folder / "corsheaders/conf.py").read_text(encoding="utf-8"))
    return dict(_getattrs(tree, names))


def _getattrs(tree: ast.AST, names: dict[str, ast.expr]) -> Iterator[tuple[str, object]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) == 3:
            key, default = node.args[1], node.args[2]
            while isinstance(default, ast.Call) and isinstance(default.func, ast.Name) and default.func.id == "getattr":
                default = default.args[2]
            if isinstance(key, ast.Constant) and str(key.value).startswith("CORS"):
                yield str(key.value), read(default, names)


PACKAGES: dict[str, tuple[Callable[[Path], dict[str, object]], list[str]]] = {
    "django": (of_django, ["1.11", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0", "6.1"]),
    "djangorestframework": (of_rest_framework, ["3.12", "3.14", "3.15", "3.16", "3.17", "3.18"]),
    "djangorestframework-simplejwt": (of_simplejwt, ["4.8", "5.0", "5.2", "5.3", "5.4", "5.5"]),
    "django-cors-headers": (of_cors_headers, ["3.5", "3.14", "4.0", "4.4", "4.9"]),
}


def install(package: str, version: str, folder: str) -> bool:
    """The newest patch of that minor version."""
    options = ["--quiet", "--no-deps", "--ignore-requires-python", "--only-binary=:all:", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", folder, f"{package}=={version}.*"]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 (a fixed program, and names from the table above)


def installed(folder: Path) -> str:
    """The full version that was installed."""
    return next(folder.glob("*.dist-info")).name.removesuffix(".dist-info").rpartition("-")[2]


def main(wanted: list[str]) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for package in wanted or PACKAGES:
        extract, versions = PACKAGES[package]
        for version in versions:
            with tempfile.TemporaryDirectory() as folder:
                if not install(package, version, folder):
                    sys.stderr.write(f"{package} {version} could not be installed\n")
                    continue
                data = {"package": package, "version": installed(Path(folder)), "defaults": extract(Path(folder))}
                text = json.dumps(data, indent=1, ensure_ascii=False, sort_keys=True)
            (DATA / f"{package}-{version}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
