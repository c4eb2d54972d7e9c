"""Turn Django's own tests of its system checks into settings files.

The tests are read out of Django's source distribution and parsed with `ast`; their imports of Django are replaced by stand-ins that write down
which settings hold while a check is asked, and which ids the test expects of it. Nothing of Django is imported, so that the tests of any version
can be read. `python scripts/django_cases.py SDIST` prints how many cases there are.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import tarfile
import unittest
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import SimpleNamespace
from typing import Any
from unittest import mock

# The test modules that ask about settings, with the part of a class's name that is wanted.
MODULES = {
    **{f"check_framework/test_{name}.py": "" for name in ("security", "caches", "translation", "files", "mail")},
    **{f"check_framework/test_{name}.py": "" for name in ("4_0_compatibility", "async_checks")},
    "check_framework/test_urls.py": "Settings",  # the others are about URL patterns
    "check_framework/test_templates.py": "StringIfInvalid|AppDirs",  # the others are about engines' and tags' code
    "staticfiles_tests/test_checks.py": "",
}
FINDERS = "django/contrib/staticfiles/finders.py"
ENGINES = "django/template/backends/django.py"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]  # what Django's tests run with
STATIC = {"INSTALLED_APPS": ["django.contrib.staticfiles"], "STATIC_ROOT": "/srv/site/static"}
RANDOM_KEY = "q7#v2m9$x4l1t8w5k3z6p0r"
_WANTED = re.compile(
    r"/(tests/(check_framework|staticfiles_tests)/[a-z0-9_]+|django/(core/checks|contrib/staticfiles|template/backends)/.*"
    r"|django/utils/csp|django/conf/__init__)\.py$"
)
_ID = re.compile(r"[a-z0-9_]+\.[WEC]\d{3}")


@dataclass(frozen=True)
class Case:
    """One question that a test asks a check: the settings and variables that hold, those taken away, and the ids that are expected."""

    test: str
    check: str
    ids: tuple[str, ...]
    possible: frozenset[str]
    settings: Mapping[str, object]
    environment: Mapping[str, str]

    def source(self) -> str:
        """The settings file."""
        lines = [f"{name} = {text_of(value)}" for name, value in self.settings.items()]
        names = ["from django.utils.csp import CSP"] if any("CSP." in line for line in lines) else []
        return "\n".join([*names, HEADER, *lines, ""])


@dataclass
class Found:
    """The cases of a source distribution; the tests without any, with what came in the way; and the test modules, which settings may name."""

    version: str
    cases: list[Case] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)


HEADER = """from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
"""


class Text(str):
    """A text that the test names by a constant of Django (`CSP.NONCE`)."""

    name = ""


def text_of(value: object) -> str:
    """A value as a settings file would write it; the folder that the tests run in becomes BASE_DIR."""
    here = str(Path.cwd())
    if isinstance(value, Text):
        return f"CSP.{value.name}"
    if isinstance(value, str):
        return f"str({text_of(Path(value))})" if value == here or value.startswith(here + "/") else repr(value)
    if isinstance(value, PurePath):
        inside = value.is_relative_to(here)
        parts = value.relative_to(here).parts if inside else ()
        return " / ".join(["BASE_DIR", *map(repr, parts)]) if inside else f"Path({str(value)!r})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{text_of(key)}: {text_of(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (set, frozenset)):
        return f"{type(value).__name__}([{', '.join(map(text_of, sorted(value, key=repr)))}])"
    if isinstance(value, (list, tuple)):
        inner = ", ".join(map(text_of, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner},)" if value else "()"
    if isinstance(value, Iterator):
        return f"(value for value in [{', '.join(map(text_of, value))}])"
    return repr(value)


class Wording(str):
    """The wording of a message, which takes any arguments and does not count."""

    def __mod__(self, arguments: object) -> Wording:
        return self

    def format(self, *arguments: object, **more: object) -> Wording:
        return self


class Message:
    """A stand-in for `Error` and `Warning`: only the id counts."""

    def __init__(self, msg: str = "", hint: object = None, obj: object = None, id: str | None = None) -> None:
        self.msg, self.id = Wording(msg), id


@dataclass
class Asked:
    """A check that a test has called, with what held then."""

    check: str
    possible: frozenset[str]
    settings: dict[str, object]
    environment: dict[str, str]


class Overrides:
    """A stand-in for `django.conf.settings`: a stack of overrides."""

    def __init__(self, base: Mapping[str, object]) -> None:
        self.__dict__["stack"] = [dict(base)]

    @property
    def held(self) -> dict[str, object]:
        return self.__dict__["stack"][-1]

    def __getattr__(self, name: str) -> object:
        if name not in self.held:
            raise AttributeError(name)
        return self.held[name]

    def __delattr__(self, name: str) -> None:
        del self.held[name]

    @contextmanager
    def override(self, **values: object) -> Iterator[None]:
        self.__dict__["stack"].append({**self.held, **values})
        try:
            yield
        finally:
            self.__dict__["stack"].pop()


class Sources:
    """Django's own source in the distribution, read in one go and parsed, never run."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self.root, self._texts = "", {}
        for member in archive:  # read as they come: going back would unpack everything before it again
            if _WANTED.search(member.name) and (file := archive.extractfile(member)):
                self.root, _, path = member.name.partition("/")
                self._texts[path] = file.read()
        self._parsed: dict[str, ast.Module] = {}

    def parse(self, path: str) -> ast.Module | None:
        """The syntax tree of a file, None where there is none."""
        if path in self._texts and path not in self._parsed:
            self._parsed[path] = ast.parse(self._texts[path])
        return self._parsed.get(path)

    def constant(self, path: str, name: str) -> Any:
        """The value of a module-level literal, None where there is none."""
        for node in tree.body if (tree := self.parse(path)) else ():
            if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
                try:
                    return ast.literal_eval(node.value)
                except ValueError:
                    return None
        return None


