"""`split_settings.tools.include` and `optional`: other files run in the namespace of the caller."""

from __future__ import annotations

import fnmatch
import posixpath

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import caller_folder, path_of, text_of
from ready_gate.facts.python.values import Instance, Scalar, Symbol, Value, scalar

OPTIONAL = "split_settings.tools.optional"
MAX_FILES = 500
MODELS.aliases |= {"split_settings.optional": OPTIONAL, "split_settings.include": "split_settings.tools.include"}


@models(OPTIONAL)
def optional(call: Call) -> Value:
    """A file that may be missing: kept with its name."""
    return Instance(Symbol(OPTIONAL), list(call.args), dict(call.keywords), origins=(call.at,))


@models(f"{OPTIONAL}.__str__")
def optional_text(call: Call) -> Value:
    """The name."""
    return call.receiver.args[0] if isinstance(call.receiver, Instance) and call.receiver.args else call.unknown("a file that is not known")


def _pattern(value: Value) -> tuple[str | None, bool]:
    """The path or pattern, and whether it may be missing."""
    if isinstance(value, Instance) and isinstance(value.type, Symbol) and value.type.dotted == OPTIONAL:
        given = value.args[0] if value.args else value.keywords.get("filename")
        empty = isinstance(given, Scalar) and given.value is None
        return ("" if empty else path_of(given)), True
    return path_of(value), False


def matching(call: Call, pattern: str) -> list[str] | None:
    """The files of the checkout under an absolute pattern, in the order of their names; None where that cannot be told."""
    head, tail = posixpath.split(pattern)
    if any(sign in head for sign in "*?["):
        return None
    if not any(sign in tail for sign in "*?["):
        return [pattern] if call.run.exists(Scalar(pattern)) else []
    hidden = tail.startswith(".")
    names = [name for name in call.run.list_folder(Scalar(head)) or [] if hidden or not name.startswith(".")]
    return [posixpath.join(head, name) for name in names if fnmatch.fnmatchcase(name, tail)][:MAX_FILES]


@models("split_settings.tools.include")
def include(call: Call) -> Value:
    """`include("base.py", "components/*.py", optional("local.py"), scope=globals())`, relative to the calling file."""
    names = call.run.caller_names(call)
    done = names.setdefault("__included_files__", Instance(Symbol("split_settings.IncludedFiles")))
    seen = done.attributes if isinstance(done, Instance) else {}
    for argument in call.args:
        pattern, may_miss = _pattern(argument)
        if pattern == "":
            continue
        files = matching(call, posixpath.join(caller_folder(call), pattern)) if pattern is not None else None
        if files is None or (not files and not may_miss):
            call.run.run_file(call.unknown("the files that split-settings includes are not all known"), call)
        for path in [posixpath.normpath(file) for file in files or []]:
            if path not in seen:
                seen[path] = Scalar(True)
                call.run.run_file(scalar(path, argument, at=call.at), call)
    if call.open:
        call.run.run_file(call.unknown("the files that split-settings includes are not all known"), call)
    return call.known(None)


@models("split_settings.IncludedFiles.__contains__")
def included(call: Call) -> Value:
    """Whether a file was included before."""
    text = text_of(call.args[0])
    return call.known(isinstance(call.receiver, Instance) and text in call.receiver.attributes)
