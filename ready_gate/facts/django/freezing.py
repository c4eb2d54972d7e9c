"""From the evaluator's values to what checks see: frozen, plain, bounded."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from ready_gate.facts.python.candidates import besides
from ready_gate.facts.python.comparing import is_class
from ready_gate.facts.python.enums import plain_value
from ready_gate.facts.python.libraries import find_model
from ready_gate.facts.python.values import Bound, Choice, Class, Function, Instance, Items, Module, Scalar, Symbol, Table, Unknown, Value
from ready_gate.facts.views import Setting

MAX_DEPTH = 12
MAX_PARTS = 50_000
MAX_SHOWN = 20_000
LAZY = ("gettext_lazy", "gettext", "ugettext_lazy", "ugettext", "pgettext_lazy", "reverse_lazy")


class Freezer:
    """Freezes the values of one run. `root` is the checkout's absolute path, which paths inside it are shown relative to."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.parts = 0

    def freeze(self, name: str, value: Value, around: tuple[int, ...] = ()) -> Setting:
        """The frozen value under this (dotted) name; too deep, too many, or inside itself becomes unknown."""
        self.parts += 1
        if id(value) in around or len(around) > MAX_DEPTH or self.parts > MAX_PARTS:
            return self._leaf(name, value, "unknown", reason="the value is too large, too deep, or holds itself")
        inner = (*around, id(value))
        if isinstance(value, Items):
            kind = {"frozenset": "set", "iterator": "object"}.get(value.kind, value.kind)
            items = tuple(self.freeze(f"{name}[{index}]", item, inner) for index, item in enumerate(value.items))
            return Setting(name, kind, items=items, rest=value.rest, maybe=self._maybe(name, value), origins=value.origins, reads=value.reads)
        if isinstance(value, Table):
            entries = tuple((key, self.freeze(f"{name}.{key}", child, inner)) for key, child in value.entries.items())
            return Setting(name, "dict", entries=entries, rest=value.rest, origins=value.origins, reads=value.reads)
        if isinstance(value, Choice):
            return self._choice(name, value, inner)
        return self._single(name, value)

    def _maybe(self, name: str, value: Items) -> tuple[Setting, ...] | None:
        others = besides(value)
        return None if others is None else tuple(self.freeze(f"{name}[…]", other) for other in others)

    def _choice(self, name: str, value: Choice, inner: tuple[int, ...]) -> Setting:
        options = tuple(self.freeze(name, option, inner) for option in value.options)
        if not options:
            return self._leaf(name, value, "unknown", reason="it depends on what could not be worked out")
        return Setting(name, "choice", items=options, origins=value.origins, reads=value.reads)

    def _single(self, name: str, value: Value) -> Setting:
        if isinstance(value, Unknown):
            return self._leaf(name, value, "unknown", reason=value.reason)
        if isinstance(value, Scalar):
            return self._scalar(name, value, value.value)
        if isinstance(value, Symbol) and not is_class(value.dotted) and find_model(value.dotted) is None:
            return self._leaf(name, value, "unknown", reason=f"what {value.dotted} holds is not known")
        member = plain_value(value) if isinstance(value, Instance) else None
        if member is not None:
            return self.freeze(name, member)
        return self._leaf(name, value, "object", described(value))

    def _scalar(self, name: str, value: Scalar, plain: object) -> Setting:
        if isinstance(plain, timedelta):
            return self._leaf(name, value, "timedelta", plain.total_seconds())
        if isinstance(plain, PurePosixPath):
            return self._leaf(name, value, "Path", self._relative(plain))
        if isinstance(plain, (bool, int, float, str, bytes)) or plain is None:
            if isinstance(plain, (str, bytes)) and len(plain) > MAX_SHOWN:
                return self._leaf(name, value, "unknown", reason="the text is too long")
            return self._leaf(name, value, type(plain).__name__, plain)
        return self._leaf(name, value, "object", str(plain) if isinstance(plain, Decimal) else repr(plain)[:200])

    def _relative(self, path: PurePosixPath) -> str:
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def _leaf(self, name: str, source: Value, kind: str, value: object = None, reason: str | None = None) -> Setting:
        return Setting(name, kind, value, reason=reason, origins=source.origins, reads=source.reads)


def described(value: Value) -> str:
    """A dotted name or source text for what has no plain value."""
    if isinstance(value, Symbol):
        return value.dotted
    if isinstance(value, Instance):
        made = described(value.type)
        first = value.args[0] if value.args else None
        if made == "re.Pattern" and len(value.args) == 1 and not value.keywords and isinstance(first, Scalar):
            return f"re.compile({first.value!r})"
        is_text = made.rpartition(".")[2] in LAZY and isinstance(first, Scalar) and isinstance(first.value, str)
        return str(first.value) if is_text and isinstance(first, Scalar) else made
    if isinstance(value, Class):
        return f"{value.module}.{value.name}".strip(".")
    if isinstance(value, Function):
        return value.name
    if isinstance(value, Module):
        return value.dotted
    return value.name if isinstance(value, Bound) else type(value).__name__.lower()
