"""Expressions: what they may hold on a way, and which facts hold where they are true or false."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.python.paths.calls import Calls
from ready_gate.facts.python.paths.code import Names, take_import
from ready_gate.facts.python.paths.states import NOTHING, UNKNOWN, WHOLE, Class, Fact, Function, Module, State, Symbol, Unsaved, Value, together

if TYPE_CHECKING:
    from ready_gate.facts.python.paths.statements import Flow

Pairs = list[tuple[State, Value]]
MAX_PAIRS = 60


class Expressions(Calls):
    """The part of a walk that evaluates."""

    def evaluate(self, node: ast.expr, state: State, flow: Flow) -> Pairs:
        """What an expression may hold, each with the state after it."""
        self.run.spend(node, self.path)
        handler = getattr(self, f"_of_{type(node).__name__.lower()}", None)
        pairs: Pairs = handler(node, state, flow) if handler else self._of_parts(node, state, flow)
        return (
            pairs[:MAX_PAIRS]
            if len(pairs) <= MAX_PAIRS
            else [(one.knowing([Fact("maybe", "too many ways")]), value) for one, value in pairs[:MAX_PAIRS]]
        )

    def several(self, nodes: Sequence[ast.expr], state: State, flow: Flow) -> list[tuple[State, list[Value]]]:
        """Several expressions one after the other."""
        found: list[tuple[State, list[Value]]] = [(state, [])]
        for node in nodes:
            found = [(after, [*values, value]) for before, values in found for after, value in self.evaluate(node, before, flow)][:MAX_PAIRS]
        return found

    def _of_parts(self, node: ast.expr, state: State, flow: Flow) -> Pairs:
        """Anything else: made out of its parts."""
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        return [(after, together(values)) for after, values in self.several(parts, state, flow)]

    def _of_constant(self, node: ast.Constant, state: State, flow: Flow) -> Pairs:
        value = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        return [(state, Value(const=value, texts=(value,) if isinstance(value, str) else ()))]

    def _of_name(self, node: ast.Name, state: State, flow: Flow) -> Pairs:
        if node.id in self.own and node.id not in state.names and node.id in self.last_use:
            flow.raised(state, "UnboundLocalError")
            return []
        return [(state, self.name(node.id, state))]

    def _of_joinedstr(self, node: ast.JoinedStr, state: State, flow: Flow) -> Pairs:
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return [(after, together(values)) for after, values in self.several(parts, state, flow)]

    def _of_await(self, node: ast.Await, state: State, flow: Flow) -> Pairs:
        return self.evaluate(node.value, state, flow)

    def _of_starred(self, node: ast.Starred, state: State, flow: Flow) -> Pairs:
        return self.evaluate(node.value, state, flow)

    def _of_namedexpr(self, node: ast.NamedExpr, state: State, flow: Flow) -> Pairs:
        return [(self.assign(node.target, value, after), value) for after, value in self.evaluate(node.value, state, flow)]

    def _of_ifexp(self, node: ast.IfExp, state: State, flow: Flow) -> Pairs:
        yes, no = self.decide(node.test, state, flow)
        return [pair for one in yes for pair in self.evaluate(node.body, one, flow)] + [
            pair for one in no for pair in self.evaluate(node.orelse, one, flow)
        ]

    def _of_boolop(self, node: ast.BoolOp, state: State, flow: Flow) -> Pairs:
        """Each way of short-circuiting, with the value that it ends with."""
        stops_on = isinstance(node.op, ast.Or)
        found: Pairs = []
        going = [state]
        for place, part in enumerate(node.values):
            pairs = [pair for one in going for pair in self.evaluate(part, one, flow)]
            if place == len(node.values) - 1:
                return found + pairs
            going = []
            for after, value in pairs:
                yes, no = self.branch(value, after, ast.unparse(part))
                stopped, on = (yes, no) if stops_on else (no, yes)
                found += [(one, _short_circuited(value, stops_on)) for one in stopped]
                going += on
        return found

    def _of_unaryop(self, node: ast.UnaryOp, state: State, flow: Flow) -> Pairs:
        pairs = self.evaluate(node.operand, state, flow)
        if not isinstance(node.op, ast.Not):
            return [(after, _negative(node.op, value)) for after, value in pairs]
        return [(after, self._not(value)) for after, value in pairs]

    def _not(self, value: Value) -> Value:
        truth = truth_of(value)
        if truth is not None:
            return Value(const=not truth)
        when = value.when or self.run.domain.truth(value)
        return Value(value.labels, when=(when[1], when[0]) if when else None)

    def _of_compare(self, node: ast.Compare, state: State, flow: Flow) -> Pairs:
        found: Pairs = []
        nodes = [node.left, *node.comparators]
        for after, values in self.several(nodes, state, flow):
            parts = [
                self.run.domain.compare(self, op, nodes[place], values[place], nodes[place + 1], values[place + 1], node)
                for place, op in enumerate(node.ops)
            ]
            found.append((after, parts[0] if len(parts) == 1 else _all_of(parts)))
        return found

    def _of_attribute(self, node: ast.Attribute, state: State, flow: Flow) -> Pairs:
        text = dotted_text(node)
        if text and text in state.names:
            return [(state, state.names[text])]
        found: Pairs = []
        for after, base in self.evaluate(node.value, state, flow):
            unsaved = [one for one in after.unsaved if text and f"{one.receiver}.{one.attribute}" == text]
            found.append((after, unsaved[-1].value if unsaved else self.attribute(base, node.attr)))
        return found

    def _of_subscript(self, node: ast.Subscript, state: State, flow: Flow) -> Pairs:
        if isinstance(node.slice, ast.Slice):
            return [(after, _sliced(base, node.slice)) for after, base in self.evaluate(node.value, state, flow)]
        found: Pairs = []
        for after, (base, key) in self.several([node.value, node.slice], state, flow):
            flow.raised(after, "KeyError")
            if not (WHOLE in base.labels and isinstance(key.const, str) and base.entry(key.const) is None):
                found += self.run.domain.dispatched(after, base, key) or [(after, self.item(base, key))]
        return found

    def item(self, base: Value, key: Value) -> Value:
        """What stands under a key."""
        if base.items is not None and isinstance(key.const, int) and -len(base.items) <= key.const < len(base.items):
            return base.items[key.const]
        name = key.const if isinstance(key.const, str) else ""
        if not name and (several := one_of(base)) is not None:
            return several
        return base.entry(name) or self.run.domain.attribute(base, name) if name else Value(base.labels, name=base.name)

    def _of_tuple(self, node: ast.Tuple | ast.List, state: State, flow: Flow) -> Pairs:
        found: Pairs = []
        for after, values in self.several(node.elts, state, flow):
            items = [
                one
                for part, value in zip(node.elts, values, strict=True)
                for one in ((value.items or (value,)) if isinstance(part, ast.Starred) else (value,))
            ]
            found.append((after, replace(together(items), items=tuple(items))))
        return found

    _of_list = _of_tuple
    _of_set = _of_tuple

    def _of_dict(self, node: ast.Dict, state: State, flow: Flow) -> Pairs:
        found: Pairs = []
        for after, values in self.several(node.values, state, flow):
            whole = together(values)
            complete = True
            for key, value in zip(node.keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    whole = whole.having(key.value, value)
                elif key is None:
                    whole = replace(whole, entries=(*whole.entries, *value.entries))
                    complete = complete and WHOLE in value.labels
                else:
                    complete = False
            found.append((after, replace(whole, labels=whole.labels - {WHOLE} | ({WHOLE} if complete else set()))))
        return found

    def _of_binop(self, node: ast.BinOp, state: State, flow: Flow) -> Pairs:
        return [(after, _put_together(node.op, left, right)) for after, (left, right) in self.several([node.left, node.right], state, flow)]

    def _of_lambda(self, node: ast.Lambda, state: State, flow: Flow) -> Pairs:
        return [(state, Value(made=Function(node, self.path, self.owner, around=tuple(state.names.items()))))]

    def _of_comprehension(self, node: ast.expr, state: State, flow: Flow) -> Pairs:
        """Its elements taken once; conditions inside establish nothing outside."""
        inner = state
        for generator in node.generators:  # type: ignore[attr-defined]
            pairs = self.evaluate(generator.iter, inner, flow)
            inner = self.assign(generator.target, self.element(pairs[0][1]), pairs[0][0]) if pairs else inner
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]  # type: ignore[attr-defined]
        pairs_of = self.several(parts, inner, flow)
        return [(state, together(value for _, values in pairs_of for value in values))]

    _of_listcomp = _of_comprehension
    _of_setcomp = _of_comprehension
    _of_dictcomp = _of_comprehension
    _of_generatorexp = _of_comprehension

    def name(self, name: str, state: State) -> Value:
        """What a name holds: a variable, something of the module, a builtin."""
        if name in state.names:
            return state.names[name]
        found = self.run.code.find(self.path, name)
        if found is None:
            return Value(dotted=name)
        home, what = found
        if isinstance(what, ast.ClassDef):
            return Value(made=Class(what, home))
        if isinstance(what, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return Value(made=Function(what, home))
        if what is None:
            return Value(made=Module(home))
        return self.run.domain.foreign(what) if isinstance(what, str) else self.run.domain.constant(name, self.run.top_level(home, what))

    def attribute(self, base: Value, name: str) -> Value:
        """What an attribute of a value is."""
        if (found := base.entry(name)) is not None:
            return found
        if isinstance(base.made, Module):
            return self.run.member(base.made.path, name)
        if isinstance(base.made, Class):
            return self._member(base, base.made, name)
        if base.dotted:
            return self.run.domain.foreign(f"{base.dotted}.{name}")
        return self.run.domain.attribute(base, name)

    def _member(self, base: Value, kind: Class, name: str) -> Value:
        method = self.run.code.method(kind, name)
        if method is not None:
            if not is_property(method):
                return Value(made=replace(method, receiver=base), labels=base.labels)
            return self.property(method, base)
        held = self.run.code.attribute(kind, name)
        if held is None:
            return replace(self.run.domain.member(base, kind, name), name=name)
        value = self.run.top_level(held[1], held[0])
        if base.instance:
            return replace(value, labels=value.labels | self.run.domain.attribute(base, name).labels, name=name)
        return value if value.made else replace(value, const=Symbol(f"{kind.node.name}.{name}"), name=name)

    def assign(self, target: ast.expr, value: Value, state: State) -> State:
        """Bind a target."""
        if isinstance(target, ast.Name):
            return state.binding(target.id, value)
        if isinstance(target, ast.Starred):
            return self.assign(target.value, Value(value.labels), state)
        if isinstance(target, (ast.Tuple, ast.List)):
            for place, part in enumerate(target.elts):
                exact = value.items is not None and len(value.items) == len(target.elts)
                state = self.assign(part, value.items[place] if exact and value.items else self.element(value), state)
            return state
        if isinstance(target, ast.Attribute):
            return self._set_attribute(target, value, state)
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            return self._set_item(target, target.value.id, value, state)
        return state

    def _set_attribute(self, target: ast.Attribute, value: Value, state: State) -> State:
        receiver = ast.unparse(target.value)
        one = Unsaved(receiver, target.attr, value, self.at(target))
        if (receiver == "self" and self.is_plain_self) or not self.run.domain.stores(self, target, value, state):
            return state.binding(f"{receiver}.{target.attr}", value)
        kept = tuple(held for held in state.unsaved if (held.receiver, held.attribute) != (receiver, target.attr))
        return replace(state, unsaved=(*kept, one))

    def _set_item(self, target: ast.Subscript, name: str, value: Value, state: State) -> State:
        key = target.slice.value if isinstance(target.slice, ast.Constant) else None
        held = self.name(name, state)
        changed = held.having(key, value) if isinstance(key, str) else replace(held, labels=held.labels - {WHOLE} | value.labels, const=NOTHING)
        return state.binding(name, changed)

    def element(self, value: Value) -> Value:
        """An element of what is looped over."""
        if value.items:
            return together(value.items) if len(value.items) > 1 else value.items[0]
        return Value(value.labels, texts=value.texts, name=value.name)

    def decide(self, node: ast.expr, state: State, flow: Flow) -> tuple[list[State], list[State]]:
        """The states after a condition that was true, and after one that was false."""
        if isinstance(node, ast.BoolOp):
            return self._decide_parts(node, state, flow)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yes, no = self.decide(node.operand, state, flow)
            return no, yes
        true: list[State] = []
        false: list[State] = []
        for after, value in self.evaluate(node, state, flow):
            yes, no = self.branch(value, after, ast.unparse(node) if is_repeatable(node) else "")
            true += yes
            false += no
        return self._narrowed(node, true, false)

    def _narrowed(self, node: ast.expr, true: list[State], false: list[State]) -> tuple[list[State], list[State]]:
        """A variable that was compared with a constant is that constant on one way, and on the other it is not."""
        if not (
            isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)) and len(node.ops) == 1
        ):
            return true, false
        name, constant = node.left.id, node.comparators[0]
        if not (isinstance(constant, (ast.Constant, ast.Attribute)) and any(name in state.names for state in (*true, *false))):
            return true, false
        equal, other = (true, false) if isinstance(node.ops[0], ast.Eq) else (false, true)
        const: object = constant.value if isinstance(constant, ast.Constant) else Symbol(ast.unparse(constant))
        same = [_with(state, name, lambda value: replace(value, const=const, when=None)) for state in equal]
        differ = [_with(state, name, lambda value: replace(value, labels=value.labels | {f"~not:{const!s}"})) for state in other]
        return (same, differ) if equal is true else (differ, same)

    def _decide_parts(self, node: ast.BoolOp, state: State, flow: Flow) -> tuple[list[State], list[State]]:
        """`and` goes on where its parts are true, `or` where they are false."""
        is_and = isinstance(node.op, ast.And)
        going, ended = [state], []
        for part in node.values:
            on = []
            for one in going:
                yes, no = self.decide(part, one, flow)
                on += yes if is_and else no
                ended += no if is_and else yes
            going = on[:MAX_PAIRS]
        return (going, ended) if is_and else (ended, going)

    def branch(self, value: Value, state: State, text: str) -> tuple[list[State], list[State]]:
        """Both ways from a value that is tested; one that was decided on this way stays decided."""
        truth = truth_of(value)
        if truth is not None:
            return ([state], []) if truth else ([], [state])
        if "joined" in value.labels:
            state = state.knowing([Fact("maybe", "too many ways")])
        when = value.when or self.run.domain.truth(value) or (frozenset(), frozenset())
        yes, no = state.knowing(when[0]), state.knowing(when[1])
        if text not in self.repeated:
            return [yes], [no]
        taken = [truth for held, truth in state.assumed if held == text]
        if taken:
            return ([yes], []) if taken[0] else ([], [no])
        return [replace(yes, assumed=yes.assumed | {(text, True)})], [replace(no, assumed=no.assumed | {(text, False)})]

    def imported(self, node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Value]]:
        """What an import inside of a function binds."""
        names = Names(self.path)
        take_import(node, names)
        for name, dotted in names.imported.items():
            found = self.run.code.imported(dotted, self.path, 6)
            yield name, self.run.value_of(found) if found else Value(dotted=dotted)


def _with(state: State, name: str, change: Callable[[Value], Value]) -> State:
    """The state with one variable told more exactly; a constant is known already."""
    held = state.names.get(name)
    return state if held is None or held.known else replace(state, names={**state.names, name: change(held)})


ONE_OF = "~one-of"


def one_of(base: Value, *more: Value) -> Value | None:
    """One of the functions or classes that a dictionary holds; None where it holds none."""
    values = [value for _, value in base.entries if value.made is not None]
    return Value(base.labels | {ONE_OF}, items=(*values, *(one for one in more if one.made is not None))) if values else None


def truth_of(value: Value) -> bool | None:
    """Whether a value is true for sure, or false; None where that is not known."""
    if value.known:
        return None if isinstance(value.const, Symbol) else bool(value.const)
    if value.items is not None:
        return bool(value.items)
    return None


def is_property(method: Function) -> bool:
    """Whether a method is read like an attribute."""
    decorators = () if isinstance(method.node, ast.Lambda) else method.node.decorator_list
    return any(ast.unparse(one).rsplit(".", 1)[-1] in ("property", "cached_property") for one in decorators)


def is_repeatable(node: ast.expr) -> bool:
    """Whether a condition asked again is answered alike: names, attributes, keys and constants alone."""
    kinds = (ast.Name, ast.Attribute, ast.Constant, ast.Compare, ast.Subscript, ast.Load, ast.cmpop)
    return all(isinstance(part, kinds) for part in ast.walk(node))


def dotted_text(node: ast.expr) -> str | None:
    """`a.b.c` for a chain of attributes on a name, None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    base = dotted_text(node.value) if isinstance(node, ast.Attribute) else None
    return f"{base}.{node.attr}" if base and isinstance(node, ast.Attribute) else None


