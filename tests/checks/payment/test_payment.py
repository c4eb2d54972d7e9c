"""Credentials, mode and callback URLs of the payment gateway."""

import pytest

from ready_gate.checks.payment.callbacks import callback_urls
from ready_gate.checks.payment.credentials import credentials
from ready_gate.checks.payment.gateways import Entry, Role, gateway_found, gateway_with_allowlist
from ready_gate.checks.payment.mode import test_mode_off as mode_off
from ready_gate.facts.views import Gateway, Setting, VariableRead, Variables
from ready_gate.model import Level, Origin, Status

MID, KEY = "ShopIn48217733910045", "q7RkV2mZx9LtBw4E"
ENV = {"PAYTM_MERCHANT_ID": MID, "PAYTM_MERCHANT_KEY": KEY, "PAYTM_WEBSITE": "DEFAULT"}


def paytm(name="paytm"):
    return Gateway((name,), (Origin("payments/views.py", 3),))


def rules(outcome, level=Level.ERROR):
    return [finding.rule for finding in outcome.findings if finding.level is level]


@pytest.fixture
def good(make_settings):
    return {
        "PAYTM_MERCHANT_ID": make_settings.env(MID, "PAYTM_MERCHANT_ID"),
        "PAYTM_MERCHANT_KEY": make_settings.env(KEY, "PAYTM_MERCHANT_KEY"),
        "PAYTM_WEBSITE": make_settings.env("DEFAULT", "PAYTM_WEBSITE"),
        "PAYTM_HOST": "https://securegw.paytm.in",
        "ALLOWED_HOSTS": ["api.shop.in"],
    }


@pytest.fixture
def run(make_settings, make_environment, good):
    def call(check, changes=None, *, env=None, fallback=None, gateway=None, variables=None, known=True, base=True):
        values = {**(good if base else {}), **(changes or {})}
        values = {name: value for name, value in values.items() if value is not ...}
        without = values if fallback is None else fallback
        environment = make_environment({**ENV, **(env or {})}) if known else make_environment()
        return check(gateway or paytm(), make_settings(**values), make_settings(**without), environment, variables or Variables(()))

    return call


def test_gateways():
    assert gateway_found(paytm()).status is Status.PASS
    assert gateway_with_allowlist(paytm("cashfree")).status is Status.PASS
    assert gateway_with_allowlist(paytm("stripe")).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("PAYTM_MERCHANT_KEY", Role.KEY),
        ("PAYTM_SECRET_KEY", Role.KEY),
        ("PAYTM_MERCHANT_ID", Role.MERCHANT),
        ("PAYTM_MID", Role.MERCHANT),
        ("PAYTM_WEBSITE", Role.WEBSITE),
        ("PAYTM_WEBSITE_URL", Role.URL),
        ("PAYTM_TEST_MODE", Role.MODE),
        ("PAYTM_ENVIRONMENT", Role.MODE),
        ("PAYTM_CALLBACK_URL", Role.URL),
        ("STRIPE_LIVE_MODE", Role.MODE),
        ("STRIPE_LIVE_SECRET_KEY", Role.KEY),
        ("STRIPE_WEBHOOK_SECRET", Role.KEY),
        ("RAZORPAY_KEY_ID", Role.MERCHANT),
        ("RAZORPAY_KEY_SECRET", Role.KEY),
        ("PAYTM_CHANNEL_ID", Role.OTHER),
    ],
)
def test_roles(name, role):
    assert Entry(name, Setting(name, "absent")).role is role


def test_credentials_pass(run, make_settings):
    assert run(credentials).status is Status.PASS
    nested = {
        "PAYTM": {
            "MERCHANT_ID": make_settings.env(MID, "MID"),
            "MERCHANT_KEY": make_settings.env(KEY, "MKEY"),
            "WEBSITE": "DEFAULT",
            "TEST_MODE": False,
        }
    }
    assert run(credentials, nested, base=False, env={"MID": MID, "MKEY": KEY}).status is Status.PASS
    assert run(credentials, {"PAYTM_HOST": "https://secure.paytmpayments.com"}).status is Status.PASS
    assert run(credentials, {"PAYTM_HOST": ..., "PAYTM_TEST_MODE": False}).status is Status.PASS
    assert run(credentials, {"PAYTM_MERCHANT_KEY": make_settings.env(KEY, "/run/secrets/paytm", kind="file")}).status is Status.PASS


