"""`configparser` on files of the checkout. The real parser reads the text; the object keeps it until it is asked."""

from __future__ import annotations

import configparser

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.files import content, path_in
from ready_gate.facts.python.libraries.lifting import NotKnownError, answer, instance, named, outside_file, path_of, plain, text_of
from ready_gate.facts.python.values import Instance, Items, Scalar, Symbol, Table, Unknown, Value, merge_reads

PARSER, SECTION = "configparser.ConfigParser", "configparser.SectionProxy"
MODELS.aliases |= {"configparser.SafeConfigParser": PARSER, "ConfigParser": "configparser", "six.moves.configparser": "configparser"}
MODELS.aliases |= {"backports.configparser": "configparser", "django.utils.six.moves.configparser": "configparser"}
RAISED = (configparser.Error, ValueError, KeyError, TypeError)


@models(PARSER, "configparser.RawConfigParser")
def parser(call: Call) -> Value:
    """An empty parser. Only `interpolation=None` and `allow_no_value` change how it is read."""
    if call.args or call.open or set(call.keywords) - {"interpolation", "allow_no_value", "strict", "delimiters", "comment_prefixes"}:
        return call.unknown("a parser with options that are not followed")
    try:
        options = {name: plain(value) for name, value in call.keywords.items()}
    except NotKnownError:
        return call.unknown("a parser with options that are not followed")
    if "Raw" in call.name or ("interpolation" in options and options["interpolation"] is None):
        return instance(call, PARSER, [], call.keywords, {"interpolation": Scalar(None)})
    return call.unknown("a parser with options that are not followed") if "interpolation" in options else instance(call, PARSER)


def _texts(receiver: Value | None) -> list[Value]:
    kept = receiver.attributes.get("texts") if isinstance(receiver, Instance) else None
    return kept.items if isinstance(kept, Items) else []


def _add(receiver: Value | None, text: Value) -> None:
    if isinstance(receiver, Instance):
        receiver.attributes["texts"] = Items([*_texts(receiver), text], "tuple")


@models(f"{PARSER}.read")
def read(call: Call) -> Value:
    """Files that are not there are left out, as the real parser does; one outside of the checkout may be there."""
    given = call.args[0] if call.args else None
    paths = call.run.iterate(given) if given is not None and path_of(given) is None else [given]
    found: list[Value] = []
    for path in paths if paths is not None else [None]:
        text = call.run.read_text(path) if path is not None and path_of(path) is not None else None
        if text is not None and path is not None:
            _add(call.receiver, call.known(text))
            found.append(path)
        elif path is None or call.run.exists(path) is not False or not (path_of(path) or "").startswith(call.run.root + "/"):
            _add(call.receiver, outside_file(call, path))
    return Items(found, "list", origins=(call.at,))


@models(f"{PARSER}.read_file", f"{PARSER}.readfp", f"{PARSER}.read_string")
def read_file(call: Call) -> Value:
    """An open file, or a text."""
    given = call.args[0] if call.args else None
    text = text_of(given) if call.name.endswith("string") else content(call, given)
    _add(call.receiver, call.known(text) if text is not None else outside_file(call, path_in(given)))
    return call.known(None)


@models(*named(PARSER, "read_dict set add_section __setitem__ remove_option remove_section"))
def changed(call: Call) -> Value:
    """A parser that the program itself fills is not followed."""
    _add(call.receiver, Unknown("a parser that the program itself fills", origins=(call.at,)))
    return call.known(None)


def _build(call: Call, receiver: Value | None) -> configparser.RawConfigParser | Unknown:
    if not isinstance(receiver, Instance):
        return Unknown("a parser that is not known", origins=(call.at,))
    doubt = next((text for text in _texts(receiver) if not isinstance(text, Scalar)), None)
    if doubt is not None:
        reads = merge_reads([doubt, *call.sources()])
        return Unknown(doubt.reason if isinstance(doubt, Unknown) else "a parser that is not known", origins=(*doubt.origins, call.at), reads=reads)
    options = {name: plain(value) for name, value in receiver.keywords.items() if name != "interpolation"}
    cls = configparser.RawConfigParser if "interpolation" in receiver.attributes else configparser.ConfigParser
    real: configparser.RawConfigParser = cls(**options)  # type: ignore[call-overload]
    if "optionxform" in receiver.attributes:
        if not (isinstance(xform := receiver.attributes["optionxform"], Symbol) and xform.dotted == "builtins.str"):
            return Unknown("a parser with its own optionxform", origins=(call.at,))
        real.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        for text in _texts(receiver):
            real.read_string(str(plain(text)))
    except RAISED:
        return Unknown("a file that the parser cannot read", origins=(call.at,))
    return real


