"""The payment gateway is found where it is used, and nowhere else."""

from dataclasses import replace

import pytest

from ready_gate.errors import NothingToJudge
from ready_gate.facts.django.gateway import gateway
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project, Setting, Settings
from ready_gate.model import Origin

PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "given")


def found(folder, *, settings=(), **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text)
    values = {setting.name: setting for setting in settings}
    return gateway(Tree(str(folder)), PROJECT, Settings("shop.settings", "shop/settings.py", values))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import paytmchecksum\n", "paytm"),
        ("from paytmchecksum import PaytmChecksum\n", "paytm"),
        ("from .paytm import Checksum\n", None),
        ("    import razorpay\n", "razorpay"),
        ("URL = 'https://securegw.paytm.in/order/status'\n", "paytm"),
        ("import stripe\n", "stripe"),
        ("from cashfree_pg.api_client import Cashfree\n", "cashfree"),
        ("URL = 'https://api.phonepe.com/apis/hermes'\n", "phonepe"),
        ("striped = True  # import stripe\n", None),
        ("from django.db import models\n", None),
        ("stripe_colour = 'blue'\n", None),
    ],
)
def test_evidence(tmp_path, source, name):
    if name is None:
        with pytest.raises(NothingToJudge, match="no payment gateway found"):
            found(tmp_path, payments__views=source)
    else:
        assert found(tmp_path, payments__views=source).names == (name,)


def test_tests_and_development_files_do_not_count(tmp_path):
    with pytest.raises(NothingToJudge):
        found(tmp_path, tests__test_pay="import stripe\n", docs__conf="import stripe\n", shop__settings_dev="import stripe\n")


def test_places_have_lines(tmp_path):
    assert [str(origin) for origin in found(tmp_path, pay="\n\nimport razorpay\n").evidence] == ["pay.py:3"]


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (Setting("PAYTM_MERCHANT_KEY", "unknown", reason="not set"), "paytm"),
        (Setting("STRIPE_SECRET_KEY", "str", "…"), "stripe"),
        (Setting("RAZORPAY_KEY_ID", "str", "…"), "razorpay"),
        (Setting("PAY_HOST", "str", "https://securegw.paytm.in"), "paytm"),
        (Setting("PAY", "dict", entries=(("host", Setting("PAY.host", "str", "https://api.phonepe.com/apis")),)), "phonepe"),
        (Setting("STRIPE_SECRET_KEY", "str", ""), None),
        (Setting("PAYTM_COLOUR", "str", "blue"), None),
        (Setting("KEYS", "str", "securegw"), None),
    ],
)
def test_evidence_in_the_settings(tmp_path, setting, name):
    at = Origin("shop/settings.py", 9)
    placed = replace(setting, origins=(at,))
    if name is None:
        with pytest.raises(NothingToJudge):
            found(tmp_path, settings=[placed])
    else:
        assert found(tmp_path, settings=[placed]).evidence == (at,)
