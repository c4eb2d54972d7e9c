"""Code outside of the settings that accepts DRF's own tokens, or makes tokens by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ready_gate.facts.names import is_aside, is_development
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project, Settings, TokenCode
from ready_gate.model import Origin

MAX_FILES = 5_000
MAX_PLACES = 10
_DRF = re.compile(rb"^[ \t]{0,80}authentication_classes\b[^\n]{0,300}(?<![\w.])(?:authentication\.)?TokenAuthentication\b", re.M)
_BY_HAND = re.compile(rb"^[ \t]{0,80}(?:import|from)[ \t]+(?:jwt|jose|authlib|jwcrypto|itsdangerous)\b", re.M)


@fact
def token_code(tree: Tree, project: Project, settings: Settings) -> TokenCode:
    """From the text of the Python files that production runs."""
    inside = "" if project.folder == "." else f"{project.folder}/"
    paths = [path for path in tree.files if path.endswith(".py") and path.startswith(inside) and path not in settings.files][:MAX_FILES]
    texts = {path: tree.read_bytes(path) or b"" for path in paths if not is_aside(path[len(inside) :]) and not is_development(path[len(inside) :])}
    drf = [place for path, text in texts.items() if b"rest_framework" in text and b"knox" not in text for place in _places(_DRF, path, text)]
    by_hand = [place for path, text in texts.items() for place in _places(_BY_HAND, path, text)]
    return TokenCode(tuple(drf[:MAX_PLACES]), tuple(by_hand[:MAX_PLACES]))


def _places(pattern: re.Pattern[bytes], path: str, text: bytes) -> Iterator[Origin]:
    for match in pattern.finditer(text):
        yield Origin(path, text.count(b"\n", 0, match.start()) + 1)
