"""Models and the real libraries side by side: the same Python lambda runs on the real module and on a stand-in that asks the models."""

import builtins
import os
import types
from collections import OrderedDict
from pathlib import PurePath, PurePosixPath

import pytest

from ready_gate.facts.python.libraries import Call, class_of, find_attribute, find_constant, find_model
from ready_gate.facts.python.libraries.lifting import NotKnownError, builtin, lift, plain
from ready_gate.facts.python.values import Instance, Items, Scalar, Symbol, Table, Unknown, Value, scalar
from ready_gate.facts.views import Read, Variable
from ready_gate.model import Origin

AT = Origin("shop/settings.py", 7)
TYPES = (bool, int, float, str, list, tuple, dict, set, bytes)


class Function(Value):
    """A function of the test, in the place of one of the project."""

    def __init__(self, function):
        super().__init__()
        self.function = function


class Run:
    """What models ask of a run, without an interpreter."""

    def __init__(self, root, variables):
        self.root = self.project = str(root)
        self.environment = {name: Variable(name, value, Origin(".env.production", 1)) for name, value in variables.items()}
        self.doubtful, self.start, self.bare = {}, frozenset(), False
        self.names = {}
        self.included = []
        self.versions = {}
        self.packages = {}

    def installed(self, package):
        return self.packages.get(package)

    def pinned(self, distribution):
        return self.versions.get(distribution)

    def read_variable(self, name, at, default):
        if not isinstance(name, Scalar):
            return Unknown("the variable's name is not known")
        why = self.doubtful.get(name.value) or self.doubtful.get("*")
        variable = self.environment.get(name.value)
        read = Read(name.value, variable is not None, at, has_default=default is not None)
        if why or (variable is None and default is None):
            return Unknown(why or "not set", reads=(read,))
        if variable is not None:
            return Scalar(variable.value, origins=(variable.at, at), reads=(read,))
        noted = type(default).__new__(type(default))
        noted.__dict__.update(default.__dict__)
        noted.reads = (*default.reads, read)
        return noted

    def fail(self, kind, message, *values, at=None):
        return Unknown(message)

    def _file(self, path):
        name = str(path.value) if isinstance(path, Scalar) else ""
        return name if (name + "/").startswith(self.root + "/") else None

    def read_text(self, path):
        name = self._file(path)
        if name is None or not os.path.isfile(name):
            return None
        with open(name, encoding="utf-8", newline="") as file:
            return file.read()

    def absent(self, path, at):
        pass

    def exists(self, path):
        name = self._file(path)
        return True if name is not None and os.path.exists(name) else None

    def list_folder(self, path):
        name = self._file(path)
        return sorted(os.listdir(name)) if name is not None and os.path.isdir(name) else None

    def truth(self, value):
        if isinstance(value, (Items, Table)):
            return bool(value.items if isinstance(value, Items) else value.entries)
        return bool(value.value) if isinstance(value, Scalar) else None

    def iterate(self, value):
        return list(value.items) if isinstance(value, Items) and value.rest is None else None

    def iterate_partly(self, value):
        return self.iterate(value)

    def add(self, left, right, at):
        return lift(plain(left) + plain(right), left, right, at=at)

    def call(self, function, args, keywords, at):
        if isinstance(function, Function):
            return lift(function.function(*[plain(arg) for arg in args]), *args, at=at)
        name = builtin(function)
        if name is not None:
            try:
                return lift(getattr(builtins, name)(*[plain(arg) for arg in args]), *args, at=at)
            except (NotKnownError, ValueError, TypeError) as error:
                return Unknown(type(error).__name__)
        if isinstance(function, Instance):
            return self.ask(f"{class_of(function)}.__call__", args, keywords, function)
        return self.ask(function.dotted, args, keywords)

    def ask(self, dotted, args, keywords, receiver=None):
        model = find_model(dotted)
        return Unknown(f"no model of {dotted}") if model is None else model(Call(dotted, args, dict(keywords), AT, self, receiver=receiver))

    def run_file(self, path, call):
        self.included.append(os.path.relpath(str(path.value), self.root) if isinstance(path, Scalar) else None)
        return Scalar(None)

    def caller_names(self, call):
        return self.names

    def import_module(self, dotted, at):
        return Symbol(dotted)


