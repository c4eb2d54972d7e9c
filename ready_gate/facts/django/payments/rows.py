"""Rows of the database in payment code: queries, and writes that say "paid"."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ready_gate.facts.django.payments import binding
from ready_gate.facts.django.payments.labels import ANSWER, CLIENT, EVENT, PAID_ROW, REQUEST, ROW, STARTED
from ready_gate.facts.django.payments.words import (
    FLAGS,
    NOT_PAID,
    PAID,
    PERHAPS_FLAGS,
    PERHAPS_PAID,
    STAMPS,
    about_paying,
    is_gateway_id,
    is_order,
    is_record,
    is_status,
    marks_paid,
    plain,
)
from ready_gate.facts.python.paths.calls import Call, Calls
from ready_gate.facts.python.paths.statements import Flow
from ready_gate.facts.python.paths.states import NO_FACTS, UNKNOWN, Class, Fact, Facts, State, Symbol, Unsaved, Value

if TYPE_CHECKING:
    from ready_gate.facts.django.payments.domain import Payments

Pairs = list[tuple[State, Value]]
WATCHED = FLAGS | PERHAPS_FLAGS | STAMPS
_SAVES = ("save", "asave")
_SAVES_MANY = ("bulk_update", "abulk_update", "bulk_create", "abulk_create")
_CREATES = ("create", "acreate", "update_or_create", "aupdate_or_create", "get_or_create", "aget_or_create", "update", "aupdate")
_QUERIES = frozenset(
    [
        *(
            "filter",
            "get",
            "exclude",
            "order_by",
            "select_for_update",
            "select_related",
            "prefetch_related",
            "first",
            "last",
            "latest",
            "earliest",
            "all",
        ),
        *("aget", "afirst", "alast", "exists", "aexists", "count", "values", "values_list", "annotate", "get_or_none", "get_object", "get_queryset"),
        *("refresh_from_db", "arefresh_from_db", "only", "defer", "using", "iterator", "in_bulk", "aggregate", "distinct"),
    ]
)
_SHORTCUTS = ("get_object_or_404", "aget_object_or_404", "get_list_or_404", "aget_list_or_404")
_SQL = re.compile(r"^\s{0,20}(update|insert)\b", re.I)
_SQL_PAID = re.compile(
    r"(status|state)\w{0,20}\"?\s{0,5}=\s{0,5}'(paid|success|successful|completed?|captured)'|\b(is_)?paid\"?\s{0,5}=\s{0,5}(true|1|'t')", re.I
)


def query(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Queries give rows, whatever they ask by."""
    if call.last in _SHORTCUTS:
        flow.raised(state, "Http404")
        return [(state, Value(binding.found(call, _conditions(call)) | {ROW}))]
    base = call.base
    if (
        call.last not in _QUERIES
        or base is None
        or not (ROW in base.labels or ".objects" in call.receiver or call.last in ("get_object", "get_queryset"))
    ):
        return None
    if call.last in ("get", "aget") and ROW in base.labels and base.entry("row") is None:
        flow.raised(state, "DoesNotExist")
    paid = any(_says_paid(domain, name.split("__")[0], value) for name, value in call.keywords)
    known = binding.marks(base)
    asked = binding.found(call, _conditions(call)) if call.arguments or call.keywords or call.last == "get_object" or not known else frozenset()
    return [(state, Value(known | asked | {ROW} | ({PAID_ROW} if paid or PAID_ROW in base.labels else frozenset())))]


def _conditions(call: Call) -> list[Value]:
    """What a query asks by; a view's own `get_object()` asks by the URL."""
    if call.last == "get_object" and not call.arguments:
        return [Value(frozenset({CLIENT, "~key:pk"}), name="pk")]
    if call.last in ("order_by", "select_related", "prefetch_related", "only", "defer", "values", "values_list", "refresh_from_db"):
        return []
    return [*(call.arguments[1:] if call.last in _SHORTCUTS else call.arguments), *(value for _, value in call.keywords)]


def _says_paid(domain: Payments, name: str, value: Value) -> bool:
    return (plain(name) in FLAGS and value.const is True) or (is_status(name) and _word(domain, value) in PAID)


def write_call(domain: Payments, walk: Calls, call: Call, text: str, state: State, flow: Flow) -> Pairs | None:
    """Calls that write rows: saves, creations, updates, SQL, and methods that say themselves that they mark something as paid."""
    if call.last in _SAVES:
        return _saved(domain, walk, call, state)
    if call.last in _SAVES_MANY:
        return [(_flush(domain, walk, state, state.unsaved), UNKNOWN)]
    if call.last in _CREATES and call.base is not None and _is_manager(call):
        return _created(domain, walk, call, state, flow)
    if call.last in ("execute", "executemany", "raw") and call.arguments:
        _sql(domain, walk, call, state)
    elif text == "setattr" and len(call.arguments) == 3:
        return _set(domain, walk, call, state)
    elif marks_paid(call.last) and call.callee.made is None and call.base is not None and not call.callee.dotted:
        return _marked(domain, walk, call, state, flow)
    return None


