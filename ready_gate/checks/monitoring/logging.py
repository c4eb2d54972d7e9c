"""The application writes a log in production."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.monitoring.loggers import (
    DEBUG,
    ERROR,
    MAIL_ADMINS,
    ROOT,
    WARNING,
    Logger,
    applied,
    chain,
    class_of,
    handlers_of,
    level_of,
    loggers_of,
    own_level,
    silent,
)
from ready_gate.checks.reading import Seen, across, because, settle, top
from ready_gate.checks.registry import check, failed, finding, passed, unknown, warning
from ready_gate.facts.views import Called, LoggerNames, Setting, Settings
from ready_gate.model import Finding, Outcome

GROWING = ("logging.FileHandler", "FileHandler")
BY_SIZE = "logging.handlers.RotatingFileHandler"
CRITICAL = 50
STANDARD = {
    "logging": ("StreamHandler", "FileHandler", "NullHandler", "Handler"),
    "logging.handlers": (
        *("RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler", "SysLogHandler", "HTTPHandler", "SMTPHandler", "SocketHandler"),
        *("DatagramHandler", "MemoryHandler", "QueueHandler", "NTEventLogHandler", "BufferingHandler", "BaseRotatingHandler"),
    ),
}
DEVICES = ("/dev/", "/proc/")


@check("monitoring.logging")
def logging(settings: Settings, logger_names: LoggerNames) -> Outcome:
    """The root or the project's loggers reach a handler that works in production, at INFO or WARNING; files rotate."""
    return across(applied(settings), lambda config: _configured(config, settings, logger_names))


def _configured(config: Setting, settings: Settings, names: LoggerNames) -> Outcome:
    if config.kind == "NoneType":
        return _unset(config, settings)
    if config.kind not in ("dict", "absent"):
        return unknown(f"LOGGING is no plain dictionary ({config.origin})")
    if not config.entries and not config.rest:
        return _unset(config, settings)
    known = loggers_of(config)
    heard = [logger for logger in known if _own(logger, names)]
    seen = [*_undefined(known, config), *(part for logger in known for part in _loud(logger, known, config, names)), *_files(known, config)]
    seen += [*_refused(config), *_off(settings)]
    if not any(isinstance(part, Finding) for part in seen):
        seen += _reach(heard, known, config)
    return settle([*seen, *_disabled(config)], "the application logs to a handler that works in production")


def _unset(config: Setting, settings: Settings) -> Outcome:
    basic = settings.called("logging.basicConfig")
    if basic and basic[-1].certain:
        return _basic(basic[-1])
    if top(settings, "LOGGING_CONFIG").truth is False and settings.is_set("LOGGING"):
        message = "LOGGING_CONFIG is None and nothing applies LOGGING"
        return failed(message, [finding("monitoring.config-off", message, top(settings, "LOGGING_CONFIG"))])
    message = "LOGGING is not set: Django's own handler writes to the console only while DEBUG is on"
    return failed(message, [finding("monitoring.no-logging", message, config.origin or top(settings, "LOGGING").origin)])


def _basic(call: Called) -> Outcome:
    level = level_of(call.keywords.get("level", Setting("level", "absent")), WARNING)
    if level is None:
        return unknown(f"the level given to logging.basicConfig is not known ({call.at})")
    if level <= DEBUG or level >= ERROR:
        rule, message = (
            ("debug-level", "logging.basicConfig logs at DEBUG") if level <= DEBUG else ("level-too-high", "logging.basicConfig logs errors only")
        )
        return failed(message, [finding(f"monitoring.{rule}", message, call.at)])
    if call.keywords.get("filename") is not None:
        message = "logging.basicConfig writes to a file that is never rotated"
        return failed(message, [finding("monitoring.no-rotation", message, call.at)])
    return passed("logging.basicConfig gives the root logger a console handler")


def _undefined(known: tuple[Logger, ...], config: Setting) -> Iterator[Seen]:
    for logger in known:
        for name in logger.setting.get("handlers").items:
            handler = config.get("handlers").get(name.text)
            if name.text and handler.absent:
                yield finding("monitoring.missing-handler", f"{logger.setting.name} names the handler {name.text!r}, which is not defined", name)
    for part in config.walk():
        if part.name.endswith(".level") and part.kind == "str" and level_of(part, 0) is None:
            yield finding("monitoring.unknown-level", f"{part.name} is {part.text!r}, which is no level{because(part)}: Django does not start", part)


