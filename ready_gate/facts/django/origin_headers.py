"""Where the project writes Access-Control-Allow-Origin by hand: in its own Python, and in the proxy's configuration."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from ready_gate.facts.django.project import search_folders
from ready_gate.facts.names import is_aside, is_development
from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import OriginHeader, OriginHeaders, Project, Settings
from ready_gate.model import Origin

HEADER = "access-control-allow-origin"
SETTERS = frozenset({"setdefault", "__setitem__", "set", "add", "append", "add_header", "set_header"})
MAX_FOUND = 100
PROXY = ("**/*nginx*", "**/nginx/**", "**/*.conf", "**/*.conf.template", "**/*.conf.j2")
_LINE = re.compile(r"""add_header\s{1,20}["']?access-control-allow-origin["']?\s{1,20}["']?([^\s"';]{1,300})""", re.I)
_FILES = re.compile(r"location\b[^{]{0,200}(static|media|assets|fonts?|images?|\.(woff|ttf|svg|js|css))", re.I)
_SENT = re.compile(r"HTTP_ORIGIN|['\"]Origin['\"]", re.I)


@fact
def origin_headers(tree: Tree, sources: Sources, project: Project, settings: Settings) -> OriginHeaders:
    """Every place that sets the header, in code that production runs and in proxies' files."""
    prefix = "" if project.folder == "." else f"{project.folder}/"
    middleware = _middleware(sources, project, settings)
    found: list[OriginHeader] = []
    for path in tree.files:
        own = path[len(prefix) :] if path.startswith(prefix) and path.endswith(".py") else ""
        counts = bool(own) and not is_aside(own) and not is_development(own)
        if counts and HEADER.encode() in (tree.read_bytes(path) or b"").lower():
            found += _in_python(path, sources, path in middleware)
    for path in tree.matching(*PROXY):
        if not is_aside(path) and not is_development(path):
            found += _in_proxy(path, tree.read(path) or "")
    return OriginHeaders(tuple(found[:MAX_FOUND]))


def _middleware(sources: Sources, project: Project, settings: Settings) -> frozenset[str]:
    """The files that MIDDLEWARE names."""
    names = (str(item.value) for option in settings["MIDDLEWARE"].possible() for item in option.items if item.kind == "str")
    found = (sources.resolve(name.rpartition(".")[0], search_folders(project.folder)) for name in names if "." in name)
    return frozenset(module.path for module in found if module is not None and module.path is not None)


def _in_python(path: str, sources: Sources, everywhere: bool) -> Iterator[OriginHeader]:
    try:
        tree = sources.parse(path)
    except UnreadableSource:
        return
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, chosen = waiting.pop()
        for value in _values(node):
            yield _header(value, Origin(path, value.lineno), chosen, everywhere)
        inner = chosen or (isinstance(node, ast.If) and any(isinstance(part, ast.Compare) for part in ast.walk(node.test)))
        waiting += [(child, inner) for child in ast.iter_child_nodes(node)]


def _values(node: ast.AST) -> Iterator[ast.expr]:
    """What a node gives the header."""
    if isinstance(node, ast.Assign):
        yield from (node.value for target in node.targets if isinstance(target, ast.Subscript) and _names(target.slice))
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is not None and _names(key))
    elif isinstance(node, ast.Call) and len(node.args) > 1 and _names(node.args[0]) and getattr(node.func, "attr", "") in SETTERS:
        yield node.args[1]


def _names(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() == HEADER


def _header(value: ast.expr, at: Origin, chosen: bool, everywhere: bool) -> OriginHeader:
    """`chosen`: it stands behind a comparison, such as one with a list of allowed origins."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return OriginHeader(at, value.value, everywhere=everywhere)
    sent = bool(_SENT.search(ast.unparse(value))) or (isinstance(value, ast.Name) and value.id.lower() in ("origin", "http_origin"))
    return OriginHeader(at, None, reflected=sent and not chosen, everywhere=everywhere)


def _in_proxy(path: str, text: str) -> Iterator[OriginHeader]:
    files = False
    lines: Sequence[str] = text.splitlines()[:20_000]
    for number, line in enumerate(lines, 1):
        code = line.partition("#")[0][:2000]
        files = bool(_FILES.search(code)) if "location" in code else files
        if (match := _LINE.search(code)) and not files:
            value = match.group(1)
            reflected = value == "$http_origin"
            yield OriginHeader(Origin(path, number), None if value.startswith("$") else value, reflected=reflected, everywhere=True)
