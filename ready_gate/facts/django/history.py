"""The models that record the history of others, as simple_history makes them beside the ones that ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ready_gate.facts.django.field_kinds import DB, rules
from ready_gate.facts.django.model_classes import HISTORY
from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.python.values import Instance, Items, Scalar, Value
from ready_gate.facts.views.schema import FieldState, Listed, ModelState, Named
from ready_gate.model import Origin

RELEASE = "another release or setting of simple_history may have it otherwise"
# What may be said without making another model of it than the one below.
PLAIN = {"excluded_fields", "inherit", "cascade_delete_history", "get_user", "use_base_model_db", "user_related_name", "verbose_name"}
FILE_ONLY = ("upload_to", "storage", "width_field", "height_field")
STAMPS = ("auto_now", "auto_now_add")
KINDS = {"BigAutoField": "BigIntegerField", "AutoField": "IntegerField", "SmallAutoField": "IntegerField"}


def recorded(state: ModelState, asked: Value, user: str | None) -> ModelState | None:
    """The model `HistoricalX` for a model; None where it is asked for in a way that is not followed."""
    if not isinstance(asked, Instance) or asked.args or not asked.keywords.keys() <= PLAIN or dotted_of(asked.type) != HISTORY:
        return None
    excluded = _names(asked.keywords.get("excluded_fields"))
    back = asked.keywords.get("user_related_name", Scalar("+"))
    if excluded is None or not isinstance(back, Scalar) or state.undecided or state.options.get("proxy"):
        return None
    kept = [_copied(one) for one in state.fields if one.name not in excluded and not _is_many(one)]
    options = {**_options(state), **({"verbose_name": ""} if "verbose_name" in asked.keywords else {})}
    return ModelState(
        state.app, f"Historical{state.name}", (*kept, *_added(state.at, user, back.value)), options, at=state.at, lent=state.lent or RELEASE
    )


def _names(value: Value | None) -> list[str] | None:
    """Names that are listed; None where they are not known."""
    if value is None:
        return []
    if not isinstance(value, Items) or value.rest or not all(isinstance(item, Scalar) for item in value.items):
        return None
    return [str(item.value) for item in value.items if isinstance(item, Scalar)]


def _is_many(one: FieldState) -> bool:
    return "ManyToMany" in one.kind or one.kind.endswith("TaggableManager")


def _copied(one: FieldState) -> FieldState:
    """A field as the history keeps it: it is neither unique nor a key, and sets nothing by itself."""
    known = rules(one.kind)
    lent = one.lent or (None if known and one.kind.startswith("django.") else RELEASE)
    family = known.family if known else ()
    if f"{DB}.ForeignKey" in family or "to" in one.arguments:
        return replace(_relation(one), lent=lent)
    arguments = dict(one.arguments)
    kind = one.kind
    if f"{DB}.FileField" in family:
        kind = f"{DB}.TextField"
        arguments = {"max_length": 100, **{name: value for name, value in arguments.items() if name not in FILE_ONLY}}
    elif kind.startswith(f"{DB}.") and kind.endswith("AutoField"):
        kind = f"{DB}.{KINDS.get(kind.rpartition('.')[2], 'IntegerField')}"
        arguments["blank"] = True
    if any(arguments.pop(name, None) for name in STAMPS):
        arguments |= {"editable": False, "blank": True}
    if arguments.pop("primary_key", False) or arguments.pop("unique", False):
        arguments = {name: value for name, value in arguments.items() if name not in ("unique", "serialize", "db_index")}
        arguments |= {} if f"{DB}.SlugField" in family else {"db_index": True}
    return replace(one, kind=kind, arguments=arguments, lent=lent)


def _relation(one: FieldState) -> FieldState:
    dropped = ("primary_key", "unique", "serialize", "db_index", "parent_link")
    arguments: dict[str, object] = {name: value for name, value in one.arguments.items() if name not in dropped}
    arguments |= {"db_constraint": False, "related_name": "+", "null": True, "blank": True, "on_delete": Named(f"{DB}.DO_NOTHING")}
    return replace(one, kind=f"{DB}.ForeignKey" if one.kind == f"{DB}.OneToOneField" else one.kind, arguments=arguments)


def _added(at: Origin | None, user: str | None, back: object) -> Iterable[FieldState]:
    """The fields about the change itself."""
    choices = Listed((("+", "Created"), ("~", "Changed"), ("-", "Deleted")))
    who: Mapping[str, object] = {"null": True, "on_delete": Named(f"{DB}.SET_NULL"), "related_name": back, "to": user}
    made: dict[str, tuple[str, Mapping[str, object]]] = {
        "history_id": ("AutoField", {"primary_key": True, "serialize": False}),
        "history_date": ("DateTimeField", {"db_index": True}),
        "history_change_reason": ("CharField", {"max_length": 100, "null": True}),
        "history_type": ("CharField", {"max_length": 1, "choices": choices}),
        "history_user": ("ForeignKey", who),
    }
    return [FieldState(name, f"{DB}.{kind}", arguments, at, lent=RELEASE) for name, (kind, arguments) in made.items()]


def _options(state: ModelState) -> dict[str, object]:
    """Its Meta. That it is lent makes a name in another language no difference."""
    name = state.options.get("verbose_name") or _spaced(state.name)
    plural = state.options.get("verbose_name_plural") or f"{name}s"
    return {
        "abstract": False,
        "ordering": ("-history_date", "-history_id"),
        "get_latest_by": ("history_date", "history_id"),
        "verbose_name": f"historical {name}",
        "verbose_name_plural": f"historical {plural}",
        "indexes": (),
        "constraints": (),
    }


def _spaced(name: str) -> str:
    """`OrderItem` as `order item`."""
    made = ""
    for place, letter in enumerate(name):
        after = name[place + 1 : place + 2]
        starts = letter.isupper() and place and (name[place - 1].islower() or (name[place - 1].isupper() and after.islower()))
        made += f" {letter}" if starts else letter
    return made.lower()
