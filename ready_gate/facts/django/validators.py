"""The validators of Django that are objects and no functions: a migration writes down what they were made by."""

from __future__ import annotations

from ready_gate.facts.views.schema import Made

HOME = "django.core.validators"
REGEX = f"{HOME}.RegexValidator"
CURLY = (3, 0)  # the first version whose messages quote with curly signs


def made(dotted: str, version: tuple[int, ...]) -> Made | None:
    """What one of them is made by; None for every other name."""
    home, _, name = dotted.rpartition(".")
    return _made(name, version) if home == HOME else None


def _made(name: str, version: tuple[int, ...]) -> Made | None:
    quoted = "'slug'" if version and version < CURLY else "“slug”"
    letters = f"Enter a valid {quoted} consisting of letters, numbers, underscores or hyphens."
    any_letters = f"Enter a valid {quoted} consisting of Unicode letters, numbers, underscores, or hyphens."
    known = {
        "validate_email": Made(f"{HOME}.EmailValidator"),
        "validate_slug": Made(REGEX, (_pattern(r"^[-a-zA-Z0-9_]+\Z"), letters, "invalid")),
        "validate_unicode_slug": Made(REGEX, (_pattern(r"^[-\w]+\Z"), any_letters, "invalid")),
        "integer_validator": Made(REGEX, (_pattern(r"^-?\d+\Z"),), {"message": "Enter a valid integer.", "code": "invalid"}),
        "validate_comma_separated_integer_list": Made(
            REGEX, (_pattern(r"^\d+(?:,\d+)*\Z"),), {"message": "Enter only digits separated by commas.", "code": "invalid"}
        ),
    }
    return known.get(name)


def _pattern(text: str) -> Made:
    return Made("re.compile", (text,))
