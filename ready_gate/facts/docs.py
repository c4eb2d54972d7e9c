"""What the project's documents and environment templates name. Bounded: so many files, so many characters."""

from __future__ import annotations

import posixpath
import re

from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Document, Documents

MAX_FILES = 2_000
MAX_BYTES = 1_000_000
MAX_CHARACTERS = 30_000_000

_PAGE = re.compile(r"\.(md|markdown|mdx|rst|txt|adoc|asciidoc)$", re.I)
# Pages that name things without documenting them.
_NO_PAGE = re.compile(
    r"^(requirements|constraints|licen[cs]e|copying|notice|authors|contributors|changelog|changes|history|news|robots|humans|runtime)\b", re.I
)
_NO_FOLDER = frozenset({"node_modules", "site-packages", "vendor", "locale", "tests", "test", "requirements"})
_NO_TEXT_FOLDER = _NO_FOLDER | {"static", "staticfiles", "templates", "fixtures"}  # where a .txt is no page, but an e-mail or data
_TEMPLATE = re.compile(r"(^|[._-])env([._-]|$)", re.I)
_TEMPLATE_PART = re.compile(r"(^|[._-])(example|sample|template|tmpl|dist|default|defaults)([._-]|$)", re.I)
_DEPLOY = re.compile(
    r"\.(ya?ml|sh|bash|conf|cfg|ini|toml|service|socket|timer|tf|tfvars|j2|nix|template)$|^(Dockerfile|Containerfile|Procfile|Makefile|Caddyfile|Jenkinsfile)|\.Dockerfile$",
    re.I,
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,199}")
_ASSIGNED = re.compile(r"^[ \t]*(?:#[ \t]*)?(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]{0,199})[ \t]*=")


class Budget:
    """How many files and characters may still be read."""

    def __init__(self) -> None:
        self.files, self.characters, self.cut = MAX_FILES, MAX_CHARACTERS, ""

    def read(self, tree: Tree, path: str) -> str:
        """The text of a file; empty where it cannot be read, which `cut` then says."""
        if self.files <= 0 or self.characters <= 0:
            self.cut = "there are more documents than are read"
            return ""
        text = tree.read(path, MAX_BYTES)
        self.files -= 1
        if text is None:
            self.cut = f"{path} is too large, or no text"
            return ""
        self.characters -= len(text)
        return text


@fact
def documents(tree: Tree) -> Documents:
    """Every page and template with the names in it, templates first."""
    budget = Budget()
    templates = [_document(path, budget.read(tree, path), template=True) for path in tree.files if is_template(path)]
    pages = [_document(path, budget.read(tree, path), template=False) for path in tree.files if is_page(path)]
    assigned = {name for page in templates for name in page.assigned}
    return Documents((*templates, *pages), _used_in_deploy_files(tree, assigned), budget.cut or None)


def is_template(path: str) -> bool:
    """Whether it is an environment file that its name calls an example."""
    name = posixpath.basename(path)
    return bool(_TEMPLATE.search(name) and _TEMPLATE_PART.search(name)) and not _left_out(path)


def is_page(path: str) -> bool:
    """Whether people would look for documentation in it."""
    name = posixpath.basename(path)
    return bool(_PAGE.search(name)) and not _NO_PAGE.match(name) and not is_template(path) and not _left_out(path)


def _left_out(path: str) -> bool:
    folders = _NO_TEXT_FOLDER if path.lower().endswith(".txt") else _NO_FOLDER
    return not folders.isdisjoint(posixpath.dirname(path).lower().split("/"))


def _document(path: str, text: str, *, template: bool) -> Document:
    words: dict[str, int] = {}
    assigned: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in _WORD.findall(line):
            if "_" in word or word.isupper():
                words.setdefault(word, number)
        if template and (match := _ASSIGNED.match(line)):
            assigned.setdefault(match.group(1), number)
    return Document(path, words, template, assigned)


def _used_in_deploy_files(tree: Tree, names: set[str]) -> frozenset[str]:
    """Which of these names deploy files use; all of them where not every such file could be read."""
    budget = Budget()
    used: set[str] = set()
    for path in tree.files if names else ():
        if _DEPLOY.search(posixpath.basename(path)) and not is_template(path) and not _left_out(path):
            used |= names.intersection(_WORD.findall(budget.read(tree, path)))
    return frozenset(names if budget.cut else used)
