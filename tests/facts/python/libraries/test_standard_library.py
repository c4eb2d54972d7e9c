import pytest

from ready_gate.facts.python.values import Function, Instance, Items, Scalar, Symbol, Table, Unknown

PURE = {
    "json": [
        lambda m: m.loads('{"a": [1, null, 2.5]}'),
        lambda m: m.loads("nope"),
        lambda m: m.dumps({"a": (1, 2)}),
        lambda m: m.loads("[" * 50_000),
    ],
    "ast": [
        lambda m: m.literal_eval("{'a': (1, 2)}"),
        lambda m: m.literal_eval("f()"),
        lambda m: m.literal_eval("[" * 90_000),
        lambda m: m.literal_eval("True"),
    ],
    "base64": [lambda m: m.b64decode("YWJj"), lambda m: m.b64encode(b"abc"), lambda m: m.urlsafe_b64decode("_-8="), lambda m: m.b64decode("!")],
    "hashlib": [lambda m: m.sha256(b"a").hexdigest(), lambda m: m.md5(b"").hexdigest()],
    "urllib.parse": [
        lambda m: m.quote("a b/ü"),
        lambda m: m.quote_plus("p@ss w"),
        lambda m: m.unquote("a%20b"),
        lambda m: m.urljoin("https://a/b/", "c"),
        lambda m: m.urlparse("https://u:p@h:8/p?q#f").hostname,
        lambda m: m.urlparse("https://u:p@h:8/p?q#f").port,
        lambda m: m.urlparse("https://u:p@h:8/p?q#f").netloc,
        lambda m: m.urlparse("https://u:p@h:8/p?q#f")[2],
        lambda m: m.urlparse("https://h/p").geturl(),
        lambda m: m.urlparse("https://h:x/p").port,
        lambda m: m.urlencode({"a": "b c"}),
        lambda m: m.parse_qs("a=1&a=2"),
    ],
    "email.utils": [
        lambda m: m.getaddresses(["Ann <ann@shop.example>, bob@shop.example"]),
        lambda m: m.getaddresses(["Shop:dojo@localhost,Admin:admin@localhost"]),
        lambda m: m.parseaddr("Ann <ann@shop.example>"),
        lambda m: m.formataddr(("Ann", "ann@shop.example")),
    ],
    "requests.utils": [lambda m: m.quote("a b")],
    "datetime": [
        lambda m: m.time(hour=1).isoformat(),
        lambda m: m.time(1, 2).minute,
        lambda m: m.timedelta(days=1, hours=2, minutes=3),
        lambda m: m.timedelta(weeks=2).total_seconds(),
        lambda m: m.timedelta(hours=30).days,
        lambda m: m.date(2024, 1, 2),
        lambda m: m.date(2024, 1, 2).isoformat(),
        lambda m: m.datetime(2024, 1, 2, 3).strftime("%Y-%m"),
        lambda m: m.datetime(2024, 1, 2, 3).year,
        lambda m: m.date(2024, 13, 2),
        lambda m: m.datetime.fromisoformat("2024-01-02"),
    ],
    "decimal": [lambda m: m.Decimal("1.10"), lambda m: m.Decimal("x")],
    "logging": [lambda m: m.INFO, lambda m: m.getLevelName("DEBUG"), lambda m: m.getLevelName(30)],
    "string": [lambda m: m.ascii_letters, lambda m: m.digits],
    "shlex": [lambda m: m.split("a 'b c' d")],
    "re": [
        lambda m: m.split(r",\s*", "a, b,c"),
        lambda m: m.sub(r"\s", "", " a b "),
        lambda m: m.findall(r"\d", "1a2"),
        lambda m: m.match("a(b)", "abc").group(1),
        lambda m: m.match("(?P<n>b)", "abc"),
        lambda m: m.compile("[,;]").split("a;b,c"),
        lambda m: m.escape("a.b"),
        lambda m: m.search("(?P<n>b)", "abc")["n"],
        lambda m: m.fullmatch("a(b)(c)", "abc").groups(),
        lambda m: m.split("(", "a"),
    ],
    "operator": [lambda m: m.add(1, 2), lambda m: m.or_(True, False), lambda m: m.not_([1])],
    "copy": [lambda m: m.copy([1, [2]]), lambda m: m.deepcopy({"a": [1, {"b": 2}]})],
    "typing": [lambda m: m.cast(str, "x"), lambda m: m.TYPE_CHECKING],
    "functools": [lambda m: m.partial(int, "3")(), lambda m: m.reduce(lambda a, b: a + b, [1, 2, 3]), lambda m: m.reduce(lambda a, b: a + b, [], 5)],
    "binascii": [lambda m: m.hexlify(b"ab")],
    "html": [lambda m: m.escape("<a>")],
}
CASES = [(name, number) for name, functions in PURE.items() for number in range(len(functions))]


