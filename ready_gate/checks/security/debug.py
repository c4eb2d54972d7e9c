"""Debug mode: DEBUG itself, what it falls back to, templates, and debugging tools."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import Seen
from ready_gate.checks.registry import check, finding, warning
from ready_gate.checks.security.answers import doubt, file_behind, hanging, notes_of_defaults, settled
from ready_gate.facts.views import Project, Setting, Settings
from ready_gate.model import Outcome

TOOLS = ("debug_toolbar", "silk", "debug_panel")
TOOL_MIDDLEWARE = ("debug_toolbar.middleware.", "silk.middleware.", "debug_panel.middleware.")
FALSE_TEXTS = ("false", "0", "no", "off", "f", "n", "none")


@check("security.debug-off")
def debug_off(settings: Settings, fallback_settings: Settings, project: Project) -> Outcome:
    """DEBUG is false for sure, also without an environment, and nothing else turns debugging on."""
    seen = [
        *_debug(settings["DEBUG"]),
        *_without_environment(settings["DEBUG"], fallback_settings["DEBUG"]),
        *_templates(settings),
        *_tools(settings),
        *_exceptions(settings),
        *_start_files(settings, project),
        *(notes_of_defaults(settings, "DEBUG") if settings["DEBUG"].truth is False else ()),
    ]
    return settled(settings, seen, "DEBUG is False" + hanging(settings["DEBUG"]))


def _debug(debug: Setting) -> Iterator[Seen]:
    if debug.truth is None:
        yield doubt(debug)
    elif debug.truth:
        yield finding("django.security.W018", _what(debug) + hanging(debug), debug)


def _what(debug: Setting) -> str:
    """What DEBUG is, for a value that is true."""
    if debug.kind == "str" and str(debug.value).strip().lower() in FALSE_TEXTS:
        names = " and ".join(dict.fromkeys(read.name for read in debug.reads))
        source = f"the variable {names} is read without a cast" if names else "the setting holds text"
        return f'DEBUG is the string "{debug.value}", which Python takes for true ({source})'
    return f"DEBUG is {debug.value!r}" if debug.kind in ("bool", "int", "str") else "DEBUG is true"


def _without_environment(debug: Setting, fallback: Setting) -> Iterator[Seen]:
    """What DEBUG is when no variable is set. A variable without a default stops the start, which is safe."""
    on = next((option for option in fallback.possible() if option.truth and (fallback.truth or option.missing_reads)), None)
    if on is not None:
        file = file_behind(on)
        if file is not None and not debug.truth:
            yield finding("security.debug-default", f"{_what(on)} by {file.path}, which is in the repository, where production does not set it", file)
        elif file is None and (not debug.truth or debug.from_environment):
            missing = " or ".join(dict.fromkeys(read.name for read in on.missing_reads))
            when = f"whenever the variable {missing} is missing" if missing else "when no environment variable is set"
            yield finding("security.debug-default", f"{_what(on)} {when}", on)
    elif fallback.truth is None and debug.truth is not None and not any(not read.has_default for read in fallback.missing_reads):
        yield f"without its environment variables, {doubt(fallback)}"


def _templates(settings: Settings) -> Iterator[Seen]:
    templates = settings["TEMPLATES"]
    for option in templates.possible():
        if option.kind == "unknown" or option.rest:
            yield doubt(option)
        for index in range(len(option.items)):
            yield from _template_debug(option.get(index, "OPTIONS", "debug"), settings["DEBUG"])


def _template_debug(debug: Setting, main: Setting) -> Iterator[Seen]:
    if debug.truth is None and main.truth is not None:
        yield doubt(debug)
    elif debug.truth and main.truth is False:
        yield finding("security.template-debug", f"{debug.name} is true although DEBUG is not: error pages of templates show their source", debug)


def _tools(settings: Settings) -> Iterator[Seen]:
    for name, prefixes in (("INSTALLED_APPS", TOOLS), ("MIDDLEWARE", TOOL_MIDDLEWARE)):
        setting = settings[name]
        found = [item for item in setting.items if item.kind == "str" and str(item.value).startswith(prefixes) and setting.kind != "choice"]
        for item in found:
            yield finding("security.debug-toolbar", f"{item.value} is in {name} of the production settings", item)
        if not found and _holds(setting, prefixes) is None:
            yield doubt(setting)


def _holds(setting: Setting, prefixes: tuple[str, ...]) -> bool | None:
    return setting.has(lambda entry: isinstance(entry, str) and entry.startswith(prefixes))


def _exceptions(settings: Settings) -> Iterator[Seen]:
    if settings["DEBUG_PROPAGATE_EXCEPTIONS"].truth:
        message = "DEBUG_PROPAGATE_EXCEPTIONS is true: errors reach the application server instead of Django's own error page"
        yield warning("security.debug-exceptions", message, settings["DEBUG_PROPAGATE_EXCEPTIONS"])


def _start_files(settings: Settings, project: Project) -> Iterator[Seen]:
    if project.development_class_at:
        message = f"without DJANGO_CONFIGURATION the project starts with the class {project.configuration}, which is named for development"
        yield warning("security.settings-default", message, project.development_class_at)
    default = project.default_module
    if default and default != settings.module:
        missing = ", which is not in the repository" if project.default_is_missing else ""
        message = f"without DJANGO_SETTINGS_MODULE the project starts with {default}{missing}, while production runs {settings.module}"
        yield warning("security.settings-default", message, project.default_module_at)
