"""Planted faults and harmless rewrites of security settings, through the evaluator."""

import pytest

from ready_gate.model import Status

IMPORTS = "import os\nfrom datetime import timedelta\nfrom pathlib import Path\n"
ENVIRON = "import environ\nenv = environ.Env()\n"
KEY = "k3v9-t7q2_w8x4.z6c1+b5m0=n2j7^f4d8h1s6a3g9l5e0r7y2u4i8o1p6"
W018, DEFAULT = "django.security.W018", "security.debug-default"

DEBUG_OFF = [
    (W018, "DEBUG = True\n", {}),
    (W018, "DEBUG = 1\n", {}),
    (W018, 'DEBUG = os.getenv("DEBUG", "False")\n', {}),
    (W018, 'DEBUG = os.environ.get("DEBUG")\n', {"DEBUG": "False"}),
    (W018, 'DEBUG = bool(os.getenv("DEBUG", "0"))\n', {}),
    (W018, 'DEBUG = os.getenv("DEBUG") != "False"\n', {}),
    (W018, 'DEBUG = os.getenv("DEBUG", "False") == "True"\n', {"DEBUG": "True"}),
    (W018, ENVIRON + 'DEBUG = env.bool("DEBUG", default=False)\n', {"DEBUG": "on"}),
    (W018, 'DEBUG = os.environ.get("STAGE", "dev") == "dev"\n', {}),
    (W018, "DEBUG = False\nif True:\n    DEBUG = not DEBUG\n", {}),
    (DEFAULT, 'DEBUG = os.getenv("DEBUG", "True") == "True"\n', {"DEBUG": "False"}),
    (DEFAULT, ENVIRON + 'DEBUG = env.bool("DEBUG", default=True)\n', {"DEBUG": "False"}),
    (DEFAULT, 'if os.getenv("STAGE") == "production":\n    DEBUG = False\nelse:\n    DEBUG = True\n', {"STAGE": "production"}),
    ("security.template-debug", 'DEBUG = False\nTEMPLATES = [{"BACKEND": "x", "OPTIONS": {"debug": True}}]\n', {}),
    ("security.debug-toolbar", 'DEBUG = False\nINSTALLED_APPS = ["shop"]\nINSTALLED_APPS += ["debug_toolbar"]\n', {}),
    ("security.debug-toolbar", 'DEBUG = False\nMIDDLEWARE = ["silk.middleware.SilkyMiddleware"]\n', {}),
    (None, "DEBUG = False\n", {}),
    (None, "INSTALLED_APPS = []\n", {}),
    (None, 'DEBUG = os.getenv("DEBUG", "False") == "True"\n', {}),
    (None, 'DEBUG = os.environ.get("DEBUG", "").lower() in ("1", "true", "yes")\n', {"DEBUG": "no"}),
    (None, ENVIRON + 'DEBUG = env.bool("DEBUG", default=False)\n', {}),
    (None, ENVIRON + 'env = environ.Env(DEBUG=(bool, False))\nDEBUG = env("DEBUG")\n', {}),
    (None, 'DEBUG = bool(int(os.getenv("DEBUG", "0")))\n', {}),
    (None, 'DEBUG = os.environ["DEBUG"] == "1"\n', {"DEBUG": "0"}),
    (None, "DEBUG = True\nDEBUG = not DEBUG\n", {}),
    (None, "def flag(name, default=False):\n    return os.getenv(name, str(default)) == 'True'\n\n\nDEBUG = flag('DEBUG')\n", {}),
    (None, "DEBUG = False\nINSTALLED_APPS = []\nif DEBUG:\n    INSTALLED_APPS += ['debug_toolbar']\n", {}),
    (None, 'DEBUG = False\nTEMPLATES = [{"BACKEND": "x", "OPTIONS": {"debug": DEBUG}}]\n', {}),
    (..., 'DEBUG = os.environ["DEBUG"] == "1"\n', {}),
    (..., "from acme import flags\nDEBUG = flags.debug()\n", {}),
]

