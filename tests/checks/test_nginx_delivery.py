"""What nginx does for the application, from configuration files."""

import pytest

from ready_gate.checks.nginx_delivery import access_log, cache_headers, compression, rate_limit, reverse_proxy, static_files
from ready_gate.facts.infra.nginx import nginx
from ready_gate.facts.tree import Tree
from ready_gate.model import Status

TOLD = "proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;"
ZONE = "limit_req_zone $binary_remote_addr zone=api:10m rate=5r/s;\n"
BROKEN = "server { listen 80; location / { proxy_pass http://web; }\n"


@pytest.fixture
def at(tmp_path):
    """The nginx fact of a project that holds this configuration."""

    def read(text):
        (tmp_path / "nginx.conf").write_text(text)
        return nginx(Tree(str(tmp_path)))

    return read


def server(inside):
    return f"server {{ listen 443 ssl; {inside} }}\n"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (server(f"location / {{ proxy_pass http://web; {TOLD} }}"), Status.PASS),
        (server(f"{TOLD} location / {{ proxy_pass http://web; }}"), Status.PASS),
        (server("location / { include proxy_params; proxy_pass http://web; }"), Status.PASS),
        (server("location / { try_files $uri @app; } location @app { proxy_pass http://web; " + TOLD + " }"), Status.PASS),
        (server("location / { uwsgi_pass web:8000; }"), Status.PASS),
        (server("location / { proxy_pass http://web; }"), Status.FAIL),
        (server("location / { proxy_pass http://web; proxy_set_header Host $host; }"), Status.FAIL),
        (server("location / { proxy_pass http://web; proxy_set_header X-Forwarded-Proto $scheme; }"), Status.FAIL),
        (server("location / { proxy_pass http://web; proxy_set_header Host $proxy_host; proxy_set_header X-Forwarded-Proto $scheme; }"), Status.FAIL),
        (server(f"{TOLD} location / {{ proxy_pass http://web; proxy_set_header X-Real-IP $remote_addr; }}"), Status.FAIL),
        (server("location / { proxy_pass http://web; include /etc/nginx/own.conf; }"), Status.UNKNOWN),
        (BROKEN, Status.UNKNOWN),
        (server("location / { root /srv/www; }"), Status.NOT_APPLICABLE),
        ("", Status.NOT_APPLICABLE),
    ],
)
def test_reverse_proxy(make_settings, at, text, status):
    outcome = reverse_proxy(make_settings(), at(text))
    assert outcome.status is status, outcome
    assert all(finding.at for finding in outcome.findings)


def test_the_forwarded_host(make_settings, at):
    text = server("location / { proxy_pass http://web; proxy_set_header X-Forwarded-Host $host; proxy_set_header X-Forwarded-Proto $scheme; }")
    assert reverse_proxy(make_settings(USE_X_FORWARDED_HOST=True), at(text)).status is Status.PASS
    assert reverse_proxy(make_settings(), at(text)).status is Status.FAIL


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (ZONE + server("location / { limit_req zone=api burst=20; proxy_pass http://web; }"), Status.PASS),
        (ZONE + server("limit_req zone=api; location / { proxy_pass http://web; }"), Status.PASS),
        ("http { " + ZONE + "limit_req zone=api; " + server("location /api/ { proxy_pass http://web; }") + "}\n", Status.PASS),
        (ZONE + server("location / { limit_req zone=slow; proxy_pass http://web; }"), Status.FAIL),
        (server("location / { limit_req zone=api; proxy_pass http://web; }"), Status.UNKNOWN),
        (BROKEN, Status.UNKNOWN),
        (ZONE + server("location / { proxy_pass http://web; }"), Status.NOT_APPLICABLE),
        (
            ZONE + server("location /admin/ { limit_req zone=api; proxy_pass http://web; } location / { proxy_pass http://web; }"),
            Status.NOT_APPLICABLE,
        ),
        (ZONE + server("location /static/ { limit_req zone=api; root /srv; } location / { proxy_pass http://web; }"), Status.NOT_APPLICABLE),
        ("", Status.NOT_APPLICABLE),
    ],
)
def test_rate_limit(at, text, status):
    assert rate_limit(at(text)).status is status


@pytest.mark.parametrize(
    ("gzip", "status"),
    [
        ("gzip on; gzip_types text/css application/json;", Status.PASS),
        ("gzip on; gzip_types *;", Status.PASS),
        ("gzip on; gzip_types text/css;", Status.FAIL),
        ("gzip on;", Status.FAIL),
        ("gzip off; gzip_types application/json;", Status.NOT_APPLICABLE),
        ("gzip_types application/json;", Status.NOT_APPLICABLE),
        ("", Status.NOT_APPLICABLE),
    ],
)
@pytest.mark.parametrize("place", ["http {{ {} server {{ {} }} }}\n", "server {{ {} {} }}\n"])
def test_compression(at, gzip, status, place):
    assert compression(at(place.format(gzip, "location / { proxy_pass http://web; }"))).status is status


