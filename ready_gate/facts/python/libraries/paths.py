"""`os.path` and `pathlib`. A path is a `PurePosixPath`, absolute where it derives from `__file__`; files are looked at only through the run.

Relative paths stay relative: the folder the server is started in is not known, so `abspath` and `resolve` of one are not known either.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import PurePosixPath

from ready_gate.facts.python.libraries import MODELS, Call, attributes, models
from ready_gate.facts.python.libraries.lifting import RAISED, answer, constants, named, never, outside_file, path_of, text_of
from ready_gate.facts.python.values import Value

STARTED_IN = "a relative path, and the folder the server is started in is not known"


def texts(call: Call) -> list[str] | None:
    """The known paths among the receiver and the arguments; None where one is not known."""
    found = [path_of(value) for value in ([call.receiver] if call.receiver is not None else []) + call.args]
    return None if call.open or call.keywords or None in found else [text for text in found if text is not None]


def textual(name: str, function: Callable[..., object]) -> None:
    """Model a function of `os.path` that only works on texts."""

    def model(call: Call) -> Value:
        paths = texts(call)
        if paths is None:
            return call.unknown(f"{name} of something not known")
        try:
            return answer(call, function(*paths))
        except RAISED as error:
            return call.unknown(f"{name} raises {type(error).__name__}")

    MODELS.functions[name] = model
    MODELS.pure.add(name)


for _name in ("join", "dirname", "basename", "normpath", "splitext", "split", "isabs", "normcase", "commonprefix"):
    textual(f"os.path.{_name}", getattr(posixpath, _name))
textual("os.fspath", str)
constants("os.path", "sep pardir curdir pathsep extsep altsep defpath devnull", posixpath)
MODELS.aliases |= {"posixpath": "os.path", "ntpath": "os.path.windows"}
never("depends on the server's user", "os.path.expanduser", *named("pathlib.Path", "home expanduser owner group"))
never("the folder the server is started in is not known", "pathlib.Path.cwd")
never("depends on the server's files", *named("os.path", "getmtime getsize getctime ismount islink samefile"))
never("depends on the server's files", *named("pathlib.Path", "glob rglob iterdir stat lstat"))


@models("os.path.abspath", "os.path.realpath", "os.path.relpath")
def absolute_text(call: Call) -> Value:
    """Of absolute paths only. Links are not followed: what they point to in production is not known, and they hardly ever matter."""
    path = path_of(call.argument(0, "path"))
    start = path_of(call.argument(1, "start")) if call.name.endswith("relpath") else "/"
    if path is None or start is None or call.open:
        return call.unknown(f"{call.name} of something not known")
    if not path.startswith("/") or not start.startswith("/"):
        return call.unknown(STARTED_IN)
    return call.known(posixpath.relpath(path, start) if call.name.endswith("relpath") else posixpath.normpath(path))


@models("os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.lexists", "pathlib.Path.exists", "pathlib.Path.is_file", "pathlib.Path.is_dir")
def exists(call: Call) -> Value:
    """Whether it is there in production: known only of what the checkout holds."""
    path = call.receiver or call.argument(0, "path")
    if path is None or path_of(path) is None:
        return call.unknown("whether a path exists that is not known")
    found = call.run.exists(path)
    if found is None:
        shown = posixpath.normpath(path_of(path) or "").removeprefix(f"{call.run.root}/")
        return call.unknown(f"whether {shown} exists on the server is not known")
    if found and call.name.endswith(("isdir", "is_dir", "isfile", "is_file")):
        folder, file = call.run.list_folder(path) is not None, call.run.read_text(path) is not None
        if folder == file:
            return call.unknown(f"what {path_of(path)} is on the server is not known")
        return call.known(folder if call.name.endswith("dir") else file)
    return call.known(found)


@models("os.path.expandvars")
def expand_variables(call: Call) -> Value:
    """Only where there is nothing to expand."""
    text = text_of(call.argument(0, "path"))
    return call.known(text) if text is not None and "$" not in text else call.unknown("a path with variables in it")


@models("pathlib.Path")
def path(call: Call) -> Value:
    """The constructor; all flavours are the same here."""
    found = texts(call)
    return call.unknown("a path made from something not known") if found is None else call.known(PurePosixPath(*found))


MODELS.aliases |= {f"pathlib.{_name}": "pathlib.Path" for _name in ("PurePath", "PosixPath", "PurePosixPath")}
MODELS.aliases |= {"pathlib2.Path": "pathlib.Path", "path.Path": "path.Path", "unipath.Path": "unipath.Path"}


@models("pathlib.Path.resolve", "pathlib.Path.absolute")
def resolve(call: Call) -> Value:
    """`resolve()`: without links, of absolute paths."""
    text = path_of(call.receiver)
    if text is None or not text.startswith("/"):
        return call.unknown(STARTED_IN)
    return call.known(PurePosixPath(posixpath.normpath(text) if call.name.endswith("resolve") else text))


@models("pathlib.Path.joinpath", "pathlib.Path.__truediv__", "pathlib.Path.child")
def join(call: Call) -> Value:
    """`joinpath(*parts)` and `/`."""
    found = texts(call)
    return call.unknown("a path joined with something not known") if found is None else call.known(PurePosixPath(*found))


@models("pathlib.Path.__rtruediv__")
def join_right(call: Call) -> Value:
    """`"text" / path`."""
    found = texts(call)
    return call.unknown("a path joined with something not known") if found is None else call.known(PurePosixPath(found[1], found[0]))


def _path_method(name: str) -> None:
    def method(call: Call) -> Value:
        found = texts(call)
        if not found:
            return call.unknown(f"{name} of something not known")
        try:
            return answer(call, getattr(PurePosixPath(found[0]), name)(*found[1:]))
        except RAISED as error:
            return call.unknown(f"{name} raises {type(error).__name__}")

    MODELS.functions[f"pathlib.Path.{name}"] = method


for _name in "as_posix as_uri is_absolute with_name with_suffix with_stem relative_to is_relative_to match __str__ __fspath__".split():  # noqa: SIM905
    _path_method(_name)


def _path_attribute(name: str) -> None:
    def attribute(call: Call) -> Value:
        text = path_of(call.receiver)
        if text is None:
            return call.unknown("a part of a path that is not known")
        thing = getattr(PurePosixPath(text), name)
        return answer(call, tuple(thing) if name == "parents" else list(thing) if name == "suffixes" else thing)

    MODELS.attributes[f"pathlib.Path.{name}"] = attribute


for _name in ("parent", "parents", "name", "stem", "suffix", "suffixes", "parts", "anchor", "root"):
    _path_attribute(_name)


@models("pathlib.Path.read_text", "pathlib.Path.read_bytes")
def read_text(call: Call) -> Value:
    """The text of a file of the checkout."""
    text = call.run.read_text(call.receiver) if call.receiver is not None and path_of(call.receiver) is not None else None
    if text is None:
        return outside_file(call, call.receiver)
    return call.known(text.encode() if call.name.endswith("bytes") else text)


@models("pathlib.Path.mkdir", "pathlib.Path.touch", "pathlib.Path.unlink", "pathlib.Path.write_text", "pathlib.Path.chmod")
def changes_files(call: Call) -> Value:
    """Changes the server's files, not what the names of the program hold."""
    return call.known(None)


@models("pathlib.Path.__iter__")
def no_iteration(call: Call) -> Value:
    """Paths cannot be iterated."""
    return call.unknown("a path is no sequence")


@attributes("pathlib.Path.drive")
def drive(call: Call) -> Value:
    """Always empty on the server."""
    return call.known("")


MODELS.pure |= {name for name in MODELS.functions if name.startswith(("os.path.", "pathlib.")) and not name.endswith((".open", ".mkdir", ".touch"))}
