import os

import pytest

from ready_gate.facts.python.libraries import Call, find_model
from ready_gate.facts.python.libraries.lifting import NotKnownError, lift, plain
from ready_gate.facts.python.values import Class, Instance, Scalar, Symbol, Table, Unknown
from ready_gate.model import Origin

AT = Origin("shop/conf.py", 4)
FIELDS = {"debug": bool, "port": int, "ratio": float, "name": str}
DEFAULTS = {"debug": False, "port": 5, "ratio": 0.5, "name": "n"}


def settings(made, fields, defaults, config=None):
    namespace = {name: value if isinstance(value, (Instance, Unknown)) else lift(value) for name, value in defaults.items()}
    namespace["__annotations__"] = Table({name: Symbol(f"builtins.{type_.__name__}") for name, type_ in fields.items()})
    if config:
        namespace["model_config"] = Table({key: lift(value) for key, value in config.items()})
    kind = Class("Settings", [Symbol("pydantic_settings.BaseSettings")], namespace)
    return find_model("pydantic_settings.BaseSettings")(Call("pydantic_settings.BaseSettings", [], {}, AT, made, receiver=kind))


@pytest.mark.parametrize("prefix", ["", "APP_"])
@pytest.mark.parametrize("text", ["1", "true", "OFF", "Yes", "2", "-2", "2.5", "x", "", " 3 ", "1e3", "1_000"], ids=repr)
@pytest.mark.parametrize("name", sorted(FIELDS))
def test_fields_as_pydantic_reads_them(run, monkeypatch, name, text, prefix):
    import pydantic_settings

    variable = (prefix + name).upper()
    for key in list(os.environ):
        monkeypatch.delenv(key)
    monkeypatch.setenv(variable, text)
    namespace = {"__annotations__": {name: FIELDS[name]}, name: DEFAULTS[name], "__module__": "x", "model_config": {"env_prefix": prefix}}
    made = settings(run(**{variable: text}), {name: FIELDS[name]}, {name: DEFAULTS[name]}, {"env_prefix": prefix})
    try:
        real = getattr(type("Settings", (pydantic_settings.BaseSettings,), namespace)(), name)
    except ValueError:
        assert isinstance(made.attributes[name], Unknown)
        return
    try:
        assert plain(made.attributes[name]) == real
    except NotKnownError:
        assert text in ("1_000", "1e3", "2.5", " 3 ")


def test_defaults_and_their_reads(run):
    made = settings(run(), FIELDS, DEFAULTS)
    assert plain(made.attributes["port"]) == 5
    assert [(read.name, read.present) for read in made.attributes["port"].reads] == [("PORT", False)]


def test_required_fields(run):
    assert isinstance(settings(run(), {"key": str}, {}).attributes["key"], Unknown)
    assert settings(run(key="v"), {"KEY": str}, {}).attributes["KEY"].value == "v"


def test_aliases(run):
    field = Instance(Symbol("pydantic.Field"), [Scalar(...)], {"validation_alias": Scalar("OTHER")})
    assert settings(run(OTHER="v", KEY="w"), {"key": str}, {"key": field}).attributes["key"].value == "v"
    field = Instance(Symbol("pydantic.Field"), [], {"default": Scalar("d"), "env": Scalar("OTHER")})
    assert settings(run(KEY="w"), {"key": str}, {"key": field}).attributes["key"].value == "d"


def test_env_file(run, tmp_path):
    (tmp_path / ".env").write_text("PORT=9\nNAME=file")
    made = settings(run(NAME="production"), FIELDS, DEFAULTS, {"env_file": str(tmp_path / ".env")})
    assert plain(made.attributes["port"]) == 9
    assert plain(made.attributes["name"]) == "production"


@pytest.mark.parametrize("config", [{"env_nested_delimiter": "__"}, {"secrets_dir": "/run/secrets"}])
def test_options_that_are_not_followed(run, config):
    assert isinstance(settings(run(), FIELDS, DEFAULTS, config), Unknown)


@pytest.mark.parametrize(
    ("text", "cast", "expected"),
    [("true", "bool", True), ("0", "bool", False), ("yes", "bool", None), ("3", "int", 3), ("a", None, "a"), (None, "int", 4)],
)
def test_starlette(run, text, cast, expected):
    made = run(**({} if text is None else {"APP_X": text}))
    config = made.ask("starlette.config.Config", [], {"env_prefix": Scalar("APP_")})
    keywords = {"default": Scalar("4")} | ({"cast": Symbol(f"builtins.{cast}")} if cast else {})
    value = made.ask("starlette.config.Config.__call__", [Scalar("X")], keywords, config)
    assert (None if isinstance(value, Unknown) else value.value) == expected
