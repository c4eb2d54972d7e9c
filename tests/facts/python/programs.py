"""Programs as settings files are, made from templates: what the real Python makes of them, and what the evaluator claims of them.

A hole `<S>` in a template is filled with an expression for a text, `<I>` a whole number, `<B>` a truth value, `<L>` a list of texts, `<D>` a dict,
`<T>` a tuple, `<Z>` a set, `<P>` a path, `<M>` a timedelta, `<Y>` bytes, `<A>` anything; `<s>` … a name of that kind, `<E>` the name of a variable of
the environment, `<K>` a key; `<block>` some statements.
"""

from __future__ import annotations

import os
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from types import ModuleType, SimpleNamespace
from unittest import mock

from ready_gate.facts.python.candidates import besides
from ready_gate.facts.python.interpreter import Interpreter, Loaded
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Choice, Instance, Items, Scalar, Table, Unknown, Value
from ready_gate.facts.views import Shuffled, Variable
from ready_gate.model import Origin

HOLE = re.compile(r"<(\w+)>")
VARIABLES = ("DEBUG", "PORT", "HOSTS", "NAME", "URL", "ABSENT")
TEXTS = ("", "True", "false", "0", "1", "8000", "a,b", " x , y ", "prod", "https://u:p@h:5432/db?x=1", '{"a": [1, 2]}', "1_000", "ä€")
START = """
import ast, base64, copy, functools, itertools, json, operator, os, re, string
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
def env_bool(name, default=False):
    value = os.environ.get(name)
    if value is None:
        return default
    return value.strip().lower() in ('1', 'true', 'yes', 'on')
def env_list(name, default='', *, sep=','):
    return [part.strip() for part in os.getenv(name, default).split(sep) if part.strip()]
def env_int(name, default=0):
    try:
        return int(os.environ[name])
    except (KeyError, ValueError):
        return default
S0, S1, I0, I1, B0 = 'prod', 'a,b', 5, -3, True
L0, L1 = ['x', 'y'], []
D0, D1 = {'a': 'x', 'b': {'c': 1}}, {}
T0, Z0, P0, M0, Y0 = ('x', 'z'), {'x'}, Path('/srv/app'), timedelta(days=1), b'ab'
"""
NAMES = {"s": ["S0", "S1"], "i": ["I0", "I1"], "b": ["B0"], "l": ["L0", "L1"], "d": ["D0", "D1"], "t": ["T0"], "z": ["Z0"], "p": ["P0"], "m": ["M0"]}
NAMES |= {"y": ["Y0"]}
ALL_NAMES = [name for names in NAMES.values() for name in names]
EXPRESSIONS: dict[str, list[str]] = {
    "E": [repr(name) for name in VARIABLES],
    "K": ["'a'", "'b'", "'c'", "'x'", "<S>"],
    "A": ["<S>", "<I>", "<B>", "<L>", "<D>", "<T>", "<Z>", "<P>", "<M>", "<Y>", "None", "<S> or None", "1.5", "<I> / 2", "<D>.get(<K>)"],
    "S": [
        "<s>",
        "<s>",
        "'x'",
        "''",
        "' Ab '",
        "'a,b , c'",
        "os.environ.get(<E>, <S>)",
        "os.getenv(<E>, <S>)",
        "os.environ[<E>]",
        "os.environ.get(<E>) or <S>",
        "(os.getenv(<E>) or <S>)",
        "<S> + <S>",
        "<S> * 2",
        "f'{<S>}'",
        "f'{<S>!r:>8}|{<I>:03d}|{<I>:,}'",
        "f'{<I>:>{4}}{<S>:.2}'",
        "f'{<I>=}'",
        "f'{<B>}{<L>}'",
        "'%s-%d' % (<S>, <I>)",
        "'%(a)s/%(b)r' % {'a': <S>, 'b': <A>}",
        "'%s' % <A>",
        "'%5.1f%%' % <I>",
        "'{}/{x}'.format(<S>, x=<A>)",
        "'{0[0]}{1!r}'.format(<L>, <S>)",
        "'{a:<6}|'.format(a=<S>)",
        "'{x}'.format_map({'x': <S>})",
        "str(<A>)",
        "repr(<A>)",
        "<S>.upper()",
        "<S>.strip().lower()",
        "<S>.replace(<S>, 'q')",
        "<S>[:2]",
        "<S>[::-1]",
        "<S>[-1:]",
        "<S>[0]",
        "<S>.split(',')[0]",
        "<S>.partition(':')[2]",
        "<S>.rpartition('/')[0]",
        "<S>.removeprefix('a')",
        "<S>.title().swapcase()",
        "<S>.zfill(4).ljust(6, '-')",
        "<S>.strip('ax').rstrip()",
        "','.join(<L>)",
        "', '.join(str(x) for x in <T>)",
        "'-'.join(sorted(<Z>))",
        "''.join(reversed(<S>))",
        "<S>.encode().decode('utf-8')",
        "base64.b64encode(<S>.encode()).decode()",
        "base64.b64decode('YWI=').decode()",
        "json.dumps(<D>)",
        "json.dumps({'a': <S>, 'b': <I>}, sort_keys=True, indent=2)",
        "re.sub('[,/]', '-', <S>)",
        "re.sub(r'\\s+', ' ', <S>)",
        "(re.match('a(.)', <S>) or re.match('', '')).group(0)",
        "string.Template('$a-${b}').substitute(a=<S>, b=<I>)",
        "string.Template('$a $zz').safe_substitute({'a': <S>})",
        "os.path.join(<S>, 'b', <S>)",
        "os.path.basename(<S>)",
        "os.path.splitext(<S>)[1]",
        "os.path.dirname(os.path.abspath(__file__))",
        "str(<P>)",
        "<P>.name",
        "<P>.suffix",
        "<P>.stem",
        "os.fspath(<P>)",
        "max(<S>, <S>)",
        "min(<L> + ['z'], key=len)",
        "<L>[0]",
        "<L>[-1]",
        "<D>.get(<K>, 'd') or 'n'",
        "<D>['a']",
        "(lambda x, y='q': x + y)(<S>)",
        "<S> if <B> else <S>",
        "(<s> := <S>)",
        "type(<A>).__name__",
        "chr(97 + len(<S>) % 5)",
        "functools.reduce(lambda x, y: x + y, <L>, <S>)",
        "next((x for x in <L> if x > 'b'), <S>)",
        "next(iter(<L>), 'none')",
        "hex(<I>)",
        "str(<M>)",
        "<M>.__class__.__name__",
        "date(2024, 1, 31).isoformat()",
        "(date(2024, 1, 31) + <M>).strftime('%Y-%m-%d')",
        "str(Decimal(<I>) + Decimal('0.10'))",
        "<Y>.hex()",
        "str(<Y>, 'ascii')",
        "ast.literal_eval(repr(<S>))",
        "'a' 'b' if <S> in <S> else <S>",
        "globals()['S0']",
        "globals().get('S1', '')",
        "getattr(<S>, 'upper')()",
        "str.lower(<S>)",
        "''.join(map(str.upper, <L>))",
        "operator.itemgetter(0)(<L>)",
        "<L>.pop() if <L> else 'e'",
        "functools.partial(os.environ.get, <E>)(<S>)",
        "format(<I>, '05d')",
        "ascii(<S>)",
        "'x'.join(<D>)",
        "os.environ.setdefault(<E>, <S>)",
        "<S>.translate(str.maketrans('a', 'b'))",
        "<S>.expandtabs().center(9, '*')",
    ],
    "I": [
        "<i>",
        "<i>",
        "0",
        "1_000",
        "0x1F",
        "int(os.environ.get(<E>, '3'))",
        "int(os.getenv(<E>, 7))",
        "env_int(<E>)",
        "env_int(<E>, default=<I>)",
        "<I> + <I>",
        "<I> * <I>",
        "<I> - 1",
        "<I> // 2",
        "<I> % 7",
        "-<I>",
        "~<I>",
        "<I> ** 2",
        "<I> << 2",
        "<I> & 6 | 1 ^ 3",
        "60 * 60 * 24",
        "len(<S>)",
        "len(<L>)",
        "len(<D>)",
        "len(<Z>)",
        "abs(<I>)",
        "round(<I> / 3)",
        "int(<I> / 2)",
        "int('1_000')",
        "int('ff', 16)",
        "int(<S> or 0)",
        "int(float('2.5'))",
        "sum([<I>, <I>])",
        "sum(len(x) for x in <L>)",
        "max(<I>, <I>, key=abs)",
        "min([<I>, 2, 3])",
        "max([len(x) for x in <L>], default=<I>)",
        "<S>.count('a')",
        "<S>.find(',')",
        "<L>.index('x')",
        "<L>.count('x')",
        "int(<B>)",
        "<I> if <B> else <I>",
        "int(<M>.total_seconds())",
        "<M>.days",
        "timedelta(minutes=<I>).seconds",
        "ord('a')",
        "divmod(<I>, 3)[0]",
        "pow(2, 3)",
        "pow(3, 4, 5)",
        "int(Decimal('2.7'))",
        "json.loads('[1, 2]')[1]",
        "ast.literal_eval('{1: 2}')[1]",
        "(lambda *a, **k: len(a) + len(k))(*<T>, **{'a': 1})",
        "operator.add(<I>, 2)",
        "<I>.bit_length()",
        "Counter(<L>)['x']",
        "bool(<S>) + 1",
        "int(<S>.isdigit())",
        "len(<P>.parts)",
    ],
    "B": [
        "<b>",
        "True",
        "False",
        "env_bool(<E>)",
        "env_bool(<E>, True)",
        "env_bool(<E>, default=<B>)",
        "os.environ.get(<E>, 'False') == 'True'",
        "os.getenv(<E>, '').lower() in ('1', 'true', 'yes')",
        "bool(int(os.environ.get(<E>, '0')))",
        "bool(os.environ.get(<E>))",
        "<E> in os.environ",
        "not <A>",
        "<B> and <B>",
        "<B> or <B>",
        "<A> == <A>",
        "<A> != <A>",
        "<S> < <S>",
        "0 < <I> <= 9",
        "1 < <I> > 2 != 3",
        "<S> in <L>",
        "<S> not in <D>",
        "'a' in <S>",
        "<S>.startswith('a')",
        "<S>.endswith(('b', 'd'))",
        "<A> is None",
        "<A> is not None",
        "isinstance(<A>, str)",
        "isinstance(<A>, (list, tuple, dict))",
        "any(<L>)",
        "all(x for x in <T>)",
        "any(x == 'x' for x in <Z>)",
        "<Z> <= <Z>",
        "<Z> == set(<L>)",
        "bool(<D>)",
        "hasattr(<S>, 'upper')",
        "callable(env_bool)",
        "'S0' in globals()",
        "<P>.is_absolute()",
        "<M> > timedelta(hours=1)",
        "bool(re.match('^[a-z]+$', <S>))",
        "re.search('a', <S>) is not None",
        "<S>.isupper()",
        "issubclass(bool, int)",
        "<Y> == b'ab'",
        "{'true': True, '1': True}.get(<S>.lower(), False)",
        "<L> is <L>",
        "<L> < ['y']",
        "operator.contains(<L>, 'x')",
    ],
    "L": [
        "<l>",
        "<l>",
        "[]",
        "[<S>, <S>]",
        "[*<L>, <S>]",
        "[*<T>, *<L>]",
        "list(<T>)",
        "<L> + <L>",
        "<L> * 2",
        "<L>[1:]",
        "<L>[::-1]",
        "<L>[:-1]",
        "<S>.split(',')",
        "<S>.split()",
        "<S>.rsplit('/', 1)",
        "<S>.splitlines()",
        "env_list(<E>)",
        "env_list(<E>, 'p;q', sep=';')",
        "[x.strip() for x in <S>.split(',')]",
        "[x for x in <L> if x != 'x']",
        "[x + y for x in <L> for y in <T> if x < y]",
        "[y for x in <L> if (y := x.upper())]",
        "[k for k, v in <D>.items() if v]",
        "[f'{i}{x}' for i, x in enumerate(<L>, 1)]",
        "[a + b for a, b in zip(<L>, <T>)]",
        "sorted(<L>)",
        "sorted(<L>, key=len, reverse=True)",
        "sorted(<Z>)",
        "sorted(<D>, key=lambda k: k[::-1])",
        "sorted(set(<L>) | <Z>)",
        "list(<D>)",
        "list(<D>.keys())",
        "list(map(str, <D>.values()))",
        "list(filter(None, <L>))",
        "list(filter(lambda x: x > 'a', <L>))",
        "list(map(lambda x: x * 2, <L>))",
        "list(reversed(<L>))",
        "list(dict.fromkeys(<L>))",
        "list(OrderedDict.fromkeys(<L>))",
        "list(itertools.chain(<L>, <T>))",
        "list(itertools.chain.from_iterable([<L>, <L>]))",
        "list(itertools.islice(<L>, 2))",
        "[''.join(p) for p in itertools.product(<L>, repeat=2)]",
        "list(copy.copy(<L>))",
        "copy.deepcopy(<L>)",
        "<L>.copy()",
        "sum([<L>, <L>], [])",
        "<L> or <L>",
        "<L> and <L>",
        "<L> if <B> else <L>",
        "re.split('[,;]', <S>)",
        "re.findall('[a-z]', <S>)",
        'json.loads(\'["a", "b"]\')',
        'ast.literal_eval(\'["a", "b"]\')',
        "list('abc')",
        "[str(i) for i in range(3)]",
        "[*range(0)]",
        "[str(p) for p in <P>.parts]",
        "list(vars())[:0]",
        "globals()['L0']",
        "list(accumulate_names(<L>))",
        "[x for x in [<S>, None, ''] if x is not None]",
        "[dict(a=x)['a'] for x in <L>]",
        "<D>.setdefault('l', []) if False else <L>",
        "(lambda x=<L>: x)()",
    ],
    "T": [
        "<t>",
        "('x',)",
        "()",
        "(<S>, <S>)",
        "tuple(<L>)",
        "<T> + <T>",
        "<T>[1:]",
        "tuple(x for x in <L> if x)",
        "tuple(sorted(<Z>))",
        "(*<L>, <S>)",
        "tuple(<D>)",
        "<T> * 2",
    ],
    "Z": [
        "<z>",
        "{<S>}",
        "set()",
        "set(<L>)",
        "{x for x in <L>}",
        "<Z> | <Z>",
        "<Z> & <Z>",
        "<Z> - {'x'}",
        "<Z> ^ <Z>",
        "<Z>.union(<L>)",
        "frozenset(<T>) | <Z> if False else set(<T>)",
        "set(<D>)",
        "set(<L>).difference(<L>)",
    ],
    "D": [
        "<d>",
        "<d>",
        "{}",
        "{'a': <A>, 'b': <A>}",
        "{**<D>, 'a': <S>}",
        "{<K>: <I>, **<D>}",
        "dict(a=<S>, b=<I>)",
        "dict(<D>, c=<S>)",
        "dict([('a', <S>), ('b', <I>)])",
        "dict(zip(<L>, <T>))",
        "<D> | <D>",
        "<D>.copy()",
        "copy.deepcopy(<D>)",
        "{k: v for k, v in <D>.items() if v}",
        "{x: len(x) for x in <L>}",
        "{k: str(v) for k, v in sorted(<D>.items(), key=lambda p: p[0])}",
        "dict.fromkeys(<L>, <I>)",
        'json.loads(\'{"a": {"b": [1, null, true]}}\')',
        "json.loads(json.dumps({'a': <S>}))",
        "json.loads(os.environ.get(<E>, '{}'))",
        "ast.literal_eval(\"{'a': 1}\")",
        "OrderedDict([('a', <S>)])",
        "<D> or {'a': 1}",
        "<D> if <B> else {'a': <S>}",
        "{'ENGINE': 'x', 'OPTIONS': {'init': <S>}, 'CONN': env_int(<E>, 60)}",
        "{'a': <D>, 'l': <L>}",
        "dict(Counter(<L>))",
        "(lambda **k: k)(a=<S>, **{'b': 2})",
        "{'a': {'x': <I>}}['a']",
    ],
    "P": [
        "<p>",
        "Path('/srv') / <S>",
        "Path('a/b.txt')",
        "Path(__file__).parent",
        "Path(__file__).resolve().parent.parent",
        "<P>.parent",
        "<P> / 'x' / 'y.tar.gz'",
        "<P>.joinpath('a', 'b')",
        "<P>.with_suffix('.py')",
        "Path(os.path.join('/a', 'b'))",
        "<P>.parents[0]",
    ],
    "M": [
        "<m>",
        "timedelta(days=<I>)",
        "timedelta(hours=2, minutes=<I>)",
        "<M> * 2",
        "<M> + <M>",
        "-<M>",
        "timedelta(seconds=int(os.environ.get(<E>, 300)))",
        "<M> / 2",
        "abs(<M> - timedelta(1))",
        "max(<M>, timedelta(0))",
    ],
    "Y": [
        "<y>",
        "<S>.encode()",
        "b'x' + <Y>",
        "bytes([65, 66])",
        "base64.b64encode(<Y>)",
        "<Y>[:1]",
        "b'%s-%d' % (<Y>, <I>)",
        "<Y>.upper()",
        "b''.join([<Y>, b'-'])",
    ],
}
STATEMENTS = [
    "<s> = <S>",
    "<i> = <I>",
    "<b> = <B>",
    "<l> = <L>",
    "<d> = <D>",
    "<t> = <T>",
    "<z> = <Z>",
    "<p> = <P>",
    "<m> = <M>",
    "<y> = <Y>",
    "<s> += <S>",
    "<i> += <I>",
    "<i> *= 2",
    "<l> += <L>",
    "<l> += <T>",
    "<t> += ('q',)",
    "<z> |= <Z>",
    "<d> |= <D>",
    "<p> /= 'z'",
    "<l>.append(<S>)",
    "<l>.insert(0, <S>)",
    "<l>.insert(<I>, <S>)",
    "<l>.extend(<L>)",
    "<l>.remove('x')",
    "<l>.sort()",
    "<l>.sort(key=lambda x: (len(x), x), reverse=<B>)",
    "<l>.reverse()",
    "<s> = <l>.pop(0)",
    "<l>[0] = <S>",
    "<l>[:1] = <L>",
    "<l>[1:1] = [<S>]",
    "del <l>[0]",
    "del <l>[1:]",
    "<d>['c'] = <A>",
    "<d>[<K>] = <A>",
    "<d>['n'] = {'m': <A>}\n<d>['n']['m'] = <A>\n<d>['n'].update(z=<S>)",
    "<d>.update(<D>)",
    "<d>.update(a=<S>, b=<I>)",
    "<d>.setdefault('l', []).append(<S>)",
    "<s> = str(<d>.pop('a', <S>))",
    "<d>.pop(<K>, None)",
    "del <d>['a']",
    "<z>.add(<S>)",
    "<z>.update(<L>)",
    "<z>.discard('x')",
    "<s>, *<l> = <L>",
    "<s>, <i> = <S>, <I>",
    "*<l>, <s> = <L> + ['end']",
    "(<s>, (<i>, <b>)) = ('u', (<I>, <B>))",
    "<l> = <l>",
    "<l> = <l>[:]",
    "<s> = <s> = <S>",
    "<i>: int = <I>",
    "os.environ['NEW'] = <S>\n<s> = os.environ['NEW']",
    "os.environ.setdefault(<E>, <S>)",
    "globals()['<s>'] = <S>",
    "globals().update({'<i>': <I>, '<s>': <S>})",
    "locals()['<l>'] = <L>",
    "vars()['<b>'] = <B>",
    "for name in [<S>, 'I1']:\n    globals()[name] = 9",
    "if <B>:\n    <block>",
    "if <B>:\n    <block>\nelse:\n    <block>",
    "if <B>:\n    <block>\nelif <B>:\n    <block>\nelse:\n    <block>",
    "if (found := os.environ.get(<E>)):\n    <s> = found\nelse:\n    <block>",
    "for x in <L>[:5]:\n    <block>",
    "for x in <L>[:5]:\n    if x == 'x': continue\n    <l>.append(x) if len(<l>) < 20 else None",
    "for x in list(<L>)[:5]:\n    <s> = x\n    if <B>: break\nelse:\n    <block>",
    "for k, v in <D>.items():\n    <d>[k] = v if isinstance(v, str) else str(v)",
    "for i in range(3):\n    <i> += i\n    <block>",
    "for i, x in enumerate(<L>):\n    <d>[x] = i",
    "for a, b in zip(<L>, <L>):\n    <s> = a + b",
    "n = 0\nwhile n < 3:\n    n += 1\n    if <B>: break\n    <block>",
    "n = 3\nwhile n:\n    n -= 1\n    if n == 1: continue\n    <block>\nelse:\n    <block>",
    "while True:\n    <block>\n    break",
    "try:\n    <s> = os.environ[<E>]\nexcept KeyError:\n    <block>",
    "try:\n    <i> = int(<S>)\nexcept ValueError:\n    <block>\nelse:\n    <block>",
    "try:\n    <s> = <D>['zz']['y']\nexcept (KeyError, TypeError) as error:\n    <block>\nfinally:\n    <block>",
    "try:\n    import local_settings\nexcept ImportError:\n    <block>",
    "try:\n    <block>\nexcept Exception:\n    <block>",
    "try:\n    <block>\n    raise ValueError('no')\nexcept ValueError as e:\n    <s> = str(e)",
    "try:\n    <l>[99]\nexcept IndexError:\n    <block>",
    "try:\n    undefined_name\nexcept NameError:\n    <s> = 'undefined'",
    "try:\n    None.attribute\nexcept AttributeError:\n    <block>",
    "def helper(a, b=<A>, *args, c=<S>, **kw):\n    if a:\n        return [str(a), c, *args]\n    return [str(b), *kw]\n<l> = helper(<A>, <A>)",
    "def helper(a, b=<A>, *args, c=<S>, **kw):\n    return [str(a), c, *args, *kw]\n<l> = helper(<A>, 1, <S>, 'w', c='c', d=2)",
    "def helper(x=[]):\n    x.append(<S>)\n    return x\nhelper()\n<l> = list(helper())",
    "def outer(a):\n    def inner(b):\n        return a + b\n    return inner\n<s> = outer(<S>)(<S>)",
    "def counter():\n    n = 0\n    def step():\n        nonlocal n\n        n += 1\n        return n\n    return step\nstep = counter()\nstep()\n<i> = step()",
    "def change():\n    global <s>\n    <s> = <S>\nchange()",
    "def change():\n    <block>\nchange()",
    "def change(flag):\n    if flag:\n        return <S>\n    for x in <L>:\n        if x > 'm': return x\n    return 'none'\n<s> = change(<B>)",
    "def gen(n):\n    for i in range(n):\n        if i == 2: return\n        yield str(i)\n    yield from <L>\n<l> = list(gen(<I> % 4))",
    "def fact(n):\n    return 1 if n < 2 else n * fact(n - 1)\n<i> = fact(5)",
    "def double(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs) * 2\n    return inner\n@double\ndef text(x):\n    return x + '!'\n<s> = text(<S>)",
    "@functools.lru_cache(maxsize=None)\ndef cached(x):\n    return x + 1\n<i> = cached(<I>)",
    "def tag(name):\n    def wrap(f):\n        return lambda *a: name + f(*a)\n    return wrap\n@tag(<S>)\ndef text():\n    return 't'\n<s> = text()",
    "class Base:\n    NAME = <S>\n    APPS = <L>\nclass Prod(Base):\n    APPS = Base.APPS + ['p']\n    DEBUG = <B>\n<l> = Prod.APPS\n<s> = Prod.NAME",
    "class Box:\n    size = <I>\n    def __init__(self, text, n=2):\n        self.text = text\n        self.n = n\n    def show(self):\n        return self.text * self.n\n    @property\n    def long(self):\n        return len(self.text) > self.size\nbox = Box(<S>)\nbox.n += 1\n<s> = box.show()\n<b> = box.long",
    "class A1:\n    def who(self): return 'a'\n    @classmethod\n    def make(cls, x=1): return cls.__name__ * x\n    @staticmethod\n    def stat(x): return x\nclass B1(A1):\n    def who(self): return super().who() + 'b'\n<s> = B1().who() + B1.make(2) + A1.stat(<S>)",
    "class V:\n    def __init__(self, v): self.v = v\n    def __eq__(self, o): return self.v == o.v\n    def __str__(self): return 'V' + self.v\n    def __len__(self): return len(self.v)\n    def __getitem__(self, k): return self.v[k]\n    def __contains__(self, x): return x in self.v\n    def __add__(self, o): return V(self.v + o.v)\n    def __call__(self, x): return x + self.v\n    def __bool__(self): return self.v != ''\n    def __iter__(self): return iter(self.v)\nv = V(<S>)\n<s> = str(v + v) + v('q') + f'{v}'\n<i> = len(v)\n<b> = v == V(<S>) or 'a' in v or not v\n<l> = list(v)",
    "class Space:\n    <block>\n<s> = getattr(Space, '<s>', <s>)\n<l> = getattr(Space, '<l>', <l>)",
    "@dataclass\nclass Conf:\n    name: str\n    port: int = <I>\n    tags: list = field(default_factory=list)\nconf = Conf(<S>, tags=<L>)\nconf.tags.append('t')\n<s> = conf.name\n<i> = conf.port\n<l> = conf.tags\n<b> = conf == Conf(<S>)",
    "class Color(Enum):\n    RED = 'red'\n    BLUE = 'blue'\n<s> = Color.RED.value + Color('blue').name\n<l> = [c.value for c in Color]\n<b> = Color.RED == Color['RED']",
    "class Level(IntEnum):\n    LOW = 1\n    HIGH = 5\n<i> = Level.HIGH + <I>\n<b> = Level.LOW < <I>",
    "Point = namedtuple('Point', 'x y')\np = Point(<S>, y=<I>)\n<s> = p.x\n<i> = p[1]",
    "counts = defaultdict(list)\ncounts['a'].append(<S>)\n<l> = counts['a']",
    "with open(os.devnull) as f:\n    <block>",
    "match <S>:\n    case 'prod' | 'x':\n        <block>\n    case '':\n        <block>\n    case other:\n        <s> = other + '?'",
    "match <A>:\n    case None:\n        <s> = 'none'\n    case bool():\n        <block>\n    case int(n):\n        <i> = n\n    case str() as t if t:\n        <s> = t\n    case [first, *rest]:\n        <l> = [str(first), *map(str, rest)]\n    case {'a': value, **others}:\n        <s> = str(value)\n    case _:\n        <block>",
    "match <L>:\n    case []:\n        <s> = 'empty'\n    case [x]:\n        <s> = x\n    case [x, 'y'] | [x, _, *_]:\n        <s> = x",
    "<d> = {'handlers': {'console': {'level': <S>}}}\n<d>['handlers']['console']['level'] = <S>\n<d>['handlers'] |= {'file': {'path': str(<P>)}}",
    "fn = lambda x, *r, k=<S>, **kw: [x, k, *r, *kw]\n<l> = fn(<S>, 'r', z=1)",
    "<l> = [f(<S>) for f in (str.upper, str.lower, len, repr)]\n<l> = [str(x) for x in <l>]",
    "<l> = list(map(lambda p: p[0] + str(p[1]), sorted(<D>.items(), key=lambda p: p[0])))",
    "assert <B> or True, 'never'",
    "alias = <l>\nalias.append('alias')",
    "saved = copy.copy(<d>)\n<d>['saved'] = 1\n<d> = saved",
    "it = iter(<L>)\n<s> = next(it, 'none')\n<l> = list(it)",
    "pairs = [(x, len(x)) for x in <L>]\n<d> = {k: n for k, n in pairs if n}",
    "import os.path as osp\n<s> = osp.join(<S>, 'k')",
    "exec('<s> = 1 * \"e\"')",
    "<i> = eval('1 + 2')",
]
HIDDEN = {
    "B0": ["True", "False", "0", "None", "'x'", "[]"],
    "S1": ["''", "'x'", "'a,b'", "'True'"],
    "I1": ["0", "1", "-3", "True"],
    "L1": ["[]", "['x']", "['b', 'a']"],
    "D1": ["{}", "{'a': 'z'}", "{'c': 1}"],
    "T0": ["()", "('y',)"],
    "Z0": ["set()", "{'x', 'y'}"],
}
HELPERS = "def accumulate_names(items):\n    total = ''\n    for item in items:\n        total += item\n        yield total\n"


