"""From nginx's directives to servers and locations, with what they inherit applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ready_gate.facts.infra.nginx_text import Directive
from ready_gate.facts.views import Place, Redirect, Server
from ready_gate.model import Origin

PASSES = ("proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass")
LOOPBACK = ("127.", "localhost:", "[::1]", "unix:")
REDIRECTING = ("301", "302", "303", "307", "308")
# `if` that asks whether the request came over plain HTTP, to nginx or to what stands before it.
PLAIN_VARIABLES = ("$scheme", "$http_x_forwarded_proto", "$https", "$server_port", "$http_x_forwarded_protocol", "$http_x_forwarded_ssl")
EVERYTHING = ("^", "^/", ".*", "(.*)", "^.*$", "^(.*)", "^/(.*)", "^(.*)$", "^/(.*)$")  # patterns of `rewrite` that every address matches
Level = tuple[Directive, ...]


def zones_of(directives: Iterable[Directive]) -> frozenset[str]:
    """The names of the zones that `limit_req_zone` sets up."""
    found: set[str] = set()
    for directive in directives:
        if directive.name == "http":
            found |= zones_of(directive.inside())
        if directive.name == "limit_req_zone":
            found |= {arg.split("=", 1)[1].split(":")[0] for arg in directive.args if arg.startswith("zone=")}
    return frozenset(found)


def upstreams_of(directives: Iterable[Directive]) -> dict[str, tuple[str, ...]]:
    """The addresses of each `upstream`."""
    found: dict[str, tuple[str, ...]] = {}
    for directive in directives:
        if directive.name == "http":
            found |= upstreams_of(directive.inside())
        if directive.name == "upstream" and directive.args:
            found[directive.args[0]] = tuple(one.args[0] for one in directive.inside() if one.name == "server" and one.args)
    return found


def servers_of(directives: Level, around: tuple[Level, ...] = ()) -> Iterator[Server]:
    """The servers among these directives, and inside of their `http` blocks."""
    levels = (*around, directives)
    for directive in directives:
        if directive.name == "http":
            yield from servers_of(directive.inside(), levels)
        elif directive.name == "server" and directive.block is not None and not directive.args:
            yield _server(directive, levels)


def _server(block: Directive, around: tuple[Level, ...]) -> Server:
    inside = block.inside()
    listens = [directive for directive in inside if directive.name == "listen" and directive.args]
    ssl_on = any(directive.name == "ssl" and directive.args[:1] == ("on",) for directive in inside)
    public = [listen for listen in listens if not listen.args[0].startswith(LOOPBACK)]
    tls = [listen for listen in public if ssl_on or "ssl" in listen.args[1:] or "quic" in listen.args[1:]]
    names = tuple(name for directive in inside if directive.name == "server_name" for name in directive.args)
    levels = _Levels((*around, inside))
    own = levels.place("/", Origin(block.path, block.line), "")
    plain = len(tls) < len(public) or not listens
    return Server(Origin(block.path, block.line), names, plain, bool(tls), own, tuple(_locations(inside, (*around, inside))))


def _locations(directives: Level, around: tuple[Level, ...]) -> Iterator[Place]:
    for directive in directives:
        if directive.name != "location" or not directive.args:
            continue
        *modifiers, path = directive.args
        modifier = modifiers[0] if modifiers else ""
        if not modifier:
            modifier, path = next(((mark, path[len(mark) :]) for mark in ("^~", "~*", "~", "=", "@") if path.startswith(mark)), ("", path))
        levels = (*around, directive.inside())
        yield _Levels(levels).place(path, Origin(directive.path, directive.line), modifier)
        yield from _locations(directive.inside(), levels)


@dataclass(frozen=True)
class _Levels:
    """The blocks around a place, the outermost first."""

    levels: tuple[Level, ...]

    def place(self, path: str, at: Origin, modifier: str) -> Place:
        here = self.levels[-1]
        passing = next((directive for directive in _with_ifs(here) if directive.name in PASSES and directive.args), None)
        alias = next((directive for directive in here if directive.name == "alias" and directive.args), None)
        root = self.last("root")
        gzip = self.last("gzip")
        limit = self.nearest("limit_req")
        return Place(
            path=path,
            at=at,
            modifier=modifier,
            passes_to=passing.args[0] if passing else None,
            passes_by=passing.name if passing else None,
            headers={one.args[0].lower(): " ".join(one.args[1:]) for one in self.nearest("proxy_set_header") if one.args},
            answers={one.args[0].lower(): one.args[1] for one in self.nearest("add_header") if len(one.args) > 1},
            redirects=tuple(_redirects(here)),
            folder=alias.args[0] if alias else root[0] if root else None,
            is_alias=alias is not None,
            expires=(self.last("expires") or (None,))[0],
            gzip=("text/html", *self.last("gzip_types")) if gzip[:1] == ("on",) else None,
            limited=next((arg.removeprefix("zone=") for one in limit for arg in one.args if arg.startswith("zone=")), None),
            log_format=next((one.args[1] for one in self.nearest("access_log") if len(one.args) > 1 and "=" not in one.args[1]), None),
            unread=tuple(one.args[0] for level in self.levels[-2:] for one in level if one.name == "include"),
        )

    def last(self, name: str) -> tuple[str, ...]:
        """The arguments of the innermost, last directive of this name."""
        for level in reversed(self.levels):
            for directive in reversed(level):
                if directive.name == name and directive.args:
                    return directive.args
        return ()

    def nearest(self, name: str) -> Level:
        """All directives of this name on the innermost level that has any, which is how nginx inherits lists."""
        for level in reversed(self.levels):
            if found := tuple(directive for directive in level if directive.name == name):
                return found
        return ()


def _with_ifs(directives: Level) -> Iterator[Directive]:
    for directive in directives:
        yield directive
        if directive.name in ("if", "limit_except"):
            yield from directive.inside()


def _redirects(directives: Level) -> Iterator[Redirect]:
    for directive in directives:
        if directive.name == "if":
            plain = bool(directive.args) and directive.args[0] in PLAIN_VARIABLES and _asks_for_plain(directive.args)
            for inner in directive.inside():
                for target in _target(inner):
                    yield Redirect(target, Origin(inner.path, inner.line), always=False, plain_only=plain)
        else:
            for target in _target(directive):
                yield Redirect(target, Origin(directive.path, directive.line))


def _asks_for_plain(condition: tuple[str, ...]) -> bool:
    """Whether `if ($scheme = http)` and the like is true of plain HTTP."""
    operator, value = (condition[1], condition[2].strip("\"'").lower()) if len(condition) == 3 else ("", "")
    if operator in ("=", "~", "~*"):
        return value.strip("^$") in ("http", "80", "", "off")
    return operator in ("!=", "!~", "!~*") and value.strip("^$") in ("https", "443", "on")


def _target(directive: Directive) -> Iterator[str]:
    """Where a `return` or `rewrite` sends every client."""
    args = directive.args
    if directive.name == "return" and args:
        if args[0] in REDIRECTING and len(args) > 1:
            yield args[1]
        elif args[0].startswith(("http://", "https://")):
            yield args[0]
    elif directive.name == "rewrite" and len(args) > 1 and args[0] in EVERYTHING:
        yield from args[1:2] if "://" in args[1] or {"permanent", "redirect"} & set(args[2:]) else ()