READ_KEY = 'SECRET_KEY = os.environ["SECRET_KEY"]\n'
SECRET_KEY = [
    ("security.secret-key-literal", f'SECRET_KEY = "{KEY}"\n', {}),
    ("security.secret-key-literal", f'SECRET_KEY = "{KEY[:30]}" + "{KEY[30:]}"\n', {}),
    ("security.secret-key-default", f'SECRET_KEY = os.getenv("SECRET_KEY", "{KEY}")\n', {"SECRET_KEY": KEY[::-1]}),
    ("security.secret-key-default", f'SECRET_KEY = os.getenv("SECRET_KEY") or "{KEY}"\n', {"SECRET_KEY": KEY[::-1]}),
    ("security.secret-key-default", f'SECRET_KEY = os.getenv("SECRET_KEY", "{KEY}")\n', {}),
    ("security.secret-key-default", ENVIRON + f'SECRET_KEY = env("SECRET_KEY", default="{KEY}")\n', {"SECRET_KEY": KEY[::-1]}),
    ("django.security.W009", READ_KEY, {"SECRET_KEY": "Rk3-vault-91"}),
    ("django.security.W009", READ_KEY, {"SECRET_KEY": "django-insecure-" + KEY}),
    ("django.security.W009", READ_KEY, {"SECRET_KEY": "ab" * 40}),
    ("django.security.W009", READ_KEY, {"SECRET_KEY": "abcdefghij" * 6}),
    ("django.security.W009", 'SECRET_KEY = ""\n', {}),
    ("django.security.W009", "DEBUG = False\n", {}),
    ("security.secret-key-known", READ_KEY, {"SECRET_KEY": "this-is-my-very-long-and-not-so-random-secret-key-for-the-shop"}),
    ("security.secret-key-known", READ_KEY, {"SECRET_KEY": "change-me-please-change-me-to-something-long-and-random-0123"}),
    ("security.secret-key-random", "from django.core.management.utils import get_random_secret_key\nSECRET_KEY = get_random_secret_key()\n", {}),
    ("security.secret-key-random", 'import secrets\nSECRET_KEY = os.getenv("SECRET_KEY") or secrets.token_urlsafe(50)\n', {}),
    ("django.security.W025", READ_KEY + 'SECRET_KEY_FALLBACKS = ["old"]\n', {"SECRET_KEY": KEY}),
    ("security.secret-key-literal", READ_KEY + f'SECRET_KEY_FALLBACKS = ["{KEY[::-1]}"]\n', {"SECRET_KEY": KEY}),
    ("security.secret-key-literal", f'if os.getenv("STAGE") == "production":\n    SECRET_KEY = "{KEY}"\n', {"STAGE": "production"}),
    (None, READ_KEY, {"SECRET_KEY": KEY}),
    (None, 'SECRET_KEY = os.environ.get("SECRET_KEY")\n', {"SECRET_KEY": KEY}),
    (None, 'SECRET_KEY = os.getenv("SECRET_KEY", "")\n', {"SECRET_KEY": KEY}),
    (None, ENVIRON + 'SECRET_KEY = env("SECRET_KEY")\n', {"SECRET_KEY": KEY}),
    (None, ENVIRON + 'SECRET_KEY = env.str("DJANGO_SECRET_KEY")\n', {"DJANGO_SECRET_KEY": KEY}),
    (None, "from decouple import config\nSECRET_KEY = config('SECRET_KEY')\n", {"SECRET_KEY": KEY}),
    (None, 'name = "SECRET" + "_KEY"\nSECRET_KEY = os.environ[name].strip()\n', {"SECRET_KEY": KEY}),
    (None, 'import secrets\nSECRET_KEY = os.getenv("SECRET_KEY") or secrets.token_urlsafe(50)\n', {"SECRET_KEY": KEY}),
    (None, READ_KEY + 'SECRET_KEY_FALLBACKS = [os.environ["OLD_KEY"]]\n', {"SECRET_KEY": KEY, "OLD_KEY": KEY[::-1]}),
    (..., READ_KEY, {"OTHER": "1"}),
    (..., "from acme import vault\nSECRET_KEY = vault.read('key')\n", {}),
]

CORS = 'INSTALLED_APPS = ["corsheaders"]\nMIDDLEWARE = ["corsheaders.middleware.CorsMiddleware", "django.middleware.common.CommonMiddleware"]\n'
ORIGIN = CORS + 'CORS_ALLOWED_ORIGINS = ["https://shop.in"]\n'
REGEX = "security.cors-regex"


def pattern(text):
    return CORS + f"CORS_ALLOWED_ORIGIN_REGEXES = [r'{text}']\n"