def test_credential_faults(run, make_settings):
    env = make_settings.env
    for changes, rule in [
        ({"PAYTM_MERCHANT_KEY": KEY}, "payment.literal-key"),
        ({"PAYTM_MERCHANT_ID": MID}, "payment.literal-merchant"),
        ({"PAYTM_MERCHANT_KEY": env("a-word-of-ours", "OTHER", present=False)}, "payment.default-key"),
        ({"PAYTM_MERCHANT_KEY": env("", "OTHER", present=False)}, "payment.missing-credential"),
        ({"PAYTM_MERCHANT_KEY": ""}, "payment.missing-credential"),
        ({"PAYTM_MERCHANT_KEY": "your-merchant-key"}, "payment.placeholder"),
        ({"PAYTM_MERCHANT_ID": "INTEGR7769XXXXXX9383"}, "payment.placeholder"),
        ({"PAYTM_MERCHANT_KEY": "bKMfNxPPf_QdZppa"}, "payment.test-credential"),
        ({"PAYTM_WEBSITE": "WEBSTAGING"}, "payment.test-credential"),
        ({"PAYTM_HOST": "https://securegw-stage.paytm.in"}, "payment.stage-host"),
        ({"PAYTM_TXN_URL": "https://securegw-stage.paytm.in/order/process"}, "payment.stage-host"),
    ]:
        outcome = run(credentials, changes)
        assert rules(outcome) == [rule], changes
        assert KEY not in repr(outcome)
        assert all(finding.at for finding in outcome.findings)


def test_a_default_key_fails_though_production_overrides_it(run, make_settings, good):
    other = make_settings.env("a-word-of-ours", "PAYTM_MERCHANT_KEY", present=False)
    assert rules(run(credentials, fallback={**good, "PAYTM_MERCHANT_KEY": other})) == ["payment.default-key"]


def test_credentials_unknown(run, make_settings):
    assert run(credentials, {"PAYTM_MERCHANT_KEY": make_settings.unknown("it is not set", "PAYTM_MERCHANT_KEY")}).status is Status.UNKNOWN
    assert run(credentials, {"PAYTM_MERCHANT_KEY": ...}).status is Status.UNKNOWN
    assert run(credentials, {"PAYTM_HOST": ...}).status is Status.UNKNOWN
    assert run(credentials, {"PAYTM_MERCHANT_KEY": make_settings.env("", "OTHER", present=False)}, known=False).status is Status.UNKNOWN
    assert run(credentials, {"PAYTM_MERCHANT_KEY": make_settings.choice(KEY, make_settings.env(KEY, "PAYTM_MERCHANT_KEY"))}).status is Status.UNKNOWN


def test_a_test_key_is_reported(run, make_settings):
    values = {"STRIPE_SECRET_KEY": make_settings.env("sk_test_4eC39HqLyjWDarjtT1", "STRIPE_SECRET_KEY")}
    env = {"STRIPE_SECRET_KEY": "sk_test_4eC39HqLyjWDarjtT1"}
    outcome = run(credentials, values, env=env, base=False, gateway=paytm("stripe"))
    assert outcome.status is Status.PASS
    assert rules(outcome, Level.WARNING) == ["payment.test-key"]
    assert rules(run(mode_off, values, env=env, base=False, gateway=paytm("stripe"))) == ["payment.sandbox-key"]


def test_variables_that_only_code_reads(run):
    reads = tuple(VariableRead(name, Origin("payments/gateway.py", line), False, False) for line, name in enumerate(ENV, 5))
    changes = dict.fromkeys(ENV, ...)
    assert run(credentials, changes, variables=Variables(reads)).status is Status.PASS
    assert rules(run(credentials, changes, variables=Variables(reads), env={"PAYTM_MERCHANT_KEY": "changeme"})) == ["payment.placeholder"]
    mode = VariableRead("PAYTM_TEST_MODE", Origin("payments/gateway.py", 3), True, False)
    assert rules(run(mode_off, variables=Variables((mode,)), env={"PAYTM_TEST_MODE": "True"})) == ["payment.test-mode"]
    assert run(mode_off, variables=Variables((mode,))).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "status", "rule"),
    [
        ({"PAYTM_TEST_MODE": False}, Status.PASS, None),
        ({"PAYTM_ENVIRONMENT": "PROD"}, Status.PASS, None),
        ({"PAYTM_ENVIRONMENT": "production"}, Status.PASS, None),
        ({"PAYTM_IS_PRODUCTION": True}, Status.PASS, None),
        ({}, Status.PASS, None),
        ({"PAYTM_TEST_MODE": True}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_TEST_MODE": "True"}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_TEST_MODE": 1}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_ENVIRONMENT": "STAGING"}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_IS_PRODUCTION": False}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_SANDBOX": True}, Status.FAIL, "payment.test-mode"),
        ({"PAYTM_WEBSITE": "WEBSTAGING"}, Status.FAIL, "payment.webstaging"),
        ({"PAYTM_HOST": "https://securegw-stage.paytm.in"}, Status.FAIL, "payment.sandbox-host"),
        ({"PAYTM_TEST_MODE": "False"}, Status.UNKNOWN, None),
        ({"PAYTM_ENVIRONMENT": "blue"}, Status.UNKNOWN, None),
    ],
)
def test_mode(run, changes, status, rule):
    outcome = run(mode_off, changes)
    assert outcome.status is status
    assert rules(outcome) == ([rule] if rule else [])


