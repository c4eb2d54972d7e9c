"""Indexes and constraints as migrations keep them, with the names that Django makes for those that have none."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from ready_gate.facts.django.deconstruct import Deconstructor, formatted
from ready_gate.facts.django.field_kinds import DB, canonical
from ready_gate.facts.django.plain import dotted_of
from ready_gate.facts.python import classes
from ready_gate.facts.python.values import Class, Instance, Scalar, Symbol, Value
from ready_gate.facts.views.schema import Listed, Made, Undecided

SUFFIXES = {"BloomIndex": "bloom", "BrinIndex": "brin", "BTreeIndex": "btree", "GinIndex": "gin", "GistIndex": "gist", "HashIndex": "hash"}
SUFFIXES |= {"SpGistIndex": "spgist", "H3Index": "h3"}
LONGEST_TABLE = {"postgresql": 63, "postgis": 63, "mysql": 64, "oracle": 30}
DEFAULTS: Mapping[str, object] = {"index_type": "GIST", "violation_error_code": None, "violation_error_message": None, "autosummarize": None}
DEFAULTS = {**DEFAULTS, "deduplicate_items": None, "fillfactor": None, "fastupdate": None, "gin_pending_list_limit": None, "buffering": None}
DEFAULTS = {**DEFAULTS, "pages_per_range": None, "length": None, "nulls_distinct": None, "deferrable": None, "db_tablespace": None, "condition": None}


def normal(fields: Deconstructor, value: Value) -> Made | Undecided:
    """An index or a constraint: its class, its expressions, and what it is given that is not the default."""
    part = fields.plain.part(value)
    if not isinstance(part, Made):
        return part if isinstance(part, Undecided) else Undecided("it is no index and no constraint")
    given = {("condition" if name == "check" else name): item for name, item in part.keywords.items()}
    kept = {name: item for name, item in given.items() if name not in DEFAULTS or item != DEFAULTS[name]}
    kept = {name: item for name, item in kept.items() if name not in ("fields", "include", "opclasses", "columns") or item}
    is_constraint = part.dotted.rpartition(".")[2].endswith("Constraint")
    for name in ("fields", "include"):
        held = kept.get(name)
        if isinstance(held, tuple):
            items: tuple[object, ...] = tuple(held)
            kept[name] = items if is_constraint or name == "include" else Listed(items)
    return Made(part.dotted, tuple(Made(f"{DB}.F", (item,)) if isinstance(item, str) else item for item in part.args), kept)


def named(made: Made, app: str, model: str) -> Made:
    """With `%(class)s` in its name filled in."""
    name = made.keywords.get("name")
    return Made(made.dotted, made.args, {**made.keywords, "name": formatted(name, app, model)}) if isinstance(name, str) else made


def suffix(fields: Deconstructor, value: Value) -> str | None:
    """What the names of an index class end with; None where it is not known."""
    kind = value.type if isinstance(value, Instance) else None
    if isinstance(kind, Class):
        own = classes.lookup(fields.run, kind, "suffix", foreign=False)
        if isinstance(own, Scalar):
            return str(own.value)
        foreign = [canonical(dotted_of(base)) for base in classes.order(fields.run, kind) if isinstance(base, (Symbol, Class))]
        return next((_suffix(path) for path in foreign if _suffix(path)), None)
    return _suffix(canonical(kind.dotted)) if isinstance(kind, Symbol) else None


def _suffix(path: str) -> str | None:
    return "idx" if path == f"{DB}.Index" else SUFFIXES.get(path.rpartition(".")[2])


def index_name(table: str, columns: Sequence[tuple[str, bool]], ending: str) -> str:
    """The name that Django gives an index over these columns (each with whether it descends)."""
    bare = table.rpartition('"."')[2].strip('"') if '"."' in table else table.strip('"')
    parts = [bare, *(f"-{column}" if descends else column for column, descends in columns), ending]
    made = f"{bare[:11]}_{columns[0][0][:7]}_{digest(parts, 6)}_{ending}"
    return f"D{made[1:]}" if made[0] == "_" or made[0].isdigit() else made


def digest(parts: Sequence[str], length: int) -> str:
    """Django's `names_digest`."""
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()[:length]


def table_name(app: str, model: str, engine: str) -> str:
    """The table of a model that does not say its name."""
    name = f"{app}_{model.lower()}"
    longest = LONGEST_TABLE.get(engine.rpartition(".")[2], len(name))
    return name if len(name) <= longest else name[: longest - 4] + digest([name], 4)
