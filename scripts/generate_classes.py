"""Writes what classes of Django and of the packages around it are made of into ready_gate/facts/django/data/classes.

    python scripts/generate_classes.py SITE_PACKAGES [PACKAGE…]

The source of the packages that are installed in that folder is read; nothing of it is run. A project whose own environment is at hand is judged by
that one, and by these tables otherwise.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

from ready_gate.facts.python.modules import parse_source
from ready_gate.facts.python.outline import ClassOutline, ModuleOutline, outline

DATA = Path(__file__).resolve().parent.parent / "ready_gate" / "facts" / "django" / "data" / "classes"
LEFT_OUT = {
    "tests",
    "test",
    "testing",
    "migrations",
    "management",
    "locale",
    "backends",
    "templatetags",
    "gis",
    "conf",
    "testutils",
    "commands",
    "locks",
    "providers",
}
DJANGO = [
    "django.apps",
    "django.contrib.admin",
    "django.contrib.admindocs",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.flatpages",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.redirects",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "django.contrib.syndication",
    "django.core.exceptions",
    "django.core.paginator",
    "django.core.validators",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.middleware",
    "django.shortcuts",
    "django.urls",
    "django.utils.decorators",
    "django.utils.deprecation",
    "django.utils.deconstruct",
    "django.views",
    "django.contrib.gis.db",
]
NO_URLS = {"tests", "test", "testing", "project_template", "test_app", "sites", "providers", "runtests", "spec"}
PARTLY = {
    "wagtail": [
        "wagtail.models",
        "wagtail.fields",
        "wagtail.api",
        "wagtail.contrib.routable_page",
        "wagtail.contrib.settings",
        "wagtail.contrib.forms",
        "wagtail.images.models",
        "wagtail.documents.models",
        "wagtail.snippets.models",
        "wagtail.search.index",
        "wagtail.views",
        "wagtail.query",
    ],
    "strawberry": ["strawberry.django"],
    "django_extensions": ["django_extensions.db"],
    "rules": ["rules.contrib"],
}
ONLY_URLS = [
    "baton",
    "rosetta",
    "watchman",
    "impersonate",
    "paypal",
    "loginas",
    "django_select2",
    "django_browser_reload",
    "explorer",
    "grappelli",
    "maintenance_mode",
    "django_comments",
    "mozilla_django_oidc",
    "djangosaml2",
    "django_cas_ng",
    "defender",
    "invitations",
    "robots",
    "notifications",
    "webpush",
    "user_sessions",
    "private_storage",
    "djstripe",
    "anymail",
    "django_rq",
    "rest_framework_jwt",
    "admin_interface",
    "jazzmin",
    "nested_admin",
    "mfa",
]
PACKAGES = [
    "django",
    "rest_framework",
    "rest_framework_simplejwt",
    "django_filters",
    "rest_framework_nested",
    "rest_framework_extensions",
    "drf_spectacular",
    "drf_yasg",
    "djoser",
    "dj_rest_auth",
    "allauth",
    "knox",
    "oauth2_provider",
    "ninja",
    "ninja_extra",
    "ninja_jwt",
    "mptt",
    "model_utils",
    "polymorphic",
    "taggit",
    "phonenumber_field",
    "djmoney",
    "rest_framework_gis",
    "wagtail",
    "modelcluster",
    "debug_toolbar",
    "django_prometheus",
    "health_check",
    "silk",
    "drf_writable_nested",
    "guardian",
    "social_django",
    "two_factor",
    "django_otp",
    "graphene_django",
    "strawberry",
    "treebeard",
    "braces",
    "vanilla",
    "rest_framework_api_key",
    "import_export",
    "simple_history",
    "solo",
    "django_celery_beat",
    "hijack",
    "drf_social_oauth2",
    "parler",
    "reversion",
    "safedelete",
    "ordered_model",
    "django_fsm",
    "rest_framework_bulk",
    "rest_flex_fields",
    "rest_access_policy",
    "django_rest_passwordreset",
    "timezone_field",
    "django_countries",
    "colorfield",
    "easy_thumbnails",
    "filer",
    "imagekit",
    "tinymce",
    "ckeditor",
    "ckeditor_uploader",
    "django_summernote",
    "dal",
    "django_tables2",
    "django_registration",
    "registration",
    "actstream",
    "constance",
    "rest_framework_swagger",
    "django_q",
    "django_extensions",
    "django_lifecycle",
    "dirtyfields",
    "rules",
    "i18nfield",
]


def wanted(dotted: str) -> bool:
    """Whether a module may hold what projects inherit from."""
    parts = dotted.split(".")
    if parts[0] == "django":
        return dotted == "django.conf.urls" or (any(dotted == home or dotted.startswith(home + ".") for home in DJANGO) and not {*parts} & {"tests"})
    if parts[0] in PARTLY and not any(dotted == home or dotted.startswith(home + ".") for home in PARTLY[parts[0]]):
        return False
    return not LEFT_OUT & {*parts[1:]} and not any(part.startswith("test_") for part in parts)


def as_json(made: ClassOutline) -> dict[str, object]:
    """A class, with what is empty left out."""
    found = {
        "bases": made.bases,
        "attributes": made.attributes,
        "methods": {name: [_short(text) for text in decorators] for name, decorators in made.methods.items() if decorators},
        "plain": [name for name, decorators in made.methods.items() if not decorators],
        "inner": {name: as_json(inner) for name, inner in made.inner.items()},
    }
    return {key: value for key, value in found.items() if value}


def _short(decorator: str) -> str:
    """A decorator without its arguments, where these do not matter."""
    return decorator if decorator.startswith("rest_framework.decorators.") else decorator.partition("(")[0]


def module_json(made: ModuleOutline, dotted: str) -> dict[str, object]:
    """A module: of its names only those from elsewhere in its package, which others may take from here."""
    top = dotted.partition(".")[0]
    found = {
        "names": {name: place for name, place in made.names.items() if place.startswith(top + ".") and place != f"{dotted}.{name}"},
        "classes": {name: as_json(kind) for name, kind in made.classes.items()},
        "functions": made.functions,
        "stars": [star for star in made.stars if star.partition(".")[0] == top],
    }
    return {key: value for key, value in found.items() if value}


def package(folder: Path, top: str) -> dict[str, object]:
    """Every module of a package that may matter."""
    found: dict[str, object] = {}
    for path in sorted((folder / top).rglob("*.py")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        dotted = ".".join(parts[:-1] if is_package else parts)
        if wanted(dotted):
            made = module_json(outline(parse_source(path.read_bytes()).body, dotted, is_package), dotted)
            found |= {dotted: made} if made else {}
    return found


def url_texts(folder: Path, top: str) -> dict[str, object]:
    """The URL modules of a package, as far as they make patterns: whether each is a package itself, and its code."""
    found: dict[str, object] = {}
    for path in sorted((folder / top).rglob("*.py")):
        parts = list(path.relative_to(folder).with_suffix("").parts)
        data = path.read_bytes()
        is_package = parts[-1] == "__init__"
        if b"urlpatterns" in data and "urls" in path.relative_to(folder).as_posix() and not NO_URLS & {*parts}:
            tree = parse_source(data)
            tree.body = [node for node in tree.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
            found[".".join(parts[:-1] if is_package else parts)] = [is_package, ast.unparse(tree)]
    return found


def main(arguments: list[str]) -> None:
    folder, names = Path(arguments[0]), arguments[1:] or PACKAGES
    DATA.mkdir(parents=True, exist_ok=True)
    texts = {dotted: text for top in [*names, *ONLY_URLS] for dotted, text in url_texts(folder, top).items()}
    (DATA.parent / "urls.json").write_text(json.dumps(texts, indent=0, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    for top in names:
        modules = package(folder, top)
        if not modules:
            sys.stderr.write(f"{top} is not installed\n")
            continue
        (DATA / f"{top}.json").write_text(json.dumps(modules, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
