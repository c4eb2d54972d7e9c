"""`python -m ready_gate`."""

import sys

from ready_gate.cli import main

if __name__ == "__main__":
    sys.exit(main())
