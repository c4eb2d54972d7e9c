"""What names say."""

from __future__ import annotations

import pytest

from ready_gate.facts.secrets.named.words import meaning


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SECRET_KEY", "django-secret-key"),
        ("DJANGO_SECRET_KEY", "django-secret-key"),
        ("SECRET_KEY_FALLBACKS", "django-secret-key"),
        ("DB_PASSWORD", "database-password"),
        ("POSTGRES_PASSWORD", "database-password"),
        ("PGPASSWORD", "database-password"),
        ("spring.datasource.password", "database-password"),
        ("EMAIL_HOST_PASSWORD", "email-password"),
        ("smtpPassword", "email-password"),
        ("AWS_SECRET_ACCESS_KEY", "aws-secret-access-key"),
        ("password1", "generic-password"),
        ("dbpasswd", "database-password"),
        ("adminPassword", "generic-password"),
        ("userPass", "generic-password"),
        ("passphrase", "generic-password"),
        ("api-key", "generic-api-key"),
        ("X-Api-Key", "generic-api-key"),
        ("apiKey", "generic-api-key"),
        ("access_token", "generic-token"),
        ("GITHUB_TOKEN", "generic-token"),
        ("client_secret", "generic-secret"),
        ("PAYTM_MERCHANT_KEY", "generic-secret"),
        ("RAZORPAY_KEY_SECRET", "generic-secret"),
        ("AUTH_SALT", "generic-secret"),
        ("JWT_SIGNING_KEY", "signing-key"),
    ],
)
def test_names_of_secrets(name: str, kind: str) -> None:
    found = meaning(name)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "name",
    [
        *(
            "PASSWORD_HASHERS",
            "AUTH_PASSWORD_VALIDATORS",
            "PASSWORD_RESET_TIMEOUT",
            "password_reset_url",
            "password_field",
            "TOKEN_MODEL",
            "token_type",
        ),
        *(
            "SECRET_KEY_FILE",
            "secret_name",
            "secret_arn",
            "PRIVATE_KEY_PATH",
            "csrf_token",
            "csrftoken",
            "CSRF_TOKEN_HEADER",
            "primary_key",
            "foreign_key",
        ),
        *(
            "cache_key",
            "sort_key",
            "public_key",
            "STRIPE_PUBLISHABLE_KEY",
            "key",
            "keyword",
            "tokenizer",
            "compass",
            "bypass",
            "proxy_pass",
            "require_password",
        ),
        *(
            "AWS_ACCESS_KEY_ID",
            "access_key",
            "next_page_token",
            "applicationServerKey",
            "session_key",
            "password_help_text",
            "tokenAddress",
            "author",
        ),
    ],
)
def test_names_of_something_else(name: str) -> None:
    assert meaning(name) is None


@pytest.mark.parametrize("name", ["MAPS_KEY", "API_KEY_GOOGLE", "password_rabbit", "tokens"])
def test_names_that_need_a_random_value(name: str) -> None:
    found = meaning(name)
    assert found is not None
    assert not found.surely
