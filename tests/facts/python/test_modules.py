"""Parsing what is newer than the running Python."""

import ast

import pytest

from ready_gate.facts.python.modules import parse_source, without_type_parameters


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        (b"def first[T](x: list[T]) -> T:\n    return x[0]\n", b"def first(x: list[T]) -> T:\n    return x[0]\n"),
        (b"async def f[**P, T: (int, str)](x): ...\n", b"async def f(x): ...\n"),
        (b"class Box[T: dict[str, int]](Base):\n    pass\n", b"class Box(Base):\n    pass\n"),
        (b"type Pair[T] = tuple[T, T]\n", b"Pair = tuple[T, T]\n"),
        (b"if A:\n    type Name = str\n", b"if A:\n    Name = str\n"),
        (b"x = a[0]\ndef f(): ...\n", None),
        (b"def f[T(x): ...\n", None),
    ],
)
def test_type_parameters_are_left_out(code, plain):
    assert without_type_parameters(code) == plain


def test_generic_functions_are_parsed_with_their_lines():
    code = b"def first[\n    T,\n](x):\n    return x\n\nLAST = first(1)\n"
    body = parse_source(code).body
    assert isinstance(body[0], ast.FunctionDef)
    assert (body[0].name, body[1].lineno) == ("first", 6)


def test_what_is_wrong_anyway_stays_wrong():
    with pytest.raises(SyntaxError):
        parse_source(b"def f[T](x:\n")