@pytest.mark.parametrize(("module", "number"), CASES)
def test_agrees(agree, module, number):
    agree(module, PURE[module][number])


@pytest.mark.parametrize(
    ("dotted", "function"),
    [
        ("secrets", lambda m: m.token_hex(32)),
        ("random", lambda m: m.choice("abc")),
        ("random", lambda m: m.SystemRandom.choice("abc")),
        ("uuid", lambda m: m.uuid4()),
        ("os", lambda m: m.urandom(9)),
        ("django.core.management.utils", lambda m: m.get_random_secret_key()),
    ],
)
def test_random_at_every_start(answer, dotted, function):
    assert answer(dotted, function).reason == "random at every start"


@pytest.mark.parametrize(
    ("dotted", "function"),
    [
        ("socket", lambda m: m.gethostname()),
        ("platform", lambda m: m.node()),
        ("tempfile", lambda m: m.gettempdir()),
        ("subprocess", lambda m: m.check_output(["git"])),
        ("time", lambda m: m.time()),
        ("datetime", lambda m: m.datetime.now()),
        ("shutil", lambda m: m.which("x")),
        ("requests", lambda m: m.get("https://x.example")),
        ("multiprocessing", lambda m: m.cpu_count()),
        ("importlib", lambda m: m.util.find_spec("x")),
        ("dynaconf", lambda m: m.DjangoDynaconf("x")),
    ],
)
def test_what_the_server_decides(answer, dotted, function):
    assert isinstance(answer(dotted, function), Unknown)


def test_secret_stores_are_no_literals(answer):
    value = answer("boto3", lambda m: m.client("secretsmanager").get_secret_value(SecretId="x"))
    assert isinstance(value, Unknown)
    assert [(read.kind, read.name, read.present) for read in value.reads] == [("file", "a secret store", True)]


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*", "(a*)*b", "a" * 200, "(x+x+)+y"])
def test_patterns_that_could_run_for_long(answer, pattern):
    assert isinstance(answer("re", lambda m: m.match(pattern, "a" * 40 + "!")), Unknown)


def test_pattern_is_kept(answer):
    value = answer("re", lambda m: m.compile(r"^https://\w+\.example$"))
    assert isinstance(value, Instance)
    assert value.args[0].value == r"^https://\w+\.example$"


def test_arguments_of_the_program(answer):
    assert answer("sys", lambda m: m.argv.contains("test")).value is False
    assert isinstance(answer("sys", lambda m: m.argv.contains("--flag")), Unknown)
    assert answer("sys", lambda m: m.modules.contains("pytest")).value is False
    assert answer("sys", lambda m: m.version_info[0]).value == 3
    assert answer("sys", lambda m: m.platform).value == "linux"


