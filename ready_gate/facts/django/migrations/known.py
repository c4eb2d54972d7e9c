"""The migrations that Django's own apps bring along."""

from __future__ import annotations

from ready_gate.facts.django.migrations.parts import Key

DJANGO: dict[str, frozenset[str]] = {
    "admin": frozenset({"0001_initial", "0002_logentry_remove_auto_add", "0003_logentry_add_action_flag_choices"}),
    "auth": frozenset(
        {
            "0001_initial",
            "0002_alter_permission_name_max_length",
            "0003_alter_user_email_max_length",
            "0004_alter_user_username_opts",
            "0005_alter_user_last_login_null",
            "0006_require_contenttypes_0002",
            "0007_alter_validators_add_error_messages",
            "0008_alter_user_username_max_length",
            "0009_alter_user_last_name_max_length",
            "0010_alter_group_name_max_length",
            "0011_update_proxy_permissions",
            "0012_alter_user_first_name_max_length",
        }
    ),
    "contenttypes": frozenset({"0001_initial", "0002_remove_content_type_name"}),
    "flatpages": frozenset({"0001_initial"}),
    "redirects": frozenset({"0001_initial", "0002_alter_redirect_new_path_help_text"}),
    "sessions": frozenset({"0001_initial"}),
    "sites": frozenset({"0001_initial", "0002_alter_domain_unique"}),
}


def has_migration(key: Key) -> bool | None:
    """Whether an app of Django's has this migration; None of any other app, which is taken to have what the project asks for. Which app has a label
    is the project's choice, so that a name that could not be Django's own says nothing."""
    app, name = key
    names = DJANGO.get(app)
    if names is None or name.startswith("__"):
        return None
    return name in names
