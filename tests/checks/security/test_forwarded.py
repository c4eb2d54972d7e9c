"""What nginx redirects and forwards, against what Django makes of it."""

import pytest

from ready_gate.checks.security.forwarded import forwarded_proto
from ready_gate.checks.security.https import SECURITY_MIDDLEWARE, https_settings
from ready_gate.facts.infra.nginx import nginx
from ready_gate.facts.tree import Tree
from ready_gate.model import Status

HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
GOOD = {
    "MIDDLEWARE": [SECURITY_MIDDLEWARE],
    "INSTALLED_APPS": [],
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "SECURE_PROXY_SSL_HEADER": HEADER,
}
SCHEME, FIXED, HANDED = (f"proxy_set_header X-Forwarded-Proto {value};" for value in ("$scheme", "https", "$http_x_forwarded_proto"))


def app(header=SCHEME, listen="443 ssl", more="", to="http://web:8000"):
    return f"server {{ listen {listen}; {more} location / {{ proxy_pass {to}; {header} }} }}\n"


REDIRECT = "server { listen 80; return 301 https://$host$request_uri; }\n"


@pytest.fixture
def at(tmp_path):
    """The nginx fact of a project that holds this configuration."""

    def read(text):
        (tmp_path / "nginx.conf").write_text(text)
        return nginx(Tree(str(tmp_path)))

    return read


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", Status.FAIL),
        (REDIRECT + app(), Status.PASS),
        ("server { listen 80; location / { return 301 https://$host$request_uri; } }\n" + app(), Status.PASS),
        (
            "server { listen 80; location /.well-known/acme-challenge/ { root /x; } location / { return 308 https://shop.in$request_uri; } }\n"
            + app(),
            Status.PASS,
        ),
        ("server { if ($host = shop.in) { return 301 https://$host$request_uri; } listen 80; return 404; }\n" + app(), Status.PASS),
        (app(listen="80; listen 443 ssl", more="if ($scheme = http) { return 301 https://$host$request_uri; }"), Status.PASS),
        (app(HANDED, listen="80", more='if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }'), Status.PASS),
        ("server { listen 80; rewrite ^ https://$host$request_uri? permanent; }\n" + app(), Status.PASS),
        ("server { listen 80; location /health { proxy_pass http://web:8000; } location / { return 301 https://$host; } }\n" + app(), Status.PASS),
        ("server { listen 80; include /etc/nginx/more.conf; return 301 https://$host$request_uri; }\n" + app(), Status.PASS),
        (REDIRECT + app(more="include /etc/letsencrypt/options-ssl-nginx.conf;"), Status.PASS),
        (REDIRECT + app() + "server { listen 80; server_name files.shop.in; location / { proxy_pass http://minio:9000; } }\n", Status.PASS),
        # What only looks like it.
        (
            "server { listen 80; location / { return 301 https://$host/; } location /storefront/ { proxy_pass http://web:8000; } }\n" + app(),
            Status.FAIL,
        ),
        (app(), Status.FAIL),
        (app(listen="80"), Status.FAIL),
        (app(listen="80; listen 443 ssl"), Status.FAIL),
        ("server { listen 80; return 301 http://$host$request_uri; }\n" + app(), Status.FAIL),
        ("server { listen 80; location /old/ { return 301 https://$host/new/; } location / { proxy_pass http://web:8000; } }\n" + app(), Status.FAIL),
        ("server { listen 80; location = / { return 301 https://$host/; } location /api/ { proxy_pass http://web:8000; } }\n" + app(), Status.FAIL),
        (
            "server { listen 80; location / { return 301 https://$host/; } location /shipping/ { proxy_pass http://web:8000; } }\n" + app(),
            Status.FAIL,
        ),
        (app(listen="80", more="if ($host = www.shop.in) { return 301 https://shop.in$request_uri; }") + app(), Status.FAIL),
        (app(listen="80; listen 443 ssl", more="if ($scheme != http) { return 301 https://$host$request_uri; }"), Status.FAIL),
        ("# " + REDIRECT + app(), Status.FAIL),
        # What cannot be told.
        (REDIRECT, Status.UNKNOWN),
        ("server { listen 80; include /etc/nginx/redirect.conf; }\n" + app(), Status.UNKNOWN),
        ("server { listen 80; include /etc/nginx/more.conf; location / { return 301 https://$host$request_uri; } }\n" + app(), Status.UNKNOWN),
        (REDIRECT + "server { listen 443 ssl; ", Status.UNKNOWN),
    ],
)
def test_redirect_by_nginx(make_settings, at, text, status):
    outcome = https_settings(make_settings(**GOOD, SECURE_SSL_REDIRECT=False), at(text))
    assert outcome.status is status, outcome
    if status is Status.PASS:
        assert "nginx redirects" in outcome.reason
        assert [finding.rule for finding in outcome.findings] == ["security.proxy-redirects"]
    if status is Status.FAIL:
        assert [finding.rule for finding in outcome.findings] == ["django.security.W008"]


