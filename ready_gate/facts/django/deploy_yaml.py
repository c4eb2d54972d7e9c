"""Environments in compose files, Kubernetes manifests, render.yaml and App Engine's app.yaml."""

from __future__ import annotations

import re

from ready_gate.facts.django.deploy_source import Source, read_command
from ready_gate.facts.names import is_development
from ready_gate.facts.yaml_nodes import Node, read_documents

_RUNS_PYTHON = re.compile(r"\b(python3?|manage\.py|gunicorn|uwsgi|uvicorn|daphne|hypercorn|granian|celery|waitress)\b")
_WORKER = re.compile(r"\b(celery|rqworker|runworker|huey|dramatiq|migrate|collectstatic)\b")
_MAX_DOCUMENTS = 50


def read_compose(path: str, text: str) -> list[Source]:
    """The services that run the project's own code, the web server before workers."""
    services = (read_documents(text) or [Node(0)])[0].get("services").entries()
    chosen = [(name, service) for name, (_, service) in services.items() if _runs_project(service)]
    chosen.sort(key=lambda pair: bool(_WORKER.search(pair[0] + " " + " ".join(pair[1].get("command").texts()))))
    found = [_service(path, service) for _, service in chosen]
    named = [name for source in found for name in source.env_files]
    return [] if named and all(is_development(name) for name in named) else found


def _runs_project(service: Node) -> bool:
    command = " ".join(service.get("command").texts() + service.get("entrypoint").texts())
    if _RUNS_PYTHON.search(command):
        return True
    build = service.get("build")
    context = (build.texts() or build.get("context").texts() or [""])[0]
    environment = service.get("environment")
    names = " ".join([*environment.texts(), *environment.entries()])
    return bool(context) and ("DJANGO" in names or context.strip("./") in ("", "app", "backend", "server", "src", "web", "api", "django"))


def _service(path: str, service: Node) -> Source:
    source = Source(path)
    for file in service.get("env_file").items or [service.get("env_file")]:
        source.env_files += file.texts() or file.get("path").texts()
    environment = service.get("environment")
    for item in environment.items:
        variable, equals, value = (item.text or "").partition("=")
        _compose_value(source, variable, value if equals else None, item.line)
    for key, node in environment.entries().values():
        _compose_value(source, key.text or "", None if node.null else node.text, key.line)
    command = service.get("command")
    read_command(source, " ".join(command.texts()), command.line)
    return source


def _compose_value(source: Source, name: str, value: str | None, line: int) -> None:
    if value is None:
        source.doubt(name, line)  # passed on from the server's own environment
    else:
        _expand(source, name, value, line)


def _expand(source: Source, name: str, value: str, line: int) -> None:
    if "$" in value.replace("$$", ""):
        source.set_expanded(name, value, line)
    else:
        source.set(name, value.replace("$$", "$"), line)


def read_manifest(path: str, text: str) -> list[Source]:
    """Kubernetes: `env` of containers, and the data of ConfigMaps; render.yaml: `envVars`; App Engine: `env_variables`."""
    sources: list[Source] = []
    for document in read_documents(text)[:_MAX_DOCUMENTS]:
        kind = document.get("kind").text
        if kind == "ConfigMap":
            sources.append(_pairs(path, document.get("data")))
        elif kind is not None:
            sources += [_named(path, container.get("env")) for container in _containers(document) if container.get("env").items]
        elif document.get("env_variables").pairs:
            sources.append(_pairs(path, document.get("env_variables")))
        else:
            services = document.get("services").items
            sources += [_named(path, service.get("envVars"), key="key") for service in services if service.get("envVars").items]
    return sources


def _containers(document: Node) -> list[Node]:
    spec = document.get("spec")
    spec = spec.get("jobTemplate", "spec") if spec.get("jobTemplate").pairs else spec
    pod = spec.get("template", "spec") if spec.get("template").pairs else spec
    return pod.get("containers").items


def _pairs(path: str, node: Node) -> Source:
    source = Source(path)
    for key, value in node.entries().values():
        if value.text is not None:
            source.set(key.text or "", value.text, key.line)
    return source


def _named(path: str, node: Node, key: str = "name") -> Source:
    source = Source(path)
    for item in node.items:
        name, value = item.get(key).text or "", item.get("value")
        if value.text is None:
            source.doubt(name, item.line)
        elif "$(" in value.text:
            source.doubt(name, value.line)
        else:
            source.set(name, value.text, value.line)
    return source
