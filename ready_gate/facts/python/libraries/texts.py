"""Pure functions of the standard library on texts: json, base64, hashlib, urllib.parse, email.utils, literals, shlex, html."""

from __future__ import annotations

import ast
import base64
import binascii
import email.utils
import hashlib
import html
import json
import shlex
import string
import textwrap
import urllib.parse
from collections.abc import Callable, Iterable

from ready_gate.facts.python.libraries import MODELS, Call, models
from ready_gate.facts.python.libraries.files import content, path_in
from ready_gate.facts.python.libraries.lifting import NotKnownError, apply, constants, instance, lift, outside_file, plain, pure
from ready_gate.facts.python.values import MAX_TEXT, Instance, Symbol, Value, merge_origins, merge_reads

MAX_LITERAL = 100_000
MAX_ADDRESSES = 10_000


def literal(text: object) -> object:
    """`ast.literal_eval` of a text of bounded length."""
    if not isinstance(text, str) or len(text) > MAX_LITERAL:
        raise TypeError("no text, or too long a one")
    return ast.literal_eval(text)


def parse_json(text: object, **options: object) -> object:
    """`json.loads` without hooks, of bounded length."""
    if options or not isinstance(text, (str, bytes)) or len(text) > MAX_TEXT:
        raise TypeError("options, no text, or too long a one")
    return json.loads(text)


pure("ast.literal_eval", literal, strict=True)
pure("json.loads", parse_json, strict=True)
pure("json.dumps", json.dumps)
MODELS.aliases |= {"simplejson": "json", "ujson.loads": "json.loads", "orjson.loads": "json.loads"}
MODELS.aliases |= {"django.utils.six.moves.urllib.parse": "urllib.parse", "six.moves.urllib.parse": "urllib.parse"}
MODELS.aliases |= {"setuptools._distutils.util": "distutils.util"}

for _name in ("b64encode", "b64decode", "urlsafe_b64encode", "urlsafe_b64decode", "b32encode", "b32decode", "b16encode", "b16decode"):
    pure(f"base64.{_name}", getattr(base64, _name))
for _name in ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode", "urljoin", "parse_qs", "parse_qsl"):
    pure(f"urllib.parse.{_name}", getattr(urllib.parse, _name))
for _name in ("hexlify", "unhexlify"):
    pure(f"binascii.{_name}", getattr(binascii, _name))
pure("html.escape", html.escape)
pure("html.unescape", html.unescape)
pure("email.utils.parseaddr", email.utils.parseaddr)
pure("email.utils.getaddresses", email.utils.getaddresses)
pure("shlex.split", shlex.split)
pure("shlex.quote", shlex.quote)
pure("textwrap.dedent", textwrap.dedent)
pure("email.utils.formataddr", email.utils.formataddr)
MODELS.aliases |= {f"requests.{module}.{_name}": f"urllib.parse.{_name}" for module in ("utils", "compat") for _name in ("quote", "unquote")}


def _simple(text: object) -> str:
    """A text of addresses that all versions of Python read in the same way."""
    if not isinstance(text, str) or len(text) > MAX_ADDRESSES or any(character in text for character in '"()\\'):
        raise ValueError("quoted or commented addresses, which versions read differently")
    return text


def addresses(texts: Iterable[object]) -> list[tuple[str, str]]:
    """`email.utils.getaddresses`."""
    return email.utils.getaddresses([_simple(text) for text in texts])


def one_address(text: object) -> tuple[str, str]:
    """`email.utils.parseaddr`."""
    return email.utils.parseaddr(_simple(text))


pure("email.utils.getaddresses", addresses)
pure("email.utils.parseaddr", one_address)
MODELS.constants |= {
    f"string.{_name}": getattr(string, _name) for _name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits")
}
constants("string", "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits punctuation printable whitespace", string)


def strtobool(value: object) -> int:
    """`distutils.util.strtobool`: 1 or 0, for a handful of words."""
    word = value.lower() if isinstance(value, str) else value
    if word in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if word in ("n", "no", "f", "false", "off", "0") and isinstance(value, str):
        return 0
    raise ValueError("no truth value")


