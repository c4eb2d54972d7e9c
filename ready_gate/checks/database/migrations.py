"""Migrations: that every model change has one, that they can be applied, and what they do to a running database."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.registry import check, failed, finding, judged, not_applicable, passed, warning
from ready_gate.facts.views import AppMigrations, Doubted, Migrations, PipelineTests, Startup
from ready_gate.model import Finding, Outcome

MOST = 25  # findings of one kind for one app
REPORTED = frozenset({"migration-edited", "migration-removed"})


@check("database.migrations")
def migrations(migrations: Migrations) -> Outcome:
    """No model change without a migration, one leaf for each app, no broken dependency, every file in git; unsafe operations are reported."""
    seen = [found for app in migrations.apps for found in _findings(app)]
    doubts = [_said(app, doubt) for app in migrations.apps for doubt in app.undecided]
    if not migrations.apps and not migrations.doubts:
        return not_applicable("no app of the project has models or migrations")
    count = sum(app.count for app in migrations.apps)
    good = f"{count} migrations of {len(migrations.apps)} apps make what the models want"
    return judged(seen, good, [*migrations.doubts, *doubts])


def _said(app: AppMigrations, doubt: Doubted) -> str:
    place = f" ({doubt.at})" if doubt.at else ""
    return f"{app.label}{f'.{doubt.model}' if doubt.model else ''}: {doubt.reason}{place}"


def _findings(app: AppMigrations) -> Iterator[Finding]:
    for trouble in app.troubles:
        make = warning if trouble.kind in REPORTED else finding
        yield make(f"database.{trouble.kind}", trouble.message, trouble.at, fix=trouble.fix)
    command = f"Run python manage.py makemigrations {app.label} and commit what it writes."
    for missing in app.missing[:MOST]:
        yield finding("database.missing-migration", f"{app.label}: {missing.said} ({missing.operation})", missing.at, fix=command)
    if len(app.missing) > MOST:
        yield finding("database.missing-migration", f"{app.label}: {len(app.missing) - MOST} more operations are missing", fix=command)
    for unsafe in app.unsafe[:MOST]:
        lock = f" [{unsafe.lock} lock]" if unsafe.lock else ""
        yield warning(f"database.{unsafe.kind}", f"{app.label} {unsafe.migration}: {unsafe.reason}{lock}", unsafe.at)


@check("database.migrations-applied")
def migrations_applied(startup: Startup, pipeline_tests: PipelineTests, migrations: Migrations) -> Outcome:
    """The deployment applies migrations and never writes them; that nothing applies or tests them is reported."""
    if not migrations.apps:
        return not_applicable("no app of the project has models or migrations")
    writing = [command for command in startup.management if command.name == "makemigrations" and not command.only_looks]
    if writing:
        found = [finding("database.makemigrations-on-server", "a deploy file writes migrations on the server", command.at) for command in writing]
        return failed("the deployment runs makemigrations", found)
    applies = next((command for command in startup.management if "migrate" in command.name and not command.only_looks), None)
    seen = []
    if applies is None and (startup.servers or startup.kept):
        at = startup.servers[0].at if startup.servers else startup.kept[0].at
        seen.append(warning("database.migrate-not-run", "production is started by files of the repository, and none of them runs migrate", at))
    if not pipeline_tests.found:
        seen.append(warning("database.migrations-untested", "no pipeline runs the tests, which would apply the migrations to an empty database"))
    return passed(f"migrate is run by {applies.at}" if applies else "no deploy file writes migrations", seen)
