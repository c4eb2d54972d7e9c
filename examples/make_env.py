"""Write the demo shop's production environment file, with fresh random values where its template asks for secrets.

    python examples/make_env.py [--seed TEXT] [--template FILE] [DEST]

The template's `<random:N>` becomes N random letters and digits. An existing file is never touched.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import string
import sys
from pathlib import Path

SHOP = Path(__file__).resolve().parent / "shop"
ALPHABET = string.ascii_letters + string.digits
PLACEHOLDER = re.compile(r"<random:(\d{1,3})>")


def fill(template: str, chooser: random.Random) -> str:
    """The template with every `<random:N>` outside of comments replaced."""

    def secret(match: re.Match[str]) -> str:
        return "".join(chooser.choice(ALPHABET) for _ in range(int(match[1])))

    return "".join(line if line.startswith("#") else PLACEHOLDER.sub(secret, line) for line in template.splitlines(keepends=True))


def write_new(path: Path, text: str) -> None:
    """Create a file that only its owner can read. Raises FileExistsError where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when the file was written or was there already."""
    parser = argparse.ArgumentParser(description="Write the demo shop's production environment file.")
    parser.add_argument("destination", nargs="?", type=Path, default=SHOP / ".env.production")
    parser.add_argument("--template", type=Path, default=SHOP / ".env.production.example")
    parser.add_argument("--seed", help="make the same file every time (for tests)")
    options = parser.parse_args(arguments)
    chooser = random.SystemRandom() if options.seed is None else random.Random(options.seed)  # noqa: S311 - a seed is for tests
    try:
        write_new(options.destination, fill(options.template.read_text(encoding="utf-8"), chooser))
    except FileExistsError:
        print(f"{options.destination} exists and stays as it is", file=sys.stderr)  # noqa: T201 - a command's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
