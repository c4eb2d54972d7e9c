"""What an expression has to do with querysets: where it starts, whether it is cut, what is loaded along with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ready_gate.facts.django.code.nodes import called_name, constant
from ready_gate.facts.django.code.project_code import Code
from ready_gate.facts.python.codebase import FUNCTIONS, Defined, ModuleCode

MAX_DEPTH = 14
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
ENDS = frozenset({"first", "last", "get", "count", "exists", "aggregate", "earliest", "latest", "create", "get_or_create", "aget", "afirst"})
FIXED = frozenset({"values", "values_list", "dates", "datetimes"})


@dataclass(frozen=True)
class Query:
    """A queryset as code writes it: the model's class (empty where it is not known), what select_related and prefetch_related name (`*` for a
    bare select_related), whether it is cut to a number of rows, whether whole rows come out, and the fields asked for with the places."""

    model: str = ""
    loaded: frozenset[str] = frozenset()
    cut: bool = False
    rows: bool = True
    uses: tuple[tuple[str, str, ast.AST, ModuleCode], ...] = ()
    open: bool = False
    from_view: bool = False


class Queries:
    """Follows expressions of the project's functions back to where their queryset starts."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def of(
        self, function: Defined | None, module: ModuleCode, node: ast.AST | None, owner: str | None = None, depth: int = MAX_DEPTH
    ) -> Query | None:
        """The queryset that an expression gives; None where it gives none that can be seen."""
        if node is None or depth <= 0:
            return None
        if isinstance(node, ast.Subscript):
            inner = self.of(function, module, node.value, owner, depth - 1)
            return replace(inner, cut=True) if inner is not None and isinstance(node.slice, ast.Slice) and node.slice.upper is not None else None
        if isinstance(node, ast.Name):
            return self._named(function, module, node, owner, depth)
        if isinstance(node, ast.Call):
            return self._called(function, module, node, owner, depth)
        if isinstance(node, ast.IfExp):
            return self.of(function, module, node.body, owner, depth - 1) or self.of(function, module, node.orelse, owner, depth - 1)
        if isinstance(node, ast.Await):
            return self.of(function, module, node.value, owner, depth - 1)
        if isinstance(node, ast.Attribute):
            return self._attribute(function, module, node, owner, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.BitOr, ast.BitAnd)):
            return self.of(function, module, node.left, owner, depth - 1)
        return None

    def _attribute(self, function: Defined | None, module: ModuleCode, node: ast.Attribute, owner: str | None, depth: int) -> Query | None:
        if node.attr in MANAGERS:
            return Query(self.code.dotted(module, node.value) or "")
        if node.attr.endswith("_set"):
            return Query(open=True)
        if node.attr == "queryset" and isinstance(node.value, ast.Name) and owner is not None:
            found = self.code.member(owner, "queryset")
            return self.of(None, found.module, found.node, owner, depth - 1) if found is not None else None
        holder = self.code.dotted(module, node.value)
        if holder is not None and self.code.kinds.is_model(holder) and self._is_manager(holder, node.attr):
            return Query(holder)
        return None

    def _is_manager(self, model: str, name: str) -> bool:
        found = self.code.member(model, name)
        return found is not None and isinstance(found.node, ast.Call) and called_name(found.node).endswith(("Manager", "as_manager", "from_queryset"))

    def _named(self, function: Defined | None, module: ModuleCode, node: ast.Name, owner: str | None, depth: int) -> Query | None:
        """A local name: the queryset that it starts as, with what every further assignment to it adds."""
        given = list(assigned(function.node, node.id)) if function is not None else []
        if not given and isinstance(value := module.names.get(node.id), ast.expr):
            return self.of(None, module, value, owner, depth - 1)
        result: Query | None = None
        for value in given:
            if any(isinstance(inner, ast.Name) and inner.id == node.id for inner in ast.walk(value)):
                result = self._further(function, module, value, result, node.id, depth) if result is not None else None
            else:
                result = self.of(function, module, value, owner, depth - 1) or result
        return result

    def _further(self, function: Defined | None, module: ModuleCode, value: ast.expr, before: Query, name: str, depth: int) -> Query | None:
        """`orders = orders.filter(…)`."""
        calls: list[ast.Call] = []
        node: ast.expr = value
        cut = before.cut
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
                cut, node = True, node.value
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                calls.append(node)
                node = node.func.value
            else:
                return before
        for call in reversed(calls):
            added = self._method(before, call, module)
            if added is None:
                return None
            before = added
        return replace(before, cut=cut or before.cut)

    def _called(self, function: Defined | None, module: ModuleCode, node: ast.Call, owner: str | None, depth: int) -> Query | None:
        if isinstance(node.func, ast.Attribute):
            on_itself = isinstance(node.func.value, ast.Name) and node.func.value.id in ("self", "cls")
            if on_itself and owner is not None:
                return self._own(module, node, owner, depth)
            if isinstance(node.func.value, ast.Call) and called_name(node.func.value) == "super" and owner is not None and function is not None:
                return self.of_view(owner, after=function.owner, depth=depth - 1) if node.func.attr == "get_queryset" else None
            inner = self.of(function, module, node.func.value, owner, depth - 1)
            if inner is not None:
                return self._method(inner, node, module)
        if called_name(node) in ("list", "set", "tuple", "reversed", "sorted") and node.args:
            return self.of(function, module, node.args[0], owner, depth - 1)
        dotted = self.code.dotted(module, node.func)
        found = self.code.find(dotted) if dotted else None
        return self._returned(found, None, depth) if found is not None and isinstance(found.node, FUNCTIONS) else None

    def _own(self, module: ModuleCode, node: ast.Call, owner: str, depth: int) -> Query | None:
        name = called_name(node)
        if name == "filter_queryset" and node.args:
            inner = self.of(None, module, node.args[0], owner, depth - 1)
            return inner if inner is not None else self.of_view(owner, depth=depth - 1)
        if name == "get_queryset":
            return self.of_view(owner, depth=depth - 1)
        found = self.code.member(owner, name)
        return self._returned(found, owner, depth) if found is not None and isinstance(found.node, FUNCTIONS) else None

    def _returned(self, found: Defined, owner: str | None, depth: int) -> Query | None:
        """The queryset that a function of the project returns."""
        for node in ast.walk(found.node):
            if isinstance(node, ast.Return) and node.value is not None:
                result = self.of(found, found.module, node.value, owner or found.owner, depth - 2 if depth > 2 else 0)
                if result is not None:
                    return result
        return None

    def of_view(self, owner: str, *, after: str | None = None, depth: int = MAX_DEPTH) -> Query | None:
        """The queryset of a view class: what `get_queryset` returns where the project overrides it, else the attribute `queryset` or `model`."""
        if depth <= 0:
            return None
        method = self.code.member(owner, "get_queryset", after=after)
        if method is not None and isinstance(method.node, FUNCTIONS) and depth:
            result = self._returned(method, owner, depth - 1)
            return replace(result, from_view=True) if result is not None else None
        for name in ("queryset", "model"):
            found = self.code.member(owner, name)
            if found is not None and isinstance(found.node, ast.expr):
                if name == "model":
                    return Query(self.code.dotted(found.module, found.node) or "", from_view=True)
                result = self.of(None, found.module, found.node, owner, depth - 1)
                return replace(result, from_view=True) if result is not None else None
        return None

    def _method(self, query: Query, call: ast.Call, module: ModuleCode) -> Query | None:
        """A method called on a queryset."""
        name = called_name(call)
        if name in ENDS:
            return None
        if name in ("select_related", "prefetch_related"):
            named = {str(value) for arg in call.args if isinstance(value := constant(arg), str)} | set(_prefetched(call))
            vague = any(isinstance(arg, ast.Starred) or (constant(arg) is None and not isinstance(arg, ast.Call)) for arg in call.args)
            everything = {"*"} if not call.args and name == "select_related" else set()
            return replace(query, loaded=query.loaded | named | everything, open=query.open or vague)
        if name in FIXED:
            return replace(query, rows=False, uses=(*query.uses, *_uses(call, module)))
        if name in ("filter", "exclude", "order_by"):
            return replace(query, uses=(*query.uses, *_uses(call, module)))
        if name in ("all", "distinct", "annotate", "alias", "using", "only", "defer", "none", "union", "select_for_update", "reverse", "iterator"):
            return query if name != "none" else replace(query, cut=True)
        return self._of_manager(query, name)

    def _of_manager(self, query: Query, name: str) -> Query:
        """A method of the project's own manager or queryset, which may load more."""
        manager = self.code.member(query.model, "objects") if query.model else None
        made = manager.node if manager is not None else None
        kinds = [dotted for inner in ast.walk(made) if isinstance(inner, (ast.Name, ast.Attribute)) and manager is not None
                 and (dotted := self.code.dotted(manager.module, inner))] if made is not None else []  # fmt: skip
        for kind in kinds:
            method = self.code.member(kind, name)
            if method is not None and isinstance(method.node, FUNCTIONS):
                return replace(query, loaded=query.loaded | frozenset(_loaded_in(method.node)))
        return replace(query, open=True)


