"""The test run: no network, no files. CI names a PostgreSQL server in TEST_DATABASE_URL."""

import environ

from .base import *  # noqa: F403
from .base import REST_FRAMEWORK

env = environ.Env()

SECRET_KEY = "only-for-the-test-run-" + "x" * 40
ALLOWED_HOSTS = ["testserver"]
RELEASE = "test"

DATABASES = {"default": env.db_url("TEST_DATABASE_URL", default="sqlite://:memory:")}

# Hashing a password slowly on purpose is of no use here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

REST_FRAMEWORK = REST_FRAMEWORK | {"TEST_REQUEST_DEFAULT_FORMAT": "json"}

METRICS_TOKEN = "metrics-token-of-the-test-run"

PAYTM_TEST_MODE = True
PAYTM_HOST = "https://paytm.invalid"
PAYTM_MERCHANT_ID = "TESTMERCHANT"
PAYTM_MERCHANT_KEY = "0123456789abcdef"
PAYTM_WEBSITE = "WEBSTAGING"
PAYTM_CALLBACK_URL = "https://testserver/api/payments/paytm/callback/"
