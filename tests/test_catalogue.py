"""The checklist against its specification, the seed and the registered checks."""

import ast
import re
from pathlib import Path

import pytest

from ready_gate import checklist
from ready_gate.checks import load_all

ROOT = Path(__file__).parent.parent
CHECKLIST = checklist.load()
SEED = (ROOT / "tests/data/production-readiness-checklist.md").read_text()
WEIGHTS = {"B": "blocker", "M": "major", "m": "minor"}
IDS = """
security: tls-certificate:B https-only:B production-env:B debug-off:B secret-key:B rate-limiting:M cors:B no-hardcoded-secrets:B password-policy:M
 token-expiry:M endpoint-auth:B input-validation:M error-emails:M
database: postgresql:B connection-pooling:M credentials-in-env:B backups-automated:M migrations:B indexes:m timeouts-and-retry:M
performance: app-server:B worker-count:m compression:m static-delivery:M cache-headers:m query-efficiency:m pagination:M
monitoring: logging:M error-tracking:M server-metrics:M health-endpoint:B api-usage:m alerts:M
payment: credentials:B test-mode-off:B callback-urls:B verification:B failure-handling:M transaction-logging:M ip-allowlist:M test-transactions:M
deployment: pipeline:M server-environment:M reverse-proxy:M firewall:M static-collected:M process-manager:M
documentation: endpoints:M android-guide:m deployment:M environment:M errors:m
recovery: backup-procedure:M version-control:B rollback:M disaster-plan:M
legal: privacy-policy:M terms-of-service:M data-protection:M payment-regulations:M
"""


def test_ids_order_and_severities_are_the_specified_ones():
    wanted = []
    for line in IDS.replace("\n ", " ").strip().splitlines():
        section, rest = line.split(": ")
        wanted += [(f"{section}.{slug}", WEIGHTS[weight]) for slug, weight in (entry.split(":") for entry in rest.split())]
    assert [(item.id, item.severity.value) for item in CHECKLIST.items] == wanted
    assert len(wanted) == 60


def test_titles_are_the_seeds_word_for_word():
    assert [item.title for item in CHECKLIST.items] == re.findall(r"^- \[ \] (.+)$", SEED, re.M)
    assert [section.title for section in CHECKLIST.sections] == re.findall(r"^## (.+)$", SEED, re.M)[1:]


def test_every_named_check_is_registered_and_every_registered_one_is_named():
    assert {id for item in CHECKLIST.items for id in item.checks()} == set(load_all())


RULE = re.compile(r"(django\.)?[a-z0-9_]+\.[a-zA-Z0-9_-]+")


def code_of_checks():
    """Every syntax node of the checks."""
    for path in (ROOT / "ready_gate/checks").rglob("*.py"):
        yield from ast.walk(ast.parse(path.read_text()))


def texts_in_code():
    """Every text in the checks' code as a pattern; what an f-string fills in may be anything."""
    for node in code_of_checks():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE.fullmatch(node.value):
            yield re.escape(node.value)
        if (
            isinstance(node, ast.JoinedStr)
            and isinstance(node.values[0], ast.Constant)
            and re.match(r"(django\.)?[a-z]+\.", str(node.values[0].value))
        ):
            yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else "[a-zA-Z0-9-]+" for part in node.values)


def test_every_described_rule_is_found_in_code():
    described = {rule.id for item in CHECKLIST.items for rule in item.rules}
    found = re.compile("|".join(texts_in_code()))
    assert [rule for rule in described if not found.fullmatch(rule)] == []


def test_every_rule_in_code_is_described():
    described = {rule.id for item in CHECKLIST.items for rule in item.rules}
    calls = (node for node in code_of_checks() if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args)
    given = {node.args[0].value for node in calls if node.func.id in ("finding", "warning", "note") and isinstance(node.args[0], ast.Constant)}
    assert given - described == set()


def test_every_text_in_code_that_reads_like_a_rule_is_one():
    """Rules that reach a finding through a table or a helper, which the calls alone don't show."""
    sections = "|".join(section.id for section in CHECKLIST.sections)
    like = re.compile(rf"django\.(security|4_0|caches|mail|async|staticfiles)\.[EW]\d{{3}}|({sections}|secret)\.[a-z][a-z0-9-]*")
    known = {id for item in CHECKLIST.items for id in (item.id, *item.checks(), *(rule.id for rule in item.rules))}
    texts = {node.value for node in code_of_checks() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert {text for text in texts if like.fullmatch(text)} - known == set()


def test_a_rule_of_several_items_is_described_in_one_way():
    told = [rule for item in CHECKLIST.items for rule in item.rules]
    assert {rule.id for rule in told if any(other != rule for other in told if other.id == rule.id)} == set()


@pytest.mark.parametrize("item", [item for item in CHECKLIST.items if item.options], ids=lambda item: item.id)
def test_defaults_of_options_are_of_their_type(item):
    types = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "list": list}
    for option in item.options.values():
        assert isinstance(option["default"], types[option["type"]])
        assert isinstance(option["default"], bool) == (option["type"] == "boolean")


def settled_by(rule, statuses):
    """Whether these outcomes of the checks of a rule settle it, whatever a person says and whatever is not looked at yet."""
    if rule.kind == "check":
        return True
    if rule.kind in ("person", "pending"):
        return False
    every = (rule.kind == "all") == (statuses == "pass")
    return (all if every else any)(settled_by(part, statuses) for part in rule.parts)


def read_from_settings(item):
    """Whether a check that decides the item looks at the settings."""
    return any("settings" in load_all()[id].needs for id in item.decided_by.checks())


@pytest.mark.parametrize("item", list(filter(read_from_settings, CHECKLIST.items)), ids=lambda item: item.id)
def test_settings_items_show_what_passes_and_what_fails(item):
    """At least where they can pass or fail by checks alone; what is extra evidence may fail more of them."""
    assert "passes" in item.examples or not settled_by(item.decided_by, "pass")
    assert "fails" in item.examples or not settled_by(item.decided_by, "fail")


@pytest.mark.parametrize("item", CHECKLIST.items, ids=lambda item: item.id)
def test_every_item_explains_itself(item):
    assert item.why and item.fix and item.looks_at
