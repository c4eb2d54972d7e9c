"""Secrets that are not written beside a name that says so: Kubernetes' Secrets, and files that hold nothing but a key."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.facts.secrets.named import forms
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.places import Text, candidate, need_of
from ready_gate.facts.secrets.named.values import Need, decoded
from ready_gate.facts.secrets.named.words import Meaning, meaning
from ready_gate.facts.secrets.patterns import compiled
from ready_gate.facts.yaml_nodes import Node, UnreadableYaml, read_documents

_UNKNOWN = Meaning("kubernetes-secret", surely=False)
_KEY = Meaning("generic-secret")
_KEY_FILES = ("secret_key", "secret_key.txt", "secretkey.txt", "secret.txt")


def only_key(text: Text) -> Iterator[NamedCandidate]:
    """A file that holds nothing but a key."""
    name = text.path.rsplit("/", 1)[-1].lower()
    if (name.endswith(".key") or name in _KEY_FILES) and len(text.data) < 200 and compiled(forms.ONLY_KEY).search(text.data):
        yield from _taken(_KEY, name, text.data.decode().strip(), Need.RANDOM, (1, 1))


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
