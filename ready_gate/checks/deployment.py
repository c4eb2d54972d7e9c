"""Deployment: what requirements, settings and deploy files can say."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ready_gate.checks.reading import absolute_place, members
from ready_gate.checks.registry import ask_person, check, failed, finding, judged, not_applicable, passed, unknown
from ready_gate.facts.views import Kept, Options, Project, Requirement, Requirements, Setting, Settings, Startup, Support
from ready_gate.model import Finding, Level, Origin, Outcome

_EXACT = re.compile(r"^={2,3}\s*[^\s*=][^\s*]*$")
_METADATA = frozenset({"pyproject.toml", "setup.cfg", "setup.py"})
_INSTALLERS = frozenset({"pip", "pip-tools", "pipenv", "poetry", "setuptools", "uv", "wheel"})  # what installs is not what is installed
_FIXED_ADDRESS = re.compile(r"@[0-9a-f]{7,40}(?![0-9a-z])|#sha256=[0-9a-f]{64}|\.(whl|tar\.gz|zip)(#|$)", re.I)


@check("deployment.pinned-requirements")
def pinned_requirements(requirements: Requirements) -> Outcome:
    """Each package in the requirement files is pinned to one version."""
    if not requirements.files:
        return ask_person("no requirement or lock file was found, so it must be seen how the server's packages are pinned")
    counted = [package for name, package in requirements.packages.items() if name not in _INSTALLERS and not package.by_extra]
    return judged(_by_file(counted, requirements), f"all {len(counted)} requirements are pinned ({', '.join(requirements.files[:3])})")


def is_pinned(specifier: str) -> bool:
    """Whether a specifier, or an address with a commit or an archive, names exactly one version."""
    if "://" in specifier:
        return bool(_FIXED_ADDRESS.search(specifier))
    return any(_EXACT.match(clause.strip()) for clause in specifier.split(","))


def _by_file(counted: list[Requirement], requirements: Requirements) -> Iterator[Finding]:
    """One finding for each file. A package's metadata may stay loose where a list or a lock says what is installed, and is then only reported."""
    listed = any(posixpath.basename(path) not in _METADATA for path in requirements.files)
    for path in sorted({package.at.path for package in counted}):
        here = sorted((package for package in counted if package.at.path == path), key=lambda package: package.at.line or 0)
        loose = [package for package in here if not is_pinned(package.specifier)]
        level = Level.WARNING if listed and posixpath.basename(path) in _METADATA else Level.ERROR
        if loose:
            names = ", ".join(package.name for package in loose[:5]) + (" …" if len(loose) > 5 else "")
            message = f"{len(loose)} of {len(here)} requirements in {path} are not pinned to one version: {names}"
            yield finding("deployment.unpinned-requirement", message, loose[0].at, level=level)


@check("deployment.supported-django")
def supported_django(requirements: Requirements, support: Support, options: Options) -> Outcome:
    """Upstream still mends security holes in the required Django on the day of the run."""
    django = requirements.packages.get("django")
    if django is None:
        return unknown("the requirements do not say which Django runs")
    allowed = _allowed_series(django.specifier, support)
    ended = [series for series in allowed if support.django[series] < options.today]
    if not allowed:
        return _newer_than_table(django, support, options)
    if not ended:
        return passed(f"Django {django.specifier} is supported until {min(support.django[series] for series in allowed)}")
    if len(ended) < len(allowed):
        wanted = django.specifier or "(any version)"
        return unknown(f"Django {wanted} allows releases without security support ({ended[-1]}) as well as supported ones")
    last = f"Django {ended[-1]} has had no security fixes since {support.django[ended[-1]]}"
    return failed(last, [finding("deployment.unsupported-django", f"{last} (required: {django.specifier})", django.at)])


