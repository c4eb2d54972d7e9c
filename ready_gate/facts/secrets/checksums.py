"""What a secret says of itself: checksums that providers document, and the claims of signed tokens.

Each examiner takes the secret and answers an `Examined`; none raises, whatever the text. Rules name them by their key in `EXAMINERS`.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ready_gate.facts.secrets.values import is_placeholder
from ready_gate.model import Level

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


@dataclass(frozen=True)
class Examined:
    """`genuine` is False where the text is no secret at all. `level` is set where it weighs less than its rule says, `says` gives the reason or
    what is known about it, and holds nothing that is secret."""

    genuine: bool = True
    level: Level | None = None
    says: str = ""


_NONE = Examined(genuine=False)


def examine(name: str | None, secret: str) -> Examined:
    """What the examiner of this name says of the secret; without a name, that it is one."""
    return EXAMINERS[name](secret) if name else Examined()


def crc32_base62(token: str) -> Examined:
    """GitHub's and npm's tokens: prefix, underscore, random part, and six base62 digits of the random part's CRC32."""
    random, check = token.split("_", 1)[-1][:-6], token[-6:]
    return _checked(_base62(zlib.crc32(random.encode())).rjust(6, "0") == check)


def age(key: str) -> Examined:
    """age's secret keys: Bech32 with its own checksum."""
    return _checked(_bech32_holds(key.lower()))


def jwt(token: str) -> Examined:
    """A signed token: what it claims, by name; one that has expired or is public by design is a note."""
    header, claims = (_json_part(part) for part in (token + ".").split(".")[:2])
    if header is None or claims is None or "alg" not in header:
        return _NONE
    expires, role = claims.get("exp"), claims.get("role")
    if isinstance(expires, (int, float)) and expires < time.time():
        return Examined(level=Level.NOTE, says="it has expired")
    if role == "anon":
        return Examined(level=Level.NOTE, says="its role is `anon`, which is public by design")
    names = ", ".join(sorted(name for name in claims if name.isidentifier())[:8])
    return Examined(says=f"it claims {names or 'nothing'}, and {'expires later' if expires else 'never expires'}")


def basic(credentials: str) -> Examined:
    """The base64 of `user:password`."""
    user, colon, password = _text_of(credentials).partition(":")
    return Examined() if colon and (user or password) and not is_placeholder(password or user) else _NONE


def base64_json(text: str) -> Examined:
    """The base64 of a JSON mapping."""
    return Examined() if _json_part(text) else _NONE


def random(value: str) -> Examined:
    """A value without a form of its own: letters and digits, where a name or a word of some language has only letters."""
    return Examined() if any(char.isdigit() for char in value) and any(char.isalpha() for char in value) else _NONE


def any_value(value: str) -> Examined:
    """Whatever stands there."""
    return Examined(genuine=bool(value))


EXAMINERS: dict[str, Callable[[str], Examined]] = {
    "crc32-base62": crc32_base62,
    "age": age,
    "jwt": jwt,
    "basic": basic,
    "base64-json": base64_json,
    "random": random,
    "any": any_value,
}


def _checked(holds: bool) -> Examined:
    return Examined() if holds else Examined(level=Level.NOTE, says="its checksum does not hold, so that no such token works")


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits or "0"


def _bech32_holds(text: str) -> bool:
    prefix, _, data = text.rpartition("1")
    if any(char not in _BECH32 for char in data):
        return False
    return _polymod(iter([*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix), *map(_BECH32.index, data)])) == 1


def _polymod(values: Iterator[int]) -> int:
    """The checksum of Bech32 (BIP 173)."""
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, step in enumerate(_BECH32_STEPS):
            check ^= step if top >> bit & 1 else 0
    return check


def _json_part(part: str) -> dict[str, Any] | None:
    try:
        found = json.loads(_bytes_of(part))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _text_of(part: str) -> str:
    """What the base64 says, empty where it is none or no printable text."""
    try:
        text = _bytes_of(part).decode()
    except ValueError:
        return ""
    return text if text.isprintable() else ""


def _bytes_of(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(part.rstrip("=")) % 4))
    except (binascii.Error, ValueError) as error:
        raise ValueError from error
