"""How found secrets are judged: by what they are, where they stand, and what lets them be."""

import hashlib
from datetime import date

import pytest

from ready_gate.checks.security.secret_places import Area, area, is_env_file
from ready_gate.checks.security.secrets import hardcoded_secrets
from ready_gate.facts.views import FoundSecret, KnownSecret, Options, SecretPlace, Secrets
from ready_gate.model import AllowedSecret, Level, Origin, Status
from ready_gate.secret import Secret

TEXT = "q8Zt4Kx1mV7pLw3e"
TODAY = date(2026, 11, 25)


def found(*places, rule="secret.token", text=TEXT, **more):
    places = [place if isinstance(place, SecretPlace) else SecretPlace(place, 3, tracked=True) for place in places or ("shop/views.py",)]
    return FoundSecret(rule, "A token", Secret(text), tuple(places), revoke="in the console", **more)


def judge(*secrets, allowed=(), known=(), **more):
    return hardcoded_secrets(Secrets(secrets, 7, known=known, **more), Options("/shop", today=TODAY, allowed_secrets=allowed))


def levels(outcome):
    return [finding.level for finding in outcome.findings]


def test_a_secret_in_the_code_fails_with_what_to_do():
    outcome = judge(found())
    (finding,) = outcome.findings
    assert outcome.status is Status.FAIL and finding.level is Level.ERROR and finding.at == Origin("shop/views.py", 3)
    assert finding.rule == "secret.token" and "in the console" in finding.fix and "environment" in finding.fix
    assert TEXT not in repr(outcome) and TEXT[:5] not in repr(outcome)


def test_nothing_found_passes_and_says_how_much_was_searched():
    outcome = judge(extent="the whole history")
    assert outcome.status is Status.PASS and outcome.reason == "no secret in 7 files and the whole history"


def test_what_could_not_be_had_is_unknown():
    outcome = judge(doubts=("the clone is shallow",))
    assert outcome.status is Status.UNKNOWN and outcome.reason == "the clone is shallow"


def test_what_was_not_searched_is_a_note():
    outcome = judge(skipped=("not searched: 3 files, binary (a.png, b.png, c.png)",))
    assert outcome.status is Status.PASS and levels(outcome) == [Level.NOTE] and "3 files, binary" in outcome.findings[0].message


@pytest.mark.parametrize(
    "path, plain, provider",
    [
        ("shop/settings.py", Level.ERROR, Level.ERROR),
        ("deploy/docker-compose.yml", Level.ERROR, Level.ERROR),
        ("shop/tests/test_views.py", Level.NOTE, Level.WARNING),
        ("shop/test_views.py", Level.NOTE, Level.WARNING),
        ("web/src/pay.spec.ts", Level.NOTE, Level.WARNING),
        ("docs/setup.py", Level.NOTE, Level.WARNING),
        ("README.md", Level.NOTE, Level.WARNING),
        ("shop/fixtures/users.json", Level.NOTE, Level.WARNING),
        (".env.example", Level.NOTE, Level.WARNING),
        ("shop/settings/dev.py", Level.WARNING, Level.ERROR),
        (".github/workflows/ci.yml", Level.WARNING, Level.ERROR),
        (".devcontainer/backend.env", Level.WARNING, Level.ERROR),
        (".worktree-container/docker-compose.yml", Level.WARNING, Level.ERROR),
        ("pyproject.toml", Level.WARNING, Level.ERROR),
        ("unittests/scans/a.json", Level.NOTE, Level.WARNING),
        ("api/integration-tests/a.py", Level.NOTE, Level.WARNING),
        (".envs/.production/.django", Level.ERROR, Level.ERROR),
        ("contest/views.py", Level.ERROR, Level.ERROR),
    ],
)
def test_the_place_weighs(path, plain, provider):
    assert levels(judge(found(path)))[0] is plain
    assert levels(judge(found(path, provider=True)))[0] is provider


@pytest.mark.parametrize("level", [Level.WARNING, Level.NOTE])
def test_the_rule_may_weigh_less(level):
    assert levels(judge(found(level=level, provider=True))) == [level]
    assert levels(judge(found("tests/a.py", level=level, provider=True))) == [Level.NOTE]


