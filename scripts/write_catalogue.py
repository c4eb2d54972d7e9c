"""Write checklist/README.md from the checklist; with `--check`, only compare (exit 1 where it is out of date)."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ready_gate import checklist  # noqa: E402 - the package lies beside this script, installed or not
from ready_gate.model import Item, Rule  # noqa: E402

TARGET = ROOT / "checklist/README.md"


def rule(tree: Rule) -> str:
    """A rule in words."""
    if tree.kind == "check":
        return f"`{tree.text}`"
    if tree.kind in ("person", "pending"):
        return f"{'a person' if tree.kind == 'person' else 'not looked at yet'}: {tree.text}"
    return f" {'and' if tree.kind == 'all' else 'or'} ".join(f"({rule(part)})" if part.parts else rule(part) for part in tree.parts)


def row(item: Item) -> str:
    """One line of a section's table."""
    return f"| `{item.id}` | {item.title} | {item.severity.value} | {rule(item.decided_by)} |".replace("\n", " ")


def catalogue() -> str:
    """The whole page."""
    items = checklist.load()
    lines = ["# The checklist", "", "Written by `./dev.sh docs` from the files beside it; `ready-gate explain ITEM` says more of each.", ""]
    for section in items.sections:
        lines += [f"## {section.title}", "", "| item | title | severity | decided by |", "| --- | --- | --- | --- |"]
        lines += [row(item) for item in items.items if item.section == section.id] + [""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write or compare."""
    text = catalogue()
    if "--check" not in sys.argv:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("checklist/README.md is out of date: run ./dev.sh docs", file=sys.stderr)  # noqa: T201 - a script for people
    return 1


if __name__ == "__main__":
    sys.exit(main())
