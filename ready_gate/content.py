"""Where the product's content (checklist, schemas, tables) is: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path


def folder() -> Path:
    """The folder that holds the checklist's files."""
    here = Path(__file__).resolve().parent
    installed = here / "_checklist"
    return installed if installed.is_dir() else here.parent / "checklist"
