"""Between abstract values and plain Python ones: for models that answer what the real function answers when everything is known."""

from __future__ import annotations

import posixpath
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from ready_gate.facts.python import plainness
from ready_gate.facts.python.libraries import MODELS, Call
from ready_gate.facts.python.values import (
    MAX_TEXT,
    Answer,
    Choice,
    Instance,
    Items,
    Scalar,
    Symbol,
    Table,
    Unknown,
    Value,
    merge_origins,
    merge_reads,
    unknown,
)
from ready_gate.facts.views import Read
from ready_gate.model import Origin

MAX_DEPTH = 40
MAX_ELEMENTS = 20_000

# What a real function may raise on odd but known arguments; the answer is then unknown, as the program would not get any further.
RAISED = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, AssertionError, RecursionError, MemoryError, SyntaxError)


class NotKnownError(Exception):
    """Part of a value is not known; the argument is that part."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


def plain(value: Value) -> object:
    """The plain Python value of one that is known all the way down; raises `NotKnownError` otherwise."""
    try:
        result: object = plainness.plain(value)
    except plainness.NotPlainError as doubt:
        raise NotKnownError(doubt.value) from None
    return result


def _in_order(value: Value) -> object:
    try:
        result: object = plainness.plain_in_order(value)
    except plainness.NotPlainError as doubt:
        raise NotKnownError(doubt.value) from None
    return result


def lift(thing: object, *sources: Value, at: Origin | None = None) -> Value:
    """The abstract value of a plain one, every part of it made from `sources`."""
    origins, reads = merge_origins(sources, at), merge_reads(sources)
    budget = [MAX_ELEMENTS]

    def inner(part: object, depth: int) -> Value:
        budget[0] -= 1
        if budget[0] < 0 or depth > MAX_DEPTH:
            return Unknown("too large to be followed", origins=origins, reads=reads)
        if isinstance(part, Choice):
            return Choice(options=part.options, origins=origins, reads=reads)
        if isinstance(part, Value):
            return part
        if isinstance(part, Mapping):
            kind = type(part).__name__ if type(part) in (OrderedDict, Counter) else "dict"
            return Table({key: inner(entry, depth + 1) for key, entry in part.items()}, kind=kind, origins=origins, reads=reads)
        if type(part) in (list, tuple, set, frozenset):
            return Items([inner(item, depth + 1) for item in part], type(part).__name__, origins=origins, reads=reads)  # type: ignore[attr-defined]
        if isinstance(part, (str, bytes)) and len(part) > MAX_TEXT:
            return Unknown("too large to be followed", origins=origins, reads=reads)
        return Scalar(part, origins=origins, reads=reads)

    return inner(thing, 0)


def parts(value: Value) -> list[Value]:
    """The value and what is inside of it, as far as bounds allow: where its provenance comes from."""
    return plainness.inside(value)


def answer(call: Call, thing: object) -> Value:
    """A known answer of any shape, worked out from the arguments."""
    return lift(thing, *(part for source in call.sources() for part in parts(source)), at=call.at)


def pure(name: str, function: Callable[..., object], *, strict: bool = False) -> None:
    """Model `name` by a function without side effects, called when all its arguments are known. A `strict` one raises `ValueError` where the real
    one does and nowhere else."""

    def model(call: Call) -> Value:
        return apply(call, function, strict=strict)

    MODELS.functions[name] = model
    MODELS.pure.add(name)


def apply(call: Call, function: Callable[..., object], *, strict: bool = False) -> Value:
    """Call the function with the plain arguments (after the receiver, if there is one)."""
    if call.open:
        return call.unknown(f"the arguments of {call.name} are not all known")
    receiver = [] if call.receiver is None else [call.receiver]
    try:
        args = [_in_order(value) for value in [*receiver, *call.args]]
        keywords = {key: plain(value) for key, value in call.keywords.items()}
        return answer(call, function(*args, **keywords))
    except NotKnownError as doubt:
        return unknown(f"{call.name} of something not known", doubt.value, *call.sources(), at=call.at)
    except RAISED as error:
        message = f"{call.name} raises {type(error).__name__}"
        if strict and isinstance(error, (ValueError, SyntaxError)):
            return call.run.fail("SyntaxError" if isinstance(error, SyntaxError) else "ValueError", message, *call.sources(), at=call.at)
        return call.unknown(message)


def instance(
    call: Call,
    dotted: str,
    args: list[Value] | None = None,
    keywords: dict[str, Value] | None = None,
    attributes: dict[str, Value] | None = None,
) -> Instance:
    """An object of a modelled class; `args` and `keywords` are the call's own where no `args` are given."""
    kept, named = (call.args, call.keywords) if args is None else (args, keywords or {})
    origins, reads = merge_origins(call.sources(), call.at), merge_reads(call.sources())
    return Instance(Symbol(dotted), list(kept), dict(named), attributes or {}, origins=origins, reads=reads)


