"""Whether a text can be a secret, or is a placeholder, a reference, a path, a sentence, a name."""

from __future__ import annotations

import binascii
from base64 import b64decode
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from ready_gate.facts.secrets.named.vocabulary import listed
from ready_gate.facts.secrets.patterns import compiled
from ready_gate.facts.secrets.values import entropy, stands_for_another

LONGEST = 2000


class Need(IntEnum):
    """How much of a secret a value must look like, by what is known of its name and place."""

    SETTING = 0  # a key that holds a secret in any project: whatever is no placeholder
    CONFIG = 1  # a password in a configuration file: a weak word as well
    PASSWORD = 2  # a password in code: mixed characters
    TOKEN = 3  # a token or key under a sure name, in a configuration file
    NOTABLE = 4  # the same in a document, where most are made up
    RANDOM = 5  # anything else: what nobody would think up


# Beside `no-secret.yml`, which holds for all secrets: what is no secret under a name either, while it might be part of a provider's
# token. The signs that generated keys are made of (`!@#$%^&*(-_=+)`) say nothing here where only one or two of them stand together.
_REFERENCE = compiled(
    r"^\$\w+[/:.(]|^\{[\w.!: ]*\}$|\{\w*\}|^[\w \-/:.]*%[sdr][\w \-/:.%]*$|^#\w+#$|^[&*]\w+$|^!\w+(?: |$)|^\w[\w.]*\[|"
    r"(?i)^(?:import\.meta|os\.|env[.:]|environ|getenv|props\.|params?\.|local\.|module\.|each\.|secrets?:|random_|aws_|vault[:.]|op://|sm://|ssm:|arn:|ref\+|"
    r"file:|keychain:|awskms|kms:|gcp|projects/|valuefrom|secretref|enc[\[(]|encrypted:|sops|agby|aqicah|\$ansible_vault|base64:$|data:|sha\d+[:-]|md5:|ssh-|"
    r"-----begin|0x[0-9a-f]{40}$)"
)
_NO_SECRET = compiled(
    r"(?i)^\.{1,2}/|(?-i:^~?(?:/[A-Za-z]?[a-z_.@{}:~()-]*\d{0,3})+/?$)|^[a-z]:\\|"
    r"\.(?:pem|key|crt|cer|p12|jks|json|txt|html?|py|js|ts|css|xml|ya?ml|env|conf|cfg|png|jpe?g|svg|pub|asc|gpg|sh|tsx|jsx|vue|php|rb|log)$|"
    r"(?-i:^[A-Za-z]?[a-z_-]*\d{0,3}(?:/[A-Za-z]?[a-z_<>:.-]*\d{0,3})+$)|^\w+://|^www\.|<[a-z/!]|/>|\(\?|\\[dwsb]|\[a-z|\.\*|\.\+|^\^.*(?:\$$|\[|\\)|\]\+|::|->|=>|"
    r"\w\(\);?$|^[a-z_.]+\([^()]*\)$|^\W*$|^#[0-9a-f]{3,8}$|&\w{2,6};|^\w+=(?:true|false|null|none|\d+|[\"'].*)$|^(?:[a-z]+\.){2,}(?:[a-z_*]|$)|(?:ctrl|shift|alt|cmd)[-+]|"
    r"^--[a-z]|^-[a-z]+$|^eyj[\w-]+\.|\),|\);|\)\{|,\w+=|;\w+[=(]|^\d{4}-\d\d-\d\d|^[v^~<>=]{0,2}\d+(?:\.\d+)+[\w.-]*$|^\d+ ?[a-z%]{1,7}$|"
    r"^(?:[a-z_]+\d{0,2}\.)+[a-z_]+\d{0,2}\w*$|^application/|^text/|^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$|^(?:[a-z]+\|)+|required\||\|min:|"
    r"^(?:yes|no|on|off|nan|string!?|integer|number|boolean|object|array)$"
)
# Said of a value that is still to come, or that is none.
_PLACEHOLDER = compiled(
    r"(?i)change.?(?:this|in)|insert[-_ .]|replace|mock|your|fill.?(?:me|this)|to.?be.?(?:done|defined)|fixme|xxxx|\.{3}|_{4,}|-{4,}|#{3,}|_here$|"
    r"not.?(?:a.?)?(?:secret|secure|used|needed|set)|"
    r"put.your|not.?active|unused|unset|^!{2,}|build.?only|build.?time|collectstatic|abcdefghijkl|eby8vdm02x|^test|test$|[-_]test[-_]|"
    r"(?:^|[^a-z0-9])(?:fake|foo|bar|baz|lorem|ipsum|set.?me|enter|generate|qwerty.?asdf|deadbeef|some|any|another)(?:[^a-z0-9]|$)"
)
_SEQUENCES = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "0123456789abcdef",
    "qwertyuiopasdfghjklzxcvbnm",
    "9876543210987654321",
    "zyxwvutsrqponmlkjihgfedcba",
)
WORDS = listed("ordinary")
WEAK = listed("weak")
_DEFAULT = compiled(r"^\$\{\w+:?-(.+)\}$")
_WORD = compiled(r"[a-z]{6}|[A-Z]{7}")
_APP_PASSWORD = compiled(r"^(?:[a-z]{4} ){3}[a-z]{4}$")
_IDENTIFIER = compiled(r"^[A-Za-z]+(?:[-_.: /][A-Za-z]+)*[-_.]?\d{0,4}$|^[A-Za-z]+(?:[-_.: /][A-Za-z0-9]+){2,}$")
_UUID = compiled(r"(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_CHUNK = compiled(r"[A-Za-z0-9+=!@#$%^&*()~?|;,<>]+")
_PIECES = compiled(r"[A-Z]+|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=20_000)
def can_be_secret(value: str, need: Need) -> bool:
    """Whether a literal can be a secret, under a name or in a place that asks this much of it."""
    text = value.strip()
    if not 4 <= len(text) <= LONGEST or len(set(text)) < 3 or not text.isprintable():
        return False
    data = text.encode("utf-8", "replace")
    if not _is_noise(text) and (stands_for_another(text) or any(pattern.search(data) for pattern in (_REFERENCE, _PLACEHOLDER, _NO_SECRET))):
        return False
    if " " in text and not (need <= Need.CONFIG and _APP_PASSWORD.search(data)):
        return _is_noise(text)
    return _enough(text, need)


def decoded(written: bytes) -> str:
    """The text in base64; empty where there is none."""
    try:
        return b64decode(written + b"=" * (-len(written) % 4)).decode("utf-8")
    except (ValueError, binascii.Error):
        return ""


def given(value: str) -> str:
    """The value itself, or the default inside of a variable reference: `${NAME:-value}`."""
    inside = _DEFAULT.search(value.encode("utf-8", "replace")[:LONGEST])
    return inside.group(1).decode("utf-8", "replace") if inside else value


@lru_cache(maxsize=20_000)
def is_weak(value: str) -> bool:
    """Whether a password is one of those that everybody tries first."""
    text = value.strip().lower()
    return text in WEAK or text.isdecimal() or text.replace("-", "").replace("_", "").isalpha() or _all_words(text)


def _enough(text: str, need: Need) -> bool:
    if need is Need.SETTING:
        return text.isascii()
    if not text.isascii() or _is_sequence(text):
        return False
    if need is Need.CONFIG:
        return len(text) >= 6 if text.isdecimal() else not (text.isalpha() and text.istitle())
    if need is Need.PASSWORD:
        return len(text) >= 6 and is_mixed(text) and not _all_words(text.lower())
    if need is Need.TOKEN:
        return len(text) >= 8 and is_mixed(text) and not _all_words(text.lower()) and (len(text) < 16 or _looks_random(text))
    if need is Need.NOTABLE:
        return len(text) >= 10 and _turns(text) >= 4 and _looks_random(text) and not _all_words(text.lower())
    return len(text) >= 16 and _looks_random(text)


def _is_noise(text: str) -> bool:
    """Whether a text is long and of so many signs, without a word in it, that it was made by a generator."""
    if len(text) < 40 or "${" in text or "\\" in text or "a-z" in text.lower():
        return False
    return entropy(text) >= 4.5 and not _WORD.search(text.encode("ascii", "replace")) and sum(not letter.isalnum() for letter in set(text)) >= 8


def is_mixed(text: str) -> bool:
    """Letters along with digits or signs, and not as a name with a number is written."""
    if _is_random(text):
        return True
    if not any(letter.isalpha() for letter in text) or not any(not letter.isalpha() and letter not in "-_. /:" for letter in text):
        return False
    return text.isalnum() or not _IDENTIFIER.search(text.encode())


def _looks_random(text: str) -> bool:
    """Whether a part of the text is what nobody thinks up: letters and digits that take turns, with many different characters."""
    if _UUID.search(text.encode("ascii", "replace")):
        return len(set(text)) >= 8
    chunks = [chunk.group().decode() for chunk in _CHUNK.finditer(text.encode("ascii", "replace")) if _is_random(chunk.group().decode())]
    longest = sum(map(len, chunks))
    return longest >= min(8, len(text) // 2) and longest * 3 >= len(text) and entropy(text) >= (2.6 if len(text) < 24 else 2.9)


def _is_random(chunk: str) -> bool:
    classes, turns = _classes(chunk), _turns(chunk)
    if "d" not in classes:  # names change their case as well, but are small letters for the most part
        return len(chunk) >= 9 and turns >= len(chunk) // 3 and 0.35 <= sum(map(str.isupper, chunk)) / len(chunk) <= 0.65
    return turns >= max(3, len(chunk) // 8) and len(classes - {"s"}) >= 2


def _turns(text: str) -> int:
    """How often the kind of character changes."""
    return sum(one != other for one, other in pairwise(map(_class, text)))


def _classes(text: str) -> frozenset[str]:
    return frozenset(map(_class, text))


def _class(letter: str) -> str:
    return "d" if letter.isdigit() else "u" if letter.isupper() else "l" if letter.islower() else "s"


def _is_sequence(text: str) -> bool:
    lowered = text.lower()
    return any(lowered in sequence for sequence in _SEQUENCES)


def _all_words(text: str) -> bool:
    """Whether a text is made of nothing but ordinary words, and digits that count up."""
    pieces = [piece.group().decode() for piece in _PIECES.finditer(text.encode("ascii", "replace")[:60])]
    return bool(pieces) and len(text) <= 60 and all((piece.isdecimal() and _is_plain_number(piece)) or _segments(piece) for piece in pieces)


def _is_plain_number(digits: str) -> bool:
    return len(digits) <= 2 or digits in "01234567890" or len(set(digits)) == 1 or digits[:2] in ("19", "20")


@lru_cache(maxsize=5_000)
def _segments(word: str) -> bool:
    """Whether a word is one of the ordinary ones, or several of them glued together."""
    reached = {0}
    for start in range(len(word)):
        if start in reached:
            reached.update(end for end in range(start + 1, min(len(word), start + 15) + 1) if word[start:end] in WORDS)
    return len(word) in reached