class StandIn:
    """Looks like the real module or object, and asks the models."""

    def __init__(self, run, value):
        self.__dict__.update(_run=run, _value=value)

    def __getattr__(self, name):
        run, value = self._run, self._value
        if isinstance(value, Symbol):
            constant = find_constant(f"{value.dotted}.{name}", run)
            return StandIn(run, constant if constant is not None else Symbol(f"{value.dotted}.{name}"))
        if isinstance(value, Instance) and name in value.attributes:
            return StandIn(run, value.attributes[name])
        dotted = f"{class_of(value)}.{name}"
        attribute = find_attribute(dotted)
        if attribute is not None:
            return StandIn(run, attribute(Call(dotted, [], {}, AT, run, receiver=value)))
        return lambda *args, **keywords: self._ask(dotted, args, keywords, value)

    def __setattr__(self, name, value):
        self._value.attributes[name] = abstract(value)

    def _ask(self, dotted, args, keywords, receiver=None):
        answer = self._run.ask(dotted, [abstract(arg) for arg in args], {key: abstract(arg) for key, arg in keywords.items()}, receiver)
        return StandIn(self._run, answer)

    def __call__(self, *args, **keywords):
        if isinstance(self._value, Symbol):
            return self._ask(self._value.dotted, args, keywords)
        return self._ask(f"{class_of(self._value)}.__call__", args, keywords, self._value)

    def _special(self, name, *args):
        if isinstance(self._value, Symbol):
            return self._ask(f"{self._value.dotted}.{name}", args, {})
        if isinstance(self._value, (Table, Items)):
            held = self._value.entries if isinstance(self._value, Table) else self._value.items
            return StandIn(self._run, held[args[0]])
        return self._ask(f"{class_of(self._value)}.{name}", args, {}, self._value)

    def __getitem__(self, key):
        return self._special("__getitem__", key)

    def __setitem__(self, key, value):
        self._special("__setitem__", key, value)

    def __delitem__(self, key):
        self._special("__delitem__", key)

    def __truediv__(self, other):
        return self._special("__truediv__", other)

    def __rtruediv__(self, other):
        return self._special("__rtruediv__", other)

    def __sub__(self, other):
        return self._special("__sub__", other)

    def __add__(self, other):
        return self._special("__add__", other)

    def __invert__(self):
        return self._special("__invert__")

    def __enter__(self):
        return self._special("__enter__")

    def __exit__(self, *error):
        self._special("__exit__")

    def contains(self, thing):
        return self._special("__contains__", thing)


def abstract(thing):
    """The abstract value of something in a test's lambda."""
    if isinstance(thing, StandIn):
        return thing._value
    if isinstance(thing, Value):
        return thing
    if isinstance(thing, type) and thing in TYPES:
        return Symbol(f"builtins.{thing.__name__}")
    if isinstance(thing, types.FunctionType):
        return Function(thing)
    if isinstance(thing, PurePath):
        return scalar(PurePosixPath(thing))
    if isinstance(thing, (list, tuple)):
        return Items([abstract(part) for part in thing], type(thing).__name__)
    if isinstance(thing, dict):
        return Table({key: abstract(part) for key, part in thing.items()})
    return Scalar(thing)


def known(value):
    """The plain Python value behind an abstract one, as tests compare it; raises NotKnownError."""
    if isinstance(value, Instance) and "__root__" in value.attributes:
        return plain(value.attributes["__root__"])
    if isinstance(value, Instance) and value.args and class_of(value) == "urllib.parse.ParseResult":
        return plain(value.args[0])
    if isinstance(value, Items) and value.rest is None and value.kind in ("list", "tuple"):
        return (list if value.kind == "list" else tuple)(known(item) for item in value.items)
    return plain(value)


def comparable(thing):
    """A result of the real library, as tests compare it."""
    if isinstance(thing, PurePath):
        return PurePosixPath(thing)
    if hasattr(thing, "geturl"):
        return thing.geturl()
    if isinstance(thing, OrderedDict):
        return dict(thing)
    return str(thing) if type(thing).__module__.startswith("environ") else thing


@pytest.fixture
def run(tmp_path):
    """Makes a run with these variables, in the test's folder."""
    return lambda **variables: Run(tmp_path, variables)


@pytest.fixture
def stand_in(run):
    """A stand-in for a dotted name, with these variables set."""
    return lambda dotted, **variables: StandIn(run(**variables), Symbol(dotted))


@pytest.fixture
def answer(run):
    """What the models answer to a lambda over a module."""

    def ask(dotted, function, variables=None, **options):
        made = run(**(variables or {}))
        made.__dict__.update(options)
        return abstract(function(StandIn(made, Symbol(dotted))))

    return ask


@pytest.fixture
def agree(run, monkeypatch):
    """Runs a lambda on the real module and on the models. What is known must be equal; `open` ones may be unknown."""

    def compare(dotted, function, variables=None, *, may_be_unknown=False, **options):
        module = pytest.importorskip(dotted)
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in (variables or {}).items():
            monkeypatch.setenv(name, value)
        made = run(**(variables or {}))
        made.__dict__.update(options)
        value = abstract(function(StandIn(made, Symbol(dotted))))
        try:
            real = comparable(function(module))
        except Exception as error:
            with pytest.raises(NotKnownError):
                pytest.fail(f"the real one raises {error!r}, the model knows {known(value)!r}")
            return
        try:
            ours = known(value)
        except NotKnownError as doubt:
            assert may_be_unknown, f"{getattr(doubt.value, 'reason', doubt.value)}, the real one gives {real!r}"
            return
        assert (type(ours), ours) == (type(real), real)

    return compare