CORS_CASES = [
    ("security.cors-allow-all", CORS + "CORS_ALLOW_ALL_ORIGINS = True\n", {}),
    ("security.cors-allow-all", CORS + "CORS_ORIGIN_ALLOW_ALL = True\n", {}),
    ("security.cors-allow-all", CORS + 'CORS_ALLOW_ALL_ORIGINS = os.getenv("CORS_ALL", "False")\n', {}),
    ("security.cors-allow-all", ORIGIN + "CORS_ALLOW_ALL_ORIGINS = not CORS_ALLOWED_ORIGINS[1:]\nCORS_ALLOW_CREDENTIALS = True\n", {}),
    ("security.cors-null", CORS + 'CORS_ALLOWED_ORIGINS = ["https://shop.in", "null"]\n', {}),
    ("security.cors-http", CORS + 'CORS_ALLOWED_ORIGINS = ["http://shop.in"]\n', {}),
    ("security.cors-http", CORS + 'CORS_ORIGIN_WHITELIST = ("http://shop.in",)\n', {}),
    ("security.cors-localhost", CORS + 'CORS_ALLOWED_ORIGINS = ["https://shop.in", "http://localhost:3000"]\n', {}),
    ("security.cors-localhost", CORS + 'CORS_ALLOWED_ORIGINS = os.getenv("ORIGINS", "http://127.0.0.1:8000").split(",")\n', {}),
    ("security.cors-http", CORS + 'CORS_ALLOWED_ORIGINS = os.environ["ORIGINS"].split(",")\n', {"ORIGINS": "https://shop.in,http://m.shop.in"}),
    ("security.cors-origin", CORS + 'CORS_ALLOWED_ORIGINS = ["*"]\n', {}),
    (REGEX, pattern(".*"), {}),
    (REGEX, pattern(r"^https://.*"), {}),
    (REGEX, pattern(r"^https://\w+\.shop\.in"), {}),
    (REGEX, pattern(r"^https://\w+.shop.in$"), {}),
    (REGEX, pattern(r"^https://.*shop\.in$"), {}),
    (REGEX, pattern(r"^https://shop\.\w+$"), {}),
    (REGEX, CORS + "import re\nCORS_ALLOWED_ORIGIN_REGEXES = [re.compile(r'^https://.*')]\n", {}),
    ("security.cors-http", pattern(r"^https?://(www\.)?shop\.in$"), {}),
    ("security.cors-localhost", pattern(r"^http://localhost:\d+$"), {}),
    (None, ORIGIN, {}),
    (None, CORS, {}),
    (None, CORS + 'CORS_ALLOWED_ORIGINS = tuple(["https://shop.in"])\n', {}),
    (None, CORS + 'CORS_ORIGIN_WHITELIST = ["https://shop.in"]\nCORS_ORIGIN_ALLOW_ALL = False\n', {}),
    (None, CORS + 'CORS_ALLOWED_ORIGINS = os.environ["ORIGINS"].split(",")\n', {"ORIGINS": "https://shop.in,https://m.shop.in"}),
    (None, CORS + 'CORS_ALLOWED_ORIGINS = [f"https://{name}.shop.in" for name in ("www", "m")]\n', {}),
    (None, ORIGIN + "CORS_ALLOW_CREDENTIALS = True\n", {}),
    (None, pattern(r"^https://[\w-]+\.shop\.in$"), {}),
    (None, pattern(r"^https://(www|m)\.shop\.in(:8443)?$"), {}),
    (None, ORIGIN + 'DEBUG = False\nif DEBUG:\n    CORS_ALLOWED_ORIGINS += ["http://localhost:3000"]\n', {}),
    (None, ORIGIN + 'CORS_ALLOW_ALL_ORIGINS = os.getenv("CORS_ALL") == "1"\n', {}),
    (..., CORS + 'CORS_ALLOWED_ORIGINS = os.environ["ORIGINS"].split(",")\n', {}),
    (..., 'MIDDLEWARE = ["shop.middleware.CorsMiddleware"]\nINSTALLED_APPS = []\n', {}),
]

HTTPS = """
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
INSTALLED_APPS = ["django.contrib.sessions"]
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
"""
PROXY = 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n'


def without(line):
    assert line in HTTPS
    return HTTPS.replace(line, "")