class Maker:
    """Fills templates. `choose` picks one of a sequence."""

    def __init__(self, choose: Callable[[Sequence[str]], str]) -> None:
        self.choose = choose

    def fill(self, template: str, depth: int) -> str:
        """The template with its holes filled; beyond the depth, with names alone."""
        return HOLE.sub(lambda hole: self._hole(hole.group(1), depth, template), template)

    def _hole(self, kind: str, depth: int, template: str) -> str:
        if kind in NAMES:
            return self.choose(NAMES[kind])
        if kind in ("E", "K"):
            options = [option for option in EXPRESSIONS[kind] if depth > 0 or "<" not in option]
            return self.fill(self.choose(options), depth - 1)
        if depth <= 0:
            return "None" if kind == "A" else self.choose(NAMES[kind.lower()])
        text = self.fill(self.choose(EXPRESSIONS[kind]), depth - 1)
        quoted = "f'" in template
        text = text if not quoted else self.choose(NAMES["i" if kind == "A" else kind.lower()])
        return text if text.isidentifier() or quoted else f"({text})"

    def block(self, depth: int, count: int = 1) -> str:
        """Some statements."""
        return "\n".join(self.statement(depth) for _ in range(count))

    def statement(self, depth: int) -> str:
        """One statement, with its blocks."""
        options = [option for option in STATEMENTS if depth > 0 or "<block>" not in option]
        lines: list[str] = []
        names: dict[str, str] = {}
        for line in self.choose(options).split("\n"):
            if line.strip() == "<block>":
                lines.append(textwrap.indent(self.block(depth - 1), line[: line.index("<")]))
            else:
                lines.append(HOLE.sub(lambda hole, line=line: self._same(hole.group(1), names, line), line))  # type: ignore[misc]
        return "\n".join(lines)

    def _same(self, kind: str, names: dict[str, str], line: str) -> str:
        """A name is the same one in the whole statement."""
        if kind not in NAMES:
            return self._hole(kind, 2, line)
        if kind not in names:
            names[kind] = self.choose(NAMES[kind])
        return names[kind]

    def program(self, statements: int, hidden: Sequence[str] = ()) -> str:
        """A whole file; nothing is known of what these names hold at its beginning."""
        doubts = "import mystery\n" + "".join(f"{name} = mystery.{name}\n" for name in hidden) if hidden else ""
        return START + HELPERS + doubts + self.block(2, statements) + "\n"

    def mystery(self) -> tuple[list[str], SimpleNamespace]:
        """Names of which nothing is known, and what they really hold."""
        hidden = sorted({self.choose(list(HIDDEN)) for _ in range(2)})
        return hidden, SimpleNamespace(**{name: eval(self.choose(HIDDEN[name])) for name in hidden})  # one of the literals below

    def environment(self) -> dict[str, str]:
        """What production sets."""
        return {name: self.choose(TEXTS) for name in VARIABLES[:-1] if self.choose(["yes", "yes", "no"]) == "yes"}


