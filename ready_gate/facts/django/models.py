"""The models of the project's apps, worked out from source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ready_gate.facts.django import apps, history, late_fields
from ready_gate.facts.django.model_classes import Gathered, ModelClasses
from ready_gate.facts.django.model_states import States
from ready_gate.facts.django.program import Program
from ready_gate.facts.django.project import search_folders
from ready_gate.facts.django.reach import Reach, looks_like_model
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Class, Instance, Scalar
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Project, Settings
from ready_gate.facts.views.models import App, Model, Models
from ready_gate.facts.views.schema import ModelState
from ready_gate.model import Origin

LATE = ("admin", "translation", "tasks", "signals", "receivers", "api")  # modules that apps of Django and of packages look for by name
NOT_APPS = ("tests", "test", "migrations", "conftest", "factories", "management", "node_modules")
MAX_UNREACHED = 500


@fact
def models(program: Program, project: Project, settings: Settings, sources: Sources) -> Models:
    """Every model of every installed app that is in the checkout."""
    version = tuple(int(part) for part in (settings.django or "").split(".")[:2] if part.isdecimal())
    with program.alone():
        return _Finder(program, sources, search_folders(project.folder), version, settings).find()


class _Finder:
    def __init__(self, program: Program, sources: Sources, search: tuple[str, ...], version: tuple[int, ...], settings: Settings) -> None:
        self.program, self.sources, self.settings = program, sources, settings
        self.apps = apps.find(program, version)
        self.reach = Reach(sources, search)
        self.classes = ModelClasses(program, self.apps, version)
        self.states = States(self.classes, str(settings["DATABASES"].get("default", "ENGINE").value or ""), version)
        self.problems: list[str] = [self.apps.rest] if self.apps.rest else []

    def find(self) -> Models:
        """Follow what Django imports, and make the states of the model classes in it."""
        ours = [app for app in self.apps.apps if app.ours]
        self.reach.follow(self._roots(ours))
        self._load(self.reach.seen)
        beyond = self._beyond(ours)
        self._load(beyond)
        known = self._known()
        beside = [*(self.states.model(made) for made in self._gathered(beyond)), *self._not_run()]
        unreached = {model.label: model for model in beside if model.label not in known}
        return Models(self.apps.apps, known, tuple(unreached.values()), tuple(self.problems), self._user())

    def _roots(self, ours: list[App]) -> Iterator[str]:
        for app in ours:
            yield from (app.module, f"{app.module}.apps", f"{app.module}.models")
            yield from (f"{app.module}.{name}" for name in LATE)
        urls = self.settings["ROOT_URLCONF"].value
        yield from (str(name) for name in (urls, self.settings.module) if name)

    def _load(self, modules: Iterable[str]) -> None:
        """Run those modules that may hold a model."""
        for dotted in list(modules):
            found = self.sources.resolve(dotted, self.reach.search)
            data = self.sources.tree.read_bytes(found.path, 5_000_000) if found is not None and found.path else None
            if data is None or b"class " not in data or b"odel" not in data or _is_migration(dotted):
                continue
            if found is not None and self.reach.may_hold_models(found):
                loaded = self.program.module(dotted)
                if loaded is not None and loaded.incomplete:
                    self.problems.append(f"{dotted}: {loaded.incomplete}")

    def _beyond(self, ours: list[App]) -> list[str]:
        """Modules inside of the apps that nothing imports, and that may hold a model."""
        packages = {app.path: app.module for app in ours if app.path}
        found = []
        for path in self.sources.files():
            folder = next((folder for folder in packages if path.startswith(folder + "/")), None)
            parts = path.removesuffix(".py").split("/")
            if folder is None or not path.endswith(".py") or any(part in NOT_APPS or part.startswith("test") for part in parts):
                continue
            inner = path[len(folder) + 1 :].removesuffix(".py").replace("/", ".").removesuffix(".__init__")
            if f"{packages[folder]}.{inner}" not in self.reach.seen and b"models.Model)" in (self.sources.tree.read_bytes(path, 5_000_000) or b""):
                found.append(f"{packages[folder]}.{inner}")
        return sorted(found)[:MAX_UNREACHED]

    def _known(self) -> dict[str, Model]:
        gathered = [made for made in self._gathered(self.reach.seen) if self._is_ours(made)]
        late = late_fields.find(self.program, self.reach)
        for made in gathered:
            self._doubt(made, late)
        known = {made.label: self.states.model(made) for made in gathered}
        for made in gathered:
            for name, asked in self.classes.companions(made):
                state = self._beside(name, asked, known[made.label])
                known.setdefault(f"{made.app}.{name.lower()}", Model(state, f"{made.kind.module}.{name}", ""))
        return self.states.without_own_keys(dict(sorted(known.items())))

    def _beside(self, name: str, asked: Instance, model: Model) -> ModelState:
        """The state of a model that another package makes beside one."""
        made = None if model.parents else history.recorded(model.state, asked, self._user())
        return made or ModelState(model.state.app, name, at=model.state.at, undecided="another package makes it by itself")

    def _user(self) -> str | None:
        user = self.program.setting("AUTH_USER_MODEL")
        return user.value.lower() if isinstance(user, Scalar) and isinstance(user.value, str) else None

    def _doubt(self, made: Gathered, late: late_fields.Late) -> None:
        """Note why the model may have fields that no class shows."""
        made.lent = made.lent or late.all
        found = [late.of(base) for base in self.classes.order(made.kind) if isinstance(base, Class)]
        made.doubts += [doubt for doubt in found if doubt and doubt not in made.doubts]

    def _not_run(self) -> Iterator[Model]:
        """Models that stand in code which is taken not to run: behind a condition, in the handler of an exception, in a function."""
        made = {(kind.module, kind.name) for kind, _ in self.program.run.made}
        for dotted, node in self.reach.classes():
            app = self.apps.containing(dotted)
            if app is None or not app.ours or (dotted, node.name) in made or not looks_like_model(node):
                continue
            found = self.reach.seen[dotted]
            state = ModelState(app.label, node.name, at=Origin(found.path or "", node.lineno), undecided="the code that makes it is not run for sure")
            yield Model(state, f"{dotted}.{node.name}", "")

    def _is_ours(self, made: Gathered) -> bool:
        return any(app.ours for app in self.apps.apps if app.label == made.app)

    def _gathered(self, modules: Iterable[str]) -> Iterator[Gathered]:
        """The concrete models among the classes that were made in these modules."""
        wanted = set(modules)
        last: dict[tuple[str, str], tuple[Class, bool]] = {}
        for kind, certain in list(self.program.run.made):
            if kind.module in wanted and self.classes.is_model(kind) is not False:
                last[kind.module, kind.name] = kind, certain
        for kind, certain in last.values():
            made = self.classes.gather(kind)
            if made is None or made.abstract:
                continue
            if not certain:
                made.doubts.append("it is made on a condition")
            yield made


def _is_migration(dotted: str) -> bool:
    return ".migrations." in f".{dotted}."
