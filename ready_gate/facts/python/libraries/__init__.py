"""What functions of the standard library and of other packages answer, one file per package or family.

    @models("os.getenv")
    def getenv(call: Call) -> Value: ...

A model gets abstract arguments and answers with an abstract value; it never does I/O except through `call.run`. Where it is not certain, it
answers `call.unknown(reason)`. A `Choice` is like something not known to it: the ones in `MODELS.pure` are called once for each option.

How names are made (ask with `find_model`, `find_attribute`, `find_constant`, which load the package's models and follow its aliases):

- `os.getenv` is a function, `environ.Env` the constructor of a class; both are called without a receiver.
- `environ.Env.bool` is a method, called with the `Instance` (whose type is `Symbol("environ.Env")`, or a project class that derives from it) as
  `receiver`. A scalar's class has the name that `class_of` gives it: `pathlib.Path.resolve`, `datetime.timedelta.total_seconds`.
- What Python calls by special methods has their names: `environ.Env.__call__`, `__getitem__`, `__setitem__`, `__contains__`, `__iter__` (which
  answers an `Items`), `__eq__`, `__ge__`, `__str__`, `__truediv__`, `__sub__`, `__add__`, `__invert__`, and `__enter__` with
  `__exit__` (always called at the end of the block, without arguments). `os.environ` is a symbol, so
  `os.environ["X"]` is a call of `os.environ.__getitem__` without a receiver.
- A computed attribute (`pathlib.Path.parent`, `pathlib.Path.parents`) is a model in `MODELS.attributes`, called with the receiver and no arguments.
- Builtin classes and functions are symbols such as `builtins.bool`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import PurePosixPath
from typing import Protocol

from ready_gate.facts.python.values import Instance, Scalar, Symbol, Table, Value, unknown
from ready_gate.facts.views import Variable
from ready_gate.model import Origin


class Runtime(Protocol):
    """What a model may ask of the run it is part of."""

    root: str  # the checkout's absolute path, with /; nothing outside is ever read
    project: str  # absolute folder that holds manage.py
    environment: dict[str, Variable]  # production's variables; models of setdefault, load_dotenv and the like add to it
    installed: Callable[[str], bool | None]  # whether production installs a top-level package; None: not known
    pinned: Callable[[str], str | None]  # the version of a distribution that the requirements or a lock file pin
    django_defaults: Mapping[str, object]  # what Django's global_settings hold in the project's version, as the data files write it
    doubtful: dict[str, str]  # variables (or "*" for any) that the project itself sets to something not known, and why: reading one gives Unknown
    start: frozenset[str]  # variables that the start of the program itself sets
    bare: bool  # no environment at all: neither variables nor the files that stand for them on the server

    def read_variable(self, name: Value, at: Origin, default: Value | None) -> Value:
        """What `os.environ[name]` gives: a string with its read noted. Where it is absent: `default`, with the read noted on it, or Unknown when
        `default` is None."""

    def fail(self, kind: str, message: str, *values: Value, at: Origin | None = None) -> Value:
        """The code raises this builtin exception here."""

    def read_text(self, path: Value) -> str | None:
        """The text of a file inside the root that is part of the checkout, None where it is outside, untracked-looking, too large or not text."""

    def exists(self, path: Value) -> bool | None:
        """Whether a path inside the root exists; None where that says nothing about production (outside the root, not known)."""

    def absent(self, path: Value, at: Origin) -> None:
        """A file is opened: where it is taken to be missing, and somebody handles that, FileNotFoundError is raised in the judged code."""

    def list_folder(self, path: Value) -> list[str] | None:
        """The names in a folder of the checkout, sorted; None where it is outside, no folder or too large."""

    def call(self, function: Value, args: list[Value], keywords: Mapping[str, Value], at: Origin) -> Value:
        """Call any abstract callable (a cast function, a lambda given to `filter`)."""

    def truth(self, value: Value) -> bool | None:
        """Python's truth value, None where it cannot be told."""

    def iterate(self, value: Value) -> list[Value] | None:
        """The elements in order, None where they are not completely known."""

    def iterate_partly(self, value: Value) -> list[Value] | None:
        """The same; where a list may hold more than is known, what that may be stands last. None where nothing is known of them."""

    def add(self, left: Value, right: Value, at: Origin) -> Value:
        """`left + right`."""

    def run_file(self, path: Value, call: Call) -> Value:
        """Run a Python file of the project in the namespace of the caller (`exec(open(…).read())`, split-settings `include`)."""

    def caller_names(self, call: Call) -> dict[str, Value]:
        """The module namespace of the caller, to be changed in place (`globals()`, `django_heroku.settings(locals())`)."""

    def import_module(self, dotted: str, at: Origin) -> Value:
        """The module of that dotted name: a Module when it is the project's own, else a Symbol."""