HTTPS_CASES = [
    ("django.security.W001", without('    "django.middleware.security.SecurityMiddleware",\n'), {}),
    ("django.security.W004", without("SECURE_HSTS_SECONDS = 31536000\n"), {}),
    ("django.security.W004", HTTPS + 'SECURE_HSTS_SECONDS = int(os.getenv("HSTS", "0"))\n', {}),
    ("security.hsts-too-short", HTTPS + "SECURE_HSTS_SECONDS = 1\n", {}),
    ("django.security.W005", without("SECURE_HSTS_INCLUDE_SUBDOMAINS = True\n"), {}),
    ("django.security.W008", without("SECURE_SSL_REDIRECT = True\n"), {}),
    ("django.security.W008", HTTPS + 'SECURE_SSL_REDIRECT = os.getenv("REDIRECT", "False") == "True"\n', {}),
    ("django.security.W008", HTTPS + "SECURE_SSL_REDIRECT = 1\n", {}),
    ("django.security.W012", without("SESSION_COOKIE_SECURE = True\n"), {}),
    ("django.security.W011", without("SESSION_COOKIE_SECURE = True\n") + "INSTALLED_APPS = []\n", {}),
    ("django.security.W010", without("SESSION_COOKIE_SECURE = True\n") + "MIDDLEWARE.pop(1)\n", {}),
    ("django.security.W016", HTTPS + "CSRF_COOKIE_SECURE = False\n", {}),
    ("django.security.W021", without("SECURE_HSTS_PRELOAD = True\n"), {}),
    ("django.security.W008", HTTPS + 'SECURE_SSL_REDIRECT = not os.getenv("BEHIND_PROXY")\n', {"BEHIND_PROXY": "1"}),
    ("security.proxy-header", HTTPS + 'SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")\n', {}),
    ("security.proxy-header", HTTPS + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "http")\n', {}),
    ("security.proxy-header", HTTPS + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO",)\n', {}),
    ("security.redirect-exempt", HTTPS + 'SECURE_REDIRECT_EXEMPT = [r"^api/"]\n', {}),
    (None, HTTPS, {}),
    (None, HTTPS + PROXY, {}),
    (None, without("CSRF_COOKIE_SECURE = True\n") + "CSRF_USE_SESSIONS = True\n", {}),
    (None, without("CSRF_COOKIE_SECURE = True\n").replace('    "django.middleware.csrf.CsrfViewMiddleware",\n', ""), {}),
    (None, without("SESSION_COOKIE_SECURE = True\n") + "MIDDLEWARE.pop(1)\nINSTALLED_APPS = []\n", {}),
    (None, HTTPS + "SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365\n", {}),
    (None, HTTPS + 'SECURE_SSL_REDIRECT = os.getenv("REDIRECT", "True") == "True"\n', {}),
    (None, HTTPS + "for name in ('SESSION', 'CSRF'):\n    globals()[name + '_COOKIE_SECURE'] = True\n", {}),
    (None, HTTPS + "MIDDLEWARE = MIDDLEWARE + ['shop.middleware.Audit']\n", {}),
    (None, HTTPS + 'SECURE_REDIRECT_EXEMPT = [r"^health/$"]\n', {}),
    (None, HTTPS + "DEBUG = False\nif DEBUG:\n    SECURE_SSL_REDIRECT = False\n", {}),
    (..., HTTPS + 'SECURE_SSL_REDIRECT = os.environ["REDIRECT"] == "1"\n', {}),
]

DRF = 'INSTALLED_APPS = ["django.contrib.auth", "rest_framework"]\n'
JWT = DRF + (
    'REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}\n'
    'SIMPLE_JWT = {"ACCESS_TOKEN_LIFETIME": timedelta(minutes=15), "REFRESH_TOKEN_LIFETIME": timedelta(days=30)}\n'
)
TOKEN = "rest_framework.authentication.TokenAuthentication"
NEVER, ACCESS, REFRESH = "security.token-never-expires", "security.access-token-lifetime", "security.refresh-token-lifetime"
TOKENS = [
    (NEVER, DRF + f'REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": ["{TOKEN}"]}}\n', {}),
    (NEVER, JWT + f'REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"].append("{TOKEN}")\n', {}),
    (NEVER, DRF + f'REST_FRAMEWORK = {{"DEFAULT_AUTHENTICATION_CLASSES": ("{TOKEN}",)}}\n', {}),
    (ACCESS, JWT + 'SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(days=2)\n', {}),
    (ACCESS, JWT + "SIMPLE_JWT.update(ACCESS_TOKEN_LIFETIME=timedelta(hours=25))\n", {}),
    (ACCESS, JWT + 'SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(minutes=int(os.getenv("ACCESS", "60")))\n', {"ACCESS": "10080"}),
    (REFRESH, JWT + 'SIMPLE_JWT["REFRESH_TOKEN_LIFETIME"] = timedelta(days=365)\n', {}),
    (REFRESH, JWT + 'SIMPLE_JWT = {**SIMPLE_JWT, "REFRESH_TOKEN_LIFETIME": timedelta(weeks=52)}\n', {}),
    ("security.token-lifetime-type", JWT + 'SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = 900\n', {}),
    (NEVER, 'INSTALLED_APPS = ["knox"]\nREST_KNOX = {"TOKEN_TTL": None}\n', {}),
    (ACCESS, 'INSTALLED_APPS = ["oauth2_provider"]\nOAUTH2_PROVIDER = {"ACCESS_TOKEN_EXPIRE_SECONDS": 864000}\n', {}),
    (NEVER, 'INSTALLED_APPS = ["graphql_jwt"]\nGRAPHQL_JWT = {}\n', {}),
    (NEVER, 'JWT_AUTH = {"JWT_VERIFY_EXPIRATION": False}\n', {}),
    (None, JWT, {}),
    (None, JWT.replace("SIMPLE_JWT = {", "SIMPLE_JWT = dict(**{").replace("days=30)}", "days=30)})"), {}),
    (None, JWT.replace("minutes=15", "hours=24"), {}),
    (None, JWT.replace("days=30", "days=90"), {}),
    (None, JWT.replace("timedelta(minutes=15)", "timedelta(seconds=900)"), {}),
    (None, JWT + 'SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(minutes=int(os.getenv("ACCESS", "60")))\n', {}),
    (None, DRF + 'REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"]}\n', {}),
    (None, 'INSTALLED_APPS = ["knox"]\nREST_KNOX = {"TOKEN_TTL": timedelta(hours=10)}\n', {}),
    (None, 'INSTALLED_APPS = ["graphql_jwt"]\nGRAPHQL_JWT = {"JWT_VERIFY_EXPIRATION": True}\n', {}),
    (..., DRF + 'REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["shop.auth.Signed"]}\n', {}),
    (..., JWT + 'SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(minutes=int(os.environ["ACCESS"]))\n', {}),
]

AUTH = 'INSTALLED_APPS = ["django.contrib.auth"]\n'
VALIDATION = "django.contrib.auth.password_validation."
VALIDATORS = AUTH + (
    "AUTH_PASSWORD_VALIDATORS = [\n"
    f'    {{"NAME": "{VALIDATION}UserAttributeSimilarityValidator"}},\n'
    f'    {{"NAME": "{VALIDATION}MinimumLengthValidator", "OPTIONS": {{"min_length": 10}}}},\n'
    f'    {{"NAME": "{VALIDATION}CommonPasswordValidator"}},\n'
    f'    {{"NAME": "{VALIDATION}NumericPasswordValidator"}},\n'
    "]\n"
)
PASSWORDS = [
    ("security.no-password-validators", AUTH, {}),
    ("security.no-password-validators", AUTH + "AUTH_PASSWORD_VALIDATORS = []\n", {}),
    ("security.no-password-validators", VALIDATORS + "AUTH_PASSWORD_VALIDATORS.clear()\n", {}),
    ("security.no-password-validators", VALIDATORS + 'if not os.getenv("STRICT"):\n    AUTH_PASSWORD_VALIDATORS = []\n', {}),
    ("security.short-passwords", VALIDATORS.replace('"min_length": 10', '"min_length": 6'), {}),
    ("security.short-passwords", VALIDATORS.replace('"min_length": 10', '"min_length": int(os.getenv("MIN", "4"))'), {}),
    ("security.short-passwords", VALIDATORS + "del AUTH_PASSWORD_VALIDATORS[1]\n", {}),
    ("security.common-passwords", VALIDATORS + "AUTH_PASSWORD_VALIDATORS.pop(2)\n", {}),
    ("security.numeric-passwords", VALIDATORS + "AUTH_PASSWORD_VALIDATORS = AUTH_PASSWORD_VALIDATORS[:3]\n", {}),
    (None, VALIDATORS, {}),
    (None, VALIDATORS.replace(', "OPTIONS": {"min_length": 10}', ""), {}),
    (None, VALIDATORS.replace('"min_length": 10', '"min_length": 8'), {}),
    (None, VALIDATORS + "AUTH_PASSWORD_VALIDATORS.reverse()\n", {}),
    (None, VALIDATORS.replace("VALIDATORS = [", "VALIDATORS = (").replace("\n]\n", "\n)\n"), {}),
    (None, VALIDATORS + 'AUTH_PASSWORD_VALIDATORS += [{"NAME": "shop.validators.Symbols"}]\n', {}),
    (None, AUTH + 'AUTH_PASSWORD_VALIDATORS = [{"NAME": "django_zxcvbn_password_validator.ZxcvbnPasswordValidator"}]\n', {}),
    (
        None,
        AUTH + f"NAMES = 'MinimumLength CommonPassword NumericPassword'.split()\n"
        f"AUTH_PASSWORD_VALIDATORS = [{{'NAME': f'{VALIDATION}{{name}}Validator'}} for name in NAMES]\n",
        {},
    ),
    (None, VALIDATORS + "DEBUG = False\nif DEBUG:\n    AUTH_PASSWORD_VALIDATORS = []\n", {}),
    (..., AUTH + 'AUTH_PASSWORD_VALIDATORS = [{"NAME": "shop.validators.Strong"}]\n', {}),
    (..., AUTH + "from acme import validators\nAUTH_PASSWORD_VALIDATORS = validators()\n", {}),
]

THROTTLED = DRF + (
    'REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle", "rest_framework.throttling.UserRateThrottle"],\n'
    '    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "1000/hour"}}\n'
)
NO_RATE = "security.throttle-without-rate"
THROTTLES = [
    ("security.no-throttling", "security.rate-limiting", DRF, {}),
    ("security.no-throttling", "security.rate-limiting", THROTTLED + 'REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] = []\n', {}),
    ("security.no-throttling", "security.rate-limiting", THROTTLED + 'REST_FRAMEWORK.pop("DEFAULT_THROTTLE_CLASSES")\n', {}),
    (NO_RATE, "security.rate-limiting", THROTTLED + 'REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"anon": None, "user": None}\n', {}),
    (NO_RATE, "security.throttle-rates", THROTTLED + 'REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].pop("anon")\n', {}),
    (NO_RATE, "security.throttle-rates", THROTTLED + 'del REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]\n', {}),
    ("security.throttle-rate", "security.throttle-rates", THROTTLED.replace("60/min", "sixty/min"), {}),
    ("security.throttle-rate", "security.throttle-rates", THROTTLED.replace('"60/min"', "60"), {}),
    ("security.throttle-rate", "security.throttle-rates", THROTTLED.replace('"60/min"', 'os.getenv("RATE", "60")'), {}),
    (
        "security.throttle-cache",
        "security.throttle-rates",
        THROTTLED + 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}\n',
        {},
    ),
    ("security.limiter-disabled", "security.rate-limiting", 'INSTALLED_APPS = ["axes"]\nAXES_ENABLED = False\n', {}),
    (None, "security.rate-limiting", THROTTLED, {}),
    (None, "security.throttle-rates", THROTTLED, {}),
    (None, "security.rate-limiting", THROTTLED.replace('"60/min"', 'os.getenv("RATE", "60/min")'), {}),
    (None, "security.rate-limiting", THROTTLED.replace('"60/min"', 'os.getenv("RATE", "60/min")'), {"RATE": "10/s"}),
    (None, "security.throttle-rates", THROTTLED.replace("60/min", "1/second"), {}),
    (None, "security.rate-limiting", THROTTLED + 'REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"].insert(0, "shop.throttles.Burst")\n', {}),
    (None, "security.rate-limiting", THROTTLED + 'REST_FRAMEWORK = {**REST_FRAMEWORK, "PAGE_SIZE": 50}\n', {}),
    (
        None,
        "security.rate-limiting",
        'INSTALLED_APPS = ["axes"]\nAUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]\n',
        {},
    ),
    (None, "security.rate-limiting", 'INSTALLED_APPS = ["defender"]\nMIDDLEWARE = ["defender.middleware.FailedLoginMiddleware"]\n', {}),
    (
        "security.throttle-without-rate",
        "security.rate-limiting",
        DRF + 'REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"]}\n',
        {},
    ),
    (..., "security.throttle-rates", THROTTLED.replace('"60/min"', 'os.environ["RATE"]'), {}),
]

