"""Enumerations of the project, and how their members compare."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from ready_gate.facts.python import classes
from ready_gate.facts.python.joining import noted
from ready_gate.facts.python.values import Class, Function, Instance, Items, Scalar, Symbol, Unknown, Value, scalar
from ready_gate.model import Origin

if TYPE_CHECKING:
    from ready_gate.facts.python.interpreter import Interpreter

PLAIN = ("enum.Enum", "enum.Flag", "django.db.models.Choices", "django.db.models.enums.Choices")
TEXTS = ("enum.StrEnum", "django.db.models.TextChoices", "django.db.models.enums.TextChoices")
MIXED = (
    "enum.IntEnum",
    "enum.StrEnum",
    "enum.IntFlag",
    "django.db.models.TextChoices",
    "django.db.models.IntegerChoices",
    "django.db.models.enums.TextChoices",
    "django.db.models.enums.IntegerChoices",
)
CHOICES = tuple(f"django.db.models.{home}{name}" for home in ("", "enums.") for name in ("Choices", "TextChoices", "IntegerChoices"))
NUMBERS = ("enum.IntEnum", "enum.IntFlag", "django.db.models.IntegerChoices", "django.db.models.enums.IntegerChoices")
MEMBER = "__member__"
OWN_VALUE = "a value that the enumeration makes by itself"
SIMPLE = (str, int, float, Decimal, date, time, timedelta, type(None))


def is_enum(run: Interpreter, kind: Class) -> bool:
    """Whether the class is an enumeration."""
    return bool(kind.bases) and classes.derives(run, kind, *PLAIN, *MIXED)


def _mixed(run: Interpreter, kind: Class) -> bool:
    return classes.derives(run, kind, *MIXED, "builtins.str", "builtins.int", "builtins.float")


def attribute(run: Interpreter, kind: Class, name: str, at: Origin) -> Value | None:
    """A member of the enumeration, None where the name is not one."""
    if name.startswith("_") or name not in kind.namespace or not is_enum(run, kind):
        return None
    value = kind.namespace[name]
    if isinstance(value, Function) or classes.wrapper(value):
        return None
    key = (kind.serial, name)
    if key not in run.members:
        run.members[key] = _member(run, kind, name, value, at)
    return run.members[key]


def _member(run: Interpreter, kind: Class, name: str, value: Value, at: Origin) -> Instance:
    label: Value = Scalar(name.replace("_", " ").title())
    if classes.derives(run, kind, *CHOICES):
        value, label = _labelled(run, value, label)
    if isinstance(value, Instance) and isinstance(value.type, Symbol) and value.type.dotted == "enum.auto":
        value = _automatic(run, kind, name, value)
    value = _converted(run, kind, value)
    attributes = {"label": label, "name": Scalar(name), "value": value, "_name_": Scalar(name), "_value_": value, MEMBER: Scalar(name)}
    return Instance(kind, attributes=attributes, origins=value.origins or (at,), reads=value.reads)


def _labelled(run: Interpreter, value: Value, label: Value) -> tuple[Value, Value]:
    """Value and label of a member of Django's enumerations: the last part is the label where it is a text."""
    from ready_gate.facts.python import containers

    if isinstance(value, Scalar):
        return value, label
    parts = containers.elements(run, value) if isinstance(value, Items) else None
    if not parts:
        return value, label
    if len(parts) > 1 and not isinstance(parts[-1], (Scalar, Instance)):
        return Unknown(OWN_VALUE), Unknown("a label that is not known")
    if len(parts) > 1 and _is_text(parts[-1]):
        *parts, label = parts
    return parts[0] if len(parts) == 1 else Unknown(OWN_VALUE), label


def _automatic(run: Interpreter, kind: Class, name: str, value: Instance) -> Value:
    """What `auto()` gives: the name for texts (in lower case for those of Python), otherwise one more than the member before."""
    if "_generate_next_value_" in classes.names(run, kind):
        return Unknown(OWN_VALUE, origins=value.origins)
    if classes.derives(run, kind, *TEXTS):
        return Scalar(name.lower() if classes.derives(run, kind, "enum.StrEnum") else name, origins=value.origins)
    if classes.derives(run, kind, "enum.Flag", "enum.IntFlag", "builtins.str"):
        return Unknown(OWN_VALUE, origins=value.origins)
    rows = list(kind.namespace)
    earlier = [attribute(run, kind, other, Origin("")) for other in rows[: rows.index(name)]]
    held = [member.attributes["value"] for member in earlier if isinstance(member, Instance)]
    numbers = [one.value for one in held if isinstance(one, Scalar) and isinstance(one.value, int)]
    if len(numbers) < len(held) or numbers != sorted(numbers):  # versions of Python differ
        return Unknown(OWN_VALUE, origins=value.origins)
    return Scalar(numbers[-1] + 1 if numbers else 1, origins=value.origins)


