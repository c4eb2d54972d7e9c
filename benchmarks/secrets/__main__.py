"""./dev.sh bench secrets accuracy …: which of a labelled set's secrets are found, and what is found that is none."""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = ("accuracy", "speed")


def main(arguments: list[str]) -> int:
    """Hand over to the part that is named first."""
    if not arguments or arguments[0] not in PARTS:
        print(f"dev.sh bench secrets: one of {' '.join(PARTS)}", file=sys.stderr)
        return 2
    return int(import_module(f"benchmarks.secrets.{arguments[0]}").main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
