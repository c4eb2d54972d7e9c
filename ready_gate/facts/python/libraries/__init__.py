"""What functions of the standard library and of other packages answer, one file per package or family.

    @models("os.getenv")
    def getenv(call: Call) -> Value: ...

A model gets abstract arguments and answers with an abstract value; it never does I/O except through `call.run`. Where it is not certain, it
answers `call.unknown(reason)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ready_gate.facts.python.values import Scalar, Value, unknown
from ready_gate.facts.views import Variable
from ready_gate.model import Origin


class Runtime(Protocol):
    """What a model may ask of the run it is part of."""

    root: str  # the checkout's absolute path, with /; nothing outside is ever read
    project: str  # absolute folder that holds manage.py
    environment: dict[str, Variable]  # production's variables; models of setdefault, load_dotenv and the like add to it

    def read_variable(self, name: Value, at: Origin, default: Value | None) -> Value:
        """What `os.environ[name]` gives: a string with its read noted. Where it is absent: `default`, with the read noted on it, or Unknown when
        `default` is None."""

    def read_text(self, path: Value) -> str | None:
        """The text of a file inside the root that is part of the checkout, None where it is outside, untracked-looking, too large or not text."""

    def exists(self, path: Value) -> bool | None:
        """Whether a path inside the root exists; None where that says nothing about production (outside the root, not known)."""

    def call(self, function: Value, args: list[Value], keywords: Mapping[str, Value], at: Origin) -> Value:
        """Call any abstract callable (a cast function, a lambda given to `filter`)."""

    def truth(self, value: Value) -> bool | None:
        """Python's truth value, None where it cannot be told."""

    def iterate(self, value: Value) -> list[Value] | None:
        """The elements in order, None where they are not completely known."""

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
    """The registered models: functions and classes by dotted path, methods of their instances as `package.Class.method`, and constants."""

    functions: dict[str, Model] = field(default_factory=dict)
    constants: dict[str, object] = field(default_factory=dict)


MODELS = Models()


def models(*dotted: str) -> Callable[[Model], Model]:
    """Register a function as the model of these dotted names."""

    def register(function: Model) -> Model:
        for name in dotted:
            if name in MODELS.functions:
                raise ValueError(f"two models of {name}")
            MODELS.functions[name] = function
        return function

    return register
