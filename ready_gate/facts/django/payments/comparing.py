"""Comparisons in payment code: of signatures, of statuses, of amounts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from ready_gate.facts.django.payments import binding
from ready_gate.facts.django.payments.labels import ANSWER, CLIENT, EVENT, HASHED, KEYED, PAID_ROW, ROW, STARTED
from ready_gate.facts.django.payments.words import OTHER_WAYS, PAID, PERHAPS_PAID, STAFF_WORDS, is_amount, is_answered, is_refused, is_status, plain
from ready_gate.facts.python.paths.states import NO_FACTS, Fact, Facts, Symbol, Value

if TYPE_CHECKING:
    from ready_gate.facts.django.payments.domain import Payments

_BALANCE = re.compile(r"balance|wallet|bonus|credits?\b|points|store_credit", re.I)
Side = tuple[ast.expr, Value]
_NEGATED = (ast.NotEq, ast.NotIn, ast.IsNot)


def compare(domain: Payments, op: ast.cmpop, one: Side, other: Side, at: str) -> Value:
    """The outcome of a comparison, and the facts that hold where it is true and false."""
    known = _constant(op, one[1], other[1])
    if known is not None:
        return Value(const=known)
    labels = (one[1].labels | other[1].labels) & {CLIENT}
    if isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)) and (truth := _with_truth(op, one[1], other[1], domain)) is not None:
        return Value(labels, when=truth)
    if isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)):
        held = _equal(one, other, at)
        if any(fact.kind == "signature" for fact in held[0]):
            domain.verifications[at] = "the comparison of the signature"
            domain.weak.add(at)
        negated = isinstance(op, _NEGATED)
        amounts = _amounts(ast.Eq(), one, other, at) if isinstance(op, (ast.Eq, ast.NotEq)) else NO_PAIR
        same = binding.compared(one[1], other[1], at) if isinstance(op, (ast.Eq, ast.NotEq)) else NO_FACTS
        when = (held[0] | amounts[0] | same, held[1] | amounts[1])
        return Value(labels, when=(when[1], when[0]) if negated else when)
    return Value(labels, when=_amounts(op, one, other, at))


NO_PAIR: tuple[Facts, Facts] = (NO_FACTS, NO_FACTS)


def _constant(op: ast.cmpop, one: Value, other: Value) -> bool | None:
    """The outcome for two constants; None where it is not known."""
    if isinstance(op, (ast.In, ast.NotIn)):
        if not one.known or other.items is None or not all(item.known for item in other.items):
            return None
        answers = [_same(one, item) for item in other.items]
        found = True if True in answers else None if None in answers else False
        return None if found is None else found is isinstance(op, ast.In)
    if not isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
        return None
    if other.known and other.const is None and not one.known and (one.made is not None or one.items is not None or one.entries):
        return isinstance(op, _NEGATED)
    same = _same(one, other) if one.known and other.known else None
    return None if same is None else same is not isinstance(op, _NEGATED)


def _same(one: Value, other: Value) -> bool | None:
    if isinstance(one.const, Symbol) != isinstance(other.const, Symbol):
        return None
    if isinstance(one.const, Symbol) and isinstance(other.const, Symbol):
        alike = str(one.const) == str(other.const)
        return True if alike else False if str(one.const).rpartition(".")[0] == str(other.const).rpartition(".")[0] else None
    return one.const == other.const


def _with_truth(op: ast.cmpop, one: Value, other: Value, domain: Payments) -> tuple[Facts, Facts] | None:
    """`verified is True`, `verified == False`, `verified is not None`: what holds by what is compared."""
    for value, constant in ((one, other), (other, one)):
        when = value.when or (domain.truth(value) if constant.const is True else None)
        if when and (constant.const is True or constant.const is False):
            positive = constant.const is not isinstance(op, _NEGATED)
            return when if positive else (when[1], when[0])
    return None


def _equal(one: Side, other: Side, at: str) -> tuple[Facts, Facts]:
    """What follows from two sides being the same, and from their not being it."""
    if signature := signed(one, other, at):
        return signature, NO_FACTS
    for side, fixed in ((one[1], other[1]), (other[1], one[1])):
        words = _words(fixed)
        if words:
            return _status(side, words, at)
    return NO_PAIR


def signed(one: Side, other: Side, at: str) -> Facts:
    """The fact of a verified signature, where one side is made with a secret and the other is what the visitor sent, and what it covers."""
    if ast.dump(one[0]) == ast.dump(other[0]):
        return NO_FACTS
    for made, sent in ((one[1], other[1]), (other[1], one[1])):
        if KEYED in made.labels and CLIENT in sent.labels and (KEYED not in sent.labels or HASHED in sent.labels or CLIENT in made.labels):
            covers = binding.covered([made], at)
            message = {Fact("message", "the signature", at)} if any(tells_more(fact.detail) for fact in covers) else set()
            return covers | message | {Fact("signature", "", at)}
    return NO_FACTS


def tells_more(covered: str) -> bool:
    """Whether a signature over this speaks of payments that failed too: over a whole message, or its status."""
    return covered.startswith("in:") or (covered.startswith("key:") and is_status(covered.rpartition("/")[2]))


def _words(value: Value) -> list[str]:
    """The plain words of a constant, or of every element of a collection of constants."""
    if value.items is not None:
        return [plain(item.const) for item in value.items] if value.items and all(_is_word(item) for item in value.items) else []
    return [plain(value.const)] if _is_word(value) else []


def _is_word(value: Value) -> bool:
    return isinstance(value.const, str) or (isinstance(value.const, (int, bool)) and not isinstance(value.const, float)) or value.const is True


def said(side: Value, words: list[str], at: str) -> Facts:
    """What follows of something being one of these words."""
    return _status(side, words, at)[0]


def _status(side: Value, words: list[str], at: str) -> tuple[Facts, Facts]:
    paid = all(is_answered(word) for word in words)
    if ANSWER in side.labels:
        if paid:
            return frozenset({Fact("status", "", at)}), NO_FACTS
        if any(is_refused(word) for word in words):
            return frozenset({Fact("refused", "", at)}), NO_FACTS
        return (frozenset({Fact("maybe", f"whether the comparison at {at} means a payment that came through could not be told", at)}), NO_FACTS)
    if paid and ROW in side.labels and plain(side.name) in ("type", "event", "eventtype", "eventname", "webhooktype"):
        return frozenset({Fact("claimed", "", at)}), NO_FACTS  # of a message that was stored first
    if ROW in side.labels and (is_status(side.name) or PAID_ROW in side.labels) and all(word in PAID | PERHAPS_PAID for word in words):
        return frozenset({Fact("recorded", "", at)}), NO_FACTS
    if side.labels & {CLIENT, EVENT, KEYED} and (paid or all(is_refused(word) for word in words)):
        return frozenset({Fact("claimed" if paid else "refused", "", at)}), NO_FACTS
    if all(word in STAFF_WORDS for word in words) and CLIENT not in side.labels:
        return frozenset({Fact("staff", "", at)}), NO_FACTS
    if all(word in OTHER_WAYS for word in words):
        return frozenset({Fact("other", "", at)}), NO_FACTS
    return NO_PAIR


def _amounts(op: ast.cmpop, one: Side, other: Side, at: str) -> tuple[Facts, Facts]:
    """The paid amount against what was to be paid."""
    free = _free(op, one, other, at)
    if free is not None:
        return free
    inner = _difference(one[1])
    if inner is not None:
        fact = _amount_fact((one[0], inner[0]), (one[0], inner[1]), at)
        if fact and isinstance(op, (ast.Gt, ast.GtE, ast.NotEq)):
            return NO_FACTS, frozenset({fact})
        return (frozenset({fact}), NO_FACTS) if fact and isinstance(op, (ast.Lt, ast.LtE, ast.Eq)) else NO_PAIR
    for told, own, swapped in ((one, other, False), (other, one, True)):
        fact = _amount_fact(told, own, at) or _balance_fact(told, own, at)
        if fact is not None:
            return _by_order(op, swapped, frozenset({fact}))
    return NO_PAIR


def _balance_fact(held: Side, own: Side, at: str) -> Fact | None:
    """A customer's balance with the shop that covers the order pays for it, without any gateway."""
    foreign = (held[1].labels | own[1].labels) & {ANSWER, EVENT, CLIENT}
    if foreign or own[1].known or not _BALANCE.search(f"{held[1].name} {_source(held[0])}"):
        return None
    return Fact("free", "", at)


