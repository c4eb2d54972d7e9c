"""django-configurations: its `values`, and the settings that a configuration class stands for.

`resolve` is for whoever reads the settings: given the class that `DJANGO_CONFIGURATION` names, it answers with the names that the package's importer
would give to the module.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.database_urls import OPTIONS, database_value
from ready_gate.facts.python.libraries.lifting import RAISED, instance, lift, named, path_of, text_of
from ready_gate.facts.python.libraries.reading import Found, load_variables, look_up
from ready_gate.facts.python.libraries.service_urls import service_value
from ready_gate.facts.python.libraries.texts import literal
from ready_gate.facts.python.values import Bound, Class, Function, Instance, Items, Scalar, Symbol, Table, Unknown, Value, scalar, unknown
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

VALUES = "configurations.values"
SEQUENCES = {"ListValue": "list", "TupleValue": "tuple", "SetValue": "set", "BackendsValue": "list"}
TEXTS = ("Value", "SecretValue", "EmailValue", "URLValue", "IPValue", "RegexValue", "PathValue")
SERVICES = {"DatabaseURLValue": "DATABASE_URL", "CacheURLValue": "CACHE_URL", "EmailURLValue": "EMAIL_URL", "SearchURLValue": "SEARCH_URL"}
KINDS = "BooleanValue IntegerValue PositiveIntegerValue FloatValue DecimalValue DictValue SingleNestedListValue SingleNestedTupleValue"
ARGUMENTS = ("default", "environ", "environ_name", "environ_prefix", "environ_required")
MODELS.aliases |= {"configurations.base.Configuration": "configurations.Configuration", "configurations.decorators": "configurations"}


@models(*named(VALUES, KINDS), *named(VALUES, " ".join((*SEQUENCES, *TEXTS, *SERVICES))))
def value(call: Call) -> Value:
    """Kept until the name it is bound to is known; one that names its variable, or has none, is worked out at once, as the package does."""
    if call.open:
        return call.unknown("a value with options that are not known")
    made = instance(call, f"{VALUES}.{call.name.rpartition('.')[2]}")
    environ, name, default = _option(made, "environ"), _option(made, "environ_name"), _option(made, "default")
    late = call.name.rpartition(".")[2] in SERVICES or _plain(_option(made, "late_binding"), False) is True
    reads_none = _plain(environ, True) is False and default is not None and call.run.truth(default) is True
    if late or not (reads_none or (name is not None and _plain(environ, True) is True)):
        return made
    return setup(call, made, text_of(name) or "")


def _option(made: Instance, name: str) -> Value | None:
    position = ARGUMENTS.index(name) if name in ARGUMENTS else len(made.args)
    return made.args[position] if position < len(made.args) else made.keywords.get(name)


def _plain(option: Value | None, default: object) -> object:
    return default if option is None else option.value if isinstance(option, Scalar) else ...


def _kind(made: Instance) -> str:
    return made.type.dotted.rpartition(".")[2] if isinstance(made.type, Symbol) else ""


def variable_of(made: Instance, name: str) -> str | None:
    """The variable that a value reads when it is bound to this name; an empty text for none, None where that is not known."""
    service = _kind(made) in SERVICES
    fixed = _plain(_option(made, "environ_name"), SERVICES.get(_kind(made)))
    prefix = _plain(_option(made, "environ_prefix"), None if service else "DJANGO")
    environ = _plain(_option(made, "environ"), True)
    if fixed is ... or prefix is ... or environ is ...:
        return None
    full = str(fixed) if fixed else name.upper()
    full = f"{str(prefix).removesuffix('_')}_{full}" if prefix and str(prefix).removesuffix("_") else full
    return full if environ else ""


def setup(call: Call, made: Instance, name: str) -> Value:
    """What the value becomes when it is bound to this name."""
    kind, variable = _kind(made), variable_of(made, name)
    required = kind == "SecretValue" or _plain(_option(made, "environ_required"), False) is not False
    if variable is None:
        return unknown("a variable whose name is not known", made, at=call.at)
    given = _option(made, "default")
    default = _default(call, made, given if given is not None else scalar(None, made, at=call.at))
    if variable == "":
        return default
    found = look_up(call, variable, None if required else default)
    if found.text is None:
        return found.value
    return _secret(call, found) if kind == "SecretValue" else to_python(call, made, found.value, found.text)


def _secret(call: Call, found: Found) -> Value:
    return found.value if found.text else unknown("an empty secret, which is refused", found.value, at=call.at)


def _default(call: Call, made: Instance, default: Value) -> Value:
    kind, nothing = _kind(made), isinstance(default, Scalar) and default.value is None
    if kind in SEQUENCES:
        return _sequence_default(call, made, default, SEQUENCES[kind])
    if kind == "DictValue" and nothing:
        return Table({}, origins=default.origins, reads=default.reads)
    if kind in SERVICES:
        return Table({}, origins=default.origins, reads=default.reads) if nothing else to_python(call, made, default, text_of(default) or "")
    if kind.startswith("SingleNested") or kind == "PathValue":
        return unknown(f"a {kind}, which is not followed", default, at=call.at)
    return default


def _sequence_default(call: Call, made: Instance, default: Value, kind: str) -> Value:
    nothing = isinstance(default, Scalar) and default.value is None
    items = [] if nothing else call.run.iterate(default)
    if items is None:
        return unknown("a default that is not known", default, at=call.at)
    converter = made.keywords.get("converter")
    items = items if converter is None else [call.run.call(converter, [item], {}, call.at) for item in items]
    return Items(list(items), kind, origins=default.origins, reads=default.reads)


def _positive(text: str) -> int:
    if int(text) < 0:
        raise ValueError("a negative number")
    return int(text)


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("yes", "y", "true", "1", "no", "n", "false", "0", ""):
        raise ValueError("no truth value")
    return word in ("yes", "y", "true", "1")


def _dict(text: str) -> object:
    made = literal(text) if text else {}
    if not isinstance(made, dict):
        raise ValueError("no dict")
    return made


PARSERS: dict[str, Callable[[str], object]] = {
    "BooleanValue": _truth,
    "IntegerValue": int,
    "PositiveIntegerValue": _positive,
    "FloatValue": float,
    "DecimalValue": Decimal,
    "DictValue": _dict,
}


def to_python(call: Call, made: Instance, raw: Value, text: str) -> Value:
    """The variable's text as this kind of value reads it."""
    kind = _kind(made)
    if kind in SEQUENCES:
        return _split(call, made, raw, text, SEQUENCES[kind])
    if kind in SERVICES:
        return _service(call, made, raw)
    if kind in PARSERS:
        try:
            return lift(PARSERS[kind](text), raw, at=call.at)
        except RAISED:
            return unknown(f"the value cannot be read by {kind}", raw, at=call.at)
    if kind in ("Value", "EmailValue", "URLValue", "IPValue", "RegexValue"):
        return raw
    return unknown(f"a {kind}, which is not followed", raw, at=call.at)


