"""`open()` and what it gives: texts of the checkout's own files."""

from __future__ import annotations

import io

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import answer, instance, outside_file, path_of, text_of
from ready_gate.facts.python.values import Items, Scalar, Unknown, Value, unknown

FILE = "io.TextIOWrapper"


@models("builtins.open", "io.open", "codecs.open", "pathlib.Path.open")
def open_file(call: Call) -> Value:
    """A file object that knows its path. Whether it can be read shows when it is."""
    path = call.receiver if call.receiver is not None else call.argument(0, "file") or call.argument(0, "filename")
    mode = call.plain(0 if call.receiver is not None else 1, "mode", "r")
    if path is None or call.open or not isinstance(mode, str):
        return call.unknown("a file whose path is not known")
    if not set(mode) & set("wax+"):
        call.run.absent(path, call.at)
    return instance(call, FILE, [path, Scalar(mode)])


@models("io.StringIO")
def string_io(call: Call) -> Value:
    """A stream over a text."""
    return instance(call, FILE, [Scalar(None), Scalar("r")], {}, {"text": call.argument(0, "initial_value") or Scalar("")})


def content(call: Call, file: Value | None) -> str | None:
    """The text in a file object or under a path, None where it is not part of the checkout or not known."""
    if file is None:
        return None
    attributes = getattr(file, "attributes", {})
    if "text" in attributes:
        return text_of(attributes["text"])
    args = getattr(file, "args", None)
    path = args[0] if args and path_of(file) is None else file
    return call.run.read_text(path) if path_of(path) is not None else None


def path_in(file: Value | None) -> Value | None:
    """The path of a file object, or the path itself."""
    args = getattr(file, "args", None)
    return args[0] if args and path_of(file) is None else file


def _spend(call: Call, *, whole: bool) -> str | None:
    """The text, unless the file was already read from: positions are not followed."""
    attributes = getattr(call.receiver, "attributes", {})
    text = None if "position" in attributes else content(call, call.receiver)
    if whole or text is not None:
        attributes["position"] = Scalar(1)
    return text


def _unreadable(call: Call) -> Unknown:
    if text_of(getattr(call.receiver, "attributes", {}).get("text")) is not None:
        return unknown("the rest of a stream that was read from", at=call.at)
    return outside_file(call, path_in(call.receiver))


@models(f"{FILE}.read", f"{FILE}.getvalue")
def read(call: Call) -> Value:
    """The whole text (bytes in a binary mode)."""
    text = _spend(call, whole=True) if not call.args else None
    if text is None:
        return _unreadable(call)
    mode = text_of(getattr(call.receiver, "args", [Scalar(None)] * 2)[1]) or "r"
    return call.known(text.encode() if "b" in mode else text)


@models(f"{FILE}.readlines", f"{FILE}.__iter__")
def lines(call: Call) -> Value:
    """The lines with their ends."""
    text = _spend(call, whole=True)
    if text is None:
        missing = _unreadable(call)
        return Items([], "list", rest=missing.reason, origins=missing.origins, reads=missing.reads)
    return answer(call, list(io.StringIO(text)))


@models(f"{FILE}.readline")
def first_line(call: Call) -> Value:
    """The first line."""
    text = _spend(call, whole=False)
    return _unreadable(call) if text is None else call.known(next(iter(io.StringIO(text)), ""))


@models(f"{FILE}.__enter__")
def enter(call: Call) -> Value:
    """`with open(…) as file`."""
    return call.receiver if call.receiver is not None else call.unknown("a file that is not known")


@models(f"{FILE}.close", f"{FILE}.write", f"{FILE}.flush", f"{FILE}.writelines", f"{FILE}.__exit__")
def no_answer(call: Call) -> Value:
    """Nothing that a name could hold."""
    return call.known(None)


@models(f"{FILE}.seek")
def seek(call: Call) -> Value:
    """Back to the start, or to somewhere not followed."""
    if call.plain(0) == 0:
        getattr(call.receiver, "attributes", {}).pop("position", None)
    return call.known(0)


MODELS.aliases |= {"io.BufferedReader": FILE, "codecs.StreamReaderWriter": FILE}
