"""What a secret says of itself: checksums that providers document, and the claims of signed tokens.

Each examiner takes the secret and all that the rule's pattern matched, and answers an `Examined`; none raises, whatever the text. Rules name them
by their key in `EXAMINERS`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ready_gate.facts.secrets.values import is_placeholder
from ready_gate.model import Level

# The scheme, user and host of a URL; a rule's pattern may end with the first letter of the host.
_LOGIN = re.compile(r"(\w{1,20})(?:\+\w{1,20})?://([^:/@\s]{0,100}):[^/@\s]{0,200}@([\w.:\[\]-]{0,100})")
_LONGEST_URL = 500
# The end of a name whose value may be shown.
_SHOWN = re.compile(
    r"(?:(?i:[_ .-](?:(?:ids?|uuid|guid)(?:[_-](?!secret|key|token|pass)[a-z0-9]{1,12}){0,3}|url|uri|host|domain|name|region|version|sha|commit|"
    r"digest|revision|etag|public))|[a-z](?:Id|Uuid))"
    r"[\"'`\])]{0,3}[ \t]{0,8}[=:>,(]{0,3}[ \t\"'`(=]{0,8}$"
)
_LONGEST_NAME = 100
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


def examine(name: str | None, secret: str, whole: str = "") -> Examined:
    """What the examiner of this name says of the secret in `whole`, which the rule's pattern matched; without a name, that it is one."""
    return EXAMINERS[name](secret, whole) if name else Examined()


def crc32_base62(token: str, _: str) -> Examined:
    """GitHub's and npm's tokens: prefix, underscore, random part, and six base62 digits of the random part's CRC32."""
    random, check = token.split("_", 1)[-1][:-6], token[-6:]
    return _checked(_base62(zlib.crc32(random.encode())).rjust(6, "0") == check)


def age(key: str, _: str) -> Examined:
    """age's secret keys: Bech32 with its own checksum."""
    return _checked(_bech32_holds(key.lower()))


def jwt(token: str, _: str) -> Examined:
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


def basic(credentials: str, _: str) -> Examined:
    """The base64 of `user:password`."""
    user, colon, password = _text_of(credentials).partition(":")
    return Examined() if colon and (user or password) and not is_placeholder(password or user) else _NONE


def base64_json(text: str, _: str) -> Examined:
    """The base64 of a JSON mapping."""
    return Examined() if _json_part(text) else _NONE


def random(value: str, whole: str) -> Examined:
    """A value without a form of its own: letters and digits, where a name or a word has only letters; and under no name that ends like an id's."""
    name = whole[: max(0, whole.rfind(value))][-_LONGEST_NAME:]
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return Examined() if mixed and not _SHOWN.search(name) else _NONE


def generated(value: str, whole: str) -> Examined:
    """The same, and nothing that a person would think up, such as a path or the name of a class."""
    from ready_gate.facts.secrets.named.values import Need, can_be_secret

    return random(value, whole) if can_be_secret(value, Need.RANDOM) else _NONE


def any_value(value: str, _: str) -> Examined:
    """Whatever stands there."""
    return Examined(genuine=bool(value))


def login(password: str, whole: str) -> Examined:
    """The password in a URL: one that is the user's name, or the service's, opens nothing where only the same machine or its neighbours can try."""
    found = _LOGIN.search(whole[-_LONGEST_URL:])
    scheme, user, host = (part.lower() for part in found.groups()) if found else ("", "", "")
    if password.lower() in (user, scheme, f"{user}{user}", f"{user}123", f"{scheme}123") or (password.isdecimal() and len(password) < 7):
        return Examined(level=Level.NOTE, says="the user's own name, at a host that only neighbours reach") if _is_near(host) else Examined()
    return Examined()


EXAMINERS: dict[str, Callable[[str, str], Examined]] = {
    "crc32-base62": crc32_base62,
    "age": age,
    "jwt": jwt,
    "basic": basic,
    "base64-json": base64_json,
    "login": login,
    "random": random,
    "generated": generated,
    "any": any_value,
}


def _is_near(host: str) -> bool:
    """Whether a host is this machine, or a service of the same network by its bare name."""
    return host.startswith(("127.", "[::1", "0.0.0.0", "host.docker.internal")) or host.endswith((".local", ".internal")) or "." not in host  # noqa: S104


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
