"""The effective production settings, worked out from source."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial

from ready_gate.facts.django import defaults
from ready_gate.facts.django.freezing import Freezer
from ready_gate.facts.django.project import CONFIGURATION, MODULE
from ready_gate.facts.python.flow import Lacking
from ready_gate.facts.python.interpreter import ExternalCall, Interpreter, Loaded
from ready_gate.facts.python.modules import Sources
from ready_gate.facts.python.values import Class, Value
from ready_gate.facts.registry import fact
from ready_gate.facts.requirements import installs
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Called, Environment, Project, Requirements, Setting, Settings, Variable
from ready_gate.model import Origin

SIMPLE_JWT = ("djangorestframework-simplejwt", "rest_framework_simplejwt", "SIMPLE_JWT")
CORS = ("django-cors-headers", "corsheaders")
MAX_ASSUMED = 12
OF_SERVERS = ("HOME", "PATH", "PWD", "USER", "LOGNAME", "SHELL", "HOSTNAME", "LANG")  # set without anybody deploying the project
DRF = ("djangorestframework", "rest_framework", "REST_FRAMEWORK")


@fact
def settings(tree: Tree, project: Project, environment: Environment, requirements: Requirements, sources: Sources) -> Settings:
    """The settings under the production environment."""
    doubtful = {name: _doubt(variable) for name, variable in environment.doubtful.items()}
    return work_out(tree, project, {**environment.doubtful, **environment.variables}, requirements, sources, doubtful=doubtful)


def _doubt(variable: Variable) -> str:
    """Why the value of a variable is not known that a deploy file names."""
    at = variable.at or "a deploy file"
    if variable.value:
        return f"{at} gives {variable.name} a value that production may not use"
    return f"{at} leaves the value of {variable.name} to the server"


@fact
def fallback_settings(tree: Tree, project: Project, environment: Environment, requirements: Requirements, sources: Sources) -> Settings:
    """What the same code comes to where no variable is set at all: the defaults that production falls back to. An environment file that is
    not known to be tracked counts as the environment, so code that loads it finds none."""
    hidden = frozenset(file.path for file in environment.files if not file.template and not file.tracked)
    return work_out(tree, project, {}, requirements, sources, hidden=hidden, bare=True)


def work_out(
    tree: Tree,
    project: Project,
    variables: Mapping[str, Variable],
    requirements: Requirements,
    sources: Sources,
    *,
    hidden: Collection[str] = (),
    doubtful: Mapping[str, str] | None = None,
    bare: bool = False,
) -> Settings:
    """Evaluate the settings module (and the configuration class in it) and freeze what it holds. `hidden` files are taken to be absent;
    `doubtful` says of variables why their values are not known; `bare`: the server has no environment files either."""
    search = [project.folder, ".", *(folder for folder in ("src",) if tree.is_dir(folder))]
    home = posixpath.normpath(posixpath.join(tree.root, project.folder))
    start = _start(project)
    version, django = defaults.load("django", requirements)
    new = partial(
        Interpreter,
        sources,
        root=tree.root,
        search=search,
        variables=variables,
        project=home,
        hidden=hidden,
        installed=partial(installs, requirements),
        pinned=partial(_pinned, requirements),
        start=start,
        bare=bare,
        django_defaults=django,
    )
    by_server = {name: f"the server sets {name} by itself" for name in OF_SERVERS if name not in variables}
    doubts = {name: why for name, why in {**by_server, **(doubtful or {})}.items() if name not in start}
    interpreter, loaded = _load(new, project.settings_module, doubts)
    names, incomplete = _names(interpreter, loaded, project)
    freezer = Freezer(tree.root)
    values = {name: freezer.freeze(name, value) for name, value in names.items() if name.isupper() and not name.startswith("_")}
    if "DATABASES" in values:
        values["DATABASES"] = defaults.with_connections(values["DATABASES"], version)
    filled_in = _filled_in(values, requirements, django, version)
    return Settings(
        module=project.settings_module,
        path=project.settings_path,
        values=values,
        defaults=filled_in,
        django=version,
        problems=tuple(loaded.problems),
        calls=tuple(_called(freezer, call) for call in loaded.calls),
        asked=tuple(interpreter.asked),
        refusals=tuple(interpreter.refusals),
        files=tuple(dict.fromkeys(loaded.files)),
        incomplete=incomplete,
        exported={name: variable for name, variable in interpreter.environment.items() if variables.get(name) != variable},
    )


def _filled_in(values: dict[str, Setting], requirements: Requirements, django: Mapping[str, object], version: str) -> dict[str, Setting]:
    """What Django and the libraries put where the project sets nothing; blocks and addresses that the project does set are completed in place."""
    filled_in = {name: defaults.setting(name, value) for name, value in django.items()}
    if _uses(values, requirements, *CORS):
        filled_in |= {name: defaults.setting(name, value) for name, value in defaults.load(CORS[0], requirements)[1].items()}
    for holder in (values, filled_in):
        holder.update({name: _below_script(holder[name]) for name in ("STATIC_URL", "MEDIA_URL") if name in holder})
    filled_in |= defaults.with_storages(values, filled_in, version)
    with_drf = not requirements.files or _uses(values, requirements, *DRF[:2])
    for package, app, block in (DRF, SIMPLE_JWT):
        if _uses(values, requirements, package, app) or (block in values and with_drf):
            _fill_block(values, filled_in, block, package, requirements)
    return filled_in


def _load(new: Callable[..., Interpreter], module: str, doubtful: Mapping[str, str]) -> tuple[Interpreter, Loaded]:
    """Run the settings. Production starts: what they stop without is there, so they are run again with it, whatever it holds."""
    assumed: dict[Lacking, None] = {}
    while True:
        interpreter = new(assumed=tuple(assumed))
        interpreter.doubtful.update(doubtful)
        loaded = interpreter.load(module)
        if interpreter.lacking.keys() <= assumed.keys() or len(assumed) >= MAX_ASSUMED:
            return interpreter, loaded
        assumed |= interpreter.lacking


def _start(project: Project) -> dict[str, str]:
    """What names the module and the class that are being read: Django loads them because these are set, whoever sets them."""
    named = {MODULE: project.settings_module, CONFIGURATION: project.configuration}
    return {name: value for name, value in named.items() if value}


def _pinned(requirements: Requirements, distribution: str) -> str | None:
    """The version after `==`."""
    requirement = requirements.packages.get(distribution)
    return requirement.specifier[2:].strip() if requirement is not None and requirement.specifier.startswith("==") else None


def _names(interpreter: Interpreter, loaded: Loaded, project: Project) -> tuple[Mapping[str, Value], str | None]:
    """The module's names, or the attributes of the configuration class that production names."""
    if project.configuration is None:
        return loaded.names, loaded.incomplete
    kind = loaded.names.get(project.configuration)
    if not isinstance(kind, Class):
        return {}, loaded.incomplete or f"the configuration class {project.configuration} is not in {project.settings_module}"
    from ready_gate.facts.python.libraries import configurations

    at = kind.origins[-1] if kind.origins else Origin(project.settings_path, 1)
    return configurations.resolve(interpreter, kind, at), loaded.incomplete


