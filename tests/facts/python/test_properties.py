"""Generated straight-line settings code, run by CPython and by the evaluator: what is known is equal."""

from __future__ import annotations

import ast

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.facts.python.programs import agrees, evaluated

NAMES = ["A", "B", "C", "D", "E"]
UNKNOWN = "mystery"

scalars = st.one_of(
    st.integers(-5, 20).map(repr),
    st.sampled_from(
        ["'a'", "'True'", "''", "'a,b , c'", "'%s-%d'", "'{}/{x}'", "True", "False", "None", "1.5", "b'x'", "'prod'", "'10'", "0.0", "-0.0"]
    ),
    st.sampled_from(NAMES),
    st.sampled_from([f"{UNKNOWN}.flag", f"{UNKNOWN}.call()"]),
)
keys = st.sampled_from(["'a'", "'b'", "0", "1", "True", "'prod'", "1.0", "(1, 2)", "A"])
operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "|", "&", "^", ">>"])
comparisons = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"])
methods = st.sampled_from(
    [
        "upper()",
        "strip()",
        "split(',')",
        "split()",
        "replace('a', 'b')",
        "startswith('a')",
        "get('a')",
        "get('z', 5)",
        "items()",
        "keys()",
        "values()",
        "copy()",
        "join(['x', 'y'])",
        "join(A)",
        "format(1, x=2)",
        "index(1)",
        "count('a')",
        "pop()",
        "pop('a', None)",
        "partition('a')",
        "title()",
        "zfill(5)",
        "union([1])",
        "setdefault('a', 3)",
        "append(B)",
        "insert(0, 'x')",
        "extend(C)",
        "remove(1)",
        "update(D)",
        "sort()",
        "reverse()",
        "clear()",
        "add(1)",
        "discard(1)",
        "isdigit()",
    ]
)
functions = st.sampled_from(
    [
        "len",
        "str",
        "int",
        "float",
        "bool",
        "list",
        "tuple",
        "dict",
        "set",
        "sorted",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "repr",
        "abs",
        "round",
        "reversed",
        "enumerate",
        "type",
        "frozenset",
        "iter",
    ]
)


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, max_size=3)
    return st.one_of(
        some.map(lambda parts: f"[{', '.join(parts)}]"),
        some.map(lambda parts: f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"),
        st.lists(st.tuples(keys, inner), max_size=3).map(lambda pairs: "{" + ", ".join(f"{k}: {v}" for k, v in pairs) + "}"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "{" + ", ".join(parts) + "}"),
        st.tuples(inner, operators, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, comparisons, inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} if {t[1]} else {t[2]})"),
        inner.map(lambda e: f"(not {e})"),
        inner.map(lambda e: f"(-{e})"),
        st.tuples(inner, methods).map(lambda t: f"({t[0]}).{t[1]}"),
        st.tuples(functions, inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, st.sampled_from(["0", "-1", "'a'", "1:", ":2", "::2", "::-1", "True", "A"])).map(lambda t: f"({t[0]})[{t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"[x for x in {t[0]} if x != {t[1]}]"),
        st.tuples(inner, inner).map(lambda t: f"[{t[1]} for x in {t[0]}]"),
        inner.map(lambda e: "{k: v for k, v in " + e + ".items()}"),
        inner.map(lambda e: f"list(map(str, {e}))"),
        inner.map(lambda e: "f'{" + e.replace("'", '"') + "}'"),
        inner.map(lambda e: "f'<{" + e.replace("'", '"') + "!r:>8}>'"),
        st.tuples(inner, inner).map(lambda t: f"(lambda p, q=2: [p, q])({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"[*{t[0]}, {t[1]}]"),
        st.tuples(inner, inner).map(lambda t: "{**" + t[0] + ", 'k': " + t[1] + "}"),
    )


expressions = st.recursive(scalars, _expressions, max_leaves=6)


def _statements(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    def indented(lines: list[str]) -> list[str]:
        return ["    " + line for line in lines] or ["    pass"]

    names = st.sampled_from(NAMES)
    return st.one_of(
        st.tuples(expressions, inner, inner).map(lambda t: [f"if {t[0]}:", *indented(t[1]), "else:", *indented(t[2])]),
        st.tuples(names, expressions, inner).map(lambda t: [f"for {t[0]} in {t[1]}:", *indented(t[2])]),
        st.tuples(expressions, inner).map(lambda t: ["for i in range(3):", *indented([f"if {t[0]}: break", *t[1]])]),
        st.tuples(expressions, inner).map(lambda t: ["for i in range(3):", *indented([f"if {t[0]}: continue", *t[1]]), "else:", "    E = 'else'"]),
        st.tuples(inner, st.sampled_from(["KeyError", "Exception", "(ValueError, TypeError)", "IndexError"]), inner).map(
            lambda t: ["try:", *indented(t[0]), f"except {t[1]}:", *indented(t[2])]
        ),
        st.tuples(inner, expressions, expressions, names).map(
            lambda t: ["def helper(A, B=1):", *indented([*t[0], f"if {t[1]}: return {t[2]}", "return [A, B]"]), f"{t[3]} = helper({t[3]})"]
        ),
        st.tuples(inner, names).map(lambda t: ["class Space:", *indented(["A = B", *t[0]]), f"{t[1]} = Space.A"]),
        st.tuples(inner, inner).map(lambda t: t[0] + t[1]),
    )


simple = st.one_of(
    st.tuples(st.sampled_from(NAMES), expressions).map(lambda t: [f"{t[0]} = {t[1]}"]),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["+=", "*=", "|=", "-="]), expressions).map(lambda t: [f"{t[0]} {t[1]} {t[2]}"]),
    st.tuples(st.sampled_from(NAMES), keys, expressions).map(lambda t: [f"{t[0]}[{t[1]}] = {t[2]}"]),
    st.tuples(st.sampled_from(NAMES), methods).map(lambda t: [f"{t[0]}.{t[1]}"]),
    st.tuples(st.sampled_from(NAMES), keys).map(lambda t: [f"del {t[0]}[{t[1]}]"]),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), expressions).map(lambda t: [f"{t[0]}, *{t[1]} = {t[2]}"]),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).map(lambda t: [f"{t[0]} = {t[1]}"]),
    st.tuples(st.sampled_from(NAMES), expressions).map(lambda t: [f"globals()[{t[0]!r}] = {t[1]}"]),
)
programs = st.lists(st.recursive(simple, _statements, max_leaves=5), min_size=1, max_size=6).map(
    lambda parts: [line for part in parts for line in part]
)
START = ["A = ['x', 1]", "B = {'a': [1], 'b': 2}", "C = 'prod'", "D = (1, 2)", "E = {1, 2}"]


