"""ALLOWED_HOSTS names the production hosts and no others. A part of `security.production-env`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.checks.reading import Seen, is_loopback, is_placeholder_host, is_tunnel, unset_here
from ready_gate.checks.registry import finding, warning
from ready_gate.checks.security.answers import doubt, hanging
from ready_gate.checks.security.placeholders import is_placeholder
from ready_gate.facts.views import Environment, Setting

# What Django compares with the Host header's name, without its port: no scheme, no port, no path, no space.
HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|\[[0-9a-f:.%]+\]", re.I)


def allowed_hosts(hosts: Setting, environment: Environment) -> Iterator[Seen]:
    """What is wrong with ALLOWED_HOSTS, for each value that it may have."""
    options = [tuple(_one(option, environment)) for option in hosts.possible()]
    if all(options):
        yield from options[0]
    elif any(options):
        yield doubt(hosts)


def _one(hosts: Setting, environment: Environment) -> Iterator[Seen]:
    if hosts.kind == "str":
        yield finding("security.allowed-hosts", "ALLOWED_HOSTS is a text, and Django starts only with a list", hosts)
    elif hosts.truth is None:
        yield doubt(hosts)
    elif not hosts.truth:
        empty = finding("django.security.W020", f"ALLOWED_HOSTS is empty{hanging(hosts)}: Django answers every request with 400", hosts)
        yield unset_here(hosts, environment) or empty
    elif hosts.has("*"):
        yield finding("security.allowed-hosts", f'ALLOWED_HOSTS holds "*"{hanging(hosts)}: any Host header is taken over into links and mails', hosts)
    elif not hosts.known:
        yield doubt(hosts)
    else:
        yield from _names(hosts, environment)


def _names(hosts: Setting, environment: Environment) -> Iterator[Seen]:
    names = [str(item.value).lower().lstrip(".") for item in hosts.items]
    foreign = [name for name in names if is_foreign(name)]
    if len(foreign) == len(names):
        what = ", ".join(name or '""' for name in foreign[:5])
        wrong = finding("security.allowed-hosts", f"ALLOWED_HOSTS names no host of production{hanging(hosts)}, only {what}", hosts)
        yield unset_here(hosts, environment) or wrong
        return
    for name in foreign:
        if not HOST.fullmatch(name) and not is_loopback(name.strip("[]")):
            yield warning("security.allowed-hosts", f"ALLOWED_HOSTS holds {name[:100]!r}, which no Host header ever matches", hosts)
        elif name and not is_loopback(name.strip("[]")):
            yield warning("security.allowed-hosts", f"ALLOWED_HOSTS still holds {name[:100]}, which is no host of production", hosts)


def is_foreign(name: str) -> bool:
    """Whether an entry is no host of production: this machine, a placeholder, a tunnel, or a text that no Host header ever matches."""
    bare = name.strip("[]")
    if is_loopback(bare) or bare == "testserver" or is_placeholder_host(name) or is_placeholder(name) or is_tunnel(name):
        return True
    return not HOST.fullmatch(name)
