"""Whether a model that migrations make is surely gone from the code, and whether code that was not understood may hold others."""

from __future__ import annotations

from collections.abc import Iterable

from ready_gate.facts.django.program import Program
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Class, Scalar
from ready_gate.facts.views.models import App, Models
from ready_gate.facts.views.schema import ModelState

MAX_FILES = 5_000
ASIDE = (".migrations", ".tests", ".test", ".management")


class Absence:
    """Asks the code about models that are not among those that were found."""

    def __init__(self, program: Program, sources: Sources, models: Models) -> None:
        self.program, self.sources, self.models = program, sources, models
        self.unreached = {model.state.key for model in models.unreached}
        self.open = {
            module.dotted: module.scope.open for module in list(program.run.modules.values()) if module.scope is not None and module.scope.open
        }

    def doubt(self, state: ModelState) -> str | None:
        """Why the model may be there all the same."""
        if state.key in self.unreached:
            return "its module is there, and nothing that was followed imports it"
        app = self.models.app(state.app)
        if app is None:
            return "its app is not known"
        maker = next((base for base in state.bases if not base.startswith("django.") and not self._is_ours(base, app)), None)
        if maker is not None and "." in maker:
            return f"{maker} may make it by itself"
        if state.name.startswith("Historical") and state.field("history_id") is not None:
            return "it is a model of recorded history, which another package makes"
        return self._unread(app) or self._class_left(state, app)

    def _is_ours(self, base: str, app: App) -> bool:
        label = base.partition(".")[0]
        return any(label in (one.label, one.module.partition(".")[0]) for one in self.models.apps if one.ours)

    def _unread(self, app: App) -> str | None:
        return next((f"{dotted}: {why}" for dotted, why in self.open.items() if _within(dotted, app)), None)

    def _class_left(self, state: ModelState, app: App) -> str | None:
        """A class of that name in the app that was not taken for a model, or code that may make one."""
        wanted = f"class {state.name}".encode()
        quoted = [f"{mark}{state.name}{mark}".encode() for mark in "'\""]
        paths = [path for path in self.sources.tree.files if path.startswith(app.path + "/") and path.endswith(".py") and "/migrations/" not in path]
        for path in paths[:MAX_FILES]:
            data = self.sources.tree.read_bytes(path, 2_000_000) or b""
            if wanted in data and not self._is_abstract(state, path, app):
                return f"{path} has a class of that name, and it was not understood to be the model"
            if b"type(" in data and any(name in data for name in quoted):
                return f"{path} may make a class of that name by type()"
        return None

    def _is_abstract(self, state: ModelState, path: str, app: App) -> bool:
        """Whether the class is there as an abstract model, which has no table."""
        inner = path[len(app.path) + 1 :].removesuffix(".py").replace("/", ".").removesuffix("__init__").rstrip(".")
        kind = self.program.value(".".join(part for part in (app.module, inner, state.name) if part))
        meta = kind.namespace.get("Meta") if isinstance(kind, Class) and kind.name == state.name else None
        abstract = meta.namespace.get("abstract") if isinstance(meta, Class) else None
        return isinstance(abstract, Scalar) and abstract.value is True

    def unread(self) -> Iterable[tuple[str, str]]:
        """The apps with a module for models that was not understood to its end, each with the reason."""
        for dotted, why in sorted(self.open.items()):
            app = next((app for app in self.models.apps if app.ours and _within(dotted, app)), None)
            if app is not None and "models" in dotted[len(app.module) :].split("."):
                yield app.label, f"{dotted}: {why}"


def _within(dotted: str, app: App) -> bool:
    inside = dotted == app.module or dotted.startswith(app.module + ".")
    return inside and not any(part in dotted[len(app.module) :] for part in ASIDE)
