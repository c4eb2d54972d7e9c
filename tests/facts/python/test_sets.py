"""Sets: what is in them is known, the order in which they give it is not (it differs from run to run)."""

from __future__ import annotations

import pytest

from ready_gate.facts.python.values import Choice, Items, Unknown, missing

SET = "S = {'a', 'b', 'c', 'd'}\n"

# What depends on the order, in one expression.
UNORDERED = [
    "list(S)[0]",
    "tuple(S)[-1]",
    "next(iter(S))",
    "[x for x in S][1]",
    "','.join(S)",
    "','.join(list(S))",
    "str(S)",
    "repr([S])",
    "'%s' % S",
    "'{}'.format(S)",
    "f'{S}'",
    "list(map(str, S))[0]",
    "list(filter(None, S))[0]",
    "list(enumerate(S))[0]",
    "list(zip(S, [1, 2]))",
    "sorted(S, key=len)[0]",
    "min(S, key=len)",
    "sum([[x] for x in S], [])[0]",
    "list(dict.fromkeys(S))[0]",
    "list({x: 1 for x in S})[0]",
    "{len(x): x for x in S}[1]",
    "[*S][0]",
    "(lambda *a: a[0])(*S)",
    "bytes({300 - 299, 2, 3})",
    "list(S) == list(S | {'a'})",
    "S.pop()",
    "[T.append(x) or x for x in S] and T",
]

# What does not.
KNOWN = {
    "sorted(S)": ["a", "b", "c", "d"],
    "sorted(list(S), reverse=True)": ["d", "c", "b", "a"],
    "sorted(x.upper() for x in S)": ["A", "B", "C", "D"],
    "len(list(S))": 4,
    "len(S)": 4,
    "'a' in list(S)": True,
    "'z' in list(S)": False,
    "'z' in [x for x in S]": False,
    "'z' in S": False,
    "set(list(S)) == S": True,
    "max(S)": "d",
    "min(list(S))": "a",
    "sum({1, 2, 3})": 6,
    "any(x == 'b' for x in S)": True,
    "all(x != 'z' for x in list(S))": True,
    "{x: 1 for x in S}['a']": 1,
    "'z' in {x: 1 for x in S}": False,
    "len({x: 1 for x in S})": 4,
    "list({'a'})": ["a"],
    "bool(list(S))": True,
    "list(S).count('a')": 1,
}


@pytest.mark.parametrize("text", UNORDERED)
def test_the_order_is_not_known(run, text):
    value = run(f"T = []\n{SET}X = {text}").value("X")
    options = value.options if isinstance(value, Choice) else [value]
    assert any(isinstance(option, Unknown) or (isinstance(option, Items) and option.rest) for option in options), value


@pytest.mark.parametrize("text", KNOWN)
def test_what_is_in_it_is_known(run, text):
    assert run(f"{SET}X = {text}")["X"] == KNOWN[text]


def test_a_list_made_of_a_set_is_known_to_hold_nothing_else(run):
    result = run("A = ['x', 'y', 'x']\nX = list(set(A))\nY = X + ['z']\nX += ['w']\nZ = ['q']\nZ.extend(set(A))")
    for name, held in {"X": {"x", "y", "w"}, "Y": {"x", "y", "z"}, "Z": {"q", "x", "y"}}.items():
        value = result.value(name)
        assert missing(value) is None and value.rest
        assert {item.value for item in value.items} == held


def test_with_something_unknown_there_may_be_more(run):
    result = run("import a\nX = list(set(['x'] + a.b()))\nX.append('y')\nY = list({'x', 'y'})\nY += a.b()\nZ = 'z' in Y\nV = 'x' in Y")
    assert missing(result.value("X")) and missing(result.value("Y"))
    assert isinstance(result.value("Z"), Unknown)
    assert result["V"] is True


def test_a_loop_over_few_is_followed_in_every_order(run):
    result = run("L = []\nD = {}\nfor x in {'a', 'b'}:\n  L.append(x)\n  D[x] = len(x)\n  LAST = x\nN = len(D)")
    assert sorted(option.value for option in result.value("LAST").options) == ["a", "b"]
    assert result["N"] == 2
    assert run("for x in {1, 2, 3}: X = x")["X"] == ("one of", "1", "2", "3")


def test_a_loop_over_many_claims_no_order(run):
    result = run("for x in {'a', 'b', 'c', 'd', 'e'}:\n  X = x\nL = []\nfor x in {'a', 'b', 'c', 'd', 'e'}:\n  L.append(x)\nFIRST = L[0]")
    assert isinstance(result.value("X"), (Unknown, Choice))
    assert isinstance(result.value("FIRST"), Unknown)


def test_an_unknown_element_may_be_another_one_again(run):
    assert isinstance(run("import a\nX = len({'a', a.b})").value("X"), Unknown)