def _allowed_series(specifier: str, support: Support) -> list[str]:
    """The release series of the table in which the specifier allows a release, oldest first."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        wanted = SpecifierSet(specifier)
    except InvalidSpecifier:
        return []
    releases = {series: [series, *(f"{series}.{number}" for number in range(60))] for series in support.django}
    return [series for series, versions in releases.items() if any(wanted.contains(version, prereleases=True) for version in versions)]


def _newer_than_table(django: Requirement, support: Support, options: Options) -> Outcome:
    """A series that came after one which is still supported is supported too."""
    from packaging.version import InvalidVersion, Version

    newest, ends = list(support.django.items())[-1]
    try:
        version = Version(django.specifier.lstrip("= "))
    except InvalidVersion:
        return unknown(f"which Django {django.specifier} is could not be told ({django.at})")
    if version > Version(newest) and ends >= options.today:
        return passed(f"Django {version} is newer than {newest}, which is supported until {ends}")
    return unknown(f"until when Django {version} is supported is not in the table of {support.as_of} ({support.source})")


@check("deployment.static-root")
def static_root(settings: Settings, project: Project, options: Options) -> Outcome:
    """collectstatic has a folder of its own to collect into, or a storage elsewhere."""
    installed = settings.installed("django.contrib.staticfiles")
    if installed is False:
        return not_applicable("django.contrib.staticfiles is not installed: there are no static files to collect")
    root, folders = settings["STATIC_ROOT"], settings["STATICFILES_DIRS"]
    doubts = [doubt for setting in (root, folders) if (doubt := setting.doubt())]
    if installed is None:
        doubts.append(settings["INSTALLED_APPS"].doubt() or "INSTALLED_APPS could not be worked out")
    if root.truth is False:
        return _without_root(settings, root, doubts if installed is None else [])
    place = absolute_place(root, project, options)
    inside = place is not None and any(absolute_place(folder, project, options) == place for folder in members(folders))
    found = [finding("django.staticfiles.E002", f"STATIC_ROOT ({root.text}) is one of STATICFILES_DIRS: collectstatic refuses to run", root)]
    shown = posixpath.normpath(root.text or "").removeprefix(f"{options.path}/")
    return judged(found if inside and installed else [], f"static files are collected into {shown}", doubts)


@check("deployment.collectstatic")
def collectstatic(startup: Startup) -> Outcome:
    """Something in the deployment runs collectstatic."""
    ran = [command for command in startup.management if command.name == "collectstatic"]
    if ran:
        return passed(f"collectstatic is run ({ran[0].at})")
    return ask_person("no deploy file or script of the repository runs collectstatic, so it must be seen that something else does")


@check("deployment.process-manager")
def process_manager(startup: Startup) -> Outcome:
    """What starts the server starts it again when it ends."""
    if not startup.kept:
        return ask_person("no systemd unit, supervisor program, compose service, Kubernetes workload or platform file starts the server")
    server = startup.production
    first = next((kept for kept in startup.kept if server and kept.starts == server.at), startup.kept[0])
    wrong = [kept for kept in startup.kept if kept != first and not kept.always]
    reported = [finding("deployment.no-restart", _unkept(kept), kept.at, level=Level.WARNING) for kept in wrong]
    if first.always:
        return passed(f"{first.path} starts the server again when it ends{f' ({first.said})' if first.said else ''}", reported)
    return failed(_unkept(first), [finding("deployment.no-restart", _unkept(first), first.at), *reported])


def _unkept(kept: Kept) -> str:
    said = f"says {kept.said}" if kept.said else "does not say that the server is started again when it ends"
    return f"{kept.path} {said}" + (": once it ends it stays down" if kept.said else "")


def _without_root(settings: Settings, root: Setting, doubts: list[str]) -> Outcome:
    """A storage that keeps the files elsewhere needs no STATIC_ROOT."""
    backend = settings["STORAGES"].get("staticfiles", "BACKEND")
    storage = settings["STATICFILES_STORAGE"] if settings.is_set("STATICFILES_STORAGE") else backend
    if storage.doubt():
        return unknown(f"STATIC_ROOT is not set, and whether the storage needs it cannot be told: {storage.doubt()}")
    if storage.text and not storage.text.startswith(("django.contrib.staticfiles.", "django.core.files.", "whitenoise.")):
        return _other_storage(storage)
    problem = finding(
        "deployment.no-static-root", "STATIC_ROOT is not set, so collectstatic has nowhere to put the files", root.origin or Origin(settings.path, 1)
    )
    return unknown("; ".join(doubts), []) if doubts else failed(problem.message, [problem])


def _other_storage(storage: Setting) -> Outcome:
    if storage.text and storage.text.startswith(("storages.backends.", "cloudinary_storage.", "django_s3_storage.", "minio_storage.")):
        return passed(f"static files go to {storage.text}, which needs no STATIC_ROOT")
    return unknown(f"STATIC_ROOT is not set, and whether {storage.text} needs it is not known")