@dataclass
class Call:
    """One call of a modelled function or method. `open` says that `*args` or `**kwargs` of unknown content were passed."""

    name: str
    args: list[Value]
    keywords: dict[str, Value]
    at: Origin
    run: Runtime
    receiver: Value | None = None
    open: bool = False

    def argument(self, position: int, name: str = "", default: Value | None = None) -> Value | None:
        """The argument by position or name."""
        if position < len(self.args):
            return self.args[position]
        return self.keywords.get(name, default)

    def plain(self, position: int, name: str = "", default: object = None) -> object:
        """The known scalar given as argument, `default` where it is not given; `...` (Ellipsis) where it is given and not known."""
        value = self.argument(position, name)
        if value is None:
            return default
        return value.value if isinstance(value, Scalar) else ...

    def sources(self) -> list[Value]:
        """Everything that went into the call."""
        return [*([self.receiver] if self.receiver is not None else []), *self.args, *self.keywords.values()]

    def known(self, value: object) -> Scalar:
        """A known answer, worked out from the arguments."""
        from ready_gate.facts.python.values import scalar

        return scalar(value, *self.sources(), at=self.at)

    def unknown(self, reason: str) -> Value:
        """An unknown answer, with the reason."""
        return unknown(reason, *self.sources(), at=self.at)


Model = Callable[[Call], Value]


