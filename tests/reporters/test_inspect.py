from __future__ import annotations

import json
from dataclasses import replace

from ready_gate.facts.views import Project, Settings
from ready_gate.reporters.inspect import settings_json, settings_text

PROJECT = Project(".", "manage.py", "shop.settings", "shop/settings.py", "manage.py names it")


def read(settings: Settings, **options: bool) -> dict[str, dict[str, object]]:
    made = json.loads(settings_json(settings, PROJECT, **options))
    assert made["settings_module"] == "shop.settings"
    return made["settings"]  # type: ignore[no-any-return]


def test_known_settings_are_exact(settings: Settings) -> None:
    made = read(settings)
    assert made["DEBUG"] == {
        "state": "known",
        "type": "bool",
        "value": True,
        "origins": [{"path": "shop/settings.py", "line": 1}],
        "environment": ["DEBUG"],
    }
    assert made["LIFETIME"]["value"] == {"$timedelta": 300.0}
    assert made["TAGS"]["value"] == ["orders", "shop"]
    assert made["BASE_DIR"]["value"] == "shop"
    assert made["APPEND_SLASH"]["origins"] == []


def test_unknown_parts_are_marked(settings: Settings) -> None:
    made = read(settings)
    default = made["DATABASES"]["value"]["default"]  # type: ignore[index]
    assert made["DATABASES"]["state"] == "partly-known"
    assert default["HOST"] == {"$unknown": "it is computed at run time"}
    assert default["$unknown"] == "a plugin adds to it"
    assert default["CONN_MAX_AGE"] == 60
    assert made["INSTALLED_APPS"]["value"] == ["shop", "orders", {"$unknown": "plugins add to it"}]
    assert (made["ADDRESS"]["state"], made["ADDRESS"]["reason"]) == ("unknown", "it comes from a call")
    assert "value" not in made["ADDRESS"]


def test_one_of_several_values_is_no_known_value(settings: Settings) -> None:
    assert read(settings)["WORKERS"]["state"] == "unknown"


def test_numbers_that_json_cannot_hold_are_unknown(settings: Settings) -> None:
    made = read(settings)
    assert "$unknown" in str(made["LIMIT"]["value"])
    assert "$unknown" in str(made["HUGE"]["value"])


def test_secrets_are_hidden_unless_asked_for(settings: Settings) -> None:
    for text in (settings_json(settings, PROJECT), settings_text(settings, PROJECT)):
        assert "fA3-… (32 characters)" in text.replace("\\u2026", "…")
        assert not any(secret in text for secret in ("long-and-random", "sesame", "vault.read"))
    shown = read(settings, show_secrets=True)
    assert shown["SECRET_KEY"]["value"] == "fA3-long-and-random-but-not-real"
    assert shown["BROKER"]["value"] == "redis://shop:sesame@cache/0"
    assert shown["CREDENTIALS"]["value"] == "vault.read('abc')"


def test_variables_of_the_parts_are_named(settings: Settings) -> None:
    assert read(settings)["DATABASES"]["environment"] == ["DB_PASSWORD"]
    assert "variable DB_PASSWORD set in .env.production:7" in settings_text(settings, PROJECT)
    assert "variable DEBUG is not set, so its default counts" in settings_text(settings, PROJECT)


def test_settings_that_could_not_all_be_read_have_no_defaults(settings: Settings) -> None:
    made = read(replace(settings, incomplete="shop/local.py could not be read"))
    assert made["APPEND_SLASH"]["state"] == "unknown"
    assert made["APPEND_SLASH"]["reason"] == "shop/local.py could not be read"


def test_text_from_outside_does_no_harm(settings: Settings) -> None:
    text = settings_text(settings, PROJECT)
    assert all(line.isprintable() for line in text.splitlines())
    assert "##[" not in text + settings_json(settings, PROJECT)
