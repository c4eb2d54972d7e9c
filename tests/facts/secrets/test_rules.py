"""The rules as data: every example is a test, and the patterns are fit for both engines."""

import re

import pytest
import re2

from ready_gate.facts.secrets import rules
from ready_gate.facts.secrets.checksums import EXAMINERS, examine
from ready_gate.facts.secrets.values import entropy, is_placeholder

RULES = rules.load()


def secrets(rule, text):
    """What the rule finds in the text, in the order of the steps that a match has to pass."""
    if not any(keyword in text.lower() for keyword in rule.keywords):
        return []
    found = []
    for match in re2.finditer(rule.pattern, text):
        groups = match.groupdict()
        secret = groups["secret"] if "secret" in groups else match.group(1 if match.re.groups else 0)
        if entropy(secret) >= (rule.entropy or 0) and not is_placeholder(secret) and not any(re2.search(allow, secret) for allow in rule.allow):
            found += [secret] if examine(rule.checksum, secret).genuine else []
    return found


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule in RULES for text in rule.match], ids=lambda value: getattr(value, "id", None) or ""
)
def test_examples_that_match(rule, text):
    assert secrets(rule, text)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule in RULES for text in rule.miss], ids=lambda value: getattr(value, "id", None) or "")
def test_examples_that_do_not_match(rule, text):
    assert secrets(rule, text) == []


def test_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_match_example_has_a_break_mark():
    """So that neither this gate nor a code host's push protection finds it in this repository."""
    whole = [raw["id"] for _, raws in rules._files() for raw in raws if any(rules.BREAK_MARK not in example for example in raw["match"])]
    assert whole == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_well_formed(rule):
    assert all(keyword and keyword == keyword.lower() for keyword in rule.keywords)
    assert all(len(keyword) >= 3 for keyword in rule.keywords)
    assert rule.checksum is None or rule.checksum in EXAMINERS
    assert not re.search(r"[*+]", re.sub(r"\[[^]]*\]|\\.", "", rule.pattern)), "an unbounded repeat"


def test_the_name_of_the_set_changes_with_a_pattern():
    assert re.fullmatch("[0-9a-f]{64}", rules.rule_set_hash())