def test_compression_of_something_else(at):
    assert compression(at(server("location / { proxy_pass http://web; } location /docs/ { gzip on; root /srv; }"))).status is Status.NOT_APPLICABLE
    assert compression(at(BROKEN)).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("inside", "root", "status"),
    [
        ("location /static/ { alias /srv/shop/static/; }", "/srv/shop/static", Status.PASS),
        ("location /static { alias /srv/shop/static; }", "/srv/shop/static/", Status.PASS),
        ("location ^~ /static/ { root /srv/shop; }", "/srv/shop/static", Status.PASS),
        ("root /srv/shop; location /static/ { expires 1y; }", "/srv/shop/static", Status.PASS),
        ("location /static/ { alias /vol/staticfiles/; }", "staticfiles", Status.PASS),
        ("location /static/ { alias /srv/shop/assets/; }", "/srv/shop/static", Status.UNKNOWN),
        ("location /static/ { alias /srv/static/; }", None, Status.UNKNOWN),
        ("location /media/ { alias /srv/shop/media/; }", "/srv/shop/static", Status.NOT_APPLICABLE),
        ("location /static/ { proxy_pass http://web; }", "/srv/shop/static", Status.NOT_APPLICABLE),
        ("root /srv/shop; location / { try_files $uri @app; }", "/srv/shop/static", Status.NOT_APPLICABLE),
        ("", "/srv/shop/static", Status.NOT_APPLICABLE),
    ],
)
def test_static_files(make_settings, at, inside, root, status):
    outcome = static_files(make_settings(STATIC_URL="/static/", STATIC_ROOT=root), at(server(inside + " location / { proxy_pass http://web; }")))
    assert outcome.status is status, outcome


def test_static_files_unknown(make_settings, at):
    text = server("location /static/ { alias /srv/static/; }")
    assert static_files(make_settings(STATIC_URL=make_settings.unknown()), at(text)).status is Status.UNKNOWN
    assert static_files(make_settings(STATIC_URL="/static/", STATIC_ROOT=make_settings.unknown()), at(text)).status is Status.UNKNOWN
    assert static_files(make_settings(STATIC_URL="/static/"), at("")).status is Status.NOT_APPLICABLE
    assert static_files(make_settings(STATIC_URL="https://cdn.shop.in/static/", STATIC_ROOT="/srv/static"), at(text)).status is Status.PASS


@pytest.mark.parametrize(
    ("inside", "status"),
    [
        ("expires 1y;", Status.PASS),
        ("expires max;", Status.PASS),
        ("expires 30d;", Status.PASS),
        ('add_header Cache-Control "public, immutable";', Status.PASS),
        ('add_header Cache-Control "public, max-age=31536000" always;', Status.PASS),
        ("expires off;", Status.NOT_APPLICABLE),
        ("expires epoch;", Status.NOT_APPLICABLE),
        ("expires -1;", Status.NOT_APPLICABLE),
        ('add_header Cache-Control "no-cache";', Status.NOT_APPLICABLE),
        ('add_header Cache-Control "max-age=60";', Status.NOT_APPLICABLE),
        ('expires 1y; add_header Cache-Control "no-store";', Status.NOT_APPLICABLE),
        ("", Status.NOT_APPLICABLE),
    ],
)
def test_cache_headers(make_settings, at, inside, status):
    text = server(f"location /static/ {{ alias /srv/static/; {inside} }} location / {{ expires 1y; proxy_pass http://web; }}")
    assert cache_headers(make_settings(STATIC_URL="/static/"), at(text)).status is status


def test_cache_headers_unknown(make_settings, at):
    assert cache_headers(make_settings(STATIC_URL=make_settings.unknown()), at("")).status is Status.UNKNOWN
    assert cache_headers(make_settings(STATIC_URL="/static/"), at(BROKEN)).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("log", "status"),
    [
        ("access_log /var/log/nginx/shop.log requests;", Status.PASS),
        ("access_log syslog:server=logs json;", Status.PASS),
        ("access_log /var/log/nginx/shop.log;", Status.NOT_APPLICABLE),
        ("access_log /var/log/nginx/shop.log buffer=32k;", Status.NOT_APPLICABLE),
        ("access_log off;", Status.NOT_APPLICABLE),
        ("", Status.NOT_APPLICABLE),
    ],
)
def test_access_log(at, log, status):
    assert access_log(at(server(log + " location / { proxy_pass http://web; }"))).status is status


def test_access_log_of_other_places(at):
    text = server("access_log /var/log/a.log requests; location / { access_log off; proxy_pass http://web; } location /static/ { alias /srv; }")
    assert access_log(at(text)).status is Status.NOT_APPLICABLE
    assert access_log(at(BROKEN)).status is Status.UNKNOWN
