"""django-environ's `Path` and `read_env`."""

from __future__ import annotations

import posixpath
import re

from ready_gate.facts.python.libraries import Call, attributes, models, version
from ready_gate.facts.python.libraries.files import content, path_in
from ready_gate.facts.python.libraries.lifting import caller_folder, instance, path_of
from ready_gate.facts.python.libraries.reading import doubt_variables, load_variables
from ready_gate.facts.python.values import Choice, Scalar, Value, scalar
from ready_gate.model import Origin

PATH = "environ.Path"
MAX_LINE = 20_000
ALWAYS_COMMENTS, ASKED_COMMENTS = (0, 11), (0, 12)  # what stands after a `#` is cut off by 0.11 always, later where it is asked for
LINE = re.compile(r"(?:export )?([A-Za-z_0-9]+)=(.*)", re.S)


def read_lines(text: str, *, comments: bool = False) -> dict[str, tuple[str, int]]:
    """The variables of a file in django-environ's own format, with their lines."""
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = LINE.fullmatch(line) if len(line) <= MAX_LINE else None
        if match:
            found[match[1]] = (_value(match[2], comments=comments), number)
    return found


def _value(text: str, *, comments: bool) -> str:
    if comments:
        quoted = re.fullmatch(r"\s*'(.*)'\s*(?:#.*)?", text)
        text = quoted[1] if quoted else text.partition("#")[0]
    elif len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", lambda match: match[0] if match[1] in "rnt" else match[1], text[1:-1])
    return text


@models("environ.Env.read_env")
def read_env(call: Call) -> Value:
    """A file of the checkout adds what production does not set already; one that is not there changes nothing here."""
    overwrite, comments = (call.plain(position, name, False) is True for position, name in ((1, "overwrite"), (2, "parse_comments")))
    pinned = version(call.run, "django-environ") or (99,)
    comments = comments or ALWAYS_COMMENTS <= pinned < ASKED_COMMENTS
    given = call.argument(0, "env_file")
    if isinstance(given, Choice):
        for option in given.options:
            doubt_variables(call, given, read_lines(content(call, option) or "", comments=comments))
    else:
        file = given if given is not None and getattr(given, "value", 0) is not None else Scalar(posixpath.join(caller_folder(call), ".env"))
        for name, (value, line) in read_lines(content(call, file) or "", comments=comments).items():
            load_variables(call, _place(call, file, line), {name: value}, override=overwrite)
    options = ("env_file", "overwrite", "parse_comments", "encoding")
    extra = {name: str(value.value) for name, value in call.keywords.items() if name not in options and isinstance(value, Scalar)}
    load_variables(call, Scalar(origins=(call.at,)), extra, override=overwrite)
    return call.known(None)


def _place(call: Call, file: Value, line: int) -> Value:
    path = posixpath.normpath(path_of(path_in(file)) or "")
    inside = path.startswith(call.run.root + "/")
    return Scalar(path, origins=(Origin(path[len(call.run.root) + 1 :], line),) if inside else (call.at,))


def _joined(call: Call, start: Value | None, more: list[Value]) -> Value:
    texts = [path_of(part) for part in ([start] if start is not None else []) + more]
    known = [text for text in texts if text is not None]
    whole = posixpath.join(*known) if known else ""
    if len(known) != len(texts) or not whole.startswith("/") or call.open:
        return call.unknown("a path relative to the folder the server is started in")
    return scalar(posixpath.normpath(whole), *call.sources(), at=call.at)


def _path(call: Call, root: Value) -> Value:
    return instance(call, PATH, [root], {}, {"__root__": root}) if isinstance(root, Scalar) else root


def _root(call: Call) -> Value | None:
    return getattr(call.receiver, "attributes", {}).get("__root__")


@models(PATH)
def make(call: Call) -> Value:
    """`environ.Path(__file__)`, always absolute."""
    if call.keywords.keys() - {"is_file", "required"}:
        return call.unknown("a path with options that are not followed")
    start = call.args[0] if call.args else None
    if call.plain(99, "is_file", False) is True and path_of(start) is not None:
        start = scalar(posixpath.dirname(path_of(start) or ""), *call.sources(), at=call.at)
    return _path(call, _joined(call, start, call.args[1:]))


@models(f"{PATH}.path")
def deeper(call: Call) -> Value:
    """A path below."""
    return _path(call, _joined(call, _root(call), call.args))


@models(f"{PATH}.__call__")
def joined_text(call: Call) -> Value:
    """The joined path as text."""
    return _joined(call, _root(call), call.args)


@models(f"{PATH}.__add__", f"{PATH}.__truediv__")
def plus(call: Call) -> Value:
    """`path + "part"`."""
    return _path(call, _joined(call, _root(call), call.args))


@models(f"{PATH}.__sub__")
def minus(call: Call) -> Value:
    """`path - 2`, two folders up."""
    steps = call.plain(0)
    if not isinstance(steps, int) or not 0 <= steps <= 50:
        return call.unknown("a path with something taken off that is not known")
    return _path(call, _joined(call, _root(call), [Scalar("../" * steps)]))


@models(f"{PATH}.__invert__")
def parent(call: Call) -> Value:
    """`~path`, one folder up."""
    return _path(call, _joined(call, _root(call), [Scalar("..")]))


@models(f"{PATH}.__str__", f"{PATH}.__fspath__")
def shown(call: Call) -> Value:
    """The path as text."""
    return _root(call) or call.unknown("a path that is not known")


@models(f"{PATH}.__eq__", f"{PATH}.__ne__")
def same(call: Call) -> Value:
    """Compared by text."""
    one, other = path_of(call.receiver), path_of(call.args[0])
    return call.unknown("a path that is not known") if one is None or other is None else call.known((one == other) == call.name.endswith("__eq__"))


@attributes(f"{PATH}.root")
def root(call: Call) -> Value:
    """The path as text."""
    return shown(call)