def _split(call: Call, made: Instance, raw: Value, text: str, kind: str) -> Value:
    separator = _plain(made.keywords.get("separator"), ",")
    if not isinstance(separator, str) or not separator:
        return unknown("a separator that is not known", raw, at=call.at)
    items: list[Value] = [scalar(part.strip(), raw, at=call.at) for part in text.strip().split(separator) if part.strip()]
    converter = made.keywords.get("converter")
    items = items if converter is None else [call.run.call(converter, [item], {}, call.at) for item in items]
    return Items(items, kind, origins=(*raw.origins, call.at), reads=raw.reads)


def _service(call: Call, made: Instance, raw: Value) -> Value:
    kind, alias = _kind(made), _plain(made.keywords.get("alias"), "default")
    if kind == "EmailURLValue":
        return service_value(call, raw, "dj_email_url")
    options = {name: _plain(made.keywords[name], None) for name in OPTIONS if name in made.keywords}
    if kind == "SearchURLValue" or alias is ... or ... in options.values():
        return unknown(f"a {kind} with options that are not followed", raw, at=call.at)
    inner = database_value(call, raw, options) if kind == "DatabaseURLValue" else service_value(call, raw, "django_cache_url")
    return Table({alias: inner}, origins=(call.at,), reads=raw.reads)


