"""nginx's configuration as servers and locations, from files that may hold anything."""

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ready_gate.errors import Unavailable
from ready_gate.facts.infra.nginx import nginx
from ready_gate.facts.infra.nginx_text import Unreadable, parse, without_templates
from ready_gate.facts.tree import Tree

APP = "upstream app { server web:8000; }\nserver { listen 443 ssl; server_name shop.in; location / { proxy_pass http://app; %s } }\n"


@pytest.fixture
def read(tmp_path, lay_out):
    return lambda **files: nginx(lay_out({name.replace("__", "/") + ".conf": text for name, text in files.items()}))


def test_a_server_and_what_it_hands_on(read):
    found = read(nginx=APP % "proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;")
    (server,) = found.servers
    (place,) = server.passing
    assert (server.tls, server.plain, server.names, str(server.at)) == (True, False, ("shop.in",), "nginx.conf:2")
    assert (place.passes_by, place.passes_to, found.addresses(place)) == ("proxy_pass", "http://app", ("web:8000",))
    assert dict(place.headers) == {"host": "$host", "x-forwarded-proto": "$scheme"}


@pytest.mark.parametrize(
    ("listen", "plain", "tls"),
    [
        ("", True, False),
        ("listen 80;", True, False),
        ("listen 443 ssl http2;", False, True),
        ("listen 80; listen [::]:443 ssl;", True, True),
        ("listen 443; ssl on;", False, True),
        ("listen 127.0.0.1:8080;", False, False),
        ("listen unix:/run/nginx.sock;", False, False),
        ("listen 443 quic;", False, True),
    ],
)
def test_listens(read, listen, plain, tls):
    (server,) = read(nginx=f"server {{ {listen} location / {{ proxy_pass http://web; }} }}\n").servers
    assert (server.plain, server.tls) == (plain, tls)


@pytest.mark.parametrize(
    ("rule", "to_https", "always", "plain_only"),
    [
        ("return 301 https://$host$request_uri;", True, True, False),
        ("return 308 https://shop.in$request_uri;", True, True, False),
        ("return https://shop.in;", True, True, False),
        ("rewrite ^ https://$host$request_uri? permanent;", True, True, False),
        ("rewrite ^(.*)$ https://shop.in$1 redirect;", True, True, False),
        ("if ($scheme = http) { return 301 https://$host$request_uri; }", True, False, True),
        ('if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }', True, False, True),
        ("if ($scheme != http) { return 301 https://$host$request_uri; }", True, False, False),
        ("if ($host = shop.in) { return 301 https://$host$request_uri; }", True, False, False),
        ("return 301 http://shop.in;", False, True, False),
    ],
)
def test_redirects(read, rule, to_https, always, plain_only):
    (server,) = read(nginx=f"server {{\n listen 80;\n {rule}\n}}\n").servers
    (redirect,) = server.own.redirects
    assert (redirect.to_https, redirect.always, redirect.plain_only, redirect.at.line) == (to_https, always, plain_only, 3)


@pytest.mark.parametrize("rule", ["return 404;", "rewrite ^/old/(.*)$ https://shop.in/new/$1;", "return 200 https://shop.in;", "return 301;"])
def test_what_is_no_redirect_of_everything(read, rule):
    (server,) = read(nginx=f"server {{ listen 80; {rule} }}\n").servers
    assert server.own.redirects == ()


def test_lists_are_inherited_as_a_whole_or_not_at_all(read):
    text = """http {
        gzip on;
        gzip_types application/json;
        server {
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto $scheme;
            limit_req zone=api;
            location /a/ { proxy_pass http://web; }
            location /b/ { proxy_pass http://web; proxy_set_header Host $host; limit_req zone=slow burst=5; gzip off; }
        }
    }
    """
    a, b = read(nginx=text).servers[0].locations
    assert (set(a.headers), a.limited, a.gzip) == ({"host", "x-forwarded-proto"}, "api", ("text/html", "application/json"))
    assert (set(b.headers), b.limited, b.gzip) == ({"host"}, "slow", None)


def test_locations(read):
    text = """server {
        root /srv/www;
        location = /favicon.ico { access_log off; }
        location ^~ /static/ { alias /srv/static/; expires 1y; }
        location ~* \\.(css|js)$ { }
        location @app { uwsgi_pass unix:/run/app.sock; }
        location / { try_files $uri @app; location /deep/ { proxy_pass http://web; } }
    }
    """
    places = {(place.modifier, place.path): place for place in read(nginx=text).servers[0].locations}
    assert set(places) == {("=", "/favicon.ico"), ("^~", "/static/"), ("~*", "\\.(css|js)$"), ("@", "app"), ("", "/"), ("", "/deep/")}
    static = places["^~", "/static/"]
    assert (static.folder, static.is_alias, static.expires) == ("/srv/static/", True, "1y")
    assert (places["", "/"].folder, places["", "/"].is_alias, places["", "/"].passes_to) == ("/srv/www", False, None)
    assert places["@", "app"].passes_by == "uwsgi_pass"


def test_zones(read):
    text = "http { limit_req_zone $binary_remote_addr zone=api:10m rate=5r/s; server { location / { limit_req zone=api; } } }\n"
    assert read(nginx=text).zones == {"api"}


