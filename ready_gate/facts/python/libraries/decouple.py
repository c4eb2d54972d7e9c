"""python-decouple: `config`, `Csv`, `Choices`, and the repositories behind them."""

from __future__ import annotations

import posixpath
import string
from dataclasses import replace
from shlex import shlex

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.lifting import builtin, caller_folder, instance, outside_file, path_of, text_of, up_to_root
from ready_gate.facts.python.libraries.reading import look_up
from ready_gate.facts.python.values import Instance, Items, Scalar, Symbol, Unknown, Value, scalar, unknown
from ready_gate.facts.views import Read
from ready_gate.model import Origin

TRUE_WORDS, FALSE_WORDS = ("y", "yes", "t", "true", "on", "1"), ("n", "no", "f", "false", "off", "0")
MAX_CSV = 100_000
AUTO, CONFIG = "decouple.AutoConfig", "decouple.Config"
MODELS.aliases |= {"decouple.config.get": f"{CONFIG}.get"}


def read_lines(text: str) -> dict[str, tuple[str, int]]:
    """The variables of a `.env` file in decouple's own format, with their lines."""
    found: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#") or "=" not in line:
            continue
        name, _, value = line.partition("=")
        value = value.strip()
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
            value = value[1:-1]
        found[name.strip()] = (value, number)
    return found


@models(AUTO, CONFIG, "decouple.RepositoryEnv", "decouple.RepositoryIni", "decouple.RepositorySecret", "decouple.RepositoryEmpty")
def make(call: Call) -> Value:
    """Kept with what it was made from."""
    return call.unknown("a repository that is not known") if call.open else instance(call, call.name)


def _file_value(call: Call, name: str) -> Value | None:
    """What the repository's file says of the variable; None where the checkout has no such file or it does not say."""
    receiver = call.receiver
    kind = receiver.type.dotted if isinstance(receiver, Instance) and isinstance(receiver.type, Symbol) else AUTO
    if kind == CONFIG and isinstance(receiver, Instance):
        return _repository_value(call, receiver.args[0] if receiver.args else receiver.keywords.get("repository"), name)
    start = receiver.args[0] if isinstance(receiver, Instance) and receiver.args else None
    folder = caller_folder(call) if start is None else path_of(start)
    for here in up_to_root(call, folder) if folder is not None else []:
        for file, read in (("settings.ini", _from_ini), (".env", _from_env)):
            path = Scalar(posixpath.join(here, file))
            if call.run.read_text(path) is not None:
                return read(call, path, name)
    return None


def _repository_value(call: Call, repository: Value | None, name: str) -> Value | None:
    if not isinstance(repository, Instance) or not isinstance(repository.type, Symbol):
        return unknown("a repository that is not known", at=call.at)
    path = repository.args[0] if repository.args else repository.keywords.get("source")
    if repository.type.dotted == "decouple.RepositoryEmpty":
        return None
    if repository.type.dotted == "decouple.RepositorySecret":
        return outside_file(call, path, "/run/secrets")
    if path is None or path_of(path) is None:
        return unknown("a repository that is not known", at=call.at)
    return (_from_ini if repository.type.dotted.endswith("Ini") else _from_env)(call, path, name)


def _place(call: Call, path: Value, line: int | None) -> Scalar:
    text = path_of(path) or ""
    inside = text.startswith(call.run.root + "/")
    return Scalar(text, origins=(Origin(text[len(call.run.root) + 1 :], line) if inside else call.at,))


def _read(call: Call, path: Value, name: str, text: str, line: int | None) -> Value:
    """A variable's text, with the read noted: the file gives it, as `load_dotenv` would."""
    place = _place(call, path, line)
    return scalar(text, replace(place, reads=(Read(name, True, call.at, place.origins[-1]),)), at=call.at)


def _from_env(call: Call, path: Value, name: str) -> Value | None:
    text = call.run.read_text(path)
    if text is None:
        return None
    found = read_lines(text).get(name)
    return None if found is None else _read(call, path, name, *found)


def _from_ini(call: Call, path: Value, name: str) -> Value | None:
    import configparser

    text = call.run.read_text(path)
    parser = configparser.ConfigParser()
    try:
        parser.read_string(text or "")
        if not parser.has_option("settings", name):
            return None
        return _read(call, path, name, parser.get("settings", name), None)
    except configparser.Error:
        return unknown("a settings.ini that cannot be read", at=call.at)