class Checks:
    """A stand-in for a module of `django.core.checks`: its messages by id, and its checks as questions."""

    def __init__(self, sources: Sources, path: str, ask: Callable[[str, frozenset[str]], Asked]) -> None:
        tree = sources.parse(path)
        self._constant = lambda name: sources.constant(path, name)
        self._ask = ask
        self._assigned = {node.targets[0].id: node.value for node in ast.walk(tree) if _names_one(node)} if tree else {}
        self._functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} if tree else {}

    def __getattr__(self, name: str) -> Any:
        if name in self._functions:
            possible = self.ids(self._functions[name])
            if name[0] == "E":
                return lambda *arguments: Message(id=next(iter(possible)))
            return lambda *arguments, **more: self._ask(name, possible)
        if name in self._assigned and (ids := self.ids(self._assigned[name])):
            return Message(id=next(iter(ids)))
        if (value := self._constant(name)) is not None:
            return value
        raise AttributeError(name)

    def every(self) -> frozenset[str]:
        """The ids of the whole module."""
        return frozenset(id for function in self._functions.values() for id in self.ids(function))

    def ids(self, node: ast.AST, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The ids that a piece of code can give, through the names that it uses."""
        found: set[str] = set()
        for part in ast.walk(node):
            name = part.id if isinstance(part, ast.Name) else ""
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _ID.fullmatch(part.value):
                found.add(part.value)
            inner = self._assigned.get(name) or self._functions.get(name)
            if inner is not None and name not in seen:
                found |= self.ids(inner, seen | {name})
        return frozenset(found)


def _names_one(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)


class Engine:
    """A stand-in for a template engine of the settings."""

    def __init__(self, entry: Mapping[str, Any], checks: Checks) -> None:
        self.engine = SimpleNamespace(string_if_invalid=entry.get("OPTIONS", {}).get("string_if_invalid", ""))
        self._checks = checks

    def __getattr__(self, name: str) -> Any:
        return lambda: [getattr(self._checks, name)()]


class Recorder:
    """Runs the tests of one module on the stand-ins."""

    def __init__(self, sources: Sources, path: str, wanted: str, found: Found) -> None:
        self.sources, self.path, self.wanted, self.found = sources, path, re.compile(wanted), found
        self.settings = Overrides({"TEMPLATES": TEMPLATES, **(STATIC if "staticfiles" in path else {})})
        self.asked_in = ""

    def run(self) -> None:
        tree = self.sources.parse(f"tests/{self.path}")
        if tree is None:
            return
        self.found.modules[self.path] = ast.unparse(tree)
        names: dict[str, Any] = {"__name__": self.path.removesuffix(".py").replace("/", ".")}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("django")):
                names |= {alias.asname or alias.name: self.provide(node.module or "", alias.name) for alias in node.names}
        body = [node for node in tree.body if not (isinstance(node, ast.ImportFrom) and names.keys() & {alias.name for alias in node.names})]
        exec(compile(ast.Module(body, []), self.path, "exec"), names)  # noqa: S102 - Django's own tests, from the pinned archive
        for value in list(names.values()):
            if isinstance(value, type) and issubclass(value, unittest.TestCase) and self.wanted.search(value.__name__):
                self.run_class(value)

    def run_class(self, kind: type[unittest.TestCase]) -> None:
        for name in unittest.TestLoader().getTestCaseNames(kind):
            self.asked_in = f"{self.path.split('/')[1].removesuffix('.py')}.{kind.__name__}.{name}"
            before = len(self.found.cases)
            test = kind(name)
            try:
                with getattr(kind, "overridden", nullcontext)():
                    kind.setUpClass()
                    test.setUp()
                    getattr(test, name)()
            except Exception as reason:  # noqa: BLE001 - whatever a stand-in cannot do is a reason
                del self.found.cases[before:]
                self.found.left[self.asked_in] = f"{type(reason).__name__}: {reason}"
            else:
                if len(self.found.cases) == before:
                    self.found.left[self.asked_in] = "asks no check"

    def ask(self, check: str, possible: frozenset[str]) -> Asked:
        possible = possible or Checks(self.sources, FINDERS, self.ask).every()  # the check only hands on what the finders say
        return Asked(check, possible, dict(self.settings.held), {k: v for k, v in os.environ.items() if k.startswith("DJANGO_ALLOW")})

    def told(self, asked: Asked, expected: list[Message]) -> None:
        if not all(message.id for message in expected):
            raise ValueError("the test makes up messages without an id")
        ids = tuple(sorted(str(message.id) for message in expected))
        values = {name: value for name, value in asked.settings.items() if value is not TEMPLATES}
        self.found.cases.append(Case(self.asked_in, asked.check, ids, asked.possible, values, asked.environment))

    def provide(self, module: str, name: str) -> Any:
        """The stand-in for what a test imports."""
        if name in ("Error", "Warning"):
            return Message
        if name == "settings":
            return self.settings
        if name in ("SimpleTestCase", "CollectionTestCase"):
            return self.test_case()
        if module.startswith(("django.core.checks", "django.contrib.staticfiles.checks")):
            path = f"{module.replace('.', '/')}"
            if self.sources.parse(f"{path}/{name}.py"):
                return Checks(self.sources, f"{path}/{name}.py", self.ask)
            return getattr(Checks(self.sources, f"{path}.py", self.ask), name, None)
        return self.other(name)

    def other(self, name: str) -> Any:
        engines = Checks(self.sources, ENGINES, self.ask)
        others: dict[str, Any] = {
            "override_settings": self.override_settings,
            "get_random_secret_key": lambda: RANDOM_KEY * 3,
            "PY314": True,
            "View": SimpleNamespace(as_view=lambda: None),
            "CSP": SimpleNamespace(**self.constants_of("django/utils/csp.py", "CSP")),
            "engines": SimpleNamespace(all=lambda: [Engine(entry, engines) for entry in self.settings.held["TEMPLATES"]]),
            "BaseEngine": object,
            "TEST_ROOT": "/srv/site",
            "BaseFinder": object,
            "get_finder": lambda path: SimpleNamespace(list=lambda patterns: []),
        }
        value = others.get(name)
        return value if name in others else self.sources.constant("django/conf/__init__.py", name)

    def constants_of(self, path: str, name: str) -> dict[str, Text]:
        """The texts of an enum."""
        tree = self.sources.parse(path)
        kind = next((node for node in (tree.body if tree else ()) if isinstance(node, ast.ClassDef) and node.name == name), None)
        found = {}
        for node in kind.body if kind else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Constant):
                found[node.targets[0].id] = text = Text(node.value.value)
                text.name = node.targets[0].id
        return found

    def override_settings(self, **values: object) -> Any:
        return _Decorator(self.settings, values)

    def test_case(self) -> type[unittest.TestCase]:
        recorder = self

        class SimpleTestCase(unittest.TestCase):
            def settings(self, **values: object) -> Any:
                return recorder.settings.override(**values)

            def subTest(self, *arguments: object, **more: object) -> Any:
                return nullcontext()

            def assertEqual(self, first: Any, second: Any, msg: object = None) -> None:
                asked = first if isinstance(first, list) else [first]
                if asked and all(isinstance(one, Asked) for one in asked):
                    recorder.told(asked[0], second)
                else:
                    super().assertEqual(first, second, msg)

        return SimpleTestCase


class _Decorator:
    """A stand-in for `override_settings`, which decorates classes and functions and is a context."""

    def __init__(self, settings: Overrides, values: dict[str, object]) -> None:
        self.settings, self.values = settings, values

    def __call__(self, target: Any) -> Any:
        if isinstance(target, type):
            target.overridden = lambda: self.settings.override(**self.values)
            return target

        def test(case: object) -> None:
            with self.settings.override(**self.values):
                target(case)

        return test

    def __enter__(self) -> None:
        self.context = self.settings.override(**self.values)
        self.context.__enter__()

    def __exit__(self, *error: object) -> None:
        self.context.__exit__(None, None, None)


def read(path: Path) -> Found:
    """All cases of the distribution in this archive."""
    with tarfile.open(path) as archive, mock.patch.dict(os.environ):
        sources = Sources(archive)
        found = Found(sources.root.lower().removeprefix("django-"))
        for module, wanted in MODULES.items():
            Recorder(sources, module, wanted, found).run()
    return found


if __name__ == "__main__":
    for name in sys.argv[1:]:
        told = read(Path(name))
        print(f"Django {told.version}: {len(told.cases)} cases, {len(told.left)} tests without one")  # noqa: T201
        for test, reason in told.left.items():
            print(f"  {test}: {reason}")  # noqa: T201
