"""LOGGING as logging.config.dictConfig would apply it: which handlers a logger's records reach, from which level on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ready_gate.checks.reading import top
from ready_gate.facts.views import Setting, Settings

LEVELS = {"NOTSET": 0, "DEBUG": 10, "INFO": 20, "WARN": 30, "WARNING": 30, "ERROR": 40, "CRITICAL": 50, "FATAL": 50}
DEBUG, INFO, WARNING, ERROR = 10, 20, 30, 40
MAIL_ADMINS = "django.utils.log.AdminEmailHandler"
ROOT = ""
# Loggers of other packages: what they say is not what the application says.
LIBRARIES = frozenset(
    [
        *("aiohttp", "amqp", "asyncio", "axes", "boto3", "botocore", "celery", "channels", "corsheaders", "daphne", "django", "django_structlog"),
        *("elasticapm", "elasticsearch", "factory", "faker", "gunicorn", "httpcore", "httpx", "hypercorn", "kombu", "newrelic", "oauth2_provider"),
        *("oauthlib", "paramiko", "PIL", "psycopg", "py", "redis", "requests", "rest_framework", "s3transfer", "sentry_sdk", "sorl", "stripe"),
        *("urllib3", "uvicorn", "werkzeug", "whitenoise"),
    ]
)


@dataclass(frozen=True)
class Logger:
    """One logger of LOGGING. `name` is empty for the root."""

    name: str
    setting: Setting

    @property
    def of_the_project(self) -> bool:
        """The root, or a logger that no library uses."""
        return self.name == ROOT or self.name.split(".", 1)[0] not in LIBRARIES


def level_of(setting: Setting, default: int) -> int | None:
    """The number of a level given by name, number or `logging.INFO`; the default where none is given; None where it is not known or no level."""
    if setting.absent or setting.kind == "NoneType":
        return default
    if setting.number is not None:
        return int(setting.number)
    name = setting.text or (str(setting.value) if setting.kind == "object" else "")
    return LEVELS.get(name.removeprefix("logging."))


def loggers_of(logging: Setting) -> tuple[Logger, ...]:
    """The root and the named loggers, as far as LOGGING names them."""
    named = [Logger(str(name), setting) for name, setting in logging.get("loggers").entries]
    root = logging.get("root")
    if not root.absent and not any(logger.name == ROOT for logger in named):
        named.insert(0, Logger(ROOT, root))
    return tuple(named)


def chain(logger: Logger, known: tuple[Logger, ...]) -> Iterator[Logger]:
    """The logger and those above it, the root last."""
    by_name = {other.name: other for other in known}
    here: Logger | None = logger
    while here is not None:
        yield here
        here = _parent(here.name, by_name)


def _handing_up(logger: Logger, known: tuple[Logger, ...]) -> Iterator[Logger]:
    """Those of the chain that its records are handed to."""
    for above in chain(logger, known):
        yield above
        if not above.setting.get("propagate").absent and above.setting.get("propagate").truth is False:
            return


def _parent(name: str, by_name: dict[str, Logger]) -> Logger | None:
    while "." in name:
        name = name.rsplit(".", 1)[0]
        if name in by_name:
            return by_name[name]
    return by_name.get(ROOT) if name != ROOT else None


def own_level(logger: Logger, known: tuple[Logger, ...]) -> int | None:
    """The level of the logger itself: its own, or the nearest above it; Python's root starts at WARNING."""
    for above in chain(logger, known):
        level = level_of(above.setting.get("level"), 0)
        if level is None or level:
            return level
    return WARNING if logger.name != ROOT else (0 if logger.setting.get("level").text == "NOTSET" else WARNING)


def handlers_of(logger: Logger, logging: Setting) -> list[Setting]:
    """The handlers its records reach, by way of its parents too; absent for a name that is not defined."""
    names = [name.text for above in _handing_up(logger, loggers_of(logging)) for name in above.setting.get("handlers").items]
    return [logging.get("handlers").get(name) for name in names if name]


def class_of(handler: Setting) -> str:
    """The dotted class of a handler, empty where it is not known."""
    made = handler.get("class") if not handler.get("class").absent else handler.get("()")
    return made.text or (str(made.value) if made.kind == "object" else "")


def silent(handler: Setting, logging: Setting) -> bool:
    """Whether a handler says nothing in production: it is a NullHandler, or filtered to DEBUG."""
    if class_of(handler).endswith("NullHandler"):
        return True
    filters = [logging.get("filters").get(name.text) for name in handler.get("filters").items if name.text]
    return any("RequireDebugTrue" in class_of(one) for one in filters)


def applied(settings: Settings) -> Setting:
    """What logging is configured with: LOGGING, or what the settings hand to dictConfig themselves where LOGGING_CONFIG is off."""
    if top(settings, "LOGGING_CONFIG").truth is not False:
        return top(settings, "LOGGING")
    by_hand = settings.called("logging.config.dictConfig")
    if by_hand and by_hand[-1].arguments:
        return by_hand[-1].arguments[0]
    if any(call.name.startswith("logging.") for call in settings.calls):
        return Setting("LOGGING", "unknown", reason="logging is configured by hand", origins=top(settings, "LOGGING_CONFIG").origins)
    return Setting("LOGGING", "absent", origins=top(settings, "LOGGING_CONFIG").origins)
