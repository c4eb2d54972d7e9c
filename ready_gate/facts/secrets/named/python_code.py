"""Named values in Python, by its syntax tree. Only statements with a line that looks like a find are walked."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ready_gate.facts.secrets.named import forms
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.forms import Form
from ready_gate.facts.secrets.named.places import Hit, Text, candidate, need_of, quoted_hits
from ready_gate.facts.secrets.named.values import Need, can_be_secret, is_mixed
from ready_gate.facts.secrets.named.vocabulary import listed
from ready_gate.facts.secrets.named.words import Meaning, meaning, split
from ready_gate.facts.secrets.patterns import compiled

_MAX_NODES = 200_000
_GETTERS = listed("getters")
_WRAPPERS = listed("wrappers")
_DEFAULTS = ("default", "default_value", "fallback")
_SERVERS = listed("servers")
_LOGIN = Meaning("generic-password", password=True)
_KEYED = listed("keyed")
_KEY = Meaning("signing-key")
_TOKEN = Meaning("generic-token")
_HEX_TOKEN = compiled(r"^[0-9a-f]{32}$")
_ENVIRONMENT = r"""["']([A-Z][A-Z0-9_]*(?:PASS|PASSWORD|PASSWD|PWD|SECRET|TOKEN|KEY))=([^\s"'{%$<]{4,})["']"""
_AGAIN = compiled(r"""^\s*(?:["']|\+|\\\n)""")


@dataclass(frozen=True)
class _Site:
    """A literal under a name. `beside_server` where the server that it opens stands next to it."""

    name: str
    node: ast.expr
    known: Meaning | None = None
    beside_server: bool = False


def suspicious(text: Text, forms_hit: frozenset[int]) -> tuple[frozenset[int], list[Hit]]:
    """The lines on which something may be found, and the names with a quoted value on them: cheaper to know than the syntax tree."""
    hits = [hit for hit in (quoted_hits(text) if Form.QUOTED in forms_hit else ()) if _is_plausible(text, hit)]
    found = {text.line(hit.start) for hit in hits}
    for match in text.matches(forms.LOGIN) if Form.LOGIN in forms_hit else ():
        group = 1 if match.start(1) >= 0 else 2
        if can_be_secret(text.group(match, group).decode("utf-8", "replace"), Need.PASSWORD):
            found.add(text.line(match.start(group)))
    for match in text.matches(forms.CONNECTION) if Form.CONNECTION in forms_hit else ():
        if can_be_secret(text.group(match, 2).decode("utf-8", "replace"), Need.PASSWORD):
            found.add(text.line(match.start(2)))
    found |= {text.line(match.end() - 1) for match in (text.matches(forms.UNPACKED) if Form.UNPACKED in forms_hit else ())}
    for match in compiled(_ENVIRONMENT).finditer(text.data) if Form.INLINE in forms_hit else ():
        found.add(text.line(match.start()))
    return frozenset(found), hits


def _is_plausible(text: Text, hit: Hit) -> bool:
    value = hit.value(text)
    if hit.known.surely and _AGAIN.search(text.data[hit.end + 1 : hit.end + 40]) and " " not in value:
        return True  # the literal goes on
    weak = (
        hit.known.setting
        or (hit.known.password and hit.known.surely and hit.name.isupper() and is_mixed(value))
        or (hit.known.password and hit.known.surely and text.beside_a_host(hit.start, hit.end))
    )
    return can_be_secret(value, Need.SETTING if weak else min(need_of(hit.known, config=False), Need.TOKEN if hit.known.surely else Need.RANDOM))


def in_tree(tree: ast.Module, lines: frozenset[int]) -> Iterator[NamedCandidate]:
    """The named secrets of a module."""
    for node in _near(tree, lines):
        for site in _sites(node):
            yield from _judged(site)


def in_comments(text: Text, hits: list[Hit]) -> Iterator[NamedCandidate]:
    """What stands in comments: a key that was only switched off has still been given away."""
    for hit in hits:
        assigned = any(sign in text.data[hit.begin + len(hit.name) : hit.start] for sign in b"=:")
        if assigned and text.line_before(hit.begin).lstrip().startswith(b"#"):
            need = max(need_of(hit.known, config=False), Need.PASSWORD if hit.known.password else Need.TOKEN)
            found = candidate(hit.known, hit.name, hit.value(text), need, text.place(hit.start))
            yield from () if found is None else (found,)


def _near(tree: ast.Module, lines: frozenset[int]) -> Iterator[ast.AST]:
    """The nodes on or around these lines."""
    waiting: list[ast.AST] = [tree]
    count = 0
    ordered = sorted(lines)
    while waiting and count < _MAX_NODES:
        node = waiting.pop()
        count += 1
        yield node
        waiting.extend(child for child in ast.iter_child_nodes(node) if _holds(child, ordered))


def _holds(node: ast.AST, lines: list[int]) -> bool:
    from bisect import bisect_left

    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if first is None or last is None:
        return True
    at = bisect_left(lines, first)
    return at < len(lines) and lines[at] <= last


def _sites(node: ast.AST) -> Iterator[_Site]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield from _assigned(node.target, node.value)
    elif isinstance(node, ast.Dict):
        yield from _entries(node)
    elif isinstance(node, ast.Call):
        yield from _call(node)
    elif isinstance(node, ast.arguments):
        yield from _parameters(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _connection(node, node.value)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
        yield from _assigned(node.left, node.comparators[0])
        yield from _assigned(node.comparators[0], node.left)


def _connection(node: ast.Constant, text: str) -> Iterator[_Site]:
    for match in compiled(forms.CONNECTION).finditer(text[:3000].encode()):
        yield _Site("password", _part(node, match.group(2)), _LOGIN)
    for match in compiled(_ENVIRONMENT).finditer(f'"{text[:3000]}"'.encode()):
        yield _Site(match.group(1).decode(), _part(node, match.group(2)))


def _part(node: ast.Constant, text: bytes) -> ast.expr:
    return ast.copy_location(ast.Constant(text.decode("utf-8", "replace")), node)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[_Site]:
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _assigned(one, other)
        return
    name = _name(target)
    if name:
        yield from (_Site(name, literal) for literal in _literals(value))


def _name(node: ast.expr) -> str:
    """The name that an expression ends in, the key of a subscript, or the variable that a call reads."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _text(node.slice) or ""
    if isinstance(node, ast.Call) and _callee(node) in _GETTERS and node.args:
        return _text(node.args[0]) or ""
    return ""


def _entries(node: ast.Dict) -> Iterator[_Site]:
    keys = [_text(key) if key is not None else None for key in node.keys]
    beside = _beside_server(key for key in keys if key)
    for key, value in zip(keys, node.values, strict=True):
        if key:
            yield from (_Site(key, literal, beside_server=beside) for literal in _literals(value))


def _call(node: ast.Call) -> Iterator[_Site]:
    callee = _callee(node)
    arguments = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    beside = _beside_server(arguments)
    for name, value in arguments.items():
        yield from (_Site(name, literal, beside_server=beside) for literal in _literals(value))
        if name in ("auth", "basic_auth") and isinstance(value, ast.Tuple) and len(value.elts) == 2:
            yield _Site("password", value.elts[1], _LOGIN)
    texts = [_text(argument) for argument in node.args]
    first = texts[0] if texts else None
    if callee in ("setattr", "define") and len(node.args) > 1 and (name_given := texts[1] if callee == "setattr" else first):
        yield from (_Site(name_given, literal) for literal in _literals(node.args[-1]))
    elif first and (callee in _GETTERS or len(node.args) == 2):
        given = [*node.args[1:2], *(arguments[name] for name in _DEFAULTS if name in arguments)] if callee in _GETTERS else []
        yield from (_Site(first, literal) for value in given for literal in _literals(value))
    yield from _by_position(callee, node, texts)


def _by_position(callee: str, node: ast.Call, texts: list[str | None]) -> Iterator[_Site]:
    """Passwords that a call takes by their place alone."""
    if callee in ("create_user", "create_superuser") and len(node.args) >= 3:
        yield _Site("password", node.args[2], _LOGIN)
    elif callee in ("login", "HTTPBasicAuth", "HTTPDigestAuth") and len(texts) == 2 and texts[0]:
        yield _Site("password", node.args[1], _LOGIN)
    elif (callee in _KEYED or ast.unparse(node.func) in ("jwt.encode", "jwt.decode")) and len(node.args) >= 2:
        yield _Site("key", node.args[1], _KEY)
    elif callee == "Client" and len(texts) == 2 and _HEX_TOKEN.search((texts[1] or "").encode()):
        yield _Site("auth_token", node.args[1], _TOKEN)
    elif callee == "new" and ast.unparse(node.func) == "hmac.new" and node.args:
        yield _Site("key", node.args[0], _KEY)
    elif callee in ("set_password", "check_password", "setPassword") and node.args:
        yield _Site("password", node.args[0], _LOGIN)


def _parameters(node: ast.arguments) -> Iterator[_Site]:
    positional = [*node.posonlyargs, *node.args]
    pairs = [*zip(reversed(positional), reversed(node.defaults), strict=False), *zip(node.kwonlyargs, node.kw_defaults, strict=True)]
    for argument, default in pairs:
        if default is not None:
            yield from (_Site(argument.arg, literal) for literal in _literals(default))


def _literals(node: ast.expr, depth: int = 4) -> Iterator[ast.expr]:
    """The expressions that can be the value as a whole and are written out in full."""
    if _text(node) is not None:
        yield node
    elif depth:
        for part in _alternatives(node):
            yield from _literals(part, depth - 1)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return node.elts[:50]
    return _handed_on(node) if isinstance(node, ast.Call) else []


def _handed_on(node: ast.Call) -> list[ast.expr]:
    """The arguments of a call one of which it gives back."""
    callee, given = _callee(node), [keyword.value for keyword in node.keywords if keyword.arg in _DEFAULTS]
    if callee in ("encode", "strip"):
        return [node.func.value] if isinstance(node.func, ast.Attribute) else []
    if callee in _WRAPPERS:
        return [*node.args[:1], *given]
    first = _text(node.args[0]) if callee in _GETTERS and node.args else None
    if first is None or meaning(first) is not None:  # a name that says it itself is looked at with the call
        return []
    option = callee == "get" and any(meaning(_text(argument) or "") for argument in node.args[1:2])  # of a section
    return given if option else [*node.args[1:2], *given]


def _text(node: ast.expr, depth: int = 50) -> str | None:
    """The text of a literal, of literals added up, or of an f-string without fields; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1") if isinstance(node.value, bytes) else None
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        return "".join(parts) if len(parts) == len(node.values) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join" and len(node.args) == 1 and depth:
        return _joined(node.func.value, node.args[0], depth)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth:
        left, right = _text(node.left, depth - 1), _text(node.right, depth - 1)
        return None if left is None or right is None else left + right
    return None


def _joined(between: ast.expr, parts: ast.expr, depth: int) -> str | None:
    texts = [_text(part, depth - 1) for part in parts.elts[:50]] if isinstance(parts, (ast.List, ast.Tuple)) else []
    written = [text for text in texts if text is not None]
    return (_text(between, depth - 1) or "").join(written) if written and len(written) == len(texts) else None


def _callee(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""


def _beside_server(names: Iterable[str]) -> bool:
    return any(not _SERVERS.isdisjoint(split(name)[-1:]) for name in names)


def _judged(site: _Site) -> Iterator[NamedCandidate]:
    value, known = _text(site.node) or "", site.known or meaning(site.name)
    place = site.node.lineno, site.node.col_offset + 1
    if known is None:
        return
    need = need_of(known, config=False)
    if site.beside_server and known.password and known.surely:
        need = Need.SETTING
        if known.kind == "generic-password" and site.name == "PASSWORD":
            known = Meaning("database-password", password=True, setting=True)
    elif need is Need.RANDOM and known.surely and site.name.isupper():
        need = Need.TOKEN
    elif need is Need.PASSWORD and site.name.isupper() and is_mixed(value):
        need = Need.CONFIG  # a constant: a weak word with a number is meant as well
    found = candidate(known, site.name, value, need, place, code=True)
    if found is not None:
        yield found
