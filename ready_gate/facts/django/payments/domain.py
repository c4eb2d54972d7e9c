"""What the walk of payment code knows: requests of visitors, answers of gateways, signatures, rows of the database, and writes that say "paid"."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ready_gate.facts.django.payments import binding, comparing, forms, rows, sdk
from ready_gate.facts.django.payments.known import apply, http_call, is_crypto, sign
from ready_gate.facts.django.payments.labels import (
    ANSWER,
    CLIENT,
    CLIENT_PARTS,
    EVENT,
    HTTP,
    HTTP_PARTS,
    KEYED,
    PAID_ROW,
    REQUEST,
    ROW,
    SECRET,
    SETTING,
    SUCCESS_NAMES,
    is_secret,
)
from ready_gate.facts.django.payments.relevance import GENERIC, Relevance
from ready_gate.facts.django.payments.roots import HOOKS
from ready_gate.facts.django.payments.words import FLAGS, gateways_in, is_status, plain
from ready_gate.facts.python.paths.calls import Call, Calls
from ready_gate.facts.python.paths.expressions import ONE_OF, one_of
from ready_gate.facts.python.paths.statements import Flow
from ready_gate.facts.python.paths.states import NO_FACTS, NOTHING, UNKNOWN, WHOLE, Class, Fact, Facts, Function, State, Symbol, Value, together
from ready_gate.facts.views import Settings

Pairs = list[tuple[State, Value]]
LOGGERS = ("logger", "log", "logging", "LOGGER", "LOG", "_logger", "logging.getLogger", "structlog")
LEVELS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "log", "bind")
LATER = ("delay", "apply_async", "delay_on_commit", "apply", "s", "si", "send", "send_with_options", "enqueue", "call_local", "adelay", "on_commit")
PLAIN = ("int", "float", "str", "Decimal", "round", "abs", "list", "dict", "deepcopy", "copy", "decimal.Decimal", "force_str", "tuple", "sorted")
STAFF = ("isstaff", "issuperuser", "isadmin", "hasperm", "isadminuser")


@dataclass(frozen=True)
class Write:
    """A place that says "paid", on one way: what it does, the facts that hold, and whether it is one for sure (rather than only near a gateway).
    `told` are the labels of the value that is written, `row` say by what the row was found (see `binding`)."""

    at: str
    what: str
    facts: Facts
    sure: bool
    told: frozenset[str] = frozenset()
    order: bool = False
    row: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sent:
    """A call to a gateway: its text, the gateway, and whether it has a timeout (None where that cannot be told); `own` where the package has none."""

    text: str
    gateway: str
    timeout: bool | None
    by_package: bool = False


@dataclass
class Payments:
    """The domain of one exploration. `writes`, `starts` (calls that begin a payment, with the labels of their amount) and `verifications` fill up."""

    settings: Settings | None
    short: Mapping[str, str] = field(default_factory=dict)
    receivers: Mapping[str, list[Function]] = field(default_factory=dict)
    writes: dict[Write, None] = field(default_factory=dict)
    starts: dict[tuple[str, str, frozenset[str]], None] = field(default_factory=dict)
    verifications: dict[str, str] = field(default_factory=dict)
    inquiries: set[str] = field(default_factory=set)
    calls: dict[str, Sent] = field(default_factory=dict)
    leaks: dict[str, str] = field(default_factory=dict)
    visited: dict[str, Function] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    gateways: tuple[str, ...] = ()
    handler: Value | None = None
    relevance: Relevance | None = None

    def foreign(self, dotted: str) -> Value:
        """Settings are told by their own names; anything else by its dotted one."""
        if dotted.startswith("django.conf.settings."):
            return self.setting(dotted.removeprefix("django.conf.settings."))
        if dotted.startswith("os.environ"):
            return Value(frozenset({SETTING}), dotted=dotted)
        return Value(dotted=dotted)

    def setting(self, name: str) -> Value:
        """What a setting holds in production, as far as it is a plain value."""
        held = self.settings[name] if self.settings and "." not in name else None
        const: object = NOTHING
        if held is not None and held.kind in ("bool", "NoneType"):
            const = held.value
        text = held.text[:300] if held is not None and held.text else ""
        labels = frozenset({SETTING, SECRET} if is_secret(name) else {SETTING})
        return Value(labels, const, texts=(name, text) if text else (name,), name=name)

    def constant(self, name: str, value: Value) -> Value:
        """A constant of a module: one that is named like a key counts as a secret."""
        return replace(value, labels=value.labels | {SECRET}) if is_secret(name) and not value.labels & {CLIENT} else value

    def attribute(self, base: Value, name: str) -> Value:
        """An attribute or key: of a request, of an answer, of anything."""
        if REQUEST in base.labels:
            if name in CLIENT_PARTS:
                return Value(binding.part(name) | {CLIENT}, name=name)
            if name == "session":
                return Value(binding.part(name), name=name)
            return Value(frozenset({REQUEST}), name=name) if name in ("request", "_request") else Value(name=name)
        if isinstance(base.const, Symbol):
            return Value(const=Symbol(f"{base.const}.{name}"), name=name)
        if ANSWER in base.labels and name in HTTP_PARTS:
            return Value(frozenset({HTTP}), name=name)
        if CLIENT in base.labels:
            self.fields.add(name)
        read = binding.key(base.labels, name) if CLIENT in base.labels or "~in:session" in base.labels else base.labels
        labels = read | ({ROW} if name == "objects" else set())
        if is_secret(name) and not labels & {CLIENT, ANSWER, EVENT}:
            labels |= {SECRET}
        return Value(labels, texts=base.texts if SETTING in labels else (), name=name)

    def member(self, base: Value, kind: Class, name: str) -> Value:
        """What a class of the project has from elsewhere."""
        if base.instance:
            return self.attribute(replace(base, made=None), name)
        if name[:1].isupper():
            return Value(const=Symbol(f"{kind.node.name}.{name}"), name=name)
        return Value(frozenset({ROW}) if name.endswith("objects") else frozenset(), name=name)

    def made(self, kind: Class, instance: Value, call: Call) -> Value:
        """What an instance was made of stays known by its attributes."""
        return forms.with_row(kind, instance, call)

    def matters(self, function: Function) -> bool:
        """See `relevance`."""
        return bool(function.around) or self.relevance is None or self.relevance.matters(function)

    def unwalked(self, call: Call) -> Value:
        """What went in: of a request, what the visitor sent."""
        labels = together([*call.values(), *([call.base] if call.base is not None else [])]).labels
        return Value(labels - {REQUEST} | ({CLIENT} if REQUEST in labels else set()))

    def above(self, walk: Calls, this: Value | None, name: str) -> Value:
        """Django's own `dispatch` and the like call the method of the request: see `roots`."""
        return Value(this.labels if this else frozenset(), name=name, dotted=f"super.{name}")

    def call(self, walk: Calls, call: Call, state: State, flow: Flow) -> Pairs:
        """A call of something that is not the project's."""
        text = call.callee.dotted or call.text
        if call.last in LEVELS and (call.receiver.split("(")[0].rsplit(".", 1)[-1] in LOGGERS or "log" in call.receiver.lower()):
            self._logged(call)
            return [(state, UNKNOWN)]
        if text.startswith("super."):
            return self._inherited(walk, call, state, flow)
        if call.last == "get" and call.base is not None and call.arguments and (found := self.dispatched(state, call.base, *call.arguments)):
            return found
        for handle in (forms.validates, self._by_name, rows.write_call, self._passed_on, apply, http_call, sign, is_crypto, rows.query):
            known = handle(self, walk, call, text, state, flow)
            if known is not None:
                return known
        if sdk.like_verifying(call.last):
            return self.perhaps(call, text, state)
        return [(_changed(call, rows.flushed(self, walk, call, state)), self._plain(call, text))]

    def _by_name(self, _: object, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
        """A method of something whose class is not known: followed where the project has one or two of that name that matter."""
        base = call.base
        if base is None or base.made is not None or base.dotted or call.last in HOOKS | GENERIC or base.labels & {CLIENT, ANSWER, EVENT, REQUEST}:
            return None
        found = walk.run.code.by_method.get(call.last, [])
        if not 0 < len(found) <= 2 or not any(self.matters(one) for one in found):
            return None
        pairs: Pairs = []
        for one in found:
            pairs += walk.enter(replace(one, receiver=replace(base, labels=binding.origins(base) | {ROW})), call, state, flow)
        return pairs

    def _logged(self, call: Call) -> None:
        """Keys and checksums do not belong into a log."""
        for node, value in [*zip(call.node.args, call.arguments, strict=False), *((one.value, value) for one, (_, value) in self._named(call))]:
            if value.labels & {SECRET, KEYED} and not value.known and not shortened(node):
                self.leaks[call.at] = ast.unparse(node)[:60]

    def _named(self, call: Call) -> list[tuple[ast.keyword, tuple[str, Value]]]:
        return list(zip(call.node.keywords, call.keywords, strict=True))

    def _inherited(self, walk: Calls, call: Call, state: State, flow: Flow) -> Pairs:
        """Django's own method: `dispatch` calls the handler of the request, `save` writes."""
        if call.last == "dispatch" and self.handler is not None:
            return walk.invoke(self.handler, call.arguments, Call(call.node, call.callee, None, call.arguments, (), call.at), state, flow)
        known = rows.write_call(self, walk, call, call.last, state, flow)
        labels = together(call.values()).labels - {REQUEST}
        return known if known is not None else [(state, Value(labels | ({ROW} if call.last in ("get_object", "get_queryset") else set())))]

    def perhaps(self, call: Call, text: str, state: State) -> Pairs:
        """A call that may verify, of something that cannot be read."""
        doubt = Fact("maybe", f"{text} at {call.at} may be the verification, and its source is not here", call.at)
        whole = together([*call.values(), *([call.base] if call.base else [])])
        return [(state.knowing([doubt]), Value(whole.labels, when=(frozenset({doubt}), NO_FACTS)))]

    def _plain(self, call: Call, text: str) -> Value:
        """What comes out of a call that does nothing of note: what went in."""
        if text in PLAIN and call.arguments:
            return replace(call.arguments[0], const=NOTHING, made=None)
        if text == "bool" and call.arguments:
            return call.arguments[0]
        if (
            call.last in ("get", "pop", "getlist", "__getitem__")
            and call.base is not None
            and call.arguments
            and isinstance(call.arguments[0].const, str)
        ):
            held = call.base.entry(call.arguments[0].const)
            if held is None and WHOLE in call.base.labels:
                return call.arguments[1] if len(call.arguments) > 1 else Value(const=None)
            return held or self.attribute(call.base, call.arguments[0].const)
        if call.last == "get" and call.base is not None and (several := one_of(call.base, *call.arguments[1:])) is not None:
            return several
        if text in ("getattr", "os.getenv", "os.environ.get", "config", "decouple.config", "env") or text.startswith("os.environ"):
            return self._read(call, text)
        if text == "dict":
            whole = together(call.values())
            for name, value in call.keywords:
                whole = whole.having(name, value) if name != "**" else whole
            return whole
        base = [call.base] if call.base is not None else []
        whole = together([*base, *call.values()])
        if call.callee.dotted and call.last[:1].isupper() and not whole.labels & {CLIENT, ANSWER, EVENT, KEYED}:
            return Value(whole.labels, texts=whole.texts, dotted=f"{call.callee.dotted}()")  # an instance of a foreign class
        return Value(whole.labels - {REQUEST}, texts=whole.texts, name=call.base.name if call.base else "")

    def _read(self, call: Call, text: str) -> Value:
        if text != "getattr":
            name = str(call.arguments[0].const) if call.arguments else ""
            return Value(frozenset({SETTING, SECRET} if is_secret(name) else {SETTING}), texts=(name,), name=name)
        owner, key = (call.arguments[0], call.arguments[1].const) if len(call.arguments) > 1 else (UNKNOWN, "")
        if owner.dotted == "django.conf.settings":
            return self.setting(str(key))
        if isinstance(key, str):
            return self.attribute(owner, key)
        return self._methods(owner, call.arguments[1].texts[:1]) if len(call.arguments) > 1 else owner

    def dispatched(self, state: State, base: Value, key: Value, *more: Value) -> Pairs:
        """`HANDLERS[event["type"]]`: the function under each key, where the key is what a message says."""
        entries = [(name, value) for name, value in base.entries if value.made is not None]
        if not entries or key.known or not key.labels & {CLIENT, EVENT, ANSWER, KEYED}:
            return []
        found = [(state.knowing(comparing.said(key, [plain(name)], "")), value) for name, value in entries]
        return [*found, *((state, value) for value in more[:1])]

    def _methods(self, owner: Value, begins: tuple[str, ...]) -> Value:
        """One of the methods of an instance whose name begins like this."""
        if not isinstance(owner.made, Class) or not begins:
            return owner
        found = [
            Function(one, owner.made.path, owner.made, owner)
            for one in owner.made.node.body
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        items = tuple(Value(made=one) for one in found if one.name.startswith(begins[0]))
        return Value(owner.labels | {ONE_OF}, items=items) if items else owner

    def _passed_on(self, _: object, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
        """Functions that something else calls: tasks, `on_commit`, threads, wrappers for async code, receivers of signals."""
        base = call.base
        if base is not None and isinstance(base.made, Function) and call.last in LATER:
            return walk.invoke(base, self._task_arguments(call), call, state, flow)
        if call.last in ("send", "send_robust", "asend", "asend_robust"):
            return self._sent(walk, call, state, flow)
        handed = [value for value in call.values() if isinstance(value.made, Function)]
        if not handed:
            return None
        if call.last in ("sync_to_async", "async_to_sync", "database_sync_to_async", "method_decorator", "wraps", "csrf_exempt", "atomic"):
            return [(state, handed[0])]
        if call.last == "partial":
            return [(state, replace(handed[0], items=tuple(value for value in call.arguments if value is not handed[0])))]
        if call.last in ("on_commit", "submit", "Thread", "apply", "map", "start_new_thread", "run_in_executor", "async_task"):
            rest = [value for value in call.arguments if value is not handed[0]]
            bare = Call(call.node, call.callee, None, (), (), call.at)
            return [(after, UNKNOWN) for after, _ in walk.invoke(handed[0], [*(handed[0].items or ()), *rest], bare, state, flow)]
        return None

    def _task_arguments(self, call: Call) -> tuple[Value, ...]:
        given = call.argument(0, "args") if call.last in ("apply_async", "apply") else None
        return given.items if given is not None and given.items is not None else call.arguments

    def _sent(self, walk: Calls, call: Call, state: State, flow: Flow) -> Pairs | None:
        pairs: Pairs = [(state, UNKNOWN)]
        receivers = self.receivers.get(call.receiver.rsplit(".", 1)[-1], [])
        for receiver in receivers[:5]:
            self.seen.add(f"{receiver.path}:{receiver.name}")
            pairs = [pair for one, _ in pairs for pair in walk.invoke(Value(made=receiver), call.arguments, call, one, flow)]
        return [(after, UNKNOWN) for after, _ in pairs] if receivers else None

    def returned(self, walk: Calls, function: Function, call: Call, pairs: Pairs) -> Pairs:
        """A function of the project that says by its name that it verifies, with an outcome that nothing explains, leaves a doubt."""
        self.visit(function)
        if not sdk.like_verifying(function.name):
            return pairs
        doubt = Fact("maybe", f"what {function.name} at {call.at} checks could not be worked out", call.at)
        return [(after, self._doubtful(value, doubt)) for after, value in pairs]

    def visit(self, function: Function) -> None:
        """Remember a function that was walked."""
        self.seen.add(f"{function.path}:{function.name}")
        self.visited[f"{function.path}:{function.node.lineno}"] = function

    def _doubtful(self, value: Value, doubt: Fact) -> Value:
        plain_one = all(label.startswith(("~", "by:")) for label in value.labels - {CLIENT})
        if value.known or value.when or value.items is not None or value.entries or plain_one:
            return value
        return replace(value, when=(frozenset({doubt}), NO_FACTS))

    def compare(self, walk: Calls, op: ast.cmpop, left: ast.expr, one: Value, right: ast.expr, other: Value, node: ast.Compare) -> Value:
        """See `comparing`."""
        return comparing.compare(self, op, (left, one), (right, other), walk.at(node))

    def truth(self, value: Value) -> tuple[Facts, Facts] | None:
        """An answer's own word for success, and rows that were paid before."""
        name = plain(value.name)
        if ANSWER in value.labels and name in SUCCESS_NAMES:
            return frozenset({Fact("status")}), NO_FACTS
        if name in STAFF:
            return frozenset({Fact("staff")}), NO_FACTS
        if PAID_ROW in value.labels or (ROW in value.labels and name in FLAGS):
            return frozenset({Fact("recorded")}), NO_FACTS
        return None

    def stores(self, walk: Calls, target: ast.Attribute, value: Value, state: State) -> bool:
        """An attribute that may say "paid" waits for `save()`."""
        return bool(plain(target.attr) in rows.WATCHED or is_status(target.attr))

    def asserted(self, walk: Calls, node: ast.Assert, state: State) -> State:
        """Remembered, for the reason of a failure."""
        return state.knowing([Fact("asserted", "", walk.at(node))]) if sdk.like_verifying(_last_call(node.test)) else state

    def caught(self, walk: Calls, handler: ast.ExceptHandler, state: State) -> State:
        """Where a verification had just raised, the handler is remembered."""
        done = {fact.detail for fact in state.facts if fact.kind == "caught"}
        raised = [fact.at for fact in state.facts if fact.kind == "raised" and fact.at not in done]
        return state.knowing(Fact("caught", at, walk.at(handler)) for at in raised)

    def record(self, walk: Calls, write: Write) -> None:
        """Take in a write."""
        self.writes[write] = None

    def speaks_of(self, walk: Calls) -> tuple[str, ...]:
        """The gateways that the file of a walk speaks of, or else the project."""
        return gateways_in(walk.run.code.bytes_of(walk.path)) or self.gateways


def _changed(call: Call, state: State) -> State:
    """A list or dictionary that takes something in holds it afterwards."""
    held = state.names.get(call.receiver)
    if held is None or call.last not in ("update", "append", "extend", "add", "setdefault", "insert", "pop", "clear"):
        return state
    taken = together(call.values())
    entries = tuple(pair for value in call.values() for pair in value.entries)
    if call.last == "pop":
        return replace(state, names={**state.names, call.receiver: replace(held, labels=held.labels - {WHOLE})})
    return state.binding(call.receiver, replace(held, labels=held.labels - {WHOLE} | taken.labels, items=None, entries=(*held.entries, *entries)))


def shortened(node: ast.expr) -> bool:
    """Whether only a part, the length or the presence of something is shown."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (isinstance(node, ast.Call) and ast.unparse(node.func) in ("len", "bool", "mask", "type"))


def _last_call(node: ast.expr) -> str:
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return ast.unparse(calls[0]).rsplit(".", 1)[-1] if calls else ""
