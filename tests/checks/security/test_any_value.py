"""Whatever the settings hold, a check answers: no exception, and no pass of a setting that is not known."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ready_gate.checks import load_all
from ready_gate.facts.views import (
    InputCode,
    LimitCode,
    NamedView,
    Nginx,
    Options,
    OriginHeaders,
    PasswordCode,
    Place,
    Project,
    ProjectClasses,
    Secrets,
    Server,
    Settings,
    TokenCode,
    Variables,
)
from ready_gate.facts.views.routes import Routes
from ready_gate.model import Origin, Status

CHECKS = {id: check for id, check in load_all().items() if id.startswith("security.")}
NAMES = (
    *("DEBUG", "TEMPLATES", "INSTALLED_APPS", "MIDDLEWARE", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT"),
    *("SECURE_PROXY_SSL_HEADER", "SECURE_REDIRECT_EXEMPT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS", "ALLOWED_HOSTS"),
    *("CORS_ALLOWED_ORIGINS", "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ALLOW_ALL_ORIGINS", "REST_FRAMEWORK", "SIMPLE_JWT", "REST_KNOX", "CACHES"),
    *("AUTH_PASSWORD_VALIDATORS", "PASSWORD_HASHERS", "ADMINS", "EMAIL_BACKEND", "EMAIL_HOST", "SERVER_EMAIL", "LOGGING", "SILENCED_SYSTEM_CHECKS"),
    *("SECURE_REFERRER_POLICY", "OAUTH2_PROVIDER", "JWT_AUTH", "SESSION_COOKIE_AGE", "FRONTEND_URL", "PAYTM", "API_KEY", "LOGGING_CONFIG"),
)
PLACE = Place("/", Origin("nginx.conf", 2), passes_to="http://web:8000", passes_by="proxy_pass")
NGINX = Nginx((Server(Origin("nginx.conf", 1), ("shop.in",), True, True, Place("/", Origin("nginx.conf", 1)), (PLACE,)),), ("nginx.conf",))
TEXTS = (
    "",
    "*",
    "False",
    "http://shop.in",
    "https://[",
    "corsheaders",
    "corsheaders.middleware.CorsMiddleware",
    "rest_framework",
    "django.contrib.auth",
    "^(a+)+$",
)
KEYS = (
    "default",
    "NAME",
    "OPTIONS",
    "debug",
    "loggers",
    "handlers",
    "django",
    "DEFAULT_THROTTLE_CLASSES",
    "DEFAULT_THROTTLE_RATES",
    "ACCESS_TOKEN_LIFETIME",
)
PLAIN = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**12), st.floats(), st.sampled_from(TEXTS), st.text(max_size=8), st.just(timedelta(days=400))
)
MARKS = st.sampled_from(["unknown", "object", "partly", "choice", "default", "plain"])
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=2).map(tuple) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
)


def marked(make, mark, value):
    """The value as something less than known."""
    if mark == "partly" and isinstance(value, (list, tuple, dict)):
        return make.partly(value)
    made = {"unknown": make.unknown("because"), "object": make.object("shop.thing"), "choice": make.choice(value, True, [])}
    return made.get(mark, make.env(value, "X", present=False) if mark == "default" else value)


CODE = {"token_code": TokenCode(), "input_code": InputCode(), "password_code": PasswordCode(), "limit_code": LimitCode(), "routes": Routes("", ())}


@given(values=st.dictionaries(st.sampled_from(NAMES), st.tuples(MARKS, VALUES), max_size=12))
def test_every_check_answers(make_settings, make_environment, make_requirements, values):
    made = make_settings(**{name: marked(make_settings, mark, value) for name, (mark, value) in values.items()})
    facts = {
        "settings": made,
        "fallback_settings": made,
        "environment": make_environment({"X": "1"}),
        "variables": Variables(()),
        "requirements": make_requirements("django"),
        "options": Options("/shop"),
        "csrf_failure_view": NamedView(),
        "nginx": NGINX,
        "project": Project(".", "manage.py", "shop.settings", "shop/settings.py", "the only one"),
        "project_classes": ProjectClasses(),
        **CODE,
        "origin_headers": OriginHeaders(),
        "secrets": Secrets((), 1),
    }
    for check in CHECKS.values():
        outcome = check.function(*(facts[name] for name in check.needs))
        assert outcome.status is not Status.FAIL or outcome.findings


def test_nothing_passes_while_nothing_is_known(make_environment, make_requirements, make_variables):
    dark = Settings("shop.settings", "shop/settings.py", {}, incomplete="shop/settings.py could not be parsed")
    facts = {
        "settings": dark,
        "fallback_settings": dark,
        "environment": make_environment({"X": "1"}),
        "variables": make_variables("X"),
        "requirements": make_requirements(),
        "options": Options("/shop"),
        "csrf_failure_view": NamedView(),
        "nginx": NGINX,
        "project": Project(".", "manage.py", "shop.settings", "shop/settings.py", "the only one"),
        "project_classes": ProjectClasses(),
        **CODE,
        "origin_headers": OriginHeaders(),
    }
    of_settings = {id: check for id, check in CHECKS.items() if "settings" in check.needs}
    statuses = {id: check.function(*(facts[name] for name in check.needs)).status for id, check in of_settings.items()}
    assert {id for id, status in statuses.items() if status is Status.PASS} == set()
    assert {id for id, status in statuses.items() if status is not Status.UNKNOWN and CODE.keys().isdisjoint(CHECKS[id].needs)} == set()
