"""The words of the house as types: items, outcomes, findings, verdicts, the decision and the report.

Everything here is frozen and needs only the standard library; each stage derives the next from the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from ready_gate.secret import Secret


class Severity(Enum):
    """How much an item weighs; `blocker` is the heaviest."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for the heaviest, for sorting and for comparing against `fail-on`."""
        return ("blocker", "major", "minor").index(self.value)


class Status(Enum):
    """What one check answers. `ERROR` is kept for our own bugs."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Level(Enum):
    """Weight of a finding. Only `ERROR` findings fail an item."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    PASS = "pass"  # noqa: S105 - no password


class VerdictStatus(Enum):
    """What becomes of an item."""

    PASSED = "passed"
    FAILED = "failed"
    ATTESTED = "attested"
    NEEDS_ATTESTATION = "needs-attestation"
    WAIVED = "waived"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True)
class Origin:
    """A place in the project: `path` relative to its root with `/`, lines counted from 1."""

    path: str
    line: int | None = None
    end_line: int | None = None

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


_SECRET_PARTS = re.compile(
    r"SECRET|PASSW|PASSPHRASE|TOKEN|CREDENTIAL|PRIVATE|SALT|DSN|API_?KEY|ACCESS_KEY|MERCHANT_KEY|(^|[_.])KEYS?$|(^|[_.])PWD$", re.I
)
_SECRET_EXEMPT = re.compile(
    r"VALIDATORS|HASHERS|TIMEOUT|LIFETIME|EXPIR|_CLASS(ES)?$|_BACKEND|_HEADER|_COOKIE|_NAME$|_PREFIX|_FIELD|_TYPES?$|"
    r"_MODEL|_VIEW|_LENGTH|ROTATE|BLACKLIST|^CSRF_(USE|COOKIE|TRUSTED|FAILURE|HEADER)|_FUNCTION$|SERIALIZER|_ALGORITHM|PUBLIC|PUBLISHABLE|_FILE$|_AUTH$",
    re.I,
)
_URL_PASSWORD = re.compile(r"(?<=://)([^\s/@:]{0,200}):([^\s/@]{1,500})@")

# The forms that are met most often, whatever the name; the search for secrets knows them all.
_TOKEN = re.compile(
    r"\b(?:A(?:KIA|SIA)[A-Z2-7]{16}|gh[opsru]_\w{36}|github_pat_\w{30,100}|glpat-[\w-]{20,60}|[sr]k_(?:live|test)_\w{16,120}|rzp_live_\w{14}|"
    r"xox[abeprs]-[\w-]{10,200}|AIza[\w-]{35}|SG\.[\w-]{16,32}\.[\w-]{16,64}|sk-(?:ant|proj|or)-[\w-]{20,300}|npm_\w{36}|pypi-[\w-]{50,300}|"
    r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,1000})"
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{20,20000}"
)

_REDACTED = re.compile(r".{0,4}… \(\d{1,9} characters\)")


def names_a_secret(name: str) -> bool:
    """Whether values under this setting, key or variable name must not be shown."""
    return bool(_SECRET_PARTS.search(name)) and not _SECRET_EXEMPT.search(name)


def redact(secret: str) -> str:
    """At most the first four characters of `secret`, and its length."""
    return secret if _REDACTED.fullmatch(secret) else str(Secret(secret))


def mask_secrets(text: str) -> str:
    """The text with passwords inside URLs, and what is unmistakably a provider's token, left out."""
    return _TOKEN.sub(lambda found: redact(found[0]), _URL_PASSWORD.sub(r"\1:…@", text))


@dataclass(frozen=True)
class Evidence:
    """What was seen, safe to show: built from a name and a value, redacted at construction.

    A value under a secret-looking name (or with `secret=True`) keeps at most four characters; passwords inside URLs are
    masked in any value. There is no way to build one that skips this.
    """

    text: str

    def __init__(self, name: str, value: object, *, secret: bool | None = None) -> None:
        hide = names_a_secret(name) if secret is None else secret
        text = value if isinstance(value, str) else repr(value)
        if isinstance(value, Secret):
            shown = str(value)
        elif hide and isinstance(value, (str, bytes)):
            shown = redact(text)
        elif hide and value is not None and not isinstance(value, (bool, int, float)):
            shown = "(hidden)"
        else:
            shown = mask_secrets(repr(value) if isinstance(value, str) else text)
        shown = shown if len(shown) <= 200 else shown[:199] + "…"
        object.__setattr__(self, "text", f"{name} = {shown}" if name else shown)


