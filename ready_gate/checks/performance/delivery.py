"""Compression, and who hands out static files."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import (
    Seen,
    across,
    allows,
    at_least,
    because,
    empty,
    host_of,
    is_loopback,
    is_placeholder_host,
    not_required,
    part,
    settle,
    top,
)
from ready_gate.checks.registry import check, failed, finding, not_applicable, passed, unknown, warning
from ready_gate.facts.views import ProjectClasses, Requirements, Setting, Settings
from ready_gate.model import Finding, Outcome, Status

# The middleware that compresses, and the distribution it comes with (None: Django itself).
COMPRESSORS: dict[str, str | None] = {
    "django.middleware.gzip.GZipMiddleware": None,
    "django_brotli.middleware.BrotliMiddleware": "django-brotli",
    "compression_middleware.middleware.CompressionMiddleware": "django-compression-middleware",
    "django_compression_middleware.middleware.CompressionMiddleware": "django-compression-middleware",
    "zstandard_middleware.middleware.ZstandardMiddleware": "django-zstd-middleware",
}
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
# Work that a static file does not need: WhiteNoise has to stand before it.
AFTER_WHITENOISE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
)
# Storages whose files another host hands out, and their distributions.
REMOTE_STORAGES = {
    "storages.backends.s3.": "django-storages",
    "storages.backends.s3boto3.": "django-storages",
    "storages.backends.gcloud.": "django-storages",
    "storages.backends.azure_storage.": "django-storages",
    "cloudinary_storage.storage.": "django-cloudinary-storage",
    "django_s3_storage.storage.": "django-s3-storage",
}
LOCAL_STORAGES = ("django.contrib.staticfiles.storage.", "django.core.files.storage.", "whitenoise.", "pipeline.storage.")


def names_in(middleware: Setting) -> list[str]:
    """The dotted names of MIDDLEWARE, in order; what is not known is an empty text."""
    return [item.text or "" for item in middleware.items]


@check("performance.compression")
def compression(settings: Settings, requirements: Requirements, project_classes: ProjectClasses) -> Outcome:
    """A middleware compresses answers."""
    return across(top(settings, "MIDDLEWARE"), lambda middleware: _compression(middleware, requirements, project_classes))


def _compression(middleware: Setting, requirements: Requirements, own_classes: ProjectClasses) -> Outcome:
    names = [next((kind for kind in own_classes.lineage(name) if kind in COMPRESSORS), name) for name in names_in(middleware)]
    found = next((index for index, name in enumerate(names) if name in COMPRESSORS), None)
    if found is not None:
        return settle(_compressor(middleware, found, names[found], requirements), f"{names[found]} compresses answers")
    own = [name for name in names if not name.startswith("django.") and any(word in name.lower() for word in ("gzip", "brotli", "compress", "zstd"))]
    if own or middleware.doubt():
        return unknown(f"{own[0]} may compress answers, its code is not looked at yet" if own else middleware.doubt() or "")
    message = "no middleware compresses answers"
    return failed(message, [finding("performance.no-compression", message, middleware.origin)])


def _compressor(middleware: Setting, index: int, kind: str, requirements: Requirements) -> Iterator[Seen]:
    entry = middleware.items[index]
    package = COMPRESSORS[kind]
    if package and not_required(requirements, package):
        yield finding("performance.compression-missing", f"{entry.text} is in MIDDLEWARE, and {package} is not among the requirements", entry)
    if index and middleware.ordered:
        yield warning("performance.compression-order", f"{entry.text} is not the first entry of MIDDLEWARE", entry)


@check("performance.static-delivery")
def static_delivery(settings: Settings, requirements: Requirements, project_classes: ProjectClasses) -> Outcome:
    """WhiteNoise, a storage elsewhere, or another host hands out static files."""
    ways = (whitenoise(settings, requirements), _storage(settings, requirements, project_classes), _other_host(settings))
    for status in (Status.PASS, Status.UNKNOWN):
        chosen = [way for way in ways if way.status is status]
        if chosen:
            return chosen[0]
    wrong = [way for way in ways if way.status is Status.FAIL]
    if wrong:
        return failed(wrong[0].reason, [seen for way in wrong for seen in way.findings])
    message = "nothing in the settings hands out static files: no WhiteNoise, no storage elsewhere, no other host in STATIC_URL"
    return failed(message, [finding("performance.static-nowhere", message, top(settings, "STATIC_URL")), *_ignored(settings)])


def whitenoise(settings: Settings, requirements: Requirements) -> Outcome:
    """Whether WhiteNoise serves STATIC_ROOT; not applicable where it is not in MIDDLEWARE."""

    def judge(middleware: Setting) -> Outcome:
        names = names_in(middleware)
        if WHITENOISE in names:
            return settle(_whitenoise(settings, middleware, names.index(WHITENOISE), requirements), "WhiteNoise serves static files")
        doubt = middleware.doubt()
        return unknown(doubt) if doubt else not_applicable("WhiteNoise is not in MIDDLEWARE")

    return across(top(settings, "MIDDLEWARE"), judge)


def _whitenoise(settings: Settings, middleware: Setting, index: int, requirements: Requirements) -> Iterator[Seen]:
    entry = middleware.items[index]
    before = [name for name in names_in(middleware)[:index] if name in AFTER_WHITENOISE]
    if before and middleware.ordered:
        yield finding("performance.whitenoise-order", f"WhiteNoise stands after {before[0]} in MIDDLEWARE", entry)
    if not_required(requirements, "whitenoise"):
        yield finding("performance.whitenoise-missing", "WhiteNoise is in MIDDLEWARE, and whitenoise is not among the requirements", entry)
    root = top(settings, "STATIC_ROOT")
    if top(settings, "WHITENOISE_USE_FINDERS").truth:
        return
    if root.kind in ("unknown", "choice"):
        yield root.doubt() or ""
    elif empty(root):
        yield finding("performance.static-root", f"STATIC_ROOT is not set{because(root)}, so WhiteNoise has nothing to serve", root)


def static_storage(settings: Settings) -> Setting:
    """The storage of static files, from the setting that this version of Django reads."""
    stored = part(top(settings, "STORAGES"), "staticfiles", "BACKEND")
    old = top(settings, "STATICFILES_STORAGE")
    if not settings.is_set("STATICFILES_STORAGE") or at_least(settings, 5, 1):
        return stored
    return old if at_least(settings, 4, 2) is False or not settings.is_set("STORAGES") else stored


def _ignored(settings: Settings) -> Iterator[Finding]:
    old = top(settings, "STATICFILES_STORAGE")
    if settings.is_set("STATICFILES_STORAGE") and at_least(settings, 5, 1):
        yield warning("performance.static-storage-ignored", f"Django {settings.django} ignores STATICFILES_STORAGE", old)


def _storage(settings: Settings, requirements: Requirements, classes: ProjectClasses) -> Outcome:
    return across(static_storage(settings), lambda storage: _stored(storage, requirements, classes))


def _stored(storage: Setting, requirements: Requirements, classes: ProjectClasses) -> Outcome:
    lineage, known = classes.lineage(storage.text or ""), (*REMOTE_STORAGES, *LOCAL_STORAGES)
    name = next((name for name in lineage if name.startswith(known)), lineage[0])
    package = next((package for prefix, package in REMOTE_STORAGES.items() if name.startswith(prefix)), None)
    if package and not_required(requirements, package):
        message = f"static files are stored by {name}, and {package} is not among the requirements"
        return failed(message, [finding("performance.static-storage-missing", message, storage)])
    if package:
        return passed(f"static files are stored elsewhere, by {name}")
    if storage.absent or name.startswith(LOCAL_STORAGES):
        return not_applicable("static files are stored on the server itself")
    return unknown(f"the static files storage {storage.shown()!r} is not known, so where its files are served from cannot be told ({storage.origin})")


def _other_host(settings: Settings) -> Outcome:
    return across(top(settings, "STATIC_URL"), lambda url: _static_host(url, top(settings, "ALLOWED_HOSTS")))


def _static_host(url: Setting, allowed: Setting) -> Outcome:
    host = host_of(url.text or "")
    if host is None:
        return not_applicable("STATIC_URL is a path on the site's own host")
    if is_loopback(host) or is_placeholder_host(host):
        message = f"STATIC_URL points at {host}{because(url)}"
        return failed(message, [finding("performance.static-host", message, url)])
    same = allows(allowed, host)
    if same is None:
        return unknown(f"STATIC_URL names {host}, and ALLOWED_HOSTS leaves open whether that is the site itself ({url.origin})")
    return not_applicable(f"STATIC_URL names {host}, the site's own host") if same else passed(f"static files come from {host}")
