"""Errors, typed by whose fault they are.

`UserError` is the caller's (exit 2), `Unavailable` is the outside world's (a check that needs the
fact answers `unknown`). Everything else that escapes is a bug of ours (exit 3).
"""


class UserError(Exception):
    """Unusable input of the user's own: one clear sentence, with file, line and key where there are any."""

    def __init__(self, message: str, path: str | None = None, line: int | None = None) -> None:
        self.message, self.path, self.line = message, path, line
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(place + message)


class Unavailable(Exception):
    """Evidence that could not be had, with the reason as its text; never a verdict about the project."""


class NothingToJudge(Exception):
    """The project does not have what a fact is about, with what was looked for as its text."""
