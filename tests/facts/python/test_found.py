"""Programs that the evaluator once made something wrong of, in the fewest words: what it claims is what Python says."""

from __future__ import annotations

import pytest

from tests.facts.python.programs import agrees, evaluated, executed, is_known

# Nothing in these is unknown, so what the evaluator says of `X` (and what it is) is known.
KNOWN = {
    "a body of a class that raises": "X = 1\ntry:\n  class C:\n    X = 2\n    A = (not {k: v for k, v in 'a'.items()})\nexcept Exception:\n  X = []",
    "locals() of a class body": "class C:\n  locals()['Y'] = 2\nX = C.Y",
    "exec() in a class body": "class C:\n  exec('Y = 2')\nX = C.Y",
    "the name of a path's class": "from pathlib import Path\nX = type(Path('a')).__name__",
    "a path in a list in a text": "from pathlib import Path\nX = '%r' % [Path('a')] + str({'p': Path('b')}) + f'{(Path(\"c\"),)}'",
    "a list is added to in a function that has none": "L = [1]\ndef f():\n  L += [2]\ntry:\n  f()\nexcept Exception:\n  X = L",
    "a name is deleted that a module has as well": "X = 1\ndef f():\n  X = 2\n  del X\n  try:\n    return X\n  except NameError:\n    return 3\nX = f()",
    "the name of a caught error is gone": "E = 1\ntry:\n  1 / 0\nexcept ZeroDivisionError as E:\n  pass\ntry:\n  X = E\nexcept NameError:\n  X = 'gone'",
    "the text of an error": "try:\n  raise ValueError('no', 1)\nexcept ValueError as e:\n  X = str(e)",
    "the text of a key error": "try:\n  raise KeyError('no')\nexcept KeyError as e:\n  X = f'{e}' + str(e.args)",
    "dicts that make entries": "from collections import defaultdict\nd = defaultdict(list)\nd['a'].append(1)\nX = [d['a'], len(d), 'b' in d, dict(d)]",
    "counters": "from collections import Counter\nc = Counter('aab')\nX = [c['a'], c['z'], c.most_common(1), c == {'a': 2, 'b': 1}, len(c)]",
    "ordered dicts have an order": "from collections import OrderedDict as O\nX = [O(a=1, b=2) == O(b=2, a=1), O(a=1, b=2) == dict(b=2, a=1), isinstance(O(), dict)]",
    "an OrderedDict gives its first": "from collections import OrderedDict as O\nd = O(a=1, b=2)\nX = [list(O.fromkeys('bab')), list(d | {'c': 1})]",
    "numbers that are members": "from enum import IntEnum\nclass L(IntEnum):\n  LOW = 1\nX = [L.LOW + 1, L.LOW < 2, 3 * L.LOW]",
    "a format that looks into things": "X = '{0[0]}{1.imag}{a[k][1]!r}{0[1]:>3}'.format(['x', 'y'], 5, a={'k': 'zw'})",
    "format_map": "X = '{a}-{b:02d}'.format_map({'a': 'x', 'b': 3})",
    "itertools": "import itertools as i\nX = [list(i.product('ab', [1])), list(i.islice('abc', 1, None)), list(i.zip_longest('a', 'bc')), list(i.accumulate([1, 2]))]",
    "operator": "import operator as o\nX = [o.itemgetter(1)('ab'), o.itemgetter(0, 1)('ab'), o.attrgetter('real')(3), o.methodcaller('upper')('a')]",
    "templates": "import string\nX = [string.Template('$a ${b}$$').substitute(a=1, b='x'), string.Template('$a $b').safe_substitute({'a': 2})]",
    "translate": "X = 'abc'.translate(str.maketrans('ab', 'xy', 'c'))",
    "pow": "X = [pow(3, 4, 5), pow(2, 3)]",
    "a comprehension over a name of the class": "L = ['m']\nclass C:\n  L = ['a', 'b']\n  M = [x * 2 for x in L]\n  N = {x: len([x for x in 'a']) for x in L}\nX = [C.M, C.N]",
}
# In these, `mystery` is something of which the evaluator knows nothing.
VAGUE = {
    "yield from": "def f():\n  yield 1\n  yield from mystery.call()\nX = list(f())",
    "one of two raises": "X = 9 if mystery.flag else {}\ntry:\n  X['a'] = 1\nexcept TypeError:\n  pass",
    "one of two raises in an expression": "Y = '5' if mystery.flag else 'a'\ntry:\n  X = int(Y)\nexcept ValueError:\n  X = 0",
    "a dict that may have a key is merged": "D = {'a': 1} if mystery.flag else {}\nE = {}\nE.update(D)\nX = 'a' in E",
    "a part of a constant of another package may not be there": "X = 1\ntry:\n  mystery.LIST[9]\nexcept (IndexError, TypeError):\n  X = 2",
    "a generator that may have ended": "def f(n):\n  for i in range(n):\n    if i == 1: return\n  yield 'x'\nX = list(f(mystery.call()[0] + 2))",
    "a function that may have returned": "X = 1\ndef f():\n  global X\n  for i in mystery.call():\n    if i: return\n  X = 2\nf()",
    "an error before the one that is raised": "X = 1\ntry:\n  {False: 1}[mystery.flag]\n  X = 2\n  raise KeyError\nexcept KeyError:\n  X += 5",
    "another error than the one that is raised": "try:\n  {False: 1}[mystery.flag]\n  raise ValueError\nexcept KeyError:\n  X = 1\nexcept ValueError:\n  X = 2",
    "a tuple is added to something": "X = [1] if mystery.flag else (1,)\nX = mystery.same(X)\nX += (2,)",
    "one of two cannot be added to": "X = (1,) if mystery.flag else 9\ntry:\n  X += (2,)\nexcept TypeError:\n  pass",
    "a copy of one of two": "import copy\nD = {'a': [1]} if mystery.flag else {'a': [1], 'b': 2}\nX = [copy.copy(D), copy.deepcopy(D)]\nD['s'] = 1\nD['a'].append(2)\nX = [dict(X[0]), dict(X[1])]",
    "a loop that may be left": "X = 1\nfor i in range(3):\n  if mystery.flag: break\n  try:\n    class C:\n      A = (not {k: v for k, v in 'a'.items()})\n    X = 2\n  except Exception:\n    X = []",
}


class Mystery:
    """What the evaluator does not know."""

    def __init__(self, flag: object) -> None:
        self.flag, self.LIST = flag, [1]

    def call(self) -> object:
        """Some elements."""
        return [self.flag] * 2

    def same(self, value: object) -> object:
        """What it is given."""
        return value


@pytest.mark.parametrize("case", KNOWN)
def test_it_is_known_and_equal(case: str) -> None:
    names: dict[str, object] = {}
    assert executed(KNOWN[case], {}, names) is None
    value = evaluated(KNOWN[case]).names["X"]
    assert agrees(value, names["X"]), f"{value} instead of {names['X']!r}"
    assert is_known(value), value


@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("case", VAGUE)
def test_what_is_known_is_equal(case: str, flag: bool) -> None:
    names: dict[str, object] = {"mystery": Mystery(flag)}
    assert executed(VAGUE[case], {}, names) is None
    value = evaluated("import mystery\n" + VAGUE[case]).names["X"]
    assert agrees(value, names["X"]), f"{value} instead of {names['X']!r}"
