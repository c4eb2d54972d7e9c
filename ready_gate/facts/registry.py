"""How facts are found and computed: lazily, once, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from threading import RLock
from typing import TypeVar

from ready_gate.errors import NothingToJudge, Unavailable

Function = TypeVar("Function", bound=Callable[..., object])

# Where each fact lives, so that a module is imported only when its fact is wanted.
MODULES: dict[str, str] = {
    "tree": "ready_gate.facts.tree",
    "git": "ready_gate.facts.git",
    "sources": "ready_gate.facts.python.modules",
    "deployment": "ready_gate.facts.django.deploy_environment",
    "location": "ready_gate.facts.django.location",
    "project": "ready_gate.facts.django.project",
    "startup": "ready_gate.facts.infra.startup",
    "pipeline_tests": "ready_gate.facts.infra.pipeline_tests",
    "requirements": "ready_gate.facts.requirements",
    "environment": "ready_gate.facts.django.environment",
    "settings": "ready_gate.facts.django.settings",
    "models": "ready_gate.facts.django.models",
    "fallback_settings": "ready_gate.facts.django.settings",
    "csrf_failure_view": "ready_gate.facts.django.failure_view",
    "installed": "ready_gate.facts.django.installed",
    "program": "ready_gate.facts.django.program",
    "routes": "ready_gate.facts.django.routes",
    "setting_folders": "ready_gate.facts.django.folders",
    "nginx": "ready_gate.facts.infra.nginx",
    "variables": "ready_gate.facts.django.variables",
    "gateway": "ready_gate.facts.django.gateway",
    "payment_code": "ready_gate.facts.django.payments.fact",
    "payments": "ready_gate.facts.django.payments.fact",
    "payment_tests": "ready_gate.facts.django.payments.tests",
    "sensitive_logging": "ready_gate.facts.django.code.log_calls",
    "project_classes": "ready_gate.facts.django.project_classes",
    "origin_headers": "ready_gate.facts.django.origin_headers",
    "token_code": "ready_gate.facts.django.code.tokens",
    "logger_names": "ready_gate.facts.django.logger_names",
    "code": "ready_gate.facts.django.code.project_code",
    "personal_code": "ready_gate.facts.django.code.cards",
    "password_code": "ready_gate.facts.django.code.passwords",
    "limit_code": "ready_gate.facts.django.code.limits",
    "served_files": "ready_gate.facts.django.code.served",
    "usage_code": "ready_gate.facts.django.code.usage",
    "list_code": "ready_gate.facts.django.code.lists",
    "endpoints": "ready_gate.facts.django.code.endpoints",
    "health_code": "ready_gate.facts.django.code.health",
    "index_code": "ready_gate.facts.django.code.indexes",
    "query_code": "ready_gate.facts.django.code.relations",
    "input_code": "ready_gate.facts.django.code.input",
    "migrations": "ready_gate.facts.django.migrations.fact",
    "documents": "ready_gate.facts.docs",
    "dumps": "ready_gate.facts.dumps",
    "secrets": "ready_gate.facts.secrets.search",
    "support": "ready_gate.facts.support",
    "staging": "ready_gate.facts.staging",
}

# What begins to compute a fact beside the others (`begin`: what it answers waits for the fact, None where it is then computed like any other).
BESIDE: dict[str, str] = {"secrets": "ready_gate.facts.secrets.beside"}

PROVIDERS: dict[str, Callable[..., object]] = {}


def fact(function: Function) -> Function:
    """Register the function as the provider of the fact that has its name; its parameters are the facts it needs."""
    PROVIDERS[function.__name__] = function
    return function


class Facts:
    """The facts of one run. `given` holds what the caller brings (`options`, …); the rest is computed when first asked for."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._known: dict[str, object] = dict(given)
        self._failed: dict[str, Unavailable | NothingToJudge] = {}
        self._locks: dict[str, RLock] = {}
        self._begun: dict[str, Callable[[], object | None]] = {}

    def __getitem__(self, name: str) -> object:
        """The fact; raises `Unavailable` or `NothingToJudge` (the same one each time) where it cannot be had."""
        with self._locks.setdefault(name, RLock()):  # one lock a fact: facts that do not need each other are computed side by side
            if name in self._failed:
                raise self._failed[name]
            if name not in self._known:
                self._known[name] = self._compute(name)
            return self._known[name]

    def _compute(self, name: str) -> object:
        begun = self._begun[name]() if name in self._begun else None
        if begun is not None:
            return begun
        import_module(MODULES[name])
        provider = PROVIDERS[name]
        code = provider.__code__
        try:
            return provider(*self.gather(code.co_varnames[: code.co_argcount]))
        except (Unavailable, NothingToJudge) as reason:
            self._failed[name] = reason
            raise
        except RecursionError:
            self._failed[name] = Unavailable("some of the project's code is nested too deeply to be followed")
            raise self._failed[name] from None

    def begin(self, name: str) -> None:
        """Have this fact computed beside everything else, from now on."""
        beginning: Callable[[Facts], Callable[[], object | None]] = import_module(BESIDE[name]).begin
        self._begun[name] = beginning(self)

    def gather(self, names: Iterable[str]) -> list[object]:
        """The facts with these names, in order."""
        return [self[name] for name in names]