@dataclass(frozen=True)
class Finding:
    """One thing seen. `rule` is a stable id with a title and a remediation in the checklist."""

    rule: str
    level: Level
    message: str
    at: Origin | None = None
    url: str | None = None
    evidence: Evidence | None = None
    fix: str | None = None


@dataclass(frozen=True)
class Outcome:
    """A check's answer. `asks_person` marks an `unknown` that a person's word can settle (nothing found of a thing that may live
    outside the repository, or candidates that need a look)."""

    status: Status
    reason: str
    findings: tuple[Finding, ...] = ()
    asks_person: bool = False


@dataclass(frozen=True)
class Rule:
    """How outcomes decide an item: a tree of `all`/`any` over leaves.

    A leaf is a check id (`check`), an always-needed word of a person (`person`, what is asked), or something that is not looked at
    yet (`pending`, what it will be).
    """

    kind: str  # all | any | check | person | pending
    text: str = ""
    parts: tuple[Rule, ...] = ()

    def checks(self) -> tuple[str, ...]:
        """Check ids in this tree, in order, without repeats."""
        own = (self.text,) if self.kind == "check" else ()
        return tuple(dict.fromkeys(own + tuple(c for p in self.parts for c in p.checks())))


@dataclass(frozen=True)
class RuleText:
    """What the checklist says of one finding rule. `general`: it is left out where another rule says more of the same line."""

    id: str
    title: str
    fix: str = ""
    general: bool = False


@dataclass(frozen=True)
class Item:
    """One line of the checklist."""

    id: str
    section: str
    title: str
    severity: Severity
    decided_by: Rule
    why: str = ""
    fix: str = ""
    looks_at: str = ""
    when: tuple[str, ...] = ()
    also: tuple[Rule, ...] = ()
    hints: tuple[str, ...] = ()
    attestation_days: int | None = 90
    links: tuple[str, ...] = ()
    rules: tuple[RuleText, ...] = ()
    examples: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)

    def checks(self) -> tuple[str, ...]:
        """Every check id behind this item: conditions, deciding ones, extra evidence, hints."""
        trees = (self.decided_by, *self.also)
        return tuple(dict.fromkeys((*self.when, *(c for t in trees for c in t.checks()), *self.hints)))


@dataclass(frozen=True)
class Section:
    """A heading of the checklist."""

    id: str
    title: str


@dataclass(frozen=True)
class Checklist:
    """The items in order, under their sections."""

    sections: tuple[Section, ...]
    items: tuple[Item, ...]

    def item(self, id: str) -> Item | None:
        """The item with this id, if there is one."""
        return next((item for item in self.items if item.id == id), None)


@dataclass(frozen=True)
class Attestation:
    """A person's signed word. Dates are ISO `YYYY-MM-DD`; `at` is its line in the file."""

    item: str
    by: str
    on: str
    evidence: str
    expires: str | None = None
    at: Origin | None = None


@dataclass(frozen=True)
class Waiver:
    """A person's signed permission to ship with a failing item, until `expires` (ISO date, inclusive)."""

    item: str
    by: str
    reason: str
    expires: str
    at: Origin | None = None


@dataclass(frozen=True)
class AllowedSecret:
    """What looks like a secret and is none, by patterns of path and rule, until `expires` (ISO date, inclusive)."""

    path: str
    rule: str
    reason: str
    expires: str
    at: Origin | None = None

    def expired(self, today: date) -> bool:
        """Whether it no longer counts."""
        return self.expires < today.isoformat()


@dataclass(frozen=True)
class Verdict:
    """What became of an item, why, and everything seen on the way. `error` carries our own bug's text, if a check crashed."""

    item: Item
    status: VerdictStatus
    reason: str
    findings: tuple[Finding, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class Decision:
    """Whether the gate is open, and the item ids that hold it."""

    open: bool
    blocking: tuple[str, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Subject:
    """What was judged."""

    path: str
    commit: str | None = None
    settings_module: str | None = None
    settings_reason: str | None = None
    staging_url: str | None = None


@dataclass(frozen=True)
class Report:
    """Everything a reporter needs; reporters turn it into text and do nothing else."""

    subject: Subject
    decision: Decision
    verdicts: tuple[Verdict, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    tool_version: str = ""
