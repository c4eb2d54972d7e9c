"""`dotenv`: files of the checkout that the project loads add variables that production does not set already."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Mapping
from pathlib import PurePosixPath

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.files import content
from ready_gate.facts.python.libraries.lifting import caller_folder, outside_file, path_of, text_of, up_to_root
from ready_gate.facts.python.libraries.reading import doubt_variables, load_variables
from ready_gate.facts.python.values import Choice, Scalar, Table, Unknown, Value, scalar
from ready_gate.facts.views import Variable
from ready_gate.model import Origin

MAX_EXPANSION = 100_000
PRODUCTION_FILES = (".env", ".env.production", ".env.prod")
_PATH = "dotenv_path"


def raw_values(text: str) -> dict[str, tuple[str | None, int]]:
    """The names of a file with their raw values and lines, by python-dotenv's own grammar; broken lines are left out."""
    from dotenv.parser import parse_stream

    bindings = [binding for binding in parse_stream(io.StringIO(text)) if not binding.error and binding.key is not None]
    return {str(binding.key): (binding.value, binding.original.line) for binding in bindings}


def expanded(values: Mapping[str, str | None], environment: Mapping[str, Variable], *, override: bool) -> dict[str, str | Unknown | None]:
    """The values with `${NAME}` filled in: from the file first where it overrides, else from the environment first."""
    from dotenv.variables import Literal, parse_variables

    done: dict[str, str | Unknown | None] = {}
    for name, value in values.items():
        pieces: list[str] = []
        doubt: Unknown | None = None
        for atom in parse_variables(value or ""):
            if isinstance(atom, Literal):
                pieces.append(atom.value)
                continue
            key, default = getattr(atom, "name", ""), getattr(atom, "default", None)
            outer = environment[key].value if key in environment else None
            first, second = (done.get(key), outer) if override else (outer, done.get(key))
            filled = first if first is not None else second if second is not None else default
            doubt = filled if isinstance(filled, Unknown) else doubt
            if filled is None and key not in done:
                doubt = Unknown(f"made from the variable {key}, which is not known")
            pieces.append(filled if isinstance(filled, str) else "")
        size = sum(len(piece) for piece in pieces)
        done[name] = None if value is None else doubt or (Unknown("too large to be followed") if size > MAX_EXPANSION else "".join(pieces))
    return done


def parsed(call: Call, text: str, *, override: bool, interpolate: bool = True) -> dict[str, str | Unknown | None]:
    """What python-dotenv makes of a text in this environment."""
    values = {name: value for name, (value, _) in raw_values(text).items()}
    return expanded(values, call.run.environment, override=override) if interpolate else dict(values)


def found_upwards(call: Call, folder: str, name: str = ".env") -> Value | None:
    """The path of the file in the folder or the next one above it; None where the checkout has none."""
    for here in up_to_root(call, folder):
        path = scalar(posixpath.join(here, name), at=call.at)
        if call.run.read_text(path) is not None:
            return path
    return None


@models("dotenv.find_dotenv", "dotenv.main.find_dotenv")
def find(call: Call) -> Value:
    """The nearest file upwards from the calling one."""
    name = call.plain(0, "filename", ".env")
    if not isinstance(name, str) or call.plain(2, "usecwd", False) is not False or call.open:
        return call.unknown("a file looked for from the folder the server is started in")
    return found_upwards(call, caller_folder(call), name) or call.unknown(f"whether the server has a {name} file is not known")


def _given_text(call: Call) -> tuple[str | None, Value | None]:
    """The text to load, and its path."""
    path, stream = call.argument(0, _PATH), call.argument(1, "stream")
    if isinstance(path, Scalar) and path.value is None:
        path = None
    if path is None and stream is not None and text_of(stream) is None:
        return content(call, stream), stream
    if path is None:
        path = found_upwards(call, caller_folder(call))
    return (call.run.read_text(path) if path is not None and path_of(path) else None), path