@pytest.mark.parametrize(
    ("method", "other", "expected"), [("__ge__", (3, 0), True), ("__lt__", (3, 5), False), ("__ge__", (4,), False), ("__ge__", (3, 12), None)]
)
def test_python_version(run, method, other, expected):
    value = run().ask(f"sys.version_info.{method}", [Items([Scalar(part) for part in other], "tuple")], {})
    assert (None if isinstance(value, Unknown) else value.value) is expected


def test_modules_by_name(answer):
    assert answer("importlib", lambda m: m.import_module("shop.local")).dotted == "shop.local"
    assert answer("importlib", lambda m: m.import_module(".local", "shop.settings")).dotted == "shop.settings.local"
    assert answer("importlib", lambda m: m.import_module("..local", "shop.settings")).dotted == "shop.local"
    assert isinstance(answer("importlib", lambda m: m.import_module(".local")), Unknown)
    assert isinstance(answer("importlib", lambda m: m.import_module("...local", "shop")), Unknown)


def test_containers(answer, run):
    made = answer("collections", lambda m: m.namedtuple("P", "x y")(1, y=2))
    assert made.attributes["y"].value == 2
    assert answer("collections", lambda m: m.defaultdict(list)).rest is None
    assert answer("collections", lambda m: m.defaultdict(Unknown("x"))).rest
    assert [item.value for item in answer("itertools", lambda m: m.chain([1], (2, 3))).items] == [1, 2, 3]
    assert [item.value for item in answer("itertools", lambda m: m.chain.from_iterable([[1], [2]])).items] == [1, 2]
    begun = answer("itertools", lambda m: m.chain([1], Unknown("x")))
    assert ([item.value for item in begun.items], bool(begun.rest)) == ([1], True)


def test_deep_copies_of_things_that_hold_themselves(run):
    loop = Items([])
    loop.items.append(loop)
    copied = run().ask("copy.deepcopy", [loop], {})
    assert copied is not loop
    assert copied.items[0] is copied


def test_decorators_leave_functions(run):
    function = Function("f")
    assert run().ask("functools.lru_cache", [function], {}) is function
    decorator = run().ask("functools.lru_cache", [], {"maxsize": Scalar(None)})
    assert isinstance(decorator, Symbol)
    assert run().ask(decorator.dotted, [function], {}) is function


INI = "[DEFAULT]\nbase = /srv\n[db]\nhost = h\nport = 5432\ndebug = yes\npath = %(base)s/x\n[Other]\nA = 1\n"
PARSER = [
    lambda p: p.get("db", "host"),
    lambda p: p.getint("db", "port"),
    lambda p: p.getboolean("db", "debug"),
    lambda p: p.get("db", "path"),
    lambda p: p.get("db", "none", fallback="f"),
    lambda p: p.get("db", "path", raw=True),
    lambda p: p.get("none", "x"),
    lambda p: p["db"]["HOST"],
    lambda p: p["Other"].get("a"),
    lambda p: p["db"].getboolean("debug"),
    lambda p: p["db"].get("none"),
    lambda p: p["db"].get("none", "d"),
    lambda p: p.has_option("db", "host"),
    lambda p: p.has_section("none"),
    lambda p: p.sections(),
    lambda p: p.options("Other"),
    lambda p: p.items("Other"),
]


@pytest.mark.parametrize("parser", ["ConfigParser", "RawConfigParser"])
@pytest.mark.parametrize("number", range(len(PARSER)))
def test_configparser(agree, tmp_path, parser, number):
    path = tmp_path / "app.ini"
    path.write_text(INI)

    def read(configparser):
        made = getattr(configparser, parser)()
        made.read(str(path))
        return PARSER[number](made)

    agree("configparser", read)


def test_configparser_of_files_that_are_not_there(answer, tmp_path):
    def read(configparser):
        made = configparser.ConfigParser()
        made.read("/etc/app/config.ini")
        return made.get("db", "password")

    value = answer("configparser", read)
    assert isinstance(value, Unknown)
    assert [read.name for read in value.reads] == ["/etc/app/config.ini"]


