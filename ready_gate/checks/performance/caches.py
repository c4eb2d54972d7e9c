"""What Django's own checks say of CACHES."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ready_gate.checks.reading import Seen, absolute_place, members
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, settled
from ready_gate.facts.views import Options, Project, Setting, Settings
from ready_gate.model import Outcome

FILE_BASED = "django.core.cache.backends.filebased.FileBasedCache"
PUBLIC = ("MEDIA_ROOT", "STATIC_ROOT", "STATICFILES_DIRS")


@check("performance.cache-settings")
def cache_settings(settings: Settings, project: Project, options: Options) -> Outcome:
    """There is a default cache, and a cache of files lies in a folder of its own, named by its absolute path."""
    caches = settings["CACHES"]
    seen: list[Seen] = []
    if caches.has("default") is False:
        seen.append(finding("django.caches.E001", "CACHES has no entry for 'default', and manage.py refuses to run", caches))
    elif caches.kind in ("unknown", "choice") or (caches.rest and caches.has("default") is None):
        seen.append(doubt(caches))
    for alias, cache in caches.entries:
        if cache.get("BACKEND").text == FILE_BASED and cache.get("LOCATION").text is not None:
            seen += [*_exposed(alias, cache.get("LOCATION"), settings, project, options), *_relative(alias, cache.get("LOCATION"))]
    return settled(settings, seen, "CACHES names a default cache")


def _relative(alias: object, location: Setting) -> Iterator[Seen]:
    if location.kind == "str" and not str(location.value).startswith("/"):
        message = f"the location of the cache {alias} is the relative path {location.value!r}, which depends on where the server starts"
        yield warning("django.caches.W003", message, location)


def _exposed(alias: object, location: Setting, settings: Settings, project: Project, options: Options) -> Iterator[Seen]:
    """A cache that shares a folder with what is served: visitors may read it, and collectstatic may delete it."""
    cache = absolute_place(location, project, options)
    for name in PUBLIC:
        setting = settings[name]
        folders = members(setting) if name == "STATICFILES_DIRS" else (setting,) if setting.truth else ()
        places = [place for folder in folders if (place := absolute_place(folder, project, options))]
        relation = next((words for place in places if cache and (words := _relation(cache, place))), None)
        if relation:
            message = f"the cache {alias} keeps its files in a folder that {relation} {name}: visitors may read them"
            yield warning("django.caches.W002", message, location)


def _relation(cache: str, place: str) -> str | None:
    if cache == place:
        return "is that of"
    if posixpath.commonpath((cache, place)) == place:
        return "is inside"
    return "contains" if posixpath.commonpath((cache, place)) == cache else None