def test_includes(read):
    site = "server { listen 443 ssl; include snippets/proxy.conf; location / { proxy_pass http://web; } }\n"
    found = read(
        deploy__nginx__nginx="http { include /etc/nginx/mime.types; include /etc/nginx/conf.d/*.conf; }\n server { listen 80; }\n",
        deploy__nginx__conf_d__site=site,
        **{"deploy__nginx__conf.d__site": site, "deploy__nginx__snippets__proxy": "proxy_set_header Host $host;\n"},
    )
    inside = [server for server in found.servers if server.at.path == "deploy/nginx/conf.d/site.conf"]
    assert len(inside) == 1
    assert dict(inside[0].passing[0].headers) == {"host": "$host"}


def test_an_include_that_is_not_there_leaves_its_place_open(read):
    (server,) = read(nginx="server { location / { include /etc/nginx/custom.conf; proxy_pass http://web; } }\n").servers
    assert server.passing[0].unread == ("/etc/nginx/custom.conf",)


def test_the_parameters_that_debian_brings(read):
    (server,) = read(nginx="server { location / { include proxy_params; proxy_pass http://web; } }\n").servers
    assert server.passing[0].headers["x-forwarded-proto"] == "$scheme"
    assert server.passing[0].unread == ()


@pytest.mark.parametrize(
    "files",
    [
        {"nginx": "include nginx.conf;\nserver { listen 80; }\n"},
        {"a_nginx": "include b_nginx.conf;\nserver { listen 80; }\n", "b_nginx": "include a_nginx.conf;\nserver { listen 80; }\n"},
        {"nginx": "include *.conf;\ninclude *.conf;\nserver { listen 80; }\n", "other": "include *.conf;\nserver { listen 80; }\n"},
        {"nginx": "include ../../../../etc/passwd;\nserver { listen 80; }\n"},
    ],
)
def test_includes_that_go_round_or_out(read, files):
    found = read(**files)
    assert len(found.servers) <= 4
    assert "passwd" not in str(found.files)


@pytest.mark.parametrize(
    "text",
    [
        "server { listen 80;",
        "server { listen 80; } }",
        "server {\n" * 5000 + "listen 80;\n",
        "server { listen 80; location / { " + "a b;" * 6000 + "} }",
        "server { listen 'open",
    ],
)
def test_what_is_no_configuration_is_a_doubt(read, text):
    found = read(nginx=text)
    assert found.servers == ()
    assert len(found.doubts) == 1 or "open" in text


def test_large_files_are_left_alone(read):
    assert read(nginx="server { listen 80; }\n" + "# x\n" * 100_000).servers == ()


def test_links_out_of_the_project(tmp_path, lay_out):
    outside = tmp_path.parent / "outside-nginx.conf"
    outside.write_text("server { listen 80; }\n")
    tree = lay_out({"manage.py": ""})
    (tmp_path / "nginx.conf").symlink_to(outside)
    assert nginx(tree).servers == ()


def test_templates(read):
    text = "{% if tls %}\nserver {\n listen {{ port }} ssl;\n server_name <%= host %>;\n {# note; } #}\n location / { proxy_pass http://{{ app }}; }\n}\n{% endif %}\n"
    (server,) = read(nginx=text).servers
    assert (server.at.line, server.tls, server.names) == (2, True, ("filled_in",))
    assert without_templates("a {{ b") == "a {{ b"


def test_development_and_aside_files_do_not_count(read):
    text = "server { listen 80; location / { proxy_pass http://web; } }\n"
    assert read(nginx_dev=text, docs__nginx=text, tests__nginx=text, nginx_staging=text).servers == ()


def test_files_marked_for_production_count_alone(read):
    text = "server { listen 80; location / { proxy_pass http://web; } }\n"
    assert read(nginx=text, nginx_prod=text).files == ("nginx_prod.conf",)


def test_other_configuration_is_none_of_nginx(read):
    assert read(supervisord="[program:web]\ncommand=gunicorn\n", apache="<VirtualHost *:80>\n</VirtualHost>\n").servers == ()


def test_trusting(lay_out):
    tree = lay_out({"nginx.conf": APP % "", "gunicorn.conf.py": "bind = '0.0.0.0:8000'\nforwarded_allow_ips = '*'\n"})
    assert str(nginx(tree).trusting) == "gunicorn.conf.py:2"


def test_unreadable():
    with pytest.raises(Unreadable, match=r"x.conf:1 is not what nginx reads"):
        parse("x.conf", "server { }}")


WORDS = (
    "server",
    "location",
    "listen",
    "include",
    "if",
    "return",
    "proxy_pass",
    "/",
    "~",
    "$scheme",
    "=",
    "{",
    "}",
    ";",
    "'",
    '"',
    "\\",
    "#",
    "\n",
    "{{",
    "%}",
    "${",
    "*.conf",
    "nginx.conf",
    "301",
    "https://x",
    "(",
    ")",
)


@given(
    parts=st.lists(
        st.one_of(st.sampled_from(WORDS), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4)), max_size=60
    )
)
def test_any_text_is_read_or_a_doubt(tmp_path_factory, parts):
    folder = tmp_path_factory.getbasetemp() / "any-nginx"
    folder.mkdir(exist_ok=True)
    (folder / "nginx.conf").write_text("server {\n" + " ".join(parts), encoding="utf-8", errors="replace")
    found = nginx(Tree(os.path.realpath(folder)))
    assert found.files or found.doubts


def test_without_the_parser_nothing_is_known(read, monkeypatch):
    monkeypatch.setitem(sys.modules, "crossplane", None)
    assert read(other="key=value\n").servers == ()
    with pytest.raises(Unavailable, match="is not installed"):
        read(nginx=APP % "")