def test_throwaway_passwords_weigh_little_where_they_are_thrown_away():
    assert levels(judge(found(".github/workflows/ci.yml", text="postgres", weak=True, setting=True))) == [Level.NOTE]
    assert levels(judge(found("shop/settings/dev.py", text="dev-only-key"))) == [Level.NOTE]
    assert levels(judge(found("shop/settings.py", text="postgres", weak=True, setting=True))) == [Level.ERROR]
    assert levels(judge(found("shop/settings.py", text="django-insecure-q8Zt4Kx1mV7pLw3e"))) == [Level.ERROR]


def test_one_secret_in_several_places_is_one_finding_at_the_heaviest():
    (finding,) = judge(found("tests/a.py", "shop/pay.py", *(f"shop/{n}.py" for n in range(6)))).findings
    assert finding.level is Level.ERROR and finding.at.path == "shop/pay.py"
    assert "also in shop/0.py:3, shop/1.py:3" in finding.message and "2 more" in finding.message


def test_what_the_history_holds_alone_is_an_error_too():
    (finding,) = judge(found(SecretPlace("shop/old.py", 9, commit="a" * 40, date="2024-03-01"))).findings
    assert finding.level is Level.ERROR and finding.at is None
    assert "shop/old.py:9 in commit aaaaaaaaaaaa of 2024-03-01" in finding.message
    assert "Revoke" in finding.fix and "does not help" in finding.fix


class TestEnvironmentFiles:
    def test_a_tracked_one_is_a_finding_of_its_own(self):
        outcome = judge(
            found(".env.production", name="DB_PASSWORD"), found(SecretPlace(".env.production", 4, tracked=True), text="other8Kx1mV7pLw", name="KEY")
        )
        assert [finding.rule for finding in outcome.findings] == ["secret.token", "secret.token", "secret.env-file-tracked"]
        assert outcome.findings[-1].at == Origin(".env.production", 1) and "DB_PASSWORD, KEY" in outcome.findings[-1].message

    def test_one_that_is_not_tracked_is_where_secrets_belong(self):
        for tracked in (False, None):
            assert levels(judge(found(SecretPlace(".env", 1, tracked=tracked)))) == [Level.NOTE]

    @pytest.mark.parametrize("path", [".env", "deploy/.env.prod", "prod.env", ".envs/.production/.django", ".envrc"])
    def test_names_of_live_ones(self, path):
        assert is_env_file(path)

    @pytest.mark.parametrize("path", [".env.example", "sample.env", ".env.dist", "shop/env.py", "environment.yml", ".env.template"])
    def test_names_of_others(self, path):
        assert not is_env_file(path)


