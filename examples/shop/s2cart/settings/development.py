"""A developer's machine: SQLite, mails on the console, Paytm's staging host. Reads `.env`."""

import environ

from .base import *  # noqa: F403
from .base import BASE_DIR

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = True
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "10.0.2.2"]
RELEASE = "development"

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"},
}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

METRICS_TOKEN = env("METRICS_TOKEN", default="")

PAYTM_TEST_MODE = True
PAYTM_HOST = "https://securegw-stage.paytm.in"
PAYTM_MERCHANT_ID = env("PAYTM_MERCHANT_ID")
PAYTM_MERCHANT_KEY = env("PAYTM_MERCHANT_KEY")
PAYTM_WEBSITE = "WEBSTAGING"
PAYTM_CALLBACK_URL = "http://localhost:8000/api/payments/paytm/callback/"