def assigned(node: ast.AST, name: str) -> Iterator[ast.expr]:
    """What a local name is given, in the order of the lines."""
    found = [
        inner
        for inner in ast.walk(node)
        if (isinstance(inner, ast.Assign) and any(isinstance(target, ast.Name) and target.id == name for target in inner.targets))
        or (isinstance(inner, (ast.AnnAssign, ast.NamedExpr)) and isinstance(inner.target, ast.Name) and inner.target.id == name)
    ]
    for inner in sorted(found, key=lambda inner: getattr(inner, "lineno", 0)):
        if inner.value is not None:
            yield inner.value


def _prefetched(call: ast.Call) -> Iterator[str]:
    """The first argument of each `Prefetch(…)`."""
    for arg in call.args:
        if isinstance(arg, ast.Call) and called_name(arg) == "Prefetch" and arg.args and isinstance(constant(arg.args[0]), str):
            yield str(constant(arg.args[0]))


def _loaded_in(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and called_name(inner) in ("select_related", "prefetch_related"):
            yield from (str(value) for arg in inner.args if isinstance(value := constant(arg), str))
            yield from _prefetched(inner)


def _uses(call: ast.Call, module: ModuleCode) -> Iterator[tuple[str, str, ast.AST, ModuleCode]]:
    """The lookups that a call names: the path, what it is used for, and where."""
    name = called_name(call)
    if name == "order_by":
        yield from ((str(value).lstrip("-"), "order_by", arg, module) for arg in call.args if isinstance(value := constant(arg), str))
        return
    for inner in (call, *(arg for part in call.args for arg in ast.walk(part) if isinstance(arg, ast.Call) and called_name(arg) == "Q")):
        if name in ("filter", "exclude"):
            yield from ((keyword.arg, name, inner, module) for keyword in inner.keywords if keyword.arg)
