"""What may be in a list besides the elements that surely are."""

import pytest

from ready_gate.facts.python.candidates import MAX_CANDIDATES, besides

BRANCH = "import lib\nX = ['a', 'b']\nif lib.flag: X.append('m')\n"


def held(result, name="X"):
    """The sure elements, and the others; None where they may be anything."""
    value = result.value(name)
    others = besides(value)
    return [item.value for item in value.items], None if others is None else sorted(str(other.value) for other in others)


@pytest.mark.parametrize(
    ("code", "sure", "others"),
    [
        ("", ["a", "b"], ["m"]),
        ("if lib.other: X += ['n', 'o']", ["a", "b"], ["m", "n", "o"]),
        ("if lib.other: X.insert(0, 'n')\nelse: X.append('o')", ["a", "b"], ["m", "n", "o"]),
        ("X += ['n'] if lib.other else []", ["a", "b"], ["m", "n"]),
        ("X = ['z', *X, *(('n',) if lib.other else ())]", ["z", "a", "b"], ["m", "n"]),
        ("X = ('z',) + tuple(X)", ["z", "a", "b"], ["m"]),
        ("X = X.copy() + ['c']", ["a", "b", "c"], ["m"]),
        ("X.extend(X[:1])", ["a", "b"], ["a", "b", "m"]),
        ("Y = X\nif lib.other: Y.append('n')", ["a", "b"], ["m", "n"]),
        ("X.remove('a')", ["b"], ["a", "m"]),
        ("if lib.other: X.remove('a')", ["b"], ["a", "m"]),
        ("X.pop()", [], None),
        ("X += lib.things", ["a", "b"], None),
        ("if lib.other: X.append(lib.things[0])", ["a", "b"], None),
        ("if lib.other: X.append(['n'])", ["a", "b"], None),
        ("X[0] = 'p'", [], None),
        ("if lib.other: X.append('n' if lib.more else 'o')", ["a", "b"], ["m", "n", "o"]),
        ("for x in lib.things: X.append('n')", ["a", "b"], None),
        ("for x in lib.things: pass", ["a", "b"], ["m"]),
        ("X.clear()\nX.append('n')", ["n"], []),
        ("X.clear()\nX += lib.things", [], None),
        ("X = [x.upper() for x in X]", ["A", "B"], None),
        ("X.sort()", [], None),
        ("lib.change(X)", [], None),
    ],
)
def test_what_may_be_there_besides(run, code, sure, others):
    assert held(run(BRANCH + code)) == (sure, others)


def test_in_is_answered_from_the_candidates(run):
    result = run(BRANCH + "A = 'a' in X\nZ = 'z' in X\nM = 'm' in X\nN = 'z' not in X")
    assert (result["A"], result["Z"], result["N"]) == (True, False, True)
    assert str(result["M"]).startswith("?")


def test_too_many_candidates_are_anything(run):
    lines = "\n".join(f"if lib.flag{number}: X.append('x{number}')" for number in range(MAX_CANDIDATES + 1))
    assert held(run(BRANCH + lines)) == (["a", "b"], None)


def test_sets_keep_what_is_not_known_when_they_take_in_what_is(run):
    result = run("import lib\nX = {'a'}\nif lib.flag: X.add('m')\nX.update({'b'})\nX |= {'c'}")
    assert held(result) == (["a", "b", "c"], ["m"])
    assert result.value("X").rest
