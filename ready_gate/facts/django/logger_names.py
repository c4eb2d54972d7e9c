"""The names of the loggers that the project's own code writes to."""

from __future__ import annotations

from ready_gate.facts.django.project import search_folders
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import LoggerNames, Project, Settings

MAX_FILES = 5_000
MAX_NAMES = 100


@fact
def logger_names(tree: Tree, project: Project, settings: Settings) -> LoggerNames:
    """The packages and modules that `__name__` may be of, and those names in LOGGING that other files than the settings hold as a text."""
    paths = [path for path in tree.files if path.endswith(".py")][:MAX_FILES]
    homes = ["" if folder == "." else f"{folder}/" for folder in search_folders(project.folder)]
    names = {path[len(home) :].split("/", 1)[0].removesuffix(".py") for home in homes for path in paths if path.startswith(home)}
    wanted = {str(name) for option in settings["LOGGING"].possible() for name, _ in option.get("loggers").entries[:MAX_NAMES]} - names
    for path in paths if wanted else ():
        if path not in settings.files:
            text = tree.read_bytes(path) or b""
            names |= {name for name in wanted if f'"{name}"'.encode() in text or f"'{name}'".encode() in text}
    return LoggerNames(frozenset(names))
