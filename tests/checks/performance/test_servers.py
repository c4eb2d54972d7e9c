"""The application server and its workers."""

import pytest

from ready_gate.checks.performance.servers import app_server, worker_count
from ready_gate.facts.views import Started, Startup, Workers
from ready_gate.model import Level, Origin, Status

AT = Origin("deploy/shop.service", 5)


def errors_of(outcome):
    return [finding.rule for finding in outcome.findings if finding.level is Level.ERROR]


def starts(server="gunicorn", workers=None, firm=True, **more):
    return Startup(servers=(Started(server, f"{server} shop.wsgi", AT, firm, workers),), **more)


def test_passes_with_the_place(make_requirements):
    outcome = app_server(starts(), make_requirements("gunicorn==23.0.0"))
    assert outcome.status is Status.PASS
    assert "deploy/shop.service:5" in outcome.reason
    assert app_server(starts(installed=frozenset({"gunicorn"})), make_requirements("django")).status is Status.PASS
    assert app_server(starts("uWSGI"), make_requirements()).status is Status.PASS


def test_the_development_server_fails(make_requirements):
    assert errors_of(app_server(starts("runserver"), make_requirements("gunicorn"))) == ["performance.runserver"]


def test_a_server_that_nothing_installs_fails(make_requirements):
    assert errors_of(app_server(starts(), make_requirements("uwsgi"))) == ["performance.app-server-not-required"]
    assert errors_of(app_server(Startup(), make_requirements("django"))) == ["performance.app-server-not-required"]


def test_a_server_that_nothing_starts_asks_a_person(make_requirements):
    for requirements in (make_requirements("gunicorn"), make_requirements()):
        outcome = app_server(Startup(), requirements)
        assert (outcome.status, outcome.asks_person) == (Status.UNKNOWN, True)


def test_a_development_server_beside_is_reported(make_requirements):
    both = Startup(servers=(*starts("runserver", firm=False).servers, *starts().servers))
    outcome = app_server(both, make_requirements("gunicorn"))
    assert outcome.status is Status.PASS
    assert [finding.level for finding in outcome.findings] == [Level.WARNING]


@pytest.mark.parametrize("workers", [Workers("4", AT, 4), Workers("2", AT, 2), Workers("nproc", AT, by_cores=True)])
def test_enough_workers(workers):
    assert worker_count(starts(workers=workers)).status is Status.PASS


@pytest.mark.parametrize("workers", [None, Workers("1", AT, 1), Workers("0", AT, 0)])
def test_one_worker_fails(workers):
    assert errors_of(worker_count(starts(workers=workers))) == ["performance.one-worker"]


def test_workers_that_are_not_known():
    outcome = worker_count(starts(workers=Workers("$N", AT, why="N is not set in the production environment")))
    assert (outcome.status, outcome.asks_person) == (Status.UNKNOWN, False)
    assert worker_count(Startup()).asks_person
