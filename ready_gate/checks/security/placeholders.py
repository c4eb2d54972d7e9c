"""Values that somebody was meant to replace."""

from __future__ import annotations

import re

from ready_gate.model import names_a_secret

LONGEST = 2000
_WHOLE = re.compile(
    r"(change|replace|fill|set|edit|update|insert|enter|put)[\s_-]?(it|me|this|in|here)\b.{0,100}|"
    r"(insert|enter|put|paste|generate)[\s_-](a|an|the|some|your|my|real)\b.{0,100}|"
    r"(todo|tbd|fixme|tba|placeholder|example|sample|dummy|foobar|none|null|undefined|n/a|\.{3,}|\*{3,}|x{3,}|_{3,}|-{3,}|\?{2,})|"
    r"<[a-z][\w .,:'/-]{0,80}>|\[[a-z][a-z _-]{2,80}\]|\{\{.{0,100}\}\}|your[\s_.-]?.{0,100}|"
    r"my[\s_-]?(secret|password|pass|token|key)([\s_-]?(key|password|token))?|my[\s_-]secret[\s_-]?[a-z]{3,12}|"
    r"%[A-Z][A-Z0-9_]{2,60}%|@@.{1,60}@@|__[A-Z][A-Z0-9_]{2,60}__|\$\{?[A-Z][A-Z0-9_]{2,60}\}?|"
    r".{1,60}[_-](goes|key|password|secret|token|id|url|value)[_-]here",
    re.I,
)
_INSIDE = re.compile(
    r"your[_-](?=[a-z])|(?<![a-z])your-?(domain|site|host|company|app|store|shop|server|provider|e?mail|smtp|project|bucket)|change[_-]?(me|this|it)(?![a-z])|replace[_-]?(me|this|with)|"
    r"(?<![a-z0-9])x{4,}(?![a-z0-9])|(?<![a-z0-9])<[a-z][a-z _-]{1,60}>|"
    r"(?<!@)example\.(com|org|net)(?![a-z.])|placeholder|(insert|enter|put|goes)[_-]?(your|here)|"
    r"!!!\s?set",
    re.I,
)
_WEAK = frozenset(
    [
        *("password", "passwd", "passw0rd", "password1", "password123", "pass", "secret", "admin", "admin123", "root", "test", "test123", "testing"),
        *("1234", "12345", "123456", "12345678", "qwerty", "letmein", "default", "abc123"),
    ]
)
_GENERIC_LOGIN = re.compile(r"://(user|username|dbuser|db_user|login|usr):(pass|password|passwd|pw|dbpass|db_password|pwd)@", re.I)


def is_placeholder(value: str) -> bool:
    """Whether a text stands for a value still to come: `changeme`, `your_…`, `xxx`, `<…>`, an example.com address."""
    text = value.strip().strip("'\"")[:LONGEST]
    return bool(_WHOLE.fullmatch(text) or _INSIDE.search(text) or _GENERIC_LOGIN.search(text))


def is_weak(name: str, value: str) -> bool:
    """Whether a credential is a word that everybody tries first."""
    return names_a_secret(name) and value.strip().lower() in _WEAK


def is_credential(name: str, value: str) -> bool:
    """Whether a variable holds a working secret: a secret's name with a value that is no placeholder, or a password in an address."""
    if not value.strip() or is_placeholder(value):
        return False
    inside = re.search(r"://[^\s/@:]{0,200}:([^\s/@]{1,500})@", value[:LONGEST])
    return (names_a_secret(name) and len(value.strip()) >= 4 and not _is_switch(value)) or bool(inside)


def _is_switch(value: str) -> bool:
    """Whether a value is a switch or a number, whatever its name."""
    text = value.strip().lower()
    return text in ("true", "false", "yes", "no", "on", "off", "none") or text.isdecimal()
