import os

import pytest

from ready_gate.facts.python.libraries import Call
from ready_gate.facts.python.libraries.configurations import setup, variable_of
from ready_gate.facts.python.libraries.lifting import NotKnownError, plain
from ready_gate.facts.python.values import Instance, Scalar, Unknown
from ready_gate.model import Origin

VALUES = [
    lambda v: v.Value("d"),
    lambda v: v.Value(),
    lambda v: v.Value("d", environ=False),
    lambda v: v.Value("d", environ_name="OTHER"),
    lambda v: v.Value("d", environ_prefix=None),
    lambda v: v.Value("d", environ_prefix="APP_"),
    lambda v: v.Value(environ_required=True),
    lambda v: v.BooleanValue(False),
    lambda v: v.BooleanValue(True),
    lambda v: v.IntegerValue(3),
    lambda v: v.PositiveIntegerValue(3),
    lambda v: v.FloatValue(0.5),
    lambda v: v.DecimalValue("0.5"),
    lambda v: v.ListValue(["d"]),
    lambda v: v.ListValue(),
    lambda v: v.ListValue(["1"], converter=int),
    lambda v: v.ListValue([], separator=";"),
    lambda v: v.TupleValue(("d",)),
    lambda v: v.SetValue(),
    lambda v: v.DictValue({"a": 1}),
    lambda v: v.SecretValue(),
    lambda v: v.EmailValue("a@b.example"),
    lambda v: v.URLValue(),
    lambda v: v.SecretValue(environ_name="OTHER"),
]
TEXTS = [None, "", "true", "No", "x", "3", "-3", "1.5", "a, b,,c", "1;2", "{'b': 2}", "[1]", "a@c.example", "https://a.example/"]


def both(run, monkeypatch, function, variables, name="NAME"):
    from configurations import values

    for key in list(os.environ):
        monkeypatch.delenv(key)
    for key, text in variables.items():
        monkeypatch.setenv(key, text)
    try:
        real = function(values)
        real = real.setup(name) if isinstance(real, values.Value) else real
    except Exception as error:
        real = error
    return real, ours(run(**variables), function, name)


def ours(made, function, name):
    class Module:
        def __getattr__(self, kind):
            return lambda *args, **keywords: made.ask(
                f"configurations.values.{kind}", [abstract(arg) for arg in args], {key: abstract(arg) for key, arg in keywords.items()}
            )

    value = function(Module())
    if isinstance(value, Instance):
        return setup(Call("settings", [], {}, Origin("shop/settings.py", 3), made), value, name)
    return value


def abstract(thing):
    from ready_gate.facts.python.libraries.lifting import lift
    from ready_gate.facts.python.values import Symbol

    return Symbol(f"builtins.{thing.__name__}") if isinstance(thing, type) else lift(thing)


@pytest.mark.parametrize("text", TEXTS, ids=repr)
@pytest.mark.parametrize("number", range(len(VALUES)))
def test_values_as_the_library_reads_them(run, monkeypatch, number, text):
    variables = {} if text is None else dict.fromkeys(("DJANGO_NAME", "DJANGO_OTHER", "NAME", "APP_NAME"), text)
    real, value = both(run, monkeypatch, VALUES[number], variables)
    if isinstance(real, Exception):
        if number not in (21, 22):
            with pytest.raises(NotKnownError):
                pytest.fail(f"the real one raises {real!r}, the model knows {plain(value)!r}")
        return
    assert plain(value) == real
    assert type(plain(value)) is type(real)


@pytest.mark.parametrize(
    ("function", "variable", "address"),
    [
        (lambda v: v.DatabaseURLValue(), "DATABASE_URL", "postgres://u:p@h/d"),
        (lambda v: v.DatabaseURLValue("sqlite:///x", conn_max_age=5), "DATABASE_URL", None),
        (lambda v: v.DatabaseURLValue(alias="other"), "DATABASE_URL", "sqlite://"),
        (lambda v: v.DatabaseURLValue(environ_prefix="DJANGO"), "DJANGO_DATABASE_URL", "sqlite:///y"),
        (lambda v: v.CacheURLValue("locmem://"), "CACHE_URL", None),
        (lambda v: v.CacheURLValue(), "CACHE_URL", "redis://h/1"),
        (lambda v: v.EmailURLValue("console://"), "EMAIL_URL", None),
        (lambda v: v.EmailURLValue(), "EMAIL_URL", "smtp://u:p@h:25"),
    ],
)
def test_services(run, monkeypatch, function, variable, address):
    real, value = both(run, monkeypatch, function, {} if address is None else {variable: address})
    assert plain(value) == real


def test_variable_names(run):
    made = run()
    assert variable_of(made.ask("configurations.values.Value", [], {}), "debug") == "DJANGO_DEBUG"
    assert variable_of(made.ask("configurations.values.Value", [], {"environ": Scalar(False)}), "X") == ""
    assert variable_of(made.ask("configurations.values.Value", [], {"environ_prefix": Unknown("x")}), "X") is None


def test_reads_are_noted(run):
    made = run()
    value = setup(Call("s", [], {}, Origin("s.py", 1), made), made.ask("configurations.values.BooleanValue", [Scalar(True)], {}), "DEBUG")
    assert [(read.name, read.present) for read in value.reads] == [("DJANGO_DEBUG", False)]


def test_kinds_that_are_not_followed(run):
    made = run(DJANGO_X="a")
    for kind in ("PathValue", "SingleNestedListValue"):
        value = setup(Call("s", [], {}, Origin("s.py", 1), made), made.ask(f"configurations.values.{kind}", [], {}), "X")
        with pytest.raises(NotKnownError):
            plain(value)