def _by_order(op: ast.cmpop, swapped: bool, held: Facts) -> tuple[Facts, Facts]:
    """Which outcome says that at least the right amount was paid. Unswapped, the paid amount stands on the left."""
    if isinstance(op, ast.Eq):
        return held, NO_FACTS
    at_least = (ast.LtE, ast.Lt) if swapped else (ast.GtE, ast.Gt)
    less = (ast.Gt,) if swapped else (ast.Lt,)
    if isinstance(op, at_least):
        return held, NO_FACTS
    return (NO_FACTS, held) if isinstance(op, less) else NO_PAIR


def _amount_fact(told: Side, own: Side, at: str) -> Fact | None:
    gateway = told[1].labels & {ANSWER, EVENT, CLIENT}
    if told[1].const is None and ROW in own[1].labels and is_amount(own[1].name):
        return Fact("amount", "gateway", at)  # an answer without an amount is not equal to that of a row
    if not gateway or own[1].labels & {ANSWER, EVENT, CLIENT, STARTED}:
        return None
    if not (is_amount(told[1].name) or is_amount(_source(told[0])) or is_amount(own[1].name) or is_amount(_source(own[0]))):
        return None
    if own[1].known and (isinstance(own[1].const, (str, bool)) or not own[1].const):
        return None
    return Fact("amount", "gateway" if gateway & {ANSWER, EVENT} else "client", at)


def _source(node: ast.expr) -> str:
    return ast.unparse(node)[:200] if not isinstance(node, ast.Constant) else ""


def _difference(value: Value) -> tuple[Value, Value] | None:
    left, right = value.entry("-left"), value.entry("-right")
    return (left, right) if left is not None and right is not None else None


def _free(op: ast.cmpop, one: Side, other: Side, at: str) -> tuple[Facts, Facts] | None:
    """An order over nothing needs no payment."""
    node, value = one
    is_zero = other[1].const == 0 and not isinstance(other[1].const, bool)
    if not is_zero or value.labels & {CLIENT, ANSWER, EVENT} or not (is_amount(value.name) or is_amount(_source(node))):
        return None
    fact = frozenset({Fact("free", "", at)})
    if isinstance(op, (ast.Eq, ast.LtE)):
        return fact, NO_FACTS
    return (NO_FACTS, fact) if isinstance(op, ast.Gt) else NO_PAIR
