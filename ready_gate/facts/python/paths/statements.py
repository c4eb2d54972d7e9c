"""Statements, walked on every way: what goes on normally, returns, raises, breaks and continues."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from ready_gate.facts.python.paths.expressions import Expressions
from ready_gate.facts.python.paths.states import UNKNOWN, Function, State, Value, distinct

MAX_WAYS = 40
ROUNDS = 2
Item = TypeVar("Item")
ANY = ""  # an exception of whatever class


@dataclass
class Flow:
    """The ways out of a block. `raises` holds the exception's name, `ANY` where it may be any."""

    normal: list[State] = field(default_factory=list)
    returns: list[tuple[State, Value]] = field(default_factory=list)
    raises: list[tuple[State, str]] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)

    def raised(self, state: State, name: str) -> None:
        """Take in an exception, each kind with the same facts once."""
        self.raises.append((state, name))

    def take(self, other: Flow) -> None:
        """Take in every way out of a block but the normal one."""
        self.returns += other.returns
        self.raises += other.raises
        self.breaks += other.breaks
        self.continues += other.continues


class Walk(Expressions):
    """One function (or module) being walked."""

    def block(self, statements: Iterable[ast.stmt], states: list[State]) -> Flow:
        """All ways through some statements, from each of these states."""
        flow = Flow(normal=states)
        for statement in statements:
            if not flow.normal:
                break
            step = Flow()
            for state in distinct(flow.normal, MAX_WAYS):
                self.run.spend(statement, self.path, len(state.names))
                inner = self.statement(statement, state)
                step.normal += inner.normal
                step.take(inner)
            step.raises = _fewer(step.raises)
            line = statement.end_lineno or statement.lineno
            flow.normal = distinct((state.needed(self.last_use, line) for state in step.normal), MAX_WAYS)
            flow.take(step)
        flow.raises = _fewer(flow.raises)
        flow.returns = _fewer_returns(flow.returns)
        return flow

    def statement(self, node: ast.stmt, state: State) -> Flow:
        """One statement from one state."""
        handler: Callable[[ast.stmt, State], Flow] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        return handler(node, state) if handler else Flow(normal=[state])

    def _expr(self, node: ast.Expr, state: State) -> Flow:
        flow = Flow()
        flow.normal = [after for after, _ in self.evaluate(node.value, state, flow)]
        return flow

    def _return(self, node: ast.Return, state: State) -> Flow:
        flow = Flow()
        pairs = self.evaluate(node.value, state, flow) if node.value else [(state, Value(const=None))]
        flow.returns = pairs if self.depth == 0 else [(self.left(after), value) for after, value in pairs]
        return flow

    def _raise(self, node: ast.Raise, state: State) -> Flow:
        flow = Flow()
        if node.exc is None:
            return Flow(raises=[(state, self.handling)])
        call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = ast.unparse(call).rsplit(".", 1)[-1]
        arguments = [*node.exc.args, *(keyword.value for keyword in node.exc.keywords)] if isinstance(node.exc, ast.Call) else []
        flow.raises += [(after, name) for after, _ in self.several(arguments, state, flow)]
        return flow

    def _assert(self, node: ast.Assert, state: State) -> Flow:
        """`python -O` leaves assertions out: nothing that they test is known afterwards."""
        flow = Flow(normal=[self.run.domain.asserted(self, node, state)])
        flow.raised(state, "AssertionError")
        return flow

    def _assign(self, node: ast.Assign, state: State) -> Flow:
        flow = Flow()
        for after, value in self.evaluate(node.value, state, flow):
            for target in node.targets:
                after = self.assign(target, value, after)
            flow.normal.append(after)
        return flow

    def _annassign(self, node: ast.AnnAssign, state: State) -> Flow:
        flow = Flow(normal=[] if node.value else [state])
        for after, value in self.evaluate(node.value, state, flow) if node.value else ():
            flow.normal.append(self.assign(node.target, value, after))
        return flow

    def _augassign(self, node: ast.AugAssign, state: State) -> Flow:
        flow = Flow()
        whole = ast.BinOp(left=_loaded(node.target), op=node.op, right=node.value)
        ast.copy_location(whole, node)
        for after, value in self.evaluate(whole, state, flow):
            flow.normal.append(self.assign(node.target, value, after))
        return flow

    def _delete(self, node: ast.Delete, state: State) -> Flow:
        for target in node.targets:
            if isinstance(target, ast.Name):
                state = state.binding(target.id, UNKNOWN)
        return Flow(normal=[state])

    def _if(self, node: ast.If, state: State) -> Flow:
        flow = Flow()
        yes, no = self.decide(node.test, state, flow)
        for body, states in ((node.body, yes), (node.orelse, no)):
            inner = self.block(body, states)
            flow.normal += inner.normal
            flow.take(inner)
        return flow

    def _while(self, node: ast.While, state: State) -> Flow:
        flow = Flow()
        waiting, done = [state], []
        for _ in range(ROUNDS):
            inside = []
            for one in distinct(waiting, MAX_WAYS):
                yes, no = self.decide(node.test, one, flow)
                inside += yes
                done += no
            waiting = self._round(node.body, inside, flow)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
        return self._after_loop(node.orelse, done if endless else done + waiting, flow)

    def _for(self, node: ast.For | ast.AsyncFor, state: State) -> Flow:
        flow = Flow()
        done: list[State] = []
        waiting = []
        for after, iterated in self.evaluate(node.iter, state, flow):
            waiting.append(self.assign(node.target, self.element(iterated), after))
            done += [] if _never_empty(node.iter) else [after]
        for _ in range(ROUNDS):
            waiting = self._round(node.body, waiting, flow)
            done += waiting
        return self._after_loop(node.orelse, done, flow)

    _asyncfor = _for

    def _round(self, body: list[ast.stmt], states: list[State], flow: Flow) -> list[State]:
        """The states after one more pass; those that break are kept in the flow as such."""
        inner = self.block(body, distinct(states, MAX_WAYS))
        flow.returns += inner.returns
        flow.raises += inner.raises
        flow.breaks += inner.breaks
        return [*inner.normal, *inner.continues]

    def _after_loop(self, orelse: list[ast.stmt], done: list[State], flow: Flow) -> Flow:
        broken, flow.breaks = flow.breaks, []
        inner = self.block(orelse, distinct(done, MAX_WAYS))
        flow.normal = [*inner.normal, *broken]
        flow.take(inner)
        return flow

    def _with(self, node: ast.With | ast.AsyncWith, state: State) -> Flow:
        flow = Flow()
        states = [state]
        swallowed: list[ast.expr] = []
        for item in node.items:
            after = []
            for one in states:
                for entered, value in self.evaluate(item.context_expr, one, flow):
                    after.append(self.assign(item.optional_vars, value, entered) if item.optional_vars else entered)
            states = after
            swallowed += _suppressed(item.context_expr)
        inner = self.block(node.body, states)
        for raised, name in inner.raises if swallowed else ():
            flow.normal += [raised] if any(self.catches(caught, name) is not False for caught in swallowed) else []
        flow.normal += inner.normal
        flow.take(inner)
        return flow

    _asyncwith = _with

    def _match(self, node: ast.Match, state: State) -> Flow:
        flow = Flow()
        for after, subject in self.evaluate(node.subject, state, flow):
            rest = [after]
            for case in node.cases:
                matched, rest = self._case(case, node.subject, subject, rest, flow)
                inner = self.block(case.body, matched)
                flow.normal += inner.normal
                flow.take(inner)
            flow.normal += rest
        return flow

    def _case(self, case: ast.match_case, node: ast.expr, subject: Value, states: list[State], flow: Flow) -> tuple[list[State], list[State]]:
        """The states in which a case matches, and those in which it does not."""
        yes: list[State] = []
        no: list[State] = []
        for state in states:
            matched, missed = self._pattern(case.pattern, node, subject, state, flow)
            if case.guard is not None:
                inside = [self.decide(case.guard, one, flow) for one in matched]
                matched, missed = [one for pair in inside for one in pair[0]], missed + [one for pair in inside for one in pair[1]]
            yes += matched
            no += missed
        return yes, no

    def _pattern(self, pattern: ast.pattern, node: ast.expr, subject: Value, state: State, flow: Flow) -> tuple[list[State], list[State]]:
        if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            return [state.binding(pattern.name, subject) if pattern.name else state], []
        if isinstance(pattern, ast.MatchValue):
            return self.decide(ast.copy_location(ast.Compare(node, [ast.Eq()], [pattern.value]), pattern.value), state, flow)
        if isinstance(pattern, ast.MatchOr):
            yes: list[State] = []
            rest = [state]
            for part in pattern.patterns:
                pairs = [self._pattern(part, node, subject, one, flow) for one in rest]
                yes += [one for pair in pairs for one in pair[0]]
                rest = [one for pair in pairs for one in pair[1]]
            return yes, rest
        bound = [name for part in ast.walk(pattern) for name in (getattr(part, "name", None), getattr(part, "rest", None)) if name]
        matched = state
        for name in bound:
            matched = matched.binding(name, Value(subject.labels))
        if isinstance(pattern, ast.MatchSingleton):
            return self.branch(Value(const=pattern.value == subject.const) if subject.known else UNKNOWN, matched, "")
        return [matched], [state]

    def _try(self, node: ast.Try, state: State) -> Flow:
        flow = Flow()
        body = self.block(node.body, [state])
        loose = Flow(returns=body.returns, breaks=body.breaks, continues=body.continues)
        after = self.block(node.orelse, body.normal)
        loose.normal += after.normal
        loose.take(after)
        loose.raises += self._handled(node.handlers, body.raises, loose)
        self._finally(node.finalbody, loose, flow)
        return flow

    _trystar = _try

    def _handled(self, handlers: list[ast.ExceptHandler], raises: list[tuple[State, str]], loose: Flow) -> list[tuple[State, str]]:
        """Run the handlers on what was raised; what no handler catches for sure is raised on."""
        left = list(raises)
        for handler in handlers:
            caught: dict[str, list[State]] = {}
            rest = []
            for state, name in left:
                sure = self.catches(handler.type, name)
                if sure is not False:
                    caught.setdefault(name, []).append(self.run.domain.caught(self, handler, state))
                rest += [] if sure else [(state, name)]
            left = rest
            for name, states in caught.items():
                outer, self.handling = self.handling, name
                bound = [state.binding(handler.name, Value(frozenset({"exception"}))) if handler.name else state for state in states]
                inner = self.block(handler.body, distinct(bound, MAX_WAYS))
                self.handling = outer
                loose.normal += inner.normal
                loose.take(inner)
        return left

    def _finally(self, body: list[ast.stmt], loose: Flow, flow: Flow) -> None:
        """Run `finally` on every way out; a way out of its own replaces the one that it interrupts."""
        for state in distinct(loose.normal, MAX_WAYS):
            self._last(body, state, flow, flow.normal.append)
        for state, value in _fewer_returns(loose.returns):
            self._last(body, state, flow, _keeping(flow.returns, value))
        for state, name in _fewer(loose.raises):
            self._last(body, state, flow, _keeping(flow.raises, name))
        for states, kept in ((loose.breaks, flow.breaks), (loose.continues, flow.continues)):
            for state in states:
                self._last(body, state, flow, kept.append)

    def _last(self, body: list[ast.stmt], state: State, flow: Flow, keep: Callable[[State], object]) -> None:
        inner = self.block(body, [state])
        for after in inner.normal:
            keep(after)
        flow.take(inner)

    def _break(self, node: ast.Break, state: State) -> Flow:
        return Flow(breaks=[state])

    def _continue(self, node: ast.Continue, state: State) -> Flow:
        return Flow(continues=[state])

    def _functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef, state: State) -> Flow:
        made = Function(node, self.path, self.owner, around=tuple(state.names.items()))
        return Flow(normal=[state.binding(node.name, Value(made=made))])

    _asyncfunctiondef = _functiondef

    def _import(self, node: ast.Import | ast.ImportFrom, state: State) -> Flow:
        for name, value in self.imported(node):
            state = state.binding(name, value)
        return Flow(normal=[state])

    _importfrom = _import


