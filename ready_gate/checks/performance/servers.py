"""The application server that production starts, and its workers."""

from __future__ import annotations

from collections.abc import Iterator

from ready_gate.checks.reading import requirements_origin
from ready_gate.checks.registry import ask_person, check, failed, finding, judged, note, passed, unknown, warning
from ready_gate.facts.views import DEVELOPMENT_SERVER, Requirements, Started, Startup
from ready_gate.model import Finding, Outcome

# The distributions that bring each server.
DISTRIBUTIONS = {
    "gunicorn": ("gunicorn",),
    "uWSGI": ("uwsgi", "pyuwsgi"),
    "uvicorn": ("uvicorn", "uvicorn-worker", "fastapi-cli"),
    "hypercorn": ("hypercorn",),
    "daphne": ("daphne",),
    "granian": ("granian",),
    "waitress": ("waitress",),
    "mod_wsgi": ("mod-wsgi", "mod_wsgi"),
}
EVERY = tuple(name for names in DISTRIBUTIONS.values() for name in names)
LOOKED_FOR = "looked for start commands in systemd units, supervisor, compose, Dockerfiles, Procfiles, Kubernetes, platform files and their scripts"


@check("performance.app-server")
def app_server(startup: Startup, requirements: Requirements) -> Outcome:
    """Production starts an application server, and the requirements bring it."""
    started = startup.production
    if started is None:
        return _nothing_starts(startup, requirements)
    if started.server == DEVELOPMENT_SERVER:
        message = f"{started.at.path} starts Django's development server"
        return failed(message, [finding("performance.runserver", message, started.at)])
    names = DISTRIBUTIONS[started.server]
    if requirements.has(*names) is False and (startup.installed | requirements.optional).isdisjoint(names):
        message = f"{started.server} starts production and is not among the requirements"
        return failed(message, [finding("performance.app-server-not-required", message, requirements_origin(requirements) or started.at)])
    others = [one for one in startup.servers if one.server == DEVELOPMENT_SERVER]
    return passed(f"{started.server} starts production ({started.at})", [_beside(one, started) for one in others])


def _beside(one: Started, started: Started) -> Finding:
    message = f"{one.at.path} starts Django's development server; production is taken to be what {started.at.path} starts"
    return warning("performance.runserver", message, one.at)


def _nothing_starts(startup: Startup, requirements: Requirements) -> Outcome:
    if requirements.has(*EVERY) or not (startup.installed | requirements.optional).isdisjoint(EVERY):
        return ask_person(f"an application server is installed, and no file of the repository starts it: {LOOKED_FOR}")
    if not requirements.files:
        return ask_person(f"no file of the repository starts the project, and none says what is installed: {LOOKED_FOR}")
    message = "no application server is among the requirements, and nothing starts one"
    return failed(message, [finding("performance.app-server-not-required", message, requirements_origin(requirements))])


@check("performance.worker-count")
def worker_count(startup: Startup) -> Outcome:
    """The server is given a number of workers, two at least, or one that the machine's cores decide."""
    started = startup.production
    if started is None or started.server == DEVELOPMENT_SERVER:
        return ask_person(f"no start command of an application server was found, so that its workers must be seen where it runs: {LOOKED_FOR}")
    workers = started.workers
    if workers is None:
        message = f"{started.server} is started without a number of workers, and runs one"
        return failed(message, [finding("performance.one-worker", message, started.at)])
    if workers.by_cores:
        return judged(_notes(started), f"the machine's cores decide the number of workers ({workers.at})")
    if workers.count is None:
        return unknown(f"how many workers {started.server} is given could not be told: {workers.why}")
    if workers.count < 2:
        message = f"{started.server} runs {workers.count} worker ({workers.said})"
        return failed(message, [finding("performance.one-worker", message, workers.at)])
    return judged(_notes(started), f"{started.server} runs {workers.count} workers ({workers.at})")


def _notes(started: Started) -> Iterator[Finding]:
    if started.server == "gunicorn" and not started.renewed:
        yield note(
            "performance.workers-not-renewed", "workers are never renewed (max_requests): what leaks memory grows until the restart", started.at
        )