def _refused(config: Setting) -> Iterator[Seen]:
    """What dictConfig does not take: another version, classes that logging does not have, names that nothing defines."""
    version = config.get("version")
    if version.absent or (version.known and version.value != 1):
        what = "no version" if version.absent else f"the version {version.shown()!r}"
        yield finding("monitoring.config-off", f"LOGGING has {what}, and dictConfig takes 1 alone: Django does not start", version)
    for name, handler in config.get("handlers").entries:
        kind = class_of(handler)
        home, _, last = kind.rpartition(".")
        if home in STANDARD and last not in STANDARD[home]:
            yield finding("monitoring.missing-handler", f"the handler {name!r} is a {kind}, which does not exist: Django does not start", handler)
        named = [("formatters", handler.get("formatter")), *(("filters", item) for item in handler.get("filters").items)]
        for where, word in named:
            if word.text and config.get(where).get(word.text).absent:
                message = f"the handler {name!r} names {word.text[:60]!r}, which is not among {where}: Django does not start"
                yield finding("monitoring.missing-handler", message, word)


def _off(settings: Settings) -> Iterator[Seen]:
    """`logging.disable(CRITICAL)` in the settings silences everything."""
    for call in settings.called("logging.disable"):
        level = level_of(call.arguments[0], 0) if call.arguments else CRITICAL
        if call.certain and (level is None or level >= WARNING):
            yield finding("monitoring.level-too-high", "logging.disable() in the settings silences the loggers", call.at)


def _own(logger: Logger, names: LoggerNames) -> bool:
    """Whether the project's own code writes to this logger, or to one that hands its records up to the root."""
    return logger.name == ROOT or (logger.of_the_project and names.used(logger.name))


def _loud(logger: Logger, known: tuple[Logger, ...], config: Setting, names: LoggerNames) -> Iterator[Finding]:
    """Records at DEBUG that reach a handler."""
    level = own_level(logger, known)
    if level is None or level > DEBUG:
        return
    for handler in handlers_of(logger, config):
        if not silent(handler, config) and (level_of(handler.get("level"), 0) or 0) <= DEBUG and handler.get("level").kind != "unknown":
            serious = _own(logger, names) or logger.name.split(".", 1)[0] == "django"
            yield _debug(logger, known, serious)
            return


def _debug(logger: Logger, known: tuple[Logger, ...], serious: bool) -> Finding:
    place = next((above.setting.get("level") for above in chain(logger, known) if not above.setting.get("level").absent), logger.setting)
    name = logger.name or "the root logger"
    message = f"{name} logs at DEBUG in production{because(place)}"
    return finding("monitoring.debug-level", message, place) if serious else warning("monitoring.debug-level", message, place)


def _reach(heard: list[Logger], known: tuple[Logger, ...], config: Setting) -> Iterator[Seen]:
    """A doubt or an error unless one of these loggers reaches a working handler below ERROR."""
    found = [_heard(logger, handler, known) for logger in heard for handler in handlers_of(logger, config) if _works(handler, config)]
    if any(level is not None and level < ERROR for level in found):
        return
    if doubt := config.doubt():
        yield doubt
    elif found:
        yield finding("monitoring.level-too-high", "the application's loggers write nothing below ERROR", heard[0].setting)
    else:
        yield finding("monitoring.no-handler", _unheard(heard, known), config)


def _unheard(heard: list[Logger], known: tuple[Logger, ...]) -> str:
    if heard:
        return "the root and the project's loggers have no handler that works in production"
    return "LOGGING sets up no logger that the project's own code writes to" if known else "LOGGING names no logger, so that no handler gets a record"


def _works(handler: Setting, config: Setting) -> bool:
    return handler.kind == "dict" and bool(class_of(handler)) and class_of(handler) != MAIL_ADMINS and not silent(handler, config)


def _heard(logger: Logger, handler: Setting, known: tuple[Logger, ...]) -> int | None:
    own, handled = own_level(logger, known), level_of(handler.get("level"), 0)
    return None if own is None or handled is None else max(own, handled)


def _files(known: tuple[Logger, ...], config: Setting) -> Iterator[Seen]:
    handlers = {handler.name: handler for logger in known for handler in handlers_of(logger, config) if not silent(handler, config)}
    for handler in handlers.values():
        filename = handler.get("filename")
        if filename.absent or (filename.text or "").startswith(DEVICES):
            continue
        if class_of(handler) in GROWING or (class_of(handler) == BY_SIZE and _never_rolls(handler)):
            yield finding("monitoring.no-rotation", f"{handler.name} writes to a file that is never rotated", handler.get("class"))
        if filename.text and "/" not in filename.text and "\\" not in filename.text:
            yield finding(
                "monitoring.log-directory", f"{filename.name} is {filename.text!r}, in whatever directory the server was started from", filename
            )


def _never_rolls(handler: Setting) -> bool:
    return any(handler.get(key).truth is False for key in ("maxBytes", "backupCount"))


def _disabled(config: Setting) -> Iterator[Finding]:
    existing = config.get("disable_existing_loggers")
    if (existing.absent or existing.truth) and not config.get("loggers").has("django"):
        yield warning("monitoring.disabled-loggers", "LOGGING disables the loggers that exist already, Django's own among them", config)