def _is_manager(call: Call) -> bool:
    base = call.base
    return (
        ".objects" in call.receiver
        or (base is not None and (ROW in base.labels or base.name == "objects"))
        or call.last.lstrip("a") == "update_or_create"
    )


def _saved(domain: Payments, walk: Calls, call: Call, state: State) -> Pairs:
    receiver = "self" if call.receiver.startswith("super(") else call.receiver
    for name, value in call.keywords:
        judge(domain, walk, receiver, name, value, call.at, state, binding.row_at(walk, receiver, state))
    base = call.base
    if base is not None and base.instance and isinstance(base.made, Class) and base.entries:
        _new_row(domain, walk, base.made.node.name, base.entries, call, state, binding.of_new_row(base.entries))
    flushed = _flush(domain, walk, state, [one for one in state.unsaved if one.receiver == receiver])
    return [(flushed, replace(base, const=UNKNOWN.const, made=None) if base is not None else UNKNOWN)]


def _flush(domain: Payments, walk: Calls, state: State, saved: list[Unsaved] | tuple[Unsaved, ...]) -> State:
    for one in saved:
        judge(domain, walk, one.receiver, one.attribute, one.value, one.at, state, binding.row_at(walk, one.receiver, state))
    names = dict(state.names)
    names.update({f"{one.receiver}.{one.attribute}": one.value for one in saved})
    return replace(state, names=names, unsaved=tuple(one for one in state.unsaved if one not in saved))


def flushed(domain: Payments, walk: Calls, call: Call, state: State) -> State:
    """Rows that are handed to something that cannot be read may be saved there."""
    given = [ast.unparse(one) for one in call.node.args if isinstance(one, (ast.Name, ast.Attribute))]
    saving = any(word in call.last.lower() for word in ("save", "commit", "update", "persist", "store"))
    return _flush(domain, walk, state, [one for one in state.unsaved if one.receiver in given]) if saving and given else state


def _created(domain: Payments, walk: Calls, call: Call, state: State, flow: Flow) -> Pairs:
    flow.raised(state, "")
    model = call.receiver.split(".objects")[0].rsplit(".", 1)[-1]
    pairs = [pair for pair in call.keywords if pair[0] != "defaults" and pair[0] != "**"]
    row = _row_of(call, pairs)
    defaults = call.argument(9, "defaults")
    if "_or_create" in call.last:
        pairs = [] if defaults is not None else pairs
    for held in (defaults, call.keyword("**")):
        pairs = [*pairs, *(held.entries if held is not None else ())]
    _new_row(domain, walk, model, tuple(pairs), call, state, row)
    made = Value(row | {ROW})
    return [(state, made if "_or_create" not in call.last else Value(row | {ROW}, items=(made, Value(frozenset({ROW})))))]


def _row_of(call: Call, pairs: list[tuple[str, Value]]) -> frozenset[str]:
    """By what the rows are found that a call changes, or whose order a new row is made for."""
    if call.last.lstrip("a") == "update":
        return binding.origins(call.base) if call.base is not None else frozenset()
    return binding.found(call, [value for _, value in pairs]) if "_or_create" in call.last else binding.of_new_row(pairs)


def _new_row(domain: Payments, walk: Calls, model: str, pairs: tuple[tuple[str, Value], ...], call: Call, state: State, row: frozenset[str]) -> None:
    """A row made or changed at once: by its attributes, or, for a record of payments, by being one of what the visitor sent."""
    for name, value in pairs:
        judge(domain, walk, model, name, value, call.at, state, row)
    spread = call.keyword("**")
    is_update = call.last.lstrip("a") == "update"
    told = [value for name, value in pairs if is_gateway_id(name) and CLIENT in value.labels and not value.labels & {STARTED}]
    whole = spread is not None and CLIENT in spread.labels
    if (whole or told) and is_record(model) and not is_update and not _says_not_paid(domain, pairs):
        _write(domain, walk, call.at, f"keeps a {model} of what the request says", state.facts, False, frozenset({CLIENT}), model, row)


def _says_not_paid(domain: Payments, pairs: tuple[tuple[str, Value], ...]) -> bool:
    """Whether a status that is no paid one is given."""
    return any(
        is_status(name) and _word(domain, value) not in PAID | PERHAPS_PAID and (value.known or not value.labels & {CLIENT}) for name, value in pairs
    )


