from ready_gate.facts.python.libraries.lifting import lift, plain
from ready_gate.facts.python.values import Instance, Items, Scalar, Symbol, Table, Unknown, scalar
from ready_gate.facts.views import Read


def configured(run, variables=None, options=None, **names):
    made = run(**(variables or {}))
    made.names.update({name: lift(value) for name, value in names.items()})
    made.ask("django_heroku.settings", [Table({})], {name: Scalar(value) for name, value in (options or {}).items()})
    return made.names


def test_heroku(run):
    names = configured(
        run,
        {"DATABASE_URL": "postgres://u:p@h:5/d", "SECRET_KEY": "k"},
        BASE_DIR="/srv/app",
        DATABASES={"default": {"ENGINE": "x"}, "other": {}},
        MIDDLEWARE=["a"],
        ALLOWED_HOSTS=["b"],
    )
    assert plain(names["ALLOWED_HOSTS"]) == ["*"]
    assert plain(names["MIDDLEWARE"]) == ("whitenoise.middleware.WhiteNoiseMiddleware", "a")
    assert plain(names["STATIC_ROOT"]) == "/srv/app/staticfiles"
    assert plain(names["STATIC_URL"]) == "/static/"
    assert plain(names["SECRET_KEY"]) == "k"
    assert plain(names["LOGGING"])["version"] == 1
    database = plain(names["DATABASES"])
    assert database["other"] == {}
    assert database["default"]["OPTIONS"] == {"sslmode": "require"}
    assert database["default"]["CONN_MAX_AGE"] == 600
    assert "TEST_RUNNER" not in names


def test_heroku_without_variables(run):
    names = configured(run, {}, BASE_DIR="/srv/app", DATABASES={"default": {"ENGINE": "x"}}, MIDDLEWARE=["a"], SECRET_KEY="literal")
    assert plain(names["DATABASES"]) == {"default": {"ENGINE": "x"}}
    assert [(read.name, read.present) for read in names["DATABASES"].reads] == [("DATABASE_URL", False)]
    assert plain(names["SECRET_KEY"]) == "literal"
    assert plain(configured(run, {}, BASE_DIR="/x", MIDDLEWARE=[])["DATABASES"]) == {"default": None}


def test_heroku_parts_are_switched_off(run):
    names = configured(run, {}, {"allowed_hosts": False, "logging": False, "staticfiles": False}, ALLOWED_HOSTS=["b"], MIDDLEWARE=["a"])
    assert plain(names["ALLOWED_HOSTS"]) == ["b"]
    assert plain(names["MIDDLEWARE"]) == ["a"]
    assert "LOGGING" not in names


def test_heroku_with_options_that_are_not_known(run):
    made = run()
    made.ask("django_heroku.settings", [Table({})], {"databases": Unknown("x")})
    assert isinstance(made.names["ALLOWED_HOSTS"], Unknown)


def test_heroku_with_middleware_that_is_not_known(run):
    made = run()
    made.names["MIDDLEWARE"] = Unknown("x", reads=(Read("A", True),))
    made.ask("django_heroku.settings", [Table({})], {})
    assert isinstance(made.names["MIDDLEWARE"], Items)
    assert made.names["MIDDLEWARE"].rest == "x"


def included(run, tmp_path, *arguments):
    for name in ("shop/base.py", "shop/components/a.py", "shop/components/b.py", "shop/components/.c.py", "shop/components/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    made = run()
    made.ask("split_settings.tools.include", [scalar(one) if isinstance(one, str) else one for one in arguments], {})
    return made.included


def optional(name):
    return Instance(Symbol("split_settings.tools.optional"), [Scalar(name)])


def test_split_settings_in_order(run, tmp_path):
    found = included(run, tmp_path, "components/*.py", "base.py", optional("local.py"), optional(None), "components/a.py")
    assert found == ["shop/components/a.py", "shop/components/b.py", "shop/base.py"]


def test_split_settings_that_are_missing_or_not_known(run, tmp_path):
    assert included(run, tmp_path, "none.py") == [None]
    assert included(run, tmp_path, Unknown("x"), "base.py") == [None, "shop/base.py"]
    assert included(run, tmp_path, "*/a.py") == [None]
