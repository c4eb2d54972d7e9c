"""The view that CSRF_FAILURE_VIEW names, looked up in the project's source."""

from __future__ import annotations

import ast

from ready_gate.facts.python.modules import Sources, UnreadableSource
from ready_gate.facts.registry import fact
from ready_gate.facts.views import NamedView, Project, Settings


@fact
def csrf_failure_view(settings: Settings, project: Project, sources: Sources) -> NamedView:
    """Django calls it with the request and `reason`."""
    named = settings["CSRF_FAILURE_VIEW"]
    if named.is_default or named.text is None:
        return NamedView()
    module, _, name = named.text.rpartition(".")
    if not module:
        return NamedView(found=False)
    folders = [project.folder, "."]
    place = sources.resolve(module, folders)
    if place is None or place.path is None:
        top = sources.resolve(module.split(".")[0], folders)
        return NamedView(found=None if top is None or place is not None else False)
    try:
        return _looked_up(sources.parse(place.path), name)
    except UnreadableSource:
        return NamedView()


def _looked_up(tree: ast.Module, name: str) -> NamedView:
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return NamedView(found=True, fits=None if node.decorator_list else _takes_request_and_reason(node.args))
    mentioned = any(getattr(node, "name", getattr(node, "id", None)) == name for node in ast.walk(tree))
    imports_all = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in ast.walk(tree))
    imported = any(isinstance(node, ast.alias) and (node.asname or node.name).split(".")[0] == name for node in ast.walk(tree))
    dynamic = any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
    return NamedView(found=True if mentioned or imported else None if imports_all or dynamic else False)


def _takes_request_and_reason(arguments: ast.arguments) -> bool:
    """Whether `view(request, reason=…)` works."""
    by_place = [*arguments.posonlyargs, *arguments.args]
    if not by_place and not arguments.vararg:
        return False
    by_name = {argument.arg for argument in (*arguments.args[0 if arguments.posonlyargs else 1 :], *arguments.kwonlyargs)}
    needed = {argument.arg for argument in by_place[1 : len(by_place) - len(arguments.defaults)]}
    needed |= {argument.arg for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None}
    return ("reason" in by_name or arguments.kwarg is not None) and needed <= {"reason"} and not (needed & {a.arg for a in arguments.posonlyargs})
