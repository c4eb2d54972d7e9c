"""The installed apps: from INSTALLED_APPS and the AppConfig classes to labels, as Django's registry has them."""

from __future__ import annotations

from dataclasses import dataclass

from ready_gate.facts.django.program import Program
from ready_gate.facts.python.values import Choice, Class, Items, Scalar, Symbol, Table, Value
from ready_gate.facts.views.models import App

CONFIG = ("django.apps.AppConfig", "django.apps.config.AppConfig")
AUTO = "django.db.models.AutoField"
MAX_APPS = 500


@dataclass(frozen=True)
class Apps:
    """The apps in order, and why there may be more."""

    apps: tuple[App, ...]
    rest: str | None

    def containing(self, module: str) -> App | None:
        """The app whose package the module is in, the innermost."""
        holders = [app for app in self.apps if module == app.module or module.startswith(app.module + ".")]
        return max(holders, key=lambda app: len(app.module), default=None)

    def label(self, dotted: str) -> str | None:
        """`app.model` in lower case for the class of a model, by its dotted path."""
        app = self.containing(dotted.rpartition(".")[0])
        return f"{app.label}.{dotted.rpartition('.')[2].lower()}" if app is not None else None


def find(program: Program, version: tuple[int, ...]) -> Apps:
    """What INSTALLED_APPS comes to."""
    return _Finder(program, version).find()


class _Finder:
    def __init__(self, program: Program, version: tuple[int, ...]) -> None:
        self.program, self.version = program, version
        self.auto = self._text(program.setting("DEFAULT_AUTO_FIELD")) or (AUTO if version < (6,) else "django.db.models.BigAutoField")
        moved = program.setting("MIGRATION_MODULES")
        self.moved = moved.entries if isinstance(moved, Table) else {}

    def find(self) -> Apps:
        installed = self._whole(self.program.setting("INSTALLED_APPS"))
        if installed is None:
            return Apps((), "INSTALLED_APPS is not known")
        texts = [self._text(item) for item in installed.items[:MAX_APPS]]
        rest = installed.rest or ("INSTALLED_APPS has entries that are not known" if None in texts else None)
        return Apps(tuple(self._app(text) for text in texts if text), rest)

    def _whole(self, value: Value | None) -> Items | None:
        """The list; of several that it may be, what any of them has."""
        if isinstance(value, Choice):
            lists = [option for option in value.options if isinstance(option, Items)]
            found = {self._text(item): item for option in lists for item in option.items}
            return Items(list(found.values()), rest="INSTALLED_APPS is one of several lists") if lists else None
        return value if isinstance(value, Items) else None

    def _text(self, value: Value | None) -> str | None:
        return value.value if isinstance(value, Scalar) and isinstance(value.value, str) else None

    def _app(self, entry: str) -> App:
        """One entry, which names a module or an AppConfig class."""
        if self._is_module(entry):
            return self._made(entry, self._implicit(entry))
        home = entry.rpartition(".")[0]
        config = self.program.value(entry)
        if isinstance(config, Class):
            return self._made(home.removesuffix(".apps"), config)
        if isinstance(config, Symbol) and entry.rpartition(".")[2][:1].isupper():
            return self._made(home.removesuffix(".apps"), config)
        return self._made(entry, self._implicit(entry))

    def _is_module(self, dotted: str) -> bool:
        return self.program.run.sources.resolve(dotted, self.program.run.search) is not None

    def _implicit(self, module: str) -> Value | None:
        """The AppConfig that a module's `apps` brings: the only one, or the one that says that it is the default."""
        if self.version < (3, 2):
            named = self._text(self.program.value(f"{module}.default_app_config")) if self._is_module(module) else None
            return self.program.value(named) if named else None
        found = self.program.module(f"{module}.apps") if self._is_module(f"{module}.apps") else None
        if found is None:
            return self._foreign_config(module)
        kinds = [value for value in found.names.values() if isinstance(value, Class) and self.program.is_a(value, *CONFIG)]
        usable = [kind for kind in kinds if self._plain(kind, "default") is not False]
        chosen = usable if len(usable) == 1 else [kind for kind in kinds if self._plain(kind, "default") is True]
        return chosen[0] if len(chosen) == 1 else None

    def _foreign_config(self, module: str) -> Value | None:
        outline = self.program.run.known.module(f"{module}.apps")
        kinds = [Symbol(f"{module}.apps.{name}") for name in outline.classes] if outline is not None else []
        kinds = [kind for kind in kinds if self.program.is_a(kind, *CONFIG) and self._plain(kind, "default") is not False]
        return kinds[0] if len(kinds) == 1 else None

    def _plain(self, kind: Value, name: str) -> object:
        found = self.program.lookup(kind, name)
        return found.value if isinstance(found, Scalar) else None

    def _made(self, entry: str, config: Value | None) -> App:
        module = self._plain(config, "name") if config is not None else None
        module = module if isinstance(module, str) else entry
        found = self.program.run.sources.resolve(module, self.program.run.search)
        label = self._plain(config, "label") if config is not None else None
        guessed = label is None and found is None and not self._has_configs(module)
        label = label if isinstance(label, str) else module.rpartition(".")[2]
        auto = self._plain(config, "default_auto_field") if config is not None else None
        path = (found.path or "").rpartition("/")[0] if found is not None else ""
        doubt = f"the AppConfig of {module} is not at hand" if guessed else None
        return App(label, module, path, found is not None, auto if isinstance(auto, str) else self.auto, self._migrations(label, module), doubt)

    def _has_configs(self, module: str) -> bool:
        """Whether it is known what AppConfig a package brings."""
        known = self.program.run.known
        return module.startswith("django.") or known.module(f"{module}.apps") is not None or known.installed(module)

    def _migrations(self, label: str, module: str) -> str | None:
        """Where MIGRATION_MODULES puts an app's migrations, its own `migrations` otherwise."""
        if label not in self.moved:
            return f"{module}.migrations"
        return self._text(self.moved[label])
