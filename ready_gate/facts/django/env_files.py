"""Environment files: read as python-dotenv reads them, but never against the environment that ready-gate itself runs in."""

from __future__ import annotations

import io

from ready_gate.facts.views import Variable
from ready_gate.model import Origin

MAX_BYTES = 400_000


def parse_env(text: str, path: str) -> tuple[dict[str, Variable], tuple[int, ...]]:
    """The variables of a text by name (the last one counts), and the lines that are no `NAME=value`."""
    from dotenv.parser import parse_stream

    found: dict[str, Variable] = {}
    broken: list[int] = []
    for binding in parse_stream(io.StringIO(text)):
        line = binding.original.line + _blank_lines(binding.original.string)
        if binding.error or (binding.key is not None and binding.value is None):
            broken.append(line)
        elif binding.key is not None and binding.value is not None:
            value = _filled_in(binding.value, found)
            found[binding.key] = Variable(binding.key, value, Origin(path, line))
    return found, tuple(broken)


def _blank_lines(text: str) -> int:
    """The parser counts the blank lines above a variable to it."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _filled_in(value: str, earlier: dict[str, Variable]) -> str:
    """`${NAME}` and `${NAME:-default}` filled in from earlier lines; what the file does not say stays as written."""
    if "${" not in value:
        return value
    from dotenv.variables import Variable as Reference
    from dotenv.variables import parse_variables

    parts: list[str] = []
    for atom in parse_variables(value):
        if not isinstance(atom, Reference):
            parts.append(atom.resolve({}))
        elif atom.name in earlier:
            parts.append(earlier[atom.name].value)
        else:
            parts.append(f"${{{atom.name}}}" if atom.default is None else atom.default)
    return "".join(parts)[:MAX_BYTES]
