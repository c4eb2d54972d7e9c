"""`datetime`, `decimal`, `zoneinfo`, `time` and `calendar`: known values are the real ones."""

from __future__ import annotations

import datetime
import decimal
import re

from ready_gate.facts.python.libraries import MODELS, Call, Model, models
from ready_gate.facts.python.libraries.lifting import apply, instance, never, pure
from ready_gate.facts.python.values import Value

NOW = "the time of the start"

pure("datetime.timedelta", datetime.timedelta)
pure("datetime.date", datetime.date)
pure("datetime.datetime", datetime.datetime)
pure("datetime.time", datetime.time)
pure("decimal.Decimal", decimal.Decimal)
never(NOW, "time.time", "time.localtime", "time.gmtime", "time.monotonic", "time.strftime", "time.ctime", "time.perf_counter", "time.time_ns")
never(NOW, "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "django.utils.timezone.now")
never(NOW, "django.utils.timezone.localtime", "django.utils.timezone.localdate", "datetime.datetime.astimezone")
MODELS.aliases |= {"django.utils.timezone.timedelta": "datetime.timedelta", "django.utils.timezone.datetime": "datetime.datetime"}
pure("datetime.date.fromisoformat", datetime.date.fromisoformat)
pure("datetime.time.fromisoformat", datetime.time.fromisoformat)
pure("datetime.datetime.fromisoformat", datetime.datetime.fromisoformat)
pure("datetime.datetime.strptime", datetime.datetime.strptime)


def _method(type_: type, dotted: str, *names: str) -> None:
    for name in names:
        pure(f"{dotted}.{name}", getattr(type_, name))


def _fields(dotted: str, *names: str) -> None:
    for name in names:
        MODELS.attributes[f"{dotted}.{name}"] = _field(name)


def _field(name: str) -> Model:
    def attribute(call: Call) -> Value:
        return apply(call, lambda thing: getattr(thing, name))

    return attribute


_method(datetime.timedelta, "datetime.timedelta", "total_seconds", "__str__")
_method(datetime.date, "datetime.date", "isoformat", "strftime", "weekday", "isoweekday", "toordinal", "replace", "__str__")
_method(datetime.time, "datetime.time", "isoformat", "strftime", "replace", "__str__")
_method(datetime.datetime, "datetime.datetime", "isoformat", "strftime", "date", "replace", "weekday", "__str__")
_fields("datetime.timedelta", "days", "seconds", "microseconds")
_fields("datetime.date", "year", "month", "day")
_fields("datetime.time", "hour", "minute", "second")
_fields("datetime.datetime", "year", "month", "day", "hour", "minute", "second")


DURATION = re.compile(
    r"\s{0,9}(?:(\d{1,9})\s?(?:w|wks?|weeks?),?\s{0,9})?(?:(\d{1,9})\s?(?:d|dys?|days?),?\s{0,9})?(?:(\d{1,9})\s?(?:h|hrs?|hours?),?\s{0,9})?"
    r"(?:(\d{1,9})\s?(?:m|mins?|minutes?),?\s{0,9})?(?:(\d{1,9})\s?(?:s|secs?|seconds?)\s{0,9})?",
    re.I,
)


def seconds_of(text: object) -> int:
    """`pytimeparse.parse` of whole numbers with units, the largest first: `1 day 5 minutes`."""
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        raise ValueError("a spelling that is not followed")
    return sum(int(amount) * unit for amount, unit in zip(match.groups(default="0"), (604_800, 86_400, 3_600, 60, 1), strict=True))


pure("pytimeparse.parse", seconds_of)
MODELS.aliases["pytimeparse.timeparse.timeparse"] = "pytimeparse.parse"


@models("zoneinfo.ZoneInfo", "pytz.timezone", "dateutil.tz.gettz")
def zone(call: Call) -> Value:
    """An object that knows the zone's name."""
    return instance(call, call.name)
