"""Production. Every value that differs by server, and every secret, comes from the environment.

systemd and compose pass the variables in; commands run by hand find them in `.env.production`.
What each one means: docs/environment.md.
"""

import environ
import sentry_sdk

from .base import *  # noqa: F403
from .base import BASE_DIR

env = environ.Env()
env.read_env(BASE_DIR / ".env.production")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
RELEASE = env("RELEASE", default=BASE_DIR.name)

# HTTPS: nginx ends TLS and says so in X-Forwarded-Proto.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS")
X_FRAME_OPTIONS = "DENY"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": env("DB_NAME"),
        "USER": env("DB_USER"),
        "PASSWORD": env("DB_PASSWORD"),
        "HOST": env("DB_HOST"),
        "PORT": env.int("DB_PORT", default=5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "sslmode": env("DB_SSLMODE", default="require"),
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000",
        },
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL"),
    }
}

STATIC_ROOT = env("STATIC_ROOT")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = [("S2Cart operations", address) for address in env.list("ADMINS")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        # journald (or the container runtime) stores and rotates what the workers write.
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail_admins": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
    },
    "root": {"handlers": ["console", "mail_admins"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console", "mail_admins"], "level": "INFO", "propagate": False},
    },
}

sentry_sdk.init(
    dsn=env("SENTRY_DSN"),
    environment="production",
    release=RELEASE,
    traces_sample_rate=0.1,
    send_default_pii=False,
)

METRICS_TOKEN = env("METRICS_TOKEN")

PAYTM_TEST_MODE = env.bool("PAYTM_TEST_MODE", default=False)
PAYTM_HOST = "https://securegw-stage.paytm.in" if PAYTM_TEST_MODE else "https://securegw.paytm.in"
PAYTM_MERCHANT_ID = env("PAYTM_MERCHANT_ID")
PAYTM_MERCHANT_KEY = env("PAYTM_MERCHANT_KEY")
PAYTM_WEBSITE = env("PAYTM_WEBSITE")
PAYTM_CALLBACK_URL = env("PAYTM_CALLBACK_URL")
