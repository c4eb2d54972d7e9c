"""One report for all reporters: every verdict, every level of finding, findings without a line, and text from somebody who means harm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ready_gate.facts.views import Read, Setting, Settings
from ready_gate.model import (
    Checklist,
    Decision,
    Evidence,
    Finding,
    Item,
    Level,
    Origin,
    Report,
    Rule,
    RuleText,
    Section,
    Severity,
    Subject,
    Verdict,
    VerdictStatus,
)

HOSTILE = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 ::error::pwned ##[error]old\n::set-output name=x::y\r\u202edesrever\u2066 \u200bzero "
    "@acme/owners #12 GH-7 | cell `tick` **bold** _it_ <script>alert(1)</script> <!-- x --> ![i](http://evil.example/a.png) "
    "[l](javascript:x) &lt; $x$ https://evil.example www.evil.example \ud800"
)
SECTIONS = (
    Section("security", "Security"),
    Section("database", "Database"),
    Section("payment", "Payment Integration (Paytm)"),
    Section("recovery", "Backup & Recovery"),
)


def item(id: str, title: str, severity: Severity = Severity.MAJOR, **more: object) -> Item:
    return Item(id, id.partition(".")[0], title, severity, Rule("check", id), **more)  # type: ignore[arg-type]


def verdicts() -> list[Verdict]:
    blocker, major, minor = Severity.BLOCKER, Severity.MAJOR, Severity.MINOR
    debug = Finding(
        "django.security.W018",
        Level.ERROR,
        "DEBUG is True whenever the variable DEBUG is missing",
        Origin("shop/settings.py", 21, 21),
        None,
        Evidence("DEBUG", True),
        'DEBUG = env.bool("DEBUG", default=False)',
    )
    secrets = [
        Finding(
            "secret.aws",
            Level.ERROR,
            f"An access key stands in the source ({n})",
            Origin(f"shop/keys/file{n}.py", n),
            None,
            Evidence("AWS_SECRET_ACCESS_KEY", "AKIAIOSFODNN7EXAMPLE"),
            "Read it from the environment.",
        )
        for n in range(1, 9)
    ]
    hostile = Finding("database.credentials", Level.ERROR, HOSTILE, Origin("shop/\x1b[2Jdb|`rm`\n.py", 3), None, Evidence("NAME", HOSTILE), HOSTILE)
    header = Finding(
        "security.hsts",
        Level.WARNING,
        "HSTS is sent for one second only",
        None,
        "https://staging.shop.in/",
        None,
        "Set SECURE_HSTS_SECONDS to a year.",
    )
    return [
        Verdict(
            item("security.tls-certificate", "HTTPS is properly configured with valid SSL certificates", blocker),
            VerdictStatus.INCONCLUSIVE,
            "no staging URL was given",
        ),
        Verdict(
            item("security.debug-off", "Debug mode is turned OFF (`DEBUG=False`)", blocker), VerdictStatus.FAILED, debug.message, (debug, header)
        ),
        Verdict(
            item("security.no-hardcoded-secrets", "API keys and secrets are not hardcoded in source files", blocker),
            VerdictStatus.FAILED,
            "An access key stands in the source (1) (and 7 more)",
            tuple(secrets),
        ),
        Verdict(
            item("security.cors", "CORS is properly restricted to allowed origins only", blocker),
            VerdictStatus.PASSED,
            "CORS_ALLOWED_ORIGINS names 2 origins",
            (Finding("security.cors-origins", Level.PASS, "two origins", Origin("shop/settings.py", 80)),),
        ),
        Verdict(
            item("security.rate-limiting", "Rate limiting is enabled and configured", major),
            VerdictStatus.WAIVED,
            "waived by @asha until 2027-01-31: the load balancer limits (was failed: no throttle classes)",
        ),
        Verdict(
            item("security.input-validation", "Input validation is in place for all endpoints", major),
            VerdictStatus.INCONCLUSIVE,
            "not looked at yet: the views that write",
        ),
        Verdict(item("database.credentials-in-env", f"Credentials {HOSTILE}", blocker), VerdictStatus.FAILED, HOSTILE, (hostile,)),
        Verdict(
            item("database.indexes", "Database indexes are optimized for common queries", minor),
            VerdictStatus.FAILED,
            "Order.created is filtered on and has no index",
            (
                Finding(
                    "database.no-index",
                    Level.ERROR,
                    "Order.created is filtered on and has no index",
                    Origin("orders/models.py", 31),
                    None,
                    None,
                    "Add db_index=True.",
                ),
            ),
        ),
        Verdict(
            item("database.postgresql", "PostgreSQL database is properly configured", blocker),
            VerdictStatus.PASSED,
            "django.db.backends.postgresql on db.internal",
            (Finding("database.version", Level.NOTE, "PostgreSQL 13 ends in 2025", Origin("docker-compose.yml")),),
        ),
        Verdict(
            item("database.migrations", "Database migrations have been tested and applied", blocker),
            VerdictStatus.INCONCLUSIVE,
            "a check of ready-gate itself crashed",
            error="database.migrations crashed: KeyError at database.py:7",
        ),
        Verdict(
            item("payment.credentials", "Paytm production credentials are configured", blocker),
            VerdictStatus.NOT_APPLICABLE,
            "no payment gateway was found (looked for paytm, razorpay, stripe)",
        ),
        Verdict(
            item("payment.ip-allowlist", "IP addresses are whitelisted in Paytm dashboard", major),
            VerdictStatus.NEEDS_ATTESTATION,
            "expired on 2026-11-10 (by asha); a person must confirm: the addresses in the dashboard",
        ),
        Verdict(
            item("recovery.disaster-plan", "Disaster recovery plan is in place", major),
            VerdictStatus.ATTESTED,
            "attested by asha on 2026-11-01: OPS-14",
        ),
        Verdict(
            item("recovery.rollback", "Rollback procedure is documented", minor),
            VerdictStatus.NEEDS_ATTESTATION,
            "a person must confirm: the rollback was tried",
        ),
    ]


def report_of(found: list[Verdict], held: tuple[str, ...]) -> Report:
    counts = {status.value: sum(verdict.status is status for verdict in found) for status in VerdictStatus}
    return Report(
        subject=Subject(
            "examples/shop",
            "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
            "shop.settings.production",
            "from deploy/shop.service",
            "https://staging.shop.in",
        ),
        decision=Decision(not held, held, counts),
        verdicts=tuple(found),
        sections=SECTIONS,
        notes=("error: the waiver of security.debug-off has expired on 2026-10-31",),
        seconds=0.42,
        tool_version="0.1.0",
    )


@pytest.fixture
def report() -> Report:
    """The report that all reporters show: blocked."""
    held = (
        "security.tls-certificate",
        "security.debug-off",
        "security.no-hardcoded-secrets",
        "database.credentials-in-env",
        "database.migrations",
        "payment.ip-allowlist",
    )
    return report_of(verdicts(), held)


@pytest.fixture
def open_report() -> Report:
    """A report of an open gate."""
    good = (VerdictStatus.PASSED, VerdictStatus.ATTESTED, VerdictStatus.NOT_APPLICABLE)
    return replace(report_of([verdict for verdict in verdicts() if verdict.status in good], ()), notes=())


@pytest.fixture
def checklist() -> Checklist:
    """Two items, one with all that an item can have."""
    full = item(
        "security.debug-off",
        "Debug mode is turned OFF (`DEBUG=False`)",
        Severity.BLOCKER,
        why="A debug page shows settings and source to anybody who finds an error.",
        fix="Make the default of DEBUG False.",
        looks_at="DEBUG under the production environment, and its default when the variable is missing.",
        when=("security.has-settings",),
        also=(Rule("pending", "a 404 on staging"),),
        hints=("security.debug-toolbar",),
        links=("https://docs.djangoproject.com/en/stable/ref/settings/#debug",),
        rules=(RuleText("django.security.W018", "DEBUG is on", "Set DEBUG = False."),),
        examples={"fails": "DEBUG = True\n", "passes": "import os\n\nDEBUG = os.environ.get('DEBUG') == 'yes'\n", "environment": "DEBUG=no\n"},
        options={"max-age": {"type": "integer", "default": 60, "description": "The longest age, in minutes."}},
    )
    parts = (Rule("check", "recovery.documents"), Rule("any", parts=(Rule("pending", "the runbook"), Rule("person", "the last restore drill"))))
    combined = replace(
        item("recovery.disaster-plan", "Disaster recovery plan is in place"), decided_by=Rule("all", parts=parts), attestation_days=365
    )
    return Checklist((SECTIONS[0], SECTIONS[3]), (full, combined))


@pytest.fixture
def hostile() -> str:
    """Text from somebody who means harm."""
    return HOSTILE


def setting(name: str, kind: str, value: object = None, line: int = 1, **more: object) -> Setting:
    return Setting(name, kind, value, origins=(Origin("shop/settings.py", line),), **more)  # type: ignore[arg-type]


@pytest.fixture
def settings() -> Settings:
    """Settings of every kind and state, with secrets and with text from somebody who means harm."""
    absent = Read("DEBUG", False, Origin("shop/settings.py", 1))
    present = Read("DB_PASSWORD", True, Origin("shop/settings.py", 3), Origin(".env.production", 7))
    database = (
        ("ENGINE", setting("DATABASES.default.ENGINE", "str", "django.db.backends.postgresql")),
        ("PASSWORD", setting("DATABASES.default.PASSWORD", "str", "sesame", reads=(present,))),
        ("HOST", setting("DATABASES.default.HOST", "unknown", reason="it is computed at run time")),
        ("CONN_MAX_AGE", setting("DATABASES.default.CONN_MAX_AGE", "int", 60)),
    )
    default = setting("DATABASES.default", "dict", entries=database, rest="a plugin adds to it")
    apps = tuple(setting(f"INSTALLED_APPS[{index}]", "str", name) for index, name in enumerate(("shop", "orders")))
    made = (
        setting("DEBUG", "bool", True, 1, reads=(absent,)),
        setting("SECRET_KEY", "str", "fA3-long-and-random-but-not-real", 2),
        setting("DATABASES", "dict", line=3, entries=(("default", default),)),
        setting("BROKER", "str", "redis://shop:sesame@cache/0", 4),
        setting("WORKERS", "choice", line=5, items=(setting("", "int", 1), setting("", "int", 2))),
        setting("INSTALLED_APPS", "list", line=6, items=apps, rest="plugins add to it"),
        setting("TAGS", "set", line=7, items=apps[::-1]),
        setting("LIFETIME", "timedelta", 300.0, 8),
        setting("BASE_DIR", "Path", "shop", 9),
        setting("TITLE", "str", HOSTILE, 10),
        setting("LIMIT", "float", float("inf"), 11),
        setting("HUGE", "int", 1 << 20_000, 12),
        setting("CREDENTIALS", "object", "vault.read('abc')", 13),
        setting("ADDRESS", "unknown", reason="it comes from a call", line=14),
    )
    defaults = {"APPEND_SLASH": Setting("APPEND_SLASH", "bool", True, is_default=True)}
    return Settings("shop.settings", "shop/settings.py", {each.name: each for each in made}, defaults, "5.2", ("shop/extra.py:3: not valid Python",))
