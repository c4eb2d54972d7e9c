"""The engine, on rules of its own."""

from dataclasses import dataclass

from ready_gate.facts.secrets.engine import Engine, entropy


@dataclass(frozen=True)
class Rule:
    id: str
    pattern: str
    keywords: tuple[str, ...] = ()
    entropy: float | None = None
    allow: tuple[str, ...] = ()


TOKEN = Rule("secret.token", r"\b(tok_[a-z0-9]{8})\b", ("tok_",))


def found(rule, text):
    return [match.secret.reveal() for match in Engine([rule]).scan(text)]


def test_the_secret_is_the_named_group_or_the_first_or_all_there_is():
    text = b"key: abcd1234"
    assert found(Rule("secret.a", r"key: (?P<secret>\w+)"), text) == ["abcd1234"]
    assert found(Rule("secret.a", r"key: (\w+)"), text) == ["abcd1234"]
    assert found(Rule("secret.a", r"abcd\w+"), text) == ["abcd1234"]


def test_a_match_says_where_the_secret_stands():
    (match,) = Engine([TOKEN]).scan(b"x = 'tok_ab12cd34'")
    assert (match.start, match.end) == (5, 17)


def test_a_keyword_must_stand_near_in_any_case():
    rule = Rule("secret.a", r"\b[0-9a-f]{16}\b", ("acme",))
    assert found(rule, b"ACME_KEY=0123456789abcdef") == ["0123456789abcdef"]
    assert found(rule, b"0123456789abcdef") == []
    assert found(rule, b"acme" + b" " * 2000 + b"0123456789abcdef") == []


def test_entropy_and_allow_patterns_leave_out_what_is_none():
    assert found(Rule("secret.a", r"key=(\w+)", entropy=3.0), b"key=aaaaaaab key=a1b2c3d4e5") == ["a1b2c3d4e5"]
    assert found(Rule("secret.a", r"key=(\w+)", allow=("(?i)example",)), b"key=myExample1 key=other") == ["other"]


def test_bytes_that_are_no_text_are_searched_as_well():
    assert found(TOKEN, b"\xff\x00\xe9 tok_ab12cd34 \xe9") == ["tok_ab12cd34"]


def test_that_named_values_may_be_there_is_told_beside_the_secrets():
    engine = Engine([TOKEN], [r"(?i)password\s*="])
    seen = engine.look(b"PASSWORD = x\ntok_ab12cd34")
    assert [match.rule.id for match in seen.matches] == ["secret.token"] and seen.named
    assert not engine.look(b"tok_ab12cd34").named and not engine.look(b"").matches


def test_entropy_is_that_of_shannon():
    assert entropy(b"aaaa") == 0
    assert entropy(b"abcd") == 2
