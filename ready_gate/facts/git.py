"""What git knows of the checkout."""

from __future__ import annotations

from ready_gate.facts.git_command import git_paths, run_git
from ready_gate.facts.registry import fact
from ready_gate.facts.tree import Tree
from ready_gate.facts.views import Git

OWN_SCOPES = (b"system", b"global", b"command")


@fact
def git(tree: Tree) -> Git:
    """The checkout; one without commits where the folder is in no repository. Raises `Unavailable` without git."""
    tracked = tree.tracked
    if tracked is None:
        return Git(frozenset(), commits=False)
    head = run_git(tree.root, "rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}")
    if head is None:
        return Git(tracked, commits=False)
    return Git(tracked, commits=True, head=head.decode("ascii", "replace").strip(), dirty=_dirty(tree.root))


def _dirty(root: str) -> tuple[str, ...] | None:
    if _repository_brings_filters(root):
        return None
    options = ("--name-only", "-z", "--relative", "--no-renames", "--ignore-submodules=all", "--no-ext-diff", "--no-textconv")
    changed = git_paths(root, "diff", *options, "HEAD", "--", ".")
    return None if changed is None else tuple(sorted(changed))


def _repository_brings_filters(root: str) -> bool:
    """Comparing contents runs the filters of `.gitattributes`; commands that the repository's own configuration names must not run."""
    found = run_git(root, "config", "--show-scope", "--name-only", "--get-regexp", r"^filter\..*\.(clean|smudge|process)$", fine=(0, 1))
    return found is None or any(line.split(b"\t")[0] not in OWN_SCOPES for line in found.splitlines())