def named(home: str, words: str) -> list[str]:
    """The dotted names of these words in a module or class."""
    return [f"{home}.{word}" if home else word for word in words.split()]


def constants(home: str, words: str, module: object) -> None:
    """Take these constants of a module of the standard library as they are."""
    for word in words.split():
        MODELS.constants[f"{home}.{word}"] = getattr(module, word)


def never(reason: str, *names: str) -> None:
    """Models that say why their answer cannot be known."""
    for name in names:
        MODELS.functions[name] = _saying(reason)


def _saying(reason: str) -> Callable[[Call], Value]:
    def model(call: Call) -> Value:
        return Answer(reason, call.name, origins=merge_origins(call.sources(), call.at), reads=merge_reads(call.sources()))

    return model


def builtin(value: Value | None) -> str | None:
    """The name of a builtin class or function: `bool` for `builtins.bool`."""
    if isinstance(value, Symbol) and value.dotted.startswith("builtins."):
        return value.dotted[len("builtins.") :]
    return None


def text_of(value: Value | None) -> str | None:
    """The known string in a value, if it is one."""
    return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None


def path_of(value: Value | None) -> str | None:
    """The known path in a string, a `pathlib` path or an `environ.Path`."""
    if isinstance(value, Instance):
        return text_of(value.attributes.get("__root__"))
    if isinstance(value, Scalar) and isinstance(value.value, (str, PurePosixPath)):
        return str(value.value)
    return None


def caller_file(call: Call) -> str:
    """The absolute path of the file that makes the call."""
    return posixpath.join(call.run.root, call.at.path)


def caller_folder(call: Call) -> str:
    """The folder of the file that makes the call."""
    return posixpath.dirname(caller_file(call))


def up_to_root(call: Call, folder: str) -> list[str]:
    """The folder and its parents, as far as the checkout's root; none where it is outside."""
    found = []
    here = posixpath.normpath(folder)
    while here == call.run.root or here.startswith(call.run.root + "/"):
        found.append(here)
        here = posixpath.dirname(here)
    return found


def _file_named_by(path: Value | None) -> str:
    variables = [read.name for read in path.reads if read.kind == "variable"] if path is not None else []
    return f"the file that {variables[0]} names" if variables else "a file"


def outside_file(call: Call, path: Value | None, what: str = "") -> Unknown:
    """What is read from a file that is not part of the checkout: not known, and not a literal either."""
    name = path_of(path)
    shown = what or (name if name is not None else _file_named_by(path))
    if name is not None and name.startswith(call.run.root + "/"):
        shown = name[len(call.run.root) + 1 :]
    sources = call.sources()
    read = Read(shown, present=True, at=call.at, kind="file")
    return Unknown(
        f"read from {shown}, which is not part of the checkout", origins=merge_origins(sources, call.at), reads=(*merge_reads(sources), read)
    )
