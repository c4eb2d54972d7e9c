"""Which settings module, and which class in it, production runs with."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.errors import UserError
from ready_gate.facts.django.deploy_environment import Deployment
from ready_gate.facts.django.location import Location, module_files
from ready_gate.facts.names import is_aside, is_development, is_production, within_package
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Environment, Options, Project, Variable
from ready_gate.model import Origin

MAX_DEPTH = 8
ONLY = "the only settings module"
_SETTINGS = re.compile(r"^INSTALLED_APPS\s{0,20}[:=]", re.M)
MODULE, CONFIGURATION = "DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION"


@dataclass(frozen=True)
class Named:
    """A name that something gives, and how the report says so. `firm`: nothing outranks it (the code sets it, whatever the environment says)."""

    name: str
    reason: str
    at: Origin | None = None
    firm: bool = False


@fact
def project(options: Options, tree: Tree, location: Location, deployment: Deployment, environment: Environment) -> Project:
    """The project with its production settings module.

    Raises `UserError` where the module that the caller names is not there, or none can be found.
    """
    finder = _Finder(tree, location)
    defaults = finder.defaults(MODULE)
    found, notes = _settings_module(options, finder, defaults, deployment, environment)
    configuration = _configuration(options, finder, deployment, environment) or finder.class_like_production(found.name)
    default = next(iter(defaults), None)
    if location.others:
        notes.insert(0, f"judged {location.manage}, not {', '.join(location.others[:5])}: {location.reason}")
    return Project(
        folder=location.folder,
        manage=location.manage,
        settings_module=found.name,
        settings_path=finder.path(found.name) or "",
        reason=found.reason,
        configuration=configuration.name if configuration else None,
        development_class_at=_development_class(configuration, finder),
        others=location.others,
        default_module=default.name if default else None,
        default_module_at=default.at if default else None,
        default_is_missing=default is not None and finder.path(default.name) is None,
        notes=(*notes, *environment.notes),
    )


def _settings_module(
    options: Options, finder: _Finder, defaults: list[Named], deployment: Deployment, environment: Environment
) -> tuple[Named, list[str]]:
    if options.settings_module:
        if finder.path(options.settings_module) is None:
            raise UserError(f"the settings module {options.settings_module} is not in the project")
        return Named(options.settings_module, "given"), []
    notes: list[str] = []
    named = [default for default in defaults if default.firm] + _from_environment(MODULE, deployment, environment)
    candidates = [*named, *finder.like_production(defaults, notes), *defaults, *finder.only_settings()]
    present = [candidate for candidate in candidates if finder.path(candidate.name)]
    for candidate in candidates:
        if candidate not in present:
            notes.append(f"{candidate.reason}: {candidate.name} is not in the repository")
    if not present:
        found = [name for name, *_ in finder.settings_modules()]
        several = f"several settings modules are in {options.path} and nothing says which of them runs: {', '.join(found[:8])}"
        which = several if found else f"no settings module was found in {options.path}"
        raise UserError(f"{which}: name it with --settings-module, or settings-module under project in the config")
    if present[0].reason == ONLY:
        notes.append(f"nothing in the repository names the settings module: {present[0].name} is the only one that is not for development")
    best = present[0]
    live = (other for other in present if is_production(within_package(other.name)))
    better = next(live, None) if is_development(within_package(best.name)) else None
    if better is not None and not best.firm:
        notes.append(f"{best.reason} names {best.name}, which is for development")
        return better, list(dict.fromkeys(notes))
    return best, list(dict.fromkeys(notes))


def _from_environment(name: str, deployment: Deployment, environment: Environment) -> list[Named]:
    """What production's environment sets, then everything that deploy files say, down to their defaults of what is left to the server."""
    first = [variables[name] for variables in (environment.variables, environment.doubtful) if name in variables]
    variables = dict.fromkeys([*first, *deployment.every.get(name, ())])
    return [_named(variable) for variable in variables if variable.value.strip()]


def _named(variable: Variable) -> Named:
    return Named(variable.value.strip(), f"from {variable.at.path}" if variable.at else "from the config's environment", variable.at)


def _configuration(options: Options, finder: _Finder, deployment: Deployment, environment: Environment) -> Named | None:
    if options.configuration:
        return Named(options.configuration, "given")
    defaults = finder.defaults(CONFIGURATION)
    named = [default for default in defaults if default.firm] + _from_environment(CONFIGURATION, deployment, environment)
    return next(iter([*named, *defaults]), None)


def _development_class(configuration: Named | None, finder: _Finder) -> Origin | None:
    """Where the code names a class for development, and nothing known of production names another."""
    defaulted = configuration is not None and configuration in finder.defaults(CONFIGURATION)
    return configuration.at if configuration is not None and defaulted and is_development(configuration.name) else None


