"""Planted faults and harmless rewrites of an nginx and the settings behind it, as a project on disk."""

import pytest

from ready_gate.model import Status

SETTINGS = """
import os
DEBUG = False
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
INSTALLED_APPS = []
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
"""
NGINX = """
upstream shop {
    server web:8000;
}
server {
    listen 80;
    server_name api.shop.in;
    location /.well-known/acme-challenge/ { root /var/www/certbot; }
    location / { return 301 https://$host$request_uri; }
}
server {
    listen 443 ssl;
    server_name api.shop.in;
    location /static/ { alias /srv/static/; }
    location / {
        proxy_pass http://shop;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
    }
}
"""
PROXY = "        proxy_set_header X-Forwarded-Proto $scheme;\n"
REDIRECT = "    location / { return 301 https://$host$request_uri; }\n"


def change(old, new, text=NGINX):
    assert old in text
    return text.replace(old, new)


HTTPS, FORWARDED = "security.https-settings", "security.forwarded-proto"
MUTATIONS = [
    (HTTPS, "django.security.W008", SETTINGS, {}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.conf": change(REDIRECT, "    location / { proxy_pass http://shop; }\n")}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.conf": change("https://$host", "http://$host")}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.conf": change("listen 443 ssl;", "listen 443 ssl;\n    listen 8080;")}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.conf": change(REDIRECT, "    location /old/ { return 301 https://$host/; }\n")}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.conf": change(REDIRECT, REDIRECT + "    location /api/ { proxy_pass http://shop; }\n")}),
    (HTTPS, "django.security.W008", SETTINGS, {"nginx.dev.conf": NGINX}),
    (HTTPS, "django.security.W008", SETTINGS, {"docs/nginx.conf": NGINX}),
    (HTTPS, ..., SETTINGS, {"nginx.conf": NGINX + "server {\n"}),
    (FORWARDED, "security.proxy-header", SETTINGS, {"nginx.conf": change(PROXY, "")}),
    (FORWARDED, "security.proxy-header", SETTINGS, {"nginx.conf": change(PROXY, PROXY.replace("$scheme", "http"))}),
    (FORWARDED, "security.proxy-header", SETTINGS, {"nginx.conf": change(PROXY, PROXY.replace("Proto", "Protocol"))}),
    (FORWARDED, "security.proxy-header", SETTINGS, {"nginx.conf": change(PROXY, PROXY.replace("$scheme", "$http_x_forwarded_proto"))}),
    (FORWARDED, "security.proxy-header", SETTINGS + "SECURE_PROXY_SSL_HEADER = None\n", {"nginx.conf": NGINX}),
    (FORWARDED, "security.proxy-header", SETTINGS + "del SECURE_PROXY_SSL_HEADER\n", {"nginx.conf": NGINX}),
    (FORWARDED, "security.proxy-header", SETTINGS + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_SSL", "on")\n', {"nginx.conf": NGINX}),
    (FORWARDED, "security.proxy-header", SETTINGS + 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "on")\n', {"nginx.conf": NGINX}),
    (FORWARDED, ..., SETTINGS + 'SECURE_PROXY_SSL_HEADER = (os.environ["PROXY_HEADER"], "https")\n', {"nginx.conf": NGINX}),
]
HARMLESS = [
    (SETTINGS, {"nginx.conf": NGINX}),
    (SETTINGS, {"deploy/nginx/sites-available/shop": NGINX}),
    (SETTINGS, {"deploy/nginx.conf.j2": change("api.shop.in", "{{ domain }}")}),
    (SETTINGS, {"nginx/default.conf.template": change("api.shop.in", "${DOMAIN}")}),
    (SETTINGS, {"nginx.conf": change("return 301", "return 308")}),
    (SETTINGS, {"nginx.conf": change(REDIRECT, "    rewrite ^ https://$host$request_uri? permanent;\n")}),
    (SETTINGS, {"nginx.conf": "events { }\nhttp {\n" + NGINX + "}\n"}),
    (SETTINGS, {"nginx.conf": change("    location / {\n", "    location / {\n        # proxy_pass http://old;\n")}),
    (SETTINGS, {"nginx.conf": change(PROXY, "        include proxy_params;\n").replace("        proxy_set_header Host $host;\n", "")}),
    (SETTINGS, {"nginx.conf": change(PROXY, PROXY.replace("$scheme", "https"))}),
    (SETTINGS, {"nginx.conf": change(PROXY, PROXY.replace("X-Forwarded-Proto", '"x-forwarded-proto"'))}),
    (SETTINGS, {"nginx.conf": "include conf.d/*.conf;\n", "conf.d/shop.conf": NGINX}),
    (SETTINGS + "SECURE_SSL_REDIRECT = True\n", {"nginx.conf": NGINX}),
    (SETTINGS + "SECURE_SSL_REDIRECT = True\n", {}),
]


@pytest.mark.parametrize(("check", "expected", "source", "files"), MUTATIONS)
def test_faults(judge_source, check, expected, source, files):
    outcome = judge_source(check, source, {}, files=files)
    if expected is ...:
        assert outcome.status is Status.UNKNOWN, outcome
    else:
        assert (outcome.status, outcome.findings[0].rule) == (Status.FAIL, expected), outcome


@pytest.mark.parametrize(("source", "files"), HARMLESS)
def test_harmless(judge_source, source, files):
    for check in (HTTPS, FORWARDED):
        assert judge_source(check, source, {}, files=files).status in (Status.PASS, Status.NOT_APPLICABLE), check
