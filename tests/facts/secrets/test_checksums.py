"""What tokens say of themselves."""

import base64
import json
import time

import pytest

from ready_gate.facts.secrets.checksums import EXAMINERS, Examined, examine
from ready_gate.model import Level


def signed(claims, header=None):
    parts = [json.dumps(part).encode() for part in (header or {"alg": "HS256", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + ".c2lnbmF0dXJl"


def encoded(text):
    return base64.b64encode(text.encode()).decode()


def test_without_an_examiner_it_is_one():
    assert examine(None, "anything") == Examined()


@pytest.mark.parametrize(("body", "check"), [("A" * 30, "2Yc2Wz")])
def test_a_checksum_that_fails_makes_a_note(body, check):
    assert examine("crc32-base62", f"ghp_{body}{check}").level is Level.NOTE


def test_a_checksum_that_holds(valid="ghp_" + "qL8vN2xR7mB4kT9wY3cJ6hZ1pF5sD0"):
    import zlib

    number, digits = zlib.crc32(valid.split("_")[1].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[digit] + digits
    assert examine("crc32-base62", valid + digits.rjust(6, "0")) == Examined()


def test_age_keys():
    # The example of BIP 173 for the checksum itself: same alphabet, another prefix.
    assert examine("age", "A12UEL5L") == Examined()
    assert examine("age", "A12UEL5M").level is Level.NOTE
    assert examine("age", "no key!").level is Level.NOTE


def test_claims_are_named_and_not_shown():
    says = examine("jwt", signed({"sub": "somebody-private", "exp": time.time() + 900})).says
    assert "exp, sub" in says
    assert "somebody" not in says


def test_an_expired_token_is_a_note():
    assert examine("jwt", signed({"sub": "1", "exp": 1_500_000_000})).level is Level.NOTE


def test_a_public_role_is_a_note():
    assert examine("jwt", signed({"role": "anon"})).level is Level.NOTE
    assert examine("jwt", signed({"role": "service_role"})).level is None


@pytest.mark.parametrize("text", ["a.b.c", "", "eyJ.eyJ.x", signed({}, {"typ": "x"}), signed([1])])
def test_what_is_no_signed_token(text):
    assert not examine("jwt", text).genuine


def test_basic_credentials():
    assert examine("basic", encoded("svc:Qm7xZ2pL9v")).genuine
    assert not examine("basic", encoded("user:${PASSWORD}")).genuine
    assert not examine("basic", encoded("no colon in it")).genuine
    assert not examine("basic", "////").genuine


@pytest.mark.parametrize("name", EXAMINERS)
@pytest.mark.parametrize("text", ["", "é", "=" * 99, "A" * 5000, ".....", "\0", "1"])
def test_no_text_breaks_an_examiner(name, text):
    assert isinstance(examine(name, text), Examined)


def test_random_values_have_letters_and_digits():
    assert examine("random", "a8f3k2").genuine
    assert not examine("random", "getPagesInSpace").genuine
    assert not examine("random", "20240101").genuine


@pytest.mark.parametrize(
    "name", ['HUBSPOT_FORM_ID = "', 'HUBSPOT_FORM_ID_SELF_HOSTED = "', "hubspot-form-id: ", "hubspotFormId: '", '"hubspot_region": "', "hubspot_url("]
)
def test_values_of_ids_and_the_like_may_be_shown(name):
    assert not examine("random", "a8f3k2", f'{name}a8f3k2"').genuine


@pytest.mark.parametrize("name", ['HUBSPOT_API_KEY = "', 'HUBSPOT_CLIENT_ID_SECRET = "', "hubspot_key ", "hubspot_paid: '", 'hubspot("'])
def test_values_under_other_names_may_not(name):
    assert examine("random", "a8f3k2", f'{name}a8f3k2"').genuine


def test_generated_values_are_none_that_somebody_thought_up():
    assert examine("generated", "kT9wY3cJ6hZ1pF5sD0Qm7xZ2").genuine
    assert not examine("generated", "0003_masterapikey_is_admin").genuine


@pytest.mark.parametrize(
    ("url", "level"),
    [
        ("postgres://shop:shop@localhost:5432/shop", Level.NOTE),
        ("postgres://shop:postgres@db/shop", Level.NOTE),
        ("redis+sentinel://:123456@redis:6379", Level.NOTE),
        ("postgres://shop:shop@db.shop.test/shop", None),
        ("postgres://shop:Qm7xZ2pL9v@localhost/shop", None),
        ("no url", None),
    ],
)
def test_the_users_own_name_at_a_neighbour_is_a_note(url, level):
    password = url.split("@")[0].rpartition(":")[2]
    assert examine("login", password, url).level is level
