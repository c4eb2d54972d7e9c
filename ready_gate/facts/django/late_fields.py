"""Code that gives fields to models from outside of their classes: `add_to_class`, `contribute_to_class`, registration with a package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from ready_gate.facts.django.program import Program
from ready_gate.facts.django.reach import LARGEST, Reach
from ready_gate.facts.python.modules import UnreadableSource
from ready_gate.facts.python.values import Class, Symbol

MARKS = (b"add_to_class(", b"contribute_to_class(", b"class_prepared", b"_meta.add_field(", b"modeltranslation", b"mptt.register(")
OWN = ("contribute_to_class", "add_to_class", "deconstruct")  # what a field does for itself is looked at where the field stands
MAX_NODES = 200_000


@dataclass
class Late:
    """What was found: reasons by the module and name of the class, by the name alone where nobody knows whose it is, and one for all models."""

    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    all: str | None = None

    def of(self, kind: Class) -> str | None:
        """Why the class may have fields that it does not show."""
        return self.kinds.get((kind.module, kind.name)) or self.names.get(kind.name)


def find(program: Program, reach: Reach) -> Late:
    """Look through the modules that are imported when Django starts."""
    late = Late()
    for dotted, found in reach.seen.items():
        data = reach.sources.tree.read_bytes(found.path, LARGEST) if found.path else None
        if data is None or ".migrations." in f".{dotted}." or not any(mark in data for mark in MARKS):
            continue
        try:
            tree = reach.sources.parse(found.path or "")
        except UnreadableSource:
            continue
        for call in _calls(tree):
            for target, what in _given(call, translates=b"modeltranslation" in data):
                _note(late, program, dotted, target, f"{found.path}:{call.lineno} gives it fields by {what}")
    return late


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    waiting: list[ast.AST] = [tree]
    left = MAX_NODES
    while waiting and left:
        node = waiting.pop()
        left -= 1
        if isinstance(node, ast.FunctionDef) and node.name in OWN:
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += ast.iter_child_nodes(node)


def _given(call: ast.Call, *, translates: bool) -> Iterator[tuple[ast.expr | None, str]]:
    """The expressions of the models that a call gives fields to, None for any model; and what it is called."""
    function, first = call.func, call.args[0] if call.args else None
    name = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    owner = function.value if isinstance(function, ast.Attribute) else None
    if name == "add_to_class" and owner is not None and not (len(call.args) > 1 and _is_no_field(call.args[1])):
        yield owner, name
    elif name == "contribute_to_class" and first is not None and not (isinstance(owner, ast.Call) and ast.unparse(owner.func) == "super"):
        yield first, name
    elif name == "add_field" and isinstance(owner, ast.Attribute) and owner.attr == "_meta":
        yield owner.value, name
    elif name == "connect" and owner is not None and ast.unparse(owner).endswith("class_prepared"):
        yield None, "class_prepared"
    elif name == "register" and first is not None and (translates or ast.unparse(function) == "mptt.register"):
        for model in first.elts if isinstance(first, (ast.List, ast.Tuple)) else call.args[:1] if owner else call.args:
            yield model, ast.unparse(function)


def _is_no_field(value: ast.expr) -> bool:
    """Whether what is added is a function, a property or a plain value: a field is made by a call."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id in ("property", "classmethod", "staticmethod", "cached_property")
    return isinstance(value, (ast.Lambda, ast.Constant))


def _note(late: Late, program: Program, dotted: str, target: ast.expr | None, said: str) -> None:
    text = ast.unparse(target) if isinstance(target, (ast.Name, ast.Attribute)) else ""
    value = program.value(f"{dotted}.{text}") if text else None
    if isinstance(value, Class):
        late.kinds.setdefault((value.module, value.name), said)
    elif isinstance(value, Symbol):
        return
    elif isinstance(target, ast.Name) and text[:1].isupper() and not text.isupper():
        late.names.setdefault(text, said)
    else:
        late.all = late.all or said.replace("gives it fields", "may give any model fields")