def _sliced(base: Value, node: ast.Slice) -> Value:
    """Some of the elements, where the bounds are plain."""
    lower, upper = (part.value if isinstance(part, ast.Constant) and isinstance(part.value, int) else None for part in (node.lower, node.upper))
    plain = node.step is None and (node.lower is None or lower is not None) and (node.upper is None or upper is not None)
    if base.items is None or not plain:
        return Value(base.labels, texts=base.texts, name=base.name)
    items = base.items[lower:upper]
    return replace(together(items), items=items)


def _short_circuited(value: Value, true: bool) -> Value:
    """The value that ended an `or` because it was true, or an `and` because it was false."""
    if value.known:
        return value
    return (replace(value, when=None, const=True) if value.when else value) if true else Value(const=False)


def _negative(op: ast.unaryop, value: Value) -> Value:
    if isinstance(op, ast.USub) and isinstance(value.const, (int, float)):
        return Value(const=-value.const)
    return Value(value.labels, name=value.name)


def _put_together(op: ast.operator, left: Value, right: Value) -> Value:
    whole = together((left, right))
    if isinstance(op, ast.Add) and isinstance(left.const, str) and isinstance(right.const, str):
        return replace(whole, const=left.const + right.const, texts=((left.const + right.const)[:500],))
    if isinstance(op, ast.Mod) and isinstance(left.const, str):
        return whole
    if isinstance(op, ast.Sub):
        return replace(whole, entries=(("-left", left), ("-right", right)))
    return replace(whole, name=left.name or right.name)


def _all_of(parts: list[Value]) -> Value:
    """A chain of comparisons is true where all of them are."""
    when = [part.when for part in parts if part.when]
    return replace(UNKNOWN, when=(frozenset().union(*(one[0] for one in when)), frozenset()) if when else None)
