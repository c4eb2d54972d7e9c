"""The header that lets other origins in, wherever it is set by hand."""

import pytest

from ready_gate.facts.registry import Facts
from ready_gate.facts.views import Options

MANAGE = "import os, django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
NAME = "Access-Control-Allow-Origin"


@pytest.fixture
def found(lay_out):
    """The places in a project with these files, `shop.open.Cors` being its middleware."""

    def compute(files):
        layout = {"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": "MIDDLEWARE = ['shop.open.Cors']\n", **files}
        return Facts({"options": Options(path=lay_out(layout).root)})["origin_headers"].found

    return compute


@pytest.mark.parametrize(
    ("text", "value", "reflected"),
    [
        (f"response['{NAME}'] = '*'\n", "*", False),
        (f"response.headers['{NAME.lower()}'] = 'https://shop.in'\n", "https://shop.in", False),
        (f"response.setdefault('{NAME}', '*')\n", "*", False),
        (f"headers = {{'Vary': 'x', '{NAME}': '*'}}\n", "*", False),
        (f"response['{NAME}'] = request.META.get('HTTP_ORIGIN')\n", None, True),
        (f"response['{NAME}'] = request.headers['Origin']\n", None, True),
        (f"response['{NAME}'] = origin\n", None, True),
        (f"if origin in ALLOWED:\n    response['{NAME}'] = origin\n", None, False),
        (f"response['{NAME}'] = settings.FRONTEND\n", None, False),
    ],
)
def test_in_python(found, text, value, reflected):
    [header] = found({"shop/open.py": text, "tests/test_open.py": text})
    assert (header.value, header.reflected, header.everywhere, header.at.path) == (value, reflected, True, "shop/open.py")


def test_reading_it_sets_nothing(found):
    assert found({"shop/open.py": f"seen = response.get('{NAME}', '*')\n# response['{NAME}'] = '*'\n"}) == ()


def test_in_a_view(found):
    [header] = found({"shop/views.py": f"response['{NAME}'] = '*'\n"})
    assert not header.everywhere


@pytest.mark.parametrize(
    ("text", "value", "reflected"),
    [
        (f"location / {{\n  add_header {NAME} *;\n}}\n", "*", False),
        (f"server {{\n  add_header '{NAME}' '*' always;\n}}\n", "*", False),
        (f'add_header "{NAME}" $http_origin always;\n', None, True),
        (f"add_header {NAME} $allowed;\n", None, False),
        (f"add_header {NAME} https://shop.in;\n", "https://shop.in", False),
    ],
)
def test_in_a_proxy(found, text, value, reflected):
    [header] = found({"deploy/nginx.conf": text})
    assert (header.value, header.reflected, header.everywhere) == (value, reflected, True)


@pytest.mark.parametrize("text", [f"# add_header {NAME} *;\n", f"location /static/ {{\n  add_header {NAME} *;\n}}\n"])
def test_comments_and_static_files(found, text):
    assert found({"deploy/nginx.conf": text}) == ()
