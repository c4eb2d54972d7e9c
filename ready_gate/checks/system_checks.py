"""What `manage.py check` says of templates, languages, addresses and folders in the settings. Its errors stop migrate and collectstatic."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ready_gate.checks.reading import Seen, absolute_place, at_least, members
from ready_gate.checks.registry import check, finding, not_applicable, warning
from ready_gate.checks.security.answers import doubt, settled, shown
from ready_gate.facts.views import Options, Project, Setting, SettingFolders, Settings
from ready_gate.model import Outcome

_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8}){0,20}(@[a-z0-9]{1,20})?", re.I)
STATICFILES = "django.contrib.staticfiles"


@check("deployment.system-checks")
def system_checks(settings: Settings, setting_folders: SettingFolders, project: Project, options: Options) -> Outcome:
    """manage.py does not refuse these settings."""
    seen = [
        *(part for engine in members(settings["TEMPLATES"]) for part in _template(engine, settings)),
        *_languages(settings),
        *(part for name in ("STATIC_URL", "MEDIA_URL") for part in _address(settings[name])),
        *_upload_folder(settings["FILE_UPLOAD_TEMP_DIR"], setting_folders, project, options),
    ]
    return settled(settings, seen, "manage.py takes these templates, languages, addresses and folders")


def _template(engine: Setting, settings: Settings) -> Iterator[Seen]:
    given = engine.get("OPTIONS")
    if at_least(settings, 5, 1) is False and engine.get("APP_DIRS").truth and given.has("loaders"):
        yield finding("django.templates.E001", "TEMPLATES has both APP_DIRS and loaders", given.get("loaders"))
    text = given.get("string_if_invalid")
    if text.known and not text.absent and text.kind not in ("str", "object"):
        yield finding("django.templates.E002", f"{text.name} is {shown(text)}, which is no text", text)


def _languages(settings: Settings) -> Iterator[Seen]:
    code, languages = settings["LANGUAGE_CODE"], settings["LANGUAGES"]
    yield from _code(code, "django.translation.E001")
    for entry in members(languages):
        yield from _code(entry.get(0), "django.translation.E002")
    for entry in members(settings["LANGUAGES_BIDI"]):
        yield from _code(entry, "django.translation.E003")
    if code.text and settings["USE_I18N"].truth and _offered(code.text, languages) is False:
        yield finding("django.translation.E004", f"LANGUAGE_CODE is {shown(code)}, which is not among LANGUAGES", code)


def _code(code: Setting, rule: str) -> Iterator[Seen]:
    if not code.known or code.absent or code.kind == "object":
        return
    if code.kind != "str" or not _LANGUAGE.fullmatch(str(code.value)):
        yield finding(rule, f"{code.name} is {shown(code)}, which is no language code", code)


def _offered(code: str, languages: Setting) -> bool | None:
    """Whether LANGUAGES holds the code, a more general one, or a variant of the same language."""
    parts = code.split("-")
    general = {"-".join(parts[:size]) for size in range(1, len(parts) + 1)}
    offered = [entry.get(0) for entry in members(languages)]
    if any(one.text in general or str(one.text).startswith(parts[0] + "-") for one in offered if one.text):
        return True
    unclear = languages.rest or languages.kind in ("unknown", "choice", "object") or any(one.text is None for one in offered)
    return None if unclear else False


def _address(address: Setting) -> Iterator[Seen]:
    if address.text and not address.text.endswith("/"):
        yield finding("django.urls.E006", f"{address.name} is {shown(address)}, which does not end with a slash", address)


def _upload_folder(folder: Setting, folders: SettingFolders, project: Project, options: Options) -> Iterator[Seen]:
    place = absolute_place(folder, project, options)
    if folder.text and place in folders.missing:
        named = posixpath.relpath(str(place), options.path)
        yield finding("django.files.E001", f"FILE_UPLOAD_TEMP_DIR names {named}, which is not in the project", folder)


@check("deployment.static-settings")
def static_settings(settings: Settings, setting_folders: SettingFolders, project: Project, options: Options) -> Outcome:
    """The static files app takes STATICFILES_DIRS and STORAGES as they are."""
    if settings.installed(STATICFILES) is False:
        return not_applicable(f"{STATICFILES} is not installed: there are no static files to collect")
    folders = settings["STATICFILES_DIRS"]
    seen: list[Seen] = [*_static_storage(settings)]
    if folders.kind in ("unknown", "choice", "object"):
        seen.append(doubt(folders))
    elif folders.kind not in ("list", "tuple", "absent"):
        message = f"STATICFILES_DIRS is {shown(folders)}, which is no list"
        seen.append(finding("django.staticfiles.E001", message, folders))
    for folder in members(folders):
        seen += _static_folder(folder, setting_folders, project, options)
    return settled(settings, seen, "the folders of static files are named as Django wants them")


def _static_folder(folder: Setting, folders: SettingFolders, project: Project, options: Options) -> Iterator[Seen]:
    pair = folder.kind in ("tuple", "list") and len(folder.items) == 2
    if pair and str(folder.items[0].text or "").endswith("/"):
        message = f"the prefix {shown(folder.items[0])} in STATICFILES_DIRS ends with a slash"
        yield finding("django.staticfiles.E003", message, folder.items[0])
    place = absolute_place(folder, project, options)
    if place in folders.missing:
        named = posixpath.relpath(str(place), options.path)
        message = f"STATICFILES_DIRS names {named}, which is not in the repository; a build step may make it"
        yield warning("django.staticfiles.W004", message, folder)


def _static_storage(settings: Settings) -> Iterator[Seen]:
    storages = settings["STORAGES"]
    if at_least(settings, 5) and storages.kind == "dict" and storages.has("staticfiles") is False:
        yield finding("django.staticfiles.E005", "STORAGES has no entry for 'staticfiles', and collectstatic refuses to run", storages)
