"""The payment gateway is found where it is used, and nowhere else."""

import pytest

from ready_gate.errors import NothingToJudge
from ready_gate.facts.django.gateway import gateway
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project

PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "given")


def found(folder, **files):
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text)
    return gateway(Tree(str(folder)), PROJECT)


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
