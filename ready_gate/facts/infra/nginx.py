"""The nginx configuration that the repository holds for production."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import islice

from ready_gate.facts.infra.nginx_servers import servers_of, upstreams_of, zones_of
from ready_gate.facts.infra.nginx_text import Directive, Unreadable, parse
from ready_gate.facts.names import is_aside, is_development, is_production, is_staging
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Nginx
from ready_gate.model import Origin

MAX_FILES = 50
MAX_BYTES = 200_000
MAX_SERVER_FILES = 300
MAX_DEPTH = 8
MAX_PATTERN = 200  # letters of an include
MAX_INCLUDED = 20_000  # directives, over all includes
_NAME = re.compile(r"nginx|\.conf$|\.conf\.|\.vhost$|(^|/)(sites-(available|enabled)|conf\.d|snippets)/", re.I)
_NOT = re.compile(
    r"\.(py|pyc|md|rst|txt|ya?ml|json|toml|sh|bash|js|ts|html?|css|svg|png|service|timer|crt|pem|key|lock|env|ini)(\.j2)?$|(^|/)[^/]{0,60}dockerfile[^/]{0,60}$",
    re.I,
)
_HOLDS = re.compile(
    r"^[ \t]*((server|http)[ \t]*\{|(location|listen|proxy_pass|proxy_set_header|upstream|return|limit_req_zone|gzip|gzip_types)[ \t])", re.M
)
_SERVER_FILE = re.compile(
    r"(^|/)([^/]{0,60}gunicorn[^/]{0,60}|uvicorn[^/]{0,60}|Procfile[^/]{0,20}|[^/]{0,40}(Dockerfile|compose)[^/]{0,40}|[^/]{0,60}\.(sh|service|ya?ml|conf|env))$",
    re.I,
)
_TRUSTS = re.compile(r"forwarded[_-]allow[_-]ips", re.I)
CERTBOT = ("options-ssl-nginx.conf", "ssl-dhparams.pem")
# What Debian's, nginx's own and certbot's packages put into these files, as far as it matters.
PACKAGED: Mapping[str, str] = {
    "proxy_params": "proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr; "
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;",
    **dict.fromkeys(("mime.types", "uwsgi_params", "fastcgi_params", "scgi_params", "koi-utf", "koi-win", "win-utf", "fastcgi.conf", *CERTBOT), ""),
}


@fact
def nginx(tree: Tree) -> Nginx:
    """What production's nginx does; without servers where the repository holds no configuration of it."""
    texts = {path: text for path in _files(tree) if (text := tree.read(path, MAX_BYTES)) is not None and _HOLDS.search(text)}
    parsed: dict[str, tuple[Directive, ...]] = {}
    doubts = []
    for path in sorted(texts)[:MAX_FILES]:
        try:
            parsed[path] = parse(path, texts[path])
        except Unreadable as reason:
            doubts.append(str(reason))
    includes = _Includes(parsed)
    whole = {path: includes.expanded(path, directives) for path, directives in parsed.items()}
    roots = [directives for path, directives in whole.items() if path not in includes.used]
    zones = zones_of(directive for directives in roots for directive in directives)
    found = tuple(server for directives in roots for server in servers_of(directives))
    upstreams = upstreams_of(directive for directives in roots for directive in directives)
    return Nginx(found, tuple(parsed), zones, tuple(doubts), _trusting(tree) if found else None, upstreams)


def _trusting(tree: Tree) -> Origin | None:
    """The line that tells the application server to believe forwarded headers (gunicorn's and uvicorn's forwarded_allow_ips)."""
    started = (path for path in tree.files if _SERVER_FILE.search(path) and not is_aside(path))
    for path in islice(started, MAX_SERVER_FILES):
        text = tree.read(path, MAX_BYTES)
        if text and (match := _TRUSTS.search(text)):
            return Origin(path, text.count("\n", 0, match.start()) + 1)
    return None


def _files(tree: Tree) -> list[str]:
    """The files that may be configuration of production's nginx; those marked for production alone, where there are any."""
    named = (path for path in tree.files if _NAME.search(path) and not _NOT.search(path) and not path.startswith("."))
    found = [path for path in named if not (is_aside(path) or is_development(path) or is_staging(path))]
    marked = [path for path in found if is_production(path)]
    return marked or found


class _Includes:
    """Puts included files in their places. Only files of the checkout are looked at, and none twice on one way."""

    def __init__(self, parsed: Mapping[str, tuple[Directive, ...]]) -> None:
        self.parsed = parsed
        self.used: set[str] = set()
        self.left = MAX_INCLUDED

    def expanded(self, path: str, directives: tuple[Directive, ...], way: tuple[str, ...] = ()) -> tuple[Directive, ...]:
        """The directives with every include replaced by what the file holds."""
        way = (*way, path)
        return tuple(one for directive in directives for one in self._one(directive, way))

    def _one(self, directive: Directive, way: tuple[str, ...]) -> Iterator[Directive]:
        self.left -= 1
        if directive.name == "include" and directive.args and len(directive.args[0]) <= MAX_PATTERN:
            yield from self._included(directive, way)
        elif directive.block is None:
            yield directive
        else:
            inner = tuple(one for part in directive.block for one in self._one(part, way))
            yield Directive(directive.name, directive.args, directive.path, directive.line, inner)

    def _included(self, directive: Directive, way: tuple[str, ...]) -> Iterator[Directive]:
        wanted = directive.args[0]
        files = [path for path in self._located(wanted, directive.path) if path not in way]
        packaged = PACKAGED.get(posixpath.basename(wanted))
        if files and len(way) < MAX_DEPTH and self.left > 0:
            for path in files:
                self.used.add(path)
                yield from self.expanded(path, self.parsed[path], way)
        elif packaged is not None and not files:
            yield from parse(directive.path, packaged) if packaged else ()
        elif "*" not in wanted:
            yield directive  # kept, so that its place is known to be incomplete

    def _located(self, wanted: str, including: str) -> list[str]:
        """The files of the checkout that a path on the server stands for: beside the including one, else those with the same end."""
        folder = posixpath.dirname(including)
        beside = posixpath.normpath(posixpath.join(folder, wanted.lstrip("/")))
        found = [path for path in self.parsed if fnmatchcase(path, beside) and path.count("/") == beside.count("/")]
        parts = wanted.strip("/").split("/")
        for start in range(len(parts) - 1 if len(parts) > 1 and not found else 0):
            tail = "/".join(parts[start:])
            found = [path for path in self.parsed if fnmatchcase("/".join(path.split("/")[-len(parts) + start :]), tail)]
            if found:
                break
        if not found and "*" not in wanted:
            found = [path for path in self.parsed if posixpath.basename(path) == parts[-1]]
        return sorted(found)
