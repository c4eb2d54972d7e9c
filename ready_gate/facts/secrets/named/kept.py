"""Files that keep logins in forms of their own: `.pgpass`, `.htpasswd`, Docker's and npm's logins, Kubernetes' Secrets."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.facts.secrets.named import forms
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.places import Text, candidate, need_of
from ready_gate.facts.secrets.named.values import Need, decoded, login_in
from ready_gate.facts.secrets.named.words import Meaning, meaning
from ready_gate.facts.secrets.patterns import compiled
from ready_gate.facts.yaml_nodes import Node, UnreadableYaml, read_documents
from ready_gate.secret import Secret

_PGPASS = Meaning("database-password", password=True)
_NETRC = Meaning("generic-password", password=True)
_AUTH = Meaning("registry-login")
_UNKNOWN = Meaning("kubernetes-secret", surely=False)
_KEY = Meaning("generic-secret")
_IN_NETRC = r"(?m)\bpassword\s{1,20}([^\s#]+)"
_MACHINE = compiled(r"(?m)^\s*machine\s|^\s*default\s")
_GIT_LOGIN = r"(?m)^\w{2,10}://[^\s/:@]{1,200}(?:@[^\s/:@]{1,100})?:([^\s/]+)@[^\s/@]+"


def pgpass(text: Text) -> Iterator[NamedCandidate]:
    """PostgreSQL's password file."""
    for match in compiled(forms.PGPASS).finditer(text.data):
        yield from _taken(_PGPASS, "password", match.group(1).decode("utf-8", "replace"), Need.SETTING, text.place(match.start(1)))


def netrc(text: Text) -> Iterator[NamedCandidate]:
    """The password file of curl, git and ftp."""
    if _MACHINE.search(text.data):
        for match in compiled(_IN_NETRC).finditer(text.data):
            yield from _taken(_NETRC, "password", match.group(1).decode("utf-8", "replace"), Need.SETTING, text.place(match.start(1)))


def git_logins(text: Text) -> Iterator[NamedCandidate]:
    """What git's credential store keeps."""
    for match in compiled(_GIT_LOGIN).finditer(text.data):
        yield from _taken(_NETRC, "password", match.group(1).decode("utf-8", "replace"), Need.SETTING, text.place(match.start(1)))


def only_key(text: Text) -> Iterator[NamedCandidate]:
    """A file that holds nothing but a key."""
    if compiled(forms.ONLY_KEY).search(text.data):
        yield from _taken(_KEY, text.path.rsplit("/", 1)[-1], text.data.decode().strip(), Need.RANDOM, (1, 1))


def registry_logins(text: Text) -> Iterator[NamedCandidate]:
    """`auth` of Docker and npm: name and password in base64."""
    for match in compiled(forms.AUTHS).finditer(text.data):
        if login_in(match.group(1)):
            yield NamedCandidate(_AUTH.kind, "auth", Secret(match.group(1)), *text.place(match.start(1)), setting=True)


def kubernetes(text: Text) -> dict[int, list[NamedCandidate]]:
    """The data of Kubernetes' Secrets, decoded: what each of its lines holds."""
    if not compiled(forms.KUBERNETES).search(text.data):
        return {}
    try:
        documents = read_documents(text.data.decode("utf-8", "replace"))
    except UnreadableYaml:
        return {}
    secrets = [part for document in documents for part in (document, *document.get("items").items) if part.get("kind").text == "Secret"]
    return {node.line: list(_entry(name, node, encoded)) for secret in secrets for name, node, encoded in _data(secret)}


def _data(secret: Node) -> Iterator[tuple[str, Node, bool]]:
    for part in ("data", "stringData"):
        yield from ((name, node, part == "data") for name, (_, node) in secret.get(part).entries().items())


def _entry(name: str, node: Node, encoded: bool) -> Iterator[NamedCandidate]:
    value = decoded((node.text or "").encode("utf-8", "replace")) if encoded else node.text or ""
    known = meaning(name)
    yield from _taken(known or _UNKNOWN, name, value, Need.RANDOM if known is None else need_of(known, config=True), (node.line, 1))


def _taken(known: Meaning, name: str, value: str, need: Need, place: tuple[int, int]) -> Iterator[NamedCandidate]:
    found = candidate(known, name, value, need, place)
    if found is not None:
        yield found
