"""How names and values are written side by side: patterns over bytes, for the prefilter and for reading."""

from __future__ import annotations

from enum import IntEnum

# The words of which one stands in every name that counts; `words.meaning` looks at the whole name.
_WORD = (
    r"(?:passw|passphrase|passcode|requirepass|pwd|secret|token|credential|salt|pepper|psk|apikey|[\w-]key|pass(?:\d|[_.-]|\b)|"
    r"encryptedusername)"
)
_NAME = rf"([\w.$-]*{_WORD}[\w.-]*)"
_CLOSERS = r"""["'`\])}]{0,3}"""
_GIVEN = r"""(?:\{?\s*["']?(?:default|value|default_?value|fallback)["']?\s*[:=]\s*)?"""
# What may hand the value on: `SecretStr("…")`, `Field(default="…")`, `os.getenv("NAME") or "…"`, `(str, "…")`.
_WRAPPED = r"""(?:[A-Za-z_"][\w."]*[(\[]{1,2}\s*(?:["'][\w.-]*["']\s*,\s*){0,2})?"""
_SEPARATOR = (
    rf"(?:\s*(?:=>|:=|={{1,3}}|!==?|:|\|\||\?\?|,|\(|\bor\b)\s*{_WRAPPED}{_GIVEN}[(\[]?\s*(?:str\s*,\s*)?"
    r"|\s?:\s?[A-Za-z][\w.<>\[\]|?, ]*=\s*" + _WRAPPED + _GIVEN + r"|"
    r"""\s+["']?value["']?\s*[:=]\s*|[ \t]+)"""
)
_STRING = r"""(?:"([^"\\\n]*(?:\\.[^"\\\n]*)*)"|'([^'\\\n]*(?:\\.[^'\\\n]*)*)'|`([^`\\\n]*(?:\\.[^`\\\n]*)*)`)"""
_PREFIX = r"""[bruf@]{0,2}(?:""|'')?"""  # of a literal, with two of three quotes

QUOTED = rf"(?i)({_WORD}[\w.-]*){_CLOSERS}{_SEPARATOR}{_PREFIX}{_STRING}"
"""A name, from its telling word on, and a quoted value: groups name, and the value in one of three kinds of quotes."""

_LEADING = (
    r"""(?:(?:export|set|setenv|env|arg|declare|local|readonly|var|uwsgi_param|fastcgi_param|proxy_set_header|-x|-e|--env|-|#|//|;)[ \t]+|#|;|"""
    r"""//[^\s:]{1,200}/:)*["']?"""
)
BARE = rf"""(?im)^[ \t]*({_LEADING})(?:["']?){_NAME}["']?([ \t]*(?:[:?+]?=|:)[ \t]*|[ \t]+)([^\s"'=][^\n]*)$"""
"""A line with a name and a value without quotes: groups what leads, name, separator, value."""

INLINE = rf"""(?i)(?:^|environment=|[\s;&|("'`{{,])(-{{0,2}}){_NAME}(=|[ \t]+)([^\s;&|"'`()<>,]+)"""
"""A name and a value inside of a command: groups dashes, name, separator, value."""

PAIR = rf"""(?i){_NAME}["']?,?\s{{1,60}}["']?value["']?\s{{0,5}}[:=][ \t]{{0,5}}([^\s"'][^\n]*)"""
"""`name: X` with `value: Y` below, Y without quotes."""

ELEMENT = rf"""(?i){_NAME}(?:["'][ \t]{{0,5}}|[ \t][^<>\n]{{0,100}})?>([^<>\n]+)<"""
"""An XML element of that name, or with an attribute that holds it: groups name, text."""

VARIABLE = rf"""(?i)\bvariable\s{{1,5}}"{_NAME}"\s{{0,5}}\{{[^{{}}]{{0,400}}\bdefault\s{{0,20}}=\s{{0,5}}"([^"\n]*)\""""
"""A Terraform variable with a default: groups name, value."""

CONNECTION = (
    r"""(?i)(?:server|data source|host|user id|uid|user|dbname|database|initial catalog|accountname|endpoint|port|username)\s?=[^"'\n;]{0,100}[; ]"""
    r"""(?:[^"'\n]{0,200}[; ])?\s?(password|pwd|accountkey|sharedaccesskey)\s?=\s?([^;"'\s<]+)"""
)
"""A connection string of fields: groups name, value."""

