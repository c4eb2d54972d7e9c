"""`match` statements."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ready_gate.facts.python import branches, comparing, reflection
from ready_gate.facts.python.flow import Flow, Frame
from ready_gate.facts.python.values import Items, Scalar, Table, Value

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

Bindings = dict[str, Value]


def match_statement(frame: Frame, node: ast.Match) -> Flow:
    """Try the cases in order; one that cannot be decided is followed both ways."""
    return _cases(frame, frame.run.eval(frame, node.subject), node.cases)


def _cases(frame: Frame, subject: Value, cases: Sequence[ast.match_case]) -> Flow:
    from ready_gate.facts.python.statements import bind

    run = frame.run
    for index, case in enumerate(cases):
        found: Bindings = {}
        known = _matches(frame, case.pattern, subject, found)
        if known is False:
            continue
        for name, value in found.items():
            bind(frame, name, value, frame.at(case.pattern))
        if case.guard is not None:
            guard = comparing.truth(run, run.eval(frame, case.guard))
            known = False if guard is False else None if guard is None else known
        if known is False:
            continue
        if known is None:
            return _either(frame, subject, case.body, cases[index + 1 :])
        return _taken(frame, subject, case)
    return Flow.NEXT


def _either(frame: Frame, subject: Value, body: Sequence[ast.stmt], rest: Sequence[ast.match_case]) -> Flow:
    return branches.fork(frame, subject.reads, lambda: frame.run.block(frame, body), lambda: _cases(frame, subject, rest))


def _taken(frame: Frame, subject: Value, case: ast.match_case) -> Flow:
    run = frame.run
    guards = run.guards
    run.guards = tuple(dict.fromkeys((*guards, *subject.reads)))
    try:
        return run.block(frame, case.body)
    finally:
        run.guards = guards


def _matches(frame: Frame, pattern: ast.pattern, subject: Value, found: Bindings) -> bool | None:
    run = frame.run
    if isinstance(pattern, ast.MatchAs):
        inner = True if pattern.pattern is None else _matches(frame, pattern.pattern, subject, found)
        if pattern.name and inner is not False:
            found[pattern.name] = subject
        return inner
    if isinstance(pattern, ast.MatchOr):
        answers = [_matches(frame, option, subject, found) for option in pattern.patterns]
        return True if True in answers else None if None in answers else False
    if isinstance(pattern, ast.MatchValue):
        return comparing.equal(run, subject, run.eval(frame, pattern.value))
    if isinstance(pattern, ast.MatchSingleton):
        return comparing.identical(run, subject, Scalar(pattern.value))
    if isinstance(pattern, ast.MatchSequence):
        return _sequence(frame, pattern, subject, found)
    if isinstance(pattern, ast.MatchMapping):
        return _mapping(frame, pattern, subject, found)
    return _class_pattern(frame, pattern, subject, found)


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _vague(run: Interpreter, patterns: Sequence[ast.pattern | None], found: Bindings, subject: Value) -> None:
    """Whatever the patterns would bind is not known."""
    for pattern in patterns:
        for node in ast.walk(pattern) if pattern is not None else ():
            name = getattr(node, "name", None) or getattr(node, "rest", None)
            if isinstance(name, str):
                found[name] = run.unknown("a part of something that is not known", subject)


def _sequence(frame: Frame, pattern: ast.MatchSequence, subject: Value, found: Bindings) -> bool | None:
    if isinstance(subject, (Scalar, Table)) or (isinstance(subject, Items) and subject.kind not in ("list", "tuple")):
        return False
    if not isinstance(subject, Items) or subject.rest:
        _vague(frame.run, pattern.patterns, found, subject)
        return None
    star = next((index for index, part in enumerate(pattern.patterns) if isinstance(part, ast.MatchStar)), None)
    count = len(pattern.patterns)
    if len(subject.items) != count if star is None else len(subject.items) < count - 1:
        return False
    if star is None:
        return _all([_matches(frame, part, item, found) for part, item in zip(pattern.patterns, subject.items, strict=False)])
    after = count - star - 1
    middle = subject.items[star : len(subject.items) - after]
    starred = pattern.patterns[star]
    if isinstance(starred, ast.MatchStar) and starred.name:
        found[starred.name] = Items(list(middle), "list", origins=subject.origins, reads=subject.reads)
    ends = list(zip(pattern.patterns[:star], subject.items, strict=False)) + list(
        zip(pattern.patterns[star + 1 :], subject.items[len(subject.items) - after :], strict=False)
    )
    return _all([_matches(frame, part, item, found) for part, item in ends])


def _mapping(frame: Frame, pattern: ast.MatchMapping, subject: Value, found: Bindings) -> bool | None:
    if isinstance(subject, (Scalar, Items)):
        return False
    if not isinstance(subject, Table) or subject.rest:
        _vague(frame.run, [*pattern.patterns, pattern], found, subject)
        return None
    answers: list[bool | None] = []
    for key, part in zip(pattern.keys, pattern.patterns, strict=False):
        wanted = frame.run.eval(frame, key)
        name = wanted.value if isinstance(wanted, Scalar) else None
        answers.append(_matches(frame, part, subject.entries[name], found) if name in subject.entries else False)
    if pattern.rest:
        keys = {key.value for key in pattern.keys if isinstance(key, ast.Constant)}
        found[pattern.rest] = Table({key: value for key, value in subject.entries.items() if key not in keys}, origins=subject.origins)
    return _all(answers)


def _class_pattern(frame: Frame, pattern: ast.pattern, subject: Value, found: Bindings) -> bool | None:
    if not isinstance(pattern, ast.MatchClass):
        return None
    known = reflection.is_a(frame.run, subject, frame.run.eval(frame, pattern.cls))
    if known is False:
        return False
    if len(pattern.patterns) == 1 and not pattern.kwd_attrs and isinstance(subject, Scalar) and known:
        return _matches(frame, pattern.patterns[0], subject, found)
    if pattern.patterns or pattern.kwd_patterns:
        _vague(frame.run, [*pattern.patterns, *pattern.kwd_patterns], found, subject)
        return None
    return known
