"""What can be a secret: generated ones of the usual kinds, and what people write in their place."""

from __future__ import annotations

import base64
import random
import string
import uuid

import pytest

from ready_gate.facts.secrets.named.values import Need, can_be_secret, given, is_weak

_HEX = "0123456789abcdef"
_ALNUM = string.ascii_letters + string.digits
_DJANGO = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)"
# Kind of value, what is asked of it, the least share that must be taken for a secret.
_GENERATED = {
    "django": (Need.SETTING, 0.995, lambda dice: _text(dice, _DJANGO, 50)),
    "hex-24": (Need.RANDOM, 0.99, lambda dice: _text(dice, _HEX, 24)),
    "hex-32": (Need.RANDOM, 0.995, lambda dice: _text(dice, _HEX, 32)),
    "hex-40": (Need.RANDOM, 0.995, lambda dice: _text(dice, _HEX, 40)),
    "letters-and-digits-16": (Need.RANDOM, 0.97, lambda dice: _text(dice, _ALNUM, 16)),
    "letters-and-digits-20": (Need.RANDOM, 0.98, lambda dice: _text(dice, _ALNUM, 20)),
    "letters-and-digits-32": (Need.RANDOM, 0.99, lambda dice: _text(dice, _ALNUM, 32)),
    "small-letters-and-digits-32": (Need.RANDOM, 0.99, lambda dice: _text(dice, string.ascii_lowercase + string.digits, 32)),
    "base64": (Need.RANDOM, 0.99, lambda dice: base64.b64encode(dice.randbytes(32)).decode()),
    "base64-for-urls": (Need.RANDOM, 0.99, lambda dice: base64.urlsafe_b64encode(dice.randbytes(32)).decode().rstrip("=")),
    "with-slashes": (Need.RANDOM, 0.99, lambda dice: _text(dice, _ALNUM + "/+", 40)),
    "uuid": (Need.RANDOM, 0.995, lambda dice: str(uuid.UUID(bytes=dice.randbytes(16)))),
    "short-token": (Need.TOKEN, 0.93, lambda dice: _text(dice, _ALNUM, 12)),
    "password": (Need.PASSWORD, 0.94, lambda dice: _text(dice, _ALNUM + "!@#$%^&*", 10)),
    "password-in-configuration": (Need.CONFIG, 0.93, lambda dice: _text(dice, _ALNUM + "!@#$%^&*", 8)),
}


def _text(dice: random.Random, letters: str, length: int) -> str:
    return "".join(dice.choice(letters) for _ in range(length))


@pytest.mark.parametrize("kind", _GENERATED)
def test_generated_values_are_taken_for_secrets(kind: str) -> None:
    need, least, make = _GENERATED[kind]
    dice = random.Random(20)
    values = [make(dice) for _ in range(1000)]
    missed = [value for value in values if not can_be_secret(value, need)]
    assert 1 - len(missed) / len(values) >= least, missed[:10]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "changeme",
            "change-me-please",
            "<your key>",
            "your-api-key",
            "xxxxxxxx",
            "********",
            "TODO",
            "${SECRET}",
            "$SECRET",
            "{{ secret }}",
            "%(secret)s",
        ),
        *(
            "process.env.KEY",
            "os.environ['KEY']",
            "var.password",
            "data.vault.key",
            "secrets.TOKEN",
            "!Ref Secret",
            "vault:secret/db",
            "/run/secrets/db",
        ),
        *(
            "~/.ssh/id_rsa",
            "./keys/server",
            "certs/server.pem",
            "https://host.in/a",
            "app.tokens.Generator",
            "2024-01-31",
            "v1.2.3",
            "30 days",
            "true",
            "null",
        ),
        *(
            "ENC[AES256_GCM,data:abc]",
            "sha256:0123456789abcdef",
            "^[A-Za-z0-9]{8,}$",
            "Enter your password",
            "example-token-123",
            "test-token-1",
            "op://vault/item/key",
        ),
    ],
)
def test_what_stands_in_for_a_secret_is_none(value: str) -> None:
    assert not can_be_secret(value, Need.SETTING)


@pytest.mark.parametrize(
    "value", ["user_profile_token", "mySecretKeyForJwt", "shop-orders-v2", "getAccessTokenSilently", "content-type-2021", "SHA256withRSA"]
)
def test_names_are_not_random(value: str) -> None:
    assert not can_be_secret(value, Need.RANDOM)


@pytest.mark.parametrize("value", ["postgres", "admin123", "password", "letmein", "supersecret", "123456", "secret-key"])
def test_words_that_everybody_tries_first_are_weak(value: str) -> None:
    assert can_be_secret(value, Need.SETTING)
    assert is_weak(value)


def test_the_default_inside_of_a_reference_counts() -> None:
    assert given("${DB_PASSWORD:-hunter2}") == "hunter2"
    assert given("${DB_PASSWORD}") == "${DB_PASSWORD}"