class Mystery:
    """What the evaluator does not know."""

    def __init__(self, flag: object) -> None:
        self.flag = flag

    def call(self) -> object:
        return self.flag


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=max(400, settings.default.max_examples), suppress_health_check=list(HealthCheck))
@given(programs, st.sampled_from([True, False, 0, 1, "a", None, [1], {}, "prod"]))
def test_known_is_equal(lines: list[str], flag: object) -> None:
    text = "\n".join([f"import {UNKNOWN}", *START, *lines]) + "\n"
    try:
        code = compile(ast.parse(text), "s.py", "exec")
    except (SyntaxError, ValueError):
        assume(False)
    names: dict[str, object] = {"__name__": "s"}
    stripped = compile(ast.parse(text.replace(f"import {UNKNOWN}", "pass")), "s.py", "exec")
    names[UNKNOWN] = Mystery(flag)
    del code
    try:
        exec(stripped, names)  # the code is generated here, from a closed grammar
    except Exception:
        assume(False)
    loaded = evaluated(text)
    for name in NAMES:
        if name in loaded.names and name in names:
            assert agrees(loaded.names[name], names[name]), f"{name}: {loaded.names[name]} instead of {names[name]!r} in\n{text}"
        elif name in names:
            assert loaded.incomplete, f"{name} is missing in\n{text}"