GETTERS = ("get", "getboolean", "getint", "getfloat")


def _ask(call: Call, receiver: Value | None, args: list[object], fallback: Value | None) -> Value:
    real = _build(call, receiver)
    if isinstance(real, Unknown):
        return real
    if ... in args or len(args) != 2 or call.open or set(call.keywords) - {"fallback", "raw"}:
        return call.unknown("a value of a parser under a name that is not known")
    method = call.name.rpartition(".")[2]
    options = {"raw": True} if call.plain(9, "raw", False) is True else {}
    try:
        return answer(call, getattr(real, method)(*args, **options))
    except (configparser.NoSectionError, configparser.NoOptionError):
        return fallback if fallback is not None else call.unknown(f"{call.name} raises an error: the file has no such option")
    except RAISED as error:
        return call.unknown(f"{call.name} raises {type(error).__name__}")


@models(*(f"{PARSER}.{name}" for name in GETTERS))
def get(call: Call) -> Value:
    """`parser.get(section, option, fallback=…)`."""
    return _ask(call, call.receiver, [call.plain(0, "section"), call.plain(1, "option")], call.keywords.get("fallback"))


@models(f"{PARSER}.__getitem__")
def section(call: Call) -> Value:
    """`parser["section"]`."""
    if call.receiver is None:
        return call.unknown("a parser that is not known")
    return Instance(Symbol(SECTION), [call.receiver, call.args[0]], {}, {}, origins=(call.at,), reads=merge_reads(call.sources()))


def _in_section(call: Call) -> tuple[Value | None, object]:
    args = call.receiver.args if isinstance(call.receiver, Instance) else []
    return (args[0], getattr(args[1], "value", ...)) if len(args) == 2 else (None, ...)


@models(*(f"{SECTION}.{name}" for name in GETTERS))
def section_get(call: Call) -> Value:
    """`parser["section"].get(option, fallback)`."""
    parser, name = _in_section(call)
    fallback = call.argument(1, "fallback") or (Scalar(None) if call.name.endswith(".get") else None)
    return _ask(call, parser, [name, call.plain(0, "option")], fallback)


@models(f"{SECTION}.__getitem__")
def section_item(call: Call) -> Value:
    """`parser["section"]["option"]`."""
    parser, name = _in_section(call)
    return _ask(Call("SectionProxy.get", call.args, {}, call.at, call.run, call.receiver), parser, [name, call.plain(0)], None)


@models(f"{SECTION}.__contains__", f"{PARSER}.has_option", f"{PARSER}.has_section", f"{PARSER}.__contains__")
def has(call: Call) -> Value:
    """Whether a section or an option is there."""
    in_section = call.name.startswith(SECTION)
    parser, name = _in_section(call) if in_section else (call.receiver, ...)
    real = _build(call, parser)
    asked = [*([name] if in_section else []), *(call.plain(position) for position in range(len(call.args)))]
    if isinstance(real, Unknown):
        return real
    if not all(isinstance(part, str) for part in asked) or not 1 <= len(asked) <= 2:
        return call.unknown("whether a parser holds something not known")
    words = [str(part) for part in asked]
    if len(words) == 2:
        return call.known(real.has_option(*words))
    return call.known(words[0] in real if call.name.endswith("__contains__") else real.has_section(words[0]))


@models(*named(PARSER, "sections options items __iter__"), *named(SECTION, "items keys __iter__"))
def listing(call: Call) -> Value:
    """Sections, options, or the pairs of a section."""
    in_section = call.name.startswith(SECTION)
    parser, name = _in_section(call) if in_section else (call.receiver, call.plain(0))
    real = _build(call, parser)
    if isinstance(real, Unknown):
        return Items([], "list", rest=real.reason, origins=real.origins, reads=real.reads)
    method = {"__iter__": "options" if in_section else "sections", "keys": "options"}.get(call.name.rpartition(".")[2], call.name.rpartition(".")[2])
    try:
        return answer(call, list(getattr(real, method)(*([name] if isinstance(name, str) else []))))
    except RAISED:
        return Items([], "list", rest="a section that is not known", origins=(call.at,))


@models(f"{SECTION}.__dict__")
def section_table(call: Call) -> Value:
    """`dict(parser["section"])`."""
    pairs = listing(Call(f"{SECTION}.items", [], {}, call.at, call.run, call.receiver))
    entries = {getattr(pair.items[0], "value", ...): pair.items[1] for pair in getattr(pairs, "items", []) if isinstance(pair, Items)}
    return Table(entries, getattr(pairs, "rest", None), origins=(call.at,))