MAIL = 'ADMINS = [("Operations", "ops@shop.in")]\nSERVER_EMAIL = "errors@shop.in"\nEMAIL_HOST = "smtp.mailgun.org"\n'
LOGGING = """
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"mail_admins": {"level": "ERROR", "class": "django.utils.log.AdminEmailHandler"}, "console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console", "mail_admins"], "level": "INFO"}},
}
"""
NO_ROUTE = "security.no-mail-handler"
MAILS = [
    ("security.no-admins", MAIL + "ADMINS = []\n", {}),
    ("security.no-admins", 'SERVER_EMAIL = "errors@shop.in"\n', {}),
    ("security.example-admins", MAIL + 'ADMINS = [("Your Name", "your_email@example.com")]\n', {}),
    ("security.email-backend", MAIL + 'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n', {}),
    ("security.email-backend", MAIL + 'EMAIL_BACKEND = os.getenv("BACKEND", "django.core.mail.backends.dummy.EmailBackend")\n', {}),
    ("security.email-backend", MAIL + 'EMAIL_BACKEND = "django.core.mail.backends." + "filebased.EmailBackend"\n', {}),
    ("security.server-email", MAIL.replace('SERVER_EMAIL = "errors@shop.in"\n', ""), {}),
    ("security.email-host", MAIL.replace("smtp.mailgun.org", "smtp.example.com"), {}),
    (NO_ROUTE, MAIL + LOGGING.replace('["console", "mail_admins"]', '["console"]'), {}),
    (NO_ROUTE, MAIL + LOGGING.replace('"level": "ERROR"', '"level": "CRITICAL"'), {}),
    (NO_ROUTE, MAIL + 'LOGGING = {"version": 1, "handlers": {}, "root": {"handlers": []}}\n', {}),
    (
        NO_ROUTE,
        MAIL + LOGGING.replace("django.utils.log.AdminEmailHandler", "logging.FileHandler").replace('"ERROR",', '"ERROR", "filename": "x",'),
        {},
    ),
    (
        NO_ROUTE,
        MAIL
        + LOGGING.replace('"level": "ERROR",', '"level": "ERROR", "filters": ["dbg"],').replace(
            '"handlers": {', '"filters": {"dbg": {"()": "django.utils.log.RequireDebugTrue"}},\n    "handlers": {', 1
        ),
        {},
    ),
    (None, MAIL, {}),
    (None, MAIL + LOGGING, {}),
    (None, MAIL + LOGGING.replace('"django": {', '"django.request": {'), {}),
    (None, MAIL + LOGGING.replace('"loggers": {"django": {"handlers": ["console", "mail_admins"], "level": "INFO"}}', '"loggers": {}'), {}),
    (None, MAIL + LOGGING.replace('"loggers": {"django": {', '"root": {').replace('"level": "INFO"}}', '"level": "INFO"}'), {}),
    (None, 'ADMINS = [tuple(os.environ["ADMIN"].split(":"))]\n' + MAIL.partition("\n")[2], {"ADMIN": "Operations:ops@shop.in"}),
    (None, MAIL.replace("SERVER_EMAIL", "DEFAULT_FROM_EMAIL") + "SERVER_EMAIL = DEFAULT_FROM_EMAIL\n", {}),
    (None, MAIL + 'EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"\n', {}),
    (None, MAIL + 'EMAIL_HOST = os.environ["EMAIL_HOST"]\n', {"EMAIL_HOST": "smtp.sendgrid.net"}),
    (None, MAIL.replace("SERVER_EMAIL", "DEFAULT_FROM_EMAIL"), {}),
    (..., MAIL + 'ADMINS = [("Operations", os.environ["ADMIN"])]\n', {}),
    (..., MAIL + "from acme import logs\nLOGGING = logs()\n", {}),
]