class OneFile:
    """A checkout with one file."""

    root = "/p"
    files = ("s.py",)

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, path: str) -> str | None:
        """The text of the file."""
        return self.text if path == "s.py" else None

    def read_bytes(self, path: str, limit: int) -> bytes | None:
        """The same as bytes."""
        return self.text.encode() if path == "s.py" else None


def evaluated(text: str, environment: Mapping[str, str] | None = None, budget: int = 300_000) -> Loaded:
    """What the evaluator makes of it."""
    variables = {name: Variable(name, value, Origin(".env", 1)) for name, value in (environment or {}).items()}
    return Interpreter(Sources(OneFile(text)), root="/p", search=["."], variables=variables, project="/p", budget=budget).load("s")


def executed(text: str, environment: Mapping[str, str], names: dict[str, object], mystery: SimpleNamespace | None = None) -> Exception | None:
    """Run it for real. Answers what it raises, if anything; `names` is then what there was up to there."""
    names |= {"__name__": "s", "__file__": "/p/s.py"}
    module = ModuleType("mystery")
    module.__dict__.update(vars(mystery) if mystery else {})
    with mock.patch.dict(os.environ, environment, clear=True), mock.patch.dict(sys.modules, mystery=module), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "s.py", "exec"), names)  # the code is generated here, from a closed grammar
        except Exception as error:
            return error
    return None


