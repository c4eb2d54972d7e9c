"""Planted faults and harmless rewrites of payment settings, through the evaluator."""

import pytest

BASE = """
import os
DEBUG = False
ALLOWED_HOSTS = ["api.shop.in"]
PAYTM_TEST_MODE = os.environ.get("PAYTM_TEST_MODE", "False") == "True"
PAYTM_MERCHANT_ID = os.environ["PAYTM_MERCHANT_ID"]
PAYTM_MERCHANT_KEY = os.environ["PAYTM_MERCHANT_KEY"]
PAYTM_WEBSITE = os.environ["PAYTM_WEBSITE"]
PAYTM_HOST = "https://securegw-stage.paytm.in" if PAYTM_TEST_MODE else "https://securegw.paytm.in"
PAYTM_CALLBACK_URL = os.environ.get("PAYTM_CALLBACK_URL", "https://api.shop.in/api/payments/callback/")
"""
ENV = {"PAYTM_MERCHANT_ID": "ShopIn48217733910045", "PAYTM_MERCHANT_KEY": "q7RkV2mZx9LtBw4E", "PAYTM_WEBSITE": "DEFAULT"}
VIEWS = {"payments/__init__.py": "", "payments/views.py": "import paytmchecksum\n"}
ENVIRON = "import environ\nenv = environ.Env()\n"


def change(old, new):
    assert old in BASE
    return BASE.replace(old, new)


KEY, MODE = 'os.environ["PAYTM_MERCHANT_KEY"]', 'os.environ.get("PAYTM_TEST_MODE", "False") == "True"'
CREDENTIALS = [
    ("payment.literal-key", change(KEY, '"q7RkV2mZx9LtBw4E"'), {}),
    ("payment.literal-key", BASE + 'PAYTM_MERCHANT_KEY = "q7RkV2mZ" + "x9LtBw4X"\n', {}),
    ("payment.default-key", change(KEY, 'os.getenv("PAYTM_KEY", "q7RkV2mZx9LtBw4X")'), {}),
    ("payment.default-key", change(KEY, 'os.getenv("PAYTM_MERCHANT_KEY", "q7RkV2mZx9LtBw4X")'), {}),
    ("payment.missing-credential", change(KEY, 'os.getenv("PAYTM_KEY", "")'), {}),
    ("payment.placeholder", BASE, {"PAYTM_MERCHANT_KEY": "your-merchant-key"}),
    ("payment.test-credential", BASE, {"PAYTM_MERCHANT_KEY": "bKMfNxPPf_QdZppa"}),
    ("payment.test-credential", BASE, {"PAYTM_WEBSITE": "WEBSTAGING"}),
    ("payment.stage-host", BASE, {"PAYTM_TEST_MODE": "True"}),
    ("payment.stage-host", BASE + 'PAYTM_HOST = "https://securegw-stage.paytm.in"\n', {}),
    ("payment.literal-merchant", BASE + 'PAYTM_MERCHANT_ID = "ShopIn00000000000045"\n', {}),
    (None, BASE, {}),
    (None, change(KEY, 'os.getenv("PAYTM_MERCHANT_KEY")'), {}),
    (None, change(KEY, 'os.getenv("PAYTM_MERCHANT_KEY", "")'), {}),
    (None, ENVIRON + change(KEY, 'env("PAYTM_MERCHANT_KEY")'), {}),
    (None, BASE + 'PAYTM_WEBSITE = "DEFAULT"\n', {}),
    (None, BASE + 'PAYTM_HOST = "https://secure.paytmpayments.com"\n', {}),
    (None, BASE + 'PAYTM_HOST = "https://" + "securegw.paytm.in"\n', {}),
    (None, BASE + "def secret(name):\n    return os.environ[name]\nPAYTM_MERCHANT_KEY = secret('PAYTM_MERCHANT_KEY')\n", {}),
    (None, BASE + "PAYTM = {'MERCHANT_KEY': PAYTM_MERCHANT_KEY, 'MERCHANT_ID': PAYTM_MERCHANT_ID, 'WEBSITE': PAYTM_WEBSITE}\n", {}),
    (..., BASE + 'PAYTM_MERCHANT_KEY = os.environ["ANOTHER"]\n', {}),
]


@pytest.mark.parametrize(("expected", "source", "env"), CREDENTIALS)
def test_credentials(expect, expected, source, env):
    expect("payment.credentials", expected, source, {**ENV, **env}, files=VIEWS)


