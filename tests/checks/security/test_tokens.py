from datetime import timedelta

import pytest

from ready_gate.checks.security.tokens import token_expiry
from ready_gate.facts.views import Authenticator, Mint, Options, ProjectClass, ProjectClasses, Spot, TokenCode
from ready_gate.model import Origin, Status

OPTIONS = Options("/shop")
CODE = TokenCode()
AT = Origin("shop/auth.py", 4)
DRF_TOKEN = "rest_framework.authentication.TokenAuthentication"
JWT = {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}, "INSTALLED_APPS": []}


@pytest.fixture
def judge(make_settings):
    def run(*, options=OPTIONS, own=(), code=CODE, **values):
        classes = ProjectClasses({described.name: described for described in own})
        return token_expiry(make_settings(**{"INSTALLED_APPS": [], **values}), options, classes, code)

    return run


def lifetimes(access, refresh=timedelta(days=1)):
    return {**JWT, "SIMPLE_JWT": {"ACCESS_TOKEN_LIFETIME": access, "REFRESH_TOKEN_LIFETIME": refresh}}


def test_within_the_limits(judge):
    assert judge(**lifetimes(timedelta(hours=24), timedelta(days=90))).status is Status.PASS
    assert judge(**JWT).status is Status.PASS  # the library's own defaults


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        (lifetimes(timedelta(hours=24, seconds=1)), "security.access-token-lifetime"),
        (lifetimes(timedelta(minutes=5), timedelta(days=91)), "security.refresh-token-lifetime"),
        (lifetimes(None), "security.token-never-expires"),
        (lifetimes(300), "security.token-lifetime-type"),
        ({"INSTALLED_APPS": ["knox"], "REST_KNOX": {"TOKEN_TTL": None}}, "security.token-never-expires"),
        ({"OAUTH2_PROVIDER": {"ACCESS_TOKEN_EXPIRE_SECONDS": 10**7}}, "security.access-token-lifetime"),
        ({"GRAPHQL_JWT": {}}, "security.token-never-expires"),
        ({"JWT_AUTH": {"JWT_VERIFY_EXPIRATION": False}}, "security.token-never-expires"),
        ({"JWT_AUTH": {"JWT_EXPIRATION_DELTA": timedelta(days=7)}}, "security.access-token-lifetime"),
        (
            {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}},
            "security.token-never-expires",
        ),
    ],
)
def test_too_long(judge, errors_of, values, rule):
    assert rule in errors_of(judge(**values))


def test_limits_can_be_configured(judge, errors_of):
    strict = Options("/shop", item_options={"security.token-expiry": {"max-access-minutes": 10}})
    assert errors_of(judge(options=strict, **lifetimes(timedelta(minutes=11)))) == ["security.access-token-lifetime"]
    loose = Options("/shop", item_options={"security.token-expiry": {"max-refresh-days": 400}})
    assert judge(options=loose, **lifetimes(timedelta(minutes=5), timedelta(days=365))).status is Status.PASS


def test_unknown(judge, make_settings):
    assert judge(**lifetimes(make_settings.unknown())).status is Status.UNKNOWN
    assert judge(REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["shop.auth.Signed"]}).status is Status.UNKNOWN
    assert judge(code=TokenCode(mints=(Mint(AT, None, None, "access", "a helper makes it"),))).status is Status.UNKNOWN
    assert judge().status is Status.NOT_APPLICABLE
    assert judge(REST_FRAMEWORK=make_settings.unknown()).status is Status.UNKNOWN
    assert judge(INSTALLED_APPS=make_settings.partly([])).status is Status.UNKNOWN


def test_sessions_only(judge, warnings_of):
    outcome = judge(SESSION_COOKIE_AGE=31 * 86400)
    assert outcome.status is Status.NOT_APPLICABLE
    assert warnings_of(outcome) == ["security.session-age"]


def test_an_installed_token_app_is_reported(judge, warnings_of):
    outcome = judge(INSTALLED_APPS=["rest_framework.authtoken"], **{key: value for key, value in JWT.items() if key != "INSTALLED_APPS"})
    assert outcome.status is Status.PASS
    assert warnings_of(outcome) == ["security.token-never-expires"]


def framework(*classes):
    return {"REST_FRAMEWORK": {"DEFAULT_AUTHENTICATION_CLASSES": list(classes)}}


def test_classes_of_the_project_are_what_they_inherit_from(judge, errors_of):
    bearer = ProjectClass("shop.auth.Bearer", AT, (DRF_TOKEN, "rest_framework.authentication.BaseAuthentication"))
    outcome = judge(own=[bearer], **framework("shop.auth.Bearer"))
    assert errors_of(outcome) == ["security.token-never-expires"]
    assert outcome.reason.startswith("Bearer, a TokenAuthentication, is in DEFAULT_AUTHENTICATION_CLASSES")
    expiring = ProjectClass("shop.auth.Expiring", AT, (DRF_TOKEN,), frozenset({"authenticate_credentials"}))
    knows = TokenCode(own={"shop.auth.Expiring": Authenticator(AT, True, True)})
    assert judge(own=[expiring], code=knows, **framework("shop.auth.Expiring")).status is Status.PASS
    open_ = TokenCode(own={"shop.auth.Expiring": Authenticator(AT, None, True)})
    assert judge(own=[expiring], code=open_, **framework("shop.auth.Expiring")).status is Status.UNKNOWN
    cookie = ProjectClass("shop.auth.Cookie", AT, ("rest_framework_simplejwt.authentication.JWTAuthentication",))
    assert judge(own=[cookie], **framework("shop.auth.Cookie")).status is Status.PASS
    session = ProjectClass("shop.auth.NoCsrf", AT, ("rest_framework.authentication.SessionAuthentication",))
    assert judge(own=[session], **framework("shop.auth.NoCsrf")).status is Status.NOT_APPLICABLE


def test_one_class_that_is_not_known_is_a_doubt_beside_others_that_are(judge):
    known = "rest_framework_simplejwt.authentication.JWTAuthentication"
    assert judge(**framework(known, "shop.auth.Signed")).status is Status.UNKNOWN
    assert judge(**framework("dj_rest_auth.jwt_auth.JWTCookieAuthentication")).status is Status.PASS


def test_a_token_app_that_nothing_is_seen_to_use(judge, warnings_of, errors_of):
    outcome = judge(INSTALLED_APPS=["rest_framework.authtoken"], **framework("rest_framework.authentication.SessionAuthentication"))
    assert outcome.status is Status.NOT_APPLICABLE
    assert warnings_of(outcome) == ["security.token-never-expires"]
    used = judge(INSTALLED_APPS=["rest_framework.authtoken"], code=TokenCode(drf=(Spot("drf", AT, DRF_TOKEN),)))
    assert errors_of(used) == ["security.token-never-expires"]
    assert used.findings[0].at == AT