def agrees(value: Value, real: object, depth: int = 0) -> bool:
    """Whether what is claimed of a value holds for the real one."""
    if isinstance(value, Unknown) or depth > 12:
        return True
    if isinstance(value, Choice):
        return any(agrees(option, real, depth + 1) for option in value.options)
    if isinstance(value, Scalar):
        if isinstance(real, PurePath):
            return isinstance(value.value, PurePath) and str(value.value) == str(real)
        return type(value.value) is type(real) and repr(value.value) == repr(real)
    if isinstance(value, Table):
        if not isinstance(real, dict) or (not value.rest and list(value.entries) != list(real)):
            return False
        return all(key in real and agrees(entry, real[key], depth + 1) for key, entry in value.entries.items())
    if isinstance(value, Items):
        return _agrees_items(value, real, depth)
    return True


def _agrees_items(value: Items, real: object, depth: int) -> bool:
    if value.kind == "iterator":
        return hasattr(real, "__next__") or type(real).__name__.startswith(("dict_", "list_", "range"))
    if type(real).__name__.startswith("dict_"):
        real = list(real)  # type: ignore[call-overload]
    if type(real).__name__ != value.kind:
        return False
    rest = list(real)  # type: ignore[call-overload]
    if not value.rest and value.kind in ("set", "frozenset"):
        return len(value.items) >= len(rest) and all(any(agrees(item, one, depth + 1) for one in rest) for item in value.items)
    if not value.rest:
        return len(rest) == len(value.items) and all(agrees(item, one, depth + 1) for item, one in zip(value.items, rest, strict=False))
    if isinstance(value.rest, Shuffled) and value.rest.whole and len(rest) != len(value.items):
        return False
    others = besides(value)
    if others is not None and not all(any(agrees(item, one, depth + 1) for item in (*value.items, *others)) for one in rest):
        return False
    in_order = value.kind in ("list", "tuple") and not isinstance(value.rest, Shuffled)
    for item in value.items:  # in order, with anything between them
        place = next((index for index, one in enumerate(rest) if agrees(item, one, depth + 1)), None)
        if place is None:
            return False
        rest = rest[place + 1 :] if in_order else rest[:place] + rest[place + 1 :]
    return True


def is_known(value: Value, depth: int = 0) -> bool:
    """Whether it is known all the way down, as far as values of the grammar go."""
    if isinstance(value, (Unknown, Choice)) or (isinstance(value, (Items, Table)) and value.rest):
        return False
    if isinstance(value, (Items, Table)) and depth < 12:
        return all(is_known(part, depth + 1) for part in (value.items if isinstance(value, Items) else value.entries.values()))
    return isinstance(value, (Items, Table, Scalar, Instance))