def test_mode_defaults(run, make_settings, good):
    fine = {**good, "PAYTM_TEST_MODE": make_settings.env(False, "PAYTM_TEST_MODE", present=False)}
    assert run(mode_off, {"PAYTM_TEST_MODE": make_settings.env(False, "PAYTM_TEST_MODE")}, fallback=fine).status is Status.PASS
    bad = {**good, "PAYTM_TEST_MODE": make_settings.env(True, "PAYTM_TEST_MODE", present=False)}
    outcome = run(mode_off, {"PAYTM_TEST_MODE": make_settings.env(False, "PAYTM_TEST_MODE")}, fallback=bad)
    assert "payment.test-mode-default" in rules(outcome)


def test_mode_unknown(run, make_settings):
    assert run(mode_off, {"PAYTM_TEST_MODE": make_settings.unknown("it is not set", "PAYTM_TEST_MODE")}).status is Status.UNKNOWN
    assert run(mode_off, {"PAYTM_TEST_MODE": make_settings.choice(True, False)}).status is Status.UNKNOWN
    assert (
        run(mode_off, {"PAYTM_HOST": make_settings.choice("https://securegw-stage.paytm.in", "https://securegw.paytm.in")}).status is Status.UNKNOWN
    )
    assert run(mode_off, base=False).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://api.shop.in/pay/", "payment.callback-http"),
        ("http://localhost:8000/pay/", "payment.callback-loopback"),
        ("https://127.0.0.1/pay/", "payment.callback-loopback"),
        ("https://10.0.2.2/pay/", "payment.callback-loopback"),
        ("https://a1b2.ngrok-free.app/pay/", "payment.callback-tunnel"),
        ("https://shop.loca.lt/pay/", "payment.callback-tunnel"),
        ("https://yourdomain.com/pay/", "payment.callback-placeholder"),
        ("https://other.in/pay/", "payment.callback-host"),
        ("https://securegw-stage.paytm.in/theia/paytmCallback?ORDER_ID=", "payment.callback-host"),
        ("", "payment.callback-empty"),
    ],
)
def test_callback_faults(run, url, rule):
    outcome = run(callback_urls, {"PAYTM_CALLBACK_URL": url})
    assert outcome.status is Status.FAIL
    assert rule in rules(outcome)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://api.shop.in/pay/", ["api.shop.in"]),
        ("https://api.shop.in/pay/", [".shop.in"]),
        ("https://API.shop.in:443/pay/", ["api.shop.in"]),
        ("https://api.shop.in/pay/", ["*"]),
        ("/api/payments/callback/", ["api.shop.in"]),
        ("https://securegw.paytm.in/theia/paytmCallback?ORDER_ID=", ["api.shop.in"]),
    ],
)
def test_harmless_callbacks(run, url, hosts):
    assert run(callback_urls, {"PAYTM_CALLBACK_URL": url, "ALLOWED_HOSTS": hosts}).status is Status.PASS


def test_callbacks_otherwise(run, make_settings, good):
    assert run(callback_urls).asks_person
    assert run(callback_urls, {"PAYTM_CALLBACK_URL": make_settings.unknown("it is not set", "X")}).status is Status.UNKNOWN
    assert run(callback_urls, {"PAYTM_CALLBACK_URL": "https://api.shop.in/", "ALLOWED_HOSTS": make_settings.unknown()}).status is Status.UNKNOWN
    assert run(callback_urls, {"PAYMENT_SUCCESS_URL": "https://api.shop.in/thanks"}).asks_person
    front = run(callback_urls, {"PAYMENT_SUCCESS_URL": "https://www.shop.in/thanks", "PAYTM_CALLBACK_URL": "https://api.shop.in/pay/"})
    assert front.status is Status.PASS
    assert rules(front, Level.WARNING) == ["payment.callback-host"]
    fallback = {**good, "PAYTM_CALLBACK_URL": make_settings.env("http://localhost:8000/pay/", "PAYTM_CALLBACK_URL", present=False)}
    overridden = run(callback_urls, {"PAYTM_CALLBACK_URL": make_settings.env("https://api.shop.in/pay/", "PAYTM_CALLBACK_URL")}, fallback=fallback)
    assert overridden.status is Status.PASS
    assert rules(overridden, Level.WARNING) == ["payment.callback-default"]
    assert not run(callback_urls, {"LOGIN_REDIRECT_URL": "http://localhost/"}).findings
