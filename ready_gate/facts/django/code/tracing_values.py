"""Expressions: where request data enters, how it passes through, and which tests check it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ready_gate.facts.django.code import tracing_calls
from ready_gate.facts.django.code.flows import CLEAN, CONSTANT, NOTHING, NUMBER, SOURCES, URL, Atom, Flow, Frame, joined, validated

if TYPE_CHECKING:
    from ready_gate.facts.django.code.tracing import Tracer

TEXT_SAFE = frozenset({"_meta", "__name__", "__class__", "db_table"})
NUMERIC = (
    "IntegerField",
    "FloatField",
    "DecimalField",
    "BooleanField",
    "UUIDField",
    "DateField",
    "DateTimeField",
    "ChoiceField",
    "PrimaryKeyRelatedField",
)
EMPTY = (None, "", 0, False, True)


def value(tracer: Tracer, frame: Frame, node: ast.expr) -> Flow:
    """What an expression gives."""
    if isinstance(node, ast.Constant):
        return CONSTANT
    if isinstance(node, ast.Name):
        return _name(tracer, frame, node)
    if isinstance(node, ast.Attribute):
        return _attribute(tracer, frame, node)
    if isinstance(node, ast.Subscript):
        return _element(tracer, frame, node)
    if isinstance(node, ast.Call):
        return tracing_calls.call(tracer, frame, node)
    if isinstance(node, (ast.JoinedStr, ast.BinOp)):
        return _text(tracer, frame, node)
    return _other(tracer, frame, node)


def _other(tracer: Tracer, frame: Frame, node: ast.expr) -> Flow:
    if isinstance(node, ast.NamedExpr):
        given = tracer.value(frame, node.value)
        tracer.bind(frame, node.target, given, node.value)
        return given
    if isinstance(node, (ast.Compare, ast.UnaryOp)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                tracer.value(frame, child)
        return tracer.value(frame, node.operand) if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not) else CLEAN
    if isinstance(node, ast.IfExp):
        return _choice(tracer, frame, node)
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        for generator in node.generators:
            tracer.bind(frame, generator.target, tracer.value(frame, generator.iter))
            for test in generator.ifs:
                tracer.value(frame, test)
        return joined([tracer.value(frame, part) for part in ([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])])
    if isinstance(node, ast.Lambda):
        return Flow(kind="inner", node=node)
    return joined([tracer.value(frame, child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)])


def _choice(tracer: Tracer, frame: Frame, node: ast.IfExp) -> Flow:
    tracer.value(frame, node.test)
    first, second = tracer.value(frame, node.body), tracer.value(frame, node.orelse)
    yes, no = checks(tracer, frame, node.test)
    both = joined([Flow(first.atoms - yes, first.kind, first.type, first.built), Flow(second.atoms - no, second.kind, second.type, second.built)])
    return Flow(both.atoms, both.kind, both.type, both.built, both.parts, both.node)


def _name(tracer: Tracer, frame: Frame, node: ast.Name) -> Flow:
    if node.id in frame.env:
        return frame.env[node.id]
    dotted = tracer.code.dotted(frame.module, node)
    return Flow(kind="name", type=dotted or f"builtins.{node.id}")


def path_of(node: ast.AST) -> str | None:
    """`a.b.c` of names alone."""
    if isinstance(node, ast.Name):
        return node.id
    inner = path_of(node.value) if isinstance(node, ast.Attribute) else None
    return f"{inner}.{node.attr}" if inner is not None and isinstance(node, ast.Attribute) else None


def _attribute(tracer: Tracer, frame: Frame, node: ast.Attribute) -> Flow:
    path = path_of(node)
    if path is not None and path in frame.env:
        return frame.env[path]
    holder = tracer.value(frame, node.value)
    if holder.kind == "request":
        return _of_request(tracer, node.attr)
    if holder.kind == "self":
        return _of_self(tracer, frame, holder, node.attr)
    if holder.kind == "validator":
        return _of_validator(holder, node.attr)
    if holder.kind == "name":
        return Flow(kind="name", type=tracer.code.canonical(f"{holder.type}.{node.attr}"))
    if holder.kind == "object":
        return _of_object(tracer, holder, node.attr)
    if holder.kind == "gateway":
        return holder
    if holder.kind in ("row", "rows", "clean") or node.attr in TEXT_SAFE:
        return Flow(kind="row") if holder.kind == "row" and node.attr in ("user", "profile") else CLEAN
    return Flow(holder.atoms, "", "", holder.built)


def _of_validator(holder: Flow, name: str) -> Flow:
    if name == "initial_data":
        return Flow(holder.atoms, "data")
    if name == "instance":
        return Flow(kind="row")
    return validated(holder, holder.type) if name in ("validated_data", "cleaned_data", "data") else CLEAN


def _of_request(tracer: Tracer, name: str) -> Flow:
    if name in SOURCES:
        return Flow(frozenset({Atom(name)}), "data")
    if name in ("_request", "_data"):
        return Flow(kind="request")
    return Flow(kind="row", type=tracer.user) if name == "user" else CLEAN


def _of_self(tracer: Tracer, frame: Frame, holder: Flow, name: str) -> Flow:
    if name == "request":
        return Flow(kind="request")
    if name in ("kwargs", "args"):
        return Flow(frozenset({Atom(URL)}), "data")
    if name == "object":
        return Flow(kind="row")
    found = tracer.code.member(holder.type, name)
    if found is not None and isinstance(found.node, ast.expr):
        named = tracer.code.dotted(found.module, found.node)
        return Flow(kind="name", type=named) if named else NOTHING
    return Flow(kind="method", type=name) if found is not None else NOTHING


def _of_object(tracer: Tracer, holder: Flow, name: str) -> Flow:
    if holder.parts is not None and name in holder.parts:
        return holder.parts[name]
    found = tracer.code.member(holder.type, name)
    if found is not None and isinstance(found.node, ast.expr):
        return NOTHING
    return Flow(holder.atoms)


def _element(tracer: Tracer, frame: Frame, node: ast.Subscript) -> Flow:
    holder = tracer.value(frame, node.value)
    tracer.value(frame, node.slice)
    if holder.kind in ("data", "validated"):
        return keyed(tracer, holder, node.slice)
    if holder.kind in ("row", "rows"):
        return holder
    return Flow(holder.atoms, "clean" if holder.kind == "clean" else "", "", holder.built)


def keyed(tracer: Tracer, holder: Flow, key: ast.expr | None) -> Flow:
    """One entry of a mapping of request data, which may hold data itself."""
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return Flow(holder.atoms, holder.kind, holder.type)
    if holder.kind == "validated" and _is_numeric(tracer, holder.type, key.value):
        return NUMBER
    kind = "data" if holder.kind == "data" else "text"
    return Flow(frozenset(atom if atom.key is not None else Atom(atom.source, key.value) for atom in holder.atoms), kind)


def _is_numeric(tracer: Tracer, kind: str, name: str) -> bool:
    """Whether a serializer or form declares the field as one that gives no free text."""
    found = tracer.code.member(kind, name)
    if found is None or not isinstance(found.node, ast.Call):
        return False
    return (tracer.code.dotted(found.module, found.node.func) or "").endswith(NUMERIC)


def _text(tracer: Tracer, frame: Frame, node: ast.JoinedStr | ast.BinOp) -> Flow:
    """Texts put together from parts, and arithmetic."""
    if isinstance(node, ast.BinOp):
        left, right = tracer.value(frame, node.left), tracer.value(frame, node.right)
        together = [left, right]
        texts = isinstance(node.op, ast.Mod) and is_text(node.left)
        texts = texts or (isinstance(node.op, ast.Add) and (is_text(node.left) or is_text(node.right) or left.built or right.built))
        return Flow(left.atoms | right.atoms, "", "", (texts and _varies(tracer, frame, node, together)) or left.built or right.built)
    parts = [tracer.value(frame, part.value) for part in node.values if isinstance(part, ast.FormattedValue)]
    return Flow(joined(parts).atoms, "", "", _varies(tracer, frame, node, parts))


def is_text(node: ast.expr) -> bool:
    while isinstance(node, ast.BinOp):
        node = node.left if isinstance(node.left, (ast.BinOp, ast.JoinedStr, ast.Constant)) else node.right
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))


def _varies(tracer: Tracer, frame: Frame, node: ast.expr, parts: list[Flow]) -> bool:
    """Whether anything but constants and names of tables is built in."""
    return any(part.texts or part.built for part in parts) or any(not constant(tracer, frame, inner) for inner in inserted(node))


def inserted(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions that a text is put together from, besides its own constant parts."""
    if isinstance(node, ast.JoinedStr):
        yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from inserted(node.left)
        yield from inserted(node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield from node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    elif not isinstance(node, ast.Constant):
        yield node


def constant(tracer: Tracer, frame: Frame, node: ast.expr) -> bool:
    """Whether an expression can only be something that the project itself wrote: a constant, a table's name, a number of parameters."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Attribute) and any(part in TEXT_SAFE for part in _attributes(node)):
        return True
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in ("quote_name", "get_table_name", "Identifier", "len", "int", "float") or (
            name in ("join", "upper", "lower") and all(constant(tracer, frame, part) for part in [*node.args, *_receiver(node)])
        )
    if isinstance(node, ast.BinOp):
        return constant(tracer, frame, node.left) and constant(tracer, frame, node.right)
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(constant(tracer, frame, part) for part in node.elts)
    return _names_a_constant(tracer, frame, node)


def _receiver(node: ast.Call) -> list[ast.expr]:
    return [node.func.value] if isinstance(node.func, ast.Attribute) else []


def _attributes(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute):
        yield node.attr
        node = node.value


def _names_a_constant(tracer: Tracer, frame: Frame, node: ast.expr) -> bool:
    """A name of the module's top level that holds a constant, or a local one that was given one."""
    if isinstance(node, ast.Name) and node.id in frame.env:
        return frame.env[node.id].kind in ("constant", "number")
    dotted = tracer.code.dotted(frame.module, node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    found = tracer.code.find(dotted) if dotted else None
    return found is not None and isinstance(found.node, (ast.Constant, ast.List, ast.Tuple))


# Tests

Checked = tuple[frozenset[Atom], frozenset[Atom]]


def checks(tracer: Tracer, frame: Frame, test: ast.expr) -> Checked:
    """The request data that is checked where a test says yes, and where it says no. That something is there at all, or not empty, is no check."""
    if isinstance(test, ast.BoolOp):
        parts = [checks(tracer, frame, part) for part in test.values]
        return frozenset().union(*(part[0] for part in parts)), frozenset().union(*(part[1] for part in parts))
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = checks(tracer, frame, test.operand)
        return inner[1], inner[0]
    if isinstance(test, ast.Compare):
        compared = frozenset(_compared(tracer, frame, test))
        return compared, compared
    if isinstance(test, ast.NamedExpr):
        return checks(tracer, frame, test.value)
    if isinstance(test, ast.Call):
        asked = frozenset(_asked(tracer, frame, test))
        verdict = isinstance(test.func, ast.Attribute) and test.func.attr == "is_valid"
        return asked, frozenset() if verdict else asked
    held = tracer.value(frame, test) if isinstance(test, ast.Name) else NOTHING
    return (held.atoms, frozenset()) if held.kind == "verdict" else (frozenset(), frozenset())


def _compared(tracer: Tracer, frame: Frame, test: ast.Compare) -> set[Atom]:
    sides = [test.left, *test.comparators]
    empty = (isinstance(side, ast.Constant) and side.value in EMPTY and not isinstance(side.value, bool) and side.value != 0 for side in sides)
    if any(empty) or any(isinstance(side, (ast.Tuple, ast.List, ast.Set)) and all(_blank(part) for part in side.elts) for side in sides):
        return set()
    if isinstance(test.left, ast.Constant) and isinstance(test.ops[0], (ast.In, ast.NotIn)):
        holder = tracer.value(frame, sides[1])
        return set() if holder.kind == "data" and any(atom.key is None for atom in holder.atoms) else set(holder.atoms)
    return {atom for side in sides for atom in _mentioned(tracer, frame, side)}


def _blank(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, "")


def _mentioned(tracer: Tracer, frame: Frame, node: ast.expr) -> frozenset[Atom]:
    """The data that a side of a comparison is made of, through conversions too."""
    if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Attribute) and tracing_calls.is_query(tracer, frame, node)):
        return (
            frozenset(atom for part in (*node.args, *_receiver(node)) for atom in _mentioned(tracer, frame, part)) | tracer.value(frame, node).atoms
        )
    if isinstance(node, (ast.BinOp, ast.BoolOp)):
        return frozenset(atom for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for atom in _mentioned(tracer, frame, child))
    return tracer.value(frame, node).atoms


def _asked(tracer: Tracer, frame: Frame, test: ast.Call) -> set[Atom]:
    """A call whose answer decides: a validator's `is_valid`, `isinstance`, a pattern's `match`, a function of the project."""
    name = test.func.attr if isinstance(test.func, ast.Attribute) else getattr(test.func, "id", "")
    if name in ("all", "any", "bool", "hasattr", "strip", "get", "exists", "filter") or tracing_calls.is_query(tracer, frame, test):
        return set()
    parts = [*test.args, *(keyword.value for keyword in test.keywords), *_receiver(test)]
    atoms = {atom for part in parts for atom in tracer.value(frame, part).atoms}
    return {atom for atom in atoms if atom.key is not None or name.startswith(("is_valid", "valid", "verify", "check", "compare"))}