HOSTS = 'ALLOWED_HOSTS = ["api.shop.in"]\n'
NEEDS = HOSTS + 'MAIL_PASSWORD = os.environ["MAIL_PASSWORD"]\n'
MISSING, HOLDS_PLACEHOLDER, UNREADABLE = "security.missing-variable", "security.placeholder-variable", "security.unreadable-variable"
GOOD = {"MAIL_PASSWORD": "Rk3-vault-91"}
PRODUCTION_ENV = [
    (MISSING, NEEDS, {"OTHER": "1"}),
    (MISSING, HOSTS + ENVIRON + 'MAIL_PASSWORD = env("MAIL_PASSWORD")\n', {"OTHER": "1"}),
    (MISSING, HOSTS + "from decouple import config\nMAIL_PASSWORD = config('MAIL_PASSWORD')\n", {"OTHER": "1"}),
    (HOLDS_PLACEHOLDER, NEEDS, {"MAIL_PASSWORD": "changeme"}),
    (HOLDS_PLACEHOLDER, NEEDS, {"MAIL_PASSWORD": "your_mail_password"}),
    (HOLDS_PLACEHOLDER, NEEDS, {"MAIL_PASSWORD": "<password>"}),
    (HOLDS_PLACEHOLDER, NEEDS, {"MAIL_PASSWORD": "xxxxxxxx"}),
    (HOLDS_PLACEHOLDER, NEEDS, {"MAIL_PASSWORD": "password"}),
    (HOLDS_PLACEHOLDER, NEEDS, {**GOOD, "DATABASE_URL": "postgres://user:password@db.shop.in:5432/shop"}),
    ("security.empty-variable", NEEDS, {"MAIL_PASSWORD": ""}),
    (UNREADABLE, HOSTS + ENVIRON + 'FEATURE = env.bool("FEATURE", default=False)\n', {"FEATURE": "ture"}),
    (UNREADABLE, HOSTS + ENVIRON + 'DATABASES = {"default": env.db("DATABASE_URL")}\n', {"DATABASE_URL": "postgres://shop:p#9@db.shop.in/shop"}),
    ("security.allowed-hosts", NEEDS + 'ALLOWED_HOSTS = ["*"]\n', GOOD),
    ("security.allowed-hosts", NEEDS + 'ALLOWED_HOSTS = ["localhost", "yourdomain.com"]\n', GOOD),
    ("security.allowed-hosts", NEEDS + 'ALLOWED_HOSTS = os.getenv("HOSTS", "").split(",")\n', GOOD),
    ("django.security.W020", NEEDS + "ALLOWED_HOSTS = []\n", GOOD),
    (None, NEEDS, GOOD),
    (None, HOSTS + 'MAIL_PASSWORD = os.getenv("MAIL_PASSWORD", "")\n', {"OTHER": "1"}),
    (None, NEEDS + 'DSN = os.getenv("SENTRY_DSN", "")\n', {**GOOD, "SENTRY_DSN": ""}),
    (None, HOSTS + ENVIRON + 'FEATURE = env.bool("FEATURE", default=False)\n', {"FEATURE": "on"}),
    (None, NEEDS + 'ALLOWED_HOSTS = os.environ["HOSTS"].split(",")\n', {**GOOD, "HOSTS": "api.shop.in,localhost"}),
    (None, NEEDS + 'MODULE = os.environ["DJANGO_SETTINGS_MODULE"]\n', {**GOOD, "DJANGO_SETTINGS_MODULE": "shop.settings"}),
    (None, NEEDS, {**GOOD, "DATABASE_URL": "postgres://shopper:Rk3-vault-91@db.shop.in:5432/shop"}),
    (None, NEEDS, {"MAIL_PASSWORD": "a<b>c9-Zk$4!x"}),
    (None, NEEDS, {**GOOD, "DEFAULT_FROM_EMAIL": "Shop <orders@shop.in>"}),
]