def _sql(domain: Payments, walk: Calls, call: Call, state: State) -> None:
    text = " ".join(str(one) for one in call.arguments[0].texts)[:2000]
    parameters = [_word(domain, item) for one in call.arguments[1:] for item in (one.items or (one,))]
    row = binding.found(call, [item for one in call.arguments[1:] for item in (one.items or (one,))])
    if _SQL.search(text) and (_SQL_PAID.search(text) or ("status" in text.lower() and any(word in PAID for word in parameters))):
        _write(domain, walk, call.at, "marks the order as paid by SQL", state.facts, True, frozenset(), text, row)


def _set(domain: Payments, walk: Calls, call: Call, state: State) -> Pairs:
    attribute = call.arguments[1].const
    if not isinstance(attribute, str) or not (plain(attribute) in WATCHED or is_status(attribute)):
        return [(state, UNKNOWN)]
    one = Unsaved(ast.unparse(call.node.args[0]), attribute, call.arguments[2], call.at)
    return [(replace(state, unsaved=(*state.unsaved, one)), UNKNOWN)]


def _marked(domain: Payments, walk: Calls, call: Call, state: State, flow: Flow) -> Pairs:
    """A method by whose name something becomes paid, and which the project does not define (or often)."""
    _write(domain, walk, call.at, f"calls {call.text}()", state.facts, True, frozenset(), call.receiver, binding.origins(call.base or UNKNOWN))
    return [(state, UNKNOWN)]


def _word(domain: Payments, value: Value) -> str:
    """The plain word of a constant, a code of one or two letters by what the models call it."""
    word = plain(value.const) if isinstance(value.const, str) else ""
    return domain.short.get(str(value.const), word) if len(word) <= 2 and not isinstance(value.const, Symbol) else word


def judge(domain: Payments, walk: Calls, receiver: str, attribute: str, value: Value, at: str, state: State, row: frozenset[str]) -> None:
    """Take in a write of an attribute where it says (or may say) "paid"."""
    subject = f"{walk.owner.node.name} {receiver}" if walk.owner is not None and receiver.split(".", maxsplit=1)[0] == "self" else receiver
    said = None if "refund" in f"{subject} {attribute}".lower() else _said(domain, subject, attribute, value)
    if said is None:
        return
    sure, extra = said
    told = value.labels & ({CLIENT, ANSWER, EVENT} if is_status(attribute) else {CLIENT})
    shown = repr(value.const) if value.known and not isinstance(value.const, Symbol) else str(value.const) if value.known else "…"
    _write(
        domain,
        walk,
        at,
        f"sets {receiver}.{attribute} = {shown}"[:160],
        state.facts | extra,
        sure,
        told if not value.known else frozenset(),
        receiver,
        row,
    )


def _said(domain: Payments, receiver: str, attribute: str, value: Value) -> tuple[bool, Facts] | None:
    """Whether a value says "paid": for sure or perhaps, with the facts that hold where it does; None where it does not."""
    name = plain(attribute)
    paying = about_paying(attribute) or about_paying(receiver)
    if name in STAMPS:
        return None if value.const is None else (True, NO_FACTS)
    if is_status(attribute) and name not in FLAGS | PERHAPS_FLAGS:
        if not paying and not is_order(receiver) and "paid" not in _word(domain, value):
            return None  # a notification or an upload may be a success too
        return _status_says(domain, paying, value)
    if name in FLAGS or name in PERHAPS_FLAGS:
        if name in ("active", "isactive") and not paying:
            return None
        sure = name in FLAGS or (paying and name not in ("active", "isactive"))
        if value.const is True or (isinstance(value.const, int) and value.const == 1):
            return (sure, NO_FACTS)
        if not value.known:
            when = value.when or domain.truth(value)
            unsure = frozenset({Fact("maybe", "whether what is written is true could not be told")})
            return (sure, when[0] if when else NO_FACTS if value.labels & {CLIENT, ANSWER, EVENT} else unsure)
    return None


def _status_says(domain: Payments, paying: bool, value: Value) -> tuple[bool, Facts] | None:
    word = _word(domain, value)
    if value.const is True:
        return paying, NO_FACTS
    if value.known:
        if word in PAID:
            return True, NO_FACTS
        return (paying, NO_FACTS) if word in PERHAPS_PAID and word not in NOT_PAID else None
    if any(label.startswith("~not:") and plain(label[5:].rsplit(".", 1)[-1]) in PAID for label in value.labels):
        return None
    if value.labels & {CLIENT, ANSWER, EVENT} and paying and REQUEST not in value.labels:
        return value.labels & {CLIENT} != frozenset(), NO_FACTS
    return None


def _write(
    domain: Payments, walk: Calls, at: str, what: str, facts: Facts, sure: bool, told: frozenset[str], receiver: str, row: frozenset[str]
) -> None:
    from ready_gate.facts.django.payments.domain import Write

    domain.record(walk, Write(at, what, facts, sure, told, is_order(receiver), row))
