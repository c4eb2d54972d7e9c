import pytest

from ready_gate.checks.security.passwords import COMMON, MINIMUM, NUMERIC, password_hashers, password_policy
from ready_gate.facts.views import ProjectClasses
from ready_gate.model import Status

AUTH = {"INSTALLED_APPS": ["django.contrib.auth"]}
HASHERS = "django.contrib.auth.hashers."


def named(*names, **options):
    return [{"NAME": name, **({"OPTIONS": options} if options and name == MINIMUM else {})} for name in names]


def test_django_s_validators(make_settings, make_requirements):
    made = make_settings(**AUTH, AUTH_PASSWORD_VALIDATORS=named(MINIMUM, COMMON, NUMERIC))
    assert password_policy(made, make_requirements(), ProjectClasses()).status is Status.PASS


@pytest.mark.parametrize(
    ("validators", "rules"),
    [
        ([], ["security.no-password-validators"]),
        (named(COMMON, NUMERIC), ["security.short-passwords"]),
        (named(MINIMUM, COMMON, NUMERIC, min_length=7), ["security.short-passwords"]),
        (named(MINIMUM), ["security.common-passwords", "security.numeric-passwords"]),
    ],
)
def test_gaps(make_settings, make_requirements, errors_of, validators, rules):
    assert errors_of(password_policy(make_settings(**AUTH, AUTH_PASSWORD_VALIDATORS=validators), make_requirements(), ProjectClasses())) == rules


def test_not_set_is_django_s_empty_default(make_settings, make_requirements):
    assert password_policy(make_settings(**AUTH), make_requirements(), ProjectClasses()).status is Status.FAIL


def test_unknown(make_settings, make_requirements):
    for validators in (make_settings.unknown(), named("shop.validators.Strong"), make_settings.partly(named(MINIMUM))):
        assert (
            password_policy(make_settings(**AUTH, AUTH_PASSWORD_VALIDATORS=validators), make_requirements(), ProjectClasses()).status
            is Status.UNKNOWN
        )
    assert password_policy(make_settings(**AUTH), make_requirements("zxcvbn"), ProjectClasses()).status is Status.UNKNOWN


def test_without_accounts(make_settings, make_requirements):
    assert password_policy(make_settings(INSTALLED_APPS=[]), make_requirements(), ProjectClasses()).status is Status.NOT_APPLICABLE
    assert password_hashers(make_settings(INSTALLED_APPS=[]), ProjectClasses()).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("hashers", "status"),
    [
        (["Argon2PasswordHasher", "PBKDF2PasswordHasher"], Status.PASS),
        (["MD5PasswordHasher"], Status.FAIL),
        (["UnsaltedSHA1PasswordHasher", "PBKDF2PasswordHasher"], Status.FAIL),
        ([], Status.FAIL),
    ],
)
def test_hashers(make_settings, hashers, status):
    assert password_hashers(make_settings(**AUTH, PASSWORD_HASHERS=[HASHERS + name for name in hashers]), ProjectClasses()).status is status


def test_other_hashers(make_settings, warnings_of):
    assert password_hashers(make_settings(**AUTH), ProjectClasses()).status is Status.PASS
    assert password_hashers(make_settings(**AUTH, PASSWORD_HASHERS=make_settings.unknown()), ProjectClasses()).status is Status.UNKNOWN
    old = [f"{HASHERS}PBKDF2PasswordHasher", f"{HASHERS}MD5PasswordHasher"]
    assert warnings_of(password_hashers(make_settings(**AUTH, PASSWORD_HASHERS=old), ProjectClasses())) == ["security.old-hasher"]
