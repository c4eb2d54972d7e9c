"""The project's files. Everything that is read of a project is read here, and nothing outside its folder ever is."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from ready_gate.errors import Unavailable, UserError
from ready_gate.facts.git_command import git_paths, run_git
from ready_gate.facts.registry import fact
from ready_gate.facts.views import Options

MAX_FILES = 100_000
MAX_NAMES = 10_000
SKIPPED = frozenset(
    {".git", ".hg", ".svn", "node_modules", "bower_components", "__pycache__", "site-packages", ".tox", ".nox", ".eggs"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache"}
)
INSTALLED = "installed packages and caches"
ODD = "names that are no text"
LINK = "links out of the project, or to nothing"
BEYOND = f"beyond {MAX_FILES} files"
_ENVIRONMENT = re.compile(r"(.+/)(?:pyvenv\.cfg|(?:bin|Scripts)/activate(?:\.\w{1,5}|_this\.py)?|lib/python\d(?:\.\d{1,2})?/site\.py)$")
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Tree:
    """A project folder. `root` is its absolute real path; all other paths are relative to it, with `/`."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._real: dict[str, str | None] = {}
        self._left_out: dict[str, list[str]] = {}

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Every file that is part of the project, sorted: what git tracks or would track, else all there is; without installed packages and
        caches. At most `MAX_FILES`."""
        listed = self._listed_by_git() or self._walked()
        own = _without_virtual_environments(listed)
        self._leave_out(INSTALLED, *(path for path in listed if path not in set(own)) if len(own) < len(listed) else ())
        return tuple(sorted(own))

    @property
    def left_out(self) -> Mapping[str, Sequence[str]]:
        """What git lists and is none of the files, by the reason (`INSTALLED`, `ODD`, `LINK`, `BEYOND`)."""
        return self._left_out if self.files or self._left_out else {}

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds one of the files, at any depth."""
        found: set[str] = set()
        for path in self.files:
            while (path := path.rpartition("/")[0]) and path not in found:
                found.add(path)
        return frozenset(found)

    @cached_property
    def tracked(self) -> frozenset[str] | None:
        """What git tracks in the folder; None outside of a git work tree. Raises `Unavailable` without git."""
        names = git_paths(self.root, "ls-files", "-z", "--cached")
        return None if names is None else frozenset(name for name in names if _sensible(name))

    @property
    def tracked_or_none(self) -> frozenset[str] | None:
        """What git tracks; None where there is no git to tell, or no work tree."""
        try:
            return self.tracked
        except Unavailable:
            return None

    def ignored(self, *paths: str) -> frozenset[str] | None:
        """Which of these paths `.gitignore` covers; None outside of a git work tree. Raises `Unavailable` without git."""
        printed = run_git(self.root, "check-ignore", "--no-index", "--", *paths, fine=(0, 1)) if paths else b""
        return None if printed is None else frozenset(os.fsdecode(printed).splitlines())

    def read(self, path: str, limit: int = 2_000_000) -> str | None:
        """The text of a file. None where it is absent, outside of the root, no regular file, larger than `limit` bytes, or binary."""
        data = self.read_bytes(path, limit)
        return None if data is None else _decoded(data)

    def read_bytes(self, path: str, limit: int = 2_000_000) -> bytes | None:
        """The bytes of a file; None as for `read`, except that it may be binary."""
        handle = self.open(path)
        if handle is None:
            return None
        try:
            return _whole(handle, limit) if os.fstat(handle).st_size <= limit else None
        except OSError:
            return None
        finally:
            os.close(handle)

    def open(self, path: str) -> int | None:
        """A descriptor for reading, which the caller closes; None where it is absent, outside of the root or no regular file."""
        folder, _, name = path.rpartition("/")
        home = None if path.startswith("/") or name in ("", ".", "..") or "\0" in name else self._folder(folder)
        handle = None if home is None else _descriptor(f"{home}/{name}")
        if handle is None:  # absent, or a link
            real = self._inside(path)
            handle = None if real is None else _descriptor(real)
        if handle is None:
            return None
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
        return None

    def exists(self, path: str) -> bool:
        """Whether a file or folder of that path is there, inside the root."""
        real = self._inside(path)
        return real is not None and os.path.exists(real)

    def is_file(self, path: str) -> bool:
        """Whether a regular file of that path is there, inside the root."""
        real = self._inside(path)
        return real is not None and os.path.isfile(real)

    def is_dir(self, path: str) -> bool:
        """Whether a folder of that path is there, inside the root."""
        real = self._inside(path)
        return real is not None and os.path.isdir(real)

    def names(self, folder: str = ".") -> tuple[str, ...]:
        """The names in one folder, sorted, files that git ignores included; at most `MAX_NAMES`."""
        real = self._inside(folder)
        if real is None:
            return ()
        try:
            with os.scandir(real) as entries:
                return tuple(sorted(entry.name for entry, _ in zip(entries, range(MAX_NAMES), strict=False) if _sensible(entry.name)))
        except OSError:
            return ()

    def matching(self, *patterns: str) -> tuple[str, ...]:
        """The files whose whole path matches one of the patterns: `*` and `?` stay within a folder, `**/` is any number of folders."""
        expressions = [_expression(pattern) for pattern in patterns]
        return tuple(path for path in self.files if any(expression.fullmatch(path) for expression in expressions))

    def _inside(self, path: str) -> str | None:
        """The real path, None where it is outside of the root. Folders are looked up once: most of what is asked for are files, side by side."""
        folder, _, name = path.rpartition("/")
        if path.startswith("/") or name in ("", ".", ".."):
            return self._real_path(path)
        home = self._folder(folder)
        if home is None or "\0" in name:
            return None
        whole = f"{home}/{name}"
        return self._real_path(path) if os.path.islink(whole) else whole

    def _folder(self, folder: str) -> str | None:
        """The real path of a folder, without a slash at its end. Below a folder that is known only the last name is looked at."""
        if folder not in self._real:
            above, _, name = folder.rpartition("/")
            home = self._folder(above) if name not in ("", ".", "..") and not folder.startswith("/") and "\0" not in name else None
            whole = f"{home}/{name}"
            real = self._real_path(folder or ".") if home is None or os.path.islink(whole) else whole
            self._real[folder] = None if real is None else real.rstrip("/")
        return self._real[folder]

    def _real_path(self, path: str) -> str | None:
        if "\0" in path or path.startswith("/"):
            return None
        try:
            real = os.path.realpath(os.path.join(self.root, path))
        except (OSError, ValueError):
            return None
        return real if real == self.root or real.startswith(self.root.rstrip("/") + "/") else None

    def _listed_by_git(self) -> list[str]:
        try:
            names = git_paths(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or ()
        except Unavailable:
            return []
        listed = [path for path in names if self._is_own(path) and self._is_listed(path)]
        self._leave_out(BEYOND, *listed[MAX_FILES:])
        return listed[:MAX_FILES]

    def _is_own(self, path: str) -> bool:
        sensible, own = _sensible(path), SKIPPED.isdisjoint(path.split("/"))
        if not (sensible and own):
            self._leave_out(INSTALLED if sensible else ODD, path)
        return sensible and own

    def _leave_out(self, reason: str, *paths: str) -> None:
        if paths:
            self._left_out.setdefault(reason, []).extend(paths)

    def _is_listed(self, path: str) -> bool:
        try:
            mode = os.lstat(f"{self.root}/{path}").st_mode
        except OSError:
            return False
        if stat.S_ISREG(mode):
            return True
        listed = stat.S_ISLNK(mode) and self.is_file(path)
        self._leave_out(LINK, *([] if listed or not stat.S_ISLNK(mode) else [path]))
        return listed

    def _walked(self) -> list[str]:
        return list(_first(self._walk()))

    def _walk(self) -> Iterator[str]:
        for folder, inner, names in os.walk(self.root):
            environment = "pyvenv.cfg" in names and folder != self.root
            inner[:] = [] if environment else sorted(name for name in inner if name not in SKIPPED and _sensible(name))
            below = os.path.relpath(folder, self.root)
            wanted = sorted(name for name in names if name not in SKIPPED and _sensible(name))
            paths = (name if below == "." else f"{below}/{name}" for name in wanted)
            yield from (path for path in paths if self._is_listed(path))


@fact
def tree(options: Options) -> Tree:
    """The project's folder. Raises `UserError` where there is none that can be read."""
    root = os.path.realpath(options.path)
    if not os.path.exists(root):
        raise UserError(f"the folder {options.path} does not exist")
    if not os.path.isdir(root):
        raise UserError(f"{options.path} is a file; ready-gate looks at a project folder")
    if not os.access(root, os.R_OK | os.X_OK):
        raise UserError(f"the folder {options.path} cannot be read")
    return Tree(root)


def _descriptor(real: str) -> int | None:
    try:
        # Without O_NONBLOCK, opening a FIFO would wait for a writer that never comes.
        return os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None


def _whole(handle: int, limit: int) -> bytes | None:
    chunks: list[bytes] = []
    left = limit + 1
    while left > 0 and (chunk := os.read(handle, left)):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks) if left > 0 else None


def _first(paths: Iterable[str]) -> Iterator[str]:
    return (path for path, _ in zip(paths, range(MAX_FILES), strict=False))


def _sensible(name: str) -> bool:
    """Names that are no text, or that would break a line of a report, are not looked at."""
    return name.isprintable() or not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000 for letter in name)


def _without_virtual_environments(paths: list[str]) -> list[str]:
    marks = (path for path in paths if "/activate" in path or path.endswith(("/pyvenv.cfg", "/site.py")))
    homes = tuple({match[1] for path in marks if (match := _ENVIRONMENT.search(path))})
    return [path for path in paths if not path.startswith(homes)] if homes else paths


def _decoded(data: bytes) -> str | None:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in data:
        return None
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None if encoding == "utf-16" else data.decode("latin-1")


@lru_cache(maxsize=512)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*+|\?)", pattern)
    words = {"**/": "(?:[^/]+/)*", "**": ".*", "?": "[^/]"}
    return re.compile("".join(words.get(part) or ("[^/]*" if part.startswith("*") else re.escape(part)) for part in parts))
