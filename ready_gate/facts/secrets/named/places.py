"""Where a value stands, and what the lines around it say of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ready_gate.facts.secrets.named import forms
from ready_gate.facts.secrets.named.candidate import NamedCandidate
from ready_gate.facts.secrets.named.values import Need, can_be_secret, given, is_weak
from ready_gate.facts.secrets.named.words import LONGEST, Meaning, meaning, split
from ready_gate.facts.secrets.patterns import Found, compiled
from ready_gate.secret import Secret

_NEAR = 240
_HASH = compiled(f"^{forms.HASH}$")
_NAME = compiled(r"^[A-Za-z]+(?:[_-][A-Za-z]+)+$")
_LAST_PART = compiled(r"[\w.$-]+$")
_HOST = compiled(r"""(?i)\b(?:\w{0,20}host|hostname|server|engine|dbname|database|port|adapter|driver|protocol)["']?\s{0,5}[:=>]|<host>""")
_LOGIN = compiled(r"""(?i)\b\w{0,20}(?:user|user_?name|login)["']?\s{0,5}[:=>]|<user>""")


MAX_MATCHES = 20_000  # of one form in one file


class Text:
    """The bytes of a file with its lines."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._last = (0, 1)

    def line(self, offset: int) -> int:
        """The line of an offset, from 1. Quick for offsets that are asked for in order."""
        at, line = self._last if offset >= self._last[0] else (0, 1)
        line += self.data.count(b"\n", at, offset)
        self._last = offset, line
        return line

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        return self.line(offset), offset - self.data.rfind(b"\n", 0, offset)

    def matches(self, pattern: str) -> Iterator[Found]:
        """The matches of a form, up to a bound that no honest file comes near."""
        return islice(compiled(pattern).finditer(self.data), MAX_MATCHES)

    def group(self, match: Found, group: int) -> bytes:
        """What a group matched, of a long value the beginning; nothing for a group that took no part."""
        start = match.start(group)
        return self.data[start : min(match.end(group), start + 4000)] if start >= 0 else b""

    def line_before(self, offset: int) -> bytes:
        """What stands on the line before an offset; of a very long line the last part."""
        start = self.data.rfind(b"\n", max(0, offset - 1000), offset) + 1
        return self.data[start or max(0, offset - 1000) : offset]

    def beside_a_host(self, start: int, end: int) -> bool:
        """Whether a server and a login are named around a value, as in the settings of a connection."""
        around = self.data[max(0, start - _NEAR) : end + _NEAR]
        return _HOST.search(around) is not None and _LOGIN.search(around) is not None


@dataclass(frozen=True)
class Hit:
    """A name that means a secret with a quoted value: where the name begins, and the value's span."""

    name: str
    known: Meaning
    begin: int
    start: int
    end: int

    def value(self, text: Text) -> str:
        """The value, of a very long one the beginning."""
        return text.data[self.start : min(self.end, self.start + 3000)].decode("utf-8", "replace")


def quoted_hits(text: Text) -> Iterator[Hit]:
    """The names with a value in quotes."""
    for match in text.matches(forms.QUOTED):
        group = next((number for number in (2, 3, 4) if match.start(number) >= 0), 0)
        if group and match.end(group) - match.start(group) >= 4:
            begin = name_begin(text.data, match.start(1))
            name = text.data[begin : match.end(1)].decode("ascii", "replace").strip(".-$")
            known = meaning(name)
            if known is not None:
                yield Hit(name, known, begin, match.start(group), match.end(group))


def name_begin(data: bytes, at: int) -> int:
    """Where the name begins that is found at `at`."""
    found = _LAST_PART.search(data[max(0, at - LONGEST) : at])
    return at - (found.end() - found.start()) if found else at


def candidate(known: Meaning, name: str, value: str, need: Need, place: tuple[int, int], *, code: bool = False) -> NamedCandidate | None:
    """The find, where the value can be a secret under that name. In code a value that reads like a name is one more often than not."""
    value = given(value.strip())
    if known.password and _HASH.search(value.encode("utf-8", "replace")):
        return NamedCandidate("password-hash", name, Secret(value), *place) if need < Need.NOTABLE else None
    if not can_be_secret(value, need) or _is_a_name(known, name, value, need, code=code):
        return None
    return NamedCandidate(known.kind, name, Secret(value), *place, weak=is_weak(value), setting=need is Need.SETTING)


def _is_a_name(known: Meaning, name: str, value: str, need: Need, *, code: bool) -> bool:
    """Whether a value is its own name, `PASSWORD = "password"`, or the name of something else: `PASSWORD_VARIABLE`, `db-password`."""
    if len(value) > 60:
        return False
    throwaway = known.kind == "django-secret-key" or (known.password and need is Need.SETTING and split(value) != split(name))
    if _echoes(name, value):
        return not (throwaway and known.password) and value != "password"
    if not _NAME.search(value.encode("utf-8", "replace")):
        return known.kind == "generic-secret" and value.isalpha()
    if throwaway and not value.isupper() and not (code and not name.isupper()):
        return False
    return meaning(value) is not None or (code and not name.isupper()) or known.kind == "generic-secret"


def need_of(meaning: Meaning, *, config: bool) -> Need:
    """How much of a secret a value must look like under a name, in configuration or in code."""
    if meaning.setting:
        return Need.SETTING
    if not meaning.surely:
        return Need.RANDOM
    if meaning.password:
        return Need.CONFIG if config or meaning.kind != "generic-password" else Need.PASSWORD
    return Need.TOKEN if config else Need.RANDOM


def _echoes(name: str, value: str) -> bool:
    words = split(value) if value.replace("_", "").replace("-", "").isalpha() else ()
    return bool(words) and "".join(words) in "".join(split(name))
