"""Names and values on one line, or on two, in every format that is not Python."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.facts.secrets.named import forms
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.families import Family
from ready_gate.facts.secrets.named.places import Hit, Text, candidate, need_of, quoted_hits
from ready_gate.facts.secrets.named.values import Need
from ready_gate.facts.secrets.named.words import Meaning, meaning
from ready_gate.facts.secrets.patterns import Found, compiled
from ready_gate.secret import Secret

_CONFIGURING = frozenset({Family.CONFIG, Family.YAML, Family.JSON, Family.SHELL, Family.XML, Family.HCL})
_PASSWORD = Meaning("generic-password", password=True)
_HASH = "password-hash"
_COMMENT = compiled(r"^[ \t]*(?:#|//|;|--|\*|/\*|<!--)|[ \t]#[ \t]")
_SPACED = (b"env", b"setenv", b"set", b"uwsgi_param", b"fastcgi_param", b"proxy_set_header")
_SHELL_SIGN = compiled(r"^=$|^[ \t]*[:?+]=")
_CALLED = compiled(r"[=:,|?]\s*[A-Za-z_][\w.]*\(")
# The default of a variable that is read.
_DEFAULTED = compiled(r"""(?:env|environ\.get|environ\.setdefault|getenv|config)\(\s*["'][\w.-]+["']\s*,\s*(?:default\s*=\s*)?[bru]{0,2}["']{1,3}$""")
_LISTED = compiled(r"^[^:=]*,[^:=]*$")
_CALL = compiled(r"""\w\(\s*["']$""")
_TAIL = compiled(r"[ \t]+(?:#|//|;|--)[ \t].*$|[ \t]+#.*$|[ \t\r;,]+$")


def quoted(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Names with a value in quotes: assignments, keys, arguments, attributes, comparisons."""
    for hit in quoted_hits(text):
        name_end = hit.begin + len(hit.name)
        if _belong_together(text, family, hit, name_end):
            need = _need(text, family, hit.known, hit.start, hit.end)
            yield from _found(text, family, hit.known, hit.value(text), need, hit.name, hit.start)


def _belong_together(text: Text, family: Family, hit: Hit, name_end: int) -> bool:
    """Whether the value is the name's own rather than the next in a list, or the next word of a sentence."""
    before, between = text.data[max(0, hit.begin - 2) : hit.begin], text.data[name_end : hit.start]
    if before == b"${" or (family is not Family.CODE and text.data[hit.begin : hit.begin + 1] == b"$"):
        return False
    if _CALLED.search(between) and not _DEFAULTED.search(between):
        return False  # what a function makes of it
    if family is Family.JSON:
        return before.endswith(b'"') and not before.endswith(b'\\"') and (b":" in between)
    if not between.strip(b" \t\"'`"):  # nothing but blanks and quotes
        return family is not Family.PROSE and not text.line_before(hit.begin).strip() and not before.endswith((b'"', b"'"))
    return not _LISTED.search(between) or (b")" not in between and _CALL.search(text.line_before(hit.begin)) is not None)


def bare(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Lines of configuration with a value that is not in quotes."""
    for match in text.matches(forms.BARE):
        spaced = not text.group(match, 3).strip()
        leading = text.group(match, 1).strip().lower()
        if leading.startswith(b"-") and family is not Family.YAML:
            continue
        if spaced and not (leading in _SPACED or _is_rc(text.path)):
            continue
        if family is Family.SHELL and not spaced and not _SHELL_SIGN.search(text.group(match, 3)) and leading not in (b"env", b"set"):
            continue
        yield from _named(text, family, match, 2, 4, whole_line=family is not Family.SHELL)


def inline(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Variables and options inside of commands."""
    for match in text.matches(forms.INLINE):
        if text.group(match, 3).strip() or text.group(match, 1):
            yield from _named(text, family, match, 2, 4)


def pairs(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """`name:` and `value:` on two lines."""
    for match in text.matches(forms.PAIR):
        yield from _named(text, family, match, 1, 2)


def elements(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """XML elements."""
    for match in text.matches(forms.ELEMENT):
        yield from _named(text, family, match, 1, 2)


def variables(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Defaults of Terraform's variables."""
    for match in text.matches(forms.VARIABLE):
        yield from _named(text, family, match, 1, 2)


def connections(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Passwords in connection strings."""
    for match in text.matches(forms.CONNECTION):
        yield from _found(text, family, _PASSWORD, _value(text.group(match, 2)), Need.CONFIG, text.group(match, 1).decode(), match.start(2))


def hashes(text: Text, family: Family) -> Iterator[NamedCandidate]:
    """Hashes of passwords in data."""
    for match in text.matches(forms.HASH):
        if not _COMMENT.search(text.line_before(match.start())):
            yield NamedCandidate(_HASH, "password", Secret(text.group(match, 0)), *text.place(match.start()))


def _named(text: Text, family: Family, match: Found, name: int, group: int, *, whole_line: bool = True) -> Iterator[NamedCandidate]:
    """The find of a match with these groups for name and value."""
    written = text.group(match, name).decode("ascii", "replace").strip(".-$")
    known = meaning(written)
    if known is not None:
        need = _need(text, family, known, match.start(group), match.end(group))
        yield from _found(text, family, known, _value(text.group(match, group), whole_line=whole_line), need, written, match.start(group))


def _need(text: Text, family: Family, known: Meaning, start: int, end: int) -> Need:
    need = need_of(known, config=family in _CONFIGURING)
    if family is Family.PROSE or _COMMENT.search(text.line_before(start)):
        return max(need, Need.PASSWORD)
    return Need.SETTING if need is Need.CONFIG and known.surely and text.beside_a_host(start, end) else need


def _found(text: Text, family: Family, known: Meaning, value: str, need: Need, name: str, start: int) -> Iterator[NamedCandidate]:
    found = candidate(known, name, value, max(need, Need.NOTABLE) if family is Family.PROSE else need, text.place(start), code=family is Family.CODE)
    if found is not None and not (family is Family.SHELL and found.weak and found.kind == "django-secret-key"):  # for a command of the build
        yield found


def _value(raw: bytes, *, whole_line: bool = True) -> str:
    if not whole_line:
        raw = raw.split()[0] if raw.split() else b""
    tail = _TAIL.search(raw)
    return (raw[: tail.start()] if tail else raw).decode("utf-8", "replace").strip(" \t\r\"'`;,")


def _is_rc(path: str) -> bool:
    name = path.rsplit("/", 1)[-1].lower()
    return name.startswith((".", "_")) or name.endswith("rc") or name in ("redis.conf", "credentials", "passwords")