class _Finder:
    """Finds settings modules by what the entry points say and by their names."""

    def __init__(self, tree: Tree, location: Location) -> None:
        self.tree, self.location = tree, location

    def path(self, module: str) -> str | None:
        """The file of a dotted module, None where it is not in the project."""
        for folder in search_folders(self.location.folder):
            for tail in module_files(module):
                path = posixpath.normpath(posixpath.join(folder, tail))
                if self.tree.is_file(path):
                    return path
        return None

    def defaults(self, variable: str) -> list[Named]:
        """What wsgi.py, asgi.py and manage.py set the variable to, in this order."""
        entries = sorted(self.location.entries, key=lambda path: (is_development(path), posixpath.basename(path) != "wsgi.py"))
        paths = [*entries, *([self.location.manage] if self.location.manage else [])]
        return [found for path in paths for found in named_by_entry(self.tree.read(path) or "", path, variable)]

    def like_production(self, defaults: list[Named], notes: list[str]) -> list[Named]:
        """Modules beside the default one (or in it) that are named like production and hold something."""
        found: list[Named] = []
        for default in [default for default in defaults if self.path(default.name)] or self.only_settings():
            home = self.path(default.name)
            if home is None or is_production(within_package(default.name)) or self._decides_itself(home):
                continue
            for module in self._beside(default.name, home):
                path = self.path(module)
                if path is None or not path.endswith(".py"):
                    continue
                if _holds_something(self.tree.read(path) or ""):
                    found.append(Named(module, "named like production", Origin(path, 1)))
                else:
                    notes.append(f"{path} is named like production and is empty")
        return list(dict.fromkeys(found))

    def _beside(self, module: str, home: str) -> Iterator[str]:
        parent = module.rpartition(".")[0]
        package = posixpath.basename(home) == "__init__.py"
        folder = posixpath.dirname(home)
        for name in sorted(self.tree.names(folder), key=lambda name: ("production" not in name, name)):
            stem = name.removesuffix(".py")
            if stem == "__init__" or not stem.isidentifier() or not is_production(stem):
                continue
            if package:
                yield f"{module}.{stem}"
            elif posixpath.basename(folder) == "settings" or "settings" in stem:
                yield f"{parent}.{stem}" if parent else stem

    def class_like_production(self, module: str) -> Named | None:
        """Of a settings module that holds django-configurations classes, the one named like production, or the only one."""
        path = self.path(module) or ""
        text = self.tree.read(path) or ""
        try:
            body = ast.parse(text).body if "configurations" in text else []
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        classes = [node for node in body if isinstance(node, ast.ClassDef)]
        chosen = [node for node in classes if is_production(node.name)] or (classes if len(classes) == 1 else [])
        return Named(chosen[0].name, "named like production", Origin(path, chosen[0].lineno)) if chosen else None

    def _decides_itself(self, home: str) -> bool:
        """Whether the default module itself imports what fits the environment, so that it is what runs in production too."""
        try:
            module = ast.parse(self.tree.read(home) or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return any(_brings_in_production(node) for node in ast.walk(module))

    def only_settings(self) -> list[Named]:
        """The one settings module that is left where nothing names any."""
        modules = self.settings_modules()
        return [Named(*modules[0])] if len(modules) == 1 else []

    def settings_modules(self) -> list[tuple[str, str, Origin]]:
        """The modules that look like settings and are not for development, each with the reason to take it and its place."""
        inside = "" if self.location.folder == "." else self.location.folder + "/"
        homes = [
            path
            for path in self.tree.matching(f"{inside}**/settings.py", f"{inside}**/settings/*.py", f"{inside}**/*settings*.py")
            if not is_aside(path) and path.count("/") <= MAX_DEPTH and _SETTINGS.search(self.tree.read(path) or "")
        ]
        modules = {path: path.removeprefix(inside).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in homes}
        return [(name, ONLY, Origin(path, 1)) for path, name in modules.items() if not is_development(within_package(name))]


def search_folders(folder: str) -> tuple[str, ...]:
    """The folders of `sys.path` when the project's own server runs, relative to the root."""
    inner = posixpath.normpath(posixpath.join(folder, "src"))
    return tuple(dict.fromkeys((folder, inner, ".", "src")))


def named_by_entry(text: str, path: str, variable: str) -> list[Named]:
    """What an entry point sets the variable to: by `setdefault` or an assignment, of a literal or of a read with a literal default."""
    try:
        body = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found: list[Named] = []
    for node in ast.walk(body):
        value, assigned = _value_given(node, variable)
        literal = _literal(value, variable)
        if literal:
            firm = assigned and isinstance(value, ast.Constant) and posixpath.basename(path) != "manage.py" and node in body.body
            reason = f"{'set' if assigned else 'default'} in {posixpath.basename(path)}"
            found.append(Named(literal, reason, Origin(path, getattr(node, "lineno", 1)), firm))
    return found


def _value_given(node: ast.AST, variable: str) -> tuple[ast.expr | None, bool]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setdefault" and len(node.args) == 2:
        key = node.args[0]
        return (node.args[1], False) if isinstance(key, ast.Constant) and key.value == variable else (None, False)
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
        named = isinstance(target.slice, ast.Constant) and target.slice.value == variable
        environ = isinstance(target.value, ast.Attribute) and target.value.attr == "environ"
        return (node.value, True) if named and environ else (None, False)
    return None, False


def _literal(value: ast.expr | None, variable: str) -> str | None:
    """The literal, or the literal default of a read of the variable itself."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) and value.value else None
    if isinstance(value, ast.Call):
        names = [argument.value for argument in value.args if isinstance(argument, ast.Constant)]
        default = next((keyword.value for keyword in value.keywords if keyword.arg == "default"), value.args[1] if len(value.args) > 1 else None)
        return _literal(default, variable) if variable in names[:1] and isinstance(default, ast.Constant) else None
    return None


def _brings_in_production(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        names = [node.module or "", *(alias.name for alias in node.names)]
        return any(is_production(name) for name in names)
    if isinstance(node, ast.Import):
        return any(is_production(alias.name) for alias in node.names)
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        computed = any(not isinstance(argument, ast.Constant) or is_production(str(argument.value)) for argument in node.args)
        return called in ("include", "optional", "import_module", "__import__", "execfile", "exec") and computed
    return False


def _holds_something(text: str) -> bool:
    """Whether a module has a statement other than a docstring and `pass`; one that cannot be parsed has."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    return any(not (isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))) for node in body)
