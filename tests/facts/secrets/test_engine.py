"""The engine, on rules of its own."""

from ready_gate.facts.secrets.engine import Engine
from ready_gate.facts.secrets.rules import SecretRule
from ready_gate.model import Level


def Rule(id, pattern, keywords=(), entropy=None, allow=(), checksum=None, provider=True, level=Level.ERROR):
    return SecretRule(id, "A token", pattern, keywords, entropy, allow, level, provider, "Test", "at the test", (), (), checksum)


TOKEN = Rule("secret.token", r"\b(tok_[a-z0-9]{8})\b", ("tok_",))


def found(rule, text):
    return [match.secret.reveal() for match in Engine([rule]).scan(text)]


def test_the_secret_is_the_named_group_or_the_first_or_all_there_is():
    text = b"key: q7cd91x4"
    assert found(Rule("secret.a", r"key: (?P<secret>\w+)"), text) == ["q7cd91x4"]
    assert found(Rule("secret.a", r"key: (\w+)"), text) == ["q7cd91x4"]
    assert found(Rule("secret.a", r"q7cd\w+"), text) == ["q7cd91x4"]


def test_a_match_says_where_the_secret_stands():
    (match,) = Engine([TOKEN]).scan(b"x = 'tok_ab12cd34'")
    assert (match.start, match.end) == (5, 17)


def test_a_keyword_must_stand_near_in_any_case():
    rule = Rule("secret.a", r"\b[0-9a-f]{16}\b", ("acme",))
    assert found(rule, b"ACME_KEY=8f3a91c07be2d465") == ["8f3a91c07be2d465"]
    assert found(rule, b"8f3a91c07be2d465") == []
    assert found(rule, b"acme" + b" " * 2000 + b"8f3a91c07be2d465") == []


def test_entropy_and_allow_patterns_leave_out_what_is_none():
    assert found(Rule("secret.a", r"key=(\w+)", entropy=3.0), b"key=abababab key=a8Fh2kLm9x") == ["a8Fh2kLm9x"]
    assert found(Rule("secret.a", r"key=(\w+)", allow=("(?i)nothing",)), b"key=nothingOf1 key=other7x") == ["other7x"]


def test_bytes_that_are_no_text_are_searched_as_well():
    assert found(TOKEN, b"\xff\x00\xe9 tok_ab12cd34 \xe9") == ["tok_ab12cd34"]


def test_that_named_values_may_be_there_is_told_beside_the_secrets():
    engine = Engine([TOKEN], [r"(?i)password\s*="])
    seen = engine.look(b"PASSWORD = x\ntok_ab12cd34")
    assert [match.rule.id for match in seen.matches] == ["secret.token"] and seen.named
    assert not engine.look(b"tok_ab12cd34").named and not engine.look(b"").matches


def test_what_the_value_says_of_itself_counts():
    github = Rule("secret.github", r"ghp_\w{36}", ("ghp_",), checksum="crc32-base62")
    (match,) = Engine([github]).scan(b"ghp_" + b"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fR" + b"2xL5")
    assert match.level is Level.NOTE and "checksum" in match.says


def test_placeholders_are_none():
    assert found(Rule("secret.a", r"key=(\S+)"), b"key=${KEY} key=<your-key> key=a8Fh2kLm9") == ["a8Fh2kLm9"]


def test_blanks_around_are_no_part_of_it():
    (match,) = Engine([Rule("secret.a", r"BEGIN(?P<secret>\s+\w+)")]).scan(b"BEGIN\n  abc1x")
    assert (match.start, match.secret.reveal()) == (8, "abc1x")
