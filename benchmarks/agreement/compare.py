"""Whether two pictures of the same settings agree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from benchmarks.agreement.ours import Ours

Match = Callable[[object, object], bool | None]  # ours, truth → whether they are the same; None: both are containers, look inside
SHAPES = ("bool", "int", "float", "str", "bytes", "list", "tuple", "dict", "set", "timedelta", "Path", "NoneType")


@dataclass(frozen=True)
class Row:
    """One setting: what is wrong with it (the place inside, ours, the truth), or why it is unknown; neither means known and equal."""

    name: str
    wrong: tuple[str, object, object] | None = None
    unknown: str | None = None


def compare(ours: Ours, truth: Mapping[str, object], silent: Iterable[str], types: Mapping[str, str], match: Match | None = None) -> list[Row]:
    """A row for every setting that the running project has, and for every one that only we believe it to set, apart from those of which the
    truth is `silent`."""
    return [row(name, ours, truth, types, match or same) for name in sorted({*truth, *(ours.explicit - {*silent})})]


def row(name: str, ours: Ours, truth: Mapping[str, object], types: Mapping[str, str], match: Match) -> Row:
    """The comparison of one setting."""
    entry = ours.entries.get(name, {"state": "absent"})
    if entry["state"] == "unknown":
        return Row(name, unknown=str(entry["reason"]))
    if entry["state"] == "absent":
        return Row(name, (name, "not set", truth[name]) if name in truth else None)
    if name not in truth:
        return Row(name, (name, entry["value"], "not set"))
    shapes = (entry["type"], types.get(name, entry["type"]))
    if shapes[0] != shapes[1] and all(shape in SHAPES for shape in shapes):
        return Row(name, (f"type of {name}", *shapes))
    found = list(differences(entry["value"], truth[name], name, match))
    wrong = next(((place, left, right) for place, left, right, reason in found if reason is None), None)
    return Row(name, wrong, None if wrong else next((f"{place}: {reason}" for place, _, _, reason in found if reason), None))


def differences(ours: object, truth: object, place: str, match: Match) -> Iterator[tuple[str, object, object, str | None]]:
    """Each place where they differ, with both values; where ours is unknown, with the reason."""
    if isinstance(ours, dict) and set(ours) == {"$unknown"}:
        yield place, None, None, str(ours["$unknown"])
        return
    verdict = match(ours, truth)
    if verdict is not None:
        yield from () if verdict else [(place, ours, truth, None)]
    elif isinstance(ours, dict) and isinstance(truth, dict):
        yield from _of_dicts(ours, truth, place, match)
    elif isinstance(ours, list) and isinstance(truth, list):
        yield from _of_lists(ours, truth, place, match)


def _of_dicts(ours: dict[str, object], truth: dict[str, object], place: str, match: Match) -> Iterator[tuple[str, object, object, str | None]]:
    rest = ours.get("$unknown")
    for key in [key for key in {**ours, **truth} if key != "$unknown"]:
        if key not in ours:
            yield f"{place}.{key}", "not there", truth[key], str(rest) if rest else None
        elif key not in truth:
            yield f"{place}.{key}", ours[key], "not there", None
        else:
            yield from differences(ours[key], truth[key], f"{place}.{key}", match)


def _of_lists(ours: list[object], truth: list[object], place: str, match: Match) -> Iterator[tuple[str, object, object, str | None]]:
    vague = [item for item in ours if isinstance(item, dict) and set(item) == {"$unknown"}]
    if vague and len(ours) != len(truth):
        yield place, None, None, str(vague[0]["$unknown"])
    elif len(ours) != len(truth):
        yield place, ours, truth, None
    else:
        for index, (left, right) in enumerate(zip(ours, truth, strict=True)):
            yield from differences(left, right, f"{place}[{index}]", match)


def same(ours: object, truth: object) -> bool | None:
    """The same value of the same type. An object is the same when its type or function has the same last name."""
    if isinstance(truth, dict) and "$object" in truth:
        last = str(truth["$object"]).rpartition(".")[2]
        return isinstance(ours, str) and ours.rpartition(".")[2] == last
    if isinstance(ours, (dict, list)) and type(ours) is type(truth) and not (isinstance(ours, dict) and "$timedelta" in ours):
        return None
    return type(ours) is type(truth) and ours == truth