def test_a_redirect_of_djangos_own_needs_none_before(make_settings, at):
    assert https_settings(make_settings(**GOOD, SECURE_SSL_REDIRECT=True), at(app(listen="80"))).findings == ()
    unclear = make_settings(**GOOD, SECURE_SSL_REDIRECT=make_settings.unknown())
    assert https_settings(unclear, at(app())).status is Status.UNKNOWN
    assert https_settings(unclear, at(REDIRECT + app())).status is Status.PASS


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (REDIRECT + app(), Status.PASS),
        (REDIRECT + app(FIXED), Status.PASS),
        (REDIRECT + app("include proxy_params;"), Status.PASS),
        (REDIRECT + app("proxy_set_header X-Forwarded-Proto $forwarded;"), Status.PASS),
        (app(HANDED, listen="80"), Status.PASS),
        (app(SCHEME, listen="80; listen 443 ssl"), Status.PASS),
        ("http { " + SCHEME + " server { listen 443 ssl; location / { proxy_pass http://web; } } }\n", Status.PASS),
        # What Django cannot rely on.
        (REDIRECT + app(""), Status.FAIL),
        (REDIRECT + app("proxy_set_header Host $host;", more=SCHEME), Status.FAIL),
        (REDIRECT + app("proxy_set_header X-Forwarded-Proto http;"), Status.FAIL),
        (REDIRECT + app("proxy_set_header X-Forwarded-Proto on;"), Status.FAIL),
        (REDIRECT + app("proxy_set_header X-Forwarded-Protocol $scheme;"), Status.FAIL),
        (REDIRECT + app(HANDED), Status.FAIL),
        (app(FIXED, listen="80; listen 443 ssl"), Status.FAIL),
        # What cannot be told, or is no matter of HTTP headers.
        (REDIRECT + app("include /etc/nginx/headers.conf;"), Status.UNKNOWN),
        ("", Status.NOT_APPLICABLE),
        (REDIRECT + "server { listen 443 ssl; location / { uwsgi_pass web:8000; } }\n", Status.NOT_APPLICABLE),
    ],
)
def test_the_forwarded_header(make_settings, make_environment, make_requirements, at, text, status):
    outcome = forwarded_proto(make_settings(**GOOD), at(text), make_environment({}), make_requirements("gunicorn"))
    assert outcome.status is status, outcome
    assert all(finding.at and finding.at.path == "nginx.conf" for finding in outcome.findings)


@pytest.mark.parametrize("header", [FIXED, SCHEME, ""])
def test_plain_http_alone_is_reported(make_settings, make_environment, make_requirements, warnings_of, at, header):
    """Behind a load balancer that ends TLS, `$scheme` says http for ever and `https` says it of plain HTTP too; which it is cannot be told."""
    outcome = forwarded_proto(make_settings(**GOOD), at(app(header, listen="80")), make_environment({}), make_requirements("gunicorn"))
    assert (outcome.status, warnings_of(outcome)) == (Status.PASS, ["security.proxy-header"])


@pytest.mark.parametrize(
    ("text", "environment", "packages", "status"),
    [
        (REDIRECT + app(), {}, ("gunicorn",), Status.FAIL),
        (REDIRECT + app(""), {"FORWARDED_ALLOW_IPS": "*"}, ("gunicorn",), Status.FAIL),
        (REDIRECT + app(to="http://127.0.0.1:8000"), {}, ("waitress",), Status.FAIL),
        (REDIRECT + app(), {"FORWARDED_ALLOW_IPS": "*"}, ("gunicorn",), Status.PASS),
        (REDIRECT + app(to="http://127.0.0.1:8000"), {}, ("gunicorn",), Status.PASS),
        ("upstream web { server unix:/run/web.sock; }\n" + REDIRECT + app(to="http://web"), {}, ("gunicorn",), Status.PASS),
        (app(listen="80"), {}, ("gunicorn",), Status.PASS),
    ],
)
def test_without_the_setting(make_settings, make_environment, make_requirements, at, text, environment, packages, status):
    made = make_settings(**{**GOOD, "SECURE_PROXY_SSL_HEADER": None})
    outcome = forwarded_proto(made, at(text), make_environment(environment), make_requirements(*packages))
    assert outcome.status is status, outcome


def test_the_message_says_what_comes_of_it(make_settings, make_environment, make_requirements, at):
    def reason(**values):
        made = make_settings(**{**GOOD, "SECURE_PROXY_SSL_HEADER": None, **values})
        return forwarded_proto(made, at(REDIRECT + app()), make_environment({}), make_requirements()).reason

    assert "redirects for ever" in reason(SECURE_SSL_REDIRECT=True)
    assert "takes every request for plain HTTP" in reason(SECURE_SSL_REDIRECT=False)


def test_an_unknown_setting(make_settings, make_environment, make_requirements, at):
    made = make_settings(**{**GOOD, "SECURE_PROXY_SSL_HEADER": make_settings.unknown()})
    assert forwarded_proto(made, at(app()), make_environment({}), make_requirements()).status is Status.UNKNOWN


def test_a_location_for_something_else_is_only_reported(make_settings, make_environment, make_requirements, warnings_of, at):
    text = REDIRECT + "server { listen 443 ssl; location / { proxy_pass http://web; " + SCHEME + " } location /legacy/ { proxy_pass http://old; } }\n"
    outcome = forwarded_proto(make_settings(**GOOD), at(text), make_environment({}), make_requirements())
    assert (outcome.status, warnings_of(outcome)) == (Status.PASS, ["security.proxy-header"])
