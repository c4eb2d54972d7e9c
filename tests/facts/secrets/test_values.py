"""Placeholders are no secrets, secrets are no placeholders."""

import pytest

from ready_gate.facts.secrets.values import LOOKED_AT, entropy, is_placeholder

PLACEHOLDERS = """
xxxxxxxxxxxxxxxx
your_api_key
your-secret-key-here
<token>
<YOUR_API_KEY>
${API_KEY}
{{ api_key }}
%(secret)s
$SECRET_KEY
changeme
change-me-please
AKIAIOSFODNN7EXAMPLE
sk_live_xxxxxxxxxxxxxxxx
1234567890
abcdefghijklmnop
aaaaaaaaaaaaaaaaaaaa
********
insert-your-token
process.env.API_KEY
os.environ["KEY"]
settings.SECRET_KEY
my_secret_key
replace_me
TODO
0000000000000000
123412341234
secsecsecsecsecsec
{password}
12345678-1234-1234-1234-123456789012
"""
SECRETS = """
Qm7xZ2pL9vT4kR8n
hunter2trombone
a3f5c9d17e2b48609c1d
{ZqL5kVrX1n8tA2}
correct horse battery staple
P@ssw0rd!17
mountainsafe81
exAmPl3tr0n
"""


@pytest.mark.parametrize("value", PLACEHOLDERS.strip().splitlines())
def test_placeholders(value):
    assert is_placeholder(value)


@pytest.mark.parametrize("value", SECRETS.strip().splitlines())
def test_secrets(value):
    assert not is_placeholder(value)


def test_nothing_is_a_placeholder():
    assert is_placeholder("")


def test_entropy():
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abab") == 1
    assert entropy("0123456789abcdef") == 4


def test_work_is_bounded():
    assert is_placeholder("a" * 10_000_000)
    assert not is_placeholder("Qm7xZ2pL9vT4kR8n" * LOOKED_AT)