@models("decouple.config", f"{AUTO}.__call__", f"{CONFIG}.__call__", f"{CONFIG}.get")
def config(call: Call) -> Value:
    """`config(name, default=undefined, cast=undefined)`: the cast is applied to the default as well."""
    name, default, cast = call.argument(0, "option"), call.argument(1, "default"), call.argument(2, "cast")
    text = text_of(name)
    if name is None or text is None or call.open:
        return call.unknown("a variable whose name is not known")
    in_file = _file_value(call, text) if text not in call.run.environment and text not in call.run.doubtful else None
    value = in_file if in_file is not None else look_up(call, name, default).value
    return value if cast is None or isinstance(value, Unknown) else _cast(call, value, cast)


def _cast(call: Call, value: Value, cast: Value) -> Value:
    if builtin(cast) == "bool":
        return _boolean(call, value)
    return call.run.call(cast, [value], {}, call.at)


def _boolean(call: Call, value: Value) -> Value:
    if not isinstance(value, Scalar):
        return unknown("a truth value of something not known", value, at=call.at)
    word = str(value.value).lower()
    if word not in (*TRUE_WORDS, *FALSE_WORDS, ""):
        return unknown("the value is no truth value that decouple knows", value, at=call.at)
    return scalar(word in TRUE_WORDS, value, at=call.at)


@models("decouple.strtobool")
def strtobool(call: Call) -> Value:
    """`decouple.strtobool(value)`."""
    return _boolean(call, call.args[0]) if call.args and call.plain(0) != "" else call.unknown("no truth value")


@models("decouple.Csv", "decouple.Choices")
def make_cast(call: Call) -> Value:
    """Kept with its arguments until it is called."""
    return call.unknown("a cast with arguments that are not known") if call.open else instance(call, call.name)


def _option(call: Call, position: int, name: str) -> Value | None:
    receiver = call.receiver
    if not isinstance(receiver, Instance):
        return None
    return receiver.args[position] if position < len(receiver.args) else receiver.keywords.get(name)


@models("decouple.Csv.__call__")
def csv(call: Call) -> Value:
    """The text split as a shell would, each part stripped and cast."""
    value = call.args[0] if call.args else Scalar(None)
    cast, delimiter, strip, after = (_option(call, position, name) for position, name in enumerate(("cast", "delimiter", "strip", "post_process")))
    text = text_of(value)
    separator, blank = (_text_or(option, fallback) for option, fallback in ((delimiter, ","), (strip, string.whitespace)))
    empty = isinstance(value, Scalar) and value.value is None
    if (text is None and not empty) or separator is None or blank is None or len(text or "") > MAX_CSV:
        return unknown("a list split from something not known", value, at=call.at)
    try:
        words = [word.strip(blank) for word in _split(text or "", separator)]
    except ValueError:
        return unknown("a list with an open quote", value, at=call.at)
    items: list[Value] = [scalar(word, value, at=call.at) for word in words]
    if cast is not None and builtin(cast) != "str":
        items = [call.run.call(cast, [item], {}, call.at) for item in items]
    made = Items(items, "list", origins=value.origins, reads=value.reads)
    return made if after is None or builtin(after) == "list" else call.run.call(after, [made], {}, call.at)


def _text_or(option: Value | None, fallback: str) -> str | None:
    return fallback if option is None else text_of(option)


def _split(text: str, separator: str) -> list[str]:
    splitter = shlex(text, posix=True)
    splitter.whitespace = separator
    splitter.whitespace_split = True
    return list(splitter)


@models("decouple.Choices.__call__")
def choice(call: Call) -> Value:
    """The cast value, where it is one of the choices."""
    value, cast = call.args[0], _option(call, 1, "cast")
    value = call.run.call(cast if cast is not None else Symbol("builtins.str"), [value], {}, call.at)
    flat, pairs = call.run.iterate(_option(call, 0, "flat") or Items()), call.run.iterate(_option(call, 2, "choices") or Items())
    allowed = [*(flat or []), *(pair.items[0] for pair in pairs or [] if isinstance(pair, Items) and pair.items)]
    if isinstance(value, Scalar) and any(isinstance(one, Scalar) and one.value == value.value for one in allowed):
        return value
    return unknown("the value is not one of the choices, as far as they are known", value, at=call.at)
