import pytest

from ready_gate.facts.python.values import Unknown

WORDS = ["True", "true", "1", "0", "yes", "y", "t", "on", "OFF", "f", "n", "", " true", "2", "ok"]


@pytest.mark.parametrize("word", WORDS, ids=repr)
def test_truth_words(agree, word):
    agree("decouple", lambda decouple: decouple.config("X", cast=bool), {"X": word})
    agree("decouple", lambda decouple: decouple.config("X", default=word, cast=bool))


@pytest.mark.parametrize("default", [True, False, 1, 0, "no", "yes", None], ids=repr)
def test_defaults_are_cast(agree, default):
    agree("decouple", lambda decouple: decouple.config("X", default=default, cast=bool))


@pytest.mark.parametrize("text", ["a", "12", "", "1.5"], ids=repr)
def test_other_casts(agree, text):
    agree("decouple", lambda decouple: decouple.config("X"), {"X": text})
    agree("decouple", lambda decouple: decouple.config("X", cast=int), {"X": text})
    agree("decouple", lambda decouple: decouple.config("X", default="7", cast=int))
    agree("decouple", lambda decouple: decouple.config("X", default=7))
    agree("decouple", lambda decouple: decouple.config("X", cast=lambda value: value.split(",")), {"X": text})
    agree("decouple", lambda decouple: decouple.AutoConfig("/nowhere")("X", default="d"), {"X": text})


@pytest.mark.parametrize("text", ["a,b", " a , b ,", "", "1,2,3", "'a, b', c", "a # b, c", '"open'], ids=repr)
def test_lists(agree, text):
    agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Csv()), {"X": text})
    agree("decouple", lambda decouple: decouple.config("X", default=text, cast=decouple.Csv(post_process=tuple)))
    agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Csv(cast=int)), {"X": text})
    agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Csv(delimiter=";", strip=" '")), {"X": text})
    agree("decouple", lambda decouple: decouple.config("X", default=None, cast=decouple.Csv()))


def test_choices(agree):
    for value in ("a", "c"):
        agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Choices(["a", "b"])), {"X": value})
        agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Choices(choices=[("a", "A")])), {"X": value})
    agree("decouple", lambda decouple: decouple.config("X", cast=decouple.Choices([1, 2], cast=int)), {"X": "2"})


FILE = "# c\nA=1\n B = two words \nC='quoted'\nD=\"x\nE=a=b # c\nnothing\nF=\n"


@pytest.mark.parametrize("name", list("ABCDEF"))
def test_repository(agree, tmp_path, name):
    (tmp_path / ".env").write_text(FILE)
    agree("decouple", lambda decouple: decouple.Config(decouple.RepositoryEnv(tmp_path / ".env"))(name, default="none"), {"A": "production"})
    agree("decouple", lambda decouple: decouple.Config(decouple.RepositoryEnv(str(tmp_path / ".env"))).get(name))
    agree("decouple", lambda decouple: decouple.AutoConfig(search_path=str(tmp_path))(name, default="none"))


@pytest.mark.parametrize("name", ["A", "P", "Q"])
def test_ini(agree, tmp_path, name):
    (tmp_path / "settings.ini").write_text("[settings]\nA = 1\nP = 50%%\n")
    agree("decouple", lambda decouple: decouple.Config(decouple.RepositoryIni(str(tmp_path / "settings.ini")))(name, default="none"))
    agree("decouple", lambda decouple: decouple.AutoConfig(str(tmp_path))(name, default="none"))


def test_file_beside_or_above_the_caller(answer, tmp_path):
    (tmp_path / ".env").write_text("A=above")
    value = answer("decouple", lambda decouple: decouple.config("A"))
    assert value.value == "above"
    assert [str(origin) for origin in value.origins] == [".env:1", "shop/settings.py:7"]


def test_what_is_not_known(answer):
    assert isinstance(answer("decouple", lambda decouple: decouple.config("SECRET_KEY")), Unknown)
    secret = answer("decouple", lambda decouple: decouple.Config(decouple.RepositorySecret("/run/secrets"))("KEY"))
    assert isinstance(secret, Unknown)
    assert [read.kind for read in secret.reads] == ["file"]
