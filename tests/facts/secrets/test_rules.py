"""The rules as data: every example is a test, and the patterns are fit for both engines."""

import re
from dataclasses import replace

import pytest
import re2

from ready_gate.content import folder
from ready_gate.facts.secrets import rule_files, rules
from ready_gate.facts.secrets.checksums import EXAMINERS, examine
from ready_gate.facts.secrets.values import entropy, is_placeholder

RULES = rule_files.read()


def secrets(rule, text):
    """What the rule finds in the text, in the order of the steps that a match has to pass."""
    if not any(keyword in text.lower() for keyword in rule.keywords):
        return []
    found = []
    for match in re2.finditer(rule.pattern, text):
        groups = match.groupdict()
        secret = groups["secret"] if "secret" in groups else match.group(1 if match.re.groups else 0)
        if entropy(secret) >= (rule.entropy or 0) and not is_placeholder(secret) and not any(re2.search(allow, secret) for allow in rule.allow):
            found += [secret] if examine(rule.checksum, secret, match.group()).genuine else []
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples(rule):
    assert [text for text in rule.match if not secrets(rule, text)] == []
    assert [text for text in rule.miss if secrets(rule, text)] == []
    assert [text for text in rule.match if not re2.search(rule.prefilter, text)] == []


def test_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_match_example_has_a_break_mark():
    """So that neither this gate nor a code host's push protection finds it in this repository."""
    mark = rule_files.BREAK_MARK
    whole = [raw["id"] for _, raws in rule_files.raw_rules() for raw in raws if any(mark not in example for example in raw["match"])]
    assert whole == []


def test_rules_are_well_formed():
    for rule in RULES:
        assert rule.keywords, rule.id
        assert all(keyword and keyword == keyword.lower() for keyword in rule.keywords), rule.id
        assert rule.checksum is None or rule.checksum in EXAMINERS, rule.id
        assert re2.compile(rule.pattern).groups <= 1 or "secret" in re2.compile(rule.pattern).groupindex, rule.id


def test_the_compiled_rules_are_those_of_the_files():
    """Made by ./dev.sh docs."""
    assert (folder() / "secrets" / rules.COMPILED).read_text(encoding="utf-8") == rule_files.compiled()
    assert rules.load() == tuple(replace(rule, match=(), miss=()) for rule in RULES)


def test_the_name_of_the_set_changes_with_a_pattern():
    assert re.fullmatch("[0-9a-f]{64}", rules.rule_set_hash())


def test_there_are_enough_kinds():
    assert len(RULES) >= 150


@pytest.mark.parametrize(
    ("pattern", "looser"),
    [
        ("ghp_[a-z]{36}", "ghp_[a-z]{8,}"),
        ("[a-z]{3}_[a-z]{2,5}", "[a-z]{3}_[a-z]{2,5}"),
        ("a[b]{0,100}c[d]{1,99}", "a[b]*c[d]+"),
        ("(?:x{20}|y{4,})z", "(?:x{8,}|y{4,})z"),
    ],
)
def test_a_prefilter_asks_for_less(pattern, looser):
    assert rule_files._looser(pattern) == looser