def _converted(run: Interpreter, kind: Class, value: Value) -> Value:
    """The value as the text or the number that the class makes of it."""
    if isinstance(value, (Instance, Symbol)) or isinstance(classes.lookup(run, kind, "__new__", foreign=False), Function):
        return Unknown(OWN_VALUE, origins=value.origins)
    makers = {str: (*TEXTS, "builtins.str"), int: (*NUMBERS, "builtins.int"), float: ("builtins.float",)}
    maker = next((maker for maker, paths in makers.items() if classes.derives(run, kind, *paths)), None)
    if maker is None:
        return value
    if not isinstance(value, Scalar) or not isinstance(value.value, SIMPLE):
        return value if isinstance(value, Unknown) else Unknown(OWN_VALUE, origins=value.origins)
    try:
        return scalar(maker(value.value), value)
    except (ValueError, TypeError, OverflowError):
        return Unknown(OWN_VALUE, origins=value.origins)


def _is_text(value: Value) -> bool:
    return isinstance(value, Instance) or (isinstance(value, Scalar) and isinstance(value.value, str))


def listing(run: Interpreter, kind: Class, name: str) -> Value | None:
    """`choices`, `labels`, `values` and `names` of one of Django's enumerations; None for every other attribute or class."""
    if name not in ("choices", "labels", "values", "names") or not classes.derives(run, kind, *CHOICES) or name in classes.names(run, kind):
        return None
    rows = [member.attributes for member in members(run, kind) or [] if isinstance(member, Instance)]
    pairs: list[Value] = [Items([row["value"], row["label"]], "tuple", origins=row["value"].origins) for row in rows]
    empty = classes.names(run, kind).get("__empty__")
    if name == "choices":
        return Items([*([Items([Scalar(None), empty], "tuple")] if empty else []), *pairs], "list", origins=kind.origins)
    first: dict[str, Value] = {"labels": empty or Scalar(None), "values": Scalar(None), "names": Scalar("__empty__")}
    key = {"labels": "label", "values": "value", "names": "name"}[name]
    return Items([*([first[name]] if empty else []), *(row[key] for row in rows)], "list", origins=kind.origins)


def members(run: Interpreter, kind: Class) -> list[Value] | None:
    """The members in order, None where the class is no enumeration."""
    if not is_enum(run, kind):
        return None
    found = [attribute(run, kind, name, Origin("")) for name in kind.namespace]
    return [member for member in found if member is not None]


def underlying(run: Interpreter, value: Value) -> Value:
    """The number or text that a member of an enumeration of those is; any other value as it is."""
    if isinstance(value, Instance) and MEMBER in value.attributes and isinstance(value.type, Class) and _mixed(run, value.type):
        held = value.attributes["value"]
        return noted(held, value.reads) if isinstance(held, Scalar) else value
    return value


def by_name(run: Interpreter, kind: Class, key: Value, at: Origin) -> Value:
    """`Kind["NAME"]`."""
    if isinstance(key, Scalar) and isinstance(key.value, str):
        member = attribute(run, kind, key.value, at)
        if member is not None:
            return member
    return run.unknown(f"a part of the class {kind.name}", key, at=at)


def by_value(run: Interpreter, kind: Class, args: list[Value], at: Origin) -> Value:
    """`Kind(value)`."""
    from ready_gate.facts.python import comparing

    if len(args) != 1:
        return run.unknown(f"a member of {kind.name} that is not known", at=at)
    vague = False
    for member in members(run, kind) or []:
        same = comparing.equal(run, member.attributes["value"], args[0]) if isinstance(member, Instance) else None
        if same:
            return member
        vague |= same is None
    if vague or "_missing_" in classes.names(run, kind):
        return run.unknown(f"a member of {kind.name} that is not known", args[0], at=at)
    return run.fail("ValueError", f"{kind.name} has no such member", args[0], at=at)


def equal(run: Interpreter, one: Value, other: Value) -> bool | None:
    """Whether two values are equal, one of which is an object or a foreign name."""
    from ready_gate.facts.python import attributes, comparing

    for this, that in ((one, other), (other, one)):
        if isinstance(this, Instance) and isinstance(this.type, Class):
            if is_enum(run, this.type) and MEMBER in this.attributes:
                return _equal_member(run, this, this.type, that)
            if attributes.special(run, this, "__eq__") is None and not _compared_by_fields(run, this):
                return this is that if not isinstance(that, Symbol) else None
            method = attributes.special(run, this, "__eq__")
            return None if method is None or isinstance(method, Unknown) else comparing.truth(run, run.call(method, [that], {}, Origin("")))
    return None


def _equal_member(run: Interpreter, member: Instance, kind: Class, other: Value) -> bool | None:
    from ready_gate.facts.python import comparing

    if isinstance(other, Instance):
        return member is other if other.type is kind else None
    if _mixed(run, kind):
        return comparing.equal(run, member.attributes["value"], other)
    return None if isinstance(other, Symbol) else False


def _compared_by_fields(run: Interpreter, thing: Instance) -> bool:
    return isinstance(thing.type, Class) and classes.FIELDS in classes.names(run, thing.type)


def plain_value(member: Instance) -> Value | None:
    """What a member is as a text or a number, where its class is one; None for every other object."""
    return member.attributes["value"] if MEMBER in member.attributes and _is_plain(member.type) else None


def _is_plain(kind: Value) -> bool:
    if isinstance(kind, Class):
        return any(_is_plain(base) for base in kind.bases)
    return isinstance(kind, Symbol) and kind.dotted in (*MIXED, "builtins.str", "builtins.int")