class TestLettingBe:
    def remark(self, text, **more):
        return judge(found(SecretPlace("shop/pay.py", 3, remark=text), **more))

    @pytest.mark.parametrize(
        "remark",
        [
            "ready-gate: allow secret.token the sandbox's, public in its manual",
            "ready-gate:allow secret.* rotated on 2024-01-01",
            "ready-gate: allow secret.token a reason */",
            "gitleaks:allow",
            "pragma: allowlist secret",
        ],
    )
    def test_a_comment_lets_it_be_and_is_reported(self, remark):
        outcome = self.remark(remark)
        (finding,) = outcome.findings
        assert outcome.status is Status.PASS and "1 that are let be" in outcome.reason
        assert finding.level is Level.NOTE and finding.rule == "secret.allowed" and finding.at == Origin("shop/pay.py", 3)
        assert TEXT[:5] not in repr(outcome)

    @pytest.mark.parametrize(
        "remark", ["ready-gate: allow", "ready-gate: allow secret.token", "ready-gate: allow secret.other because", "ready-gate: allow all of it"]
    )
    def test_a_comment_without_the_rule_or_a_reason_counts_for_nothing(self, remark):
        outcome = self.remark(remark)
        assert outcome.status is Status.FAIL and "does not count" in outcome.findings[0].message

    def entry(self, path="shop/**", rule="secret.*", expires="2027-01-01"):
        return AllowedSecret(path, rule, "a reason", expires, Origin(".ready-gate.yml", 4))

    @pytest.mark.parametrize("path", ["shop/**", "shop", "shop/*.py", "**/pay.py", "shop/pay.py", "*/pay.py"])
    def test_the_config_lets_it_be(self, path):
        outcome = judge(found("shop/pay.py"), allowed=[self.entry(path)])
        assert outcome.status is Status.PASS and ".ready-gate.yml:4" in outcome.findings[0].message and "a reason" in outcome.findings[0].message

    @pytest.mark.parametrize("entry", [{"path": "*.py"}, {"path": "sho"}, {"rule": "secret.other"}, {"path": "shop/pay"}])
    def test_an_entry_for_something_else_is_reported_as_unused(self, entry):
        outcome = judge(found("shop/pay.py"), allowed=[self.entry(**entry)])
        assert outcome.status is Status.FAIL and outcome.findings[-1].rule == "secret.allow-unused"

    def test_an_expired_entry_counts_no_longer(self):
        outcome = judge(found("shop/pay.py"), allowed=[self.entry(expires="2026-11-24")])
        assert outcome.status is Status.FAIL and "secret.allow-expired" in [finding.rule for finding in outcome.findings]

    def test_other_places_of_the_same_secret_remain(self):
        outcome = judge(found("shop/pay.py", "api/pay.py"), allowed=[self.entry()])
        assert outcome.status is Status.FAIL and outcome.findings[0].at.path == "api/pay.py" and "also in" not in outcome.findings[0].message

    def test_those_of_one_file_are_told_together(self):
        secrets = [found(SecretPlace("shop/pay.py", n), text=f"{n}-{TEXT}") for n in range(1, 41)]
        (finding,) = judge(*secrets, allowed=[self.entry()]).findings
        assert "40 secrets (secret.token) in lines 1, 2, 3" in finding.message and "10 more are let be by" in finding.message

    def test_other_scanners_baselines(self):
        sha1 = hashlib.sha1(TEXT.encode()).hexdigest()
        for entry in (
            KnownSecret(".secrets.baseline", "shop/views.py", sha1=sha1),
            KnownSecret(".gitleaksignore", "shop/views.py", line=3),
        ):
            outcome = judge(found(), known=(entry,))
            assert outcome.status is Status.PASS and entry.source in outcome.findings[0].message
        for entry in (
            KnownSecret(".secrets.baseline", "shop/views.py", sha1="0" * 40),
            KnownSecret(".secrets.baseline", "shop/other.py", sha1=sha1),
            KnownSecret(".gitleaksignore", "shop/views.py", line=4),
            KnownSecret(".gitleaksignore", "shop/views.py", line=3, commit="abc1234"),
        ):
            assert judge(found(), known=(entry,)).status is Status.FAIL


def test_many_of_one_kind_in_one_file_are_counted():
    outcome = judge(*(found(SecretPlace("data.json", n), text=f"{n}-{TEXT}", level=Level.WARNING) for n in range(30)))
    assert len(outcome.findings) == 5 and "25 more of this kind in data.json" in outcome.findings[-1].message
    assert len(judge(*(found(SecretPlace("data.json", n), text=f"{n}-{TEXT}") for n in range(30))).findings) == 20


def test_notes_are_limited():
    outcome = judge(*(found(f"tests/{n}.py", text=f"{n}-{TEXT}") for n in range(130)))
    assert len(outcome.findings) == 101 and "30 more" in outcome.findings[-1].message


@pytest.mark.parametrize("path, wanted", [("latest/contest.py", Area.PRODUCTION), ("shop/protest.py", Area.PRODUCTION), ("test_shop.py", Area.ASIDE)])
def test_areas(path, wanted):
    assert area(path) is wanted


def test_files_that_others_say_are_for_development():
    plain = SecretPlace("docker-compose.yml", 3, tracked=True, development=True)
    assert levels(judge(found(plain))) == [Level.WARNING]
    assert levels(judge(found(plain, text="postgres", weak=True, setting=True))) == [Level.NOTE]
    assert levels(judge(found(plain, provider=True))) == [Level.ERROR]
    assert levels(judge(found("docker-compose.yml", text="postgres", weak=True, setting=True))) == [Level.ERROR]