def _flag(call: Call, position: int, name: str, default: bool) -> bool:
    return call.plain(position, name, default) is True


@models("dotenv.load_dotenv", "dotenv.main.load_dotenv")
def load_dotenv(call: Call) -> Value:
    """A file that is not part of the checkout changes nothing here: production's variables are given by other means."""
    override, interpolate = _flag(call, 3, "override", False), _flag(call, 4, "interpolate", True)
    chosen = call.argument(0, _PATH)
    if isinstance(chosen, Choice):
        return _load_one_of(call, chosen)
    text, path = _given_text(call)
    if text is None or path is None:
        return call.unknown("whether the server has the file is not known")
    return call.known(load_text(call, path, text, override=override, interpolate=interpolate))


def load_text(call: Call, path: Value, text: str, *, override: bool, interpolate: bool = True) -> bool:
    """Add the variables of a text to the environment; whether there are any."""
    lines = {name: line for name, (_, line) in raw_values(text).items()}
    values = parsed(call, text, override=override, interpolate=interpolate)
    for name, value in values.items():
        if value is not None:
            load_variables(call, _placed(call, path, lines[name]), {name: value}, override=override)
    return bool(values)


def load_file(call: Call, path: PurePosixPath, *, upwards: bool, override: bool) -> None:
    """Add the variables of a file to the environment, or of the one with its name in the nearest folder above."""
    folders = up_to_root(call, str(path.parent)) if upwards else [str(path.parent)]
    for folder in folders:
        place = Scalar(posixpath.join(folder, path.name))
        text = call.run.read_text(place)
        if text is not None:
            load_text(call, place, text, override=override)
            return


def _placed(call: Call, path: Value, line: int) -> Value:
    text = path_of(path) or ""
    if not text.startswith(call.run.root + "/"):
        return Scalar(text, origins=(call.at,))
    return Scalar(text, origins=(Origin(text[len(call.run.root) + 1 :], line),))


def _load_one_of(call: Call, chosen: Choice) -> Value:
    for option in chosen.options:
        text = call.run.read_text(option) if path_of(option) else None
        if text is not None:
            doubt_variables(call, chosen, raw_values(text))
    return call.unknown("which file is loaded is not known")


@models("dotenv.dotenv_values", "dotenv.main.dotenv_values")
def dotenv_values(call: Call) -> Value:
    """The file as a dict."""
    text, path = _given_text(call)
    if text is None or path is None:
        if call.run.bare:
            return Table({}, origins=(call.at,))
        missing = outside_file(call, path, "" if path is not None else ".env")
        return Table(_of_production(call, path), rest=missing.reason, origins=missing.origins, reads=missing.reads)
    values = parsed(call, text, override=True, interpolate=_flag(call, 3, "interpolate", True))
    entries: dict[object, Value] = {name: value if isinstance(value, Unknown) else scalar(value, path, at=call.at) for name, value in values.items()}
    return Table(entries, origins=(call.at,))


def _of_production(call: Call, path: Value | None) -> dict[object, Value]:
    """What production's environment holds stands in the file of this name on the server; what else stands there is not known."""
    if path is not None and posixpath.basename(path_of(path) or "") not in PRODUCTION_FILES:
        return {}
    names = [name for name in call.run.environment if name not in call.run.start]
    return {name: call.run.read_variable(Scalar(name), call.at, None) for name in names}


@models("dotenv.get_key", "dotenv.main.get_key")
def get_key(call: Call) -> Value:
    """One value of a file."""
    text, path = _given_text(call)
    name = call.plain(1, "key_to_get")
    if text is None or path is None or not isinstance(name, str):
        return outside_file(call, path)
    value = parsed(call, text, override=True).get(name)
    return value if isinstance(value, Unknown) else scalar(value, path, at=call.at)


MODELS.aliases |= {"dotenv.read_dotenv": "dotenv.load_dotenv"}
