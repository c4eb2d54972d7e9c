from ready_gate.checks.database.migrations import migrations, migrations_applied
from ready_gate.facts.views import AppMigrations, Doubted, Management, Migrations, Missing, PipelineTests, Started, Startup, Trouble, Unsafe
from ready_gate.model import Level, Origin, Status

AT = Origin("orders/models.py", 3)
MISSING = Missing("AddField", "Order", "paid", "no migration adds the field paid to Order", AT)
APPS = Migrations((AppMigrations("orders", ("0001_initial",), 1),))
SERVER = Startup(servers=(Started("gunicorn", "gunicorn shop.wsgi", Origin("Procfile", 1), firm=True),))
TESTED = PipelineTests((Origin(".github/workflows/ci.yml", 9),))


def app(**parts):
    return Migrations((AppMigrations("orders", **parts),))


def test_nothing_to_judge():
    assert migrations(Migrations(())).status is Status.NOT_APPLICABLE
    assert migrations(Migrations((), doubts=("INSTALLED_APPS is not known",))).status is Status.UNKNOWN
    assert migrations_applied(SERVER, TESTED, Migrations(())).status is Status.NOT_APPLICABLE


def test_models_and_migrations_that_agree():
    assert migrations(APPS).status is Status.PASS


def test_a_missing_migration_fails_with_the_command_that_makes_it():
    outcome = migrations(app(missing=(MISSING,)))
    (found,) = outcome.findings
    assert (outcome.status, found.rule, found.at) == (Status.FAIL, "database.missing-migration", AT)
    assert "makemigrations orders" in found.fix


def test_many_missing_operations_are_counted():
    outcome = migrations(app(missing=(MISSING,) * 40))
    assert len(outcome.findings) == 26 and "15 more" in outcome.findings[-1].message


def test_troubles_fail_and_edited_files_are_reported():
    assert migrations(app(troubles=(Trouble("migration-conflict", "two leaves"),))).status is Status.FAIL
    edited = migrations(app(troubles=(Trouble("migration-edited", "it was edited"),)))
    assert (edited.status, edited.findings[0].level) == (Status.PASS, Level.WARNING)


def test_unsafe_operations_are_reported_with_their_lock():
    outcome = migrations(app(unsafe=(Unsafe("unsafe-index", "0002", "AddIndex", "writes wait", AT, "SHARE"),)))
    assert (outcome.status, outcome.findings[0].rule, outcome.findings[0].level) == (Status.PASS, "database.unsafe-index", Level.WARNING)
    assert "SHARE" in outcome.findings[0].message


def test_a_doubt_passes_nothing_and_hides_no_failure():
    doubt = Doubted("Order", "the field total: nobody knows", AT)
    assert migrations(app(undecided=(doubt,))).status is Status.UNKNOWN
    assert "orders.Order" in migrations(app(undecided=(doubt,))).reason
    assert migrations(app(undecided=(doubt,), missing=(MISSING,))).status is Status.FAIL


def runs(name, **more):
    return Startup(servers=SERVER.servers, management=(Management(name, Origin("entrypoint.sh", 2), **more),))


def rules(outcome):
    return [found.rule for found in outcome.findings]


def test_the_deployment_applies_migrations():
    assert rules(migrations_applied(runs("migrate"), TESTED, APPS)) == []
    assert rules(migrations_applied(runs("migrate_schemas"), TESTED, APPS)) == []
    assert rules(migrations_applied(SERVER, TESTED, APPS)) == ["database.migrate-not-run"]
    assert rules(migrations_applied(runs("migrate", only_looks=True), TESTED, APPS)) == ["database.migrate-not-run"]
    assert rules(migrations_applied(Startup(), TESTED, APPS)) == []


def test_the_deployment_writes_no_migrations():
    assert migrations_applied(runs("makemigrations"), TESTED, APPS).status is Status.FAIL
    assert migrations_applied(runs("makemigrations", only_looks=True), TESTED, APPS).status is Status.PASS


def test_untested_migrations_are_reported():
    assert rules(migrations_applied(runs("migrate"), PipelineTests(), APPS)) == ["database.migrations-untested"]
