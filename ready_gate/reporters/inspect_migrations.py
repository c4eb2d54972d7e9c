"""What the gate understood of a project's migrations."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ready_gate.facts.views import AppMigrations, Migrations, Unsafe
from ready_gate.model import Origin
from ready_gate.reporters.safe import no_commands, plain


def migrations_json(migrations: Migrations) -> str:
    """Every app as `inspect migrations --format json` prints it."""
    text = json.dumps({"apps": [_app(app) for app in migrations.apps], "undecided": list(migrations.doubts), "base": migrations.against}, indent=2)
    return text.replace("##[", "#\\u0023[") + "\n"


def _app(app: AppMigrations) -> dict[str, object]:
    return {
        "label": app.label,
        "leaves": list(app.leaves),
        "missing": [{"operation": one.operation, "model": one.model, "field": one.field, **_place(one.at)} for one in app.missing],
        "conflicts": list(app.conflicts),
        "troubles": [{"rule": f"database.{one.kind}", "message": one.message, **_place(one.at)} for one in app.troubles],
        "unsafe": [_unsafe(one) for one in app.unsafe],
        "undecided": [{"model": one.model, "reason": one.reason, **_place(one.at)} for one in app.undecided],
    }


def _unsafe(one: Unsafe) -> dict[str, object]:
    named = {"migration": one.migration, "operation": one.operation, "rule": f"database.{one.kind}"}
    return {**named, "reason": one.reason, "lock": one.lock, **_place(one.at)}


def _place(at: Origin | None) -> dict[str, object]:
    return {"path": at.path if at else None, "line": at.line if at else None}


def migrations_text(migrations: Migrations) -> str:
    """The same for people to read."""
    lines = [line for app in migrations.apps for line in _lines(app)]
    lines += [f"not known: {doubt}" for doubt in migrations.doubts]
    return no_commands("\n".join(plain(line) for line in lines or ["no app of the project has models or migrations"]) + "\n")


def _lines(app: AppMigrations) -> Iterator[str]:
    leaves = ", ".join(app.leaves) or "none"
    yield f"{app.label}   {app.count} migration{'' if app.count == 1 else 's'}, last {leaves}"
    for trouble in app.troubles:
        yield f"  wrong    {trouble.message}{_at(trouble.at)}"
    for missing in app.missing:
        yield f"  missing  {missing.operation}: {missing.said}{_at(missing.at)}"
    for unsafe in app.unsafe:
        yield f"  unsafe   {unsafe.migration}: {unsafe.reason}{f' [{unsafe.lock} lock]' if unsafe.lock else ''}{_at(unsafe.at)}"
    for doubt in app.undecided:
        yield f"  unknown  {doubt.model or 'the app'}: {doubt.reason}{_at(doubt.at)}"


def _at(at: Origin | None) -> str:
    return f"   {at}" if at else ""
