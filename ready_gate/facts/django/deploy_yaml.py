"""Environments and start commands in compose files, Kubernetes manifests, render.yaml and App Engine's app.yaml."""

from __future__ import annotations

import re
import shlex

from ready_gate.facts.django.deploy_source import Source
from ready_gate.facts.names import is_development
from ready_gate.facts.views import Variable
from ready_gate.facts.yaml_nodes import Node, read_documents
from ready_gate.model import Origin

_RUNS_PYTHON = re.compile(r"\b(python3?|manage\.py|gunicorn|uwsgi|uvicorn|daphne|hypercorn|granian|celery|waitress)\b")
_WORKER = re.compile(r"\b(celery|rqworker|runworker|huey|dramatiq|migrate|collectstatic)\b")
_KEEP_RUNNING = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "Pod")
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
    _starts(source, service.get("entrypoint"), service.get("command"))
    policy = service.get("restart") if service.get("restart").text is not None else service.get("deploy", "restart_policy", "condition")
    if policy.text is not None:
        source.restart = Variable("restart", policy.text, Origin(path, policy.line))
    return source


def _starts(source: Source, entrypoint: Node, command: Node) -> None:
    """The command that replaces the image's own, in either of its two forms."""
    parts = [shlex.join(node.texts()) if node.items else (node.text or "") for node in (entrypoint, command)]
    line = command.line if command.texts() else entrypoint.line
    source.starts(" ".join(part for part in parts if part).replace("$$", "$"), line)


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
            sources += _workload(path, document, kind)
        elif document.get("env_variables").pairs or document.get("runtime").text:
            source = _pairs(path, document.get("env_variables"))
            source.starts(document.get("entrypoint").text or "", document.get("entrypoint").line)
            source.restart = Variable("app.yaml", "always", Origin(path, 1))
            sources.append(source)
        else:
            sources += [_render_service(path, service) for service in document.get("services").items]
    return sources


def _workload(path: str, document: Node, kind: str) -> list[Source]:
    """The containers of a Kubernetes object. Only what keeps running is started again; jobs and init containers are steps."""
    spec = document.get("spec")
    spec = spec.get("jobTemplate", "spec") if spec.get("jobTemplate").pairs else spec
    pod = spec.get("template", "spec") if spec.get("template").pairs else spec
    found = []
    for group in ("initContainers", "containers"):
        for container in pod.get(group).items:
            source = _named(path, container.get("env"))
            command, arguments = container.get("command"), container.get("args")
            if group == "containers" and kind in _KEEP_RUNNING:
                _starts(source, command, arguments)
                policy = pod.get("restartPolicy")
                source.restart = Variable("restartPolicy", policy.text or "Always", Origin(path, policy.line or container.line))
            else:
                source.runs_once(shlex.join([*command.texts(), *arguments.texts()]), command.line or arguments.line)
            found.append(source)
    return found


def _render_service(path: str, service: Node) -> Source:
    source = _named(path, service.get("envVars"), key="key")
    source.starts(service.get("startCommand").text or "", service.get("startCommand").line)
    for key in ("buildCommand", "preDeployCommand"):
        source.runs_once(service.get(key).text or "", service.get(key).line)
    source.restart = Variable("render.yaml", "always", Origin(path, service.line))
    return source


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
