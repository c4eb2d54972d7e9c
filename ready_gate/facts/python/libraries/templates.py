"""`string.Template` with what is known."""

from __future__ import annotations

import string

from ready_gate.facts.python.libraries import Call, models
from ready_gate.facts.python.libraries.lifting import answer, instance, text_of
from ready_gate.facts.python.values import Instance, Symbol, Table, Value


@models("string.Template")
def template(call: Call) -> Value:
    """Kept with its text."""
    text = call.argument(0, "template") or call.unknown("a template without a text")
    return instance(call, "string.Template", [text], {}, {"template": text})


@models("string.Template.substitute", "string.Template.safe_substitute")
def substituted(call: Call) -> Value:
    """The text with its names filled in."""
    text = text_of(call.receiver.args[0]) if isinstance(call.receiver, Instance) else None
    given = call.args[0] if call.args else Table()
    if text is None or call.open or len(call.args) > 1 or not isinstance(given, Table) or given.rest:
        return call.unknown("a template that is not known, or filled with something not known")
    words: dict[str, str] = {}
    for name, value in (given.entries | dict(call.keywords)).items():
        shown = text_of(call.run.call(Symbol("builtins.str"), [value], {}, call.at))
        if shown is not None:
            words[str(name)] = shown
    found = string.Template(text)
    wanted = {match["named"] or match["braced"] for match in found.pattern.finditer(text)} - {None}
    if wanted & {str(name) for name in given.entries.keys() | call.keywords.keys()} - words.keys():
        return call.unknown("a template filled with something not known")
    try:
        result = found.safe_substitute(words) if call.name.endswith("safe_substitute") else found.substitute(words)
    except (KeyError, ValueError):
        return call.unknown("a template with a name that is not given")
    return answer(call, result)
