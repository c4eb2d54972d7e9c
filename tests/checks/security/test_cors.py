import pytest

from ready_gate.checks.security.cors import cors
from ready_gate.checks.security.origin_patterns import weaknesses
from ready_gate.facts.views import OriginHeader, OriginHeaders
from ready_gate.model import Origin, Status

USED = {"MIDDLEWARE": ["corsheaders.middleware.CorsMiddleware"], "INSTALLED_APPS": ["corsheaders"]}


def judge(settings, *headers):
    return cors(settings, OriginHeaders(headers))


@pytest.mark.parametrize("values", [USED, {"MIDDLEWARE": ["shop.open.Cors"], "INSTALLED_APPS": []}])
def test_headers_set_by_hand(make_settings, errors_of, warnings_of, values):
    at, settings = Origin("shop/open.py", 3), make_settings(**values)
    assert errors_of(judge(settings, OriginHeader(at, "*", everywhere=True))) == ["security.cors-allow-all"]
    assert errors_of(judge(settings, OriginHeader(at, None, reflected=True, everywhere=True))) == ["security.cors-allow-all"]
    assert errors_of(judge(settings, OriginHeader(at, "http://shop.in", everywhere=True))) == ["security.cors-http"]
    assert judge(settings, OriginHeader(at, "https://shop.in", everywhere=True)).status is Status.PASS
    assert judge(settings, OriginHeader(at, None, everywhere=True)).status is Status.UNKNOWN
    one_view = judge(settings, OriginHeader(at, "*"))
    assert (one_view.status is Status.FAIL, warnings_of(one_view)) == (False, ["security.cors-allow-all"])


def test_without_the_package(make_settings):
    assert judge(make_settings(MIDDLEWARE=[], INSTALLED_APPS=[])).status is Status.NOT_APPLICABLE


def test_hand_written_middleware_is_unknown(make_settings):
    assert judge(make_settings(MIDDLEWARE=["shop.cors.allow"], INSTALLED_APPS=[])).status is Status.UNKNOWN


def test_named_origins(make_settings):
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGINS=["https://shop.in"])).status is Status.PASS


def test_the_new_name_wins_over_the_old(make_settings):
    assert judge(make_settings(**USED, CORS_ALLOW_ALL_ORIGINS=False, CORS_ORIGIN_ALLOW_ALL=True)).status is Status.PASS
    assert judge(make_settings(**USED, CORS_ORIGIN_ALLOW_ALL=True)).status is Status.FAIL


@pytest.mark.parametrize(
    "name", ["MIDDLEWARE", "CORS_ALLOW_ALL_ORIGINS", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGIN_REGEXES"]
)
def test_unknown(make_settings, name):
    values = {**USED, name: make_settings.unknown("not set", "X")}
    if name == "MIDDLEWARE":
        values["INSTALLED_APPS"] = []
    assert judge(make_settings(**values)).status is Status.UNKNOWN


def test_partly_known_origins(make_settings):
    origins = make_settings.partly(["https://shop.in"])
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGINS=origins)).status is Status.UNKNOWN
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGINS=make_settings.partly(["null"]))).status is Status.FAIL


def test_credentials_are_named(make_settings):
    outcome = judge(make_settings(**USED, CORS_ALLOW_ALL_ORIGINS=True, CORS_ALLOW_CREDENTIALS=True))
    assert "with the visitor's cookies" in outcome.reason


def test_too_late_is_reported(make_settings, warnings_of):
    late = ["django.middleware.common.CommonMiddleware", "corsheaders.middleware.CorsMiddleware"]
    assert warnings_of(judge(make_settings(MIDDLEWARE=late, INSTALLED_APPS=["corsheaders"]))) == ["security.cors-order"]


FOREIGN = [
    *(".*", "^.*$", "^https://.*", "^https?://.*$", r"^https://.+", "^(https?://)?.*", r"^\w+://.*$"),
    *(r"^https://shop\.in", r"https://[\w-]+\.shop\.in", r"^https://\w+.shop.in$", r"^https://shop.in$", r"^https://.*shop\.in$"),
    *(
        r"^https://[^/]*shop\.in$",
        r"^https://shop\.[a-z]+$",
        r"^https://.*\.co\.in$",
        r"^https://.*\.in$",
        r".*shop\.in$",
        r"^https://.*\.vercel\.app$",
    ),
]
OWN = [
    *(
        r"^https://shop\.in$",
        r"^https://[\w-]+\.shop\.in$",
        r"^https://.*\.shop\.in$",
        r"^https://(www|m)\.shop\.in$",
        r"^https://([a-z]+\.)*shop\.in$",
    ),
    *(r"^https://([a-z]+\.)?shop\.in(:\d+)?$", r"^https://[a-z]+-preview\.shop\.in\Z", r"(?i)^https://shop[.]in$", r"^https://[^.]+\.shop\.co\.in$"),
    r"^https://(?!old)\w+\.shop\.in$",
]
HOSTILE = [
    "(" * 499,
    r"^((((a*)*)*)*)*$",
    "(((((((((((a{9}b){9}c){9}d){9}e){9}f){9}g){9}h){9})+)+)+)+",
    r"(?P<a>x+)+(?P=a)",
    "a{999999999}",
    "[" * 400,
    "x" * 501,
]


@pytest.mark.parametrize("pattern", FOREIGN)
def test_patterns_that_let_foreign_hosts_in(pattern):
    assert any(weakness.rule == "security.cors-regex" and weakness.serious for weakness in weaknesses(pattern))


@pytest.mark.parametrize("pattern", OWN)
def test_patterns_that_do_not(pattern):
    assert weaknesses(pattern) == []


@pytest.mark.parametrize("pattern", HOSTILE)
def test_hostile_patterns_end(pattern):
    found = weaknesses(pattern)
    assert found is None or all(weakness.rule == "security.cors-origin" for weakness in found)


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        (r"^https?://shop\.in$", "security.cors-http"),
        (r"^http://localhost(:\d+)?$", "security.cors-localhost"),
        (r"^https://(shop\.in|127\.0\.0\.1)$", "security.cors-localhost"),
        (r"^(null|https://shop\.in)$", "security.cors-null"),
    ],
)
def test_other_weaknesses(pattern, rule):
    assert rule in [weakness.rule for weakness in weaknesses(pattern)]


def test_patterns_that_match_no_origin_are_reported(make_settings, warnings_of):
    outcome = judge(make_settings(**USED, CORS_ALLOWED_ORIGIN_REGEXES=[r"shop\.in$"]))
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.cors-origin"]


def test_patterns_that_cannot_be_taken_apart_are_unknown(make_settings):
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGIN_REGEXES=[r"(x)\1"])).status is Status.UNKNOWN
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGIN_REGEXES=[make_settings.object("re.Pattern")])).status is Status.UNKNOWN
    assert judge(make_settings(**USED, CORS_ALLOWED_ORIGIN_REGEXES=[make_settings.object("re.compile('.*')")])).status is Status.FAIL
