"""Cache headers of static files, and caches that workers share."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.performance.delivery import names_in, static_storage, whitenoise
from ready_gate.checks.reading import Seen, across, part, top
from ready_gate.checks.registry import ask_person, check, finding, judged, passed, unknown, warning
from ready_gate.facts.views import Environment, ProjectClasses, Requirements, Setting, Settings, Startup
from ready_gate.model import Finding, Level, Outcome, Status

HASHED = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage",
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
)
NAMING = frozenset({"file_hash", "hashed_name", "stored_name", "url", "post_process", "_url", "_stored_name"})  # decide what a file is called
# Where each storage is told what Cache-Control to give its files: settings, then the OPTIONS of the storage.
STORAGE_HEADERS = {
    "storages.backends.s3": (("AWS_S3_OBJECT_PARAMETERS", "CacheControl"), ("object_parameters", "CacheControl")),
    "storages.backends.gcloud": (("GS_OBJECT_PARAMETERS", "cache_control"), ("object_parameters", "cache_control")),
    "storages.backends.azure_storage": (("AZURE_CACHE_CONTROL",), ("cache_control",)),
}
CACHE_SESSIONS = ("django.contrib.sessions.backends.cache", "django.contrib.sessions.backends.cached_db")
CACHE_MIDDLEWARE = ("django.middleware.cache.UpdateCacheMiddleware", "django.middleware.cache.CacheMiddleware")
LOCAL = "django.core.cache.backends.locmem.LocMemCache"
DUMMY = "django.core.cache.backends.dummy.DummyCache"
LONG = 300


@check("performance.cache-headers")
def cache_headers(settings: Settings, requirements: Requirements, project_classes: ProjectClasses) -> Outcome:
    """What hands out static files also says how long they may be kept."""
    served = whitenoise(settings, requirements).status is Status.PASS
    return across(static_storage(settings), lambda storage: _headers(storage, settings, served, _hashes(storage.text or "", project_classes)))


def _headers(storage: Setting, settings: Settings, served: bool, hashed: bool | None) -> Outcome:
    name = storage.text or ""
    given = next((header for prefix, places in STORAGE_HEADERS.items() if name.startswith(prefix) for header in _given(settings, *places)), None)
    if given is not None:
        return passed(f"the storage gives static files the header Cache-Control: {given}")
    if served and hashed is None:
        return unknown(f"{name} inherits from a storage that hashes the names of files, and what it makes of them is not known")
    if served and hashed:
        return passed("WhiteNoise serves hashed names with a long, immutable Cache-Control")
    if served:
        return across(top(settings, "WHITENOISE_MAX_AGE"), lambda age: _max_age(age, storage))
    return ask_person("nothing in the settings sets cache headers for static files; the proxy or the CDN may")


def _hashes(name: str, own: ProjectClasses) -> bool | None:
    """Whether the storage puts a hash into the names of files; None where a class of the project or of another package may have changed that."""
    described = own.found.get(name)
    if described is None:
        return name in HASHED
    if set(described.bases).isdisjoint(HASHED):
        return False
    trusted = all(base.split(".", 1)[0] in ("django", "whitenoise", name.split(".", 1)[0]) for base in described.bases)
    return True if described.complete and trusted and not described.methods & NAMING else None


def _given(settings: Settings, setting: tuple[str, ...], option: tuple[str, ...]) -> Iterator[str]:
    options = part(top(settings, "STORAGES"), "staticfiles", "OPTIONS", *option)
    for value in (options, settings[setting[0]].get(*setting[1:])):
        if value.text:
            yield value.text


def _max_age(age: Setting, storage: Setting) -> Outcome:
    seconds = 60.0 if age.absent else age.number or 0.0
    if seconds >= LONG:
        return passed(f"WhiteNoise lets static files be kept for {seconds:g} s")
    message = f"WhiteNoise lets static files be kept for {seconds:g} s, since their names are not hashed"
    return unknown(message, [warning("performance.short-caching", message, age if not age.absent else storage)])


@check("performance.shared-cache")
def shared_cache(settings: Settings, startup: Startup, environment: Environment, project_classes: ProjectClasses) -> Outcome:
    """Where the settings use a cache, all workers see the same one."""
    several = _several(startup, environment)
    backends = [(use, part(top(settings, "CACHES"), alias, "BACKEND")) for use, alias in _uses(settings)]
    seen = [found for use, backend in backends for found in _cache(use, backend, several, project_classes)]
    findings = [found for found in seen if isinstance(found, Finding)]
    doubts = [found for found in seen if isinstance(found, str)]
    if findings and not doubts and several is None:
        doubts = ["how many workers share the cache could not be told"]
    return judged(findings, "no cache is used that workers would have to share, or they do share it", doubts)


def _several(startup: Startup, environment: Environment) -> bool | None:
    """Whether production runs more than one worker; None where that is not known. Without a start command, WEB_CONCURRENCY alone may say it."""
    started = startup.production
    if started is None:
        number = environment.variables["WEB_CONCURRENCY"].value.strip() if "WEB_CONCURRENCY" in environment.variables else ""
        return True if number.isdecimal() and number not in ("0", "1") else None
    workers = started.workers
    if workers is None:
        return False
    return True if workers.by_cores else None if workers.count is None else workers.count > 1


def _uses(settings: Settings) -> Iterator[tuple[str, str]]:
    """What uses a cache, and the alias of the cache."""
    if top(settings, "SESSION_ENGINE").text in CACHE_SESSIONS:
        yield "sessions", top(settings, "SESSION_CACHE_ALIAS").text or "default"
    if any(name in CACHE_MIDDLEWARE for name in names_in(top(settings, "MIDDLEWARE"))):
        yield "pages", top(settings, "CACHE_MIDDLEWARE_ALIAS").text or "default"
    if part(top(settings, "REST_FRAMEWORK"), "DEFAULT_THROTTLE_CLASSES").items:
        yield "request rates", "default"


def _cache(use: str, backend: Setting, several: bool | None, own: ProjectClasses) -> Iterator[Seen]:
    local = [any(kind in (LOCAL, DUMMY) for kind in own.lineage(option.text or "")) for option in backend.possible()]
    if backend.kind == "choice" and not any(local) and all(option.kind != "unknown" for option in backend.possible()):
        return
    kinds = own.lineage(backend.text or "")
    if backend.kind in ("unknown", "choice"):
        yield backend.doubt() or ""
    if DUMMY in kinds:
        level = Level.ERROR if use == "sessions" else Level.WARNING
        yield finding("performance.dummy-cache", f"{use} are kept in the dummy cache, which keeps nothing", backend, level=level)
    elif LOCAL in kinds:
        level = Level.ERROR if several else Level.WARNING
        yield finding("performance.local-cache", f"{use} are kept in each worker's own memory (LocMemCache)", backend, level=level)