TABLES = [
    *(("security.debug-off", *case) for case in DEBUG_OFF),
    *(("security.secret-key", *case) for case in SECRET_KEY),
    *(("security.cors", *case) for case in CORS_CASES),
    *(("security.https-settings", *case) for case in HTTPS_CASES),
    *(("security.token-expiry", *case) for case in TOKENS),
    *(("security.password-policy", *case) for case in PASSWORDS),
    *((check, expected, source, env) for expected, check, source, env in THROTTLES),
    *(("security.error-emails", *case) for case in MAILS),
    *(("security.production-env", *case) for case in PRODUCTION_ENV),
]


@pytest.mark.parametrize(("check", "expected", "source", "env"), TABLES, ids=[f"{row[0]}-{index}" for index, row in enumerate(TABLES)])
def test_security_settings(expect, check, expected, source, env):
    expect(check, expected, IMPORTS + source, env)


@pytest.mark.parametrize(
    ("check", "source"),
    [
        ("security.cors", "MIDDLEWARE = []\nINSTALLED_APPS = []\n"),
        ("security.password-policy", "INSTALLED_APPS = []\n"),
        ("security.password-hashers", "INSTALLED_APPS = []\n"),
        ("security.token-expiry", 'INSTALLED_APPS = ["django.contrib.auth"]\nSESSION_COOKIE_AGE = 60 * 86400\n'),
        ("security.production-env", HOSTS),
        ("security.default-permissions", "INSTALLED_APPS = []\n"),
        ("security.throttle-rates", "INSTALLED_APPS = []\n"),
    ],
)
def test_nothing_to_judge(judge_source, check, source):
    assert judge_source(check, source).status is Status.NOT_APPLICABLE
