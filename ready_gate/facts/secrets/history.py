"""The search of the history: what the commits of a pull request bring, those of it too that it takes away again, or all there ever was."""

from __future__ import annotations

from functools import partial

from ready_gate.errors import Unavailable
from ready_gate.facts.git_command import run_git
from ready_gate.facts.python.modules import parsed
from ready_gate.facts.secrets.blobs import blobs, date_of
from ready_gate.facts.secrets.collected import Collected
from ready_gate.facts.secrets.files import MAX_WHOLE, Skipped, printable
from ready_gate.facts.secrets.finder import Finder
from ready_gate.facts.secrets.texts import text_of

DEFAULT_BASES = ("refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main", "refs/heads/master")


def search(root: str, wanted: str, base: str | None, finder: Finder, collected: Collected, skipped: Skipped) -> tuple[str, list[str]]:
    """Add what the history holds and the checkout does not. Answers what was searched, and what could not be had; `wanted`: `pr` or `all`."""
    try:
        revisions, extent, doubts = _everything(root) if wanted == "all" else _of_pull_request(root, base)
        if revisions:
            doubts += _searched(root, revisions, finder, collected, skipped)
    except Unavailable as reason:
        return "", [f"the history could not be searched: {reason}"]
    return extent, doubts


def _everything(root: str) -> tuple[list[str], str, list[str]]:
    if _commit(root, "HEAD") is None:
        raise Unavailable("there is no commit")
    doubts = ["the clone is shallow: older commits are not in it (fetch them with `git fetch --unshallow`)"] if _is_shallow(root) else []
    return ["--all", "HEAD"], "the whole history", doubts


def _of_pull_request(root: str, base: str | None) -> tuple[list[str], str, list[str]]:
    head = _commit(root, "HEAD")
    if head is None:
        raise Unavailable("there is no commit")
    names = DEFAULT_BASES if base is None else (base,)
    name, start = next(((name, found) for name in names if (found := _commit(root, name))), (None, None))
    if name is None or start is None:
        looked = f"the base {base} is not in this clone" if base else "no default branch of a remote is in this clone, name the base with --base"
        raise Unavailable(looked)
    if run_git(root, "merge-base", start, head) is None:
        shallow = "; the clone is shallow, fetch more of it" if _is_shallow(root) else ""
        raise Unavailable(f"{_short(name)} and HEAD have no common commit in this clone{shallow}")
    return [head, f"^{start}"], f"what the commits since {_short(name)} bring", []


def _searched(root: str, revisions: list[str], finder: Finder, collected: Collected, skipped: Skipped) -> list[str]:
    missing = 0
    for blob in blobs(root, revisions, MAX_WHOLE):
        missing += blob.missing
        if blob.data is None:
            skipped.add(f"versions in the history that are larger than {MAX_WHOLE // 1_000_000} MB", *([] if blob.missing else [blob.path]))
            continue
        text = text_of(printable(blob.path), blob.data)
        if text is not None and (found := finder.sightings(text, partial(parsed, blob.data))):
            collected.add(found, blob.commit, partial(date_of, root, blob.commit))
    return [f"{missing} versions of files in the history are not in this clone"] if missing else []


def _commit(root: str, name: str) -> str | None:
    found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return None if found is None else found.decode("ascii", "replace").strip()


def _is_shallow(root: str) -> bool:
    return (run_git(root, "rev-parse", "--is-shallow-repository") or b"").strip() == b"true"


def _short(name: str) -> str:
    return name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