pure("distutils.util.strtobool", strtobool, strict=True)


@models("json.load")
def load_json(call: Call) -> Value:
    """Of a file of the checkout."""
    return from_file(call, parse_json)


def from_file(call: Call, parse: Callable[..., object]) -> Value:
    """What a parser makes of a file object (or path) given as first argument."""
    file = call.args[0] if call.args else None
    text = content(call, file)
    if text is None:
        return outside_file(call, path_in(file))
    inner = Call(call.name, [call.known(text)], dict(call.keywords), call.at, call.run, open=call.open)
    return apply(inner, parse)


URL_PARTS = ("scheme", "netloc", "path", "params", "query", "fragment", "username", "password", "hostname", "port")


@models("urllib.parse.urlparse", "urllib.parse.urlsplit")
def parse_url(call: Call) -> Value:
    """A parse result, whose parts are attributes."""
    try:
        known = [plain(value) for value in call.args]
    except NotKnownError:
        return call.unknown("the parts of an address that is not known")
    if call.keywords or call.open or len(known) != 1 or not isinstance(known[0], str):
        return call.unknown("the parts of an address that is not known")
    return url_value(call, known[0])


def url_value(call: Call, text: str, *sources: Value) -> Value:
    """The abstract `ParseResult` of an address."""
    made_from = [*call.sources(), *sources]
    origins, reads = merge_origins(made_from, call.at), merge_reads(made_from)
    try:
        result = urllib.parse.urlparse(text)
    except ValueError:
        return call.unknown("an address that cannot be parsed")
    attributes: dict[str, Value] = {}
    for part in URL_PARTS:
        try:
            attributes[part] = lift(getattr(result, part), *made_from, at=call.at)
        except ValueError:
            attributes[part] = call.unknown("a part of an address that cannot be parsed")
    url = lift(text, *made_from, at=call.at)
    return Instance(Symbol("urllib.parse.ParseResult"), [url], {}, attributes, origins=origins, reads=reads)


def url_text(value: Value | None) -> str | None:
    """The address in a parse result."""
    if isinstance(value, Instance) and isinstance(value.type, Symbol) and value.type.dotted == "urllib.parse.ParseResult":
        known = plain(value.args[0])
        return known if isinstance(known, str) else None
    return None


@models("urllib.parse.ParseResult.geturl")
def url_back(call: Call) -> Value:
    """The address again."""
    text = url_text(call.receiver)
    return call.unknown("an address that is not known") if text is None else call.known(urllib.parse.urlparse(text).geturl())


@models("urllib.parse.ParseResult.__getitem__")
def url_part(call: Call) -> Value:
    """`result[1]`, the net location, and so on."""
    text, index = url_text(call.receiver), call.plain(0)
    if text is None or not isinstance(index, int) or not -6 <= index < 6:
        return call.unknown("a part of an address that is not known")
    return call.known(urllib.parse.urlparse(text)[index])


def _hash(name: str) -> None:
    def model(call: Call) -> Value:
        data = call.plain(0, "string", b"")
        if not isinstance(data, bytes) or call.open:
            return call.unknown("the hash of something not known")
        digest = hashlib.new(name, data, usedforsecurity=False)
        return instance(call, "hashlib.Hash", call.args, {}, {"digest": call.known(digest.digest())})

    MODELS.functions[f"hashlib.{name}"] = model


for _name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
    _hash(_name)


@models("hashlib.Hash.hexdigest", "hashlib.Hash.update")
def digest(call: Call) -> Value:
    """The hash as text; forgotten as soon as it is updated."""
    found = call.receiver.attributes if isinstance(call.receiver, Instance) else {}
    if call.name.endswith("update"):
        found.pop("digest", None)
        return call.known(None)
    value = getattr(found.get("digest"), "value", None)
    return call.known(value.hex()) if isinstance(value, bytes) else call.unknown("the hash of something not known")
