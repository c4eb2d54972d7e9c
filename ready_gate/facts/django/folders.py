"""The folders that settings name, as far as they lie in the project."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Project, Setting, SettingFolders, Settings

NAMES = ("FILE_UPLOAD_TEMP_DIR", "STATICFILES_DIRS")


@fact
def setting_folders(tree: Tree, settings: Settings, project: Project) -> SettingFolders:
    """Whether each is there. A folder outside of the project is the server's own affair and left out."""
    places = (posixpath.join(tree.root, start, text) for name in NAMES for start, text in _named(settings[name], project))
    inside = {place for place in map(posixpath.normpath, places) if place.startswith(tree.root.rstrip("/") + "/")}
    return SettingFolders(frozenset(place for place in inside if not tree.is_dir(posixpath.relpath(place, tree.root))))


def _named(setting: Setting, project: Project) -> Iterator[tuple[str, str]]:
    """Each path with the folder that it counts from: the checkout's root for path objects, manage.py's folder for texts."""
    for leaf in setting.walk():
        if leaf.text:
            yield "." if leaf.kind == "Path" else project.folder, leaf.text