@models("configurations.pristinemethod")
def pristine(call: Call) -> Value:
    """A function that is a setting itself."""
    return instance(call, "configurations.pristinemethod")


# The class


def resolve(run: Interpreter, kind: Class, at: Origin) -> dict[str, Value]:
    """The settings of a configuration class: its upper-case names, values set up by the environment, properties and methods called."""
    from ready_gate.facts.python import classes

    _load_dotenv(run, kind, at)
    _hook(run, kind, "pre_setup", at)
    names = {name: held for name, held in classes.names(run, kind).items() if name == name.upper() and not name.startswith("_")}
    call = Call(kind.name, [], {}, at, run)
    resolved: dict[str, Value] = {}
    for name, held in names.items():
        if _is_value(held):
            resolved.update(_set_up(call, held, name))
    thing = Instance(Class(kind.name, [kind], resolved, kind.module, origins=kind.origins, reads=kind.reads), origins=kind.origins, reads=kind.reads)
    settings = dict(resolved)
    for name in names:
        settings.update(_attribute(run, call, thing, name, at))
    _hook(run, kind, "post_setup", at)
    return settings


def _is_value(held: Value) -> bool:
    return isinstance(held, Instance) and isinstance(held.type, Symbol) and held.type.dotted.startswith(f"{VALUES}.")


def _set_up(call: Call, held: Value, name: str) -> dict[str, Value]:
    """The name with what it becomes, and the other names that an e-mail address sets."""
    if not isinstance(held, Instance):
        return {name: held}
    place = held.origins[-1] if held.origins else call.at
    made = setup(Call(call.name, [], {}, place, call.run), held, name)
    several = made.entries.items() if _kind(held) == "EmailURLValue" and isinstance(made, Table) else ()
    return {name: made, **{str(key): scalar(entry.value, entry, made) if isinstance(entry, Scalar) else entry for key, entry in several}}


def _attribute(run: Interpreter, call: Call, thing: Instance, name: str, at: Origin) -> dict[str, Value]:
    from ready_gate.facts.python import attributes
    from ready_gate.facts.python.flow import Exhausted, Raised

    try:
        held = attributes.get(run, thing, name, at)
        if isinstance(held, (Bound, Function)):
            held = run.call(held, [], {}, at)
    except (Exhausted, Raised) as reason:
        return {name: Unknown(str(reason), origins=(at,))}
    return _set_up(call, held, name) if _is_value(held) else {name: held}


def _hook(run: Interpreter, kind: Class, name: str, at: Origin) -> None:
    """`pre_setup` and `post_setup`, where the project has its own."""
    from ready_gate.facts.python import attributes, classes
    from ready_gate.facts.python.flow import Exhausted, Raised

    if name not in classes.names(run, kind):
        return
    try:
        run.call(attributes.get(run, kind, name, at), [], {}, at)
    except (Exhausted, Raised) as reason:
        run.note(at, f"{name}: {reason}")


DOTENV_LINE = re.compile(r"([A-Za-z_0-9]+)=(.*)", re.S)


def _load_dotenv(run: Interpreter, kind: Class, at: Origin) -> None:
    """`DOTENV = "path"`: adds what production does not set already."""
    from ready_gate.facts.python import classes

    path = classes.names(run, kind).get("DOTENV")
    text = run.read_text(path) if path is not None and path_of(path) is not None else None
    shown = (path_of(path) or "")[len(run.root) + 1 :]
    for number, line in enumerate((text or "").splitlines(), 1):
        match = DOTENV_LINE.fullmatch(line)
        if match:
            place = Scalar(shown, origins=(Origin(shown, number),))
            load_variables(Call(kind.name, [], {}, at, run), place, {match[1]: _dotenv_value(match[2])})


def _dotenv_value(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