def _below_script(address: Setting) -> Setting:
    """Django puts the script's prefix, which is `/`, in front of a relative address."""
    if address.kind == "choice":
        return replace(address, items=tuple(_below_script(option) for option in address.items))
    text = address.text
    if text is None or text.startswith(("/", "http://", "https://")):
        return address
    return replace(address, value=f"/{text}")


def _uses(values: Mapping[str, Setting], requirements: Requirements, package: str, app: str) -> bool:
    apps = values.get("INSTALLED_APPS")
    return bool(apps and apps.has(app)) or package in requirements.packages


def _fill_block(values: dict[str, Setting], filled_in: dict[str, Setting], block: str, package: str, requirements: Requirements) -> None:
    """A library's defaults: under the project's block where it has one, as the whole block where it uses the library without setting it."""
    _, own = defaults.load(package, requirements)
    if block in values:
        values[block] = _with_others(defaults.filled(values[block], own), {**filled_in, **values})
    else:
        filled_in[block] = _with_others(defaults.setting(block, own), {**filled_in, **values})


def _with_others(block: Setting, others: Mapping[str, Setting]) -> Setting:
    """The block with the settings that its defaults are taken from (`SIGNING_KEY` is SECRET_KEY)."""

    def taken(entry: Setting) -> Setting:
        other = others.get(str(entry.value).removeprefix("settings.")) if entry.kind == "object" and entry.is_default else None
        return entry if other is None else replace(other, name=entry.name, is_default=True)

    return replace(
        block,
        entries=tuple((key, taken(entry)) for key, entry in block.entries),
        items=tuple(_with_others(option, others) for option in block.items) if block.kind == "choice" else block.items,
    )


def _called(freezer: Freezer, call: ExternalCall) -> Called:
    arguments = tuple(freezer.freeze(f"argument {index + 1}", value) for index, value in enumerate(call.args))
    keywords = {name: freezer.freeze(name, value) for name, value in call.keywords.items()}
    return Called(call.name, arguments, keywords, call.at, call.certain)