def test_data_files(answer, tmp_path):
    (tmp_path / "a.json").write_text('{"debug": false}')
    (tmp_path / "a.yml").write_text("debug: false\nhosts: [a, b]\n")
    (tmp_path / "a.toml").write_text("[app]\ndebug = false\n")
    (tmp_path / "bad.yml").write_text("a: !!python/object/apply:os.system [x]\n")
    opened = {name: lambda b, name=name: b.open(str(tmp_path / name)) for name in ("a.json", "a.yml", "a.toml", "bad.yml", "none.json")}
    files = {name: answer("builtins", function) for name, function in opened.items()}
    assert answer("json", lambda m: m.load(files["a.json"])).entries["debug"].value is False
    assert answer("yaml", lambda m: m.safe_load(files["a.yml"])).entries["hosts"].items[1].value == "b"
    assert answer("yaml", lambda m: m.load(files["bad.yml"], Loader=Symbol("yaml.Loader"))).reason
    assert answer("tomllib", lambda m: m.load(files["a.toml"])).entries["app"].entries["debug"].value is False
    missing = answer("json", lambda m: m.load(files["none.json"]))
    assert isinstance(missing, Unknown)
    assert [read.name for read in missing.reads] == ["none.json"]


def test_yaml_that_grows(answer):
    bomb = "a: &a [x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join('*' + chr(97 + i) for _ in range(9))}]\n" for i in range(12))
    assert isinstance(answer("yaml", lambda m: m.safe_load(bomb)), Unknown)


def test_django(answer):
    lazy = answer("django.utils.translation", lambda m: m.gettext_lazy("English"))
    assert isinstance(lazy, Instance)
    assert lazy.args[0].value == "English"
    assert answer("django.contrib.messages", lambda m: m.constants.ERROR).value == 40
    tags = answer("django.contrib.messages", lambda m: m.constants.DEFAULT_TAGS)
    assert isinstance(tags, Table)
    assert answer("django.contrib.messages", lambda m: m.constants.DEFAULT_TAGS) is not tags
    assert answer("corsheaders.defaults", lambda m: m.default_methods).items[0].value == "DELETE"
    assert answer("corsheaders.defaults", lambda m: m.default_headers).rest
    by_version = {
        pin: answer("corsheaders.defaults", lambda m: m.default_headers, versions={"django-cors-headers": pin}) for pin in ("3.14.0", "4.0.0")
    }
    assert [len(headers.items) for headers in by_version.values()] == [9, 6]
    assert answer("ssl", lambda m: m.CERT_REQUIRED).value == 2
    schedule = answer("celery.schedules", lambda m: m.crontab(hour=3))
    assert schedule.keywords["hour"].value == 3


def test_provenance_is_carried(answer):
    value = answer("json", lambda m: m.loads(Scalar('["a"]', reads=(), origins=())))
    assert value.items[0].origins
    assert isinstance(answer("datetime", lambda m: m.timedelta(days=Unknown("x"))), Unknown)


def test_quoted_addresses_are_not_guessed(answer):
    assert isinstance(answer("email.utils", lambda m: m.getaddresses(['"a, b" <c@d>'])), Unknown)
    assert isinstance(answer("email.utils", lambda m: m.getaddresses(["a@b," * 5000])), Unknown)


@pytest.mark.parametrize("host", ["a.example", "A.example.:80", "[::1]:8000", "a_b", "", "a:b", "127.0.0.1"])
def test_hosts(agree, host):
    agree("django.http.request", lambda m: m.split_domain_port(host))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7 days", 604_800), ("5 minutes", 300), ("1w 2d 3h 4m 5s", 788_645), ("2 hrs", 7_200), ("1:30", None), ("x", None), ("", None), ("1.5h", None)],
)
def test_durations(answer, text, seconds):
    value = answer("pytimeparse", lambda m: m.parse(text))
    assert (None if isinstance(value, Unknown) else value.value) == seconds