def _keeping(kept: list[tuple[State, Item]], what: Item) -> Callable[[State], None]:
    """Keeps a state with what goes with it."""
    return lambda state: kept.append((state, what))


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """The target of an assignment as an expression to read."""
    return ast.copy_location(ast.Name(target.id, ast.Load()), target) if isinstance(target, ast.Name) else target


def _never_empty(node: ast.expr) -> bool:
    """Whether a loop over this runs at least once: a literal with elements, or `range(3)`."""
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return bool(node.elts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range" and len(node.args) == 1:
        last = node.args[0]
        return not isinstance(last, ast.Constant) or (isinstance(last.value, int) and last.value > 0)
    return False


def _suppressed(node: ast.expr) -> list[ast.expr]:
    """The exceptions that `contextlib.suppress(…)` swallows."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "suppress":
        return list(node.args)
    return []


def _fewer(raises: list[tuple[State, str]]) -> list[tuple[State, str]]:
    names = dict.fromkeys(name for _, name in raises)
    return [(state, name) for name in names for state in distinct((state for state, kind in raises if kind == name), 8)]


def _fewer_returns(returns: list[tuple[State, Value]]) -> list[tuple[State, Value]]:
    """Each return once: what a function's own variables held is forgotten, what they were bound to outside is not."""
    found = {(state.key(), value): (state, value) for state, value in returns}
    return list(found.values())