TEST_MODE = [
    ("payment.test-mode", BASE, {"PAYTM_TEST_MODE": "True"}),
    ("payment.test-mode", BASE + "PAYTM_TEST_MODE = True\n", {}),
    ("payment.test-mode", change(MODE, 'os.environ.get("PAYTM_TEST_MODE", "True") == "True"'), {}),
    ("payment.test-mode-default", change(MODE, 'os.environ.get("PAYTM_TEST_MODE", "True") == "True"'), {"PAYTM_TEST_MODE": "False"}),
    ("payment.test-mode-default", ENVIRON + change(MODE, 'env.bool("PAYTM_TEST_MODE", default=True)'), {"PAYTM_TEST_MODE": "False"}),
    ("payment.test-mode", ENVIRON + change(MODE, 'env.bool("PAYTM_TEST_MODE", default=True)'), {}),
    ("payment.test-mode", BASE + 'PAYTM_ENVIRONMENT = "STAGING"\n', {}),
    ("payment.webstaging", BASE, {"PAYTM_WEBSITE": "WEBSTAGING"}),
    ("payment.webstaging", BASE + 'PAYTM_WEBSITE = os.getenv("WEBSITE_NAME", "WEBSTAGING")\n', {}),
    ("payment.sandbox-host", BASE + 'PAYTM_URL = "https://securegw-stage.paytm.in/order/process"\n', {}),
    (None, BASE, {}),
    (None, BASE, {"PAYTM_TEST_MODE": "False"}),
    (None, BASE + "PAYTM_TEST_MODE = False\n", {}),
    (None, BASE + "PAYTM_TEST_MODE = DEBUG\n", {}),
    (None, ENVIRON + change(MODE, 'env.bool("PAYTM_TEST_MODE", default=False)'), {"PAYTM_TEST_MODE": "off"}),
    (None, change(MODE, 'os.getenv("PAYTM_TEST_MODE", "0").lower() in ("1", "true", "yes")'), {"PAYTM_TEST_MODE": "no"}),
    (None, BASE + 'PAYTM_ENVIRONMENT = "PRODUCTION"\n', {}),
    (None, BASE + "PAYTM_TEST_MODE = not (not PAYTM_TEST_MODE)\n", {}),
    (..., ENVIRON + change(MODE, 'env.bool("PAYTM_TEST_MODE")'), {}),
    (..., BASE + 'PAYTM_TEST_MODE = os.getenv("PAYTM_TEST_MODE", "False")\n', {}),
]


@pytest.mark.parametrize(("expected", "source", "env"), TEST_MODE)
def test_mode(expect, expected, source, env):
    expect("payment.test-mode-off", expected, source, {**ENV, **env}, files=VIEWS)


CALLBACKS = [
    ("payment.callback-http", BASE, {"PAYTM_CALLBACK_URL": "http://api.shop.in/api/payments/callback/"}),
    ("payment.callback-loopback", BASE, {"PAYTM_CALLBACK_URL": "http://localhost:8000/callback/"}),
    ("payment.callback-loopback", BASE + 'PAYTM_CALLBACK_URL = "https://127.0.0.1/callback/"\n', {}),
    ("payment.callback-tunnel", BASE, {"PAYTM_CALLBACK_URL": "https://f00d.ngrok-free.app/callback/"}),
    ("payment.callback-placeholder", BASE, {"PAYTM_CALLBACK_URL": "https://yourdomain.com/callback/"}),
    ("payment.callback-host", BASE, {"PAYTM_CALLBACK_URL": "https://www.shop.in/callback/"}),
    ("payment.callback-empty", BASE + 'PAYTM_CALLBACK_URL = os.getenv("CALLBACK", "")\n', {}),
    ("payment.callback-loopback", BASE + 'PAYTM_CALLBACK_URL = os.getenv("CALLBACK", "http://localhost:8000/callback/")\n', {}),
    (None, BASE, {}),
    (None, BASE, {"PAYTM_CALLBACK_URL": "https://api.shop.in/callback/"}),
    (None, BASE + 'PAYTM_CALLBACK_URL = f"https://{ALLOWED_HOSTS[0]}/callback/"\n', {}),
    (None, BASE + 'ALLOWED_HOSTS = [".shop.in"]\n', {}),
    (None, BASE + 'ALLOWED_HOSTS = os.getenv("HOSTS", "www.shop.in,api.shop.in").split(",")\n', {}),
    (None, BASE + 'PAYTM_CALLBACK_URL = "/api/payments/callback/"\n', {}),
    (None, BASE + 'BASE_URL = "https://api.shop.in"\nPAYTM_CALLBACK_URL = BASE_URL + "/callback/"\n', {}),
    (None, BASE + 'from urllib.parse import urljoin\nPAYTM_CALLBACK_URL = urljoin("https://api.shop.in", "callback/")\n', {}),
    (..., BASE + 'PAYTM_CALLBACK_URL = os.environ["CALLBACK"]\n', {}),
    (..., BASE + "del PAYTM_CALLBACK_URL\n", {}),
]


@pytest.mark.parametrize(("expected", "source", "env"), CALLBACKS)
def test_callbacks(expect, expected, source, env):
    expect("payment.callback-urls", expected, source, {**ENV, **env}, files=VIEWS)


def test_without_a_gateway(judge_source):
    assert judge_source("payment.gateway", "DEBUG = False\n", {}).status.value == "not-applicable"
    assert judge_source("payment.gateway", BASE, ENV, files=VIEWS).status.value == "pass"
