"""Passwords: what is accepted, and how they are stored."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen, across
from ready_gate.checks.registry import check, finding, judged, not_applicable, unknown, warning
from ready_gate.checks.security.answers import doubt, hanging, settled
from ready_gate.facts.views import PasswordCode, ProjectClasses, Requirements, Setting, Settings
from ready_gate.model import Outcome

VALIDATION = "django.contrib.auth.password_validation."
MINIMUM, COMMON, NUMERIC = (f"{VALIDATION}{name}Validator" for name in ("MinimumLength", "CommonPassword", "NumericPassword"))
SIMILAR = f"{VALIDATION}UserAttributeSimilarityValidator"
SHORTEST = 8
# Names of validators that refuse weak passwords as a whole (zxcvbn's score), or those that are known to have leaked.
STRENGTH, LEAKED = ("zxcvbn",), ("pwned", "hibp", "breach")
STRENGTH_PACKAGES = ("zxcvbn", "zxcvbn-python", "django-zxcvbn-password", "django-zxcvbn-password-validator", "zxcvbn-rs-py")
FAST = ("MD5PasswordHasher", "UnsaltedMD5PasswordHasher", "SHA1PasswordHasher", "UnsaltedSHA1PasswordHasher", "CryptPasswordHasher")
SLOW = (
    "PBKDF2PasswordHasher",
    "PBKDF2SHA1PasswordHasher",
    "Argon2PasswordHasher",
    "BCryptSHA256PasswordHasher",
    "BCryptPasswordHasher",
    "ScryptPasswordHasher",
)
HASHERS = "django.contrib.auth.hashers."
AUTH = "django.contrib.auth"


@check("security.password-policy")
def password_policy(settings: Settings, requirements: Requirements, project_classes: ProjectClasses) -> Outcome:
    """Passwords have eight characters at least, and are neither common nor all digits."""
    if settings.installed(AUTH) is False:
        return not_applicable(f"{AUTH} is not in INSTALLED_APPS, so that there are no passwords")
    return across(settings["AUTH_PASSWORD_VALIDATORS"], lambda validators: _policy(validators, settings, requirements, project_classes))


def _policy(validators: Setting, settings: Settings, requirements: Requirements, own: ProjectClasses) -> Outcome:
    if validators.truth is None:
        return unknown(doubt(validators))
    if not validators.truth and requirements.has(*STRENGTH_PACKAGES):
        return unknown("AUTH_PASSWORD_VALIDATORS is empty and zxcvbn is required; the code that calls it is not looked at yet")
    if not validators.truth:
        message = f"AUTH_PASSWORD_VALIDATORS is empty{hanging(validators)}: any password is accepted"
        if settings.installed(AUTH) is None:
            return unknown(doubt(settings["INSTALLED_APPS"]))
        return settled(settings, [finding("security.no-password-validators", message, validators if validators.origin else None)], "")
    return settled(settings, _validators(validators, own), "passwords have a minimum length and are neither common nor all digits")


def _validators(validators: Setting, own: ProjectClasses) -> Iterator[Seen]:
    names = [_known_as(str(item.get("NAME").value), own) for item in validators.items if item.get("NAME").kind in ("str", "object")]
    others = [name for name in names if name not in (MINIMUM, COMMON, NUMERIC, SIMILAR)]
    strength = any(word in name.lower() for name in others for word in STRENGTH)
    leaked = any(word in name.lower() for name in others for word in LEAKED)
    unclear = [name for name in others if not name.startswith(VALIDATION) and not any(word in name.lower() for word in (*STRENGTH, *LEAKED))]
    for item in validators.items:
        if _known_as(str(item.get("NAME").value), own) == MINIMUM:
            yield from _length(item, strength)
    wanted = (
        (MINIMUM, "security.short-passwords", "sets a minimum length", strength),
        (COMMON, "security.common-passwords", "refuses common passwords", strength or leaked),
        (NUMERIC, "security.numeric-passwords", "refuses passwords of digits only", strength),
    )
    for name, rule, what, covered in wanted:
        if name in names or covered:
            continue
        if unclear or any(item.get("NAME").kind in ("unknown", "choice") for item in validators.items) or validators.rest:
            yield f"none of Django's validators {what}; whether {unclear[0] if unclear else 'another one'} does could not be told"
        else:
            yield finding(rule, f"no validator {what}", validators)


def _length(item: Setting, strength: bool) -> Iterator[Seen]:
    length, others = item.get("OPTIONS", "min_length"), [str(key) for key, _ in item.get("OPTIONS").entries if key != "min_length"]
    if others:
        message = f"MinimumLengthValidator has no option {others[0][:40]}, so that checking a password fails"
        yield finding("security.short-passwords", message, item.get("OPTIONS", others[0]))
    if length.absent:
        return
    if length.number is None:
        yield doubt(length) if not length.known else finding("security.short-passwords", "min_length is no number", length)
    elif length.number < SHORTEST and not strength:
        yield finding("security.short-passwords", f"passwords of {length.number:g} characters are accepted{hanging(length)}", length)


@check("security.password-hashers")
def password_hashers(settings: Settings, project_classes: ProjectClasses) -> Outcome:
    """New passwords are not stored with MD5 or SHA-1."""
    if settings.installed(AUTH) is False:
        return not_applicable(f"{AUTH} is not in INSTALLED_APPS, so that there are no passwords")
    return across(settings["PASSWORD_HASHERS"], lambda hashers: _hashers(hashers, settings, project_classes))


def _hashers(hashers: Setting, settings: Settings, own: ProjectClasses) -> Outcome:
    if hashers.truth is False and hashers.absent:
        return settled(settings, [], "passwords are stored with Django's own hasher")
    if hashers.truth is False:
        return settled(settings, [finding("security.weak-hasher", "PASSWORD_HASHERS is empty, so that no password can be stored", hashers)], "")
    first = hashers.get(0)
    if first.kind not in ("str", "object"):
        return unknown(doubt(first))
    if _is_fast(first, own):
        name = str(first.value).rpartition(".")[2]
        return settled(settings, [finding("security.weak-hasher", f"new passwords are stored by {name}, which is fast to try out", first)], "")
    if not _is_slow(first, own):
        return unknown(f"new passwords are stored by {first.value}, and how is not looked at yet ({first.origin})")
    old = [item for item in hashers.items[1:] if _is_fast(item, own)]
    seen = [warning("security.old-hasher", f"passwords stored by {str(item.value).rpartition('.')[2]} are still accepted", item) for item in old]
    return settled(settings, seen, f"new passwords are stored by {str(first.value).rpartition('.')[2]}")


def _known_as(name: str, own: ProjectClasses) -> str:
    """The validator of Django that a class of the project is by inheritance, where it changes nothing."""
    found = own.found.get(name)
    django = [base for base in own.lineage(name) if base in (MINIMUM, COMMON, NUMERIC, SIMILAR)]
    return django[0] if found is not None and django and not found.methods & {"__init__", "validate"} else name


def _is_fast(hasher: Setting, own: ProjectClasses) -> bool:
    return any(name.rpartition(".")[2] in FAST for name in own.lineage(str(hasher.value)))


def _is_slow(hasher: Setting, own: ProjectClasses) -> bool:
    return any(name in [HASHERS + slow for slow in SLOW] for name in own.lineage(str(hasher.value)))


@check("security.password-code")
def password_code(password_code: PasswordCode) -> Outcome:
    """Whoever sets a password that somebody chose validates it."""
    if not password_code.sites:
        return not_applicable("the project's own code sets no passwords that people choose")
    seen = [finding("security.password-unvalidated", spot.text, spot.at) for spot in password_code.sites if spot.kind == "unchecked"]
    seen += [warning("security.password-unvalidated", spot.text, spot.at) for spot in password_code.sites if spot.kind == "by-hand"]
    return judged(seen, "passwords are validated where they are set")
