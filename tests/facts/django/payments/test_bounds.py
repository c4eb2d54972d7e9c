"""Code that is written to keep the walk busy ends in a doubt, never in a pass and never in a hang."""

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
HEAD = "import razorpay\n\nfrom .models import Order\n\n\n"
PAYS = "    order = Order.objects.get(pk=1)\n    order.is_paid = True\n    order.save()\n"


def flags(count):
    lines = "".join(f"    f{n} = 'a' if request.POST['x{n}'] else 'b'\n" for n in range(count))
    used = "".join(f"    if f{n} == 'a':\n        total = total + 1\n" for n in range(count))
    return f"{HEAD}def callback(request):\n    total = 0\n{lines}{used}    client.utility.verify_payment_signature(request.POST)\n{PAYS}"


def nested(depth):
    text = f"{HEAD}def callback(request):\n"
    for level in range(depth):
        text += "    " * (level + 1) + f"if request.POST['x{level}']:\n"
    return text + "    " * (depth + 1) + "pass\n" + PAYS


def loops(depth):
    text = f"{HEAD}def callback(request):\n"
    for level in range(depth):
        text += "    " * (level + 1) + f"for i{level} in request.POST:\n"
    return text + "    " * (depth + 1) + "step(i0)\n" + PAYS


def chain(count):
    text = HEAD + "".join(
        f"def f{n}(x):\n    if check_signature(x):\n        return f{n + 1}(x)\n    return f{n + 1}(x) or f{n + 1}(x)\n\n\n" for n in range(count)
    )
    return text + f"def f{count}(x):\n    return x\n\n\ndef callback(request):\n    f0(request)\n{PAYS}"


def itself():
    return f"{HEAD}def again(x):\n    if check_signature(x):\n        return again(x)\n    return again(again(x))\n\n\ndef callback(request):\n    again(request)\n{PAYS}"


@pytest.mark.parametrize("source", [flags(400), nested(60), loops(15), chain(60), itself()], ids=["flags", "nested", "loops", "chain", "itself"])
def test_it_ends(tmp_path, source):
    files = {
        "manage.py": MANAGE,
        "shop/__init__.py": "",
        "shop/settings.py": "DEBUG = False\n",
        "payments/__init__.py": "",
        "payments/views.py": source,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    payments = Facts({"options": Options(path=str(tmp_path))})["payments"]
    assert payments.doubts or [write for write in payments.writes if write.trust.value != "verified"]
