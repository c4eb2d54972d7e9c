import logging

import pytest

from ready_gate.facts.python.values import Unknown

TEXTS = [
    "True",
    "true",
    "on",
    "1",
    "0",
    "",
    "a",
    "a,b",
    "a, b ,",
    "1,2",
    "a=1,b=2",
    "a=1, b = 2",
    "2.5",
    "-3",
    " 4 ",
    "inf",
    "WARNING",
    "info",
    "no",
    '{"a": [1]}',
    "nan",
]
READS = [
    lambda env: env("X"),
    lambda env: env("X", None),
    lambda env: env.str("X", "d"),
    lambda env: env.bool("X", False),
    lambda env: env.bool("X", default=True),
    lambda env: env.int("X", 3),
    lambda env: env.float("X", 0.5),
    lambda env: env.decimal("X"),
    lambda env: env.list("X", []),
    lambda env: env.list("X", [], subcast=int),
    lambda env: env.list("X", None, subcast=str),
    lambda env: env.list("X", delimiter=" "),
    lambda env: env.list("X", subcast=lambda text: text.upper()),
    lambda env: env.dict("X", {}),
    lambda env: env.dict("X", subcast_values=int),
    lambda env: env.json("X", {}),
    lambda env: env.log_level("X", logging.INFO),
    lambda env: env.path("X", None),
]


@pytest.mark.parametrize("number", range(len(READS)))
@pytest.mark.parametrize("text", [None, *TEXTS], ids=repr)
def test_reads_as_the_library_does(agree, number, text):
    agree("environs", lambda environs: READS[number](environs.Env()), {} if text is None else {"X": text})


def test_module_wide_reader(agree):
    agree("environs", lambda environs: environs.env.int("X"), {"X": "3"})


@pytest.mark.parametrize("text", ["60", "-5", "1h", "x"])
def test_timedelta(agree, text):
    agree("environs", lambda environs: environs.Env().timedelta("X"), {"X": text}, may_be_unknown=text == "1h")


def test_prefixes(agree):
    def read(environs):
        env = environs.Env()
        with env.prefixed("APP_"):
            first = env.str("X")
            with env.prefixed("IN_"):
                second = env.str("X")
            third = env.str("X")
        return [first, second, third, env.str("X")]

    agree("environs", read, {"X": "plain", "APP_X": "app", "APP_IN_X": "in"})
    agree("environs", lambda environs: environs.Env(prefix="APP_").str("X"), {"APP_X": "app"})


def test_services(agree):
    agree("environs", lambda environs: environs.Env().dj_db_url("DATABASE_URL", default="sqlite:///x"))
    agree("environs", lambda environs: environs.Env().dj_db_url("D", ssl_require=True), {"D": "postgres://u:p@h/d"})
    agree("environs", lambda environs: environs.Env().dj_email_url("E", "smtp://"))
    agree("environs", lambda environs: environs.Env().dj_cache_url("C"), {"C": "locmem://"})


def test_read_env(agree, tmp_path):
    (tmp_path / ".env").write_text("A=1\nB=${A}2")
    (tmp_path / "sub").mkdir()

    def read(environs):
        env = environs.Env()
        env.read_env(str(tmp_path / "sub" / ".env"))
        return [env.int("A"), env("B")]

    agree("environs", read)
    agree("environs", read, {"B": "production"})


def test_text_defaults_differ_by_version(answer):
    def default(version, read=lambda env: env.bool("X", "true")):
        return answer("environs", lambda environs: read(environs.Env()), versions={"environs": version} if version else {})

    assert isinstance(default(None), Unknown)
    assert default("13.0.0").value is True
    assert default("14.0.0").value == "true"
    assert isinstance(default("13.0.0", lambda env: env.int("X", "true")), Unknown)


def test_expansion_is_not_guessed(answer):
    assert isinstance(answer("environs", lambda environs: environs.Env(expand_vars=True)), Unknown)


def test_file_aware(agree, tmp_path):
    (tmp_path / "s").write_text("secret\n")
    agree("environs", lambda environs: environs.FileAwareEnv()("K"), {"K_FILE": str(tmp_path / "s")})
    agree("environs", lambda environs: environs.FileAwareEnv(strip_whitespace=True)("K"), {"K_FILE": str(tmp_path / "s")})
    agree("environs", lambda environs: environs.FileAwareEnv()("K"), {"K": "direct"})