@dataclass
class Models:
    """The registered models: functions and classes by dotted path, methods of their instances as `package.Class.method`, computed attributes,
    constants (plain Python values, or immutable abstract ones; `versioned` ones are worked out for the run's versions), and other names of the same
    thing. `pure` are the functions and methods that only answer: where an argument is one of a few values, they are asked once for each."""

    functions: dict[str, Model] = field(default_factory=dict)
    attributes: dict[str, Model] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)
    versioned: dict[str, Callable[[Runtime, str], object]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    pure: set[str] = field(default_factory=set)


MODELS = Models()

# Which top-level packages a module here models.
_PACKAGES = {
    "environment": "os posix multiprocessing glob",
    "paths": "os posixpath pathlib",
    "chance": "os urllib platform secrets random uuid socket tempfile shutil getpass locale psutil inspect pwd ctypes django cryptography",
    "files": "pathlib builtins io codecs",
    "process": "inspect builtins sys importlib importlib_metadata pkg_resources pkgutil imp platform",
    "times": "datetime decimal zoneinfo pytz dateutil time pytimeparse django",
    "texts": "json ast base64 binascii hashlib html shlex string textwrap urllib email requests django "
    "simplejson ujson orjson six distutils setuptools",
    "ini": "six configparser ConfigParser backports django",
    "data_files": "tomllib tomli toml pytoml rtoml yaml ruamel",
    "regexes": "re regex",
    "tools": "ssl collections itertools functools operator copy typing typing_extensions logging warnings contextlib gettext django",
    "iteration": "collections itertools operator",
    "templates": "string",
    "django_query": "django enum",
    "django_parts": "corsheaders celery kombu django",
    "django_project": "django rest_framework",
    "django_migrations": "django",
    "app_settings": "drf_spectacular dj_rest_auth djoser allauth",
    "credentials": "hmac secrets django",
    "url_patterns": "django rest_framework rest_framework_extensions ninja debug_toolbar",
    "django_environ": "environ",
    "django_environ_urls": "environ",
    "environ_paths": "environ",
    "decouple": "decouple",
    "dotenv_files": "dotenv",
    "database_urls": "dj_database_url",
    "service_urls": "dj_email_url django_cache_url",
    "environs_models": "environs",
    "heroku": "django_heroku django_on_heroku",
    "split_settings_models": "split_settings",
    "configurations": "configurations",
    "field_settings": "pydantic pydantic_settings starlette",
    "secret_stores": "subprocess requests httpx urllib boto3 hvac google azure dynaconf secret_store",
}

_loaded: set[str] = set()


def load(package: str) -> None:
    """Import the models of a top-level package. Does nothing where there are none, or the second time."""
    if package in _loaded:
        return
    _loaded.add(package)
    for module, packages in _PACKAGES.items():
        if package in packages.split():
            import_module(f"{__name__}.{module}")


def canonical(dotted: str) -> str:
    """The name under which the models know this one: `environ.environ.Env.bool` is `environ.Env.bool`."""
    load(dotted.partition(".")[0])
    head, tail = dotted, ""
    while head:
        if head in MODELS.aliases:
            return MODELS.aliases[head] + tail
        head, dot, last = head.rpartition(".")
        tail = dot + last + tail
    return dotted


def find_model(dotted: str) -> Model | None:
    """The model of this function, class or method."""
    return MODELS.functions.get(canonical(dotted))


def find_attribute(dotted: str) -> Model | None:
    """The model of this computed attribute (`package.Class.attribute`)."""
    return MODELS.attributes.get(canonical(dotted))


def find_constant(dotted: str, run: Runtime) -> Value | None:
    """The constant of this name, as an abstract value."""
    name = canonical(dotted)
    home, _, last = name.rpartition(".")
    found = MODELS.versioned[home](run, last) if home in MODELS.versioned else MODELS.constants.get(name, ...)
    if found is ...:
        return None
    from ready_gate.facts.python.libraries.lifting import lift

    return lift(found)


def version(run: Runtime, distribution: str) -> tuple[int, ...] | None:
    """The pinned version, as far as it is numbers."""
    pinned = run.pinned(distribution)
    return tuple(int(part) for part in re.findall(r"\d{1,6}", pinned)[:3]) or None if pinned else None


_SCALAR_CLASSES: tuple[tuple[type, str], ...] = (
    (PurePosixPath, "pathlib.Path"),
    (datetime, "datetime.datetime"),
    (date, "datetime.date"),
    (time, "datetime.time"),
    (timedelta, "datetime.timedelta"),
    (Decimal, "decimal.Decimal"),
)


def class_of(value: Value) -> str | None:
    """The dotted class under which the methods and attributes of this value are modelled; None for builtin types and project classes."""
    if isinstance(value, Instance):
        return value.type.dotted if isinstance(value.type, Symbol) else None
    if isinstance(value, Table):
        return None if value.kind == "dict" else f"collections.{value.kind}"
    if isinstance(value, Scalar):
        return next((name for type_, name in _SCALAR_CLASSES if isinstance(value.value, type_)), None)
    return None


def models(*dotted: str) -> Callable[[Model], Model]:
    """Register a function as the model of these dotted names."""
    return _registering(MODELS.functions, dotted)


def attributes(*dotted: str) -> Callable[[Model], Model]:
    """Register a function as the model of these computed attributes."""
    return _registering(MODELS.attributes, dotted)


def _registering(table: dict[str, Model], dotted: tuple[str, ...]) -> Callable[[Model], Model]:
    def register(function: Model) -> Model:
        for name in dotted:
            if name in table:
                raise ValueError(f"two models of {name}")
            table[name] = function
        return function

    return register
