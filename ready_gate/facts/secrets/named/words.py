"""What a name says about the value under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ready_gate.facts.secrets.named.vocabulary import listed

LONGEST = 120

PASSWORDS = listed("passwords")
SECRETS = listed("secrets")
# What stands before `key` where it opens something. An unknown word before it counts only where the value looks random.
OPENING = listed("opening")
# What may follow the noun without changing what it is: which one it is, for where, and in what form.
_TRAILING = listed("trailing")
# What the name is about when it ends so: something that may be shown.
_HARMLESS_ENDS = listed("harmless-ends")
_HARMLESS_STARTS = listed("harmless-starts")
# Nouns that these words make harmless: `page token`, `primary key`, `csrf token`.
_HARMLESS_BEFORE = listed("harmless-before")
_DJANGO = listed("django")
_PASSING = listed("passing")
_PUBLIC = frozenset({"public", "publishable", "csrf"})
_DATABASE = listed("database")
_EMAIL = listed("email")
_GLUED = ("passphrase", "password", "passwd", "passwort", "secretkey", "secret", "accesskey", "privatekey", "apikey", "authkey", "token", "pwd")
_GLUED_PASS = listed("glued-pass")
_PARTS = re.compile(r"[A-Z]{1,120}(?![a-z])|[A-Z]?[a-z]{1,120}|\d{1,120}")


@dataclass(frozen=True)
class Meaning:
    """That a name means a secret: of which kind, whether it is a password (which may be weak) rather than something random, and whether it is a
    setting that holds a secret in any project. `surely` is false where only a random value shows that it does."""

    kind: str
    password: bool = False
    setting: bool = False
    surely: bool = True


@lru_cache(maxsize=20_000)
def meaning(name: str) -> Meaning | None:
    """What a setting's, key's, variable's or argument's name says, in any of the usual spellings; None where it means no secret."""
    if len(name) > LONGEST:
        return None
    words = list(split(name))
    while words and words[-1].isdecimal():
        words.pop()
    if words == ["encrypted", "username"]:  # of a browser's stored logins
        return Meaning("generic-secret", surely=False)
    place = _noun(words)
    return None if place is None else _judged(words, place, name)


@lru_cache(maxsize=20_000)
def split(name: str) -> tuple[str, ...]:
    """The lower-case words of a name: `dbPassword`, `DB_PASSWORD`, `db-password` and `dbpassword` are db, password."""
    return tuple(part for word in _PARTS.findall(name) for part in _unglued(word.lower()))


def _unglued(word: str) -> list[str]:
    for end in _GLUED if word.endswith(_GLUED) else ():
        if word.endswith(end) and word != end:
            return [*_unglued(word[: -len(end)]), *_unglued(end)]
    if word in ("secretkey", "accesskey", "privatekey", "apikey", "authkey"):
        return [word[:-3], "key"]
    if word.endswith("pass") and word[:-4] in _GLUED_PASS:
        return [word[:-4], "pass"]
    return [word]


def _noun(words: list[str]) -> int | None:
    """Where the secret's own word stands: the last one that is followed by nothing but what leaves it one."""
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word in PASSWORDS or word in SECRETS or (word in ("key", "keys") and place and words[place - 1] not in _HARMLESS_BEFORE):
            return place
        if word in _HARMLESS_ENDS:
            return None
    return None


def _judged(words: list[str], place: int, name: str) -> Meaning | None:
    before, word, after = words[:place], words[place], words[place + 1 :]
    if before and (before[0] in _HARMLESS_STARTS or (before[-1] in _HARMLESS_BEFORE and word not in PASSWORDS)):
        return None
    if not _PUBLIC.isdisjoint(before):
        return None
    surely = _leaves(after)
    if before[-2:] == ["application", "server"]:
        return None  # the public half of a push service's key
    if word == "pass" and before and before[-1] in _PASSING:
        return None
    if word in PASSWORDS:
        return _password(set(words), surely, name)
    if word in ("key", "keys"):
        return _key(before, after, name)
    if before and before[-1] == "jwt" and word == "secret":
        return Meaning("signing-key", setting=surely and name.isupper(), surely=surely)
    return Meaning(
        "generic-token" if word.startswith("token") else "generic-secret", surely=surely and word not in ("tokens", "secrets", "credentials")
    )


def _password(words: set[str], surely: bool, name: str) -> Meaning:
    if words & _EMAIL:
        return Meaning("email-password", password=True, setting=surely and name.isupper(), surely=surely)
    if words & _DATABASE:
        return Meaning("database-password", password=True, setting=surely and name.isupper(), surely=surely)
    return Meaning("generic-password", password=True, surely=surely)


def _key(before: list[str], after: list[str], name: str) -> Meaning | None:
    surely = _leaves(after)
    if before[-1] == "secret" and set(before) <= _DJANGO and (name.isupper() or after == ["base"]):
        return Meaning("django-secret-key", setting=surely, surely=surely)
    if "aws" in before and "secret" in before:
        return Meaning("aws-secret-access-key", setting=surely, surely=surely)
    if "secret" in before:
        return Meaning("generic-secret", setting=surely and name.isupper() and before[-1] == "secret", surely=surely)
    if before[-1] in ("access", "client", "consumer"):
        return None  # the public half of a pair; the other half is called secret
    kind = "signing-key" if before[-1] in ("signing", "sign", "jwt") else "generic-api-key" if before[-1] == "api" else "generic-secret"
    return Meaning(kind, surely=surely and before[-1] in OPENING)


def _leaves(after: list[str]) -> bool:
    return all(part in _TRAILING or part.isdecimal() or len(part) == 1 for part in after)