_ARGUMENT = r"""(?:["'][^"'\n]+["']|[\w.\[\]"']{1,80})\s*,\s*"""
LOGIN = (
    rf"""(?:\bauth\s*=\s*\(|\bHTTP(?:Basic|Digest)Auth\(|\bClient\(|\.login\(|\bcreate_(?:super)?user\(\s*{_ARGUMENT}|\bjwt\.(?:en|de)code\(|[Ss]ignature\(|_checksum\()\s*"""
    rf"""{_ARGUMENT}b?["']([^"'\n]+)["']\s*[,)]|\b(?:(?:set|check)_password|hmac\.new)\(\s*b?["']([^"'\n]+)["']"""
)
"""Calls that take a password or a key by its place: it is in one of two groups."""

_TARGETS = rf"""(?:\w[\w.]*[ \t]*,[\w., \t]*{_WORD}\w*|\w*{_WORD}\w*[ \t]*,[\w., \t]*)"""
UNPACKED = rf"""(?im)^[ \t(\[]*{_TARGETS}[)\]]?[ \t]*=[ \t(\[]*["'\w][^\n]*["']"""
"""Several names, one of which says it, that are given values at once."""

HASH = (
    r"(?:\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:1|5|6|y|apr1)\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9$]{1,40}\$[./A-Za-z0-9]{20,100}|\{S?SHA\d{0,3}\}[A-Za-z0-9+/=]{20,120}|"
    r"pbkdf2_sha\d{1,3}\$\d{1,8}\$[A-Za-z0-9+/=]{4,60}\$[A-Za-z0-9+/=]{20,120}|\$argon2id?\$v=\d{1,3}\$[\w=,]{1,60}\$[A-Za-z0-9+/]{8,100}\$[A-Za-z0-9+/]{16,200})"
)
"""A password's hash in one of the usual forms."""

SEALED = r"""(?m)^kind:\s{0,3}["']?SealedSecret"""
KUBERNETES = r"""(?m)^\s{0,8}kind:\s{0,3}["']?Secret["']?\s{0,3}$"""
ONLY_KEY = r"""\A[0-9a-f]{32,128}\s{0,3}\z"""

_GIVEN_IN = r"\$\{\w{1,60}:?-"  # `${NAME:-value}`
_FIRST = rf"""(?:[^\s"'`{{<][^\n"'`]{{3}}|{_GIVEN_IN})"""


class Form(IntEnum):
    """The forms that are looked for, by the place of their pattern in `PREFILTER`."""

    QUOTED = 0
    BARE = 1
    INLINE = 2
    PAIR = 3
    ELEMENT = 4
    VARIABLE = 5
    CONNECTION = 6
    LOGIN = 7
    HASH = 8
    KUBERNETES = 9
    ONLY_KEY = 10
    UNPACKED = 11


# Without bounds where the reading has them: counting is what costs when they are compiled, and says little more.
PREFILTER = (
    rf"""(?i){_WORD}[\w.-]*{_CLOSERS}{_SEPARATOR}{_PREFIX}["'`]{_FIRST}""",
    rf"""(?im)^[^=:\n]*{_WORD}[\w.-]*["']?(?:[ \t]{{0,8}}(?:[:?+]?=|:)[ \t]{{0,8}}|[ \t]{{1,8}})(?:[^\s"'{{<]{{4}}|{_GIVEN_IN})""",
    rf"""(?im)(?:^|environment=|[\s;&|("'`{{,-])[\w.]*{_WORD}[\w.-]*=(?:[^\s"'{{<$]{{4}}|{_GIVEN_IN})|"""
    rf"""--[\w-]*{_WORD}[\w-]*[ \t]{{1,8}}[^\s"'{{<$-]{{4}}""",
    rf"""(?i){_WORD}[\w.-]*["']?,?\s{{1,60}}["']?value["']?\s{{0,5}}[:=][ \t]{{0,5}}[^\s"']""",
    rf"""(?i){_WORD}[\w.-]*(?:["'][ \t]{{0,5}}|[ \t][^<>\n]*)?>[^<>\n]{{4}}""",
    r"""(?i)variable\s{1,5}"[\w-]+"\s{0,5}\{[^{}]*default\s{0,20}=\s{0,5}"[^"\n]{4}""",
    r"""(?i)[; ]\s?(?:password|pwd|accountkey|sharedaccesskey)\s?=\s?[^;"'\s<$%{]{4}""",
    LOGIN,
    HASH,
    r"""(?m)^\s{0,8}kind:\s{0,3}["']?Secret["']?\s""",
    r"""^[0-9a-f]{32,128}\s{0,3}$""",
    UNPACKED,
)
