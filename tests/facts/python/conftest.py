"""What tests of the evaluator start from: a few files, run, and shown as plain Python."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping

import pytest

from ready_gate.facts.python.interpreter import Interpreter, Loaded
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Choice, Items, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views import Variable
from ready_gate.model import Origin


class FakeTree:
    """A checkout in memory."""

    root = "/p"

    def __init__(self, files: Mapping[str, str]) -> None:
        self._texts = {path: textwrap.dedent(text) for path, text in files.items()}
        self.files = tuple(sorted(self._texts))

    def read(self, path: str) -> str | None:
        return self._texts.get(path)

    def read_bytes(self, path: str, limit: int) -> bytes | None:
        return self._texts[path].encode() if path in self._texts else None


def plainly(value: Value) -> object:
    """The value as plain Python; `?reason` where it is not known, a set of options for a choice."""
    if isinstance(value, Scalar):
        return value.value
    if isinstance(value, Unknown):
        return f"?{value.reason}"
    if isinstance(value, Choice):
        return ("one of", *sorted(repr(plainly(option)) for option in value.options))
    if isinstance(value, Symbol):
        return f"<{value.dotted}>"
    if isinstance(value, Table):
        entries: dict[object, object] = {key: plainly(entry) for key, entry in value.entries.items()}
        return {**entries, "…": value.rest} if value.rest else entries
    if isinstance(value, Items):
        items = [plainly(item) for item in value.items]
        if value.rest:
            return [*items, "…"]
        return {"tuple": tuple, "set": set, "frozenset": frozenset}.get(value.kind, list)(items)
    return type(value).__name__


class Result:
    """A run: its names plainly by subscript."""

    def __init__(self, loaded: Loaded, interpreter: Interpreter) -> None:
        self.loaded, self.interpreter = loaded, interpreter

    def __getitem__(self, name: str) -> object:
        return plainly(self.loaded.names[name])

    def __contains__(self, name: str) -> bool:
        return name in self.loaded.names

    def value(self, name: str) -> Value:
        return self.loaded.names[name]

    def reads(self, name: str) -> list[str]:
        return [read.name for read in self.loaded.names[name].reads]

    def lines(self, name: str) -> list[str]:
        return [str(origin) for origin in self.loaded.names[name].origins]


Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run code (or a dict of files, of which `settings.py` is loaded) in an environment."""

    def start(code: str | Mapping[str, str], env: Mapping[str, str] | None = None, module: str = "settings", **options: object) -> Result:
        files = {"settings.py": code} if isinstance(code, str) else code
        variables = {name: Variable(name, text, Origin(".env", 1)) for name, text in (env or {}).items()}
        interpreter = Interpreter(Sources(FakeTree(files)), root="/p", search=["."], variables=variables, project="/p", **options)  # type: ignore[arg-type]
        return Result(interpreter.load(module), interpreter)

    return start
